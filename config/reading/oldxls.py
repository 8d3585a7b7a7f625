"""Days of which an .xls sheet shows no day of the month."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import xlrd
from xlrd.compdoc import CompDocError

from config.reading.openxml import form_of
from config.reading.refusals import Refused
from config.reading.untold import Untold

if TYPE_CHECKING:
    from xlrd.book import Book


def untold(content: bytes) -> list[Untold]:
    """Return what is to be told of each sheet. The cells are looked at only where such a format is in use.

    Raises Refused for a file whose formats cannot be read.
    """
    try:
        return _untold(content)
    except (xlrd.XLRDError, CompDocError, AssertionError, LookupError, ValueError, struct.error) as error:
        raise Refused("damaged") from error


def _untold(content: bytes) -> list[Untold]:
    # what it has to say of a file may not go to where our own words go
    book = xlrd.open_workbook(file_contents=content, formatting_info=True, on_demand=True, logfile=io.StringIO())
    forms = {
        index: form
        for index, style in enumerate(book.xf_list)
        if style.format_key in book.format_map and (form := form_of(book.format_map[style.format_key].format_str))
    }
    return [_of_sheet(book, index, forms) for index in range(book.nsheets)] if forms else []


def _of_sheet(book: Book, index: int, forms: dict[int, str]) -> Untold:
    sheet = book.sheet_by_index(index)
    found = Untold()
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_DATE and (form := forms.get(sheet.cell_xf_index(row, column))):
                found.forms[row, column] = form
    book.unload_sheet(index)
    return found
