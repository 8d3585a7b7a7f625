"""What looks wrong in a report, each to be explained or fixed, and the reasons given: no approval without.

Three sources, one list: the checks of one report's numbers, numbers that stand out, and the three numbers that must agree.
A reason holds as long as the finding speaks of the numbers that it was given for; when they change it is given again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.records import portions
from config.words import worded
from movement import checks, counted, outliers
from movement.models import Figure, FindingReason, Report
from movement.models.reports import APPROVED_STATES
from movement.pasts import Past
from movement.reconciliation import differences_in
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from movement.counted import Counted
    from movement.counting import Key
    from units.models import User

DIFFERENCE, OUTLIER = "difference", "outlier"
EVERYWHERE = 0
REPORTS_AT_ONCE = 200
Numbers = dict[str, Any]  # as JSON keeps them
Reasons = dict[tuple[str, int, str], FindingReason]  # by check, indicator and item


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong at a line of a report: an error is fixed, anything else is explained or fixed.

    `given` is the reason on record for it, whatever numbers that was given for.
    """

    check: str
    figure: Figure
    numbers: Numbers
    text: str
    is_error: bool = False
    given: FindingReason | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def line(self) -> Key:
        """Return the line at which the finding speaks: indicator and item."""
        return self.figure.indicator_id, self.figure.item

    @property
    def key(self) -> str:
        """Return the name of the finding in its report."""
        return f"{self.check}-{self.figure.indicator_id}-{self.figure.item}"

    @property
    def seen(self) -> str:
        """Return a digest of the numbers, by which a person says which ones were read."""
        return hashlib.sha256(json.dumps(self.numbers, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def reason(self) -> str:
        """Return the reason that holds, else an empty string."""
        return self.given.reason if self.given and self.given.numbers == self.numbers else ""

    @property
    def lapsed(self) -> FindingReason | None:
        """Return the reason that was given for other numbers, if there is one."""
        return self.given if self.given and not self.reason else None

    @property
    def is_open(self) -> bool:
        """Say whether the finding stands in the way of sending and approving."""
        return self.is_error or not self.reason


@dataclass(frozen=True)
class Answer:
    """A reason that a person gives for the finding called `key`, having `seen` its numbers."""

    key: str
    seen: str
    reason: str


def findings(report: Report, numbers: Counted | None = None, *, with_past: bool = True) -> list[Finding]:
    """Return all that looks wrong in `report`, in form order; while it is open, as sending would leave it.

    `numbers` are what the register and the records give, where that is known already; `with_past=False` leaves out what
    stands out against other years and areas. As many queries however many figures there are.
    """
    numbers = numbers or counted.count(report)
    lines = counted.lines_when_sent(report, numbers)[0] if report.is_open else counted.stored_lines(report)
    found = [*in_itself(report, lines, numbers), *(outstanding(report, lines) if with_past else ())]
    told = with_reasons(found, lines, reasons_by_report([report])[report.pk])
    if report.state in APPROVED_STATES:  # what stands out was asked before; later years and areas ask no more
        return [one for one in told if one.check != OUTLIER or one.given]
    return told


def unexplained(report: Report, numbers: Counted | None = None, *, with_past: bool = True) -> list[Finding]:
    """Return the findings that stand in the way: errors, and all for which no reason holds."""
    return [one for one in findings(report, numbers, with_past=with_past) if one.is_open]


def unexplained_of(reports: Sequence[Report]) -> Iterator[Finding]:
    """Yield what stands in the way in `reports`, all sent and of one period, but not what stands out against others.

    It finds what `unexplained` finds without the past, some reports at a time, in as many queries for many as for one.
    """
    for part in portions(reports, REPORTS_AT_ONCE):
        numbers, lines = counted.count_all(part), counted.all_stored_lines(part)
        communes, reasons = communes_by_report(part), reasons_by_report(part)
        for report in part:
            own = lines[report.pk]
            found = in_itself(report, own, numbers[report.pk], communes[report.pk])
            yield from (one for one in with_reasons(found, own, reasons[report.pk]) if one.is_open)


def in_itself(
    report: Report, lines: Sequence[Figure], numbers: Counted, communes: int | None = None
) -> Iterator[Finding]:
    """Yield what is wrong between the numbers of one report, and between these and what is counted."""
    yield from broken_checks(report, lines, communes)
    for one in differences_in(report, lines, numbers):
        yield Finding(DIFFERENCE, one.figure, one.numbers, str(one))


def reasons_by_report(reports: Sequence[Report]) -> dict[int, Reasons]:
    """Return the reasons on record for each of `reports`, by its key. One query."""
    reasons: dict[int, Reasons] = {report.pk: {} for report in reports}
    given = FindingReason.objects.filter(report__in=list(reasons)).select_related("given_by")
    for one in given:
        reasons[one.report_id][one.check_code, one.indicator_id, one.item] = one
    return reasons


def with_reasons(found: Iterable[Finding], lines: Iterable[Figure], given: Reasons) -> list[Finding]:
    """Return the findings in form order, each with the reason on record for it."""
    place = {(line.indicator_id, line.item): number for number, line in enumerate(lines)}
    in_order = sorted(found, key=lambda one: place.get(one.line, len(place)))
    return [replace(one, given=given.get((one.check, *one.line))) for one in in_order]


def broken_checks(report: Report, lines: Iterable[Figure], communes: int | None = None) -> Iterator[Finding]:
    """Yield what the checks find in the numbers of one report. One query, none where its `communes` are counted already."""
    by_code = {line.indicator.code: line for line in lines if not line.item}
    known = {code: whole_number(line) for code, line in by_code.items()}
    known[checks.COMMUNES] = communes_by_report([report])[report.pk] if communes is None else communes
    for check, numbers in checks.broken(known):
        figure = by_code[check.reads[0]]
        text = f"{figure.label}: {check.sentence(numbers)}"
        yield Finding(check.code, figure, {**numbers}, text, check.is_error)


def whole_number(line: Figure) -> int | None:
    """Return the total of a line; None as long as a commune below is missing in it, since then it is no total yet."""
    if line.report.area.level != Area.Level.COMMUNE and line.areas_counted < line.areas_expected:
        return None
    total: int | None = line.total
    return total


def communes_by_report(reports: Sequence[Report]) -> dict[int, int]:
    """Return how many communes the area of each of `reports` had on any day of their period, districts without any
    counted as one, by the key of the report. One query.
    """
    period = reports[0].period
    area = reports[0].area if len(reports) == 1 else period.area
    standing = Area.objects.filter(area.below_condition()).filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=period.ends_on),
        Q(valid_to__isnull=True) | Q(valid_to__gt=period.starts_on),
    )
    communes = Area.objects.filter(level=Area.Level.COMMUNE, parent=OuterRef("pk"))
    without = Q(level=Area.Level.DISTRICT) & ~Exists(communes)
    counted_as_one = standing.filter(Q(level=Area.Level.COMMUNE) | without).order_by()
    number: Counter[int | None] = Counter()
    for line in counted_as_one.values_list("pk", "district", "province"):
        number.update(set(line))
        number[EVERYWHERE] += 1
    return {one.pk: number[EVERYWHERE if one.area.level == Area.Level.COUNTRY else one.area_id] for one in reports}


