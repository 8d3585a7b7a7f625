"""The check of a table: each cell read, each row compared with the ledger, each rule asked; nothing is stored yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.cells import Doubt, Refused
from units.importing.cells import AreaCell, YearCell, is_problem
from units.importing.context import Around, span_of
from units.importing.gathering import Ditto, Merged, Table
from units.importing.sheets import Column, Found, Problem, Row, Sheet
from units.importing.spreading import spread

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
ABOVE, SKIP = "=above", "=skip"  # answers that are no values
Answers = Mapping[str, Mapping[str, str]]  # by column and by the cell as told
Report = Callable[[int], None]  # takes how much is done, per cent


@dataclass(frozen=True)
class Question:
    """One text of one column that could not be read, wherever it stands."""

    name: str
    cell: str  # as `told` tells it
    message: str
    readings: tuple[tuple[str, str], ...]  # what to answer, and how it reads
    rows: tuple[tuple[int, int], ...]  # the first few
    count: int
    is_doubt: bool


@dataclass
class Checked:
    """What a table would do to the ledger, column by column."""

    names: tuple[str, ...]
    places: list[tuple[int, int]]
    columns: dict[str, list[Any]]
    status: list[str]
    keys: list[Any]
    versions: list[Any]
    old: dict[int, dict[str, Any]] = field(default_factory=dict)  # stored values of changed cells
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    changing: set[str] = field(default_factory=set)  # columns in which some row changes what is stored

    def rows(self, status: str) -> list[int]:
        """Return the places of the rows of one status."""
        return [index for index, one in enumerate(self.status) if one == status]

    def row(self, index: int, names: Sequence[str]) -> Row:
        """Return one row as its sheet takes it."""
        values = {name: self.columns[name][index] for name in names}
        return Row(self.places[index], values, self.keys[index], self.versions[index])


def check(sheet: Sheet, table: Table, answers: Answers, report: Report = lambda done: None) -> Checked:
    """Read every cell, find the records, and ask every rule."""
    known = sheet.read_columns()
    checked = read_cells(sheet, table, answers, report)
    versions = checked.columns.pop("version", None)
    for column in known.values():
        if column.required and not (column.may_be_empty and column.name in checked.columns):
            _demand(column, checked)
    _add(checked.problems, sheet.prepare(checked.columns))
    names = list(checked.columns)
    found, refused = sheet.find(checked.columns, names)
    _add(checked.problems, refused)
    report(60)
    _compare(sheet, checked, found, versions, names)
    report(75)
    _judge(sheet, checked)
    checked.names = tuple(names)
    checked.changing = {name for old in checked.old.values() for name in old}
    for index in checked.problems:
        checked.status[index] = REFUSED
    for index in checked.skipped:
        checked.status[index] = REFUSED
        checked.problems[index] = [Problem("", _("Left out, as you said."))]
    report(95)
    return checked


def read_cells(sheet: Sheet, table: Table, answers: Answers, report: Report = lambda done: None) -> Checked:
    """Return the values of all cells, with the rows refused and the questions where they have none."""
    known = sheet.read_columns()
    names = [name for name in table.names if name in known]
    count = len(table.places)
    checked = Checked((), table.places, {}, [SAME] * count, [None] * count, [None] * count)
    raw = spread(table, names, known, sheet.context)
    reader = _Reader(sheet, table, answers, checked)
    sheet.context.around = _around(sheet, table, {})
    # when a row was so decides which of several areas of one name it means
    order = sorted(raw, key=lambda name: isinstance(known[name].cell, AreaCell))
    for done, name in enumerate(order):
        if isinstance(known[name].cell, AreaCell):
            sheet.context.around = _around(sheet, table, checked.columns)
        checked.columns[name] = reader.read(known[name], raw[name])
        report(10 + 40 * done // len(order))
    checked.columns = {name: checked.columns[name] for name in raw}
    sheet.context.around = None
    for head, text in sheet.context.given.items():
        column = next((one for one in known.values() if one.head == head), None)
        if column is not None and column.name not in checked.columns and text not in ("", None):
            checked.columns[column.name] = reader.give(column, text, count)
    return checked


def _around(sheet: Sheet, table: Table, columns: Mapping[str, list[Any]]) -> Around:
    """Return what the rows say of their time and place, besides the cells of a column."""
    context = sheet.context
    count = len(table.places)
    years = [group.year or context.year for group in table.groups]
    days = next((columns[name] for name in sheet.of_day() if name in columns), None)
    spans: list[Any] = [span_of(context.year)] * count
    for index in range(count) if days is not None or any(years) else ():
        day = days[index] if days is not None else None
        spans[index] = (day, day) if isinstance(day, date) else span_of(day if isinstance(day, int) else years[index])
    return Around(spans, [group.inside for group in table.groups], years)


class _Reader:
    """Reads columns, takes answers, and gathers questions."""

    def __init__(self, sheet: Sheet, table: Table, answers: Answers, checked: Checked) -> None:
        self.sheet, self.table, self.answers, self.checked = sheet, table, answers, checked
        self.tabs = sorted({tab for tab, _row in table.places})

    def read(self, column: Column, raw: list[Any]) -> list[Any]:
        """Return the values of a column; what could not be read is empty, and its row is refused or asked."""
        if any(column.name in group.cells for group in self.table.all_groups):
            raw = [
                getattr(group.cells.get(column.name), "code", group.cells.get(column.name)) if cell is None else cell
                for cell, group in zip(raw, self.table.groups, strict=True)
            ]
        untold = (
            {index: cell for index, cell in enumerate(raw) if cell.__class__ is Merged or cell.__class__ is Ditto}
            if {Merged, Ditto} & set(map(type, raw))
            else {}
        )
        if untold:
            raw = [None if index in untold else cell for index, cell in enumerate(raw)]
        values = self._under_heads(column, raw)
        for index, cell in untold.items():
            values[index] = cell.doubt
        if column.required and column.cell.stands_above and None in raw:
            self._continue_blanks(column, raw, values)
        if not {Refused, Doubt} & set(map(type, values)):
            return values
        asked: dict[str, list[int]] = defaultdict(list)
        for index, value in enumerate(values):
            if value.__class__ is Refused or value.__class__ is Doubt:
                asked[told(untold[index].cell if index in untold else raw[index])].append(index)
        for cell, indexes in asked.items():
            self._ask(column, cell, indexes, values)
        return values

    def _continue_blanks(self, column: Column, raw: Sequence[Any], values: list[Any]) -> None:
        """Let what stands above its rows hold for the empty cells below it where the tab is plainly written so.

        It is so written where nothing is repeated from row to row and many cells are empty, and where only one year is
        told of. An area is asked of otherwise; where each row stands for an area of its own, it always is.
        """
        is_area = isinstance(column.cell, AreaCell)
        own = any(one.required and not one.cell.stands_above for one in self.sheet.read_columns().values())
        places = self.table.places
        for tab in self.tabs:
            rows = [index for index, place in enumerate(places) if place[0] == tab]
            filled = [raw[index] for index in rows if raw[index] is not None]
            empty = len(rows) - len(filled)
            repeats = any(raw[index] is not None and raw[index] == raw[index - 1] for index in rows[1:])
            goes_on = own and not repeats and empty >= _MANY and empty * 2 >= len(filled)
            if isinstance(column.cell, YearCell):
                goes_on = len(set(map(told, filled))) == 1
            started = False
            for index in rows:
                if raw[index] is not None:
                    started = True
                elif started and (goes_on or is_area):
                    values[index] = values[index - 1] if goes_on else _LIKE_ABOVE

    def _under_heads(self, column: Column, raw: list[Any]) -> list[Any]:
        """Read the cells of each tab under its own head."""
        tabs = self.tabs
        context, around = self.sheet.context, self.sheet.context.around
        context.tab = tabs[0] if len(tabs) == 1 else context.tab
        if len(tabs) < 2 or around is None:
            head = self.table.heads.get((tabs[0], column.name), column.head) if tabs else column.head
            return column.cell.read_under(head, raw, context)
        values: list[Any] = []
        for tab in tabs:
            places = [index for index, place in enumerate(self.table.places) if place[0] == tab]
            some = slice(places[0], places[-1] + 1)
            context.around = Around(around.spans[some], around.inside[some], around.years[some])
            head = self.table.heads.get((tab, column.name), column.head)
            context.tab = tab
            values += column.cell.read_under(head, raw[some], context)
        context.around = around
        return values

    def give(self, column: Column, text: Any, count: int) -> list[Any]:
        """Return a column of what the person stated once for all rows."""
        value = column.cell.read([text], self.sheet.context)[0]
        if is_problem(value):
            self._question(column, str(text), value, list(range(count)))
            for index in range(count):
                _refuse(self.checked, index, Problem(column.name, value.message))
            value = column.cell.empty
        return [value] * count

    def _ask(self, column: Column, cell: str, indexes: list[int], values: list[Any]) -> None:
        answer = self.answers.get(column.name, {}).get(cell)
        problem = values[indexes[0]]
        if answer == SKIP:
            self.checked.skipped += indexes
        elif answer == ABOVE:
            for index in indexes:
                values[index] = values[index - 1] if index else column.cell.empty
            return
        elif answer is not None:
            value = column.cell.read([answer or None], self.sheet.context)[0]
            if not is_problem(value):
                for index in indexes:
                    values[index] = value
                return
            problem = value
        else:
            self._question(column, cell, problem, indexes)
        for index in indexes:
            _refuse(self.checked, index, Problem(column.name, str(problem.message)))
            values[index] = column.cell.empty

    def _question(self, column: Column, cell: str, problem: Any, indexes: list[int]) -> None:
        readings = [(ABOVE, _("as in the row above"))] if problem is _LIKE_ABOVE else []
        for reading in getattr(problem, "readings", ()):
            text = reading if isinstance(reading, str) else column.cell.shown(reading)
            text = "" if text is None else f"{text:%d/%m/%Y}" if isinstance(text, date) else str(text)
            readings.append(
                (text, f"{reading} ({text})" if hasattr(reading, "_meta") and str(reading) != text else text)
            )
        rows = tuple(self.table.places[index] for index in indexes[:5])
        self.checked.questions.append(
            Question(
                column.name, cell, str(problem.message), tuple(readings), rows, len(indexes), isinstance(problem, Doubt)
            )
        )


_MANY = 3
_LIKE_ABOVE = Doubt(gettext_lazy("The cell is empty: does the area of the row above hold here too?"), ())  # type: ignore[arg-type]


def told(cell: Any) -> str:
    """Return a cell as a person reads it: the key under which it is answered."""
    match cell:
        case None:
            return ""
        case datetime() | date():
            return f"{cell:%d/%m/%Y}"
        case Decimal() | float():
            return str(cell).replace(".", ",")
        case _:
            return str(getattr(cell, "text", cell))


def _add(problems: dict[int, list[Problem]], more: Mapping[int, list[Problem]]) -> None:
    for index, told_ in more.items():
        problems.setdefault(index, []).extend(told_)


def _refuse(checked: Checked, index: int, problem: Problem) -> None:
    checked.problems.setdefault(index, []).append(problem)


def _demand(column: Column, checked: Checked) -> None:
    values = checked.columns.get(column.name)
    empty = column.cell.empty
    said = _("Fill in this cell.")
    if values is None:
        for index in range(len(checked.places)):
            _refuse(checked, index, Problem(column.name, said))
    elif (empty == "" and "" in values) or (empty is None and type(None) in set(map(type, values))):
        for index, value in enumerate(values):
            if value in (None, "") and not any(one.name == column.name for one in checked.problems.get(index, ())):
                _refuse(checked, index, Problem(column.name, said))


def _compare(
    sheet: Sheet, checked: Checked, found: Sequence[Found | None], versions: list[Any] | None, names: Sequence[str]
) -> None:
    """Tell new, changed and unchanged rows apart; an empty cell of a sheet without versions leaves what is stored."""
    known = sheet.read_columns()
    selected = [name for name in names if name != "pk"]
    nothing = (None,) * (2 + len(selected))
    stored_columns = list(zip(*[one or nothing for one in found], strict=False)) or [()] * len(nothing)
    checked.keys, checked.versions = list(stored_columns[0]), list(stored_columns[1])
    if None in set(stored_columns[0]):
        for index, key in enumerate(checked.keys):
            if key is None:
                checked.status[index] = NEW
                if versions is not None and versions[index] is not None:
                    _refuse(checked, index, Problem("version", sheet.unknown()))
    if all(key is None for key in checked.keys):
        _fill_in(checked, names, known)
        return
    _refuse_twice(checked)
    for name, before in zip(selected, stored_columns[2:], strict=False):
        told = tuple(sheet.stored_apart(name, checked.keys)) if name in sheet.apart else before
        _compare_column(checked, known[name], told, versions)
    for index in checked.old:
        checked.status[index] = CHANGED
        typed = versions[index] if versions is not None else None
        if typed is not None and typed != checked.versions[index]:
            said = _(
                "This row was changed since this sheet was exported (version %(typed)d, now %(current)d). Export it again and repeat your change."
            )
            _refuse(checked, index, Problem("version", said % {"typed": typed, "current": checked.versions[index]}))
    _fill_in(checked, names, known)


def _refuse_twice(checked: Checked) -> None:
    """Refuse the second of two rows that mean one record."""
    meant = [key for key in checked.keys if key is not None]
    if len(set(meant)) == len(meant):
        return
    seen: dict[Any, int] = {}
    for index, key in enumerate(checked.keys):
        first = index if key is None else seen.setdefault(key, index)
        if first != index:
            said = _("Rows %(first)d and %(second)d mean the same record: keep one of them.")
            numbers = {"first": checked.places[first][1], "second": checked.places[index][1]}
            _refuse(checked, index, Problem("", said % numbers))


def _compare_column(checked: Checked, column: Column, before: Sequence[Any], versions: list[Any] | None) -> None:
    """Keep what is stored where a row says otherwise; an empty cell says so only in a row with a version."""
    values, cell = checked.columns[column.name], column.cell
    keys = cell.keys(values)
    if tuple(keys) == before:
        return
    for index, (now, stored) in enumerate(zip(keys, before, strict=True)):
        if now == stored or checked.keys[index] is None:
            continue
        if now is None or now == "":
            if versions is None or versions[index] is None:
                values[index] = cell.revive(stored)
                continue
            if now is None:
                now = values[index] = cell.new
        if now != stored and not (now in _EMPTY and stored in _EMPTY):
            checked.old.setdefault(index, {})[column.name] = cell.revive(stored)


_EMPTY = (None, "")


def _fill_in(checked: Checked, names: Sequence[str], known: Mapping[str, Column]) -> None:
    """Give empty cells of new rows what their columns say of them."""
    fresh = checked.rows(NEW)
    for name in names:
        column = known[name]
        default = column.default if column.default is not None else column.cell.new
        if default is not None:
            values = checked.columns[name]
            for index in fresh:
                if values[index] in _EMPTY:
                    values[index] = default


def _judge(sheet: Sheet, checked: Checked) -> None:
    asked = [
        index
        for index, status in enumerate(checked.status)
        if status in (NEW, CHANGED) and index not in checked.problems
    ]
    _add(checked.problems, sheet.judge(checked, asked))
