"""One factory for each model, and nothing else makes records in tests: the values are readable and stand in order."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from movement.models import Figure, Indicator, IndicatorSection, Period, PublishedFigure, Report
from units.models import (
    Area,
    AreaSuccession,
    Body,
    Cluster,
    ClusterMember,
    ClusterStanding,
    ImportBatch,
    Placement,
    Posting,
    Unit,
    UnitKind,
    User,
)
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterable


# ---------------------------------------------------------------- areas


class AreaFactory(DjangoModelFactory):
    """An area with its ancestors and keys filled in. The four functions below make one of a level in one word."""

    class Meta:
        model = Area

    source = "thử nghiệm"

    @classmethod
    def _create(cls, model_class: type[Area], *args: Any, **fields: Any) -> Area:
        area = model_class(*args, **fields)
        area.fill_ancestors()
        itself = [name for name in ("province", "district") if getattr(area, name) is area]
        for name in itself:
            setattr(area, name, None)
        area.save()
        for name in itself:
            setattr(area, name, area)
        if itself:
            area.save(update_fields=itself)
        return area


class CountryFactory(AreaFactory):
    class Meta:
        django_get_or_create = ("code",)

    code = "VN"
    level = Area.Level.COUNTRY
    kind = "quốc gia"
    name = "Việt Nam"

    @classmethod
    def _create(cls, model_class: type[Area], *args: Any, **fields: Any) -> Area:
        return model_class.objects.filter(code=fields["code"]).first() or super()._create(model_class, *args, **fields)


class ProvinceFactory(AreaFactory):
    code = Sequence(lambda n: f"P{n:03d}")
    level = Area.Level.PROVINCE
    kind = "tỉnh"
    name = Sequence(lambda n: f"Tỉnh {n}")
    parent = SubFactory(CountryFactory)


class DistrictFactory(AreaFactory):
    code = Sequence(lambda n: f"D{n:04d}")
    level = Area.Level.DISTRICT
    kind = "huyện"
    name = Sequence(lambda n: f"Huyện {n}")
    parent = SubFactory(ProvinceFactory)


class CommuneFactory(AreaFactory):
    code = Sequence(lambda n: f"C{n:06d}")
    level = Area.Level.COMMUNE
    kind = "xã"
    name = Sequence(lambda n: f"Xã {n}")
    parent = SubFactory(DistrictFactory)


def country() -> Area:
    """Return the country; there is one."""
    return CountryFactory()


def province(**fields: Any) -> Area:
    """Return a new province."""
    return ProvinceFactory(**fields)


def district(province: Area | None = None, **fields: Any) -> Area:
    """Return a new district of `province`, or of a new one."""
    return DistrictFactory(**fields, **({"parent": province} if province else {}))


def commune(district: Area | None = None, **fields: Any) -> Area:
    """Return a new commune of `district` (or of a province without districts), or of a new district."""
    return CommuneFactory(**fields, **({"parent": district} if district else {}))


class SuccessionFactory(DjangoModelFactory):
    class Meta:
        model = AreaSuccession

    predecessor = SubFactory(CommuneFactory, valid_to=datetime.date(2023, 1, 1))
    successor = SubFactory(CommuneFactory, valid_from=datetime.date(2023, 1, 1))
    effective_on = datetime.date(2023, 1, 1)
    kind = AreaSuccession.Kind.RENAME
    is_main = True


# ---------------------------------------------------------------- bodies, units, clusters


class BodyFactory(DjangoModelFactory):
    class Meta:
        model = Body

    kind = Body.Kind.POLICE
    name = Sequence(lambda n: f"Công an đơn vị {n}")
    area = SubFactory(ProvinceFactory)


class KindFactory(DjangoModelFactory):
    class Meta:
        model = UnitKind

    code = Sequence(lambda n: f"kind_{n:02d}")
    name_vi = Sequence(lambda n: f"Loại tổ {n}")
    name_en = Sequence(lambda n: f"Kind {n}")
    category = "mass"
    position = Sequence(int)


class ClusterKindFactory(KindFactory):
    code = Sequence(lambda n: f"cluster_kind_{n:02d}")
    name_vi = Sequence(lambda n: f"Loại cụm {n}")
    name_en = Sequence(lambda n: f"Kind of cluster {n}")
    category = "cluster"
    is_cluster = True


class UnitFactory(DjangoModelFactory):
    """A unit that stands nowhere yet: `standing` gives it a place."""

    class Meta:
        model = Unit

    kind = SubFactory(KindFactory)
    code = Sequence(lambda n: f"U{n:04d}")
    name = Sequence(lambda n: f"Tổ số {n}")
    area = SubFactory(CommuneFactory)


class PlacementFactory(DjangoModelFactory):
    class Meta:
        model = Placement

    unit = SubFactory(UnitFactory)
    area = SelfAttribute("unit.area")


def standing(
    area: Area, kind: UnitKind, *, since: datetime.date | None = None, until: datetime.date | None = None, **fields: Any
) -> Unit:
    """Return a new unit of `kind` that stands in `area` from `since` until the day before `until`."""
    if until is not None:
        fields = {"dissolved_on": until, "dissolution_reason": "Sáp nhập thôn", **fields}
    unit = UnitFactory(area=area, kind=kind, established_on=since, **fields)
    PlacementFactory(unit=unit, valid_from=since, valid_to=until)
    return unit


class ClusterFactory(DjangoModelFactory):
    """A cluster without members: `cluster_of` gives it some."""

    class Meta:
        model = Cluster

    kind = SubFactory(ClusterKindFactory)
    code = Sequence(lambda n: f"CUM-{n:02d}")
    name = Sequence(lambda n: f"Cụm an ninh liên hoàn {n}")


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = ClusterMember

    cluster = SubFactory(ClusterFactory)
    area = SubFactory(ProvinceFactory)


def cluster_of(areas: Iterable[Area], **fields: Any) -> Cluster:
    """Return a new cluster whose members are `areas`."""
    cluster = ClusterFactory(**fields)
    for area in areas:
        MemberFactory(cluster=cluster, area=area)
    return cluster


class StandingFactory(DjangoModelFactory):
    class Meta:
        model = ClusterStanding

    member = SubFactory(MemberFactory)
    cluster = SelfAttribute("member.cluster")
    year = 2024


# ---------------------------------------------------------------- people


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = Sequence(lambda n: f"nguoi{n:02d}")
    full_name = Sequence(lambda n: f"Nguyễn Văn {n}")
    must_change_password = False
    password = "!"  # nobody signs in with it; tests force the sign-in


class PostingFactory(DjangoModelFactory):
    class Meta:
        model = Posting

    user = SubFactory(UserFactory)
    area = SubFactory(ProvinceFactory)
    role = Role.OFFICER


class ImportBatchFactory(DjangoModelFactory):
    class Meta:
        model = ImportBatch

    subject = "units.unit"
    file_name = Sequence(lambda n: f"to-{n}.xlsx")
    digest = "0" * 64
    by = SubFactory(UserFactory)


# ---------------------------------------------------------------- reports


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = IndicatorSection

    number = Sequence(int)
    name_vi = Sequence(lambda n: f"Mục {n}")
    name_en = Sequence(lambda n: f"Section {n}")


class IndicatorFactory(DjangoModelFactory):
    """A declared figure that is added up. `counting` makes one that the register counts."""

    class Meta:
        model = Indicator

    code = Sequence(lambda n: f"indicator_{n:02d}")
    section = SubFactory(SectionFactory)
    position = Sequence(int)
    name_vi = Sequence(lambda n: f"Chỉ tiêu {n}")
    name_en = Sequence(lambda n: f"Indicator {n}")
    unit_vi = "buổi"
    unit_en = "sessions"
    rollup = Indicator.Rollup.SUM
    source = Indicator.Source.DECLARED


def counting(kind: UnitKind, **fields: Any) -> Indicator:
    """Return a new indicator for which the register counts the units, or the clusters, of `kind`."""
    counts, rollup = (
        (Indicator.Counts.CLUSTERS, Indicator.Rollup.DISTINCT)
        if kind.is_cluster
        else (Indicator.Counts.UNITS, Indicator.Rollup.SUM)
    )
    return IndicatorFactory(
        **{"source": Indicator.Source.REGISTER, "counts": counts, "rollup": rollup, "unit_kind": kind, **fields}
    )


class PeriodFactory(DjangoModelFactory):
    class Meta:
        model = Period

    area = SubFactory(ProvinceFactory)
    kind = Period.Kind.YEAR
    year = 2024
    starts_on = LazyAttribute(lambda period: datetime.date(period.year - 1, 12, 15))
    ends_on = LazyAttribute(lambda period: datetime.date(period.year, 12, 14))
    cutoff_on = LazyAttribute(lambda period: period.ends_on)
    due_commune_on = LazyAttribute(lambda period: datetime.date(period.year, 12, 16))
    due_district_on = LazyAttribute(lambda period: datetime.date(period.year, 12, 19))
    due_province_on = LazyAttribute(lambda period: datetime.date(period.year, 12, 25))


class ReportFactory(DjangoModelFactory):
    """A report without lines: movement.reports.open_period gives every area one with them."""

    class Meta:
        model = Report

    area = SubFactory(ProvinceFactory)
    period = SubFactory(PeriodFactory, area=SelfAttribute("..area"))


class FigureFactory(DjangoModelFactory):
    class Meta:
        model = Figure

    report = SubFactory(ReportFactory)
    indicator = SubFactory(IndicatorFactory)


class PublishedFigureFactory(DjangoModelFactory):
    class Meta:
        model = PublishedFigure

    area = SubFactory(ProvinceFactory)
    year = 2024
    indicator = SubFactory(IndicatorFactory)
    value = 100
    source = "Báo tỉnh, 01/2025"
