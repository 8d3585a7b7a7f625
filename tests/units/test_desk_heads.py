"""Columns that the ledger may not take are found by their heads, whatever font and whichever row these stand in."""

from __future__ import annotations

from typing import Any

import pytest

from awards.sheets.commendations import CommendationSheet
from config.reading.files import decode
from tests import world as worlds
from tests.desk import workbook
from tests.factories import commune
from units.importing import desk
from units.importing.context import Context
from units.importing.units import UnitSheet

HEADS = ["TT", "Tên", "Mã địa bàn", "Thông tin", None]
ROW = [1, "Tổ một", "C01897", "x", "y"]


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        pytest.param([["TT", "Tªn", "M· ®Þa bµn", "N¨m sinh", "§Þa chØ"], ROW], ["Năm sinh", "Địa chỉ"], id="in TCVN3"),
        pytest.param([["TT", "Teân", "Maõ ñòa baøn", "Naêm sinh", "Ñòa chæ"], ROW], ["Năm sinh", "Địa chỉ"], id="in VNI"),
        pytest.param([["TT", "Tên", "Mã địa bàn", "N¨m sinh", "y"], ROW], ["Năm sinh"], id="one in TCVN3"),
        pytest.param([HEADS, [None, None, None, "Năm sinh", "Số CCCD"], ROW], ["Năm sinh", "Số CCCD"], id="below, not merged"),
        pytest.param([HEADS, [None, None, None, None, "Số CCCD"], ROW], ["Số CCCD"], id="below no head"),
        pytest.param([[None, None, None, "Số CCCD", "của tổ trưởng"], HEADS, ROW], ["Số CCCD"], id="above"),
        pytest.param([["Danh sách đối tượng"], HEADS, ROW], [], id="a title"),
        pytest.param([HEADS, ["I", "Đối tượng"], ROW], [], id="a head of a group"),
        pytest.param([HEADS, ROW, [None, "Tổ hai", None, "Đối tượng", None]], [], id="a cell below the data"),
        pytest.param([HEADS, [None, "Tổ 2", "C01897", "Đối tượng", None], ROW], [], id="a cell of the data"),
        pytest.param([HEADS, ["a", "Tổ hai", "C01897", "Đối tượng", None], ROW], [], id="a cell of data without numbers"),
    ],
)  # fmt: skip
def test_refused_columns_are_found(world: worlds.World, rows: list[list[Any]], refused: list[str]) -> None:
    upload = desk.receive(workbook(rows[0], rows[1:]), "to.xlsx", UnitSheet(Context(world.ours.clerk)), sender=None)

    assert [one["head"] for one in upload.tops[0]["refused"]] == refused


def test_heads_in_an_old_font_are_known_above_rows_in_unicode(world: worlds.World) -> None:
    rows = [["Tổ Nà Phặc", "C01897", 5], ["Tổ Cốc Tào", "C01897", 6]]

    content = workbook(["Tªn tæ", "M· ®Þa bµn", "Sè thµnh viªn"], rows)
    upload = desk.receive(content, "to.xlsx", UnitSheet(Context(world.ours.clerk)), sender=None)

    assert upload.tops[0]["rows"][0][1] == ["Tên tổ", "Mã địa bàn", "Số thành viên"]
    assert upload.choices["tabs"][0]["meanings"] == {"0": "name", "1": "area", "2": "members"}


PEOPLE = ["Nguyễn Văn An", "Bà Triệu Mùi", "Hoàng Thị Vân (0912 345 678)"]
NUMBERS = ["0912 345 678", 912345678, "Lý Văn Páo - 0912.345.678"]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        pytest.param(PEOPLE, "tên người", id="names"),
        pytest.param(["NÔNG VĂN SỦI", "Đ/c: Bàn Tá", "Ma Văn Chuyền, Phó Bí thư"], "tên người", id="with titles and posts"),
        pytest.param(NUMBERS, "số điện thoại hoặc số định danh", id="numbers of telephones"),
        pytest.param([99072000681, 99180000682, "099090000683 "], "số điện thoại hoặc số định danh", id="of identity"),
        pytest.param([*PEOPLE[:2], "Nhà văn hóa"], None, id="two names"),
        pytest.param([*PEOPLE, "Tổ 1", "Tổ 2", "Tổ 3", "Tổ 4"], None, id="names among more that are none"),
        pytest.param(["Nguyễn Thị Minh Khai", "Phùng Chí Kiên", "Phùng Chí Kiên"], None, id="names of wards"),
        pytest.param(["Hà Hiệu", "Cao Trĩ", "Dương Phong"], None, id="of communes"),
        pytest.param(["Hồ Ba Bể", "Tổ tự quản Hoàng Văn Thụ", "Trường Trung học"], None, id="of places"),
        pytest.param([350000000, 912000000, 500000000], None, id="sums of money"),
    ],
)  # fmt: skip
def test_columns_of_people_are_found_by_their_cells(world: worlds.World, cells: list[Any], why: str | None) -> None:
    for name in ("Nguyễn Thị Minh Khai", "Phùng Chí Kiên"):
        commune(name=name)
    rows = [[f"Tổ {number}", "C01897", cell] for number, cell in enumerate(cells)]

    content = workbook(["Tên", "Mã địa bàn", "Thông tin"], rows)
    upload = desk.receive(content, "to.xlsx", UnitSheet(Context(world.ours.clerk)), sender=None)

    assert [(one["head"], one["why"]) for one in upload.tops[0]["refused"]] == ([("Thông tin", why)] if why else [])
    kept = decode(bytes(upload.blocks.get().content)).columns
    assert (kept[2:] == [[]]) is bool(why)
    assert kept[0] == ["Tên", *(f"Tổ {number}" for number in range(len(cells)))]


def test_a_list_of_people_takes_their_names_and_no_numbers(world: worlds.World) -> None:
    rows = [["01/QĐ-UBND", person, number] for person, number in zip(PEOPLE[:2] * 2, NUMBERS[:2] * 2, strict=True)]

    content = workbook(["Số quyết định", "Họ và tên", "Thông tin"], rows)
    upload = desk.receive(content, "khen.xlsx", CommendationSheet(Context(world.ours.clerk)), sender=None)

    assert [one["head"] for one in upload.tops[0]["refused"]] == ["Thông tin"]
