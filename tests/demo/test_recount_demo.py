"""Bắc Kạn 2022 on the map of 1 July 2025: the same to the unit, by its 37 new communes, its districts, its new province."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import pytest

from movement import editions, other_map, recount
from movement.models import Edition, EditionFigure, Figure, Indicator, Report
from movement.models.reports import State
from movement.reports import open_period
from movement.rollup import rebuild
from tests.factories import PeriodFactory
from tests.people import posted
from units.models import Area, Cluster
from units.models.people import Role

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
DAY = date(2025, 7, 1)
UNITS = {"units_people_security_team": 1052, "units_mediation_team": 1256, "units_self_governing_team": 161}


def read(code, year=2022, day=DAY):
    return recount.read(Area.objects.get(code=code), year, day, every_indicator=True)


def totals(found, values):
    indicators = found.arithmetic.indicators
    return {indicators[key[0]].code: one.total for key, one in values.items() if not key[1]}


def test_the_province_is_the_same_on_both_maps_to_the_unit():
    found = read("P06")

    sealed = EditionFigure.objects.filter(area__code="P06", item="", edition=Edition.objects.get())
    assert totals(found, found.values) == dict(sealed.values_list("indicator__code", "total"))
    lines = Counter()
    for line in found.lines:
        lines.update({code: total for code, total in totals(found, found.values_of(line)).items() if code in UNITS})
    assert (len(found.lines), dict(lines)) == (37, UNITS)
    assert not any(line.cover.is_part or line.cover.split for line in found.lines)


def test_its_districts_come_to_the_same_and_three_new_communes_are_parts_of_two():
    parts, lines = Counter(), Counter()
    for district in Area.objects.filter(parent__code="P06", level="district"):
        found = read(district.code)
        sealed = EditionFigure.objects.filter(area=district, indicator__code__in=UNITS, item="")
        assert {code: totals(found, found.values)[code] for code in UNITS} == dict(
            sealed.values_list("indicator__code", "total")
        )
        parts.update(line.area.name for line in found.lines if line.cover.is_part)
        for line in found.lines:
            lines.update({code: total for code, total in totals(found, found.values_of(line)).items() if code in UNITS})

    assert dict(parts) == {"Phong Quang": 2, "Đồng Phúc": 2, "Bạch Thông": 2}
    assert dict(lines) == UNITS


def test_the_new_province_is_bac_kan_and_names_the_old_thai_nguyen():
    found = read("P19-20250701")

    values = {found.arithmetic.indicators[key[0]].code: one for key, one in found.values.items() if not key[1]}
    assert {code: values[code].total for code in UNITS} == UNITS
    assert {tuple(area.code for area in one.missing) for one in values.values()} == {("P19",)}
    assert (values["units_mediation_team"].counted, values["units_mediation_team"].expected) == (108, 286)
    assert len(found.lines) == 92


def test_with_the_old_thai_nguyen_published_it_is_the_exact_sum_and_clusters_count_once():
    theirs = Area.objects.get(code="P19")
    leader = posted(theirs, Role.LEADER)
    open_period(PeriodFactory(area=theirs, year=2022), by=leader)
    reports = Report.objects.filter(period__area=theirs)
    communes = Area.objects.filter(province=theirs, level="commune").valid_on(date(2022, 12, 14))
    Figure.objects.filter(
        report__in=reports, report__area__in=communes, indicator__code="units_mediation_team", item=""
    ).update(own=3)
    clusters = Cluster.objects.count_in(theirs, date(2022, 12, 14))
    Figure.objects.filter(report__area=theirs, indicator__code="clusters_inter_province").update(
        own=clusters["cluster_inter_province"]
    )
    reports.update(state=State.APPROVED)
    rebuild(reports)
    top = reports.select_related("area", "period").get(area=theirs)
    editions.seal(top, by=leader)

    found = read("P19-20250701")

    values = totals(found, found.values)
    ours = Cluster.objects.with_member_in(Area.objects.get(code="P06"), date(2022, 12, 14))
    both = ours | Cluster.objects.with_member_in(theirs, date(2022, 12, 14))
    kind = Indicator.objects.get(code="clusters_inter_province").unit_kind
    assert values["units_mediation_team"] == 1256 + 3 * communes.count()
    assert values["clusters_inter_province"] == both.filter(kind=kind).distinct().count()
    assert values["clusters_inter_province"] < 7 + clusters["cluster_inter_province"]
    grid, _without = other_map.by_area(found)
    at = [column.code for column in grid.columns].index("units_mediation_team")
    told = {line.code: line.cells[at].value for line in grid.lines}
    divided = {one.code for line in found.lines for one in line.cover.split}
    assert divided
    assert {code for code, total in told.items() if total is None} == {
        line.area.code for line in found.lines if line.cover.split
    }
    assert sum(total for total in told.values() if total is not None) == values["units_mediation_team"]


def test_the_file_of_the_new_province_has_the_communes_of_bac_kan(client):
    text = client.get("/areas/P19-20250701/2022/data.csv?boundaries=2025-07-01").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    communes = [
        row for row in rows if row["indicator"] == "units_mediation_team" and row["area_code"] != "P19-20250701"
    ]
    assert (len(communes), sum(int(row["value"]) for row in communes)) == (37, 1256)
    assert {(row["boundaries"], row["missing"]) for row in communes} == {("2025-07-01", "")}


@pytest.mark.parametrize(
    "address",
    [
        "/areas/P06/2022/?boundaries=2025-07-01",
        "/en/areas/P19-20250701/2022/?boundaries=2025-07-01",
        "/areas/D061/2022/?boundaries=2025-07-01",
        "/areas/C01840-20250701/2022/?boundaries=2025-07-01",
        "/areas/P06/series/units_people_security_team/?boundaries=2025-06-30",
    ],
)
def test_each_page_answers(client, address):
    assert client.get(address).status_code == 200
