"""The rows to store of a table that was read: each with the change that it is, and those of areas that go along."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from config.dates import in_force
from units.models import Area, AreaSuccession, ReorganisationLine
from units.reorganising.codes import level_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from units.reorganising.rows import Reader, Row


def lines_of(reader: Reader) -> list[ReorganisationLine]:
    """Return the rows to store, with those of areas that go along because what lies above them changes."""
    targets: dict[int, set[str]] = defaultdict(set)
    sources: dict[str, set[int]] = defaultdict(set)
    for row in reader.rows:
        assert row.old is not None
        if row.new_code:
            targets[row.old.pk].add(row.new_code)
            sources[row.new_code].add(row.old.pk)
    lines = [
        ReorganisationLine(
            number=row.number, old=row.old, new_code=row.new_code,
            gso_code="" if row.found else _official(row), level="" if row.found or not row.new_code else level_of(row.new_code),
            area_kind=row.found.kind if row.found else row.kind, name=row.found.name if row.found else row.name,
            parent_code=row.parent_code, kind=_change(row, len(targets[row.old.pk]), len(sources[row.new_code])),
            is_main=bool(row.new_code) and (row.is_main or len(targets[row.old.pk]) == 1), note=row.note,
        )
        for row in reader.rows
        if row.old
    ]  # fmt: skip
    return [*lines, *_along(reader, lines)]


def _official(row: Row) -> str:
    return row.new_code[1:].partition("-")[0] if row.new_code else ""


def _change(row: Row, parts: int, merged: int) -> str:
    kinds = AreaSuccession.Kind
    if not row.new_code:
        return kinds.ABOLISH
    if parts > 1:
        return kinds.SPLIT
    if merged > 1 or row.found is not None:
        return kinds.MERGE
    assert row.old is not None
    same = (row.old.kind, row.old.name) == (row.kind, row.name)
    return kinds.REPARENT if same else kinds.RENAME


def _along(reader: Reader, lines: list[ReorganisationLine]) -> Iterable[ReorganisationLine]:
    """Return a row for each area that the table leaves out and that lies below one that ends: it goes with its parent."""
    reorganisation = reader.reorganisation
    named = {line.old_id for line in lines}
    edge = {line.old_id: line for line in lines}
    divided = {line.old_id for line in lines if line.kind in {AreaSuccession.Kind.SPLIT, AreaSuccession.Kind.ABOLISH}}
    added: list[ReorganisationLine] = []
    while edge:
        children = Area.objects.filter(in_force(reorganisation.eve), parent__in=list(edge), valid_to=None).exclude(
            pk__in=named
        )
        following: dict[int, ReorganisationLine] = {}
        for child in children.order_by("code"):
            above = edge[child.parent_id or 0]
            if above.old_id in divided:
                reader.wrong_below(above, child)
                continue
            line = ReorganisationLine(
                number=above.number, old=child,
                new_code=f"{child.code.partition('-')[0]}-{reorganisation.effective_on:%Y%m%d}",
                gso_code=child.gso_code, level=child.level, area_kind=child.kind, name=child.name,
                parent_code=above.new_code, kind=AreaSuccession.Kind.REPARENT, is_main=True,
                note="đổi theo đơn vị cấp trên",
            )  # fmt: skip
            following[child.pk] = line
        added += following.values()
        edge = following
    return added
