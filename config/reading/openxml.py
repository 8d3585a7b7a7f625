"""Cells of an .xlsx sheet that hold an error, or a formula without its value, or a day of which they show no day."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from config.reading.untold import Untold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zipfile import ZipFile

_FAULTY = re.compile(rb't="e"|</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>|<f[^>]*/>\s*(?:<v\s*/>|<v></v>)?\s*</c>')
_CELL = re.compile(rb"<c ([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_STYLES = "xl/styles.xml"
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^>]*)>")
_FORMAT_NUMBER = re.compile(rb'\bnumFmtId="(\d+)"')
_FORMAT_CODE = re.compile(rb'\bformatCode="([^"]*)"')
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_WORDED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_MONTH_AND_YEAR = {b"17": "%m/%Y"}  # mmm-yy, which no file needs to describe
_CHUNK = 1024 * 1024
_OVERLAP = 4096


def chunks(archive: ZipFile, name: str) -> Iterator[bytes]:
    """Yield a member in pieces that overlap."""
    tail = b""
    with archive.open(name) as member:
        while piece := member.read(_CHUNK):
            yield tail + piece
            tail = piece[-_OVERLAP:]


def untold(archive: ZipFile, members: Iterable[str]) -> list[Untold]:
    """Return what is to be told of each sheet; `members` are their names in the archive."""
    forms = _forms(archive.read(_STYLES)) if _STYLES in archive.namelist() else {}
    styled = re.compile(rb'<c ([^>]*\bs="(' + b"|".join(forms) + rb')"[^>]*)>') if forms else None
    return [_of_sheet(chunks(archive, name) if name else (), styled, forms) for name in members]


def _of_sheet(pieces: Iterable[bytes], styled: re.Pattern[bytes] | None, forms: dict[bytes, str]) -> Untold:
    found = Untold()
    for piece in pieces:
        if b't="e"' in piece or (b"<f" in piece and _FAULTY.search(piece)):
            for cell in _CELL.finditer(piece):
                if (told := _faulty(cell[1], cell[2] or b"")) is not None and (place := _REFERENCE.search(cell[1])):
                    found.faults[int(place[2]) - 1, _column(place[1])] = told
        for cell in styled.finditer(piece) if styled else ():
            if place := _REFERENCE.search(cell[1]):
                found.forms[int(place[2]) - 1, _column(place[1])] = forms[cell[2]]
    return found


def _faulty(attributes: bytes, inside: bytes) -> str | None:
    value = _VALUE.search(inside)
    if b't="e"' in attributes:
        return value[1].decode("utf-8", "replace") if value else "#"
    if b"<f" in inside and not (value and value[1]) and b't="str"' not in attributes:
        return ""
    return None


def _forms(styles: bytes) -> dict[bytes, str]:
    """Return the forms of days that show no day, by the number of the style of their cells."""
    codes = dict(_MONTH_AND_YEAR)
    for one in _FORMAT.finditer(styles):
        number, code = _FORMAT_NUMBER.search(one[1]), _FORMAT_CODE.search(one[1])
        if number and code and (form := form_of(code[1].decode("utf-8", "replace"))):
            codes[number[1]] = form
    table = _CELL_STYLES.search(styles)
    used = [_FORMAT_NUMBER.search(one) for one in _STYLE.findall(table[0])] if table else []
    return {str(place).encode(): codes[one[1]] for place, one in enumerate(used) if one and one[1] in codes}


def form_of(code: str) -> str:
    """Return what a format like “mm/yyyy” shows, nothing for one that shows the day as well, or no year."""
    signs = set(_WORDED.sub("", html.unescape(code)).split(";")[0].lower())
    if "y" not in signs or signs & set("dhs"):
        return ""
    return "%m/%Y" if "m" in signs else "%Y"


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
