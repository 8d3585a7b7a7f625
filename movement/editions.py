"""Sealing a year: every approved figure in rows and in files, with a chained digest. The public reads nothing else."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone, translation

from awards import tallies
from awards.models import AwardDecision, ReportedAwardTotal
from config.records import portions, update_all
from config.words import worded
from movement import narrative, passages, publication
from movement.edition_files import LANGUAGES, Files, manifest_text, new_folder, write_texts
from movement.errata import Errata
from movement.models import (
    Edition,
    EditionAward,
    EditionFigure,
    Figure,
    Indicator,
    PublishedFigure,
    Report,
    ReportStep,
)
from movement.models.reports import State
from units.models import Area, UnitKind

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from movement.models.reports import ReportQuerySet
    from units.models import User


REPORTS_AT_ONCE = 200


@transaction.atomic
def seal(top: Report, *, by: User, reason: str = "") -> Edition:
    """Seal the approved reports at and below `top` as the next edition of the period, and return it."""
    from movement.tasks import draw_charts

    reports = lock(top)
    mark_published(top, reports, by=by, reason=reason)
    Area.objects.select_for_update(no_key=True).filter(
        level=Area.Level.COUNTRY
    ).first()  # one edition after the other, in all provinces
    previous = Edition.objects.order_by("pk").last()
    number = Edition.objects.filter(period=top.period_id).count() + 1
    texts = {language: summary(top, language) for language in LANGUAGES}
    edition = Edition.objects.create(
        area=top.area,
        period=top.period,
        number=number,
        sealed_at=timezone.now(),
        sealed_by=by,
        reason=reason,
        summary_vi=texts["vi"],
        summary_en=texts["en"],
        previous=previous,
    )
    with new_folder(edition) as folder:
        files = Files(edition, folder)
        rows = store_rows(edition, top, sorted(reports, key=lambda one: one.area.code), files)
        digests = files.finish()
        edition.canonical = manifest_text(edition, digests, rows)
        edition.digest = chain(previous.digest if previous else "", edition.canonical)
        edition.save(update_fields=["canonical", "digest"])
        write_texts(folder, edition.canonical, digests)
    transaction.on_commit(lambda: draw_charts.enqueue(edition.pk))
    return edition


def mark_published(top: Report, reports: Iterable[Report], *, by: User, reason: str) -> None:
    """Mark what is sealed for the first time as published; `top` has its own step already."""
    published = [report for report in reports if report.state != State.PUBLISHED]
    for report in published:
        report.state = State.PUBLISHED
    update_all(published, ["state"], by=by, reason=reason)
    ReportStep.objects.bulk_create(
        [
            ReportStep(report=report, name="publish", before=State.APPROVED, after=State.PUBLISHED, by=by, note=reason)
            for report in published
            if report.pk != top.pk
        ]
    )


def store_rows(edition: Edition, top: Report, reports: Sequence[Report], files: Files) -> Counter[str]:
    """Store what is sealed of `reports`, and write it to `files`, some reports at a time; return how many rows of each kind."""
    before = Edition.objects.filter(period=edition.period_id, number=edition.number - 1).first()
    kinds = frozenset(UnitKind.objects.values_list("code", flat=True))
    errata = Errata(edition, before, kinds)
    vouched = vouched_for(top)
    count: Counter[str] = Counter({"figures": 0, "passages": 0, "awards": 0, "errata": 0})

    def store(name: str, rows: Sequence[Any]) -> None:
        for one in rows:
            one.edition = edition
        if rows:
            type(rows[0]).objects.bulk_create(rows, batch_size=1000)
        files.add(rows)
        count[name] += len(rows)

    parts = list(portions(reports, REPORTS_AT_ONCE))
    for part in parts:
        figures = list(sealed_rows(part, vouched, kinds))
        store("figures", figures)
        errata.compare_figures([one.area for one in part], figures)
    for part in parts:
        said = list(passages.written_for(part))
        store("passages", said)
        errata.compare_passages(part, said)
    for part in parts:
        commended = list(award_rows(part))
        store("awards", commended)
        errata.compare_awards([one.area for one in part], commended)
    store("errata", errata.rows())
    return count


def approved(top: Report) -> ReportQuerySet:
    """Return the approved reports at and below `top`."""
    reports = Report.objects.approved().filter(top.area.below_condition("area__"), period=top.period_id)
    return reports.select_related("area", "period__area")


def lock(top: Report) -> list[Report]:
    """Lock, and return, the approved reports at and below `top`, communes first: the order in which approvals lock."""
    return list(approved(top).locked())


def sealed_rows(
    reports: Sequence[Report], vouched: Container[tuple[int, int, str, int]], kinds: Container[str]
) -> Iterator[EditionFigure]:
    """Yield a row for every known figure of `reports`, by the codes of area and indicator and the item. Two queries."""
    areas = {report.pk: report.area for report in reports}
    indicators = {one.pk: one for one in Indicator.objects.all()}
    figures = Figure.objects.filter(report__in=list(areas), total__isnull=False).order_by()
    # not the database's order of texts: it differs from one to the other
    for figure in sorted(
        figures, key=lambda one: (areas[one.report_id].code, indicators[one.indicator_id].code, one.item)
    ):
        area = areas[figure.report_id]
        yield EditionFigure(
            area=area,
            indicator=indicators[figure.indicator_id],
            item=figure.item,
            own=figure.own,
            below=figure.below,
            total=figure.total,
            printed_word=figure.printed_word,
            printed_value=figure.printed_value,
            areas_counted=figure.areas_counted,
            areas_expected=figure.areas_expected,
            synthetic=figure.synthetic and (area.pk, figure.indicator_id, figure.item, figure.total) not in vouched,
            figure_version=figure.version,
            explanation=figure.explanation,
            is_public=publication.is_public(figure.item, area.level, kinds),
        )


def award_rows(reports: Iterable[Report]) -> Iterator[EditionAward]:
    """Yield a row for every count of commendations that the areas of `reports` have on record for the year."""
    areas = {report.area_id: report for report in reports}
    if not areas:
        return
    period = next(iter(areas.values())).period
    if period.kind != period.Kind.YEAR:
        return
    year = period.year
    keeping = {
        *AwardDecision.objects.valid().filter(area__in=areas, year=year).values_list("area", flat=True),
        *ReportedAwardTotal.objects.valid().filter(area__in=areas, year=year).values_list("area", flat=True),
    }
    lines = tallies.lines_by_area(keeping, year)
    for area in sorted((areas[key].area for key in keeping), key=lambda one: one.code):
        for position, line in enumerate(lines[area.pk], start=1):
            yield EditionAward(
                area=area,
                position=position,
                forms=" ".join(line.forms),
                authorities=" ".join(line.authorities),
                recipients=" ".join(line.recipients),
                count=line.count,
                word=line.word,
                in_year=line.in_year,
                source=line.source,
            )


def vouched_for(top: Report) -> set[tuple[int, int, str, int]]:
    """Return the totals that a figure of record states to the unit: these are real even where their spread is not."""
    rows = PublishedFigure.objects.filter(
        of_record=True, year=top.period.year, span="year", word="", value__isnull=False, indicator__isnull=False
    )
    return {
        (one.area_id, one.indicator_id, one.item, int(one.value))
        for one in rows
        if one.value is not None and one.indicator_id and one.value == int(one.value)
    }


def chain(previous: str, canonical: str) -> str:
    """Return the digest of an edition: SHA-256 over the digest before it, a line break, and its own sealed text."""
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def summary(top: Report, language: str) -> str:
    """Return the sealed sentences on the year in `language`, a paragraph each."""
    totals: dict[str, int | None] = defaultdict(lambda: None)
    printed: dict[str, str] = {}
    with translation.override(language):
        for figure in top.figures.filter(item="").select_related("indicator"):
            totals[figure.indicator.code] = figure.total
            printed[figure.indicator.code] = figure.printed if figure.printed_word else worded(figure.total)
        members = narrative.route_member_counts(top.area, top.period.cutoff_on)
        sentences = [
            narrative.units_sentence(top.area, totals, route_members=members),
            narrative.attendance_sentence(top.area, printed.get("launch_attendance", ""), totals["launch_attendance"]),
        ]
    return "\n\n".join(sentence for sentence in sentences if sentence)
