"""The sheets of conferences and directives; for export only."""

from __future__ import annotations

from typing import Any

from import_export import fields

from config.spreadsheets import CountWidget, DayWidget, TextWidget
from movement.models import Conference, Directive
from units.sheets import ScopedResource


class ConferenceResource(ScopedResource):
    """Conferences by area and year."""

    area_code = fields.Field("area__code", "Mã địa bàn", TextWidget(), readonly=True)
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("year", "Năm", CountWidget(), readonly=True)
    name = fields.Field("name", "Tên hội nghị", TextWidget(), readonly=True)
    held_on = fields.Field("held_on", "Ngày", DayWidget(), readonly=True)
    venue = fields.Field("venue", "Địa điểm", TextWidget(), readonly=True)
    host = fields.Field("host__name", "Cơ quan tổ chức", TextWidget(), readonly=True)
    chair_office = fields.Field("chair_office", "Chức vụ người chủ trì", TextWidget(), readonly=True)
    paper_count = fields.Field("paper_count", "Số tham luận", CountWidget(), readonly=True)

    class Meta(ScopedResource.Meta):
        model = Conference
        fields = [
            "area_code", "area_name", "year", "name", "held_on", "venue", "host", "chair_office", "paper_count",
        ]  # fmt: skip
        export_order = fields

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list()


class DirectiveResource(ScopedResource):
    """Directives by conference, with those to whom they went."""

    area_code = fields.Field("conference__area__code", "Mã địa bàn", TextWidget(), readonly=True)
    area_name = fields.Field("conference__area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("conference__year", "Năm", CountWidget(), readonly=True)
    conference = fields.Field("conference__name", "Hội nghị", TextWidget(), readonly=True)
    text = fields.Field("text", "Ý kiến chỉ đạo", TextWidget(), readonly=True)
    addressees = fields.Field(None, "Nơi nhận", TextWidget(), readonly=True)
    due_on = fields.Field("due_on", "Thời hạn", DayWidget(), readonly=True)
    task = fields.Field("task__text", "Nhiệm vụ", TextWidget(), readonly=True)
    state = fields.Field("task__get_state_display", "Trạng thái nhiệm vụ", TextWidget(), readonly=True)

    class Meta(ScopedResource.Meta):
        model = Directive
        fields = ["area_code", "area_name", "year", "conference", "text", "addressees", "due_on", "task", "state"]
        export_order = fields

    def dehydrate_addressees(self, directive: Directive) -> str:
        """Return the bodies, and what is printed in their place."""
        return directive.sent_to

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        joined = queryset.select_related("conference__area__district", "conference__area__province", "task")
        return joined.prefetch_related("addressees")
