"""Which rows of a file are data, and what their groups, titles and merged cells say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from config.reading.blocks import Block
from units.importing.gathering import NUMBERS, Ditto, Gathering, Group, Kinds, Merged, Tab, is_total
from units.importing.heads import Head, Heads

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("kind", "name", "area", "members")
KINDS = Kinds(
    needed=frozenset({"kind", "name", "area"}),
    own=frozenset({"name"}),
    single=frozenset({"members"}),
    listed=frozenset({"kind"}),
    areas=frozenset({"area"}),
)
HEADS = ("STT", "Tên tổ", "Xã", "Số TV")
MEANINGS = {1: "name", 2: "area", 3: "members"}


def of_area(text: str) -> str | None:
    return text if text.lower().startswith("xã ") else None


def of_kind(text: str) -> str | None:
    return text if text in {"Tổ hòa giải", "Tổ tự quản"} else None


def of_name(text: str) -> str | None:
    return f"Xã {text}" if text == "Công Bằng" else None


def gathered(
    *rows: Sequence[Any], merged: Any = (), group: Group | None = None, heads: Sequence[str] = HEADS
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Return data rows as kind, name, area and members, groups filled in, and why other rows are none."""
    gathering = Gathering(
        COLUMNS,
        kinds=KINDS,
        of_groups={"area": of_area, "kind": of_kind},
        of_names={"area": of_name},
        decode=lambda tab, place, column: column,
    )
    found = Heads(1, 1, tuple(Head(place, (text,)) for place, text in enumerate(heads)))
    tab = Tab(0, found, MEANINGS, merged, group=group or Group())
    numbers = tuple(range(4, 4 + len(rows)))
    gathering.take(tab, [Block(numbers, [list(column) for column in zip(*rows, strict=True)])])
    table = gathering.table
    data = [
        tuple(table.columns[name][index] or table.groups[index].cells.get(name) for name in COLUMNS)
        for index in range(len(table.places))
    ]
    return data, [str(one.why) for one in table.left_out]


def names(*rows: Sequence[Any], **more: Any) -> list[tuple[Any, Any, Any]]:
    return [(kind, name, area) for kind, name, area, _members in gathered(*rows, **more)[0]]


