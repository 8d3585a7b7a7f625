from __future__ import annotations

import csv
import io
import json
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from movement import charts, timelines
from movement.models import Chart
from tests.factories import IndicatorFactory, KindFactory, PublishedFigureFactory, SectionFactory, counting, province
from tests.maps import end, merge, new_commune, new_province, old_province, publish
from tests.pages import Page
from tests.people import posted
from units.models import Area
from units.models.people import Role

pytestmark = pytest.mark.django_db
SECURITY, ORDER = "units_people_security_team", "units_security_order_team"
OURS, NEW = "Bắc Kạn province", "Thái Nguyên province"
REFORM = (
    "01/07/2025: Bắc Kạn province (until 30/06/2025) → Thái Nguyên province (merged, 202/2025/QH15). "
    "One line ends, another begins."
)


@pytest.fixture
def leader():
    return posted(province(code="P01"), Role.LEADER)


@pytest.fixture
def across(leader):
    """P06 published 2022 and 2024 and P19 only 2024; PNEW, into which both went, published 2025."""
    section = SectionFactory(number=4, name_en="Forces")
    security = counting(
        KindFactory(code="people_security_team"),
        code=SECURITY,
        section=section,
        name_en="Security teams",
        unit_en="teams",
    )
    order = counting(
        KindFactory(code="security_order_team"),
        code=ORDER,
        section=section,
        name_en="Order teams",
        valid_from=date(2024, 7, 1),
    )
    ours, (mine,) = old_province("06", "Bắc Kạn")
    theirs, (other,) = old_province("19", "Thái Nguyên")
    publish(ours, 2022, {(mine.code, SECURITY): 10}, by=leader)
    publish(ours, 2024, {(mine.code, SECURITY): 8, (mine.code, ORDER): 3}, by=leader)
    publish(theirs, 2024, {(other.code, SECURITY): 5}, by=leader)
    end(ours, theirs)
    new = merge([ours, theirs], new_province("PNEW", "Thái Nguyên"))
    merge([mine], new_commune(new, "CNEW-1", "Ba Bể"))
    merge([other], new_commune(new, "CNEW-2", "Đại Từ"))
    publish(new, 2025, {("CNEW-1", SECURITY): 7, ("CNEW-2", SECURITY): 6}, by=leader)
    return ours, new, security, order


def page_of(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return Page(response.content.decode())


def rows_of(client, address):
    return list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))


def test_every_area_has_a_line_over_its_own_years(client, across):
    page = page_of(client, f"/en/areas/P06/series/{SECURITY}/")

    assert page.texts("h1") == ["Security teams, Bắc Kạn province"]
    assert page.tables == {
        "Security teams by year (teams).": [
            ["2022", "10", "No figure yet", "edition 1 of the ledger"],
            ["2023", "No figure yet", "No figure yet", "nothing published"],
            ["2024", "8", "No figure yet", "edition 1 of the ledger"],
            ["2025", "No figure yet", "13", "edition 1 of the ledger"],
        ]
    }
    assert (page.links["2024"], page.links["2025"]) == ("/en/areas/P06/2024/", "/en/areas/PNEW/2025/")


def test_the_line_of_the_new_area_shows_both_that_it_was(across):
    gathered = timelines.gather(Area.objects.get(code="PNEW"))

    line = timelines.timelines(gathered)[0]

    assert [column.code for column in line.grid.columns] == ["P06", "P19", "PNEW"]
    assert [[cell.value for cell in row.cells] for row in line.grid.lines] == [
        [10, None, None], [None, None, None], [8, 5, None], [None, None, 13],
    ]  # fmt: skip


def test_breaks_are_named(client, across):
    told = page_of(client, f"/en/areas/P06/series/{SECURITY}/").texts("li")

    assert [text for text in told if text.startswith(("The ledger", "01/07"))] == [
        "The ledger has published no figure of its own for 2023, so the line is broken there.",
        REFORM,
    ]


def test_a_kind_that_is_counted_only_from_a_day_is_a_break(across, leader):
    ours, _new, _security, order = across
    PublishedFigureFactory(area=ours, year=2023, indicator=order, value=2, of_record=True)

    with translation.override("en"):
        (line,) = [one for one in timelines.timelines(timelines.gather(ours)) if one.indicator == order]

    assert line.breaks[-1] == "“Order teams” are counted only from 01/07/2024: a new kind, never added to the others."


def test_figures_of_others_stand_where_we_have_none_and_only_those_of_record(client, across):
    ours, _new, security, _order = across
    PublishedFigureFactory(area=ours, year=2023, indicator=security, value=845, of_record=True)
    PublishedFigureFactory(area=ours, year=2022, indicator=security, value=999, of_record=True)
    PublishedFigureFactory(area=ours, year=2021, indicator=security, value=777)

    table = page_of(client, f"/en/areas/P06/series/{SECURITY}/").tables["Security teams by year (teams)."]

    assert [row[:2] for row in table] == [["2022", "10"], ["2023", "845"], ["2024", "8"], ["2025", "No figure yet"]]
    assert table[1][3] == "published by others"


