"""Sheets of results that come as counts."""

from __future__ import annotations

from import_export import fields

from config.spreadsheets import CountWidget, DayWidget, TextWidget
from movement.models import MediationResult, SafetyStandardResult
from units.cells import ChoiceWidget, NameWidget
from units.models import Body
from units.sheets import AreaWidget, VoidableResource

OBJECTS = {
    SafetyStandardResult.Object.RESIDENTIAL: "Khu dân cư",
    SafetyStandardResult.Object.COMMUNE: "Xã, phường, thị trấn",
    SafetyStandardResult.Object.ORGANISATION: "Cơ quan, doanh nghiệp, nhà trường",
    SafetyStandardResult.Object.DISTRICT: "Huyện",
}


class StandardResource(VoidableResource):
    """Results of the safety standard by area, year and what was assessed."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("year", "Năm", CountWidget())
    object = fields.Field("object", "Loại được xét", ChoiceWidget(SafetyStandardResult.Object, OBJECTS))
    total = fields.Field("total", "Tổng số hiện có", CountWidget())
    registered = fields.Field("registered", "Số đăng ký", CountWidget())
    met = fields.Field("met", "Số được công nhận", CountWidget())
    excellent = fields.Field("excellent", "Xuất sắc", CountWidget())
    good = fields.Field("good", "Khá", CountWidget())
    average = fields.Field("average", "Trung bình", CountWidget())
    recogniser = fields.Field("recogniser", "Cơ quan công nhận", NameWidget(Body))
    decision_number = fields.Field("decision_number", "Số, ký hiệu quyết định", TextWidget())
    decision_date = fields.Field("decision_date", "Ngày quyết định", DayWidget())
    explanation = fields.Field("explanation", "Giải trình chênh lệch", TextWidget())
    required = ("Mã địa bàn", "Năm", "Loại được xét")

    class Meta(VoidableResource.Meta):
        model = SafetyStandardResult
        fields = [
            "area", "area_name", "year", "object", "total", "registered", "met", "excellent", "good", "average",
            "recogniser", "decision_number", "decision_date", "explanation", "void_reason", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields


class MediationResource(VoidableResource):
    """Mediation by area and days."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    starts_on = fields.Field("starts_on", "Từ ngày", DayWidget())
    ends_on = fields.Field("ends_on", "Đến ngày", DayWidget())
    received = fields.Field("received", "Vụ việc hòa giải đã tiếp nhận", CountWidget())
    successful = fields.Field("successful", "Hòa giải thành", CountWidget())
    unsuccessful = fields.Field("unsuccessful", "Hòa giải không thành", CountWidget())
    pending = fields.Field("pending", "Đang giải quyết", CountWidget())
    explanation = fields.Field("explanation", "Giải trình chênh lệch", TextWidget())
    required = ("Mã địa bàn", "Từ ngày", "Đến ngày")

    class Meta(VoidableResource.Meta):
        model = MediationResult
        fields = [
            "area", "area_name", "starts_on", "ends_on", "received", "successful", "unsuccessful", "pending",
            "explanation", "void_reason", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields
