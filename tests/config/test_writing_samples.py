from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest
from django.utils import translation
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from config.writing.samples import SampleColumn, sample
from config.writing.texts import Kind

NAME = SampleColumn("Tên", Kind.TEXT, required=True, help="Tên đầy đủ.", example="=Đội 1")
COLUMNS = [
    NAME,
    SampleColumn("Số thành viên của tổ hoà giải", Kind.NUMBER, required=False, help="Một số.", example=12),
    SampleColumn("Tỷ lệ", Kind.DECIMAL, required=False, help="Một số.", example=Decimal("52.5")),
    SampleColumn("Ngày", Kind.DAY, required=True, help="Ngày/tháng/năm.", example=date(2024, 12, 5)),
    SampleColumn("Lúc", Kind.MOMENT, required=False, help="", example=datetime(2024, 12, 5, 1, 30, tzinfo=UTC)),
    SampleColumn("Còn hoạt động", Kind.YES, required=False, help="", example=True, choices=("Có", "Không")),
]
LONG = tuple(f"Xã Bình Thuỷ {number}" for number in range(30))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def opened(columns, **options):
    return load_workbook(io.BytesIO(sample(columns, **options)))


def rows_of(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def choosing(*choices):
    return SampleColumn("Loại", Kind.TEXT, required=False, help="Chọn.", example=choices[0], choices=choices)


def rules_of(sheet):
    return [(str(rule.sqref), rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation]


def test_the_sheet_to_fill_in_comes_first_and_holds_the_heads_alone():
    book = opened(COLUMNS, title="Tổ")

    assert book.sheetnames == ["Tổ", "Instructions"]
    assert rows_of(book["Tổ"]) == [[column.head for column in COLUMNS]]


def test_heads_are_bold_and_stay_in_sight_and_those_required_are_coloured():
    sheet = opened(COLUMNS).worksheets[0]

    assert sheet.freeze_panes == "A2"
    assert [cell.font.bold for cell in sheet[1]] == [True] * 6
    assert [cell.fill.fill_type for cell in sheet[1]] == ["solid", None, None, "solid", None, None]


def test_whole_columns_are_typed_and_as_wide_as_their_heads():
    sheet = opened(COLUMNS).worksheets[0]

    dimensions = [sheet.column_dimensions[letter] for letter in "ABCDEF"]
    formats = ["@", "General", "General", "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "General"]
    assert [dimension.number_format for dimension in dimensions] == formats
    assert [dimension.width for dimension in dimensions] == [14, 32, 14, 14, 14, 16]


def test_examples_are_typed_and_no_text_is_a_formula():
    data = sample(COLUMNS, title="Tổ", rows=[[column.example for column in COLUMNS], [None] * 6])

    moment = datetime.fromisoformat("2024-12-05T08:30")
    examples = ["=Đội 1", 12.0, 52.5, date(2024, 12, 5), moment, "Có"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:] == [examples]
    assert load_workbook(io.BytesIO(data)).worksheets[0]["A2"].data_type == "s"


def test_the_instructions_explain_every_column():
    sheet = opened(COLUMNS[:4])["Instructions"]

    assert rows_of(sheet) == [
        ["Column", "What to write", "Example", "Must be filled in"],
        ["Tên", "Tên đầy đủ.", "=Đội 1", "Có"],
        ["Số thành viên của tổ hoà giải", "Một số.", 12, None],
        ["Tỷ lệ", "Một số.", 52.5, None],
        ["Ngày", "Ngày/tháng/năm.", datetime.fromisoformat("2024-12-05"), "Có"],
        [None] * 4,
        ["The columns with a coloured head must be filled in, all others may be empty.", None, None, None],
    ]


def test_short_lists_stand_in_the_rule_of_the_whole_column():
    book = opened([NAME, choosing("Có", "Không")])

    assert rules_of(book.worksheets[0]) == [("B2:B1048576", "list", '"Có,Không"')]
    assert book.sheetnames == ["Records", "Instructions"]


@pytest.mark.parametrize(
    "choices", [LONG, ("x" * 254, "y"), ("Thôn, xóm", "Tổ"), (" Có", "Không"), ('Tổ "1"', "Tổ 2"), ("=1+1", "x" * 255)]
)
def test_other_lists_lie_on_a_hidden_sheet(choices):
    book = opened([NAME, choosing(*LONG), choosing(*choices)])

    lists = book["Lists"]
    assert lists.sheet_state == "hidden"
    assert rules_of(book.worksheets[0]) == [
        ("B2:B1048576", "list", "'Lists'!$A$2:$A$31"),
        ("C2:C1048576", "list", f"'Lists'!$B$2:$B${len(choices) + 1}"),
    ]
    assert [cell.value for cell in lists["B"][: len(choices) + 1]] == ["Loại", *choices]
    assert [cell.data_type for cell in lists["B"][: len(choices) + 1]] == ["s"] * (len(choices) + 1)


@pytest.mark.parametrize("choices", [("x" * 253, "y"), ("Có",)])
def test_a_list_as_long_as_a_rule_may_be_stands_in_it(choices):
    assert rules_of(opened([choosing(*choices)]).worksheets[0]) == [("A2:A1048576", "list", f'"{",".join(choices)}"')]


def test_the_same_columns_are_the_same_file_without_maker_or_moment():
    data = sample(COLUMNS)

    with ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = archive.read("docProps/core.xml").decode()
    assert properties.count("dcterms:created") == properties.count("dcterms:modified") == 0
    assert properties.count("openpyxl") == 0
    assert data == sample(COLUMNS)
