"""What moves with its area. Each app hands in what it carries; all of it is carried in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from units.models import User
    from units.reorganising.plan import Plan


@dataclass(frozen=True)
class Moved:
    """How much of one thing goes from one place to another."""

    old: str
    new: str
    what: str
    count: int = 1


@dataclass(frozen=True)
class Carrier:
    """One thing that is carried: what it would move, moving it, and what to compute anew when it was taken back."""

    label: StrOrPromise
    preview: Callable[[Plan], list[Moved]]
    carry: Callable[[Plan, User], None]
    after_undo: Callable[[Plan], None] = lambda plan: None


_CARRIERS: list[Carrier] = []


def hand_in(carrier: Carrier) -> None:
    """Add what an app carries. Called once per carrier, when the app is ready; those of units come first."""
    if carrier not in _CARRIERS:
        _CARRIERS.append(carrier)


def carriers() -> tuple[Carrier, ...]:
    """Return all that is carried, in order."""
    return tuple(_CARRIERS)
