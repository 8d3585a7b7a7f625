"""The sheet of popular models."""

from __future__ import annotations

from datetime import date

from movement.models import ModelType, PopularModel
from units.importing.cells import AreaCell, DayCell, NameCell, TextCell, YesCell
from units.importing.sheets import SHEETS, ByNumber, Column, area_name
from units.models import Body


@SHEETS.add
class PopularModelSheet(ByNumber):
    """Models, each of a type on record."""

    model = PopularModel
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), required=True, also=("Địa bàn", "Đơn vị", "Xã", "Xã, phường, thị trấn", "Tên xã", "Xã, thị trấn"), example="C01897"),
        area_name(),
        Column("name", "Tên mô hình", TextCell(), required=True, also=("Mô hình", "Tên mô hình, điển hình", "Tên gọi mô hình", "Tên"), example="Camera an ninh thôn Nà Ma"),
        Column("type", "Loại mô hình", NameCell(ModelType), required=True, also=("Loại", "Loại hình", "Lĩnh vực"), example="Camera an ninh"),
        Column("keeper", "Cơ quan duy trì", NameCell(Body), also=("Đơn vị duy trì", "Đơn vị quản lý")),
        Column("established_on", "Ngày xây dựng", DayCell(), also=("Ngày ra mắt", "Ngày thành lập", "Thời gian / Xây dựng", "Ngày ra đời", "Xây dựng"), example=date(2023, 5, 19)),
        Column("ended_on", "Ngày kết thúc", DayCell(), also=("Dừng hoạt động", "Ngày dừng", "Thời gian / Dừng hoạt động", "Kết thúc")),
        Column("is_replicated", "Nhân rộng từ nơi khác", YesCell(), also=("Nhân rộng",)),
        Column("recognition", "Công nhận", TextCell(), also=("Quyết định công nhận", "Hình thức công nhận", "Công nhận, khen thưởng")),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "name", "established_on")
