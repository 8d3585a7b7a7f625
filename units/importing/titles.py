"""What the title of a table, or the name of its tab, says of all its rows. It is proposed, and a person confirms it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from config.folding import fold
from units.importing.cells import AreaCell, in_full
from units.importing.context import span_of
from units.importing.gathering import Group, heads_of_group
from units.importing.places import Places
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.sheets import Sheet

_YEAR = re.compile(r"(?<![\d/.-])(?:19|20)\d{2}(?!\d)")
_OF_DATES = re.compile(r"(?<=/)(?:19|20)\d{2}(?!\d)")
_OF_WORDS = re.compile(r"nam ((?:19|20)\d{2})(?!\d)")
_OF_PART = re.compile(r"(?:quý\s+[ivx\d]+|tháng\s+\d{1,2})\s*[/.-]\s*((?:19|20)\d{2})(?!\d)", re.IGNORECASE)
_DATELINE = re.compile(r"ngày\s+[\d.…]+\s+tháng\s+[\d.…]+\s+năm\s+[\d.…]+", re.IGNORECASE)
_DECISION = re.compile(r"số\s*:?\s*(\d+[\w]*/QĐ-[\w.-]+)", re.IGNORECASE)
_DECISION_DAY = re.compile(r"ngày\s+(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})", re.IGNORECASE)


def titles_of(rows: Sequence[tuple[int, Sequence[Any]]], first: int) -> list[str]:
    """Return the texts above the heads."""
    return [" ".join(str(cell).split()) for number, cells in rows if number < first for cell in cells if cell]


def year_of(titles: Sequence[str], name: str = "") -> int | None:
    """Return the one year that the titles, or else the name of the tab, tell of; None where they tell of several."""
    # when a paper was signed says nothing of its rows, unless nothing else does
    undated = [_DATELINE.sub(" ", unicodedata.normalize("NFC", title)) for title in titles]
    # a title that names its year says “năm 2022” or “quý IV/2022”; a period of years says it twice
    for years in (
        {year for title in undated for year in (*_OF_WORDS.findall(fold(title)), *_OF_PART.findall(title))},
        {year for title in undated for year in _YEAR.findall(title)},
        {year for title in titles for year in _OF_WORDS.findall(fold(title))},
        {year for title in titles for year in _YEAR.findall(title)},
        {year for title in titles for year in _OF_DATES.findall(title)},
        set(_YEAR.findall(name)),
    ):
        if years:
            spans = any(len(_YEAR.findall(title)) > 1 for title in titles)
            return int(years.pop()) if len(years) == 1 and not spans else None
    return None


def group_of(sheet: Sheet, titles: Sequence[str], name: str, *, year: int | None) -> Group:
    """Return what the titles, or the name of the tab, tell of all rows: their area, and words of lists."""
    context = sheet.context
    known = {column.head: column.name for column in sheet.read_columns().values() if column.cell.stands_above}
    told = proposals(sheet, [*titles, name], year)
    cells = {known[head]: text for head, text in told.items() if head in known} | _of_one_text(sheet, titles, name)
    places = Places.of(context, anywhere=False)
    named = [area for title in [*titles, name] for area in (_area(places, title, year),) if area is not None]
    lowest = _lowest(named)
    if fold(name) and not any(area.level == Area.Level.COMMUNE for area in named):
        found = places.find(name, span_of(year), lowest[0] if len(lowest) == 1 else None)
        if isinstance(found, Area) and (not named or found.level == Area.Level.COMMUNE):
            lowest = [found]
    one = {area.pk: area for area in lowest}
    if len(one) != 1:
        return Group(cells, year)
    area = next(iter(one.values()))
    # a list of a commune need not name it in each row; the name of an office above it tells only where to look
    return Group(cells | ({"area": area} if area.level == Area.Level.COMMUNE else {}), year, area)


def _of_one_text(sheet: Sheet, titles: Sequence[str], name: str) -> dict[str, Any]:
    """Return what the name of the tab, or else the last title, says alone: “II. TẬP THỂ”."""
    told: dict[str, Any] = {}
    for column in sheet.read_columns().values():
        if column.cell.stands_above and not isinstance(column.cell, AreaCell):
            texts = [one for text in (name, *titles[-1:]) for one in heads_of_group(text)]
            cell = next(filter(None, (column.cell.of_group(text, sheet.context) for text in texts)), None)
            if cell is not None:
                told[column.name] = cell
    return told


def _lowest(areas: Sequence[Area]) -> list[Area]:
    return [area for area in areas if area.level == max((one.level for one in areas), key=_depth)]


def _depth(level: str) -> int:
    return Area.Level.values.index(level)


def _area(places: Places, title: str, year: int | None) -> Area | None:
    for part in re.split(r"\s*[,–-]\s*", title):
        text = re.sub(r"^(?:UBND|Ủy ban nhân dân|Công an|Ban Chỉ đạo)\s+", "", part.strip(), flags=re.IGNORECASE)
        if area := places.mentions(text, span_of(year)):
            return area
    return None


def proposals(sheet: Sheet, titles: Sequence[str], year: int | None) -> dict[str, str]:
    """Return what the titles say of columns that the file may not have, by head."""
    told: dict[str, str] = {}
    text = " ".join(titles)
    folded = f" {' '.join(in_full(title) for title in titles)} "
    for column in sheet.read_columns().values():
        if (
            column.inner
            or not (column.required or column.head in sheet.given_heads)
            or isinstance(column.cell, AreaCell)
        ):
            continue
        words = [word for word in column.cell.choices(sheet.context) if f" {in_full(word)} " in folded]
        longest = [
            word for word in words if not any(word != other and in_full(word) in in_full(other) for other in words)
        ]
        if len(longest) == 1:
            told[column.head] = longest[0]
        elif column.name == "year" and year:
            told[column.head] = str(year)
    number, day = _DECISION.search(text), _DECISION_DAY.search(text)
    for name, found in (("number", number and number[1]), ("decided_on", number and day and "/".join(day.groups()))):
        one = sheet.read_columns().get(name)
        if one is not None and found:
            told[one.head] = str(found)
    return told
