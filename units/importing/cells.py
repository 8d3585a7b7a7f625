"""What the cells of a column hold: how they are read, kept between preview and confirmation, and written out again."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Case, F, Model, TextField, When
from django.db.models import Value as Literal
from django.db.models.functions import Cast, NullIf
from django.utils import formats
from django.utils.translation import gettext as _

from config import cells, legacy_text
from config.cells import Doubt, Refused
from config.folding import fold
from config.numbers import MOST
from config.writing.texts import Kind, decimal_text
from units.importing.context import span_of
from units.importing.places import Places
from units.models import Cluster, UnitKind
from units.models.areas import label_in_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.models import TextChoices

    from units.importing.context import Context

Value: TypeAlias = Any  # what a field of the record takes, or Refused, or Doubt
_NO_YEAR = re.compile(r"(?:ngày\s+)?(\d{1,2})\s*(?:[/.-]|\s+tháng\s+)\s*(\d{1,2})", re.IGNORECASE)
_HOLDS_MORE = re.compile(r"\bngày\b|\S[\s(,;]+\S*\d", re.IGNORECASE)
_NO_NUMBER = re.compile(r"(?:số\s*:?\s*)?[.…_\s]+/", re.IGNORECASE)  # “…/QĐ-UBND”: not numbered yet
_AROUND_SIGNS = re.compile(r"\s*([-–/])\s*")
_NUMBER_AND_SYMBOL = re.compile(r"\d+\w?\s*/\s*[^\W\d_]+(?:\s*-\s*[^\W_]+)*")  # “61 /QĐ - UBND”
_LAST_DAY = re.compile(r"(?:^|\b)het(?: ngay)?$|\bhet ngay\b|\bden het\b|\bcuoi cung\b")
_OLD_D = str.maketrans("Ñ§", "ĐĐ")
_NONE_YET = frozenset(("khong", "khong co", "chua", "chua co", "chua co quyet dinh", "khong co quyet dinh"))
_CROSS_COUNTS = re.compile(r"\(\s*[x×]\s*\)", re.IGNORECASE)  # “Xã tổ chức (x)”
_DASHES = frozenset({"-", "–", "—"})
_CROSSES = frozenset({"x", "X", "×", "✓", "✔"})
_HOUSEHOLDS = re.compile(r"(\d+)\s*hộ", re.IGNORECASE)
_VENUE = re.compile(  # a village may be called Chợ Lèng or Trường Sơn, but not so
    r"(?:san (?:van dong|the thao|ubnd)|truong (?:cao dang|dai hoc|trung|tieu|mam|thcs|thpt|ptdt|th|pt|mn)"
    r"|nha (?:van hoa|hop|thi dau)|hoi truong|tru so|trung tam|quang truong|tram y te|cong vien|ubnd)\b"
)
_WORD_YEAR = re.compile(r"^\s*năm\s+(?=\d{4}\s*$)", re.IGNORECASE)
_STILL = frozenset({"nay", "den nay", "hien nay", "den hien nay", "dang tham gia"})
_GENERIC = frozenset(
    ["cum", "an", "ninh", "lien", "hoan", "anlh", "giap", "ranh", "tuyen", "tinh", "huyen", "xa", "thon", "cac"]
)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_CODE_OF_CLUSTER = re.compile(r"\b[A-ZĐ]{2,}(?:-[A-ZĐ]+)*-\d+\b")  # “Cụm Chợ Mới – Phú Lương (BK-CUM-06)”
_NUMBERED = re.compile(r"(?P<name>.*)\(số (?P<number>\d{1,13})\)", re.DOTALL | re.IGNORECASE)


def is_problem(value: Any) -> bool:
    """Say whether a cell could not be read."""
    return isinstance(value, Refused | Doubt)


class Cell:
    """A cell of one kind."""

    kind = Kind.TEXT
    is_packed = False  # JSON keeps it in another form
    stands_above = False  # it may stand alone above the rows for which it holds
    is_listed = False  # its texts are words of a list
    empty: Any = None  # what an empty cell is read as
    new: Any = None  # what a new record has where the cell is empty

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        """Return a value, Refused or Doubt for each cell of the column."""
        raise NotImplementedError

    def read_under(self, head: str, column: Sequence[Any], context: Context) -> list[Value]:
        """Return the same of a column that stands under `head` in the file, which may tell how it is to be read."""
        return self.read(column, context)

    def words_only(self) -> frozenset[str]:
        """Return all the folded words that a cell may hold; nothing where it may hold others."""
        return frozenset()

    def of_group(self, text: str, context: Context) -> Any:
        """Return what the rows below hold where `text` stands alone above them, as a cell of theirs; None if nothing."""
        return None

    def of_name(self, text: str, context: Context) -> Any:
        """Return the same of a text with nothing beside it, which may be a mere name."""
        return None

    def found_in(self, text: str, context: Context) -> Any:
        """Return the cell that a longer text of another column tells with its first words; None if none."""
        return None

    def pack(self, value: Any) -> Any:
        """Return the value as JSON keeps it."""
        return value

    def unpack(self, packed: Any) -> Any:
        """Return the value of the field; of a record its key."""
        return packed

    def keys(self, values: list[Any]) -> list[Any]:
        """Return the values as `stored` selects them, to be compared."""
        return values

    def stored(self, name: str) -> Any:
        """Return what to select of the field `name`."""
        return F(name)

    def revive(self, stored: Any) -> Any:
        """Return the value of the field from what `stored` selected; of a record its key."""
        return stored

    def shown(self, value: Any) -> Any:
        """Return the value as a sheet shows it: a text, a number, a day, or None."""
        return value

    def told(self, value: Any) -> Any:
        """Return the value as a page tells it to a person."""
        return self.shown(value)

    def paths(self, name: str) -> tuple[str, ...]:
        """Return what to select for the column `name`."""
        return (name,)

    def selected(self, path: str) -> Any:
        """Return what to select for one of the `paths`."""
        return F(path)

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        """Return a column for a sheet from the columns selected by `paths`."""
        return selected[0]

    def in_database(self, name: str) -> Any:
        """Return what the database prints of the field `name` as `print` does; None where only `print` can."""
        return None

    def _as_stored(self, name: str, cell: type[Cell]) -> Any:
        """Return the field itself, where the cell is printed as a `cell` is."""
        plain = type(self).print is cell.print and type(self).paths is Cell.paths
        return F(name) if plain else None

    def choices(self, context: Context) -> Sequence[str]:
        """Return the words of a short list to choose from; of anything else nothing."""
        return ()


class TextCell(Cell):
    """A text; a number or a day typed into a text column is taken as it reads."""

    empty = ""

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        return legacy_text.settle_all(cells.read_texts(column))

    def in_database(self, name: str) -> Any:
        field = self._as_stored(name, Cell)
        return NullIf(field, Literal(""), output_field=TextField()) if field is not None else None


class NoneYetCell(TextCell):
    """A text that offices fill with “chưa” or “không” where there is nothing to tell."""

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        texts = super().read(column, context)
        none = {text for text in legacy_text.texts_of(texts) if fold(text) in _NONE_YET}
        return ["" if text.__class__ is str and text in none else text for text in texts] if none else texts


class VillageNameCell(TextCell):
    """The name of a village, where offices also write the place of a meeting: one that is none is asked."""

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        said = _("“%(value)s” is the place of a meeting and no village: may the village stay empty?")
        texts = super().read(column, context)
        doubts = {
            text: Doubt(said % {"value": text}, ("", text))
            for text in legacy_text.texts_of(texts)
            if _VENUE.match(fold(text))
        }
        return [doubts.get(text, text) for text in texts] if doubts else texts


class NumberCell(NoneYetCell):
    """Number and symbol of a decision. One that holds a day as well, which nothing could split off, is asked."""

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        said = _("“%(value)s” holds more than the number and symbol: which part is it?")
        # no symbol has the signs that old fonts show in place of Đ
        plain = {cell: cell.translate(_OLD_D) for cell in set(column) if isinstance(cell, str)}
        texts = super().read([plain.get(cell, cell) if isinstance(cell, str) else cell for cell in column], context)
        spaced = {text for text in legacy_text.texts_of(texts) if " " in text and _NUMBER_AND_SYMBOL.fullmatch(text)}
        if spaced:
            texts = [_AROUND_SIGNS.sub(r"\1", text) if text in spaced else text for text in texts]
        doubts = {
            text: Doubt(said % {"value": text}, (text.split()[0].rstrip(",;("),))
            for text in legacy_text.texts_of(texts)
            if _HOLDS_MORE.search(_AROUND_SIGNS.sub(r"\1", text))
        }
        lacks = _("“%(value)s” lacks its number: type it, or leave the cell empty until it is known.")
        doubts |= {
            text: Doubt(lacks % {"value": text}, (None,))
            for text in legacy_text.texts_of(texts)
            if _NO_NUMBER.match(text)
        }
        return [doubts.get(text, text) for text in texts] if doubts else texts


class CountCell(Cell):
    """A whole number from zero; an empty cell is not known."""

    kind = Kind.NUMBER

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        return cells.read_counts(column)

    def read_under(self, head: str, column: Sequence[Any], context: Context) -> list[Value]:
        """Take a cross for one where the head says so, households where it counts them, a dash for none by the legend."""
        if str not in set(map(type, column)):
            return self.read(column, context)
        words = fold(head).split()
        plain: dict[Any, Any] = {}
        for cell in {cell for cell in column if cell.__class__ is str}:
            if cell.strip() in _CROSSES and _CROSS_COUNTS.search(head):
                plain[cell] = 1
            elif cell.strip() in _DASHES and context.dash_is_none:
                plain[cell] = 0
            elif (found := _HOUSEHOLDS.fullmatch(cell.strip())) and "ho" in words:
                plain[cell] = int(found[1])
        return self.read([plain.get(cell, cell) if cell.__class__ is str else cell for cell in column], context)

    def in_database(self, name: str) -> Any:
        return self._as_stored(name, Cell)


class DecimalCell(Cell):
    """A number that may have decimals."""

    kind = Kind.DECIMAL
    is_packed = True

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        return cells.read_decimals(column)

    def shown(self, value: Any) -> Any:
        return None if value is None else decimal_text(value, formats.get_format("DECIMAL_SEPARATOR"))

    def pack(self, value: Any) -> Any:
        return None if value is None else str(value)

    def unpack(self, packed: Any) -> Any:
        return None if packed is None else Decimal(packed)


class DayCell(Cell):
    """A day. With `any_year` the year of the file says nothing of it: a list of 2022 tells of what was founded before."""

    kind = Kind.DAY
    is_packed = True

    def __init__(self, *, any_year: bool = False) -> None:
        """Keep whether the day may lie in another year than its row tells of."""
        self.any_year = any_year

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        if str in set(map(type, column)):
            before = column
            years = context.around_of(column).years
            if self.any_year:
                return self._asking_the_year(column, years, context)
            column = [_with_year(cell, year) for cell, year in zip(column, years, strict=True)]
            if told := _typed_without_year(before, years):
                return [told.get(index, day) for index, day in enumerate(self._days(column, context))]
        return self._days(column, context)

    def _asking_the_year(self, column: Sequence[Any], years: Sequence[int | None], context: Context) -> list[Value]:
        days = self._days(column, context)
        undated = {cell for cell in set(column) if cell.__class__ is str and _NO_YEAR.fullmatch(_bare_day(cell))}
        if not undated:
            return days
        told = zip(column, years, days, strict=True)
        return [_without_year(cell, year, day) if cell in undated else day for cell, year, day in told]

    def _days(self, column: Sequence[Any], context: Context) -> list[Value]:
        return cells.read_days(column, today=context.today, from_1904=context.days_from_1904)

    def pack(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def unpack(self, packed: Any) -> Any:
        return None if packed is None else date.fromisoformat(packed)

    def keys(self, values: list[Any]) -> list[Any]:
        told = {value: None if value is None else value.isoformat() for value in set(values)}
        return [told[value] for value in values]

    def stored(self, name: str) -> Any:
        return Cast(name, TextField())  # a day of a hundred thousand rows is compared, and hardly one of them shown

    def revive(self, stored: Any) -> Any:
        return self.unpack(stored)

    def selected(self, path: str) -> Any:
        return Cast(path, TextField())  # most days stand in many rows: each is made once

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        days: dict[str | None, date | None] = {text: text and date.fromisoformat(text) for text in set(selected[0])}
        return [days[text] for text in selected[0]]

    def in_database(self, name: str) -> Any:
        return self._as_stored(name, DayCell)


def _bare_day(cell: str) -> str:
    return cells.day_alone(" ".join(cell.split()))


def _with_year(cell: Any, year: int | None) -> Any:
    """Return “12/8” with the year of which its row, or the file, tells."""
    if year and isinstance(cell, str) and (found := _NO_YEAR.fullmatch(_bare_day(cell))):
        return f"{found[1]}/{found[2]}/{year}"
    return cell


def _without_year(cell: Any, year: int | None, day: Value) -> Value:
    """Return `day`, and a question where the cell tells none: the year of the file is only one that it may mean."""
    dated = _with_year(cell, year)
    if dated is cell:
        return day
    said = _("“%(value)s” does not say its year: which day is meant?")
    found = cells.read_days([dated], today=date.max - timedelta(days=366))[0]
    return Doubt(said % {"value": cell}, (found,)) if isinstance(found, date) else day


def _typed_without_year(column: Sequence[Any], years: Sequence[int | None]) -> dict[int, Doubt]:
    """Return the days that Excel may have given the year in which they were typed: others were typed without one."""
    if not any(isinstance(cell, str) and _NO_YEAR.fullmatch(cell.strip()) for cell in column):
        return {}
    said = _("%(day)s lies in another year than the rows around it: which day is meant?")
    return {
        index: Doubt(said % {"day": f"{cell:%d/%m/%Y}"}, (_in_year(cell, year), cell))
        for index, (cell, year) in enumerate(zip(column, years, strict=True))
        if isinstance(cell, date) and year and cell.year != year
    }


def _in_year(day: date, year: int) -> date:
    last = calendar.monthrange(year, day.month)[1]
    return date(year, day.month, min(day.day, last))


class UntilCell(DayCell):
    """The day before which something ended; empty while it goes on."""

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        going_on = [None if isinstance(cell, str) and fold(cell) in _STILL else cell for cell in column]
        return super().read(going_on, context)

    def read_under(self, head: str, column: Sequence[Any], context: Context) -> list[Value]:
        """Take the last day for the day after it, where the head says so; ask where it may be either."""
        days = self.read(column, context)
        words = fold(head)
        if "truoc" in words.split():
            return days
        following = [day + timedelta(days=1) if isinstance(day, date) else day for day in days]
        if _LAST_DAY.search(words):
            return following
        said = _("%(day)s: is it the last day on which it held, or the first on which it did so no more?")
        return [
            Doubt(said % {"day": f"{day:%d/%m/%Y}"}, (after, day)) if isinstance(day, date) else day
            for day, after in zip(days, following, strict=True)
        ]


class YearCell(CountCell):
    """A year."""

    stands_above = True

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        return super().read([_WORD_YEAR.sub("", cell) if isinstance(cell, str) else cell for cell in column], context)

    def of_group(self, text: str, context: Context) -> Any:
        found = re.fullmatch(r"nam (\d{4})", fold(text))
        return int(found[1]) if found else None


class YesCell(Cell):
    """Yes or no; an empty cell means no."""

    kind = Kind.YES
    new = False

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        answers = cells.read_answers(column)
        return [None if cell is None else answer for cell, answer in zip(column, answers, strict=True)]

    def read_under(self, head: str, column: Sequence[Any], context: Context) -> list[Value]:
        """Take the word of the head itself for a yes: “Điểm” under “Điểm”."""
        own = fold(head)
        return self.read(
            [True if cell.__class__ is str and fold(cell) == own and own else cell for cell in column], context
        )

    def shown(self, value: Any) -> Any:
        return "Có" if value else ""

    def choices(self, context: Context) -> Sequence[str]:
        return ("Có", "Không")


class LookupCell(Cell):
    """A cell whose text stands for something on a list: each different text is looked up once, all in few queries."""

    is_listed = True

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        texts = TextCell().read(column, context)
        wanted = dict.fromkeys(text for text in texts if isinstance(text, str) and text)
        found = self.look_up(list(wanted), context)
        found = {text: self._asked(text, one) if "?" in text else one for text, one in found.items()}
        return [text if is_problem(text) else found[text] if text else self.empty for text in texts]

    def _asked(self, text: str, found: Value) -> Value:
        """Ask of what the office itself put a question mark to."""
        if is_problem(found):
            return found
        return Doubt(_("“%(value)s” bears a question mark: is it so?") % {"value": text}, (found,))

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Value]:
        """Return what each of `texts` stands for."""
        raise NotImplementedError


class ChoiceCell(LookupCell):
    """One of a few choices, by its Vietnamese word, its code, or its name on the pages."""

    stands_above = True

    empty = ""

    def __init__(
        self,
        choices: type[TextChoices],
        words: Mapping[Any, str],
        *,
        otherwise: str = "",
        also: Mapping[Any, str] | None = None,
    ) -> None:
        """Keep the choices, the words of the sheet by code, what an empty cell means, and other words, parted by ";"."""
        self.of, self.words, self.empty, self.also = choices, words, otherwise, also or {}

    def _known(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for code, label in self.of.choices:
            words = (str(code), str(label), self.words[code], *self.also.get(code, "").split(";"))
            known |= {in_full(word): str(code) for word in words if word}
        return known

    def words_only(self) -> frozenset[str]:
        return frozenset(self._known())

    def of_group(self, text: str, context: Context) -> Any:
        code = self._known().get(in_full(text))
        return self.words[code] if code else None

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Value]:
        known = self._known()
        told = "; ".join(self.words.values())
        return {
            text: known.get(in_full(text))
            or _in_part(text, known, self.words)
            or Refused(
                _("“%(value)s” is not one of the words: %(words)s.") % {"value": text, "words": told}
            )
            for text in texts
        }  # fmt: skip

    def shown(self, value: Any) -> Any:
        return self.words.get(value, "")

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        words = self.words
        return [words.get(value, "") for value in selected[0]]

    def in_database(self, name: str) -> Any:
        if self._as_stored(name, ChoiceCell) is None:
            return None
        told = [When(**{name: code}, then=Literal(word)) for code, word in self.words.items()]
        return Case(*told, output_field=TextField())

    def choices(self, context: Context) -> Sequence[str]:
        return tuple(self.words.values())


class RecordCell(LookupCell):
    """A cell that stands for a record."""

    def pack(self, value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value

    def keys(self, values: list[Any]) -> list[Any]:
        known: dict[int, Any] = {}
        for value in values:
            if id(value) not in known:
                known[id(value)] = value.pk if isinstance(value, Model) else value
        return [known[id(value)] for value in values]

    def shown(self, value: Any) -> Any:
        return "" if value is None else str(value)


class AreaCell(RecordCell):
    """An area by its code or by its name with what lies above it. With `anywhere` the whole catalogue serves, else the
    reach of the person's postings.
    """

    stands_above = True
    is_listed = False

    def __init__(self, *, anywhere: bool = False) -> None:
        """Keep how far to look."""
        self.anywhere = anywhere

    def read(self, column: Sequence[Any], context: Context) -> list[Value]:
        places = Places.of(context, anywhere=self.anywhere)
        around = context.around_of(column)
        texts = TextCell().read(column, context)
        if around.are_one:
            same = {text: self._one(places, text, around.spans[0], around.inside[0]) for text in set(texts)}
            return [same[text] for text in texts]
        asked = list(zip(texts, around.spans, around.inside, strict=True))
        found = {one: self._one(places, *one) for one in set(asked)}
        return [found[one] for one in asked]

    def _one(self, places: Places, text: Any, span: Any, inside: Any) -> Value:
        if isinstance(text, Doubt):  # of several readings that the font leaves open, the one that is an area
            found = [places.find(one, span, inside) for one in text.readings if isinstance(one, str)]
            areas = [one for one in found if not is_problem(one)]
            return areas[0] if len(areas) == 1 else text
        return text if is_problem(text) else places.find(text, span, inside) if text else self.empty

    def of_group(self, text: str, context: Context) -> Any:
        return Places.of(context, anywhere=self.anywhere).mentions(text, span_of(context.year))

    def of_name(self, text: str, context: Context) -> Any:
        found = Places.of(context, anywhere=self.anywhere).find(text, span_of(context.year))
        return None if is_problem(found) else found

    def told(self, value: Any) -> Any:
        return "" if value is None else f"{value} ({value.code})"

    def shown(self, value: Any) -> Any:
        return "" if value is None else value.code

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}__code",)

    def in_database(self, name: str) -> Any:
        return F(f"{name}__code")


class AreaLabelCell(Cell):
    """The name of an area with what lies above; written out only."""

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}_id",)

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        labels = context.labels(selected[0])
        return [labels.get(key, "") for key in selected[0]]

    def in_database(self, name: str) -> Any:
        return label_in_database(name)


class KindCell(RecordCell):
    """A kind of unit by its code or its Vietnamese name."""

    stands_above = True

    def in_database(self, name: str) -> Any:
        return F(f"{name}__name_vi")

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Value]:
        kinds = list(UnitKind.objects.filter(is_cluster=False))
        known = {word: kind for kind in kinds for word in words_of_kind(kind)}
        return by_words(
            texts,
            _without_first(known) | known,
            lambda text: (
                _("“%(value)s” is not a kind on record. The kinds are: %(kinds)s.")
                % {"value": text, "kinds": "; ".join(kind.name for kind in kinds)}
            ),
        )

    def of_group(self, text: str, context: Context) -> Any:
        return self._kinds(context).get(in_full(text))

    def found_in(self, text: str, context: Context) -> Any:
        kinds = self._kinds(context)
        words = in_full(text).split()
        return next(
            (kinds[" ".join(words[:size])] for size in range(len(words), 1, -1) if " ".join(words[:size]) in kinds),
            None,
        )

    def _kinds(self, context: Context) -> dict[str, str]:
        """Return the names of the kinds by the words that offices call them."""
        kinds: dict[str, str] = context.kept.setdefault("words of kinds", {})
        if not kinds:
            for kind in UnitKind.objects.filter(is_cluster=False):
                kinds |= dict.fromkeys(words_of_kind(kind), kind.name_vi)
        return kinds

    def shown(self, value: Any) -> Any:
        return "" if value is None else value.name_vi

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}__name_vi",)

    def choices(self, context: Context) -> Sequence[str]:
        return tuple(UnitKind.objects.filter(is_cluster=False).values_list("name_vi", flat=True))


_LONG = {  # what offices write short, folded
    "annd": "an ninh nhan dan",
    "antt": "an ninh trat tu",
    "antq": "an ninh to quoc",
    "bv": "bao ve",
    "hg": "hoa giai",
    "hgv": "hoa giai vien",
    "bvdp": "bao ve dan pho",
    "anlh": "an ninh lien hoan",
    "dhtt": "dien hinh tien tien",
    "mh": "mo hinh",
    "vb": "van ban",
    "sl": "so luong",
    "dp": "dan phong",
    "ttnv": "tuan tra nghia vu",
    "clb": "cau lac bo",
    "tq": "tu quan",
    "tdbvantq": "toan dan bao ve an ninh to quoc",
    "pctp": "phong chong toi pham",
    "tnxk": "thanh nien xung kich",
    "ct": "chu tich",
    "gd": "giam doc",
    "ca": "cong an",
    "cat": "cong an tinh",
    "cah": "cong an huyen",
    "cax": "cong an xa",
    "bca": "bo cong an",
    "tn": "thanh nien",
    "xktn": "thanh nien xung kich",
    "knc": "ky niem chuong",
    "bvantq": "bao ve an ninh to quoc",
    "hn": "hoi nghi",
    "pd": "phat dong",
    "pt": "phong trao",
    "qc": "quan chung",
    "pcblgd": "phong chong bao luc gia dinh",
    "atantt": "an toan ve an ninh trat tu",
    "atvantt": "an toan ve an ninh trat tu",
}


_LONG_WITH_POINTS = {  # the same where a point stands after each letter that is left: “K.toàn”
    "t so": "tong so",
    "k toan": "kien toan",
    "c co": "cung co",
    "p dong": "phat dong",
    "t truyen": "tuyen truyen",
    "t huan": "tap huan",
    "h thuc": "hinh thuc",
    "th lap": "thanh lap",
    "t lap": "thanh lap",
}
_WITH_POINTS = re.compile(rf"\b(?:{'|'.join(_LONG_WITH_POINTS)})\b")


def in_full(text: str) -> str:
    """Return the folded text with the abbreviations of offices written out."""
    folded = fold(text)
    if "." in text:
        folded = _WITH_POINTS.sub(lambda found: _LONG_WITH_POINTS[found[0]], folded)
    return " ".join(_LONG.get(word, word) for word in folded.split())


def words_of_kind(kind: UnitKind) -> Iterable[str]:
    """Return the folded words by which offices call a kind: also without what its name says it is for."""
    plain = re.sub(r"\s*\(.*\)|\s+về\s.*", "", kind.name_vi)
    return {in_full(word) for word in (kind.code, kind.name_vi, kind.name_en, plain)}


def _without_first(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what words mean without “tổ” or “đội” before them, where that is one thing only: “ANND”, “khác”."""
    meant: dict[str, list[Any]] = {}
    for word, one in known.items():
        first = "cau lac bo " if word.startswith("cau lac bo ") else word.partition(" ")[0] + " "
        for rest in {word.removeprefix(first), word.rpartition(" ")[2] if word.endswith(" khac") else ""} - {""}:
            if one not in meant.setdefault(rest, []):
                meant[rest].append(one)
    return {rest: ones[0] for rest, ones in meant.items() if len(ones) == 1}


