"""From the rows of a file to rows of a list: what is data, what is a title, a total, a group's head or a signature."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
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
_TOTALS = ("tổng", "cộng", "tong", "cong", "lũy kế", "luỹ kế", "luy ke")
# with its marks: “Cộng” is a sum, “Công trạng”, “Cộng đồng dân cư thôn Nà Ma” and “Tổng công ty” are none
_TOTAL = (
    r"(?:(?:[ivx]{1,4}|\d{1,3}|[a-e]) )?(?:(?:t cộng|lũy kế|luỹ kế)\b.*|(?:tổng|cộng)(?: (?:hợp|(?:cộng|số|chung|toàn|cả|các"
    r"|huyện|tỉnh|xã|thành phố|thị trấn|phường|cụm|trang|mục|theo|tháng|quý|năm|phần|nhóm|khối|đợt|tiền|kinh phí"
    r"|[ivx\d]+|[a-e])\b.*))?)"
)
_MARKED_TOTAL, _PLAIN_TOTAL = (
    re.compile(_TOTAL),
    re.compile("".join(sign for sign in unicodedata.normalize("NFD", _TOTAL) if not unicodedata.combining(sign))),
)
_NOT_A_WORD = re.compile(r"[\W_]+")
_COUNT = re.compile(r"\s*\d[\d.,]*\s*(?:người|tổ|thành viên|đ/c|đồng chí|lượt|buổi|suất)\s*", re.IGNORECASE)
_OF_GROUPS = re.compile(r"[IVX]{1,5}|[A-EĐ]")  # what numbers groups and no rows
_SIGNATURES = (
    "nguoi lap", "noi nhan", "thu truong", "truong cong an", "chu tich", "ky ten", "xac nhan", "tm ", "kt ", "tl ",
    "can bo thong ke", "lap bieu", "luu y", "ghi chu", "ky ghi ro",
)  # fmt: skip
_DATELINE = re.compile(r"ngay (?:\d{1,2} |thang)")
_UNITS = frozenset((
    "dvt", "don vi tinh", "nguoi", "luot", "luot nguoi", "to", "to thon", "thon", "thon ban", "xa", "ho", "buoi", "cuoc",
    "dong", "trieu dong", "nghin dong", "suat", "mo hinh", "cum", "doi", "vu", "vu viec", "van ban", "bai", "tin bai",
    "tap the", "ca nhan", "dien hinh", "lop", "nam", "cau lac bo", "clb", "khu", "kdc", "phuong", "don vi", "lan", "%",
    "tr dong", "trd", "tr d", "ng dong", "xa tt", "nguoi dan", "luot ho", "tin", "diem", "tieu chi", "chiec", "cai",
))  # fmt: skip
_GROUP_TIME = re.compile(r"(?:nam (?P<year>\d{4})|(?:thang \d{1,2}|quy [iv\d]+)(?:(?: nam)? (?P<of_year>\d{4}))?)")
_COUNTED = re.compile(r"\s*\(\s*\d+[^()]*\)\s*$")  # “TẬP THỂ (05)”
_ENUMERATED = re.compile(r"^\s*(?:[IVXLC]+|\d+|[A-ZĐ])\s*[.)/-]\s*")
_MANY = 5
_OF_ABOVE = frozenset(("huyen", "quan", "thanh pho", "tinh", "tp"))
_OF_NAMES = frozenset(("xa", "phuong", "thi", "tran", "tt", "don", "vi", "dia", "ban", "hanh", "chinh"))
_OF_CODES = re.compile(r"(?:[A-Z]{1,2})?\d{2,6}(?:-\d{6,8})?")
_DITTOS = frozenset(
    (
        "nt",
        "NT",
        "-nt-",
        "- nt -",
        "-NT-",
        "n.t",
        "như trên",
        "Như trên",
        "-như trên-",
        '"',
        "''",
        "″",
        "”",
        "//",
        "-//-",
        '-"-',
    )
)
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
    def numbering(self) -> int | None:
        """Return the place of the column that numbers the rows."""
        return next((head.place for head in self.heads.heads if is_numbering(head.text)), None)

    @property
    def above(self) -> list[int]:
        """Return the places of columns that tell the district or the province of the areas named beside."""
        return [head.place for head in self.heads.heads if head.place not in self.meanings and _is_above(head)]

    @property
    def beside(self) -> list[int]:
        """Return the places of columns that name the area whose code stands in the column of the list."""
        free = [head for head in self.heads.heads if head.place not in self.meanings]
        return [head.place for head in free if _names_area(head) and not is_numbering(head.text)]

    @property
    def untaken(self) -> list[Head]:
        """Return the heads of columns that the list has no place for."""
        taken = {*self.meanings, *self.told, *self.above, *self.beside}
        return [head for head in self.heads.heads if head.place not in taken and not is_numbering(head.text)]


@dataclass(frozen=True)
class Kinds:
    """Which columns of the list are of which kind, by name."""

    needed: frozenset[str] = frozenset()  # a row without one of them is looked at twice
    own: frozenset[str] = frozenset()  # of those needed: what no title and no head of a group can say
    single: frozenset[str] = frozenset()  # numbers and days: one that is merged over several rows is asked
    listed: frozenset[str] = frozenset()  # words of a list, which are no totals, however they are spelt
    areas: frozenset[str] = frozenset()


class Gathering:
    """Reads tab after tab into one table."""

    def __init__(
        self,
        names: Sequence[str],
        *,
        kinds: Kinds,
        of_groups: Mapping[str, Callable[[str], Any]],
        of_names: Mapping[str, Callable[[str], Any]] | None = None,
        decode: Any,
    ) -> None:
        """Gather the columns `names`.

        `of_groups` tell, by column, what a text means that stands alone above the rows of a group; `of_names` what it
        means where nothing else stands in its row but a number.
        """
        self.table = Table(tuple(names), columns={name: [] for name in names})
        self.kinds = kinds
        self.needed = [name for name in names if name in kinds.needed]
        self.of_groups = of_groups
        self.of_names = of_names or {}
        self.decode = decode

    def take(self, tab: Tab, blocks: Iterable[Block]) -> None:
        """Add the rows of one tab."""
        self.group = tab.group
        self.table.all_groups.append(self.group)
        self.after_the_end = False
        self.first_of_tab = len(self.table.places)
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
        _fill_merged(raw, rows, tab, self.kinds.single)
        for head in tab.untaken:
            if head.place < len(raw) and any(cell is not None for cell in raw[head.place]):
                self.table.untaken[tab.number, head.place] = head.text
        by_name = {name: place for place, name in tab.meanings.items()}
        none = [None] * len(rows)
        columns = {
            name: raw[by_name[name]] if by_name.get(name, len(raw)) < len(raw) else none for name in self.table.names
        }
        for name in self.kinds.areas & by_name.keys():
            columns[name] = _with_those_beside(columns[name], tab, raw)
        out = self._left_out(tab, rows, raw, columns)
        table = self.table
        if not out:
            table.places += [(tab.number, number) for number in rows]
            for name in table.names:
                table.columns[name] += columns[name]
            table.groups += [self.group] * len(rows)
            self._repeat_dittos(len(table.places) - len(rows))
            return
        start = len(table.places)
        for index, number in enumerate(rows):
            told = out.get(index)
            if isinstance(told, LeftOut):
                table.left_out.append(told)
                continue
            table.places.append((tab.number, number))
            for name in table.names:
                table.columns[name].append(columns[name][index])
            table.groups.append(told[0] if told else self.group)
        self._repeat_dittos(start)

    def _repeat_dittos(self, start: int) -> None:
        """Write what a ditto mark stands for into the data rows from `start` on: the cell above, of the same tab."""
        for cells in self.table.columns.values():
            if not _DITTOS.isdisjoint(cells[start:]):
                for index in range(max(start, self.first_of_tab), len(cells)):
                    if cells[index].__class__ is str and cells[index] in _DITTOS:
                        above = cells[index - 1] if index > self.first_of_tab else None
                        cells[index] = Ditto(cells[index]) if above is None else above

    def _left_out(
        self, tab: Tab, rows: Sequence[int], raw: list[list[Any]], columns: dict[str, list[Any]]
    ) -> dict[int, Any]:
        """Return, by row, why it is no data; for data rows in groups the group as a tuple. Nothing for plain tables."""
        heads = {head.place: fold(head.parts[-1]) for head in tab.heads.heads}
        suspects = self._suspects(tab, rows, raw, columns)
        if not suspects and self.group is tab.group:
            return {}
        told: dict[int, Any] = {}
        for index in range(len(rows)):
            if index in suspects:
                row = Row([column[index] for column in raw], tab, {name: columns[name][index] for name in columns})
                why = self._why(row, heads, rows[index])
                if why is not None:
                    text = " | ".join(str(getattr(cell, "cell", cell)) for cell in row.filled)[:200]
                    told[index] = LeftOut((tab.number, rows[index]), why, text)
                    continue
            told[index] = (self.group,)
        return told

    def _suspects(self, tab: Tab, rows: Sequence[int], raw: list[list[Any]], columns: dict[str, list[Any]]) -> set[int]:
        """Return the rows that may be no data: all others have what the list needs, and no word that tells otherwise."""
        suspects = {index for name in self.needed for index, cell in enumerate(columns[name]) if cell is None}
        if tab.numbering is not None and tab.numbering < len(raw) and str in set(map(type, raw[tab.numbering])):
            suspects |= {index for index, cell in enumerate(raw[tab.numbering]) if _is_mark(cell)}
        for place, column in enumerate(raw):
            if self._may_be_total(tab, place) and _may_hold_total(column):
                suspects |= {index for index, cell in enumerate(column) if isinstance(cell, str) and is_total(cell)}
        if rows[0] <= tab.heads.last + 3:
            suspects |= set(range(min(3, len(rows))))
        for head in tab.heads.heads[:2]:
            if head.place < len(raw) and head.parts[-1] in raw[head.place]:
                suspects |= {index for index, cell in enumerate(raw[head.place]) if cell == head.parts[-1]}
        return suspects

    def _may_be_total(self, tab: Tab, place: int) -> bool:
        return tab.meanings.get(place) not in self.kinds.listed

    def _why(self, row: Row, heads: dict[int, str], number: int) -> Any:
        """Return why a row is no data, or None."""
        if number <= row.tab.heads.last + 2 and (why := self._of_heads(row.cells, row.filled, row.tab)):
            return why
        if why := _of_next_page(row, heads):
            return why
        if self._is_sum(row):
            return TOTAL
        if row.is_marked and len(row.filled) == 2 < len(row.tab.meanings) and not row.states_any(self.kinds.own):
            if not self._begins_group(row):
                self._end_group(row)
            return GROUP
        if row.states(self.needed):
            return None
        if self._begins_group(row):
            return GROUP
        return self._why_short(row)

    def _why_short(self, row: Row) -> Any:
        """Return why a row that lacks what the list needs, and tells nothing of others, is no data."""
        if len(row.filled) <= 3 and self._is_around(row):
            self.after_the_end = True
            return AROUND
        if len(row.texts) == len(row.filled) <= 2 or row.is_numbered_as_group:
            self._end_group(row)
            if row.is_numbered_as_group:
                return GROUP
        return None if row.given else AROUND

    def _is_sum(self, row: Row) -> bool:
        """Say whether a row calls itself a total: in place of what it needs, or where the list has no place."""
        for place, text in row.texts.items():
            if self._may_be_total(row.tab, place) and is_total(text):
                name = row.tab.meanings.get(place)
                is_unnumbered = row.tab.numbering is not None and row.number is None
                if name is None or name in self.kinds.needed or is_unnumbered or not row.states(self.kinds.own):
                    return True
        return False

    def _is_around(self, row: Row) -> bool:
        """Say whether a short row is a signature or a remark, or stands below one."""
        if row.number is not None or not row.texts:
            return False
        stated = [row.named[name] for name in self.kinds.own if row.named.get(name) is not None]
        if self.after_the_end:
            return True
        return any(map(_is_signature, row.texts.values())) and all(
            isinstance(cell, str) and _is_signature(cell) for cell in stated
        )

    def _of_heads(self, cells: list[Any], filled: list[Any], tab: Tab) -> Any:
        """Return why a row right below the heads belongs to them."""
        if _are_column_numbers(filled):
            return NUMBERS
        if not _are_units(filled) or self._tells_of_itself(cells, tab):
            return None
        for place, name in tab.meanings.items():
            if place < len(cells) and cells[place] is not None:
                self.table.heads[tab.number, name] += f" ({cells[place]})"
        return UNITS

    def _tells_of_itself(self, cells: list[Any], tab: Tab) -> bool:
        """Say whether a cell holds one of the words of its own column, as “Tập thể” does under “Loại”."""
        asked = [(self.of_groups.get(name), cells[place]) for place, name in tab.meanings.items() if place < len(cells)]
        return any(ask(cell) is not None for ask, cell in asked if ask is not None and isinstance(cell, str))

    def _begins_group(self, row: Row) -> bool:
        """Say whether a row tells what the rows below have in common, and keep it; sums may stand beside."""
        texts = list(dict.fromkeys(row.words.values()))
        if not 0 < len(texts) <= 2:
            return False
        group = self._told_by(texts) or (self._of_name(texts[0]) if len(row.filled) <= 2 and len(texts) == 1 else None)
        if group is None:
            return False
        own = [name for name in self.kinds.own if row.named.get(name) is not None]
        others = [cell for cell in row.given.values() if not isinstance(cell, str) or _is_number(cell)]
        if own and any(row.named[name] not in row.words.values() or len(texts) > 1 for name in own):
            return False
        if others and not own and self.kinds.own.isdisjoint(self.needed):
            return False  # a list whose rows are areas: their numbers are their own
        self._set_group(group)
        return True

    def _told_by(self, texts: Sequence[str]) -> Group | None:
        for text in dict.fromkeys((*reversed(texts), " ".join(texts))):
            if group := next((group for one in heads_of_group(text) if (group := self._group_of(one))), None):
                return group
        return None

    def _of_name(self, text: str) -> Group | None:
        cells = {name: told for name, ask in self.of_names.items() if (told := ask(text)) is not None}
        return (
            Group({**self.group.cells, **cells}, self.group.year, cells.get("area", self.group.inside))
            if cells
            else None
        )

    def _end_group(self, row: Row) -> None:
        """Forget what the last head of a group said: whatever begins here, it holds no longer."""
        self._set_group(Group(row.tab.group.cells, self.group.year, row.tab.group.inside))

    def _set_group(self, group: Group) -> None:
        self.group = group
        self.table.all_groups.append(group)

    def _group_of(self, text: str) -> Group | None:
        """Return what holds below a text that stands alone, None where it is no head of a group."""
        cells = {name: told for name, ask in self.of_groups.items() if (told := ask(text)) is not None}
        time = _GROUP_TIME.fullmatch(fold(text))
        if not cells and not time:
            return None
        year = time and (time["year"] or time["of_year"])
        inside = cells.get("area", self.group.inside)
        return Group({**self.group.cells, **cells}, int(year) if year else self.group.year, inside)


def _of_next_page(row: Row, heads: dict[int, str]) -> Any:
    """Return why a row is the heads, or their numbers, once more."""
    alike = sum(1 for place, cell in enumerate(row.cells) if isinstance(cell, str) and heads.get(place) == fold(cell))
    if alike >= 2 and alike >= len(row.filled) * 0.6:
        return REPEATED
    return NUMBERS if len(row.filled) >= _MANY and _are_column_numbers(row.filled) else None


def _is_above(head: Head) -> bool:
    words = [fold(part).removeprefix("ten ") for part in re.split(r"[,/()]", head.parts[-1]) if fold(part)]
    return bool(words) and set(words) - {"thi xa"} <= _OF_ABOVE and words != ["thi xa"]


def _with_those_beside(column: Sequence[Any], tab: Tab, raw: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Return areas with what columns of their own say of them: the areas above, and the name beside a code."""
    above = [_without_dittos(raw[place]) for place in tab.above if place < len(raw)]
    if above:
        column = [_within(cell, others) for cell, *others in zip(column, *above, strict=True)]
    beside = next((_without_dittos(raw[place]) for place in tab.beside if place < len(raw)), None)
    if beside is not None:
        numbers = raw[tab.numbering] if tab.numbering is not None and tab.numbering < len(raw) else [None] * len(column)
        column = [
            name if code is None and _numbers_a_row(number) else _with_name(code, name)
            for code, name, number in zip(column, beside, numbers, strict=True)
        ]
    return column


