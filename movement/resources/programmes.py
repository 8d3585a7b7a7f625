"""The sheet of snapshots of programmes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from import_export import fields, widgets

from config.folding import fold
from config.numbers import parse_decimal
from config.spreadsheets import DayWidget, TextWidget
from movement.models import ProgrammeMeasure, ProgrammeSnapshot
from movement.resources.widgets import WordWidget
from units.sheets import AreaWidget, ScopedWidget, VoidableResource

CODE = "Mã chương trình"


class MeasureWidget(ScopedWidget):
    """What a programme measures: its name, and the code of the programme in the same row."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> ProgrammeMeasure | None:
        """Return the measure. Raises ValidationError where the programme does not measure it."""
        name, code = fold(str(value or "")), str((row or {}).get(CODE) or "").strip().upper()
        if not name:
            return None
        measures = ProgrammeMeasure.objects.visible_to(self.user) if self.user else ProgrammeMeasure.objects.none()
        for measure in measures.filter(programme__code=code).select_related("programme"):
            if name in {fold(measure.name), fold(measure.name_en)}:
                return measure
        raise ValidationError(
            _("The programme “%(code)s” measures nothing called “%(value)s”: see the list of programmes."),
            params={"code": code, "value": value},
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name if value else ""


class AmountWidget(widgets.Widget):
    """A number that may have decimals: a number cell, or text in the language of the page.

    Out go whole numbers, or all four decimals: so a point in a text can only be read one way.
    """

    whole = re.compile(r"\d+\.\d{4}")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        """Return the number; an empty cell is not known. Raises ValidationError for anything else."""
        if value in ("", None):
            return None
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return round(Decimal(str(value)), 4)
        try:
            text = str(value).strip()
            return Decimal(text) if self.whole.fullmatch(text) else parse_decimal(text)
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s” can be read in two ways or is not a number. Write it like %(example)s."),
                params={"value": value, "example": formats.localize(Decimal("1052.5"), use_l10n=True)},
            ) from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None:
            return ""
        return int(value) if value == int(value) else value.quantize(Decimal("0.0001"))


class SnapshotResource(VoidableResource):
    """Where areas stood in what a programme measures."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    programme = fields.Field("measure__programme__code", CODE, TextWidget(), readonly=True)
    measure = fields.Field("measure", "Nội dung", MeasureWidget())
    taken_on = fields.Field("taken_on", "Tính đến ngày", DayWidget())
    word = fields.Field("word", "Từ", WordWidget())
    value = fields.Field("value", "Giá trị", AmountWidget())
    target = fields.Field("target", "Mức phấn đấu", AmountWidget())
    source = fields.Field("source", "Nguồn", TextWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", CODE, "Nội dung", "Tính đến ngày", "Giá trị")

    class Meta(VoidableResource.Meta):
        model = ProgrammeSnapshot
        fields = [
            "area", "area_name", "programme", "measure", "taken_on", "word", "value", "target", "source", "note",
            "void_reason", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields
