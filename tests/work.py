"""The year's work as officers hand it in: for each kind of record a form, a row of its sheet, and a record on file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.factories import (
    AttachmentFactory,
    BodyFactory,
    DocumentFactory,
    EventFactory,
    ExemplarFactory,
    InspectionFactory,
    MeasureFactory,
    MediationFactory,
    ModelSiteFactory,
    ModelTypeFactory,
    PopularModelFactory,
    ProgrammeFactory,
    SnapshotFactory,
    StandardFactory,
    commune,
    district,
    province,
)
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from units.models import Area, Attachment, Body, User


@dataclass
class Side:
    """One district with a commune, and who works there."""

    district: Area
    commune: Area
    officer: User
    clerk: User
    body: Body
    attachment: Attachment


@dataclass
class Land:
    """A province with our district and theirs, where nothing has been entered yet."""

    province: Area
    ours: Side
    theirs: Side
    administrator: User


def build() -> Land:
    """Return a new land."""
    top = province(name="Bắc Kạn")
    ours, theirs = (_side(district(top, name=name)) for name in ("Chúng Ta", "Nơi Khác"))
    return Land(top, ours, theirs, posted(top, Role.ADMINISTRATOR))


def _side(above: Area) -> Side:
    place = commune(above, name=f"Đông Hòa {above.name}")
    officer = posted(above)
    return Side(
        district=above,
        commune=place,
        officer=officer,
        clerk=posted(above, Role.CLERK),
        body=BodyFactory(area=place, name=f"Công an {place.name}"),
        attachment=AttachmentFactory(area=place, uploaded_by=officer),
    )


NO_ROWS = {"sites-TOTAL_FORMS": "0", "sites-INITIAL_FORMS": "0"}


@dataclass(frozen=True)
class Work:
    """One kind of record: its name in addresses, a record of an area, a form and a row of the sheet for an area."""

    name: str
    make: Callable[..., Any]
    form: Callable[[Area], dict[str, Any]]
    row: Callable[[Area], dict[str, Any]]
    change: tuple[str, Any]  # a head, and a cell that changes the record

    def __str__(self) -> str:
        return self.name


def _kept(area: Area) -> Any:
    return PopularModelFactory(area=area, name=f"Mô hình của {area}")


def _measured(area: Area) -> Any:
    programme = ProgrammeFactory(area=area.province, code=f"DA06-{area.code}", name="Đề án 06")
    return MeasureFactory(programme=programme, name="Cấp tài khoản định danh")


def _snapshot_row(area: Area) -> dict[str, Any]:
    measure = _measured(area)
    return {
        "Mã địa bàn": area.code, "Mã chương trình": measure.programme.code, "Nội dung": measure.name,
        "Tính đến ngày": "18/05/2024", "Giá trị": 25.5, "Nguồn": "Báo cáo", "Ghi chú": "Lũy kế",
    }  # fmt: skip


def _stood(area: Area) -> Any:
    return SnapshotFactory(area=area, measure__programme__area=area.province)


WORK = (
    Work(
        "event",
        lambda area: EventFactory(area=area),
        lambda area: {
            "kind": "launch", "name": "Phát động phong trào năm 2024", "starts_on": "01/07/2024", "area": area.pk,
            "village": "thôn Bản Mới", "sessions": "2", "attendance": "1.052", "note": "Tại nhà họp thôn",
        },
        lambda area: {
            "Mã địa bàn": area.code, "Loại": "Phát động tập trung", "Nội dung": "Phát động phong trào năm 2024",
            "Thôn, bản, tổ dân phố": "thôn Bản Mới", "Ngày": "01/07/2024", "Số buổi": 2, "Lượt người dự": "1.052",
            "Ghi chú": "Tại nhà họp thôn",
        },
        ("Lượt người dự", 77),
    ),
    Work(
        "inspection",
        lambda area: InspectionFactory(area=area),
        lambda area: {
            "area": area.pk, "held_on": "06/05/2024", "visits": "1", "subject": "Công tác phong trào", "note": "Định kỳ",
        },
        lambda area: {
            "Mã địa bàn": area.code, "Ngày": "06/05/2024", "Nội dung": "Công tác phong trào", "Ghi chú": "Định kỳ",
        },
        ("Số lượt kiểm tra", 3),
    ),
    Work(
        "issueddocument",
        lambda area: DocumentFactory(area=area),
        lambda area: {
            "area": area.pk, "kind": "plan", "number": "15/KH-UBND", "issued_on": "15/01/2024", "abstract": "Kế hoạch năm",
        },
        lambda area: {
            "Mã địa bàn": area.code, "Loại văn bản": "Kế hoạch", "Số, ký hiệu": "15/KH-UBND",
            "Ngày ban hành": "15/01/2024", "Trích yếu": "Kế hoạch năm",
        },
        ("Trích yếu", "Kế hoạch quý"),
    ),
    Work(
        "modeltype",
        lambda area: ModelTypeFactory(area=area),
        lambda area: {"name": "Khu dân cư 3 không", "area": area.pk, "sector": "residential", "note": "Nhân rộng"},
        lambda area: {"Mã địa bàn": area.code, "Tên loại mô hình": "Khu dân cư 3 không", "Ghi chú": "Nhân rộng"},
        ("Dân vận khéo", "Có"),
    ),
    Work(
        "popularmodel",
        lambda area: PopularModelFactory(area=area),
        lambda area: {
            "name": "Camera an ninh", "area": area.pk, "type": ModelTypeFactory(area=area).pk, "note": "Xã hội hóa",
            "recognition": "Đã đề nghị Bộ công nhận", **NO_ROWS,
        },
        lambda area: {
            "Mã địa bàn": area.code, "Tên mô hình": "Camera an ninh", "Loại mô hình": ModelTypeFactory(area=area).name,
            "Công nhận": "Đã đề nghị Bộ công nhận", "Ghi chú": "Xã hội hóa",
        },
        ("Ngày xây dựng", "01/03/2024"),
    ),
    Work(
        "modelsite",
        lambda area: ModelSiteFactory(model__area=area),
        lambda area: {
            "model": _kept(area).pk, "area": area.pk, "village": "thôn Bản Mới", "sites": "2", "equipment": "12",
            "equipment_unit": "mắt camera",
        },
        lambda area: {
            "Mô hình": _kept(area).name, "Mã địa bàn": area.code, "Thôn, bản, tổ dân phố": "thôn Bản Mới", "Số điểm": 2,
            "Số thiết bị": 12, "Đơn vị tính thiết bị": "mắt camera",
        },
        ("Số điểm", 5),
    ),
    Work(
        "exemplar",
        lambda area: ExemplarFactory(area=area),
        lambda area: {
            "kind": "collective", "name": "Tổ an ninh nhân dân số 3", "number": "1", "area": area.pk, "note": "Điển hình",
        },
        lambda area: {
            "Mã địa bàn": area.code, "Loại": "Tập thể", "Tên tập thể (cá nhân, hộ để trống)": "Tổ an ninh nhân dân số 3",
            "Ghi chú": "Điển hình",
        },
        ("Số lượng", 4),
    ),
    Work(
        "safetystandardresult",
        lambda area: StandardFactory(area=area),
        lambda area: {
            "area": area.pk, "year": "2024", "object": "residential", "total": "10", "met": "9", "excellent": "8",
            "explanation": "Một đơn vị chưa phân loại", "decision_number": "12/QĐ-UBND",
        },
        lambda area: {
            "Mã địa bàn": area.code, "Năm": 2024, "Loại được xét": "Khu dân cư", "Tổng số hiện có": 10,
            "Số được công nhận": 9, "Xuất sắc": 8, "Giải trình chênh lệch": "Một đơn vị chưa phân loại",
            "Số, ký hiệu quyết định": "12/QĐ-UBND",
        },
        ("Số đăng ký", 10),
    ),
    Work(
        "mediationresult",
        lambda area: MediationFactory(area=area),
        lambda area: {
            "area": area.pk, "starts_on": "01/01/2024", "ends_on": "30/06/2024", "received": "10", "successful": "7",
            "unsuccessful": "1", "pending": "1", "explanation": "Một việc đã rút",
        },
        lambda area: {
            "Mã địa bàn": area.code, "Từ ngày": "01/01/2024", "Đến ngày": "30/06/2024", "Vụ việc hòa giải đã tiếp nhận": 10,
            "Hòa giải thành": 7, "Hòa giải không thành": 1, "Đang giải quyết": 1,
            "Giải trình chênh lệch": "Một việc đã rút",
        },
        ("Giải trình chênh lệch", "Đã rà soát lại"),
    ),
    Work(
        "programmesnapshot",
        _stood,
        lambda area: {
            "measure": _measured(area).pk, "area": area.pk, "taken_on": "18/05/2024", "value": "25,5",
            "source": "Báo cáo", "note": "Lũy kế",
        },
        _snapshot_row,
        ("Mức phấn đấu", 100),
    ),
)  # fmt: skip
TEXTS = {
    "event": {"name": "Nội dung", "village": "Thôn, bản, tổ dân phố", "note": "Ghi chú"},
    "inspection": {"subject": "Nội dung", "note": "Ghi chú"},
    "issueddocument": {"number": "Số, ký hiệu", "abstract": "Trích yếu"},
    "modeltype": {"name": "Tên loại mô hình", "note": "Ghi chú"},
    "popularmodel": {"name": "Tên mô hình", "recognition": "Công nhận", "note": "Ghi chú"},
    "modelsite": {"village": "Thôn, bản, tổ dân phố", "equipment_unit": "Đơn vị tính thiết bị"},
    "exemplar": {"name": "Tên tập thể (cá nhân, hộ để trống)", "note": "Ghi chú"},
    "safetystandardresult": {"decision_number": "Số, ký hiệu quyết định", "explanation": "Giải trình chênh lệch"},
    "mediationresult": {"explanation": "Giải trình chênh lệch"},
    "programmesnapshot": {"source": "Nguồn", "note": "Ghi chú"},
}
