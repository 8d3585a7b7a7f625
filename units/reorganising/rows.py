"""The rows of a table as they are read, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from units.models import Area, Reorganisation, ReorganisationLine

MOST_ERRORS = 100


@dataclass
class Row:
    """One row as typed, with its number in the file, and what it was found to mean."""

    number: int
    old_text: str
    new_text: str
    kind: str
    name: str
    parent_text: str
    is_main: bool
    note: str
    old: Area | None = None
    new_code: str = ""
    found: Area | None = None  # the new area, where it stands in the catalogue already
    parent_code: str = ""


@dataclass
class Reader:
    """Reads one table for one reorganisation and gathers what is wrong with it."""

    reorganisation: Reorganisation
    rows: list[Row] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    def holds(self, area: Area) -> bool:
        """Say whether `area` lies at or below that of the reorganisation: postings go along, so nothing may lead out."""
        top = self.reorganisation.area
        return top.level == top.Level.COUNTRY or top.pk in area.line

    def wrong(self, row: Row, text: str) -> None:
        """Keep what is wrong with a row."""
        self.errors.append((row.number, _("Row %(number)d: %(text)s") % {"number": row.number, "text": text}))

    def wrong_below(self, line: ReorganisationLine, area: Area) -> None:
        """Keep that the table does not say where an area goes that lies below a divided or abolished one."""
        text = _("Row %(number)d: %(area)s (%(code)s) lies in %(parent)s: say in a row of its own where it goes.")
        told = text % {"number": line.number, "area": area, "code": area.code, "parent": line.old}
        self.errors.append((line.number, told))

    @property
    def told(self) -> list[str]:
        """Return what is wrong, row by row."""
        shown = [text for _number, text in sorted(self.errors)][:MOST_ERRORS]
        if len(self.errors) > MOST_ERRORS:
            shown.append(_("… and %(count)d more.") % {"count": len(self.errors) - MOST_ERRORS})
        return shown
