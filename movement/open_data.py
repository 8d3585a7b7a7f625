"""The figures of an area and year as rows of plain values, and as CSV, XLSX and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from movement import publication
from movement.models import EditionFigure, PublishedFigure
from movement.places import area_name
from movement.series import latest_editions
from units.models import Area, UnitKind

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from movement.models import Edition, Indicator

# The wording of data/README.md: keep it with every copy
AREAS_CREDIT = (
    "Codes and names: National Statistics Office of Viet Nam, catalogue of administrative units and old-new conversion "
    "table (Decision 19/2025/QĐ-TTg). Read from public copies: dvhcvn/data, sunshine-tech/VietnamProvinces "
    "(GPL-3.0-or-later; only the facts of its official table), tranngocminhhieu/vietnamadminunits (MIT), "
    "dvhcvn/20250701 (MIT), thanglequoc/vietnamese-provinces-database (MIT)."
)
MAPS_CREDIT = "Shapes of maps: Data from Who's On First (Mesoshapes), CC0-1.0."
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One figure, as the files give it. `kind` is ledger (sealed by us) or published (printed by others).

    `span` says what the time covers (PublishedFigure.Span), days are written 2024-12-14; new columns come last. On the
    map of another day (`boundaries`) `made_from` and `missing` hold codes of areas with a space between them, and a
    figure that cannot be told has no value but a reason in `not_comparable`.
    """

    area_code: str
    area_name: str
    year: int
    indicator: str
    indicator_name: str
    item: str
    unit: str
    value: int | float | None
    rate: float | None
    numerator: int | None
    denominator: int | None
    printed_word: str
    printed_value: int | float | None
    kind: str
    of_record: int | None
    synthetic: int
    scope: str
    source: str
    quote: str
    edition: int | None
    communes_counted: int | None
    communes_expected: int | None
    span: str
    starts_on: str
    ends_on: str
    rate_rule: str
    unstated: int | None
    does_not_add_up: int | None
    note: str
    boundaries: str = ""
    made_from: str = ""
    missing: str = ""
    not_comparable: str = ""


COLUMNS = [field.name for field in fields(Row)]


@dataclass(frozen=True)
class Table:
    """The rows of one area and year, or of many years, with the title they are known by.

    `edition` is the one that sealed the area's own rows; none where several did. `boundaries` is the day of another map.
    """

    area: Area
    title: str
    edition: Edition | None
    rows: list[Row]
    year: int | None = None
    boundaries: str = ""


def table(area: Area, year: int) -> Table | None:
    """Return the figures of `area` and of the areas one level below it; None where none is published. Four queries."""
    edition = latest_editions(area).get(year)
    kinds = set(UnitKind.objects.values_list("code", flat=True))
    rows = [*sealed_rows(area, edition, kinds), *printed_rows(area, year, kinds)]
    return Table(area, title_of(area, year), edition, rows, year) if rows else None


def title_of(area: Area, year: int) -> str:
    """Return the name of the figures of an area and year."""
    return _("Figures of the movement: %(area)s, %(year)s") % {"area": area_name(area), "year": year}


def on_the_same_map(table: Table, day: datetime.date) -> Table:
    """Return `table` as it stands on the map of `day`, on which nothing of the area differs."""
    text = day.isoformat()
    rows = [
        replace(one, boundaries=text, made_from=one.area_code) if one.kind == "ledger" else one for one in table.rows
    ]
    return replace(table, rows=rows, boundaries=text)


def sealed_rows(area: Area, edition: Edition | None, kinds: set[str]) -> list[Row]:
    """Return a row for each sealed figure that is public, `area` first."""
    figures = EditionFigure.objects.filter(Q(area=area) | Q(area__parent=area), edition=edition)
    figures = figures.select_related("area", "indicator__section").order_by(
        "area__sort_key", "area__code", "indicator__section__number", "indicator__position", "item"
    )
    public = [one for one in figures if publication.is_public(one.item, one.area.level, kinds)]
    return [sealed_row(one, edition) for one in sorted(public, key=lambda one: one.area_id != area.pk) if edition]


def sealed_row(figure: EditionFigure, edition: Edition) -> Row:
    """Return the row of one sealed figure."""
    return Row(
        **what(figure.area, edition.period.year, figure.indicator),
        item=figure.item,
        value=figure.total,
        rate=None,
        numerator=None,
        denominator=None,
        printed_word=figure.printed_word,
        printed_value=figure.printed_value,
        kind="ledger",
        of_record=None,
        synthetic=int(figure.synthetic),
        scope="",
        source=_("Movement Ledger"),
        quote="",
        edition=edition.number,
        communes_counted=figure.areas_counted if figure.areas_expected else None,
        communes_expected=figure.areas_expected or None,
        span="year",
        starts_on=edition.period.starts_on.isoformat(),
        ends_on=edition.period.ends_on.isoformat(),
        rate_rule="",
        unstated=None,
        does_not_add_up=None,
        note="",
    )


