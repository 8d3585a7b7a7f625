from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from movement.findings import Answer, explain, findings, unexplained, unexplained_of
from movement.models import Figure, FindingReason, Indicator, Report
from movement.models.reports import State
from movement.reports import Unexplained, correct, enter, move_report
from tests.factories import (
    FigureFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    ReportFactory,
    commune,
    counting,
    district,
    province,
    standing,
)
from tests.pages import Page
from tests.people import cast_of, posted
from tests.reasons import SAID, explained
from units.models import AreaSuccession
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from movement.findings import Finding
    from units.models import Area

pytestmark = pytest.mark.django_db


def line(code: str, **fields: Any) -> Indicator:
    return Indicator.objects.filter(code=code).first() or IndicatorFactory(code=code, **fields)


def report_with(area: Area | None = None, year: int = 2024, state: str = State.DRAFT, **numbers: int | None) -> Report:
    """Return the report of `area` with a line for each of `numbers`, named by the codes of their indicators."""
    area = area or commune()
    period = PeriodFactory._meta.model.objects.filter(area=area.province, year=year).first()
    period = period or PeriodFactory(area=area.province, year=year)
    report = ReportFactory(area=area, period=period, state=state, goes_to=area.parent)
    for code, own in numbers.items():
        FigureFactory(report=report, indicator=line(code), own=own)
    return report


def codes(report: Report) -> list[str]:
    return [one.check for one in findings(report)]


def figure_of(report: Report, code: str) -> Figure:
    return Figure.objects.select_related("indicator", "report__area", "report__period").get(
        report=report, indicator__code=code
    )


def fill(report: Report, code: str, own: int | None, by: Any) -> None:
    figure = figure_of(report, code)
    figure.own = own
    enter(figure, by=by)


# ---------------------------------------------------------------- the checks


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"launch_residential_areas": 10, "residential_areas": 10}, []),
        ({"launch_residential_areas": 11, "residential_areas": 10}, ["launched_of_residential_areas"]),
        ({"launch_residential_areas": 11, "residential_areas": None}, []),
        ({"launch_residential_areas": 11}, []),
        ({"festival_residential": 11, "residential_areas": 10}, ["festival_of_residential_areas"]),
        ({"standard_residential": 11, "residential_areas": 10}, ["standard_of_residential_areas"]),
        ({"festival_communes": 1}, []),
        ({"festival_communes": 2}, ["festival_of_communes"]),
        ({"standard_communes": 2}, ["standard_of_communes"]),
        ({"models_new": 3, "models_maintained": 2}, ["new_of_models"]),
        ({"skilful_mobilisation_models": 3, "models_maintained": 2}, ["skilful_of_models"]),
        ({"models_disseminated": 3, "models_maintained": 2}, ["disseminated_of_models"]),
        ({"mediation_received": 323, "mediation_successful": 186, "mediation_unsuccessful": 103, "mediation_pending": 34}, []),
        ({"mediation_received": 323, "mediation_successful": 186, "mediation_unsuccessful": 103, "mediation_pending": 30}, ["mediation_adds_up"]),
        ({"mediation_received": 323, "mediation_successful": 186, "mediation_unsuccessful": 103, "mediation_pending": None}, []),
        ({"launch_attendance": 40, "launch_sessions": 2}, []),
        ({"launch_attendance": 40, "launch_sessions": 0}, ["launch_attendance_without_session"]),
        ({"launch_attendance": 0, "launch_sessions": 0}, []),
        ({"launch_attendance": 0, "launch_sessions": 2}, ["launch_attendance_too_low"]),
        ({"launch_attendance": None, "launch_sessions": 2}, []),
        ({"launch_attendance": 4001, "launch_sessions": 2}, ["launch_attendance_too_high"]),
        ({"launch_residential_areas": 3, "launch_sessions": 0}, ["launched_without_session"]),
        ({"propaganda_attendance": 40, "propaganda_sessions": 0}, ["information_attendance_without_session"]),
        ({"propaganda_attendance": 1, "propaganda_sessions": 2}, ["information_attendance_too_low"]),
        ({"propaganda_attendance": 4001, "propaganda_sessions": 2}, ["information_attendance_too_high"]),
        ({"gift_value_vnd": 5_000_000, "gifts": 10}, []),
        ({"gift_value_vnd": 5_000_000, "gifts": 0}, ["value_without_gifts"]),
        ({"gift_value_vnd": 5_000, "gifts": 10}, ["value_of_a_gift"]),
        ({"gift_value_vnd": 0, "gifts": 10}, ["value_of_a_gift"]),
        ({"population": 2000, "residential_areas": 10}, []),
        ({"population": 20, "residential_areas": 10}, ["people_of_a_village"]),
    ],
)  # fmt: skip
def test_the_numbers_of_a_report_are_held_against_each_other(
    numbers: dict[str, int | None], expected: list[str]
) -> None:
    assert codes(report_with(**numbers)) == expected


