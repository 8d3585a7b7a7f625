"""One factory for each model, and nothing else makes records in tests: the values are readable and stand in order."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from awards.models import (
    AwardDecision,
    AwardForm,
    AwardGround,
    AwardingAuthority,
    AwardingPower,
    Commendation,
    Recipient,
    ReportedAwardTotal,
)
from movement.models import (
    AgendaItem,
    Announcement,
    Conference,
    Directive,
    Event,
    Exemplar,
    Extension,
    Figure,
    FindingReason,
    Indicator,
    IndicatorSection,
    Inspection,
    IssuedDocument,
    MediationResult,
    ModelSite,
    ModelType,
    Paper,
    Period,
    PopularModel,
    Programme,
    ProgrammeMeasure,
    ProgrammeSnapshot,
    PublishedFigure,
    Report,
    ReportingLine,
    ReportSection,
    ReviewRoute,
    SafetyStandardResult,
    Shortcoming,
    Task,
    TaskProgress,
)
from units.models import (
    Area,
    AreaSuccession,
    Attachment,
    Body,
    Cluster,
    ClusterMember,
    ClusterStanding,
    ImportBatch,
    Placement,
    Posting,
    Reorganisation,
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


class ReorganisationFactory(DjangoModelFactory):
    """A reorganisation by the catalogue of its day."""

    class Meta:
        model = Reorganisation

    area = SubFactory(ProvinceFactory)
    act = Sequence(lambda n: f"{n}/NQ-UBTVQH15")
    effective_on = datetime.date(2025, 7, 1)


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


class AttachmentFactory(DjangoModelFactory):
    """The record of a file, without the file: units.attachments.keep stores one with it."""

    class Meta:
        model = Attachment

    area = SubFactory(ProvinceFactory)
    name = Sequence(lambda n: f"Quyết định {n}.pdf")
    content_type = Attachment.Kind.PDF
    size = 2048
    digest = Sequence(lambda n: f"{n:064x}")
    file = Sequence(lambda n: f"attachments/{n:032x}.pdf")
    uploaded_by = SubFactory(UserFactory)


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


class ExtensionFactory(DjangoModelFactory):
    class Meta:
        model = Extension

    period = SubFactory(PeriodFactory)
    area = LazyAttribute(lambda extension: extension.period.area)
    until = datetime.date(2024, 12, 31)
    reason = "Mưa lũ, mất điện"
    given_by = SubFactory(UserFactory)


class ReviewRouteFactory(DjangoModelFactory):
    class Meta:
        model = ReviewRoute

    line = ReportingLine.GOVERNMENT
    level = Area.Level.COMMUNE
    to_level = Area.Level.DISTRICT
    valid_from = Sequence(lambda n: datetime.date(1990, 1, 1) + datetime.timedelta(days=n))
    valid_to = LazyAttribute(lambda route: route.valid_from + datetime.timedelta(days=1))


class ReportFactory(DjangoModelFactory):
    """A report without lines: movement.reports.open_period gives every area one with them."""

    class Meta:
        model = Report

    area = SubFactory(ProvinceFactory)
    period = SubFactory(PeriodFactory, area=SelfAttribute("..area"))
    goes_to = LazyAttribute(lambda report: report.area.parent)


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


# ---------------------------------------------------------------- the year's work


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    area = SubFactory(CommuneFactory)
    kind = Event.Kind.LAUNCH
    starts_on = datetime.date(2024, 7, 1)
    attendance = 50


class InspectionFactory(DjangoModelFactory):
    class Meta:
        model = Inspection

    area = SubFactory(DistrictFactory)
    held_on = datetime.date(2024, 5, 6)


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = IssuedDocument

    area = SubFactory(DistrictFactory)
    kind = IssuedDocument.Kind.PLAN
    number = Sequence(lambda n: f"{n:02d}/KH-UBND")
    issued_on = datetime.date(2024, 1, 15)
    abstract = "Kế hoạch xây dựng phong trào năm 2024"


class ModelTypeFactory(DjangoModelFactory):
    class Meta:
        model = ModelType

    area = SubFactory(ProvinceFactory)
    name = Sequence(lambda n: f"Loại mô hình {n}")


class PopularModelFactory(DjangoModelFactory):
    """A model without sites."""

    class Meta:
        model = PopularModel

    area = SubFactory(CommuneFactory)
    type = SubFactory(ModelTypeFactory, area=SelfAttribute("..area"))
    name = Sequence(lambda n: f"Mô hình {n}")


class ModelSiteFactory(DjangoModelFactory):
    class Meta:
        model = ModelSite

    model = SubFactory(PopularModelFactory)
    area = SelfAttribute("model.area")


class ExemplarFactory(DjangoModelFactory):
    class Meta:
        model = Exemplar

    area = SubFactory(CommuneFactory)
    kind = Exemplar.Kind.INDIVIDUAL


class StandardFactory(DjangoModelFactory):
    class Meta:
        model = SafetyStandardResult

    area = SubFactory(CommuneFactory)
    year = 2024
    object = SafetyStandardResult.Object.RESIDENTIAL
    met = 9


class MediationFactory(DjangoModelFactory):
    class Meta:
        model = MediationResult

    area = SubFactory(CommuneFactory)
    starts_on = datetime.date(2024, 1, 1)
    ends_on = datetime.date(2024, 6, 30)
    received = 323
    successful = 186
    unsuccessful = 103
    pending = 34


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    area = SubFactory(ProvinceFactory)
    code = Sequence(lambda n: f"CT-{n:02d}")
    name = Sequence(lambda n: f"Đề án {n}")


class MeasureFactory(DjangoModelFactory):
    class Meta:
        model = ProgrammeMeasure

    programme = SubFactory(ProgrammeFactory)
    name = Sequence(lambda n: f"Nội dung {n}")


class SnapshotFactory(DjangoModelFactory):
    class Meta:
        model = ProgrammeSnapshot

    area = SubFactory(ProvinceFactory)
    measure = SubFactory(MeasureFactory, programme__area=SelfAttribute("...area"))
    taken_on = datetime.date(2024, 5, 18)
    value = 25


# ---------------------------------------------------------------- what the report says in words, and the conference


class ReportSectionFactory(DjangoModelFactory):
    class Meta:
        model = ReportSection

    report = SubFactory(ReportFactory)
    kind = ReportSection.Kind.RESULTS
    text = "Phong trào đạt nhiều kết quả tích cực."


class ShortcomingFactory(DjangoModelFactory):
    class Meta:
        model = Shortcoming

    report = SubFactory(ReportFactory)
    text = "Việc kiểm tra chưa thường xuyên."
    extent = "ở một số địa phương"


class TaskFactory(DjangoModelFactory):
    class Meta:
        model = Task

    report = SubFactory(ReportFactory)
    year = LazyAttribute(lambda task: task.report.period.year + 1)
    text = "Củng cố, nhân rộng các mô hình."


class TaskProgressFactory(DjangoModelFactory):
    class Meta:
        model = TaskProgress

    task = SubFactory(TaskFactory)
    noted_on = datetime.date(2025, 3, 1)


class FindingReasonFactory(DjangoModelFactory):
    class Meta:
        model = FindingReason

    report = SubFactory(ReportFactory)
    check_code = "outlier"
    indicator = SubFactory(IndicatorFactory)
    numbers = {"value": 50, "past": [5, 5]}
    reason = "Năm nay làm ở tất cả các thôn"
    given_by = SubFactory(UserFactory)


class ConferenceFactory(DjangoModelFactory):
    class Meta:
        model = Conference

    area = SubFactory(ProvinceFactory)
    year = 2024
    name = "Hội nghị tổng kết phong trào năm 2024"
    held_on = datetime.date(2025, 1, 6)


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    conference = SubFactory(ConferenceFactory)
    text = "Tổng kết phong trào"


class PaperFactory(DjangoModelFactory):
    class Meta:
        model = Paper

    conference = SubFactory(ConferenceFactory)
    title = "Kinh nghiệm xây dựng mô hình"


class DirectiveFactory(DjangoModelFactory):
    class Meta:
        model = Directive

    conference = SubFactory(ConferenceFactory)
    text = "Nâng cao trách nhiệm của người đứng đầu."


# ---------------------------------------------------------------- commendations


class AwardFormFactory(DjangoModelFactory):
    class Meta:
        model = AwardForm

    code = Sequence(lambda n: f"form_{n:02d}")
    name_vi = Sequence(lambda n: f"Hình thức {n}")
    name_en = Sequence(lambda n: f"Form {n}")
    category = AwardForm.Category.AWARD
    to_individuals = True
    to_households = True
    position = Sequence(int)


class AuthorityFactory(DjangoModelFactory):
    class Meta:
        model = AwardingAuthority

    code = Sequence(lambda n: f"authority_{n:02d}")
    name_vi = Sequence(lambda n: f"Thủ trưởng {n}")
    name_en = Sequence(lambda n: f"Head {n}")
    printed_vi = SelfAttribute("name_vi")
    printed_en = SelfAttribute("name_en")
    level = AwardingAuthority.Level.PROVINCE
    position = Sequence(int)


class PowerFactory(DjangoModelFactory):
    class Meta:
        model = AwardingPower

    authority = SubFactory(AuthorityFactory)
    form = SubFactory(AwardFormFactory)
    source = "Luật 06/2022/QH15"
    is_verified = True


class GroundFactory(DjangoModelFactory):
    class Meta:
        model = AwardGround

    code = Sequence(lambda n: f"ground_{n:02d}")
    name_vi = Sequence(lambda n: f"Loại khen thưởng {n}")
    name_en = Sequence(lambda n: f"Ground {n}")


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = AwardDecision

    area = SubFactory(ProvinceFactory)
    year = 2024
    number = Sequence(str)
    symbol = "QĐ-UBND"
    decided_on = datetime.date(2024, 12, 20)
    authority = SubFactory(AuthorityFactory)
    abstract = "Tặng Bằng khen cho các tập thể, cá nhân có thành tích xuất sắc"


class RecipientFactory(DjangoModelFactory):
    class Meta:
        model = Recipient

    area = SubFactory(CommuneFactory)
    kind = "individual"
    name = Sequence(lambda n: f"Nông Văn {n}")


class CommendationFactory(DjangoModelFactory):
    class Meta:
        model = Commendation

    decision = SubFactory(DecisionFactory)
    recipient = SubFactory(RecipientFactory)
    form = SubFactory(AwardFormFactory)


class AnnouncementFactory(DjangoModelFactory):
    """A decision announced at a conference of the same area."""

    class Meta:
        model = Announcement

    conference = SubFactory(ConferenceFactory)
    decision = SubFactory(DecisionFactory, area=SelfAttribute("..conference.area"))


class ReportedTotalFactory(DjangoModelFactory):
    """A total that names neither forms nor authorities: `forms` and `authorities` take lists."""

    class Meta:
        model = ReportedAwardTotal

    area = SubFactory(ProvinceFactory)
    year = 2024
    source = "Báo tỉnh, 01/2025"

    @classmethod
    def _create(cls, model_class: type[ReportedAwardTotal], *args: Any, **fields: Any) -> ReportedAwardTotal:
        forms, authorities = fields.pop("forms", []), fields.pop("authorities", [])
        total = super()._create(model_class, *args, **fields)
        total.forms.set(forms)
        total.authorities.set(authorities)
        return total
