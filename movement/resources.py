"""One sheet per class: figures, published figures, reports."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import fields, widgets

from config.folding import fold
from config.spreadsheets import CountWidget, DayWidget, TextWidget
from movement import printed, reports
from movement.models import Figure, Indicator, PublishedFigure, Report
from movement.words import Word
from units.models import UnitKind
from units.sheets import AreaWidget, ScopedResource, ScopedWidget

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


class ReportWidget(ScopedWidget):
    """A yearly report by the code of its area and the year in the same row."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Report | None:
        """Return the report. Raises ValidationError where the area or its report is not in reach."""
        lookup = AreaWidget()
        lookup.user = self.user
        area = lookup.clean(value)
        year = CountWidget().clean((row or {}).get("Năm"))
        if area is None or year is None:
            raise ValidationError(_("Give the code of the area and the year."))
        report = (
            Report.objects.select_related("area", "period")
            .filter(area=area, period__year=year, period__kind="year")
            .first()
        )
        if report is None:
            raise ValidationError(
                _("%(area)s has no report for %(year)s: the period is not open."),
                params={"area": area, "year": str(year)},
            )
        return report

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.area.code if value else ""


class ItemWidget(TextWidget):
    """The kind of unit of a broken-down indicator."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the kind's code. Raises ValidationError for an unknown one."""
        text = str(value or "").strip()
        if text and not UnitKind.objects.filter(code=text).exists():
            raise ValidationError(_("“%(value)s” is not the code of a kind of unit."), params={"value": text})
        return text


class FigureResource(ScopedResource):
    """Figures by area, year and indicator: only lines of reports that are still open take a new value."""

    report = fields.Field("report", "Mã địa bàn", ReportWidget())
    area_name = fields.Field("report__area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("report__period__year", "Năm", CountWidget(), readonly=True)
    indicator = fields.Field("indicator", "Mã chỉ tiêu", IndicatorWidget())
    label = fields.Field("label", "Chỉ tiêu", TextWidget(), readonly=True)
    item = fields.Field("item", "Loại", ItemWidget())
    own = fields.Field("own", "Cấp mình thực hiện", CountWidget())
    below = fields.Field("below", "Cấp dưới tổng hợp", CountWidget(), readonly=True)
    total = fields.Field("total", "Tổng số", CountWidget(), readonly=True)
    printed_word = fields.Field("printed_word", "Từ", WordWidget())
    printed_value = fields.Field("printed_value", "Số công bố", CountWidget())
    explanation = fields.Field("explanation", "Giải trình chênh lệch", TextWidget())
    required = ("Mã địa bàn", "Năm", "Mã chỉ tiêu", "Cấp mình thực hiện")

    class Meta(ScopedResource.Meta):
        model = Figure
        import_id_fields = ["report", "indicator", "item"]
        fields = [
            "report", "area_name", "year", "indicator", "label", "item", "own", "below", "total",
            "printed_word", "printed_value", "explanation", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Add the column of kinds where the sheet has none."""
        super().before_import(dataset, **kwargs)
        if "Loại" not in dataset.headers:
            dataset.append_col([""] * len(dataset), header="Loại")

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the line of the report."""
        report = self.fields["report"].widget.clean(row.get("Mã địa bàn"), row)
        indicator = self.fields["indicator"].widget.clean(row.get("Mã chỉ tiêu"))
        item = self.fields["item"].widget.clean(row.get("Loại"))
        return (
            self.get_queryset()
            .select_related("indicator", "report__area", "report__period")
            .filter(report=report, indicator=indicator, item=item)
            .first()
        )

    def refusal(self, instance: Figure) -> Any:
        """Say why the line takes no value."""
        return reports.locked_text(instance.report) or _("You may not enter figures for %(area)s.") % {
            "area": instance.report.area
        }

    def write(self, instance: Any, *, is_create: bool) -> None:
        """Store the entry by its service."""
        assert self.user is not None
        reports.enter(instance, by=self.user)

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list().in_form_order()


class PublishedFigureResource(ScopedResource):
    """What others have printed, by area, year, indicator and source."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    year = fields.Field("year", "Năm", CountWidget())
    indicator = fields.Field("indicator", "Mã chỉ tiêu", IndicatorWidget())
    metric = fields.Field("metric", "Tên như đã công bố", TextWidget())
    value = fields.Field("value", "Giá trị", widgets.DecimalWidget())
    word = fields.Field("word", "Từ", WordWidget())
    scope = fields.Field("scope", "Phạm vi", TextWidget())
    source = fields.Field("source", "Nguồn", TextWidget())
    quote = fields.Field("quote", "Trích dẫn", TextWidget())
    starts_on = fields.Field("starts_on", "Từ ngày", DayWidget())
    ends_on = fields.Field("ends_on", "Đến ngày", DayWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", "Năm", "Giá trị", "Nguồn")

    class Meta(ScopedResource.Meta):
        model = PublishedFigure
        import_id_fields = ["area", "year", "indicator", "metric", "source"]
        fields = [
            "area",
            "year",
            "indicator",
            "metric",
            "value",
            "word",
            "scope",
            "source",
            "quote",
            "starts_on",
            "ends_on",
            "note",
            "version",
        ]
        import_order = export_order = fields

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Add the naming columns where the sheet has none."""
        super().before_import(dataset, **kwargs)
        for head in ("Mã chỉ tiêu", "Tên như đã công bố"):
            if head not in dataset.headers:
                dataset.append_col([""] * len(dataset), header=head)

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the same figure of the same source."""
        return PublishedFigure.objects.filter(
            area=self.fields["area"].widget.clean(row.get("Mã địa bàn")),
            year=CountWidget().clean(row.get("Năm")) or 0,
            indicator=self.fields["indicator"].widget.clean(row.get("Mã chỉ tiêu")),
            metric=TextWidget().clean(row.get("Tên như đã công bố")),
            source=TextWidget().clean(row.get("Nguồn")),
        ).first()

    def write(self, instance: Any, *, is_create: bool) -> None:
        """Store the row by its service."""
        printed.store(instance)

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list()


class ReportResource(ScopedResource):
    """Reports and where they stand; for export only."""

    area_code = fields.Field("area__code", "Mã địa bàn", TextWidget(), readonly=True)
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("period__year", "Năm", CountWidget(), readonly=True)
    state = fields.Field("get_state_display", "Trạng thái", TextWidget(), readonly=True)

    class Meta(ScopedResource.Meta):
        model = Report
        fields = ["area_code", "area_name", "year", "state"]
        export_order = fields

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list()
