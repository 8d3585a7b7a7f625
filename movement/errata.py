"""What a further edition of a period tells otherwise than the one before it: old, new, why, who and when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from config.records import portions
from movement import publication
from movement.models import (
    EditionAward,
    EditionErratum,
    EditionFigure,
    EditionPassage,
    Figure,
    ReportSection,
    Shortcoming,
    Task,
)
from units.auth import grants_of
from units.models import Area, Posting

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from datetime import datetime

    from movement.models import Edition, Report

Subject = EditionErratum.Subject
Key = tuple[int, int, str]  # area, indicator, item
CORRECTS, PUBLISHES = "movement.correct_report", "movement.publish_report"


@dataclass(frozen=True)
class Cause:
    """A correction: why, by which account where that is on record, when; `published`: nothing but the publication is known."""

    why: str
    by: int | None
    at: datetime
    published: bool = False


class Errata:
    """The differences between an edition on its way and the one before it of the same period, gathered part by part."""

    def __init__(self, edition: Edition, before: Edition | None, kinds: Container[str]) -> None:
        """Keep both editions and the codes of the kinds of units."""
        self._edition, self._before, self._kinds = edition, before, kinds
        self._found: list[EditionErratum] = []
        self._causes: dict[int, Cause] = {}  # by place among the found ones
        self._corrected: dict[tuple[int, str], list[tuple[Area, Cause]]] = defaultdict(list)

    # ------------------------------------------------------------ gathering

    def compare_figures(self, areas: Iterable[Area], rows: Iterable[EditionFigure]) -> None:
        """Gather what differs among the figures of `areas`."""
        if self._before is None:
            return
        old = {key_of(one): one for one in self._sealed(EditionFigure, areas)}
        pairs = [(old.pop(key_of(one), None), one) for one in rows]
        both: list[tuple[EditionFigure | None, EditionFigure | None]] = [*pairs, *((one, None) for one in old.values())]
        changed = [pair for pair in both if published_form(pair[0]) != published_form(pair[1])]
        causes = self._corrections(changed)
        for before, now in changed:
            one: Any = now or before
            self._add(
                causes.get(key_of(one)),
                area=one.area,
                subject=Subject.FIGURE,
                indicator=one.indicator,
                item=one.item,
                is_public=publication.is_public(one.item, one.area.level, self._kinds),
                **told_figure("old", before),
                **told_figure("new", now),
            )
            if before and now and before.own != now.own and (cause := causes.get(key_of(one))):
                self._corrected[one.indicator_id, one.item].append((one.area, cause))

    def compare_passages(self, reports: Sequence[Report], rows: Iterable[EditionPassage]) -> None:
        """Gather what differs among the paragraphs of `reports`."""
        if self._before is None:
            return
        areas = {report.area_id: report.area for report in reports}
        old, new = by_kind(self._sealed(EditionPassage, areas.values())), by_kind(rows)
        changed = [
            (place, before, now)
            for place in sorted(old.keys() | new.keys())
            for before, now in paired(old[place], new[place])
        ]
        reasons = self._reasons_of_texts(reports) if changed else {}
        for (area, kind), before, now in changed:
            texts = {f"{side}_text_{language}": joined(one, language) for side, one in (("old", before), ("new", now)) for language in ("vi", "en")}  # fmt: skip
            cause = reasons.get((area, now.text_vi)) if now else None
            self._add(cause, area=areas[area], subject=Subject.PASSAGE, kind=kind, is_public=True, **texts)

    def compare_awards(self, areas: Iterable[Area], rows: Iterable[EditionAward]) -> None:
        """Gather what differs among the counts of commendations of `areas`."""
        if self._before is None:
            return
        old, new = by_award(self._sealed(EditionAward, areas)), by_award(rows)
        for key in sorted(old.keys() | new.keys()):
            before, now = old[key], new[key]
            for place in range(max(len(before), len(now))):
                was = before[place] if place < len(before) else None
                is_now = now[place] if place < len(now) else None
                if counted(was) != counted(is_now):
                    one: Any = is_now or was
                    values = {f"{side}_{name}": value for side, row in (("old", was), ("new", is_now)) for name, value in zip(("value", "word", "printed"), counted(row), strict=True)}  # fmt: skip
                    names = {name: getattr(one, name) for name in ("forms", "authorities", "recipients")}
                    self._add(None, area=one.area, subject=Subject.AWARD, is_public=True, **names, **values)

    def _sealed(self, model: Any, areas: Iterable[Area]) -> Any:
        rows = model.objects.filter(edition=self._before, area__in=[area.pk for area in areas])
        return rows.select_related("area", *(["indicator"] if model is EditionFigure else [])).order_by("pk")

    def _add(self, cause: Cause | None, **fields: Any) -> None:
        if cause is not None:
            self._causes[len(self._found)] = cause
        self._found.append(EditionErratum(edition=self._edition, **fields))

    def _corrections(self, changed: Iterable[tuple[EditionFigure | None, EditionFigure | None]]) -> dict[Key, Cause]:
        """Return why the figures that have newer versions were corrected. One query for each portion of them."""
        newer = {
            key_of(now): (before.figure_version, now.figure_version)
            for before, now in changed
            if before and now and now.figure_version > before.figure_version
        }
        found: dict[Key, list[Cause]] = defaultdict(list)
        for keys in portions(list(newer)):
            figures = Figure.objects.filter(
                report__period=self._edition.period_id,
                report__area__in={area for area, _indicator, _item in keys},
                indicator__in={indicator for _area, indicator, _item in keys},
            )
            live = {pk: (area, indicator, item) for pk, area, indicator, item in figures.values_list("pk", "report__area", "indicator", "item")}  # fmt: skip
            wanted = [pk for pk, key in live.items() if key in newer]
            lines = Figure.history.filter(id__in=wanted, history_change_reason__isnull=False).order_by("history_id")
            for pk, version, *told in lines.values_list(
                "id", "version", "history_change_reason", "history_user", "history_date"
            ):
                first, last = newer[live[pk]]
                if first < version <= last:
                    found[live[pk]].append(self._cause(*told))
        return {key: together(causes) for key, causes in found.items()}

    def _reasons_of_texts(self, reports: Sequence[Report]) -> dict[tuple[int, str], Cause]:
        """Return, by area and new text, why texts of `reports` were corrected since the edition before. Three queries."""
        area_of = {report.pk: report.area_id for report in reports}
        since = self._before.sealed_at if self._before else timezone.now()
        found: dict[tuple[int, str], Cause] = {}
        for model in (ReportSection, Shortcoming, Task):
            lines = model.history.filter(
                report__in=area_of, history_date__gt=since, history_change_reason__isnull=False
            ).order_by("history_id")
            for report, text, *told in lines.values_list(
                "report", "text", "history_change_reason", "history_user", "history_date"
            ):
                found[area_of[report], text] = self._cause(*told)
        return found

    def _cause(self, why: str, by: int | None, at: datetime) -> Cause:
        return Cause(why.strip(), by, at)

    # ------------------------------------------------------------ the end

    def rows(self) -> list[EditionErratum]:
        """Return every erratum, numbered from 1 in the order of area, subject, and what it is of. One query."""
        publication_itself = Cause(
            self._edition.reason, self._edition.sealed_by_id, self._edition.sealed_at, published=True
        )
        causes = [
            self._causes.get(place) or self._from_below(one) or publication_itself
            for place, one in enumerate(self._found)
        ]
        postings = defaultdict(list)
        for posting in Posting.objects.filter(user__in={cause.by for cause in causes}).select_related("area").order_by("pk"):  # fmt: skip
            postings[posting.user_id].append(posting)
        for one, cause in zip(self._found, causes, strict=True):
            one.why, one.by_id, one.at = cause.why, cause.by, cause.at
            held = [posting for posting in postings[cause.by] if posting.is_valid_on(timezone.localdate(cause.at))]
            one.role, one.role_area = post_of(held, one.area, PUBLISHES if cause.published else CORRECTS)
        self._found.sort(key=order_of)
        for place, one in enumerate(self._found, start=1):
            one.position = place
        return self._found

    def _from_below(self, one: EditionErratum) -> Cause | None:
        """Return why figures below were corrected, of which the total in `one` is made; None where none was."""
        if one.subject != Subject.FIGURE or one.indicator_id is None:
            return None
        found = [
            cause
            for area, cause in self._corrected[one.indicator_id, one.item]
            if one.area_id in area.line or one.area.level == Area.Level.COUNTRY
        ]
        return together(found) if found else None


def together(causes: Iterable[Cause]) -> Cause:
    """Return several causes as one: every reason once, by whom and when the last was."""
    inorder = sorted(causes, key=attrgetter("at"))
    why = "; ".join(dict.fromkeys(cause.why for cause in inorder if cause.why))
    return Cause(why, inorder[-1].by, inorder[-1].at)


def post_of(postings: Iterable[Posting], area: Area, permission: str) -> tuple[str, Area | None]:
    """Return the role, and its area, by which somebody with `postings` may do `permission` at `area`; none is empty."""
    for one in postings:
        reaches = one.area.level == Area.Level.COUNTRY or one.area_id in area.line
        if reaches and permission in grants_of(one.role):
            return one.role, one.area
    return "", None


def key_of(figure: EditionFigure) -> Key:
    """Return what the figure is of."""
    return figure.area_id, figure.indicator_id, figure.item


def published_form(figure: EditionFigure | None) -> tuple[Any, ...]:
    """Return the number as pages show it; nothing of a figure that is not sealed."""
    return (figure.total, figure.printed_word, figure.printed_value) if figure else (None, "", None)


def told_figure(side: str, figure: EditionFigure | None) -> dict[str, Any]:
    """Return the columns of one side of an erratum."""
    return dict(zip((f"{side}_value", f"{side}_word", f"{side}_printed"), published_form(figure), strict=True))


def by_kind(rows: Iterable[EditionPassage]) -> dict[tuple[int, str], list[EditionPassage]]:
    """Return paragraphs by area and kind, in the order of the page."""
    found: dict[tuple[int, str], list[EditionPassage]] = defaultdict(list)
    for one in sorted(rows, key=attrgetter("position")):
        found[one.area_id, one.kind].append(one)
    return found


def paired(
    old: Sequence[EditionPassage], new: Sequence[EditionPassage]
) -> Iterator[tuple[EditionPassage | None, EditionPassage | None]]:
    """Yield the paragraphs that were changed, left out or added: a new one in the middle changes no other."""
    matcher = SequenceMatcher(None, [words_of(one) for one in old], [words_of(one) for one in new], autojunk=False)
    for what, first, last, new_first, new_last in matcher.get_opcodes():
        if what != "equal":
            for place in range(max(last - first, new_last - new_first)):
                yield (
                    old[first + place] if first + place < last else None,
                    new[new_first + place] if new_first + place < new_last else None,
                )


def words_of(one: EditionPassage) -> tuple[str, ...]:
    """Return all that a paragraph says."""
    return one.text_vi, one.text_en, one.detail_vi, one.detail_en


def joined(one: EditionPassage | None, language: str) -> str:
    """Return a paragraph with what stands beside it."""
    if one is None:
        return ""
    return "\n".join(filter(None, (getattr(one, f"text_{language}"), getattr(one, f"detail_{language}"))))


def by_award(rows: Iterable[EditionAward]) -> dict[tuple[Any, ...], list[EditionAward]]:
    """Return counts of commendations by area and what they are of."""
    found: dict[tuple[Any, ...], list[EditionAward]] = defaultdict(list)
    for one in sorted(rows, key=attrgetter("position")):
        found[one.area_id, one.forms, one.authorities, one.recipients, one.in_year, one.source].append(one)
    return found


def counted(one: EditionAward | None) -> tuple[int | None, str, int | None]:
    """Return a count of commendations as value, word and printed number; nothing where there is none."""
    if one is None:
        return None, "", None
    return one.count, one.word, one.count if one.word else None


def order_of(one: EditionErratum) -> tuple[Any, ...]:
    """Return the place of an erratum in its file."""
    indicator = one.indicator.code if one.indicator else ""
    of_award = (one.forms, one.authorities, one.recipients)
    return one.area.code, one.subject, indicator, one.item, one.kind, of_award, one.old_text_vi, one.new_text_vi