def test_on_one_map_every_year_is_recounted_and_what_is_missing_is_named(client, across):
    page = page_of(client, f"/en/areas/PNEW/series/{SECURITY}/?boundaries=2025-07-01")

    assert page.tables == {
        "Security teams by year (teams).": [
            [
                "2022",
                "10 incomplete",
                "1 area Bắc Kạn province No figures yet: Thái Nguyên province (until 30/06/2025)",
            ],
            ["2023", "No figure yet", ""],
            ["2024", "13", "2 areas Bắc Kạn province Thái Nguyên province (until 30/06/2025)"],
            ["2025", "13", "1 area Thái Nguyên province"],
        ]
    }
    assert page.links["2024"] == "/en/areas/PNEW/2024/?boundaries=2025-07-01"


def test_an_area_leads_to_its_line_on_one_map(client, across):
    new, old = (page_of(client, f"/en/areas/{code}/series/{SECURITY}/").links for code in ("PNEW", "P06"))

    assert new["As one line, on the map of 01/07/2025"] == "?boundaries=2025-07-01"
    assert old["As one line, on the map of 30/06/2025"] == "?boundaries=2025-06-30"


def test_an_ended_area_has_one_line_on_its_own_last_map(client, across):
    page = page_of(client, f"/en/areas/P06/series/{SECURITY}/?boundaries=2025-06-30")

    rows = page.tables["Security teams by year (teams)."]
    assert [row[:2] for row in rows] == [["2022", "10"], ["2023", "No figure yet"], ["2024", "8"], ["2025", "7"]]


def test_on_a_map_without_the_area_no_line_is_drawn(client, across):
    page = page_of(client, f"/en/areas/P06/series/{SECURITY}/?boundaries=2025-07-01")

    assert page.tables == {}
    assert page.links["As one line, on the map of 30/06/2025"] == "?boundaries=2025-06-30"


def test_years_that_cannot_be_told_say_why(client, leader):
    section = SectionFactory(number=4)
    launches = IndicatorFactory(code="launch_sessions", section=section, name_en="Launches", unit_en="sessions")
    top, (first, second) = old_province("06", "Bắc Kạn", communes=2)
    publish(top, 2022, {(first.code, launches.code): 2}, by=leader)
    end(top)
    new = merge([top], new_province("PNEW", "Thái Nguyên"))
    merge([first, second], new_commune(new, "CNEW", "Ba Bể"))
    publish(new, 2025, {("CNEW", launches.code): 9}, by=leader)

    page = page_of(client, f"/en/areas/{first.code}/series/launch_sessions/?boundaries=2025-06-30")

    assert page.tables["Launches by year (sessions)."][-1] == [
        "2025",
        "not comparable",
        "1 area Ba Bể commune Ba Bể commune was made of Bắc Kạn 1.1 commune, Bắc Kạn 1.2 commune: this figure cannot be divided.",
    ]


def test_the_page_of_the_area_lists_its_series(client, across):
    page = page_of(client, "/en/areas/P06/")

    assert page.links["Security teams"] == f"/en/areas/P06/series/{SECURITY}/"
    assert page.links["Order teams"] == f"/en/areas/P06/series/{ORDER}/"
    assert "Forces" in page.texts("h3")


def test_a_kind_of_unit_within_an_indicator_has_a_series_of_its_own(client, across, leader):
    ours, *_rest = across
    KindFactory(code="civil_defence_team", name_en="Civil defence team")
    IndicatorFactory(code="units_other_kind", section=SectionFactory(), name_en="Other groups", unit_en="teams")
    mine = Area.objects.get(code="C06-1-1")
    Area.objects.filter(code__in=["P06", "D06-1", "C06-1-1"]).update(valid_to=None)
    publish(
        ours,
        2023,
        {(mine.code, SECURITY): 9},
        by=leader,
        items={(mine.code, "units_other_kind", "civil_defence_team"): 4},
    )
    end(ours)

    page = page_of(client, "/en/areas/P06/series/units_other_kind/")

    assert [row[:2] for row in page.tables["Other groups: Civil defence team by year (teams)."]] == [["2023", "4"]]


def test_an_unknown_indicator_is_no_page_and_an_empty_one_says_so(client, across):
    IndicatorFactory(code="exemplars", name_en="Exemplars")

    page_of(client, "/en/areas/P06/series/nothing/", status=404)
    page = page_of(client, "/en/areas/P06/series/exemplars/")

    assert "No figure of this series has been published yet." in page.texts("p")
    assert client.get("/en/areas/P06/series/exemplars/data.csv").status_code == 404


