from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from movement.models import Report
from movement.models.reports import State
from tests.factories import (
    FigureFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    PlacementFactory,
    PostingFactory,
    ReportFactory,
    UnitFactory,
    UserFactory,
    commune,
    country,
    district,
    province,
    standing,
)
from tests.people import posted
from units.auth import grants_of, may
from units.models import Unit, User
from units.models.people import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.mark.parametrize("role", Role.values)
def test_the_role_grants_the_verb(unit, role):
    user = posted(unit.area, role)

    allowed = [verb for verb in ("view", "add", "change", "delete", "import", "export") if may(user, verb, Unit, unit)]

    keeps = ["view", "add", "change", "import", "export"]
    assert (
        allowed
        == {
            Role.OFFICER: keeps,
            Role.CLERK: keeps,
            Role.SIGNER: ["view", "export"],
            Role.REVIEWER: ["view", "export"],
            Role.LEADER: ["view", "export"],
            Role.ADMINISTRATOR: ["view", "export"],
            Role.AWARD_SECRETARY: ["view"],
        }[role]
    )


def test_nobody_deletes_but_rows_of_a_draft():
    verbs = {perm for role in Role for perm in grants_of(role) if ".delete_" in perm}

    assert verbs == {
        f"movement.delete_{name}"
        for name in ("reportsection", "shortcoming", "task", "agendaitem", "paper", "directive", "announcement")
    }


def test_the_posting_grants_the_place(unit):
    here = unit.area
    places = [
        here,
        here.district,
        here.province,
        country(),
        commune(district=here.parent),
        district(province=here.province),
        province(),
    ]

    allowed = [may(posted(area), "change", Unit, unit) for area in places]

    assert allowed == [True, True, True, True, False, False, False]


def test_without_an_object_the_question_is_whether_anywhere(unit):
    assert may(posted(province()), "change", Unit)
    assert not may(posted(province(), Role.SIGNER), "change", Unit)
    assert not may(UserFactory(), "change", Unit)


@pytest.mark.parametrize(("begins", "ends"), [(1, None), (None, 0), (-9, -1)])
def test_a_posting_that_is_not_in_force_grants_nothing(unit, begins, ends):
    today = timezone.localdate()
    spans = {
        name: today + timedelta(days=days)
        for name, days in (("valid_from", begins), ("valid_to", ends))
        if days is not None
    }
    user = PostingFactory(area=unit.area, **spans).user

    assert not may(user, "change", Unit, unit)
    assert not may(user, "change", Unit)
    assert (user.get_all_permissions(), user.has_module_perms("units")) == (set(), False)


@pytest.mark.parametrize("boss", [False, True])
def test_whoever_is_inactive_may_nothing(unit, boss):
    user = posted(unit.area, is_active=False, is_superuser=boss)

    assert not may(user, "view", Unit, unit)
    assert not user.has_module_perms("units")
    assert user.get_all_permissions() == set()


def test_a_visitor_may_nothing(unit):
    visitor = AnonymousUser()

    assert not visitor.has_perm("units.view_unit")
    assert not visitor.has_module_perms("units")


def test_verb_and_place_come_from_the_same_posting(unit):
    user = posted(unit.area, Role.SIGNER)
    PostingFactory(user=user, area=(elsewhere := commune()), role=Role.OFFICER)

    assert not may(user, "change", Unit, unit)
    assert may(user, "change", Unit, UnitFactory(area=elsewhere))


@pytest.mark.parametrize("alone", [False, True])
def test_releasing_the_own_report_asks_for_a_posting_that_may(alone):
    report = ReportFactory(area=commune())
    officer = posted(report.area, Role.OFFICER, alone=alone)

    assert officer.has_perm("movement.prepare_report", report)
    assert officer.has_perm("movement.release_report", report) is alone
    assert officer.has_perm("movement.release_own_report", report) is alone


def test_a_reviewer_decides_below_and_prepares_here():
    below = ReportFactory(area=(here := commune()))
    own = ReportFactory(area=here.district, period=below.period)
    above = ReportFactory(area=here.province, period=below.period)
    reviewer = posted(here.district, Role.REVIEWER, alone=True)

    def allowed(verb):
        return [reviewer.has_perm(f"movement.{verb}_report", report) for report in (below, own, above)]

    assert {verb: allowed(verb) for verb in ("approve", "return", "prepare", "release", "correct")} == {
        "approve": [True, False, False],
        "return": [True, False, False],
        "prepare": [False, True, False],
        "release": [False, True, False],
        "correct": [True, False, False],
    }


