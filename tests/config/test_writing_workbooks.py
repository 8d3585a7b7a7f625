from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from unicodedata import category, normalize
from zipfile import ZipFile

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from config.writing import workbooks
from config.writing.texts import Kind, OutColumn
from config.writing.workbooks import TextTooLong, workbook_stream

TEXTS = [
    "Tổ hoà giải Đông Hòa",
    normalize("NFD", "Nguyễn Văn Đức"),
    "=1+1",
    "+84",
    "-5",
    "@x",
    "00123",
    "\ta\tb",
    "a\rb",
    "a\nb\n",
    " hai bên ",
    "\"x\" 'y'",
    "<&>&amp;",
    "]]>",
    "😀",
    "100% %s %d",
    "_x000D_",
    "_x005F_x000D_",
    "_x0041_x0042_",
    "_x00e9_ _X000D_ _xyz_",
]
ROW = {
    Kind.TEXT: "Đội 1",
    Kind.NUMBER: -5,
    Kind.DECIMAL: Decimal("1052.5"),
    Kind.DAY: date(2024, 2, 29),
    Kind.MOMENT: datetime(2024, 12, 31, 17, 30, 15, tzinfo=UTC),
    Kind.YES: True,
}
COLUMNS = [OutColumn(f"Cột {kind.value}", kind) for kind in ROW]
NAME, NUMBER = OutColumn("Tên", Kind.TEXT), OutColumn("Số", Kind.NUMBER)

anything = st.text(
    st.one_of(st.characters(), st.sampled_from("_xX0aAfF&;<>#13'\"% \t\r\n\x00\x1f\ud800\uffff")), max_size=12
) | st.sampled_from(TEXTS)


def made(columns, *blocks, **options):
    return b"".join(workbook_stream(columns, blocks, **options))


def by_openpyxl(data):
    """Return the rows of each sheet; this reader leaves Excel's escapes as they stand."""
    return {
        sheet.title: [
            [cell.replace("_x005F_", "_") if isinstance(cell, str) else cell for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in load_workbook(io.BytesIO(data))
    }


def by_calamine(data):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def column_of(kind, *values):
    """Return what both readers find in a column of one kind, which must be the same."""
    data = made([NUMBER, OutColumn("Cột", kind)], [range(len(values)), values], title="Sổ")
    first = [row[1] for row in by_openpyxl(data)["Sổ"][1:]]
    second = [row[1] for row in by_calamine(data)["Sổ"][1:]]

    assert second == ["" if value is None else value for value in first]
    return first


def sheet_xml(data, number=1):
    with ZipFile(io.BytesIO(data)) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml").decode()


def legal(text):
    return "".join(
        sign
        for sign in text
        if sign in "\t\n\r" or (sign >= " " and category(sign) != "Cs" and sign not in "\ufffe\uffff")
    )


def test_each_kind_is_read_back_as_what_it_is():
    data = made(COLUMNS, [[value, None] for value in ROW.values()], title="Sổ")

    heads = [column.head for column in COLUMNS]
    day, moment = datetime.fromisoformat("2024-02-29"), datetime.fromisoformat("2025-01-01T00:30:15")
    assert by_openpyxl(data) == {"Sổ": [heads, ["Đội 1", -5, 1052.5, day, moment, "Có"]]}
    assert by_calamine(data) == {"Sổ": [heads, ["Đội 1", -5.0, 1052.5, date(2024, 2, 29), moment, "Có"]]}


def test_texts_are_read_back_as_they_are_and_never_as_formulas():
    assert column_of(Kind.TEXT, *TEXTS) == TEXTS
    assert column_of(Kind.TEXT, *TEXTS, None, "") == [*TEXTS, None, None]


@given(st.lists(anything, min_size=1, max_size=8))
def test_any_texts_are_read_back_without_the_signs_that_no_file_may_hold(texts):
    assert column_of(Kind.TEXT, *texts) == [legal(text) or None for text in texts]


@given(st.lists(st.none() | st.integers(), min_size=1, max_size=8))
def test_any_numbers_are_read_back_exactly_large_ones_as_texts(numbers):
    expected = [str(number) if number is not None and abs(number) >= 10**15 else number for number in numbers]

    assert column_of(Kind.NUMBER, *numbers) == expected


@given(st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_any_decimals_are_read_back_exactly_long_ones_as_texts(numbers):
    with translation.override("en"):
        found = column_of(Kind.DECIMAL, *numbers)

    assert [None if cell is None else Decimal(str(cell)) for cell in found] == numbers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal(0), 0),
        (Decimal("1052.5"), 1052.5),
        (Decimal("0.001"), 0.001),
        (7, 7),
        (Decimal("999999999999999"), 999999999999999),
        (Decimal("99999999999.9999"), 99999999999.9999),
        (Decimal("1000000000000000"), "1000000000000000"),
        (Decimal("-123456789012.3456"), "-123456789012,3456"),
        (Decimal("1E-16"), "0,0000000000000001"),
    ],
)
def test_a_decimal_is_a_number_as_long_as_excel_keeps_all_of_it(value, expected):
    with translation.override("vi"):
        assert column_of(Kind.DECIMAL, value) == [expected]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_of_fifteen_digits_is_a_number_and_a_longer_one_a_text(sign):
    assert column_of(Kind.NUMBER, None, 0, sign * 999999999999999) == [None, 0, sign * 999999999999999]
    assert column_of(Kind.NUMBER, None, 0, sign * 10**15) == [None, 0, str(sign * 10**15)]


def test_days_before_march_1900_are_texts():
    days = [date(1900, 2, 28), date(1900, 3, 1), None, date(2024, 2, 29), date(987, 6, 5)]

    data = made([NUMBER, OutColumn("Ngày", Kind.DAY)], [[1, 2, 3, 4, 5], days], title="Sổ")

    texts = ["28/02/1900", date(1900, 3, 1), "", date(2024, 2, 29), "05/06/0987"]
    assert [row[1] for row in by_calamine(data)["Sổ"][1:]] == texts


def test_moments_before_march_1900_are_texts():
    moment = datetime(1899, 12, 31, 1, 2, tzinfo=UTC)

    assert column_of(Kind.MOMENT, moment) == ["31/12/1899 08:08"]  # Saigon's own time was seven hours and six minutes


def test_a_cell_of_nothing_is_not_there():
    data = made(COLUMNS, [[None, value, None] for value in ROW.values()])

    places = [f"{letter}{line}" for line in (1, 3) for letter in "ABCDEF"]
    assert re.findall('<c r="([^"]+)"', sheet_xml(data)) == places
    assert re.findall('<row r="([^"]+)"', sheet_xml(data)) == ["1", "2", "3", "4"]


def test_a_column_of_nothing_is_empty():
    data = made([NAME, *COLUMNS], [["a", "b"], *[[None, None]] * len(COLUMNS)], title="Sổ")

    assert [row[:1] for row in by_calamine(data)["Sổ"]] == [["Tên"], ["a"], ["b"]]
    assert re.findall('<c r="([^"]+)" t', sheet_xml(data)) == ["A2", "A3"]


@pytest.mark.parametrize("blocks", [[], [[[], []]]])
def test_an_empty_table_has_its_heads(blocks):
    data = made([NAME, NUMBER], *blocks, title="Sổ")

    assert by_openpyxl(data) == by_calamine(data) == {"Sổ": [["Tên", "Số"]]}


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 5000, 5001, 10_000])
def test_no_row_is_lost_between_blocks(count):
    names, numbers = [f"Đội {number}" for number in range(count)], list(range(count))
    blocks = [[names[start : start + 5000], numbers[start : start + 5000]] for start in range(0, count, 5000)]

    data = made([NAME, NUMBER], *blocks, title="Sổ")

    assert by_calamine(data) == {"Sổ": [["Tên", "Số"], *map(list, zip(names, numbers, strict=True))]}


