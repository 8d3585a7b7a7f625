"""The mechanism, shown on the one flow that stands on it: every move from every state."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from config.workflow import NoteRequired, WrongState, make_move, moves_open_to, obstacle
from movement.models import Report
from movement.models.reports import State
from movement.workflow import REPORT_MOVES
from tests.factories import PostingFactory, ReportFactory, commune
from tests.people import posted
from units.models.people import Role

pytestmark = pytest.mark.django_db

# Which move starts where, and where it leads; whatever is not here is refused.
ALLOWED = {
    (State.DRAFT, "request_signature"): State.AWAITING_SIGNATURE,
    (State.RETURNED, "request_signature"): State.AWAITING_SIGNATURE,
    (State.AWAITING_SIGNATURE, "recall"): State.DRAFT,
    (State.SUBMITTED, "recall"): State.DRAFT,
    (State.AWAITING_SIGNATURE, "send_back"): State.RETURNED,
    (State.AWAITING_SIGNATURE, "submit"): State.SUBMITTED,
    (State.SUBMITTED, "return"): State.RETURNED,
    (State.SUBMITTED, "approve"): State.APPROVED,
    (State.APPROVED, "publish"): State.PUBLISHED,
    (State.PUBLISHED, "publish"): State.PUBLISHED,  # a further edition
}
WHO = {
    "request_signature": "officer",
    "recall": "officer",
    "send_back": "signer",
    "submit": "signer",
    "return": "reviewer",
    "approve": "reviewer",
    "publish": "leader",
}


@pytest.fixture
def report():
    """Return the draft of a commune, whose period the commune itself opened, so that a leader may publish it."""
    return ReportFactory(area=commune())


@pytest.fixture
def cast(report):
    return {
        "officer": posted(report.area, Role.OFFICER),
        "signer": posted(report.area, Role.SIGNER),
        "reviewer": posted(report.area.district, Role.REVIEWER),
        "leader": posted(report.area, Role.LEADER),
    }


def in_state(report, state):
    Report.objects.filter(pk=report.pk).update(state=state)
    report.refresh_from_db()
    return report


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", REPORT_MOVES)
def test_every_move_from_every_state(report, cast, state, name):
    in_state(report, state)
    by = cast[WHO[name]]

    if (target := ALLOWED.get((state, name))) is None:
        with pytest.raises(WrongState) as refusal:
            make_move(report, REPORT_MOVES[name], by=by, note="Lý do")

        assert str(refusal.value) == obstacle(report, REPORT_MOVES[name], by=by) != ""
        assert (in_state(report, state).version, report.steps.count()) == (1, 0)
    else:
        step = make_move(report, REPORT_MOVES[name], by=by, note=" Lý do ")

        assert (step.name, step.before, step.after, step.by, step.note) == (name, state, target, by, "Lý do")
        stored = Report.objects.get(pk=report.pk)
        assert (stored.state, stored.version) == (report.state, report.version) == (target, 2)
        assert list(report.steps.all()) == [step]


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("role", ["officer", "signer", "reviewer", "leader"])
def test_the_buttons_are_the_moves_that_can_be_made(report, cast, state, role):
    in_state(report, state)
    by = cast[role]
    leaders = {"return", "approve", "publish"}  # of the area that opened the period, which has none above

    shown = {move.name for move in moves_open_to(report, REPORT_MOVES, by=by)}

    mine = {name for name, who in WHO.items() if who == role} | (leaders if role == "leader" else set())
    assert shown == {name for start, name in ALLOWED if start == state} & mine
    for name in shown:
        assert obstacle(report, REPORT_MOVES[name], by=by) == ""


def test_who_may_not_is_told_so_and_nothing_moves(report, cast):
    stranger = posted(commune())

    with pytest.raises(PermissionDenied) as refusal:
        make_move(report, REPORT_MOVES["request_signature"], by=stranger)

    assert str(refusal.value) == obstacle(report, REPORT_MOVES["request_signature"], by=stranger) != ""
    assert (Report.objects.get(pk=report.pk).state, report.steps.count()) == (State.DRAFT, 0)


@pytest.mark.parametrize("note", ["", "   "])
@pytest.mark.parametrize(
    ("name", "state"),
    [("send_back", State.AWAITING_SIGNATURE), ("return", State.SUBMITTED), ("publish", State.PUBLISHED)],
)
def test_what_goes_back_and_a_further_edition_need_a_reason(report, cast, name, state, note):
    in_state(report, state)

    with pytest.raises(NoteRequired):
        make_move(report, REPORT_MOVES[name], by=cast[WHO[name]], note=note)

    assert (Report.objects.get(pk=report.pk).state, report.steps.count()) == (state, 0)


def test_nothing_else_needs_a_reason():
    demanding = {name: (move.needs_note, move.note_from) for name, move in REPORT_MOVES.items()}

    assert {name: asked for name, asked in demanding.items() if any(asked)} == {
        "send_back": (True, frozenset()),
        "return": (True, frozenset()),
        "publish": (False, {State.PUBLISHED}),
    }


def test_whoever_sent_for_release_does_not_release(report, cast):
    both = PostingFactory(user=cast["signer"], area=report.area, role=Role.OFFICER).user
    make_move(report, REPORT_MOVES["request_signature"], by=both)

    with pytest.raises(PermissionDenied):
        make_move(report, REPORT_MOVES["submit"], by=both)

    assert moves_open_to(report, {"submit": REPORT_MOVES["submit"]}, by=both) == []


def test_one_person_prepares_and_releases_where_the_posting_says_so(report):
    alone = posted(report.area, Role.OFFICER, alone=True)

    make_move(report, REPORT_MOVES["request_signature"], by=alone)
    make_move(report, REPORT_MOVES["submit"], by=alone)

    assert report.state == State.SUBMITTED


def test_whoever_submitted_does_not_approve_not_even_alone(report):
    reviewer = posted(report.area.district, Role.REVIEWER, alone=True)
    in_state(report, State.SUBMITTED)
    report.steps.create(name="submit", before=State.AWAITING_SIGNATURE, after=State.SUBMITTED, by=reviewer)

    with pytest.raises(PermissionDenied):
        make_move(report, REPORT_MOVES["approve"], by=reviewer)

    assert Report.objects.get(pk=report.pk).state == State.SUBMITTED


def test_only_the_last_who_submitted_is_kept_from_approving(report, cast):
    in_state(report, State.SUBMITTED)
    for by in (cast["reviewer"], cast["signer"]):
        report.steps.create(name="submit", before=State.AWAITING_SIGNATURE, after=State.SUBMITTED, by=by)

    make_move(report, REPORT_MOVES["approve"], by=cast["reviewer"])

    assert report.state == State.APPROVED


def test_a_move_starts_from_where_the_report_is_not_from_where_it_was_read(report, cast):
    stale = Report.objects.get(pk=report.pk)
    make_move(report, REPORT_MOVES["request_signature"], by=cast["officer"])

    with pytest.raises(WrongState):
        make_move(stale, REPORT_MOVES["request_signature"], by=cast["officer"])

    assert report.steps.count() == 1


def test_a_superuser_is_bound_by_the_table_as_well(report):
    boss = posted(report.area, Role.OFFICER, is_superuser=True)

    with pytest.raises(WrongState):
        make_move(report, REPORT_MOVES["approve"], by=boss)
    make_move(report, REPORT_MOVES["request_signature"], by=boss)

    assert report.state == State.AWAITING_SIGNATURE