def _numbers_a_row(cell: Any) -> bool:
    return isinstance(cell, int) or (isinstance(cell, str) and cell.strip().isdecimal())


def _names_area(head: Head) -> bool:
    words = fold(head.parts[-1]).removeprefix("ten ").split()
    return bool(words) and set(words) <= _OF_NAMES


def _with_name(code: Any, name: Any) -> Any:
    """Return a code with the name that stands beside it, to be compared; a name alone where there is no code."""
    if isinstance(code, int | str) and isinstance(name, str) and _OF_CODES.fullmatch(str(code)):
        return f"{code} ({name})"
    return code


def _without_dittos(column: Sequence[Any]) -> list[Any]:
    """Return a column with the cell above in place of each ditto mark."""
    told: list[Any] = []
    for cell in column:
        told.append(told[-1] if told and cell.__class__ is str and cell in _DITTOS else cell)
    return told


def _within(cell: Any, others: Sequence[Any]) -> Any:
    """Return the name of an area with those that stand in columns of their own."""
    if not isinstance(cell, str) or not any(sign.isalpha() for sign in cell.strip()[1:2]):
        return cell  # a code says all
    return ", ".join([cell, *(other for other in others if isinstance(other, str))])


def heads_of_group(text: str) -> tuple[str, str]:
    """Return what “II. CÁ NHÂN (08)” may say: without its count, and without its number as well."""
    plain = _COUNTED.sub("", text)
    return plain, _ENUMERATED.sub("", plain)


