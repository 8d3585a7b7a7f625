"""For whom and for when a sheet is read or written, with what was looked up once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from units.models import Area
from units.models.people import today

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from units.models import User

_LEGEND = re.compile(r"[(“\"'‘]\s*[-–—]\s*[)”\"'’]\s*(?:là|nghĩa là|:|=)?\s*(?:không|bằng 0|0\b)", re.IGNORECASE)

Span: TypeAlias = "tuple[date, date]"  # both days belong to it


@dataclass(frozen=True)
class Around:
    """What the rows of a table say besides their own cells: one entry for each row."""

    spans: Sequence[Span | None]  # when the row was so
    inside: Sequence[Area | None]  # the area under whose head it stands
    years: Sequence[int | None]

    @property
    def are_one(self) -> bool:
        """Say whether all rows say the same."""
        return len(self.years) > 0 and len(set(map(id, self.spans))) == 1 == len(set(map(id, self.inside)))


@dataclass
class Context:
    """One person at work on one sheet."""

    user: User
    today: date = field(default_factory=today)
    days_from_1904: bool = False
    given: dict[str, Any] = field(default_factory=dict)  # what the person stated once for all rows, by head
    year: int | None = None  # of which the whole file tells
    sender: Area | None = None
    around: Around | None = None  # of the rows that are being read
    titles: Sequence[str] = ()  # what stands above the heads
    tab: int = 0  # whose rows are being read
    dashes_for_none: frozenset[int] = frozenset()  # tabs that themselves say that a dash means none
    kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def dash_is_none(self) -> bool:
        """Say whether the tab itself says that a dash means none."""
        return self.tab in self.dashes_for_none

    def around_of(self, column: Sequence[Any]) -> Around:
        """Return what the rows of `column` say; of an answer only what the file says."""
        if self.around is not None and len(self.around.years) == len(column):
            return self.around
        count = len(column)
        return Around([span_of(self.year)] * count, [None] * count, [self.year] * count)

    def labels(self, keys: Iterable[int | None]) -> dict[int, str]:
        """Return the names of areas with what lies above, by key; each is read once."""
        labels: dict[int, str] = self.kept.setdefault("labels", {})
        wanted = {key for key in keys if key is not None and key not in labels}
        if wanted:
            rows = Area.objects.select_related("district", "province")
            found = rows.filter(pk__in=wanted) if len(wanted) < 500 else rows
            labels |= {area.pk: area.label for area in found}
        return labels


def says_dash_is_none(text: str) -> bool:
    """Say whether a remark explains a dash: “Ghi chú: dấu (-) là không có”."""
    return _LEGEND.search(text) is not None


def span_of(year: int | None) -> Span | None:
    """Return the days of a year, None where it is not known."""
    return (date(year, 1, 1), date(year, 12, 31)) if year and 1 <= year <= 9999 else None
