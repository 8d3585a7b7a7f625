"""One sheet per class: figures, reports."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import fields

from config.spreadsheets import CountWidget, TextWidget
from movement import reports
from movement.models import Figure, Report
from movement.resources.widgets import IndicatorWidget, WordWidget
from units.models import UnitKind
from units.sheets import AreaWidget, ScopedResource, ScopedWidget


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
