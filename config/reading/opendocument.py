"""Cells of an OpenDocument spreadsheet that hold the error of a formula, which the reader leaves empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import XMLPullParser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipFile

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CHUNK = 1 << 20


def faults(archive: ZipFile) -> list[dict[tuple[int, int], str]]:
    """Return, for each table, the text of each faulty cell by row and column from 0. Nothing is parsed where none is."""
    if not any(b'"error"' in chunk for chunk in _pieces(archive)):
        return []
    parser = XMLPullParser(["start", "end"])
    found: list[dict[tuple[int, int], str]] = []
    row = column = 0
    for piece in _pieces(archive, overlap=0):
        parser.feed(piece)
        events: Iterator[tuple[str, Any]] = parser.read_events()  # type: ignore[assignment]
        for event, element in events:
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    found.append({})
                    row = 0
                elif element.tag == f"{_TABLE}table-row":
                    column = 0
            elif element.tag in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
                if element.get(_ERROR_TYPE) == "error":
                    found[-1][row, column] = "".join(element.itertext()).strip() or "#"
                column += int(element.get(f"{_TABLE}number-columns-repeated", "1"))
            elif element.tag == f"{_TABLE}table-row":
                row += int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                element.clear()
    return found


def _pieces(archive: ZipFile, *, overlap: int = 10) -> Iterator[bytes]:
    tail = b""
    with archive.open("content.xml") as member:
        while piece := member.read(_CHUNK):
            yield tail + piece
            tail = piece[-overlap:] if overlap else b""
