from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from config.records import StaleRecord
from config.workflow import NoteRequired, WrongState
from movement.models import Figure, Indicator, Report
from movement.models.reports import State
from movement.reports import Unexplained, correct, enter, move_report, open_period
from tests.factories import (
    FigureFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    ReportFactory,
    commune,
    counting,
    district,
    standing,
)
from tests.people import cast_of, posted
from tests.reasons import explained
from units.models.people import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return commune()


@pytest.fixture
def cast(here):
    return cast_of(here.province)


@pytest.fixture
def indicator():
    return IndicatorFactory(code="launch_sessions")


@pytest.fixture
def period(here, indicator, cast):
    """Return the open year of the province, with one line."""
    period = PeriodFactory(area=here.province)
    open_period(period, by=cast.administrator)
    return period


def report_of(area):
    return Report.objects.select_related("area", "period").get(area=area)


def figure_of(area, indicator):
    return Figure.objects.select_related("report__area", "indicator").get(report__area=area, indicator=indicator)


def fill(area, indicator, value, by):
    figure = figure_of(area, indicator)
    figure.own = value
    return enter(figure, by=by)


def send(area, cast):
    move_report(report_of(area), "request_signature", by=cast.officer)
    move_report(report_of(area), "submit", by=cast.signer)


def approve(area, cast):
    send(area, cast)
    move_report(report_of(area), "approve", by=cast.reviewer)


# ---------------------------------------------------------------- opening a period


def test_a_period_gives_every_area_of_the_day_a_draft_with_its_lines(here, cast):
    neighbour = commune(district=here.parent)
    ended = commune(district=here.parent, valid_to=date(2024, 12, 14))
    later = commune(district=here.parent, valid_from=date(2024, 12, 15))
    elsewhere = commune()
    lines = [IndicatorFactory(), counting(KindFactory())]
    IndicatorFactory(valid_to=date(2024, 12, 14))
    IndicatorFactory(valid_from=date(2024, 12, 15))
    IndicatorFactory(counts=Indicator.Counts.OTHER_UNITS)
    IndicatorFactory(counts=Indicator.Counts.MEMBERS)

    opened = open_period(PeriodFactory(area=here.province, year=2024), by=cast.administrator)

    assert {report.area for report in opened} == {here, neighbour, here.district, here.province}
    assert not {ended, later, elsewhere} & {report.area for report in opened}
    for report in Report.objects.all():
        assert (report.state, report.version) == (State.DRAFT, 1)
        assert [(one.indicator, one.own, one.total) for one in report.figures.in_form_order()] == [
            (line, None, None) for line in lines
        ]
        assert [one.history_user for one in report.history.all()] == [cast.administrator]


def test_opening_twice_changes_nothing(here, cast, period, indicator):
    fill(here, indicator, 5, cast.officer)
    before = list(Report.objects.order_by("pk").values()), list(Figure.objects.order_by("pk").values())

    again = open_period(period, by=cast.administrator)

    assert again == []
    assert (list(Report.objects.order_by("pk").values()), list(Figure.objects.order_by("pk").values())) == before


def test_opening_again_gives_a_new_area_its_draft(here, cast, period):
    new = commune(district=here.parent)

    again = open_period(period, by=cast.administrator)

    assert [report.area for report in again] == [new]
    assert again[0].figures.count() == 1


def test_days_when_reports_are_due_follow_the_level(here, period):
    for area, day in ((here, 16), (here.district, 19), (here.province, 25)):
        assert report_of(area).due_on == date(2024, 12, day)


@pytest.mark.parametrize(
    ("state", "days_left", "overdue"),
    [
        (State.DRAFT, -1, True),
        (State.RETURNED, -1, True),
        (State.AWAITING_SIGNATURE, -1, True),
        (State.DRAFT, 0, False),
        (State.SUBMITTED, -1, False),
        (State.APPROVED, -1, False),
        (State.PUBLISHED, -1, False),
    ],
)
def test_overdue_is_computed(here, state, days_left, overdue):
    due = timezone.localdate() + timedelta(days=days_left)

    report = ReportFactory(area=here, state=state, period=PeriodFactory(area=here, due_commune_on=due))

    assert report.is_overdue is overdue


