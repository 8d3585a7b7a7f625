"""How many slips of the keyboard are noticed, by size of the number, at one rate of false alarms: ours beside plain z-scores.

Usage: bench/outliers.py [--panels 4000] [--seed 2022]. Needs no database. The series are made up: districts of communes
with few years, small counts that scatter more than chance, trends of all and of each, years without anything, and real
jumps. They were written down before movement/outliers.py was; since then an area also tells its size.
"""

from __future__ import annotations

import argparse
import bisect
import math
import random
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from movement.outliers import THRESHOLD, Series, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

FALSE_ALARMS = 0.05
SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # where each class of sizes begins; the last is open
JUMPS = 0.02  # of the years of an area


@dataclass(frozen=True)
class Case:
    """One true number with all that is known when it is typed."""

    value: int
    own: Series
    similar: tuple[Series, ...]


def poisson(mean: float, chance: random.Random) -> int:
    """Return a Poisson number; from 60 on by the normal law."""
    if mean >= 60:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number


def panel(chance: random.Random) -> list[Case]:
    """Return one indicator in the communes of one district, as it stands when some of them have reported."""
    level = math.exp(chance.uniform(math.log(2), math.log(5000)))
    scatter = math.exp(chance.uniform(math.log(0.05), math.log(0.35)))  # relative, beyond chance
    years = chance.randint(2, 5)
    not_held = 0.25 if chance.random() < 0.1 else 0.0
    trend = chance.gauss(0, 0.05)
    shocks = [chance.gauss(0, 0.1) + trend * year for year in range(years + 1)]
    reported = chance.random()
    series, values = [], []
    for _area in range(chance.randint(6, 20)):
        size = math.exp(chance.gauss(0, 0.55))
        mean = level * size * math.exp(chance.gauss(0, 0.25))
        own_scatter = scatter * math.exp(chance.gauss(0, 0.3))
        drift, jump, numbers = chance.gauss(0, 0.04), 0.0, []
        for year in range(years + 1):
            if chance.random() < JUMPS:
                jump += chance.choice((-1, 1)) * chance.uniform(0.5, 1.5)
            shape = 1 / own_scatter**2
            rate = mean * math.exp(shocks[year] + drift * year + jump) * chance.gammavariate(shape, 1 / shape)
            numbers.append(0 if chance.random() < not_held else poisson(rate, chance))
        past = tuple(number for number in numbers[:-1] if chance.random() > 0.05)
        now = numbers[-1] if chance.random() < reported else None
        series.append(Series(past, now, round(100 * size)))
        values.append(numbers[-1])
    return [
        Case(value, replace(series[index], now=None), (*series[:index], *series[index + 1 :]))
        for index, value in enumerate(values)
    ]


def cases(panels: int, seed: int) -> Iterator[Case]:
    """Yield the cases of so many districts."""
    chance = random.Random(seed)  # noqa: S311 - a seed, so that the same table comes again
    for _number in range(panels):
        yield from panel(chance)


def tenfold_up(value: int, _chance: random.Random) -> int:
    """Return the number with a digit too many."""
    return value * 10


def tenfold_down(value: int, _chance: random.Random) -> int:
    """Return the number with its last digit left out."""
    return value // 10


def transposed(value: int, chance: random.Random) -> int | None:
    """Return the number with two neighbouring digits changed over; None where all digits are the same."""
    digits = list(str(value))
    places = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1]]
    if not places:
        return None
    place = chance.choice(places)
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    return int("".join(digits))


def plain_z(case: Case, value: int) -> float:
    """Return how many standard deviations `value` lies from the mean of the own past."""
    if len(case.own.past) < 2:
        return 0.0
    spread = statistics.stdev(case.own.past)
    away = abs(value - statistics.fmean(case.own.past))
    return away / spread if spread else (math.inf if away else 0.0)


def ours(case: Case, value: int) -> float:
    """Return our score of `value`."""
    found = expect(case.own, case.similar)
    return found.score(value) if found else 0.0


METHODS: dict[str, Callable[[Case, int], float]] = {"ours": ours, "z": plain_z}
SLIPS = {"tenfold up": tenfold_up, "tenfold down": tenfold_down, "transposed": transposed}


@dataclass(frozen=True)
class Result:
    """The share of slips noticed, by method, slip and class of sizes, with how many were made; and of false alarms."""

    thresholds: dict[str, float]
    noticed: dict[tuple[str, str, int], float]
    made: dict[tuple[str, int], int]
    false_alarms: dict[tuple[str, int], float]
    at_ours: float  # false alarms of ours at the threshold that is shipped

    def tenfold_from(self, size: int, method: str = "ours") -> float:
        """Return the share of tenfold slips noticed among numbers of at least `size`."""
        kinds = [(slip, begin) for slip, begin in self.made if slip.startswith("tenfold") and begin >= size]
        made = sum(self.made[one] for one in kinds)
        return sum(self.noticed[method, *one] * self.made[one] for one in kinds) / made