def outstanding(report: Report, lines: Iterable[Figure]) -> Iterator[Finding]:
    """Yield the lines whose own part stands out against earlier years and similar areas.

    The own part is what was entered here: what comes from below was asked below.
    """
    past = Past(report)
    for line in lines:
        if line.own is None:
            continue
        own = past.own_series(line.indicator, line.item)
        expected = outliers.expect(own, past.similar_series(line.indicator, line.item))
        if expected is None or not expected.stands_out(line.own):
            continue
        low, high = expected.usual
        told = {
            "label": line.label,
            "value": worded(line.own),
            "past": ", ".join(map(worded, own.past)),
            "low": worded(low),
            "high": worded(high),
        }
        if own.past:
            text = _("%(label)s: %(value)s, in earlier years %(past)s: %(low)s to %(high)s would be usual; a digit too many or too few?")  # fmt: skip
        else:
            text = _("%(label)s: %(value)s, where similar areas suggest %(low)s to %(high)s; a digit too many or too few?")  # fmt: skip
        yield Finding(OUTLIER, line, {"value": line.own, "past": list(own.past)}, text % told)


@transaction.atomic
def explain(report: Report, answers: Iterable[Answer], *, by: User) -> list[str]:
    """Store the reasons that `by` gives for findings of `report`; return a sentence for each that could not be taken.

    A reason is taken only for the numbers that the person has seen: where these have changed meanwhile it must be given
    again. One that stands already, and one for what is no longer found, changes nothing. Raises PermissionDenied,
    ValidationError, StaleRecord.
    """
    report = (
        Report.objects.select_for_update(of=("self",), no_key=True).select_related("area", "period").get(pk=report.pk)
    )
    found = {one.key: one for one in findings(report)}
    refused = []
    for answer in answers:
        finding, text = found.get(answer.key), answer.reason.strip()
        if finding is None or not text or finding.reason == text:
            continue
        if finding.seen != answer.seen:
            refused.append(
                _("The numbers have changed: %(finding)s. Give the reason again; you wrote: “%(reason)s”.")
                % {"finding": finding, "reason": text}
            )
            continue
        store_reason(finding, text, by=by)
    return refused


def store_reason(finding: Finding, text: str, *, by: User) -> FindingReason:
    """Store `text` as the reason for a finding with its numbers. Raises PermissionDenied, ValidationError."""
    figure = finding.figure
    if not may_explain(figure.report, by=by):
        raise PermissionDenied(
            _("You may not give reasons for the figures of %(area)s.") % {"area": figure.report.area}
        )
    row = finding.given or FindingReason(
        report=figure.report, check_code=finding.check, indicator=figure.indicator, item=figure.item
    )
    row.numbers, row.reason, row.given_by, row.given_at = finding.numbers, text, by, timezone.now()
    row.full_clean()
    row.save()
    return row


def may_explain(report: Report, *, by: User) -> bool:
    """Say whether `by` may give reasons: whoever enters the figures while the report is open, corrects them once approved."""
    if report.state in APPROVED_STATES:
        return by.has_perm("movement.correct_report", report)
    return by.has_perm("movement.change_figure", Figure(report=report))