def _fill_merged(raw: list[list[Any]], rows: Sequence[int], tab: Tab, single: frozenset[str]) -> None:
    """Write what stands in a merged cell into each row that it spans; a merged number or day is asked."""
    index_of = {number: index for index, number in enumerate(rows)} if tab.merged else {}
    for first, left, last, _right in tab.merged:
        if first == last or left >= len(raw) or first <= tab.heads.last:
            continue
        cell = raw[left][index_of[first]] if first in index_of else None
        name = tab.meanings.get(left)
        holds_for_all = name not in single and (isinstance(cell, str) or name is not None)
        for number in range(first + 1, last + 1):
            if cell is not None and number in index_of and raw[left][index_of[number]] is None:
                raw[left][index_of[number]] = cell if holds_for_all else Merged(cell)


@dataclass(frozen=True)
class Row:
    """One row that may be no data."""

    cells: list[Any]
    tab: Tab
    named: dict[str, Any]  # by column of the list

    @cached_property
    def filled(self) -> list[Any]:
        """Return what stands in it."""
        return [cell for cell in self.cells if cell is not None]

    @cached_property
    def given(self) -> dict[str, Any]:
        """Return what stands in columns of the list."""
        return {name: cell for name, cell in self.named.items() if cell is not None}

    @cached_property
    def texts(self) -> dict[int, str]:
        """Return the texts by place."""
        return {place: cell for place, cell in enumerate(self.cells) if isinstance(cell, str)}

    @cached_property
    def words(self) -> dict[int, str]:
        """Return the texts that are neither numbers nor what numbers rows or groups."""
        return {
            place: text
            for place, text in self.texts.items()
            if not _is_number(text) and not _OF_GROUPS.fullmatch(text.rstrip(".) "))
        }

    @cached_property
    def number(self) -> int | None:
        """Return the number of the row in the column that numbers the rows."""
        place = self.tab.numbering
        cell = self.cells[place] if place is not None and place < len(self.cells) else None
        text = str(cell).rstrip(".) ") if isinstance(cell, int | str) else ""
        return int(text) if text.isdecimal() else None

    @property
    def is_numbered_as_group(self) -> bool:
        """Say whether a roman numeral or a capital letter numbers the row."""
        place = self.tab.numbering
        cell = self.cells[place] if place is not None and place < len(self.cells) else None
        return isinstance(cell, str) and bool(_OF_GROUPS.fullmatch(cell.rstrip(".) ")))

    def states_any(self, names: Iterable[str]) -> bool:
        """Say whether the row itself tells one of these columns."""
        return any(self.named.get(name) is not None for name in names)

    @property
    def is_marked(self) -> bool:
        """Say whether a mere mark stands where other rows have their number."""
        place = self.tab.numbering
        return place is not None and place < len(self.cells) and _is_mark(self.cells[place])

    def states(self, names: Iterable[str]) -> bool:
        """Say whether the row itself tells all these columns."""
        return all(self.named.get(name) is not None for name in names)


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


