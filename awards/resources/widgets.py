"""Cells of the sheets of commendations: rows of the catalogues, and the words of the sheets."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import widgets

from awards.models.decisions import AwardDecision, Occasion, RecipientKind
from config.folding import fold
from config.words import Word

# the words of the sheets, by code
KINDS = {
    RecipientKind.COLLECTIVE: "tập thể",
    RecipientKind.INDIVIDUAL: "cá nhân",
    RecipientKind.HOUSEHOLD: "hộ gia đình",
    RecipientKind.AREA: "địa bàn",
}
OCCASIONS = {
    Occasion.CONFERENCE: "hội nghị tổng kết",
    Occasion.FESTIVAL_DAY: "Ngày hội Toàn dân bảo vệ ANTQ",
    Occasion.THEMATIC_REVIEW: "sơ kết, tổng kết chuyên đề",
    Occasion.OTHER: "dịp khác",
}
CAPACITIES = {
    AwardDecision.Capacity.OWN: "thủ trưởng ký",
    AwardDecision.Capacity.TM: "TM.",
    AwardDecision.Capacity.KT: "KT.",
    AwardDecision.Capacity.TL: "TL.",
    AwardDecision.Capacity.TUQ: "TUQ.",
}
WORDS = {Word.NEARLY: "gần", Word.OVER: "hơn", Word.ABOVE: "trên", Word.ABOUT: "khoảng"}
_SEPARATOR = re.compile(r"[;\n]")


class Catalogue:
    """Finding rows of a catalogue by code or name; read once for each sheet."""

    def __init__(self, model: Any) -> None:
        """Keep the catalogue."""
        self.model = model
        self._rows: list[Any] | None = None

    def find(self, value: Any) -> Any:
        """Return the row. Raises ValidationError that lists the rows."""
        if self._rows is None:
            self._rows = list(self.model.objects.all())
        wanted = fold(str(value))
        for row in self._rows:
            names = (row.code, row.name_vi, row.name_en, getattr(row, "printed_vi", ""), getattr(row, "printed_en", ""))
            if wanted and wanted in {fold(name) for name in names}:
                return row
        beginning = [row for row in self._rows if wanted and fold(row.name_vi).startswith(f"{wanted} ")]
        if len(beginning) == 1:
            return beginning[0]
        raise ValidationError(
            _("“%(value)s” is not in the catalogue “%(list)s”. It holds: %(names)s."),
            params={
                "value": value,
                "list": self.model._meta.verbose_name_plural,
                "names": "; ".join(row.name_vi for row in self._rows),
            },
        )


class CatalogueWidget(widgets.Widget):
    """A row of a catalogue by its code, its name, the name as printed, or the beginning that only it has."""

    def __init__(self, model: Any) -> None:
        """Keep the catalogue."""
        super().__init__()
        self.catalogue = Catalogue(model)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return None if value in ("", None) else self.catalogue.find(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name_vi if value else ""


class CatalogueListWidget(widgets.ManyToManyWidget):
    """Rows of a catalogue, with a semicolon or a new line between them."""

    def __init__(self, model: Any) -> None:
        """Keep the catalogue."""
        super().__init__(model)
        self.catalogue = Catalogue(model)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        parts = [part.strip() for part in _SEPARATOR.split(str(value if value is not None else ""))]
        found = {one.pk: one for one in (self.catalogue.find(part) for part in parts if part)}
        return list(found.values())

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join(row.name_vi for row in value.all()) if value is not None else ""
