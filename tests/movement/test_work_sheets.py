"""Sheets of the year's work: what clerks upload, what they are told, and what is stored."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from config.spreadsheets import csv_text, workbook
from movement.models import Event, Exemplar, ModelSite, ModelType, PopularModel, ProgrammeSnapshot
from tests.factories import (
    BodyFactory,
    EventFactory,
    ModelSiteFactory,
    ModelTypeFactory,
    PopularModelFactory,
    SnapshotFactory,
    commune,
)
from tests.people import posted
from tests.work import TEXTS, WORK, Land, Work, build
from units.boundary import refusal_of
from units.models import ImportBatch

if TYPE_CHECKING:
    from pathlib import Path

EVENT, SITE, EXEMPLAR, SNAPSHOT = WORK[0], WORK[5], WORK[6], WORK[9]


@pytest.fixture
def land(db: None) -> Land:
    return build()


@pytest.fixture
def clerk(land: Land) -> Client:
    return signed_in(land.ours.clerk)


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep uploaded files where the test can look."""
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    return tmp_path / "uploads"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def model_of(work: Work) -> Any:
    return apps.get_model("movement", work.name)


def sheet(*rows: dict[str, Any]) -> bytes:
    """Return a sheet with these rows; the heads are those of the first."""
    return workbook(list(rows[0]), [list(one.values()) for one in rows])


def upload(client: Client, work: Work, content: bytes, *, name: str = "bang.xlsx") -> Any:
    file = BytesIO(content)
    file.name = name
    address = reverse(f"admin:movement_{work.name}_import")
    return client.post(address, {"import_file": file, "resource": "0", "format": "0"})


def confirm(client: Client, work: Work, preview: Any) -> Any:
    form = preview.context["confirm_form"].initial
    return client.post(reverse(f"admin:movement_{work.name}_process_import"), form, follow=True)


def bring_in(client: Client, work: Work, *rows: dict[str, Any]) -> None:
    confirm(client, work, upload(client, work, sheet(*rows)))


def exported(client: Client, work: Work) -> list[dict[str, Any]]:
    content = client.post(reverse(f"admin:movement_{work.name}_export"), {"format": "0", "resource": "0"}).content
    heads, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def refused(preview: Any) -> dict[int, list[str]]:
    """Return the columns that are named, by the number of their row in the sheet; "" stands for the row as a whole."""
    return {
        one.number: [*one.field_specific_errors] + [""] * bool(one.non_field_specific_errors)
        for one in preview.context["result"].invalid_rows
    }


def said(preview: Any) -> list[str]:
    return [message for one in preview.context["result"].invalid_rows for message in one.error.messages]


# ---------------------------------------------------------------- every sheet alike


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_row_comes_in_with_its_batch_and_its_history(land: Land, clerk: Client, work: Work) -> None:
    row = work.row(land.ours.commune)

    preview = upload(clerk, work, sheet(row))
    shown_only = model_of(work).history.filter(history_user=land.ours.clerk).count(), ImportBatch.objects.count()
    confirm(clerk, work, preview)

    batch = ImportBatch.objects.get()
    written = list(model_of(work).history.filter(batch_id=batch.pk).values_list("history_type", "history_user", "area"))
    assert shown_only == (0, 0)
    assert (batch.new, batch.changed, batch.same, batch.file_name) == (1, 0, 0, "bang.xlsx")
    assert written == [("+", land.ours.clerk.pk, land.ours.commune.pk)]


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_exported_sheet_comes_back_unchanged(land: Land, clerk: Client, work: Work) -> None:
    bring_in(clerk, work, work.row(land.ours.commune))
    work.make(commune(land.ours.district))
    rows = exported(clerk, work)

    for _time in range(2):
        bring_in(clerk, work, *rows)

    batches = list(ImportBatch.objects.order_by("pk").values_list("new", "changed", "same"))
    assert batches == [(1, 0, 0), (0, 0, len(rows)), (0, 0, len(rows))]


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_exported_sheet_comes_back_with_a_change(land: Land, clerk: Client, work: Work) -> None:
    bring_in(clerk, work, work.row(land.ours.commune))
    head, cell = work.change
    (row,) = [one for one in exported(clerk, work) if one["Phiên bản"] == 1][-1:]

    bring_in(clerk, work, row | {head: cell})

    record = model_of(work).objects.get(pk=int(row["Số"]))
    assert list(ImportBatch.objects.order_by("pk").values_list("new", "changed")) == [(1, 0), (0, 1)]
    assert (record.version, record.history.latest().history_type) == (2, "~")


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_older_version_is_refused(land: Land, clerk: Client, work: Work) -> None:
    record = work.make(land.ours.commune)
    head, cell = work.change
    (row,) = [one for one in exported(clerk, work) if one["Số"] == record.pk]
    record.save()

    preview = upload(clerk, work, sheet(row | {head: cell}))

    assert (refused(preview), "confirm_form" in preview.context) == ({2: [""]}, False)


