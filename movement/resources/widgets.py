"""Cells that stand in several sheets: indicators, and words before rounded numbers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import widgets

from config.folding import fold
from config.words import Word
from movement.models import Indicator

WORDS = {"gần": Word.NEARLY, "hơn": Word.OVER, "trên": Word.ABOVE, "khoảng": Word.ABOUT}


class IndicatorWidget(widgets.Widget):
    """An indicator by its code or its name."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Indicator | None:
        """Return the indicator. Raises ValidationError for an unknown one."""
        if value in ("", None):
            return None
        text = str(value).strip()
        found = Indicator.objects.filter(code=text.lower()).first()
        if found is None:
            found = next(
                (one for one in Indicator.objects.all() if fold(text) in {fold(one.name_vi), fold(one.name_en)}), None
            )
        if found is None:
            raise ValidationError(
                _("“%(value)s” is not an indicator of the form: use its code or its exact name."),
                params={"value": text},
            )
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.code if value else ""


class WordWidget(widgets.Widget):
    """The word before a rounded number."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the stored code of the word. Raises ValidationError that lists the words."""
        text = str(value or "").strip().lower()
        if not text:
            return ""
        if text in WORDS:
            return WORDS[text]
        if text in Word.values:
            return text
        raise ValidationError(
            _("“%(value)s” is not one of the words: %(words)s."), params={"value": value, "words": ", ".join(WORDS)}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return next((word for word, code in WORDS.items() if code == value), "")
