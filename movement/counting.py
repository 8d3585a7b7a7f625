"""What the register says: counts of units, members and clusters at or below an area on the cut-off day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from config.dates import in_force
from movement.models import Indicator, Period
from movement.models.catalogue import REGISTER
from units.models import Area, Cluster, ClusterMember, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

Key = tuple[int, str]


def register_counts(area: Area, period: Period, indicators: Iterable[Indicator]) -> dict[Key, int | None]:
    """Return, by indicator and item, what the register counts at or below `area` on the period's cut-off day.

    A kind that the register has never held below the area of the period is not known (None), which is not zero: a list
    that leaves a kind out does not say that there is none. Members are known only where every unit of the kind gives them.
    """
    day = period.cutoff_on
    kept_units, kept_clusters = kinds_kept(period.area)
    placed = Placement.objects.filter(in_force(day)).filter(area.below_condition("area__")).order_by()
    by_kind = {
        kind: (number, total if known == number else None)
        for kind, number, known, total in placed.values_list("unit__kind__code").annotate(
            Count("pk"), Count("unit__members"), Sum("unit__members")
        )
    }
    units = {kind: number for kind, (number, _members) in by_kind.items()}
    clusters = Cluster.objects.count_in(area, day)
    indicators = list(indicators)
    own_line, cluster_lines = (
        kinds_with_a_line(period) if any(one.counts_the_rest for one in indicators) else (set(), set())
    )
    counted: dict[Key, int | None] = {}
    for one in indicators:
        code = one.unit_kind.code if one.unit_kind else ""
        match one.counts:
            case Indicator.Counts.UNITS:
                counted[one.pk, ""] = units.get(code, 0) if code in kept_units else None
            case Indicator.Counts.OTHER_UNITS:
                counted.update({(one.pk, kind): number for kind, number in units.items() if kind not in own_line})
            case Indicator.Counts.MEMBERS:
                counted.update(
                    {(one.pk, kind): members for kind, (_number, members) in by_kind.items() if members is not None}
                )
            case Indicator.Counts.CONSOLIDATED:
                counted[one.pk, ""] = strengthened(placed, period)
            case Indicator.Counts.CLUSTERS if code:
                counted[one.pk, ""] = clusters.get(code, 0) if code in kept_clusters else None
            case Indicator.Counts.CLUSTERS:
                counted[one.pk, ""] = sum(clusters.values()) if cluster_lines <= kept_clusters else None
    return counted


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


def strengthened(placed: QuerySet[Placement], period: Period) -> int | None:
    """Return how many of the `placed` units were strengthened in the period; not known while no unit of the province says so."""
    dated = Placement.objects.filter(period.area.below_condition("area__"), unit__consolidated_on__isnull=False)
    if not dated.exists():
        return None
    return placed.filter(unit__consolidated_on__gte=period.starts_on, unit__consolidated_on__lte=period.ends_on).count()


def register_indicators(period: Period) -> list[Indicator]:
    """Return the indicators of the period's form that the register of units and clusters counts."""
    return list(Indicator.objects.of_form(period).filter(counts__in=REGISTER).select_related("unit_kind"))
