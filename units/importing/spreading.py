"""What cells hold besides what their column says is put where it belongs, before any cell is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from config.folding import fold
from units.importing.cells import DayCell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from units.importing.context import Context
    from units.importing.gathering import Table
    from units.importing.sheets import Column
    from units.importing.spills import Spill


def spread(table: Table, names: Sequence[str], columns: Mapping[str, Column], context: Context) -> dict[str, list[Any]]:
    """Return the raw columns `names`, what their cells hold for other columns put there where those are empty."""
    raw = {name: table.columns[name] for name in names}
    for name in names:
        spill = columns[name].spill
        if spill is None or (spill.only_without_column and _is_told(columns[spill.into], raw, context)):
            continue
        tabs = _tabs_under(table, name, spill)
        others = {tab for tab, _row in table.places} - tabs
        for some, split in ((tabs, splitter(spill, columns, context)), (others, spill.named)):
            of_two_numbers = spill.under is not None and some is tabs
            if some and split is not None:
                told = {cell: split(cell) for cell in {cell for cell in raw[name] if cell.__class__ is str}}
                if any(told.values()):
                    _spread(table, raw, name, spill, some, told, context, of_two_numbers=of_two_numbers)
    return raw


def _spread(
    table: Table,
    raw: dict[str, list[Any]],
    name: str,
    spill: Spill,
    tabs: set[int],
    told: Mapping[Any, Any],
    context: Context,
    *,
    of_two_numbers: bool,
) -> None:
    stays, goes = list(raw[name]), list(raw.get(spill.into) or [None] * len(raw[name]))
    for index, cell in enumerate(stays):
        if table.places[index][0] not in tabs or (
            spill.only_without_column and spill.into in table.groups[index].cells
        ):
            continue
        parts = told.get(cell) if cell.__class__ is str else None
        if parts is not None:
            if parts[1] is None or goes[index] is None or _is_same_day(parts[1], goes[index], context):
                stays[index] = parts[0]
            goes[index] = parts[1] if goes[index] is None else goes[index]
        elif of_two_numbers and isinstance(cell, date):
            goes[index] = cell  # what Excel made of two numbers tells neither
    raw[name] = stays
    if spill.into in raw or any(cell is not None for cell in goes):
        raw[spill.into] = goes
        for tab in tabs:
            table.heads.setdefault((tab, spill.into), table.heads.get((tab, name), ""))


def _is_same_day(one: Any, other: Any, context: Context) -> bool:
    days = DayCell().read([one, other], context)
    return bool(days[0] == days[1])


def _is_told(column: Column, raw: Mapping[str, Sequence[Any]], context: Context) -> bool:
    """Say whether the file has a column, or the person stated it for all rows."""
    return any(cell is not None for cell in raw.get(column.name, ())) or column.head in context.given


def _tabs_under(table: Table, name: str, spill: Spill) -> set[int]:
    """Return the tabs in which the head of a column lets its cells be split."""
    tabs = {tab for tab, _row in table.places}
    return {tab for tab in tabs if spill.under is None or spill.under.search(fold(table.heads.get((tab, name), "")))}


def splitter(spill: Spill, columns: Mapping[str, Column], context: Context) -> Callable[[str], tuple[Any, Any] | None]:
    """Return what splits a text: where the spill does not say, all stays, and what the other cell finds in it goes."""
    if spill.split is not None:
        return spill.split
    cell = columns[spill.into].cell

    def split(text: str) -> tuple[Any, Any] | None:
        found = cell.found_in(text, context)
        return (text, found) if found is not None else None

    return split
