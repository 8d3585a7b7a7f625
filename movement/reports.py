"""Writing reports: opening a period, entering figures, making a move with all that it brings, correcting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from config.records import create_all
from config.words import worded
from config.workflow import make_move
from movement import deadlines, review, rollup
from movement.counted import count, lines_when_sent, stored_lines
from movement.counting import register_counts
from movement.findings import broken_checks, unexplained
from movement.models import Figure, Indicator, Period, Report, ReportStep
from movement.models.reports import APPROVED_STATES, State
from movement.publishing import Unexplained, publish
from movement.tallies import record_counts
from movement.workflow import REPORT_MOVES
from units.boundary import refuse_blocked_text
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable

    from movement.counted import Counted
    from movement.findings import Finding
    from units.models import User

SENDING = frozenset({"request_signature", "submit"})  # whoever can mend a figure sends it first, so both ask


@transaction.atomic
def open_period(period: Period, *, by: User, synthetic: bool = False) -> list[Report]:
    """Give every area that owes one on the map of the period's end a draft with a line per indicator; return the new drafts.

    Areas that have their report already keep it, so opening twice changes nothing.
    """
    routes = review.routes(period)
    have = set(Report.objects.filter(period=period).values_list("area_id", flat=True))
    reports = [
        Report(area=area, period=period, goes_to_id=review.goes_to(area, routes), synthetic=synthetic)
        for area in review.owing(period, routes)
        if area.pk not in have
    ]
    create_all(reports, by=by)
    form = list(Indicator.objects.of_form(period))
    if reports and not period.indicators.exists():  # from now on only movement.opening.renew_form changes the form
        keep_form(period, form, by=by)
    lines = [one for one in form if one.has_one_line]
    figures = [Figure(report=report, indicator=line, synthetic=synthetic) for report in reports for line in lines]
    create_all(figures, by=by)
    if reports:
        rollup.expect_communes(period)
    return reports


def keep_form(period: Period, lines: Iterable[Indicator], *, by: User) -> None:
    """Add `lines` to those that the reports of `period` are opened with; its history tells by whom."""
    period._history_user = by
    period.indicators.add(*lines)


def move_report(report: Report, name: str, *, by: User, note: str = "") -> ReportStep:
    """Make the move called `name` on `report` and return its step.

    Sending counts the register into the figures; approving brings the totals above up to date; publishing seals an
    edition. None of these goes on while a number is wrong, or doubtful and not explained. Raises Refused (with a text fit
    to show), PermissionDenied, ValidationError for a note beyond the boundary.
    """
    refuse_blocked_text(note)
    return publish(report, by=by, note=note) if name == "publish" else make(report, name, by=by, note=note)


@transaction.atomic
def make(report: Report, name: str, *, by: User, note: str) -> ReportStep:
    """Make any other move than publishing, with all that it brings."""
    # numbers are compared under the report's own lock: those above wait only while there is something to add to them
    step: ReportStep = make_move(
        report, REPORT_MOVES[name], by=by, note=note, demand=lambda: demand_agreement(report, name)
    )
    match name:
        case "approve":
            rollup.refresh_line(report)
    return step


def demand_agreement(report: Report, name: str) -> None:
    """Raise Unexplained where numbers are wrong or doubtful and nobody has said why, before they leave the desk.

    Before a report is sent, what the register and the records count is copied into it.
    """
    if name in {*SENDING, "approve"}:
        report = Report.objects.select_related("area", "period__area").get(pk=report.pk)  # as it stands, under its lock
    if name in SENDING:
        numbers = count(report)
        count_register(report, numbers)
        refuse_open(report, unexplained(report, numbers), _("“%(report)s” cannot be sent on"))
    if name == "approve":
        refuse_open(report, unexplained(report), _("“%(report)s” cannot be approved"))


def refuse_open(report: Report, open_ones: list[Finding], refusal: str) -> None:
    """Raise Unexplained with each of `open_ones`, what must be fixed before what may also be explained."""
    told = [
        heading % {"lines": "; ".join(map(str, lines))}
        for heading, lines in (
            (_("To be fixed: %(lines)s."), [one for one in open_ones if one.is_error]),
            (_("To be fixed or explained: %(lines)s."), [one for one in open_ones if not one.is_error]),
        )
        if lines
    ]
    if told:
        raise Unexplained(" ".join([f"{refusal % {'report': report}}.", *told]))


def count_register(report: Report, numbers: Counted | None = None) -> None:
    """Copy what the register counts as of the cut-off, and what the area's own records count, into the report's own figures."""
    _lines, changed = lines_when_sent(report, numbers or count(report))
    for figure in changed:
        figure.save()
    rollup.recompute(report)


@transaction.atomic
def enter(figure: Figure, *, by: User) -> Figure:
    """Store an officer's entry in an open report. Raises PermissionDenied, ValidationError, StaleRecord."""
    report = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("area", "period")
        .get(pk=figure.report_id)
    )
    figure.report = report
    if not by.has_perm("movement.change_figure", figure):
        raise PermissionDenied(
            locked_text(report) or _("You may not enter figures for %(area)s.") % {"area": report.area}
        )
    figure.full_clean()
    if (
        figure.indicator.counts
        and figure.pk
        and figure.own != Figure.objects.values_list("own", flat=True).get(pk=figure.pk)
    ):
        refuse_typed(figure)
        figure.register_on = None if figure.indicator.counts_records else figure.register_on
    figure.save()
    return figure


