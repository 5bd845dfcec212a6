"""Standing of witnesses, and the references that it is learnt from.

Every witness was counted in full until now, so all begin as reviewed; reading data/ anew learns what contributors are.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

COUNTS = ("yes_agreed", "yes_compared", "no_agreed", "no_compared", "telling")
NEW = {"standing": "reviewed", "trust": "4", **dict.fromkeys(COUNTS, "0")}

# SQLite copies a table to change it, which a view that reads the table does not survive.
OBSERVATIONS = """
    SELECT o.id, l.format, l.type, l.fingerprint AS layer, t.chip, t.engine, t.os, t.version, t.release, t.build,
      t.device, c.units, c.context, o.method, o.offered, o.chosen, o.ran, o.reason_code, o.reason_feature,
      o.reason_value, o.reason_limit, o.reason_text, o.cost_ppm, o.opset, o.model, o.place, r.date,
      r.fingerprint AS run, r.origin, r.tool, w.name AS witness, r.source_id AS source, s.title AS source_title, s.url,
      CASE WHEN EXISTS (SELECT 1 FROM retractions x WHERE x.what IN (r.fingerprint, r.source_id))
        THEN 1 ELSE 0 END AS withdrawn
    FROM observations o
    JOIN cells c ON c.id = o.cell_id
    JOIN layers l ON l.id = c.layer_id
    JOIN targets t ON t.id = c.target_id
    JOIN runs r ON r.id = o.run_id
    JOIN witnesses w ON w.id = r.witness_id
    LEFT JOIN sources s ON s.id = r.source_id"""


def upgrade() -> None:
    op.execute("DROP VIEW observation_view")
    with op.batch_alter_table('witnesses', schema=None) as batch_op:
        for name, value in NEW.items():
            kind = sa.Text() if name == "standing" else sa.Integer()
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
    with op.batch_alter_table('witnesses', schema=None) as batch_op:
        for name in NEW:
            batch_op.alter_column(name, server_default=None)
    op.execute(f"CREATE VIEW observation_view AS {OBSERVATIONS}")
    op.create_table('anchors',
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('layer_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reviewed', sa.Integer(), nullable=False),
    sa.Column('yes', sa.Integer(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('telling', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['layer_id'], ['layers.id'], name=op.f('fk_anchors_layer_id')),
    sa.PrimaryKeyConstraint('place', 'layer_id', name=op.f('pk_anchors')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    op.drop_table('anchors')
    op.execute("DROP VIEW observation_view")
    with op.batch_alter_table('witnesses', schema=None) as batch_op:
        for name in reversed(NEW):
            batch_op.drop_column(name)
    op.execute(f"CREATE VIEW observation_view AS {OBSERVATIONS}")
