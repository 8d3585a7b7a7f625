"""The process that opens a file: it may die of it, and nothing else does. It imports nothing of the product but its forms.

It is sent the file, answers with what the sheets begin with, and then with the blocks of each sheet that it is asked for.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import re
import resource
import struct
import sys
import threading
import unicodedata
import zlib
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from config.reading import codings, limits, opendocument, openxml
from config.reading.blocks import Block, Fault, encode
from config.reading.refusals import Refused
from config.reading.untold import Untold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"{\\rtf")
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|head|meta|div|style)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{5,})"')
_SEPARATORS = ",;\t|"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BROKEN = (BadZipFile, EOFError, zlib.error, KeyError, NotImplementedError, RuntimeError, struct.error)
_TRIED = 20  # rows of a CSV file by which its separator is found
_SAMPLE = 500_000  # bytes of one by which its coding is found


def main() -> None:
    """Serve one parent until it hangs up."""
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_SECONDS, limits.CHILD_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # there are no circles among cells, only very many of them
    source, out = sys.stdin.buffer, sys.stdout.buffer
    size = struct.unpack(">Q", source.read(8))[0]
    # a file that needs far more than its size holds hardly anything, far out: the reader keeps every cell in between
    most = min(limits.CHILD_BYTES, limits.CHILD_LEAST + limits.CHILD_TIMES * size)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    content = source.read(size)
    try:
        file = _opened(content)
        tops = _tops(file)
        _send(out, json.dumps({"kind": file.kind, "days_from_1904": file.days_from_1904, "sheets": tops}).encode())
        while line := source.readline():
            asked = json.loads(line)
            for block in file.blocks(asked["sheet"], frozenset(asked["leave_out"])):
                _send(out, block)
            _send(out, b"")
    except Refused as refusal:
        _send(out, json.dumps({"refused": refusal.code, "details": refusal.details}).encode())
    except MemoryError:
        _send(out, json.dumps({"refused": "too_large", "details": {}}).encode())
    except BrokenPipeError:  # the parent has hung up
        return


def _tops(file: Any) -> list[dict[str, Any]]:
    tops = [file.top(index) for index in range(len(file.names))]
    if not any(top["height"] for top in tops):
        raise Refused("empty_sheets")
    return tops


def _send(out: Any, message: bytes) -> None:
    out.write(struct.pack(">I", len(message)))
    out.write(message)
    out.flush()


def _opened(content: bytes) -> _Workbook | _Text:
    if not content:
        raise Refused("empty_file")
    if content.startswith(_ZIP):
        return _Workbook(content, *_examined_archive(content))
    if content.startswith(_OLE[:4]):
        return _Workbook(content, "xls", _examined_ole(content), [])
    if content.startswith(_OTHERS):
        raise Refused("not_a_sheet")
    if _MARKUP.match(content[:2048]):
        raise Refused("markup")
    return _Text(_decoded(content))


def _examined_ole(content: bytes) -> bool:
    for word, code in (
        ("EncryptedPackage", "password"),
        ("WordDocument", "not_a_sheet"),
        ("PowerPoint Document", "not_a_sheet"),
    ):
        if word.encode("utf-16-le") in content:
            raise Refused(code)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Refused("macros")
    return False


def _examined_archive(content: bytes) -> tuple[str, bool, list[str]]:
    """Return the kind, whether days count from 1904, and the members of the sheets. Raises Refused."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {one.filename for one in members}
            if any(one.flag_bits & 1 for one in members):
                raise Refused("password")
            if (
                len(members) > limits.MOST_MEMBERS
                or sum(one.file_size for one in members) > limits.MOST_UNPACKED
                or any(
                    one.file_size > max(limits.LARGE_MEMBER, limits.MOST_TIMES * one.compress_size) for one in members
                )
            ):
                raise Refused("bomb")
            if any("vbaproject" in name.lower() or "/macrosheets/" in name.lower() for name in names):
                raise Refused("macros")
            if "content.xml" in names:
                if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise Refused("password")
                if any(int(one) > limits.MOST_ROWS for one in _repeated_values(archive)):
                    raise Refused("too_many_rows", most=limits.MOST_ROWS)
                return "ods", False, []
            if "xl/workbook.xml" not in names:
                raise Refused("not_a_sheet" if any(name.startswith(("word/", "ppt/")) for name in names) else "damaged")
            book = archive.read("xl/workbook.xml")
            return "xlsx", bool(re.search(rb'date1904="(?:1|true)"', book)), _sheet_members(archive, book, names)
    except BROKEN as error:
        raise Refused("damaged") from error


