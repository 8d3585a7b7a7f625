"""The sheets of shortcomings and tasks; for export only."""

from __future__ import annotations

from typing import Any

from import_export import fields

from config.spreadsheets import CountWidget, DayWidget, TextWidget
from movement.models import Shortcoming, Task
from units.sheets import ScopedResource


class ShortcomingResource(ScopedResource):
    """Shortcomings by area and year."""

    area_code = fields.Field("report__area__code", "Mã địa bàn", TextWidget(), readonly=True)
    area_name = fields.Field("report__area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("report__period__year", "Năm", CountWidget(), readonly=True)
    text = fields.Field("text", "Tồn tại, hạn chế", TextWidget(), readonly=True)
    extent = fields.Field("extent", "Phạm vi", TextWidget(), readonly=True)
    causes = fields.Field("causes", "Nguyên nhân", TextWidget(), readonly=True)

    class Meta(ScopedResource.Meta):
        model = Shortcoming
        fields = ["area_code", "area_name", "year", "text", "extent", "causes"]
        export_order = fields

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list().select_related("report__area__district", "report__area__province", "report__period")


class TaskResource(ScopedResource):
    """Tasks by area and year, with those who lead and share them."""

    area_code = fields.Field("report__area__code", "Mã địa bàn", TextWidget(), readonly=True)
    area_name = fields.Field("report__area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("year", "Năm", CountWidget(), readonly=True)
    text = fields.Field("text", "Nhiệm vụ", TextWidget(), readonly=True)
    lead = fields.Field("lead__name", "Cơ quan chủ trì", TextWidget(), readonly=True)
    shared = fields.Field(None, "Cơ quan phối hợp", TextWidget(), readonly=True)
    quantity = fields.Field("quantity", "Số lượng", CountWidget(), readonly=True)
    quantity_unit = fields.Field("quantity_unit", "Đơn vị tính", TextWidget(), readonly=True)
    place = fields.Field("place", "Nơi thực hiện", TextWidget(), readonly=True)
    due_on = fields.Field("due_on", "Thời hạn", DayWidget(), readonly=True)
    state = fields.Field("get_state_display", "Trạng thái", TextWidget(), readonly=True)

    class Meta(ScopedResource.Meta):
        model = Task
        fields = [
            "area_code", "area_name", "year", "text", "lead", "shared", "quantity", "quantity_unit", "place",
            "due_on", "state",
        ]  # fmt: skip
        export_order = fields

    def dehydrate_shared(self, task: Task) -> str:
        """Return the cooperating bodies."""
        return "; ".join(str(body) for body in task.cooperating.all())

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        joined = queryset.for_list().select_related("report__area__district", "report__area__province", "lead")
        return joined.prefetch_related("cooperating")