def refuse_typed(figure: Figure) -> None:
    """Raise ValidationError where `own` of a figure that is counted is another number than the count."""
    report, indicator = figure.report, figure.indicator
    if indicator.counts_register:
        raise ValidationError(
            {
                "own": _("“%(figure)s” is counted from the register: enter the units, not the number.")
                % {"figure": figure.label}
            }
        )
    counted = record_counts(report.area, report.period, [indicator])[indicator.pk, figure.item]
    if counted is not None and figure.own != counted:
        raise ValidationError(
            {
                "own": _(
                    "“%(figure)s” is counted from the records of the area (%(counted)s): enter the record, not the number."
                )
                % {"figure": figure.label, "counted": worded(counted)}
            }
        )


@transaction.atomic
def correct(figure: Figure, *, own: int | None, reason: str, by: User) -> Figure:
    """Correct a figure of an approved report: a new version with its reason, and every total above it anew.

    Its printed form and note are stored as they stand on `figure`. A correction may not make what cannot be right.

    Raises PermissionDenied, ValidationError, StaleRecord.
    """
    report = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("area", "period")
        .get(pk=figure.report_id)
    )
    if report.state not in APPROVED_STATES:
        raise ValidationError(
            _("“%(report)s” is not approved yet: change the figure in the form itself.") % {"report": report}
        )
    if not by.has_perm("movement.correct_report", report):
        raise PermissionDenied(_("You may not correct figures of %(area)s.") % {"area": report.area})
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason for the correction.")})
    refuse_blocked_text(reason)
    indicator = figure.indicator
    if indicator.counts_records:
        figure.own = own
        refuse_typed(figure)
    elif indicator.counts:
        counted = register_counts(report.area, report.period, [indicator]).get((indicator.pk, figure.item))
        adds_up = indicator.rollup == Indicator.Rollup.SUM and report.area.level != Area.Level.COMMUNE
        if own != (None if adds_up else counted):
            raise ValidationError(
                {
                    "own": _("“%(figure)s” is counted from the register: enter the units, not the number.")
                    % {"figure": figure.label}
                }
            )
    figure.own = own
    figure.full_clean()
    figure._change_reason, figure._history_user = reason.strip(), by
    figure.save()
    report.steps.create(
        name="correct", before=report.state, after=report.state, by=by, note=f"{figure.label}: {reason.strip()}"
    )
    rollup.refresh_line(report)
    wrong = [one for one in broken_checks(report, stored_lines(report)) if one.is_error]
    if made := [str(one) for one in wrong if figure.indicator.code in one.numbers]:
        raise ValidationError({"own": made})
    return figure


def locked_text(report: Report) -> str:
    """Return why the figures of `report` cannot be changed, and what to do instead."""
    if report.state in APPROVED_STATES:
        return _("“%(report)s” is approved and locked: only a correction with a reason changes a figure.") % {
            "report": report
        }
    if closed := deadlines.closed_text(report):
        return closed
    if report.state in {State.AWAITING_SIGNATURE, State.SUBMITTED}:
        return _("“%(report)s” has been sent on: recall it before you change a figure.") % {"report": report}
    return ""
