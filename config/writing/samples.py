"""The empty workbook that an import starts from: typed columns, lists to choose from, and a sheet that explains them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from config.writing.texts import YES, Kind, clean_texts
from config.writing.workbooks import MOST_ROWS, sheet_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMATS = {Kind.TEXT: "@", Kind.DAY: "dd/mm/yyyy", Kind.MOMENT: "dd/mm/yyyy hh:mm"}
_NARROWEST, _WIDEST = 14, 40
_INLINE = 255
_BOLD = Font(bold=True)
_REQUIRED = PatternFill("solid", fgColor="FFE699")
_WRAPPED = Alignment(wrap_text=True, vertical="top", horizontal="left")
_MADE = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


@dataclass(frozen=True)
class SampleColumn:
    """A column to be filled in: `help` says what to write, `choices` are all that may be written, if there are any."""

    head: str
    kind: Kind
    required: bool
    help: str
    example: Any
    choices: Sequence[str] = ()


def sample(columns: Sequence[SampleColumn], *, title: str = "", rows: Iterable[Sequence[Any]] = ()) -> bytes:
    """Return an .xlsx file with the heads of `columns` and `rows` as examples below them, the same bytes every time.

    The sheet to fill in comes first, then the instructions; long lists lie on a hidden sheet.
    """
    book = Workbook()
    book.properties.creator = None
    sheet, instructions, lists = book.active, book.create_sheet(), book.create_sheet()
    sheet.title = sheet_name(title or gettext("Records"))
    instructions.title, lists.title = sheet_name(gettext("Instructions")), sheet_name(gettext("Lists"))
    lists.sheet_state = "hidden"
    _fill_in(sheet, columns, rows)
    _explain(instructions, columns)
    _offer_choices(sheet, lists, columns)
    if lists.max_column == 1 and lists["A1"].value is None:
        book.remove(lists)
    out = BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _fill_in(sheet: Any, columns: Sequence[SampleColumn], rows: Iterable[Sequence[Any]]) -> None:
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = min(max(len(column.head) + 3, _NARROWEST), _WIDEST)
        dimension.number_format = _FORMATS.get(column.kind, "General")
        head = _put(sheet, 1, place, column.head)
        head.font = _BOLD
        if column.required:
            head.fill = _REQUIRED
    for line, row in enumerate(rows, 2):
        for place, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            _put(sheet, line, place, value, column.kind)


def _explain(sheet: Any, columns: Sequence[SampleColumn]) -> None:
    heads = [gettext("Column"), gettext("What to write"), gettext("Example"), gettext("Must be filled in")]
    for place, (text, width) in enumerate(zip(heads, (30, 70, 30, 18), strict=True), 1):
        _put(sheet, 1, place, text).font = _BOLD
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    for line, column in enumerate(columns, 2):
        head = _put(sheet, line, 1, column.head)
        _put(sheet, line, 2, column.help)
        _put(sheet, line, 3, column.example, column.kind)
        _put(sheet, line, 4, column.required, Kind.YES)
        for cell in sheet[line]:
            cell.alignment = _WRAPPED
        if column.required:
            head.fill = _REQUIRED
    note = _put(
        sheet,
        len(columns) + 3,
        1,
        gettext("The columns with a coloured head must be filled in, all others may be empty."),
    )
    note.font = Font(italic=True)


def _offer_choices(sheet: Any, lists: Any, columns: Sequence[SampleColumn]) -> None:
    used = 0
    for place, column in enumerate(columns, 1):
        if not column.choices:
            continue
        source = _inline(column.choices)
        if not source:
            used += 1
            letter = get_column_letter(used)
            for line, choice in enumerate([column.head, *column.choices], 1):
                _put(lists, line, used, choice)
            source = f"{quote_sheetname(lists.title)}!${letter}$2:${letter}${len(column.choices) + 1}"
        validation = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        validation.error = gettext("This value is not in the list: choose one of those that the cell offers.")
        letter = get_column_letter(place)
        validation.add(f"{letter}2:{letter}{MOST_ROWS}")
        sheet.add_data_validation(validation)


def _inline(choices: Sequence[str]) -> str:
    """Return the choices as they stand in the rule itself, "" where they do not fit or a sign would part them wrongly."""
    together = ",".join(choices)
    parted = [choice.strip() for choice in together.split(",")]
    fits = len(together.encode("utf-16-le")) // 2 <= _INLINE and parted == list(choices) and '"' not in together
    return f'"{together}"' if fits else ""


def _put(sheet: Any, line: int, place: int, value: Any, kind: Kind = Kind.TEXT) -> Any:
    """Write one cell, never a formula, and return it."""
    cell = sheet.cell(line, place)
    if kind is Kind.YES:
        value = YES if value else None
    elif kind is Kind.MOMENT and value is not None:
        value = timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, str):
        cell.value = clean_texts([value])[0]
        cell.data_type = "s"
    else:
        cell.value = value
    cell.number_format = _FORMATS.get(kind, "General")
    return cell


def _undated(content: bytes) -> bytes:
    """Return the workbook without the moments of its making."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as made, ZipFile(out, "w", ZIP_DEFLATED) as undated:
        for name in made.namelist():
            data = made.read(name)
            with undated.open(name, "w") as part:
                part.write(_MADE.sub(b"", data) if name == "docProps/core.xml" else data)
    return out.getvalue()
