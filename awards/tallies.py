"""Counting commendations: by form, authority and recipient, and for the yearly total."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from awards.models import AwardDecision, Commendation, ReportedAwardTotal
from awards.models.decisions import Occasion, RecipientKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from units.models import Area

THEMATIC = ("decision__ground__counts_in_year", "decision__occasion")
KINDS = (RecipientKind.COLLECTIVE, RecipientKind.AREA, RecipientKind.INDIVIDUAL, RecipientKind.HOUSEHOLD)


@dataclass(frozen=True)
class Line:
    """How often a form, or a set of forms that nobody has split, was given; no count means that none was published."""

    forms: tuple[str, ...]
    authorities: tuple[str, ...]
    recipients: tuple[str, ...]
    count: int | None
    word: str = ""
    in_year: bool = True
    source: str = ""


def lines(area: Area, year: int) -> list[Line]:
    """Return the counts of what `area` has on record for `year`: from decisions, then what others have published.

    The two are never added up: a reported total may tell of the same commendations.
    """
    return lines_by_area([area.pk], year)[area.pk]


def lines_by_area(areas: Iterable[int], year: int) -> dict[int, list[Line]]:
    """Return the lines of each of `areas`, by its key. Four queries."""
    keys = list(areas)
    decided, published = itemised(keys, year), reported(keys, year)
    return {key: [*decided[key], *published[key]] for key in keys}


def itemised(areas: Iterable[int], year: int) -> dict[int, list[Line]]:
    """Return, by area, the counts of the commendations of its decisions for `year`, form by form."""
    rows = (
        Commendation.objects.given()
        .filter(decision__area__in=areas, decision__year=year)
        .order_by("decision__authority__position", "form__position", "recipient__kind", *THEMATIC)
        .values_list("decision__area", "decision__authority__code", "form__code", "recipient__kind", *THEMATIC)
        .annotate(Count("pk"))
    )
    counts: dict[int, dict[tuple[str, str, str, bool], int]] = defaultdict(dict)
    for area, authority, form, kind, counts_in_year, occasion, number in rows:
        key = authority, form, kind, counts_in_year is not False and occasion != Occasion.THEMATIC_REVIEW
        counts[area][key] = counts[area].get(key, 0) + number
    found: dict[int, list[Line]] = defaultdict(list)
    for area, by_key in counts.items():
        for (authority, form, kind, in_year), number in by_key.items():
            found[area].append(Line((form,), (authority,), (kind,), number, in_year=in_year))
    return found


def reported(areas: Iterable[int], year: int) -> dict[int, list[Line]]:
    """Return, by area, what others have published for `year`, as they put it together."""
    totals = ReportedAwardTotal.objects.valid().filter(area__in=areas, year=year).select_related("ground")
    found: dict[int, list[Line]] = defaultdict(list)
    for total in totals.prefetch_related("forms", "authorities").order_by("pk"):
        found[total.area_id].extend(told_by(total))
    return found


def told_by(total: ReportedAwardTotal) -> list[Line]:
    """Return the lines of one reported total, read with its forms and authorities; without a number it has one line."""
    forms = tuple(sorted(form.code for form in total.forms.all()))
    authorities = tuple(sorted(one.code for one in total.authorities.all()))
    told = [
        (RecipientKind.COLLECTIVE, total.to_collectives, total.collectives),
        (RecipientKind.INDIVIDUAL, total.to_individuals, total.individuals),
        (RecipientKind.HOUSEHOLD, total.to_households, total.households),
    ]
    counts: list[tuple[tuple[str, ...], int | None]] = [
        ((str(kind),), number) for kind, _included, number in told if number is not None
    ]
    if not counts:
        counts = [(tuple(str(kind) for kind, included, _number in told if included), total.mixed)]
    return [
        Line(forms, authorities, kinds, number, total.word, in_year=total.counts_in_year, source=total.source)
        for kinds, number in counts
    ]


def commended(area: Area, year: int) -> tuple[int | None, int | None]:
    """Return how many collectives, and how many individuals and households, were commended for `year`."""
    return commended_by_area([area.pk], year)[area.pk]


def commended_by_area(areas: Iterable[int], year: int) -> dict[int, tuple[int | None, int | None]]:
    """Return, by area, how many collectives, and how many individuals and households, were commended. Four queries.

    From the decisions where any is on record, else from reported totals. A side is not known (None) where a list is not
    what its decision states, where a total leaves the number out or rounds it, or where two totals may tell of the same.
    """
    keys = list(areas)
    given = Q(commendations__in=Commendation.objects.counted_in_year())
    kinds = {kind: given & Q(commendations__recipient__kind=kind) for kind in KINDS}
    listed = {f"listed_{kind}": Count("commendations", filter=condition) for kind, condition in kinds.items()}
    decisions = AwardDecision.objects.valid().filter(area__in=keys, year=year).select_related("ground")
    decided: dict[int, list[Any]] = defaultdict(list)
    for decision in decisions.annotate(rows=Count("commendations"), **listed):
        decided[decision.area_id].append(decision)
    totals = ReportedAwardTotal.objects.valid().filter(area__in=keys, year=year).select_related("ground")
    told: dict[int, list[ReportedAwardTotal]] = defaultdict(list)
    for total in totals.prefetch_related("forms", "authorities"):
        if total.counts_in_year:
            told[total.area_id].append(total)
    return {key: by_decisions(decided[key]) if decided[key] else by_totals(told[key]) for key in keys}


def by_totals(totals: list[ReportedAwardTotal]) -> tuple[int | None, int | None]:
    """Return the two numbers of what others have published."""
    if not totals or told_twice(totals) or any(one.mixed is not None or one.word for one in totals):
        return None, None
    collectives = [one.collectives for one in totals if one.to_collectives or one.collectives is not None]
    individuals = [one.individuals for one in totals if one.to_individuals or one.individuals is not None]
    households = [one.households for one in totals if one.to_households or one.households is not None]
    return added_where_known(collectives), added_where_known([*individuals, *households])


def by_decisions(decisions: Iterable[Any]) -> tuple[int | None, int | None]:
    """Return the two numbers of `decisions`, each read with its `rows` and those listed of each kind; thematic ones count 0."""
    collectives: list[int | None] = []
    people: list[int | None] = []
    for row in decisions:
        if not row.rows and row.stated_collectives is None and row.stated_individuals is None:
            return None, None
        wholes = row.listed_collective + row.listed_area
        collectives.append(as_stated(wholes, row.stated_collectives, row))
        people.append(as_stated(row.listed_individual, row.stated_individuals, row))
        people.append(as_stated(row.listed_household, row.stated_households, row))
    return added_where_known(collectives), added_where_known(people)


def as_stated(listed: int, stated: int | None, decision: AwardDecision) -> int | None:
    """Return `listed`, or None where the decision states more or fewer; a thematic decision states nothing of the year."""
    thematic = decision.occasion == Occasion.THEMATIC_REVIEW or (
        decision.ground is not None and not decision.ground.counts_in_year
    )
    return listed if thematic or stated is None or listed == stated else None


def told_twice(totals: list[ReportedAwardTotal]) -> bool:
    """Say whether two of `totals` may tell of the same commendations: they share a form by a shared authority."""
    seen: set[tuple[str, str]] = set()
    for one in totals:
        forms = [form.code for form in one.forms.all()] or [""]
        authorities = [authority.code for authority in one.authorities.all()] or [""]
        pairs = {(form, authority) for form in forms for authority in authorities}
        if pairs & seen:
            return True
        seen |= pairs
    return False


def added_where_known(numbers: list[int | None]) -> int | None:
    """Return the sum; None where there is none, or where one is not known."""
    if not numbers or None in numbers:
        return None
    return sum(number for number in numbers if number is not None)
