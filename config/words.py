"""Numbers as they are printed: "gần 9.000", "01 cụm"."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils import formats
from django.utils.translation import gettext_lazy as _


class Word(models.TextChoices):
    """The word before a rounded number."""

    NEARLY = "nearly", _("nearly")
    OVER = "over", _("more than")
    ABOVE = "above", _("above")
    ABOUT = "about", _("about")


def is_true_of(word: str, printed: int, value: int) -> bool:
    """Say whether "`word` `printed`" is true of `value` and within 10 %.

    gần N: 0,9 N ≤ s < N; hơn and trên N: N < s ≤ 1,1 N; khoảng N: within 10 % either way; no word: equal.
    """
    match word:
        case Word.NEARLY:
            return 9 * printed <= 10 * value < 10 * printed
        case Word.OVER | Word.ABOVE:
            return 10 * printed < 10 * value <= 11 * printed
        case Word.ABOUT:
            return 9 * printed <= 10 * value <= 11 * printed
        case _:
            return printed == value


def worded(value: Decimal | int | None, word: str = "") -> str:
    """Return the number as printed in the language of the page; an unknown one is an empty string."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else value.normalize()
    number = formats.localize(value, use_l10n=True)
    return f"{Word(word).label} {number}" if word else number


def counted(value: int) -> str:
    """Return a count with the leading zero that reports give to numbers under ten: 01, 07, 1.052."""
    return f"{value:02d}" if value < 10 else worded(value)
