"""Sheets of what was held, inspected and issued."""

from __future__ import annotations

from datetime import date

from movement.models import Event
from units.importing.cells import AreaCell, ChoiceCell, CountCell, DayCell, NameCell, TextCell, YesCell
from units.importing.money import MoneyCell
from units.importing.sheets import SHEETS, Column, Voidable, area_name
from units.importing.spills import Spill, first_and_last_day
from units.models import Body

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
OTHER_KINDS = {
    Event.Kind.LAUNCH: "phát động;PĐ;phát động phong trào",
    Event.Kind.INFORMATION: "TT;tuyên truyền, vận động;tuyên truyền pháp luật;TTPL",
    Event.Kind.FESTIVAL_DAY: "Ngày hội TDBVANTQ;Ngày hội toàn dân bảo vệ ANTQ;Ngày hội toàn dân",
    Event.Kind.TRAINING: "tập huấn, bồi dưỡng;bồi dưỡng;TH",
}
OTHER_LEVELS = {
    Event.HostLevel.RESIDENTIAL: "thôn;bản;tổ dân phố;TDP;KDC;thôn, bản;cấp thôn;xóm;tiểu khu",
    Event.HostLevel.COMMUNE: "phường;thị trấn;cấp xã",
    Event.HostLevel.DISTRICT: "thành phố;cấp huyện",
    Event.HostLevel.PROVINCE: "cấp tỉnh",
    Event.HostLevel.ORGANISATION: "cơ quan;doanh nghiệp;trường học;nhà trường;trường",
}


@SHEETS.add
class EventSheet(Voidable):
    """Events, several alike in one row."""

    model = Event
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), required=True, also=("Địa bàn", "Đơn vị", "Xã", "Xã, phường, thị trấn", "Huyện, thành phố", "Tên xã", "Xã, TT", "Xã, thị trấn"), example="C01897"),
        area_name(),
        Column("kind", "Loại", ChoiceCell(Event.Kind, EVENT_KINDS, also=OTHER_KINDS), required=True, also=("Hình thức", "Loại hoạt động", "Loại hình", "Hoạt động"), example="Tuyên truyền"),
        Column("name", "Nội dung", TextCell(), also=("Tên hoạt động", "Nội dung tuyên truyền", "Tên sự kiện", "Nội dung hoạt động"), example="Phòng ngừa lừa đảo qua mạng"),
        Column("host_level", "Nơi tổ chức", ChoiceCell(Event.HostLevel, HOST_LEVELS, also=OTHER_LEVELS), also=("Cấp tổ chức",)),
        Column("host", "Cơ quan tổ chức", NameCell(Body), also=("Đơn vị tổ chức", "Đơn vị chủ trì", "Chủ trì")),
        Column("village", "Thôn, bản, tổ dân phố", TextCell(), also=("Thôn", "Thôn, bản", "Thôn, tổ", "Khu dân cư", "Thôn, TK", "Thôn/TDP", "Thôn, TDP", "Thôn, bản, TDP")),
        Column("starts_on", "Ngày", DayCell(), required=True, spill=Spill("ends_on", first_and_last_day), also=("Ngày bắt đầu", "Từ ngày", "Ngày tổ chức", "Thời gian", "Thời gian tổ chức", "Ngày thực hiện"), example=date(2024, 8, 19)),
        Column("ends_on", "Đến ngày", DayCell(), also=("Ngày kết thúc",)),
        Column("sessions", "Số buổi", CountCell(), default=1, also=("Số cuộc", "Buổi", "Số lớp", "Số lần")),
        Column("attendance", "Lượt người dự", CountCell(), also=("Số lượt người", "Số người tham gia", "Lượt người", "Lượt người tham dự", "Số người dự", "Số người", "SL người", "Lượt người dự"), example=120),
        Column("gifts", "Số suất quà", CountCell(), also=("Suất quà", "Số quà", "Quà tặng / Số suất", "Tặng quà / Số suất", "Số suất")),
        Column("gift_value", "Trị giá quà (đồng)", MoneyCell(), also=("Trị giá quà", "Trị giá", "Quà tặng / Trị giá", "Tặng quà / Trị giá", "Tiền quà", "Số tiền")),
        Column("is_pilot", "Làm điểm", YesCell(), also=("Điểm", "Đơn vị làm điểm")),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "kind", "name", "village", "starts_on", "host", "host_level")
