"""For whom and for when a sheet is read or written, with what was looked up once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from units.models import Area
from units.models.people import today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from units.models import User


@dataclass
class Context:
    """One person at work on one sheet."""

    user: User
    today: date = field(default_factory=today)
    days_from_1904: bool = False
    given: dict[str, Any] = field(default_factory=dict)  # what the person stated once for all rows, by head
    kept: dict[Any, Any] = field(default_factory=dict)

    def labels(self, keys: Iterable[int | None]) -> dict[int, str]:
        """Return the names of areas with what lies above, by key; each is read once."""
        labels: dict[int, str] = self.kept.setdefault("labels", {})
        wanted = {key for key in keys if key is not None and key not in labels}
        if wanted:
            rows = Area.objects.select_related("district", "province")
            found = rows.filter(pk__in=wanted) if len(wanted) < 500 else rows
            labels |= {area.pk: area.label for area in found}
        return labels
