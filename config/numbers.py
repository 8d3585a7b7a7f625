"""Numbers as people type them: whole ones with the thousands of either language, decimals in the language of the page."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _

MOST = 10**13
_GROUPED = re.compile(r"-?(?:\d+|\d{1,3}(?:([., \u00a0])\d{3})(?:\1\d{3})*)")


def parse_count(text: str) -> int:
    """Return the number written as 1052, 1.052, 1 052 or 01. Raises ValueError for anything else, decimals included."""
    if (not text.isascii() and "\u00a0" not in text) or not _GROUPED.fullmatch(text.strip()):
        raise ValueError(text)
    number = int(re.sub(r"[., \u00a0]", "", text))
    if abs(number) > MOST:
        raise ValueError(text)
    return number


def parse_decimal(text: str) -> Decimal:
    """Return the number in the language of the page: 1.052,5 in Vietnamese, 1,052.5 in English.

    Raises ValueError also where a sign could be read two ways: 1,052 in Vietnamese, 1.052 in English.
    """
    point, thousands = formats.get_format("DECIMAL_SEPARATOR"), formats.get_format("THOUSAND_SEPARATOR")
    whole, separator, rest = text.strip().partition(point)
    if separator and (not rest.isdigit() or len(rest) == 3):
        raise ValueError(text)
    if thousands in whole and not re.fullmatch(rf"-?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+", whole):
        raise ValueError(text)
    digits = whole.replace(thousands, "")
    if not re.fullmatch(r"-?[0-9]+", digits):
        raise ValueError(text)
    decimals = rest.rstrip("0")
    return Decimal(f"{digits}.{decimals}" if decimals else digits)


def unmistakable(value: Decimal) -> Decimal:
    """Return `value` without empty decimals, but with a fourth after three: 1,052 could be a thousand."""
    plain = value.normalize()
    return plain.quantize(Decimal("0.0001")) if plain.as_tuple().exponent == -3 else plain


class CountField(forms.IntegerField):
    """A whole number from zero, shown and typed with the thousands of the language."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "count", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        """Refuse numbers below zero."""
        super().__init__(**{**options, "min_value": 0, "max_value": min(options.get("max_value") or MOST, MOST)})
        self.error_messages["min_value"] = _("A figure cannot be below zero.")

    def to_python(self, value: Any) -> int | None:
        """Return the number; an empty field is not known, which is not zero."""
        if value in self.empty_values:
            return None
        try:
            return value if isinstance(value, int) else parse_count(str(value))
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s” is not a whole number. Write 1052 or 1.052, without words."), params={"value": value}
            ) from error

    def prepare_value(self, value: Any) -> Any:
        """Show the number as the language writes it."""
        return formats.localize(value, use_l10n=True) if isinstance(value, int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Keep the browser's own number field away: it knows no thousands."""
        return {}


class YearField(CountField):
    """A year, or another small number that is written without thousands."""

    def to_python(self, value: Any) -> int | None:
        """Return the number; signs between the digits are refused."""
        if isinstance(value, str) and value.strip() and not value.strip().lstrip("-").isdecimal():
            raise ValidationError(_("“%(value)s” is not a whole number. Write digits only."), params={"value": value})
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show the number ungrouped."""
        return str(value) if isinstance(value, int) else value


class AmountField(forms.DecimalField):
    """A number that may have decimals, in the language of the page."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "count", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Return the number; an empty field is not known."""
        if value in self.empty_values:
            return None
        try:
            return value if isinstance(value, Decimal) else parse_decimal(str(value))
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s” can be read in two ways or is not a number. Write it like %(example)s."),
                params={"value": value, "example": formats.localize(Decimal("1052.5"), use_l10n=True)},
            ) from error

    def prepare_value(self, value: Any) -> Any:
        """Show the number as the language writes it, without empty decimals."""
        if not isinstance(value, Decimal):
            return value
        return formats.localize(int(value) if value == int(value) else unmistakable(value), use_l10n=True)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Keep the browser's own number field away."""
        return {}