# ---------------------------------------------------------------- entering


def test_an_officer_enters_a_figure(here, cast, period, indicator):
    fill(here, indicator, 5, cast.officer)

    figure = figure_of(here, indicator)
    assert (figure.own, figure.total, figure.version) == (5, 5, 2)


def test_a_figure_below_zero_is_refused(here, cast, period, indicator):
    with pytest.raises(ValidationError) as refusal:
        fill(here, indicator, -1, cast.officer)

    assert refusal.value.message_dict.keys() >= {"own"}
    assert figure_of(here, indicator).own is None


def test_what_the_register_counts_is_not_typed(here, cast):
    line = counting(KindFactory())
    open_period(PeriodFactory(area=here.province), by=cast.administrator)

    with pytest.raises(ValidationError) as refusal:
        fill(here, line, 5, cast.officer)
    figure = figure_of(here, line)
    figure.explanation = "Một tổ chưa bàn giao"
    enter(figure, by=cast.officer)

    assert refusal.value.message_dict.keys() == {"own"}
    assert (figure_of(here, line).own, figure_of(here, line).explanation) == (None, "Một tổ chưa bàn giao")


def test_an_older_version_of_a_figure_is_refused(here, cast, period, indicator):
    mine = figure_of(here, indicator)
    fill(here, indicator, 5, cast.officer)

    mine.own = 6
    with pytest.raises(StaleRecord):
        enter(mine, by=cast.officer)

    assert figure_of(here, indicator).own == 5


@pytest.mark.parametrize(
    ("own", "word", "value", "field"),
    [
        (8950, "nearly", 9000, ""),
        (9000, "nearly", 9000, "printed_value"),
        (8000, "nearly", 9000, "printed_value"),
        (9100, "over", 9000, ""),
        (8950, "over", 9000, "printed_value"),
        (8950, "nearly", None, "printed_value"),
        (8950, "", 9000, "printed_value"),
    ],
)
def test_a_printed_number_must_be_true(here, cast, period, indicator, own, word, value, field):
    figure = figure_of(here, indicator)
    figure.own, figure.printed_word, figure.printed_value = own, word, value

    if field:
        with pytest.raises(ValidationError) as refusal:
            enter(figure, by=cast.officer)
        assert field in refusal.value.message_dict
        assert figure_of(here, indicator).own is None
    else:
        enter(figure, by=cast.officer)
        assert figure_of(here, indicator).printed_value == 9000


def test_entering_never_touches_what_the_roll_up_derives(here, cast, period, indicator):
    fill(here, indicator, 5, cast.officer)
    figure = figure_of(here.district, indicator)
    approve(here, cast)

    figure.own = 100
    enter(figure, by=cast.officer)

    stored = figure_of(here.district, indicator)
    assert (stored.own, stored.below, stored.total, stored.areas_counted) == (100, 5, 105, 1)


@pytest.mark.parametrize("role", [Role.SIGNER, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, Role.AWARD_SECRETARY])
def test_others_enter_nothing(here, period, indicator, role):
    with pytest.raises(PermissionDenied):
        fill(here, indicator, 5, posted(here.province, role))

    assert figure_of(here, indicator).own is None


def test_an_officer_of_another_area_enters_nothing(here, period, indicator):
    with pytest.raises(PermissionDenied):
        fill(here, indicator, 5, posted(commune(district=here.parent)))

    assert figure_of(here, indicator).own is None