@pytest.mark.parametrize("work", WORK, ids=str)
def test_the_same_file_comes_in_once(land: Land, clerk: Client, work: Work) -> None:
    content = sheet(work.row(land.ours.commune))
    confirm(clerk, work, upload(clerk, work, content))
    before = model_of(work).objects.count()

    preview = upload(clerk, work, content)

    assert (len(preview.context["result"].base_errors), model_of(work).objects.count()) == (1, before)


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_row_that_stands_on_record_is_refused_in_another_file(land: Land, clerk: Client, work: Work) -> None:
    row = work.row(land.ours.commune)
    bring_in(clerk, work, row)
    before = model_of(work).objects.count()

    preview = upload(clerk, work, sheet(row, row))

    assert (len(refused(preview)), model_of(work).objects.count()) == (2, before)


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_row_outside_is_refused(land: Land, clerk: Client, work: Work) -> None:
    row = work.row(land.ours.commune)

    preview = upload(clerk, work, sheet(row | {"Mã địa bàn": land.theirs.commune.code}))

    assert refused(preview) == {2: ["Mã địa bàn"]}


@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_record_of_theirs_is_not_taken_by_its_number(land: Land, clerk: Client, work: Work) -> None:
    theirs = work.make(land.theirs.commune)
    row = work.row(land.ours.commune) | {"Số": theirs.pk, "Phiên bản": 1}

    preview = upload(clerk, work, sheet(row))

    assert refused(preview) == {2: [""]}
    assert list(type(theirs).objects.filter(pk=theirs.pk).values_list("area", "version")) == [
        (land.theirs.commune.pk, 1)
    ]


@pytest.mark.parametrize("number", [0, 10**30, "15/KH", 999_999])
def test_a_number_that_is_none_of_the_list_is_told(land: Land, clerk: Client, number: Any) -> None:
    preview = upload(clerk, EVENT, sheet(EVENT.row(land.ours.commune) | {"Số": number}))

    assert refused(preview) == {2: [""]}


@pytest.mark.parametrize("head", ["Số CCCD", "Nguồn tin", "Ngày sinh", "Số điện thoại"])
@pytest.mark.parametrize("work", WORK, ids=str)
def test_a_refused_column_is_named_and_the_file_is_not_kept(
    land: Land, clerk: Client, uploads: Path, work: Work, head: str
) -> None:
    row = work.row(land.ours.commune)
    before = model_of(work).objects.count()

    preview = upload(clerk, work, sheet(row | {head: "006123456789"}))

    told = str(preview.context["form"].errors["import_file"])
    assert (head in told, "006123456789" in told, list(uploads.glob("*"))) == (True, False, [])
    assert model_of(work).objects.count() == before


@pytest.mark.parametrize(
    ("work", "head"), [(work, head) for work in WORK for head in TEXTS[work.name].values()], ids=str
)
def test_a_blocked_phrase_is_refused_in_every_text(land: Land, clerk: Client, work: Work, head: str) -> None:
    row = work.row(land.ours.commune)

    preview = upload(clerk, work, sheet(row | {head: "Danh sách người cung cấp tin"}))

    assert refused(preview) == {2: [head]}


