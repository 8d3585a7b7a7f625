"""Sheets of what was held, inspected and issued."""

from __future__ import annotations

from datetime import date

from movement.models import Event, Inspection, IssuedDocument
from movement.sheets.cells import number_with_day
from movement.sheets.columns import AREA_COLUMN
from units.importing.cells import AreaCell, ChoiceCell, CountCell, DayCell, NameCell, TextCell, VillageNameCell, YesCell
from units.importing.money import MoneyCell
from units.importing.sheets import SHEETS, Column, Voidable, area_name
from units.importing.spills import (
    Spill,
    first_and_last_day,
    number_and_value,
    sessions_and_attendance,
    village_and_place,
)
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
    Event.Kind.LAUNCH: "phát động;PĐ;PĐPT;phát động phong trào",
    Event.Kind.INFORMATION: "TT;tuyên truyền, vận động;tuyên truyền pháp luật;TTPL",
    Event.Kind.FESTIVAL_DAY: "NH;Ngày hội TDBVANTQ;Ngày hội toàn dân bảo vệ ANTQ;Ngày hội toàn dân",
    Event.Kind.TRAINING: "tập huấn, bồi dưỡng;bồi dưỡng;TH;T.huấn;T. huấn",
}
OTHER_LEVELS = {
    Event.HostLevel.RESIDENTIAL: "thôn;bản;tổ dân phố;TDP;KDC;thôn, bản;cấp thôn;xóm;tiểu khu;TK;phố;khu;khu phố;khu dân cư",
    Event.HostLevel.COMMUNE: "phường;thị trấn;cấp xã",
    Event.HostLevel.DISTRICT: "thành phố;cấp huyện",
    Event.HostLevel.PROVINCE: "cấp tỉnh",
    Event.HostLevel.ORGANISATION: "cơ quan;doanh nghiệp;trường học;nhà trường;trường",
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
OTHER_DOCUMENTS = {
    IssuedDocument.Kind.RESOLUTION: "NQ",
    IssuedDocument.Kind.DIRECTIVE: "CT",
    IssuedDocument.Kind.PLAN: "KH",
    IssuedDocument.Kind.GUIDANCE: "HD;văn bản hướng dẫn",
    IssuedDocument.Kind.LETTER: "CV",
    IssuedDocument.Kind.DECISION: "QĐ",
    IssuedDocument.Kind.OTHER: "khác",
}


@SHEETS.add
class EventSheet(Voidable):
    """Events, several alike in one row."""

    model = Event
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), required=True, also=("Địa bàn", "Đơn vị", "Xã", "Xã, phường, thị trấn", "Huyện, thành phố", "Tên xã", "Xã, TT", "Xã, thị trấn", "Phường, xã"), example="C01897"),
        area_name(),
        Column("kind", "Loại", ChoiceCell(Event.Kind, EVENT_KINDS, also=OTHER_KINDS), required=True, also=("Hình thức", "Loại hoạt động", "Loại hình", "Hoạt động", "Loại HĐ", "Việc", "Loại việc", "Hình thức hoạt động"), example="Tuyên truyền"),
        Column("name", "Nội dung", TextCell(), also=("Tên hoạt động", "Nội dung tuyên truyền", "Tên sự kiện", "Nội dung hoạt động", "Nội dung chính", "Chủ đề"), example="Phòng ngừa lừa đảo qua mạng"),
        Column("host_level", "Nơi tổ chức", ChoiceCell(Event.HostLevel, HOST_LEVELS, also=OTHER_LEVELS), also=("Cấp tổ chức", "Quy mô", "Cấp", "Tổ chức tại")),
        Column("host", "Cơ quan tổ chức", NameCell(Body), also=("Đơn vị tổ chức", "Đơn vị chủ trì", "Chủ trì", "Cơ quan chủ trì", "Ai chủ trì", "Đơn vị thực hiện")),
        Column("village", "Thôn, bản, tổ dân phố", VillageNameCell(), spill=Spill("area", village_and_place), also=("Thôn", "Thôn, bản", "Thôn, phố", "Tại thôn/bản", "Tại thôn, bản", "Thôn, tổ", "Khu dân cư", "Thôn, TK", "Thôn/TDP", "Thôn, khu", "Thôn, TDP", "Thôn, bản, TDP", "Địa điểm tổ chức", "Nơi diễn ra")),
        Column("starts_on", "Ngày", DayCell(), required=True, spill=Spill("ends_on", first_and_last_day), also=("Ngày bắt đầu", "Từ ngày", "Ngày tổ chức", "Thời gian", "Thời gian tổ chức", "Ngày thực hiện", "Ngày, tháng", "Ngày, tháng, năm"), example=date(2024, 8, 19)),
        Column("ends_on", "Đến ngày", DayCell(), also=("Ngày kết thúc",)),
        Column("sessions", "Số buổi", CountCell(), default=1, spill=Spill("attendance", sessions_and_attendance), also=("Số cuộc", "Buổi", "Số lớp", "Số lần")),
        Column("attendance", "Lượt người dự", CountCell(), also=("Số lượt người", "Số người tham gia", "Lượt người", "Lượt người tham dự", "Số người dự", "Số người", "Số người nghe", "SL người", "Lượt người dự", "Người dự"), example=120),
        Column("gifts", "Số suất quà", CountCell(), spill=Spill("gift_value", number_and_value), also=("Suất quà", "Số quà", "Quà tặng / Số suất", "Tặng quà / Số suất", "Số suất", "Quà tặng", "Quà tặng (suất, trị giá)", "Quà", "Quà (suất, giá trị)")),
        Column("gift_value", "Trị giá quà (đồng)", MoneyCell(), also=("Trị giá quà", "Trị giá", "Quà tặng / Trị giá", "Tặng quà / Trị giá", "Tiền quà", "Số tiền")),
        Column("is_pilot", "Làm điểm", YesCell(), also=("Điểm", "Đơn vị làm điểm", "Chọn làm điểm", "Chỉ đạo điểm")),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "kind", "name", "village", "starts_on", "host", "host_level")


