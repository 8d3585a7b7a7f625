"""Sheets of the year's work: what clerks bring in, what they are told, and what is stored."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from movement.models import (
    Event,
    Exemplar,
    IssuedDocument,
    MediationResult,
    ModelSite,
    ModelType,
    PopularModel,
    ProgrammeSnapshot,
)
from tests import desk as desks
from tests.desk import confirm, confirmation, counts, receive, refusals, rows_of, said, workbook
from tests.factories import (
    BodyFactory,
    EventFactory,
    MediationFactory,
    ModelSiteFactory,
    ModelTypeFactory,
    PopularModelFactory,
    SnapshotFactory,
    commune,
)
from tests.people import posted
from tests.work import TEXTS, WORK, Land, Work, build
from units.boundary import refusal_of
from units.importing.sheets import SHEETS
from units.models import ImportBatch, Upload, UploadBlock
from units.models.people import Role

if TYPE_CHECKING:
    from units.importing.sheets import Sheet
    from units.models import User

EVENT, DOCUMENT, SITE, EXEMPLAR, MEDIATION, SNAPSHOT = WORK[0], WORK[2], WORK[5], WORK[6], WORK[8], WORK[9]


@pytest.fixture
def land(db: None) -> Land:
    return build()


@pytest.fixture
def clerk(land: Land) -> User:
    return land.ours.clerk


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def model_of(work: Work) -> Any:
    return apps.get_model("movement", work.name)


def sheet_of(work: Work) -> type[Sheet]:
    return SHEETS.sheets[f"movement.{work.name}"]


def file_of(*rows: dict[str, Any]) -> bytes:
    """Return a file with these rows; the heads are those of the first."""
    return workbook(list(rows[0]), [list(one.values()) for one in rows])


def bring(user: User, work: Work, *rows: dict[str, Any]) -> Upload:
    """Return a file with these rows on the desk, checked."""
    return receive(user, sheet_of(work), file_of(*rows), name="bang.xlsx")


def store(user: User, work: Work, *rows: dict[str, Any]) -> ImportBatch:
    """Bring in and confirm."""
    batch = confirm(bring(user, work, *rows))
    assert batch is not None
    return batch


def exported(user: User, work: Work) -> list[dict[str, Any]]:
    return rows_of(desks.written(user, sheet_of(work)))


# ---------------------------------------------------------------- every sheet alike


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_row_comes_in_with_its_batch_and_its_history(land: Land, clerk: User, work: Work) -> None:
    row = work.row(land.ours.commune)

    upload = bring(clerk, work, row)
    shown_only = model_of(work).history.filter(history_user=clerk).count(), ImportBatch.objects.count()
    confirm(upload)

    batch = ImportBatch.objects.get()
    written = list(model_of(work).history.filter(batch_id=batch.pk).values_list("history_type", "history_user", "area"))
    assert shown_only == (0, 0)
    assert (batch.new, batch.changed, batch.same, batch.file_name) == (1, 0, 0, "bang.xlsx")
    assert written == [("+", clerk.pk, land.ours.commune.pk)]


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_file_goes_over_the_pages_of_each_list(land: Land, clerk: User, work: Work) -> None:
    client = signed_in(clerk)
    address = reverse(f"admin:movement_{work.name}_import")
    file = io.BytesIO(file_of(work.row(land.ours.commune)))
    file.name = "bang.xlsx"
    before = model_of(work).objects.count()

    pages = [client.get(address).status_code, client.get(reverse(f"admin:movement_{work.name}_sample")).status_code]
    checked = client.post(address, {"import_file": file}, follow=True)
    done = client.post(checked.redirect_chain[0][0], confirmation(checked), follow=True)
    export = client.get(reverse(f"admin:movement_{work.name}_export"), {"form": "xlsx"})

    assert pages == [200, 200]
    assert checked.context["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    assert (done.context["upload"].state, model_of(work).objects.count()) == (Upload.State.DONE, before + 1)
    assert [row["Mã địa bàn"] for row in rows_of(b"".join(export.streaming_content))][-1] == land.ours.commune.code  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_exported_sheet_comes_back_unchanged(land: Land, clerk: User, work: Work, form: str) -> None:
    store(clerk, work, work.row(land.ours.commune))
    work.make(commune(land.ours.district))
    content = desks.written(clerk, sheet_of(work), form)

    upload = receive(clerk, sheet_of(work), content, name=f"bang.{form}")

    assert counts(upload) == (0, 0, len(exported(clerk, work)), 0)
    with pytest.raises(ValidationError):
        confirm(upload)


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_exported_sheet_comes_back_with_a_change(land: Land, clerk: User, work: Work) -> None:
    store(clerk, work, work.row(land.ours.commune))
    head, cell = work.change
    (row,) = [one for one in exported(clerk, work) if one["Phiên bản"] == 1][-1:]

    store(clerk, work, row | {head: cell})

    record = model_of(work).objects.get(pk=int(row["Số"]))
    assert list(ImportBatch.objects.order_by("pk").values_list("new", "changed")) == [(1, 0), (0, 1)]
    assert (record.version, record.history.latest().history_type) == (2, "~")


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_older_version_is_refused(land: Land, clerk: User, work: Work) -> None:
    record = work.make(land.ours.commune)
    head, cell = work.change
    (row,) = [one for one in exported(clerk, work) if one["Số"] == record.pk]
    record.save()

    upload = bring(clerk, work, row | {head: cell})

    assert refusals(upload) == {2: ["Phiên bản"]}
    with pytest.raises(ValidationError):
        confirm(upload)


@pytest.mark.parametrize("work", WORK, ids=str)
def test_the_same_file_comes_in_once(land: Land, clerk: User, work: Work) -> None:
    row = work.row(land.ours.commune)
    store(clerk, work, row)
    before = model_of(work).objects.count()

    again = bring(clerk, work, row)

    assert counts(again) == (0, 0, 1, 0)
    with pytest.raises(ValidationError):
        confirm(again)
    assert model_of(work).objects.count() == before


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_row_that_stands_on_record_is_not_doubled_by_another_file(land: Land, clerk: User, work: Work) -> None:
    row = work.row(land.ours.commune)
    store(clerk, work, row)
    before = model_of(work).objects.count()

    upload = bring(clerk, work, row, row)

    assert (counts(upload), refusals(upload)) == ((0, 0, 1, 1), {3: [""]})
    assert model_of(work).objects.count() == before


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_row_that_stands_in_the_file_twice_comes_in_once(land: Land, clerk: User, work: Work) -> None:
    row = work.row(land.ours.commune)

    upload = bring(clerk, work, row, row)

    assert (counts(upload), list(refusals(upload))) == ((1, 0, 0, 1), [3])


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_row_outside_is_refused(land: Land, clerk: User, work: Work) -> None:
    row = work.row(land.ours.commune)

    upload = bring(clerk, work, row | {"Mã địa bàn": land.theirs.commune.code})

    assert refusals(upload) == {2: ["Mã địa bàn"]}


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_record_of_theirs_is_not_taken_by_its_number(land: Land, clerk: User, work: Work) -> None:
    theirs = work.make(land.theirs.commune)
    row = work.row(land.ours.commune) | {"Số": theirs.pk, "Phiên bản": 1}

    upload = bring(clerk, work, row)

    assert set(refusals(upload)[2]) == {"Số", "Phiên bản"}
    assert list(type(theirs).objects.filter(pk=theirs.pk).values_list("area", "version")) == [
        (land.theirs.commune.pk, 1)
    ]


@pytest.mark.parametrize("number", [0, 10**30, "15/KH", 999_999])
def test_a_number_that_is_none_of_the_list_is_told(land: Land, clerk: User, number: Any) -> None:
    upload = bring(clerk, EVENT, EVENT.row(land.ours.commune) | {"Số": number})

    assert refusals(upload) == {2: ["Số"]}


@pytest.mark.parametrize("head", ["Số CCCD", "Nguồn tin", "Ngày sinh", "Số điện thoại"])
@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_refused_column_is_named_and_never_kept(land: Land, clerk: User, work: Work, head: str) -> None:
    row = work.row(land.ours.commune)

    upload = bring(clerk, work, row | {head: "006123456789"})

    kept = [bytes(block) for block in UploadBlock.objects.values_list("content", flat=True)]
    assert [one["head"] for one in upload.tops[0]["refused"]] == [head]
    assert [b"006123456789" in one for one in (*kept, str(upload.tops).encode(), str(upload.preview).encode())] == [
        False
    ] * (len(kept) + 2)
    assert counts(upload) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("work", "head"), [(work, head) for work in WORK for head in TEXTS[work.name].values()], ids=str
)
def test_a_blocked_phrase_is_refused_in_every_text(land: Land, clerk: User, work: Work, head: str) -> None:
    row = work.row(land.ours.commune)

    upload = bring(clerk, work, row | {head: "Danh sách người cung cấp tin"})

    assert refusals(upload) == {2: [head]}


@pytest.mark.parametrize("work", WORK, ids=str)
def test_our_own_heads_are_none_that_we_refuse(land: Land, clerk: User, work: Work) -> None:
    work.make(land.ours.commune)

    assert [head for head in exported(clerk, work)[0] if refusal_of(head)] == []


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_export_holds_ours_only(land: Land, clerk: User, work: Work) -> None:
    ours, _theirs = work.make(land.ours.commune), work.make(land.theirs.commune)

    assert [row["Số"] for row in exported(clerk, work)] == [ours.pk]


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_export_costs_the_same_for_one_and_three(land: Land, clerk: User, work: Work) -> None:
    work.make(land.ours.commune)
    exported(clerk, work)
    costs = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            rows = exported(clerk, work)
        costs.append((len(rows), len(queries)))
        for _twice in (1, 2):
            work.make(commune(land.ours.district))

    assert [number for number, _cost in costs] == [1, 3]
    assert costs[0][1] == costs[1][1]


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_import_costs_the_same_for_one_row_and_eleven(land: Land, clerk: User, work: Work) -> None:
    clerk.reach()  # asked once for each person
    costs = []
    for number in (1, 11):
        rows = [work.row(commune(land.ours.district)) for _one in range(number)]
        with CaptureQueriesContext(connection) as queries:
            upload = bring(clerk, work, *rows)
            confirm(upload)
        costs.append((upload.state, len(queries)))

    assert costs[0] == costs[1]


# ---------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Phát động tập trung", "launch"),
        ("phat dong tap trung", "launch"),
        ("launch", "launch"),
        ("Tuyên truyền", "information"),
        ("Tập huấn", "training"),
        ("Training", "training"),
    ],
)
def test_a_kind_is_read_by_its_word_or_its_code(land: Land, clerk: User, cell: str, kind: str) -> None:
    with translation.override("en"):
        store(clerk, EVENT, EVENT.row(land.ours.commune) | {"Loại": cell})

    assert list(Event.objects.values_list("kind", flat=True)) == [kind]


def test_a_festival_day_names_its_level_in_words(land: Land, clerk: User) -> None:
    row = EVENT.row(land.ours.commune) | {"Loại": "Ngày hội", "Nơi tổ chức": ""}

    silent = bring(clerk, EVENT, row)
    store(clerk, EVENT, row | {"Nơi tổ chức": "Khu dân cư"})

    assert refusals(silent) == {2: ["Nơi tổ chức"]}
    assert list(Event.objects.values_list("kind", "host_level")) == [("festival_day", "residential")]


def test_empty_cells_are_not_known_and_one_session_is_one(land: Land, clerk: User) -> None:
    row = EVENT.row(land.ours.commune) | {"Số buổi": "", "Lượt người dự": "", "Số suất quà": 0}

    store(clerk, EVENT, row)

    assert list(Event.objects.values_list("sessions", "attendance", "gifts", "gift_value")) == [(1, None, 0, None)]


@pytest.mark.parametrize(
    ("changes", "heads"),
    [
        ({"Loại": "Liên hoan"}, ["Loại"]),
        ({"Loại": ""}, ["Loại"]),
        ({"Ngày": "31/02/2024"}, ["Ngày"]),
        ({"Ngày": ""}, ["Ngày"]),
        ({"Số buổi": -1}, ["Số buổi"]),
        ({"Số buổi": 0}, [""]),
        ({"Lượt người dự": "gần 9.000"}, ["Lượt người dự"]),
        ({"Lượt người dự": 1}, ["Lượt người dự"]),
        ({"Mã địa bàn": ""}, ["Mã địa bàn"]),
        ({"Mã địa bàn": "C99999"}, ["Mã địa bàn"]),
        ({"Cơ quan tổ chức": "Công an xã Không Có"}, ["Cơ quan tổ chức"]),
        ({"Làm điểm": "có lẽ"}, ["Làm điểm"]),
        ({"Trị giá quà (đồng)": 10**14}, ["Trị giá quà (đồng)"]),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_stored(
    land: Land, clerk: User, changes: dict[str, Any], heads: list[str]
) -> None:
    good = EVENT.row(land.ours.commune) | {"Cơ quan tổ chức": "", "Làm điểm": "", "Trị giá quà (đồng)": ""}

    upload = bring(clerk, EVENT, good, good | {"Nội dung": "Buổi khác"} | changes)

    assert refusals(upload) == {3: heads}
    with pytest.raises(ValidationError):
        confirm(upload)
    assert Event.objects.count() == 0


def test_two_events_of_a_day_that_differ_are_two(land: Land, clerk: User) -> None:
    row = EVENT.row(land.ours.commune)

    store(clerk, EVENT, row, row | {"Thôn, bản, tổ dân phố": "thôn Bản Cũ"})

    assert sorted(Event.objects.values_list("village", flat=True)) == ["thôn Bản Cũ", "thôn Bản Mới"]


def test_a_csv_file_serves_as_well(land: Land, clerk: User) -> None:
    row = EVENT.row(land.ours.commune)
    out = io.StringIO()
    csv.writer(out).writerows([list(row), list(row.values())])

    confirm(receive(clerk, sheet_of(EVENT), out.getvalue().encode("utf-8-sig"), name="bang.csv"))

    assert list(Event.objects.values_list("starts_on", "attendance")) == [(date(2024, 7, 1), 1052)]


def test_a_host_is_found_by_its_name_and_told_apart_by_its_number(land: Land, clerk: User) -> None:
    above = BodyFactory(area=land.province, name="Công an tỉnh")
    twins = [BodyFactory(area=one, name="Đoàn thanh niên") for one in (land.ours.district, land.ours.commune)]
    BodyFactory(area=land.theirs.commune, name="Đoàn thanh niên")
    row = EVENT.row(land.ours.commune)

    unclear = bring(clerk, EVENT, row | {"Cơ quan tổ chức": "Đoàn thanh niên"})
    unseen = bring(clerk, EVENT, row | {"Cơ quan tổ chức": land.theirs.body.name})
    store(
        clerk, EVENT, row | {"Cơ quan tổ chức": "cong an tinh"},
        row | {"Nội dung": "Khác", "Cơ quan tổ chức": f"Đoàn thanh niên (số {twins[1].pk})"},
    )  # fmt: skip

    asked = said(unclear)[0]
    assert [f"(số {one.pk})" in asked for one in twins] == [True, True]
    assert (refusals(unclear), refusals(unseen)) == ({2: ["Cơ quan tổ chức"]}, {2: ["Cơ quan tổ chức"]})
    assert [one.host for one in Event.objects.order_by("pk")] == [above, twins[1]]


def test_a_row_changed_between_preview_and_confirmation_stores_nothing(land: Land, clerk: User) -> None:
    event = EventFactory(area=land.ours.commune)
    row = exported(clerk, EVENT)[0]
    upload = bring(clerk, EVENT, row | {"Lượt người dự": 77}, row | {"Nội dung": "Mới", "Số": "", "Phiên bản": ""})
    event.save()

    batch = confirm(upload)

    assert list(Event.objects.values_list("attendance", "version")) == [(50, 2)]
    assert (batch, upload.state, str(event) in upload.failure) == (None, Upload.State.FAILED, True)


# ---------------------------------------------------------------- documents


@pytest.mark.parametrize(
    ("cell", "number"), [("15/KH-UBND ngày 15/01/2024", "15/KH-UBND"), ("Số 15/KH-UBND", "Số 15/KH-UBND")]
)
def test_the_day_that_stands_with_a_number_goes_to_its_column(land: Land, clerk: User, cell: str, number: str) -> None:
    store(clerk, DOCUMENT, DOCUMENT.row(land.ours.commune) | {"Số, ký hiệu": cell})

    assert list(IssuedDocument.objects.values_list("number", "issued_on")) == [(number, date(2024, 1, 15))]


# ---------------------------------------------------------------- models and their sites


def test_a_type_above_is_used_and_not_taken(land: Land, clerk: User) -> None:
    kind = ModelTypeFactory(area=land.province, name="Khu dân cư 3 không")
    own = {"Mã địa bàn": land.ours.commune.code, "Tên mô hình": "Bản 3 không", "Loại mô hình": "khu dan cu 3 khong"}
    taken = {"Mã địa bàn": land.ours.commune.code, "Tên loại mô hình": "Chiếm", "Số": kind.pk, "Phiên bản": 1}

    store(clerk, WORK[4], own)
    upload = bring(clerk, WORK[3], taken)

    assert PopularModel.objects.get().type == kind
    assert refusals(upload) == {2: [""]}
    assert list(ModelType.objects.values_list("name", "area")) == [("Khu dân cư 3 không", land.province.pk)]


def test_a_model_above_is_not_taken_by_whoever_has_a_site_of_it(land: Land, clerk: User) -> None:
    model = PopularModelFactory(area=land.province, name="Camera an ninh")
    site = ModelSiteFactory(model=model, area=land.ours.commune)
    here = land.ours.commune.code
    taken = {
        "Mã địa bàn": here, "Tên mô hình": "Chiếm", "Loại mô hình": ModelTypeFactory(area=land.ours.commune).name,
        "Số": model.pk, "Phiên bản": 1,
    }  # fmt: skip
    own = PopularModelFactory(area=land.ours.commune, name="Của ta")

    uploads = [
        bring(clerk, WORK[4], taken),
        bring(clerk, SITE, {"Mô hình": "Camera an ninh", "Mã địa bàn": here, "Số điểm": 9}),
        bring(clerk, SITE, {"Mô hình": "Camera an ninh", "Mã địa bàn": here, "Thôn, bản, tổ dân phố": "thôn khác"}),
        bring(clerk, SITE, {"Mô hình": own.name, "Mã địa bàn": here, "Số": site.pk, "Phiên bản": 1}),
    ]

    assert [refusals(one) for one in uploads] == [{2: [""]}] * 4
    assert list(PopularModel.objects.filter(pk=model.pk).values_list("name", "area")) == [
        ("Camera an ninh", land.province.pk)
    ]
    assert list(ModelSite.objects.values_list("model", "sites")) == [(model.pk, 1)]


def test_the_sheet_of_models_leaves_out_what_is_kept_above(land: Land, clerk: User) -> None:
    above = ModelSiteFactory(model__area=land.province, area=land.ours.commune)
    own = PopularModelFactory(area=land.ours.commune)

    models = [row["Số"] for row in exported(clerk, WORK[4])]
    sites = [row["Số"] for row in exported(clerk, SITE)]

    assert (models, sites) == ([own.pk], [above.pk])


def test_a_province_brings_in_sites_in_its_communes(land: Land) -> None:
    keeper = posted(land.province, Role.CLERK)
    model = PopularModelFactory(area=land.province, name="Camera an ninh")
    rows = [
        {"Mô hình": "Camera an ninh", "Mã địa bàn": one.code, "Số điểm": 2}
        for one in (land.ours.commune, land.theirs.commune)
    ]

    store(keeper, SITE, *rows)

    assert list(model.sites.order_by("pk").values_list("area", "sites")) == [
        (land.ours.commune.pk, 2),
        (land.theirs.commune.pk, 2),
    ]


def test_a_site_outside_its_model_is_told(land: Land) -> None:
    keeper = posted(land.province, Role.CLERK)
    PopularModelFactory(area=land.ours.commune, name="Camera an ninh")

    upload = bring(keeper, SITE, {"Mô hình": "Camera an ninh", "Mã địa bàn": land.theirs.commune.code})

    assert refusals(upload) == {2: ["Mã địa bàn"]}


# ---------------------------------------------------------------- exemplars, results, snapshots


@pytest.mark.parametrize("kind", ["Cá nhân", "Hộ gia đình"])
def test_exemplary_people_are_named_in_no_sheet(land: Land, clerk: User, kind: str) -> None:
    row = EXEMPLAR.row(land.ours.commune) | {"Loại": kind}

    upload = bring(clerk, EXEMPLAR, row | {"Tên tập thể (cá nhân, hộ để trống)": "Nông Văn A"})

    assert (refusals(upload), Exemplar.objects.count()) == ({2: [""]}, 0)


def test_an_unexplained_difference_is_told_in_the_sheet(land: Land, clerk: User) -> None:
    standard, mediation = WORK[7], WORK[8]
    head = "Giải trình chênh lệch"

    uploads = [bring(clerk, one, one.row(land.ours.commune) | {head: ""}) for one in (standard, mediation)]

    assert [refusals(one) for one in uploads] == [{2: [head]}, {2: [head]}]


def test_no_day_of_mediation_counts_twice(land: Land, clerk: User) -> None:
    stored = MediationFactory(area=land.ours.commune, starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31))
    MediationFactory(area=land.theirs.commune)
    row = MEDIATION.row(land.ours.commune)
    (of_2023,) = exported(clerk, MEDIATION)

    upload = bring(
        clerk, MEDIATION, row, row | {"Từ ngày": "01/06/2024", "Đến ngày": "31/12/2024"},
        row | {"Từ ngày": "01/12/2023", "Đến ngày": "31/12/2023"},
    )  # fmt: skip
    store(clerk, MEDIATION, of_2023 | {"Đến ngày": "30/11/2023"}, dict.fromkeys(of_2023, "") | row | {
        "Từ ngày": "01/12/2023", "Đến ngày": "31/12/2023"})  # fmt: skip

    assert refusals(upload) == {3: ["Từ ngày"], 4: ["Từ ngày"]}
    assert list(
        MediationResult.objects.of_area(stored.area).order_by("starts_on").values_list("starts_on", "ends_on")
    ) == [
        (date(2023, 1, 1), date(2023, 11, 30)),
        (date(2023, 12, 1), date(2023, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("cell", "value", "shown"),
    [
        (25, "25", "25"),
        (25.5, "25.5", "25,5"),
        ("25,5", "25.5", "25,5"),
        ("1.052", "1052", "1052"),
        ("1.0520", "1.052", "1,0520"),
        ("0", "0", "0"),
        (33.3333333333, "33.3333", "33,3333"),
    ],
)
def test_a_value_may_have_decimals(land: Land, clerk: User, cell: Any, value: str, shown: str) -> None:
    upload = bring(clerk, SNAPSHOT, SNAPSHOT.row(land.ours.commune) | {"Giá trị": cell})
    cells = dict(zip(upload.preview["names"], upload.preview["new"][0]["cells"], strict=True))
    confirm(upload)

    assert cells["value"] == shown
    assert ProgrammeSnapshot.objects.get().value == Decimal(value)


@pytest.mark.parametrize("cell", ["25.5", "gần 25", "-1", "#DIV/0!", True])
def test_a_value_that_can_be_read_two_ways_is_asked(land: Land, clerk: User, cell: Any) -> None:
    upload = bring(clerk, SNAPSHOT, SNAPSHOT.row(land.ours.commune) | {"Giá trị": cell})

    assert refusals(upload) == {2: ["Giá trị"]}


def test_decimals_come_back_from_csv(land: Land, clerk: User) -> None:
    SnapshotFactory(area=land.ours.commune, measure__programme__area=land.province, value=Decimal("1.052"))
    address = reverse("admin:movement_programmesnapshot_export")
    content = b"".join(signed_in(clerk).get(address, {"form": "csv"}).streaming_content)  # type: ignore[arg-type]

    upload = receive(clerk, sheet_of(SNAPSHOT), content, name="bang.csv")

    assert counts(upload) == (0, 0, 1, 0)
    assert ProgrammeSnapshot.objects.get().value == Decimal("1.052")


@pytest.mark.parametrize("changes", [{"Mã chương trình": "KHONG-CO"}, {"Nội dung": "Nội dung khác"}])
def test_a_measure_is_one_of_its_programme(land: Land, clerk: User, changes: dict[str, str]) -> None:
    upload = bring(clerk, SNAPSHOT, SNAPSHOT.row(land.ours.commune) | changes)

    assert refusals(upload) == {2: ["Nội dung"]}