@pytest.mark.parametrize("work", WORK, ids=str)
def test_our_own_heads_are_none_that_we_refuse(land: Land, clerk: Client, work: Work) -> None:
    work.make(land.ours.commune)

    assert [head for head in exported(clerk, work)[0] if refusal_of(head)] == []


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_export_holds_ours_only(land: Land, clerk: Client, work: Work) -> None:
    ours, _theirs = work.make(land.ours.commune), work.make(land.theirs.commune)

    assert [row["Số"] for row in exported(clerk, work)] == [ours.pk]


@pytest.mark.parametrize("work", WORK, ids=str)
def test_an_export_costs_the_same_for_one_and_three(land: Land, clerk: Client, work: Work) -> None:
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
def test_a_kind_is_read_by_its_word_or_its_code(land: Land, clerk: Client, cell: str, kind: str) -> None:
    with translation.override("en"):
        bring_in(clerk, EVENT, EVENT.row(land.ours.commune) | {"Loại": cell})

    assert list(Event.objects.values_list("kind", flat=True)) == [kind]


def test_a_festival_day_names_its_level_in_words(land: Land, clerk: Client) -> None:
    row = EVENT.row(land.ours.commune) | {"Loại": "Ngày hội"}

    silent = upload(clerk, EVENT, sheet(row))
    bring_in(clerk, EVENT, row | {"Nơi tổ chức": "Khu dân cư"})

    assert refused(silent) == {2: ["Nơi tổ chức"]}
    assert list(Event.objects.values_list("kind", "host_level")) == [("festival_day", "residential")]


def test_empty_cells_are_not_known_and_one_session_is_one(land: Land, clerk: Client) -> None:
    row = EVENT.row(land.ours.commune) | {"Số buổi": "", "Lượt người dự": "", "Số suất quà": 0}

    bring_in(clerk, EVENT, row)

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
        ({"Trị giá quà (đồng)": 10**14}, [""]),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_stored(
    land: Land, clerk: Client, changes: dict[str, Any], heads: list[str]
) -> None:
    good = EVENT.row(land.ours.commune) | {"Cơ quan tổ chức": "", "Làm điểm": "", "Trị giá quà (đồng)": ""}

    preview = upload(clerk, EVENT, sheet(good, good | {"Nội dung": "Buổi khác"} | changes))

    assert (refused(preview), "confirm_form" in preview.context, Event.objects.count()) == ({3: heads}, False, 0)


def test_two_events_of_a_day_that_differ_are_two(land: Land, clerk: Client) -> None:
    row = EVENT.row(land.ours.commune)

    bring_in(clerk, EVENT, row, row | {"Thôn, bản, tổ dân phố": "thôn Bản Cũ"})

    assert sorted(Event.objects.values_list("village", flat=True)) == ["thôn Bản Cũ", "thôn Bản Mới"]


def test_a_csv_file_serves_as_well(land: Land, clerk: Client) -> None:
    row = EVENT.row(land.ours.commune)
    content = csv_text(list(row), [list(row.values())]).encode("utf-8-sig")

    confirm(clerk, EVENT, upload(clerk, EVENT, content, name="bang.csv"))

    assert list(Event.objects.values_list("starts_on", "attendance")) == [(date(2024, 7, 1), 1052)]


def test_a_host_is_found_by_its_name_and_told_apart_by_its_number(land: Land, clerk: Client) -> None:
    above = BodyFactory(area=land.province, name="Công an tỉnh")
    twins = [BodyFactory(area=one, name="Đoàn thanh niên") for one in (land.ours.district, land.ours.commune)]
    BodyFactory(area=land.theirs.commune, name="Đoàn thanh niên")
    row = EVENT.row(land.ours.commune)

    unclear = upload(clerk, EVENT, sheet(row | {"Cơ quan tổ chức": "Đoàn thanh niên"}))
    unseen = upload(clerk, EVENT, sheet(row | {"Cơ quan tổ chức": land.theirs.body.name}))
    bring_in(
        clerk, EVENT, row | {"Cơ quan tổ chức": "cong an tinh"},
        row | {"Nội dung": "Khác", "Cơ quan tổ chức": f"Đoàn thanh niên (số {twins[1].pk})"},
    )  # fmt: skip

    asked = said(unclear)[0]
    assert [f"(số {one.pk})" in asked for one in twins] == [True, True]
    assert (refused(unclear), refused(unseen)) == ({2: ["Cơ quan tổ chức"]}, {2: ["Cơ quan tổ chức"]})
    assert [one.host for one in Event.objects.order_by("pk")] == [above, twins[1]]


