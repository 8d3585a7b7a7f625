"""From the rows of a file to rows of a list: what is data, what is a title, a total, a group's head or a signature."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from config.cells import Doubt
from config.folding import fold
from units.importing.heads import is_numbering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from config.reading.files import Block
    from units.importing.heads import Head, Heads

TOTAL, GROUP, NUMBERS, UNITS, REPEATED, AROUND = (
    _("total"), _("head of a group"), _("numbers of the columns"), _("units of the columns"), _("heads once more"),
    _("signature or remark"),
)  # fmt: skip
_TOTALS = ("tổng", "cộng", "tong", "cong")
# not “Cộng đồng dân cư thôn Nà Ma”, not “Tổng công ty”
_TOTAL = re.compile(
    r"(?:[ivx\d]{1,4} )?(?:tong|cong)(?: (?:cong|so|chung|hop|toan|ca|cac|huyen|tinh|xa|thanh pho|thi tran|phuong|cum|trang|muc|theo|[ivx\d]+)\b.*)?"
)
_SIGNATURES = (
    "nguoi lap", "noi nhan", "thu truong", "truong cong an", "chu tich", "ky ten", "xac nhan", "tm ", "kt ", "tl ",
    "can bo thong ke", "lap bieu", "luu y", "ghi chu", "ky ghi ro",
)  # fmt: skip
_DATELINE = re.compile(r"ngay (?:\d{1,2} |thang)")
_UNITS = frozenset((
    "dvt", "don vi tinh", "nguoi", "luot", "luot nguoi", "to", "to thon", "thon", "thon ban", "xa", "ho", "buoi", "cuoc",
    "dong", "trieu dong", "nghin dong", "suat", "mo hinh", "cum", "doi", "vu", "vu viec", "van ban", "bai", "tin bai",
    "tap the", "ca nhan", "dien hinh", "lop", "nam", "cau lac bo", "clb", "khu", "kdc", "phuong", "don vi", "lan",
))  # fmt: skip
_GROUP_YEAR = re.compile(r"(?:nam|thang \d{1,2}|quy [iv\d]+)(?: nam)? (\d{4})")
_COUNTED = re.compile(r"\s*\(\s*\d+[^()]*\)\s*$")  # “TẬP THỂ (05)”
_ENUMERATED = re.compile(r"^\s*(?:[IVXLC]+|\d+|[A-ZĐ])\s*[.)/-]\s*")
_NUMBER_IN_BRACKETS = re.compile(r"\(?\s*(\d{1,2}|[A-Za-z])\s*\)?")


@dataclass(frozen=True)
class LeftOut:
    """A row that is no data, and why."""

    place: tuple[int, int]
    why: Any
    text: str


@dataclass(frozen=True)
class Group:
    """What the heads of groups above a row say: cells by column, and a year."""

    cells: Mapping[str, Any] = field(default_factory=dict)
    year: int | None = None
    inside: Any = None  # the area in which the rows lie


@dataclass
class Table:
    """The rows of a list as they stand in the file: a raw column for each column of the sheet that the file has."""

    names: tuple[str, ...]
    places: list[tuple[int, int]] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    heads: dict[tuple[int, str], str] = field(default_factory=dict)  # what stands above a column, by tab and name
    left_out: list[LeftOut] = field(default_factory=list)
    all_groups: list[Group] = field(default_factory=list)
    untaken: dict[tuple[int, int], str] = field(default_factory=dict)  # heads of columns without a meaning, by place


@dataclass(frozen=True)
class Tab:
    """One tab of a file: where its heads stand, which of its columns mean what, and which cells are merged."""

    number: int
    heads: Heads
    meanings: dict[int, str]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    told: frozenset[int] = frozenset()  # columns that are written out by the sheet, and not read
    group: Group = field(default_factory=lambda: Group())  # what its title and its name say

    @property
    def untaken(self) -> list[Head]:
        """Return the heads of columns that the list has no place for."""
        taken = {*self.meanings, *self.told}
        return [head for head in self.heads.heads if head.place not in taken and not is_numbering(head.text)]


class Gathering:
    """Reads tab after tab into one table."""

    def __init__(
        self,
        names: Sequence[str],
        *,
        needed: Iterable[str],
        of_groups: Mapping[str, Callable[[str], Any]],
        decode: Any,
    ) -> None:
        """Gather the columns `names`; a row without one of those `needed` is looked at twice.

        `of_groups` tell, by column, what a text means that stands alone above the rows of a group.
        """
        self.table = Table(tuple(names), columns={name: [] for name in names})
        self.needed = [name for name in names if name in set(needed)]
        self.of_groups = of_groups
        self.decode = decode

    def take(self, tab: Tab, blocks: Iterable[Block]) -> None:
        """Add the rows of one tab."""
        self.group = tab.group
        self.table.all_groups.append(self.group)
        self.after_the_end = False
        by_place = {head.place: head.text for head in tab.heads.heads}
        self.table.heads |= {(tab.number, name): by_place.get(place, "") for place, name in tab.meanings.items()}
        for block in blocks:
            self._take_block(tab, block)

    def _take_block(self, tab: Tab, block: Block) -> None:
        start = next((index for index, number in enumerate(block.rows) if number > tab.heads.last), len(block.rows))
        rows = block.rows[start:]
        if not rows:
            return
        raw = [
            self.decode(tab.number, place, column[start:]) if column else [None] * len(rows)
            for place, column in enumerate(block.columns)
        ]
        _fill_merged(raw, rows, tab)
        for head in tab.untaken:
            if head.place < len(raw) and any(cell is not None for cell in raw[head.place]):
                self.table.untaken[tab.number, head.place] = head.text
        by_name = {name: place for place, name in tab.meanings.items()}
        none = [None] * len(rows)
        columns = {
            name: raw[by_name[name]] if by_name.get(name, len(raw)) < len(raw) else none for name in self.table.names
        }
        out = self._left_out(tab, rows, raw, columns, by_name)
        table = self.table
        if not out:
            table.places += [(tab.number, number) for number in rows]
            for name in table.names:
                table.columns[name] += columns[name]
            table.groups += [self.group] * len(rows)
            return
        for index, number in enumerate(rows):
            told = out.get(index)
            if isinstance(told, LeftOut):
                table.left_out.append(told)
                continue
            table.places.append((tab.number, number))
            for name in table.names:
                table.columns[name].append(columns[name][index])
            table.groups.append(told[0] if told else self.group)

    def _left_out(
        self,
        tab: Tab,
        rows: Sequence[int],
        raw: list[list[Any]],
        columns: dict[str, list[Any]],
        by_name: dict[str, int],
    ) -> dict[int, Any]:
        """Return, by row, why it is no data; for data rows in groups the group as a tuple. Nothing for plain tables."""
        suspects = {index for name in self.needed for index, cell in enumerate(columns[name]) if cell is None}
        for column in raw[:5]:
            if _may_hold_total(column):
                suspects |= {index for index, cell in enumerate(column) if isinstance(cell, str) and _is_total(cell)}
        if rows[0] <= tab.heads.last + 3:
            suspects |= set(range(min(3, len(rows))))
        heads = {head.place: fold(head.parts[-1]) for head in tab.heads.heads}
        for head in tab.heads.heads[:2]:
            if head.place < len(raw) and head.parts[-1] in raw[head.place]:
                suspects |= {index for index, cell in enumerate(raw[head.place]) if cell == head.parts[-1]}
        if not suspects and self.group is tab.group:
            return {}
        told: dict[int, Any] = {}
        for index in range(len(rows)):
            if index in suspects:
                cells = [column[index] for column in raw]
                why = self._why(cells, heads, tab, rows[index], {name: columns[name][index] for name in columns})
                if why is not None:
                    text = " | ".join(str(cell) for cell in cells if cell is not None)[:200]
                    told[index] = LeftOut((tab.number, rows[index]), why, text)
                    continue
            told[index] = (self.group,)
        return told

    def _why(self, cells: list[Any], heads: dict[int, str], tab: Tab, number: int, named: dict[str, Any]) -> Any:
        filled = [cell for cell in cells if cell is not None]
        texts = [cell for cell in filled if isinstance(cell, str)]
        if number <= tab.heads.last + 2 and (why := self._of_heads(cells, filled, tab)):
            return why
        alike = sum(1 for place, cell in enumerate(cells) if isinstance(cell, str) and heads.get(place) == fold(cell))
        if alike >= 2 and alike >= len(filled) * 0.6:
            return REPEATED
        if any(_is_total(text) for text in texts):
            return TOTAL
        given = [cell for cell in named.values() if cell is not None]
        if any(named.get(name) is None for name in self.needed) and len(filled) <= 3:
            if all(isinstance(cell, str) for cell in given) and self._begins_group(texts):
                return GROUP
            if texts and (self.after_the_end or any(_is_signature(text) for text in texts)):
                self.after_the_end = True
                return AROUND
            if len(texts) == len(filled) <= 2:  # whatever begins here, what stood above holds no longer
                self.group = Group({}, self.group.year)
                self.table.all_groups.append(self.group)
        return None if given else AROUND

    def _of_heads(self, cells: list[Any], filled: list[Any], tab: Tab) -> Any:
        """Return why a row right below the heads belongs to them."""
        if _are_column_numbers(filled):
            return NUMBERS
        if not _are_units(filled):
            return None
        for place, name in tab.meanings.items():
            if place < len(cells) and cells[place] is not None:
                self.table.heads[tab.number, name] += f" ({cells[place]})"
        return UNITS

    def _begins_group(self, texts: Sequence[str]) -> bool:
        """Say whether texts that stand alone tell what the rows below have in common, and keep it."""
        for text in dict.fromkeys((*reversed(texts), " ".join(texts))):
            group = next((group for one in heads_of_group(text) if (group := self._group_of(one))), None)
            if group:
                self.group = group
                self.table.all_groups.append(group)
                return True
        return False

    def _group_of(self, text: str) -> Group | None:
        """Return what holds below a text that stands alone, None where it is no head of a group."""
        cells = {name: told for name, ask in self.of_groups.items() if (told := ask(text)) is not None}
        year = _GROUP_YEAR.fullmatch(fold(text))
        if not cells and not year:
            return None
        inside = cells.get("area", self.group.inside)
        return Group({**self.group.cells, **cells}, int(year[1]) if year else self.group.year, inside)


def heads_of_group(text: str) -> tuple[str, str]:
    """Return what “II. CÁ NHÂN (08)” may say: without its count, and without its number as well."""
    plain = _COUNTED.sub("", text)
    return plain, _ENUMERATED.sub("", plain)


def _fill_merged(raw: list[list[Any]], rows: Sequence[int], tab: Tab) -> None:
    """Write what stands in a merged cell into each row that it spans; a merged number is asked."""
    index_of = {number: index for index, number in enumerate(rows)} if tab.merged else {}
    for first, left, last, _right in tab.merged:
        if first == last or left >= len(raw) or first <= tab.heads.last:
            continue
        cell = raw[left][index_of[first]] if first in index_of else None
        for number in range(first + 1, last + 1):
            if cell is not None and number in index_of and raw[left][index_of[number]] is None:
                raw[left][index_of[number]] = cell if isinstance(cell, str) else Merged(cell)


@dataclass(frozen=True)
class Merged:
    """A number or day of a merged cell, in a row below the first."""

    cell: Any

    @property
    def doubt(self) -> Doubt:
        """Return the question whether it holds for this row too."""
        return Doubt(
            str(_("The cell is merged over several rows: does its value hold for each of them?")), (None, self.cell)
        )


def _may_hold_total(column: Sequence[Any]) -> bool:
    """Say quickly whether it is worth looking at each cell."""
    joined = unicodedata.normalize("NFC", "\n".join([cell for cell in column if cell.__class__ is str])).lower()
    return any(word in joined for word in _TOTALS)


def _is_total(text: str) -> bool:
    return _TOTAL.fullmatch(fold(text)) is not None


def _is_signature(text: str) -> bool:
    folded = fold(text)
    return folded.startswith(_SIGNATURES) or bool(_DATELINE.search(folded))


def _are_units(cells: list[Any]) -> bool:
    """Say whether cells are the units of measure under the heads."""
    folded = [fold(cell) if isinstance(cell, str) else "" for cell in cells]
    known = sum(one in _UNITS for one in folded)
    return known >= 2 and known * 2 >= len(cells) and all(folded[1:]) | (folded[0] in {"dvt", "don vi tinh"})


def _are_column_numbers(cells: Sequence[Any]) -> bool:
    """Say whether cells are 1, 2, 3 … or A, B, 1, 2 …: the numbers of columns under the heads."""
    if len(cells) < 3:
        return False
    told = [_NUMBER_IN_BRACKETS.fullmatch(str(cell)) for cell in cells]
    if not all(told):
        return False
    marks = [one[1] for one in told if one]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    letters = [mark.upper() for mark in marks if not mark.isdigit()]
    return (
        numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and len(numbers) >= 2
        and letters == sorted(letters)
        if numbers
        else False
    )
