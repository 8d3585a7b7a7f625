"""Half-year reviews and other requests: a part of the form, counted for their own days, filled from the year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from config.workflow import Refused
from movement import filling, opening
from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import State
from movement.reconciliation import differences
from movement.reports import count_register, move_report, open_period
from tests.factories import (
    EventFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    commune,
    counting,
    standing,
)
from tests.people import Cast, cast_of, posted
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Area

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Area:
    return commune()


@pytest.fixture
def cast(here: Area) -> Cast:
    return cast_of(here.province)


def half(area: Area, *lines: Indicator, by: Any, **changes: Any) -> Period:
    """Return the open half-year review of 2024 that `area` asks for, of `lines` alone."""
    told = {"kind": Period.Kind.HALF, "ends_on": date(2024, 6, 14), "due_commune_on": date(2024, 6, 16), **changes}
    period: Period = PeriodFactory(area=area, **told)
    period.indicators.set(lines)
    open_period(period, by=by)
    return period


def own(period: Period, area: Area) -> dict[str, int | None]:
    """Return what the report of `area` holds, by indicator."""
    rows = Figure.objects.filter(report__period=period, report__area=area, item="")
    return dict(rows.values_list("indicator__code", "own"))


def test_a_district_asks_a_part_of_the_form_of_itself_and_all_below(here: Area, cast: Cast) -> None:
    wanted, _other = IndicatorFactory(), IndicatorFactory()
    elsewhere = commune()

    period = half(here.district, wanted, by=cast.administrator)

    assert {one.area for one in period.reports.select_related("area")} == {here, here.district}
    assert [own(period, area) for area in (here, elsewhere)] == [{wanted.code: None}, {}]


def test_a_request_is_counted_for_its_own_days_and_holds_nothing_else(here: Area, cast: Cast) -> None:
    launches = IndicatorFactory(counts=Indicator.Counts.LAUNCH_SESSIONS)
    kind, other = KindFactory(), KindFactory()
    units, others = counting(kind), IndicatorFactory(counts=Indicator.Counts.OTHER_UNITS)
    counting(other)  # a line of the form that this request does not ask
    standing(here, kind, since=date(2024, 1, 1))
    standing(here, kind, since=date(2024, 9, 1))
    standing(here, other, since=date(2024, 1, 1))
    for day in (date(2024, 3, 1), date(2024, 10, 1)):
        EventFactory(area=here, starts_on=day, sessions=2)
    year = PeriodFactory(area=here.province)
    open_period(year, by=cast.administrator)
    period = half(here.province, launches, units, others, by=cast.administrator, cutoff_on=date(2024, 6, 14))

    for report in Report.objects.filter(area=here).select_related("area", "period"):
        count_register(report)

    review = Report.objects.select_related("area", "period").get(area=here, period=period)
    assert own(period, here) == {launches.code: 2, units.code: 1}
    assert (own(year, here)[launches.code], own(year, here)[units.code]) == (4, 2)
    assert list(review.figures.exclude(item="").values_list("item", flat=True)) == []  # both kinds have their own line
    assert differences(review) == []


def test_a_request_goes_its_whole_way_within_the_district(here: Area, cast: Cast) -> None:
    line = IndicatorFactory()
    period = half(here.district, line, by=cast.administrator)
    officer, signer = posted(here), posted(here, Role.SIGNER)
    reviewer, leader = posted(here.district, Role.REVIEWER, alone=True), posted(here.district, Role.LEADER)
    Figure.objects.filter(report__period=period, report__area=here).update(own=3)
    below, top = (period.reports.select_related("area", "period").get(area=area) for area in (here, here.district))

    for name, by in (("request_signature", officer), ("submit", signer), ("approve", reviewer)):
        move_report(below, name, by=by)
    for name, by in (("request_signature", reviewer), ("submit", reviewer), ("approve", leader)):
        move_report(top, name, by=by)

    assert list(top.figures.values_list("total", flat=True)) == [3]


def test_a_review_is_carried_on_with_what_it_asked(here: Area, cast: Cast) -> None:
    kept, ended, _other = IndicatorFactory(), IndicatorFactory(valid_to=date(2025, 1, 1)), IndicatorFactory()
    last = half(here.district, kept, ended, by=cast.administrator)
    period = opening.next_year_of(last)

    opening.open_like(last, period, by=posted(here.district, Role.REVIEWER))

    assert (period.ends_on, list(period.indicators.all())) == (date(2025, 6, 14), [kept])


# ---------------------------------------------------------------- filled from the year


@pytest.fixture
def year(here: Area, cast: Cast) -> Period:
    """Return the open year 2024, in whose two lines the commune has typed 5 and nothing."""
    lines = [IndicatorFactory(), IndicatorFactory()]
    period: Period = PeriodFactory(area=here.province)
    open_period(period, by=cast.administrator)
    Figure.objects.filter(report__area=here, indicator=lines[0]).update(own=5)
    return period


def review_of(here: Area, period: Period) -> Report:
    return period.reports.select_related("area", "period").get(area=here)


def test_empty_lines_take_what_is_typed_for_the_year_so_far(here: Area, cast: Cast, year: Period) -> None:
    first, second = Indicator.objects.order_by("pk")
    period = half(here.province, by=cast.administrator)

    filled = filling.fill(review_of(here, period), by=cast.officer)
    again = filling.fill(review_of(here, period), by=cast.officer)

    assert ([one.indicator for one in filled], again) == ([first], [])
    assert own(period, here) == {first.code: 5, second.code: None}
    assert filled[0].history.count() == 2


def test_what_was_typed_or_counted_is_left_alone(here: Area, cast: Cast, year: Period) -> None:
    first, second = Indicator.objects.order_by("pk")
    period = half(here.province, by=cast.administrator)
    Figure.objects.filter(report__period=year, report__area=here).update(own=5)
    Figure.objects.filter(report__period=period, report__area=here, indicator=first).update(own=1)
    Indicator.objects.filter(pk=second.pk).update(counts=Indicator.Counts.LAUNCH_SESSIONS)
    EventFactory(area=here, starts_on=date(2024, 3, 1))

    assert filling.fill(review_of(here, period), by=cast.officer) == []
    assert own(period, here) == {first.code: 1, second.code: None}


@pytest.mark.parametrize(
    ("changes", "state", "fits"),
    [
        ({}, State.DRAFT, True),
        ({}, State.APPROVED, False),  # the numbers of the whole year say nothing of a half
        ({"ends_on": date(2024, 12, 14)}, State.APPROVED, True),
        ({"starts_on": date(2024, 3, 1)}, State.DRAFT, False),
        ({"ends_on": date(2025, 1, 31)}, State.DRAFT, False),
        ({"kind": Period.Kind.YEAR, "year": 2023}, State.DRAFT, False),
    ],
)
def test_the_year_tells_only_where_its_numbers_hold(
    here: Area, cast: Cast, year: Period, changes: dict[str, Any], state: str, fits: bool
) -> None:
    Report.objects.filter(period=year).update(state=state)
    report = review_of(here, half(here.province, by=cast.administrator, **changes))

    assert (filling.year_of(report) is not None) is fits
    if not fits:
        with pytest.raises(Refused):
            filling.fill(report, by=cast.officer)


# ---------------------------------------------------------------- the form


def test_a_reviewer_of_a_district_opens_a_request_in_the_form_and_no_year(here: Area) -> None:
    wanted, ended = IndicatorFactory(), IndicatorFactory(valid_to=date(2024, 1, 1))
    client = Client()
    client.force_login(posted(here.district, Role.REVIEWER), backend="units.auth.PostingBackend")
    address = reverse("admin:movement_period_add")
    form = {
        "area": here.district_id, "kind": "other", "year": 2024, "name": "Rà soát dịp Tết", "line": "government",
        "starts_on": "15/12/2023", "ends_on": "31/01/2024", "cutoff_on": "31/01/2024",
    }  # fmt: skip

    kinds = [value for value, _label in client.get(address).context["adminform"].form.fields["kind"].choices]
    wrong = client.post(address, {**form, "indicators": [ended.pk]}).context["adminform"].form.errors
    a_year = client.post(address, {**form, "kind": "year", "name": ""}).context["adminform"].form.errors
    client.post(address, {**form, "indicators": [wanted.pk]})

    period = Period.objects.get()
    assert ([one for one in kinds if one], list(wrong), list(a_year)) == (
        ["half", "other"],
        ["indicators"],
        ["kind", "area"],
    )
    assert own(period, here) == {wanted.code: None}


def test_a_year_asks_the_whole_form(here: Area, cast: Cast) -> None:
    line = IndicatorFactory()
    client = Client()
    client.force_login(cast.administrator, backend="units.auth.PostingBackend")
    form = {
        "area": here.province_id, "kind": "year", "year": 2024, "line": "government", "indicators": [line.pk],
        "starts_on": "15/12/2023", "ends_on": "14/12/2024", "cutoff_on": "14/12/2024",
    }  # fmt: skip

    response = client.post(reverse("admin:movement_period_add"), form)

    assert (list(response.context["adminform"].form.errors), Period.objects.count()) == (["indicators"], 0)


def test_the_button_fills_and_names_the_lines(here: Area, cast: Cast, year: Period) -> None:
    period = half(here.province, by=cast.administrator)
    report = review_of(here, period)
    client = Client()
    client.force_login(cast.officer, backend="units.auth.PostingBackend")

    page = client.get(reverse("admin:movement_report_change", args=[report.pk]))
    client.post(reverse("admin:movement_report_fill", args=[report.pk]))

    assert page.context["filled_from"] == year.reports.get(area=here)
    assert 5 in own(period, here).values()
