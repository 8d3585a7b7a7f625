"""What a column holds, each kind as people write it, and tables as CSV that no spreadsheet runs as formulas."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils import formats, timezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

YES = "Có"

_FORMULA = frozenset("=+-@\t\r")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Kind(Enum):
    """What the cells of a column are, besides None for an empty one."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"
    YES = "yes"


_TYPES: dict[Kind, set[type]] = {
    Kind.TEXT: {str},
    Kind.NUMBER: {int},
    Kind.DECIMAL: {Decimal, int},
    Kind.DAY: {date},
    Kind.MOMENT: {datetime},
    Kind.YES: {bool},
}


@dataclass(frozen=True)
class OutColumn:
    """A column of a table that leaves: its head, its kind and how many signs wide it is shown (0: by head and kind)."""

    head: str
    kind: Kind
    width: int = 0


def csv_stream(columns: Sequence[OutColumn], blocks: Iterable[Sequence[Sequence[Any]]]) -> Iterator[bytes]:
    """Return the table as CSV in UTF-8 with its mark, piece by piece, decimals in the language that is active now.

    `blocks` are lists of columns of equal length. A text that a spreadsheet would run gets an apostrophe before it.
    Raises TypeError, while it is read, for a value that is not of its column's kind.
    """
    return _csv(columns, blocks, formats.get_format("DECIMAL_SEPARATOR"))


def _csv(columns: Sequence[OutColumn], blocks: Iterable[Sequence[Sequence[Any]]], point: str) -> Iterator[bytes]:
    yield "\ufeff".encode() + _lines([[head] for head in safe_texts([column.head for column in columns])])
    for block in blocks:
        if block[0]:
            yield _lines([_shown(column, values, point) for column, values in zip(columns, block, strict=True)])


def _lines(columns: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(zip(*columns, strict=True))
    return out.getvalue().encode()


def _shown(column: OutColumn, values: Sequence[Any], point: str) -> Sequence[Any]:
    """Return `values` as they are to be read; None is left, which the writer leaves empty."""
    require_kind(column, values)
    if column.kind is Kind.TEXT:
        return safe_texts(values)
    if column.kind is Kind.NUMBER:
        return values
    written = {value: "" if value is None else text_of(column.kind, value, point) for value in set(values)}
    return [written[value] for value in values]


def require_kind(column: OutColumn, values: Sequence[Any]) -> None:
    """Raise TypeError where one of `values` is neither None nor of the column's kind: True is no number here."""
    for found in set(map(type, values)) - _TYPES[column.kind] - {type(None)}:
        if column.kind is not Kind.TEXT or not issubclass(found, str):
            message = f"The column “{column.head}” holds {column.kind.value} values, not {found.__name__}."
            raise TypeError(message)


def clean_texts(values: Sequence[str | None]) -> list[str]:
    """Return `values` without the signs that no file may hold (control signs, halves of signs), "" for None."""
    texts = ["" if value is None else value for value in values]
    if _ILLEGAL.search("".join(texts)):
        return [_ILLEGAL.sub("", text) for text in texts]
    return texts


def safe_texts(values: Sequence[str | None]) -> list[str]:
    """Return `values` cleaned, and with an apostrophe before what a spreadsheet would run as a formula."""
    texts = clean_texts(values)
    if _FORMULA.isdisjoint({text[:1] for text in texts}):
        return texts
    return [f"'{text}" if text[:1] in _FORMULA else text for text in texts]


def text_of(kind: Kind, value: Any, point: str) -> str:
    """Return a value of any kind but TEXT as people write it, `point` before the decimals."""
    if kind is Kind.DAY:
        return day_text(value)
    if kind is Kind.DECIMAL:
        return decimal_text(Decimal(value), point)
    if kind is Kind.MOMENT:
        return moment_text(timezone.localtime(value))
    if kind is Kind.YES:
        return YES if value else ""
    return str(value)


def day_text(day: date) -> str:
    """Return the day as 05/12/2024."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def moment_text(moment: datetime) -> str:
    """Return the moment as 05/12/2024 07:30, on the clock that it carries."""
    return f"{day_text(moment)} {moment.hour:02}:{moment.minute:02}"


def decimal_text(value: Decimal, point: str) -> str:
    """Return the number exactly, without thousands and empty decimals, but a fourth after three: 1,052 could be a thousand.

    Raises ValueError for what is not a finite number.
    """
    plain = plain_decimal(value)
    whole, _point, decimals = plain.partition(".")
    if not decimals:
        return whole
    return f"{whole}{point}{decimals}0" if len(decimals) == 3 else f"{whole}{point}{decimals}"


def plain_decimal(value: Decimal) -> str:
    """Return all digits of the number with a point and no empty decimals. Raises ValueError for infinity and NaN."""
    if not value.is_finite():
        message = f"{value} cannot be written as a number."
        raise ValueError(message)
    plain = f"{value:f}" if value else "0"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
