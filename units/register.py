"""Writing the register: a unit and its placements change together, under one lock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.records import portions
from units.auth import may
from units.models import Area, Placement, Unit

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from units.models import User


@transaction.atomic
def found(unit: Unit, *, village: str = "", since: datetime.date | None = None, by: User) -> Unit:
    """Store a new unit with its first placement in `unit.area`, and return it.

    The placement begins on `since`, else on the founding day; where the catalogue of areas begins later than that and
    knows no earlier area, with the area. Raises ValidationError by field, PermissionDenied outside the person's reach.
    """
    if not may(by, "add", Unit, unit):
        raise PermissionDenied(_("You may not enter units for %(area)s.") % {"area": unit.area})
    if not unit.code:
        unit.code = next_code(unit.area)
    unit.full_clean()
    placement = first_placement(unit, village=village, since=since)
    placement.full_clean(exclude=["unit"])
    unit.save()
    placement.unit = unit
    placement.save()
    return unit


def first_placement(unit: Unit, *, village: str = "", since: datetime.date | None = None) -> Placement:
    """Return where a new unit stands first, not stored yet."""
    begin = since or unit.established_on
    if begin and unit.area.valid_from and begin < unit.area.valid_from and not unit.area.origins.exists():
        begin = unit.area.valid_from
    return Placement(unit=unit, area=unit.area, village=village, valid_from=begin, valid_to=unit.dissolved_on)


def keep_kind_and_place(unit: Unit, *, kind: int, area: int) -> None:
    """Raise ValidationError where `unit` has another kind or another area than before."""
    if kind != unit.kind_id:
        raise ValidationError({"kind": _("A unit keeps its kind for life: dissolve it and enter a new one.")})
    if area != unit.area_id:
        raise ValidationError({"area": _("A unit moves by a new placement, not by a change of its area.")})


@transaction.atomic
def revise(unit: Unit, *, by: User, village: str | None = None) -> Unit:
    """Store a changed unit; its placements follow the days on which it was established and dissolved, and a new `village`.

    Raises StaleRecord for an older version, ValidationError by field, PermissionDenied outside the person's reach.
    """
    if not may(by, "change", Unit, unit):
        raise PermissionDenied(_("You may not change units of %(area)s.") % {"area": unit.area})
    before = Unit.objects.select_for_update().get(pk=unit.pk)
    keep_kind_and_place(unit, kind=before.kind_id, area=before.area_id)
    unit.full_clean()
    unit.save()
    placements = list(unit.placements.select_for_update(of=("self",)).select_related("area"))
    for placement in _following(Revised(unit, before.established_on, before.dissolved_on, village), placements):
        placement.save()
    return unit


@dataclass(frozen=True)
class Revised:
    """A changed unit, the days on which it was established and dissolved before, and its village, if that was said."""

    unit: Unit
    established_on: datetime.date | None
    dissolved_on: datetime.date | None
    village: str | None


def following(revised: Sequence[Revised], *, to_store: bool) -> tuple[list[Placement], dict[int, ValidationError]]:
    """Return which placements of many changed units are to be stored anew, and by unit why that cannot be. One query."""
    placements: dict[int, list[Placement]] = defaultdict(list)
    rows = Placement.objects.filter(unit__in=[one.unit for one in revised])
    if to_store:
        rows = rows.select_for_update(of=("self",))
    for placement in rows.select_related("area"):
        placements[placement.unit_id].append(placement)
    changed: list[Placement] = []
    errors: dict[int, ValidationError] = {}
    for one in revised:
        try:
            changed += _following(one, placements[one.unit.pk])
        except ValidationError as error:
            errors[one.unit.pk] = error
    return changed, errors


def _following(revised: Revised, placements: Sequence[Placement]) -> list[Placement]:
    """Return which of the placements of a unit, in order, are to be stored anew. Raises ValidationError by field."""
    if not placements:
        return []
    unit = revised.unit
    for placement in placements:
        placement.unit = unit
        placement.checked_together = True
    first, last = placements[0], placements[-1]
    changed: dict[int, Placement] = {}
    if revised.village is not None and last.village != revised.village:
        last.village = revised.village
        last.clean_fields(exclude=["unit", "area"])
        changed[last.pk] = last
    if revised.established_on != unit.established_on and first.valid_from == revised.established_on:
        first.valid_from = unit.established_on
        first.clean()
        changed[first.pk] = first
    if revised.dissolved_on != unit.dissolved_on and last.valid_to in (None, revised.dissolved_on):
        last.valid_to = unit.dissolved_on
        _ends_inside(last)
        last.clean()
        changed[last.pk] = last
    return list(changed.values())


@transaction.atomic
def move(unit: Unit, *, to: Area, on: datetime.date, village: str = "", by: User) -> Placement:
    """End the open placement of `unit` on `on`, begin another in `to`, and return the new one."""
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    if not may(by, "change", Unit, locked):
        raise PermissionDenied(_("You may not change units of %(area)s.") % {"area": locked.area})
    opened = locked.placements.select_for_update().filter(valid_to__isnull=True).first()
    if opened is None:
        raise ValidationError(_("“%(unit)s” stands nowhere any more, so it cannot move.") % {"unit": unit})
    opened.valid_to = on
    _ends_inside(opened)
    opened.save()
    placement = Placement(unit=locked, area=to, village=village, valid_from=on)
    placement.full_clean()
    if not may(by, "add", Placement, placement):
        raise PermissionDenied(_("You may not enter units for %(area)s.") % {"area": to})
    placement.save()
    settle(locked)
    return placement


def settle(unit: Unit) -> None:
    """Make the unit's area that of its last placement, after the placements have changed."""
    last = unit.placements.select_related("area").last()
    if last is not None and last.area_id != unit.area_id:
        unit.area = last.area
        unit.save()


def next_code(area: Area) -> str:
    """Return the next free code of a unit first entered in `area`, such as C01897.0027. Locks the area meanwhile."""
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    return f"{area.code}.{last_numbers([area])[area.pk] + 1:04d}"


def last_numbers(areas: Sequence[Area]) -> dict[int, int]:
    """Return the greatest number of a unit's code in each area by its key, 0 where there is none. One query for 200 areas."""
    numbers = {area.pk: 0 for area in areas}
    for some in portions(areas, 200):
        keys = {area.code: area.pk for area in some}
        ranges = (Q(code__gte=f"{code}.", code__lt=f"{code}/") for code in keys)
        for code in Unit.objects.filter(reduce(or_, ranges)).values_list("code", flat=True):
            prefix, _point, tail = code.partition(".")
            if tail.isdecimal() and len(tail) <= 6:
                numbers[keys[prefix]] = max(numbers[keys[prefix]], int(tail))
    return numbers


def _ends_inside(placement: Placement) -> None:
    if placement.valid_to and placement.valid_from and placement.valid_to < placement.valid_from:
        raise ValidationError(
            _("“%(unit)s” stands in %(area)s only from %(day)s: the end cannot come before that.")
            % {"unit": placement.unit, "area": placement.area, "day": placement.valid_from.strftime("%d/%m/%Y")}
        )
