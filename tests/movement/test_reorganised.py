"""Open reports go with their areas; closed years and periods of the old map stay; heirs finish what was left open."""

import datetime

import pytest
from django.test import override_settings

from config.workflow import Refused
from movement import rollup
from movement.discrepancies import Findings
from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import State
from movement.reports import enter, move_report, open_period
from movement.tallies import record_counts
from movement.verify import check_rollups
from tests.factories import (
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    PeriodFactory,
    ReportFactory,
    SuccessionFactory,
    commune,
    counting,
    country,
    province,
)
from tests.people import cast_of, posted
from tests.reform import DAY, current, national, overseer, reform
from units.models import User
from units.models.people import Role
from units.reorganising.applying import apply, undo
from units.reorganising.plan import plan_of
from units.reorganising.preview import preview_of
from units.reorganising.questions import take_suggestions

pytestmark = pytest.mark.django_db

WINDOW = {
    "starts_on": datetime.date(2024, 12, 15), "ends_on": datetime.date(2025, 12, 14),
    "cutoff_on": datetime.date(2025, 12, 14), "year": 2025,
}  # fmt: skip


def half_year(world, **fields):
    """Return the period of 2025, opened under the old map, with a draft for every old area of province A."""
    period = PeriodFactory(area=world.old["A"], **{**WINDOW, **fields})
    line = IndicatorFactory()
    reports = {name: ReportFactory(area=world.old[name], period=period) for name in ("A", "a", "b", "a1", "a2", "b1")}
    figures = {name: FigureFactory(report=report, indicator=line) for name, report in reports.items()}
    rollup.expect_communes(period)
    return period, line, figures


def typed(figures, **numbers):
    """Type numbers into the figures of the areas named."""
    for name, number in numbers.items():
        Figure.objects.filter(pk=figures[name].pk).update(own=number)


def applied(by=None):
    """Return the reorganisation of the day, applied with every suggestion taken."""
    made, by = national(), by or overseer()
    take_suggestions(plan_of(made), by=by)
    apply(made, by=by)
    return made, by


def own(line, area):
    """Return the own part of an area for the period of 2025 on the new map."""
    return Figure.objects.get(indicator=line, report__area=area, report__period__area__code=area.province.code).own


def approve(*reports):
    """Approve the reports, whatever their state; the totals follow the last."""
    for report in reports:
        Report.objects.filter(pk=report.pk).update(state=State.APPROVED)
    rollup.refresh_line(reports[-1])


def numbers(line, *names, areas):
    """Return what the figures of the areas named say: total, communes counted and expected."""
    found = {one.report.area_id: one for one in Figure.objects.filter(indicator=line).select_related("report")}
    figures = [found[areas[name].pk] for name in names]
    return [(one.total, one.areas_counted, one.areas_expected) for one in figures]


# ---------------------------------------------------------------- what moves


def test_what_was_typed_for_merged_communes_is_added_in_the_new_one():
    world = reform()
    _period, line, figures = half_year(world)
    typed(figures, a1=30, a2=12)

    applied()

    assert own(line, world.new["n1"]) == 42
    assert own(line, world.new["n4"]) is None


def test_what_was_typed_for_a_divided_commune_or_a_district_goes_to_the_province_not_to_one_part():
    world = reform()
    _period, line, figures = half_year(world)
    typed(figures, b1=5, a=7, A=100)

    applied()

    assert own(line, world.new["AB"]) == 112
    assert (own(line, world.new["n2"]), own(line, world.new["n3"])) == (None, None)


def test_an_unknown_number_stays_unknown_and_zero_stays_zero():
    world = reform()
    _period, line, figures = half_year(world)
    typed(figures, a1=0)

    applied()

    assert own(line, world.new["n1"]) == 0
    assert own(line, world.new["n2"]) is None


def test_the_old_reports_are_closed_and_the_period_is_that_of_the_new_province():
    world = reform()
    period, line, _figures = half_year(world)
    period.indicators.set([line])
    IndicatorFactory()  # in the catalogue, not in the form of this period

    applied()

    assert set(Report.objects.filter(period=period).values_list("state", flat=True)) == {State.CARRIED}
    new = Period.objects.get(area=world.new["AB"])
    assert list(new.indicators.all()) == [line]
    assert (new.year, new.starts_on, new.ends_on) == (2025, period.starts_on, period.ends_on)
    assert {one.area for one in Report.objects.filter(period=new)} == set(world.new.values())
    assert {(one.area, one.goes_to) for one in Report.objects.filter(period=new).exclude(area=world.new["AB"])} == {
        (world.new[name], world.new["AB"]) for name in ("n1", "n2", "n3", "n4")
    }


