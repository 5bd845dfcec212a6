"""What we talk about: frozen values without I/O, and every enum.

They are standard-library dataclasses, not Pydantic models: importing Pydantic costs 0.1 s, more than a whole
`anedb query` may. Pydantic stands at the borders instead (`anedb/ingest`, `anedb/catalog/check`), where it
validates strangers' files against these same classes and writes their JSON Schemas.
"""
