"""Bắc Kạn as a demonstration: real totals of 2022 and 2024, an illustrative spread below the province.

Everything goes the way that officers go (services, moves, history), so that the province's figures are computed.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from config.records import create_all, update_all, update_where
from movement import demo_story
from movement.management.commands.load_catalogues import day, rows
from movement.models import Figure, Indicator, Period, PublishedFigure, Report
from movement.reports import enter, move_report, open_period
from units.models import Area, Cluster, ClusterMember, ClusterStanding, Placement, Posting, Unit, UnitKind, User
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

DATA = Path(settings.BASE_DIR) / "movement" / "data"
HOME = "P06"
DRAFT_COMMUNE = "C01897"  # xã Hà Hiệu, huyện Ba Bể: the one report of 2024 that is still a draft
KINDS = ("people_security_team", "mediation_team", "self_governing_team")
TOTALS_2024 = {"people_security_team": 845, "mediation_team": 1127, "self_governing_team": 98}
DISSOLVED_ON = date(2023, 9, 30)
AS_WRITTEN = ("metric", "item", "unit", "word", "rate_rule", "scope", "source", "quote", "note")
REASON = "Số liệu minh họa: giảm cho khớp tổng số đã công bố năm 2024"
CAST = (
    ("canbo", "Cán bộ phụ trách huyện Ba Bể", "D061", Role.OFFICER, False),
    ("kyduyet", "Lãnh đạo duyệt gửi huyện Ba Bể", "D061", Role.SIGNER, False),
    ("thamdinh", "Cán bộ thẩm định tỉnh Bắc Kạn", HOME, Role.REVIEWER, True),
    ("thongke", "Cán bộ thống kê tỉnh Bắc Kạn", HOME, Role.CLERK, False),
    ("thuky", "Thư ký hội đồng thi đua, khen thưởng tỉnh", HOME, Role.AWARD_SECRETARY, False),
    ("lanhdao", "Lãnh đạo theo dõi tỉnh Bắc Kạn", HOME, Role.LEADER, False),
    ("quantri", "Quản trị hệ thống tỉnh Bắc Kạn", HOME, Role.ADMINISTRATOR, False),
)


def people() -> dict[str, str]:
    """Create the people of the demonstration; return the passwords of those who are new, by user name."""
    passwords: dict[str, str] = {}
    for name, full_name, code, role, alone in CAST:
        user, created = User.objects.get_or_create(
            username=name, defaults={"full_name": full_name, "must_change_password": False}
        )
        if created:
            passwords[name] = secrets.token_urlsafe(9)
            user.set_password(passwords[name])
            user.save()
            Posting.objects.create(user=user, area=Area.objects.get(code=code), role=role, prepares_and_signs=alone)
    for district in home().children.filter(level=Area.Level.DISTRICT).exclude(code="D061"):
        for role, title in ((Role.OFFICER, "Cán bộ phụ trách"), (Role.SIGNER, "Lãnh đạo duyệt gửi")):
            name = f"{role}.{district.code}".lower()
            user, created = User.objects.get_or_create(
                username=name, defaults={"full_name": f"{title} {district} (minh họa)", "must_change_password": False}
            )
            if created:
                user.set_unusable_password()
                user.save()
                Posting.objects.create(user=user, area=district, role=role)
    return passwords


@transaction.atomic
def register() -> None:
    """Enter every unit of the targets of 2022, dissolve what 2024 no longer has, and enter the clusters."""
    if Unit.objects.exists():
        return
    by = User.objects.get(username="thongke")
    targets = rows(DATA / "bac_kan_2022_targets.csv")
    areas = {area.code: area for area in Area.objects.filter(code__in=[line["area_code"] for line in targets])}
    kinds = {kind.code: kind for kind in UnitKind.objects.filter(code__in=KINDS)}
    units: list[Unit] = []
    for line in targets:
        area = areas[line["area_code"]]
        serial = 0
        for kind in KINDS:
            for number in range(1, int(line[kind]) + 1):
                serial += 1
                units.append(
                    Unit(
                        kind=kinds[kind],
                        code=f"{area.code}.{serial:04d}",
                        name=f"{kinds[kind].name_vi} số {number:02d} {area}",
                        area=area,
                    )
                )
    create_all(units, by=by, reason="Số liệu minh họa")
    create_all([Placement(unit=unit, area=unit.area) for unit in units], by=by, reason="Số liệu minh họa")
    _follow_renamed_communes(units, by=by)
    _dissolve(units, by=by)
    clusters(by=by)


def _follow_renamed_communes(units: list[Unit], *, by: User) -> None:
    """Move units on where their commune became another row before 2025 (xã Vân Tùng became a township in 2023)."""
    placements = {
        one.unit_id: one
        for one in Placement.objects.filter(unit__in=[unit.pk for unit in units], valid_to=None).select_related("area")
    }
    heirs = {
        row.predecessor_id: row.successor
        for area in {unit.area for unit in units}
        for row in area.successions.select_related("successor").filter(kind="rename", effective_on__lt=date(2025, 1, 1))
    }
    moving = [unit for unit in units if unit.area_id in heirs]
    ended, begun = [], []
    for unit in moving:
        heir = heirs[unit.area_id]
        assert heir is not None
        old = placements[unit.pk]
        old.valid_to = heir.valid_from
        ended.append(old)
        begun.append(Placement(unit=unit, area=heir, valid_from=heir.valid_from))
        unit.area = heir
    update_all(ended, ["valid_to"], by=by, reason="Đổi theo đơn vị hành chính")
    create_all(begun, by=by, reason="Đổi theo đơn vị hành chính")
    update_all(moving, ["area"], by=by, reason="Đổi theo đơn vị hành chính")


def _dissolve(units: list[Unit], *, by: User) -> None:
    """Dissolve units, spread over the communes by their size, until the published totals of 2024 are left."""
    gone: list[Unit] = []
    for kind, left in TOTALS_2024.items():
        by_area: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            if unit.kind.code == kind:
                by_area[unit.area.code].append(unit)
        sizes = {code: len(group) for code, group in by_area.items()}
        for code, number in spread(sum(sizes.values()) - left, sizes).items():
            gone.extend(by_area[code][len(by_area[code]) - number :])
    for unit in gone:
        unit.dissolved_on, unit.dissolution_reason = DISSOLVED_ON, REASON
    update_all(gone, ["dissolved_on", "dissolution_reason"], by=by, reason=REASON)
    ended = list(Placement.objects.filter(unit__in=[unit.pk for unit in gone], valid_to=None))
    for placement in ended:
        placement.valid_to = DISSOLVED_ON
    update_all(ended, ["valid_to"], by=by, reason=REASON)


def spread(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Return `total` spread over `weights` by largest remainder, ties in the order of the keys."""
    whole = sum(weights.values())
    shares = {key: divmod(total * weight, whole) for key, weight in weights.items()}
    result = {key: share for key, (share, _rest) in shares.items()}
    order = sorted(shares, key=lambda key: (-shares[key][1], key))
    for key in order[: total - sum(result.values())]:
        result[key] += 1
    return result


