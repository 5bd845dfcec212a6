"""Typer: parse, call `anedb.api`, print."""
