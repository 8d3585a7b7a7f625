"""Sheets of results that come as counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from movement.models import MediationResult, SafetyStandardResult
from movement.sheets.cells import number_with_day
from movement.sheets.columns import AREA_COLUMN
from units.importing.cells import ChoiceCell, CountCell, DayCell, NameCell, TextCell, YearCell
from units.importing.sheets import SHEETS, YEAR, Column, Voidable, area_name
from units.importing.spills import Spill, first_and_last_day
from units.models import Body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.sheets import Row

OBJECTS = {
    SafetyStandardResult.Object.RESIDENTIAL: "Khu dân cư",
    SafetyStandardResult.Object.COMMUNE: "Xã, phường, thị trấn",
    SafetyStandardResult.Object.ORGANISATION: "Cơ quan, doanh nghiệp, nhà trường",
    SafetyStandardResult.Object.DISTRICT: "Huyện",
}
OTHER_OBJECTS = {
    SafetyStandardResult.Object.RESIDENTIAL: "KDC;thôn;thôn, bản, tổ dân phố;thôn, tổ dân phố",
    SafetyStandardResult.Object.COMMUNE: "xã;cấp xã;xã, thị trấn;xã, phường",
    SafetyStandardResult.Object.ORGANISATION: "cơ quan;cơ quan, doanh nghiệp;cơ quan, doanh nghiệp, cơ sở giáo dục",
    SafetyStandardResult.Object.DISTRICT: "cấp huyện;huyện, thành phố",
}


@SHEETS.add
class StandardSheet(Voidable):
    """Results of the safety standard by area, year and what was assessed."""

    model = SafetyStandardResult
    columns = (
        AREA_COLUMN,
        area_name(),
        Column("year", YEAR, YearCell(), required=True, also=("Năm xét", "Năm công nhận"), example=2024),
        Column("object", "Loại được xét", ChoiceCell(SafetyStandardResult.Object, OBJECTS, also=OTHER_OBJECTS), required=True, also=("Loại", "Loại hình", "Đơn vị được xét"), example="Khu dân cư"),
        Column("total", "Tổng số hiện có", CountCell(), also=("Tổng số", "Hiện có", "Số hiện có"), example=10),
        Column("registered", "Số đăng ký", CountCell(), also=("Đăng ký", "Số đã đăng ký")),
        Column("met", "Số được công nhận", CountCell(), also=("Được công nhận", "Số đạt", "Đạt chuẩn", "Số công nhận"), example=9),
        Column("excellent", "Xuất sắc", CountCell(), also=("Loại xuất sắc",)),
        Column("good", "Khá", CountCell(), also=("Loại khá",)),
        Column("average", "Trung bình", CountCell(), also=("Loại trung bình", "TB")),
        Column("recogniser", "Cơ quan công nhận", NameCell(Body), also=("Cấp công nhận", "Đơn vị công nhận")),
        Column("decision_number", "Số, ký hiệu quyết định", TextCell(), spill=Spill("decision_date", number_with_day), also=("Số quyết định", "Số QĐ", "Quyết định công nhận", "QĐ công nhận")),
        Column("decision_date", "Ngày quyết định", DayCell(), also=("Ngày QĐ", "Ngày công nhận")),
        Column("explanation", "Giải trình chênh lệch", TextCell(), also=("Giải trình", "Lý do chênh lệch")),
    )  # fmt: skip
    alike = ("area", "year", "object")


@SHEETS.add
class MediationSheet(Voidable):
    """Mediation by area and days."""

    model = MediationResult
    columns = (
        AREA_COLUMN,
        area_name(),
        Column("starts_on", "Từ ngày", DayCell(), required=True, spill=Spill("ends_on", first_and_last_day), also=("Kỳ báo cáo / Từ ngày", "Ngày bắt đầu", "Từ"), example=date(2024, 1, 1)),
        Column("ends_on", "Đến ngày", DayCell(), required=True, also=("Kỳ báo cáo / Đến ngày", "Ngày kết thúc", "Đến", "Đến hết ngày"), example=date(2024, 6, 30)),
        Column("received", "Vụ việc hòa giải đã tiếp nhận", CountCell(), also=("Tiếp nhận", "Số vụ việc tiếp nhận", "Vụ việc tiếp nhận", "Đã tiếp nhận"), example=10),
        Column("successful", "Hòa giải thành", CountCell(), also=("Số vụ hòa giải thành", "Thành"), example=7),
        Column("unsuccessful", "Hòa giải không thành", CountCell(), also=("Số vụ hòa giải không thành", "Không thành")),
        Column("pending", "Đang giải quyết", CountCell(), also=("Đang hòa giải", "Chưa giải quyết")),
        Column("explanation", "Giải trình chênh lệch", TextCell(), also=("Giải trình", "Lý do chênh lệch")),
    )  # fmt: skip
    alike = ("area", "starts_on", "ends_on")

    def complete(self, rows: Sequence[Row]) -> None:
        """Hand each row the other results of its area, those of earlier rows too: no day may count twice."""
        super().complete(rows)
        areas = {row.record.area_id for row in rows if row.record.area_id}
        stored = MediationResult.objects.valid().filter(area__in=areas).select_related("area")
        others: dict[int, list[MediationResult]] = defaultdict(list)
        for one in stored.exclude(pk__in=[row.pk for row in rows if row.pk]):
            others[one.area_id].append(one)
        for row in rows:
            of_area = others[row.record.area_id]
            row.record.others = tuple(of_area)
            if not row.record.void_reason:
                of_area.append(row.record)
