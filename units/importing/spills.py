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
_YEAR_ONLY = re.compile(r"(?P<number>\S*[/-]\S*?)\s*[,;]?\s*(?P<day>(?:năm\s+)?(?:19|20)\d{2})", re.IGNORECASE)
_NUMBER_AND_DAY = re.compile(
    rf"(?P<number>\S*[/-]\S*?)\s*[,;]?\s*(?:\(\s*)?(?:(?:ban hành\s+)?ngày\s+)?(?P<day>{_DAY})\s*\)?\s*\.?",
    re.IGNORECASE,
)
_PART_OF_DAY = re.compile(  # “ngày …/6/2021”: the day is asked, not lost with what stands before it
    r"(?P<number>\S*[/-]\S*?)\s*[,;]?\s*(?:ngày\s*(?P<day>[\d/ -]*(?:…|[._]{2})[\d/.…_ -]*)|(?P<month>tháng\s*\d{1,2}\s*/\s*\d{4}))",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(?:từ\s+)?(?:ngày\s+)?(?P<first>\d{1,2})(?:\s*/\s*(?P<month>\d{1,2}))?\s*(?:-|–|và|đến(?:\s+ngày)?)\s*"
    r"(?P<last>\d{1,2})\s*/\s*(?P<end>\d{1,2})(?P<year>\s*/\s*\d{4})?",
    re.IGNORECASE,
)

_ONE_DAY = rf"(?:{_DAY}|\d{{1,2}}\s*[/.-]\s*\d{{4}}|\d{{4}})"
_BEGIN_AND_END = re.compile(
    rf"(?:từ\s+)?(?:ngày\s+)?(?P<begin>{_ONE_DAY})(?:\s*(?:-|–|đến)\s*(?:hết\s+)?(?:ngày\s+)?(?P<end>{_ONE_DAY}|nay)?)?",
    re.IGNORECASE,
)
_PRESENTS = re.compile(
    r"(?P<number>\d[\d.]*\s*(?:suất|phần quà|phần|quà))\s*(?:[-–,;(]|\s)\s*(?:tổng\s+)?(?:trị giá\s*:?\s*)?"
    r"(?P<value>\d[\d., ]*\s*(?:tỷ|triệu|tr|nghìn|ngàn)?\s*(?:đồng|đ|vnđ)?)\s*\)?\.?",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"(?:gần|hơn|trên|khoảng)\s*\d[\d.]*", re.IGNORECASE)
_SESSIONS = re.compile(
    r"(?P<sessions>\d+)\s*(?:buổi|cuộc|lớp|lần)\s*[/(,;:-]\s*"
    r"(?P<attendance>(?:gần|hơn|trên|khoảng)?\s*\d[\d.]*)\s*(?:lượt người|lượt|người)\s*(?:dự|tham gia|tham dự)?\s*\)?\.?",
    re.IGNORECASE,
)
_ALL_AND_WOMEN = re.compile(
    r"(?P<all>\d+)\s*(?:người|đ/c|đồng chí|tv|thành viên)?\s*[(,;/]\s*(?:trong đó\s*(?:có\s*)?:?\s*)?"
    r"(?:(?P<women>\d+)\s*(?:là\s+)?(?:đ/c\s+)?nữ|nữ\s*:?\s*(?P<after>\d+))\s*\)?\.?",
    re.IGNORECASE,
)
_PRESENTS_EACH = re.compile(
    r"(?P<count>\d{1,3}(?:\.?\d{3})?)\s*(?:suất|phần quà|phần|quà)\s*(?:[x×]|\(?\s*mỗi (?:suất|phần|quà))\s*(?:trị giá\s*)?:?\s*"
    r"(?P<each>\d{1,3}(?:\.\d{3})+|\d+)\s*(?P<unit>triệu|tr|nghìn|ngàn|k)?\s*(?:đồng|đ|vnđ)?(?:\s*/\s*(?:suất|phần|quà))?\s*\)?\.?",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:(?:[Xx]ã|XÃ|[Pp]hường|PHƯỜNG|[Tt]hị trấn|THỊ TRẤN|TT|P)\s+|(?:TT|P|Ph)\.\s*)(?=[^\W\d])")


@dataclass(frozen=True)
class Spill:
    """What else a cell may hold: `split` returns what stays, and what goes to the column `into`, or None."""

    into: str
    split: Callable[[str], tuple[Any, Any] | None] | None = None  # None: the cell of `into` finds itself, all stays
    only_without_column: bool = False  # where the file has the column `into`, that one counts
    under: re.Pattern[str] | None = None  # what the head must say
    named: Callable[[str], tuple[Any, Any] | None] | None = (
        None  # splits under any other head what names its part itself
    )


def number_and_day(text: str) -> tuple[str, str | None] | None:
    """Split “Số 87/QĐ-UBND ngày 27/6/2024”; the word before the number goes away."""
    plain = _BEFORE_NUMBER.sub("", " ".join(text.split()), count=1) if _BEFORE_NUMBER.match(text.strip()) else text
    plain = " ".join(plain.split())
    if found := _NUMBER_AND_DAY.fullmatch(plain):
        return found["number"], found["day"].replace(" ", "") if "tháng" not in found["day"] else f"ngày {found['day']}"
    if found := _PART_OF_DAY.fullmatch(plain):
        return found["number"], (found["day"] or found["month"]).strip()
    if found := _YEAR_ONLY.fullmatch(plain):
        return found["number"], found["day"]
    return (plain, None) if plain != " ".join(text.split()) else None


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


def begin_and_end(text: str) -> tuple[str, str | None] | None:
    """Split “12/9/2017 - 30/6/2023”, “từ 05/4/2016 đến hết 31/12/2021”, “15/6/2018 - nay”."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    found = _BEGIN_AND_END.fullmatch(plain)
    return (found["begin"].strip(), (found["end"] or "").strip() or None) if found else None


def number_and_value(text: str) -> tuple[str, str] | None:
    """Split “30 suất - 15 triệu đồng” and “10 suất x 300.000đ”: the number of presents, and what they are worth."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if found := _PRESENTS_EACH.fullmatch(plain):
        count, each = (re.sub(r"\D", "", found[name]) for name in ("count", "each"))
        return count, f"{int(count) * int(each)} {found['unit'] or ''}".strip()
    found = _PRESENTS.fullmatch(plain)
    return (found["number"], found["value"]) if found else None


def sessions_and_attendance(text: str) -> tuple[str, str] | None:
    """Split “1 buổi/56 lượt” and “2 cuộc (120 người)”: two sessions, and who came to them; “khoảng 60” may be either."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if _ABOUT.fullmatch(plain):
        return plain, plain
    found = _SESSIONS.fullmatch(plain)
    return (found["sessions"], found["attendance"]) if found else None


def all_and_part(text: str) -> tuple[str, str] | None:
    """Split “9/3” and “9 (3)”: nine, three of them."""
    found = re.fullmatch(r"\s*(\d+)\s*(?:/\s*(\d+)|\(\s*(\d+)\s*\))\s*", text)
    return (found[1], found[2] or found[3]) if found else all_and_women(text)


def all_and_women(text: str) -> tuple[str, str] | None:
    """Split “9 (3 nữ)”, “9 người, trong đó 3 nữ” and “9, nữ 3”: nine, three of them women."""
    found = _ALL_AND_WOMEN.fullmatch(" ".join(unicodedata.normalize("NFC", text).split()))
    return (found["all"], found["women"] or found["after"]) if found else None
