"""What the records of an area say: events, documents, models, results and commendations, counted for a period.

These give a figure wherever such records are entered; where none is, officers type the number (None here: not known).
The counts are the area's own part: the areas below have their own. Only types of model are counted at or below.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

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
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from movement.counting import Key

Counts = Indicator.Counts
Numbers = dict[str, int | None]
WITHOUT_ONE_HEIR = (AreaSuccession.Kind.SPLIT, AreaSuccession.Kind.ABOLISH)
OTHER_PARTS = AreaSuccession.objects.filter(predecessor=OuterRef("predecessor")).exclude(
    successor=OuterRef("successor")
)


def record_indicators(period: Period) -> list[Indicator]:
    """Return the indicators of the period's form that records of the area can count."""
    return list(Indicator.objects.of_form(period).filter(~Q(counts="")).exclude(counts__in=REGISTER))


def record_counts(area: Area, period: Period, indicators: Iterable[Indicator]) -> dict[Key, int | None]:
    """Return, by indicator and item, what the records of `area` give for `period`; None where none is entered."""
    return record_counts_by_area([area], period, indicators)[area.pk]


def record_counts_by_area(
    areas: Sequence[Area], period: Period, indicators: Iterable[Indicator]
) -> dict[int, dict[Key, int | None]]:
    """Return what the records of each of `areas` give, by its key, in as many queries for many areas as for one."""
    wanted = {one.pk: one for one in indicators if one.counts_records}
    asked = {one.counts for one in wanted.values()}
    places = Places(areas, period)
    numbers: dict[int, Numbers] = {area.pk: {} for area in areas}
    for names, count in GROUPS:
        if asked & names:
            for key, found in count(places).items():
                numbers[key] |= found
    measured = latest(places, [one for one in wanted.values() if one.counts == Counts.PROGRAMME])
    return {
        area.pk: {
            (key, ""): measured[area.pk].get(key)
            if one.counts == Counts.PROGRAMME
            else numbers[area.pk].get(one.counts)
            for key, one in wanted.items()
        }
        for area in areas
    }


