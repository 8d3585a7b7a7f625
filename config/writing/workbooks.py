"""Workbooks sent while they are written: typed .xlsx files, block by block, in which no text can be a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from io import RawIOBase
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import formats, timezone
from django.utils.translation import gettext
from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname

from config.writing.texts import Kind, OutColumn, clean_texts, plain_decimal, require_kind, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_ROWS = 1_048_576
MOST_SIGNS = 32_767
MOST_XML = 3 * 2**29  # bytes of one sheet: from 2 GiB on a zip needs a form that Excel does not open
_AT_ONCE = 1000  # rows: the texts of more leave the processor's cache, which costs a sixth of the time

_FIRST_DAY = date(1900, 3, 1)  # the programs disagree on earlier ones: Excel counts a 29/02/1900
_DAY_ZERO = date(1899, 12, 30).toordinal()
_EXACT_DIGITS = 15
_LARGEST = 10**_EXACT_DIGITS - 1
_DAY, _MOMENT, _WHOLE, _DECIMAL, _HEAD = range(1, 6)  # where the styles stand in _STYLES
_WIDTHS = {Kind.TEXT: 24, Kind.NUMBER: 10, Kind.DECIMAL: 14, Kind.DAY: 12, Kind.MOMENT: 17, Kind.YES: 8}
_WIDEST = 255

_BETWEEN = "\x1f"  # cleaned out of every text
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ROOT = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="3"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy\\ hh:mm"/><numFmt numFmtId="166" formatCode="#,##0.0#########"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class TextTooLong(Exception):
    """A text has more signs than a cell holds; the message says which one and what to do."""


@dataclass(frozen=True)
class _Cells:
    """The cells of one column but for their places: each of `values` between `before` and `after`, "" for no cell."""

    values: Sequence[Any]
    before: str = ""
    after: str = ""


class _Pipe(RawIOBase):
    """What the archive writes to: it keeps the bytes until they are taken, and cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[bytes] = []

    def write(self, data: Any, /) -> int:
        """Keep `data`."""
        self._kept.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._kept)
        self._kept.clear()
        return data


def workbook_stream(
    columns: Sequence[OutColumn], blocks: Iterable[Sequence[Sequence[Any]]], *, title: str = ""
) -> Iterator[bytes]:
    """Return an .xlsx file piece by piece, the same bytes for the same table; more rows than a sheet holds go on to the next.

    `blocks` are lists of columns of equal length, 5,000 rows or fewer: one at a time is kept in memory. Numbers of more
    than 15 digits and days before March 1900, which the programs would change, are written as texts, decimals among
    them in the language that is active now. `title` names the sheet, as far as Excel allows.
    Raises, while it is read, TextTooLong for a text above 32,767 signs, TypeError for a value not of its column's kind.
    """
    return _workbook(columns, blocks, title or gettext("Records"), formats.get_format("DECIMAL_SEPARATOR"))


def _workbook(
    columns: Sequence[OutColumn], blocks: Iterable[Sequence[Sequence[Any]]], title: str, point: str
) -> Iterator[bytes]:
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        _write(archive, "_rels/.rels", _ROOT)
        _write(archive, "xl/styles.xml", _STYLES)
        yield pipe.take()
        opening, lengths = _opening(columns).encode(), []
        for number, pieces in groupby(_pieces(columns, blocks, point), key=itemgetter(0)):
            with archive.open(_sheet_part(number), "w") as sheet:
                sheet.write(opening)
                length = 1
                for _number, rows, data in pieces:
                    sheet.write(data)
                    length += rows
                    if chunk := pipe.take():
                        yield chunk
                sheet.write(f'</sheetData><autoFilter ref="{_area(columns, length)}"/></worksheet>'.encode())
            lengths.append(length)
        names = [sheet_name(title, number) for number in range(1, len(lengths) + 1)]
        areas = [_area(columns, length) for length in lengths]
        for name, content in _parts(names, areas):
            _write(archive, name, content)
    yield pipe.take()


