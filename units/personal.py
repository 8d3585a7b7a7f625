"""Columns that hold people's names, telephone or identity numbers, whatever stands above them."""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.folding import fold
from units.boundary import holds_number
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LEAST, _PART = 3, 0.5  # so many cells, and such a part of those that are filled, make a column personal
# of the Kinh, Tày, Nùng, Dao and Mông; those that are as often another word are left out
_OF_MANY = (
    "âu bàn bạch bế bồ bùi cà chang châu chíu chu chúc cù cứ diêm diệp doanh dương đàm đặng đào đậu đinh đỗ đồng đường "
    "giàng giáp hà hạng hầu hoàng hồ hờ hứa huỳnh kha khổng khúc kiều la lã lại lâm lăng lầu lê lèng leo liêu lò lộc lù lục "
    "luân lừ lữ lương lường lưu lý lỳ ma mạc mai mạch mông mùa nghiêm ngô nguyễn nhữ ninh nình nông phạm phan phàn phí phù "
    "phùng quách quàng sầm sằm sìn sùng tạ tằng tăng tẩn thạch thái thàng thào thẩm tô tôn tống trần triệu trịnh trương "
    "từ vàng vi võ vũ vừ vương xa cao"
)
_SURNAMES = frozenset(_OF_MANY.split())
_OF_PEOPLE = frozenset({"ho ten", "ho va ten", "ho ten chuc vu", "ho va ten chuc vu", "ten nguoi", "ten can bo"})
_TITLES = re.compile(
    r"(?:(?:ông|bà|anh|chị|cô|chú|đ/c|đồng chí|(?:đại|thượng|trung|thiếu)\s+(?:tá|úy|uý|tướng))[.:]?\s+)+",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\s,;:(–-]+|[,;:(–-]")
# as a spreadsheet keeps a telephone or identity number: without its nought
_PLAIN_NUMBER = re.compile(r"[35789]\d{8}|\d{10,12}")


def personal_columns(rows: Sequence[Sequence[Any]], *, takes_people: bool) -> dict[int, str]:
    """Return the columns of people's names and numbers among `rows` of cells, by place, and why each is refused.

    Where a list takes people by name, only numbers are looked for. One query where there are names.
    """
    width = max(map(len, rows), default=0)
    columns = {
        place: [row[place] for row in rows if place < len(row) and row[place] is not None] for place in range(width)
    }
    numbers = {place for place, cells in columns.items() if _is_most(sum(map(_is_number, cells)), cells)}
    names = set() if takes_people else _of_names(columns)
    return dict.fromkeys(names, _("names of people")) | dict.fromkeys(numbers, _("telephone or identity numbers"))


def names_people(head: str) -> bool:
    """Say whether a column called `head` holds people by name, where a list has no place for them."""
    return fold(head.rpartition("/")[2]) in _OF_PEOPLE


def _is_most(count: int, cells: Sequence[Any]) -> bool:
    return count >= _LEAST and count >= _PART * len(cells)


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return holds_number(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 < cell < 10**12:
        return False
    return int(cell) == cell and cell % 1000 != 0 and _PLAIN_NUMBER.fullmatch(str(int(cell))) is not None


def _of_names(columns: Mapping[int, Sequence[Any]]) -> set[int]:
    named = {
        place: names
        for place, cells in columns.items()
        if _is_most(
            len(names := [name for cell in cells if isinstance(cell, str) and (name := person_in(cell))]), cells
        )
    }
    # wards bear the names of people: Nguyễn Thị Minh Khai, Phùng Chí Kiên
    told = {name for names in named.values() for name in names}
    areas = set(Area.objects.filter(name__in=told).values_list("name", flat=True)) if told else set()
    return {
        place for place, names in named.items() if _is_most(sum(name not in areas for name in names), columns[place])
    }


def person_in(text: str) -> str:
    """Return the name of a person with which `text` begins; an empty string where it begins otherwise.

    A surname and more words with capitals: two of them, or one where a title stands before them.
    """
    plain = unicodedata.normalize("NFC", text).strip()
    titled = _TITLES.match(plain)
    words = _WORDS.findall(plain[titled.end() :] if titled else plain)
    name = list(takewhile(lambda word: word[0].isupper(), words))
    if len(name) < (2 if titled else 3) or name[0].lower() not in _SURNAMES:
        return ""
    return " ".join(name).rstrip(".")
