"""A province with a published year, sealed by the real service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from movement import editions, rollup
from movement.models import Figure, Report
from movement.models.reports import State
from movement.reports import open_period
from tests.factories import IndicatorFactory, PeriodFactory, SectionFactory, commune, district, province
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from movement.models import Edition, Indicator
    from units.models import Area, User

SECURITY, MEDIATION, ATTENDANCE = "units_people_security_team", "units_mediation_team", "launch_attendance"


@dataclass
class House:
    """A province `P06` with districts `D1`, `D2` … of one commune `C1`, `C2` … each, and three indicators."""

    province: Area
    communes: list[Area]
    indicators: dict[str, Indicator]
    leader: User


def house(districts: int = 1) -> House:
    """Return a new house."""
    top = province(code="P06", name="Bắc Kạn")
    section = SectionFactory(number=4, name_vi="Lực lượng", name_en="Forces")
    names = {SECURITY: "People's security teams", MEDIATION: "Mediation teams", ATTENDANCE: "Attendances at launches"}
    return House(
        province=top,
        communes=[
            commune(district(top, code=f"D{number}", name=f"Huyện {number}"), code=f"C{number}", name=f"Xã {number}")
            for number in range(1, districts + 1)
        ],
        indicators={
            code: IndicatorFactory(
                code=code,
                section=section,
                position=position,
                name_en=name,
                name_vi=f"vi {name}",
                unit_en="units",
                unit_vi="tổ",
            )
            for position, (code, name) in enumerate(names.items())
        },
        leader=posted(top, Role.LEADER),
    )


def fill(house: House, year: int, *, synthetic: bool = True) -> Report:
    """Open `year`, enter 10 security teams, 20 mediation teams and 300 attendances in each commune; return the top report."""
    open_period(PeriodFactory(area=house.province, year=year), by=house.leader, synthetic=synthetic)
    reports = Report.objects.filter(period__year=year)
    for code, own in ((SECURITY, 10), (MEDIATION, 20), (ATTENDANCE, 300)):
        Figure.objects.filter(report__in=reports, report__area__level="commune", indicator__code=code).update(own=own)
    reports.update(state=State.APPROVED)
    rollup.rebuild(reports)
    return reports.select_related("area", "period").get(area=house.province)


def publish(house: House, year: int = 2022, *, synthetic: bool = True) -> Edition:
    """Fill `year` and seal it."""
    return editions.seal(fill(house, year, synthetic=synthetic), by=house.leader)
