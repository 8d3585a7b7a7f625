"""Eighteen published reports go in through the services, and every figure comes back as it was printed."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.utils import translation

from awards import tallies
from awards.models.decisions import Occasion
from movement import printed
from movement.models import (
    Directive,
    Indicator,
    PublishedFigure,
    SafetyStandardResult,
    Shortcoming,
    Task,
)
from tests.factories import AreaFactory, country
from tests.pages import Page
from tests.scribe import (
    AsOf,
    Awards,
    AwardsTotal,
    ConferenceOf,
    Desk,
    Implied,
    JointCluster,
    Keepers,
    Mediation,
    NamedModels,
    OneAward,
    Printed,
    RouteCount,
    RouteNames,
    SitesOfTypes,
    Snapshots,
    Standard,
    StandingUnits,
    Texts,
    Time,
    UnitCounts,
    UnitMembers,
)
from units.models import Area

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parent.parent / "data" / "real_reports.yaml"
KNOWN = json.loads(FILE.read_text(encoding="utf-8"))
REPORTS = {report["id"]: report for report in KNOWN["reports"]}
AREAS = Path(__file__).parents[2] / "units" / "data" / "areas.csv"

ROUTE = ("P02", "P04", "P06", "P08", "P10", "P15")
PLACES = {
    "Ba Bể": "D061",
    "Chợ Mới": "D065",
    "xã Cẩm Giàng, Bạch Thông": "C02008",
    "xã Vi Hương, Bạch Thông": "C01975",
}
MEMBERS = {"Bình Gia": "D181", "Tràng Định": "D180", "Na Rì": "D066", "Thạch An": "D053"}
ATTENDANCE, SESSIONS = Printed("launch_attendance"), Printed("launch_sessions")
STANDARD = "được công nhận đạt tiêu chuẩn “An toàn về an ninh, trật tự”"
RULE = "hòa giải thành ÷ (thành + không thành)"

# The area of each report, and where each of its figures is kept
KEPT: dict[str, tuple[str, dict[str, Any]]] = {
    "bk-2022-newspaper": (
        "P06",
        {
            "unit_counts": UnitCounts(),
            "cluster_border_route_member_provinces": RouteCount(ROUTE),
            "attendance": ATTENDANCE,
            "conference": ConferenceOf({"date": "held_on", "venue": "venue", "chaired_or_directed_by": "chair_office"}),
            "shortcomings": Texts(
                Shortcoming,
                (
                    "Việc chỉ đạo, hướng dẫn, kiểm tra chưa thường xuyên.",
                    "Công tác tuyên truyền, vận động đến cơ sở chưa thực sự hiệu quả.",
                    "Việc xây dựng các mô hình quần chúng chưa được chú trọng.",
                ),
            ),
            "next_year_tasks": Texts(
                Task, ("Xây dựng phong trào có hiệu quả.", "Củng cố, duy trì và nhân rộng các mô hình.")
            ),
            "conference_directives": Texts(
                Directive, ("Nâng cao trách nhiệm của người đứng đầu.", "Đổi mới hình thức, biện pháp.")
            ),
            "awards": OneAward(Occasion.CONFERENCE),
        },
    ),
    "bk-2022-police": (
        "P06",
        {
            "launch_residential_areas": Printed("launch_residential_areas"),
            "attendance": ATTENDANCE,
            "model_types": Printed("model_types"),
            "skilful_mobilisation_models": Printed("skilful_mobilisation_models"),
            "unit_counts": UnitCounts(),
            "cluster_total_implied": Implied(
                (
                    "clusters_border_route",
                    "clusters_inter_province",
                    "clusters_inter_district",
                    "clusters_inter_commune",
                )
            ),
            "cluster_border_route_members": RouteNames(ROUTE),
            "named_models": NamedModels(PLACES),
        },
    ),
    "bk-2023": (
        "P06",
        {
            "launch_sessions": SESSIONS,
            "attendance": ATTENDANCE,
            "model_types": Printed("model_types"),
            "model_sites": SitesOfTypes(),
            "model_keeper": Keepers(),
            "unit_counts": UnitCounts(),
            "unit_members": UnitMembers(),
        },
    ),
    "bk-2024": (
        "P06",
        {
            "period": Time(),
            "documents_issued.province_resolutions": Printed("documents_resolutions", {"scope": "cấp tỉnh"}),
            "documents_issued.province_documents": Printed("documents_directing", {"scope": "cấp tỉnh"}),
            "documents_issued.police_implementing": Printed("documents_directing", {"scope": "Công an các cấp"}),
            "documents_issued.district_commune": Printed("documents_directing", {"scope": "cấp huyện, cấp xã"}),
            "model_types": Printed("model_types"),
            "unit_counts": UnitCounts(),
        },
    ),
    "bk-2017": (
        "P06",
        {
            "launch_residential_areas": Printed("launch_residential_areas"),
            "attendance": ATTENDANCE,
            "awards": Awards(),
        },
    ),
    "bk-city-2010-2014": (
        "D058",
        {
            "period": Time(),
            "launch_sessions": SESSIONS,
            "attendance": ATTENDANCE,
            "safety_standard_recognitions.residential_area_turns": Printed(
                "", {"metric": f"Lượt thôn, tổ {STANDARD}", "unit": "lượt"}
            ),
            "safety_standard_recognitions.commune_turns": Printed(
                "", {"metric": f"Lượt xã, phường {STANDARD}", "unit": "lượt"}
            ),
            "safety_standard_recognitions.organisation_turns": Printed(
                "", {"metric": f"Lượt cơ quan, doanh nghiệp, trường học {STANDARD}", "unit": "lượt"}
            ),
            "unit_counts": UnitCounts(),
            "awards": Awards(Occasion.THEMATIC_REVIEW),
        },
    ),
    "bk-city-part-year": (
        "D058",
        {
            "period": Time(),
            "launch_sessions": SESSIONS,
            "attendance": ATTENDANCE,
            "festival_commune_rate": Printed("festival_communes"),
            "safety_standard_residential_rate": Printed("standard_residential"),
        },
    ),
    "bk-security-teams-2024": (
        "D058",
        {"valid_from": AsOf(), "unit_counts": UnitCounts(), "unit_members": UnitMembers()},
    ),
    "ld-2022": (
        "P68",
        {
            "conference": ConferenceOf({"date": "held_on", "place": "venue"}),
            "unit_counts": UnitCounts(),
            "awards": Awards(),
        },
    ),
    "ld-2021-oct": ("P68", {"unit_counts": UnitCounts(), "models_maintained": Printed("models_maintained")}),
    "quang-tri-2018": ("P45", {"awards": Awards(Occasion.CONFERENCE), "awards_total": AwardsTotal()}),
    "phu-tho-2025": (
        "P25-20250701",
        {
            "conference": ConferenceOf(
                {"date": "held_on", "host": "host", "connected_points": "connected_points", "mode": "mode"}
            ),
            "model_types": Printed("model_types"),
            "model_sites": Printed("model_sites"),
            "advanced_examples": Printed("exemplars"),
            "models_disseminated_by_ministry": Printed("models_disseminated"),
        },
    ),
    "thai-nguyen-festival-2022": (
        "P19",
        {
            "festival_days.commune_level": Printed("festival_communes"),
            "festival_days.residential_level": Printed("festival_residential"),
            "awards": Awards(Occasion.FESTIVAL_DAY),
        },
    ),
    "national-festival-2022": (
        "VN",
        {
            "festival_days.commune_level": Printed("festival_communes"),
            "gifts": Printed("gifts"),
            "gift_value_vnd": Printed("gift_value_vnd"),
            "propaganda_sessions": Printed("propaganda_sessions"),
            "attendance": Printed("propaganda_attendance"),
            "media_items": Printed("media_items"),
        },
    ),
    "cluster-4-districts-2022": ("D181", {"cluster": JointCluster(MEMBERS), "standing_unit": StandingUnits()}),
    "dak-nong-conciliation": (
        "P67",
        {
            "unit_counts": UnitCounts(),
            "unit_members": UnitMembers(),
            "conciliation_2021": Mediation(date(2021, 1, 1), date(2021, 12, 31), RULE),
            "conciliation_2022_h1": Mediation(date(2022, 1, 1), date(2022, 6, 30)),
        },
    ),
    "quang-nam-standard-2024": (
        "P49",
        {
            "safety_standard.organisations": Standard("organisation", "Tiêu đề ghi 68, phân loại cộng lại là 52"),
            "safety_standard.districts": Standard("district"),
        },
    ),
    "bk-project06-2022-05": (
        "P06",
        {
            "project06": Snapshots(
                {
                    "essential_services": ("Dịch vụ công thiết yếu", "dịch vụ"),
                    "police_services": ("Dịch vụ công của Bộ Công an", "dịch vụ"),
                    "police_service_dossiers": ("Hồ sơ dịch vụ công của Bộ Công an", "hồ sơ"),
                    "sector_services": ("Dịch vụ công của sở, ngành", "dịch vụ"),
                    "sector_service_dossiers": ("Hồ sơ dịch vụ công của sở, ngành", "hồ sơ"),
                    "id_card_health_visits": ("Lượt dùng thẻ CCCD để khám, chữa bệnh", "lượt"),
                    "benefit_cases_updated": ("Trường hợp hưởng chính sách đã cập nhật", "trường hợp"),
                    "benefit_cases_paid": ("Trường hợp hưởng chính sách đã chi trả", "trường hợp"),
                    "task_force_coverage_percent": ("Nơi đã thành lập Tổ công tác", "%"),
                }
            )
        },
    ),
}


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Load the catalogues and the areas that the reports speak of, with what lies above them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalogues", verbosity=0)
        with AREAS.open(encoding="utf-8", newline="") as file:
            known = {row["code"]: row for row in csv.DictReader(file)}
        for code in {*ROUTE, *PLACES.values(), *MEMBERS.values(), *(code for code, _entries in KEPT.values())}:
            found(known, code)
        yield
        transaction.set_rollback(True)


def found(known: dict[str, dict[str, str]], code: str) -> Area:
    """Return the area called `code`, made from its row of the national catalogue where it is not there yet."""
    if code == "VN":
        return country()
    row = known[code]
    area = Area.objects.filter(code=code).first()
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to")}
    named = {name: row[name] for name in ("code", "level", "name", "kind", "source", "gso_code")}
    return area or AreaFactory(**named, **days, parent=found(known, row["parent_code"]))


@pytest.fixture
def desk_of(catalogue: None) -> Any:
    return lambda name: Desk.of(REPORTS[name], Area.objects.get(code=KEPT[name][0]))


def in_no_order(figures: Any) -> Any:
    """Return `figures` with sets of forms and authorities sorted: a set has no order."""
    if isinstance(figures, list):
        return [in_no_order(one) for one in figures]
    if isinstance(figures, dict):
        return {
            name: sorted(one) if name in {"forms", "authorities"} else in_no_order(one) for name, one in figures.items()
        }
    return figures


def entered(desk: Desk, name: str) -> None:
    """Write every figure of the report, and see that none is left on the desk."""
    for path, entry in KEPT[name][1].items():
        entry.write(desk, desk.take(path))
    assert desk.left == {}


def read_back(desk: Desk, name: str) -> dict[str, Any]:
    """Return the figures of the report as the database holds them."""
    figures: dict[str, Any] = {}
    for path, entry in KEPT[name][1].items():
        *above, last = path.split(".")
        holder = figures
        for key in above:
            holder = holder.setdefault(key, {})
        holder[last] = entry.read(desk)
    return figures


# ---------------------------------------------------------------- every figure comes back


def test_there_are_eighteen_reports_and_each_is_entered_below() -> None:
    assert list(REPORTS) == list(KEPT)
    assert len(REPORTS) == len(KNOWN["reports"]) == 18


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_comes_back_as_it_was_printed(name: str, desk_of: Any) -> None:
    entered(desk_of(name), name)

    assert in_no_order(read_back(desk_of(name), name)) == in_no_order(REPORTS[name]["figures"])


@pytest.mark.parametrize("name", REPORTS)
def test_every_published_row_says_what_its_quote_says(name: str, desk_of: Any) -> None:
    desk = desk_of(name)
    entered(desk, name)

    with translation.override("vi"):
        unlike = [
            (row.printed, row.quote)
            for row in desk.rows()
            if row.word and (row.value or 0) < 10**6 and row.printed.replace(" %", "%") not in row.quote
        ]

    assert unlike == []


def test_the_reports_stand_side_by_side(desk_of: Any) -> None:
    names = [name for name, (_area, entries) in KEPT.items() if not {"cluster_border_route_members"} & set(entries)]
    for name in names:
        entered(desk_of(name), name)

    for name in names:
        assert in_no_order(read_back(desk_of(name), name)) == in_no_order(REPORTS[name]["figures"])


def test_quang_tri_cell_by_cell(desk_of: Any) -> None:
    desk = desk_of("quang-tri-2018")
    entered(desk, "quang-tri-2018")

    cells = {(line.authorities, line.forms, line.recipients): line.count for line in tallies.lines(desk.area, 2018)}

    ministry, police, chairman = ("bo_truong_bo_cong_an",), ("giam_doc_cong_an_tinh",), ("chu_tich_ubnd_tinh",)
    collective, individual = ("collective",), ("individual",)
    assert cells == {
        (ministry, ("co_thi_dua",), collective): 3,
        (ministry, ("bang_khen",), collective): 9,
        (police, ("giay_khen",), collective): 24,
        (police, ("giay_khen",), individual): 24,
        (chairman, ("co_thi_dua",), collective): 2,
        (chairman, ("bang_khen",), collective): 11,
        (chairman, ("bang_khen",), individual): 11,
        (chairman, ("danh_hieu_don_vi_quyet_thang",), collective): 26,
    }
    assert tallies.commended(desk.area, 2018) == (75, 35)


# ---------------------------------------------------------------- figures that contradict each other


def publish(area: str, year: int, code: str, source: str, **fields: Any) -> PublishedFigure:
    indicator = Indicator.objects.get(code=code) if code else None
    row = PublishedFigure(area=Area.objects.get(code=area), year=year, indicator=indicator, source=source, **fields)
    printed.store(row)
    return row


def beside(client: Client, area: str, year: int) -> list[list[str]]:
    page = Page(client.get(f"/areas/{area}/{year}/").content.decode())
    (rows,) = [table.rows for table in page.found]
    return rows


def test_every_conflict_of_the_file_is_shown_below() -> None:
    assert [one["topic"] for one in KNOWN["conflicts"]] == [
        "attendance at launches",
        "models maintained Lâm Đồng 2021",
        "conciliation success rate basis",
        "recognised organisations",
        "average population of Bắc Kạn 2022 by sex (context)",
    ]


def test_attendance_of_two_sources(catalogue: None, client: Client) -> None:
    publish("P06", 2022, "launch_attendance", "Công an tỉnh", value=Decimal(58831))
    publish(
        "P06", 2022, "launch_attendance", "Báo Bắc Kạn", value=Decimal(9000), word="nearly", of_record=True,
        scope="phát động tập trung",
    )  # fmt: skip

    assert beside(client, "P06", 2022) == [
        ["Lượt người dự phát động phong trào", "–", "gần 9.000 Số liệu chính thức",
         "Báo Bắc Kạn Nội dung thống kê: phát động tập trung"],
        ["58.831", "Công an tỉnh"],
    ]  # fmt: skip


def test_models_of_two_sources(catalogue: None, client: Client) -> None:
    publish("P68", 2021, "models_maintained", "Thịnh vượng Việt Nam, 10/2021", value=Decimal(100), word="nearly")
    publish("P68", 2021, "models_maintained", "Báo Lâm Đồng, 12/2021", value=Decimal(134))

    assert beside(client, "P68", 2021) == [
        ["Mô hình đang duy trì", "–", "gần 100", "Thịnh vượng Việt Nam, 10/2021"],
        ["134", "Báo Lâm Đồng, 12/2021"],
    ]


def test_a_rate_on_two_denominators(catalogue: None, client: Client) -> None:
    source = "Báo Đắk Nông, 12/2021"
    publish(
        "P67", 2021, "mediation_successful", source, rate=Decimal("64.13"), numerator=372, denominator=580,
        rate_rule=RULE, of_record=True,
    )  # fmt: skip
    publish(
        "P67", 2021, "mediation_successful", source, rate=Decimal("59.1"), numerator=372, denominator=629,
        rate_rule="hòa giải thành ÷ tiếp nhận",
    )  # fmt: skip

    with translation.override("vi"):
        rows = [
            (one.printed, one.numerator, one.denominator, one.rate_rule)
            for one in PublishedFigure.objects.order_by("pk")
        ]
    assert rows == [("64,13 %", 372, 580, RULE), ("59,1 %", 372, 629, "hòa giải thành ÷ tiếp nhận")]
    assert [row[-2] for row in beside(client, "P67", 2021)] == [
        "64,13 % 372/580 Số liệu chính thức",
        "59,1 % 372/629",
    ]


def test_a_rate_unlike_its_parts_needs_a_note(catalogue: None) -> None:
    parts = {"rate": Decimal("64.13"), "numerator": 372, "denominator": 629}

    with pytest.raises(ValidationError) as refused:
        publish("P67", 2021, "mediation_successful", "Báo Đắk Nông", **parts)
    kept = publish("P67", 2021, "mediation_successful", "Báo Đắk Nông", **parts, note="Tính trên số đã giải quyết xong")

    assert list(refused.value.error_dict) == ["note"]
    assert kept.pk is not None


@pytest.mark.parametrize(("rate", "is_kept"), [("64.23", True), ("64.24", False), ("64.04", True), ("64.03", False)])
def test_a_rate_may_be_a_tenth_of_a_point_off(catalogue: None, rate: str, is_kept: bool) -> None:
    row = PublishedFigure(
        area=Area.objects.get(code="P67"), year=2021, metric="Tỷ lệ", source="Báo", rate=Decimal(rate), numerator=372,
        denominator=580,
    )  # fmt: skip
    refused = []
    try:
        row.full_clean()
    except ValidationError as error:
        refused = list(error.error_dict)

    assert refused == ([] if is_kept else ["note"])


def test_a_headline_that_its_breakdown_contradicts(catalogue: None, client: Client) -> None:
    source, note = "Báo Quảng Nam, 01/2025", "Tiêu đề ghi 68, phân loại cộng lại là 52"
    with pytest.raises(ValidationError) as refused:
        publish("P49", 2024, "standard_organisations", source, value=Decimal(68), does_not_add_up=True)
    publish("P49", 2024, "standard_organisations", source, value=Decimal(68), does_not_add_up=True, note=note)
    publish("P49", 2024, "standard_organisations", source, value=Decimal(52), scope="tổng của phân loại")
    unexplained = SafetyStandardResult(
        area=Area.objects.get(code="P49"), year=2024, object="organisation", met=68, excellent=3, good=45, average=4
    )

    with pytest.raises(ValidationError) as unlike:
        unexplained.full_clean()

    assert list(refused.value.error_dict) == ["note"]
    assert list(unlike.value.error_dict) == ["explanation"]
    rows = beside(client, "P49", 2024)
    assert [row[-2].split()[0] for row in rows] == ["68", "52"]
    assert rows[0][-1] == f"{source} {note}"


def test_population_by_sex_before_and_after(catalogue: None, client: Client) -> None:
    preliminary, official = "Cổng TTĐT tỉnh, 10/01/2023", "Cổng TTĐT tỉnh, 18/09/2023"
    for source, numbers in ((preliminary, (166070, 158283)), (official, (165034, 159319))):
        for sex, number in zip(("nam", "nữ"), numbers, strict=True):
            publish(
                "P06", 2022, "", source, metric=f"Dân số trung bình, {sex}", value=Decimal(number), unit="người",
                of_record=source == official,
            )  # fmt: skip
        assert sum(numbers) == 324_353

    assert beside(client, "P06", 2022) == [
        ["Dân số trung bình, nam", "–", "165.034 người Số liệu chính thức", official],
        ["166.070 người", preliminary],
        ["Dân số trung bình, nữ", "–", "159.319 người Số liệu chính thức", official],
        ["158.283 người", preliminary],
    ]
