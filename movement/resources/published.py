"""The sheet of published figures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import fields

from config.spreadsheets import CountWidget, DayWidget, DecimalWidget, TextWidget
from movement import printed
from movement.models import PublishedFigure
from movement.resources.figures import ItemWidget
from movement.resources.widgets import IndicatorWidget, WordWidget
from units.cells import ChoiceWidget, YesWidget
from units.sheets import VERSION, AreaWidget, ScopedResource

Span = PublishedFigure.Span
SPANS: dict[str, str] = {
    Span.YEAR: "năm",
    Span.HALF: "nửa năm",
    Span.SEVERAL: "nhiều năm",
    Span.TO_DATE: "từ đầu năm",
    Span.ON_DAY: "tại một ngày",
    Span.UNKNOWN: "chưa rõ",
}
NAMING = {  # what tells one figure from another, by head
    "Mã địa bàn": "area",
    "Năm": "year",
    "Thời gian": "span",
    "Mã chỉ tiêu": "indicator",
    "Tên như đã công bố": "metric",
    "Loại": "item",
    "Phạm vi": "scope",
    "Nguồn": "source",
}


class SpanWidget(ChoiceWidget):
    """The time that a figure covers, in a word; an empty cell is the year."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the stored code. Raises ValidationError that lists the words."""
        return super().clean(value, row, **kwargs) or Span.YEAR


class PublishedFigureResource(ScopedResource):
    """What others have printed, by area, time, what was counted, and source."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    year = fields.Field("year", "Năm", CountWidget())
    span = fields.Field("span", "Thời gian", SpanWidget(Span, SPANS))
    starts_on = fields.Field("starts_on", "Từ ngày", DayWidget())
    ends_on = fields.Field("ends_on", "Đến ngày", DayWidget())
    indicator = fields.Field("indicator", "Mã chỉ tiêu", IndicatorWidget())
    metric = fields.Field("metric", "Tên như đã công bố", TextWidget())
    item = fields.Field("item", "Loại", ItemWidget())
    unit = fields.Field("unit", "Đơn vị tính", TextWidget())
    word = fields.Field("word", "Từ", WordWidget())
    value = fields.Field("value", "Giá trị", DecimalWidget())
    numerator = fields.Field("numerator", "Tử số", CountWidget())
    denominator = fields.Field("denominator", "Mẫu số", CountWidget())
    rate = fields.Field("rate", "Tỷ lệ (%)", DecimalWidget())
    rate_rule = fields.Field("rate_rule", "Cách tính tỷ lệ", TextWidget())
    is_unstated = fields.Field("is_unstated", "Không công bố số", YesWidget())
    scope = fields.Field("scope", "Phạm vi", TextWidget())
    source = fields.Field("source", "Nguồn", TextWidget())
    quote = fields.Field("quote", "Trích dẫn", TextWidget())
    of_record = fields.Field("of_record", "Số liệu chính thức", YesWidget())
    does_not_add_up = fields.Field("does_not_add_up", "Số không khớp", YesWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", "Năm", "Nguồn")

    class Meta(ScopedResource.Meta):
        model = PublishedFigure
        import_id_fields = list(NAMING.values())
        fields = [
            "area", "year", "span", "starts_on", "ends_on", "indicator", "metric", "item", "unit", "word", "value",
            "numerator", "denominator", "rate", "rate_rule", "is_unstated", "scope", "source", "quote", "of_record",
            "does_not_add_up", "note", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Add the naming columns where the sheet has none."""
        super().before_import(dataset, **kwargs)
        for head in NAMING:
            if head not in dataset.headers:
                dataset.append_col([""] * len(dataset), header=head)

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the same figure of the same source. Raises ValidationError where the row could mean several, or none."""
        named = {name: self._named(name, head, row) for head, name in NAMING.items()}
        found = list(PublishedFigure.objects.filter(**named)[:2])
        if len(found) > 1:
            raise ValidationError(
                _(
                    "Several figures on record have the same area, time, name, scope and source: change them in the form, one by one."
                )
            )
        if not found and row.get(VERSION) not in ("", None):
            raise ValidationError(
                _(
                    "The row has a version, but no such figure is on record: area, year, time, name, kind, scope and source tell which one is meant. Change these in the form; for a new figure leave “%(head)s” empty."
                ),
                params={"head": VERSION},
            )
        return found[0] if found else None

    def _named(self, name: str, head: str, row: Any) -> Any:
        try:
            return self.fields[name].widget.clean(row.get(head), row)
        except ValidationError as error:
            raise ValidationError({head: error.messages}) from error

    def write(self, instance: Any, *, is_create: bool) -> None:
        """Store the row by its service."""
        printed.store(instance)

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list()
