"""Import and export of the register: what clerks upload, what they are told, and what is stored."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from config.spreadsheets import UnreadableFile, csv_text, read_sheet, workbook
from tests import world as worlds
from units.models import Body, ClusterMember, ImportBatch, Placement, Unit

if TYPE_CHECKING:
    from pathlib import Path

HEADS = ["Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Thôn, bản, tổ dân phố", "Ngày thành lập", "Số thành viên"]


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def clerk(world: worlds.World) -> Client:
    client = Client()
    client.force_login(world.ours.clerk, backend="units.auth.PostingBackend")
    return client


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep uploaded files where the test can look."""
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    return tmp_path / "uploads"


def upload(client: Client, content: bytes, *, name: str = "to.xlsx", of: str = "units_unit") -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post(reverse(f"admin:{of}_import"), {"import_file": file, "resource": "0", "format": "0"})


def confirm(client: Client, preview: Any, of: str = "units_unit") -> Any:
    form = preview.context["confirm_form"].initial
    return client.post(reverse(f"admin:{of}_process_import"), form, follow=True)


def row(world: worlds.World, **changes: Any) -> list[Any]:
    cells = {
        "code": "", "kind": world.ours.unit.kind.name_vi, "name": "Tổ mới", "area": world.ours.commune.code,
        "village": "thôn Bản Mới", "established": "05/12/2024", "members": "1.052", **changes,
    }  # fmt: skip
    return list(cells.values())


def errors_of(preview: Any) -> dict[int, list[str]]:
    return {one.number: one.error.messages for one in preview.context["result"].invalid_rows}


def test_a_new_unit_comes_in_with_its_place_its_batch_and_its_history(world: worlds.World, clerk: Client) -> None:
    preview = upload(clerk, workbook(HEADS, [row(world)]))
    stored_before = Unit.objects.filter(name="Tổ mới").count()
    confirm(clerk, preview)

    unit = Unit.objects.get(name="Tổ mới")
    batch = ImportBatch.objects.get(by=world.ours.clerk)
    assert stored_before == 0
    assert (unit.established_on, unit.members, unit.code) == (
        date(2024, 12, 5),
        1052,
        f"{world.ours.commune.code}.0001",
    )
    assert list(unit.placements.values_list("area", "village", "valid_from")) == [
        (world.ours.commune.pk, "thôn Bản Mới", date(2024, 12, 5))
    ]
    assert (batch.new, batch.changed, batch.same, len(batch.digest), batch.file_name) == (1, 0, 0, 64, "to.xlsx")
    assert list(unit.history.values_list("history_user", "history_type", "batch_id")) == [
        (world.ours.clerk.pk, "+", batch.pk)
    ]


def test_the_same_file_twice_changes_nothing(world: worlds.World, clerk: Client) -> None:
    exported = clerk.post(reverse("admin:units_unit_export"), {"format": "0", "resource": "0"}).content
    version = world.ours.unit.version

    for _time in range(2):
        confirm(clerk, upload(clerk, exported))

    world.ours.unit.refresh_from_db()
    assert world.ours.unit.version == version
    assert (
        list(ImportBatch.objects.filter(by=world.ours.clerk).values_list("new", "changed", "same")) == [(0, 0, 1)] * 2
    )


def test_an_exported_sheet_comes_back_with_a_change(world: worlds.World, clerk: Client) -> None:
    heads, cells = exported_rows(clerk)
    cells[0][heads.index("Số thành viên")] = 7

    confirm(clerk, upload(clerk, workbook(heads, cells)))

    world.ours.unit.refresh_from_db()
    assert world.ours.unit.members == 7


def exported_rows(client: Client, of: str = "units_unit") -> tuple[list[str], list[list[Any]]]:
    content = client.post(reverse(f"admin:{of}_export"), {"format": "0", "resource": "0"}).content
    heads, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    return [str(head) for head in heads], rows


def test_an_older_version_is_refused_by_name(world: worlds.World, clerk: Client) -> None:
    heads, cells = exported_rows(clerk)
    world.ours.unit.members = 3
    world.ours.unit.save()
    cells[0][heads.index("Số thành viên")] = 7

    preview = upload(clerk, workbook(heads, cells))

    assert list(errors_of(preview)) == [2]
    assert "confirm_form" not in preview.context
    world.ours.unit.refresh_from_db()
    assert world.ours.unit.members == 3


def test_a_row_changed_between_preview_and_confirmation_stores_nothing(world: worlds.World, clerk: Client) -> None:
    heads, cells = exported_rows(clerk)
    cells[0][heads.index("Số thành viên")] = 7
    cells.append([*row(world)[:4], *[""] * (len(heads) - 4)])
    cells[1] = ["" if head not in HEADS else dict(zip(HEADS, row(world), strict=True))[head] for head in heads]
    preview = upload(clerk, workbook(heads, cells))
    world.ours.unit.members = 3
    world.ours.unit.save()

    response = confirm(clerk, preview)

    world.ours.unit.refresh_from_db()
    assert world.ours.unit.members == 3
    assert Unit.objects.filter(name="Tổ mới").count() == 0
    assert ImportBatch.objects.filter(by=world.ours.clerk).count() == 0
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"established": "31/02/2024"}, "Ngày thành lập"),
        ({"established": "2099-01-01"}, "Ngày thành lập"),
        ({"members": -1}, "Số thành viên"),
        ({"members": "1.052,5"}, "Số thành viên"),
        ({"members": "gần 9"}, "Số thành viên"),
        ({"area": "C99999"}, "Mã địa bàn"),
        ({"kind": "Tổ không có"}, "Loại tổ chức"),
        ({"name": "Danh sách nguồn tin"}, "Tên"),
        ({"name": "Tổ của ông 0912345678"}, "Tên"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_stored(
    world: worlds.World, clerk: Client, changes: Any, field: str
) -> None:
    before = Unit.objects.count()

    preview = upload(clerk, workbook(HEADS, [row(world, name="Tổ tốt"), row(world, **changes)]))

    bad = {one.number: list(one.field_specific_errors) for one in preview.context["result"].invalid_rows}
    assert bad == {3: [field]}
    assert "confirm_form" not in preview.context
    assert Unit.objects.count() == before


def test_day_comes_before_month(world: worlds.World, clerk: Client) -> None:
    confirm(
        clerk, upload(clerk, csv_text(HEADS, [row(world, established="05/12/2024")]).encode("utf-8-sig"), name="to.csv")
    )

    assert Unit.objects.get(name="Tổ mới").established_on == date(2024, 12, 5)


def test_refused_columns_are_named_and_the_file_is_not_kept(world: worlds.World, clerk: Client, uploads: Path) -> None:
    response = upload(clerk, workbook([*HEADS, "Số CCCD", "Nguồn tin"], [[*row(world), "006123456789", "Ông A"]]))

    said = str(response.context["form"].errors["import_file"])
    assert all(word in said for word in ("Số CCCD", "Nguồn tin", "H", "I"))
    assert list(uploads.glob("*")) == []
    assert Unit.objects.filter(name="Tổ mới").count() == 0


def test_the_uploaded_file_is_gone_after_confirmation(world: worlds.World, clerk: Client, uploads: Path) -> None:
    preview = upload(clerk, workbook(HEADS, [row(world)]))
    kept = len(list(uploads.glob("*")))

    confirm(clerk, preview)

    assert (kept, list(uploads.glob("*"))) == (1, [])


@pytest.mark.parametrize(
    "heads",
    [["Mã", "Tên"], [*HEADS, "Cột lạ"], [*HEADS, "Tên"]],
    ids=["missing", "unknown", "doubled"],
)
def test_a_sheet_of_another_kind_is_refused_by_its_heads(world: worlds.World, clerk: Client, heads: list[str]) -> None:
    preview = upload(clerk, workbook(heads, [["x"] * len(heads)]))

    assert len(preview.context["result"].base_errors) == 1
    assert "confirm_form" not in preview.context


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 not a workbook", b"\xd0\xcf\x11\xe0 locked", b"\xff\xfe\x00\x01", b"\x00\x01\x02"],
    ids=["empty", "broken", "password", "utf-16", "binary"],
)
def test_a_file_that_cannot_be_read_says_so(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_sheet(content)


def test_cells_keep_their_kind_out_and_in_again() -> None:
    rows = [[1052, date(2024, 12, 5), "Hòa Bình"], [0, "", "=1+1"]]

    back = read_sheet(workbook(["a", "b", "c"], rows))

    assert [list(line) for line in back] == rows


def test_texts_that_look_like_formulas_stay_texts() -> None:
    rows = [["=1+1", "+84", "-5", "@x"]]

    back = read_sheet(csv_text(["a", "b", "c", "d"], rows).encode("utf-8-sig"))

    assert [list(line) for line in back] == rows
    assert csv_text(["a"], [["=1+1"]]) == "a\r\n'=1+1\r\n"


def test_export_is_filtered_as_the_list_is(world: worlds.World, clerk: Client) -> None:
    worlds.standing(world.ours.commune, world.ours.unit.kind, name="Tổ khác")

    content = clerk.post(reverse("admin:units_unit_export") + "?q=khac", {"format": "1", "resource": "0"}).content

    assert [line[2] for line in read_sheet(content)] == ["Tổ khác"]


def test_members_of_a_cluster_come_in_from_other_provinces(world: worlds.World, clerk: Client) -> None:
    elsewhere = worlds.province(name="Cao Bằng")
    heads = ["Mã cụm", "Mã địa bàn", "Số xã tham gia", "Từ ngày"]

    confirm(
        clerk,
        upload(
            clerk,
            workbook(heads, [[world.ours.cluster.code, elsewhere.code, 9, "01/01/2022"]]),
            of="units_clustermember",
        ),
        of="units_clustermember",
    )

    member = ClusterMember.objects.get(area=elsewhere)
    assert (member.cluster, member.communes, member.valid_from) == (world.ours.cluster, 9, date(2022, 1, 1))


def test_bodies_come_in(world: worlds.World, clerk: Client) -> None:
    heads = ["Mã địa bàn", "Tên", "Loại cơ quan"]

    confirm(
        clerk,
        upload(clerk, workbook(heads, [[world.ours.commune.code, "Công an xã Đông Hòa", "police"]]), of="units_body"),
        of="units_body",
    )

    assert Body.objects.get(name="Công an xã Đông Hòa").kind == "police"


def test_an_unchanged_placement_stays(world: worlds.World, clerk: Client) -> None:
    heads, cells = exported_rows(clerk)
    cells[0][heads.index("Ngày giải thể")] = "01/06/2024"
    cells[0][heads.index("Lý do giải thể")] = "Sáp nhập thôn"

    confirm(clerk, upload(clerk, workbook(heads, cells)))

    assert list(Placement.objects.filter(unit=world.ours.unit).values_list("valid_from", "valid_to")) == [
        (date(2020, 1, 1), date(2024, 6, 1))
    ]
