"""What an OpenDocument spreadsheet says of its cells and the reader leaves out: errors, merged ranges, days without day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

from config.reading import limits
from config.reading.untold import Untold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element
    from zipfile import ZipFile

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_CHUNK = 1 << 20
_ROOT = re.compile(rb"<([\w:]*document-content)\b[^>]*>")
_START = re.compile(rb"<table:table\s[^>]*>|<table:table-row\b([^>]*)>")
_END = b"</table:table-row>"
_TIMES = re.compile(rb'number-rows-repeated="(\d+)"')
_NUMBER = re.compile(r"\d+")
# one of these is in every row of which there is something to tell
_TELLING = re.compile(rb'"error"|-spanned="|="date"[^>]*>\s*<text:p>[^<\d]*(?:\d\d?[^<\d]+)?\d{4}[^<\d]*</text:p>')


def untold(archive: ZipFile) -> list[Untold]:
    """Return what is to be told of each table. Only those rows are parsed that tell something."""
    found: list[Untold] = []
    root: re.Match[bytes] | None = None
    row = 0
    for piece in _rows(archive):
        root = root or _ROOT.search(piece)
        begin = times = 0
        for start in _START.finditer(piece):
            if start[1] is None:
                found.append(Untold())
                row = times = 0
            else:
                row, begin = row + times, start.start()
                told = _TIMES.search(start[1])
                times = int(told[1]) if told else 1
        if root and found and times and _TELLING.search(piece, begin):
            parsed = fromstring(root[0] + piece[begin:] + b"</" + root[1] + b">")  # noqa: S314 - it has no entities
            _tell(found[-1], range(row, row + min(times, limits.MOST_ROWS)), parsed[0])
        row += times
    return found


def _tell(untold: Untold, rows: Sequence[int], element: Element) -> None:
    """Keep what the cells of a row say; the file writes it once for all `rows` alike."""
    column = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        places = [(row, one) for row in rows for one in range(column, column + min(times, limits.MOST_COLUMNS))]
        shown = "".join(text for line in cell.findall(f"{_TEXT}p") for text in line.itertext()).strip()
        if cell.get(_ERROR_TYPE) == "error":
            untold.faults |= dict.fromkeys(places, shown or "#")
        elif form := _form(cell.get(f"{_OFFICE}date-value", ""), shown):
            untold.forms |= dict.fromkeys(places, form)
        high, wide = (int(cell.get(f"{_TABLE}number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if high > 1 or wide > 1:
            untold.merged.append(((rows[0], column), (rows[0] + high - 1, column + wide - 1)))
        column += times


def _form(day: str, shown: str) -> str:
    """Return what a cell shows of its day, nothing where it shows all of it."""
    numbers = [int(number) for number in _NUMBER.findall(shown)]
    year, month = ([int(number) for number in _NUMBER.findall(day)] + [0, 0])[:2]
    return {(month, year): "%m/%Y", (year,): "%Y"}.get(tuple(numbers), "") if day else ""


def _rows(archive: ZipFile) -> Iterator[bytes]:
    """Yield the content up to the end of each row."""
    rest = b""
    with archive.open("content.xml") as member:
        while piece := member.read(_CHUNK):
            *rows, rest = (rest + piece).split(_END)
            for row in rows:
                yield row + _END