@pytest.mark.parametrize("state", [State.AWAITING_SIGNATURE, State.SUBMITTED, State.APPROVED, State.PUBLISHED])
def test_a_report_that_was_sent_is_locked(here, cast, period, indicator, state):
    Report.objects.filter(area=here).update(state=state)

    for by in (cast.officer, cast.clerk, posted(here, is_superuser=True)):
        with pytest.raises(PermissionDenied):
            fill(here, indicator, 5, by)

    assert figure_of(here, indicator).own is None


def test_a_report_that_came_back_is_open_again(here, cast, period, indicator):
    send(here, cast)
    move_report(report_of(here), "return", by=cast.reviewer, note="Thiếu số buổi")

    fill(here, indicator, 5, cast.officer)

    assert figure_of(here, indicator).own == 5
    assert report_of(here).steps.last().note == "Thiếu số buổi"


# ---------------------------------------------------------------- moves and what they bring


def test_the_whole_way_of_a_commune(here, cast, period, indicator):
    fill(here, indicator, 5, cast.officer)

    approve(here, cast)

    report = report_of(here)
    assert [(step.name, step.before, step.after, step.by) for step in report.steps.all()] == [
        ("request_signature", State.DRAFT, State.AWAITING_SIGNATURE, cast.officer),
        ("submit", State.AWAITING_SIGNATURE, State.SUBMITTED, cast.signer),
        ("approve", State.SUBMITTED, State.APPROVED, cast.reviewer),
    ]
    assert report.state == State.APPROVED
    assert figure_of(here.district, indicator).total == 5


def test_whoever_submitted_does_not_approve(here, cast, period):
    move_report(report_of(here), "request_signature", by=cast.officer)
    both = posted(here, Role.SIGNER)
    both.postings.create(area=here.province, role=Role.REVIEWER)
    move_report(report_of(here), "submit", by=both)

    with pytest.raises(PermissionDenied):
        move_report(report_of(here), "approve", by=both)

    assert report_of(here).state == State.SUBMITTED


def test_a_province_is_decided_by_a_leader_who_did_not_submit_it(here, cast, period):
    top = report_of(here.province)
    for name in ("request_signature", "submit"):
        move_report(top, name, by=cast.reviewer)

    for stranger in (cast.reviewer, cast.signer, posted(here.district, Role.LEADER)):
        with pytest.raises(PermissionDenied):
            move_report(top, "approve", by=stranger)
    move_report(top, "approve", by=cast.leader)

    assert report_of(here.province).state == State.APPROVED


def test_going_back_needs_a_reason(here, cast, period):
    send(here, cast)

    with pytest.raises(NoteRequired):
        move_report(report_of(here), "return", by=cast.reviewer)

    assert report_of(here).state == State.SUBMITTED


@pytest.mark.parametrize("name", ["submit", "approve", "publish", "return", "recall", "send_back"])
def test_a_draft_is_only_sent_for_release(here, period, name):
    standing(here, counting(KindFactory()).unit_kind)

    with pytest.raises(WrongState):
        move_report(report_of(here), name, by=posted(here, is_superuser=True), note="Lý do")

    assert report_of(here).state == State.DRAFT


