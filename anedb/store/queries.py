"""Every SELECT of the reader, once, for both databases: plain SQL with named parameters `:name`.

SQLite runs them as they are; for PostgreSQL SQLAlchemy's `text()` translates the parameters and nothing else.
"""

from __future__ import annotations

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
}
"The one question that each database answers in its own way."

REVISION = "SELECT version_num FROM alembic_version"

META = "SELECT name, value FROM meta"

CHANGES = "SELECT value FROM meta WHERE name = 'changes'"

TYPES = """
SELECT l.format, l.type, sum(c.observations)
FROM cells c JOIN layers l ON l.id = c.layer_id
WHERE c.observations > 0
GROUP BY l.format, l.type
ORDER BY l.format, l.type
"""

LAYERS = """
SELECT l.id, l.fingerprint, l.params, l.inputs
FROM layers l
WHERE l.format = :format AND l.type = :type
  AND EXISTS (SELECT 1 FROM cells c WHERE c.layer_id = l.id AND c.observations > 0)
ORDER BY l.id
"""

CELLS = """
SELECT c.id, c.layer_id, c.target_id, c.units, c.context, c.offered, c.chosen, c.ran, c.newest, c.runs, c.reasons
FROM cells c JOIN layers l ON l.id = c.layer_id
WHERE l.format = :format AND l.type = :type AND c.observations > 0
ORDER BY c.id
"""

LAYER = "SELECT format, type, params, inputs FROM layers WHERE fingerprint = :fingerprint"

TARGETS = "SELECT id, chip, engine, os, version, release, build, device FROM targets"

TARGET = "SELECT id, chip, engine, os, version, release, build, device FROM targets WHERE id = :id"

NOT_WITHDRAWN = "NOT EXISTS (SELECT 1 FROM retractions w WHERE w.what IN (r.fingerprint, r.source_id))"
"For a query whose runs are `r`."

_CLAIMS = """
SELECT id, subject, says, strength, source, text, date, condition, engines, chips, since_release, until_release, method,
  reason, feature, bound, about
FROM claims
WHERE subject = :subject AND {withdrawn} (SELECT 1 FROM retractions w WHERE w.what = claims.source)
ORDER BY id
"""
CLAIMS = _CLAIMS.format(withdrawn="NOT EXISTS")
WITHDRAWN_CLAIMS = _CLAIMS.format(withdrawn="EXISTS")

WITHDRAWN_CELLS = f"""
SELECT t.id, t.chip, t.engine, t.os, t.version, t.release, t.build, t.device
FROM cells c JOIN layers l ON l.id = c.layer_id JOIN targets t ON t.id = c.target_id
WHERE l.fingerprint = :fingerprint AND c.observations = 0 AND EXISTS (
  SELECT 1 FROM observations o
  WHERE o.cell_id = c.id AND o.run_id IN (SELECT r.id FROM runs r WHERE NOT {NOT_WITHDRAWN}))
"""
"Of a layer, those of which nothing is left but what was taken back."

WORKAROUNDS = """
SELECT id, subject, text, source, condition, replacements, evidence, strength
FROM workarounds
WHERE subject = :subject AND NOT EXISTS (SELECT 1 FROM retractions w WHERE w.what = workarounds.source)
ORDER BY id
"""

_OBSERVATION = """
SELECT o.id, o.run_id, o.cell_id, o.method, o.offered, o.chosen, o.ran, o.reason_code, o.reason_feature, o.reason_value,
  o.reason_limit, o.reason_text, o.cost_ppm, o.opset, o.model, o.place
FROM observations o
"""

CELL_RUNS = "SELECT runs FROM cells WHERE id = :id"
"The newest ones that count: a popular cell costs no more than a rare one."

EVIDENCE = f"{_OBSERVATION} WHERE o.run_id = :run AND o.cell_id = :cell ORDER BY o.id LIMIT :limit"

OBSERVATION = f"{_OBSERVATION} WHERE o.id = :id"

CELL = """
SELECT l.fingerprint, c.target_id, c.units, c.context
FROM cells c JOIN layers l ON l.id = c.layer_id
WHERE c.id = :id
"""

RUN_NAME = """
SELECT coalesce(r.source_id, r.fingerprint), w.name, w.standing, w.trust
FROM runs r JOIN witnesses w ON w.id = r.witness_id
WHERE r.id = :id
"""

_RUN = """
SELECT r.fingerprint, r.origin, r.date, w.name, coalesce(k.name, ''), r.tool, r.result_fingerprint, r.source_id
FROM runs r JOIN witnesses w ON w.id = r.witness_id LEFT JOIN contributors k ON k.id = w.contributor_id
"""

RUN = f"{_RUN} WHERE r.id = :id"

RUN_BY_FINGERPRINT = f"{_RUN} WHERE r.fingerprint = :fingerprint"

RUNS_LIKE = "SELECT fingerprint FROM runs WHERE fingerprint >= :first AND fingerprint < :beyond ORDER BY fingerprint"

RUNS_BY_RESULT = "SELECT fingerprint FROM runs WHERE result_fingerprint = :result ORDER BY date, fingerprint"

SOURCE = "SELECT id, kind, title, author, url, date, licence, note FROM sources WHERE id = :id"

RETRACTIONS = "SELECT what, reason, withdrawn_by, date FROM retractions ORDER BY what, origin"

COUNTS = {
    "layers": "SELECT count(DISTINCT layer_id) FROM cells WHERE observations > 0",
    "cells": "SELECT count(*) FROM cells WHERE observations > 0",
    **{
        table: f"SELECT count(*) FROM {table}"
        for table in ("targets", "runs", "observations", "sources", "claims", "workarounds")
    },
}
"Layers and cells of which something counts."

RUNS_BY_ORIGIN = "SELECT origin, count(*) FROM runs GROUP BY origin ORDER BY origin"

OBSERVATION_COLUMNS = (
    "format", "type", "layer", "chip", "engine", "os", "version", "release", "build", "device", "units", "context",
    "method", "offered", "chosen", "ran", "reason_code", "reason_feature", "reason_value", "reason_limit",
    "reason_text", "cost_ppm", "opset", "model", "place", "date", "run", "origin", "tool", "witness", "source", "url",
    "withdrawn",
)  # fmt: skip
"Of `observation_view`, for people and other tools. `source_title` is in sources."

EVERY_OBSERVATION = f"""
SELECT {", ".join(OBSERVATION_COLUMNS)} FROM observation_view
ORDER BY format, type, layer, run, units, context, method, model, place, id
"""
