"""Sheets in and out: one reader for every kind of file, typed and formula-safe writers, cells that say what is wrong."""

from __future__ import annotations

import csv
import hashlib
import io
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import tablib
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export import widgets
from import_export.formats import base_formats
from import_export.tmp_storages import TempFolderStorage
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from python_calamine import CalamineError, CalamineWorkbook

from config.numbers import MOST, parse_count, parse_decimal, unmistakable

MOST_BYTES = 10 * 1024 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnreadableFile(Exception):
    """The file is not a sheet that can be read; the text says what to do."""


def read_sheet(content: bytes) -> tablib.Dataset:
    """Return the first sheet of an .xlsx, .xls, .ods or .csv file, its first row as heads and empty rows left out.

    `sheet_rows` on it gives the number of each row in the file. Raises UnreadableFile.
    """
    if not content:
        raise UnreadableFile(gettext("The file is empty."))
    if len(content) > MOST_BYTES:
        raise UnreadableFile(gettext("The file is larger than 10 MB: split it, or save it again without pictures."))
    rows = _workbook_rows(content) if content[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"} else _csv_rows(content)
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell not in ("", None) for cell in row)]
    if not filled:
        raise UnreadableFile(gettext("The first sheet is empty."))
    heads = [str(cell).strip() for cell in filled[0][1]]
    while heads and not heads[-1]:
        heads.pop()
    dataset = tablib.Dataset(headers=heads)
    dataset.sheet_rows = [number for number, _row in filled[1:]]
    for _number, row in filled[1:]:
        cells = [_plain(cell) for cell in row[: len(heads)]]
        dataset.append(cells + [""] * (len(heads) - len(cells)))
    return dataset


def _workbook_rows(content: bytes) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise UnreadableFile(
            gettext(
                "The file cannot be opened. If it has a password, remove it; otherwise open it in Excel and save it again as .xlsx."
            )
        ) from error


