"""What titles and cells with more than one thing in them say: years, units of money, days, areas by two columns."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.utils import translation

from config.cells import Doubt, Refused
from tests.factories import commune, district, province
from tests.people import posted
from units.importing.cells import (
    CountCell,
    DayCell,
    KindCell,
    NumberCell,
    UntilCell,
    VillageNameCell,
    YearCell,
    YesCell,
)
from units.importing.context import Around, Context, says_dash_is_none, span_of
from units.importing.money import MoneyCell
from units.importing.places import Places
from units.importing.spills import (
    all_and_part,
    all_and_women,
    begin_and_end,
    first_and_last_day,
    number_and_day,
    number_and_value,
    village_and_place,
)
from units.importing.titles import year_of
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


@pytest.fixture
def context() -> Context:
    return Context(None, today=date(2026, 11, 24))  # type: ignore[arg-type]


def told(values: Sequence[Any]) -> list[Any]:
    """Return values as they are, a doubt as the tuple of its readings, a refusal as the word."""
    return [
        value.readings if isinstance(value, Doubt) else "refused" if isinstance(value, Refused) else value
        for value in values
    ]


@pytest.mark.parametrize(
    ("titles", "year"),
    [
        (["Biểu tổng hợp năm 2022"], 2022),
        (["QUÝ IV/2022", "Ba Bể, ngày 05 tháng 01 năm 2023"], 2022),
        (["Tháng 11/2024", "(Kèm theo Báo cáo số 12 ngày 03 tháng 12 năm 2025)"], 2024),
        (["Hà Hiệu, ngày 5 tháng 8 năm 2023"], 2023),
        (["Giai đoạn 2021 - 2025"], None),
        (["Danh sách tổ"], None),
    ],
)
def test_the_year_of_a_title_is_none_of_its_dateline(titles: list[str], year: int | None) -> None:
    assert year_of(titles) == year


@pytest.mark.parametrize(
    ("head", "cell", "value"),
    [
        ("Trị giá (đồng)", "1.500.000", 1_500_000),
        ("Trị giá (1.000đ)", 3000, 3_000_000),
        ("Trị giá (1000 đồng)", "1.800", 1_800_000),
        ("Trị giá (ng.đ)", "12.500", 12_500_000),
        ("Trị giá (1.000.000đ)", "2,5", 2_500_000),
        ("Trị giá (triệu đồng)", "2,5", 2_500_000),
        ("Trị giá (triệu đồng)", "50.000", (50_000, 50_000_000_000)),
        ("Trị giá", "2 triệu", 2_000_000),
        ("Trị giá", 12, (12_000_000, 12_000, 12)),
        ("Trị giá", "500.000", 500_000),
    ],
)
def test_money_is_told_in_the_unit_of_its_head(context: Context, head: str, cell: Any, value: Any) -> None:
    assert told(MoneyCell().read_under(head, [cell], context)) == [value]


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Đơn vị tính: nghìn đồng", 12_500_000),
        ("(Số: người; tiền: triệu đồng)", (12_500, 12_500_000_000)),
        ("Đơn vị tính: đồng", 12_500),
        ("Quỹ vì trẻ em triệu tấm lòng", 12_500),
    ],
)
def test_a_title_tells_the_unit_where_no_head_does(context: Context, title: str, value: Any) -> None:
    context.titles = [title]

    assert told(MoneyCell().read_under("Quà", [12_500], context)) == [value]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("21-22/3", ("21/3", "22/3")),
        ("15/8 - 17/8/2022", ("15/8/2022", "17/8/2022")),
        ("28/12-03/01/2023", ("28/12/2022", "03/1/2023")),
        ("từ ngày 5 đến 7/9/2024", ("5/9/2024", "7/9/2024")),
        ("10-11/2022", None),
    ],
)
def test_two_days_in_one_cell(text: str, days: Any) -> None:
    assert first_and_last_day(text) == days


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Thôn Nà Ngà, xã Chu Hương", ("Thôn Nà Ngà", "xã Chu Hương")),
        ("Tiểu khu 5, TT. Chợ Rã", ("Tiểu khu 5", "TT. Chợ Rã")),
        ("Xã Yến Dương", ("", "Xã Yến Dương")),
        ("Xã Hà Hiệu (sân vận động)", ("sân vận động", "Xã Hà Hiệu")),
        ("Thôn Nà Ma", None),
    ],
)
def test_a_village_may_tell_its_commune(text: str, parts: Any) -> None:
    assert village_and_place(text) == parts


def test_villages_and_former_names_beside_a_commune_are_no_areas(db: None) -> None:
    top = province(name="Bắc Kạn")
    above = district(top, name="Chợ Đồn")
    place, other = commune(above, name="Yên Phong"), commune(above, name="Yên Cư")
    places = Places(Context(posted(top, Role.CLERK), sender=top), anywhere=False)

    texts = [
        "Thôn Nà Pài, xã Yên Phong",
        "Xã Phong Huân (nay là Yên Phong)",
        "Xã Yên Phong (Yên Mỹ cũ)",
        "YÊN PHONG (xã)",
    ]

    assert [places.find(text) for text in texts] == [place] * 4
    assert told([places.find("Yên Cư"), places.find("Yên Cư, Yên Phong")]) == [other, "refused"]


def test_a_day_of_another_year_is_asked_where_days_were_typed_without_one(context: Context) -> None:
    column = ["12/10", date(2023, 12, 22), date(2022, 11, 5)]
    context.around = Around([span_of(2022)] * 3, [None] * 3, [2022] * 3)

    typed = told(DayCell().read(column, context))
    context.around = Around([span_of(2022)] * 2, [None] * 2, [2022] * 2)

    assert typed == [date(2022, 10, 12), (date(2022, 12, 22), date(2023, 12, 22)), date(2022, 11, 5)]
    assert told(DayCell().read(column[1:], context)) == column[1:]


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("Đến hết ngày", date(2023, 1, 1)),
        ("Đến trước ngày", date(2022, 12, 31)),
        ("Đến ngày", (date(2023, 1, 1), date(2022, 12, 31))),
        ("Hết hiệu lực từ ngày", (date(2023, 1, 1), date(2022, 12, 31))),
    ],
)
def test_whether_a_last_day_belongs_is_told_by_its_head(context: Context, head: str, value: Any) -> None:
    assert told(UntilCell().read_under(head, ["31/12/2022"], context)) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("15/QĐ-UBND", "15/QĐ-UBND"),
        ("15 / QĐ - UBND", "15/QĐ-UBND"),
        ("61 /QĐ-UBND", "61/QĐ-UBND"),
        ("09/QĐ-UBND (tháng 3/2014)", ("09/QĐ-UBND",)),
        ("12/QĐ-UBND, 12/8", ("12/QĐ-UBND",)),
        ("15/QĐ-UBND huyện", "15/QĐ-UBND huyện"),
        ("12/QÑ-UB", "12/QĐ-UB"),
        ("…/QĐ-UBND", (None,)),
        ("Số: ...../QĐ-UBND", (None,)),
        ("Chưa có", ""),
        ("không", ""),
    ],
)
def test_what_stands_behind_a_number_is_asked(context: Context, cell: str, value: Any) -> None:
    assert told(NumberCell().read([cell], context)) == [value]


@pytest.mark.parametrize(
    ("split", "text", "parts"),
    [
        (number_and_day, "50/QĐ-UBND năm 2021", ("50/QĐ-UBND", "năm 2021")),
        (number_and_day, "17/QĐ-UBND ngày …/6/2021", ("17/QĐ-UBND", "…/6/2021")),
        (number_and_day, "17/QĐ-UBND, ngày 12/.../2021", ("17/QĐ-UBND", "12/.../2021")),
        (begin_and_end, "12/9/2017 - 30/6/2023", ("12/9/2017", "30/6/2023")),
        (begin_and_end, "từ 05/4/2016 đến hết 31/12/2021", ("05/4/2016", "31/12/2021")),
        (begin_and_end, "22-11-2018 - nay", ("22-11-2018", "nay")),
        (begin_and_end, "từ ngày 15 tháng 5 năm 2021", ("15 tháng 5 năm 2021", None)),
        (begin_and_end, "01/02/2020 -", ("01/02/2020", None)),
        (number_and_value, "30 suất - 15 triệu đồng", ("30 suất", "15 triệu đồng")),
        (number_and_value, "10 suất (3.000.000đ)", ("10 suất", "3.000.000đ")),
        (number_and_value, "12 suất, tổng trị giá 6.000.000 đồng", ("12 suất", "6.000.000 đồng")),
        (number_and_value, "10 suất", None),
        (number_and_value, "10 suất x 300.000đ", ("10", "3000000")),
        (number_and_value, "20 suất (mỗi suất 200.000 đồng)", ("20", "4000000")),
        (number_and_value, "5 phần quà x 1 triệu đồng/suất", ("5", "5 triệu")),
        (all_and_part, "09/3", ("09", "3")),
        (all_and_part, "9 (03)", ("9", "03")),
        (all_and_part, "9 (3 nữ)", ("9", "3")),
        (all_and_part, "9", None),
        (all_and_women, "9 người, trong đó có 3 nữ", ("9", "3")),
        (all_and_women, "9 (nữ: 3)", ("9", "3")),
        (all_and_women, "9 (03)", None),
    ],
)
def test_two_things_in_one_cell(split: Callable[[str], Any], text: str, parts: Any) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("head", "cell", "value"),
    [
        ("Xã tổ chức (x)", "x", 1),
        ("Xã tổ chức", "x", (1, 0, None)),
        ("Số cá nhân", "25 (04 nữ)", (25,)),
        ("Số thành viên", "08 (02)", (8,)),
        ("Thôn tổ chức", "9/11", (9, 11)),
        ("Thôn tổ chức", "9/9", (9,)),
        ("Số hộ", "12 hộ", 12),
        ("Số thành viên", "12 hộ", (12,)),
        ("Nữ", "không có", 0),
        ("Nữ", "không", (0, None)),
        ("Nữ", "-", (0, None)),
    ],
)
def test_a_number_is_read_under_its_head(context: Context, head: str, cell: str, value: Any) -> None:
    assert told(CountCell().read_under(head, [cell], context)) == [value]


def test_a_day_without_its_year_is_asked_where_it_may_be_of_any(context: Context) -> None:
    context.year = 2022
    column = ["19/8", "19/8/2015", "-", None]

    assert told(DayCell(any_year=True).read(column, context)) == [(date(2022, 8, 19),), date(2015, 8, 19), None, None]
    assert told(DayCell().read(column, context)) == [date(2022, 8, 19), date(2015, 8, 19), None, None]
    context.year = None
    assert told(DayCell(any_year=True).read(["19/8"], context)) == told(DayCell().read(["19/8"], context))


def test_a_dash_means_none_on_the_tab_that_says_so(context: Context) -> None:
    context.dashes_for_none = frozenset({1})
    of_others = told(CountCell().read_under("Cá nhân", ["-"], context))
    context.tab = 1

    assert (of_others, told(CountCell().read_under("Cá nhân", ["-"], context))) == ([(0, None)], [0])
    assert [says_dash_is_none(text) for text in ("Ghi chú: dấu (-) là không phát sinh", "Tổ hòa giải (-nt-)")] == [
        True,
        False,
    ]


def test_a_place_of_meeting_is_no_village(context: Context) -> None:
    cells = ["sân vận động", "Chợ Lèng", "Trường Sơn", "Trường Cao đẳng"]

    read = told(VillageNameCell().read(cells, context))

    assert read == [("", "sân vận động"), "Chợ Lèng", "Trường Sơn", ("", "Trường Cao đẳng")]


def test_a_kind_is_known_by_what_offices_call_it(db: None, context: Context) -> None:
    call_command("load_catalogues", verbosity=0)
    texts = ["ANND", "Tổ TQ", "DP", "TTNV", "Tổ BVDP", "BVDP", "Khác"]

    read = told(KindCell().read(texts, context))
    found = [KindCell().found_in(text, context) for text in ("Tổ BVDP số 1", "Ban BVDP phường Đức Xuân", "Tổ xe ôm")]

    assert [getattr(one, "code", one) for one in read] == [
        "people_security_team", "self_governing_team", "civil_defence_team", "volunteer_patrol_team", "civil_guard_team",
        "refused", "other_group",
    ]  # fmt: skip
    assert found == ["Tổ bảo vệ dân phố", "Ban bảo vệ dân phố", None]


def test_a_name_beside_a_code_must_be_its_own(db: None) -> None:
    top = province(name="Bắc Kạn")
    place, other = commune(top, name="Bạch Thông"), commune(top, name="Cẩm Giàng")
    places = Places(Context(posted(top, Role.CLERK), sender=top), anywhere=False)

    read = told([places.find(f"{place.code} ({name})") for name in ("xã Bạch Thông", "Cẩm Giàng", "Tân Lập")])

    assert read == [place, (place, other), (place,)]


def test_areas_are_known_by_initials_and_by_initials_of_what_lies_above(db: None) -> None:
    near, far = province(name="Thái Nguyên"), province(name="Bắc Kạn")
    ours = commune(district(near, name="Phú Lương"), name="Yên Lạc")
    commune(district(far, name="Na Rì"), name="Yên Lạc")
    ward = commune(district(far, name="Thành phố"), name="Nguyễn Thị Minh Khai", kind="phường")
    places = Places(Context(posted(far, Role.CLERK), sender=far), anywhere=True)

    read = told([places.find(text) for text in ("Yên Lạc, Phú Lương (TN)", "Yên Lạc, TN", "P. NTM Khai", "P. NTM Lai")])

    assert read == [ours, ours, ward, "refused"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("8h00 ngày 15/8/2023", date(2023, 8, 15)),
        ("14h, 11/8/2023", date(2023, 8, 11)),
        ("Sáng 16/8", date(2023, 8, 16)),
        ("19/8/2023 (thứ Bảy)", date(2023, 8, 19)),
        ("ngày 20 tháng 4", date(2023, 4, 20)),
        ("giữa tháng 5", "refused"),
    ],
)
def test_the_hour_beside_a_day_tells_no_day(context: Context, cell: str, value: Any) -> None:
    context.year = 2023

    assert told(DayCell().read([cell], context)) == [value]


def test_a_yes_may_repeat_its_head(context: Context) -> None:
    assert told(YesCell().read_under("Điểm", ["Điểm", "x", "Đẹp"], context)) == [True, True, "refused"]


def test_a_year_may_say_that_it_is_one(context: Context) -> None:
    assert told(YearCell().read(["Năm 2024", 2023, "năm 2022 "], context)) == [2024, 2023, 2022]


def test_of_the_whole_country_the_order_alone_is_the_senders(db: None) -> None:
    top = province(name="Bắc Kạn")
    ours = commune(district(top, name="Ngân Sơn"), name="Trung Hòa")
    theirs = commune(district(province(name="Tuyên Quang"), name="Chiêm Hóa"), name="Trung Hòa")
    context = Context(posted(top, Role.CLERK), sender=top)

    places = Places(context, anywhere=True)

    assert told([places.find("Trung Hoà"), places.find("Trung Hoà, Chiêm Hóa, Tuyên Quang")]) == [
        (ours, theirs),
        theirs,
    ]
    assert Places(context, anywhere=False).find("Trung Hoà") == ours