def test_a_finding_says_what_is_wrong_and_what_would_be_right() -> None:
    report = report_with(launch_residential_areas=1200, residential_areas=1100)
    Indicator.objects.filter(code="launch_residential_areas").update(name_en="Launched areas")

    with translation.override("en"):
        (found,) = findings(report)

    assert str(found) == (
        "Launched areas: 1,200 residential areas had a launch, but there are 1,100: each is counted once, so at most 1,100"
    )
    assert (found.is_error, found.numbers) == (False, {"launch_residential_areas": 1200, "residential_areas": 1100})


def test_a_total_is_checked_once_all_communes_are_in_it() -> None:
    here = district()
    report = report_with(here, launch_residential_areas=11, residential_areas=10)
    figures = Figure.objects.filter(report=report)
    figures.update(areas_expected=2, areas_counted=2)
    whole = codes(report)
    figures.filter(indicator__code="residential_areas").update(areas_counted=1)

    assert (whole, codes(report)) == (["launched_of_residential_areas"], [])


def test_communes_that_ended_within_the_period_are_counted_too() -> None:
    here = district()
    commune(here)
    commune(here, valid_to=date(2024, 7, 1))
    commune(here, valid_to=date(2023, 12, 15))

    assert (codes(report_with(here, festival_communes=2)), codes(report_with(district(), festival_communes=2))) == (
        [],
        ["festival_of_communes"],
    )


# ---------------------------------------------------------------- what stands out


def test_a_tenfold_slip_stands_out_of_the_own_past() -> None:
    here = commune()
    for year, own in ((2021, 31), (2022, 28), (2023, 30)):
        report_with(here, year, State.APPROVED, materials=own)

    report = report_with(here, materials=32)
    usual = findings(report)
    Figure.objects.filter(report=report).update(own=320)

    assert usual == []
    assert [(one.check, one.numbers) for one in findings(report)] == [("outlier", {"value": 320, "past": [31, 28, 30]})]
    with translation.override("en"):
        assert "in earlier years 31, 28, 30" in str(findings(report)[0])


def test_without_a_past_similar_areas_tell() -> None:
    here = commune()
    for own in (30, 28, 35, 26, 31, 33):
        report_with(commune(here.parent), 2024, State.APPROVED, materials=own)

    assert codes(report_with(here, materials=300)) == ["outlier"]


def test_drafts_and_other_kinds_of_periods_are_no_past() -> None:
    here = commune()
    for year, own in ((2021, 31), (2022, 28), (2023, 30)):
        report_with(here, year, State.SUBMITTED, materials=own)

    assert codes(report_with(here, materials=300)) == []


@pytest.mark.parametrize(("kind", "expected"), [("merge", ["outlier"]), ("split", [])])
def test_the_past_of_a_new_area_is_that_of_what_went_whole_into_it(kind: str, expected: list[str]) -> None:
    reform = date(2024, 7, 1)
    above = district()
    new = commune(above, valid_from=reform)
    old = [commune(above, valid_to=reform) for _number in range(2)]
    for one in old:
        AreaSuccession.objects.create(predecessor=one, successor=new, effective_on=reform, kind=kind, is_main=True)
    if kind == "split":
        beside = commune(above, valid_from=reform)
        AreaSuccession.objects.create(predecessor=old[0], successor=beside, effective_on=reform, kind=kind)
    for year in (2022, 2023):
        for one in old:
            report_with(one, year, State.APPROVED, materials=15)

    report = report_with(new, materials=300)

    assert codes(report) == expected
    assert [one.numbers["past"] for one in findings(report)] == [[30, 30]] * len(expected)


def test_what_stood_out_is_not_asked_again_once_it_is_approved() -> None:
    here = commune()
    for year in (2022, 2023):
        report_with(here, year, State.APPROVED, materials=30)

    assert codes(report_with(here, state=State.APPROVED, materials=300)) == []


