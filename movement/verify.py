"""Recomputing what is derived or sealed, and naming what differs: areas, placements, roll-ups, editions and their chain.

Every check streams or goes in batches, so that memory does not grow with the number of figures.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from movement.counting import register_counts, register_indicators
from movement.editions import award_line, canonical_line, chain, passage_line
from movement.findings import DIFFERENCE
from movement.models import (
    Edition,
    EditionAward,
    EditionFigure,
    EditionPassage,
    Figure,
    FindingReason,
    Indicator,
    Period,
    Report,
)
from movement.models.reports import APPROVED_STATES, OPEN_STATES, State
from units.models import Area, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable

REPORTS_AT_ONCE = 200
ROWS_AT_ONCE = 2000
LIVE = ("version", "own", "total")
NOTHING_BELOW = (None, 0, False)
Place = tuple[str, str, int]  # area, kind of paragraph or "award", position
SumBelow = tuple[int | None, int, bool]  # total, communes counted, whether a part of it is illustrative


@dataclass(frozen=True)
class Difference:
    """One thing that is stored and should be otherwise; the subject says which: area, indicator, item, column."""

    subject: str
    stored: object
    expected: object

    def __str__(self) -> str:
        stored, expected = ("—" if value is None or value == "" else value for value in (self.stored, self.expected))
        return _("%(subject)s: stored %(stored)s, expected %(expected)s") % {
            "subject": self.subject,
            "stored": stored,
            "expected": expected,
        }


@dataclass
class Findings:
    """What differs, what has changed since it was published (which is no fault), and how much was looked at."""

    differing: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def expect(self, subject: Iterable[object], stored: object, expected: object) -> None:
        """Note a difference unless `stored` is as expected."""
        if stored != expected:
            self.differing.append(Difference(_words(subject), stored, expected))

    def note_change(self, subject: Iterable[object], sealed: object, now: object) -> None:
        """Note a change since publication unless what was sealed still stands."""
        if sealed != now:
            self.changed.append(Difference(_words(subject), sealed, now))


def verify() -> Findings:
    """Check everything that is derived from something else or sealed."""
    found = Findings()
    check_areas(found)
    check_placements(found)
    for period in Period.objects.select_related("area").order_by("pk"):
        check_rollups(period, found)
    check_editions(found)
    return found


def check_areas(found: Findings) -> None:
    """Check that the ancestors of each area are those of its parent, and itself at its own level."""
    codes: dict[int | None, str | None] = {None: None, **dict(Area.objects.order_by().values_list("pk", "code"))}
    above: dict[int | None, dict[str, int | None]] = {None: {"province": None, "district": None}}
    areas = Area.objects.order_by("pk")
    for level in (Area.Level.COUNTRY, Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE):
        for area in areas.filter(level=level).only("code", "parent", "province", "district").iterator():
            found.counts["areas"] += 1
            own = {level.value: area.pk} if level in {Area.Level.PROVINCE, Area.Level.DISTRICT} else {}
            above[area.pk] = {**above[area.parent_id], **own}
            for column, expected in above[area.pk].items():
                stored = getattr(area, f"{column}_id")
                found.expect([area.code, column], codes[stored], codes[expected])


def check_placements(found: Findings) -> None:
    """Check that no unit stands in two places at once, and that its area is that of its last placement."""
    rows = (
        Placement.objects.order_by("unit", F("valid_from").asc(nulls_first=True), "pk")
        .values_list("unit__code", "unit__area__code", "area__code", "valid_from", "valid_to")
        .iterator(ROWS_AT_ONCE)
    )
    for unit, placements in groupby(rows, key=itemgetter(0)):
        free_from: Any = ""  # the day from which the unit stands nowhere else; None: never again
        for _code, unit_area, area, begins, ends in placements:
            found.counts["placements"] += 1
            last = unit_area, area
            if begins is not None and begins == ends:
                continue
            if free_from is None or (free_from != "" and (begins is None or begins < free_from)):
                found.expect([unit, area, _("stands in two places at once, from")], begins, free_from)
            free_from = None if free_from is None or ends is None else ends if free_from == "" else max(ends, free_from)
        found.expect([unit, "area"], *last)


def check_rollups(period: Period, found: Findings) -> None:
    """Check that each figure takes from below what the approved totals one level below it add up to.

    Where this holds at every level, every total is exact. A report that is still open is brought up to date when it is
    sent, so of its derived columns only the sum is checked. What was carried into a new area stands as it was.
    """
    owing = communes_owing(period)
    codes = dict(Indicator.objects.values_list("pk", "code"))
    reports = (
        Report.objects.filter(period=period).select_related("area").order_by("area__code").iterator(REPORTS_AT_ONCE)
    )
    while batch := list(islice(reports, REPORTS_AT_ONCE)):
        found.counts["reports"] += len(batch)
        sums = sums_below(period, [report.area_id for report in batch])
        by_key = {report.pk: report for report in batch}
        figures = Figure.objects.filter(report__in=batch).select_related("indicator")
        for figure in figures.order_by("report__area__code", "indicator__code", "item").iterator(ROWS_AT_ONCE):
            found.counts["figures"] += 1
            report = by_key[figure.report_id]
            below = sums.pop((figure.indicator_id, figure.item, report.area_id), NOTHING_BELOW)
            for column, expected in derived(figure, report, below, owing).items():
                subject = [period.year, report.area.code, figure.indicator.code, figure.item, column]
                found.expect(subject, getattr(figure, column), expected)
        by_area = {report.area_id: report.area.code for report in batch}
        for (indicator, item, area), (total, _counted, _synthetic) in sums.items():
            found.expect([period.year, by_area[area], codes[indicator], item, "below"], None, total)


def derived(figure: Figure, report: Report, below: SumBelow, owing: Counter[int]) -> dict[str, object]:
    """Return what the derived columns of `figure` should hold."""
    total, counted, synthetic = below
    if report.state == State.CARRIED:
        return {}
    if report.state in OPEN_STATES:
        return {"below": total}
    return {
        "below": total,
        "areas_counted": int(figure.own is not None) if report.area.level == Area.Level.COMMUNE else counted,
        "areas_expected": owing[report.area_id] if figure.indicator.rollup == Indicator.Rollup.SUM else 0,
        "synthetic": report.synthetic or synthetic,
    }


def sums_below(period: Period, areas: Iterable[int]) -> dict[tuple[int, str, int], SumBelow]:
    """Return, by indicator, item and area, what the approved reports one level below each of `areas` add up to."""
    rows = (
        Figure.objects.filter(
            report__period=period,
            report__goes_to__in=areas,
            report__state__in=APPROVED_STATES,
            indicator__rollup=Indicator.Rollup.SUM,
        )
        .order_by()
        .values_list("indicator", "item", "report__goes_to")
        .annotate(
            sum=Sum("total"),
            counted=Sum("areas_counted"),
            illustrative=Count("pk", filter=Q(synthetic=True, total__isnull=False)),
        )
    )
    return {
        (indicator, item, area): (None if total is None else int(total), int(counted or 0), bool(synthetic))
        for indicator, item, area, total, counted, synthetic in rows
    }


def communes_owing(period: Period) -> Counter[int]:
    """Return how many communes owe a report that is that of each area or goes into it, by the key of the area."""
    owing: Counter[int] = Counter()
    reports = Report.objects.filter(period=period).exclude(state=State.CARRIED).order_by()
    rows = {area: (goes_to, level) for area, goes_to, level in reports.values_list("area", "goes_to", "area__level")}
    for area, (_goes_to, level) in rows.items():
        place: int | None = area if level == Area.Level.COMMUNE else None
        while place in rows:
            owing[place] += 1
            place = rows[place][0]
    return owing


def check_editions(found: Findings) -> None:
    """Check that each edition continues the chain, holds the rows of its file, and sealed what the figures said."""
    before: tuple[int | None, str] = (None, "")
    newest = dict(Edition.objects.order_by("number").values_list("period", "pk"))
    for edition in Edition.objects.select_related("period__area", "area").order_by("pk").iterator(1):
        found.counts["editions"] += 1
        name = [edition.period.year, edition.area.code, _("edition"), edition.number]
        found.expect([*name, "previous"], edition.previous_id, before[0])
        found.expect([*name, "digest"], edition.digest, chain(before[1], edition.canonical))
        check_sealed_rows(edition, found, name=name, is_newest=newest[edition.period_id] == edition.pk)
        if newest[edition.period_id] == edition.pk:
            note_register_changes(edition, found, name=name)
        before = edition.pk, edition.digest


def check_sealed_rows(edition: Edition, found: Findings, *, name: list[object], is_newest: bool) -> None:
    """Compare the sealed rows with the file, and with the figures that still have the version which was sealed."""
    lines, beside = lines_of(edition, found, name=name)
    check_sealed_words(edition, beside, found, name=name)
    live = Figure.objects.filter(
        report__area=OuterRef("area"),
        report__period=edition.period_id,
        indicator=OuterRef("indicator"),
        item=OuterRef("item"),
    )
    rows = (
        EditionFigure.objects.filter(edition=edition)
        .select_related("area", "indicator")
        .annotate(**{f"live_{column}": Subquery(live.values(column)) for column in LIVE})
    )
    for row in rows.order_by("area__code", "indicator__code", "item").iterator(ROWS_AT_ONCE):
        found.counts["sealed"] += 1
        subject = [*name, row.area.code, row.indicator.code, row.item]
        sealed, filed = json.loads(canonical_line(row)), lines.pop((row.area.code, row.indicator.code, row.item), {})
        for column in sorted(sealed.keys() | filed.keys()):
            found.expect([*subject, column], sealed.get(column), filed.get(column))
        version, own, total = (getattr(row, f"live_{column}") for column in LIVE)
        if version is None or version < row.figure_version:
            found.expect([*subject, "version"], version, row.figure_version)
        elif version == row.figure_version:
            found.expect([*subject, _("own part of the same version")], own, row.own)
        if is_newest:
            found.note_change([*subject, "total"], row.total, total)
    for (area, indicator, item), filed in lines.items():
        found.expect([*name, area, indicator, item, "total"], None, filed.get("total"))


def check_sealed_words(
    edition: Edition, beside: dict[Place, dict[str, Any]], found: Findings, *, name: list[object]
) -> None:
    """Compare the sealed paragraphs and counts of commendations with the file."""
    passages = EditionPassage.objects.filter(edition=edition).select_related("area").order_by("pk")
    awards = EditionAward.objects.filter(edition=edition).select_related("area").order_by("pk")
    sealed = [json.loads(passage_line(row)) for row in passages] + [json.loads(award_line(row)) for row in awards]
    for line in sealed:
        place = place_of(line)
        filed = beside.pop(place, {})
        for column in sorted(line.keys() | filed.keys()):
            found.expect([*name, *place, column], line.get(column), filed.get(column))
    for place in beside:
        found.expect([*name, *place], None, _("a line of the file"))


def place_of(line: dict[str, Any]) -> Place:
    """Return where a sealed paragraph, or count of commendations, stands: area, kind, position."""
    if "passage" in line:
        return line["area"], line["passage"], line["position"]
    return line["area"], "award", line["award"]


def lines_of(
    edition: Edition, found: Findings, *, name: list[object]
) -> tuple[dict[tuple[str, str, str], dict[str, Any]], dict[Place, dict[str, Any]]]:
    """Return the lines of the canonical file: figures by area, indicator and item, and what stands beside them by place.

    A line that is none of these is noted.
    """
    lines: dict[tuple[str, str, str], dict[str, Any]] = {}
    beside: dict[Place, dict[str, Any]] = {}
    for number, line in enumerate(edition.canonical.splitlines(), start=1):
        try:
            filed = json.loads(line)
            if "text" in filed:
                found.expect(
                    [*name, "summary", filed["language"]],
                    getattr(edition, f"summary_{filed['language']}"),
                    filed["text"],
                )
            elif "passage" in filed or "award" in filed:
                beside[place_of(filed)] = filed
            else:
                lines[filed["area"], filed["indicator"], filed["item"]] = filed
        except (ValueError, KeyError, TypeError, AttributeError):
            found.expect([*name, _("line"), number], line, _("a sealed figure"))
    return lines, beside


def note_register_changes(edition: Edition, found: Findings, *, name: list[object]) -> None:
    """Note where the register, as of the cut-off, now counts otherwise at the area of the edition.

    What differed already when it was sealed has its reason on record, and is left out.
    """
    indicators = {one.pk: one for one in register_indicators(edition.period)}
    rows = EditionFigure.objects.filter(edition=edition, area=edition.area, indicator__in=indicators)
    sealed = {(indicator, item): total for indicator, item, total in rows.values_list("indicator", "item", "total")}
    explained = set(
        FindingReason.objects.filter(
            report__area=edition.area, report__period=edition.period_id, check_code=DIFFERENCE
        ).values_list("indicator", "item")
    )
    for key, number in register_counts(edition.area, edition.period, indicators.values()).items():
        if number is not None and key not in explained and (number or key in sealed):
            found.note_change(
                [*name, edition.area.code, indicators[key[0]].code, key[1], _("register")], sealed.get(key), number
            )


def _words(subject: Iterable[object]) -> str:
    return " ".join(str(word) for word in subject if word != "")