def _in_part(text: str, known: Mapping[str, Any], words_of: Mapping[Any, str]) -> Any:
    """Return the choice with whose first words `text` is content, or names with words that tell nothing more.

    “Ngày hội” begins one choice only, and “Lớp tập huấn” is a training. One that has all the words among others is asked.
    """
    plain = " ".join(_TELLS_NO_MORE.sub(" ", in_full(text)).split())
    asked = set(plain.split())
    if len(asked) < _LEAST_WORDS:
        return None
    meant = {one for words, one in known.items() if f"{words} ".startswith(f"{plain} ")}
    if len(meant) == 1:
        return meant.pop()
    meant = {one for words, one in known.items() if asked <= set(words.split())}
    if not meant:
        return None
    return Doubt(
        _("“%(value)s” is not written in full: which one is meant?") % {"value": text},
        tuple(words_of[one] for one in words_of if str(one) in meant),
    )


_LEAST_WORDS = 2
_TELLS_NO_MORE = re.compile(r"\b(?:lop|buoi|cuoc|le|to chuc|hoat dong|cong tac|mieng|luu dong|tap trung|truc tiep)\b")


def by_words(texts: Iterable[str], known: Mapping[str, Any], refusal: Callable[[str], str]) -> dict[str, Value]:
    """Return what each text stands for among the folded words `known`; a beginning that only one has is asked."""
    bare = {bare_of(word): one for word, one in known.items()}
    return {text: _by_word(text, known, bare, refusal) for text in texts}