# ---------------------------------------------------------------- reasons are bound to their numbers


@pytest.fixture
def doubtful():
    return report_with(launch_residential_areas=11, residential_areas=10)


@pytest.fixture
def cast(doubtful):
    return cast_of(doubtful.area.province)


def test_a_reason_settles_a_finding_as_long_as_its_numbers_stay(doubtful, cast):
    explained(doubtful, by=cast.officer)
    settled = unexplained(doubtful)
    fill(doubtful, "residential_areas", 9, cast.officer)
    changed = unexplained(doubtful)
    explained(doubtful, by=cast.officer, reason="Hai thôn đã nhập vào thôn khác")
    again = unexplained(doubtful)
    fill(doubtful, "residential_areas", 10, cast.officer)

    (back,) = unexplained(doubtful)
    assert (settled, [one.check for one in changed], again) == ([], ["launched_of_residential_areas"], [])
    assert (changed[0].lapsed.reason, changed[0].lapsed.given_by) == (SAID, cast.officer)
    assert back.lapsed.reason == "Hai thôn đã nhập vào thôn khác"
    assert [(one.reason, one.numbers["residential_areas"]) for one in FindingReason.history.order_by("history_id")] == [
        (SAID, 10),
        ("Hai thôn đã nhập vào thôn khác", 9),
    ]


def test_a_reason_for_numbers_that_changed_meanwhile_is_not_taken(doubtful, cast):
    (found,) = findings(doubtful)
    fill(doubtful, "residential_areas", 9, cast.officer)

    refused = explain(doubtful, [Answer(found.key, found.seen, SAID)], by=cast.officer)

    assert len(refused) == 1
    assert SAID in refused[0]
    assert FindingReason.objects.count() == 0


def test_a_reason_for_what_is_right_by_now_is_no_matter(doubtful, cast):
    (found,) = findings(doubtful)
    fill(doubtful, "residential_areas", 11, cast.officer)

    assert explain(doubtful, [Answer(found.key, found.seen, SAID)], by=cast.officer) == []
    assert FindingReason.objects.count() == 0


@pytest.mark.parametrize("reason", ["Đã biết", "Theo nguồn tin của quần chúng"])
def test_a_reason_says_something_and_nothing_that_may_not_be_held(doubtful, cast, reason):
    with pytest.raises(ValidationError) as refusal:
        explained(doubtful, by=cast.officer, reason=reason)

    assert refusal.value.message_dict.keys() == {"reason"}
    assert unexplained(doubtful) != []


@pytest.mark.parametrize("role", [Role.SIGNER, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, Role.AWARD_SECRETARY])
def test_others_give_no_reasons(doubtful, cast, role):
    with pytest.raises(PermissionDenied):
        explained(doubtful, by=posted(doubtful.area.province, role))


def test_a_report_that_was_sent_takes_no_reasons(doubtful, cast):
    Report.objects.filter(pk=doubtful.pk).update(state=State.SUBMITTED)

    with pytest.raises(PermissionDenied):
        explained(Report.objects.get(pk=doubtful.pk), by=cast.officer)


def test_reasons_are_seen_where_they_were_given_and_above(doubtful, cast):
    explained(doubtful, by=cast.officer)
    Report.objects.update(state=State.APPROVED)
    neighbour = posted(commune(doubtful.area.parent))

    seen = [FindingReason.objects.visible_to(one).count() for one in (cast.reviewer, cast.officer, neighbour)]

    assert seen == [1, 1, 0]
    assert list(Report.objects.visible_to(neighbour)) == [doubtful]


numbers = st.tuples(st.integers(0, 4), st.integers(0, 3))


class ReasonsAreBound(TestCase):
    @settings(max_examples=12, deadline=None)
    @given(given_for=numbers, now=numbers)
    def test_a_finding_is_explained_if_and_only_if_its_numbers_are_those_of_its_reason(
        self, given_for: tuple[int, int], now: tuple[int, int]
    ) -> None:
        report = report_with(models_new=given_for[0], models_maintained=given_for[1])
        officer = posted(report.area)
        explained(report, by=officer)
        fill(report, "models_new", now[0], officer)
        fill(report, "models_maintained", now[1], officer)

        found = findings(report)

        assert [one.is_open for one in found] == [now != given_for] * (now[0] > now[1])


# ---------------------------------------------------------------- nothing leaves with an open finding