def _write(archive: ZipFile, name: str, content: str) -> None:
    """Add a part. Opened by its name it gets the archive's level and the same date always; `writestr` would say today."""
    with archive.open(name, "w") as part:
        part.write(content.encode())


def _pieces(
    columns: Sequence[OutColumn], blocks: Iterable[Sequence[Sequence[Any]]], point: str
) -> Iterator[tuple[int, int, bytes]]:
    """Yield the number of a sheet, how many rows go there and their XML; at first the first sheet without rows."""
    number, length, size = 1, 1, 0
    yield number, 0, b""
    for block in blocks:
        count, start = len(block[0]), 0
        while start < count:
            if length == MOST_ROWS or size > MOST_XML:
                number, length, size = number + 1, 1, 0
            end = min(count, start + _AT_ONCE, start + MOST_ROWS - length)
            data = _rows(columns, [values[start:end] for values in block], length + 1, point)
            yield number, end - start, data
            length, size, start = length + end - start, size + len(data), end


def _rows(columns: Sequence[OutColumn], block: Sequence[Sequence[Any]], first: int, point: str) -> bytes:
    """Return the rows of `block` as XML, from row `first` on."""
    numbers = [str(number) for number in range(first, first + len(block[0]))]
    template = ""
    values: list[Sequence[Any]] = [numbers]
    for place, (column, given) in enumerate(zip(columns, block, strict=True), 1):
        require_kind(column, given)
        letter, cells = get_column_letter(place), _cells(column, given, point)
        if "" in cells.values:
            template += "%s"
            values.append(_sparse(letter, cells, numbers))
        else:
            template += f'<c r="{letter}%s"{cells.before}%s{cells.after}'
            values += [numbers, cells.values]
    return "".join(map(f'<row r="%s">{template}</row>'.__mod__, zip(*values, strict=True))).encode()


def _sparse(letter: str, cells: _Cells, numbers: Sequence[str]) -> list[str]:
    """Return the cells of a column with their places, "" where there is none."""
    return [
        "" if value == "" else f'<c r="{letter}{number}"{cells.before}{value}{cells.after}'
        for number, value in zip(numbers, cells.values, strict=True)
    ]


def _cells(column: OutColumn, values: Sequence[Any], point: str) -> _Cells:
    """Return the cells of `values`: fast where all of them are texts, numbers or days, otherwise each different one."""
    if column.kind is Kind.TEXT:
        return _text_cells(column, values)
    given = [value for value in values if value is not None]
    if column.kind is Kind.NUMBER and given and min(given) >= -_LARGEST and max(given) <= _LARGEST:
        return _Cells(["" if value is None else value for value in values], "><v>", "</v></c>")
    if column.kind is Kind.DAY and given and min(given) >= _FIRST_DAY:
        days = ["" if value is None else value.toordinal() - _DAY_ZERO for value in values]
        return _Cells(days, f' s="{_DAY}"><v>', "</v></c>")
    cells = {value: _cell(column.kind, value, point) for value in set(given)}
    return _Cells([cells.get(value, "") for value in values])


def _text_cells(column: OutColumn, values: Sequence[str | None]) -> _Cells:
    texts = clean_texts(values)
    _require_short(column, texts)
    kept = "" if list(map(str.strip, texts)) == texts else ' xml:space="preserve"'
    return _Cells(_escaped(texts), f' t="inlineStr"><is><t{kept}>', "</t></is></c>")


def _escaped(texts: Sequence[str]) -> list[str]:
    """Return clean texts as XML. A text that looks like Excel's own escapes (_x000D_) is escaped, to be read as it is."""
    together = _BETWEEN.join(texts).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    together = together.replace("\r", "&#13;")  # a bare one would be read as a line feed
    if "_x" in together:
        together = _LOOKS_ESCAPED.sub("_x005F_", together)
    return together.split(_BETWEEN)


