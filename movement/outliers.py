"""Numbers that stand out: small counts against their own few years and against similar areas. Pure functions.

Written for series of one to five years: a mean and a standard deviation of three numbers say next to nothing, so the
scatter is that of the indicator in all similar areas, and of the area itself only as far as its years tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

THRESHOLD = 2.0


@dataclass(frozen=True)
class Series:
    """What an area gave in earlier years, the oldest first, and what it gives now (None: not known yet)."""

    past: tuple[int, ...]
    now: int | None = None


def score(value: int, own: Series, similar: Sequence[Series]) -> float | None:
    """Return how far `value` lies from what was to be expected, in units of its scatter; None where nothing is known."""
    return None