def test_periods_that_ended_on_the_old_map_and_published_years_stay():
    world = reform()
    before, _line, _figures = half_year(world, ends_on=datetime.date(2025, 6, 14), cutoff_on=datetime.date(2025, 6, 14))
    published, _line, _figures = half_year(world, year=2026)
    Report.objects.filter(period=published, area=world.old["A"]).update(state=State.PUBLISHED)

    applied()

    assert Period.objects.count() == 2
    assert set(Report.objects.filter(period=before).values_list("state", flat=True)) == {State.DRAFT}
    assert set(Report.objects.filter(period=published).values_list("state", flat=True)) == {
        State.DRAFT,
        State.PUBLISHED,
    }


def test_two_provinces_with_a_period_each_report_in_one():
    world = reform()
    half_year(world)
    PeriodFactory(area=world.old["B"], **WINDOW)
    ReportFactory(area=world.old["c1"], period=Period.objects.get(area=world.old["B"]))

    applied()

    assert Period.objects.filter(area=world.new["AB"]).count() == 1


def test_totals_go_up_to_the_country_before_the_reform_and_after_it():
    world = reform()
    line, period = IndicatorFactory(), PeriodFactory(area=country(), **WINDOW)
    areas = {**world.old, "all": country()}
    reports = {name: ReportFactory(area=area, period=period) for name, area in areas.items()}
    figures = {name: FigureFactory(report=report, indicator=line) for name, report in reports.items()}
    typed(figures, a1=30)
    rollup.expect_communes(period)
    approve(reports["A"], reports["a"], reports["a1"])
    assert numbers(line, "a", "A", "all", areas=areas) == [(30, 1, 2), (30, 1, 3), (30, 1, 4)]

    applied()
    assert numbers(line, "AB", "all", areas=areas | world.new) == [(None, 0, 4), (None, 0, 4)]
    approve(*(Report.objects.get(area=world.new[name]) for name in ("AB", "n1")))

    assert numbers(line, "n1", "AB", "all", areas=areas | world.new) == [(30, 1, 1), (30, 1, 4), (30, 1, 4)]
    assert numbers(line, "a", "A", areas=areas) == [(30, 1, 2), (30, 1, 3)]
    found = Findings()
    for one in Period.objects.all():
        check_rollups(one, found)
    assert found.differing == []


def test_taking_back_removes_the_new_reports_and_opens_the_old_ones():
    world = reform()
    _period, _line, figures = half_year(world)
    typed(figures, a1=30, b1=5)
    by = overseer()
    before = current()
    made, _by = applied(by)

    undo(made, by=by, note="Thử")

    assert current() == before


def test_a_report_that_was_sent_on_and_takes_numbers_over_is_named():
    world = reform()
    period, line, figures = half_year(world)
    typed(figures, a=7)
    target = PeriodFactory(area=world.new["AB"], **WINDOW)
    sent = ReportFactory(area=world.new["AB"], period=target, state=State.SUBMITTED)
    FigureFactory(report=sent, indicator=line)
    by = overseer()
    before = current()

    with pytest.raises(Refused) as refused:
        applied(by)

    assert f"“{sent}”" in str(refused.value)
    assert current() == before
    assert period.reports.filter(state=State.CARRIED).count() == 0


def test_the_preview_names_each_report_and_where_it_goes():
    world = reform()
    half_year(world)
    made = national()

    lines = {(line.old, line.new) for line in preview_of(made).tables[4].lines}

    assert lines == {
        (world.old["A"].label, world.new["AB"].label),
        (world.old["a"].label, world.new["AB"].label),
        (world.old["b"].label, world.new["AB"].label),
        (world.old["a1"].label, world.new["n1"].label),
        (world.old["a2"].label, world.new["n1"].label),
        (world.old["b1"].label, world.new["AB"].label),
    }


# ---------------------------------------------------------------- heirs


def test_people_of_the_new_area_see_what_it_was_before_and_only_read():
    world = reform()
    event = EventFactory(area=world.old["a1"], starts_on=datetime.date(2024, 5, 1))
    elsewhere = EventFactory(area=world.old["c1"], starts_on=datetime.date(2024, 5, 1))
    clerk = posted(world.new["n1"], Role.CLERK)

    assert list(type(event).objects.visible_to(clerk)) == [event]
    assert clerk.has_perm("movement.view_event", event)
    assert not clerk.has_perm("movement.change_event", event)
    assert not clerk.has_perm("movement.view_event", elsewhere)


@override_settings(HEIRS_SEE_PREDECESSORS=False)
def test_where_the_setting_says_so_they_do_not_see_it():
    world = reform()
    event = EventFactory(area=world.old["a1"], starts_on=datetime.date(2024, 5, 1))
    clerk = posted(world.new["n1"], Role.CLERK)

    assert list(type(event).objects.visible_to(clerk)) == []
    assert not clerk.has_perm("movement.view_event", event)


def test_people_of_a_new_province_see_all_below_both_old_ones():
    world = reform()
    events = [EventFactory(area=world.old[name], starts_on=datetime.date(2024, 5, 1)) for name in ("A", "b", "c1")]
    leader = posted(world.new["AB"], Role.LEADER)

    assert set(type(events[0]).objects.visible_to(leader)) == set(events)


