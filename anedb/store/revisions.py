"""The schema's revisions, oldest first, so that a reader knows its database without importing Alembic.

A test holds them against the scripts in migrations/versions.
"""

KNOWN = ("0001", "0002", "0003", "0004")
HEAD = KNOWN[-1]