def test_a_doubt_stops_the_report_until_it_is_explained(doubtful, cast):
    for name in ("request_signature", "submit", "approve"):
        by = {"request_signature": cast.officer, "submit": cast.signer, "approve": cast.reviewer}[name]
        if name == "request_signature":
            with pytest.raises(Unexplained) as refusal:
                move_report(doubtful, name, by=by)
            explained(doubtful, by=cast.officer)
        move_report(doubtful, name, by=by)

    assert figure_of(doubtful, "launch_residential_areas").label in str(refusal.value)
    assert Report.objects.get(pk=doubtful.pk).state == State.APPROVED


@pytest.mark.parametrize(("name", "state"), [("submit", State.AWAITING_SIGNATURE), ("approve", State.SUBMITTED)])
def test_each_door_asks_for_itself(doubtful, cast, name, state):
    Report.objects.filter(pk=doubtful.pk).update(state=state)
    report = Report.objects.get(pk=doubtful.pk)

    with pytest.raises(Unexplained):
        move_report(report, name, by={"submit": cast.signer, "approve": cast.reviewer}[name])

    assert Report.objects.get(pk=doubtful.pk).state == state


def test_an_error_is_fixed_and_never_explained(cast, doubtful):
    report = report_with(commune(doubtful.area.parent), launch_attendance=40, launch_sessions=0)
    explained(report, by=cast.officer)

    with pytest.raises(Unexplained):
        move_report(report, "request_signature", by=cast.officer)
    fill(report, "launch_sessions", 1, cast.officer)
    move_report(report, "request_signature", by=cast.officer)

    assert report.state == State.AWAITING_SIGNATURE


def test_a_draft_is_checked_as_sending_would_leave_it(doubtful, cast):
    here = commune(doubtful.area.parent)
    kind = KindFactory()
    standing(here, kind)
    report = report_with(here)
    FigureFactory(report=report, indicator=counting(kind))

    assert findings(report) == []
    assert Figure.objects.get(report=report).own is None


def test_a_correction_may_not_make_an_error(doubtful, cast):
    report = report_with(commune(doubtful.area.parent), state=State.APPROVED, launch_attendance=40, launch_sessions=2)

    with pytest.raises(ValidationError):
        correct(figure_of(report, "launch_sessions"), own=0, reason="Nhập nhầm số buổi", by=cast.reviewer)

    assert figure_of(report, "launch_sessions").own == 2


# ---------------------------------------------------------------- the page


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def address_of(report: Report) -> str:
    return reverse("admin:movement_report_change", args=[report.pk])


def names_on(page: Any) -> set[str | None]:
    return {one.attributes.get("name") for one in Page(page.content.decode()).all("input")}