def size_of(value: int) -> int:
    """Return where the class of `value` begins; 0 below the first."""
    place = bisect.bisect_right(SIZES, value)
    return SIZES[place - 1] if place else 0


def quantile(numbers: Sequence[float], share: float) -> float:
    """Return the number that `share` of `numbers` lie at or below."""
    return sorted(numbers)[math.ceil(share * len(numbers)) - 1]


def measure(all_cases: Iterable[Case], seed: int) -> Result:
    """Return what each method notices when its threshold gives the same rate of false alarms over all true numbers."""
    known = [case for case in all_cases if len(case.own.past) >= 2]
    chance = random.Random(seed)  # noqa: S311 - the same slips again
    slips = [
        (slip, size_of(case.value), case, wrong)
        for case in known
        for slip, make in SLIPS.items()
        if case.value >= SIZES[0] and (wrong := make(case.value, chance)) is not None and wrong != case.value
    ]
    made: dict[tuple[str, int], int] = defaultdict(int)
    for slip, size, _case, _wrong in slips:
        made[slip, size] += 1
    thresholds, noticed, alarms = {}, {}, {}
    at_ours = 0.0
    for name, method in METHODS.items():
        clean = [(size_of(case.value), method(case, case.value)) for case in known]
        thresholds[name] = limit = quantile([one for _size, one in clean], 1 - FALSE_ALARMS)
        found: dict[tuple[str, int], int] = defaultdict(int)
        for slip, size, case, wrong in slips:
            found[slip, size] += method(case, wrong) > limit
        noticed |= {(name, *key): found[key] / number for key, number in made.items()}
        for size in (0, *SIZES):
            of_size = [one > limit for begin, one in clean if begin == size]
            alarms[name, size] = sum(of_size) / len(of_size) if of_size else 0.0
        if name == "ours":
            at_ours = sum(one > THRESHOLD for _size, one in clean) / len(clean)
    return Result(thresholds, noticed, dict(made), alarms, at_ours)


def less_known(all_cases: Sequence[Case]) -> Iterator[tuple[str, list[Case]]]:
    """Yield the same numbers as they are judged when less is known: fewer years, no similar areas, no past."""
    for years in range(1, 6):
        yield f"{years} earlier years", [case for case in all_cases if len(case.own.past) == years]
    past = [case for case in all_cases if case.own.past]
    yield "the last year alone", [replace(one, own=replace(one.own, past=one.own.past[-1:])) for one in past]
    yield "no similar areas", [replace(one, similar=()) for one in past]
    yield "no past", [replace(one, own=replace(one.own, past=())) for one in all_cases]
    yield "no past and no size", [replace(one, own=replace(one.own, past=(), size=None)) for one in all_cases]


def as_shipped(some: Sequence[Case]) -> tuple[float, float, float]:
    """Return our false alarms at the threshold that is shipped, and the tenfold slips noticed from 20 on, up and down."""
    large = [case for case in some if case.value >= 20]
    alarms = sum(ours(case, case.value) > THRESHOLD for case in some) / len(some)
    noticed = [
        sum(ours(case, wrong(case.value)) > THRESHOLD for case in large) / len(large)
        for wrong in (lambda value: value * 10, lambda value: value // 10)
    ]
    return alarms, noticed[0], noticed[1]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=2022)
    told = parser.parse_args()
    all_cases = list(cases(told.panels, told.seed))
    result = measure(all_cases, told.seed)
    limits = result.thresholds
    print(f"thresholds at {FALSE_ALARMS:.0%} false alarms: ours {limits['ours']:.2f}, z {limits['z']:.2f}")  # noqa: T201
    print(f"ours as shipped ({THRESHOLD}): {result.at_ours:.1%} false alarms")  # noqa: T201
    print(f"tenfold slips from 20 on: ours {result.tenfold_from(20):.1%}, z {result.tenfold_from(20, 'z'):.1%}\n")  # noqa: T201
    heads = [f"{slip} {name}" for slip in SLIPS for name in METHODS]
    print("| number | slips | " + " | ".join([*heads, "false ours", "false z"]) + " |")  # noqa: T201
    print("|---|" + "---|" * (len(heads) + 3))  # noqa: T201
    for size, end in zip(SIZES, (*SIZES[1:], None), strict=True):
        cells = [f"{result.noticed.get((name, slip, size), 0):.1%}" for slip in SLIPS for name in METHODS]
        cells += [f"{result.false_alarms[name, size]:.1%}" for name in METHODS]
        label = f"{size}–{end - 1}" if end else f"{size} and more"
        print(f"| {label} | {result.made.get(('tenfold up', size), 0)} | " + " | ".join(cells) + " |")  # noqa: T201
    print("\n| as shipped, where there is | false alarms | tenfold up | tenfold down |\n|---|---|---|---|")  # noqa: T201
    for label, some in less_known(all_cases):
        print(f"| {label} | " + " | ".join(f"{share:.1%}" for share in as_shipped(some)) + " |")  # noqa: T201


if __name__ == "__main__":
    main()