def test_a_reviewer_of_the_country_decides_on_everything_below_it():
    report = ReportFactory(area=province())

    assert posted(country(), Role.REVIEWER).has_perm("movement.approve_report", report)


def test_a_leader_decides_only_on_the_report_that_has_none_above():
    top = ReportFactory(area=province())
    below = ReportFactory(area=district(province=top.area), period=top.period)
    leader, other = posted(top.area, Role.LEADER), posted(below.area, Role.LEADER)

    for verb in ("approve", "return", "publish", "correct"):
        assert leader.has_perm(f"movement.{verb}_report", top)
        assert not leader.has_perm(f"movement.{verb}_report", below)
        assert not other.has_perm(f"movement.{verb}_report", below)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("boss", [False, True])
def test_what_is_locked_is_not_changed_by_anybody_but_still_seen(state, boss):
    figure = FigureFactory(report=ReportFactory(area=commune(), state=state))
    user = posted(figure.report.area, is_superuser=boss)

    assert user.has_perm("movement.change_figure", figure) is (state in {State.DRAFT, State.RETURNED})
    assert user.has_perm("movement.view_figure", figure)


def test_a_placement_needs_both_the_place_it_leaves_and_the_place_it_goes_to():
    here = commune()
    unit = standing(here, KindFactory())
    inside = PlacementFactory.build(unit=unit, area=commune(district=here.parent))
    outside = PlacementFactory.build(unit=unit, area=commune())
    officer, above = posted(here.district), posted(country())

    assert [may(officer, "add", type(one), one) for one in (inside, outside)] == [True, False]
    assert may(above, "add", type(outside), outside)


def test_a_catalogue_lies_nowhere_so_the_verb_alone_decides():
    indicator = IndicatorFactory()

    assert posted(province(), Role.ADMINISTRATOR).has_perm("movement.change_indicator", indicator)
    assert not posted(province(), Role.OFFICER).has_perm("movement.change_indicator", indicator)


def test_an_administrator_keeps_the_people_of_the_own_reach_only():
    here = district()
    administrator = posted(here, Role.ADMINISTRATOR)
    inside, outside = posted(commune(district=here)), posted(district(province=here.province))

    assert may(administrator, "change", User, inside)
    assert not may(administrator, "change", User, outside)
    assert not may(posted(here, Role.OFFICER), "change", User, inside)


def test_an_administrator_does_not_take_over_an_account_that_reaches_further():
    here = district()
    administrator = posted(here, Role.ADMINISTRATOR)
    leader = posted(here, Role.OFFICER)
    PostingFactory(user=leader, area=here.province, role=Role.LEADER)

    assert not may(administrator, "change", User, leader)


def test_an_administrator_does_not_take_over_somebody_who_may_do_everything():
    boss = UserFactory(is_superuser=True)

    assert not may(posted(district(), Role.ADMINISTRATOR), "change", User, boss)


def test_all_permissions_are_those_that_hold_for_the_object(unit):
    officer = posted(unit.area)

    assert officer.get_all_permissions(unit) >= {"units.change_unit", "units.view_unit"}
    assert officer.get_all_permissions(UnitFactory()) & {"units.change_unit", "units.view_unit"} == set()
    assert officer.has_module_perms("units")
    assert officer.has_module_perms("movement")
    assert not officer.has_module_perms("auth")


def test_siblings_show_once_approved():
    here = commune()
    period = PeriodFactory(area=here.province)
    mine = ReportFactory(area=here, period=period)
    draft = ReportFactory(area=commune(district=here.parent), period=period)
    approved = ReportFactory(area=commune(district=here.parent), period=period, state=State.APPROVED)
    ReportFactory(area=commune(district=district(province=here.province)), period=period, state=State.APPROVED)

    seen = set(Report.objects.visible_to(posted(here)))

    assert seen == {mine, approved}
    assert set(Report.objects.visible_to(posted(here.district))) == {mine, draft, approved}
