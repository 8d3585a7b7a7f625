"""Spreadsheet files as clerks send them, opened in a process of their own under limits of memory and time."""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.reading import limits
from config.reading.blocks import Block, Cell, Fault, decode, encode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Block", "Cell", "Fault", "OpenFile", "SheetTop", "UnreadableFile", "decode", "encode", "open_file"]

_ROOT = Path(__file__).resolve().parent.parent.parent
_PIECE = 1024 * 1024


class UnreadableFile(Exception):
    """The file is not a sheet that can be read; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class SheetTop:
    """What a sheet begins with: its first filled rows (number in the file from 1, cells), and its merged ranges.

    A range is its first row, first column, last row and last column, rows from 1, columns from 0.
    """

    index: int
    name: str
    hidden: bool
    height: int
    width: int
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    merged: tuple[tuple[int, int, int, int], ...]


class OpenFile:
    """A file that a child process holds open."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Read what the child says of the file. Raises UnreadableFile."""
        self._process = process
        self._end = time.monotonic() + limits.PATIENCE
        told = json.loads(self._receive())
        _refuse(told)
        self.kind: str = told["kind"]
        self.days_from_1904: bool = told["days_from_1904"]
        self.sheets = tuple(map(_top, told["sheets"]))

    def blocks(self, index: int, *, leave_out: Collection[int] = ()) -> Iterator[bytes]:
        """Yield the encoded blocks of a sheet; the cells of the columns in `leave_out` never reach this process."""
        assert self._process.stdin is not None
        asked = {"sheet": index, "leave_out": sorted(leave_out)}
        try:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise UnreadableFile(_too_large()) from error
        while block := self._receive():
            if block.startswith(b'{"refused"'):
                _refuse(json.loads(block))
            yield block

    def _receive(self) -> bytes:
        size = struct.unpack(">I", self._exactly(4))[0]
        return self._exactly(size)

    def _exactly(self, count: int) -> bytes:
        assert self._process.stdout is not None
        pieces: list[bytes] = []
        while count:
            ready, _writing, _failing = select.select(
                [self._process.stdout], [], [], max(0, self._end - time.monotonic())
            )
            piece = os.read(self._process.stdout.fileno(), min(count, _PIECE)) if ready else b""
            if not piece:  # it died of the file, or takes too long
                raise UnreadableFile(_too_large())
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)


@contextmanager
def open_file(content: bytes, *, name: str = "") -> Iterator[OpenFile]:
    """Open a file and close it again. Raises UnreadableFile, fit to show."""
    if len(content) > limits.MOST_BYTES:
        said = _("The file is larger than %(most)d MB: split it, or save it again without pictures.")
        raise UnreadableFile(said % {"most": limits.MOST_BYTES // limits.MEGABYTE})
    process = subprocess.Popen(
        [sys.executable, "-m", "config.reading.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=_ROOT, bufsize=-1,
    )  # fmt: skip
    try:
        _hand_over(process, content)
        yield OpenFile(process)
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        process.wait()


def _hand_over(process: subprocess.Popen[bytes], content: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(struct.pack(">Q", len(content)))
        process.stdin.write(content)
        process.stdin.flush()
    except BrokenPipeError as error:
        raise UnreadableFile(_too_large()) from error


def _top(told: dict[str, Any]) -> SheetTop:
    block = decode(told["rows"].encode()) if told["rows"] else Block((), [])
    rows = tuple(zip(block.rows, zip(*block.columns, strict=True), strict=True)) if block.rows else ()
    merged = tuple(tuple(one) for one in told["merged"])
    return SheetTop(told["index"], told["name"], told["hidden"], told["height"], told["width"], rows, merged)


def _refuse(told: dict[str, Any]) -> None:
    if "refused" in told:
        raise UnreadableFile(_sentences()[told["refused"]] % told["details"])


def _sentences() -> dict[str, str]:
    return {
        "empty_file": _("The file is empty."),
        "empty_sheets": _("The file has no row with anything in it: look whether it is the right one."),
        "password": _("The file has a password: open it, remove the password, save it and choose it again."),
        "macros": _("The file holds macros: save it again as .xlsx, without macros."),
        "not_a_sheet": _("This is no spreadsheet, whatever its name says: choose an .xlsx, .xls, .ods or .csv file."),
        "markup": _("This file is a web page or XML under the name of a spreadsheet: open it in Excel and save it as .xlsx."),
        "damaged": _("The file is damaged or incomplete: open it in Excel, save it again as .xlsx and choose the new file."),
        "bomb": _("The file unpacks to far more than a spreadsheet holds: open it, save it again and choose the new file."),
        "not_text": _("The file is neither Excel nor a text that can be read: save it again as .xlsx."),
        "too_many_rows": _("A cell stands beyond row %(most)d or far to the right: delete what stands out there, save and choose the file again."),
        "too_many_columns": _("The sheet “%(sheet)s” has more than %(most)d columns: delete those that are not needed, save and choose the file again."),
        "too_many_sheets": _("The file has more than %(most)d sheets: split it."),
        "too_large": _too_large(),
    }  # fmt: skip


def _too_large() -> str:
    return _(
        "The file is too large to be read: split it, or delete empty rows and columns, save it and choose it again."
    )
