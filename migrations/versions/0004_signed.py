"""Which runs were proven to be signed, and by which key. None was, as far as the database was told until now.

Those of data/ become known with the next data; what a user stored, when it is submitted again.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In place: views read the table, and what SQLite copies to change it such a view does not survive.
    op.add_column('runs', sa.Column('signed', sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column('runs', 'signed')
