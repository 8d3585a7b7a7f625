"""The rules of the year's work: what the forms are told, and what the database refuses whoever asks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from movement.models import (
    Event,
    Exemplar,
    Inspection,
    IssuedDocument,
    MediationResult,
    ModelSite,
    ModelType,
    PopularModel,
    Programme,
    ProgrammeMeasure,
    ProgrammeSnapshot,
    SafetyStandardResult,
)
from tests.factories import (
    AttachmentFactory,
    DocumentFactory,
    EventFactory,
    ExemplarFactory,
    InspectionFactory,
    MeasureFactory,
    MediationFactory,
    ModelSiteFactory,
    ModelTypeFactory,
    PopularModelFactory,
    ProgrammeFactory,
    SnapshotFactory,
    StandardFactory,
    commune,
    country,
    district,
    province,
)
from tests.people import posted
from tests.work import TEXTS
from units.boundary import refuse_blocked_text

pytestmark = pytest.mark.django_db

FACTORIES: dict[Any, Any] = {
    Event: EventFactory,
    Inspection: InspectionFactory,
    IssuedDocument: DocumentFactory,
    ModelType: ModelTypeFactory,
    PopularModel: PopularModelFactory,
    ModelSite: ModelSiteFactory,
    Exemplar: ExemplarFactory,
    SafetyStandardResult: StandardFactory,
    MediationResult: MediationFactory,
    Programme: ProgrammeFactory,
    ProgrammeMeasure: MeasureFactory,
    ProgrammeSnapshot: SnapshotFactory,
}
DAY = date(2024, 7, 1)

# what breaks each check of the database, once written past every form
BROKEN: dict[str, tuple[Any, dict[str, Any]]] = {
    "event_kind_is_known": (Event, {"kind": "party"}),
    "event_ends_after_it_begins": (Event, {"ends_on": DAY - timedelta(days=1)}),
    "event_has_a_session": (Event, {"sessions": 0}),
    "festival_day_names_its_level": (Event, {"kind": "festival_day"}),
    "gift_value_is_plausible": (Event, {"gift_value": 10**13 + 1}),
    "inspection_is_at_least_one_visit": (Inspection, {"visits": 0}),
    "document_kind_is_known": (IssuedDocument, {"kind": "novel"}),
    "model_ends_after_it_begins": (PopularModel, {"established_on": DAY, "ended_on": DAY - timedelta(days=1)}),
    "model_site_ends_after_it_begins": (ModelSite, {"valid_from": DAY, "valid_to": DAY}),
    "model_site_is_at_least_one": (ModelSite, {"sites": 0}),
    "equipment_has_its_unit": (ModelSite, {"equipment": 12}),
    "exemplar_kind_is_known": (Exemplar, {"kind": "team"}),
    "exemplary_people_are_counted_not_named": (Exemplar, {"name": "Nông Văn A"}),
    "exemplar_is_at_least_one": (Exemplar, {"number": 0}),
    "standard_year_is_plausible": (SafetyStandardResult, {"year": 1944}),
    "standard_object_is_known": (SafetyStandardResult, {"object": "planet"}),
    "not_more_met_than_exist": (SafetyStandardResult, {"total": 8}),
    "mediation_ends_after_it_begins": (MediationResult, {"ends_on": date(2023, 12, 31)}),
    "programme_first_year_is_plausible": (Programme, {"first_year": 1944}),
    "programme_last_year_is_plausible": (Programme, {"last_year": 2201}),
    "programme_vision_year_is_plausible": (Programme, {"vision_year": 2201}),
    "programme_ends_after_it_begins": (Programme, {"first_year": 2025, "last_year": 2022}),
    "measure_target_year_is_plausible": (ProgrammeMeasure, {"target_year": 1944}),
    "snapshot_is_not_negative": (ProgrammeSnapshot, {"value": Decimal("-0.5")}),
}
# the fields in which a second record agrees with a first
DOUBLED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "document_stands_once": (IssuedDocument, ("area", "number", "issued_on")),
    "model_type_stands_once": (ModelType, ("area", "name")),
    "model_stands_once": (PopularModel, ("area", "name")),
    "standard_result_stands_once": (SafetyStandardResult, ("area", "year", "object")),
    "mediation_result_stands_once": (MediationResult, ("area", "starts_on", "ends_on")),
    "programme_measures_once": (ProgrammeMeasure, ("programme", "name")),
    "snapshot_is_taken_once": (ProgrammeSnapshot, ("area", "measure", "taken_on")),
}


def errors_of(record: Any) -> dict[str, list[str]]:
    """Return what a form would be told of `record`, by field."""
    try:
        record.full_clean()
    except ValidationError as refused:
        return dict(refused.message_dict)
    return {}


# ---------------------------------------------------------------- the database


def test_every_constraint_is_tried_here() -> None:
    constraints = [one for model in FACTORIES for one in model._meta.constraints]
    checks = {one.name for one in constraints if isinstance(one, models.CheckConstraint)}
    uniques = {one.name for one in constraints if isinstance(one, models.UniqueConstraint)}

    assert (set(BROKEN), set(DOUBLED)) == (checks, uniques)


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_what_breaks_a_rule(name: str) -> None:
    model, changes = BROKEN[name]
    record = FACTORIES[model]()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model._base_manager.filter(pk=record.pk).update(**changes)


@pytest.mark.parametrize("name", BROKEN)
def test_a_form_is_told_before_the_database(name: str) -> None:
    model, changes = BROKEN[name]
    record = FACTORIES[model]()
    for field, value in changes.items():
        setattr(record, field, value)

    assert len(errors_of(record)) > 0


@pytest.mark.parametrize("name", DOUBLED)
def test_the_database_refuses_a_second_one(name: str) -> None:
    model, fields = DOUBLED[name]
    first = FACTORIES[model]()
    same = {field: getattr(first, field) for field in fields}

    with pytest.raises(IntegrityError), transaction.atomic():
        FACTORIES[model](**same)


@pytest.mark.parametrize("name", DOUBLED)
def test_a_form_is_told_of_the_first_one(name: str) -> None:
    model, fields = DOUBLED[name]
    first, other = FACTORIES[model](), FACTORIES[model]()
    for field in fields:
        setattr(other, field, getattr(first, field))

    assert len(errors_of(other)) > 0


def test_a_programme_has_its_code_alone() -> None:
    first = ProgrammeFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeFactory(code=first.code)


def test_a_document_without_a_number_may_have_a_like() -> None:
    first = DocumentFactory(number="")
    DocumentFactory(number="", area=first.area)

    assert IssuedDocument.objects.count() == 2


def test_a_model_that_ended_may_begin_again() -> None:
    first = PopularModelFactory(ended_on=DAY)
    again = PopularModelFactory(area=first.area, type=first.type, name=first.name)

    assert errors_of(again) == {}


# ---------------------------------------------------------------- texts


def test_every_text_is_checked_for_blocked_phrases() -> None:
    for model in FACTORIES:
        texts = [
            one
            for one in model._meta.fields
            if isinstance(one, models.CharField) and one.editable and not one.choices and one.name != "search_key"
        ]
        names = {one.name for one in texts if refuse_blocked_text not in one.validators}
        # the names of measures ask more than that: whether the subject may be counted at all
        assert names == ({"name", "name_en"} if model is ProgrammeMeasure else set()), model


@pytest.mark.parametrize("model", [one for one in FACTORIES if one._meta.model_name in TEXTS])
def test_the_texts_that_are_tried_at_each_door_are_all(model: Any) -> None:
    texts = {one.name for one in model._meta.fields if refuse_blocked_text in one.validators}

    assert set(TEXTS[model._meta.model_name]) == texts - {"void_reason"}  # tried in test_mistakes.py


@pytest.mark.parametrize("name", ["Số vụ án hình sự", "Số tin báo, tố giác", "Đối tượng sưu tra"])
def test_no_programme_measures_what_may_not_be_counted(name: str) -> None:
    measure = MeasureFactory()
    measure.name = name

    assert list(errors_of(measure)) == ["name"]


# ---------------------------------------------------------------- days and numbers


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (EventFactory, "starts_on"),
        (EventFactory, "ends_on"),
        (InspectionFactory, "held_on"),
        (DocumentFactory, "issued_on"),
        (PopularModelFactory, "established_on"),
        (PopularModelFactory, "ended_on"),
        (ExemplarFactory, "recognised_on"),
        (ExemplarFactory, "ended_on"),
        (StandardFactory, "decision_date"),
        (MediationFactory, "ends_on"),
        (SnapshotFactory, "taken_on"),
    ],
    ids=str,
)
def test_a_slip_of_the_year_is_told(factory: Any, field: str) -> None:
    record = factory()
    setattr(record, field, timezone.localdate() + timedelta(days=367))

    assert list(errors_of(record)) == [field]


def test_a_festival_day_says_where_it_was_held() -> None:
    event = EventFactory.build(area=commune(), kind=Event.Kind.FESTIVAL_DAY)

    silent = list(errors_of(event))
    event.host_level = Event.HostLevel.RESIDENTIAL

    assert (silent, errors_of(event)) == (["host_level"], {})


@pytest.mark.parametrize(
    ("sessions", "attendance", "wrong"),
    [(3, 2, ["attendance"]), (3, 3, []), (3, 0, []), (3, None, [])],
)
def test_fewer_attendances_than_sessions_are_asked(sessions: int, attendance: int | None, wrong: list[str]) -> None:
    event = EventFactory(sessions=sessions, attendance=attendance)

    assert list(errors_of(event)) == wrong


def test_an_inspection_goes_to_its_own_area_or_below() -> None:
    home = district()
    below, beside = commune(district=home), commune()
    visits = [InspectionFactory(area=home, inspected=one) for one in (None, home, below, beside)]
    of_the_country = InspectionFactory(area=country(), inspected=beside)

    assert [list(errors_of(one)) for one in (*visits, of_the_country)] == [[], [], [], ["inspected"], []]


def test_a_file_stays_with_the_area_of_its_document() -> None:
    document = DocumentFactory()
    document.file = AttachmentFactory(area=document.area)
    fine = errors_of(document)
    document.area = district()

    assert (fine, list(errors_of(document))) == ({}, ["area"])


def test_a_site_lies_in_the_area_of_its_model() -> None:
    top = province()
    below, beside = commune(district=district(province=top)), commune()
    model = PopularModelFactory(area=top)
    sites = [ModelSiteFactory(model=model, area=one) for one in (top, below, beside)]

    assert [list(errors_of(one)) for one in sites] == [[], [], ["area"]]


@pytest.mark.parametrize("kind", [Exemplar.Kind.INDIVIDUAL, Exemplar.Kind.HOUSEHOLD])
def test_exemplary_people_are_counted_not_named(kind: str) -> None:
    named = ExemplarFactory.build(area=commune(), kind=kind, name="Nông Văn A")
    counted = ExemplarFactory.build(area=commune(), kind=kind, number=3)

    assert (list(errors_of(named)), errors_of(counted)) == (["__all__"], {})


# ---------------------------------------------------------------- results, as they were really published


def test_quang_nam_2024_is_stored_as_published_once_it_is_explained() -> None:
    result = StandardFactory.build(
        area=province(name="Quảng Nam"), year=2024, object=SafetyStandardResult.Object.ORGANISATION,
        met=68, excellent=3, good=45, average=4,
    )  # fmt: skip
    silent = list(errors_of(result))
    result.explanation = "Công nhận 68 đơn vị, phân loại 52 đơn vị theo nguồn Báo Quảng Nam"
    explained = errors_of(result)
    result.save()

    stored = SafetyStandardResult.objects.get()
    assert (silent, explained) == (["explanation"], {})
    assert (stored.met, stored.excellent, stored.good, stored.average, stored.rated) == (68, 3, 45, 4, 52)


def test_a_rating_that_agrees_or_is_not_given_needs_no_word() -> None:
    agreed = StandardFactory(met=9, excellent=4, good=5)
    unrated = StandardFactory(met=9)

    assert (errors_of(agreed), errors_of(unrated), unrated.rated) == ({}, {}, None)


def test_not_more_are_recognised_than_there_are() -> None:
    assert list(errors_of(StandardFactory.build(area=commune(), total=8, met=9))) == ["met"]


def test_dak_nong_2022_adds_up() -> None:
    result = MediationFactory(received=323, successful=186, unsuccessful=103, pending=34)

    assert (errors_of(result), result.rate, result.rate_of_received) == ({}, Decimal("64.36"), Decimal("57.59"))


def test_dak_nong_2021_has_two_rates() -> None:
    """372 of 629 were published as 64,13 %: that is 372 of the 580 settled, cut off after two decimals."""
    result = MediationFactory(received=629, successful=372, unsuccessful=208, pending=49)

    assert (result.rate, result.rate_of_received) == (Decimal("64.14"), Decimal("59.14"))


@pytest.mark.parametrize("missing", ["successful", "unsuccessful"])
def test_a_rate_of_what_is_not_known_is_not_known(missing: str) -> None:
    assert MediationFactory(**{missing: None}).rate is None


def test_nothing_settled_has_no_rate() -> None:
    result = MediationFactory(received=0, successful=0, unsuccessful=0, pending=0)

    assert (result.rate, result.rate_of_received) == (None, None)


def test_matters_that_do_not_add_up_are_explained() -> None:
    result = MediationFactory(received=324)
    silent = list(errors_of(result))
    result.explanation = "Một việc được rút"

    assert (silent, errors_of(result)) == (["explanation"], {})


def test_days_of_mediation_do_not_overlap() -> None:
    first = MediationFactory()
    across = MediationFactory.build(area=first.area, starts_on=first.ends_on, ends_on=date(2024, 12, 31))
    after = MediationFactory.build(area=first.area, starts_on=date(2024, 7, 1), ends_on=date(2024, 12, 31))

    assert (list(errors_of(across)), errors_of(after)) == (["starts_on"], {})


def test_a_snapshot_has_the_target_of_its_area_or_of_the_programme() -> None:
    snapshot = SnapshotFactory(measure__target=Decimal(80))
    general = snapshot.aim
    snapshot.target = Decimal(60)

    assert (general, snapshot.aim) == (Decimal(80), Decimal(60))


# ---------------------------------------------------------------- who sees it, who keeps it


def test_a_commune_sees_the_model_above_by_its_own_site_and_keeps_neither() -> None:
    top = province()
    home = district(province=top)
    ours, theirs = commune(district=home), commune(district=home)
    model = PopularModelFactory(area=top)
    sites = [ModelSiteFactory(model=model, area=one) for one in (ours, theirs)]
    officer, keeper = posted(ours), posted(top)

    assert list(PopularModel.objects.visible_to(officer)) == [model]
    assert list(ModelSite.objects.visible_to(officer)) == [sites[0]]
    assert set(ModelSite.objects.visible_to(keeper)) == set(sites)
    assert [
        (user.has_perm("movement.change_popularmodel", model), user.has_perm("movement.change_modelsite", sites[0]))
        for user in (officer, keeper)
    ] == [(False, False), (True, True)]


def test_types_of_the_areas_above_are_seen_and_kept_there() -> None:
    top = province()
    ours = commune(district=district(province=top))
    own, above, elsewhere = (ModelTypeFactory(area=one) for one in (ours, top, commune()))
    officer = posted(ours)

    assert set(ModelType.objects.visible_to(officer)) == {own, above}
    assert [officer.has_perm("movement.change_modeltype", one) for one in (own, above, elsewhere)] == [
        True,
        False,
        False,
    ]


def test_programmes_of_the_country_are_seen_by_all() -> None:
    everywhere = ProgrammeFactory(area=country())
    ProgrammeFactory(area=province())

    assert list(Programme.objects.visible_to(posted(commune()))) == [everywhere]
