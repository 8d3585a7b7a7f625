"""What the records of an area say: events, documents, models, results and commendations, counted for a period.

These give a figure wherever such records are entered; where none is, officers type the number (None here: not known).
The counts are the area's own part: the areas below have their own. Only types of model are counted at or below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from awards import tallies as awards
from movement.models import (
    Event,
    Exemplar,
    Indicator,
    Inspection,
    IssuedDocument,
    MediationResult,
    ModelSite,
    ModelType,
    Period,
    PopularModel,
    ProgrammeSnapshot,
    Report,
    SafetyStandardResult,
)  # fmt: skip
from movement.models.catalogue import REGISTER
from movement.models.reports import State
from units.models import Area, AreaSuccession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from movement.counting import Key

Counts = Indicator.Counts
Numbers = dict[str, int | None]
WITHOUT_ONE_HEIR = (AreaSuccession.Kind.SPLIT, AreaSuccession.Kind.ABOLISH)


def record_indicators(period: Period) -> list[Indicator]:
    """Return the indicators of the period's form that records of the area can count."""
    return list(Indicator.objects.of_form(period).filter(~Q(counts="")).exclude(counts__in=REGISTER))


def record_counts(area: Area, period: Period, indicators: Iterable[Indicator]) -> dict[Key, int | None]:
    """Return, by indicator and item, what the records of `area` give for `period`; None where none is entered."""
    wanted = {one.pk: one for one in indicators if one.counts_records}
    asked = {one.counts for one in wanted.values()}
    numbers: Numbers = {}
    here = own_areas(area, period) if wanted else []
    for names, count in GROUPS:
        if asked & names:
            numbers |= count(area, period, here)
    counted: dict[Key, int | None] = {}
    for key, one in wanted.items():
        counted[key, ""] = latest(area, period, one) if one.counts == Counts.PROGRAMME else numbers.get(one.counts)
    return counted


def own_areas(area: Area, period: Period) -> list[int]:
    """Return the keys of `area` and of all whose work within the period is its own part too.

    These are the areas that became it, whole, in one change or several; and those that were divided or abolished below
    it, whose work belongs to no one part. One query per change in a row for what became it, and per level for the others.
    """
    within = Q(effective_on__gt=period.starts_on, effective_on__lte=period.ends_on)
    own, leading = {area.pk}, {area.pk}
    edge = {area.pk} if area.valid_from and area.valid_from > period.starts_on else set()
    others = AreaSuccession.objects.filter(predecessor=OuterRef("predecessor")).exclude(successor=OuterRef("successor"))
    while edge:
        became = AreaSuccession.objects.filter(within, successor__in=edge, is_main=True)
        rows = set(became.annotate(divided=Exists(others)).values_list("predecessor", "divided"))
        own |= {key for key, divided in rows if not divided}
        edge = {key for key, _divided in rows} - leading
        leading |= edge
    reporting = Report.objects.filter(period=period).exclude(state=State.CARRIED)  # these count it themselves
    edge = leading if area.level != Area.Level.COMMUNE else set()
    while edge:
        ended = AreaSuccession.objects.filter(within, predecessor__parent__in=edge, kind__in=WITHOUT_ONE_HEIR)
        ended = ended.exclude(Exists(reporting.filter(area=OuterRef("predecessor"))))
        rows = set(ended.values_list("predecessor", "kind")) - {(key, kind) for key in own for kind in WITHOUT_ONE_HEIR}
        own |= {key for key, _kind in rows}
        edge = {key for key, kind in rows if kind == AreaSuccession.Kind.ABOLISH}
    return sorted(own)


