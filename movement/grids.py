"""Rows by columns of figures: one table, and the charts drawn from the very same numbers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from movement.places import Place


@dataclass(frozen=True)
class Cell:
    """One number with how it is printed; `by_others`: not sealed by us but of record elsewhere.

    On another map: `missing` are the areas without which it is incomplete, `reason` says why it cannot be told.
    """

    value: int | None = None
    printed: str = ""
    synthetic: bool = False
    by_others: bool = False
    missing: tuple[Place, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Column:
    """What a column counts."""

    code: str
    label: str


@dataclass(frozen=True)
class Line:
    """One row: an area, or a year. On another map `sources` are the areas that it is made of."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    url: str = ""
    note: str = ""
    sources: tuple[Place, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """Return why numbers of the row cannot be told, each reason once."""
        return list(dict.fromkeys(cell.reason for cell in self.cells if cell.reason))

    @property
    def missing(self) -> list[Place]:
        """Return the areas without which numbers of the row are incomplete, each once."""
        return list(dict.fromkeys(place for cell in self.cells for place in cell.missing))


@dataclass(frozen=True)
class Grid:
    """The rows and columns of one table."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Line | None = None

    @property
    def synthetic(self) -> bool:
        """Say whether any number of the rows is illustrative."""
        return any(cell.synthetic for line in self.lines for cell in line.cells)

    @property
    def version(self) -> str:
        """Return a short digest of the numbers: a chart stands only over the table that it was drawn from."""
        data = [
            [column.code for column in self.columns],
            [[line.code, *((cell.value, cell.by_others) for cell in line.cells)] for line in self.lines],
        ]
        return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]

    def drawing(self, name: str) -> str:
        """Return the name under which the chart called `name` of these numbers is stored."""
        return f"{name}-{self.version}"
