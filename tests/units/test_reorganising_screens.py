"""The screens of a reorganisation, the command, and the time in which everybody else only reads."""

import csv
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from config.reading.files import UnreadableFile
from config.reading.tables import read_table
from tests.desk import workbook
from tests.factories import ReorganisationFactory, commune, province
from tests.people import posted
from tests.reform import DAY, current, national, overseer, reform
from units import reading_only
from units.models import Placement, ReadingOnly, Reorganisation, Unit
from units.models.people import Role
from units.reorganising import applying
from units.reorganising.plan import plan_of
from units.reorganising.questions import questions, take_suggestions

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """Return a client signed in as administrator of the country, with the reform in the catalogue."""
    client.world = reform()
    client.by = overseer()
    client.force_login(client.by)
    return client


def page(made, name="preview", *more):
    """Return the address of a page of a reorganisation."""
    return reverse(f"admin:units_reorganisation_{name}", args=[made.pk, *more])


def told(response):
    """Return the messages on the page that follows."""
    return [str(one) for one in response.context["messages"]]


# ---------------------------------------------------------------- the way of an administrator


def test_from_the_act_to_the_new_areas_and_back(desk, django_capture_on_commit_callbacks):
    before = current()
    form = {
        "area": national().area.pk,
        "act": "202/2025/QH15",
        "effective_on": "01/07/2025",
        "note": "",
        "read_version": "0",
    }
    Reorganisation.objects.all().delete()

    response = desk.post("/admin/units/reorganisation/add/", form, follow=True)
    made = Reorganisation.objects.get()
    assert response.redirect_chain[-1][0] == page(made)
    assert "Cần người quyết định" in response.content.decode()

    first = desk.world.units["b1"][0]
    choice = {f"unit-{first.pk}": desk.world.new["n3"].code}
    assert told(desk.post(page(made, "decide"), choice, follow=True)) == ["Đã lưu 1 quyết định."]
    assert told(desk.post(page(made, "decide"), {"suggestions": "1"}, follow=True)) == ["Đã lưu 2 quyết định."]
    with django_capture_on_commit_callbacks(execute=True):
        response = desk.post(page(made, "move", "apply"), {"note": ""}, follow=True)
    made.refresh_from_db()
    assert (made.state, made.failure, made.asked_at) == ("applied", "", None)
    assert Unit.objects.get(pk=first.pk).area == desk.world.new["n3"]

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(page(made, "move", "take_back"), {"note": "Nhầm ngày"}, follow=True)
    made.refresh_from_db()
    assert made.state == "undone"
    assert current()["Placement"] == before["Placement"]


def test_what_stands_in_the_way_is_said_and_nothing_is_written(desk):
    made = national()

    response = desk.post(page(made, "move", "apply"), {"note": ""}, follow=True)

    assert told(response) == [
        "Còn 3 mục phải quyết định, ví dụ: "
        + "; ".join(f"{unit}, {desk.world.old['b1'].label}" for unit in desk.world.units["b1"])
        + "."
    ]
    assert not Placement.objects.filter(valid_to=DAY).exists()


def test_a_refusal_of_the_worker_stands_on_the_page(desk):
    made = national()
    take_suggestions(plan_of(made), by=desk.by)
    applying.apply(made, by=desk.by)
    unit = Unit.objects.get(pk=desk.world.units["a1"][0].pk)
    unit.members = 9
    unit.save()

    why = applying.carry_out(made.pk, desk.by.pk, "take_back", "Thử")

    assert why == f"Không hoàn tác được: 1 bản ghi đã bị sửa hoặc được thêm sau đó: tổ chức: {unit}."
    assert why in desk.get(page(made)).content.decode()


def test_a_table_with_wrong_rows_is_refused_on_the_form_and_nothing_is_stored(desk):
    sheet = workbook(["Mã cũ", "Mã mới"], [["C99999", ""], ["", "90001"]])
    file = SimpleUploadedFile("bang.xlsx", sheet)
    area = desk.world.old["A"]
    form = {
        "area": area.pk,
        "act": "1/NQ",
        "effective_on": "01/07/2025",
        "note": "",
        "read_version": "0",
        "table": file,
    }

    response = desk.post("/admin/units/reorganisation/add/", form)

    assert response.context["errors"][0] == [
        "Dòng 2: “C99999” không phải mã của địa bàn có hiệu lực ngày 30/06/2025.",
        "Dòng 3: “Mã cũ” để trống.",
    ]
    assert Reorganisation.objects.count() == 0