def _require_short(column: OutColumn, texts: Sequence[str]) -> None:
    """Raise TextTooLong where a cell cannot hold a text; signs outside the basic plane count twice, as Excel counts."""
    if len(max(texts, key=len)) <= MOST_SIGNS // 2:
        return
    for text in texts:
        if len(text.encode("utf-16-le")) // 2 > MOST_SIGNS:
            raise TextTooLong(
                gettext(
                    "A text in the column “%(head)s” has more than 32,767 signs, which no spreadsheet cell can hold. Shorten the text that begins with “%(start)s”, or save the table as CSV."
                )
                % {"head": column.head, "start": text[:60]}
            )


def _cell(kind: Kind, value: Any, point: str) -> str:
    """Return one cell but for its place: a number with its style, or a text where Excel would change the number."""
    match kind:
        case Kind.NUMBER if abs(value) <= _LARGEST:
            return f"><v>{value}</v></c>"
        case Kind.DECIMAL if _is_exact(plain := plain_decimal(Decimal(value))):
            return f' s="{_DECIMAL if "." in plain else _WHOLE}"><v>{plain}</v></c>'
        case Kind.DAY if value >= _FIRST_DAY:
            return f' s="{_DAY}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'
        case Kind.MOMENT if (local := timezone.localtime(value)).date() >= _FIRST_DAY:
            return f' s="{_MOMENT}"><v>{_serial(local)}</v></c>'
    text = text_of(kind, value, point)
    return f' t="inlineStr"><is><t>{text}</t></is></c>' if text else ""


def _is_exact(plain: str) -> bool:
    """Tell whether Excel keeps every digit of a number."""
    whole, _point, decimals = plain.lstrip("-").partition(".")
    return (
        len(whole) <= _EXACT_DIGITS
        and len(decimals) <= _EXACT_DIGITS
        and len((whole + decimals).lstrip("0")) <= _EXACT_DIGITS
    )


def _serial(moment: datetime) -> float:
    """Return the moment as days since 30/12/1899 on its own clock."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1_000_000
    return moment.toordinal() - _DAY_ZERO + seconds / 86_400


def _opening(columns: Sequence[OutColumn]) -> str:
    """Return the sheet up to and with its heads, which stay in sight."""
    texts = clean_texts([column.head for column in columns])
    for column, text in zip(columns, texts, strict=True):
        _require_short(column, [text])
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{_width(column)}" customWidth="1"/>'
        for place, column in enumerate(columns, 1)
    )
    heads = "".join(
        f'<c r="{get_column_letter(place)}1" s="{_HEAD}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        for place, text in enumerate(_escaped(texts), 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1">{heads}</row>'
    )


def _width(column: OutColumn) -> int:
    # three signs more than the head: the button of the filter covers its end
    return min(column.width or max(_WIDTHS[column.kind], len(column.head) + 3), _WIDEST)


def _sheet_part(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def sheet_name(title: str, number: int = 1) -> str:
    """Return the name of a sheet: what Excel forbids is left out, and from the second sheet on the number follows."""
    ending = f" ({number})" if number > 1 else ""
    name = " ".join(_NOT_IN_TITLES.sub(" ", clean_texts([title])[0]).split())
    while len(name.encode("utf-16-le")) // 2 > _LONGEST_TITLE - len(ending):
        name = name[:-1]
    name = name.strip("' ")
    # Excel keeps one name for itself
    return f"{'Records' if name.lower() in ('', 'history') else name}{ending}"


def _area(columns: Sequence[OutColumn], length: int) -> str:
    return f"A1:{get_column_letter(len(columns))}{length}"


def _parts(names: Sequence[str], areas: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Return the parts that name all sheets, which are known at the end only, each with its content."""
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{index}" hidden="1">'
        f"{escape(quote_sheetname(name))}!{absolute_coordinate(area)}</definedName>"
        for index, (name, area) in enumerate(zip(names, areas, strict=True))
    )
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{filters}</definedNames></workbook>",
    )
    targets = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(names) + 1)
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{targets}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    types = "".join(
        f'<Override PartName="/{_sheet_part(number)}" ContentType="{_CONTENT}.worksheet+xml"/>'
        for number in range(1, len(names) + 1)
    )
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_CONTENT}.styles+xml"/>{types}</Types>',
    )