@SHEETS.add
class InspectionSheet(Voidable):
    """Visits to inspect and guide."""

    model = Inspection
    columns = (
        AREA_COLUMN,
        area_name(),
        Column("held_on", "Ngày", DayCell(), required=True, also=("Ngày kiểm tra", "Thời gian kiểm tra", "Thời gian", "Ngày thực hiện"), example=date(2024, 5, 6)),
        Column("inspected", "Mã địa bàn được kiểm tra", AreaCell(), also=("Đơn vị được kiểm tra", "Nơi được kiểm tra", "Xã được kiểm tra")),
        area_name("inspected", "Địa bàn được kiểm tra"),
        Column("body", "Cơ quan kiểm tra", NameCell(Body), also=("Đoàn kiểm tra", "Đơn vị kiểm tra", "Cơ quan chủ trì")),
        Column("visits", "Số lượt kiểm tra", CountCell(), default=1, also=("Lượt kiểm tra", "Số lượt", "Số cuộc", "Số lần")),
        Column("subject", "Nội dung", TextCell(), also=("Nội dung kiểm tra", "Chuyên đề kiểm tra"), example="Công tác phong trào"),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "held_on", "inspected", "body", "subject")


@SHEETS.add
class DocumentSheet(Voidable):
    """Documents issued; their files are handed in on the page of each."""

    model = IssuedDocument
    columns = (
        AREA_COLUMN,
        area_name(),
        Column("kind", "Loại văn bản", ChoiceCell(IssuedDocument.Kind, DOCUMENT_KINDS, also=OTHER_DOCUMENTS), required=True, also=("Loại", "Hình thức văn bản", "Tên loại văn bản"), example="Kế hoạch"),
        Column("number", "Số, ký hiệu", TextCell(), spill=Spill("issued_on", number_with_day), also=("Số hiệu", "Số văn bản", "Số/ký hiệu", "Số, ký hiệu văn bản"), example="15/KH-UBND"),
        Column("issued_on", "Ngày ban hành", DayCell(), required=True, also=("Ngày", "Ngày văn bản", "Ngày, tháng, năm", "Ngày ký"), example=date(2024, 1, 15)),
        Column("issuer", "Cơ quan ban hành", NameCell(Body), also=("Nơi ban hành", "Đơn vị ban hành")),
        Column("abstract", "Trích yếu", TextCell(), required=True, also=("Trích yếu nội dung", "Nội dung", "Về việc", "V/v", "Tên văn bản"), example="Kế hoạch thực hiện phong trào năm 2024"),
    )  # fmt: skip
    alike = ("area", "kind", "number", "issued_on", "abstract")
