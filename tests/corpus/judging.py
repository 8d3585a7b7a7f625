"""How much of an office's file the desk reads as a careful person would."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from awards.sheets.commendations import CommendationSheet
from awards.sheets.decisions import DecisionSheet
from config.folding import fold
from movement.sheets.exemplary import PopularModelSheet
from movement.sheets.figures import FigureSheet
from movement.sheets.work import EventSheet
from units.importing import checking, desk
from units.importing.cells import NameCell
from units.importing.context import Context
from units.importing.heads import MOST_HEAD_ROWS, read_heads
from units.importing.register import ClusterMemberSheet
from units.importing.units import UnitSheet
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from units.importing.checking import Checked
    from units.importing.gathering import Table
    from units.importing.sheets import Sheet
    from units.models import Upload, User

SHEETS: dict[str, type[Sheet]] = {
    "units": UnitSheet,
    "cluster_members": ClusterMemberSheet,
    "figures": FigureSheet,
    "events": EventSheet,
    "models": PopularModelSheet,
    "decisions": DecisionSheet,
    "commendations": CommendationSheet,
}
ASK = "ASK"
EMPTY = (None, "", False)


@dataclass
class Judgement:
    """Cells by how they came out, and what went wrong with each that did not come out right.

    right: read as expected, or asked where a person would ask. offered: asked without need, the expected value offered.
    asked: asked without need, and not offered. missing: not read. wrong: another value, or a value where there is none.
    leaked: a column that may not be taken was.
    """

    cells: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def tell(self, outcome: str, fault: str = "") -> None:
        self.cells[outcome] += 1
        if fault:
            self.faults.append(f"{outcome}: {fault}")


def judge(path: Path, user: User) -> tuple[Judgement, Judgement]:
    """Read the file beside the expectations at `path`: its columns left as the desk proposes, and named as they say."""
    expected = json.loads(path.read_text(encoding="utf-8"))
    file = next(one for one in path.parent.glob(f"{path.stem}.*") if one.suffix != ".json")
    sheet = SHEETS[expected["list"]](Context(user))
    upload = desk.receive(
        file.read_bytes(), file.name, sheet, sender=Area.objects.filter(code=expected["sender"]).first()
    )
    upload.choices["given"] = {head: _typed(value) for head, value in expected["given"].items()}
    proposed = _judged(upload, expected)
    _name(upload, sheet, expected)
    return proposed, _judged(upload, expected)


def _judged(upload: Upload, expected: dict[str, Any]) -> Judgement:
    judgement = Judgement()
    _judge_refused(upload, expected, judgement)
    sheet = desk.sheet_of(upload)
    table = desk.gather(upload, sheet)
    checked = checking.read_cells(sheet, table, {})
    _judge_cells(upload, sheet, checked, _offered(table, checked), expected, judgement)
    return judgement


def _judge_refused(upload: Upload, expected: dict[str, Any], judgement: Judgement) -> None:
    refused = [fold(one["head"]) for top in upload.tops for one in top["refused"]]
    for head in expected["refused_columns"]:
        if not any(fold(head) in one or one in fold(head) for one in refused):
            judgement.tell("leaked", head)


def _name(upload: Upload, sheet: Sheet, expected: dict[str, Any]) -> None:
    """Name the columns as a person would who knows what each head means."""
    known = {column.head: column.name for column in sheet.read_columns().values() if not column.inner}
    known |= {column.name.removeprefix("figure_"): column.name for column in sheet.read_columns().values()}
    meant = {fold(head): _first(meaning) for head, meaning in expected["columns"].items()}
    wanted = set(expected["sheet"])
    for tab, top in zip(upload.choices["tabs"], upload.tops, strict=True):
        tab["chosen"] = not wanted or top["name"] in wanted
        if not tab["chosen"]:
            continue
        rows = [tuple(row) for row in top["rows"]]
        heads = max(
            (
                read_heads([], rows, top["merged"], first, first + more)
                for first, _cells in top["rows"][:25]
                for more in range(MOST_HEAD_ROWS)
            ),
            key=lambda heads: (sum(fold(head.text) in meant for head in heads.heads), heads.first - heads.last),
        )
        tab |= {"first": heads.first, "last": heads.last}
        tab["meanings"] = {}
        for head in heads.heads:
            name = known.get(meant.get(fold(head.text), ""), "")
            if name and name not in tab["meanings"].values():  # the desk takes no two columns for one
                tab["meanings"][str(head.place)] = name


def _first(meaning: Any) -> Any:
    return meaning[0] if isinstance(meaning, list) else meaning


def _typed(value: Any) -> Any:
    """Return a value as a person types it."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return f"{value[8:]}/{value[5:7]}/{value[:4]}"
    return value


