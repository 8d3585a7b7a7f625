"""Cells that hold more than their column says: a number with its day, two days, an office with its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}"
_BEFORE_NUMBER = re.compile(r"(?:(?:quyết định|qđ)\b\s*(?:số)?|số)\s*[:.]?\s*(?=\d)", re.IGNORECASE)
_NUMBER_AND_DAY = re.compile(
    rf"(?P<number>\S*[/-]\S*?)\s*[,;]?\s*(?:\(\s*)?(?:(?:ban hành\s+)?ngày\s+)?(?P<day>{_DAY})\s*\)?\s*\.?",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(?:từ\s+)?(?:ngày\s+)?(?P<first>\d{1,2})(?:\s*/\s*(?P<month>\d{1,2}))?\s*(?:-|–|đến(?:\s+ngày)?)\s*"
    r"(?P<last>\d{1,2})\s*/\s*(?P<end>\d{1,2})(?P<year>\s*/\s*\d{4})?",
    re.IGNORECASE,
)

_PLACE = re.compile(r"\b(?:(?:[Xx]ã|XÃ|[Pp]hường|PHƯỜNG|[Tt]hị trấn|THỊ TRẤN|TT|P)\s+|(?:TT|P)\.\s*)(?=[^\W\d])")


@dataclass(frozen=True)
class Spill:
    """What else a cell may hold: `split` returns what stays, and what goes to the column `into`, or None."""

    into: str
    split: Callable[[str], tuple[Any, Any] | None]
    only_without_column: bool = False  # where the file has the column `into`, that one counts


def number_and_day(text: str) -> tuple[str, str | None] | None:
    """Split “Số 87/QĐ-UBND ngày 27/6/2024”; the word before the number goes away."""
    plain = _BEFORE_NUMBER.sub("", " ".join(text.split()), count=1) if _BEFORE_NUMBER.match(text.strip()) else text
    if found := _NUMBER_AND_DAY.fullmatch(" ".join(plain.split())):
        return found["number"], found["day"].replace(" ", "") if "tháng" not in found["day"] else f"ngày {found['day']}"
    return (plain, None) if plain is not text else None


def office_and_place(text: str) -> tuple[str, str] | None:
    """Find the place in “Công an xã Hà Hiệu, huyện Ba Bể”; the office stays as it is written."""
    found = _PLACE.search(unicodedata.normalize("NFC", text))
    return (text, unicodedata.normalize("NFC", text)[found.start() :]) if found else None


def village_and_place(text: str) -> tuple[str, str] | None:
    """Split “Thôn Nà Ngà, xã Chu Hương”: the village stays, and so does whatever stands behind the commune."""
    plain = unicodedata.normalize("NFC", text)
    found = _PLACE.search(plain)
    if not found:
        return None
    name, *behind = re.split(r"\s*[(,;]", plain[found.start() :], maxsplit=1)
    before = " ".join(plain[: found.start()].split()).rstrip(" ,;-–(")
    rest = " ".join([before, *behind]).strip(" )")
    return rest, name.rstrip(") ")


def first_and_last_day(text: str) -> tuple[str, str] | None:
    """Split “21-22/3” and “15/8 - 17/8/2022”."""
    found = _DAYS.fullmatch(" ".join(text.split()))
    if not found:
        return None
    year = (found["year"] or "").strip(" /")
    month, end = int(found["month"] or found["end"]), int(found["end"])
    first_year = str(int(year) - 1) if year and month > end else year  # over the turn of the year
    first, last = (f"/{one}" if one else "" for one in (first_year, year))
    return f"{found['first']}/{month}{first}", f"{found['last']}/{end}{last}"
