"""Sealing a year: every approved figure in a canonical file with a chained digest. The public reads nothing else."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone, translation

from awards import tallies
from awards.models import AwardDecision, ReportedAwardTotal
from config.records import update_all
from config.words import worded
from movement import narrative, passages
from movement.models import (
    Edition,
    EditionAward,
    EditionFigure,
    EditionPassage,
    Figure,
    PublishedFigure,
    Report,
    ReportStep,
)
from movement.models.reports import State
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from units.models import User


@transaction.atomic
def seal(top: Report, *, by: User, reason: str = "") -> Edition:
    """Seal the approved reports at and below `top` as the next edition of the period, and return it."""
    from movement.tasks import draw_charts

    reports = lock(top)
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
    Area.objects.select_for_update(no_key=True).filter(
        level=Area.Level.COUNTRY
    ).first()  # one edition after the other, in all provinces
    previous = Edition.objects.order_by("pk").last()
    number = Edition.objects.filter(period=top.period_id).count() + 1
    rows = list(sealed_rows(top, reports))
    texts = {language: summary(top, language) for language in ("vi", "en")}
    said = list(passages.written_for(reports))
    commended = list(award_rows(reports))
    canonical = canonical_text(rows, texts, said, commended)
    edition = Edition.objects.create(
        area=top.area,
        period=top.period,
        number=number,
        sealed_at=timezone.now(),
        sealed_by=by,
        reason=reason,
        summary_vi=texts["vi"],
        summary_en=texts["en"],
        canonical=canonical,
        digest=chain(previous.digest if previous else "", canonical),
        previous=previous,
    )
    everything: list[EditionFigure | EditionPassage | EditionAward] = [*rows, *said, *commended]
    for row in everything:
        row.edition = edition
    EditionFigure.objects.bulk_create(rows, batch_size=1000)
    EditionPassage.objects.bulk_create(said, batch_size=1000)
    EditionAward.objects.bulk_create(commended, batch_size=1000)
    transaction.on_commit(lambda: draw_charts.enqueue(edition.pk))
    return edition


def lock(top: Report) -> list[Report]:
    """Lock, and return, the approved reports at and below `top`, communes first: the order in which approvals lock."""
    reports = Report.objects.approved().filter(top.area.below_condition("area__"), period=top.period_id)
    return list(reports.locked().select_related("area", "period__area"))


def sealed_rows(top: Report, reports: Iterable[Report]) -> Iterator[EditionFigure]:
    """Yield a row for every known figure of `reports`."""
    vouched = vouched_for(top)
    figures = Figure.objects.filter(report__in=[report.pk for report in reports], total__isnull=False).select_related(
        "report__area", "indicator"
    )
    for figure in figures.order_by("report__area__code", "indicator__code", "item"):
        area = figure.report.area
        yield EditionFigure(
            area=area,
            indicator=figure.indicator,
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
    for key in sorted(keeping):
        for position, line in enumerate(tallies.lines(areas[key].area, year), start=1):
            yield EditionAward(
                area=areas[key].area,
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


def canonical_text(
    rows: Iterable[EditionFigure],
    texts: Mapping[str, str],
    said: Iterable[EditionPassage] = (),
    commended: Iterable[EditionAward] = (),
) -> str:
    """Return the canonical file: one JSON object a line, keys and lines sorted, figures as numbers.

    Beside the figures stand the summary of each language, the public paragraphs and the counts of commendations.
    """
    lines = [
        *map(canonical_line, rows),
        *(in_json({"language": language, "text": text}) for language, text in texts.items()),
        *map(passage_line, said),
        *map(award_line, commended),
    ]
    return "".join(f"{line}\n" for line in sorted(lines))


def in_json(values: dict[str, object]) -> str:
    """Return one line of the canonical file."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_line(row: EditionFigure) -> str:
    """Return the line of one sealed figure."""
    return in_json(
        {
            "area": row.area.code,
            "indicator": row.indicator.code,
            "item": row.item,
            "own": row.own,
            "below": row.below,
            "total": row.total,
            "printed": [row.printed_word, row.printed_value] if row.printed_word else None,
            "communes": [row.areas_counted, row.areas_expected],
            "synthetic": row.synthetic,
            "version": row.figure_version,
        }
    )


def passage_line(row: EditionPassage) -> str:
    """Return the line of one sealed paragraph."""
    return in_json(
        {
            "area": row.area.code,
            "passage": row.kind,
            "position": row.position,
            "vi": row.text_vi,
            "en": row.text_en,
            "detail_vi": row.detail_vi,
            "detail_en": row.detail_en,
        }
    )


def award_line(row: EditionAward) -> str:
    """Return the line of one sealed count of commendations."""
    return in_json(
        {
            "area": row.area.code,
            "award": row.position,
            "forms": row.forms,
            "authorities": row.authorities,
            "recipients": row.recipients,
            "count": row.count,
            "word": row.word,
            "in_year": row.in_year,
            "source": row.source,
        }
    )


def chain(previous: str, canonical: str) -> str:
    """Return the digest of an edition: SHA-256 over the digest before it and its own file."""
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
