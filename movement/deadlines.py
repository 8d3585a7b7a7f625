"""Late and locked are two things, and each explains itself: what, since when, until when, and who gives more time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movement.models.reports import UNSENT_STATES
from units.auth import may
from units.models import Area

if TYPE_CHECKING:
    from datetime import date

    from movement.models import Extension, Report
    from units.models import User

LEVELS = (Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE)
SOON = 7  # days before its due day that a report is called to mind


def late_text(report: Report) -> str:
    """Return that the report is late, since when, and until when it can still be sent; nothing where it is not late.

    The days are computed against today; a report that is also locked is told by `closed_text`.
    """
    if not report.is_overdue or report.due_on is None or report.is_closed:
        return ""
    days = (timezone.localdate() - report.due_on).days
    text = ngettext(
        "Late by %(days)d day: it was due on %(due)s.", "Late by %(days)d days: it was due on %(due)s.", days
    ) % {"days": days, "due": written(report.due_on)}
    return f"{text} {open_text(report)}"


def open_text(report: Report) -> str:
    """Return until when a report can be entered and sent."""
    if report.closes_on is None:
        return _("It can still be entered and sent.")
    if report.extended_until == report.closes_on:
        return _("By extension it can be entered and sent until the end of %(day)s.") % {
            "day": written(report.closes_on)
        }
    return _("It can still be entered and sent until the end of %(day)s, then it is locked.") % {
        "day": written(report.closes_on)
    }


def closed_text(report: Report) -> str:
    """Return that entry has closed for a report that was not sent, since when, and who gives more time; else nothing.

    What has been approved is locked for another reason, and corrected in another way.
    """
    if report.closes_on is None or not report.is_closed:
        return ""
    return _(
        "“%(report)s” is locked since %(since)s: the last day of entry was %(last)s. Only an extension opens it again: ask %(who)s."
    ) % {
        "report": report,
        "since": written(report.closes_on + timedelta(days=1)),
        "last": written(report.closes_on),
        "who": who_extends(report),
    }


def who_extends(report: Report) -> str:
    """Return who gives more time for the report: those posted above it, or the leader of the area that opened the period."""
    if report.is_top or report.goes_to is None:
        return _("the leader of %(area)s") % {"area": report.area}
    return _("the reviewer, leader or administrator of %(area)s") % {"area": report.goes_to}


def soon_text(report: Report) -> str:
    """Return in how many days an unsent report is due, in the week before; else nothing."""
    if report.due_on is None or report.state not in UNSENT_STATES:
        return ""
    days = (report.due_on - timezone.localdate()).days
    if days == 0:
        return _("Due today.")
    if 0 < days <= SOON:
        return ngettext("Due in %(days)d day.", "Due in %(days)d days.", days) % {"days": days}
    return ""


def told(report: Report) -> str:
    """Return what is to be known of the days of an unsent report: locked, late, or due soon, and nothing else."""
    if report.state not in UNSENT_STATES:
        return ""
    if report.is_closed:
        return closed_text(report)
    if late := late_text(report):
        return late
    return soon_text(report)


def written(day: date) -> str:
    """Return a day as officers write it."""
    return f"{day:%d/%m/%Y}"


def give(extension: Extension, *, by: User) -> Extension:
    """Store an extension that `by` gives or changes. Raises PermissionDenied, ValidationError by field, StaleRecord."""
    new = extension._state.adding
    verb = "add" if new else "change"
    if not may(by, verb, type(extension), extension):
        raise PermissionDenied(
            _("More time for %(area)s is given by those posted above it, not by its own people.")
            % {"area": extension.area}
        )
    if new:
        extension.given_by = by
    extension.full_clean()
    extension.save()
    return extension
