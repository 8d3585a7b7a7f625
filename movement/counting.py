"""What the register says: counts of units, members and clusters at or below an area on the cut-off day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, Sum

from config.dates import in_force
from movement.models import Indicator, Period
from movement.models.catalogue import REGISTER
from units.models import Area, Cluster, ClusterMember, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Key = tuple[int, str]


def register_counts(area: Area, period: Period, indicators: Iterable[Indicator]) -> dict[Key, int | None]:
    """Return, by indicator and item, what the register counts at or below `area` on the period's cut-off day.

    A kind that the register has never held below the area of the period is not known (None), which is not zero: a list
    that leaves a kind out does not say that there is none. Members are known only where every unit of the kind gives them.
    """
    return register_counts_by_area([area], period, indicators)[area.pk]


def register_counts_by_area(
    areas: Sequence[Area], period: Period, indicators: Iterable[Indicator]
) -> dict[int, dict[Key, int | None]]:
    """Return what the register counts for each of `areas`, by its key. As many queries for many areas as for one."""
    indicators = list(indicators)
    kept_units, kept_clusters = kinds_kept(period.area)
    units, clusters = units_by_area(areas, period), clusters_by_area(areas, period)
    knows_strengthened = any(
        one.counts == Indicator.Counts.CONSOLIDATED for one in indicators
    ) and strengthening_is_known(period)
    own_line, cluster_lines = (
        kinds_with_a_line(period) if any(one.counts_the_rest for one in indicators) else (set(), set())
    )
    found: dict[int, dict[Key, int | None]] = {}
    for area in areas:
        by_kind, in_clusters = units[area.pk], clusters[area.pk]
        counted: dict[Key, int | None] = {}
        for one in indicators:
            code = one.unit_kind.code if one.unit_kind else ""
            match one.counts:
                case Indicator.Counts.UNITS:
                    counted[one.pk, ""] = by_kind.get(code, NO_UNITS).number if code in kept_units else None
                case Indicator.Counts.OTHER_UNITS:
                    rest = {(one.pk, kind): row.number for kind, row in by_kind.items() if kind not in own_line}
                    counted.update(rest)
                case Indicator.Counts.MEMBERS:
                    known = {kind: row.members for kind, row in by_kind.items() if row.known == row.number}
                    counted.update({(one.pk, kind): members for kind, members in known.items()})
                case Indicator.Counts.CONSOLIDATED:
                    every = sum(row.strengthened for row in by_kind.values())
                    counted[one.pk, ""] = every if knows_strengthened else None
                case Indicator.Counts.CLUSTERS if code:
                    counted[one.pk, ""] = len(in_clusters.get(code, ())) if code in kept_clusters else None
                case Indicator.Counts.CLUSTERS:
                    every = sum(map(len, in_clusters.values()))
                    counted[one.pk, ""] = every if cluster_lines <= kept_clusters else None
        found[area.pk] = counted
    return found


class Units(NamedTuple):
    """The units of one kind at or below an area: how many, how many tell their members, these, and how many were strengthened."""

    number: int = 0
    known: int = 0
    members: int = 0
    strengthened: int = 0


NO_UNITS = Units()
LINE = ("", "__district", "__province")


def reached(areas: Sequence[Area], period: Period, prefix: str) -> Q:
    """Return the condition that something lies at or below one of `areas`, or a wider one that is quick to ask."""
    return (areas[0] if len(areas) == 1 else period.area).below_condition(prefix)


def units_by_area(areas: Sequence[Area], period: Period) -> dict[int, dict[str, Units]]:
    """Return, by area and code of the kind, the units at or below it on the cut-off day. One query."""
    built = Q(unit__consolidated_on__gte=period.starts_on, unit__consolidated_on__lte=period.ends_on)
    rows = (
        Placement.objects.filter(in_force(period.cutoff_on))
        .filter(reached(areas, period, "area__"))
        .order_by()
        .values_list("unit__kind__code", *(f"area{name}" for name in LINE))
        .annotate(
            number=Count("pk"),
            known=Count("unit__members"),
            members=Sum("unit__members"),
            strengthened=Count("pk", filter=built),
        )
    )
    found: dict[int, dict[str, Units]] = {area.pk: {} for area in areas}
    everywhere = [area.pk for area in areas if area.level == Area.Level.COUNTRY]
    for kind, area, district, province, *numbers in rows.iterator():
        more = Units(*(int(number or 0) for number in numbers))
        for key in {area, district, province, *everywhere} & found.keys():
            sums = zip(found[key].get(kind, NO_UNITS), more, strict=True)
            found[key][kind] = Units(*(one + other for one, other in sums))
    return found


def clusters_by_area(areas: Sequence[Area], period: Period) -> dict[int, dict[str, set[int]]]:
    """Return, by area and code of the kind, the clusters with a member at or below it on the cut-off day. One query."""
    day = period.cutoff_on
    within = reached(areas, period, "area__") | reached(areas, period, "body__area__")
    places = [f"{prefix}{name}" for prefix in ("area", "body__area") for name in LINE]
    standing = Cluster.objects.standing_on(day)
    members = ClusterMember.objects.filter(in_force(day), within, cluster__in=standing).order_by()
    found: dict[int, dict[str, set[int]]] = {area.pk: defaultdict(set) for area in areas}
    everywhere = [area.pk for area in areas if area.level == Area.Level.COUNTRY]
    for cluster, kind, *keys in members.values_list("cluster", "cluster__kind__code", *places).iterator():
        for key in {*keys, *everywhere} & found.keys():
            found[key][kind].add(cluster)
    return found


def strengthening_is_known(period: Period) -> bool:
    """Say whether any unit of the province tells when it was strengthened: while none does, the number is not known."""
    dated = Placement.objects.filter(period.area.below_condition("area__"), unit__consolidated_on__isnull=False)
    return dated.exists()


def kinds_with_a_line(period: Period) -> tuple[set[str], set[str]]:
    """Return the codes of the kinds of units and of clusters that have a line of their own, whatever the period asks."""
    lines = Indicator.objects.valid_on(period.ends_on).filter(unit_kind__isnull=False).order_by()
    rows = set(lines.values_list("counts", "unit_kind__code"))
    return (
        {code for counts, code in rows if counts == Indicator.Counts.UNITS},
        {code for counts, code in rows if counts == Indicator.Counts.CLUSTERS},
    )


def kinds_kept(area: Area) -> tuple[set[str], set[str]]:
    """Return the codes of the kinds of units and of clusters that the register has ever held at or below `area`."""
    placed = Placement.objects.filter(
        area.below_condition("area__")
    ).order_by()  # where units stood, not where they went
    members = ClusterMember.objects.filter(
        area.below_condition("area__") | area.below_condition("body__area__")
    ).order_by()
    return (
        set(placed.values_list("unit__kind__code", flat=True).distinct()),
        set(members.values_list("cluster__kind__code", flat=True).distinct()),
    )


def register_indicators(period: Period) -> list[Indicator]:
    """Return the indicators of the period's form that the register of units and clusters counts."""
    return list(Indicator.objects.of_form(period).filter(counts__in=REGISTER).select_related("unit_kind"))
