"""Cells of the sheets of the year's work: amounts, indicators, kinds by code, measures, lists of bodies."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.bulk import among
from config.cells import Refused
from movement.models import Indicator
from units.importing.cells import (
    DecimalCell,
    LookupCell,
    RecordCell,
    TextCell,
    by_words,
    in_full,
    is_problem,
    words_of_kind,
)
from units.importing.spills import number_and_day
from units.models import UnitKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from units.importing.context import Context

_FOUR_DECIMALS = re.compile(r"\d+\.\d{4}")


class AmountCell(DecimalCell):
    """A number of at most four decimals; what a cell holds beyond them is an amount computed by the spreadsheet."""

    def read(self, column: Sequence[Any], context: Context) -> list[Any]:
        # thousands are written in threes, so a point before four digits can be read one way only
        plain = [Decimal(cell) if isinstance(cell, str) and _FOUR_DECIMALS.fullmatch(cell) else cell for cell in column]
        values = super().read(plain, context)
        return [value if value is None or is_problem(value) else round(value, 4) for value in values]


class IndicatorCell(RecordCell):
    """A line of the form by its code or its name."""

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Any]:
        known: dict[str, Indicator] = {}
        for one in Indicator.objects.all():
            known |= {in_full(word): one for word in (one.name_en, one.name_vi, one.code)}
        said = _("“%(value)s” is not an indicator of the form: use its code or its exact name.")
        return by_words(texts, known, lambda text: said % {"value": text})

    def shown(self, value: Any) -> Any:
        return "" if value is None else value.code

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}__code",)


class ItemCell(LookupCell):
    """The code of a kind of unit, by code or name."""

    empty = ""

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Any]:
        codes = {word: kind.code for kind in UnitKind.objects.all() for word in words_of_kind(kind)}
        said = _("“%(value)s” is not the code of a kind of unit.")
        return {text: codes.get(in_full(text)) or Refused(said % {"value": text}) for text in texts}


class MeasureCell(RecordCell):
    """What a programme measures, by its name. The sheet finds it: the code of the programme stands in another cell."""

    empty = ""

    def read(self, column: Sequence[Any], context: Context) -> list[Any]:
        return TextCell().read(column, context)

    def shown(self, value: Any) -> Any:
        return "" if value is None else value.name

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}__name",)


class BodiesCell(TextCell):
    """The bodies that a record names, and the text that stands in their place; written out only."""

    def __init__(self, model: Any, beside: str = "") -> None:
        """Keep whose bodies they are, and the field of the text."""
        self.model, self.beside = model, beside

    def paths(self, name: str) -> tuple[str, ...]:
        return ("pk", self.beside) if self.beside else ("pk",)

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        keys, *texts = selected
        return ["; ".join(filter(None, parts)) for parts in zip(self._named(keys), *texts, strict=True)]

    def _named(self, keys: Sequence[int]) -> list[str]:
        bodies: dict[int, list[str]] = defaultdict(list)
        field = self.model._meta.many_to_many[0]
        rows = field.remote_field.through._base_manager.filter(**{f"{field.m2m_field_name()}__in": among(keys)})
        ordered = rows.order_by(f"{field.m2m_reverse_field_name()}__sort_key", field.m2m_reverse_field_name())
        for key, body in ordered.values_list(field.m2m_field_name(), f"{field.m2m_reverse_field_name()}__name"):
            bodies[key].append(body)
        return ["; ".join(bodies[key]) for key in keys]


def number_with_day(text: str) -> tuple[str, str] | None:
    """Split “15/KH-UBND ngày 15/01/2024”; a number alone stays as it is written, so that it comes back unchanged."""
    found = number_and_day(text)
    return (found[0], found[1]) if found and found[1] else None
