"""A file that is one plain table: its first filled row holds the heads, and it is read whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.reading.files import UnreadableFile, decode, open_file

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Table:
    """The heads of a table, and its rows: the number of each in the file, and a cell for each head."""

    heads: list[str]
    rows: list[tuple[int, Sequence[Any]]]


def read_table(content: bytes) -> Table:
    """Return the first sheet of a file, empty rows left out. Raises UnreadableFile, fit to show."""
    rows: list[tuple[int, Sequence[Any]]] = []
    with open_file(content) as file:
        shown = next((one for one in file.sheets if not one.hidden), file.sheets[0])
        for block in map(decode, file.blocks(shown.index)):
            rows += zip(block.rows, zip(*block.columns, strict=True), strict=True)
    if not rows:
        raise UnreadableFile(_("The first sheet is empty."))
    heads = ["" if cell is None else str(getattr(cell, "text", cell)) for cell in rows[0][1]]
    while heads and not heads[-1]:
        heads.pop()
    return Table(heads, [(number, cells[: len(heads)]) for number, cells in rows[1:]])
