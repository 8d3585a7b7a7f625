"""Reasons as an officer gives them: for what the page shows, with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.findings import Answer, explain, findings

if TYPE_CHECKING:
    from movement.models import Report
    from units.models import User

SAID = "Đã đối chiếu với xã, số này đúng"


def explained(report: Report, *, by: User, reason: str = SAID) -> list[str]:
    """Give `reason` for all that looks wrong in `report` now; return what could not be taken."""
    return explain(report, [Answer(one.key, one.seen, reason) for one in findings(report)], by=by)
