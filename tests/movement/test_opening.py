"""Opening a year like the last one: proposed, shown, then opened; the form of a period and how it is renewed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from movement import opening
from movement.management.commands.load_catalogues import store
from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import State
from movement.reports import count_register, move_report, open_period
from tests.factories import (
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    ReviewRouteFactory,
    SuccessionFactory,
    commune,
    counting,
    district,
    province,
    standing,
)
from tests.people import Cast, cast_of, posted
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Area

pytestmark = pytest.mark.django_db
NAMES = ("starts_on", "ends_on", "cutoff_on", "due_commune_on", "due_district_on", "due_province_on")


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def here() -> Area:
    return commune()


@pytest.fixture
def cast(here: Area) -> Cast:
    return cast_of(here.province)


@pytest.fixture
def last(here: Area, cast: Cast) -> Period:
    """Return the open year 2024 of the province, with two lines."""
    IndicatorFactory(name_en="First"), IndicatorFactory(name_en="Second")
    period: Period = PeriodFactory(area=here.province)
    open_period(period, by=cast.administrator)
    return period


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("day", "next_year"),
    [
        (date(2024, 12, 15), date(2025, 12, 15)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 29)),
        (date(2024, 2, 28), date(2025, 2, 28)),
        (date(2024, 3, 1), date(2025, 3, 1)),
    ],
)
def test_a_day_goes_a_year_on(day: date, next_year: date) -> None:
    assert opening.a_year_on(day) == next_year


@given(st.dates(date(1946, 1, 1), date(2190, 1, 1)))
def test_windows_that_touched_touch_again(last_day: date) -> None:
    """The day after is the day after also a year on, but for 28/02 of a leap year, which has no neighbour then."""
    first_day = last_day + timedelta(days=1)

    gap = opening.a_year_on(first_day) - opening.a_year_on(last_day)

    assert gap == timedelta(days=0 if (first_day.month, first_day.day) == (2, 29) else 1)


def test_the_next_year_has_every_day_a_year_on_and_nothing_is_stored(last: Period) -> None:
    last.closes_commune_on = date(2024, 12, 20)

    proposed = opening.next_year_of(last)

    assert (proposed.area, proposed.kind, proposed.year, proposed.line) == (last.area, last.kind, 2025, last.line)
    assert [getattr(proposed, name) for name in NAMES] == [opening.a_year_on(getattr(last, name)) for name in NAMES]
    assert (proposed.closes_commune_on, proposed.closes_province_on) == (date(2025, 12, 20), None)
    assert Period.objects.count() == 1


# ---------------------------------------------------------------- what would be opened


def test_the_preview_names_new_and_ended_areas_and_what_became_of_them(here: Area, last: Period) -> None:
    old = commune(here.parent, valid_to=date(2025, 7, 1))
    gone = commune(here.parent, valid_to=date(2025, 7, 1))
    open_period(last, by=posted(here.province, Role.ADMINISTRATOR))
    new = commune(here.parent, valid_from=date(2025, 7, 1))
    SuccessionFactory(predecessor=old, successor=new, effective_on=date(2025, 7, 1), kind="merge", is_main=True)
    SuccessionFactory(predecessor=gone, successor=None, effective_on=date(2025, 7, 1), kind="abolish")

    found = opening.preview(opening.next_year_of(last), last)

    assert found.levels == (("province", 1), ("district", 1), ("commune", 2))
    assert (found.reports, found.new) == (4, (new,))
    assert {(one.area, one.became, one.still_there) for one in found.ended} == {(old, (new,), False), (gone, (), False)}


def test_a_level_that_owes_nothing_any_more_is_told_apart_from_areas_that_ended(here: Area, last: Period) -> None:
    ReviewRouteFactory(level="commune", to_level="province", valid_from=date(2025, 3, 1), valid_to=None)

    found = opening.preview(opening.next_year_of(last), last)

    assert [(one.area, one.still_there) for one in found.ended] == [(here.district, True)]


def test_the_preview_names_lines_that_are_new_ended_or_changed(here: Area, last: Period) -> None:
    first, second = Indicator.objects.order_by("pk")
    store(first, {"name_vi": "Tên mới"})
    store(second, {"valid_to": date(2025, 1, 1)})
    third = IndicatorFactory()
    IndicatorFactory(valid_from=date(2026, 1, 1))

    found = opening.preview(opening.next_year_of(last), last)

    assert (found.lines, found.added, found.dropped) == (2, (third,), (second,))
    [one] = found.redefined
    assert (one.indicator, one.changes) == (first, (("name (Vietnamese)", "Chỉ tiêu 0", "Tên mới"),)) or (
        one.indicator == first and [change[2] for change in one.changes] == ["Tên mới"]
    )


def test_a_change_made_before_last_year_was_opened_is_no_change(here: Area, cast: Cast) -> None:
    line = IndicatorFactory()
    store(line, {"name_vi": "Tên sửa sớm"})
    last = PeriodFactory(area=here.province)
    open_period(last, by=cast.administrator)

    assert opening.preview(opening.next_year_of(last), last).redefined == ()


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_costs_the_same_for_any_number_of_areas(
    here: Area, last: Period, count: int, django_assert_num_queries: Any
) -> None:
    olds = [commune(here.parent, valid_to=date(2025, 7, 1)) for _number in range(count)]
    open_period(last, by=posted(here.province, Role.ADMINISTRATOR))
    for old in olds:
        new = commune(here.parent, valid_from=date(2025, 7, 1))
        SuccessionFactory(predecessor=old, successor=new, effective_on=date(2025, 7, 1), kind="merge", is_main=True)
        store(IndicatorFactory(), {"name_vi": f"Đổi {old}"})
    proposed = opening.next_year_of(last)

    with django_assert_num_queries(9):
        found = opening.preview(proposed, last)

    assert (len(found.new), len(found.ended)) == (count, count)


def test_a_province_that_was_merged_opens_in_what_it_became(here: Area, last: Period) -> None:
    heir, other = province(valid_from=date(2025, 7, 1)), province(valid_to=date(2025, 7, 1))
    type(here).objects.filter(province=here.province).update(valid_to=date(2025, 7, 1))
    for old in (here.province, other):
        SuccessionFactory(predecessor=old, successor=heir, effective_on=date(2025, 7, 1), kind="merge", is_main=True)
    neighbour = PeriodFactory(area=other)
    open_period(neighbour, by=posted(other, Role.ADMINISTRATOR))

    last = Period.objects.get(pk=last.pk)
    proposed = opening.next_year_of(last)
    ended = {one.area for one in opening.preview(proposed, last).ended}

    assert (proposed.area, ended) == (heir, {here, here.district, here.province, other})


# ---------------------------------------------------------------- opening


def test_a_year_is_opened_like_the_last_with_the_form_of_its_last_day(here: Area, last: Period, cast: Cast) -> None:
    Indicator.objects.filter(name_en="Second").update(valid_to=date(2025, 12, 14))
    third = IndicatorFactory(name_en="Third", valid_from=date(2025, 12, 14))
    period = opening.next_year_of(last)

    opened = opening.open_like(last, period, by=cast.administrator)

    first = Indicator.objects.get(name_en="First")
    assert {report.area for report in opened} == {here, here.district, here.province}
    assert [set(period.indicators.all()), set(last.indicators.exclude(name_en="Second"))] == [{first, third}, {first}]
    assert set(Report.objects.get(period=period, area=here).figures.values_list("indicator", flat=True)) == {
        first.pk,
        third.pk,
    }
    assert [one.history_user for one in period.history.all()] == [cast.administrator] * 2  # the row, then its form


def test_only_who_may_opens_and_only_once(here: Area, last: Period, cast: Cast) -> None:
    for user in (cast.officer, cast.reviewer, posted(here.district, Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            opening.open_like(last, opening.next_year_of(last), by=user)
    opening.open_like(last, opening.next_year_of(last), by=cast.administrator)

    with pytest.raises(ValidationError):
        opening.open_like(last, opening.next_year_of(last), by=cast.administrator)

    assert Period.objects.count() == 2


def test_the_page_shows_then_opens(here: Area, last: Period, cast: Cast) -> None:
    client, address = signed_in(cast.administrator), reverse("admin:movement_period_next", args=[last.pk])
    page = client.get(address)
    form = {name: f"{opening.a_year_on(getattr(last, name)):%d/%m/%Y}" for name in NAMES} | {"open": "1"}

    changed = client.post(address, {**form, "shown": page.context["shown"], "ends_on": "13/12/2025"})
    none_yet = Period.objects.filter(year=2025).count()
    opened = client.post(address, {**form, "shown": changed.context["shown"], "ends_on": "13/12/2025"})
    again = client.get(address)

    period = Period.objects.get(year=2025)
    assert (page.context["preview"].reports, changed.status_code, none_yet) == (3, 200, 0)
    assert (period.ends_on, period.reports.count()) == (date(2025, 12, 13), 3)
    assert [answer.url for answer in (opened, again)] == [reverse("admin:movement_period_change", args=[period.pk])] * 2


def test_a_wrong_day_is_told_at_its_field_and_opens_nothing(last: Period, cast: Cast) -> None:
    address = reverse("admin:movement_period_next", args=[last.pk])

    response = signed_in(cast.administrator).post(address, {"starts_on": "32/12/2024", "open": "1", "shown": ""})

    assert (response.status_code, response.context["preview"]) == (200, None)
    assert "starts_on" in response.context["form"].errors
    assert Period.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [(Role.ADMINISTRATOR, 200), (Role.REVIEWER, 403), (Role.OFFICER, 403)])
def test_the_page_is_closed_to_others(here: Area, last: Period, role: str, status: int) -> None:
    address = reverse("admin:movement_period_next", args=[last.pk])

    answers = [
        signed_in(posted(area, role)).get(address).status_code for area in (here.province, province())
    ]  # whoever is posted elsewhere finds nothing

    assert answers == [status, 404]


# ---------------------------------------------------------------- the form of a period


def test_the_catalogue_changes_no_open_form_until_it_is_renewed(here: Area, last: Period, cast: Cast) -> None:
    sent = Report.objects.get(area=here)
    move_report(sent, "request_signature", by=cast.officer)
    kind = KindFactory()
    standing(here, kind)
    new = counting(kind)
    count_register(Report.objects.get(area=here))
    before = Figure.objects.filter(indicator=new).count()

    changed = opening.renew_form(last, [new], by=cast.administrator)

    assert (before, changed) == (0, 2)
    assert set(Figure.objects.filter(indicator=new).values_list("report__area", flat=True)) == {
        here.district.pk,
        here.province.pk,
    }
    assert opening.renewal(last) == opening.Renewal(addable=(), ended=(), open=2, lacking=0, sent=1)


def test_what_came_back_gets_the_lines_when_the_form_is_renewed_again(here: Area, last: Period, cast: Cast) -> None:
    sent = Report.objects.get(area=here)
    move_report(sent, "request_signature", by=cast.officer)
    opening.renew_form(last, [IndicatorFactory()], by=cast.administrator)
    move_report(sent, "recall", by=cast.officer)
    lacking = opening.renewal(last).lacking

    changed = opening.renew_form(last, [], by=cast.administrator)

    assert (lacking, changed, opening.renewal(last).lacking) == (1, 1, 0)
    assert sent.figures.count() == 3


def test_renewing_takes_nothing_out(here: Area, last: Period, cast: Cast) -> None:
    Indicator.objects.filter(name_en="Second").update(valid_to=date(2024, 1, 1))
    Figure.objects.filter(report__area=here, indicator__name_en="Second").update(own=7)

    opening.renew_form(last, [], by=cast.administrator)

    assert [one.name_en for one in opening.renewal(last).ended] == ["Second"]
    assert Figure.objects.filter(indicator__name_en="Second").count() == 3


def test_the_form_is_renewed_on_its_page(here: Area, last: Period, cast: Cast) -> None:
    new, address = IndicatorFactory(), reverse("admin:movement_period_form", args=[last.pk])
    client = signed_in(cast.administrator)

    shown = [one for _section, lines in client.get(address).context["addable"] for one in lines]
    refused = signed_in(cast.reviewer).post(address, {"line": new.pk}).status_code
    client.post(address, {"line": new.pk})

    assert (shown, refused) == ([(new.pk, new.name)], 403)
    assert Figure.objects.filter(indicator=new).count() == 3
    with pytest.raises(ValidationError):
        opening.renew_form(last, [IndicatorFactory(valid_to=date(2024, 1, 1))], by=cast.administrator)


def test_lines_of_a_sent_report_stay_as_they_were_counted(here: Area, last: Period, cast: Cast) -> None:
    Report.objects.filter(area=here).update(state=State.APPROVED)
    opening.renew_form(last, [IndicatorFactory()], by=cast.administrator)

    assert Report.objects.get(area=here).figures.count() == 2


# ---------------------------------------------------------------- the catalogue remembers


def test_the_catalogue_keeps_who_changed_what(cast: Cast) -> None:
    line = IndicatorFactory()
    client, address = signed_in(cast.administrator), reverse("admin:movement_indicator_change", args=[line.pk])
    names = ("code", "section", "position", "name_vi", "unit_vi", "unit_en", "rollup", "source")
    form = {name: getattr(line, f"{name}_id" if name == "section" else name) for name in names}

    response = client.post(address, {**form, "name_en": "Renamed", "read_version": line.version})

    assert response.status_code == 302
    newest = line.history.first()
    assert (newest.name_en, newest.history_user) == ("Renamed", cast.administrator)
    assert client.get(reverse("admin:movement_indicator_history", args=[line.pk])).status_code == 200


def test_loading_a_catalogue_again_writes_no_history(cast: Cast) -> None:
    line = IndicatorFactory(name_vi="Một")

    store(line, {"name_vi": "Một"})
    store(line, {"name_vi": "Hai"})

    assert [one.name_vi for one in line.history.all()] == ["Hai", "Một"]


def test_a_district_shares_the_form_only_for_requests(here: Area) -> None:
    reviewer = posted(here.district, Role.REVIEWER)

    rights = [
        reviewer.has_perm("movement.add_period", Period(area=area, kind=kind))
        for area in (here.district, district())
        for kind in (Period.Kind.YEAR, Period.Kind.HALF, Period.Kind.OTHER)
    ]

    assert rights == [False, True, True, False, False, False]
