"""Sheets of types of model, models, their sites, and exemplars."""

from __future__ import annotations

from typing import Any

from import_export import fields

from config.spreadsheets import CountWidget, DayWidget, TextWidget
from movement.models import Exemplar, ModelSite, ModelType, PopularModel
from units.cells import ChoiceWidget, NameWidget, YesWidget
from units.models import Body
from units.sheets import AreaWidget, NumberedResource

SECTORS = {
    ModelType.Sector.RESIDENTIAL: "Khu dân cư, xã",
    ModelType.Sector.AGENCY: "Cơ quan",
    ModelType.Sector.ENTERPRISE: "Doanh nghiệp",
    ModelType.Sector.SCHOOL: "Nhà trường",
    ModelType.Sector.RELIGIOUS: "Tôn giáo",
    ModelType.Sector.ASSOCIATION: "Hội, đoàn thể",
}
EXEMPLAR_KINDS = {
    Exemplar.Kind.COLLECTIVE: "Tập thể",
    Exemplar.Kind.INDIVIDUAL: "Cá nhân",
    Exemplar.Kind.HOUSEHOLD: "Hộ gia đình",
    Exemplar.Kind.AREA: "Địa bàn",
}


class ModelTypeResource(NumberedResource):
    """Types of model."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    name = fields.Field("name", "Tên loại mô hình", TextWidget())
    sector = fields.Field("sector", "Lĩnh vực", ChoiceWidget(ModelType.Sector, SECTORS), default="residential")
    is_skilful = fields.Field("is_skilful", "Dân vận khéo", YesWidget())
    is_sensitive = fields.Field("is_sensitive", "Chỉ công bố tên và số lượng", YesWidget())
    disseminated_on = fields.Field("disseminated_on", "Ngày Bộ Công an phổ biến", DayWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", "Tên loại mô hình")

    class Meta(NumberedResource.Meta):
        model = ModelType
        fields = [
            "area", "area_name", "name", "sector", "is_skilful", "is_sensitive", "disseminated_on", "note",
            "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields


class PopularModelResource(NumberedResource):
    """Models, each of a type on record."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    name = fields.Field("name", "Tên mô hình", TextWidget())
    type = fields.Field("type", "Loại mô hình", NameWidget(ModelType))
    keeper = fields.Field("keeper", "Cơ quan duy trì", NameWidget(Body))
    established_on = fields.Field("established_on", "Ngày xây dựng", DayWidget())
    ended_on = fields.Field("ended_on", "Ngày kết thúc", DayWidget())
    is_replicated = fields.Field("is_replicated", "Nhân rộng từ nơi khác", YesWidget())
    recognition = fields.Field("recognition", "Công nhận", TextWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", "Tên mô hình", "Loại mô hình")
    alike = ("area", "name", "established_on")

    class Meta(NumberedResource.Meta):
        model = PopularModel
        fields = [
            "area", "area_name", "name", "type", "keeper", "established_on", "ended_on", "is_replicated", "recognition",
            "note", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields


class ModelSiteResource(NumberedResource):
    """Sites of models on record, several alike in one row."""

    model = fields.Field("model", "Mô hình", NameWidget(PopularModel))
    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    village = fields.Field("village", "Thôn, bản, tổ dân phố", TextWidget())
    sites = fields.Field("sites", "Số điểm", CountWidget(), default=1)
    equipment = fields.Field("equipment", "Số thiết bị", CountWidget())
    equipment_unit = fields.Field("equipment_unit", "Đơn vị tính thiết bị", TextWidget())
    valid_from = fields.Field("valid_from", "Từ ngày", DayWidget())
    valid_to = fields.Field("valid_to", "Đến trước ngày", DayWidget())
    required = ("Mô hình", "Mã địa bàn")
    alike = ("model", "area", "village", "valid_from")

    class Meta(NumberedResource.Meta):
        model = ModelSite
        fields = [
            "model", "area", "area_name", "village", "sites", "equipment", "equipment_unit", "valid_from", "valid_to",
            "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        return super().filter_export(queryset, **kwargs).select_related("model", "area__district", "area__province")


class ExemplarResource(NumberedResource):
    """Exemplars: collectives by name, individuals and households by number."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    kind = fields.Field("kind", "Loại", ChoiceWidget(Exemplar.Kind, EXEMPLAR_KINDS))
    name = fields.Field("name", "Tên tập thể (cá nhân, hộ để trống)", TextWidget())
    number = fields.Field("number", "Số lượng", CountWidget(), default=1)
    model = fields.Field("model", "Mô hình", NameWidget(PopularModel))
    recognised_on = fields.Field("recognised_on", "Ngày công nhận", DayWidget())
    ended_on = fields.Field("ended_on", "Ngày kết thúc", DayWidget())
    recognised_by = fields.Field("recognised_by", "Cơ quan công nhận", NameWidget(Body))
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = ("Mã địa bàn", "Loại")
    alike = ("area", "kind", "name", "number", "model", "recognised_on", "recognised_by", "note")

    class Meta(NumberedResource.Meta):
        model = Exemplar
        fields = [
            "area", "area_name", "kind", "name", "number", "model", "recognised_on", "ended_on", "recognised_by",
            "note", "row_number", "version",
        ]  # fmt: skip
        import_order = export_order = fields
