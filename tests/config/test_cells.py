"""What single cells of office spreadsheets mean: read, refused, or asked, and never guessed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.cells import Doubt, Refused, read_answers, read_counts, read_days, read_decimals, read_texts, spelt_number
from config.reading.blocks import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def told(value: Any) -> Any:
    """Return a value as it is, a doubt as the tuple of its readings, a refusal as the word."""
    if isinstance(value, Doubt):
        return value.readings
    return "refused" if isinstance(value, Refused) else value


def count(cell: Any) -> Any:
    return told(read_counts([cell])[0])


def day(cell: Any) -> Any:
    return told(read_days([cell], today=TODAY)[0])


# ---------------------------------------------------------------- counts


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (0, 0), (7, 7), ("1052", 1052), ("1.052", 1052), ("1,052", 1052), ("1 052", 1052), ("1\u00a0052", 1052),
        ("01", 1), ("00", 0), (" 12 ", 12), ("1.234.567", 1_234_567), (None, None), ("", None), ("12 người", 12),
        ("05 tổ", 5), ("15 đ/c", 15), ("10 xã", 10), ("320 HS", 320), ("1.052 lượt người", 1052),
    ],
)  # fmt: skip
def test_a_count_is_read(cell: Any, value: Any) -> None:
    assert count(cell) == value


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        (1.052, (1052,)), (9.5, (9500,)), ("gần 9.000", (9000,)), ("trên 200", (200,)), ("hơn 50", (50,)),
        ("khoảng 150", (150,)), (">100", (100,)), ("~50", (50,)), ("15+", (15,)), ("10-12", (10, 12)), ("3/5", (3, 5)),
        ("-", (0, None)), ("–", (0, None)), ("không", (0, None)), ("x", (1, 0, None)), ("25 (04 nữ)", (25,)), ("1O", (10,)), ("l2", (12,)),
        ("12,0", (12,)), ("12.0", (12,)), ("１２", (12,)),
    ],
)  # fmt: skip
def test_a_doubtful_count_is_asked(cell: Any, readings: Any) -> None:
    assert count(cell) == readings


@pytest.mark.parametrize(
    "cell",
    [
        -1, "-5", 1052.5, "1.052,5", "1,5", True, date(2024, 1, 1), datetime.fromisoformat("2024-01-01T08:00"), 10**14,
        "10000000000000000", "III", "nhiều", "1.05", "1.0522", "12 345 6", "1.052.5", Fault("#N/A"), Fault(""), "५.५",
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused(cell: Any) -> None:
    assert count(cell) == "refused"


def test_whole_numbers_among_fractions_may_be_thousands() -> None:
    numbers = [told(value) for value in read_counts([1.052, 2, 1.35, 0, 2400])]

    assert numbers == [(1052,), (2000, 2), (1350,), 0, 2400]


def test_a_comma_is_asked_where_the_column_uses_it_for_decimals() -> None:
    assert [told(value) for value in read_counts(["1,052", "2,5", "7"])] == [(1052,), "refused", 7]
    assert [told(value) for value in read_counts(["1,052", "1.052", "7"])] == [1052, 1052, 7]


@given(st.integers(0, 10**13))
def test_every_count_comes_back_however_it_is_grouped(number: int) -> None:
    grouped = f"{number:,}"
    forms = [number, str(number), grouped, grouped.replace(",", "."), grouped.replace(",", " "), f" 0{number}"]

    assert read_counts(forms) == [number] * len(forms)


# ---------------------------------------------------------------- decimals


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (7, Decimal(7)), (7.25, Decimal("7.25")), ("7,25", Decimal("7.25")), ("1.052,5", Decimal("1052.5")),
        ("92,3%", Decimal("92.3")), ("1.052", Decimal(1052)), (None, None),
    ],
)  # fmt: skip
def test_a_decimal_is_read(cell: Any, value: Any) -> None:
    assert read_decimals([cell]) == [value]


@pytest.mark.parametrize("cell", ["7.25", "1,052", "gần 5", True, float("inf"), date(2024, 1, 1), Fault("#REF!")])
def test_what_is_no_decimal_is_refused(cell: Any) -> None:
    assert told(read_decimals([cell])[0]) == "refused"


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    "cell",
    [
        date(2024, 12, 5), datetime.fromisoformat("2024-12-05T08:30"), "05/12/2024", "5/12/2024", "5-12-2024",
        "5.12.2024", "05 12 2024", " 05/12/2024 ", "05/12/24", "ngày 05/12/2024", "ngày 05 tháng 12 năm 2024",
        "Bắc Kạn, ngày 5 tháng 12 năm 2024", "2024-12-05", "2024-12-05T00:00:00", "05/12/2024 00:00", 45631, "45631",
    ],
)  # fmt: skip
def test_a_day_is_read_day_first(cell: Any) -> None:
    assert day(cell) == date(2024, 12, 5)


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        ("12/2021", (date(2021, 12, 1),)), ("tháng 5/2019", (date(2019, 5, 1),)), ("2019", (date(2019, 1, 1),)),
        (2019, (date(2019, 1, 1),)), ("năm 2019", (date(2019, 1, 1),)), ("12/25/2024", (date(2024, 12, 25),)),
        (20241205, (date(2024, 12, 5),)), ("/", (None,)), ("không rõ", (None,)), ("x", (None,)),
    ],
)  # fmt: skip
def test_a_doubtful_day_is_asked(cell: Any, readings: Any) -> None:
    assert day(cell) == readings


@pytest.mark.parametrize(
    "cell",
    [
        "31/02/2024", "32/01/2024", "00/05/2024", "13/13/2024", "05/12/1944", date(1900, 1, 5), date(2028, 1, 1),
        "05/12/2099", 12, -1, 1.5, True, "mai", "Quý II/2020", Fault("#VALUE!"), 10**9,
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(cell: Any) -> None:
    assert day(cell) == "refused"


def test_an_empty_day_is_none() -> None:
    assert read_days([None, ""], today=TODAY) == [None, None]


def test_the_days_of_1904_are_four_years_later() -> None:
    assert read_days([45631 - 1462], today=TODAY, from_1904=True) == [date(2024, 12, 5)]


def test_a_column_that_shows_the_month_first_is_asked_throughout() -> None:
    values = read_days(["12/25/2024", "05/06/2024", "07/07/2024"], today=TODAY)

    assert [told(value) for value in values] == [
        (date(2024, 12, 25),), (date(2024, 6, 5), date(2024, 5, 6)), date(2024, 7, 7),
    ]  # fmt: skip


def test_one_cell_among_texts_is_asked_too() -> None:
    days = [told(value) for value in read_days(["15/3/2022", "28/3/2022", date(2022, 5, 3)], today=TODAY)]

    assert days == [date(2022, 3, 15), date(2022, 3, 28), (date(2022, 3, 5), date(2022, 5, 3))]


@pytest.mark.parametrize(
    ("cell", "readings"), [("10-11/2022", (date(2022, 11, 10),)), ("7-8/2014", (date(2014, 8, 7),))]
)
def test_two_months_are_no_day(cell: str, readings: Any) -> None:
    assert day(cell) == readings


def test_cells_that_excel_has_turned_are_asked() -> None:
    values = read_days(["25/12/2024", date(2024, 5, 6), date(2024, 8, 8), date(2024, 1, 2)], today=TODAY)

    assert [told(value) for value in values] == [
        date(2024, 12, 25), (date(2024, 6, 5), date(2024, 5, 6)), date(2024, 8, 8), (date(2024, 2, 1), date(2024, 1, 2)),
    ]  # fmt: skip


@given(st.dates(date(1945, 1, 1), TODAY))
def test_every_day_comes_back_however_it_is_written(one: date) -> None:
    forms = [
        one, f"{one.day}/{one.month}/{one.year}", f"{one:%d-%m-%Y}", f"{one:%d.%m.%Y}", one.isoformat(),
        f"ngày {one.day} tháng {one.month} năm {one.year}",
    ]  # fmt: skip

    assert [read_days([form], today=TODAY)[0] for form in forms] == [one] * len(forms)


@given(st.lists(st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.none(), st.dates())))
def test_no_cell_is_too_odd_for_any_reader(column: list[Any]) -> None:
    latest = TODAY + timedelta(days=366)
    for value in read_days(column, today=TODAY):
        assert told(value) in ("refused", None) or isinstance(value, Doubt) or date(1945, 1, 1) <= value <= latest
    for value in read_counts(column):
        assert isinstance(value, Doubt | Refused) or value is None or value >= 0
    assert len(read_decimals(column)) == len(read_texts(column)) == len(read_answers(column)) == len(column)


# ---------------------------------------------------------------- texts and answers


def test_a_text_is_taken_as_it_reads() -> None:
    assert read_texts(["Tổ", 1052, 1.5, None]) == ["Tổ", "1052", "1,5", ""]


def test_a_day_among_texts_is_asked() -> None:
    told_ = [told(cell) for cell in read_texts(["thôn 3", date(2024, 4, 3)])]

    assert told_ == ["thôn 3", ("03/04/2024", "3-4", "3/4", "4-3")]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("x", True), ("X", True), ("Có", True), (1, True), ("✓", True), (True, True), ("không", False), (0, False),
     ("-", False), (None, False), (False, False)],
)  # fmt: skip
def test_an_answer_is_read(cell: Any, value: bool) -> None:
    assert read_answers([cell]) == [value]


@pytest.mark.parametrize("cell", ["có lẽ", 2, "điểm", Fault("#N/A")])
def test_what_is_no_answer_is_refused(cell: Any) -> None:
    assert told(read_answers([cell])[0]) == "refused"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("bảy", 7), ("mười", 10), ("mười lăm", 15), ("hai mươi", 20), ("hai mươi mốt", 21), ("chín mươi chín", 99),
        ("mươi", None), ("mười mười", None), ("đông", None), ("", None),
    ],
)  # fmt: skip
def test_numbers_in_words(text: str, number: int | None) -> None:
    assert spelt_number(text) == number


def test_a_number_and_its_word_must_agree() -> None:
    values = read_counts(["07 (bảy) người", "năm", "07 (tám) người", "12 VB", "3 triệu"])

    assert [value if isinstance(value, int) else type(value) for value in values] == [7, 5, Refused, 12, Refused]
