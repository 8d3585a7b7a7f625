"""Writing reports: opening a period, entering figures, making a move with all that it brings, correcting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from config.records import create_all
from config.words import worded
from config.workflow import Refused, make_move
from movement import deadlines, editions, review, rollup
from movement.counting import register_counts, register_indicators
from movement.models import Figure, Indicator, Period, Report, ReportStep
from movement.models.reports import APPROVED_STATES, State
from movement.reconciliation import unexplained
from movement.tallies import record_counts, record_indicators
from movement.workflow import REPORT_MOVES
from units.boundary import refuse_blocked_text
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable

    from units.models import User


class Unexplained(Refused):
    """The report's numbers do not agree, and nobody has said why."""


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
    period._history_user = by  # type: ignore[attr-defined] # noqa: SLF001 - where simple-history looks for it
    period.indicators.add(*lines)


@transaction.atomic
def move_report(report: Report, name: str, *, by: User, note: str = "") -> ReportStep:
    """Make the move called `name` on `report` and return its step.

    Sending counts the register into the figures; approving brings the totals above up to date; publishing seals an
    edition. Raises Refused (with a text fit to show), PermissionDenied, ValidationError for a note beyond the boundary.
    """
    refuse_blocked_text(note)
    sealed = editions.lock(report) if name == "publish" else []
    # numbers are compared under the report's own lock: those above wait only while there is something to add to them
    step: ReportStep = make_move(
        report, REPORT_MOVES[name], by=by, note=note, demand=lambda: demand_agreement(report, name, sealed)
    )
    match name:
        case "request_signature" | "submit":
            count_register(report)
        case "approve":
            rollup.refresh_line(report)
        case "publish":
            editions.seal(report, by=by, reason=note)
    return step


def demand_agreement(report: Report, name: str, sealed: list[Report]) -> None:
    """Raise Unexplained where numbers do not agree, before a report is approved or a year is published."""
    if name == "approve" and (differences := unexplained(report)):
        raise Unexplained(
            _("“%(report)s” cannot be approved: these numbers do not agree and nobody has explained why: %(lines)s.")
            % {"report": report, "lines": "; ".join(map(str, differences))}
        )
    if name == "publish":
        asked = [one for one in sealed if one.state == State.APPROVED or one.pk == report.pk]
        if open_ones := [difference for one in asked for difference in unexplained(one)]:
            raise Unexplained(
                _("The year cannot be published: these numbers do not agree and nobody has explained why: %(lines)s.")
                % {"lines": "; ".join(f"{one.figure.report.area} – {one}" for one in open_ones[:20])}
            )


def count_register(report: Report) -> None:
    """Copy the register's counts, as of the cut-off, into the report's own figures.

    Units stand in communes, so the sums of districts and provinces have no own part; clusters are counted at each level.
    """
    period, area = report.period, report.area
    indicators = register_indicators(period)
    counts = register_counts(area, period, indicators)
    by_key = {one.pk: one for one in indicators}
    figures = {
        (one.indicator_id, one.item): one
        for one in report.figures.filter(indicator__in=indicators).select_related("indicator")
    }
    for key in figures.keys() | counts.keys():
        indicator = by_key[key[0]]
        figure = figures.get(key) or Figure(report=report, indicator=indicator, item=key[1])
        adds_up = indicator.rollup == Indicator.Rollup.SUM and area.level != Area.Level.COMMUNE
        if adds_up and (figure.pk or counts.get(key) is None):
            continue
        value = None if adds_up else counts.get(key)
        if (figure.own, figure.register_on) != (value, period.cutoff_on):
            figure.own, figure.register_on = value, period.cutoff_on
            figure.save()
    count_records(report)
    rollup.recompute(report)


def count_records(report: Report) -> None:
    """Copy what the area's own records count into the report's own figures; where none is entered, what was typed stays."""
    counted = record_counts(report.area, report.period, record_indicators(report.period))
    figures = report.figures.filter(indicator__in=[key[0] for key in counted], item="").select_related("indicator")
    for figure in figures:
        value = counted[figure.indicator_id, ""]
        if value is not None and (figure.own, figure.register_on) != (value, report.period.cutoff_on):
            figure.own, figure.register_on = value, report.period.cutoff_on
            figure.save()
        elif value is None and figure.register_on is not None:  # what was counted has been taken back
            figure.own, figure.register_on = None, None
            figure.save()


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

    Its printed form and explanation are stored as they stand on `figure`.

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
    figure._change_reason = reason.strip()
    figure.save()
    report.steps.create(
        name="correct", before=report.state, after=report.state, by=by, note=f"{figure.label}: {reason.strip()}"
    )
    rollup.refresh_line(report)
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