def events(area: Area, period: Period, here: list[int]) -> Numbers:
    """Count what was held: sessions, and attendances where every event gives them."""
    held = Event.objects.valid().filter(area__in=here).held_between(period.starts_on, period.ends_on).order_by()
    rows = {
        (kind, level): numbers
        for kind, level, *numbers in held.values_list("kind", "host_level").annotate(
            Count("pk"), Sum("sessions"), Count("attendance"), Sum("attendance"), Count("gifts"), Sum("gifts"),
            Count("gift_value"), Sum("gift_value"),
        )
    }  # fmt: skip

    def of(kind: str, column: int, known: int | None = None) -> int | None:
        groups = [numbers for (one, _level), numbers in rows.items() if one == kind]
        if not groups or (known is not None and sum(one[known] for one in groups) < sum(one[0] for one in groups)):
            return None
        return sum(int(one[column] or 0) for one in groups)

    def festivals(level: str) -> int | None:
        if not any(kind == Event.Kind.FESTIVAL_DAY for kind, _level in rows):
            return None
        return int((rows.get((Event.Kind.FESTIVAL_DAY, level)) or [0, 0])[1] or 0)

    given = [numbers for numbers in rows.values() if numbers[4]]
    valued = [numbers for numbers in rows.values() if numbers[6]]
    communes = festivals(Event.HostLevel.COMMUNE)
    return {
        Counts.LAUNCH_SESSIONS: of(Event.Kind.LAUNCH, 1),
        Counts.LAUNCH_ATTENDANCE: of(Event.Kind.LAUNCH, 3, known=2),
        Counts.INFORMATION_SESSIONS: of(Event.Kind.INFORMATION, 1),
        Counts.INFORMATION_ATTENDANCE: of(Event.Kind.INFORMATION, 3, known=2),
        Counts.TRAINING_TURNS: of(Event.Kind.TRAINING, 3, known=2),
        Counts.FESTIVAL_COMMUNES: min(communes, 1) if communes and area.level == Area.Level.COMMUNE else communes,
        Counts.FESTIVAL_RESIDENTIAL: festivals(Event.HostLevel.RESIDENTIAL),
        Counts.GIFTS: sum(int(numbers[5]) for numbers in given) if given else None,
        Counts.GIFT_VALUE: sum(int(numbers[7]) for numbers in valued) if valued else None,
    }


def direction(area: Area, period: Period, here: list[int]) -> Numbers:
    """Count inspections and documents."""
    window = (period.starts_on, period.ends_on)
    visits = Inspection.objects.valid().filter(area__in=here, held_on__range=window).aggregate(sum=Sum("visits"))["sum"]
    issued = IssuedDocument.objects.valid().filter(area__in=here, issued_on__range=window).order_by()
    kinds = dict(issued.values_list("kind").annotate(Count("pk")))
    resolutions = sum(number for kind, number in kinds.items() if kind in IssuedDocument.resolutions)
    return {
        Counts.INSPECTIONS: visits,
        Counts.RESOLUTIONS: resolutions if kinds else None,
        Counts.DIRECTING_DOCUMENTS: sum(kinds.values()) - resolutions if kinds else None,
    }


def standing_areas(area: Area) -> list[int]:
    """Return the keys of `area` and of all that ever became it, whole: what stands there stands in `area` now."""
    keys, edge = [area.pk], [area.pk] if area.valid_from else []
    while edge:
        became = AreaSuccession.objects.filter(successor__in=edge).exclude(predecessor__in=keys)
        others = AreaSuccession.objects.filter(predecessor=OuterRef("predecessor")).exclude(
            successor=OuterRef("successor")
        )
        edge = list(became.exclude(Exists(others)).values_list("predecessor", flat=True))
        keys += edge
    return keys


def popular_models(area: Area, period: Period, here: list[int]) -> Numbers:
    """Count types, models, sites and exemplars as of the cut-off day, and what was built in the period."""
    day, standing = period.cutoff_on, standing_areas(area)
    kept = PopularModel.objects.filter(area__in=standing).kept_on(day)
    new = Q(established_on__range=(period.starts_on, period.ends_on))
    own = kept.aggregate(
        models=Count("pk"), new=Count("pk", filter=new), skilful=Count("pk", filter=Q(type__is_skilful=True))
    )
    sites = ModelSite.objects.filter(area__in=standing).in_use_on(day).aggregate(sum=Sum("sites"))["sum"]
    reached = area.below_condition("area__") | Q(area__in=standing)
    in_reach = PopularModel.objects.kept_on(day).filter(
        reached | Q(sites__in=ModelSite.objects.filter(reached).in_use_on(day))
    )
    types = in_reach.order_by().values("type").distinct().count()
    disseminated = ModelType.objects.filter(area__in=standing).filter(disseminated_on__lte=day).count()
    shown = (
        Exemplar.objects.filter(area__in=standing)
        .filter(Q(recognised_on__isnull=True) | Q(recognised_on__lte=day))
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
        .aggregate(sum=Sum("number"))["sum"]
    )
    return {
        Counts.MODEL_TYPES: types or None,
        Counts.MODELS: own["models"] or None,
        Counts.MODEL_SITES: sites,
        Counts.MODELS_NEW: own["new"] if own["models"] else None,
        Counts.MODELS_SKILFUL: own["skilful"] or None,
        Counts.MODELS_DISSEMINATED: disseminated or None,
        Counts.EXEMPLARS: shown,
    }