def printed_rows(area: Area, year: int, kinds: set[str]) -> list[Row]:
    """Return a row for each public figure that others have printed of the year, `area` first."""
    figures = PublishedFigure.objects.filter(Q(area=area) | Q(area__parent=area), year=year)
    figures = figures.select_related("area", "indicator__section").order_by(
        "area__sort_key",
        "area__code",
        F("indicator__section__number").asc(nulls_last=True),
        "indicator__position",
        "-of_record",
        "pk",
    )
    public = [one for one in figures if publication.is_public(one.item, one.area.level, kinds)]
    return [printed_row(one, year) for one in sorted(public, key=lambda one: one.area_id != area.pk)]


def printed_row(figure: PublishedFigure, year: int) -> Row:
    """Return the row of one figure that others have printed, its name and unit as published where it is no indicator."""
    named = {} if figure.indicator else {"indicator_name": figure.metric, "unit": figure.unit}
    return Row(
        **(what(figure.area, year, figure.indicator) | named),
        item=figure.item,
        value=_plain(figure.value),
        rate=_plain(figure.rate),
        numerator=figure.numerator,
        denominator=figure.denominator,
        printed_word=figure.word,
        printed_value=_plain(figure.value) if figure.word else None,
        kind="published",
        of_record=int(figure.of_record),
        synthetic=0,
        scope=figure.scope,
        source=figure.source,
        quote=figure.quote,
        edition=None,
        communes_counted=None,
        communes_expected=None,
        span=figure.span,
        starts_on=figure.starts_on.isoformat() if figure.starts_on else "",
        ends_on=figure.ends_on.isoformat() if figure.ends_on else "",
        rate_rule=figure.rate_rule,
        unstated=int(figure.is_unstated),
        does_not_add_up=int(figure.does_not_add_up),
        note=figure.note,
    )


def what(area: Area, year: int, indicator: Indicator | None) -> dict[str, Any]:
    """Return the columns that say of what area, year and indicator a row is."""
    return {
        "area_code": area.code,
        "area_name": area_name(area),
        "year": year,
        "indicator": indicator.code if indicator else "",
        "indicator_name": indicator.name if indicator else "",
        "unit": indicator.unit if indicator else "",
    }


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def as_csv(table: Table) -> bytes:
    """Return UTF-8 with a mark that spreadsheets need; a text that they would take for a formula gets an apostrophe."""
    return csv_of(COLUMNS, table.rows)


def csv_of(columns: Sequence[str], rows: Iterable[Any]) -> bytes:
    """Return rows (dataclasses) as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in asdict(row).values()] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(value: Any) -> Any:
    """Return `value`; a text that a spreadsheet would take for a formula with an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_A_FORMULA) else value


def as_xlsx(table: Table) -> bytes:
    """Return a workbook of one sheet: numbers as numbers, texts as texts, never as formulas."""
    return xlsx_of(COLUMNS, table.rows)


def xlsx_of(columns: Sequence[str], rows: Iterable[Any]) -> bytes:
    """Return rows (dataclasses) as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for row in rows:
        cells = []
        for value in asdict(row).values():
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
                cell.data_type = "s"
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_json(table: Table) -> bytes:
    """Return the rows with what a reader must know about them."""
    edition = table.edition
    about = {
        "title": table.title,
        "area": table.area.code,
        "year": table.year,
        "edition": edition
        and {"number": edition.number, "sealed_at": edition.sealed_at.isoformat(), "sha256": edition.digest},
        "boundaries": table.boundaries,
        "licence": f"{AREAS_CREDIT} {MAPS_CREDIT}",
        "notes": notes(table),
        "columns": COLUMNS,
        "rows": [asdict(row) for row in table.rows],
    }
    return json.dumps(about, ensure_ascii=False, indent=1).encode()


def notes(table: Table) -> list[str]:
    """Return what a reader of the rows must know."""
    said = [
        _(
            "kind “ledger”: sealed by the ledger; kind “published”: printed by others, shown beside ours, never added up."
        ),
        _("An empty value is not known, which is not zero."),
        _(
            "span: what the time covers; only “year” is the whole year. does_not_add_up 1: the source contradicts itself, see note."
        ),
    ]
    if table.boundaries:
        said.append(
            _(
                "boundaries: recounted exactly on the map of that day, from the sealed figures of made_from; those of missing are not in it; not_comparable says why there is no value."
            )
        )
    if any(row.synthetic for row in table.rows):
        said.append(_("synthetic 1: illustrative figures, not real. The spread below the province is illustrative."))
    return said
