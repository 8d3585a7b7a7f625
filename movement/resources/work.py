"""Sheets of what was held, inspected and issued."""

from __future__ import annotations

from typing import Any

from import_export import fields

from config.spreadsheets import CountWidget, DayWidget, TextWidget
from movement.models import Event, Inspection, IssuedDocument
from units.cells import ChoiceWidget, NameWidget, YesWidget
from units.models import Body
from units.sheets import AreaWidget, VoidableResource

EVENT_KINDS = {
    Event.Kind.LAUNCH: "Phát động tập trung",
    Event.Kind.INFORMATION: "Tuyên truyền",
    Event.Kind.FESTIVAL_DAY: "Ngày hội",
    Event.Kind.TRAINING: "Tập huấn",
}
HOST_LEVELS = {
    Event.HostLevel.RESIDENTIAL: "Khu dân cư",
    Event.HostLevel.COMMUNE: "Xã",
    Event.HostLevel.DISTRICT: "Huyện",
    Event.HostLevel.PROVINCE: "Tỉnh",
    Event.HostLevel.ORGANISATION: "Cơ quan, doanh nghiệp, trường học",
}
DOCUMENT_KINDS = {
    IssuedDocument.Kind.RESOLUTION: "Nghị quyết",
    IssuedDocument.Kind.DIRECTIVE: "Chỉ thị",
    IssuedDocument.Kind.PLAN: "Kế hoạch",
    IssuedDocument.Kind.GUIDANCE: "Hướng dẫn",
    IssuedDocument.Kind.LETTER: "Công văn",
    IssuedDocument.Kind.DECISION: "Quyết định",
    IssuedDocument.Kind.OTHER: "Văn bản khác",
}


class EventResource(VoidableResource):
    """Events, several alike in one row."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    kind = fields.Field("kind", "Loại", ChoiceWidget(Event.Kind, EVENT_KINDS))
    name = fields.Field("name", "Nội dung", TextWidget())
    host_level = fields.Field("host_level", "Nơi tổ chức", ChoiceWidget(Event.HostLevel, HOST_LEVELS))
    host = fields.Field("host", "Cơ quan tổ chức", NameWidget(Body))
    village = fields.Field("village", "Thôn, bản, tổ dân phố", TextWidget())
    starts_on = fields.Field("starts_on", "Ngày", DayWidget())
    ends_on = fields.Field("ends_on", "Đến ngày", DayWidget())
    sessions = fields.Field("sessions", "Số buổi", CountWidget(), default=1)
    attendance = fields.Field("attendance", "Lượt người dự", CountWidget())
    gifts = fields.Field("gifts", "Số suất quà", CountWidget())
    gift_value = fields.Field("gift_value", "Trị giá quà (đồng)", CountWidget())
    is_pilot = fields.Field("is_pilot", "Làm điểm", YesWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", "Loại", "Ngày")
    alike = ("area", "kind", "name", "village", "starts_on", "host", "host_level")

    class Meta(VoidableResource.Meta):
        model = Event
        fields = [
            "area", "area_name", "kind", "name", "host_level", "host", "village", "starts_on", "ends_on", "sessions",
            "attendance", "gifts", "gift_value", "is_pilot", "note", "void_reason", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields


class InspectionResource(VoidableResource):
    """Visits to inspect and guide."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    held_on = fields.Field("held_on", "Ngày", DayWidget())
    inspected = fields.Field("inspected", "Mã địa bàn được kiểm tra", AreaWidget())
    inspected_name = fields.Field("inspected__full_name", "Địa bàn được kiểm tra", TextWidget(), readonly=True)
    body = fields.Field("body", "Cơ quan kiểm tra", NameWidget(Body))
    visits = fields.Field("visits", "Số lượt kiểm tra", CountWidget(), default=1)
    subject = fields.Field("subject", "Nội dung", TextWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", "Ngày")
    alike = ("area", "held_on", "inspected", "body", "subject")

    class Meta(VoidableResource.Meta):
        model = Inspection
        fields = [
            "area", "area_name", "held_on", "inspected", "inspected_name", "body", "visits", "subject", "note",
            "void_reason", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields


class DocumentResource(VoidableResource):
    """Documents issued; their files are handed in on the page of each."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    kind = fields.Field("kind", "Loại văn bản", ChoiceWidget(IssuedDocument.Kind, DOCUMENT_KINDS))
    number = fields.Field("number", "Số, ký hiệu", TextWidget())
    issued_on = fields.Field("issued_on", "Ngày ban hành", DayWidget())
    issuer = fields.Field("issuer", "Cơ quan ban hành", NameWidget(Body))
    abstract = fields.Field("abstract", "Trích yếu", TextWidget())
    required = ("Mã địa bàn", "Loại văn bản", "Ngày ban hành", "Trích yếu")
    alike = ("area", "kind", "number", "issued_on", "abstract")

    class Meta(VoidableResource.Meta):
        model = IssuedDocument
        fields = [
            "area", "area_name", "kind", "number", "issued_on", "issuer", "abstract", "void_reason", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        return super().filter_export(queryset, **kwargs).select_related("issuer")