def test_the_past_of_a_posting_costs_nothing_for_areas_as_old_as_the_records(django_assert_num_queries):
    world = reform()
    old, new = posted(world.old["A"]), posted(world.new["AB"])
    with django_assert_num_queries(1):
        old.reach()
    with django_assert_num_queries(2):
        new.reach()


def test_heirs_finish_a_report_that_the_old_area_left_open():
    world = reform()
    period = PeriodFactory(
        area=world.old["A"], year=2024, starts_on=datetime.date(2023, 12, 15), ends_on=datetime.date(2024, 12, 14),
        cutoff_on=datetime.date(2024, 12, 14),
    )  # fmt: skip
    IndicatorFactory()
    cast = cast_of(world.old["A"])
    open_period(period, by=cast.administrator)
    applied()
    heirs = {role: User.objects.get(pk=getattr(cast, role).pk) for role in ("officer", "signer", "reviewer", "leader")}
    assert {one.reach().areas[0] for one in heirs.values()} == {world.new["AB"]}
    report = Report.objects.get(area=world.old["a1"], period=period)
    figure = report.figures.select_related("indicator").get()
    figure.own = 8

    enter(figure, by=heirs["officer"])
    move_report(report, "request_signature", by=heirs["officer"])
    move_report(report, "submit", by=heirs["signer"])
    move_report(report, "approve", by=heirs["reviewer"])

    assert Figure.objects.get(report__area=world.old["a"], report__period=period).total == 8
    event = EventFactory(area=world.old["a1"], starts_on=datetime.date(2024, 5, 1))
    assert not heirs["officer"].has_perm("movement.change_event", event)


def test_a_report_left_open_still_counts_what_stood_in_the_old_area():
    world = reform()
    period = PeriodFactory(area=world.old["A"])
    line = counting(world.kind)
    cast = cast_of(world.old["A"])
    open_period(period, by=cast.administrator)
    applied()
    report = Report.objects.get(area=world.old["a1"], period=period)

    move_report(report, "request_signature", by=User.objects.get(pk=cast.officer.pk))

    assert report.figures.get(indicator=line).own == 3


def test_a_published_report_of_the_old_area_is_read_only_for_heirs():
    world = reform()
    report = ReportFactory(area=world.old["A"], state=State.PUBLISHED)
    leader = posted(world.new["AB"], Role.LEADER)

    assert leader.has_perm("movement.view_report", report)
    assert not leader.has_perm("movement.publish_report", report)
    assert not leader.has_perm("movement.correct_report", report)


def test_who_got_a_small_part_neither_sees_nor_finishes_what_the_divided_area_left():
    world = reform()
    report = ReportFactory(area=world.old["b1"])
    main, part = posted(world.new["n2"]), posted(world.new["n3"])

    assert (main.has_perm("movement.prepare_report", report), part.has_perm("movement.prepare_report", report)) == (
        True,
        False,
    )
    assert (Report.objects.visible_to(main).count(), Report.objects.visible_to(part).count()) == (1, 0)


def test_what_was_held_before_the_reform_is_counted_once_by_who_reports_afterwards():
    world = reform()
    line = IndicatorFactory(counts=Indicator.Counts.LAUNCH_ATTENDANCE)
    period, _line, _figures = half_year(world)
    held = {"a1": 1, "a2": 20, "b1": 300, "a": 4000, "A": 50000}
    for name, number in held.items():
        EventFactory(area=world.old[name], kind="launch", starts_on=datetime.date(2025, 3, 1), attendance=number)

    def counted(area, period):
        return record_counts(area, period, [line])[line.pk, ""]

    assert {name: counted(world.old[name], period) for name in held} == held
    applied()

    now = Period.objects.get(area=world.new["AB"])
    assert counted(world.new["n1"], now) == 21
    assert counted(world.new["n2"], now) is None
    assert counted(world.new["AB"], now) == 54300


def test_what_was_held_is_counted_across_two_changes_in_one_window():
    first, second = datetime.date(2025, 3, 1), datetime.date(2025, 9, 1)
    top = province()
    old = commune(top, valid_to=first)
    middle = commune(top, valid_from=first, valid_to=second)
    new = commune(top, valid_from=second)
    SuccessionFactory(predecessor=old, successor=middle, effective_on=first)
    SuccessionFactory(predecessor=middle, successor=new, effective_on=second)
    line = IndicatorFactory(counts=Indicator.Counts.LAUNCH_ATTENDANCE)
    EventFactory(area=old, kind="launch", starts_on=datetime.date(2025, 1, 10), attendance=77)

    assert record_counts(new, PeriodFactory(area=top, **WINDOW), [line]) == {(line.pk, ""): 77}


def test_neighbours_finish_nothing():
    world = reform()
    report = ReportFactory(area=world.old["c1"])

    assert posted(world.new["n4"]).has_perm("movement.prepare_report", report)
    assert not posted(world.new["n1"]).has_perm("movement.prepare_report", report)
    assert world.old["c1"].valid_to == DAY