def bare_of(word: str) -> str:
    """Return folded words without those that offices leave out."""
    return " ".join(one for one in word.split() if one != "ve")


def _by_word(text: str, known: Mapping[str, Any], bare: Mapping[str, Any], refusal: Callable[[str], str]) -> Value:
    word = in_full(text)
    if word in known:
        return known[word]
    if bare_of(word) in bare:
        return bare[bare_of(word)]
    beginning = {one.pk: one for name, one in known.items() if word and name.startswith(f"{word} ")}
    if not beginning:
        return Refused(refusal(text))
    return Doubt(
        _("“%(value)s” is not written in full: which one is meant?") % {"value": text}, tuple(beginning.values())
    )


class ClusterCell(RecordCell):
    """A cluster by its code or name, or by the places of its name in any order, in the person's sight."""

    stands_above = True

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Value]:
        known, by_places = self._clusters(context)
        coded = {text: found[0] for text in texts if (found := _CODE_OF_CLUSTER.findall(text)) and len(found) == 1}
        told = by_words(
            texts,
            known,
            lambda text: _("“%(code)s” is not the code of a cluster with a member in your area.") % {"code": text},
        )
        return {
            text: known.get(in_full(coded.get(text, "")))
            or known.get(in_full(_IN_BRACKETS.sub(" ", text)))
            or by_places.get(_places_in(_IN_BRACKETS.sub(" ", text)), one)
            if is_problem(one)
            else one
            for text, one in told.items()
        }

    def of_group(self, text: str, context: Context) -> Any:
        known, by_places = self._clusters(context)
        found = known.get(in_full(text)) or by_places.get(_places_in(text))
        return found.code if found else None

    def _clusters(self, context: Context) -> tuple[dict[str, Any], dict[frozenset[str], Any]]:
        """Return the clusters by name and code, and by the places of their names where these tell them apart."""
        kept: Any = context.kept.get("clusters by words")
        if kept is None:
            seen = list(Cluster.objects.visible_to(context.user))
            known = {in_full(one.name): one for one in seen} | {in_full(one.code): one for one in seen}
            named: dict[frozenset[str], list[Any]] = {}
            for one in seen:
                named.setdefault(_places_in(one.name), []).append(one)
            by_places = {places: ones[0] for places, ones in named.items() if len(places) > 1 and len(ones) == 1}
            kept = context.kept["clusters by words"] = known, by_places
        return kept  # type: ignore[no-any-return]

    def shown(self, value: Any) -> Any:
        return "" if value is None else value.code

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}__code",)