@pytest.mark.parametrize(
    "text",
    ["Tổng", "TỔNG CỘNG", "Cộng:", "Tổng số", "Cộng A", "Tổng (A+B)", "Cộng tháng 3", "Cộng quý I", "Tổng cộng (I+II)",
     "Cộng năm 2023", "Lũy kế", "Luỹ kế từ đầu năm", "T.cộng", "II. Cộng", "Cộng toàn huyện", "Tổng 12 tổ", "Tổng hợp",
     "TONG CONG", "Cong", "Tổng kinh phí", "Cộng phần I"],
)  # fmt: skip
def test_a_sum_calls_itself_so(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize(
    "text",
    ["Công trạng", "Cộng đồng dân cư thôn Nà Ma", "Tổng công ty Điện lực", "Công an xã Hà Hiệu", "Công chứng viên",
     "Tổng hợp kết quả phong trào", "Tổng Xá", "Tông", "Cổng Trời", "Tổ 1", ""],
)  # fmt: skip
def test_other_words_are_no_sum(text: str) -> None:
    assert not is_total(text)


def test_a_group_tells_what_its_rows_have_in_common() -> None:
    rows = names(
        ["I", "Xã Hà Hiệu", None, None], [1, "Tổ hòa giải", None, None], [1, "Tổ Nà Ma", None, 7],
        ["II", "Xã Phúc Lộc", None, None], [1, "Tổ Nà Dài", None, 5],
    )  # fmt: skip

    assert rows == [("Tổ hòa giải", "Tổ Nà Ma", "Xã Hà Hiệu"), ("Tổ hòa giải", "Tổ Nà Dài", "Xã Phúc Lộc")]


def test_a_group_with_sums_beside_it_is_a_group() -> None:
    rows = names(
        ["I", "Xã Hà Hiệu", None, 12], [1, "Tổ Nà Ma", None, 12], ["II", "Xã Phúc Lộc", None, "15 người"],
        [1, "Tổ Nà Dài", None, 15],
    )  # fmt: skip

    assert rows == [(None, "Tổ Nà Ma", "Xã Hà Hiệu"), (None, "Tổ Nà Dài", "Xã Phúc Lộc")]


def test_a_short_row_with_its_own_area_is_data() -> None:
    rows = names([1, "Tổ Nà Ma", "Xã Hà Hiệu", "02"], [2, "Tổ Nà Dài", "Xã Phúc Lộc", None])

    assert rows == [(None, "Tổ Nà Ma", "Xã Hà Hiệu"), (None, "Tổ Nà Dài", "Xã Phúc Lộc")]


def test_below_a_group_that_says_nothing_nothing_goes_on() -> None:
    rows = names(
        ["I", "Xã Hà Hiệu", None, None], [1, "Tổ Nà Ma", None, 7], ["II", "Cơ quan, đơn vị", None, 8],
        [1, "Tổ Bệnh viện", None, 8],
    )  # fmt: skip

    assert rows == [(None, "Tổ Nà Ma", "Xã Hà Hiệu"), (None, "Tổ Bệnh viện", None)]


def test_what_the_title_said_holds_again_below_a_month() -> None:
    title = Group({"area": "Xã Hà Hiệu"}, 2022)

    rows = names([None, "Tháng 3", None, None], [1, "Tổ Nà Ma", None, 7], group=title)

    assert rows == [(None, "Tổ Nà Ma", "Xã Hà Hiệu")]


def test_sums_are_found_in_any_column_of_texts() -> None:
    rows = names(
        [1, "Tổ Nà Ma", "Xã Hà Hiệu", 7, None], [None, None, "Xã Hà Hiệu", 7, "Cộng"],
        heads=[*HEADS, "Ghi chú"],
    )  # fmt: skip

    assert rows == [(None, "Tổ Nà Ma", "Xã Hà Hiệu")]


def test_signatures_end_a_table_and_numbered_rows_go_on() -> None:
    data, _why = gathered(
        [1, "Trưởng Công an xã", "Xã Hà Hiệu", 7], [None, "NGƯỜI LẬP BIỂU", None, None], [None, "Lý Văn A", None, None],
        [2, "Tổ Nà Dài", "Xã Phúc Lộc", 5],
    )  # fmt: skip

    assert [name for _kind, name, _area, _members in data] == ["Trưởng Công an xã", "Tổ Nà Dài"]


def test_a_number_that_is_merged_over_rows_is_asked() -> None:
    data, _why = gathered(
        [1, "Tổ Nà Ma", "Xã Hà Hiệu", "15 người"], [2, "Tổ Nà Dài", None, None], merged=[(4, 3, 5, 3), (4, 2, 5, 2)]
    )

    assert [row[2:] for row in data] == [("Xã Hà Hiệu", "15 người"), ("Xã Hà Hiệu", Merged("15 người"))]


def test_districts_in_a_column_of_their_own_tell_communes_apart() -> None:
    rows = names(
        [1, "Tổ Nà Ma", "Trung Hoà", 7, "Chiêm Hóa", "Tuyên Quang"], [2, "Tổ Nà Dài", "C01948", 7, "Ngân Sơn", None],
        heads=[*HEADS, "Huyện, TP", "Tỉnh"],
    )  # fmt: skip

    assert [area for _kind, _name, area in rows] == ["Trung Hoà, Chiêm Hóa, Tuyên Quang", "C01948"]


def test_a_ditto_mark_stands_for_the_cell_above() -> None:
    rows = names(
        [1, "Tổ Nà Ma", "Xã Hà Hiệu", 7], [2, "Tổ Nà Dài", "nt", '"'], ["", "Cộng", None, 14], [3, "Tổ Bản Mới", "-nt-", 5]
    )  # fmt: skip

    assert rows == [(None, name, "Xã Hà Hiệu") for name in ("Tổ Nà Ma", "Tổ Nà Dài", "Tổ Bản Mới")]


def test_a_ditto_mark_below_an_empty_cell_is_asked() -> None:
    data, _why = gathered(
        [1, "Tổ Nà Ma", "Xã Hà Hiệu", None], [2, "Tổ Nà Dài", "nt", "nt"], [3, "Tổ Bản Mới", "nt", "-nt-"]
    )

    assert [row[2:] for row in data] == [("Xã Hà Hiệu", None), *[("Xã Hà Hiệu", Ditto("nt"))] * 2]


def test_a_mere_name_alone_in_its_row_begins_a_group_too() -> None:
    rows = names(
        [1, "Xã Hà Hiệu", None, None], ["-", "Tổ Nà Ma", None, 7], [2, "Công Bằng", None, None], ["-", "Tổ Nà Dài", None, 5],
        ["-", "Công Bằng", None, 5],
    )  # fmt: skip

    assert rows == [
        (None, "Tổ Nà Ma", "Xã Hà Hiệu"), (None, "Tổ Nà Dài", "Xã Công Bằng"), (None, "Công Bằng", "Xã Công Bằng"),
    ]  # fmt: skip


def test_heads_and_their_numbers_on_the_next_page_are_no_data() -> None:
    heads = [*HEADS, "Ghi chú"]
    rows = names(
        [1, "Tổ Nà Ma", "Xã Hà Hiệu", 7, "x"],
        heads,
        ["1", "2", "3", "4", "5"],
        [2, "Tổ Nà Dài", "nt", 5, None],
        heads=heads,
    )

    assert rows == [(None, "Tổ Nà Ma", "Xã Hà Hiệu"), (None, "Tổ Nà Dài", "Xã Hà Hiệu")]


def test_heads_once_more_lack_the_numbers_of_columns_that_were_not_taken() -> None:
    heads = ("STT", "Tên tổ", "Xã", "Số TV", "Tổ trưởng", "Nữ", "DTTS", "Kinh")
    rows = [
        [1, "Tổ Nà Ma", "Xã Hà Hiệu", 7, None, 2, 3, 4],
        [1, 2, 3, 4, None, 6, 7, 8],
        [2, "Tổ Nà Dài", "Xã Hà Hiệu", 5, None, 1, 2, 3],
    ]

    data, why = gathered(*rows, heads=heads)

    assert ([name for _kind, name, _area, _members in data], why) == (["Tổ Nà Ma", "Tổ Nà Dài"], [str(NUMBERS)])


def test_a_mark_before_a_name_alone_heads_a_group_where_rows_are_areas() -> None:
    gathering = Gathering(
        ("area", "members"), kinds=Kinds(needed=frozenset({"area"}), areas=frozenset({"area"})),
        of_groups={}, decode=lambda tab, place, column: column,
    )  # fmt: skip
    heads = Heads(1, 1, tuple(Head(place, (text,)) for place, text in enumerate(("STT", "Đơn vị", "Số TV", "Nữ"))))
    rows = [[1, "Xã Hà Hiệu", 7, 2], ["*", "Khu vực huyện Na Rì (cũ)", None, None], [2, "Xã Na Rì", 5, None]]

    gathering.take(
        Tab(0, heads, {1: "area", 2: "members", 3: "women"}),
        [Block((10, 11, 12), [list(one) for one in zip(*rows, strict=True)])],
    )

    assert gathering.table.columns["area"] == ["Xã Hà Hiệu", "Xã Na Rì"]
    assert [one.text for one in gathering.table.left_out] == ["* | Khu vực huyện Na Rì (cũ)"]


def test_the_name_beside_a_code_stands_with_it_and_for_it() -> None:
    gathering = Gathering(
        ("area",), kinds=Kinds(needed=frozenset({"area"}), areas=frozenset({"area"})),
        of_groups={}, decode=lambda tab, place, column: column,
    )  # fmt: skip
    heads = Heads(1, 1, tuple(Head(place, (text,)) for place, text in enumerate(("STT", "Mã", "Xã, phường"))))
    rows = [
        [1, "01843", "P. Bắc Kạn"],
        [2, "02014", "nt"],
        [3, None, "Na Rì"],
        [None, None, "Cộng 3 xã"],
        [4, "Xã Xa", "Xã Gần"],
    ]

    gathering.take(
        Tab(0, heads, {1: "area"}), [Block((10, 11, 12, 13, 14), [list(one) for one in zip(*rows, strict=True)])]
    )

    assert gathering.table.columns["area"] == ["01843 (P. Bắc Kạn)", "02014 (P. Bắc Kạn)", "Na Rì", "Xã Xa"]


def test_numbers_that_a_text_file_tells_are_numbers() -> None:
    gathering = Gathering(
        ("area", "members"), kinds=Kinds(needed=frozenset({"area"}), areas=frozenset({"area"})),
        of_groups={"area": of_area}, decode=lambda tab, place, column: column,
    )  # fmt: skip
    heads = Heads(1, 1, tuple(Head(place, (text,)) for place, text in enumerate(("STT", "Mã xã", "Tên xã", "Số TV"))))
    rows = [["01", "01918", "Yến Dương", "510"], ["02", None, "Xã Chu Hương", "688"], ["03", None, "Hoàng Trĩ", "3"]]

    gathering.take(
        Tab(0, heads, {1: "area", 3: "members"}),
        [Block((10, 11, 12), [list(one) for one in zip(*rows, strict=True)])],
    )

    assert gathering.table.columns["area"] == ["01918 (Yến Dương)", "Xã Chu Hương", "Hoàng Trĩ"]
    assert gathering.table.left_out == []
