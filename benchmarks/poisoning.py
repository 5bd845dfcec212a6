"""How much it takes to make anedb say what is not so: `python -m benchmarks.poisoning [SEEDS]`.

A world whose truth is known: forty convolutions on four chips, measured by honest people, one device each, one result
in twenty wrong. Then somebody lies. Every figure is the judge's own answer, out of cells summed as the store sums them,
and the mean of several throws of the dice. A witness is a contributor with a device, and whoever lies can invent both.
Exits 1 where a bound does not hold.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from anedb.catalog import canonical, layers, targets, weights
from anedb.catalog.operands import parse_all
from anedb.domain.knowledge import Cell, Knowledge, Tally
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits, Context, Method
from anedb.domain.target import Target
from anedb.domain.verdict import Answer, Part, State
from anedb.evidence.index import index
from anedb.evidence.judge import judge_engines
from anedb.evidence.question import Question
from anedb.fingerprint import fingerprint
from anedb.store.rows import NEWEST

NOISE = 0.05
"Share of an honest device's results that are wrong."
HONEST = 12
"Honest witnesses of each chip."
SEES = 0.5
"Share of the layers that one of them measures."
CHIPS = ("A15", "M1", "M4", "M5")
LIMITS = {"A15": 7, "M1": 7, "M4": 9, "M5": 9}
"The widest kernel that a chip's engine takes, in this world."
KERNELS = tuple(range(1, 11))
CHANNELS = (16, 64, 256, 1024)
BOUND = 0.01
"Of all cells, how many may be verified and wrong."
KIND = layers.get("mlprogram", "conv")
WEIGHTS = weights.load()

Said = tuple[str, str, str, bool]
"Witness, chip, layer's fingerprint, and whether it says that the engine is offered."


class World(NamedTuple):
    layers: dict[str, Layer]
    kernel: dict[str, int]

    def truth(self, layer: str, chip: str) -> bool:
        return self.kernel[layer] <= LIMITS[chip]

    def cells(self) -> list[tuple[str, str]]:
        return [(layer, chip) for chip in CHIPS for layer in self.layers]


class Outcome(NamedTuple):
    "Shares of the cells that were looked at; `verified` of all cells."

    wrong: float
    "Answered, and wrongly."
    unsure: float
    "Mixed or unknown."
    verified: float
    "Verified, and wrong."


def world() -> World:
    found: dict[str, Layer] = {}
    kernel: dict[str, int] = {}
    for side in KERNELS:
        for many in CHANNELS:
            texts = [f"x=fp16[1,{many},32,32]", f"weight=fp16[{many},{many},{side},{side}]"]
            layer, _ = canonical.canonical(KIND, {}, parse_all(texts, KIND))
            mark = fingerprint(layer.hashed())
            found[mark], kernel[mark] = layer, side
    return World(found, kernel)


def honest(made: World, dice: random.Random, many: int = HONEST) -> list[Said]:
    said = []
    for chip in CHIPS:
        for person in range(many):
            said += run(made, dice, f"honest-{chip}-{person}", chip, noise=NOISE)
    return said


def run(made: World, dice: random.Random, who: str, chip: str, *, noise: float, sees: float = SEES) -> list[Said]:
    "What one device of this chip gives."
    told = []
    for layer in made.layers:
        if dice.random() < sees:
            told.append((who, chip, layer, made.truth(layer, chip) != (dice.random() < noise)))
    return told


def lies(made: World, who: Iterable[str], about: Iterable[tuple[str, str]]) -> list[Said]:
    "Every account says the contrary of the truth."
    wanted = list(about)
    return [(name, chip, layer, not made.truth(layer, chip)) for name in who for layer, chip in wanted]


def answers(made: World, said: Sequence[Said]) -> dict[tuple[str, str], Part]:
    "The judge's answer for every layer on every chip."
    known = index(Knowledge(format=KIND.format, type=KIND.name, layers=made.layers, cells=tuple(summed(said))), WEIGHTS)
    found = {}
    for layer, chip in made.cells():
        where = target(chip)
        asked = Question(layer_type=KIND, layer=made.layers[layer], fingerprint=layer, target=where)
        (answer,) = judge_engines(asked, [(where.engine or "", (chip,))], known, (), (), (), WEIGHTS)
        found[layer, chip] = answer.offered
    return found


def target(chip: str) -> Target:
    return targets.resolve(chip, None, "macOS 26" if chip.startswith("M") else "iOS 26")


def summed(said: Iterable[Said]) -> Iterable[Cell]:
    "One cell for each layer and chip: a witness counts for what it says more often."
    votes: dict[tuple[str, str], dict[str, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    for who, chip, layer, yes in said:
        votes[layer, chip][who][yes] += 1
    for number, ((layer, chip), people) in enumerate(sorted(votes.items())):
        sides = Counter("split" if it[True] == it[False] else it[True] > it[False] for it in people.values())
        tally = Tally(
            method=Method.COMPUTE_PLAN,
            yes=sum(it[True] for it in people.values()),
            no=sum(it[False] for it in people.values()),
            yes_witnesses=sides[True],
            no_witnesses=sides[False],
            split_witnesses=sides["split"],
        )
        yield Cell(
            id=number,
            layer=layer,
            target=target(chip),
            units=ComputeUnits.CPU_AND_NE,
            context=Context.IN_MODEL,
            offered=(tally,),
            newest="2026-10-05",
            sources=tuple(sorted(people))[:NEWEST],
            witnesses=tuple(sorted(people)) if len(people) < NEWEST else (),
        )


def outcome(made: World, said: Sequence[Said], about: Iterable[tuple[str, str]] | None = None) -> Outcome:
    "Of the cells in `about`, or of all."
    found = answers(made, said)
    looked = list(found if about is None else about)
    wrong = sum(says(found[it]) is (not made.truth(*it)) for it in looked)
    unsure = sum(says(found[it]) is None for it in looked)
    verified = sum(part.state == State.VERIFIED and says(part) is not made.truth(*it) for it, part in found.items())
    return Outcome(wrong / len(looked), unsure / len(looked), verified / len(found))


def says(part: Part) -> bool | None:
    if part.answer in (Answer.YES, Answer.LIKELY):
        return True
    return False if part.answer in (Answer.NO, Answer.UNLIKELY) else None


def victims(made: World, dice: random.Random, many: int = 16) -> list[tuple[str, str]]:
    return dice.sample(made.cells(), many)


def nobody(made: World, dice: random.Random) -> Outcome:
    return outcome(made, honest(made, dice))


def share_of_liars(share: float) -> Callable[[World, random.Random], Outcome]:
    "Liars with a device of their own each, who lie about all they measure; `share` of all witnesses of a chip."

    def scene(made: World, dice: random.Random) -> Outcome:
        many = round(HONEST * share / (1 - share))
        said = honest(made, dice)
        for chip in CHIPS:
            for person in range(many):
                seen = [(layer, chip) for layer in made.layers if dice.random() < SEES]
                said += lies(made, [f"liar-{chip}-{person}"], seen)
        return outcome(made, said)

    return scene


def adaptive(many: int) -> Callable[[World, random.Random], Outcome]:
    "Invented accounts, each with a device: right about everything that others measure, but for the victims."

    def scene(made: World, dice: random.Random) -> Outcome:
        chosen = victims(made, dice)
        said = honest(made, dice)
        for number in range(many):
            chip = CHIPS[number % len(CHIPS)]
            who = f"sock-{number}"
            said += [it for it in run(made, dice, who, chip, noise=0.0) if (it[2], chip) not in chosen]
            said += lies(made, [who], [it for it in chosen if it[1] == chip])
        return outcome(made, said, chosen)

    return scene


def copied(many: int) -> Callable[[World, random.Random], Outcome]:
    "One honest run with its mistakes, sent again under other names; each with a device key of its own."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = honest(made, dice)
        mistaken = [it for it in said if it[1] == "M4" and it[3] != made.truth(it[2], it[1])]
        one = [it for it in said if it[0] == mistaken[0][0]]
        again = [(f"copy-{number}", *it[1:]) for number in range(many) for it in one]
        wrong = [(it[2], it[1]) for it in mistaken if it[0] == mistaken[0][0]]
        return outcome(made, said + again, wrong)

    return scene


def spoofed(many: int) -> Callable[[World, random.Random], Outcome]:
    "Runs of an M1, true of it, that say they are of an M4; looked at where the two differ."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = honest(made, dice)
        for number in range(many):
            said += [(who, "M4", *rest) for who, _, *rest in run(made, dice, f"spoof-{number}", "M1", noise=0.0)]  # type: ignore[misc]
        differ = [(it, "M4") for it in made.layers if made.truth(it, "M4") != made.truth(it, "M1")]
        return outcome(made, said, differ)

    return scene


def broken(rows: int) -> Callable[[World, random.Random], Outcome]:
    "One device that says no to everything, over and over; looked at on its chip."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = honest(made, dice)
        said += [("broken", "M4", layer, False) for layer in made.layers for _ in range(rows)]
        return outcome(made, said, [(layer, "M4") for layer in made.layers])

    return scene


def one_against(three: int, rows: int) -> Callable[[World, random.Random], Outcome]:
    "A few who agree on everything, and one source that says the contrary in so many rows."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = [it for n in range(three) for chip in CHIPS for it in run(made, dice, f"h{n}", chip, noise=0, sees=1)]
        return outcome(made, said + lies(made, ["loud"], made.cells()) * rows)

    return scene


def strangers_against(three: int, many: int) -> Callable[[World, random.Random], Outcome]:
    "A few who agree on everything, and many accounts that nobody ever corroborated: their word is one vote, or not."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = [it for n in range(three) for chip in CHIPS for it in run(made, dice, f"h{n}", chip, noise=0, sees=1)]
        chosen = victims(made, dice)
        return outcome(made, said + lies(made, [f"new-{n}" for n in range(many)], chosen), chosen)

    return scene


class Scene(NamedTuple):
    name: str
    play: Callable[[World, random.Random], Outcome]
    bounded: bool = True
    "Whether wrongly verified cells are bounded: not where most of all witnesses may be liars."
    must_not_flip: bool = False
    "Nothing may be answered wrongly at all."


SHARES = (0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.8)
SCENES = (
    Scene("nobody lies", nobody),
    *(Scene(f"{share:.0%} of witnesses lie", share_of_liars(share), bounded=False) for share in SHARES),
    Scene("20 adaptive accounts", adaptive(20)),
    Scene("200 adaptive accounts", adaptive(200)),
    Scene("a run copied 50 times, its mistakes", copied(50), must_not_flip=True),
    Scene("one M1 that says it is an M4", spoofed(1)),
    Scene("20 M1 that say they are M4", spoofed(20)),
    Scene("one broken device, 1,000 rows a layer", broken(1000), must_not_flip=True),
    Scene("one source, 1 row a layer, against three", one_against(3, 1), must_not_flip=True),
    Scene("one source, 100 rows a layer, against three", one_against(3, 100), must_not_flip=True),
    Scene("20 accounts nobody corroborates, against 3", strangers_against(3, 20), must_not_flip=True),
    Scene("200 accounts nobody corroborates, against 3", strangers_against(3, 200), must_not_flip=True),
)


def main(seeds: int) -> int:
    made, failed = world(), 0
    print(f"{'':44} {'wrong':>8} {'unsure':>8} {'wrongly verified':>17}")
    for scene in SCENES:
        found = mean([scene.play(made, random.Random(seed)) for seed in range(seeds)])
        holds = (found.verified <= BOUND or not scene.bounded) and not (scene.must_not_flip and found.wrong)
        failed += not holds
        verdict = "" if not scene.bounded else "holds" if holds else "DOES NOT HOLD"
        print(f"{scene.name:44} {found.wrong:8.1%} {found.unsure:8.1%} {found.verified:17.1%}  {verdict}".rstrip())
    print(
        f"\nanswers flip from {flip(made, seeds)} liars among the witnesses of a chip, when more are wrong than right"
    )
    return int(failed > 0)


def mean(found: Sequence[Outcome]) -> Outcome:
    return Outcome(*(sum(column) / len(found) for column in zip(*found, strict=True)))


def flip(made: World, seeds: int) -> str:
    for percent in range(40, 100, 2):
        found = mean([share_of_liars(percent / 100)(made, random.Random(seed)) for seed in range(seeds)])
        if found.wrong > 1 - found.wrong - found.unsure:
            return f"{percent} %"
    return "more than 99 %"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
