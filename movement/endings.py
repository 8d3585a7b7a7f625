"""How an area ended: the day, the act, who holds its territory since; and the day whose map shows what changed in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone

from movement.places import CATALOGUE, Place, place
from units.models import Area, AreaSuccession

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable


@dataclass(frozen=True)
class Ending:
    """The end of an area. `day` is the first day without it, `kind` the word for what happened, `act` may be empty.

    `heirs` took its place; where its level ended with it there is none, and the territory belongs to the areas `now`.
    `holders` are the lowest areas that hold the territory.
    """

    day: datetime.date
    kind: str
    act: str
    heirs: tuple[Place, ...]
    now: tuple[Place, ...]
    holders: tuple[Place, ...]


def ending_of(area: Area) -> Ending | None:
    """Return how `area` ended; None where it is still in force. One query for an ended area."""
    if area.valid_to is None:
        return None
    rows = AreaSuccession.objects.filter(area.below_condition("predecessor__"), effective_on=area.valid_to)
    rows = rows.select_related("successor__province").order_by("successor__sort_key", "successor__code", "pk")
    own = [row for row in rows if row.predecessor_id == area.pk]
    heirs = [row.successor for row in own if row.successor is not None]
    below = [row.successor for row in rows if row.predecessor_id != area.pk and row.successor is not None]
    lowest = [one for one in below if one.level == Area.Level.COMMUNE]
    now = () if heirs else (one.province for one in lowest if one.province is not None)
    return Ending(
        day=area.valid_to,
        kind=own[0].get_kind_display() if own else "",
        act=_act([*heirs] or lowest),
        heirs=_places(heirs),
        now=_places(now),
        holders=_places(lowest),
    )


def _places(areas: Iterable[Area]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(map(place, areas)))


def _act(areas: Iterable[Area]) -> str:
    """Return the act that made most of the areas; what only a catalogue tells is none."""
    acts = Counter(one.source for one in areas if one.source and not CATALOGUE.fullmatch(one.source))
    return acts.most_common(1)[0][0] if acts else ""


def latest_change(area: Area, after: datetime.date) -> datetime.date | None:
    """Return the latest day after `after` and until today on which `area`, or anything below it, changed; None where none did.

    No query for an ended area, else one.
    """
    today = timezone.localdate()
    if area.valid_to is not None and area.valid_to <= today:
        return area.valid_to
    rows = AreaSuccession.objects.filter(effective_on__gt=after, effective_on__lte=today)
    below = area.below_condition("predecessor__") | area.below_condition("successor__")
    found: datetime.date | None = rows.filter(below).aggregate(Max("effective_on"))["effective_on__max"]
    return found
