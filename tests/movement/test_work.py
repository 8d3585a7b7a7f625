"""The pages of the year's work: what officers type, what they are told, what stands in the database afterwards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from movement.models import (
    Event,
    Exemplar,
    IssuedDocument,
    ModelSite,
    PopularModel,
    Programme,
    ProgrammeMeasure,
    SafetyStandardResult,
)
from tests import papers
from tests.factories import (
    BodyFactory,
    DocumentFactory,
    EventFactory,
    ModelSiteFactory,
    ModelTypeFactory,
    PopularModelFactory,
    ProgrammeFactory,
    StandardFactory,
    commune,
)
from tests.pages import Page
from tests.people import posted
from tests.work import TEXTS, WORK, Land, Work, build
from units.models import Attachment
from units.models.people import Role

if TYPE_CHECKING:
    from pathlib import Path

BLOCKED = "Danh sách người cung cấp tin"
NOTICE = "Không nhập, lưu bí mật nhà nước và thông tin về người cung cấp tin"


@pytest.fixture
def land(db: None) -> Land:
    return build()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


@pytest.fixture
def officer(land: Land) -> Client:
    return signed_in(land.ours.officer)


def model_of(work: Work) -> Any:
    return apps.get_model("movement", work.name)


def add(work: Work) -> str:
    return reverse(f"admin:movement_{work.name}_add")


def change(record: Any) -> str:
    return reverse(f"admin:movement_{record._meta.model_name}_change", args=[record.pk])


def changelist(name: str) -> str:
    return reverse(f"admin:movement_{name}_changelist")


def errors_of(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def state_of(record: Any) -> dict[str, Any]:
    return type(record)._base_manager.filter(pk=record.pk).values().get()


# ---------------------------------------------------------------- every kind of record alike


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_officer_enters_it_in_reach(land: Land, officer: Client, work: Work) -> None:
    form = work.form(land.ours.commune)
    before = list(model_of(work).objects.values_list("pk", flat=True))

    response = officer.post(add(work), form)

    record = model_of(work).objects.exclude(pk__in=before).get()
    assert response.status_code == 302
    assert (record.area, record.version) == (land.ours.commune, 1)
    assert list(record.history.values_list("history_type", "history_user")) == [("+", land.ours.officer.pk)]


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_officer_enters_nothing_outside(land: Land, officer: Client, work: Work) -> None:
    form = work.form(land.ours.commune) | {"area": land.theirs.commune.pk}
    before = model_of(work).objects.count()

    response = officer.post(add(work), form)

    assert list(errors_of(response)) == ["area"]
    assert model_of(work).objects.count() == before


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_record_outside_is_not_found(land: Land, officer: Client, work: Work) -> None:
    theirs = work.make(land.theirs.commune)
    before = state_of(theirs)
    addresses = [change(theirs), change(theirs).replace("change", "history")]

    codes = [officer.get(one).status_code for one in addresses]
    officer.post(change(theirs), work.form(land.ours.commune) | {"read_version": "1"})

    shown = list(officer.get(changelist(work.name)).context["cl"].result_list)
    assert (codes, shown) == ([302, 404], [])
    assert state_of(theirs) == before


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_signer_only_reads_it(land: Land, work: Work) -> None:
    ours = work.make(land.ours.commune)
    before = state_of(ours)
    signer = signed_in(posted(land.ours.district, Role.SIGNER))

    codes = [
        signer.get(change(ours)).status_code,
        signer.post(change(ours), work.form(land.ours.commune) | {"read_version": "1"}).status_code,
        signer.get(add(work)).status_code,
        signer.get(reverse(f"admin:movement_{work.name}_import")).status_code,
    ]

    assert codes == [200, 403, 403, 403]
    assert state_of(ours) == before


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_form_opened_on_an_older_version_is_shown_again(land: Land, officer: Client, work: Work) -> None:
    form = work.form(land.ours.commune)
    before = list(model_of(work).objects.values_list("pk", flat=True))
    officer.post(add(work), form)
    record = model_of(work).objects.exclude(pk__in=before).get()
    text = next(iter(TEXTS[work.name]))
    changed = form | {text: "Đã sửa", "read_version": "1"}
    record.save()

    refused = officer.post(change(record), changed)
    again = officer.post(change(record), changed | {"read_version": "2"})

    assert (list(errors_of(refused)), again.status_code) == (["__all__"], 302)
    record.refresh_from_db()
    assert (getattr(record, text), record.version) == ("Đã sửa", 3)


@pytest.mark.parametrize(
    ("work", "field"), [(work, field) for work in WORK for field in TEXTS[work.name]], ids=lambda one: str(one)
)
def test_a_blocked_phrase_is_refused_in_every_text(land: Land, officer: Client, work: Work, field: str) -> None:
    form = work.form(land.ours.commune) | {field: BLOCKED}
    before = model_of(work).objects.count()

    response = officer.post(add(work), form)

    assert list(errors_of(response)) == [field]
    assert model_of(work).objects.count() == before


@pytest.mark.parametrize("work", WORK, ids=str)
def test_the_notice_stands_at_each_entry(land: Land, officer: Client, work: Work) -> None:
    ours = work.make(land.ours.commune)
    addresses = [
        changelist(work.name), add(work), change(ours), reverse(f"admin:movement_{work.name}_import"),
    ]  # fmt: skip

    said = [
        [one.text for one in Page(officer.get(address).content.decode()).all("p")
         if one.attributes.get("class") == "secrecy"]
        for address in addresses
    ]  # fmt: skip

    assert said == [[NOTICE]] * 4


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_list_costs_the_same_for_one_and_three(
    land: Land, officer: Client, django_assert_num_queries: Any, work: Work
) -> None:
    work.make(land.ours.commune)
    officer.get(changelist(work.name))
    with django_assert_num_queries(LIST_QUERIES[work.name]):
        officer.get(changelist(work.name))

    for year in (2022, 2023):
        record = work.make(commune(land.ours.district))
        for field in ("starts_on", "held_on", "issued_on", "established_on", "recognised_on", "taken_on"):
            if hasattr(record, field):
                type(record).objects.filter(pk=record.pk).update(**{field: date(year, 1, 1)})

    with django_assert_num_queries(LIST_QUERIES[work.name]):
        shown = officer.get(changelist(work.name)).context["cl"].result_list
    assert len(shown) == 3


# the lists of what has no day of its own have no filter by year
LIST_QUERIES = {work.name: 6 if work.name in {"modeltype", "modelsite"} else 7 for work in WORK}


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_officer_of_one_commune_finds_it_filled_in(land: Land, work: Work) -> None:
    ours = signed_in(posted(land.ours.commune))
    above = signed_in(land.ours.officer)

    initial = [client.get(add(work)).context["adminform"].form["area"].value() for client in (ours, above)]

    assert initial == [land.ours.commune.pk, None]


@pytest.mark.parametrize("work", [one for one in WORK if one.name not in {"safetystandardresult"}], ids=str)
def test_a_year_that_the_list_does_not_have_filters_nothing(land: Land, officer: Client, work: Work) -> None:
    work.make(land.ours.commune)

    codes = [officer.get(changelist(work.name), {"year": year}).status_code for year in ("0", "x", "99999")]

    has_years = work.name not in {"modeltype", "modelsite"}
    assert codes == ([200, 200, 200] if has_years else [400, 400, 400])


@pytest.mark.parametrize("work", WORK, ids=str)
def test_it_is_found_by_its_area_without_diacritics(land: Land, officer: Client, work: Work) -> None:
    ours = work.make(land.ours.commune)

    found = [
        list(officer.get(changelist(work.name), {"q": words}).context["cl"].result_list)
        for words in ("dong hoa chung", "ĐÔNG HOÀ", "khong co")
    ]

    assert found == [[ours], [ours], []]


# ---------------------------------------------------------------- events


def test_a_list_of_events_is_filtered_by_year_and_area(land: Land, officer: Client) -> None:
    ours = EventFactory(area=land.ours.commune)
    beside = EventFactory(area=commune(land.ours.district), starts_on=date(2023, 12, 20))
    EventFactory(area=land.theirs.commune, starts_on=date(2021, 1, 1))

    found = [
        list(officer.get(changelist("event"), query).context["cl"].result_list)
        for query in ({}, {"year": "2023"}, {"in": land.ours.commune.code}, {"kind__exact": "training"})
    ]
    years = [
        one.lookup_choices
        for one in officer.get(changelist("event")).context["cl"].filter_specs
        if getattr(one, "parameter_name", "") == "year"
    ]

    assert found == [[ours, beside], [beside], [ours], []]
    assert years == [[("2024", "2024"), ("2023", "2023")]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": "31/02/2024"}, "starts_on"),
        ({"starts_on": "12/31/2024"}, "starts_on"),
        ({"starts_on": "01/01/2099"}, "starts_on"),
        ({"starts_on": ""}, "starts_on"),
        ({"ends_on": "30/06/2024"}, "__all__"),
        ({"sessions": "0"}, "__all__"),
        ({"sessions": ""}, "sessions"),
        ({"attendance": "-1"}, "attendance"),
        ({"attendance": "gần 9.000"}, "attendance"),
        ({"attendance": "1"}, "attendance"),
        ({"kind": "party"}, "kind"),
        ({"kind": "festival_day"}, "host_level"),
        ({"village": "Số CCCD 006123456789"}, "village"),
    ],
)
def test_a_bad_event_is_told_by_field(land: Land, officer: Client, changes: dict[str, str], field: str) -> None:
    form = WORK[0].form(land.ours.commune) | changes

    response = officer.post(add(WORK[0]), form)

    assert (list(errors_of(response)), Event.objects.count()) == ([field], 0)


def test_a_host_is_a_body_in_sight(land: Land, officer: Client) -> None:
    above = BodyFactory(area=land.province)
    form = WORK[0].form(land.ours.commune)

    refused = officer.post(add(WORK[0]), form | {"host": land.theirs.body.pk})
    taken = officer.post(add(WORK[0]), form | {"host": above.pk})

    assert (list(errors_of(refused)), taken.status_code, Event.objects.get().host) == (["host"], 302, above)


def test_a_filter_names_no_year_of_theirs(land: Land, officer: Client) -> None:
    StandardFactory(area=land.ours.commune, year=2023)
    StandardFactory(area=land.theirs.commune, year=2021)
    EventFactory(area=land.theirs.commune, starts_on=date(2021, 1, 1))

    specs = officer.get(changelist("safetystandardresult")).context["cl"].filter_specs
    events = officer.get(changelist("event")).context["cl"].filter_specs

    assert [list(one.lookup_choices) for one in specs if getattr(one, "lookup_kwarg", "") == "year"] == [[2023]]
    assert [one for one in events if getattr(one, "parameter_name", "") == "year"] == []


# ---------------------------------------------------------------- documents and their files


def test_a_document_comes_with_its_file(land: Land, officer: Client) -> None:
    work = WORK[2]
    paper = papers.handed_in("ke-hoach.pdf", papers.pdf("Kế hoạch xây dựng phong trào"))

    response = officer.post(add(work), work.form(land.ours.commune) | {"upload": paper})

    document = IssuedDocument.objects.get()
    assert response.status_code == 302
    assert (document.file.name, document.file.area) == ("ke-hoach.pdf", land.ours.commune)
    links = Page(officer.get(change(document)).content.decode()).links
    assert links["ke-hoach.pdf"] == reverse("admin:units_attachment_download", args=[document.file.pk])


def test_a_file_that_may_not_be_kept_stores_nothing(land: Land, officer: Client) -> None:
    work = WORK[2]
    paper = papers.handed_in("ke-hoach.pdf", papers.pdf("Danh sách người cung cấp tin"))

    response = officer.post(add(work), work.form(land.ours.commune) | {"upload": paper})

    assert list(errors_of(response)) == ["upload"]
    assert (IssuedDocument.objects.count(), Attachment.objects.filter(name="ke-hoach.pdf").count()) == (0, 0)


def test_a_document_keeps_its_file_where_none_is_handed_in(land: Land, officer: Client) -> None:
    work = WORK[2]
    paper = papers.handed_in("ke-hoach.pdf", papers.pdf("Kế hoạch xây dựng phong trào"))
    officer.post(add(work), work.form(land.ours.commune) | {"upload": paper})
    document = IssuedDocument.objects.get()

    officer.post(change(document), work.form(land.ours.commune) | {"abstract": "Kế hoạch quý", "read_version": "1"})

    kept = IssuedDocument.objects.get()
    assert (kept.abstract, kept.file) == ("Kế hoạch quý", document.file)


def test_a_file_cannot_be_taken_from_elsewhere(land: Land, officer: Client) -> None:
    work = WORK[2]

    officer.post(add(work), work.form(land.ours.commune) | {"file": land.theirs.attachment.pk})

    assert IssuedDocument.objects.get().file is None


def test_a_reader_finds_no_place_to_hand_in_a_file(land: Land) -> None:
    document = DocumentFactory(area=land.ours.commune)
    signer = signed_in(posted(land.ours.district, Role.SIGNER))

    inputs = Page(signer.get(change(document)).content.decode()).all("input")

    assert [one for one in inputs if one.attributes.get("type") == "file"] == []


# ---------------------------------------------------------------- models and their sites


def sites_of(model: PopularModel, *rows: dict[str, Any]) -> dict[str, Any]:
    stored = model.sites.count() if model.pk else 0
    form: dict[str, Any] = {"sites-TOTAL_FORMS": len(rows), "sites-INITIAL_FORMS": stored}
    for number, row in enumerate(rows):
        form |= {f"sites-{number}-{name}": value for name, value in row.items()}
    return form


def model_form(model: PopularModel, *rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": model.name, "area": model.area_id, "type": model.type_id, "read_version": model.version,
        **sites_of(model, *rows),
    }  # fmt: skip


def test_a_province_keeps_a_model_with_sites_in_its_communes(land: Land) -> None:
    keeper = signed_in(posted(land.province))
    model = PopularModelFactory(area=land.province)
    rows = [{"area": one.pk, "sites": "3"} for one in (land.ours.commune, land.theirs.commune)]

    response = keeper.post(change(model), model_form(model, *rows))

    assert response.status_code == 302
    assert list(model.sites.order_by("pk").values_list("area", "sites", "version")) == [
        (land.ours.commune.pk, 3, 1),
        (land.theirs.commune.pk, 3, 1),
    ]


@pytest.mark.parametrize(
    ("changes", "field"), [({"village": BLOCKED}, "village"), ({"sites": "0"}, "__all__"), ({"sites": "-1"}, "sites")]
)
def test_a_bad_site_is_told_in_its_row(land: Land, officer: Client, changes: dict[str, str], field: str) -> None:
    model = PopularModelFactory(area=land.ours.commune)

    response = officer.post(change(model), model_form(model, {"area": land.ours.commune.pk, "sites": "1", **changes}))

    told = [list(one) for one in response.context["inline_admin_formsets"][0].formset.errors]
    assert (told, ModelSite.objects.count()) == ([[field]], 0)


def test_a_tampered_area_of_a_site_is_refused(land: Land, officer: Client) -> None:
    model = PopularModelFactory(area=land.ours.commune)

    response = officer.post(change(model), model_form(model, {"area": land.theirs.commune.pk, "sites": "1"}))

    told = [list(one) for one in response.context["inline_admin_formsets"][0].formset.errors]
    assert (told, ModelSite.objects.count()) == ([["area"]], 0)


def test_a_tampered_row_of_a_site_is_refused(land: Land, officer: Client) -> None:
    ours = ModelSiteFactory(model__area=land.ours.commune)
    theirs = ModelSiteFactory(model__area=land.theirs.commune)
    row = {"id": theirs.pk, "model": ours.model_id, "area": land.ours.commune.pk, "sites": "9", "read_version": "1"}

    officer.post(change(ours.model), model_form(ours.model, row))

    assert state_of(theirs) == state_of(theirs) | {"sites": 1, "model_id": theirs.model_id}


def test_a_model_kept_above_is_only_read_below(land: Land) -> None:
    below = signed_in(posted(land.ours.commune))
    model = PopularModelFactory(area=land.province, name="Camera an ninh")
    site = ModelSiteFactory(model=model, area=land.ours.commune)
    ModelSiteFactory(model=model, area=land.theirs.commune)
    unseen = PopularModelFactory(area=land.province)

    page = below.get(change(model))
    row = {"id": site.pk, "model": model.pk, "area": site.area_id, "sites": "9", "read_version": "1"}
    new_row = {"area": land.ours.commune.pk, "sites": "9"}
    codes = [
        below.post(change(model), model_form(model, row, new_row) | {"name": "Chiếm"}).status_code,
        below.post(change(site), {"model": model.pk, "area": site.area_id, "sites": "9", "read_version": "1"}).status_code,
        below.post(reverse("admin:movement_modelsite_add"), {"model": model.pk, **new_row}).status_code,
        below.get(change(unseen)).status_code,
        below.get(reverse("admin:movement_popularmodel_history", args=[model.pk])).status_code,
    ]  # fmt: skip

    shown = [form.original for form in page.context["inline_admin_formsets"][0] if form.original]
    inputs = [one.attributes.get("name") for one in Page(page.content.decode()).all("input")]
    assert (page.status_code, shown, "name" in inputs) == (200, [site], False)
    assert codes == [403, 403, 403, 302, 404]
    assert (state_of(model)["name"], list(model.sites.values_list("sites", flat=True))) == ("Camera an ninh", [1, 1])


def test_a_model_is_of_a_type_in_sight(land: Land, officer: Client) -> None:
    above, theirs = (ModelTypeFactory(area=one) for one in (land.province, land.theirs.commune))
    model = PopularModelFactory.build(area=land.ours.commune, type=theirs, name="Camera an ninh")

    refused = officer.post(reverse("admin:movement_popularmodel_add"), model_form(model))
    model.type = above
    taken = officer.post(reverse("admin:movement_popularmodel_add"), model_form(model))

    assert (list(errors_of(refused)), taken.status_code, PopularModel.objects.get().type) == (["type"], 302, above)


def test_the_form_of_a_model_offers_what_is_in_sight(land: Land, officer: Client) -> None:
    own, above, _theirs = (
        ModelTypeFactory(area=one, name=f"Khu dân cư {one}")
        for one in (land.ours.commune, land.province, land.theirs.commune)
    )

    rows = officer.get(
        reverse("admin:autocomplete"),
        {"app_label": "movement", "model_name": "popularmodel", "field_name": "type", "term": "khu dan cu"},
    ).json()["results"]

    assert sorted(row["id"] for row in rows) == sorted([str(own.pk), str(above.pk)])


def test_models_are_filtered_by_whether_they_are_kept(land: Land, officer: Client) -> None:
    kept, ended = (PopularModelFactory(area=land.ours.commune, ended_on=day) for day in (None, date(2024, 1, 1)))

    found = [
        list(officer.get(changelist("popularmodel"), {"kept": word}).context["cl"].result_list)
        for word in ("yes", "no")
    ]

    assert found == [[kept], [ended]]


# ---------------------------------------------------------------- exemplars, results, programmes


@pytest.mark.parametrize("kind", ["individual", "household"])
def test_exemplary_people_are_named_in_no_form(land: Land, officer: Client, kind: str) -> None:
    form = {"kind": kind, "number": "3", "area": land.ours.commune.pk}

    named = officer.post(reverse("admin:movement_exemplar_add"), form | {"name": "Nông Văn A"})
    counted = officer.post(reverse("admin:movement_exemplar_add"), form)

    assert (list(errors_of(named)), counted.status_code) == (["__all__"], 302)
    assert list(Exemplar.objects.values_list("kind", "name", "number")) == [(kind, "", 3)]


def test_the_numbers_of_a_rating_are_stored_as_published_once_explained(land: Land, officer: Client) -> None:
    address = reverse("admin:movement_safetystandardresult_add")
    form = {
        "area": land.ours.commune.pk, "year": "2024", "object": "organisation", "met": "68", "excellent": "3",
        "good": "45", "average": "4",
    }  # fmt: skip

    silent = officer.post(address, form)
    told = officer.post(address, form | {"explanation": "Nguồn chỉ phân loại 52 đơn vị"})

    result = SafetyStandardResult.objects.get()
    assert (list(errors_of(silent)), told.status_code) == (["explanation"], 302)
    assert (result.met, result.excellent, result.good, result.average) == (68, 3, 45, 4)


def test_an_administrator_of_the_province_keeps_programmes(land: Land) -> None:
    keeper = signed_in(land.administrator)
    form = {
        "area": land.province.pk, "code": "DA06", "name": "Đề án 06", "first_year": "2022", "last_year": "2025",
        "measures-TOTAL_FORMS": "1", "measures-INITIAL_FORMS": "0", "measures-0-position": "1",
        "measures-0-name": "Cấp tài khoản định danh", "measures-0-target": "80,5",
    }  # fmt: skip

    response = keeper.post(reverse("admin:movement_programme_add"), form)

    programme = Programme.objects.get(code="DA06")
    assert (response.status_code, programme.first_year) == (302, 2022)
    assert list(programme.measures.values_list("name", "target")) == [("Cấp tài khoản định danh", Decimal("80.5"))]


@pytest.mark.parametrize("name", [BLOCKED, "Số vụ án hình sự"])
def test_a_programme_measures_nothing_that_may_not_be_counted(land: Land, name: str) -> None:
    keeper = signed_in(land.administrator)
    form = {
        "area": land.province.pk, "code": "DA06", "name": "Đề án 06", "measures-TOTAL_FORMS": "1",
        "measures-INITIAL_FORMS": "0", "measures-0-position": "1", "measures-0-name": name,
    }  # fmt: skip

    response = keeper.post(reverse("admin:movement_programme_add"), form)

    told = [list(one) for one in response.context["inline_admin_formsets"][0].formset.errors]
    assert (told, Programme.objects.count(), ProgrammeMeasure.objects.count()) == ([["name"]], 0, 0)


def test_officers_only_read_programmes(land: Land, officer: Client) -> None:
    programme = ProgrammeFactory(area=land.province)

    codes = [
        officer.get(change(programme)).status_code,
        officer.post(change(programme), {"name": "Chiếm"}).status_code,
        officer.get(reverse("admin:movement_programme_add")).status_code,
    ]

    assert codes == [200, 403, 403]


def test_the_list_of_programmes_costs_the_same_for_one_and_three(
    land: Land, officer: Client, django_assert_num_queries: Any
) -> None:
    ProgrammeFactory(area=land.province)
    officer.get(changelist("programme"))
    with django_assert_num_queries(5):
        officer.get(changelist("programme"))

    for _twice in (1, 2):
        ProgrammeFactory(area=land.province)

    with django_assert_num_queries(5):
        shown = officer.get(changelist("programme")).context["cl"].result_list
    assert len(shown) == 3


def test_a_snapshot_takes_measures_of_programmes_in_sight(land: Land, officer: Client) -> None:
    work = WORK[9]
    theirs = ProgrammeFactory(area=land.theirs.commune)
    foreign = ProgrammeMeasure.objects.create(programme=theirs, name="Nội dung khác")

    response = officer.post(add(work), work.form(land.ours.commune) | {"measure": foreign.pk})

    assert list(errors_of(response)) == ["measure"]