def test_rows_beyond_a_sheet_go_on_to_the_next_below_the_same_heads(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 4)

    data = made([NAME, NUMBER], [list("abcd"), [1, 2, 3, 4]], [list("efg"), [5, 6, 7]], title="Sổ")

    heads = ["Tên", "Số"]
    expected = {
        "Sổ": [heads, ["a", 1], ["b", 2], ["c", 3]],
        "Sổ (2)": [heads, ["d", 4], ["e", 5], ["f", 6]],
        "Sổ (3)": [heads, ["g", 7]],
    }
    assert by_openpyxl(data) == by_calamine(data) == expected
    assert [sheet.auto_filter.ref for sheet in load_workbook(io.BytesIO(data))] == ["A1:B4", "A1:B4", "A1:B2"]


def test_each_sheet_has_its_own_filter(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)

    with ZipFile(io.BytesIO(made([NAME, NUMBER], [["a", "b"], [1, 2]], title="Sổ 'a' & b"))) as archive:
        book = archive.read("xl/workbook.xml").decode()

    assert [(index, unescape(area)) for index, area in re.findall(r'localSheetId="(\d)" hidden="1">([^<]*)', book)] == [
        ("0", "'Sổ ''a'' & b'!$A$1:$B$2"),
        ("1", "'Sổ ''a'' & b (2)'!$A$1:$B$2"),
    ]


def test_a_full_sheet_begins_no_empty_one(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 4)

    assert list(by_calamine(made([NAME], [["a", "b", "c"]], title="Sổ"))) == ["Sổ"]


def test_a_sheet_too_large_to_be_opened_goes_on_to_the_next(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_XML", 10)

    data = made([NAME], [["a"]], [["b"]], title="Sổ")

    assert by_calamine(data) == {"Sổ": [["Tên"], ["a"]], "Sổ (2)": [["Tên"], ["b"]]}


def test_a_sheet_holds_as_many_rows_as_excel_opens():
    assert (workbooks.MOST_ROWS, workbooks.MOST_SIGNS) == (2**20, 2**15 - 1)


def test_heads_are_bold_and_stay_in_sight_and_columns_are_wide_enough():
    columns = [OutColumn("Tên", Kind.TEXT, 40), OutColumn("Ngày ra quyết định", Kind.DAY), NUMBER]

    sheet = load_workbook(io.BytesIO(made(columns, [["a"], [date(2024, 12, 5)], [1]]))).active

    assert sheet.freeze_panes == "A2"
    assert [cell.font.bold for row in sheet.iter_rows() for cell in row] == [True] * 3 + [False] * 3
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [40, 21, 10]
    assert sheet.auto_filter.ref == "A1:C2"


def test_numbers_and_days_are_shown_the_vietnamese_way():
    cells = {**ROW, "whole": Decimal("1052.00")}
    columns = [*COLUMNS, OutColumn("Tròn", Kind.DECIMAL)]

    sheet = load_workbook(io.BytesIO(made(columns, [[value] for value in cells.values()]))).active

    formats = ["General", "General", "#,##0.0#########", "dd/mm/yyyy", "dd/mm/yyyy\\ hh:mm", "General", "#,##0"]
    assert [cell.number_format for cell in sheet[2]] == formats


@pytest.mark.parametrize("sign", ["x", "<", "😀"])
def test_a_text_as_long_as_a_cell_holds_is_kept(sign):
    text = sign * (workbooks.MOST_SIGNS // (2 if sign == "😀" else 1))

    assert by_calamine(made([NAME], [[text]], title="Sổ")) == {"Sổ": [["Tên"], [text]]}


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384])
def test_a_longer_text_is_refused_and_never_cut(text):
    with translation.override("en"), pytest.raises(TextTooLong) as refusal:
        made([NAME], [["a", text]])

    assert str(refusal.value) == (
        "A text in the column “Tên” has more than 32,767 signs, which no spreadsheet cell can hold. Shorten the text"
        f" that begins with “{text[:60]}”, or save the table as CSV."
    )


@pytest.mark.parametrize(("kind", "value"), [(Kind.NUMBER, True), (Kind.TEXT, 5), (Kind.DAY, datetime.now(tz=UTC))])
def test_a_value_of_another_kind_is_refused(kind, value):
    with pytest.raises(TypeError, match="The column “Cột” holds"):
        made([OutColumn("Cột", kind)], [[value]])