def test_whoever_may_not_approve_learns_no_numbers(here, cast):
    kind = KindFactory()
    line = counting(kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    send(here, cast)
    standing(here, kind)
    assert figure_of(here, line).total is None

    with pytest.raises(PermissionDenied):
        move_report(report_of(here), "approve", by=posted(commune(), Role.REVIEWER))


def test_the_register_is_counted_on_sending_as_of_the_cutoff(here, cast):
    kind = KindFactory()
    line = counting(kind)
    cutoff = date(2024, 12, 14)
    standing(here, kind, since=cutoff)
    standing(here, kind, since=cutoff + timedelta(days=1))
    standing(here, kind, since=date(2020, 1, 1), until=cutoff)
    standing(here, kind, since=date(2020, 1, 1), until=cutoff + timedelta(days=1))
    standing(commune(district=here.parent), kind)
    open_period(PeriodFactory(area=here.province, year=2024, cutoff_on=cutoff), by=cast.administrator)
    assert figure_of(here, line).own is None

    move_report(report_of(here), "request_signature", by=cast.officer)

    figure = figure_of(here, line)
    assert (figure.own, figure.total, figure.register_on, figure.areas_counted) == (2, 2, cutoff, 1)


def test_the_register_is_counted_anew_on_release(here, cast):
    kind = KindFactory()
    line = counting(kind)
    standing(here, kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    move_report(report_of(here), "request_signature", by=cast.officer)

    standing(here, kind)
    move_report(report_of(here), "submit", by=cast.signer)
    standing(here, kind)

    assert figure_of(here, line).own == 2


def test_a_kind_that_the_province_never_kept_is_unknown_and_one_that_it_keeps_is_none(here, cast):
    kept, never = KindFactory(), KindFactory()
    lines = [counting(kept), counting(never)]
    standing(commune(district=here.parent), kept)
    standing(commune(), never)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)

    move_report(report_of(here), "request_signature", by=cast.officer)

    assert [figure_of(here, line).own for line in lines] == [0, None]


@pytest.mark.parametrize(("members", "expected"), [([5, 7], 12), ([5, None], None), ([0, 0], 0)])
def test_members_are_known_only_where_every_unit_gives_them(here, cast, members, expected):
    kind = KindFactory(code="patrol")
    line = IndicatorFactory(counts=Indicator.Counts.MEMBERS, source=Indicator.Source.REGISTER)
    for number in members:
        standing(here, kind, members=number)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)

    move_report(report_of(here), "request_signature", by=cast.officer)

    found = list(Figure.objects.filter(report__area=here, indicator=line).values_list("item", "own"))
    assert found == ([] if expected is None else [("patrol", expected)])


def test_units_strengthened_in_the_period_are_counted_once_any_is_dated(here, cast):
    line = IndicatorFactory(counts=Indicator.Counts.CONSOLIDATED, source=Indicator.Source.REGISTER)
    for day in (date(2023, 12, 14), date(2023, 12, 15), date(2024, 12, 14), None):
        standing(here, KindFactory(), consolidated_on=day)
    neighbour = commune(district=here.parent)
    open_period(PeriodFactory(area=here.province, year=2024), by=cast.administrator)

    for area in (here, neighbour):
        move_report(report_of(area), "request_signature", by=cast.officer)

    assert [figure_of(area, line).own for area in (here, neighbour)] == [2, 0]


# ---------------------------------------------------------------- three numbers agree or are explained