def test_a_row_changed_between_preview_and_confirmation_stores_nothing(land: Land, clerk: Client) -> None:
    event = EventFactory(area=land.ours.commune)
    row = exported(clerk, EVENT)[0]
    preview = upload(
        clerk, EVENT, sheet(row | {"Lượt người dự": 77}, row | {"Nội dung": "Mới", "Số": "", "Phiên bản": ""})
    )
    event.save()

    response = confirm(clerk, EVENT, preview)

    assert list(Event.objects.values_list("attendance", "version")) == [(50, 2)]
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_importing_costs_the_same_for_each_row(land: Land, clerk: Client) -> None:
    costs = []
    for number in (1, 11, 21):
        rows = [EVENT.row(land.ours.commune) | {"Nội dung": f"Lần {number}-{one}"} for one in range(number)]
        with CaptureQueriesContext(connection) as queries:
            upload(clerk, EVENT, sheet(*rows))
        costs.append(len(queries))

    assert costs[2] - costs[1] == costs[1] - costs[0]


# ---------------------------------------------------------------- models and their sites


def test_a_type_above_is_used_and_not_taken(land: Land, clerk: Client) -> None:
    kind = ModelTypeFactory(area=land.province, name="Khu dân cư 3 không")
    own = {"Mã địa bàn": land.ours.commune.code, "Tên mô hình": "Bản 3 không", "Loại mô hình": "khu dan cu 3 khong"}
    taken = {"Mã địa bàn": land.ours.commune.code, "Tên loại mô hình": "Chiếm", "Số": kind.pk, "Phiên bản": 1}

    bring_in(clerk, WORK[4], own)
    preview = upload(clerk, WORK[3], sheet(taken))

    assert PopularModel.objects.get().type == kind
    assert refused(preview) == {2: [""]}
    assert list(ModelType.objects.values_list("name", "area")) == [("Khu dân cư 3 không", land.province.pk)]


def test_a_model_above_is_not_taken_by_whoever_has_a_site_of_it(land: Land, clerk: Client) -> None:
    model = PopularModelFactory(area=land.province, name="Camera an ninh")
    site = ModelSiteFactory(model=model, area=land.ours.commune)
    here = land.ours.commune.code
    taken = {
        "Mã địa bàn": here, "Tên mô hình": "Chiếm", "Loại mô hình": ModelTypeFactory(area=land.ours.commune).name,
        "Số": model.pk, "Phiên bản": 1,
    }  # fmt: skip
    own = PopularModelFactory(area=land.ours.commune, name="Của ta")

    answers = [
        upload(clerk, WORK[4], sheet(taken)),
        upload(clerk, SITE, sheet({"Mô hình": "Camera an ninh", "Mã địa bàn": here, "Số điểm": 9})),
        upload(clerk, SITE, sheet({"Mô hình": own.name, "Mã địa bàn": here, "Số": site.pk, "Phiên bản": 1})),
    ]

    assert [refused(one) for one in answers] == [{2: [""]}] * 3
    assert list(PopularModel.objects.filter(pk=model.pk).values_list("name", "area")) == [
        ("Camera an ninh", land.province.pk)
    ]
    assert list(ModelSite.objects.values_list("model", "sites")) == [(model.pk, 1)]


def test_the_sheet_of_models_leaves_out_what_is_kept_above(land: Land, clerk: Client) -> None:
    above = ModelSiteFactory(model__area=land.province, area=land.ours.commune)
    own = PopularModelFactory(area=land.ours.commune)

    models = [row["Số"] for row in exported(clerk, WORK[4])]
    sites = [row["Số"] for row in exported(clerk, SITE)]

    assert (models, sites) == ([own.pk], [above.pk])


