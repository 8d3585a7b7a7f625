"""A query written out as CSV by the database itself: PostgreSQL prints the rows, and only what is not safe is looked at."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from config.writing.texts import safe_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

_AT_ONCE = 200  # few enough that the database goes on printing while these are looked at
# Two signs tell what a spreadsheet would run: a start of a cell, and one of its first signs; a comma within quotes may be hit
# in vain. One pass that writes these two alike and leaves the quotes out costs a third of a regular expression.
_SIGNS = bytes.maketrans(b"\n+-@\t\r", b",=====")
_RUN = b",="
_CONTROL = bytes({*range(0x20)} - {*b"\t\r\n"})
_NO_SIGNS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def can_copy() -> bool:
    """Say whether the database prints CSV itself."""
    return connection.vendor == "postgresql"


def copied_csv(heads: Sequence[str], rows: QuerySet[Any], *, texts: Sequence[int]) -> Iterator[bytes]:
    """Return the rows, a `values_list`, as CSV in UTF-8 with its mark, piece by piece; days as 05/12/2024.

    `texts` are the places of the columns that hold texts: one of them that a spreadsheet would run gets an apostrophe.
    """
    yield "\ufeff".encode() + _lines([safe_texts(heads)])
    sql, parameters = rows.query.sql_with_params()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('datestyle')")
        before = cursor.fetchone()
        cursor.execute("SET LOCAL datestyle TO 'SQL, DMY'")
        with cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)", parameters) as copy:
            some: list[bytes | bytearray | memoryview] = []
            for row in copy:  # one message is one row
                some.append(row)
                if len(some) == _AT_ONCE:
                    yield _safe(some, texts)
                    some = []
        cursor.execute("SELECT set_config('datestyle', %s, true)", before)
        if some:
            yield _safe(some, texts)


def _safe(rows: Sequence[bytes | bytearray | memoryview], texts: Sequence[int]) -> bytes:
    lines = b"".join(rows)
    if lines.count(b"\n") == len(rows) and not _is_unsafe(lines):
        return lines.replace(b"\n", b"\r\n")
    return b"".join(_mended(row, texts) if _is_unsafe(row) else row[:-1] + b"\r\n" for row in map(bytes, rows))


def _is_unsafe(lines: bytes) -> bool:
    """Say whether one of the lines may hold a text that a spreadsheet would run, or signs that no file may hold."""
    if len(lines.translate(None, _CONTROL)) != len(lines) or any(
        sign in lines for sign in _NO_SIGNS if b"\xef" in lines
    ):
        return True
    return _RUN in (b"\n" + lines).translate(_SIGNS, b'"')


def _mended(row: bytes, texts: Sequence[int]) -> bytes:
    (cells,) = csv.reader(io.StringIO(row.decode(), newline=""))
    for place in texts:
        (cells[place],) = safe_texts([cells[place]])
    return _lines([cells])


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
