"""What became of areas, and what they were before, as it stood on given days."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from config.days import Days, begins_by, in_force_during
from units.models.areas import Area, AreaSuccession

if TYPE_CHECKING:
    from collections.abc import Iterable


def existed(days: Days) -> Q:
    """Return the condition that an area existed on one of `days` at least.

    Where the catalogue begins later than the area itself and knows no earlier one, the area is taken to be older.
    """
    return in_force_during(days) | ~begins_by(days) & ~Q(
        Exists(AreaSuccession.objects.filter(successor=OuterRef("pk")))
    )


def had_ended(area: Area, days: Days) -> bool:
    """Say whether `area` had ended before `days`."""
    return area.valid_to is not None and area.valid_to <= days.first


def began_later(area: Area, days: Days) -> bool:
    """Say whether the catalogue lets `area` begin only after `days`."""
    return area.valid_from is not None and area.valid_from > days.last


def counterparts(areas: Iterable[Area], days: Days) -> dict[int, list[Area]]:
    """Return, by the key of each of `areas` that did not exist on `days`, the areas that stood in its place then.

    The main part stands first. Nothing stands in the place of an area that was abolished. It costs a query or two for
    each wave of changes between, however many areas there are.
    """
    areas = list(areas)
    ended = [area for area in areas if had_ended(area, days)]
    later = [area for area in areas if began_later(area, days)]
    return {**_followed(ended, days, forward=True), **_followed(later, days, forward=False)}


def heirs_today(area: Area) -> list[Area]:
    """Return what stands today in the place of an area that has ended; nothing for one that is in force."""
    today = Days.on(timezone.localdate())
    return counterparts([area], today)[area.pk] if had_ended(area, today) else []


def kin(areas: Iterable[Area]) -> Q:
    """Return the condition that an area is one of `areas`, came before or after one of them, or lies below such.

    A district counts with its province: what came after it are communes.
    """
    start = {area.province_id if area.level == Area.Level.DISTRICT else area.pk for area in areas}
    keys = set(start)
    for here, there in (("predecessor", "successor"), ("successor", "predecessor")):
        edge = start
        while edge:
            rows = AreaSuccession.objects.filter(**{f"{here}__in": edge, f"{there}__isnull": False})
            edge = set(rows.order_by().values_list(there, flat=True)) - keys
            keys |= edge
    return Q(pk__in=keys) | Q(district__in=keys) | Q(province__in=keys)


def _followed(areas: list[Area], days: Days, *, forward: bool) -> dict[int, list[Area]]:
    here, there = ("predecessor", "successor") if forward else ("successor", "predecessor")
    gone = had_ended if forward else began_later
    found: dict[int, dict[int, Area]] = {area.pk: {} for area in areas}
    roots = {area.pk: {area.pk: None} for area in areas}  # an area under way, and from which of `areas` it was reached
    known: dict[int, Area] = {}
    passed: set[tuple[int, int]] = set()
    while roots:
        rows = AreaSuccession.objects.filter(**{f"{here}__in": list(roots), f"{there}__isnull": False})
        rows = rows.select_related(f"{there}__district", f"{there}__province")
        reached: dict[int, dict[int, None]] = defaultdict(dict)
        led_on = set()
        for row in rows.order_by("-is_main", f"{there}__sort_key", f"{there}__code"):
            other = getattr(row, there)
            led_on.add(getattr(row, f"{here}_id"))
            if gone(other, days):
                known[other.pk] = other
                new = [root for root in roots[getattr(row, f"{here}_id")] if (other.pk, root) not in passed]
                passed.update((other.pk, root) for root in new)
                reached[other.pk].update(dict.fromkeys(new))
                continue
            for root in roots[getattr(row, f"{here}_id")]:
                found[root].setdefault(other.pk, other)
        if not forward:  # the catalogue knows nothing earlier
            for key in roots.keys() - led_on & known.keys():
                for root in roots[key]:
                    found[root].setdefault(key, known[key])
        roots = {key: ways for key, ways in reached.items() if ways}
    return {key: list(others.values()) for key, others in found.items()}
