"""What a published year says in words: sections, shortcomings, tasks, programmes, the conference; written for sealing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.languages import by_language
from config.words import worded
from movement.models import (
    Conference,
    EditionPassage,
    Programme,
    ProgrammeSnapshot,
    ReportSection,
    Shortcoming,
    Task,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from movement.models import AgendaItem, Directive, Period, Report

Kind = EditionPassage.Kind
PARTS_OF_DAY = {
    Conference.PartOfDay.MORNING: gettext_lazy("in the morning of %(day)s"),
    Conference.PartOfDay.AFTERNOON: gettext_lazy("in the afternoon of %(day)s"),
    Conference.PartOfDay.EVENING: gettext_lazy("in the evening of %(day)s"),
}


@dataclass(frozen=True)
class Passage:
    """One paragraph in both languages; an English one may be missing. `detail` stands beside it."""

    kind: str
    text_vi: str
    text_en: str = ""
    detail_vi: str = ""
    detail_en: str = ""


def written_for(reports: Iterable[Report]) -> Iterator[EditionPassage]:
    """Yield a row for every public paragraph of `reports`, of one period, numbered from 1 within each kind."""
    by_key = {report.pk: report for report in reports}
    if not by_key:
        return
    period = next(iter(by_key.values())).period
    areas = {report.area_id: report.area for report in by_key.values()}
    found: dict[int, list[Passage]] = defaultdict(list)
    for report, passage in [*texts(by_key), *of_the_year(areas, period)]:
        found[report].append(passage)
    for area, passages in found.items():
        numbers: dict[str, int] = defaultdict(int)
        for one in passages:
            numbers[one.kind] += 1
            yield EditionPassage(
                area=areas[area],
                kind=one.kind,
                position=numbers[one.kind],
                text_vi=one.text_vi,
                text_en=one.text_en,
                detail_vi=one.detail_vi,
                detail_en=one.detail_en,
            )


def texts(reports: dict[int, Report]) -> Iterator[tuple[int, Passage]]:
    """Yield the public sections, shortcomings and tasks of the reports, each with the key of its area."""
    for section in ReportSection.objects.filter(report__in=reports).exclude(text="").order_by("kind", "position", "pk"):
        yield reports[section.report_id].area_id, Passage(section.kind, section.text, section.text_en)
    for one in Shortcoming.objects.filter(report__in=reports, is_public=True).order_by("position", "pk"):
        detail_vi = "; ".join(filter(None, (one.extent, one.causes)))
        english = one.extent_en or one.causes_en
        detail_en = (
            "; ".join(filter(None, (one.extent_en or one.extent, one.causes_en or one.causes))) if english else ""
        )
        yield reports[one.report_id].area_id, Passage(Kind.SHORTCOMING, one.text, one.text_en, detail_vi, detail_en)
    tasks = (
        Task.objects.filter(report__in=reports, is_public=True)
        .select_related("lead", "report__period")
        .prefetch_related("cooperating")
    )
    for task in tasks.order_by("position", "pk"):
        yield (
            reports[task.report_id].area_id,
            Passage(Kind.TASK, task.text, task.text_en, *in_both(task_detail, task)),
        )


def task_detail(task: Task) -> str:
    """Return who leads the task, with whom, how much, where and by when."""
    parts = [_("lead body: %(body)s") % {"body": task.lead}] if task.lead else []
    if shared := [str(body) for body in task.cooperating.all()]:
        parts.append(_("with: %(bodies)s") % {"bodies": ", ".join(shared)})
    if task.quantity is not None:
        parts.append(f"{worded(task.quantity)} {task.quantity_unit}".strip())
    if task.place:
        parts.append(task.place)
    if task.year != task.report.period.year + 1:
        parts.append(_("for the year %(year)d") % {"year": task.year})
    if task.due_on:
        parts.append(_("by %(day)s") % {"day": f"{task.due_on:%d/%m/%Y}"})
    return "; ".join(parts)


def of_the_year(areas: dict[int, Any], period: Period) -> Iterator[tuple[int, Passage]]:
    """Yield what the areas have on record for the year beside their reports: programmes and conferences."""
    if period.kind != period.Kind.YEAR:
        return
    yield from programmes(areas, period)
    conferences = Conference.objects.filter(area__in=areas, year=period.year, is_public=True).select_related("host")
    for one in conferences.prefetch_related("agenda__programme", "papers__body", "directives__addressees").order_by(
        "held_on", "pk"
    ):
        yield (
            one.area_id,
            Passage(Kind.CONFERENCE, *in_both(held, one), *in_both(how_held, one)),
        )
        for item in one.agenda.all():
            yield (
                one.area_id,
                Passage(Kind.AGENDA, item.text, item.text_en, *in_both(agenda_detail, item)),
            )
        for paper in one.papers.all():
            yield one.area_id, Passage(Kind.PAPER, paper.title, "", str(paper.body or ""), str(paper.body or ""))
        for directive in one.directives.all():
            yield (
                one.area_id,
                Passage(
                    Kind.DIRECTIVE,
                    directive.text,
                    directive.text_en,
                    *in_both(directive_detail, directive),
                ),
            )


def programmes(areas: dict[int, Any], period: Period) -> Iterator[tuple[int, Passage]]:
    """Yield each programme that was on a conference's agenda or measured in the period, with where it stood last."""
    snapshots = (
        ProgrammeSnapshot.objects.valid()
        .filter(area__in=areas, taken_on__range=(period.starts_on, period.ends_on))
        .select_related("measure__programme")
        .order_by("measure__position", "measure", "-taken_on", "-pk")
    )
    latest: dict[tuple[int, int], dict[int, ProgrammeSnapshot]] = defaultdict(dict)
    for one in snapshots:
        latest[one.area_id, one.measure.programme_id].setdefault(one.measure_id, one)
    for conference in Conference.objects.filter(area__in=areas, year=period.year, is_public=True).prefetch_related(
        "agenda"
    ):
        for item in conference.agenda.all():
            if item.programme_id:
                latest.setdefault((conference.area_id, item.programme_id), {})
    known = {one.pk: one for one in Programme.objects.filter(pk__in=[programme for _area, programme in latest])}
    for (area, key), rows in sorted(latest.items(), key=lambda pair: (pair[0][0], known[pair[0][1]].code)):
        programme, taken = known[key], list(rows.values())
        yield (
            area,
            Passage(
                Kind.PROGRAMME,
                *in_both(programme_in_full, programme),
                *in_both(snapshots_text, taken),
            ),
        )


