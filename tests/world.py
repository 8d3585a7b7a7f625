"""Two districts of one province, each with a record of every kind, so that what must not show is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from movement.reports import move_report, open_period
from tests.factories import (
    BodyFactory,
    ClusterKindFactory,
    ImportBatchFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    StandingFactory,
    cluster_of,
    commune,
    country,
    district,
    province,
    standing,
)
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from movement.models import Figure, Period, Report
    from tests.people import Cast
    from units.models import Area, Body, Cluster, ImportBatch, Unit, User


@dataclass
class Side:
    """One district and what it holds."""

    district: Area
    commune: Area
    officer: User
    clerk: User
    unit: Unit
    body: Body
    cluster: Cluster
    batch: ImportBatch
    report: Report
    figure: Figure

    def records(self) -> list[Any]:
        """Return a record of every model that belongs to the district."""
        return [
            self.unit,
            self.unit.placements.get(),
            self.body,
            self.cluster,
            self.cluster.members.get(),
            self.cluster.standings.get(),
            self.officer,
            self.officer.postings.get(),
            self.batch,
            self.report,
            self.figure,
        ]


@dataclass
class World:
    """The province, our district and theirs."""

    province: Area
    period: Period
    ours: Side
    theirs: Side
    administrator: User
    clerk: User
    leader: User


def build() -> World:
    """Return a new world."""
    country()
    top = province(name="Bắc Kạn")
    kind, cluster_kind, indicator = KindFactory(), ClusterKindFactory(), IndicatorFactory()
    places = {}
    for word in ("Chúng Ta", "Nơi Khác"):
        below = district(top, name=word)
        places[word] = below, commune(below, name=f"Đông Hòa {word}")
    period = PeriodFactory(area=top)
    leader = posted(top, Role.LEADER)
    reports = {report.area_id: report for report in open_period(period, by=leader)}
    sides = [_side(below, place, kind, cluster_kind, indicator, reports) for below, place in places.values()]
    return World(top, period, *sides, posted(top, Role.ADMINISTRATOR), posted(top, Role.CLERK), leader)


def _side(below: Area, place: Area, kind: Any, cluster_kind: Any, indicator: Any, reports: dict[int, Any]) -> Side:
    officer = posted(below, Role.OFFICER)
    cluster = cluster_of([below], kind=cluster_kind, name=f"Cụm {below.name}")
    StandingFactory(member=cluster.members.get())
    report = reports[place.pk]
    return Side(
        district=below,
        commune=place,
        officer=officer,
        clerk=posted(below, Role.CLERK),
        unit=standing(place, kind, since=date(2020, 1, 1), name=f"Tổ {place.name}"),
        body=BodyFactory(area=place, name=f"Công an {place.name}"),
        cluster=cluster,
        batch=ImportBatchFactory(by=officer),
        report=report,
        figure=report.figures.get(indicator=indicator),
    )


def publish(world: World, cast: Cast, number: int = 5) -> Report:
    """Publish the year of the world with `number` in each commune, and return the province's report."""
    for side in (world.ours, world.theirs):
        side.figure.own = number
        side.figure.save()
    for level in ("commune", "district"):
        for report in world.period.reports.filter(area__level=level).order_by("pk"):
            for name, by in (("request_signature", cast.officer), ("submit", cast.signer), ("approve", cast.reviewer)):
                move_report(report, name, by=by)
    top = world.period.reports.get(area=world.province)
    for name, by in (
        ("request_signature", cast.reviewer),
        ("submit", cast.reviewer),
        ("approve", cast.leader),
        ("publish", cast.leader),
    ):
        move_report(top, name, by=by)
    return top
