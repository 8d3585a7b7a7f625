"""Late and locked: each explains itself, every way in is closed alike, and more time opens it again."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from movement import deadlines
from movement.models import Extension, Period, Report
from movement.models.reports import State
from movement.reports import correct, enter, move_report, open_period
from movement.sheets.figures import FigureSheet
from movement.texts import write
from movement.todo import groups_for
from tests.desk import bring_in, confirm, said
from tests.factories import ExtensionFactory, IndicatorFactory, PeriodFactory, ReportSectionFactory, commune, province
from tests.people import Cast, cast_of, posted
from units.importing.context import Context
from units.models.people import Role

if TYPE_CHECKING:
    from movement.models import Figure, Indicator
    from units.models import Area

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


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
def indicator() -> Indicator:
    return IndicatorFactory(name_vi="Số buổi", name_en="Sessions")


@pytest.fixture
def period(here: Area, cast: Cast, indicator: Indicator) -> Period:
    """Return the year whose entry closed yesterday for communes, three days after they were due."""
    period: Period = PeriodFactory(
        area=here.province, due_commune_on=TODAY - timedelta(days=4), closes_commune_on=YESTERDAY
    )
    open_period(period, by=cast.administrator)
    return period


def report_of(area: Area) -> Report:
    return Report.objects.select_related("area", "period", "goes_to").get(area=area)


def figure_of(area: Area) -> Figure:
    return report_of(area).figures.select_related("report__area", "report__period", "indicator").get()


def closing_on(period: Period, day: date | None) -> None:
    Period.objects.filter(pk=period.pk).update(closes_commune_on=day)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


# ---------------------------------------------------------------- late, locked, extended


@pytest.mark.parametrize(
    ("due", "closes", "until", "state", "late", "closed"),
    [
        (0, None, None, State.DRAFT, False, False),
        (-1, None, None, State.DRAFT, True, False),
        (-1, 0, None, State.DRAFT, True, False),
        (-2, -1, None, State.DRAFT, True, True),
        (-2, -1, None, State.AWAITING_SIGNATURE, True, True),
        (-2, -1, 0, State.DRAFT, True, False),
        (-3, -2, -1, State.DRAFT, True, True),
        (-2, -1, None, State.APPROVED, False, True),
    ],
)
def test_late_and_locked_are_two_things(
    here: Area, due: int, closes: int | None, until: int | None, state: str, late: bool, closed: bool
) -> None:
    def day(number: int | None) -> Any:
        return None if number is None else TODAY + timedelta(days=number)

    period = PeriodFactory(area=here.province, due_commune_on=day(due), closes_commune_on=day(closes))
    report = Report.objects.create(area=here, period=period, state=state)
    if until is not None:
        ExtensionFactory(period=period, area=here.district, until=day(until))

    assert (report.is_overdue, report.is_closed) == (late, closed)


def test_entry_never_closes_before_reports_are_due(here: Area) -> None:
    period = PeriodFactory.build(area=here.province, closes_commune_on=date(2024, 12, 15))

    with pytest.raises(ValidationError), transaction.atomic():
        period.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        period.save()


@pytest.mark.parametrize("name", ["area", "district", "province"])
def test_more_time_for_an_area_is_more_time_for_all_below(here: Area, period: Period, name: str) -> None:
    other = commune()
    ExtensionFactory(period=period, area=other.district, until=TOMORROW)
    before = report_of(here).is_closed

    ExtensionFactory(period=period, area=here if name == "area" else getattr(here, name), until=TOMORROW)

    assert (before, report_of(here).is_closed, report_of(here).closes_on) == (True, False, TOMORROW)
    assert Report.objects.with_extensions().get(area=here).extended_until == TOMORROW


def test_of_several_extensions_the_latest_counts(here: Area, period: Period) -> None:
    ExtensionFactory(period=period, area=here, until=TOMORROW)
    ExtensionFactory(period=period, area=here.district, until=YESTERDAY)

    assert report_of(here).closes_on == TOMORROW
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtensionFactory(period=period, area=here, until=TOMORROW)


def test_each_explains_itself(here: Area, cast: Cast, period: Period) -> None:
    closed = deadlines.told(report_of(here))
    ExtensionFactory(period=period, area=here, until=TOMORROW)
    extended = deadlines.told(report_of(here))
    closing_on(period, None)
    Extension.objects.all().delete()
    late = deadlines.told(report_of(here))
    closing_on(period, TOMORROW)
    closing = deadlines.told(report_of(here))
    Period.objects.filter(pk=period.pk).update(due_commune_on=TOMORROW)
    soon = deadlines.told(report_of(here))

    due = deadlines.written(TODAY - timedelta(days=4))
    assert (closed, extended, late, closing, soon) == (
        f"“{report_of(here)}” is locked since {deadlines.written(TODAY)}: the last day of entry was "
        f"{deadlines.written(YESTERDAY)}. Only an extension opens it again: ask the reviewer, leader or administrator of {here.district}.",
        f"Late by 4 days: it was due on {due}. By extension it can be entered and sent until the end of {deadlines.written(TOMORROW)}.",
        f"Late by 4 days: it was due on {due}. It can still be entered and sent.",
        f"Late by 4 days: it was due on {due}. It can still be entered and sent until the end of {deadlines.written(TOMORROW)}, then it is locked.",
        "Due in 1 day.",
    )


def test_the_home_area_asks_its_leader(here: Area, cast: Cast, period: Period) -> None:
    Period.objects.filter(pk=period.pk).update(due_province_on=None, closes_province_on=YESTERDAY)

    assert deadlines.closed_text(report_of(here.province)).endswith(f"ask the leader of {here.province}.")


# ---------------------------------------------------------------- every way in


def test_nothing_is_entered_or_written_by_anybody(here: Area, cast: Cast, period: Period) -> None:
    figure, section = figure_of(here), ReportSectionFactory(report=report_of(here))
    figure.own = 5
    section.text = "Thêm"
    told = set()

    for by in (cast.officer, cast.clerk, posted(here, is_superuser=True)):
        for change in (lambda by=by: enter(figure, by=by), lambda by=by: write(section, by=by)):
            with pytest.raises(PermissionDenied) as refused:
                change()
            told.add(str(refused.value))

    assert told == {deadlines.closed_text(report_of(here))}
    assert figure_of(here).own is None


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (State.DRAFT, "request_signature"),
        (State.AWAITING_SIGNATURE, "submit"),
        (State.AWAITING_SIGNATURE, "send_back"),
        (State.SUBMITTED, "recall"),
        (State.SUBMITTED, "return"),
    ],
)
def test_nothing_is_sent_nor_goes_back_to_where_it_is_locked(
    here: Area, cast: Cast, period: Period, state: str, name: str
) -> None:
    Report.objects.filter(area=here).update(state=state)
    by = {"submit": cast.signer, "send_back": cast.signer, "return": cast.reviewer}.get(name, cast.officer)

    with pytest.raises(PermissionDenied) as refused:
        move_report(report_of(here), name, by=by, note="Lý do")
    ExtensionFactory(period=period, area=here, until=TODAY)
    move_report(report_of(here), name, by=by, note="Lý do")

    assert "locked since" in str(refused.value)


def test_what_was_sent_is_approved_and_corrected_all_the_same(here: Area, cast: Cast, period: Period) -> None:
    Report.objects.filter(area=here).update(state=State.SUBMITTED)

    move_report(report_of(here), "approve", by=cast.reviewer)
    correct(figure_of(here), own=7, reason="Đếm lại", by=cast.reviewer)

    assert (figure_of(here).own, deadlines.told(report_of(here))) == (7, "")


def test_a_sheet_is_refused_with_the_same_words_until_there_is_more_time(
    here: Area, cast: Cast, period: Period
) -> None:
    heads, row = ["Mã địa bàn", "Năm", "Số buổi"], [here.code, 2024, 12]

    refused = bring_in(cast.clerk, FigureSheet, heads, [row])
    shown = bring_in(cast.clerk, FigureSheet, heads, [[here.code, 2024, 13]])
    ExtensionFactory(period=period, area=here, until=TODAY)
    confirm(bring_in(cast.clerk, FigureSheet, heads, [row]))

    closed = deadlines.closed_text(Report(area=here, period=period, goes_to=here.district))
    assert (said(refused), said(shown), figure_of(here).own) == ([closed], [closed], 12)


@pytest.mark.parametrize("count", [1, 3])
def test_a_sheet_for_locked_reports_costs_the_same_for_any_length(
    here: Area, cast: Cast, period: Period, count: int, django_assert_num_queries: Any
) -> None:
    areas = [here, *(commune(here.district) for _number in range(count - 1))]
    open_period(period, by=cast.administrator)
    figures = list(Report.objects.filter(area__in=areas).values_list("pk", "figures", "figures__version"))
    names = ("figure_" + IndicatorFactory._meta.model.objects.get().code,)
    checked = SimpleNamespace(
        names=names, old={}, keys=[report for report, *_rest in figures], columns={names[0]: [5] * count},
        versions=[{names[0]: (figure, version)} for _report, figure, version in figures],
    )  # fmt: skip
    sheet: Any = FigureSheet(Context(cast.clerk))
    cast.clerk.current_postings(), cast.clerk.predecessors()

    with django_assert_num_queries(2):
        refused = sheet.judge(checked, range(count))

    assert len(refused) == count


def test_the_page_only_reads_and_says_why(here: Area, cast: Cast, period: Period) -> None:
    address = reverse("admin:movement_report_change", args=[report_of(here).pk])

    officer, reviewer = (signed_in(user).get(address) for user in (cast.officer, cast.reviewer))

    assert [one.context["deadline"] for one in (officer, reviewer)] == [deadlines.closed_text(report_of(here))] * 2
    assert [one.context["moves"] for one in (officer, reviewer)] == [[], []]
    assert [bool(one.context["extension"]) for one in (officer, reviewer)] == [False, True]
    assert [formset.has_change_permission for formset in officer.context["inline_admin_formsets"]][:1] == [False]


# ---------------------------------------------------------------- who gives more time


@pytest.mark.parametrize(
    ("role", "at", "level", "may"),
    [
        (Role.REVIEWER, "district", "commune", True),
        (Role.LEADER, "district", "commune", True),
        (Role.ADMINISTRATOR, "province", "district", True),
        (Role.REVIEWER, "commune", "commune", False),
        (Role.REVIEWER, "district", "district", False),
        (Role.LEADER, "district", "district", False),
        (Role.OFFICER, "province", "commune", False),
        (Role.SIGNER, "province", "commune", False),
        (Role.REVIEWER, "province", "province", False),
        (Role.LEADER, "province", "province", True),
    ],
)
def test_more_time_is_given_from_above(here: Area, period: Period, role: str, at: str, level: str, may: bool) -> None:
    places = {"commune": here, "district": here.district, "province": here.province}
    user, area = posted(places[at], role), places[level]
    address = reverse("admin:movement_extension_add")
    form = {"period": period.pk, "area": area.pk, "until": f"{TOMORROW:%d/%m/%Y}", "reason": "Mưa lũ"}

    signed_in(user).post(address, form)

    assert [(one.area, one.given_by) for one in Extension.objects.all()] == ([(area, user)] if may else [])
    assert Extension.objects.filter(area=area).exists() is may


def test_a_reviewer_of_another_place_gives_nothing(here: Area, period: Period) -> None:
    stranger = posted(province(), Role.REVIEWER)

    with pytest.raises(PermissionDenied):
        deadlines.give(Extension(period=period, area=here, until=TOMORROW, reason="Mưa lũ"), by=stranger)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": YESTERDAY}, "until"),
        ({"reason": ""}, "reason"),
        ({"reason": "theo nguồn tin quần chúng"}, "reason"),
    ],
)
def test_more_time_has_a_reason_and_a_day_that_helps(
    here: Area, cast: Cast, period: Period, changes: dict[str, Any], field: str
) -> None:
    told = {"period": period, "area": here, "until": TOMORROW, "reason": "Mưa lũ", **changes}

    with pytest.raises(ValidationError) as refused:
        deadlines.give(Extension(**told), by=cast.reviewer)

    assert list(refused.value.error_dict) == [field]


def test_nobody_needs_more_time_where_nothing_closes(here: Area, cast: Cast, period: Period) -> None:
    new = commune(here.parent)  # opened after the period: it owes nothing
    wrong = []
    for area, day in ((here, None), (new, YESTERDAY), (here, TODAY + timedelta(days=9))):
        closing_on(period, day)
        fresh = Period.objects.get(pk=period.pk)
        with pytest.raises(ValidationError) as refused:
            deadlines.give(Extension(period=fresh, area=area, until=TOMORROW, reason="Mưa lũ"), by=cast.reviewer)
        wrong += list(refused.value.error_dict)

    assert wrong == ["period", "area", "until"]


def test_one_that_is_over_stays_on_record_and_shows_with_the_period(here: Area, cast: Cast, period: Period) -> None:
    over = ExtensionFactory(period=period, area=here, until=TODAY - timedelta(days=30))
    given = deadlines.give(Extension(period=period, area=here, until=TOMORROW, reason="Mất điện"), by=cast.reviewer)
    given.until = TODAY
    deadlines.give(given, by=cast.leader)

    page = signed_in(cast.reviewer).get(reverse("admin:movement_period_change", args=[period.pk]))

    assert [(one, one.is_in_force) for one in page.context["extensions"]] == [(given, True), (over, False)]
    assert [one.history_user_id is None for one in given.history.all()] == [True, True]
    assert (page.context["may_extend"], given.given_by) == (True, cast.reviewer)


# ---------------------------------------------------------------- costs, and the first page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_tells_what_is_locked_at_one_cost(
    here: Area, cast: Cast, period: Period, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count - 1):
        commune(here.parent)
    open_period(period, by=cast.administrator)
    ExtensionFactory(period=period, area=here, until=YESTERDAY)
    client, address = signed_in(cast.officer), reverse("admin:movement_report_changelist")
    client.get(address)

    with django_assert_num_queries(7):
        response = client.get(address, {"area__level__exact": "commune"})

    assert [one.is_closed for one in response.context["cl"].result_list] == [True] * count


def test_the_first_page_tells_late_locked_and_why_a_report_came_back(here: Area, cast: Cast, period: Period) -> None:
    closing_on(period, TOMORROW)
    move_report(report_of(here), "request_signature", by=cast.officer)
    move_report(report_of(here), "submit", by=cast.signer)
    reviewer = type(cast.reviewer).objects.get(pk=cast.reviewer.pk)
    waiting = {group.title: group.summary for group in groups_for(reviewer, TODAY)}["Reports to review"]
    move_report(report_of(here), "return", by=cast.reviewer, note="Thiếu số buổi")
    late = mine(here)
    closing_on(period, YESTERDAY)
    locked = mine(here)

    assert waiting == "1 report waits. The oldest came 0 days ago."
    why = f"Returned on {deadlines.written(TODAY)}: Thiếu số buổi."
    assert [(one.overdue, one.closed) for one in (late, locked)] == [(True, False), (True, True)]
    assert late.note.startswith(f"{why} Late by 4 days")
    assert locked.note == f"{why} {deadlines.closed_text(report_of(here))}"


def mine(here: Area) -> Any:
    return groups_for(posted(here), TODAY)[0].lines[0]
