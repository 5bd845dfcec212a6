"""What somebody stands behind, and what to do about a no."""

from __future__ import annotations

from enum import StrEnum

from anedb.domain.value import value


class Strength(StrEnum):
    "How firmly its author holds a claim; data/weights.toml says how much each counts."

    MEASURED = "measured"
    STATED = "stated"
    GUESS = "guess"


@value
class Claim:
    "A sentence somebody stands behind: `subject` under `condition`, yes or no."

    id: str
    subject: str
    "A concept (`convolution`), one layer type (`neuralnetwork:addBroadcastable`), or `*`."
    says: str
    "`yes` or `no`: whether the engine can be had."
    strength: str
    source: str
    text: str
    "In our own words."
    date: str
    condition: str = ""
    "CEL over the layer's features (`docs/answers.md` lists them); empty: always."
    engines: tuple[str, ...] = ()
    "Engine architectures it speaks of; empty: does not say."
    chips: tuple[str, ...] = ()
    since_release: int | None = None
    "First Core ML release it speaks of (iOS numbering)."
    until_release: int | None = None
    "Last one. A claim's age weakens it beyond the release that was current when it was made."
    method: str = "report"
    "A `Method`."
    reason: str = ""
    "A reason code of data/reasons.toml, for a no."
    feature: str = ""
    "The feature whose limit it states, if it does."
    limit: str = ""
    about: str = "offered"
    "Which question it answers: `offered`, or `chosen` (a launch that costs more than it saves is still offered)."


@value
class Workaround:
    "Layer and condition -> what to use instead, and which evidence says that the replacement runs."

    id: str
    subject: str
    "As in `Claim`."
    text: str
    "What to do, in our own words."
    source: str
    condition: str = ""
    use: tuple[str, ...] = ()
    "Layer types to use instead, `neuralnetwork:add`."
    evidence: tuple[str, ...] = ()
    "Ids of claims or sources that say the replacement runs; empty: nobody has shown it."
    strength: str = "stated"


@value
class ReasonCode:
    "One entry of the closed vocabulary."

    code: str
    title: str
    "For people, where no numbers are known."
    fix: str
    "What usually helps."
    title_numbers: str = ""
    "The same with {feature}, {value} and {limit} filled in, for where all that it names are known."
    applies_to: str = "offered"
    "Which question it answers: `offered` or `chosen`."