def test_the_file_holds_every_point_with_its_source(client, across):
    ours, _new, security, _order = across
    PublishedFigureFactory(area=ours, year=2023, indicator=security, value=845, of_record=True)

    rows = rows_of(client, f"/en/areas/PNEW/series/{SECURITY}/data.csv")

    assert [(row["area_code"], row["year"], row["value"], row["kind"], row["boundaries"]) for row in rows] == [
        ("P06", "2022", "10", "ledger", ""),
        ("P06", "2024", "8", "ledger", ""),
        ("P19", "2024", "5", "ledger", ""),
        ("PNEW", "2025", "13", "ledger", ""),
        ("P06", "2023", "845", "published", ""),
    ]


def test_the_file_of_one_map_says_what_each_year_is_made_of(client, across):
    rows = rows_of(client, f"/en/areas/PNEW/series/{SECURITY}/data.csv?boundaries=2025-07-01")
    told = json.loads(client.get(f"/en/areas/PNEW/series/{SECURITY}/data.json?boundaries=2025-07-01").content)

    names = ("area_code", "year", "value", "boundaries", "made_from", "missing", "not_comparable")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("PNEW", "2022", "10", "2025-07-01", "P06", "P19", ""),
        ("PNEW", "2024", "13", "2025-07-01", "P06 P19", "", ""),
        ("PNEW", "2025", "13", "2025-07-01", "PNEW", "", ""),
    ]
    assert (told["title"], told["boundaries"], told["year"]) == (
        "Security teams, Thái Nguyên province, over the years",
        "2025-07-01",
        None,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_series_costs_the_same_for_any_number_of_areas(client, leader, count, django_assert_num_queries):
    launches = IndicatorFactory(code="launch_sessions", section=SectionFactory(number=4))
    new = new_province("PNEW", "Mới")
    for number in range(10, 10 + count):
        top, communes = old_province(f"{number}", f"Tỉnh {number}", communes=count)
        publish(top, 2022, {(one.code, launches.code): 2 for one in communes}, by=leader)
        end(top)
        merge([top], new)
        merge(communes, new_commune(new, f"CNEW-{number}", f"Mới {number}"))

    with django_assert_num_queries(13):
        reported = client.get("/areas/PNEW/series/launch_sessions/")
    with django_assert_num_queries(11):
        recounted = client.get("/areas/PNEW/series/launch_sessions/?boundaries=2025-07-01")

    assert len(reported.context["tables"][0].grid.columns) == count
    assert [line.cells[0].value for line in recounted.context["tables"][0].grid.lines] == [2 * count * count]


def test_a_chart_is_drawn_for_every_area_of_the_line_and_marks_the_reform(client, across):
    ours, new, *_rest = across
    edition = charts.Edition.objects.get(area=new)

    before = page_of(client, f"/en/areas/P06/series/{SECURITY}/").all("figure")
    charts.draw_all(edition.pk)
    page = page_of(client, f"/en/areas/P06/series/{SECURITY}/")

    drawn = Chart.objects.filter(name__startswith="series-")
    assert sorted(drawn.values_list("area__code", "language")) == [
        ("P06", "en"), ("P06", "vi"), ("P19", "en"), ("P19", "vi"), ("PNEW", "en"), ("PNEW", "vi"),
    ]  # fmt: skip
    assert before == []
    assert "01/07/2025" in [one.text for one in page.elements if one.tag == "text" and "figure" in one.inside]
    root = ET.fromstring(drawn.get(area=ours, language="en").svg)
    assert root[0].text == "Security teams, Bắc Kạn province, over the years"
    assert root[1].text == f"{OURS}: 2022 10; 2024 8. {NEW}: 2025 13"


def test_a_chart_is_shown_only_over_its_own_numbers(client, across):
    ours, new, security, _order = across
    charts.draw_all(charts.Edition.objects.get(area=new).pk)
    PublishedFigureFactory(area=ours, year=2023, indicator=security, value=845, of_record=True)

    page = page_of(client, f"/en/areas/P06/series/{SECURITY}/")

    assert page.all("figure") == []
    assert len(page.tables["Security teams by year (teams)."]) == 4


def test_one_point_is_no_line(across, leader):
    _ours, new, _security, order = across

    charts.draw_all(charts.Edition.objects.get(area=new).pk)

    (line,) = [one for one in timelines.timelines(timelines.gather(new)) if one.indicator == order]
    assert [cell.value for row in line.grid.lines for cell in row.cells] == [3]
    assert not Chart.objects.filter(name=line.drawing_name).exists()


@pytest.mark.parametrize("address", [f"/areas/P06/series/{SECURITY}/", f"/areas/P06/series/{SECURITY}/data.csv"])
def test_a_series_is_the_same_for_everybody(client, across, leader, address):
    client.force_login(leader)

    response = client.get(address, headers={"accept-encoding": "gzip"})

    assert response.status_code == 200
    assert not response.cookies
    assert (response["Vary"], response["Cache-Control"]) == ("Accept-Encoding", "public, max-age=60")
    assert not response.wsgi_request.session.accessed
