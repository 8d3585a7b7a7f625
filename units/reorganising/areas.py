"""Writing a reorganisation's own table into the catalogue of areas, and taking it out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.records import portions
from units.models import Area, AreaSuccession

if TYPE_CHECKING:
    from units.models import Reorganisation, ReorganisationLine

LEVELS = (Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE)


def write(reorganisation: Reorganisation) -> None:
    """Append the new areas and successions of the table, and end the old areas."""
    lines = list(reorganisation.lines.select_related("old"))
    if not lines:
        return
    codes = {line.new_code for line in lines} | {line.parent_code for line in lines}
    known = {area.code: area for area in Area.objects.select_related("parent").filter(code__in=codes)}
    for level in LEVELS:
        for line in lines:
            if line.level == level and line.new_code and line.new_code not in known:
                known[line.new_code] = _found(line, known[line.parent_code], reorganisation)
    Area.objects.filter(pk__in=[line.old_id for line in lines]).update(valid_to=reorganisation.effective_on)
    AreaSuccession.objects.bulk_create(
        [
            AreaSuccession(
                predecessor_id=line.old_id,
                successor=known[line.new_code] if line.new_code else None,
                effective_on=reorganisation.effective_on,
                kind=line.kind,
                is_main=line.is_main,
                note=line.note,
            )
            for line in lines
        ],
        batch_size=1000,
    )


def _found(line: ReorganisationLine, parent: Area, reorganisation: Reorganisation) -> Area:
    area = Area(
        code=line.new_code,
        gso_code=line.gso_code,
        level=line.level,
        kind=line.area_kind,
        name=line.name,
        parent=parent,
        valid_from=reorganisation.effective_on,
        source=reorganisation.act,
    )
    area.fill_ancestors()
    itself = area.level if area.level in {Area.Level.PROVINCE, Area.Level.DISTRICT} else ""
    if itself:
        setattr(area, itself, None)
    area.save()
    if itself:
        setattr(area, itself, area)
        area.save()
    return area


def take_out(reorganisation: Reorganisation) -> None:
    """Remove what `write` has appended and open the old areas again. The codes stay in the lines of the table.

    Raises ProtectedError where something newer stands in a new area.
    """
    lines = list(reorganisation.lines.all())
    if not lines:
        return
    olds = [line.old_id for line in lines]
    day = reorganisation.effective_on
    for some in portions(olds):
        AreaSuccession.objects.filter(predecessor__in=some, effective_on=day).delete()
        Area.objects.filter(pk__in=some, valid_to=day).update(valid_to=None)
    made = {line.new_code for line in lines if line.level}
    for level in reversed(LEVELS):
        rows = Area.objects.filter(code__in=made, level=level, valid_from=day)
        rows.update(province=None, district=None)  # an area of these levels names itself
        rows.delete()