def clusters(*, by: User) -> None:
    """Enter the clusters of 2022 with their members."""
    kinds = {kind.code: kind for kind in UnitKind.objects.of_clusters()}
    for line in rows(DATA / "bac_kan_2022_clusters.csv"):
        cluster = Cluster.objects.filter(code=line["cluster_id"]).first()
        if cluster is None:
            cluster = Cluster.objects.create(code=line["cluster_id"], kind=kinds[line["kind"]], name=line["name"])
        member = ClusterMember.objects.create(
            cluster=cluster, area=Area.objects.get(code=line["member_code"]), synthetic="synthetic" in line["basis"]
        )
        if line["is_host"] == "1" and "published" in line["basis"]:
            ClusterStanding.objects.create(cluster=cluster, year=2022, member=member)


@transaction.atomic
def published_figures() -> None:
    """Enter what newspapers and portals have printed."""
    if PublishedFigure.objects.exists():
        return
    indicators = {one.code: one for one in Indicator.objects.all()}
    areas = {area.code: area for area in Area.objects.filter(level__in=["province", "district"])}
    figures = [
        PublishedFigure(
            area=areas[line["area_code"]],
            year=int(line["year"]) if line["year"] else None,
            span=line["span"],
            starts_on=day(line["starts_on"]),
            ends_on=day(line["ends_on"]),
            indicator=indicators.get(line["indicator"]),
            value=Decimal(line["value"]) if line["value"] else None,
            rate=Decimal(line["rate"]) if line["rate"] else None,
            numerator=int(line["numerator"]) if line["numerator"] else None,
            denominator=int(line["denominator"]) if line["denominator"] else None,
            of_record=line["of_record"] == "yes",
            does_not_add_up=line["does_not_add_up"] == "yes",
            **{name: line[name] for name in AS_WRITTEN},
        )
        for line in rows(DATA / "bac_kan_published_figures.csv")
    ]
    for figure in figures:
        figure.full_clean()
    create_all(figures, by=User.objects.get(username="thongke"))


