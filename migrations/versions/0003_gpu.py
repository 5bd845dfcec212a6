"""Of those that say no to the engine, how many were on the GPU: where that is not allowed it says nothing.

Counted again from what was observed. A tally is [method, five counts, of the no those on the GPU, standing, trust] now;
what stands at the end is left out where it is zero and reviewed.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

NEW = ("chosen_gpu", "ran_gpu")
COUNTED = """
UPDATE votes SET {question}_gpu = (
  SELECT count(*) FROM observations o JOIN runs r ON r.id = o.run_id
  WHERE o.cell_id = votes.cell_id AND o.method = votes.method AND r.witness_id = votes.witness_id
    AND o.{question} = 'gpu'
    AND NOT EXISTS (SELECT 1 FROM retractions x WHERE x.what IN (r.fingerprint, r.source_id)))
WHERE {question}_no > 0 AND cell_id IN (SELECT cell_id FROM observations WHERE {question} = 'gpu')"""
SUMMED = """
SELECT v.cell_id, v.method, w.standing, w.trust, sum(v.chosen_gpu), sum(v.ran_gpu)
FROM votes v JOIN witnesses w ON w.id = v.witness_id WHERE v.chosen_gpu + v.ran_gpu > 0
GROUP BY v.cell_id, v.method, w.standing, w.trust"""
TOLD = "SELECT id, offered, chosen, ran FROM cells WHERE offered <> '[]' OR chosen <> '[]' OR ran <> '[]'"
TRUSTED = ["reviewed", 4]


def upgrade() -> None:
    # In place: a view reads the table, and what SQLite copies to change it such a view does not survive.
    for name in NEW:
        op.add_column('votes', sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")))
    for question in ("chosen", "ran"):
        op.execute(COUNTED.format(question=question))
    found = {tuple(row[:4]): tuple(row[4:]) for row in op.get_bind().execute(sa.text(SUMMED))}
    rewrite(lambda cell, rows, question: [with_gpu(cell, row, found, question) for row in rows])


def downgrade() -> None:
    rewrite(lambda cell, rows, question: [without_gpu(row) for row in rows])
    for name in reversed(NEW):
        op.drop_column('votes', name)


def rewrite(change) -> None:
    "Tallies of all cells; most stay as they are."
    bind = op.get_bind()
    for cell, *texts in bind.execute(sa.text(TOLD)).all():
        new = [
            json.dumps(change(cell, json.loads(text), question), separators=(",", ":"), ensure_ascii=False)
            for question, text in enumerate(texts)
        ]
        if new != texts:
            values = dict(zip(("offered", "chosen", "ran"), new, strict=True), id=cell)
            bind.execute(sa.text("UPDATE cells SET offered = :offered, chosen = :chosen, ran = :ran WHERE id = :id"), values)


def with_gpu(cell, row, found, question) -> list:
    "`question`: 0 is offered, where nobody speaks of the GPU."
    method, kind = row[0], row[6:] or TRUSTED
    gpu = found.get((cell, method, *kind), (0, 0))[question - 1] if question else 0
    return [*row[:6], gpu, *row[6:]] if gpu or row[6:] else row


def without_gpu(row) -> list:
    return [*row[:6], *row[7:]]