@dataclass(frozen=True)
class Ditto:
    """A mark that repeats the cell above, where nothing stands above."""

    cell: str

    @property
    def doubt(self) -> Doubt:
        """Return the question what it repeats."""
        return Doubt(str(_("The mark repeats the cell above, but nothing stands there: what was meant?")), (None,))


def _may_hold_total(column: Sequence[Any]) -> bool:
    """Say quickly whether it is worth looking at each cell."""
    kinds = set(map(type, column))
    if str not in kinds:
        return False
    texts = column if len(kinds) == 1 else [cell for cell in column if cell.__class__ is str]
    joined = "\n".join(texts).lower()
    return any(word in joined for word in _TOTALS)


def is_total(text: str) -> bool:
    """Say whether a text calls its row a sum of others."""
    words = _NOT_A_WORD.sub(" ", unicodedata.normalize("NFC", text)).strip().lower()
    return (_PLAIN_TOTAL if words.isascii() else _MARKED_TOTAL).fullmatch(words) is not None


def _is_number(text: str) -> bool:
    return not any(sign.isalpha() for sign in text) or _COUNT.fullmatch(text) is not None


def _is_signature(text: str) -> bool:
    folded = fold(text)
    return folded.startswith(_SIGNATURES) or bool(_DATELINE.search(folded))


def _is_mark(cell: Any) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and not any(sign.isalnum() for sign in cell)


def _are_units(cells: list[Any]) -> bool:
    """Say whether cells are the units of measure under the heads."""
    folded = [fold(cell) or cell.strip() if isinstance(cell, str) else "" for cell in cells]
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
    # the numbers of columns that were not taken are lacking
    lacking = numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else 0
    return (
        numbers == sorted(set(numbers))
        and len(numbers) >= 2
        and lacking * 2 <= len(numbers)
        and (not lacking or numbers[0] == 1)
        and letters == sorted(letters)
        if numbers
        else False
    )