def test_a_moment_keeps_parts_of_a_second():
    assert column_of(Kind.MOMENT, datetime(2024, 12, 5, 1, 2, 3, 250_000, tzinfo=UTC)) == [
        datetime.fromisoformat("2024-12-05T08:02:03.250")
    ]


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        made([OutColumn("Cột", Kind.MOMENT)], [[datetime.fromisoformat("2024-12-05")]])


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        made([NAME, NUMBER], [["a", "b"], [1]])


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Sổ", "Sổ"),
        ("Mẫu 1/2: [a]*?", "Mẫu 1 2 a"),
        ("x" * 40, "x" * 31),
        ("😀" * 20, "😀" * 15),
        ("'a' & <b>", "a' & <b>"),
        ("a\n\x00b", "a b"),
        ("History", "Records"),
        ("???", "Records"),
    ],
)
def test_a_sheet_is_named_as_far_as_excel_allows(title, name):
    data = made([NAME], [["a"]], title=title)

    assert by_openpyxl(data) == by_calamine(data) == {name: [["Tên"], ["a"]]}


def test_a_long_title_leaves_room_for_the_number_of_the_sheet(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)

    assert list(by_calamine(made([NAME], [["a", "b"]], title="x" * 40))) == ["x" * 31, f"{'x' * 27} (2)"]


def test_the_same_table_is_the_same_file():
    tables = [made(COLUMNS, [[value] for value in ROW.values()]) for _time in range(2)]

    assert tables[0] == tables[1]
    with ZipFile(io.BytesIO(tables[0])) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert [name for name in archive.namelist() if name.startswith("docProps")] == []


def test_the_first_bytes_leave_before_the_first_row_is_asked_for():
    asked = []

    def blocks():
        asked.append("block")
        yield [["a"]]

    stream = workbook_stream([NAME], blocks())

    assert next(stream)[:4] == b"PK\x03\x04"
    assert asked == []


def test_memory_does_not_grow_with_the_table():
    def peak(count):
        texts = [f"Tổ tự quản số {number}" for number in range(5000)]
        tracemalloc.start()
        for _chunk in workbook_stream([NAME], ([texts] for _block in range(count))):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(20) < peak(2) + 1_000_000


def test_a_download_that_is_broken_off_asks_for_no_more_rows():
    asked = []

    def blocks():
        try:
            for name in "abc":
                asked.append(name)
                yield [[f"{name} {number}" for number in range(5000)]]
        finally:
            asked.append("end")

    stream = workbook_stream([NAME], blocks())
    next(stream)
    next(stream)
    next(stream)
    stream.close()

    assert asked == ["a", "end"]


def test_libreoffice_reads_the_same_values(tmp_path):
    if not shutil.which("soffice"):
        pytest.fail("LibreOffice is needed to see that it opens our workbooks: install the package libreoffice-calc.")
    days = [date(1900, 2, 28), date(1900, 3, 1), date(2024, 2, 29), None]
    numbers = [0, -5, 10**15, None]
    decimals = [Decimal("1052.5"), Decimal("-0.125"), Decimal(7), None]
    moments = [ROW[Kind.MOMENT], None, None, None]
    count = len(TEXTS)
    block = [TEXTS, *[[*values, *[None] * (count - 4)] for values in (numbers, decimals, days, moments)]]
    columns = [OutColumn("Tên", Kind.TEXT), NUMBER, *COLUMNS[2:5]]
    with translation.override("vi"):
        (tmp_path / "table.xlsx").write_bytes(made(columns, block, title="Sổ"))

    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "table.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )

    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads == [column.head for column in columns]
    found = [list(column) for column in zip(*rows, strict=True)]
    rest = [""] * (count - 4)
    assert found == [
        TEXTS,
        ["0", "-5", "1000000000000000", "", *rest],
        ["1,052.5", "-0.125", "7", "", *rest],
        ["28/02/1900", "01/03/1900", "29/02/2024", "", *rest],
        ["01/01/2025 00:30", "", "", "", *rest],
    ]
