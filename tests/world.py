"""Two districts of one province, each with a record of every kind, so that what must not show is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from movement.reports import move_report, open_period
from tests.factories import (
    AgendaItemFactory,
    AnnouncementFactory,
    AttachmentFactory,
    BodyFactory,
    ClusterKindFactory,
    CommendationFactory,
    ConferenceFactory,
    DirectiveFactory,
    DocumentFactory,
    EventFactory,
    ExemplarFactory,
    ExtensionFactory,
    FindingReasonFactory,
    ImportBatchFactory,
    IndicatorFactory,
    InspectionFactory,
    KindFactory,
    MediationFactory,
    ModelSiteFactory,
    PaperFactory,
    PeriodFactory,
    ReportSectionFactory,
    ShortcomingFactory,
    SnapshotFactory,
    StandardFactory,
    StandingFactory,
    TaskFactory,
    TaskProgressFactory,
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
    from movement.models import Extension, Figure, Period, Report
    from tests.people import Cast
    from units.models import Area, Attachment, Body, Cluster, ImportBatch, Unit, User


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
    attachment: Attachment
    report: Report
    figure: Figure
    work: list[Any]
    texts: list[Any]
    extension: Extension
    conference: list[Any]
    awards: list[Any]

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
            self.attachment,
            self.report,
            self.figure,
            *self.work,
            *self.texts,
            self.extension,
            *self.conference,
            *self.awards,
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
        attachment=AttachmentFactory(area=place, uploaded_by=officer),
        report=report,
        figure=report.figures.get(indicator=indicator),
        work=_work(place),
        texts=_texts(report),
        extension=ExtensionFactory(period=report.period, area=place),
        conference=_conference(place),
        awards=_awards(place),
    )


def _work(place: Area) -> list[Any]:
    """Return a record of each kind of the year's work of `place`, dated so that the period of the world does not count it."""
    earlier = date(2021, 3, 1)
    site = ModelSiteFactory(model__area=place, model__established_on=earlier, model__ended_on=date(2021, 9, 1))
    snapshot = SnapshotFactory(area=place, measure__programme__area=place, taken_on=earlier)
    return [
        EventFactory(area=place, starts_on=earlier),
        InspectionFactory(area=place, held_on=earlier),
        DocumentFactory(area=place, issued_on=earlier),
        site.model.type,
        site.model,
        site,
        ExemplarFactory(area=place, ended_on=date(2021, 9, 1)),
        StandardFactory(area=place, year=2021),
        MediationFactory(area=place, starts_on=earlier, ends_on=date(2021, 6, 30)),
        snapshot.measure.programme,
        snapshot.measure,
        snapshot,
    ]


def _texts(report: Report) -> list[Any]:
    """Return what `report` says in words, how its task goes on, and why its numbers are right."""
    task = TaskFactory(report=report)
    return [
        ReportSectionFactory(report=report),
        ShortcomingFactory(report=report),
        task,
        TaskProgressFactory(task=task),
        FindingReasonFactory(report=report, indicator=report.figures.first().indicator),
    ]


def _conference(place: Area) -> list[Any]:
    """Return a conference of `place` with a row of each kind."""
    conference = ConferenceFactory(area=place)
    return [
        conference,
        AgendaItemFactory(conference=conference),
        PaperFactory(conference=conference),
        DirectiveFactory(conference=conference),
        AnnouncementFactory(conference=conference, decision__area=place, decision__year=2021),
    ]


def _awards(place: Area) -> list[Any]:
    """Return a decision of `place` that commends somebody, for a year of which the world publishes nothing."""
    commendation = CommendationFactory(decision__area=place, decision__year=2021, recipient__area=place)
    return [commendation.decision, commendation.recipient, commendation]


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