def _repeated_values(archive: ZipFile) -> Iterator[bytes]:
    """Yield how often rows and columns are repeated that hold a value."""
    for chunk in openxml.chunks(archive, "content.xml"):
        for found in _REPEATED.finditer(chunk):
            if b"office:value" in chunk[found.end() : found.end() + 300]:
                yield found[1]


def _sheet_members(archive: ZipFile, book: bytes, names: Collection[str]) -> list[str]:
    """Return the members of the sheets in the order of the workbook."""
    links = archive.read("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in names else b""
    targets: dict[bytes, str] = {}
    for link in re.findall(rb"<[\w:]*Relationship [^>]*>", links):
        key, target = re.search(rb'\bId="([^"]+)"', link), re.search(rb'\bTarget="([^"]+)"', link)
        if key and target:
            path = target[1].decode("utf-8", "replace").removeprefix("/")
            targets[key[1]] = path if path.startswith("xl/") else f"xl/{path}"
    found = re.findall(rb'<[\w:]*sheet [^>]*?r:id="([^"]+)"', book)
    return [targets[key] if targets.get(key) in names else "" for key in found]


class _Workbook:
    """An .xlsx, .xls or .ods file."""

    def __init__(self, content: bytes, kind: str, days_from_1904: bool, members: list[str]) -> None:  # noqa: FBT001
        self.kind, self.days_from_1904 = kind, days_from_1904
        self.untold: list[Untold] = []
        scan = threading.Thread(target=self._scan, args=(content, members))
        scan.start()  # the reader leaves a processor free meanwhile
        try:
            self.book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        except CalamineError as error:
            raise Refused("password" if "assword" in str(error) else "damaged") from error
        self.names = self.book.sheet_names
        if len(self.names) > limits.MOST_SHEETS:
            raise Refused("too_many_sheets", most=limits.MOST_SHEETS)
        self._sheets: dict[int, Any] = {}
        for index in range(len(members[:1])):
            self.sheet(index)
        scan.join()
        if self._broken is not None:
            raise Refused("damaged") from self._broken

    _broken: Exception | None = None

    def _scan(self, content: bytes, members: list[str]) -> None:
        try:
            if self.kind == "xls":
                from config.reading import oldxls  # here: its library is slow to load, and few files need it

                self.untold = oldxls.untold(content)
                return
            with ZipFile(io.BytesIO(content)) as archive:
                self.untold = opendocument.untold(archive) if self.kind == "ods" else openxml.untold(archive, members)
        except (*BROKEN, ParseError, Refused) as error:
            self._broken = error

    def sheet(self, index: int) -> Any:
        """Return one sheet, read once."""
        if index not in self._sheets:
            try:
                self._sheets = {index: self.book.get_sheet_by_index(index)}
            except CalamineError as error:
                raise Refused("damaged") from error
        return self._sheets[index]

    def top(self, index: int) -> dict[str, Any]:
        """Return what a sheet begins with."""
        metadata = self.book.sheets_metadata[index]
        top = {
            "index": index,
            "name": metadata.name,
            "hidden": metadata.visible != SheetVisibleEnum.Visible,
            "height": 0,
            "width": 0,
            "merged": [],
            "rows": "",
        }
        try:
            sheet = self.sheet(index)
        except Refused:
            return top  # a chart, or what cannot be read: it has no rows
        if sheet.start is None:
            return top
        height, width = sheet.start[0] + sheet.height, sheet.start[1] + sheet.width
        if width > limits.MOST_COLUMNS:
            raise Refused("too_many_columns", most=limits.MOST_COLUMNS, sheet=metadata.name)
        if height > limits.MOST_ROWS:
            raise Refused("too_many_rows", most=limits.MOST_ROWS)
        ranges = sheet.merged_cell_ranges or self._untold_of(index).merged
        merged = [(a[0] + 1, a[1], b[0] + 1, b[1]) for a, b in ranges[: limits.MOST_MERGED]]
        rows = _first(self._rows(index), limits.TOP_ROWS)
        return top | {
            "height": height,
            "width": width,
            "merged": merged,
            "rows": encode(_block(rows, width, frozenset())).decode(),
        }

    def blocks(self, index: int, leave_out: frozenset[int]) -> Iterator[bytes]:
        """Yield the encoded blocks of a sheet."""
        sheet = self.sheet(index)
        if sheet.start is None:
            return
        yield from _blocks(self._rows(index), sheet.start[1] + sheet.width, leave_out)

    def _rows(self, index: int) -> Iterator[tuple[int, list[Any]]]:
        sheet = self.sheet(index)
        before = [None] * sheet.start[1]
        untold = self._untold_of(index)
        odd: dict[int, list[tuple[int, str | Fault]]] = {}
        for (row, column), form in untold.forms.items():
            odd.setdefault(row, []).append((column, form))
        for (row, column), text in untold.faults.items():
            odd.setdefault(row, []).append((column, Fault(text)))
        for number, cells in enumerate(sheet.iter_rows()):  # from the first row of the file on, whatever is empty
            row = before + cells if before else cells
            for column, told in odd.get(number, ()):
                if column < len(row):
                    row[column] = told if isinstance(told, Fault) else _in_form(row[column], told)
            yield number + 1, row

    def _untold_of(self, index: int) -> Untold:
        return self.untold[index] if index < len(self.untold) else Untold()


def _in_form(cell: Any, form: str) -> Any:
    """Return a day as the cell shows it."""
    return cell.strftime(form) if isinstance(cell, date) else cell


class _Text:
    """A CSV file."""

    kind, days_from_1904, names = "csv", False, ["csv"]

    def __init__(self, text: str) -> None:
        self.text = text
        csv.field_size_limit(limits.MOST_TEXT)
        self.separator = max(_SEPARATORS, key=self._likeness)

    def _likeness(self, separator: str) -> int:
        """Return how many separators stand in those of the first rows that have equally many."""
        top = io.StringIO(self.text[: limits.MOST_TEXT], newline="")
        widths = Counter(len(row) for row in islice(csv.reader(top, delimiter=separator), _TRIED))
        return max(((width - 1) * rows for width, rows in widths.items()), default=0)

    def top(self, index: int) -> dict[str, Any]:
        """Return what the file begins with, and how far it goes."""
        height = width = 0
        for number, cells in self._rows():
            if any(cells):
                height, width = number, max(width, len(cells))
        if height > limits.MOST_ROWS:
            raise Refused("too_many_rows", most=limits.MOST_ROWS)
        if width > limits.MOST_COLUMNS:
            raise Refused("too_many_columns", most=limits.MOST_COLUMNS, sheet="csv")
        self.width = width
        rows = encode(_block(_first(self._rows(), limits.TOP_ROWS), width, frozenset())).decode()
        return {
            "index": 0,
            "name": "csv",
            "hidden": False,
            "height": height,
            "width": width,
            "merged": [],
            "rows": rows,
        }

    def blocks(self, index: int, leave_out: frozenset[int]) -> Iterator[bytes]:
        """Yield the encoded blocks of the file."""
        yield from _blocks(self._rows(), self.width, leave_out)

    def _rows(self) -> Iterator[tuple[int, list[Any]]]:
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        try:
            for number, row in enumerate(reader, 1):
                yield (
                    number,
                    [cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and cell[1:] else cell for cell in row],
                )
        except csv.Error as error:
            raise Refused("damaged") from error


def _decoded(content: bytes) -> str:
    """Return the text of a CSV file. Raises Refused for bytes that are none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused("not_text") from error
    if b"\x00" in content:
        raise Refused("not_text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if not any(sign in content for sign in b",;\t|") or sum(byte < 9 for byte in content[:4096]):
        raise Refused("not_text")
    return _READINGS[max(_READINGS, key=lambda name: _syllables(_READINGS[name](content[:_SAMPLE])))](content)


def _syllables(text: str) -> int:
    """Return how many words are Vietnamese."""
    return sum(map(codings.is_vietnamese, codings.words_of(text)))


_READINGS: dict[str, Callable[[bytes], str]] = {
    "latin-1": lambda content: content.decode("latin-1"),
    "cp1258": lambda content: unicodedata.normalize("NFC", content.decode("cp1258", "replace")),
    "tcvn3": lambda content: codings.decode(content.decode("latin-1"), codings.Coding.TCVN3),
    "vni": lambda content: codings.decode(content.decode("latin-1"), codings.Coding.VNI),
}


def _first(rows: Iterable[tuple[int, list[Any]]], most: int) -> list[tuple[int, list[Any]]]:
    """Return the first filled rows."""
    found = []
    for number, cells in rows:
        if any(_plain(cell) is not None for cell in cells):
            found.append((number, cells))
            if len(found) == most:
                break
    return found


def _blocks(rows: Iterable[tuple[int, list[Any]]], width: int, leave_out: frozenset[int]) -> Iterator[bytes]:
    some: list[tuple[int, list[Any]]] = []
    for row in rows:
        some.append(row)
        if len(some) == limits.BLOCK_ROWS:
            yield from _encoded(some, width, leave_out)
            some = []
    if some:
        yield from _encoded(some, width, leave_out)


def _encoded(rows: list[tuple[int, list[Any]]], width: int, leave_out: frozenset[int]) -> Iterator[bytes]:
    block = encode(_block(rows, width, leave_out))
    if len(block) <= limits.MOST_MESSAGE or len(rows) == 1:
        yield block
        return
    half = len(rows) // 2
    yield from _encoded(rows[:half], width, leave_out)
    yield from _encoded(rows[half:], width, leave_out)


def _block(rows: list[tuple[int, list[Any]]], width: int, leave_out: frozenset[int]) -> Block:
    """Return rows as columns, without the empty ones."""
    wide = all(len(cells) == width for _number, cells in rows)
    table = (
        [cells for _number, cells in rows]
        if wide
        else [cells[:width] + [None] * (width - len(cells)) for _number, cells in rows]
    )
    numbers = [number for number, _cells in rows]
    columns = [_cleaned(list(column)) for column in zip(*table, strict=True)] or [[] for _place in range(width)]
    empty = (
        [index for index, cells in enumerate(zip(*columns, strict=True)) if cells.count(None) == len(cells)]
        if rows and _may_be_empty(columns)
        else []
    )
    if empty:
        gone = set(empty)
        numbers = [number for index, number in enumerate(numbers) if index not in gone]
        columns = [[cell for index, cell in enumerate(column) if index not in gone] for column in columns]
    return Block(tuple(numbers), [[] if place in leave_out else column for place, column in enumerate(columns)])


def _may_be_empty(columns: list[list[Any]]) -> bool:
    return all(None in column for column in columns)


def _cleaned(column: list[Any]) -> list[Any]:
    kinds = set(map(type, column))
    if kinds <= {int, type(None), date}:
        return column
    if kinds == {float}:
        return [int(cell) if cell.is_integer() else cell for cell in column]
    if kinds == {str}:
        joined = "\n".join(column)
        if not _CONTROL.search(joined) and "" not in column and unicodedata.is_normalized("NFC", joined):
            stripped: list[Any] = list(map(str.strip, column))
            return stripped if "" not in stripped else [cell or None for cell in stripped]
    return [_plain(cell) for cell in column]


def _plain(cell: Any) -> Any:
    if cell.__class__ is str:
        return unicodedata.normalize("NFC", _CONTROL.sub("", cell).strip()) or None
    if cell.__class__ is float:
        return int(cell) if cell.is_integer() else cell
    if cell.__class__ is datetime:
        return cell.date() if cell.time() == time() else cell
    if cell.__class__ is timedelta:
        return str(cell)
    return cell


if __name__ == "__main__":
    main()