def standards(area: Area, period: Period, here: list[int]) -> Numbers:
    """Return what met the safety standard in the period's year."""
    rows = SafetyStandardResult.objects.valid().filter(area__in=here, year=period.year)
    met = dict(rows.order_by().values_list("object").annotate(Sum("met"))) if period.kind == Period.Kind.YEAR else {}
    return {
        Counts.STANDARD_RESIDENTIAL: met.get(SafetyStandardResult.Object.RESIDENTIAL),
        Counts.STANDARD_COMMUNES: met.get(SafetyStandardResult.Object.COMMUNE),
        Counts.STANDARD_ORGANISATIONS: met.get(SafetyStandardResult.Object.ORGANISATION),
    }


def mediation(area: Area, period: Period, here: list[int]) -> Numbers:
    """Add up the mediation results that end in the period; not known where one of them leaves a number out."""
    rows = list(
        MediationResult.objects.valid()
        .filter(area__in=here, ends_on__range=(period.starts_on, period.ends_on))
        .values_list("received", "successful", "unsuccessful", "pending")
    )
    names = (
        Counts.MEDIATION_RECEIVED,
        Counts.MEDIATION_SUCCESSFUL,
        Counts.MEDIATION_UNSUCCESSFUL,
        Counts.MEDIATION_PENDING,
    )
    columns: Any = zip(*rows, strict=True) if rows else [(None,)] * 4
    return {name: None if None in column else sum(column) for name, column in zip(names, columns, strict=True)}


def commendations(area: Area, period: Period, here: list[int]) -> Numbers:
    """Count who was commended for the period's year."""
    if period.kind != Period.Kind.YEAR:
        return {}
    collectives, people = awards.commended(area, period.year)
    return {Counts.COLLECTIVES_COMMENDED: collectives, Counts.PEOPLE_COMMENDED: people}


def latest(area: Area, period: Period, indicator: Indicator) -> int | None:
    """Return the latest snapshot, up to the cut-off day, of the measure that feeds `indicator`."""
    rows = ProgrammeSnapshot.objects.valid().filter(
        area__in=standing_areas(area), measure__indicator=indicator, taken_on__lte=period.cutoff_on
    )
    newest = rows.order_by("-taken_on", "-pk").values_list("value", flat=True).first()
    return int(newest) if newest is not None and newest == int(newest) else None


GROUPS: tuple[tuple[frozenset[str], Callable[[Area, Period, list[int]], Numbers]], ...] = (
    (
        frozenset(
            {
                Counts.LAUNCH_SESSIONS, Counts.LAUNCH_ATTENDANCE, Counts.INFORMATION_SESSIONS, Counts.INFORMATION_ATTENDANCE,
                Counts.TRAINING_TURNS, Counts.FESTIVAL_COMMUNES, Counts.FESTIVAL_RESIDENTIAL, Counts.GIFTS, Counts.GIFT_VALUE,
            }
        ),
        events,
    ),
    (frozenset({Counts.INSPECTIONS, Counts.RESOLUTIONS, Counts.DIRECTING_DOCUMENTS}), direction),
    (
        frozenset(
            {
                Counts.MODEL_TYPES, Counts.MODELS, Counts.MODEL_SITES, Counts.MODELS_NEW, Counts.MODELS_SKILFUL,
                Counts.MODELS_DISSEMINATED, Counts.EXEMPLARS,
            }
        ),
        popular_models,
    ),
    (frozenset({Counts.STANDARD_RESIDENTIAL, Counts.STANDARD_COMMUNES, Counts.STANDARD_ORGANISATIONS}), standards),
    (
        frozenset(
            {
                Counts.MEDIATION_RECEIVED, Counts.MEDIATION_SUCCESSFUL, Counts.MEDIATION_UNSUCCESSFUL,
                Counts.MEDIATION_PENDING,
            }
        ),
        mediation,
    ),
    (frozenset({Counts.COLLECTIVES_COMMENDED, Counts.PEOPLE_COMMENDED}), commendations),
)  # fmt: skip
