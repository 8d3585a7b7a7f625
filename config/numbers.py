"""Whole numbers as people type them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _


def parse_count(text: str) -> int:
    """Return the number written as 1052, 1.052, 1 052 or 01. Raises ValueError for anything else, decimals included."""
    sign, digits = ("-", text.strip()[1:]) if text.strip().startswith("-") else ("", text.strip())
    for separator in (".", ",", " ", "\u00a0"):
        if separator in digits:
            first, *rest = digits.split(separator)
            if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in rest):
                raise ValueError(text)
            digits = first + "".join(rest)
            break
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(text)
    return int(sign + digits)


class CountField(forms.IntegerField):
    """A whole number from zero, shown and typed with the thousands of the language."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "count", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        """Refuse numbers below zero."""
        super().__init__(**{**options, "min_value": 0, "localize": True, "widget": self.widget})
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
