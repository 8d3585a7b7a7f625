"""Publishing a year: its numbers are compared before anything is locked, and once more only where one changed meanwhile."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from config.workflow import Refused, make_move, obstacle
from movement import editions
from movement.findings import unexplained_of
from movement.models import Figure, FindingReason
from movement.models.reports import State
from movement.workflow import REPORT_MOVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.models import Report, ReportStep
    from units.models import User

MOST_TOLD = 20
Versions = tuple[dict[int, int], dict[str, int | None], dict[str, int | None]]


class Unexplained(Refused):
    """The numbers do not agree, and nobody has said why."""


def publish(top: Report, *, by: User, note: str) -> ReportStep:
    """Seal the year of `top` as its next edition and return the step. Raises Refused, PermissionDenied.

    Comparing the numbers of a province takes seconds: nobody waits for it.
    """
    move, compared = REPORT_MOVES["publish"], None
    if not obstacle(top, move, by=by):
        reports = list(editions.approved(top))
        compared = versions_of(reports)  # as they are before the numbers are looked at
        demand_agreement(top, reports)
    with transaction.atomic():
        sealed = editions.lock(top)
        step: ReportStep = make_move(top, move, by=by, note=note, demand=lambda: demand_again(top, sealed, compared))
        editions.seal(top, by=by, reason=note)
    return step


def versions_of(reports: Sequence[Report]) -> Versions:
    """Return what changes with every entry, correction, approval and reason in `reports`. Two queries."""
    keys = [one.pk for one in reports]
    entered, explained = (
        model.objects.filter(report__in=keys).aggregate(rows=Count("pk"), sum=Sum("version"))
        for model in (Figure, FindingReason)
    )
    return {one.pk: one.version for one in reports}, entered, explained


def demand_agreement(top: Report, reports: Sequence[Report]) -> None:
    """Raise Unexplained where numbers of what is published for the first time, or of `top`, are wrong, or doubtful unexplained.

    What stands out against other years and areas was explained when the report was approved.
    """
    asked = [one for one in reports if one.state == State.APPROVED or one.pk == top.pk]
    if found := list(islice(unexplained_of(asked), MOST_TOLD)):
        raise Unexplained(
            _("The year cannot be published: these numbers do not agree and nobody has explained why: %(lines)s.")
            % {"lines": "; ".join(f"{one.figure.report.area} – {one}" for one in found)}
        )


def demand_again(top: Report, reports: Sequence[Report], compared: Versions | None) -> None:
    """Compare the numbers of the locked `reports` unless they are still those that were compared before."""
    if versions_of(reports) != compared:
        demand_agreement(top, reports)
