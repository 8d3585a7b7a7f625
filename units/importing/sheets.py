"""What a sheet is: the columns of one list, which rows they stand for, and how such rows are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import F, ForeignKey, TextField, Value
from django.utils.translation import gettext as _

from config.bulk import among, uncollected
from config.numbers import MOST
from config.records import Record, create_all, update_all
from units.importing.cells import AreaLabelCell, Cell, CountCell, TextCell
from units.importing.rules import refusals_together
from units.importing.spills import Spill  # noqa: TC001 - a dataclass names it

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from units.importing.checking import Checked
    from units.importing.context import Context
    from units.models import User

VERSION, NUMBER, YEAR = "Phiên bản", "Số", "Năm"
AT_ONCE = 5000
MOST_NAMED = 50


@dataclass(frozen=True)
class Column:
    """One column of a sheet. Its head is Vietnamese and fixed: the contract with the people who fill in the sheets."""

    name: str  # of the record's field
    head: str
    cell: Cell
    written_only: bool = False  # told on export, never read
    inner: bool = False  # worked out from others, and shown; no column of a file
    required: bool = False  # without it the sheet is of another kind
    may_be_empty: bool = False  # though its column must be there
    default: Any = None  # of a new row whose cell is empty
    also: tuple[str, ...] = ()  # other heads by which offices call it
    path: str = ""  # where it lies from the record, if elsewhere
    help: str = ""
    example: Any = None
    spill: Spill | None = None  # what else its cells may hold

    @property
    def paths(self) -> tuple[str, ...]:
        """Return what to select for the column."""
        return self.cell.paths(self.path or self.name)


VERSION_COLUMN = Column("version", VERSION, CountCell())


@dataclass
class Row:
    """One row of a file on its way to a record: what its cells give, and the record that it changes."""

    place: tuple[int, int]  # tab, number in the file
    values: dict[str, Any]
    pk: Any = None
    version: int | None = None
    record: Any = None
    before: dict[str, Any] = field(default_factory=dict)  # what the record has stored under the same names

    def was(self, name: str) -> Any:
        """Return what the record has stored, whether the row has this column or not."""
        return self.before.get(name, getattr(self.record, name))


# the record that a row means, as it is stored: key, version, then the columns asked for, in their order
Found: TypeAlias = "tuple[Any, ...]"


@dataclass(frozen=True)
class Problem:
    """Why a row is refused: by the name of its column, or of the row as a whole."""

    name: str
    message: str


Outcome = dict[int, list[Problem]]  # refusals by place in the list of rows


class Sheet:
    """The sheet of one model."""

    model: ClassVar[type[Record]]
    columns: ClassVar[tuple[Column, ...]] = ()
    alike: ClassVar[tuple[str, ...]] = ()  # fields in which no two records agree by chance
    given_heads: ClassVar[tuple[str, ...]] = ()  # asked once where the file does not say them
    takes_people: ClassVar[bool] = False  # people stand in it by name
    exports_only: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        """Work for one person."""
        self.context = context
        self.user: User = context.user

    # ---------------------------------------------------------------- what it is

    @classmethod
    def key(cls) -> str:
        """Return the name by which a file on the desk remembers the sheet."""
        return cls.model._meta.label_lower

    @property
    def title(self) -> str:
        """Return what the rows are called."""
        return str(self.model._meta.verbose_name_plural)

    def all_columns(self) -> tuple[Column, ...]:
        """Return the columns, the version last."""
        return (*self.columns, VERSION_COLUMN) if not self.exports_only else self.columns

    def read_columns(self) -> dict[str, Column]:
        """Return the columns that are read, by name, and those worked out from them."""
        return {column.name: column for column in (*self.all_columns(), *self.inner) if not column.written_only}

    inner: ClassVar[tuple[Column, ...]] = ()

    def of_day(self) -> list[str]:
        """Return the columns that tell when a row was so: the areas that it names were in force then."""
        times = getattr(self.model, "as_of", ())
        return [name for time in times for name in ((time,) if isinstance(time, str) else time)]

    def rows(self) -> QuerySet[Any]:
        """Return the records in the person's sight."""
        manager: Any = self.model._default_manager
        found: QuerySet[Any] = manager.visible_to(self.user)
        return found

    # ---------------------------------------------------------------- from the cells to the records

    def prepare(self, values: dict[str, list[Any]]) -> Outcome:
        """Fill in what the sheet itself knows of each row; return refusals."""
        return {}

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Return the stored record that each row means, with its `names`, and refusals. Few queries for all rows."""
        raise NotImplementedError

    def stored(
        self, rows: QuerySet[Any], names: Sequence[str], *, by: Sequence[str], alike: bool = True
    ) -> dict[Any, Found]:
        """Return stored records by the values of the fields `by`; the first of several alike. One query."""
        known = self.read_columns()
        asked = {f"stored_{name}": self.expression(known[name]) for name in names}
        told = {f"by_{name}": F(name) for name in by}
        ordered = rows.order_by("-pk") if alike else rows.order_by()
        selected = ordered.annotate(**asked, **told).values_list("pk", "version", *asked, *told)
        if len(by) == 1:
            return {row[-1]: row for row in selected}
        return {row[-len(by) :]: row for row in selected}

    apart: ClassVar[frozenset[str]] = frozenset()  # columns that are no field of the record

    def stored_apart(self, name: str, keys: Sequence[Any]) -> list[Any]:
        """Return what is stored of one of the columns `apart`, for each record by its key. Few queries for all."""
        raise NotImplementedError

    def expression(self, column: Column) -> Any:
        """Return what to select of a stored record for a column."""
        if column.name in self.apart:
            return Value(None, output_field=TextField())
        return column.cell.stored(self.attname(column.name))

    def attname(self, name: str) -> str:
        """Return the stored field of a column."""
        field = self.model._meta.get_field(name)
        return field.attname if isinstance(field, ForeignKey) else name

    def unknown(self) -> str:
        """Return why a row that bears a version is refused where no such record is stored."""
        return _("No record on file is meant by this row: a row without a version is a new one.")

    def name_of(self, checked: Checked, index: int) -> str:
        """Return what to call a row on the page: by its name, or else by its area."""
        told = (checked.columns[name][index] for name in ("name", "area") if name in checked.columns)
        return str(next(filter(None, told), ""))

    def judge(self, checked: Checked, asked: Sequence[int]) -> Outcome:
        """Return why new and changed rows cannot be stored, by their place in the table."""
        names = [name for name in checked.columns if name != "pk"]
        told = self.check([checked.row(index, names) for index in asked])
        return {asked[place]: problems for place, problems in told.items()}

    def check(self, rows: Sequence[Row]) -> Outcome:
        """Return why rows cannot be stored: the rules of the forms, asked of all rows in few queries."""
        outcome: Outcome = {}
        self.complete(rows)
        for index, row in enumerate(rows):
            if problems := self.refusals(row):
                outcome[index] = problems
        good = [index for index in range(len(rows)) if index not in outcome]
        told = refusals_together([rows[index].record for index in good])
        for place, errors in told.items():
            outcome[good[place]] = self.problems_of(errors)
        return outcome

    def complete(self, rows: Sequence[Row]) -> None:
        """Give each row its record, filled in; what rows change or name is read in one go."""
        stored = self.records([row.pk for row in rows if row.pk is not None])
        named = self.named({name for row in rows[:1] for name in row.values}, rows)
        for row in rows:
            record: Any = stored.get(row.pk) if row.pk is not None else self.model()
            assert record is not None
            row.record = record
            if row.pk is not None:
                row.before = {name: getattr(record, self.attname(name), None) for name in row.values}
            for name, value in row.values.items():
                known = named.get(name, {})
                self.fill(record, name, known.get(value, value) if isinstance(value, int) else value)

    def named(self, names: Iterable[str], rows: Sequence[Row]) -> dict[str, dict[Any, Any]]:
        """Return the records that the rows name by key only, by column."""
        found: dict[str, dict[Any, Any]] = {}
        for name in names:
            foreign = next((one for one in self.model._meta.concrete_fields if one.name == name), None)
            if not isinstance(foreign, ForeignKey):
                continue
            keys = {row.values[name] for row in rows if isinstance(row.values[name], int)}
            related: Any = foreign.related_model
            manager = related._base_manager
            found[name] = {one.pk: one for one in manager.filter(pk__in=among(keys))} if keys else {}
        return found

    def records(self, keys: Sequence[Any]) -> dict[Any, Any]:
        """Return stored records by key, with what their rules ask joined."""
        manager: Any = self.model._base_manager
        rows = manager.all()
        listed: Any = self.model._default_manager.all()
        rows = listed.for_list() if hasattr(listed, "for_list") else rows
        return {one.pk: one for one in rows.filter(pk__in=among(keys))} if keys else {}

    def fill(self, record: Any, name: str, value: Any) -> None:
        """Put one value into the record; of another record also by its key."""
        setattr(record, name if hasattr(value, "_meta") else self.attname(name), value)

    def refusals(self, row: Row) -> list[Problem]:
        """Return why one row cannot be stored, without asking the database."""
        record = row.record
        foreign = {field.name for field in record._meta.concrete_fields if isinstance(field, ForeignKey)}
        missing = {
            name
            for name in foreign
            if name not in self.beyond
            and not record._meta.get_field(name).null
            and getattr(record, record._meta.get_field(name).attname) is None
        }
        errors: dict[str, Any] = {name: [_("Fill in this cell.")] for name in missing}
        for step in (lambda: record.clean_fields(exclude=foreign | self.beyond), record.clean):
            try:
                if not errors:
                    step()
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            return self.problems_of(errors)
        verb = "change" if row.pk is not None else "add"
        if not self.may(verb, row):
            return [Problem("", self.refusal(record))]
        return []

    beyond: ClassVar[frozenset[str]] = frozenset()  # fields that are filled in only when the row is stored

    def problems_of(self, errors: Mapping[str, Any]) -> list[Problem]:
        """Return errors by field as problems by column."""
        named = ValidationError(dict(errors))
        names = {column.name for column in self.all_columns()}
        return [
            Problem(name if name in names and name != NON_FIELD_ERRORS else "", " ".join(map(str, messages)))
            for name, messages in named.message_dict.items()
        ]

    def may(self, verb: str, row: Row) -> bool:
        """Say whether the person may write the finished row."""
        meta = self.model._meta
        return self.user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}", row.record)

    def refusal(self, record: Any) -> str:
        """Return why the person may not write the row."""
        return _("Your posting does not cover this row.")

    # ---------------------------------------------------------------- writing

    def store(self, checked: Checked) -> list[str]:
        """Store what was checked, with a line of history each; return why not, and then nothing may be kept.

        It is called inside a transaction. Rows that somebody changed meanwhile are refused by name, and every rule is
        asked once more.
        """
        asked = range(len(checked.places))
        names = [name for name in checked.names if name != "pk"]
        rows = [checked.row(index, names) for index in asked]
        if told := self.changed_meanwhile(rows):
            return told
        if refused := self.check(rows):
            return [
                _("Row %(row)d: %(said)s")
                % {"row": rows[index].place[1], "said": " ".join(one.message for one in problems)}
                for index, problems in sorted(refused.items())
            ]
        self.write([row for row in rows if row.pk is None], [row for row in rows if row.pk is not None])
        return []

    def changed_meanwhile(self, rows: Sequence[Row]) -> list[str]:
        """Hold the records of `rows`, and return the names of those that have another version now."""
        versions = {row.pk: row.version for row in rows if row.pk is not None}
        manager: Any = self.model._base_manager
        held = manager.select_for_update().filter(pk__in=among(versions)).order_by("pk")
        now = dict(held.values_list("pk", "version")) if versions else {}
        moved = [pk for pk, version in versions.items() if now.get(pk) != version]
        names = [str(one) for one in manager.filter(pk__in=moved[:MOST_NAMED])]
        return [_("“%(record)s” has been changed by somebody else meanwhile.") % {"record": name} for name in names]

    def write(self, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """Store the rows, with a line of history each."""
        create_all([row.record for row in new], by=self.user)
        names = sorted({self.attname(name) for row in changed for name in row.values})
        update_all([row.record for row in changed], names, by=self.user)

    # ---------------------------------------------------------------- out again

    def out_columns(self) -> tuple[Column, ...]:
        """Return the columns that are written out."""
        return self.all_columns()

    def sample_columns(self) -> list[Column]:
        """Return the columns of the sheet to fill in."""
        return [column for column in self.columns if not column.written_only]

    def sample_rows(self) -> Iterable[Sequence[Any]]:
        """Return the rows that the sheet to fill in begins with."""
        return ()

    def exported(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of a list as they are written out, joined with what the columns need."""
        return queryset

    def in_database(self, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        """Return the rows as the database prints them itself; None where a column is printed here only."""
        told = {
            f"out_{index}": column.cell.in_database(column.path or column.name)
            for index, column in enumerate(self.out_columns())
        }
        if None in told.values():
            return None
        rows: QuerySet[Any] = self.exported(queryset).annotate(**told).values_list(*told)
        return rows

    def blocks(self, queryset: QuerySet[Any]) -> Iterator[list[list[Any]]]:
        """Yield the rows as blocks of columns. One query, and what the cells look up once."""
        columns = self.out_columns()
        paths = {path: column.cell.selected(path) for column in columns for path in column.paths}
        place = {path: index for index, path in enumerate(paths)}
        told = {f"out_{index}": expression for index, expression in enumerate(paths.values())}
        rows = self.exported(queryset).annotate(**told).values_list(*told)
        blocks = blocks_of(rows.iterator(chunk_size=AT_ONCE))
        while True:
            with uncollected():
                selected = [list(column) for column in zip(*next(blocks, ()), strict=True)]
                if not selected:
                    return
                printed = [
                    column.cell.print([selected[place[path]] for path in column.paths], self.context)
                    for column in columns
                ]
            yield printed


class ByNumber(Sheet):
    """A sheet of records without a code: an exported row carries our number.

    A row without a number is the record that agrees with it in `alike`, if there is one; else it is new. What is merely in
    sight stays out of such a sheet, because it could not come in again.
    """

    number_column: ClassVar[Column] = Column("pk", NUMBER, CountCell())

    def all_columns(self) -> tuple[Column, ...]:
        return (*self.columns, self.number_column, VERSION_COLUMN)

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        count = len(next(iter(values.values()), []))
        numbers = values.get("pk") or [None] * count
        names = [name for name in names if name != "pk"]
        wanted = {number for number in numbers if number is not None and number <= MOST}
        by_number = self.stored(self.rows().filter(pk__in=wanted), names, by=["pk"], alike=False) if wanted else {}
        by_alike = self._alike(values, names) if self.alike and None in numbers else {}
        found: list[Found | None] = []
        outcome: Outcome = {}
        for index, number in enumerate(numbers):
            if number is None:
                found.append(by_alike.get(self._key(values, index)))
                continue
            found.append(by_number.get(number))
            if number not in by_number:
                said = _("Number %(number)s is not in your list: leave the column “%(head)s” empty where a row is new.")
                outcome[index] = [Problem("pk", said % {"number": number, "head": NUMBER})]
        return found, outcome

    def _alike(self, values: dict[str, list[Any]], names: Sequence[str]) -> dict[Any, Found]:
        first = self.alike[0]
        keys = {key_of(value) for value in values.get(first, []) if value is not None}
        rows = self.known().filter(**{f"{first}__in": keys})
        return self.stored(rows, names, by=[self.attname(name) for name in self.alike])

    def _key(self, values: dict[str, list[Any]], index: int) -> Any:
        key = tuple(key_of(self.value_of(values, name, index)) for name in self.alike)
        return key[0] if len(key) == 1 else key

    def value_of(self, values: dict[str, list[Any]], name: str, index: int) -> Any:
        """Return what a new row would have in `name`."""
        column = next((one for one in self.columns if one.name == name), None)
        if name in values and values[name][index] not in (None, ""):
            return values[name][index]
        if column is not None and column.default is not None:
            return column.default
        stored: Any = self.model._meta.get_field(name)
        return stored.get_default() if column is None else column.cell.empty

    def known(self) -> QuerySet[Any]:
        """Return the records that a row without a number may mean."""
        return self.rows()

    def check(self, rows: Sequence[Row]) -> Outcome:
        """Ask every rule, and that no new row repeats another."""
        outcome = super().check(rows)
        names = [self.attname(name) for name in self.alike]
        return outcome | second_times(rows, outcome, lambda row: tuple(getattr(row.record, name) for name in names))

    def records(self, keys: Sequence[Any]) -> dict[Any, Any]:
        stored = super().records(keys)
        change = f"{self.model._meta.app_label}.change_{self.model._meta.model_name}"
        self.closed = {key for key, record in stored.items() if not self.user.has_perm(change, record)}
        return stored

    def may(self, verb: str, row: Row) -> bool:
        """Ask also of the record as it was: a number alone does not bring it into the person's hands."""
        return row.pk not in self.closed and super().may(verb, row)

    def exported(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.user.reach().own_condition("area__"))


class Voidable(ByNumber):
    """A sheet of records that are taken back by saying why they were a mistake."""

    void_column: ClassVar[Column] = Column("void_reason", "Nhập nhầm, lý do", TextCell())

    def all_columns(self) -> tuple[Column, ...]:
        return (*self.columns, self.void_column, self.number_column, VERSION_COLUMN)

    def known(self) -> QuerySet[Any]:
        return super().known().filter(void_reason="")


def area_name(name: str = "area", head: str = "Địa bàn") -> Column:
    """Return the column that tells the name of the area beside its code."""
    return Column(f"{name}_label", head, AreaLabelCell(), written_only=True, path=name)


def second_times(rows: Sequence[Row], refused: Outcome, key: Callable[[Row], Any]) -> Outcome:
    """Return the refusal of new rows that have the `key` of an earlier new one, by place."""
    said = _("This row stands in the file twice: the other one is kept, take this one out.")
    seen: set[Any] = set()
    outcome: Outcome = {}
    for index, row in enumerate(rows):
        if row.pk is None and index not in refused:
            told = key(row)
            if told in seen:
                outcome[index] = [Problem("", said)]
            seen.add(told)
    return outcome


def key_of(value: Any) -> Any:
    """Return the key of a record, any other value as it is."""
    return value.pk if hasattr(value, "_meta") else value


def blocks_of(rows: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """Yield the rows in lists of at most `size`."""
    block: list[Any] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield block
            block = []
    if block:
        yield block


@dataclass
class Registry:
    """The sheets of the house, by key."""

    sheets: dict[str, type[Sheet]] = field(default_factory=dict)

    def add(self, sheet: type[Sheet]) -> type[Sheet]:
        """Take in one sheet."""
        self.sheets[sheet.key()] = sheet
        return sheet


SHEETS = Registry()
