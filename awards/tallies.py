"""Counting commendations: by form, authority and recipient, and for the yearly total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from awards.models import Commendation, ReportedAwardTotal
from awards.models.decisions import RecipientKind

if TYPE_CHECKING:
    from units.models import Area

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
    return [*itemised(area, year), *reported(area, year)]


def itemised(area: Area, year: int) -> list[Line]:
    """Return the counts of the commendations of the decisions of `area` for `year`, form by form."""
    rows = (
        Commendation.objects.given()
        .filter(decision__area=area, decision__year=year)
        .order_by(
            "decision__authority__position", "form__position", "recipient__kind", "decision__ground__counts_in_year"
        )
        .values_list("decision__authority__code", "form__code", "recipient__kind", "decision__ground__counts_in_year")
        .annotate(Count("pk"))
    )
    found: dict[tuple[str, str, str, bool], int] = {}
    for authority, form, kind, counts, number in rows:
        key = authority, form, kind, counts is not False
        found[key] = found.get(key, 0) + number
    return [
        Line((form,), (authority,), (kind,), number, in_year=in_year)
        for (authority, form, kind, in_year), number in found.items()
    ]


def reported(area: Area, year: int) -> list[Line]:
    """Return what others have published for `area` and `year`, as they put it together."""
    totals = ReportedAwardTotal.objects.valid().filter(area=area, year=year).select_related("ground")
    found = totals.prefetch_related("forms", "authorities").order_by("pk")
    return [line for total in found for line in told_by(total)]


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
    """Return how many collectives, and how many individuals and households, were commended for `year`.

    From the decisions where any is on record, else from reported totals where all of the year's give both numbers.
    """
    given = Commendation.objects.counted_in_year().filter(decision__area=area, decision__year=year)
    whole = Q(recipient__kind__in=[RecipientKind.COLLECTIVE, RecipientKind.AREA])
    counts = given.aggregate(collectives=Count("pk", filter=whole), people=Count("pk", filter=~whole))
    if counts["collectives"] or counts["people"]:
        return counts["collectives"], counts["people"]
    totals = [
        one
        for one in ReportedAwardTotal.objects.valid().filter(area=area, year=year).select_related("ground")
        if one.counts_in_year
    ]
    if not totals or any(one.mixed is not None or not one.is_counted or one.word for one in totals):
        return None, None
    return (
        sum(one.collectives or 0 for one in totals),
        sum((one.individuals or 0) + (one.households or 0) for one in totals),
    )
