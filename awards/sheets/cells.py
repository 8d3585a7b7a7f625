"""Cells of the sheets of commendations: rows of the catalogues, and the words of the sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from awards.models.decisions import AwardDecision, Occasion, RecipientKind
from config.cells import Doubt, Refused
from units.importing.cells import ChoiceCell, RecordCell, in_full

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from units.importing.context import Context

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


class CatalogueCell(RecordCell):
    """A row of a catalogue by its code, its name or the name as printed; a beginning that only one has is asked."""

    def __init__(self, model: Any) -> None:
        """Keep the catalogue."""
        self.model = model

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Any]:
        rows = list(self.model.objects.all())
        known = {
            in_full(name): row
            for row in rows
            for name in (
                row.code, row.name_vi, row.name_en, getattr(row, "printed_vi", ""), getattr(row, "printed_en", ""),
            )
            if name
        }  # fmt: skip
        return {text: self._one(text, known, rows) for text in texts}

    def _one(self, text: str, known: Mapping[str, Any], rows: Sequence[Any]) -> Any:
        word = in_full(text)
        if word in known:
            return known[word]
        beginning = [row for row in rows if word and in_full(row.name_vi).startswith(f"{word} ")]
        if beginning:
            return Doubt(
                _("“%(value)s” is not written in full: which one is meant?") % {"value": text}, tuple(beginning)
            )
        return Refused(
            _("“%(value)s” is not in the catalogue “%(list)s”. It holds: %(names)s.")
            % {
                "value": text,
                "list": self.model._meta.verbose_name_plural,
                "names": "; ".join(row.name_vi for row in rows),
            }
        )

    def shown(self, value: Any) -> Any:
        return value.name_vi if value else ""

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}__name_vi",)

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        return [name or "" for name in selected[0]]

    def choices(self, context: Context) -> Sequence[str]:
        return tuple(row.name_vi for row in self.model.objects.all())


class StateCell(ChoiceCell):
    """A state in the language of the page; written out only."""

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        labels = {str(code): str(label) for code, label in self.of.choices}
        return [labels.get(value, "") for value in selected[0]]
