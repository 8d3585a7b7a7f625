"""The public page of commendations: counts that editions sealed, totals that others published, and names that may be told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse

from awards import tallies
from awards.models import AwardDecision, AwardForm, AwardingAuthority, Commendation, ReportedAwardTotal
from awards.models.decisions import PERSONS
from config.admin import MOST_WORDS, any_word
from config.folding import fold
from movement.models import Edition, EditionAward, Period
from movement.places import Place, place
from movement.telling import AwardGroup, award_row
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from django.db.models import QuerySet

AREAS_ON_A_PAGE = 30
MOST_SHOWN = 100
MOST_READ = 500
HIGHEST_FIRST = Case(
    When(level=Area.Level.COUNTRY, then=0),
    When(level=Area.Level.PROVINCE, then=1),
    When(level=Area.Level.DISTRICT, then=2),
    default=3,
)


@dataclass(frozen=True)
class AreaCounts:
    """What one area commended in a year. Thematic and multi-year commendations stand apart: no total holds them."""

    place: Place
    url: str
    of_the_year: tuple[AwardGroup, ...]
    thematic: tuple[AwardGroup, ...]


@dataclass(frozen=True)
class YearCounts:
    """The areas with commendations of one year, some to a page; `year` is None where a source tells none."""

    year: int | None
    years: tuple[int | None, ...]
    areas: tuple[AreaCounts, ...]
    page: Page[Area]


@dataclass(frozen=True)
class Named:
    """Whom a decision commends, as far as the public may know; `workplace` is that of a collective only."""

    name: str
    workplace: str
    form: str
    year: int
    authority: str


def sealed_counts() -> QuerySet[EditionAward]:
    """Return the counts out of decisions that the latest edition of each year sealed.

    What a province and the country have both sealed of an area counts once: as the province has it.
    """
    later = Edition.objects.filter(period=OuterRef("edition__period"), number__gt=OuterRef("edition__number"))
    year = Q(edition__period__kind=Period.Kind.YEAR, edition__period__year=OuterRef("edition__period__year"))
    nearer = EditionAward.objects.filter(year, ~Q(edition__area__level=Area.Level.COUNTRY), area=OuterRef("area"))
    of_the_country = Q(edition__area__level=Area.Level.COUNTRY)
    rows = EditionAward.objects.filter(~Exists(later), edition__period__kind=Period.Kind.YEAR, source="")
    return rows.exclude(of_the_country & Exists(nearer))


def reported_totals() -> QuerySet[Any]:
    """Return what others have published, each with the year under which it stands: that in which a review ends."""
    totals: QuerySet[Any] = ReportedAwardTotal.objects.valid().annotate(
        shown_year=Coalesce("year", ExtractYear("ends_on"))
    )
    return totals


def known_years() -> tuple[int | None, ...]:
    """Return every year that the page can show, the latest first; None at the end where a source tells no year."""
    sealed = sealed_counts().order_by().values_list("edition__period__year", flat=True).distinct()
    reported = reported_totals().order_by().values_list("shown_year", flat=True).distinct()
    years = {*sealed, *reported}
    return (*sorted((year for year in years if year is not None), reverse=True), *([None] if None in years else []))


def read(year: int | None, years: tuple[int | None, ...], page: str | None = None) -> YearCounts:
    """Return the counts of `year` by area. Seven queries, one of `known_years` not counted."""
    sealed = sealed_counts().filter(edition__period__year=year) if year is not None else sealed_counts().none()
    reported = (
        reported_totals().filter(shown_year=year)
        if year is not None
        else reported_totals().filter(shown_year__isnull=True)
    )
    areas = (
        Area.objects.filter(Q(pk__in=sealed.order_by().values("area")) | Q(pk__in=reported.order_by().values("area")))
        .annotate(rank=HIGHEST_FIRST)
        .order_by("rank", "sort_key", "code")
    )
    shown = Paginator(areas, AREAS_ON_A_PAGE).get_page(page)
    keys = [area.pk for area in shown.object_list]
    lines: dict[int, list[EditionAward]] = defaultdict(list)
    for row in sealed.filter(area__in=keys).order_by("area", "position"):
        lines[row.area_id].append(row)
    sealed_areas = set(lines)
    others = reported.filter(area__in=keys).select_related("ground").prefetch_related("forms", "authorities")
    for total in others.order_by("area", "pk"):
        lines[total.area_id].extend(lines_of(total))
    forms = {one.code: one.name for one in AwardForm.objects.all()}
    authorities = {one.code: one.printed for one in AwardingAuthority.objects.all()}
    return YearCounts(
        year=year,
        years=years,
        areas=tuple(
            AreaCounts(
                place(area),
                reverse("movement:year", args=[area.code, year])
                if area.pk in sealed_areas
                else area.get_absolute_url(),
                grouped((row for row in lines[area.pk] if row.in_year), forms, authorities),
                grouped((row for row in lines[area.pk] if not row.in_year), forms, authorities),
            )
            for area in shown.object_list
        ),
        page=shown,
    )


def lines_of(total: ReportedAwardTotal) -> Iterator[EditionAward]:
    """Yield what others have published as an edition would seal it, a review of several years with its span."""
    span = span_of(total.starts_on, total.ends_on)
    for line in tallies.told_by(total):
        yield EditionAward(
            forms=" ".join(line.forms),
            authorities=" ".join(line.authorities),
            recipients=" ".join(line.recipients),
            count=line.count,
            word=line.word,
            in_year=line.in_year,
            source=f"{line.source} ({span})" if span else line.source,
        )


def span_of(starts_on: date | None, ends_on: date | None) -> str:
    """Return both days with a dash between them, an open end as an ellipsis; nothing where both are open."""
    if starts_on is None and ends_on is None:
        return ""
    return " – ".join(day.strftime("%d/%m/%Y") if day else "…" for day in (starts_on, ends_on))


def grouped(
    rows: Iterable[EditionAward], forms: Mapping[str, str], authorities: Mapping[str, str]
) -> tuple[AwardGroup, ...]:
    """Return `rows` by their source, in order."""
    by_source: dict[str, list[EditionAward]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    return tuple(
        AwardGroup(tuple(award_row(one, forms, authorities) for one in found), source)
        for source, found in by_source.items()
    )


def named(term: str) -> tuple[list[Named], bool]:
    """Return who may be told to the public and is called `term`, and whether there are more. One query.

    Only what the latest edition of its year counts is published. An individual is found by the name alone: a search by
    workplace would tell it.
    """
    words = fold(term).split()[:MOST_WORDS]
    if not words:
        return [], False
    # what was entered, or made public, after the sealing waits for the next edition
    entered = Commendation.history.filter(
        id=OuterRef(OuterRef("pk")), history_type="+", history_date__lte=OuterRef("edition__sealed_at")
    )
    told = AwardDecision.history.filter(
        id=OuterRef(OuterRef("decision")), history_date__lte=OuterRef("edition__sealed_at"), publishes_names=True
    )
    public = Q(Exists(told)) | ~Q(recipients__in=PERSONS)
    published = sealed_counts().filter(
        public,
        Exists(entered),
        area=OuterRef("decision__area"),
        edition__period__year=OuterRef("decision__year"),
        forms=OuterRef("form__code"),
        authorities=OuterRef("decision__authority__code"),
        recipients=OuterRef("recipient__kind"),
    )
    rows = list(
        Commendation.objects.with_public_name()
        .filter(any_word(term, "recipient__search_key"), Exists(published), recipient__removed_on__isnull=True)
        .select_related("recipient", "form", "decision__authority")
        .order_by("recipient__sort_key", "-decision__year", "pk")[: MOST_READ + 1]
    )
    found = [
        Named(
            name=row.recipient.name,
            workplace="" if row.recipient.is_person else row.recipient.workplace,
            form=row.form.name,
            year=row.decision.year,
            authority=row.decision.authority.printed,
        )
        for row in rows[:MOST_READ]
        if not row.recipient.is_person or all(word in fold(row.recipient.name) for word in words)
    ]
    return found[:MOST_SHOWN], len(found) > MOST_SHOWN or len(rows) > MOST_READ
