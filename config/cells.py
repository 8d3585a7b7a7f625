"""What single cells of office spreadsheets mean, column by column. What is doubtful is a Doubt, never a guess."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.translation import gettext as _

from config.numbers import MOST, parse_count, parse_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_EARLIEST = date(1945, 1, 1)
_AHEAD = timedelta(days=366)
_ZERO_1900, _ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_DASHES = frozenset({"-", "–", "—", "--", "...", "…"})
_TIMES_AS_LARGE = 10  # the figures of areas of one level hardly differ more
_CROSSES = frozenset({"x", "X", "*"})
_STROKES = _DASHES | _CROSSES | {"/", "\\"}
_NOTHING = re.compile(r"(?i)không(?: có)?|khong(?: co)?|chưa có|chua co|k|không rõ|chưa rõ|không nhớ")
_ZERO = frozenset({"không có", "khong co"})  # “không” alone may also answer another question than how many
_DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}  # fmt: skip
_NUMBER = r"[\d][\d., \u00a0]*"
_UNITS = "tập thể|cá nhân|người|đ/c|đồng chí|tổ|hộ|buổi|lượt người|lượt|cuộc|thành viên|tv|xã|thôn|suất|đồng|đ|vnđ|cái|điểm|mô hình"
_COUNTED = re.compile(  # the unit says only what the head of the column says too
    rf"(?i)({_NUMBER})(?:người|đ/c|đồng chí|tổ|buổi|lượt người|lượt|cuộc|lớp|thành viên|tv|hòa giải viên|hoà giải viên|hgv|xã|thôn"
    r"|suất|điểm|mô hình|cụm|hs|học sinh|sinh viên|sv|hội viên|đoàn viên|công nhân|người lao động|lao động|lđ|chị em|bà con|tập thể"
    r"|cá nhân|đơn vị|văn bản|vb|tin bài|tin, bài|tin|bài|tờ|vụ việc|vụ)\.?"
)
_NUMBER_AND_WORD = re.compile(rf"({_NUMBER}?)\s*\(([^\W\d_]+(?:\s+[^\W\d_]+)*)\)\s*(.*)")  # “07 (bảy) người”
_WORDED = re.compile(rf"(?i)(?:gần|hơn|trên|khoảng|dưới|tầm|ước|[><~≈≥≤])\s*({_NUMBER})(?:{_UNITS})?")
_WITH_UNIT = re.compile(rf"(?i)({_NUMBER}?)\s*(?:{_UNITS}|\+)\.?")
_ENDS_WITH_ZERO = re.compile(r"\d+[.,]0")
_LOOKALIKE = re.compile(r"[\dOoIl|]+")
_TWO = re.compile(r"(\d+)\s*[-–/]\s*(\d+)")
_WITH_PART = re.compile(rf"({_NUMBER}?)\s*(?:{_UNITS})?\s*(?:\(|[,;]\s+)[^()]*\d[^()]*\)?")  # “25 (04 nữ)”
_SEPARATED = r"(?:\s*[/.\-]\s*|\s+)"
_TEXT_DAY = re.compile(
    rf"(?:ngày\s+)?(\d{{1,2}})({_SEPARATED})(\d{{1,2}})({_SEPARATED})(\d{{4}}|\d{{2}})(?:\s+0{{1,2}}:00(?::00)?)?",
    re.IGNORECASE,
)
_LONG_DAY = re.compile(r"(?:(?:.*,\s*)?ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
# the hour, the part of the day and the day of the week beside a day
_HOUR = r"\d{1,2}\s*(?:h|giờ|:)\s*(?:\d{2}(?:\s*(?:phút|p))?)?"
_BEFORE_DAY = re.compile(
    rf"(?:(?:{_HOUR}|(?:buổi\s+)?(?:sáng|trưa|chiều|tối))\s*,?\s*(?:ngày\s+)?)+(?=\d{{1,2}}\s*[/.\-])", re.IGNORECASE
)
_BESIDE_DAY = re.compile(r"\s*\(?\s*(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)\s*\)?\s*,?", re.IGNORECASE)
_MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*(?:[/.\-]|\s+năm\s+)\s*(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"(?:năm\s+)?(\d{4})", re.IGNORECASE)
_YES = frozenset({"x", "có", "co", "1", "true", "yes", "+", "✓", "✔", "v", "đúng", "rồi"})
_NO = frozenset({"không", "khong", "0", "false", "no", "-", "–", "ko", "k", "chưa"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that cannot be taken; `message` says why, with the cell in it."""

    message: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that a person must read; `readings` are what it may mean, the likeliest first."""

    message: str
    readings: tuple[Any, ...]


# ---------------------------------------------------------------- numbers


def read_counts(column: Sequence[Any]) -> list[Any]:
    """Return whole numbers from zero, None for empty cells."""
    if set(map(type, column)) <= {int, type(None)}:
        numbers = [cell for cell in column if cell is not None]
        if not numbers or (min(numbers) >= 0 and max(numbers) <= MOST):
            return list(column)
    comma_is_decimal = any(isinstance(cell, str) and re.fullmatch(r"\d+,\d{1,2}", cell.strip()) for cell in column)
    most = _most_of_thousands(column)
    return _each(column, lambda cell: _count(cell, comma_is_decimal=comma_is_decimal, most_of_thousands=most))


def _most_of_thousands(column: Sequence[Any]) -> float:
    """Return up to what a number of the column may be thousands that lost their noughts; 0 where none can be.

    An Excel that parts thousands otherwise makes 1.052 of 1.052, and 2 of 2.000. But 612 beside 1.245 is no 612.000.
    """
    fractions = [cell for cell in column if isinstance(cell, float) and not cell.is_integer()]
    if not fractions:
        return 0
    counts = [cell for cell in column if cell.__class__ is int and cell >= 1000]
    return float(_TIMES_AS_LARGE * max([*(one * 1000 for one in fractions), *counts]) / 1000)


def _count(cell: Any, *, comma_is_decimal: bool, most_of_thousands: float) -> Any:
    told = {"value": _told(cell)}
    match cell:
        case bool() | date() | time():
            return Refused(_("“%(value)s” is no number: the cell is of another kind. Write 1052 or 1.052.") % told)
        case int() if 0 < cell < 1000 and cell <= most_of_thousands:
            said = _("“%(value)s” stands among numbers with decimals: were thousands meant?")
            return Doubt(said % told, (cell * 1000, cell))
        case int():
            return cell if 0 <= cell <= MOST else _beyond(told)
        case float():
            return _fraction(cell, told)
        case str():
            return _written_count(" ".join(cell.split()), told, comma_is_decimal=comma_is_decimal)
        case _:
            return _no_count(told)


def _fraction(cell: float, told: dict[str, str]) -> Any:
    thousand = round(cell * 1000) if 0 < cell < 1000 else 0
    if thousand and abs(cell * 1000 - thousand) < 1e-6:
        return Doubt(_("“%(value)s” is a number with decimals: were thousands meant?") % told, (thousand,))
    return _no_count(told)


def _written_count(text: str, told: dict[str, str], *, comma_is_decimal: bool) -> Any:
    if not text:
        return None
    word = unicodedata.normalize("NFC", text).lower()
    if word in _ZERO:
        return 0
    if text in _CROSSES:
        return Doubt(_("“%(value)s”: does it mean one (1), none (0), or not known?") % told, (1, 0, None))
    if text in _STROKES or _NOTHING.fullmatch(text):
        return Doubt(_("“%(value)s”: does it mean none (0), or not known?") % told, (0, None))
    if (spelt := spelt_number(word)) is not None:
        return spelt
    if found := _NUMBER_AND_WORD.fullmatch(word):
        text = f"{found[1]} {found[3]}".strip() if spelt_number(found[2]) == _plain_number(found[1]) else text
    try:
        number = parse_count(text)
    except ValueError:
        return _doubtful_count(text, told)
    if number < 0:
        return _beyond(told)
    if "," in text and comma_is_decimal:
        return Doubt(_("“%(value)s” can be read in two ways.") % told, (number,))
    return number


def spelt_number(text: str) -> int | None:
    """Return the number below a hundred that small words spell, as “bảy” and “hai mươi mốt” do; None for other words."""
    words = text.split()
    tens = 0
    if "mươi" in words[1:2]:
        tens, words = _DIGITS.get(words[0], -1) * 10, words[2:]
    elif words[:1] == ["mười"]:
        tens, words = 10, words[1:]
    if tens < 0 or len(words) > 1 or not (words or tens):
        return None
    ones = _DIGITS.get(words[0]) if words else 0
    return None if ones is None else tens + ones


def _plain_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _doubtful_count(text: str, told: dict[str, str]) -> Any:
    if found := _COUNTED.fullmatch(text):
        try:
            return parse_count(found[1].strip())
        except ValueError:
            return _no_count(told)
    if found := _WORDED.fullmatch(text) or _WITH_UNIT.fullmatch(text):
        try:
            reading = parse_count(found[1].strip())
        except ValueError:
            return _no_count(told)
        return Doubt(_("“%(value)s” is not a number alone: which number is meant?") % told, (reading,))
    if _ENDS_WITH_ZERO.fullmatch(text):
        return Doubt(_("“%(value)s” can be read in two ways.") % told, (int(re.split("[.,]", text)[0]),))
    if _LOOKALIKE.fullmatch(text) and any(sign.isdigit() for sign in text) and not text.isdecimal():
        number = int(text.translate(str.maketrans("OoIl|", "00111")))
        return Doubt(_("“%(value)s” has letters that look like digits.") % told, (number,))
    if found := _TWO.fullmatch(text):
        both = tuple(dict.fromkeys(map(int, found.groups())))
        return Doubt(_("“%(value)s” holds two numbers: which one is meant?") % told, both)
    if found := _WITH_PART.fullmatch(text):
        with suppress(ValueError):
            whole = parse_count(found[1].strip())
            return Doubt(_("“%(value)s” is not a number alone: which number is meant?") % told, (whole,))
    if text.isdecimal() and not text.isascii():  # the digits of another script
        return Doubt(_("“%(value)s” can be read in two ways.") % told, (int(text),))
    return _no_count(told)


def _no_count(told: dict[str, str]) -> Refused:
    return Refused(_("“%(value)s” is not a whole number. Write 1052 or 1.052, without words.") % told)


def _beyond(told: dict[str, str]) -> Refused:
    return Refused(_("“%(value)s”: a figure cannot be below zero, nor so large.") % told)


def read_decimals(column: Sequence[Any]) -> list[Any]:
    """Return numbers that may have decimals, None for empty cells."""
    return _each(column, _decimal)


def _decimal(cell: Any) -> Any:
    told = {"value": _told(cell), "example": formats.localize(Decimal("1052.5"), use_l10n=True)}
    number: Decimal | None = None
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        number = Decimal(str(cell))
    elif isinstance(cell, str):
        with suppress(ValueError, ArithmeticError):
            number = parse_decimal(" ".join(cell.split()).removesuffix("%").strip())
    if number is not None and number.is_finite() and abs(number) <= MOST:
        return number
    return Refused(_("“%(value)s” can be read in two ways or is not a number. Write it like %(example)s.") % told)


# ---------------------------------------------------------------- days


def read_days(column: Sequence[Any], *, today: date, earliest: date = _EARLIEST, from_1904: bool = False) -> list[Any]:
    """Return days from `earliest` to a year from today, None for empty cells. Texts are read day first.

    Where the column shows that somebody, or Excel, took the month first, days that can be read both ways are doubtful.
    """
    latest = today + _AHEAD
    if set(map(type, column)) <= {date, type(None)}:
        days = [cell for cell in column if cell is not None]
        if not days or (earliest <= min(days) and max(days) <= latest):
            return list(column)
    return _each(column, _Days(column, earliest, latest, from_1904=from_1904).read)


def day_alone(text: str) -> str:
    """Return “8h00 ngày 15/8/2023” and “19/8/2023 (thứ Bảy)” without what tells no day."""
    plain = _BESIDE_DAY.sub("", unicodedata.normalize("NFC", text)).strip()
    return _BEFORE_DAY.sub("", plain, count=1) if _BEFORE_DAY.match(plain) else plain


class _Days:
    def __init__(self, column: Sequence[Any], earliest: date, latest: date, *, from_1904: bool) -> None:
        self.earliest, self.latest = earliest, latest
        self.zero = _ZERO_1904 if from_1904 else _ZERO_1900
        texts = {cell.strip() for cell in column if isinstance(cell, str)}
        parts = [(int(found[1]), int(found[3])) for text in texts if (found := _TEXT_DAY.fullmatch(text))]
        cells = {cell for cell in column if isinstance(cell, date)}
        self.is_month_first = any(first <= 12 < second for first, second in parts)
        # Excel took what it could for month/day and left the rest as text
        late_texts = any(first > 12 for first, _second in parts)
        self.were_turned = late_texts and bool(cells) and all(cell.day <= 12 for cell in cells)

    def read(self, cell: Any) -> Any:
        told = {"value": _told(cell)}
        match cell:
            case datetime():
                return self._of_cell(cell.date(), told)
            case date():
                return self._of_cell(cell, told)
            case bool():
                return _no_day(told)
            case int():
                return self._number(cell, told)
            case str():
                return self._written(" ".join(cell.split()), told)
            case _:
                return _no_day(told)

    def _of_cell(self, day: date, told: dict[str, str]) -> Any:
        if self.were_turned and day.day != day.month:
            turned = date(day.year, day.day, day.month)
            return Doubt(_("%(value)s: Excel may have exchanged day and month.") % told, (turned, day))
        return self._within(day, told)

    def _written(self, text: str, told: dict[str, str]) -> Any:
        if not text:
            return None
        if text in _DASHES:
            return None  # there was none, or it is not known: either leaves the day empty
        if text in _STROKES or _NOTHING.fullmatch(text.lower()):
            return Doubt(_("“%(value)s” is no day: is it not known?") % told, (None,))
        text = day_alone(text)
        if found := _ISO_DAY.fullmatch(text):
            return self._made(int(found[1]), int(found[2]), int(found[3]), told)
        if found := _LONG_DAY.fullmatch(text):
            return self._made(int(found[3]), int(found[2]), int(found[1]), told)
        if found := _TEXT_DAY.fullmatch(text):
            day = self._day_first(int(found[1]), int(found[3]), found[5], told)
            if found[2].strip() == found[4].strip() or not isinstance(day, date):
                return day
            return Doubt(_("“%(value)s” can be read in two ways.") % told, (day,))  # two months, or a day
        if found := _MONTH.fullmatch(text):
            return self._only(int(found[2]), int(found[1]), _("“%(value)s” tells only the month.") % told, told)
        if found := _YEAR.fullmatch(text):
            return self._number(int(found[1]), told)
        return self._number(int(text), told) if text.isascii() and text.isdecimal() else _no_day(told)

    def _day_first(self, first: int, second: int, year_text: str, told: dict[str, str]) -> Any:
        year = int(year_text)
        if len(year_text) == 2:
            year += 2000 if date(2000 + year, 1, 1) <= self.latest else 1900
        if first <= 12 < second:
            turned = self._made(year, first, second, told)
            said = _("“%(value)s” is no day with the day first: was the month written first?") % told
            return Doubt(said, (turned,)) if isinstance(turned, date) else turned
        day = self._made(year, second, first, told)
        if self.is_month_first and first <= 12 and first != second and isinstance(day, date):
            said = _("“%(value)s”: in this column the month seems to be written first.") % told
            return Doubt(said, (day, date(year, first, second)))
        return day

    def _number(self, number: int, told: dict[str, str]) -> Any:
        if 1900 <= number <= 2100:
            return self._only(number, 1, _("“%(value)s” tells only the year.") % told, told)
        if 19_000_000 < number < 21_000_000:
            day = self._made(number // 10_000, number // 100 % 100, number % 100, told)
            return Doubt(_("“%(value)s” can be read in two ways.") % told, (day,)) if isinstance(day, date) else day
        if 0 < number < 100_000 and self.earliest <= self.zero + timedelta(days=number) <= self.latest:
            return self.zero + timedelta(days=number)
        return _no_day(told)

    def _only(self, year: int, month: int, message: str, told: dict[str, str]) -> Any:
        day = self._made(year, month, 1, told)
        return Doubt(message, (day,)) if isinstance(day, date) else day

    def _made(self, year: int, month: int, day: int, told: dict[str, str]) -> Any:
        try:
            made = date(year, month, day)
        except ValueError:
            return _no_day(told)
        return self._within(made, told)

    def _within(self, day: date, told: dict[str, str]) -> Any:
        if self.earliest <= day <= self.latest:
            return day
        span = {"first": f"{self.earliest:%d/%m/%Y}", "last": f"{self.latest:%d/%m/%Y}"}
        return Refused(_("%(value)s does not lie between %(first)s and %(last)s.") % (told | span))


def _no_day(told: dict[str, str]) -> Refused:
    return Refused(_("“%(value)s” is not a day that exists. Write day/month/year, for example 05/12/2024.") % told)


# ---------------------------------------------------------------- texts


def read_texts(column: Sequence[Any]) -> list[Any]:
    """Return texts, empty ones for empty cells; a number as it reads. A day may be what Excel made of “3-4”."""
    if set(map(type, column)) <= {str}:
        return list(column)
    return ["" if value is None else value for value in _each(column, _text)]


def _text(cell: Any) -> Any:
    if isinstance(cell, date) and not (isinstance(cell, datetime) and cell.time() != time()):
        said = _("%(value)s is a day in a column of texts: Excel may have made it of another text.")
        readings = (_told(cell), f"{cell.day}-{cell.month}", f"{cell.day}/{cell.month}", f"{cell.month}-{cell.day}")
        return Doubt(said % {"value": _told(cell)}, tuple(dict.fromkeys(readings)))
    return cell if isinstance(cell, str) else _told(cell)


def read_answers(column: Sequence[Any]) -> list[Any]:
    """Return yes or no; an empty cell means no."""
    return [False if value is None else value for value in _each(column, _answer)]


def _answer(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    text = " ".join(str(cell).lower().split())
    if text in _YES or text in _NO:
        return text in _YES
    return Refused(_("“%(value)s” is neither “Có” nor “Không”.") % {"value": cell})


# ---------------------------------------------------------------- shared


def _each(column: Sequence[Any], read: Callable[[Any], Any]) -> list[Any]:
    """Read every different cell once; an empty one is None, one with an error of a formula is refused."""
    known: dict[tuple[type, Any], Any] = {}
    values = []
    for cell in column:
        key = cell.__class__, cell
        if key not in known:
            known[key] = None if cell is None else _fault(cell) or read(cell)
        values.append(known[key])
    return values


def _fault(cell: Any) -> Refused | None:
    if isinstance(cell, str | int | float | Decimal | date | time) or not hasattr(cell, "text"):
        return None
    if cell.text:
        said = _("The cell holds the error %(error)s: open the file in Excel and mend its formula.")
        return Refused(said % {"error": cell.text})
    return Refused(
        _("The cell holds a formula without its result: open the file in Excel, save it and choose it anew.")
    )


def _told(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float | Decimal):
        return str(cell).replace(".", str(formats.get_format("DECIMAL_SEPARATOR")))
    return str(cell)
