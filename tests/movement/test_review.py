"""Who owes a report and where it goes: by the tree, or by dated routes of the government and the police."""

import datetime

import pytest

from movement import rollup
from movement.management.commands.load_catalogues import MOVEMENT, load_routes, rows
from movement.models import Report, ReviewRoute
from movement.reports import open_period
from tests.factories import IndicatorFactory, PeriodFactory, commune, district, province
from tests.people import posted
from units.models.people import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def routes():
    """Load the routes of the data file."""
    load_routes(rows(MOVEMENT / "review_routes.csv"))
    return ReviewRoute.objects.all()


def ending(day, line="government"):
    """Return the chain of reports of a province for a period that ends on `day`: who reports to whom, by level."""
    top = province()
    below = district(top, valid_to=datetime.date(2025, 7, 1))
    commune(below, valid_to=datetime.date(2025, 7, 1))
    commune(top, valid_from=datetime.date(2025, 7, 1))
    period = PeriodFactory(
        area=top, line=line, year=day.year, starts_on=day - datetime.timedelta(days=180), ends_on=day, cutoff_on=day,
        kind="half",
    )  # fmt: skip
    open_period(period, by=posted(top, Role.ADMINISTRATOR))
    reports = Report.objects.filter(period=period).order_by("area__level")
    return {one.area.level: one.goes_to.level for one in reports}


THREE = {"province": "country", "district": "province", "commune": "district"}
TWO = {"province": "country", "commune": "province"}


@pytest.mark.parametrize(
    ("day", "line", "chain"),
    [
        (datetime.date(2024, 12, 14), "government", THREE),
        (datetime.date(2025, 6, 14), "government", THREE),
        (datetime.date(2025, 12, 14), "government", TWO),
        (datetime.date(2024, 12, 14), "police", THREE),
        (datetime.date(2025, 2, 28), "police", THREE),
        (datetime.date(2025, 3, 1), "police", TWO),
        (datetime.date(2025, 6, 14), "police", TWO),
        (datetime.date(2025, 12, 14), "police", TWO),
    ],
)
def test_three_tiers_before_the_reform_and_two_after(routes, day, line, chain):
    assert ending(day, line) == chain


def test_without_routes_reports_go_up_the_tree():
    assert ending(datetime.date(2025, 6, 14), "police") == THREE


def test_communes_count_straight_into_the_province_where_districts_owe_nothing(routes):
    top = province()
    place = commune(district(top))
    line = IndicatorFactory()
    day = datetime.date(2025, 6, 14)
    period = PeriodFactory(
        area=top,
        line="police",
        kind="half",
        year=2025,
        starts_on=datetime.date(2024, 12, 15),
        ends_on=day,
        cutoff_on=day,
    )
    open_period(period, by=posted(top, Role.ADMINISTRATOR))
    reports = {one.area_id: one for one in Report.objects.filter(period=period)}
    figure = reports[place.pk].figures.get(indicator=line)
    figure.own = 9
    figure.save()
    Report.objects.filter(pk=reports[place.pk].pk).update(state="approved")

    rollup.refresh_line(Report.objects.select_related("area", "goes_to").get(pk=reports[place.pk].pk))

    total = reports[top.pk].figures.get(indicator=line)
    assert (total.below, total.total, total.areas_counted, total.areas_expected) == (9, 9, 1, 1)


def test_the_district_does_not_review_where_the_report_goes_past_it(routes):
    top = province()
    middle = district(top)
    place = commune(middle)
    days = {"police": datetime.date(2025, 6, 14), "government": datetime.date(2025, 6, 13)}
    reports = {}
    for line, day in days.items():
        period = PeriodFactory(
            area=top, line=line, kind="other", name=line, year=2025, starts_on=datetime.date(2024, 12, 15), ends_on=day,
            cutoff_on=day,
        )  # fmt: skip
        open_period(period, by=posted(top, Role.ADMINISTRATOR))
        reports[line] = Report.objects.get(period=period, area=place)
    at_district, at_province = posted(middle, Role.REVIEWER), posted(top, Role.REVIEWER)

    def may(user):
        return {line: user.has_perm("movement.approve_report", report) for line, report in reports.items()}

    assert may(at_district) == {"police": False, "government": True}
    assert may(at_province) == {"police": True, "government": True}