@pytest.fixture
def short(here, cast):
    """Return the line of a submitted commune whose register has grown by one since."""
    kind = KindFactory(name_vi="Tổ hòa giải")
    line = counting(kind, name_vi="Số tổ hòa giải")
    standing(here, kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    send(here, cast)
    standing(here, kind)
    return line


def test_an_unexplained_difference_blocks_the_approval(here, cast, short):
    with pytest.raises(Unexplained) as refusal:
        move_report(report_of(here), "approve", by=cast.reviewer)

    assert "Số tổ hòa giải" in str(refusal.value)
    assert report_of(here).state == State.SUBMITTED
    assert figure_of(here.district, short).total is None


def test_what_came_into_the_register_meanwhile_is_counted_when_the_report_is_sent_again(here, cast, short):
    move_report(report_of(here), "return", by=cast.reviewer, note="Sổ đã thêm một tổ")

    approve(here, cast)

    assert figure_of(here.district, short).total == 2


def test_an_approval_is_checked_as_the_report_stands_now_not_as_it_was_read(here, cast):
    kind = KindFactory()
    counting(kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    read_as_a_draft = report_of(here)
    send(here, cast)
    standing(here, kind)

    with pytest.raises(Unexplained):
        move_report(read_as_a_draft, "approve", by=cast.reviewer)

    assert report_of(here).state == State.SUBMITTED


@pytest.mark.parametrize("read_too_early", [False, True])
def test_an_unexplained_difference_blocks_the_publication_too(here, cast, read_too_early):
    kind = KindFactory()
    counting(kind)
    standing(here, kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    for area in (here, here.district):
        approve(area, cast)
    for name, by in (("request_signature", cast.reviewer), ("submit", cast.reviewer)):
        move_report(report_of(here.province), name, by=by)
    earlier = report_of(here.province)
    move_report(report_of(here.province), "approve", by=cast.leader)
    standing(here, kind)

    with pytest.raises(Unexplained):
        move_report(earlier if read_too_early else report_of(here.province), "publish", by=cast.leader)

    assert report_of(here.province).state == State.APPROVED


def test_a_district_that_lacks_a_commune_is_not_approved(here, cast):
    kind = KindFactory()
    line = counting(kind)
    late = commune(district=here.parent)
    for area in (here, late):
        standing(area, kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    approve(here, cast)

    with pytest.raises(Unexplained):
        move_report(report_of(here.district), "request_signature", by=cast.officer)
    approve(late, cast)
    approve(here.district, cast)

    assert figure_of(here.province, line).total == 2


def test_a_district_that_explains_why_it_lacks_a_commune_is_approved(here, cast):
    kind = KindFactory()
    line = counting(kind)
    for area in (here, commune(district=here.parent)):
        standing(area, kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    approve(here, cast)

    explained(report_of(here.district), by=cast.officer)
    approve(here.district, cast)

    assert figure_of(here.province, line).total == 1


def test_a_kind_that_appears_only_after_sending_blocks_as_well(here, cast):
    IndicatorFactory(counts=Indicator.Counts.OTHER_UNITS, source=Indicator.Source.REGISTER)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    send(here, cast)
    standing(here, KindFactory(code="youth_shock_team"))

    with pytest.raises(Unexplained):
        move_report(report_of(here), "approve", by=cast.reviewer)


def test_a_kind_that_appears_below_after_the_approvals_is_explained_by_the_district(here, cast):
    other = IndicatorFactory(counts=Indicator.Counts.OTHER_UNITS, source=Indicator.Source.REGISTER)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    approve(here, cast)
    standing(here, KindFactory(code="youth_shock_team"))

    with pytest.raises(Unexplained):
        move_report(report_of(here.district), "request_signature", by=cast.officer)
    explained(report_of(here.district), by=cast.officer)
    approve(here.district, cast)

    assert report_of(here.district).state == State.APPROVED
    assert figure_of(here.district, other).total is None


# ---------------------------------------------------------------- corrections


def test_a_correction_is_a_new_version_with_its_reason(here, cast, period, indicator):
    fill(here, indicator, 5, cast.officer)
    approve(here, cast)

    correct(figure_of(here, indicator), own=8, reason=" Cộng nhầm ", by=cast.reviewer)

    figure = figure_of(here, indicator)
    assert (figure.own, figure.version) == (8, 3)
    newest, before = figure.history.order_by("-history_id")[:2]
    assert (newest.own, newest.history_change_reason, before.own) == (8, "Cộng nhầm", 5)
    step = report_of(here).steps.last()
    assert (step.name, step.by, step.before, step.after) == ("correct", cast.reviewer, State.APPROVED, State.APPROVED)
    assert step.note.endswith(": Cộng nhầm")
    assert [figure_of(area, indicator).total for area in (here.district, here.province)] == [8, None]


def test_a_correction_reaches_the_top_through_approved_reports(here, cast, period, indicator):
    fill(here, indicator, 5, cast.officer)
    approve(here, cast)
    approve(here.district, cast)

    correct(figure_of(here, indicator), own=None, reason="Không có", by=cast.reviewer)

    assert [figure_of(area, indicator).total for area in (here, here.district, here.province)] == [None] * 3


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_needs_a_reason(here, cast, period, indicator, reason):
    approve(here, cast)

    with pytest.raises(ValidationError) as refusal:
        correct(figure_of(here, indicator), own=8, reason=reason, by=cast.reviewer)

    assert refusal.value.message_dict.keys() == {"reason"}
    assert figure_of(here, indicator).own is None


def test_what_is_not_approved_is_changed_in_the_form_not_corrected(here, cast, period, indicator):
    send(here, cast)

    with pytest.raises(ValidationError):
        correct(figure_of(here, indicator), own=8, reason="Nhầm", by=cast.reviewer)

    assert figure_of(here, indicator).own is None


def test_only_a_reviewer_of_the_area_corrects(here, cast, period, indicator):
    approve(here, cast)

    for stranger in (cast.officer, cast.signer, cast.leader, cast.clerk, posted(district(), Role.REVIEWER)):
        with pytest.raises(PermissionDenied):
            correct(figure_of(here, indicator), own=8, reason="Nhầm", by=stranger)

    assert figure_of(here, indicator).own is None


def test_what_the_register_counts_is_corrected_in_the_register_first(here, cast):
    kind = KindFactory()
    line = counting(kind)
    standing(here, kind)
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    approve(here, cast)
    standing(here, kind)

    with pytest.raises(ValidationError) as refusal:
        correct(figure_of(here, line), own=3, reason="Nhầm", by=cast.reviewer)
    correct(figure_of(here, line), own=2, reason="Một tổ nhập sau", by=cast.reviewer)

    assert refusal.value.message_dict.keys() == {"own"}
    assert [figure_of(area, line).total for area in (here, here.district)] == [2, 2]


def test_the_top_is_corrected_by_its_leader(here, cast, period, indicator):
    for area in (here, here.district):
        approve(area, cast)
    for name, by in (("request_signature", cast.reviewer), ("submit", cast.reviewer), ("approve", cast.leader)):
        move_report(report_of(here.province), name, by=by)

    with pytest.raises(PermissionDenied):
        correct(figure_of(here.province, indicator), own=3, reason="Nhầm", by=cast.reviewer)
    correct(figure_of(here.province, indicator), own=3, reason="Nhầm", by=cast.leader)

    assert figure_of(here.province, indicator).total == 3


def test_a_reason_may_not_hold_what_the_ledger_may_not(here, cast, period, indicator):
    approve(here, cast)
    told = "Theo nguồn tin"

    with pytest.raises(ValidationError) as at_a_move:
        move_report(report_of(here), "publish", by=cast.leader, note=told)
    with pytest.raises(ValidationError) as at_a_correction:
        correct(figure_of(here, indicator), own=8, reason=told, by=cast.reviewer)

    assert [one.value.error_list[0].code for one in (at_a_move, at_a_correction)] == ["blocked_phrase"] * 2
    assert figure_of(here, indicator).own is None


def test_a_correction_of_an_older_version_is_refused_whole(here, cast, period, indicator):
    approve(here, cast)
    mine = figure_of(here, indicator)
    correct(figure_of(here, indicator), own=8, reason="Nhầm", by=cast.reviewer)

    with pytest.raises(StaleRecord):
        correct(mine, own=9, reason="Nhầm", by=cast.reviewer)

    assert figure_of(here, indicator).own == figure_of(here.district, indicator).total == 8
    assert report_of(here).steps.filter(name="correct").count() == 1


def test_a_correction_below_zero_is_refused(here, cast, period, indicator):
    approve(here, cast)

    with pytest.raises(ValidationError):
        correct(figure_of(here, indicator), own=-1, reason="Nhầm", by=cast.reviewer)

    assert figure_of(here, indicator).own is None


def test_the_form_is_printed_in_its_order(here):
    report = ReportFactory(area=here)
    late, early = IndicatorFactory(position=2), IndicatorFactory(position=1)
    IndicatorFactory(section=late.section)
    figures = [FigureFactory(report=report, indicator=late), FigureFactory(report=report, indicator=early)]
    early.section.number, late.section.number = 901, 902
    early.section.save()
    late.section.save()

    assert list(report.figures.in_form_order()) == figures[::-1]
