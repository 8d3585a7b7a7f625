"""Numbers that stand out: small counts against their own few years and against similar areas. Pure functions.

Written for none to five earlier years: a mean and a standard deviation of three numbers say next to nothing, so the scatter
is that of the indicator in all similar areas, and of the area itself only as far as its own years tell. The constants
were set on the made-up series of bench/outliers.py; its table is in docs/decisions.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

THRESHOLD = 2.6  # of the scatter: about one true number in twenty lies beyond
FADING = 0.5  # what a year weighs beside the one after it
USUAL_SCATTER = 0.2  # from year to year beyond chance, relative, where nothing else is known
LEAST_SCATTER = 0.03
USUAL_WEIGHS = 8  # as many changes from year to year as the usual scatter counts for
POOL_WEIGHS = 4  # as many of the area's own as all those of similar areas count for
SHIFT_WEIGHS = 4  # as many areas that have reported as no common change counts for
RARELY_NONE = 10  # from this level on, 0 is a year without
FEWEST_SIMILAR = 5  # fewer say nothing of an area without a past
USUAL_SPREAD = 0.4  # between similar areas of one size, relative
MEDIAN_OF_SQUARE = 0.455  # of a standard normal number
MEDIAN_AWAY = 0.6745  # of a standard normal number from 0


@dataclass(frozen=True)
class Series:
    """What an area gave in earlier years, the oldest first, and what it gives now (None: not known yet).

    `size` is any measure of it (residential areas, people), the same for all that are compared; None where not known.
    """

    past: tuple[int, ...]
    now: int | None = None
    size: int | None = None


@dataclass(frozen=True)
class Expectation:
    """Where a number is expected: the `centre` on the even scale of `scatter`, and how far true numbers lie from it."""

    scatter: float
    centre: float
    spread: float
    none_is_usual: bool

    def score(self, value: int) -> float:
        """Return how far `value` lies from the centre, in units of the spread."""
        if not value and self.none_is_usual:
            return 0.0
        return abs(even(value, self.scatter) - self.centre) / self.spread

    @property
    def usual(self) -> tuple[int, int]:
        """Return the least and the greatest number that does not stand out, a year without apart."""
        reach = THRESHOLD * self.spread
        low = math.ceil(number_at(max(self.centre - reach, even(0, self.scatter)), self.scatter))
        return max(low, 0), math.floor(number_at(self.centre + reach, self.scatter))

    def stands_out(self, value: int) -> bool:
        """Say whether `value` is to be explained."""
        return self.score(value) > THRESHOLD


def expect(own: Series, similar: Sequence[Series]) -> Expectation | None:
    """Return where the number of an area is expected by its own past, else by similar areas; None where neither tells."""
    none_is_usual = knows_none(own, similar)
    if not own.past:
        return by_similar(own, similar, none_is_usual=none_is_usual)
    scatter = scatter_of(own, similar)

    def stand(past: Sequence[int]) -> float:
        return level([even(number, scatter) for number in held(past)])

    shifts = [even(one.now, scatter) - stand(one.past) for one in similar if one.now and one.past]
    shift = median(shifts) * len(shifts) / (len(shifts) + SHIFT_WEIGHS) if shifts else 0.0
    spread = math.sqrt(1 + 1 / len(held(own.past)) + 1 / (len(shifts) + SHIFT_WEIGHS))
    return Expectation(scatter, stand(own.past) + shift, spread, none_is_usual)


def by_similar(own: Series, similar: Sequence[Series], *, none_is_usual: bool) -> Expectation | None:
    """Return where the number is expected by what similar areas give now, else gave last, in proportion to their size."""
    sized = own.size is not None and all(one.size for one in similar)
    numbers = []
    for one in similar:
        last = one.now if one.now is not None else (one.past[-1] if one.past else None)
        if last is not None:
            numbers.append(last * own.size / one.size if sized and own.size and one.size else last)
    numbers = [number for number in numbers if number] if none_is_usual else numbers
    if len(numbers) < FEWEST_SIMILAR:
        return None
    places = [even(number, USUAL_SPREAD) for number in numbers]
    centre = median(places)
    seen = median(abs(place - centre) for place in places) / MEDIAN_AWAY
    spread = math.sqrt((USUAL_WEIGHS + len(places) * seen**2) / (USUAL_WEIGHS + len(places)) + 1 / len(places))
    return Expectation(USUAL_SPREAD, centre, spread, none_is_usual)


def even(number: float, scatter: float) -> float:
    """Return `number` on a scale on which counts of any size scatter by about one.

    Anscombe's transform of a count whose variance is mean + (scatter · mean)².
    """
    return 2 * math.asinh(scatter * math.sqrt(number + 0.375)) / scatter


def number_at(place: float, scatter: float) -> float:
    """Return the number that stands at `place` of the even scale."""
    return (math.sinh(scatter * place / 2) / scatter) ** 2 - 0.375


def held(past: Sequence[int]) -> list[int]:
    """Return the years in which anything was done: beside larger counts, 0 is a year without, no small count."""
    done = [number for number in past if number]
    return done if done and median(done) >= RARELY_NONE else list(past)


def knows_none(own: Series, similar: Sequence[Series]) -> bool:
    """Say whether years without anything are known: in the area itself, or one in ten elsewhere."""
    elsewhere = [number for one in similar for number in (*one.past, one.now) if number is not None]
    return 0 in own.past or 10 * elsewhere.count(0) >= len(elsewhere) > 0


def level(places: Sequence[float]) -> float:
    """Return where a series stands: half by its later years, half by its middle, which one odd year does not move."""
    weights = [FADING ** (len(places) - 1 - index) for index in range(len(places))]
    mean = sum(weight * place for weight, place in zip(weights, places, strict=True)) / sum(weights)
    return (mean + median(places)) / 2


def scatter_of(own: Series, similar: Sequence[Series]) -> float:
    """Return the relative scatter from year to year beyond chance: that of all similar areas, then of the area itself."""
    pool = changes(similar)
    seen = max(median(pool) / MEDIAN_OF_SQUARE, 0.0) if pool else 0.0
    pooled = (USUAL_WEIGHS * USUAL_SCATTER**2 + len(pool) * seen) / (USUAL_WEIGHS + len(pool))
    mine = [min(max(one, 0.0), 4 * pooled) for one in changes([Series(own.past)])]
    return math.sqrt(max((POOL_WEIGHS * pooled + sum(mine)) / (POOL_WEIGHS + len(mine)), LEAST_SCATTER**2))


def changes(series: Iterable[Series]) -> list[float]:
    """Return the squared relative changes from year to year, less what chance explains."""
    found = []
    for one in series:
        numbers = held((*one.past, one.now) if one.now is not None else one.past)
        for before, after in pairwise(numbers):
            mean = (before + after + 1) / 2
            found.append(((after - before) ** 2 / 2 - mean) / mean**2)
    return found
