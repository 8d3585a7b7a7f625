from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.numbers import parse_decimal
from config.writing.texts import Kind, OutColumn, csv_stream, decimal_text

VALUES = {
    Kind.TEXT: "Nguyễn Văn Đức",
    Kind.NUMBER: -5,
    Kind.DECIMAL: Decimal("1052.5"),
    Kind.DAY: date(2024, 12, 5),
    Kind.MOMENT: datetime(2024, 12, 31, 17, 30, tzinfo=UTC),
    Kind.YES: True,
}


def written(kind, *values):
    """Return the cells of a table of one column, without its head."""
    text = b"".join(csv_stream([OutColumn("Cột", kind)], [[list(values)]])).decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]


def test_a_table_is_utf8_with_its_mark_and_windows_lines():
    columns = [OutColumn(f"Cột {kind.value}", kind) for kind in VALUES]

    with translation.override("vi"):
        data = b"".join(csv_stream(columns, [[[value, None] for value in VALUES.values()]]))

    assert (
        data
        == (
            "\ufeffCột text,Cột number,Cột decimal,Cột day,Cột moment,Cột yes\r\n"
            'Nguyễn Văn Đức,-5,"1052,5",05/12/2024,01/01/2025 00:30,Có\r\n'
            ",,,,,\r\n"
        ).encode()
    )


@pytest.mark.parametrize("blocks", [[], [[[], []]]])
def test_an_empty_table_has_its_heads(blocks):
    data = b"".join(csv_stream([OutColumn("Tên", Kind.TEXT), OutColumn("Số", Kind.NUMBER)], blocks))

    assert data == "\ufeffTên,Số\r\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@x", "\tx", "\rx", "="])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert written(Kind.TEXT, "a", text, None) == ["a", f"'{text}", ""]


def test_a_sign_that_is_taken_out_hides_no_formula():
    assert written(Kind.TEXT, "\x00=1+1", "a\x1fb\ud800c\uffff") == ["'=1+1", "abc"]


def test_a_head_is_as_safe_as_a_text():
    assert b"".join(csv_stream([OutColumn("=1+1", Kind.TEXT)], [])) == b"\xef\xbb\xbf'=1+1\r\n"


@pytest.mark.parametrize("text", ['"x"', "a,b", "a\nb", "a\r\nb", " a ", "a;b", "'a", "<&>", "😀"])
def test_any_other_text_is_read_back_as_it_is(text):
    assert written(Kind.TEXT, text) == [text]


def test_yes_is_said_and_no_is_not():
    assert written(Kind.YES, True, False, None) == ["Có", "", ""]


def test_a_day_has_four_digits_of_its_year():
    assert written(Kind.DAY, date(987, 6, 5)) == ["05/06/0987"]


@pytest.mark.parametrize(("language", "expected"), [("vi", "1052,5"), ("en", "1052.5")])
def test_decimals_are_in_the_language_of_the_page_even_when_read_after_it(language, expected):
    with translation.override(language):
        stream = csv_stream([OutColumn("Cột", Kind.DECIMAL)], [[[Decimal("1052.50")]]])

    with translation.override(None):
        text = b"".join(stream).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text, newline=""))) == [["Cột"], [expected]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("1E+3", "1000"),
        ("1052.000", "1052"),
        ("-0.5", "-0,5"),
        ("1052.125", "1052,1250"),
        ("12345678901234567890123456789012.01", "12345678901234567890123456789012,01"),
    ],
)
def test_a_decimal_is_written_exactly_and_cannot_be_taken_for_thousands(value, expected):
    assert decimal_text(Decimal(value), ",") == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**16), max_value=10**16))
def test_a_decimal_is_read_back_as_it_was(value):
    with translation.override("vi"):
        assert parse_decimal(decimal_text(value, ",")) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, 5),
        (Kind.NUMBER, True),
        (Kind.NUMBER, Decimal(5)),
        (Kind.NUMBER, "5"),
        (Kind.DECIMAL, 5.5),
        (Kind.DAY, datetime(2024, 12, 5, tzinfo=UTC)),
        (Kind.MOMENT, date(2024, 12, 5)),
        (Kind.YES, 1),
    ],
)
def test_a_value_of_another_kind_is_refused(kind, value):
    with pytest.raises(TypeError, match=f"^The column “Cột” holds {kind.value} values, not {type(value).__name__}.$"):
        written(kind, None, value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match=f"^{value} cannot be written as a number.$"):
        written(Kind.DECIMAL, Decimal(value))


def test_columns_of_different_length_are_refused():
    columns = [OutColumn("Tên", Kind.TEXT), OutColumn("Số", Kind.NUMBER)]

    with pytest.raises(ValueError, match="shorter"):
        b"".join(csv_stream(columns, [[["a", "b"], [1]]]))