def _places_in(text: str) -> frozenset[str]:
    """Return the folded names in “Cụm liên tỉnh Chợ Mới – Phú Lương”, without what any cluster is called."""
    parts = []
    for part in re.split(r"\s*[-–,;]\s*", text):
        words = fold(part).split()
        while words and words[0] in _GENERIC:
            words = words[1:]
        parts.append(" ".join(words))
    return frozenset(filter(None, parts))


class NameCell(RecordCell):
    """A record of an area by its name, in the person's sight; of several alike by name and number: “Tên (số 12)”."""

    def __init__(self, model: Any, *, stands_above: bool = False) -> None:
        """Keep which records are meant: they have a name, an area and a search key; and whether one may head a group."""
        self.model, self.stands_above = model, stands_above

    def of_group(self, text: str, context: Context) -> Any:
        """Return the name of the one record that heads a group."""
        if not self.stands_above:
            return None
        names: dict[str, list[str]] | None = context.kept.get(("names", self.model))
        if names is None:
            names = context.kept["names", self.model] = {}
            for name in self.model.objects.visible_to(context.user).values_list("name", flat=True):
                names.setdefault(fold(name), []).append(name)
        found = names.get(fold(text), [])
        return found[0] if len(found) == 1 else None

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Value]:
        seen = self.model.objects.visible_to(context.user).select_related("area").order_by("pk")
        told = {text: _NUMBERED.fullmatch(text) for text in texts}
        numbers = {int(one["number"]) for one in told.values() if one and int(one["number"]) <= MOST}
        by_number = {one.pk: one for one in seen.filter(pk__in=numbers)} if numbers else {}
        # the key begins with the name; which of the rows that share it are meant is asked of the name itself
        by_name: dict[str, list[Any]] = {}
        if any(one is None for one in told.values()):
            for record in seen:
                by_name.setdefault(in_full(record.name), []).append(record)
        return {text: self._one(text, one, by_number, by_name) for text, one in told.items()}

    def _one(self, text: str, told: Any, by_number: dict[int, Any], by_name: dict[str, list[Any]]) -> Value:
        of_list = {"value": text, "list": self.model._meta.verbose_name_plural}
        if told:
            one = by_number.get(int(told["number"]))
            found = [one] if one is not None and fold(one.name) == fold(told["name"]) else []
        else:
            found = by_name.get(in_full(text), []) if fold(text) else []
        if not found:
            return Refused(
                _("“%(value)s” is not in your list “%(list)s”: write the name as it stands there.") % of_list
            )
        if len(found) > 1:
            names = "; ".join(f"{self.shown(one)} – {one.area}" for one in found[:10])
            return Refused(
                _("“%(value)s” stands more than once in your list “%(list)s”. Write which one: %(names)s.")
                % (of_list | {"names": names})
            )
        return found[0]

    def shown(self, value: Any) -> Any:
        return f"{value.name} (số {value.pk})" if value else ""

    def paths(self, name: str) -> tuple[str, ...]:
        return f"{name}__name", f"{name}_id"

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        return ["" if key is None else f"{name} (số {key})" for name, key in zip(*selected, strict=True)]
