"""`python -m anedb`."""

from anedb.cli.main import run

run()
