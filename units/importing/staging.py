"""What was checked, kept until it is confirmed: blocks of columns, as JSON."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey

from units.importing.checking import CHANGED, NEW, REFUSED, Checked
from units.importing.sheets import AT_ONCE, key_of
from units.models import UploadBlock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.sheets import Sheet
    from units.models import Upload

MOST_SHOWN = 100
MOST_REFUSED = 5000
MOST_QUESTIONS = 60


def keep(upload: Upload, sheet: Sheet, checked: Checked) -> None:
    """Store the new and changed rows of a check, and what its page shows, in place of an earlier check."""
    upload.blocks.exclude(part=UploadBlock.Part.READ).delete()
    wanted = [index for index, status in enumerate(checked.status) if status in (NEW, CHANGED)]
    known = sheet.read_columns()
    packs = {name: known[name].cell.pack for name in checked.names}
    blocks = []
    for number, start in enumerate(range(0, len(wanted), AT_ONCE)):
        some = wanted[start : start + AT_ONCE]
        content = {
            "places": [checked.places[index] for index in some],
            "status": [checked.status[index] for index in some],
            "keys": [checked.keys[index] for index in some],
            "versions": [checked.versions[index] for index in some],
            "names": checked.names,
            "changing": sorted(checked.changing),
            "columns": [_packed(packs[name], checked.columns[name], some) for name in checked.names],
        }
        blocks.append(_block(upload, UploadBlock.Part.CHECKED, number, content))
    refused = [
        [*checked.places[index], problem.name, problem.message]
        for index in checked.rows(REFUSED)[:MOST_REFUSED]
        for problem in checked.problems[index]
    ]
    if refused:
        blocks.append(_block(upload, UploadBlock.Part.REFUSED, 0, refused))
    UploadBlock.objects.bulk_create(blocks, batch_size=10)


def kept(upload: Upload) -> Checked:
    """Return the new and changed rows of a check as they were kept; records stand by their keys."""
    parts: list[dict[str, Any]] = [
        json.loads(bytes(content))
        for content in upload.blocks.filter(part=UploadBlock.Part.CHECKED)
        .order_by("number")
        .values_list("content", flat=True)
    ]
    names = tuple(parts[0]["names"]) if parts else ()
    together = Checked(names, [], {name: [] for name in names}, [], [], [])
    for part in parts:
        together.changing |= set(part["changing"])
        together.places += [tuple(place) for place in part["places"]]
        together.status += part["status"]
        together.keys += part["keys"]
        together.versions += part["versions"]
        for name, column in zip(names, part["columns"], strict=True):
            together.columns[name] += column
    return together


def unpacked(checked: Checked, sheet: Sheet) -> Checked:
    """Return the same with the values of the fields."""
    known = sheet.read_columns()
    for name in checked.names:
        unpack = known[name].cell.unpack
        if known[name].cell.is_packed:
            checked.columns[name] = [unpack(value) for value in checked.columns[name]]
    return checked


def shown(sheet: Sheet, checked: Checked) -> dict[str, Any]:
    """Return what the page of a check shows: the counts, and the first rows of each kind."""
    known = sheet.read_columns()
    changed, new, refused = checked.rows(CHANGED), checked.rows(NEW), checked.rows(REFUSED)
    first = changed[:MOST_SHOWN]
    before = _named(sheet, checked, first)
    reasons: dict[tuple[str, str], int] = {}
    for index in refused:
        for problem in checked.problems[index]:
            key = problem.name, problem.message
            reasons[key] = reasons.get(key, 0) + 1
    return {
        "counts": {"new": len(new), "changed": len(changed), "same": len(checked.status) - len(new) - len(changed) - len(refused), "refused": len(refused)},
        "names": [name for name in checked.names if name != "pk"],
        "new": [
            {"place": checked.places[index], "cells": [text_of(known[name].cell.told(checked.columns[name][index])) for name in checked.names if name != "pk"]}
            for index in new[:20]
        ],
        "changed": [
            {
                "place": checked.places[index],
                "record": sheet.name_of(checked, index),
                "cells": [
                    [name, text_of(known[name].cell.told(before.get((name, old), old))), text_of(known[name].cell.told(_value(before, name, checked.columns[name][index])))]
                    for name, old in checked.old[index].items()
                ],
            }
            for index in first
        ],
        "refused": [
            {"place": checked.places[index], "problems": [[one.name, one.message] for one in checked.problems[index]]}
            for index in refused[:MOST_SHOWN]
        ],
        "reasons": [[name, message, count] for (name, message), count in sorted(reasons.items(), key=lambda one: -one[1])[:20]],
        "questions": [
            {"name": one.name, "cell": one.cell, "message": one.message, "readings": one.readings, "rows": one.rows, "count": one.count, "is_doubt": one.is_doubt}
            for one in sorted(checked.questions, key=lambda one: -one.count)[:MOST_QUESTIONS]
        ],
    }  # fmt: skip


def text_of(value: Any) -> str:
    """Return a shown value as a page prints it."""
    if value is None or value == "":
        return ""
    return f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else str(value)


def _value(before: dict[tuple[str, Any], Any], name: str, value: Any) -> Any:
    return before.get((name, value), value) if isinstance(value, int) else value


def _named(sheet: Sheet, checked: Checked, indexes: Sequence[int]) -> dict[tuple[str, Any], Any]:
    """Return the records that changed cells named before, by column and key."""
    found: dict[tuple[str, Any], Any] = {}
    for name in checked.names:
        foreign = next((one for one in sheet.model._meta.concrete_fields if one.name == name), None)
        if isinstance(foreign, ForeignKey):
            keys = {checked.old[index][name] for index in indexes if name in checked.old[index]} - {None}
            related: Any = foreign.related_model
            found |= {(name, key): record for key, record in related._base_manager.in_bulk(keys).items()}
    return found


def _packed(pack: Any, column: Sequence[Any], some: Sequence[int]) -> list[Any]:
    """Return some cells as JSON keeps them; the same day or record in many rows is packed once."""
    cells = [column[index] for index in some]
    kinds = set(map(type, cells))
    if kinds <= _PLAIN:
        return cells
    if kinds <= _DAYS:
        days = {day: pack(day) for day in set(cells)}
        return [days[day] for day in cells]
    packed: dict[int, Any] = {}
    for cell in cells:
        if cell.__class__ not in _PLAIN and id(cell) not in packed:
            packed[id(cell)] = pack(cell)
    return [packed[id(cell)] if cell.__class__ not in _PLAIN else cell for cell in cells]


_PLAIN = {str, int, bool, type(None)}
_DAYS = {date, type(None)}


def _block(upload: Upload, part: UploadBlock.Part, number: int, content: Any) -> UploadBlock:
    encoded = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=key_of).encode()
    return UploadBlock(upload=upload, part=part, number=number, content=encoded)
