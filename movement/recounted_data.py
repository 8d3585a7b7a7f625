"""A year on the map of another day as rows of plain values: the columns of movement.open_data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from movement import open_data
from movement.beside import form_order
from movement.models import Indicator
from movement.open_data import Row, Table
from movement.places import area_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from movement.covers import Cover
    from movement.exact import Key, Value
    from movement.models import Edition
    from movement.recount import Recounted
    from units.models import Area


def table(found: Recounted) -> Table:
    """Return the area's rows, those of the areas on the map, and what areas above these did themselves."""
    lines = ((line.area, line.cover, found.values_of(line)) for line in found.lines)
    rows = [
        *rows_of(found, found.area, found.cover, found.values),
        *(row for area, cover, values in lines for row in rows_of(found, area, cover, values)),
        *own_rows(found),
    ]
    title = open_data.title_of(found.area, found.year)
    return Table(found.area, title, only(found.editions), rows, found.year, found.day.isoformat())


def rows_of(found: Recounted, area: Area, cover: Cover, values: dict[Key, Value]) -> Iterator[Row]:
    """Yield a row for each figure of `area`, in the order of the form."""
    for key in in_order(found, values):
        yield row_of(found, area, cover, key, values[key])


def in_order(found: Recounted, keys: Iterable[Key]) -> list[Key]:
    """Return `keys` in the order of the form."""
    return sorted(keys, key=lambda key: (form_order(found.arithmetic.indicators[key[0]]), key[1]))


def row_of(found: Recounted, area: Area, cover: Cover, key: Key, value: Value) -> Row:
    """Return the row of one recounted figure."""
    edition_of = found.arithmetic.year.edition_of
    edition = only(list({one.pk: one for area in cover.areas if (one := edition_of(area))}.values()))
    lacking = {one.pk for one in value.missing}
    sealed = value.sealed
    scope = _("only the part of it that came from %(area)s") % {"area": area_name(found.area)} if cover.is_part else ""
    return Row(
        **open_data.what(area, found.year, found.arithmetic.indicators[key[0]]),
        item=key[1],
        value=value.total,
        rate=None,
        numerator=None,
        denominator=None,
        printed_word=sealed.printed_word if sealed else "",
        printed_value=sealed.printed_value if sealed else None,
        kind="ledger",
        of_record=None,
        synthetic=int(value.synthetic),
        scope=scope,
        source=_("Movement Ledger"),
        quote="",
        edition=edition.number if edition else None,
        communes_counted=value.counted if value.expected else None,
        communes_expected=value.expected or None,
        span="year",
        starts_on=edition.period.starts_on.isoformat() if edition else "",
        ends_on=edition.period.ends_on.isoformat() if edition else "",
        rate_rule="",
        unstated=None,
        does_not_add_up=None,
        note="",
        boundaries=found.day.isoformat(),
        made_from=" ".join(one.code for one in cover.areas if one.pk not in lacking),
        missing=" ".join(one.code for one in value.missing),
        not_comparable=value.reason,
    )


def own_rows(found: Recounted) -> Iterator[Row]:
    """Yield a row for each sum to which an area above the lowest added something of its own."""
    year = found.arithmetic.year
    for area in found.own_parts:
        edition = year.edition_of(area)
        figures = year.figures.get(area.pk, {})
        for key in in_order(found, figures):
            figure = figures[key]
            adds = found.arithmetic.indicators[key[0]].rollup == Indicator.Rollup.SUM
            if edition is not None and adds and figure.own and found.arithmetic.is_public(area, key):
                figure.area, figure.indicator = area, found.arithmetic.indicators[key[0]]
                yield replace(
                    open_data.sealed_row(figure, edition),
                    value=figure.own,
                    printed_word="",
                    printed_value=None,
                    scope=_("what the area did itself, in none of those below it"),
                    communes_counted=None,
                    communes_expected=None,
                    boundaries=found.day.isoformat(),
                    made_from=area.code,
                )


def only(editions: list[Edition]) -> Edition | None:
    """Return the one edition; None where there are several."""
    return editions[0] if len(editions) == 1 else None