def _judge_cells(
    upload: Upload,
    sheet: Sheet,
    checked: Checked,
    offered: dict[tuple[int, str], list[str]],
    expected: dict[str, Any],
    judgement: Judgement,
) -> None:
    known = sheet.read_columns()
    names = {column.head: name for name, column in known.items()}
    names |= {name.removeprefix("figure_"): name for name in known}
    tabs = {top["name"]: top["number"] for top in upload.tops}
    places = {place: index for index, place in enumerate(checked.places)}
    asked = _asked(checked, expected, names)

    def shown(name: str, index: int) -> Any:
        return _plain(known[name].cell, checked.columns[name][index])

    for row in expected["rows"]:
        index = places.pop((tabs.get(row["sheet"], 0), row["row"]), None)
        for head, value in row["cells"].items():
            label = f"{row['sheet']} {row['row']} “{head}”: {value!r}"
            name = names.get(head, "")
            if index is None or name not in checked.columns:
                judgement.tell("missing", f"{label}, no such {'row' if index is None else 'column'}")
            elif (index, name) in asked:
                readings = [
                    str(_above(index, lambda one, name=name: shown(name, one)))
                    if reading == checking.ABOVE
                    else reading
                    for reading in offered.get((index, name), [])
                ]
                outcome = "right" if value == ASK else "offered" if str(_typed(value)) in readings else "asked"
                judgement.tell(outcome, "" if outcome == "right" else f"{label}, {checked.problems[index]}"[:300])
            else:
                judgement.tell(*_compared(label, value, shown(name, index)))
        for name in checked.columns if index is not None else ():
            said = {known[name].head, name.removeprefix("figure_")} & {*row["cells"], *expected["given"]}
            got = shown(name, index)
            is_empty = got in EMPTY or checked.columns[name][index] == known[name].cell.empty  # as the list reads it
            if not (said or is_empty or name == "version" or (index, name) in asked):
                judgement.tell("wrong", f"{row['sheet']} {row['row']} “{known[name].head}”: nothing, read as {got!r}")
    for place, index in places.items():
        required = [column.name for column in known.values() if column.required]
        complete = all(name in checked.columns and shown(name, index) not in EMPTY for name in required)
        if complete and not any(key[0] == index for key in asked):
            judgement.tell("wrong", f"{place} is no data")


def _asked(checked: Checked, expected: dict[str, Any], names: dict[str, str]) -> set[tuple[int, str]]:
    """Return what a person is asked of, by row and column; of a cell that holds two things once, for both."""
    asked = {(index, one.name) for index, problems in checked.problems.items() for one in problems}
    of_one_cell = [
        {names[head] for head in meaning if head in names}
        for meaning in expected["columns"].values()
        if isinstance(meaning, list)
    ]
    return asked | {
        (index, other) for index, name in asked for shared in of_one_cell if name in shared for other in shared
    }


def _compared(label: str, value: Any, got: Any) -> tuple[str, str]:
    if got == value or (got is True and value == "có"):
        return "right", ""
    return "missing" if got in EMPTY and value != ASK else "wrong", f"{label}, read as {got!r}"


def _above(index: int, shown: Callable[[int], Any]) -> Any:
    """Return the last value above a row."""
    return next((shown(one) for one in range(index - 1, -1, -1) if shown(one) not in EMPTY), None)


def _offered(table: Table, checked: Checked) -> dict[tuple[int, str], list[str]]:
    """Return the readings that the questions offer, by row and column."""
    readings = {(one.name, one.cell): [answer for answer, _shown in one.readings] for one in checked.questions}
    return {
        (index, name): readings[name, checking.told(getattr(cell, "cell", cell))]
        for name, column in table.columns.items()
        for index, cell in enumerate(column)
        if (name, checking.told(getattr(cell, "cell", cell))) in readings
    }


def _plain(cell: Any, value: Any) -> Any:
    """Return a value as the expectations write it."""
    if isinstance(cell, NameCell):
        return value.name if value else ""
    shown = value if isinstance(value, date | bool) else cell.shown(value)
    if isinstance(shown, date):
        return shown.isoformat()
    return float(shown) if isinstance(shown, Decimal) else shown