def programme_name(programme: Programme) -> str:
    """Return the name of the programme, with the short one before it."""
    short = by_language(programme.short_name, programme.short_name_en)
    return f"{short}: {programme.title}" if short else programme.title


def programme_in_full(programme: Programme) -> str:
    """Return the name of the programme with its years."""
    return ", ".join(filter(None, (programme_name(programme), programme.years)))


def snapshot_text(one: ProgrammeSnapshot) -> str:
    """Return "Dịch vụ công thiết yếu: 25 dịch vụ (18/05/2022)", with the target where there is one."""
    aim: Any = one.aim
    text = f"{one.measure.title}: {one.printed} {one.measure.shown_unit}".strip()
    target = _(", target %(target)s") % {"target": worded(aim)} if aim is not None else ""
    return f"{text}{target} ({one.taken_on:%d/%m/%Y})"


def snapshots_text(taken: Iterable[ProgrammeSnapshot]) -> str:
    """Return where the measures of a programme stood, one after the other."""
    return "\n".join(map(snapshot_text, taken))


def held(conference: Conference) -> str:
    """Return which conference was held, when and where."""
    name = by_language(conference.name, conference.name_en or conference.name)
    venue = by_language(conference.venue, conference.venue_en or conference.venue)
    when = PARTS_OF_DAY.get(Conference.PartOfDay(conference.part_of_day)) if conference.part_of_day else None
    day = {"day": f"{conference.held_on:%d/%m/%Y}"}
    words = {"name": name, "when": str(when or _("on %(day)s")) % day, "venue": venue}
    if venue:
        return _("%(name)s, held %(when)s at %(venue)s.") % words
    return _("%(name)s, held %(when)s.") % words


def how_held(conference: Conference) -> str:
    """Return who hosted and chaired, and how it was held."""
    parts = []
    if office := by_language(conference.chair_office, conference.chair_office_en or conference.chair_office):
        parts.append(_("directed by: %(office)s") % {"office": office})
    if conference.host:
        parts.append(_("host: %(body)s") % {"body": conference.host})
    if conference.mode != Conference.Mode.ON_SITE:
        parts.append(str(conference.get_mode_display()))
    if conference.connected_points is not None:
        parts.append(_("%(number)s connected points") % {"number": worded(conference.connected_points)})
    if conference.paper_count is not None:
        parts.append(_("%(number)s papers read") % {"number": worded(conference.paper_count)})
    return "; ".join(parts)


def agenda_detail(item: AgendaItem) -> str:
    """Return the programme that the item belongs to."""
    return programme_name(item.programme) if item.programme else ""


def directive_detail(directive: Directive) -> str:
    """Return to whom the directive went, and by when."""
    printed = by_language(directive.addressed_to, directive.addressed_to_en or directive.addressed_to)
    to = ", ".join(filter(None, [*(str(body) for body in directive.addressees.all()), printed]))
    parts = [_("to: %(addressees)s") % {"addressees": to}] if to else []
    if directive.due_on:
        parts.append(_("by %(day)s") % {"day": f"{directive.due_on:%d/%m/%Y}"})
    return "; ".join(parts)


def in_both(write: Callable[[Any], str], subject: Any) -> tuple[str, str]:
    """Return what `write` says of `subject` in Vietnamese and in English."""
    said = []
    for language in ("vi", "en"):
        with translation.override(language):
            said.append(write(subject))
    return said[0], said[1]
