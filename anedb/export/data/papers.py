"""What goes with the data so that others can use, cite and serve them: package.json, types, CITATION.cff, Datasette."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from anedb.domain.exported import LICENCE, DataIndex

TITLE = "anedb: which Core ML layers run on the Apple Neural Engine, with evidence"
ABSTRACT = (
    "Observations, claims and computed verdicts about which Core ML layers run on the Apple Neural Engine: by layer "
    "type and parameters, chip, engine generation and OS release, each with its sources."
)

VIEWS = {
    "observation_view": "A row an observation with everything joined; `withdrawn` = 1 counts for nothing.",
    "support_view": "Counts of yes and no by layer type, engine, release, units, context and method.",
    "layer_parameters": "A row a parameter of a layer.",
    "layer_inputs": "A row an operand of a layer.",
}
TABLES = {
    "verdicts": "anedb's answer for each layer type, engine generation and release (null: whatever the release).",
    "observations": "Facts: what was seen of one cell in one run. `observation_view` has it joined.",
    "cells": "One layer on one target under one setting in one context, summed.",
    "layers": "Layers in canonical form, by fingerprint.",
    "targets": "Chip, OS, version, build and device.",
    "runs": "Files of observations: somebody's run, or a recorded source.",
    "sources": "Where facts come from, with address and licence.",
    "claims": "Sentences somebody stands behind, with a condition in CEL.",
    "workarounds": "What to use instead.",
    "witnesses": "Independence keys: who saw it, on what.",
    "votes": "How often one witness said yes and no in one cell.",
    "retractions": "Runs and sources that count for nothing, and why.",
}


def semver(index: DataIndex) -> str:
    "`2026.1119.0`: the date of the newest evidence as a version that sorts; the data's own version is its build."
    year, month, day = [*index.date.split("-"), "1", "1"][:3] if index.date else ("0", "0", "0")
    return f"{int(year)}.{int(month) * 100 + int(day)}.0+{index.data_version or 'empty'}"


def package_json(index: DataIndex) -> str:
    return _json(
        {
            "name": "anedb-data",
            "version": semver(index),
            "description": TITLE,
            "license": LICENCE,
            "keywords": ["coreml", "ane", "apple-neural-engine", "compatibility"],
            "main": "index.json",
            "types": "index.d.ts",
            "exports": {
                ".": {"types": "./index.d.ts", "default": "./index.json"},
                "./table.json": "./table.json",
                "./layers/*": "./layers/*",
                "./schemas/*": "./schemas/*",
                "./package.json": "./package.json",
            },
        }
    )


def citation(index: DataIndex, version: str) -> str:
    "CITATION.cff 1.2. It has no DOI: an archive gives one when somebody deposits the folder there."
    date = f"date-released: {index.date}\n" if len(index.date) == 10 else ""
    return (
        "cff-version: 1.2.0\n"
        "message: If you use these data, please cite them.\n"
        f"title: {json.dumps(TITLE)}\n"
        "type: dataset\n"
        "authors:\n  - name: anedb contributors\n"
        f"version: {json.dumps(f'{version}+{index.data_version}')}\n"
        f"{date}"
        f"license: {LICENCE}\n"
        f"abstract: {json.dumps(ABSTRACT)}\n"
        "keywords:\n  - Core ML\n  - Apple Neural Engine\n  - compatibility\n"
    )


def datasette(index: DataIndex) -> str:
    "metadata.json, which `datasette anedb.sqlite --metadata metadata.json` reads."
    about: Mapping[str, Any] = {**TABLES, **VIEWS}
    return _json(
        {
            "title": TITLE,
            "description": f"{ABSTRACT} Data version {index.data_version}, newest evidence {index.date or 'none'}.",
            "license": LICENCE,
            "databases": {"anedb": {"tables": {name: {"description": text} for name, text in about.items()}}},
        }
    )


def readme(index: DataIndex) -> str:
    rows = "\n".join(f"| `{each.path}` | {each.about} |" for each in index.files if not each.path.startswith("layers/"))
    counts = ", ".join(f"{number:,} {name}" for name, number in index.counts.items())
    return f"""# anedb-data

{ABSTRACT}

Data version `{index.data_version}`, written by anedb {index.anedb}; newest evidence {index.date or "none"}. {counts}.
Licence: {LICENCE}; what a source allows of its own text stands beside it (`sources`).

| file | what |
|---|---|
{rows}
| `layers/<format>/<type>.json` | one layer type: answers, what was seen, claims, workarounds, sources |
| `index.json` | all of it, with the SHA-256 of every file |
| `SHA256SUMS` | the same for `sha256sum -c` |

Python: `import anedb_data; anedb_data.open(".").verify()`. Node: `require("anedb-data")` is index.json.
Datasette: `datasette anedb.sqlite --metadata metadata.json`.
"""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


TYPES = """\
// What index.json and the files under layers/ hold. The JSON Schemas in schemas/ say the same.

export type Answer = "yes" | "likely" | "mixed" | "unlikely" | "no" | "unknown";

export interface Part {
  answer: Answer;
  probability: number | null;
  interval: [number, number] | null;
  state: string;
  basis: string;
  observations: number;
  witnesses: number;
  sources: number;
  newest: string;
  why: string;
}

export interface Cell {
  engine: string;
  /** By its iOS number; null: whatever the release. */
  release: number | null;
  offered: Part;
  chosen: Part;
  observations: number;
  witnesses: number;
  newest: string;
  sources: string[];
  link: string;
}

export interface LayerEntry {
  concept: string;
  format: "mlprogram" | "neuralnetwork";
  type: string;
  title: string;
  category: string;
  path: string;
  sha256: string;
  /** Engine generation to answer, whatever the release. */
  offered: Record<string, Answer>;
  observations: number;
}

export interface Index {
  kind: "anedb-data";
  schema_version: string;
  data_version: string;
  anedb: string;
  date: string;
  licence: string;
  counts: Record<string, number>;
  engines: { id: string; chips: string[] }[];
  releases: { number: number; name: string }[];
  layers: LayerEntry[];
  files: { path: string; sha256: string; bytes: number; about: string }[];
}

export interface Tally {
  method: string;
  yes: number;
  no: number;
  yes_witnesses: number;
  no_witnesses: number;
  split_witnesses: number;
  /** Of the observations that say no, those that saw the GPU. */
  gpu: number;
  standing: string;
  trust: number;
}

export interface Target {
  chip: string | null;
  engine: string | null;
  os: string | null;
  version: string | null;
  release: number | null;
  build: string | null;
  device: string | null;
}

export interface Layer {
  kind: "anedb-layer";
  schema_version: string;
  data_version: string;
  concept: string;
  format: string;
  type: string;
  title: string;
  category: string;
  doc: string;
  aliases: string[];
  also: string[];
  verdicts: Cell[];
  observed: {
    fingerprint: string;
    params: Record<string, unknown>;
    inputs: { name: string; dtype: string; shape: (number | string)[] | null; const: boolean }[];
    target: Target;
    units: string;
    context: string;
    offered: Tally[];
    chosen: Tally[];
    ran: Tally[];
    newest: string;
    sources: string[];
    reasons: { code: string; feature: string; value: string; limit: string; text: string }[];
  }[];
  claims: Record<string, unknown>[];
  workarounds: Record<string, unknown>[];
  sources: {
    id: string;
    kind: string;
    title: string;
    author: string;
    url: string;
    date: string;
    licence: string;
    note: string;
  }[];
}

declare const index: Index;
export default index;
"""
