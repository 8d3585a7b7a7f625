"""Cells of a spreadsheet file as they travel: blocks of columns, and their compact form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MARK = "\x7f"  # opens whatever JSON has no form for; texts of cells never hold it
_PLAIN = frozenset({type(None), str, int, float, bool})
_DAYS = frozenset({type(None), date})


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that shows an error, such as "#N/A"; the text is empty for a formula whose value the file does not hold."""

    text: str


Cell = str | int | float | bool | date | datetime | time | Fault | None


@dataclass(frozen=True)
class Block:
    """Some rows of a sheet as columns, from the first column of the sheet to its last filled one.

    `rows` are their numbers in the file, from 1; wholly empty rows are left out. Each column has a cell for each row,
    or none at all where it was not asked for.
    """

    rows: tuple[int, ...]
    columns: list[list[Cell]]


def encode(block: Block) -> bytes:
    """Return the block as JSON in UTF-8. Raises TypeError for a cell of another type, ValueError for one that has no form."""
    forms = []
    columns = []
    for column in block.columns:
        form, cells = _written(column)
        forms.append(form)
        columns.append(cells)
    content = {"rows": block.rows, "forms": "".join(forms), "columns": columns}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def decode(block: bytes) -> Block:
    """Return the block that `encode` has written."""
    content = json.loads(block)
    columns = [_READ[form](cells) for form, cells in zip(content["forms"], content["columns"], strict=True)]
    return Block(tuple(content["rows"]), columns)


def _written(column: Sequence[Cell]) -> tuple[str, Sequence[Any]]:
    """Return the form of a column and its cells: p as they are, d as ordinals of days, m each with its own mark."""
    kinds = set(map(type, column))
    if kinds <= _PLAIN:
        return "p", column
    if kinds <= _DAYS:
        return "d", [day if day is None else day.toordinal() for day in column]  # type: ignore[union-attr]
    return "m", [cell if cell.__class__ in _PLAIN and cell.__class__ is not str else _marked(cell) for cell in column]


def _marked(cell: Any) -> str:
    if isinstance(cell, str):
        if cell.startswith(MARK):
            raise ValueError(cell)
        return cell
    if isinstance(cell, Fault):
        return f"{MARK}f{cell.text}"
    if isinstance(cell, datetime):
        return f"{MARK}m{cell.isoformat()}"
    if isinstance(cell, date):
        return f"{MARK}d{cell.isoformat()}"
    if isinstance(cell, time):
        return f"{MARK}t{cell.isoformat()}"
    raise TypeError(f"{type(cell).__name__} is no cell")


def _same(cells: list[Any]) -> list[Any]:
    return cells


def _days(cells: list[Any]) -> list[Any]:
    if None in cells:
        return [cell if cell is None else date.fromordinal(cell) for cell in cells]
    return list(map(date.fromordinal, cells))


_MARKED: dict[str, Callable[[str], Any]] = {
    "f": Fault,
    "m": datetime.fromisoformat,
    "d": date.fromisoformat,
    "t": time.fromisoformat,
}


def _unmarked(cells: list[Any]) -> list[Any]:
    return [_MARKED[cell[1]](cell[2:]) if cell.__class__ is str and cell.startswith(MARK) else cell for cell in cells]


_READ: dict[str, Callable[[list[Any]], list[Any]]] = {"p": _same, "d": _days, "m": _unmarked}
