"""Sums of money as offices write them: in đồng, or in thousands or millions of it."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.cells import Doubt, Refused, read_counts
from config.folding import fold
from config.numbers import MOST, parse_decimal
from units.importing.cells import CountCell
from units.importing.spills import number_and_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.context import Context

_TIMES = {"ty": 10**9, "trieu": 10**6, "tr": 10**6, "trd": 10**6, "nghin": 1000, "ngan": 1000, "k": 1000, "d": 1, "dong": 1, "vnd": 1}  # fmt: skip
_WITH_UNIT = re.compile(
    r"([\d][\d., ]*)\s*\(?\s*(tỷ|triệu|tr|trđ|nghìn|ngàn|k|đồng|đ|vnđ|vnd)\.?(?:\s*(?:đồng|đ|vnđ))?\s*\)?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\b1[. ]?000(?P<more>[. ]?000)?\s*(?:đồng|đ|vnđ|vnd|d)\b|\bng\.?\s*đ(?:ồng)?\b", re.IGNORECASE)
_UNIT_OF_TITLE = re.compile(r"(?:đơn vị(?: tính)?|đvt|tiền|trị giá)[^:]*:", re.IGNORECASE)
_LEAST = 1000  # no present is worth less đồng
_MUCH = 10**9  # so much, of a unit that only head or title tells, is asked


class MoneyCell(CountCell):
    """Whole đồng. The head of the column, or the cell itself, may say that it counts millions."""

    def read(self, column: Sequence[Any], context: Context) -> list[Any]:
        return self.read_under("đồng", column, context)

    def read_under(self, head: str, column: Sequence[Any], context: Context) -> list[Any]:
        times = times_of(head) or next(filter(None, map(_times_of_title, context.titles)), None)
        known: dict[tuple[type, Any], Any] = {}
        for cell in column:
            key = cell.__class__, cell
            if key not in known:
                known[key] = _sum(cell, times)
        return [known[cell.__class__, cell] for cell in column]


def times_of(head: str) -> int | None:
    """Return how many đồng one unit of a column is; None where its head does not say."""
    if found := _THOUSANDS.search(unicodedata.normalize("NFC", head)):
        return 10**6 if found["more"] else 1000
    words = fold(head).split()
    told = [_TIMES[word] for word in words if word in _TIMES]
    return max(told) if told else None


def _times_of_title(title: str) -> int | None:
    """Return the unit that “Đơn vị tính: nghìn đồng” tells; whole đồng need no telling."""
    times = times_of(title) if _UNIT_OF_TITLE.search(unicodedata.normalize("NFC", title)) else None
    return times if times and times > 1 else None


def _sum(cell: Any, times: int | None) -> Any:
    if cell is None:
        return None
    if isinstance(cell, str) and (parts := number_and_value(cell)) is not None:
        cell = parts[1]
    if isinstance(cell, str) and (found := _WITH_UNIT.fullmatch(cell.strip())):
        return _of_number(found[1], _TIMES[fold(found[2])], cell)
    number = _number(cell)
    if number is None:
        plain = read_counts([cell])[0]
        if isinstance(plain, Doubt):
            return Doubt(plain.message, tuple(one and one * (times or 1) for one in plain.readings))
        return plain
    may_be = _units_of(number, times)
    if len(may_be) > 1:
        said = _("“%(value)s”: in which unit is it, đồng or millions?") % {"value": cell}
        return Doubt(said, tuple(_whole(number * one) for one in may_be if _whole(number * one) is not None))
    return _of_number(cell, may_be[0], cell)


def _units_of(number: Decimal, times: int | None) -> tuple[int, ...]:
    """Return how many đồng one may be, the likeliest first."""
    if times is None:
        return (10**6, 1000, 1) if 0 < number < _LEAST else (1,)
    return (1, times) if times > 1 and number * times >= _MUCH else (times,)


def _of_number(text: Any, times: int, cell: Any) -> Any:
    number = _number(text)
    whole = None if number is None else _whole(number * times)
    if whole is None or not 0 <= whole <= MOST:
        return Refused(_("“%(value)s” is not a sum of whole đồng.") % {"value": cell})
    return whole


def _number(cell: Any) -> Decimal | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float | Decimal):
        return Decimal(str(cell))
    try:
        return parse_decimal(" ".join(cell.split())) if isinstance(cell, str) else None
    except (ValueError, ArithmeticError):
        return None


def _whole(number: Decimal) -> int | None:
    return int(number) if number == number.to_integral_value() else None
