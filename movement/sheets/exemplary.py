"""Sheets of types of model, models, their sites, and exemplars."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects

from movement.models import Exemplar, ModelSite, ModelType, PopularModel
from movement.sheets.columns import AREA_COLUMN
from units.importing.cells import ChoiceCell, CountCell, DayCell, NameCell, NoneYetCell, TextCell, UntilCell, YesCell
from units.importing.sheets import SHEETS, ByNumber, Column, area_name
from units.models import Body

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from units.importing.sheets import Row

SECTORS = {
    ModelType.Sector.RESIDENTIAL: "Khu dân cư, xã",
    ModelType.Sector.AGENCY: "Cơ quan",
    ModelType.Sector.ENTERPRISE: "Doanh nghiệp",
    ModelType.Sector.SCHOOL: "Nhà trường",
    ModelType.Sector.RELIGIOUS: "Tôn giáo",
    ModelType.Sector.ASSOCIATION: "Hội, đoàn thể",
}
OTHER_SECTORS = {
    ModelType.Sector.RESIDENTIAL: "Khu dân cư;KDC;xã;địa bàn dân cư",
    ModelType.Sector.AGENCY: "Cơ quan, đơn vị",
    ModelType.Sector.SCHOOL: "trường học;trường",
    ModelType.Sector.RELIGIOUS: "cơ sở tôn giáo",
    ModelType.Sector.ASSOCIATION: "đoàn thể;hội",
}
EXEMPLAR_KINDS = {
    Exemplar.Kind.COLLECTIVE: "Tập thể",
    Exemplar.Kind.INDIVIDUAL: "Cá nhân",
    Exemplar.Kind.HOUSEHOLD: "Hộ gia đình",
    Exemplar.Kind.AREA: "Địa bàn",
}
OTHER_EXEMPLARS = {
    Exemplar.Kind.COLLECTIVE: "TT",
    Exemplar.Kind.INDIVIDUAL: "CN",
    Exemplar.Kind.HOUSEHOLD: "HGĐ;hộ;gia đình",
    Exemplar.Kind.AREA: "địa phương",
}


@SHEETS.add
class ModelTypeSheet(ByNumber):
    """Types of model."""

    model = ModelType
    columns = (
        AREA_COLUMN,
        area_name(),
        Column("name", "Tên loại mô hình", TextCell(), required=True, also=("Loại mô hình", "Tên", "Tên loại"), example="Khu dân cư 3 không"),
        Column("sector", "Lĩnh vực", ChoiceCell(ModelType.Sector, SECTORS, also=OTHER_SECTORS), default=ModelType.Sector.RESIDENTIAL.value, also=("Khối", "Nhóm")),
        Column("is_skilful", "Dân vận khéo", YesCell(), also=("Mô hình dân vận khéo",)),
        Column("is_sensitive", "Chỉ công bố tên và số lượng", YesCell()),
        Column("disseminated_on", "Ngày Bộ Công an phổ biến", DayCell(), also=("Bộ Công an phổ biến", "Ngày phổ biến")),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "name")


@SHEETS.add
class PopularModelSheet(ByNumber):
    """Models, each of a type on record."""

    model = PopularModel
    columns = (
        replace(AREA_COLUMN, also=(*AREA_COLUMN.also, "Địa điểm", "Địa chỉ", "Nơi triển khai")),
        area_name(),
        Column("name", "Tên mô hình", TextCell(), required=True, also=("Mô hình", "Tên mô hình, điển hình", "Tên gọi mô hình", "Tên"), example="Camera an ninh thôn Nà Ma"),
        Column("type", "Loại mô hình", NameCell(ModelType, stands_above=True), required=True, also=("Loại", "Loại hình", "Lĩnh vực", "Thuộc loại"), example="Camera an ninh"),
        Column("keeper", "Cơ quan duy trì", NameCell(Body), also=("Đơn vị duy trì", "Đơn vị quản lý", "Đơn vị chủ trì", "Đơn vị phụ trách", "Chủ trì", "Cơ quan phụ trách")),
        Column("established_on", "Ngày xây dựng", DayCell(), also=("Ngày ra mắt", "Ngày thành lập", "Thời gian / Xây dựng", "Ngày ra đời", "Xây dựng", "Xây dựng từ", "Ra mắt", "Năm xây dựng", "Thời điểm ra mắt"), example=date(2023, 5, 19)),
        Column("ended_on", "Ngày kết thúc", DayCell(), also=("Dừng hoạt động", "Ngày dừng", "Thời gian / Dừng hoạt động", "Kết thúc", "Ngừng hoạt động từ", "Ngừng hoạt động", "Dừng từ")),
        Column("is_replicated", "Nhân rộng từ nơi khác", YesCell(), also=("Nhân rộng", "Học từ nơi khác", "Nhân rộng từ")),
        Column("recognition", "Công nhận", NoneYetCell(), also=("Quyết định công nhận", "Hình thức công nhận", "Công nhận, khen thưởng", "VB công nhận", "Văn bản công nhận")),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "name", "established_on")


@SHEETS.add
class ModelSiteSheet(ByNumber):
    """Sites of models on record, several alike in one row."""

    model = ModelSite
    columns = (
        Column("model", "Mô hình", NameCell(PopularModel), required=True, also=("Tên mô hình",), example="Camera an ninh"),
        AREA_COLUMN,
        area_name(),
        Column("village", "Thôn, bản, tổ dân phố", TextCell(), also=("Thôn", "Thôn, bản", "Thôn, tổ", "Khu dân cư", "Thôn, TDP", "Thôn, bản, TDP", "Nơi đặt", "Địa điểm"), example="Bản Mới"),
        Column("sites", "Số điểm", CountCell(), default=1, also=("Điểm", "Số điểm lắp đặt", "Số nơi"), example=2),
        Column("equipment", "Số thiết bị", CountCell(), also=("Thiết bị", "Số lượng thiết bị", "Số mắt camera", "Số camera"), example=12),
        Column("equipment_unit", "Đơn vị tính thiết bị", TextCell(), also=("Đơn vị tính", "ĐVT"), example="mắt camera"),
        Column("valid_from", "Từ ngày", DayCell(), also=("Ngày lắp đặt", "Ngày bắt đầu", "Hoạt động từ ngày")),
        Column("valid_to", "Đến trước ngày", UntilCell(), also=("Đến hết ngày", "Ngày dừng", "Ngày kết thúc")),
    )  # fmt: skip
    alike = ("model", "area", "village", "valid_from")

    def named(self, names: Iterable[str], rows: Sequence[Row]) -> dict[str, dict[Any, Any]]:
        """Bring the area of each model along: a site lies in it, and it decides who may change the site."""
        found = super().named(names, rows)
        prefetch_related_objects(list(found.get("model", {}).values()), "area")
        return found


@SHEETS.add
class ExemplarSheet(ByNumber):
    """Exemplars: collectives by name, individuals and households by number."""

    model = Exemplar
    columns = (
        AREA_COLUMN,
        area_name(),
        Column("kind", "Loại", ChoiceCell(Exemplar.Kind, EXEMPLAR_KINDS, also=OTHER_EXEMPLARS), required=True, also=("Loại điển hình", "Phân loại", "Loại hình"), example="Tập thể"),
        Column("name", "Tên tập thể (cá nhân, hộ để trống)", TextCell(), also=("Tên điển hình", "Tên"), example="Tổ an ninh nhân dân số 3"),
        Column("number", "Số lượng", CountCell(), default=1, also=("SL", "Số điển hình")),
        Column("model", "Mô hình", NameCell(PopularModel), also=("Thuộc mô hình", "Tên mô hình")),
        Column("recognised_on", "Ngày công nhận", DayCell(), also=("Công nhận ngày", "Ngày được công nhận"), example=date(2024, 8, 19)),
        Column("ended_on", "Ngày kết thúc", DayCell(), also=("Kết thúc",)),
        Column("recognised_by", "Cơ quan công nhận", NameCell(Body), also=("Đơn vị công nhận", "Cấp công nhận")),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "kind", "name", "number", "model", "recognised_on", "recognised_by", "note")
