"""What the reader of workbooks does not tell of a sheet, and is looked up beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[int, int]  # row and column, from 0


@dataclass
class Untold:
    """The errors that cells show, the forms of days that show no day of the month, and merged ranges (OpenDocument)."""

    faults: dict[Place, str] = field(default_factory=dict)
    forms: dict[Place, str] = field(default_factory=dict)  # as strftime takes them
    merged: list[tuple[Place, Place]] = field(default_factory=list)  # first and last cell
