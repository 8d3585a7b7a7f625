"""Spreadsheet files are read as they are, in a process of their own; a bad one is refused by its own sentence."""

from __future__ import annotations

import io
import struct
import threading
import time
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from config.reading import limits
from config.reading.files import Block, Fault, UnreadableFile, decode, encode, open_file
from tests.config.sheetfiles import archive, ods, ods_cell, raw_xlsx, xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[1]
CORPUS, FILES = TESTS / "corpus" / "blind", TESTS / "files"
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def read(content: bytes, *, sheet: int = 0, leave_out: tuple[int, ...] = ()) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the rows of one sheet with their numbers."""
    with open_file(content) as file:
        blocks = [decode(block) for block in file.blocks(sheet, leave_out=leave_out)]
    return [
        (number, cells)
        for block in blocks
        for number, cells in zip(block.rows, zip(*block.columns, strict=True), strict=True)
    ]


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as error:
        read(content)
    return str(error.value)


# ---------------------------------------------------------------- what comes out


def test_cells_keep_their_kind_and_rows_their_numbers() -> None:
    rows = [
        [],
        [None, "Tên", "Số"],
        [],
        [None, "  Tổ một ", 7],
        [None, 1.5, 12.0],
        [None, date(2024, 12, 5), datetime.fromisoformat("2024-12-05T08:30")],
        [None, True, "dòng\nhai"],
    ]

    assert read(xlsx({"A": rows})) == [
        (2, (None, "Tên", "Số")),
        (4, (None, "Tổ một", 7)),
        (5, (None, 1.5, 12)),
        (6, (None, date(2024, 12, 5), datetime.fromisoformat("2024-12-05T08:30"))),
        (7, (None, True, "dòng\nhai")),
    ]


def test_the_top_tells_sheets_hidden_ones_and_merged_ranges() -> None:
    content = xlsx({"Một": [["a", None], ["b", "c"]], "Hai": [["x", None]]}, hidden=["Hai"], merged="A1:B1")

    with open_file(content, name="a.xlsx") as file:
        told = [(top.name, top.hidden, top.height, top.width, top.merged) for top in file.sheets]
        first = file.sheets[0].rows
        kind = file.kind

    assert kind == "xlsx"
    assert told == [("Một", False, 2, 2, ((1, 0, 1, 1),)), ("Hai", True, 1, 1, ((1, 0, 1, 1),))]
    assert first == ((1, ("a", None)), (2, ("b", "c")))


def test_rows_come_in_blocks_and_columns_left_out_never_come() -> None:
    content = xlsx({"A": [[number, f"tên {number}"] for number in range(12_001)]})

    with open_file(content) as file:
        blocks = [decode(block) for block in file.blocks(0, leave_out=[1])]

    assert [len(block.rows) for block in blocks] == [5000, 5000, 2001]
    assert [block.columns[1] for block in blocks] == [[], [], []]
    assert [block.columns[0][0] for block in blocks] == [0, 5000, 10_000]


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="e"><f>B9/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="A1"><f>SUM(B1:B9)</f></c>', ""),
        ('<c r="A1"><f>SUM(B1:B9)</f><v></v></c>', ""),
    ],
)
def test_an_error_and_a_formula_without_its_value_are_never_empty(cell: str, fault: str) -> None:
    filled = '<c r="B1" t="inlineStr"><is><t>x</t></is></c>'

    assert read(raw_xlsx(f'<row r="1">{cell}{filled}</row>')) == [(1, (Fault(fault), "x"))]


def test_an_error_in_an_opendocument_is_never_empty() -> None:
    rows = dict(read(next(CORPUS.glob("06*.ods")).read_bytes()))

    assert (rows[17][7], rows[17][6], rows[16][7]) == (Fault("#REF!"), None, 9)


def test_merged_ranges_of_an_opendocument_are_told() -> None:
    merged = '<table:table-cell office:value-type="string" table:number-rows-spanned="{}" table:number-columns-spanned="{}"><text:p>a</text:p></table:table-cell>'
    blank = '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row/>'
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    rows = [
        f"<table:table-row>{merged.format(1, 3)}{covered}</table:table-row>",
        blank,
        f"<table:table-row>{ods_cell('x')}{merged.format(3, 1)}</table:table-row>",
    ]

    with open_file(ods("".join(rows))) as file:
        assert file.sheets[0].merged == ((1, 0, 1, 2), (5, 1, 7, 1))


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("mm/yyyy", "03/2014"), ('"Tháng "m"/"yyyy', "03/2014"), ("[$-409]mmm\\-yy;@", "03/2014"), ("mmm-yy", "03/2014"),
        ("yyyy", "2014"), ("dd/mm/yyyy", date(2014, 3, 1)), ("General", date(2014, 3, 1)),
    ],
)  # fmt: skip
def test_a_day_of_which_the_cell_shows_only_the_month_is_no_day(form: str, shown: Any) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([date(2014, 3, 5), date(2014, 3, 1), "x"])
    sheet["B1"].number_format = form if form != "General" else "d-mmm-yy"
    out = io.BytesIO()
    book.save(out)

    assert read(out.getvalue()) == [(1, (date(2014, 3, 5), shown, "x"))]


@pytest.mark.parametrize(
    ("said", "shown"),
    [("03/2014", "03/2014"), ("tháng 3 năm 2014", "03/2014"), ("2014", "2014"), ("01/03/2014", date(2014, 3, 1))],
)
def test_a_month_of_an_opendocument_is_no_day(said: str, shown: Any) -> None:
    day = f'<table:table-cell office:value-type="date" office:date-value="2014-03-01"><text:p>{said}</text:p></table:table-cell>'

    assert read(ods(f"<table:table-row>{ods_cell('x')}{day}</table:table-row>")) == [(1, ("x", shown))]


def test_the_days_of_1904_are_told() -> None:
    book = xlsx({"A": [["a"]]})
    with zipfile.ZipFile(io.BytesIO(book)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members["xl/workbook.xml"] = members["xl/workbook.xml"].replace(b"<workbookPr", b'<workbookPr date1904="1"')

    with open_file(archive(members)) as file:
        assert file.days_from_1904 is True


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_forms_are_read_alike(kind: str) -> None:
    content = (FILES / f"lines.{kind}").read_bytes()

    with open_file(content) as file:
        assert file.kind == kind
    assert read(content) == [
        (3, (None, "Tên", "Số", None)),
        (5, (None, "x", 1, date(2024, 12, 5))),
    ]


@pytest.mark.parametrize("beside", ["x", None, 7])
def test_letters_typed_apart_from_their_marks_are_composed(beside: Any) -> None:
    assert read(xlsx({"A": [["07 ngu\u031bo\u031b\u0300i"], [beside]]}))[0] == (1, ("07 người",))


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(st.characters(codec="utf-8", exclude_characters="\x1e\x1f\x00\x01")),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.builds(Fault, st.sampled_from(["", "#N/A", "#REF!"])),
)


@given(st.lists(CELLS, max_size=30))
def test_a_block_comes_back_as_it_was(column: list[Any]) -> None:
    block = Block(tuple(range(len(column))), [column, []])

    assert decode(encode(block)) == block


# ---------------------------------------------------------------- text files


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_files_are_read_whatever_parts_and_codes_them(separator: str, coding: str) -> None:
    lines = [["Tên", "Địa bàn", "Số"], ["Tổ hòa giải", 'xã "Hà Hiệu"', "1.052"], ["dòng\nhai", "", "x"]]
    text = "\r\n".join(separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) for line in lines)

    assert read(text.encode(coding)) == [
        (1, ("Tên", "Địa bàn", "Số")),
        (2, ("Tổ hòa giải", 'xã "Hà Hiệu"', "1.052")),
        (3, ("dòng\nhai", None, "x")),
    ]


def test_vietnamese_windows_text_is_read() -> None:
    content = next(CORPUS.glob("15*.csv")).read_bytes()

    assert read(content)[0][1][:4] == ("TT", "Ngày bắt đầu", "Ngày kết thúc", "Loại hoạt động")


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (["UBND huyện, Ban Chỉ đạo, tháng 12, 2022", "Xã;Tên", "A;B", "C;D", "E;F"], ("Xã", "Tên")),
        (["Xã;Tên;Số", "A;B, C;1,5", "D;E;1,5"], ("A", "B, C", "1,5")),
        (["Tên", "A", "B,C"], ("B", "C")),
    ],
)
def test_the_separator_is_what_parts_most_lines_alike(lines: list[str], first: tuple[str, ...]) -> None:
    rows = [tuple(cell for cell in cells if cell) for _number, cells in read("\n".join(lines).encode())]

    assert first in rows


@pytest.mark.parametrize("place", [1, 2])
def test_a_text_file_in_an_old_coding_is_read(place: int) -> None:
    lines = [
        ("Tên tổ,Xã", "Tªn tæ,X·", "Teân toå,Xaõ"),
        ("Tổ hòa giải,Cẩm Giàng", "Tæ hßa gi¶i,CÈm Giµng", "Toå hoøa giaûi,Caåm Giaøng"),
    ]
    content = "\n".join(line[place] for line in lines).encode("latin-1")

    assert [cells for _number, cells in read(content)] == [tuple(line[0].split(",")) for line in lines]


def test_the_mark_before_a_formula_comes_off_again() -> None:
    assert read(b"a,b\n'=1+1,'khong\n") == [(1, ("a", "b")), (2, ("=1+1", "'khong"))]


# ---------------------------------------------------------------- bad files

NOT_A_SHEET = "This is no spreadsheet, whatever its name says: choose an .xlsx, .xls, .ods or .csv file."
DAMAGED = "The file is damaged or incomplete: open it in Excel, save it again as .xlsx and choose the new file."
TOO_LARGE = "The file is too large to be read: split it, or delete empty rows and columns, save it and choose it again."
MARKUP = "This file is a web page or XML under the name of a spreadsheet: open it in Excel and save it as .xlsx."
MACROS = "The file holds macros: save it again as .xlsx, without macros."
PASSWORD = "The file has a password: open it, remove the password, save it and choose it again."
FAR_OUT = (
    "A cell stands beyond row 200000 or far to the right: delete what stands out there, save and choose the file again."
)
TOO_WIDE = "The sheet “A” has more than 300 columns: delete those that are not needed, save and choose the file again."
EMPTY = "The file has no row with anything in it: look whether it is the right one."
BOMB = "The file unpacks to far more than a spreadsheet holds: open it, save it again and choose the new file."


def good() -> bytes:
    return xlsx({"A": [[number, f"tên {number}", date(2024, 1, 1)] for number in range(2000)]})


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "The file is empty."),
    "only blank lines": (b"\n\n;;\n", EMPTY),
    "sheets without rows": (xlsx({"A": [], "B": []}), EMPTY),
    "a PDF": (b"%PDF-1.7\n" + bytes(2000), NOT_A_SHEET),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(2000), NOT_A_SHEET),
    "a document": (archive({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), NOT_A_SHEET),
    "an archive of other things": (archive({"anh.jpg": bytes(100)}), DAMAGED),
    "a page": ("<html><table><tr><td>Tên</td></tr></table></html>".encode(), MARKUP),
    "a sheet in XML": (b'<?xml version="1.0"?><Workbook></Workbook>', MARKUP),
    "macros": (raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', **{"xl/vbaProject.bin": b"x"}), MACROS),
    "macros of old": (OLE + "_VBA_PROJECT".encode("utf-16-le"), MACROS),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), PASSWORD),
    "an old document": (OLE + "WordDocument".encode("utf-16-le"), NOT_A_SHEET),
    "an old file cut off": (OLE, DAMAGED),
    "cut off early": (good()[:200], DAMAGED),
    "cut off at half": (good()[: len(good()) // 2], DAMAGED),
    "cut off late": (good()[:-30], DAMAGED),
    "bytes": (bytes(range(256)) * 20, "The file is neither Excel nor a text that can be read: save it again as .xlsx."),
    "a value in the last row": (raw_xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'), FAR_OUT),
    "a value in the last column": (raw_xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'), TOO_WIDE),
    "a thousand columns": (
        xlsx({"A": [[f"cột {place}" for place in range(1000)]]}),
        TOO_WIDE,
    ),
    "too many lines": (b"a;b\n" * 200_001, FAR_OUT),
    "a repeated row": (ods(f'<table:table-row table:number-rows-repeated="1000000">{ods_cell("a")}</table:table-row>'), FAR_OUT),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_by_its_own_sentence(name: str) -> None:
    content, said = BAD[name]
    begin = time.monotonic()

    told = refusal(content)

    assert told == said
    assert time.monotonic() - begin < 20


def test_a_file_beyond_the_limit_is_refused_before_it_is_opened() -> None:
    assert refusal(bytes(limits.MOST_BYTES + 1)) == (
        "The file is larger than 20 MB: split it, or save it again without pictures."
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: raw_xlsx("", **{"xl/media/a.xml": bytes(30 * MEGABYTE)}), id="a member of noughts"),
        pytest.param(lambda: archive({f"{number}.xml": b"" for number in range(2001)}), id="too many members"),
        pytest.param(lambda: _understated(raw_xlsx("<row/>" * 4_000_000)), id="a size that is understated"),
    ],
)
def test_an_archive_that_swells_is_refused(content: Any) -> None:
    assert refusal(content()) in {BOMB, DAMAGED}


def _understated(content: bytes) -> bytes:
    """Return an archive whose directory says of each member that it has one byte."""
    out = bytearray(content)
    place = 0
    while (place := out.find(b"PK\x01\x02", place)) >= 0:
        out[place + 24 : place + 28] = struct.pack("<I", 1)
        place += 4
    return bytes(out)


def test_entities_that_swell_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{one + 1} "{f"&e{one};" * 10}">' for one in range(9))
    sheet = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">{entities}]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row></sheetData></worksheet>'
    content = raw_xlsx("", **{"xl/worksheets/sheet1.xml": sheet})

    try:
        cells = str(read(content))
    except UnreadableFile as error:
        cells = str(error)

    assert len(cells) < 1000


def test_blank_cells_with_a_style_down_to_the_last_row_are_no_rows() -> None:
    styled = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in (5, 1_048_576))

    assert read(raw_xlsx(f'<row r="1"><c r="A1"><v>7</v></c></row>{styled}')) == [(1, (7,))]


@pytest.mark.parametrize("name", ["a value in the last row", "a value in the last column", "a repeated row"])
def test_a_value_far_out_takes_bounded_memory(name: str) -> None:
    seen: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            with suppress(psutil.Error):
                children = psutil.Process().children(recursive=True)
                # until it runs its own program, a new process counts the memory of this one
                seen.append(sum(one.memory_info().rss for one in children if "config.reading.child" in one.cmdline()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    refusal(BAD[name][0])
    over.set()
    watcher.join()

    assert 0 < max(seen) < 400 * MEGABYTE


def test_nothing_is_left_running_whatever_happens() -> None:
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    content = xlsx({"A": [[number, "x"] for number in range(12_000)]})
    with open_file(content) as file:
        next(iter(file.blocks(0)))  # the reader goes away in the middle
    with pytest.raises(RuntimeError), open_file(content):
        raise RuntimeError
    refusal(b"%PDF")

    assert {one.pid for one in psutil.Process().children(recursive=True)} - before == set()


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 0.0)

    assert refusal(good()) == TOO_LARGE


def test_a_day_that_an_old_workbook_shows_as_a_month_is_told_as_one() -> None:
    content = (CORPUS.parent / "known" / "44-to-hoa-giai-cho-moi.xls").read_bytes()

    with open_file(content) as file:
        cells = [cell for block in file.blocks(0) for column in decode(block).columns for cell in column]

    assert "03/2015" in cells
    assert date(2015, 3, 1) not in cells
