from __future__ import annotations

import datetime

import pytest

from movement.models import Report
from movement.models.reports import State
from movement.reports import open_period
from tests.factories import PeriodFactory, commune, district, province
from tests.pages import Page
from tests.people import posted
from tests.published import SECURITY, fill, house, publish
from units.models import Area
from units.models.people import Role

pytestmark = pytest.mark.django_db
BY_AREA, BY_LEVEL = "Reports by area", "Reports by level and state"


def board_of(client, user, address="/en/dashboard/"):
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return Page(response.content.decode()).tables


def set_state(code, state):
    Report.objects.filter(area__code=code, period__year=2024).update(state=state)


def test_it_asks_to_sign_in(client):
    response = client.get("/dashboard/")

    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/dashboard/")


def test_somebody_without_a_posting_may_not_look(client):
    user = posted(province(), Role.LEADER)
    user.postings.update(valid_to=datetime.date(2020, 1, 1))
    client.force_login(user)

    assert client.get("/dashboard/").status_code == 403


def test_without_a_period_it_says_so(client):
    client.force_login(posted(province(), Role.LEADER))

    response = client.get("/en/dashboard/")

    assert Page(response.content.decode()).texts("h1") == ["Dashboard"]


def test_it_shows_who_has_sent_and_who_has_not(client):
    here = house(2)
    publish(here, 2022)
    fill(here, 2024)
    set_state("C1", State.SUBMITTED)
    set_state("D1", State.DRAFT)
    set_state("P06", State.DRAFT)

    tables = board_of(client, here.leader)

    assert [row[:5] for row in tables[BY_AREA]] == [
        ["Huyện 1 district", "Draft", "19/12/2024 Overdue", "1/1", "0/1"],
        ["Huyện 2 district", "Approved and locked", "19/12/2024", "1/1", "1/1"],
        ["Bắc Kạn province", "Draft", "25/12/2024 Overdue", "2/2", "1/2"],
    ]
    assert tables[BY_LEVEL] == [
        ["Province", "1", "0", "0", "0", "0", "0", "1", "0/1"],
        ["District", "1", "0", "0", "0", "1", "0", "1", "1/2"],
        ["Commune", "0", "0", "1", "0", "1", "0", "0", "2/2"],
    ]


def test_totals_so_far_stand_beside_the_last_published_ones(client):
    here = house(2)
    publish(here, 2022)
    top = fill(here, 2024)
    top.figures.filter(indicator__code=SECURITY).update(below=19)

    tables = board_of(client, here.leader)

    assert [row[5:] for row in tables[BY_AREA]] == [
        ["10 (10)", "20 (20)"],
        ["10 (10)", "20 (20)"],
        ["19 (20)", "40 (40)"],
    ]


def test_what_is_not_due_yet_is_not_overdue(client):
    here = house()
    tomorrow = datetime.date.today() + datetime.timedelta(days=2)  # noqa: DTZ011 - two days cover every time zone
    open_period(
        PeriodFactory(area=here.province, due_commune_on=tomorrow, due_district_on=tomorrow, due_province_on=None),
        by=here.leader,
    )

    tables = board_of(client, here.leader)

    assert [row[7] for row in tables[BY_LEVEL]] == ["0", "0", "0"]


def test_it_leads_from_the_district_to_its_communes_and_to_each_report(client):
    here = house(2)
    fill(here, 2024)
    period = Report.objects.values_list("period", flat=True)[0]
    client.force_login(here.leader)

    page = Page(client.get("/en/dashboard/").content.decode())
    inside = Page(client.get(f"/en/dashboard/?area=D1&period={period}").content.decode())

    report = Report.objects.get(area__code="C1")
    assert page.links["Huyện 1 district"] == f"?area=D1&period={period}"
    assert [row[0] for row in inside.tables[BY_AREA]] == ["Xã 1 commune", "Huyện 1 district"]
    assert inside.links["↑ Bắc Kạn province"] == f"?area=P06&period={period}"
    assert f"/en/admin/movement/report/{report.pk}/change/" in [one.attributes["href"] for one in inside.all("a")]


def test_an_officer_sees_the_own_district_only(client):
    here = house(2)
    fill(here, 2024)
    officer = posted(Area.objects.get(code="D1"), Role.OFFICER)

    tables = board_of(client, officer)

    assert Report.objects.visible_to(officer).filter(area__code="D2").exists()
    assert [row[0] for row in tables[BY_AREA]] == ["Xã 1 commune", "Huyện 1 district"]
    assert [row[0] for row in tables[BY_LEVEL]] == ["District", "Commune"]
    assert [client.get(f"/dashboard/?area={code}").status_code for code in ("D2", "P06", "X")] == [404, 404, 404]


def test_a_period_out_of_sight_is_not_found(client):
    here = house()
    fill(here, 2024)
    elsewhere = PeriodFactory(year=2023)
    client.force_login(here.leader)

    assert [client.get(f"/dashboard/?period={key}").status_code for key in (elsewhere.pk, "x")] == [404, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number_of_areas(client, count, django_assert_num_queries):
    here = house(count)
    publish(here, 2022)
    fill(here, 2024)
    commune(district(), code="C-ELSEWHERE")
    client.force_login(here.leader)

    with django_assert_num_queries(12):
        response = client.get("/dashboard/")

    assert len(response.context["board"].below) == count
