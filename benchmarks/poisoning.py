"""How much it takes to make anedb say what is not so: `python -m benchmarks.poisoning [SEEDS]`.

A world whose truth is known: sixty-four convolutions on four chips. Of each chip two reviewed sources measured a third
of them and honest people, one device each, one half, one result in twenty wrong. Then somebody lies. Every figure is
the judge's own answer, out of cells summed as the store sums them, with the standing that the store learns
(`anedb.store.standing`), and the mean of several throws of the dice. A witness is a contributor with a device, and
whoever lies can invent both. Victims, the cells that are lied about, are such as no reviewed source speaks of, unless
it says otherwise. Exits 1 where a bound does not hold.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from anedb.catalog import canonical, layers, targets, weights
from anedb.catalog.operands import parse_all
from anedb.domain.knowledge import Cell, Knowledge, Standing, Tally
from anedb.domain.layer import Layer
from anedb.domain.observation import ComputeUnits, Context, Method
from anedb.domain.target import Target
from anedb.domain.verdict import Answer, Part, State
from anedb.evidence.index import index
from anedb.evidence.judge import judge_engines
from anedb.evidence.question import Question
from anedb.fingerprint import fingerprint
from anedb.store.rows import NEWEST
from anedb.store.standing import TRUSTED, Kind, impostors, kind, learn, sides

NOISE = 0.05
"Share of an honest device's results that are wrong."
HONEST = 12
"Honest witnesses of each chip."
SOURCES = 2
"Reviewed sources of each chip."
REVIEWED = 0.33
"Share of the layers that such a source measures."
SEES = 0.5
"Share of the layers that one of them measures."
CHIPS = ("A15", "M1", "M4", "M5")
LIMITS = {"A15": 7, "M1": 7, "M4": 9, "M5": 9}
"The widest kernel that a chip's engine takes, in this world."
KERNELS = tuple(range(1, 17))
CHANNELS = (16, 64, 256, 1024)
BOUND = 0.01
"Of all cells, how many may be verified and wrong."
KIND = layers.get("mlprogram", "conv")
WEIGHTS = weights.load()

Said = tuple[str, str, str, bool]
"Witness, chip, layer's fingerprint, and whether it says that the engine is offered."
SOURCE = "source-"
"Begins the names of reviewed sources."
UNSIGNED = " unsigned"
"Ends what bears the name of somebody who signs."


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
    known: float = 0.0
    "Share of those who lie, copy or are broken that are corroborated."


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
    "What reviewed sources and honest people give."
    said = []
    for chip in CHIPS:
        for source in range(SOURCES):
            said += run(made, dice, f"{SOURCE}{chip}-{source}", chip, noise=NOISE, sees=REVIEWED)
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


def answers(made: World, said: Sequence[Said], kinds: Mapping[str, Kind]) -> dict[tuple[str, str], Part]:
    "The judge's answer for every layer on every chip."
    cells = tuple(summed(said, kinds))
    known = index(Knowledge(format=KIND.format, type=KIND.name, layers=made.layers, cells=cells), WEIGHTS)
    found = {}
    for layer, chip in made.cells():
        where = target(chip)
        asked = Question(layer_type=KIND, layer=made.layers[layer], fingerprint=layer, target=where)
        (answer,) = judge_engines(asked, [(where.engine or "", (chip,))], known, (), (), (), WEIGHTS)
        found[layer, chip] = answer.offered
    return found


def standing(said: Sequence[Said]) -> dict[str, Kind]:
    "Of each witness, as the store learns it: a run with the very facts of an earlier one corroborates nobody."
    rows: dict[str, list[tuple[tuple[str, str], int, int]]] = defaultdict(list)
    for who, chip, layer, yes in said:
        rows[who].append(((chip, layer), int(yes), int(not yes)))
    runs: dict[frozenset[Any], str] = {}
    for who, facts in rows.items():
        runs.setdefault(frozenset(facts), who)
    originals = set(runs.values())
    numbers = {who: number for number, who in enumerate(rows)}
    learnt = {numbers[who]: sides(facts if who in originals else ()) for who, facts in rows.items()}
    reviewed = {number for who, number in numbers.items() if who.startswith(SOURCE)}
    names = {number: who.removesuffix(UNSIGNED) for who, number in numbers.items() if number not in reviewed}
    unproven = impostors(names, {numbers[who] for who in rows if who + UNSIGNED in rows})
    identity = {number: (number in unproven, names.get(number, who)) for who, number in numbers.items()}
    _, records = learn(learnt, identity, reviewed, lambda case: KIND.name, WEIGHTS.witness, unproven)
    return {
        who: kind(records[number], WEIGHTS.witness, proven=number not in unproven) if number in records else TRUSTED
        for who, number in numbers.items()
    }


def target(chip: str) -> Target:
    return targets.resolve(chip, None, "macOS 26" if chip.startswith("M") else "iOS 26")


def summed(said: Iterable[Said], kinds: Mapping[str, Kind]) -> Iterable[Cell]:
    "One cell for each layer and chip: a witness counts for what it says more often."
    votes: dict[tuple[str, str], dict[str, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    for who, chip, layer, yes in said:
        votes[layer, chip][who][yes] += 1
    for number, ((layer, chip), people) in enumerate(sorted(votes.items())):
        names = tuple(sorted(people)) if len(people) < NEWEST else ()
        yield Cell(
            id=number,
            layer=layer,
            target=target(chip),
            units=ComputeUnits.CPU_AND_NE,
            context=Context.IN_MODEL,
            offered=tuple(tallies(people, kinds)),
            newest="2026-10-05",
            sources=tuple(sorted(people))[:NEWEST],
            witnesses=names,
            kinds=tuple(kinds[name] for name in names),
        )


def tallies(people: Mapping[str, Counter[bool]], kinds: Mapping[str, Kind]) -> Iterable[Tally]:
    for each in sorted({kinds[name] for name in people}):
        votes = [vote for name, vote in people.items() if kinds[name] == each]
        count = Counter("split" if it[True] == it[False] else it[True] > it[False] for it in votes)
        yield Tally(
            method=Method.COMPUTE_PLAN,
            yes=sum(it[True] for it in votes),
            no=sum(it[False] for it in votes),
            yes_witnesses=count[True],
            no_witnesses=count[False],
            split_witnesses=count["split"],
            standing=each[0],
            trust=each[1],
        )


def outcome(made: World, said: Sequence[Said], about: Iterable[tuple[str, str]] | None = None) -> Outcome:
    "Of the cells in `about`, or of all."
    kinds = standing(said)
    found = answers(made, said, kinds)
    looked = list(found if about is None else about)
    wrong = sum(says(found[it]) is (not made.truth(*it)) for it in looked)
    unsure = sum(says(found[it]) is None for it in looked)
    verified = sum(part.state == State.VERIFIED and says(part) is not made.truth(*it) for it, part in found.items())
    others = [it[0] for who, it in kinds.items() if not who.startswith((SOURCE, "honest-"))]
    known = others.count(Standing.KNOWN) / len(others) if others else 0.0
    return Outcome(wrong / len(looked), unsure / len(looked), verified / len(found), known)


def says(part: Part) -> bool | None:
    if part.answer in (Answer.YES, Answer.LIKELY):
        return True
    return False if part.answer in (Answer.NO, Answer.UNLIKELY) else None


def victims(
    made: World, dice: random.Random, said: Sequence[Said], many: int = 24, *, reviewed: bool = False
) -> list[tuple[str, str]]:
    "Cells to lie about: that no reviewed source speaks of, or that one does, and rightly. A tenth of all."
    read = {(layer, chip): yes for who, chip, layer, yes in said if who.startswith(SOURCE)}
    right = {it for it, yes in read.items() if yes == made.truth(*it)}
    return dice.sample([it for it in made.cells() if (it in right if reviewed else it not in read)], many)


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


def adaptive(many: int, *, reviewed: bool = False, alone: bool = False) -> Callable[[World, random.Random], Outcome]:
    """Invented accounts, each with a device: right about everything that others measure, so that they are corroborated,
    but for the victims. `alone`: these nobody else has measured."""

    def scene(made: World, dice: random.Random) -> Outcome:
        said = honest(made, dice)
        chosen = victims(made, dice, said, reviewed=reviewed)
        if alone:
            said = [it for it in said if (it[2], it[1]) not in chosen]
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
        people = [it for it in said if it[1] == "M4" and not it[0].startswith(SOURCE)]
        mistaken = [it for it in people if it[3] != made.truth(it[2], it[1])]
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
    "A few who agree on all they measure, beside reviewed sources, and one that says the contrary in so many rows."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = few(made, dice, three)
        chosen = victims(made, dice, said, 100)
        return outcome(made, said + lies(made, ["loud"], chosen) * rows, chosen)

    return scene


def few(made: World, dice: random.Random, three: int) -> list[Said]:
    said = honest(made, dice, 0)
    seen = [run(made, dice, f"honest-{n}", chip, noise=0.0, sees=1.0) for n in range(three) for chip in CHIPS]
    # Each leaves out a layer of its own: runs that are alike in everything are taken for copies.
    return said + [it for facts in seen for it in facts if it[2] != sorted(made.layers)[int(it[0][-1])]]


def strangers_against(three: int, many: int) -> Callable[[World, random.Random], Outcome]:
    "A few who agree on all they measure, and many accounts that nobody ever corroborated: their word is one vote."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = few(made, dice, three)
        chosen = victims(made, dice, said)
        return outcome(made, said + lies(made, [f"new-{n}" for n in range(many)], chosen), chosen)

    return scene


def strangers_alone(many: int) -> Callable[[World, random.Random], Outcome]:
    "Accounts that nobody corroborates, about what nobody else measured: an answer there is, reported and no more."

    def scene(made: World, dice: random.Random) -> Outcome:
        said = honest(made, dice)
        chosen = victims(made, dice, said)
        said = [it for it in said if (it[2], it[1]) not in chosen]
        return outcome(made, said + lies(made, [f"new-{n}" for n in range(many)], chosen), chosen)

    return scene


def impersonated(*, signs: bool, true_elsewhere: bool = True) -> Callable[[World, random.Random], Outcome]:
    """For every honest person a run with their name and device in its header, by somebody else: lies about the victims,
    and true of all else, or silent. `signs`: whether these people sign, so that it is known not to be theirs."""

    def scene(made: World, dice: random.Random) -> Outcome:
        said = honest(made, dice)
        chosen = victims(made, dice, said)
        for chip in CHIPS:
            mine = [it for it in chosen if it[1] == chip]
            for person in range(HONEST):
                who = f"honest-{chip}-{person}{UNSIGNED if signs else ''}"
                seen = run(made, dice, who, chip, noise=0.0) if true_elsewhere else []
                # Louder than its namesake, who spoke once.
                said += [it for it in seen if (it[2], chip) not in chosen] + lies(made, [who], mine) * 2
        return outcome(made, said, chosen)

    return scene


class Scene(NamedTuple):
    name: str
    play: Callable[[World, random.Random], Outcome]
    must_not_flip: bool = False
    "Nothing may be answered wrongly at all."


SHARES = (0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.8)
SCENES = (
    Scene("nobody lies", nobody),
    *(Scene(f"{share:.0%} of witnesses lie", share_of_liars(share)) for share in SHARES),
    Scene("20 adaptive accounts", adaptive(20)),
    Scene("200 adaptive accounts", adaptive(200)),
    Scene("20 of them, against a reviewed source", adaptive(20, reviewed=True), must_not_flip=True),
    Scene("200 of them, against a reviewed source", adaptive(200, reviewed=True), must_not_flip=True),
    Scene("20 of them where nobody else measured", adaptive(20, alone=True)),
    Scene("200 of them where nobody else measured", adaptive(200, alone=True)),
    Scene("a run copied 50 times, its mistakes", copied(50), must_not_flip=True),
    Scene("one M1 that says it is an M4", spoofed(1)),
    Scene("20 M1 that say they are M4", spoofed(20)),
    Scene("one broken device, 1,000 rows a layer", broken(1000)),
    Scene("one source, 1 row a layer, against three", one_against(3, 1), must_not_flip=True),
    Scene("one source, 100 rows a layer, against three", one_against(3, 100), must_not_flip=True),
    Scene("20 accounts nobody corroborates, against 3", strangers_against(3, 20), must_not_flip=True),
    Scene("200 accounts nobody corroborates, against 3", strangers_against(3, 200), must_not_flip=True),
    Scene("200 accounts nobody corroborates, alone", strangers_alone(200)),
    Scene("impostors under all names that sign", impersonated(signs=True)),
    Scene("they lie about victims and say no more", impersonated(signs=True, true_elsewhere=False)),
)


def main(seeds: int) -> int:
    made, failed = world(), 0
    print(f"{'':44} {'wrong':>8} {'unsure':>8} {'wrongly verified':>17} {'corroborated':>13}")
    for scene in SCENES:
        found = mean([scene.play(made, random.Random(seed)) for seed in range(seeds)])
        holds = found.verified <= BOUND and not (scene.must_not_flip and found.wrong)
        failed += not holds
        verdict = "holds" if holds else "DOES NOT HOLD"
        shares = f"{found.wrong:8.1%} {found.unsure:8.1%} {found.verified:17.1%} {found.known:13.0%}"
        print(f"{scene.name:44} {shares}  {verdict}")
    where = "of a chip's contributors, where no reviewed source spoke"
    where = "of a chip's contributors, where no reviewed source spoke"
    print(f"\nanswers flip when {flip(made, seeds)} {where}, are adaptive liars")
    return int(failed > 0)


def mean(found: Sequence[Outcome]) -> Outcome:
    return Outcome(*(sum(column) / len(found) for column in zip(*found, strict=True)))


def flip(made: World, seeds: int) -> str:
    for percent in range(20, 100, 4):
        liars = round(HONEST * percent / (100 - percent)) * len(CHIPS)
        found = mean([adaptive(liars)(made, random.Random(seed)) for seed in range(seeds)])
        if found.wrong > 1 - found.wrong - found.unsure:
            return f"{percent} %"
    return "more than 99 %"


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
