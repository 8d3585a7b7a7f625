"""What a published year tells in words, and how many it commended: read from what its edition sealed, nothing else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import AwardForm, AwardingAuthority
from awards.models.decisions import RecipientKind
from config.languages import in_english
from config.words import worded
from movement.models import EditionAward, EditionPassage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from movement.models import Edition
    from units.models import Area

Kind = EditionPassage.Kind
BULLETS, NUMBERS = "bullets", "numbers"
LISTED = {
    Kind.SHORTCOMING: BULLETS,
    Kind.TASK: NUMBERS,
    Kind.PROGRAMME: BULLETS,
    Kind.AGENDA: BULLETS,
    Kind.PAPER: BULLETS,
    Kind.DIRECTIVE: NUMBERS,
}
RECIPIENTS = {
    RecipientKind.COLLECTIVE: gettext_lazy("collectives"),
    RecipientKind.AREA: gettext_lazy("areas as a whole"),
    RecipientKind.INDIVIDUAL: gettext_lazy("individuals"),
    RecipientKind.HOUSEHOLD: gettext_lazy("households"),
}


@dataclass(frozen=True)
class Text:
    """A text as the page shows it; `language` stands only where it is another than the page's."""

    words: str = ""
    language: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One sealed paragraph; `detail` says how far, who leads, to whom, by when."""

    text: Text
    detail: Text = Text()


@dataclass(frozen=True)
class Chapter:
    """What stands under one heading: sentences on the figures, then paragraphs or a list, then chapters within it."""

    code: str
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    listed: str = ""
    sentences: tuple[str, ...] = ()
    parts: tuple[Chapter, ...] = ()


@dataclass(frozen=True)
class AwardRow:
    """A form, or several that nobody has split, with the printed number; it is empty where none was published."""

    forms: str
    authorities: str
    recipients: str
    number: str


@dataclass(frozen=True)
class AwardGroup:
    """Rows out of one source; an empty source means the decisions on record."""

    rows: tuple[AwardRow, ...]
    source: str = ""


@dataclass(frozen=True)
class Total:
    """The commendations of the year in one number, and how many of them each kind of recipient has."""

    number: str
    recipients: str


@dataclass(frozen=True)
class Commendations:
    """The counts of a year. Thematic and multi-year ones stand apart: no total holds them."""

    of_the_year: tuple[AwardGroup, ...] = ()
    thematic: tuple[AwardGroup, ...] = ()
    total: Total | None = None


@dataclass(frozen=True)
class Telling:
    """The year in words, in the order of the page.

    `opening` names the conference; `results` stand before the figures; then comes what follows from them, then the
    commendations, then what the area proposes.
    """

    opening: tuple[Paragraph, ...] = ()
    results: tuple[Chapter, ...] = ()
    onward: tuple[Chapter, ...] = ()
    commendations: Commendations | None = None
    closing: tuple[Chapter, ...] = ()

    @property
    def is_partly_vietnamese(self) -> bool:
        """Say whether a text of this page, which is in another language, is in Vietnamese only."""
        chapters = [*self.results, *self.onward, *self.closing]
        parts = chain.from_iterable(chapter.parts for chapter in chapters)
        told = chain.from_iterable(chapter.paragraphs for chapter in (*chapters, *parts))
        return any(text.language for one in (*self.opening, *told) for text in (one.text, one.detail))


def read(area: Area, edition: Edition | None, sentences: Sequence[str] = ()) -> Telling:
    """Return what `edition` sealed of `area` in words, in the language in force; `sentences` open the results.

    Two queries, two more where commendations are sealed; none without an edition.
    """
    if edition is None:
        return Telling()
    said = paragraphs(area, edition)
    within = chapters(said, (Kind.AGENDA, Kind.PAPER, Kind.DIRECTIVE))
    conference = Chapter(Kind.CONFERENCE, str(Kind.CONFERENCE.label), parts=tuple(within))
    tasks = _("Tasks set for %(year)d") % {"year": edition.period.year + 1}
    return Telling(
        opening=said[Kind.CONFERENCE],
        results=(
            *chapters(said, (Kind.ASSESSMENT,)),
            *chapters(said, (Kind.RESULTS,), sentences=tuple(sentences)),
        ),
        onward=(
            *chapters(said, (Kind.BRIGHT_SPOT, Kind.SHORTCOMING, Kind.CAUSES)),
            *chapters(said, (Kind.TASK,), heading=tasks),
            *chapters(said, (Kind.PROGRAMME,)),
            *([conference] if conference.parts else []),
        ),
        commendations=commendations(area, edition),
        closing=tuple(chapters(said, (Kind.PROPOSALS,))),
    )


def paragraphs(area: Area, edition: Edition) -> Mapping[str, tuple[Paragraph, ...]]:
    """Return the sealed paragraphs of `area` by kind, in their order; a kind without any is empty."""
    found: dict[str, tuple[Paragraph, ...]] = defaultdict(tuple)
    for one in EditionPassage.objects.filter(edition=edition, area=area).order_by("position"):
        found[one.kind] += (
            Paragraph(in_page_language(one.text_vi, one.text_en), in_page_language(one.detail_vi, one.detail_en)),
        )
    return found


def in_page_language(vietnamese: str, english: str) -> Text:
    """Return the text in the language of the page; the Vietnamese one, so marked, where there is no English one.

    Names that have no English form are sealed alike in both.
    """
    if not in_english() or not vietnamese:
        return Text(vietnamese)
    return Text(english) if english and english != vietnamese else Text(vietnamese, "vi")


def chapters(
    said: Mapping[str, tuple[Paragraph, ...]],
    kinds: Iterable[EditionPassage.Kind],
    *,
    heading: str = "",
    sentences: tuple[str, ...] = (),
) -> Iterator[Chapter]:
    """Yield a chapter for each of `kinds` that has something to tell."""
    for kind in kinds:
        if said[kind] or sentences:
            yield Chapter(kind, heading or str(kind.label), said[kind], LISTED.get(kind, ""), sentences)


def commendations(area: Area, edition: Edition) -> Commendations | None:
    """Return the sealed counts of `area`; None where there are none."""
    sealed = list(EditionAward.objects.filter(edition=edition, area=area).order_by("position"))
    if not sealed:
        return None
    forms = {one.code: one.name for one in AwardForm.objects.all()}
    authorities = {one.code: one.printed for one in AwardingAuthority.objects.all()}

    def groups(lines: Iterable[EditionAward]) -> tuple[AwardGroup, ...]:
        return tuple(
            AwardGroup(tuple(award_row(one, forms, authorities) for one in rows), source)
            for source, rows in groupby(lines, key=lambda one: one.source)
        )

    of_the_year = [one for one in sealed if one.in_year]
    return Commendations(groups(of_the_year), groups(one for one in sealed if not one.in_year), total_of(of_the_year))


def award_row(line: EditionAward, forms: Mapping[str, str], authorities: Mapping[str, str]) -> AwardRow:
    """Return `line` with the names of its codes in the language of the page."""
    return AwardRow(
        forms=", ".join(forms.get(code, code) for code in line.forms.split()),
        authorities=", ".join(authorities.get(code, code) for code in line.authorities.split()),
        recipients=", ".join(str(RECIPIENTS[RecipientKind(kind)]) for kind in line.recipients.split()),
        number=worded(line.count, line.word),
    )


def total_of(lines: Sequence[EditionAward]) -> Total | None:
    """Return the total of several lines; None unless each is a known and exact count of the decisions on record."""
    if len(lines) < 2 or any(one.count is None or one.word or one.source for one in lines):
        return None
    by_recipient: dict[str, int] = defaultdict(int)
    for one in lines:
        by_recipient[one.recipients] += one.count or 0
    shares = [f"{label}: {worded(by_recipient[kind])}" for kind, label in RECIPIENTS.items() if kind in by_recipient]
    return Total(worded(sum(by_recipient.values())), "; ".join(shares))
