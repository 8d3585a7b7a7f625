"""Cells that stand in several sheets: one of a few words, yes or no, a record by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import widgets

from config.folding import fold
from config.numbers import MOST
from units.sheets import ScopedWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, TextChoices

_NUMBERED = re.compile(r"(?P<name>.*)\(số (?P<number>\d{1,13})\)", re.DOTALL | re.IGNORECASE)


class ChoiceWidget(widgets.Widget):
    """One of a few choices, by its Vietnamese word, its code, or its name on the pages."""

    def __init__(self, choices: type[TextChoices], words: Mapping[Any, str]) -> None:
        """Keep the choices, and the words of the sheet by code."""
        super().__init__()
        self.choices, self.words = choices, words

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the code; an empty cell is an empty text. Raises ValidationError that lists the words."""
        wanted = fold(str(value or ""))
        if not wanted:
            return ""
        for code, label in self.choices.choices:
            if wanted in {fold(code), fold(str(label)), fold(self.words[code])}:
                return str(code)
        raise ValidationError(
            _("“%(value)s” is not one of the words: %(words)s."),
            params={"value": value, "words": "; ".join(self.words.values())},
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.words.get(value, "")


class YesWidget(widgets.Widget):
    """Yes or no; an empty cell means no."""

    yes, no = frozenset({"co", "x", "1", "true", "yes"}), frozenset({"", "khong", "0", "false", "no"})

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """Return the answer. Raises ValidationError for anything else."""
        text = fold("" if value is None else str(value))
        if text not in self.yes | self.no:
            raise ValidationError(_("“%(value)s” is neither “Có” nor “Không”."), params={"value": value})
        return text in self.yes

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "Có" if value else ""


class NameWidget(ScopedWidget):
    """A record of an area by its name, in the person's sight; of several alike by name and number: “Tên (số 12)”."""

    def __init__(self, model: type[Model]) -> None:
        """Keep which records are meant: they have a name, an area and a search key."""
        super().__init__()
        self.model: Any = model

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Return the record. Raises ValidationError where none, or more than one, has the name."""
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        found = self._numbered(text) or self._named(text)
        if not found:
            raise ValidationError(
                _("“%(value)s” is not in your list “%(list)s”: write the name as it stands there."),
                params={"value": text, "list": self.model._meta.verbose_name_plural},
            )
        if len(found) > 1:
            raise ValidationError(
                _("“%(value)s” stands more than once in your list “%(list)s”. Write which one: %(names)s."),
                params={
                    "value": text,
                    "list": self.model._meta.verbose_name_plural,
                    "names": "; ".join(f"{self.render(one)} – {one.area}" for one in found[:10]),
                },
            )
        return found[0]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value.name} (số {value.pk})" if value else ""

    def _in_sight(self) -> Any:
        rows = self.model.objects.select_related("area").order_by("pk")
        return rows.visible_to(self.user) if self.user else rows.none()

    def _numbered(self, text: str) -> list[Any]:
        if (told := _NUMBERED.fullmatch(text)) is None or int(told["number"]) > MOST:
            return []
        return [one for one in self._in_sight().filter(pk=int(told["number"])) if fold(one.name) == fold(told["name"])]

    def _named(self, text: str) -> list[Any]:
        name = fold(text)
        return [one for one in self._in_sight().filter(search_key__contains=name) if name and fold(one.name) == name]
