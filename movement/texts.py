"""Writing what a report says in words: while it is open, and by a correction with a reason once it is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from movement.deadlines import closed_text
from movement.models import Report, ReportSection, Shortcoming, Task
from movement.models.reports import APPROVED_STATES, State
from movement.models.texts import shortened
from units.auth import may
from units.boundary import refuse_blocked_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from units.models import Body, User

Row = TypeVar("Row", ReportSection, Shortcoming, Task)


@transaction.atomic
def write(row: Row, *, by: User) -> Row:
    """Store a section, shortcoming or task of an open report.

    Raises PermissionDenied where the person may not, or where the report has been sent on; ValidationError by field;
    StaleRecord.
    """
    row.report = lock(row.report_id)
    verb = "change" if row.pk else "add"
    if not may(by, verb, type(row), row):
        raise PermissionDenied(
            locked_text(row.report) or _("You may not write texts for %(area)s.") % {"area": row.report.area}
        )
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def take_out(row: Row, *, by: User) -> None:
    """Take a section, shortcoming or task out of an open report; the history keeps it. Raises PermissionDenied."""
    row.report = lock(row.report_id)
    if not may(by, "delete", type(row), row):
        raise PermissionDenied(
            locked_text(row.report) or _("You may not write texts for %(area)s.") % {"area": row.report.area}
        )
    row.delete()


@transaction.atomic
def correct_text(row: Row, *, reason: str, by: User, cooperating: Iterable[Body] | None = None) -> Row:
    """Correct a text of an approved report: a new version with its reason in the history, and a step of the report.

    The text is stored as it stands on `row`; `cooperating` replaces the bodies that share a task. What is published
    stays as it was sealed until the next edition. Raises PermissionDenied, ValidationError, StaleRecord.
    """
    row.report = report = lock(row.report_id)
    if report.state not in APPROVED_STATES:
        raise ValidationError(_("“%(report)s” is not approved yet: change the text on its page.") % {"report": report})
    if not by.has_perm("movement.correct_report", report):
        raise PermissionDenied(_("You may not correct texts of %(area)s.") % {"area": report.area})
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason for the correction.")})
    refuse_blocked_text(reason)
    row.full_clean()
    row._change_reason, row._history_user = reason.strip(), by
    row.save()
    if cooperating is not None and isinstance(row, Task):
        row.cooperating.set(cooperating)
    report.steps.create(
        name="correct", before=report.state, after=report.state, by=by, note=f"{label(row)}: {reason.strip()}"
    )
    return row


def lock(report: int) -> Report:
    """Return the report called `report`, locked: whoever sends it on waits until the text is stored."""
    return Report.objects.select_for_update(of=("self",), no_key=True).select_related("area", "period").get(pk=report)


def label(row: ReportSection | Shortcoming | Task) -> str:
    """Return what kind of text it is and how it begins; of an internal one the kind alone."""
    kind = row.get_kind_display() if isinstance(row, ReportSection) else row._meta.verbose_name
    public = bool(row.text) if isinstance(row, ReportSection) else row.is_public
    return f"{kind} “{shortened(row.text)}”" if public else str(kind)


def locked_text(report: Report) -> str:
    """Return why the texts of `report` cannot be changed, and what to do instead."""
    if report.state in APPROVED_STATES:
        return _("“%(report)s” is approved and locked: only a correction with a reason changes a text.") % {
            "report": report
        }
    if closed := closed_text(report):
        return closed
    if report.state in {State.AWAITING_SIGNATURE, State.SUBMITTED}:
        return _("“%(report)s” has been sent on: recall it before you change a text.") % {"report": report}
    return ""