def test_a_file_that_is_no_sheet_is_refused_in_words(desk):
    form = {
        "area": desk.world.old["A"].pk,
        "act": "1/NQ",
        "effective_on": "01/07/2025",
        "note": "",
        "read_version": "0",
    }

    files = {"a.xlsx": b"PK\x03\x04nothing", "b.xlsx": b"", "c.csv": b"\x00\x01\x02", "d.xlsx": b"%PDF-1.7"}
    said = {
        name: desk.post(
            "/admin/units/reorganisation/add/", {**form, "table": SimpleUploadedFile(name, content)}
        ).context["adminform"].form.errors["table"]
        for name, content in files.items()
    }  # fmt: skip

    assert said == {
        "a.xlsx": ["Tệp bị hỏng hoặc thiếu: hãy mở bằng Excel, lưu lại dạng .xlsx và chọn tệp mới."],
        "b.xlsx": ["Tệp đã chọn bị trống."],
        "c.csv": ["Tệp không phải Excel, cũng không phải văn bản đọc được: hãy lưu lại dạng .xlsx."],
        "d.xlsx": ["Đây không phải là bảng tính, dù tên tệp ghi vậy: hãy chọn tệp .xlsx, .xls, .ods hoặc .csv."],
    }
    assert Reorganisation.objects.count() == 0


def test_a_table_is_read_of_every_kind_of_file_as_it_stands_in_it():
    rows = [["Mã cũ", "Mã mới", ""], [1894, "00123", ""], ["", "", ""], ["C01897", datetime.date(2026, 9, 1), ""]]
    text = "Mã cũ;Mã mới;\n1894;'=00123\n;;\nC01897;01/09/2026;\n"

    of_workbook, of_text = read_table(workbook(rows[0], rows[1:])), read_table(text.encode())

    assert (of_workbook.heads, of_workbook.rows) == (
        ["Mã cũ", "Mã mới"], [(2, (1894, "00123")), (4, ("C01897", datetime.date(2026, 9, 1)))],
    )  # fmt: skip
    assert (of_text.heads, of_text.rows) == (
        ["Mã cũ", "Mã mới"], [(2, ("1894", "=00123")), (4, ("C01897", "01/09/2026"))],
    )  # fmt: skip


def test_a_first_tab_without_anything_is_told():
    book = Workbook()
    book.create_sheet("Khác").append(["Mã cũ", "Mã mới"])
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(UnreadableFile) as refused:
        read_table(out.getvalue())

    assert str(refused.value) == "Trang tính đầu tiên trống."


def test_the_file_of_the_preview_holds_every_line(desk):
    made = national()
    take_suggestions(plan_of(made), by=desk.by)

    rows = list(csv.reader(io.StringIO(desk.get(page(made, "csv")).content.decode("utf-8-sig"))))

    units = [row for row in rows if row[0] == "Tổ chức, lực lượng nòng cốt ở cơ sở"]
    assert sum(int(row[4]) for row in units) == 12
    assert len(rows) == 1 + 10 + 4


def test_the_page_tells_that_it_is_under_way(desk):
    made = national()
    Reorganisation.objects.filter(pk=made.pk).update(asked_at=timezone.now())

    text = desk.get(page(made)).content.decode()

    assert '<meta http-equiv="refresh" content="3">' in text
    assert "move/apply" not in text


def test_a_worker_that_died_is_not_waited_for(desk):
    made = national()
    Reorganisation.objects.filter(pk=made.pk).update(asked_at=timezone.now() - datetime.timedelta(hours=1))

    text = desk.get(page(made)).content.decode()

    assert "http-equiv" not in text
    assert "move/apply" in text


def test_an_act_that_was_applied_keeps_its_table_for_ever(desk):
    made = national()
    take_suggestions(plan_of(made), by=desk.by)
    applying.apply(made, by=desk.by)
    applying.undo(made, by=desk.by, note="Thử")

    assert not desk.by.has_perm("units.change_reorganisation", made)
    assert desk.by.has_perm("units.apply_reorganisation", made)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.REVIEWER, Role.CLERK, Role.LEADER])
def test_others_neither_see_nor_apply(client, role):
    world = reform()
    made = national()
    client.force_login(posted(made.area, role))

    assert client.get("/admin/units/reorganisation/").status_code == 403
    assert client.post(page(made, "move", "apply"), {"note": ""}).status_code in {403, 404}
    assert client.post(page(made, "decide"), {"suggestions": "1"}).status_code in {403, 404}
    assert made.destinations.count() == 0
    assert len(world.units) == 4


