"""The first page after sign-in: what is due to each role, nothing out of reach, and at one cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from awards import recording
from awards.models import AwardDecision
from awards.unlike import unlike_stated
from movement.models import Report, Task
from movement.models.reports import State
from movement.todo import MOST, groups_for
from tests import world as worlds
from tests.factories import (
    BodyFactory,
    CommendationFactory,
    DecisionFactory,
    DirectiveFactory,
    ImportBatchFactory,
    PeriodFactory,
    ReportedTotalFactory,
    ReportFactory,
    TaskFactory,
    commune,
    country,
    district,
)
from tests.pages import Page
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import User

DAY = date(2024, 12, 1)
TITLES = {
    "prepare": "Reports to prepare",
    "release": "Reports to release",
    "review": "Reports to review",
    "decide": "Reports to approve or publish",
    "tasks": "Tasks that are due",
    "directives": "Directives that are overdue",
    "decisions": "Decisions whose list is not what they state",
    "totals": "Reported totals without numbers",
    "imports": "Your latest imports",
    "periods": "Periods to open",
    "officers": "Areas without an officer",
}


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def due(user: User, day: date = DAY) -> dict[str, list[str]]:
    """Return what is due to `user`: the texts of each group, by its short name."""
    fresh = type(user).objects.get(pk=user.pk)
    names = {title: name for name, title in TITLES.items()}
    return {names[group.title]: [line.text for line in group.lines] for group in groups_for(fresh, day)}


def report_line(report: Report, day: str = "16/12/2024") -> str:
    return f"{report.area.label} – {report.period}, due {day}"


def in_state(report: Report, state: str) -> Report:
    Report.objects.filter(pk=report.pk).update(state=state)
    report.state = state
    return report


# ---------------------------------------------------------------- reports


def test_an_officer_prepares_what_is_open_returned_ones_first(world: worlds.World) -> None:
    above = world.period.reports.get(area=world.ours.district)
    in_state(world.ours.report, State.RETURNED)

    found = due(world.ours.officer)

    assert found == {"prepare": [report_line(world.ours.report), report_line(above, "19/12/2024")]}


@pytest.mark.parametrize(
    ("role", "state", "name"),
    [
        (Role.CLERK, State.DRAFT, "prepare"),
        (Role.SIGNER, State.AWAITING_SIGNATURE, "release"),
        (Role.REVIEWER, State.SUBMITTED, "review"),
    ],
)
def test_each_role_finds_its_reports(world: worlds.World, role: str, state: str, name: str) -> None:
    Report.objects.exclude(pk=world.ours.report.pk).update(state=State.APPROVED)
    in_state(world.ours.report, state)

    found = {who: due(posted(area, role)).get(name, []) for who, area in (
        ("ours", world.ours.district), ("province", world.province), ("theirs", world.theirs.district),
    )}  # fmt: skip

    line = report_line(world.ours.report)
    assert found == {"ours": [line], "province": [line], "theirs": []}


def test_a_leader_decides_on_the_report_of_the_own_area_only(world: worlds.World) -> None:
    top = in_state(world.period.reports.get(area=world.province), State.SUBMITTED)
    in_state(world.ours.report, State.APPROVED)

    assert due(world.leader)["decide"] == [report_line(top, "25/12/2024")]


def test_a_reviewer_prepares_and_releases_the_report_of_the_own_area(world: worlds.World) -> None:
    top = in_state(world.period.reports.get(area=world.province), State.AWAITING_SIGNATURE)

    assert due(posted(world.province, Role.REVIEWER)) == {"prepare": [report_line(top, "25/12/2024")]}


def test_a_report_is_overdue_by_its_day(world: worlds.World) -> None:
    user = type(world.ours.officer).objects.get(pk=world.ours.officer.pk)

    lines = groups_for(user, DAY)[0].lines

    assert [(line.state_code, line.overdue) for line in lines] == [("draft", True)] * 2


def test_a_group_holds_twelve_and_leads_to_the_list(world: worlds.World) -> None:
    for _number in range(MOST + 3):
        ReportFactory(area=commune(world.ours.district), period=world.period, state=State.AWAITING_SIGNATURE)
    user = posted(world.ours.district, Role.SIGNER)

    group = groups_for(user, DAY)[0]
    client = signed_in(user)

    assert len(group.lines) == MOST
    assert len(client.get(group.url).context["cl"].result_list) == MOST + 3


# ---------------------------------------------------------------- tasks and directives


def approved_report(area: Any) -> Report:
    return ReportFactory(area=area, period=PeriodFactory(area=area, year=2023), state=State.APPROVED)


def named(found: dict[str, list[str]], name: str) -> list[str]:
    """Return how each line of the group `name` begins."""
    return [line.partition(" – ")[0].partition(": ")[2] for line in found.get(name, [])]


def test_an_officer_finds_tasks_due_and_those_that_a_body_of_the_own_area_leads(world: worlds.World) -> None:
    own, top = approved_report(world.ours.commune), approved_report(world.province)
    for text, report, changes in (
        ("quá hạn", own, {"due_on": date(2024, 6, 30)}),
        ("sắp đến hạn", own, {"due_on": date(2024, 12, 20)}),
        ("chủ trì", top, {"due_on": date(2024, 9, 30), "lead": world.ours.body}),
        ("không ngày", own, {"year": 2024}),
        ("còn lâu", own, {"due_on": date(2025, 6, 30)}),
        ("năm sau", own, {"year": 2026}),
        ("đã xong", own, {"due_on": date(2024, 6, 30), "state": Task.State.DONE}),
        ("nơi khác", approved_report(world.theirs.commune), {"due_on": date(2024, 6, 30)}),
        ("của tỉnh", top, {"due_on": date(2024, 6, 30)}),
        ("còn soạn", world.ours.report, {"due_on": date(2024, 6, 30)}),
    ):
        TaskFactory(report=report, text=text, **{"year": 2024, **changes})

    found = {user: named(due(user), "tasks") for user in (world.ours.officer, world.theirs.officer)}

    assert found == {
        world.ours.officer: ["quá hạn", "chủ trì", "sắp đến hạn", "không ngày"], world.theirs.officer: ["nơi khác"],
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEADER])
def test_those_above_find_overdue_tasks_below(world: worlds.World, role: str) -> None:
    for side, text in ((world.ours, "của ta"), (world.theirs, "của họ")):
        report = approved_report(side.commune)
        TaskFactory(report=report, year=2024, text=text, due_on=date(2024, 6, 30))
        TaskFactory(report=report, year=2024, text="sắp đến hạn", due_on=date(2024, 12, 20))

    found = [named(due(posted(area, role)), "tasks") for area in (world.ours.district, world.province)]

    assert found == [["của ta"], ["của ta", "của họ"]]


def test_who_is_officer_and_leader_finds_each_task_once(world: worlds.World) -> None:
    user = posted(world.ours.district, Role.OFFICER)
    user.postings.create(area=world.ours.district, role=Role.LEADER)
    TaskFactory(report=approved_report(world.ours.commune), year=2024, text="quá hạn", due_on=date(2024, 6, 30))

    assert named(due(user), "tasks") == ["quá hạn"]


def test_a_leader_finds_overdue_directives_in_reach(world: worlds.World) -> None:
    for side in (world.ours, world.theirs):
        conference = side.conference[0]
        DirectiveFactory(conference=conference, text=f"Quá hạn {side.commune}", due_on=date(2024, 6, 30))
        DirectiveFactory(conference=conference, text="Chưa đến hạn", due_on=date(2024, 12, 20))
        task = TaskFactory(report=side.report, state=Task.State.DONE)
        DirectiveFactory(conference=conference, text="Đã xong", due_on=date(2024, 6, 30), task=task)

    found = due(posted(world.ours.district, Role.LEADER))["directives"]

    assert found == [f"Quá hạn {world.ours.commune} – {world.ours.commune.label}, due 30/06/2024"]


# ---------------------------------------------------------------- commendations


def with_list(stated: dict[str, int], *kinds: str, **fields: Any) -> AwardDecision:
    decision = DecisionFactory(**fields, **{f"stated_{name}": number for name, number in stated.items()})
    for kind in kinds:
        CommendationFactory(decision=decision, recipient__kind=kind)
    return decision


@pytest.mark.django_db
def test_decisions_unlike_their_list_are_found_set_wise_as_one_by_one() -> None:
    made = [
        with_list({}, "individual"),
        with_list({"individuals": 1}, "individual"),
        with_list({"individuals": 2}, "individual", "collective"),
        with_list({"individuals": 0}),
        with_list({"collectives": 2}, "collective", "area"),
        with_list({"collectives": 1, "individuals": 1, "households": 1}, "collective", "individual", "household"),
        with_list({"collectives": 1, "individuals": 1, "households": 2}, "collective", "individual", "household"),
        with_list({"households": 1}),
    ]

    found = list(unlike_stated(AwardDecision.objects.all()).order_by("pk"))

    assert found == [made[2], made[6], made[7]]
    assert found == [one for one in made if recording.unlike_stated(one)]


def test_the_award_secretary_finds_lists_and_totals_to_complete(world: worlds.World) -> None:
    wrong = with_list({"individuals": 2}, "individual", area=world.ours.commune)
    with_list({"individuals": 2}, "individual", area=world.theirs.commune)
    with_list({"individuals": 1}, "individual", area=world.ours.commune)
    empty = ReportedTotalFactory(area=world.ours.commune, year=2024)
    ReportedTotalFactory(area=world.ours.commune, year=2024, mixed=136)
    ReportedTotalFactory(area=world.ours.commune, year=2023)
    ReportedTotalFactory(area=world.theirs.commune, year=2025)

    found = due(posted(world.ours.district, Role.AWARD_SECRETARY))

    assert found == {"decisions": [f"{wrong} – {world.ours.commune.label}"], "totals": [str(empty)]}


# ---------------------------------------------------------------- what was imported, who is posted, what is open


def test_a_clerk_finds_the_own_imports(world: worlds.World) -> None:
    own = [ImportBatchFactory(by=world.ours.clerk) for _number in range(7)]

    assert due(world.ours.clerk)["imports"] == [str(batch) for batch in reversed(own[2:])]


def test_an_administrator_finds_areas_without_an_officer_district_by_district(world: worlds.World) -> None:
    other = district(world.province, name="Thứ Ba")
    posted(commune(other))
    commune(other)
    inactive = posted(other)
    type(inactive).objects.filter(pk=inactive.pk).update(is_active=False)
    commune(world.ours.district, valid_to=date(2020, 1, 1))

    assert due(world.administrator)["officers"] == [
        f"{world.ours.district.label}: 1 area without an officer",
        f"{world.theirs.district.label}: 1 area without an officer",
        f"{other.label}: 2 areas without an officer",
    ]
    assert due(posted(world.ours.district, Role.ADMINISTRATOR))["officers"] == [
        f"{world.ours.district.label}: 1 area without an officer"
    ]


def test_an_administrator_opens_the_period_of_the_year(world: worlds.World) -> None:
    district_only = posted(world.ours.district, Role.ADMINISTRATOR)
    nation = posted(country(), Role.ADMINISTRATOR)

    found = {
        day: [due(user, day).get("periods") for user in (world.administrator, district_only, nation)]
        for day in (date(2024, 12, 14), date(2024, 12, 15), date(2025, 3, 1))
    }

    assert found.pop(date(2024, 12, 15)) == found[date(2025, 3, 1)]
    assert found == {
        date(2024, 12, 14): [None, None, None],
        date(2025, 3, 1): [
            [f"{world.province}: the period of 2025 is not open"],
            None,
            ["Việt Nam: the period of 2025 is not open"],
        ],
    }


def test_the_period_to_open_is_filled_in(world: worlds.World) -> None:
    user = type(world.administrator).objects.get(pk=world.administrator.pk)
    group = next(one for one in groups_for(user, date(2025, 3, 1)) if one.title == TITLES["periods"])

    proposed = signed_in(user).get(group.lines[0].url).context["period"]

    assert (proposed.area, proposed.year) == (world.province, 2025)


def test_the_first_period_to_open_is_filled_in(world: worlds.World) -> None:
    user = type(world.administrator).objects.get(pk=world.administrator.pk)
    group = next(one for one in groups_for(user, date(2027, 3, 1)) if one.title == TITLES["periods"])

    form = signed_in(user).get(group.lines[0].url).context["adminform"].form

    assert (form["area"].value(), form["year"].value()) == (str(world.province.pk), "2027")


# ---------------------------------------------------------------- the page


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


ALL_ROLES = [
    Role.OFFICER,
    Role.SIGNER,
    Role.REVIEWER,
    Role.CLERK,
    Role.AWARD_SECRETARY,
    Role.LEADER,
    Role.ADMINISTRATOR,
]


def more_of_everything(side: worlds.Side, clerk: User) -> None:
    """Add a row to every group of a person with all roles at the district of `side`."""
    for state in (State.DRAFT, State.AWAITING_SIGNATURE, State.SUBMITTED):
        ReportFactory(area=commune(side.district), period=side.report.period, state=state)
    ReportFactory(area=side.district, period=PeriodFactory(), state=State.SUBMITTED)
    yesterday = timezone.localdate() - timedelta(days=1)
    report = approved_report(commune(side.district))
    TaskFactory(report=report, due_on=yesterday, lead=BodyFactory(area=side.commune))
    DirectiveFactory(conference=side.conference[0], due_on=yesterday)
    with_list({"individuals": 2}, "individual", area=side.commune)
    ReportedTotalFactory(area=side.commune, year=2024)
    ImportBatchFactory(by=clerk)


def test_the_page_costs_the_same_for_one_row_and_three(world: worlds.World, django_assert_num_queries: Any) -> None:
    user = posted(world.ours.district, ALL_ROLES[0])
    for role in ALL_ROLES[1:]:
        user.postings.create(area=world.ours.district, role=role)
    client = signed_in(user)
    more_of_everything(world.ours, user)
    client.get(reverse("admin:index"))
    with django_assert_num_queries(15):
        first = client.get(reverse("admin:index"))

    more_of_everything(world.ours, user)
    more_of_everything(world.ours, user)

    with django_assert_num_queries(15):
        second = client.get(reverse("admin:index"))
    groups = [one.context["groups"] for one in (first, second)]
    assert [group.title for group in groups[0]] == [group.title for group in groups[1]]
    assert [TITLES[name] for name in TITLES if name != "periods"] == [group.title for group in groups[0]]
    assert min(len(group.lines) for group in groups[1] if group.title != TITLES["officers"]) >= 3


@pytest.mark.parametrize("role", ALL_ROLES)
def test_nobody_finds_anything_out_of_reach(world: worlds.World, role: str) -> None:
    user = posted(world.ours.district, role)
    more_of_everything(world.theirs, world.theirs.clerk)

    lines = [line for lines in due(user, timezone.localdate()).values() for line in lines]

    assert [line for line in lines if world.theirs.district.name in line] == []


@pytest.mark.parametrize("role", ALL_ROLES)
def test_every_line_and_list_opens(world: worlds.World, role: str) -> None:
    user = posted(world.ours.district, role)
    more_of_everything(world.ours, user)
    client = signed_in(user)

    page = Page(client.get("/en/admin/").content.decode())
    groups = client.get("/en/admin/").context["groups"]
    addresses = [address for group in groups for address in (group.url, *(line.url for line in group.lines))]

    assert page.texts("h3") == [group.title for group in groups]
    assert {client.get(address).status_code for address in addresses} == {200}


def test_nothing_waits_for_somebody_without_a_role(world: worlds.World) -> None:
    user = posted(world.ours.district)
    user.postings.update(valid_to=date(2020, 1, 1))

    assert due(user) == {}