class Places:
    """Some areas and a period, with what else is their own part: asked of the successions of areas once, for all."""

    def __init__(self, areas: Sequence[Area], period: Period) -> None:
        """Keep the areas and the period."""
        self.areas, self.period = areas, period

    @cached_property
    def own(self) -> dict[int, list[int]]:
        """Return, by area, the keys of all whose work within the period is its own part, itself among them.

        These are the areas that became it, whole, in one change or several; and those that were divided or abolished
        below it, whose work belongs to no one part. Two queries.
        """
        return {area.pk: self._own(area) for area in self.areas}

    def _own(self, area: Area) -> list[int]:
        own, leading = {area.pk}, {area.pk}
        edge = {area.pk} if area.valid_from and area.valid_from > self.period.starts_on else set()
        while edge:
            rows = {row for key in edge for row in self._became[key]}
            own |= {key for key, divided in rows if not divided}
            edge = {key for key, _divided in rows} - leading
            leading |= edge
        edge = leading if area.level != Area.Level.COMMUNE else set()
        while edge:
            ended = {row for key in edge for row in self._ended[key] if row[0] not in own}
            own |= {key for key, _kind in ended}
            edge = {key for key, kind in ended if kind == AreaSuccession.Kind.ABOLISH}
        return sorted(own)

    @cached_property
    def _within(self) -> Q:
        return Q(effective_on__gt=self.period.starts_on, effective_on__lte=self.period.ends_on)

    @cached_property
    def _became(self) -> dict[int, set[tuple[int, bool]]]:
        """Return, by area, what mainly became it within the period, and whether that was divided."""
        found: dict[int, set[tuple[int, bool]]] = defaultdict(set)
        rows = AreaSuccession.objects.filter(self._within, is_main=True, successor__isnull=False)
        for successor, predecessor, divided in rows.annotate(divided=Exists(OTHER_PARTS)).values_list(
            "successor", "predecessor", "divided"
        ):
            found[successor].add((predecessor, divided))
        return found

    @cached_property
    def _ended(self) -> dict[int, set[tuple[int, str]]]:
        """Return, by what they belonged to, the areas that ended without one heir; those with a report count themselves."""
        found: dict[int, set[tuple[int, str]]] = defaultdict(set)
        reporting = Report.objects.filter(period=self.period).exclude(state=State.CARRIED)
        rows = AreaSuccession.objects.filter(self._within, kind__in=WITHOUT_ONE_HEIR)
        rows = rows.exclude(Exists(reporting.filter(area=OuterRef("predecessor"))))
        for above, predecessor, kind in rows.values_list("predecessor__parent", "predecessor", "kind"):
            if above is not None:
                found[above].add((predecessor, kind))
        return found

    @cached_property
    def standing(self) -> dict[int, list[int]]:
        """Return, by area, its key and those of all that ever became it, whole: what stands there stands in it now."""
        return {area.pk: self._standing(area) for area in self.areas}

    def _standing(self, area: Area) -> list[int]:
        keys, edge = {area.pk}, {area.pk} if area.valid_from else set()
        while edge:
            edge = {key for one in edge for key in self._ever_became[one]} - keys
            keys |= edge
        return sorted(keys)

    @cached_property
    def _ever_became(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        rows = AreaSuccession.objects.filter(successor__isnull=False).exclude(Exists(OTHER_PARTS))
        for successor, predecessor in rows.values_list("successor", "predecessor"):
            found[successor].add(predecessor)
        return found


def every(keys: Mapping[int, Iterable[int]]) -> set[int]:
    """Return all keys that stand for one of the areas."""
    return {key for some in keys.values() for key in some}


def by_first(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Return rows by the area in their first column, without it."""
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for area, *rest in rows:
        found[area].append(tuple(rest))
    return found


def gathered(rows: Mapping[int, list[tuple[Any, ...]]], keys: Iterable[int]) -> list[tuple[Any, ...]]:
    """Return the rows of all areas of `keys`."""
    return [row for key in keys for row in rows.get(key, ())]


def added(values: Iterable[int | None]) -> int | None:
    """Return the sum of what is known; None where nothing is."""
    known = [int(value) for value in values if value is not None]
    return sum(known) if known else None


def events(places: Places) -> dict[int, Numbers]:
    """Count what was held: sessions, and attendances where every event gives them."""
    period = places.period
    held = Event.objects.valid().filter(area__in=every(places.own)).held_between(period.starts_on, period.ends_on)
    rows = by_first(
        held.order_by().values_list("area", "kind", "host_level").annotate(
            Count("pk"), Sum("sessions"), Count("attendance"), Sum("attendance"), Count("gifts"), Sum("gifts"),
            Count("gift_value"), Sum("gift_value"),
        )
    )  # fmt: skip
    return {area.pk: of_events(area, gathered(rows, places.own[area.pk])) for area in places.areas}


def of_events(area: Area, rows: list[tuple[Any, ...]]) -> Numbers:
    """Return the numbers of the events in `rows`: kind, level of the host, and the counts and sums of each."""

    def of(kind: str, column: int, known: int | None = None) -> int | None:
        groups = [numbers for one, _level, *numbers in rows if one == kind]
        if not groups or (known is not None and sum(one[known] for one in groups) < sum(one[0] for one in groups)):
            return None
        return sum(int(one[column] or 0) for one in groups)

    def festivals(level: str) -> int | None:
        days = [(one, numbers) for kind, one, *numbers in rows if kind == Event.Kind.FESTIVAL_DAY]
        return sum(int(numbers[1] or 0) for one, numbers in days if one == level) if days else None

    given = [numbers for _kind, _level, *numbers in rows if numbers[4]]
    valued = [numbers for _kind, _level, *numbers in rows if numbers[6]]
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


def direction(places: Places) -> dict[int, Numbers]:
    """Count inspections and documents."""
    own, window = places.own, (places.period.starts_on, places.period.ends_on)
    held = Inspection.objects.valid().filter(area__in=every(own), held_on__range=window).order_by()
    visits = by_first(held.values_list("area").annotate(Sum("visits")))
    written = IssuedDocument.objects.valid().filter(area__in=every(own), issued_on__range=window).order_by()
    issued = by_first(written.values_list("area", "kind").annotate(Count("pk")))
    found: dict[int, Numbers] = {}
    for area in places.areas:
        kinds = gathered(issued, own[area.pk])
        resolutions = sum(number for kind, number in kinds if kind in IssuedDocument.resolutions)
        found[area.pk] = {
            Counts.INSPECTIONS: added(number for (number,) in gathered(visits, own[area.pk])),
            Counts.RESOLUTIONS: resolutions if kinds else None,
            Counts.DIRECTING_DOCUMENTS: sum(number for _kind, number in kinds) - resolutions if kinds else None,
        }
    return found


def popular_models(places: Places) -> dict[int, Numbers]:
    """Count types, models, sites and exemplars as of the cut-off day, and what was built in the period."""
    period, day, standing = places.period, places.period.cutoff_on, places.standing
    here = every(standing)
    new = Q(established_on__range=(period.starts_on, period.ends_on))
    kept = by_first(
        PopularModel.objects.filter(area__in=here).kept_on(day).order_by().values_list("area").annotate(
            models=Count("pk"), new=Count("pk", filter=new), skilful=Count("pk", filter=Q(type__is_skilful=True))
        )
    )  # fmt: skip
    in_use = ModelSite.objects.filter(area__in=here).in_use_on(day).order_by()
    sites = by_first(in_use.values_list("area").annotate(Sum("sites")))
    told = ModelType.objects.filter(area__in=here, disseminated_on__lte=day).order_by()
    disseminated = by_first(told.values_list("area").annotate(Count("pk")))
    shown = (
        Exemplar.objects.filter(area__in=here)
        .filter(Q(recognised_on__isnull=True) | Q(recognised_on__lte=day))
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))
        .order_by()
    )
    exemplars = by_first(shown.values_list("area").annotate(Sum("number")))
    types = types_by_place(places)
    found: dict[int, Numbers] = {}
    for area in places.areas:
        keys = standing[area.pk]
        rows = gathered(kept, keys)
        models = sum(row[0] for row in rows)
        in_reach = set().union(types.below[area.pk], *(types.at[key] for key in keys))
        found[area.pk] = {
            Counts.MODEL_TYPES: len(in_reach) or None,
            Counts.MODELS: models or None,
            Counts.MODEL_SITES: added(number for (number,) in gathered(sites, keys)),
            Counts.MODELS_NEW: sum(row[1] for row in rows) if models else None,
            Counts.MODELS_SKILFUL: sum(row[2] for row in rows) or None,
            Counts.MODELS_DISSEMINATED: sum(number for (number,) in gathered(disseminated, keys)) or None,
            Counts.EXEMPLARS: added(number for (number,) in gathered(exemplars, keys)),
        }
    return found


class Types(NamedTuple):
    """The types of model that are kept, or in use: by the area where they are, and by every area above it."""

    at: dict[int, set[int]]
    below: dict[int, set[int]]


def types_by_place(places: Places) -> Types:
    """Return the types of the models that are kept on the cut-off day, where they are and where they have sites. Two queries."""
    day = places.period.cutoff_on
    types = Types(defaultdict(set), defaultdict(set))
    country = [area.pk for area in places.areas if area.level == Area.Level.COUNTRY]
    kept = PopularModel.objects.kept_on(day).order_by()
    sites = ModelSite.objects.filter(model__in=kept).in_use_on(day).order_by()
    line = ("area", "area__district", "area__province")
    if not country:  # what lies elsewhere is not asked for
        reach = Q(area__in=every(places.standing)) | Q(area__province__in={area.province_id for area in places.areas})
        kept, sites = kept.filter(reach), sites.filter(reach)
    for rows in (kept.values_list("type", *line), sites.values_list("model__type", *line)):
        for kind, area, *above in rows.distinct().iterator():
            types.at[area].add(kind)
            for key in {area, *above, *country}:
                types.below[key].add(kind)
    return types


def standards(places: Places) -> dict[int, Numbers]:
    """Return what met the safety standard in the period's year."""
    period, own, objects = places.period, places.own, SafetyStandardResult.Object
    found = SafetyStandardResult.objects.valid().filter(area__in=every(own), year=period.year).order_by()
    rows = by_first(found.values_list("area", "object").annotate(Sum("met"))) if period.kind == Period.Kind.YEAR else {}

    def met(area: Area, wanted: str) -> int | None:
        return added(number for kind, number in gathered(rows, own[area.pk]) if kind == wanted)

    return {
        area.pk: {
            Counts.STANDARD_RESIDENTIAL: met(area, objects.RESIDENTIAL),
            Counts.STANDARD_COMMUNES: met(area, objects.COMMUNE),
            Counts.STANDARD_ORGANISATIONS: met(area, objects.ORGANISATION),
        }
        for area in places.areas
    }


def mediation(places: Places) -> dict[int, Numbers]:
    """Add up the mediation results that end in the period; not known where one of them leaves a number out."""
    period = places.period
    ended = MediationResult.objects.valid().filter(
        area__in=every(places.own), ends_on__range=(period.starts_on, period.ends_on)
    )
    results = by_first(ended.values_list("area", "received", "successful", "unsuccessful", "pending"))
    names = (
        Counts.MEDIATION_RECEIVED,
        Counts.MEDIATION_SUCCESSFUL,
        Counts.MEDIATION_UNSUCCESSFUL,
        Counts.MEDIATION_PENDING,
    )

    def of(rows: list[tuple[Any, ...]]) -> Numbers:
        columns: Any = zip(*rows, strict=True) if rows else [(None,)] * 4
        return {name: None if None in column else sum(column) for name, column in zip(names, columns, strict=True)}

    return {area.pk: of(gathered(results, places.own[area.pk])) for area in places.areas}


def commendations(places: Places) -> dict[int, Numbers]:
    """Count who was commended for the period's year."""
    if places.period.kind != Period.Kind.YEAR:
        return {}
    told = awards.commended_by_area([area.pk for area in places.areas], places.period.year)
    return {
        key: {Counts.COLLECTIVES_COMMENDED: collectives, Counts.PEOPLE_COMMENDED: people}
        for key, (collectives, people) in told.items()
    }


def latest(places: Places, indicators: Iterable[Indicator]) -> dict[int, dict[int, int | None]]:
    """Return, by area and indicator, the latest snapshot up to the cut-off day of the measure that feeds it."""
    wanted = [one.pk for one in indicators]
    if not wanted:
        return {area.pk: {} for area in places.areas}
    taken = ProgrammeSnapshot.objects.valid().filter(
        area__in=every(places.standing), measure__indicator__in=wanted, taken_on__lte=places.period.cutoff_on
    )
    rows = by_first(taken.values_list("area", "measure__indicator", "taken_on", "pk", "value"))
    found: dict[int, dict[int, int | None]] = {}
    for area in places.areas:
        newest: dict[int, Any] = {}
        for indicator, day, key, value in gathered(rows, places.standing[area.pk]):
            newest[indicator] = max(newest.get(indicator, (day, key, value)), (day, key, value))
        found[area.pk] = {
            indicator: int(value) if value is not None and value == int(value) else None
            for indicator, (_day, _key, value) in newest.items()
        }
    return found


GROUPS: tuple[tuple[frozenset[str], Callable[[Places], dict[int, Numbers]]], ...] = (
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
