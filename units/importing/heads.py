"""Which row of a sheet holds the heads, and what each column means: proposed here, confirmed by a person."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from config.folding import fold
from units.importing.cells import in_full

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.sheets import Column

Row: TypeAlias = "tuple[int, Sequence[Any]]"  # its number in the file from 1, and its cells

MOST_HEAD_ROWS = 4
MOST_LIKE = 25  # rows among which heads are looked for that nobody knows word for word
LIKENESS = 0.6  # share of words that a head and a name of the column have in common, from which it is proposed
_NUMBERING = frozenset({"stt", "tt", "so tt", "so thu tu", "thu tu", "no"})
_LEFT_OUT = _NUMBERING | {"ghi chu", "chu thich", "ky nhan", "ky ten"}
_OF_ALL = frozenset({"tong", "tong so", "tong cong", "ts", "so luong", "sl", "chung"})
_OF_NO_WEIGHT = frozenset(
    ("so", "tong", "cac", "cua", "ve", "va", "hien", "co", "duoc", "da", "ten", "muc", "trong", "do", "gom", "cu", "the",
     "nguoi", "ngay", "thang", "nam")
)  # fmt: skip
_ASIDE = re.compile(r"\([^()]*\)")
_QUESTION_NUMBER = re.compile(r"^\s*\d{1,2}\s*[.)]\s*(?=[^\W\d])")  # “3. Tên tổ chức”, of an online form


@dataclass(frozen=True)
class Head:
    """The head of one column of a file: its place from 0, its parts from top to bottom, what it seems to mean."""

    place: int
    parts: tuple[str, ...]
    meaning: str = ""  # name of a column of the sheet
    sure: bool = False  # the head is known word for word
    own: bool = False  # it is the very head of our sheets
    others: tuple[str, ...] = ()  # what it may mean besides

    @property
    def text(self) -> str:
        """Return the parts as one text."""
        return " / ".join(self.parts)


@dataclass(frozen=True)
class Heads:
    """The heads of one tab: the numbers of the rows they stand in, from 1, and one head for each column that has one."""

    first: int
    last: int
    heads: tuple[Head, ...]

    @property
    def sure(self) -> int:
        """Return how many heads are known word for word."""
        return sum(head.sure for head in self.heads)

    @property
    def is_exact(self) -> bool:
        """Say whether nothing needs to be asked: every head is one of ours."""
        return all(head.own for head in self.heads if not is_numbering(head.text))

    @property
    def digest(self) -> str:
        """Return what tells these heads from others, whatever the rows they stand in."""
        told = "\x1f".join(f"{head.place}:{fold(head.text)}" for head in self.heads)
        return hashlib.sha256(told.encode()).hexdigest()


def propose(columns: Sequence[Column], rows: Sequence[Row], merged: Any = ()) -> Heads | None:
    """Return the heads found among the first `rows` of a tab, or None where there are none.

    They stand where most heads are known word for word; where hardly any is, where most are like one that is known.
    """
    words = _words(columns)
    best = _best(rows, merged, words, likeness=False) or _best(rows[:MOST_LIKE], merged, words, likeness=True)
    if best is None:
        return None
    first, last = best
    last = max(
        [
            last,
            *(
                bottom
                for top, _left, bottom, _right in merged
                if first <= top <= last < bottom <= first + MOST_HEAD_ROWS
            ),
        ]
    )
    return _heads([row for row in rows if first <= row[0] <= last], merged, words)


def _best(rows: Sequence[Row], merged: Any, words: Words, *, likeness: bool) -> tuple[int, int] | None:
    """Return the first and the last row of the block that looks most like heads."""
    best: tuple[tuple[float, int], tuple[int, int]] | None = None
    for start, (number, cells) in enumerate(rows):
        if sum(isinstance(cell, str) for cell in cells) < 2:
            continue
        for size in range(1, MOST_HEAD_ROWS + 1):
            block = rows[start : start + size]
            if len(block) < size or block[-1][0] != number + size - 1 or (size > 1 and _is_data(block[-1][1])):
                break
            heads = _heads(block, merged, words, likeness=likeness).heads
            names = {head.meaning for head in heads if head.meaning}
            score = sum(2 if head.sure else 1 for head in heads if head.meaning) + len(names) - 0.4 * size
            if len(names) >= 2 and (best is None or (score, -number) > best[0]):
                best = (score, -number), (number, number + size - 1)
    return best[1] if best else None


def read_heads(columns: Sequence[Column], rows: Sequence[Row], merged: Any, first: int, last: int) -> Heads:
    """Return the heads that stand in the rows from `first` to `last`, as somebody said."""
    block = [row for row in rows if first <= row[0] <= last]
    return _heads(block, merged, _words(columns)) if block else Heads(first, last, ())


def is_left_out(text: str) -> bool:
    """Say whether a column of this head is of no use to any list: row numbers, remarks."""
    return fold(_ASIDE.sub(" ", text)) in _LEFT_OUT


def is_numbering(text: str) -> bool:
    """Say whether a column of this head numbers the rows."""
    return fold(_ASIDE.sub(" ", text)) in _NUMBERING


def _heads(block: Sequence[Row], merged: Any, words: Words, *, likeness: bool = True) -> Heads:
    width = max(len(cells) for _number, cells in block)
    filled = [
        _filled(number, cells, width, merged, block[index + 1][1] if index + 1 < len(block) else ())
        for index, (number, cells) in enumerate(block)
    ]
    found: list[Head] = []
    for place in range(width):
        parts: list[str] = []
        for row in filled:
            text = row[place]
            if text and text not in parts:
                parts.append(text)
        if parts:
            meanings, sure = _meanings(parts, words, likeness=likeness)
            found.append(_head(place, tuple(parts), meanings, words, sure=sure))
    return Heads(block[0][0], block[-1][0], tuple(_each_once(found, words)))


def _head(place: int, parts: tuple[str, ...], meanings: Sequence[str], words: Words, *, sure: bool) -> Head:
    meaning = meanings[0] if meanings else ""
    return Head(place, parts, meaning, sure, parts == (words.own.get(meaning),), tuple(meanings[1:]))


def _filled(number: int, cells: Sequence[Any], width: int, merged: Any, below: Sequence[Any]) -> list[str]:
    """Return the texts of a row of heads, a merged or open one over all the columns that it spans."""
    texts = [" ".join(str(cell).split()) if cell is not None else "" for cell in cells]
    texts += [""] * (width - len(texts))
    for first, left, last, right in merged:
        if first <= number <= last:
            told = next((text for text in texts[left : right + 1] if text), "")
            if told:
                texts[left : right + 1] = [told] * (min(right, width - 1) - left + 1)
    is_told = any(first <= number <= last for first, _left, last, _right in merged)
    for place in range(1, width) if not is_told else ():
        # a file that does not tell its merged cells: a head over several others stands above the first of them
        parted = place < len(below) and below[place] is not None and below[place - 1] is not None
        if not texts[place] and texts[place - 1] and parted:
            texts[place] = texts[place - 1]
    return texts


def _each_once(heads: list[Head], words: Words) -> list[Head]:
    """Let a column of the sheet be meant by one head only: our own, else the sure one, else the first."""
    chosen: dict[str, Head] = {}
    for head in heads:
        before = chosen.get(head.meaning)
        if head.meaning and (before is None or (head.own, head.sure) > (before.own, before.sure)):
            chosen[head.meaning] = head
    return [
        head
        if not head.meaning or chosen[head.meaning] is head
        else _head(head.place, head.parts, [one for one in head.others if one not in chosen], words, sure=head.sure)
        for head in heads
    ]


def _meanings(parts: Sequence[str], words: Words, *, likeness: bool) -> tuple[list[str], bool]:
    """Return what a head may mean, the likeliest first, and whether it is known word for word."""
    parts = [part for part in parts if any(sign.isalpha() for sign in part)] or parts
    # of a band over several heads only that part counts which belongs to the last
    texts = dict.fromkeys((" ".join(parts), *(f"{part} {parts[-1]}" for part in reversed(parts[:-1])), parts[-1]))
    plain = [_plain(text) for text in texts]
    if len(parts) > 1 and plain[-1] in _OF_ALL:
        plain.append(_plain(parts[-2]))
    for text in plain:
        if text in _LEFT_OUT and text not in words.names:
            return [], False
        if text in words.names:
            return words.names[text], True
    if not likeness:
        return [], False
    likest = max((_likest(text, words) for text in plain if text), default=(0.0, ""))[1]
    return [likest] if likest else [], False


def _likest(text: str, words: Words) -> tuple[float, str]:
    asked = set(text.split())
    likest: dict[str, float] = {}
    for known, names in words.names.items():
        told = set(known.split())
        likeness = len(asked & told) / len(asked | told)
        # “Số thôn giáp ranh” is not “Số xã giáp ranh”, nor is “Dân tộc Kinh” “Dân tộc”
        if asked - told - _OF_NO_WEIGHT and told - asked - _OF_NO_WEIGHT:
            continue
        if asked - told - _OF_NO_WEIGHT and len(told) < 3:
            continue
        for name in names:
            likest[name] = max(likest.get(name, 0.0), likeness)
    ranked = sorted(((value, name) for name, value in likest.items()), reverse=True)
    if not ranked or ranked[0][0] < LIKENESS or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return 0.0, ""
    return ranked[0]


@dataclass(frozen=True)
class Words:
    """What may stand above the columns of a sheet: their names by each text, and our own head by name."""

    names: dict[str, list[str]]
    own: dict[str, str]


def _words(columns: Sequence[Column]) -> Words:
    names: dict[str, list[str]] = {}
    for column in columns:
        for text in (column.head, column.name, *column.also):
            known = names.setdefault(_plain(text), [])
            if column.name not in known:
                known.insert(len(known) if column.written_only else 0, column.name)
    names.pop("", None)
    return Words(names, {column.name: column.head for column in columns})


@cache
def _plain(text: str) -> str:
    text = _QUESTION_NUMBER.sub("", text)
    return in_full(_ASIDE.sub(" ", text)) or in_full(text)


def _is_data(cells: Sequence[Any]) -> bool:
    """Say whether a row looks like data: numbers in it, or hardly any text."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    others = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
    return len(others) > len(texts) or not texts