def test_a_province_brings_in_sites_in_its_communes(land: Land) -> None:
    keeper = signed_in(posted(land.province, "clerk"))
    model = PopularModelFactory(area=land.province, name="Camera an ninh")
    rows = [
        {"Mô hình": "Camera an ninh", "Mã địa bàn": one.code, "Số điểm": 2}
        for one in (land.ours.commune, land.theirs.commune)
    ]

    bring_in(keeper, SITE, *rows)

    assert list(model.sites.order_by("pk").values_list("area", "sites")) == [
        (land.ours.commune.pk, 2),
        (land.theirs.commune.pk, 2),
    ]


def test_a_site_outside_its_model_is_told(land: Land) -> None:
    keeper = signed_in(posted(land.province, "clerk"))
    PopularModelFactory(area=land.ours.commune, name="Camera an ninh")

    preview = upload(keeper, SITE, sheet({"Mô hình": "Camera an ninh", "Mã địa bàn": land.theirs.commune.code}))

    assert refused(preview) == {2: ["Mã địa bàn"]}


# ---------------------------------------------------------------- exemplars, results, snapshots


@pytest.mark.parametrize("kind", ["Cá nhân", "Hộ gia đình"])
def test_exemplary_people_are_named_in_no_sheet(land: Land, clerk: Client, kind: str) -> None:
    row = EXEMPLAR.row(land.ours.commune) | {"Loại": kind}

    preview = upload(clerk, EXEMPLAR, sheet(row | {"Tên tập thể (cá nhân, hộ để trống)": "Nông Văn A"}))

    assert (refused(preview), Exemplar.objects.count()) == ({2: [""]}, 0)


def test_an_unexplained_difference_is_told_in_the_sheet(land: Land, clerk: Client) -> None:
    standard, mediation = WORK[7], WORK[8]
    head = "Giải trình chênh lệch"

    answers = [upload(clerk, one, sheet(one.row(land.ours.commune) | {head: ""})) for one in (standard, mediation)]

    assert [refused(one) for one in answers] == [{2: [head]}, {2: [head]}]


@pytest.mark.parametrize(
    ("cell", "value"),
    [(25, "25"), (25.5, "25.5"), ("25,5", "25.5"), ("1.052", "1052"), ("1.0520", "1.052"), ("0", "0")],
)
def test_a_value_may_have_decimals(land: Land, clerk: Client, cell: Any, value: str) -> None:
    bring_in(clerk, SNAPSHOT, SNAPSHOT.row(land.ours.commune) | {"Giá trị": cell})

    assert ProgrammeSnapshot.objects.get().value == Decimal(value)


@pytest.mark.parametrize("cell", ["25.5", "gần 25", "-1", "#DIV/0!", True])
def test_a_value_that_can_be_read_two_ways_is_asked(land: Land, clerk: Client, cell: Any) -> None:
    preview = upload(clerk, SNAPSHOT, sheet(SNAPSHOT.row(land.ours.commune) | {"Giá trị": cell}))

    assert refused(preview) == {2: ["Giá trị"]}


def test_decimals_come_back_from_csv(land: Land, clerk: Client) -> None:
    SnapshotFactory(area=land.ours.commune, measure__programme__area=land.province, value=Decimal("1.052"))
    address = reverse("admin:movement_programmesnapshot_export")
    content = clerk.post(address, {"format": "1", "resource": "0"}).content

    confirm(clerk, SNAPSHOT, upload(clerk, SNAPSHOT, content, name="bang.csv"))

    assert list(ImportBatch.objects.values_list("changed", "same")) == [(0, 1)]
    assert ProgrammeSnapshot.objects.get().value == Decimal("1.052")


@pytest.mark.parametrize("changes", [{"Mã chương trình": "KHONG-CO"}, {"Nội dung": "Nội dung khác"}])
def test_a_measure_is_one_of_its_programme(land: Land, clerk: Client, changes: dict[str, str]) -> None:
    preview = upload(clerk, SNAPSHOT, sheet(SNAPSHOT.row(land.ours.commune) | changes))

    assert refused(preview) == {2: ["Nội dung"]}