@transaction.atomic
def year_2022() -> None:
    """File and approve every report of 2022 from the communes up, and publish the year."""
    period = _period(2022)
    if Report.objects.filter(period=period).exists():
        return
    open_period(period, by=_person("lanhdao"), synthetic=True)
    made_real(period)
    activity = {line["area_code"]: line for line in rows(DATA / "bac_kan_2022_targets.csv")}
    areas = {report.area.code: report.area for report in _reports(period, Area.Level.COMMUNE)}
    demo_story.launches(areas, activity, by=_person("thongke"))
    _file(_reports(period, Area.Level.COMMUNE))
    _file(_reports(period, Area.Level.DISTRICT))
    top = Report.objects.get(period=period, area=home())
    demo_story.tell(top, by=_person("thamdinh"))
    attendance = Figure.objects.select_related("indicator").get(report=top, indicator__code="launch_attendance")
    attendance.printed_word, attendance.printed_value = "nearly", 9000
    enter(attendance, by=_person("thamdinh"))
    for name, who in (
        ("request_signature", "thamdinh"),
        ("submit", "thamdinh"),
        ("approve", "lanhdao"),
        ("publish", "lanhdao"),
    ):
        move_report(top, name, by=_person(who), note="Công bố số liệu năm 2022" if name == "publish" else "")


@transaction.atomic
def year_2024() -> None:
    """Open 2024 and bring everything up to the province but for one commune, and so its district and the province."""
    period = _period(2024)
    if Report.objects.filter(period=period).exists():
        return
    open_period(period, by=_person("lanhdao"), synthetic=True)
    made_real(period)
    _file(report for report in _reports(period, Area.Level.COMMUNE) if report.area.code != DRAFT_COMMUNE)
    _file(report for report in _reports(period, Area.Level.DISTRICT) if report.area.code != "D061")


def _period(year: int) -> Period:
    return Period.objects.get_or_create(
        area=home(),
        kind=Period.Kind.YEAR,
        year=year,
        defaults={
            "starts_on": date(year - 1, 12, 15),
            "ends_on": date(year, 12, 14),
            "cutoff_on": date(year, 12, 14),
            "due_commune_on": date(year, 12, 16),
            "due_district_on": date(year, 12, 19),
            "due_province_on": date(year, 12, 25),
        },
    )[0]


def _reports(period: Period, level: str) -> list[Report]:
    return list(
        Report.objects.filter(period=period, area__level=level)
        .select_related("area__district", "period__area")
        .order_by("area__code")
    )


def _file(reports: Iterable[Report]) -> None:
    """Send and approve each report, by the people of its district and the reviewer of the province."""
    reviewer = _person("thamdinh")
    people = {user.username: user for user in User.objects.all()}
    for report in reports:
        district = report.area.district
        assert district is not None
        code = district.code.lower()
        officer = people.get(f"officer.{code}") or people["canbo"]
        signer = people.get(f"signer.{code}") or people["kyduyet"]
        for name, by in (("request_signature", officer), ("submit", signer), ("approve", reviewer)):
            move_report(report, name, by=by)


def _person(name: str) -> User:
    user: User = User.objects.get(username=name)
    return user


def made_real(period: Period) -> None:
    """Let the home area's own report tell of real figures, not of illustrative ones."""
    reports = Report.objects.filter(period=period, area=home())
    update_where(Report, reports.values_list("pk", flat=True), by=_person("lanhdao"), synthetic=False)


def home() -> Area:
    """Return the province of the demonstration."""
    return Area.objects.get(code=HOME)