def posted_form(client: Client, report: Report, **changes: Any) -> dict[str, Any]:
    """Return the form of a report as its page shows it, with `changes`."""
    page = client.get(address_of(report))
    form: dict[str, Any] = {}
    for one in page.context["inline_admin_formsets"]:
        form |= {f"{one.formset.prefix}-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
        if one.formset.model is Figure:
            form |= {f"figures-{name}_FORMS": len(one.formset.forms) for name in ("TOTAL", "INITIAL")}
            for row in one.formset.forms:
                form |= {bound.html_name: "" if (value := bound.value()) is None else value for bound in row}
            form |= {bound.html_name: bound.value() or "" for bound in one.reasons}
    return form | changes


def test_the_page_asks_at_the_line_and_takes_the_reason(doubtful, cast):
    client = client_of(cast.officer)
    (found,) = findings(doubtful)
    shown = names_on(client.get(address_of(doubtful)))

    response = client.post(address_of(doubtful), posted_form(client, doubtful, **{f"reasons-{found.key}": SAID}))

    assert f"reasons-{found.key}" in shown
    assert response.status_code == 302
    (settled,) = findings(doubtful)
    assert (settled.reason, settled.given.given_by, settled.given.version) == (SAID, cast.officer, 1)
    client.post(address_of(doubtful), posted_form(client, doubtful))
    assert FindingReason.objects.get().version == 1
    assert set(Figure.objects.values_list("version", flat=True)) == {1}


def test_a_short_reason_keeps_the_form_with_all_that_was_typed(doubtful, cast):
    client = client_of(cast.officer)
    (found,) = findings(doubtful)
    form = posted_form(client, doubtful, **{f"reasons-{found.key}": "Đúng", "figures-1-own": "12"})

    response = client.post(address_of(doubtful), form)

    assert response.status_code == 200
    assert 'value="Đúng"' in response.content.decode()
    assert figure_of(doubtful, "residential_areas").own == 10


def test_a_draft_is_saved_whatever_looks_wrong(cast, doubtful):
    client = client_of(cast.officer)

    response = client.post(address_of(doubtful), posted_form(client, doubtful, **{"figures-0-own": "5000"}))

    assert response.status_code == 302
    assert sorted(Figure.objects.values_list("own", flat=True)) == [10, 5000]


def test_the_reviewer_reads_the_reason_and_a_neighbour_does_not(doubtful, cast):
    explained(doubtful, by=cast.officer)
    Report.objects.update(state=State.APPROVED)
    neighbour = posted(commune(doubtful.area.parent))

    pages = [client_of(one).get(address_of(doubtful)) for one in (cast.reviewer, neighbour)]

    assert [page.status_code for page in pages] == [200, 200]
    assert [SAID in page.content.decode() for page in pages] == [True, False]


def test_what_no_longer_agrees_after_the_approval_is_explained_by_who_corrects(doubtful, cast):
    kind = KindFactory()
    report = report_with(commune(doubtful.area.parent), state=State.APPROVED)
    FigureFactory(report=report, indicator=counting(kind), own=0)
    standing(report.area, kind)
    (found,) = findings(report)
    reviewer = client_of(cast.reviewer)
    address = reverse("admin:movement_report_explain", args=[report.pk])
    shown = names_on(reviewer.get(address_of(report)))
    answer = {f"reasons-{found.key}": SAID, f"reasons-{found.key}-seen": found.seen}

    refused = client_of(cast.officer).post(address, answer)
    taken = reviewer.post(address, answer)

    assert f"reasons-{found.key}" in shown
    assert (refused.status_code, taken.status_code, findings(report)[0].reason) == (403, 302, SAID)


@pytest.mark.parametrize("count", [1, 3])
def test_findings_cost_the_same_for_any_number_of_figures(count, django_assert_num_queries):
    here = commune()
    for number in range(count):
        report_with(commune(here.parent), state=State.APPROVED, materials=10 + number)
    for year in (2022, 2023):
        report_with(here, year, State.APPROVED, materials=30)
    report = report_with(here, materials=300)
    for _number in range(count):
        FigureFactory(report=report, indicator=IndicatorFactory(), own=3)

    with django_assert_num_queries(14):
        assert [one.check for one in findings(report)] == ["outlier"]


def told(found: Iterable[Finding]) -> list[tuple[Any, ...]]:
    return [(one.check, one.figure.report.area.name, one.figure.indicator.code, one.numbers) for one in found]


def test_many_reports_are_asked_what_each_is_asked_alone() -> None:
    top = province()
    below, kind = district(top), KindFactory()
    counting(kind, code="teams")
    first, *others = [commune(below) for _ in range(3)]
    standing(first, kind)
    for area, held in ((first, 1), (others[0], 2), (others[1], None), (below, 5), (top, 4)):
        report_with(area, state=State.APPROVED, festival_communes=held)
    explainable = report_with(commune(below), state=State.APPROVED, launch_residential_areas=2, residential_areas=1)

    def both() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        reports = list(Report.objects.select_related("area", "period__area").order_by("pk"))
        alone = [one for report in reports for one in unexplained(report, with_past=False)]
        return told(unexplained_of(reports)), told(alone)

    before = both()
    explained(explainable, by=cast_of(top).reviewer)
    after = both()

    assert (before[0], after[0]) == (before[1], after[1])
    assert [(check, numbers.get("communes"), numbers.get("register")) for check, _area, _code, numbers in after[0]] == [
        ("difference", None, 1),
        ("festival_of_communes", 1, None),
        ("difference", None, 0),
        ("difference", None, 0),
        ("festival_of_communes", 4, None),
        ("difference", None, 1),
        ("difference", None, 1),
    ]
    assert [check for check, *_rest in before[0][len(after[0]) :]] == ["launched_of_residential_areas", "difference"]


def test_asking_many_reports_costs_the_same_for_one_and_for_three(django_assert_num_queries: Any) -> None:
    below = district()
    for number in range(3):
        report_with(commune(below), state=State.APPROVED, festival_communes=number)
    reports = list(Report.objects.select_related("area", "period__area"))

    for some in (reports[:1], reports):
        with django_assert_num_queries(9):
            list(unexplained_of(some))