def test_a_provincial_administrator_opens_one_for_the_own_province_only(client):
    world = reform()
    client.force_login(posted(world.old["A"], Role.ADMINISTRATOR))
    form = {"act": "1/NQ", "effective_on": "01/07/2025", "note": "", "read_version": "0"}

    refused = client.post("/admin/units/reorganisation/add/", {**form, "area": world.old["B"].pk})
    assert refused.status_code == 200
    taken = client.post("/admin/units/reorganisation/add/", {**form, "area": world.old["A"].pk})

    assert taken.status_code == 302
    assert [one.area for one in Reorganisation.objects.all()] == [world.old["A"]]


def test_a_district_or_an_area_that_had_ended_is_refused(desk):
    form = {"act": "1/NQ", "effective_on": "01/07/2025", "note": "", "read_version": "0"}
    ended = province(valid_to=datetime.date(2020, 1, 1))

    response = desk.post("/admin/units/reorganisation/add/", {**form, "area": ended.pk})

    assert "không có hiệu lực vào ngày trước đó" in response.content.decode()
    assert Reorganisation.objects.count() == 0


# ---------------------------------------------------------------- the command


def test_the_command_previews_applies_and_takes_back():
    reform()
    by = overseer()
    before = current()
    out = io.StringIO()

    call_command("reorganise", "VN", "2025-07-01", by=by.username, act="202/2025/QH15", preview=True, stdout=out)
    assert current() == before
    assert "Còn phải quyết định: 3." in out.getvalue()
    with pytest.raises(CommandError):
        call_command("reorganise", "VN", "2025-07-01", by=by.username, act="202/2025/QH15", stdout=out)
    call_command(
        "reorganise", "VN", "2025-07-01", by=by.username, act="202/2025/QH15", take_suggestions=True, stdout=out
    )
    assert current() != before
    call_command("reorganise", "VN", "2025-07-01", by=by.username, take_back="Thử", stdout=out)

    assert current() == before


def test_the_command_reads_a_table(tmp_path):
    top = province(code="P90")
    place = commune(top, code="C90001", gso_code="90001")
    path = tmp_path / "bang.csv"
    path.write_text("Mã cũ,Mã mới,Loại mới,Tên mới,Thuộc\nC90001,90001,phường,Mới,P90\n", encoding="utf-8")

    call_command(
        "reorganise", "P90", "2026-09-01", by=overseer().username, act="9/NQ", table=path, stdout=io.StringIO()
    )

    assert place.successions.get().successor.full_name == "phường Mới"


def test_the_command_is_bound_by_postings():
    world = reform()
    by = posted(world.old["A"], Role.ADMINISTRATOR)

    with pytest.raises(CommandError):
        call_command("reorganise", "VN", "2025-07-01", by=by.username, act="1/NQ", take_suggestions=True)
    assert Reorganisation.objects.count() == 0


# ---------------------------------------------------------------- reading only


def test_forms_are_kept_while_the_ledger_is_only_read(desk):
    made = ReorganisationFactory(area=desk.world.old["A"])
    form = {"area": made.area.pk, "act": "1/NQ", "effective_on": "01/07/2025", "note": "", "read_version": "0"}
    with reading_only.only_reading("Đang sắp xếp đơn vị hành chính: 1683/NQ-UBTVQH15"):
        response = desk.post("/admin/units/reorganisation/add/", {**form, "act": "Số của tôi"})
        read = desk.get(page(made))

    text = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "Đang sắp xếp đơn vị hành chính: 1683/NQ-UBTVQH15" in text
    assert '<input type="hidden" name="act" value="Số của tôi">' in text
    assert read.status_code == 200
    assert desk.post(page(made, "decide"), {"suggestions": "1"}).status_code == 302


def test_a_server_that_died_keeps_nobody_out_for_long(desk):
    made = ReorganisationFactory(area=desk.world.old["A"])
    ReadingOnly.objects.create(until=timezone.now() - datetime.timedelta(seconds=1), reason="đã xong")

    assert reading_only.reading_only() is None
    assert desk.post(page(made, "decide"), {"suggestions": "1"}).status_code == 302


def test_the_ledger_is_only_read_while_a_reorganisation_is_applied(monkeypatch):
    reform()
    by = overseer()
    made = national()
    take_suggestions(plan_of(made), by=by)
    seen = []
    monkeypatch.setattr(applying, "demand_a_clear_plan", lambda plan: seen.append(reading_only.reading_only()))

    applying.apply(made, by=by)

    assert [one.reason for one in seen] == [f"Đang sắp xếp đơn vị hành chính: {made.act}"]
    assert reading_only.reading_only() is None
    assert questions(plan_of(made)) == []