def _csv_rows(content: bytes) -> list[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(gettext("The file is neither Excel nor CSV in UTF-8: save it again as .xlsx.")) from error
    if "\x00" in text:
        raise UnreadableFile(gettext("The file is neither Excel nor CSV in UTF-8: save it again as .xlsx."))
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    return [[_unquoted(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]


def _unquoted(cell: str) -> str:
    """Take off the quote that our own CSV puts before what a spreadsheet would run as a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _plain(cell: Any) -> Any:
    """Return whole numbers as int, moments at midnight as days, texts without outer spaces."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime):
        return cell.date()
    return cell.strip() if isinstance(cell, str) else cell


class SheetFormat(base_formats.Format):
    """Whatever clerks send: .xlsx, .xls, .ods, .csv, told apart by content."""

    def __init__(self, encoding: str | None = None) -> None:
        """Take, and need, no encoding."""

    def get_title(self) -> str:
        return "xlsx, xls, ods, csv"

    def is_binary(self) -> bool:
        return True

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """Read the sheet and keep the digest of the file beside it."""
        dataset = read_sheet(in_stream)
        dataset.digest = hashlib.sha256(in_stream).hexdigest()
        return dataset


class WorkbookExport(base_formats.Format):
    """Typed .xlsx: numbers stay numbers, dates dates, and no text is ever a formula."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def is_binary(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return workbook(list(dataset.headers or []), dataset)


class CsvExport(base_formats.Format):
    """CSV in UTF-8 with the mark that Excel needs; texts that Excel would run are quoted."""

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def is_binary(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return csv_text(list(dataset.headers or []), dataset).encode("utf-8-sig")


# tablib keeps native types only for the formats that it knows as binary.
base_formats.BINARY_FORMATS += [WorkbookExport, CsvExport]  # in place: the library has already handed the list on


def workbook(heads: list[str], rows: Any) -> bytes:
    """Return an .xlsx file of one sheet with bold, frozen heads."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    sheet.append([_cell(sheet, head, font=bold) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any, *, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = "".join(sign for sign in value if sign >= " " or sign in "\n\t")
        cell.data_type = "s"
    elif isinstance(value, datetime):
        cell.value = timezone.make_naive(value) if timezone.is_aware(value) else value
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "dd/mm/yyyy"
    else:
        cell.value = value
    if font:
        cell.font = font
    return cell


def csv_text(heads: list[str], rows: Any) -> str:
    """Return CSV with days as 05/12/2024 and whatever looks like a formula quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(head) for head in heads])
    for row in rows:
        writer.writerow([_safe(value) for value in row])
    return out.getvalue()


def _safe(value: Any) -> Any:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, Decimal):
        return typed_decimal(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


class PrivateStorage(TempFolderStorage):
    """Keep an uploaded file between preview and confirmation, readable by the server alone, for a day at most."""

    name: str | None

    def get_full_path(self) -> str:
        """Return where the file lies, outside everything that is served."""
        folder = Path(settings.VAR_DIR) / "uploads"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder / Path(self.name or "").name)

    def save(self, data: Any) -> None:
        """Store the file and remove those left over from yesterday."""
        self.name = self.name or f"{time.time_ns():x}"
        path = Path(self.get_full_path())
        for old in path.parent.iterdir():
            if old.stat().st_mtime < time.time() - 86400:
                old.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(data)


class DayWidget(widgets.Widget):
    """A day: a date cell, or day/month/year as text."""

    formats = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        """Return the day. Raises ValidationError for anything that is not one."""
        if value in ("", None):
            return None
        if isinstance(value, date):
            return value
        for form in self.formats:
            try:
                return datetime.strptime(str(value).strip(), form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
        raise ValidationError(
            _("“%(value)s” is not a day that exists. Write day/month/year, for example 05/12/2024."),
            params={"value": value},
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None:
            return ""
        return value if kwargs.get("force_native_type") else value.strftime(self.formats[0])


class CountWidget(widgets.Widget):
    """A whole number from zero: 1052, "1.052", "01"."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        """Return the number; an empty cell is not known. Raises ValidationError for anything else."""
        if value in ("", None):
            return None
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self._refused(value)
        if isinstance(value, str):
            try:
                value = parse_count(value)
            except ValueError as error:
                raise self._refused(value) from error
        if value < 0:
            raise ValidationError(_("“%(value)s”: a figure cannot be below zero."), params={"value": value})
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value if value is not None else ""

    def _refused(self, value: Any) -> ValidationError:
        return ValidationError(
            _("“%(value)s” is not a whole number. Write 1052 or 1.052, without words."), params={"value": value}
        )


def typed_decimal(value: Decimal) -> str:
    """Return the number as people type it in the language of the page, without thousands: it reads back the same."""
    if value == value.to_integral_value():
        return str(int(value))
    return f"{unmistakable(value):f}".replace(".", formats.get_format("DECIMAL_SEPARATOR"))


class DecimalWidget(widgets.Widget):
    """A number that may have decimals: a number cell, or a text in the language of the page such as 1.052,5."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        """Return the number; an empty cell is not known. Raises ValidationError where it could be read in two ways."""
        if value in ("", None):
            return None
        number = self._read(value)
        if number is None or not number.is_finite() or abs(number) > MOST:
            raise ValidationError(
                _("“%(value)s” can be read in two ways or is not a number. Write it like %(example)s."),
                params={"value": value, "example": formats.localize(Decimal("1052.5"), use_l10n=True)},
            )
        return number

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None:
            return ""
        number = Decimal(str(value))
        if number == number.to_integral_value():
            return int(number)
        return number.normalize() if kwargs.get("force_native_type") else typed_decimal(number)

    def _read(self, value: Any) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            return None
        try:
            return parse_decimal(value) if isinstance(value, str) else Decimal(str(value))
        except (ValueError, ArithmeticError):
            return None


class TextWidget(widgets.Widget):
    """A text; a number typed into a text column is taken as it reads."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the text without outer spaces."""
        return "" if value is None else str(value).strip()

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value if value is not None else ""
