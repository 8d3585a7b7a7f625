"""Tasks during the year: progress, state, carrying over, and the thread from a shortcoming to what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from movement import follow_up
from movement.models import Report, Shortcoming, Task, TaskProgress
from movement.models.reports import State
from tests.factories import (
    BodyFactory,
    PeriodFactory,
    ReportFactory,
    ShortcomingFactory,
    TaskFactory,
    TaskProgressFactory,
    commune,
    district,
    province,
)
from tests.pages import Page
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Area, User

pytestmark = pytest.mark.django_db
BLOCKED = "theo nguồn tin quần chúng"
TODAY = timezone.localdate()


@dataclass
class Years:
    """A commune with a published report of 2022 and an open one of 2023, and another commune that leads a task."""

    place: Area
    neighbour: Area
    before: Report
    now: Report
    shortcoming: Shortcoming
    task: Task
    officer: User
    lead_officer: User


@pytest.fixture
def years() -> Years:
    above = district(province())
    place, neighbour = commune(above), commune(above)
    before, now = (
        ReportFactory(area=place, period=PeriodFactory(area=above.province, year=year), state=state)
        for year, state in ((2022, State.PUBLISHED), (2023, State.DRAFT))
    )
    shortcoming = ShortcomingFactory(report=before)
    task = TaskFactory(
        report=before, shortcoming=shortcoming, lead=BodyFactory(area=neighbour), quantity=5, quantity_unit="xã",
        due_on=date(2023, 9, 30), place="toàn xã", text_en="Strengthen the models.",
    )  # fmt: skip
    task.cooperating.add(BodyFactory(area=place))
    return Years(place, neighbour, before, now, shortcoming, task, posted(place), posted(neighbour))


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def note(task: Task, by: User, **changes: Any) -> TaskProgress:
    return follow_up.note_progress(task, **{"state": "under_way", "on": date(2023, 3, 1), "by": by, **changes})


# ---------------------------------------------------------------- progress


def test_progress_gives_the_task_its_state_although_the_report_is_locked(years: Years) -> None:
    first = note(years.task, years.officer, text="Đã kiểm tra 2 xã", done=2)
    states = [years.task.state]
    note(years.task, years.officer, state="done", on=date(2023, 8, 1), done=5)
    states.append(years.task.state)
    note(years.task, years.officer, state="under_way", on=date(2023, 5, 1), done=3)
    states.append(years.task.state)

    assert (first.text, first.done, first.noted_on) == ("Đã kiểm tra 2 xã", 2, date(2023, 3, 1))
    assert states == ["under_way", "done", "done"]
    assert list(years.task.history.values_list("state", flat=True)[:3]) == ["done", "under_way", "open"]


def test_progress_is_noted_for_today_unless_told(years: Years) -> None:
    assert follow_up.note_progress(years.task, state="dropped", by=years.officer).noted_on == TODAY
    assert Task.objects.get(pk=years.task.pk).state == "dropped"


def test_the_body_that_leads_notes_progress_and_a_stranger_does_not(years: Years) -> None:
    note(years.task, years.lead_officer)
    stranger, clerk = posted(commune(years.place.district)), posted(years.place, Role.CLERK)

    for user in (stranger, clerk):
        with pytest.raises(PermissionDenied):
            note(years.task, user)

    assert years.task.progress.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": BLOCKED}, "text"),
        ({"state": "asleep"}, "state"),
        ({"state": "carried_over"}, "state"),
        ({"on": date(1944, 1, 1)}, "noted_on"),
    ],
)
def test_progress_that_cannot_be_is_refused(years: Years, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        note(years.task, years.officer, **changes)

    assert list(refused.value.error_dict) == [field]
    assert (years.task.progress.count(), Task.objects.get(pk=years.task.pk).state) == (0, "open")


def progress_form(task: Task, *rows: dict[str, Any]) -> dict[str, Any]:
    stored = list(task.progress.order_by("noted_on", "pk"))
    form: dict[str, Any] = {
        "read_version": task.version, "progress-TOTAL_FORMS": len(rows), "progress-INITIAL_FORMS": len(stored)
    }  # fmt: skip
    for number, row in enumerate(rows):
        form |= {f"progress-{number}-task": task.pk, **{f"progress-{number}-{name}": row[name] for name in row}}
        if number < len(stored):
            form |= {
                f"progress-{number}-id": stored[number].pk,
                f"progress-{number}-read_version": stored[number].version,
            }
    return form


@pytest.mark.parametrize("who", ["officer", "lead_officer"])
def test_progress_is_entered_on_the_page_of_the_task(years: Years, who: str) -> None:
    client, address = signed_in(getattr(years, who)), reverse("admin:movement_task_change", args=[years.task.pk])
    row = {"noted_on": "01/03/2023", "state": "done", "done": "5", "text": "Xong."}

    opened = client.get(address)
    response = client.post(address, {**progress_form(years.task, row), "text": "Chiếm", "year": "2030"})

    task = Task.objects.get(pk=years.task.pk)
    assert (opened.status_code, response.status_code) == (200, 302)
    assert (task.state, task.text, task.year) == ("done", years.task.text, 2023)
    assert list(task.progress.values_list("noted_on", "state", "done", "text")) == [
        (date(2023, 3, 1), "done", 5, "Xong.")
    ]


def test_progress_may_be_amended_and_a_newer_version_is_shown(years: Years) -> None:
    progress = note(years.task, years.officer, text="Bắt đầu.")
    client, address = signed_in(years.officer), reverse("admin:movement_task_change", args=[years.task.pk])
    form = progress_form(years.task, {"noted_on": "01/03/2023", "state": "done", "done": "", "text": "Xong."})
    done = client.post(address, form)
    stale = client.post(address, {**form, "progress-0-text": "Chưa xong."})

    progress.refresh_from_db()
    assert (done.status_code, stale.status_code, progress.text) == (302, 200, "Xong.")
    assert Task.objects.get(pk=years.task.pk).state == "done"
    assert str(stale.context["inline_admin_formsets"][0].formset.errors).count("Xong.") == 1


def test_blocked_phrases_are_named_in_the_row(years: Years) -> None:
    address = reverse("admin:movement_task_change", args=[years.task.pk])
    row = {"noted_on": "01/03/2023", "state": "done", "text": BLOCKED}

    response = signed_in(years.officer).post(address, progress_form(years.task, row))

    assert [list(one) for one in response.context["inline_admin_formsets"][0].formset.errors] == [["text"]]
    assert years.task.progress.count() == 0


def test_those_who_only_read_open_the_page_and_note_nothing(years: Years) -> None:
    client = signed_in(posted(years.place, Role.LEADER))
    address = reverse("admin:movement_task_change", args=[years.task.pk])

    codes = (
        client.get(address).status_code,
        client.post(address, progress_form(years.task, {"state": "done"})).status_code,
    )

    assert (codes, years.task.progress.count()) == ((200, 403), 0)


def test_a_task_of_an_open_report_is_changed_on_its_page(years: Years) -> None:
    task = TaskFactory(report=years.now)
    form = progress_form(task) | {"year": "2024", "text": "Viết lại.", "is_public": "on", "quantity": "", "due_on": ""}

    response = signed_in(years.officer).post(reverse("admin:movement_task_change", args=[task.pk]), form)

    assert (response.status_code, Task.objects.get(pk=task.pk).text) == (302, "Viết lại.")


def test_no_task_is_added_beside_its_report(years: Years) -> None:
    client = signed_in(years.officer)

    assert [client.get(reverse(f"admin:movement_{name}_add")).status_code for name in ("task", "shortcoming")] == [
        403,
        403,
    ]


# ---------------------------------------------------------------- lists


def test_the_list_tells_and_finds_what_is_overdue_and_due_soon(years: Years) -> None:
    Task.objects.filter(pk=years.task.pk).update(due_on=TODAY - timedelta(days=1))
    soon, later, done = (
        TaskFactory(report=years.before, due_on=TODAY + timedelta(days=days), state=state)
        for days, state in ((20, "open"), (90, "open"), (-5, "done"))
    )
    client, address = signed_in(years.officer), reverse("admin:movement_task_changelist")

    found = {
        due: sorted(one.pk for one in client.get(address, {"due": due} if due else {}).context["cl"].result_list)
        for due in ("overdue", "soon", "")
    }

    assert found == {
        "overdue": [years.task.pk],
        "soon": [years.task.pk, soon.pk],
        "": [years.task.pk, soon.pk, later.pk, done.pk],
    }
    assert [one.is_overdue for one in Task.objects.order_by("pk")] == [True, False, False, False]


def test_a_task_without_a_day_is_due_in_its_year() -> None:
    tasks = [TaskFactory(report__period__year=year - 1, year=year) for year in (2023, 2024, 2025)]

    assert list(Task.objects.due_by(date(2024, 12, 1)).order_by("pk")) == tasks[:2]


# ---------------------------------------------------------------- carrying over


def test_an_open_task_is_set_again_for_the_next_year(years: Years) -> None:
    follows = ShortcomingFactory(report=years.now, follows=years.shortcoming)
    TaskFactory(report=years.now, position=3)

    new = follow_up.carry_over(years.task, years.now, by=years.officer)

    assert (new.report, new.year, new.position, new.carried_from, new.state) == (years.now, 2024, 4, years.task, "open")
    assert [getattr(new, name) for name in follow_up.COPIED] == [getattr(years.task, name) for name in follow_up.COPIED]
    assert (new.shortcoming, new.due_on) == (follows, None)
    assert list(new.cooperating.all()) == list(years.task.cooperating.all())
    assert (years.task.state, list(years.task.progress.values_list("state", "noted_on"))) == (
        "carried_over", [("carried_over", TODAY)],
    )  # fmt: skip


def test_a_task_that_was_carried_over_takes_no_more_progress(years: Years) -> None:
    follow_up.carry_over(years.task, years.now, by=years.officer)
    address = reverse("admin:movement_task_change", args=[years.task.pk])

    with pytest.raises(ValidationError):
        note(years.task, years.officer)
    with pytest.raises(ValidationError):
        follow_up.carry_over(years.task, years.now, by=years.officer)
    response = signed_in(years.officer).post(address, progress_form(years.task, {}, {"state": "done"}))

    assert (response.status_code, years.task.progress.count(), years.now.tasks.count()) == (302, 1, 1)


@pytest.mark.parametrize("reason", ["done", "elsewhere", "not yet", "same report"])
def test_only_open_tasks_of_earlier_years_of_the_area_are_carried_over(years: Years, reason: str) -> None:
    match reason:
        case "done":
            note(years.task, years.officer, state="done")
        case "elsewhere":
            Report.objects.filter(pk=years.before.pk).update(area=years.neighbour)
        case "not yet":
            Task.objects.filter(pk=years.task.pk).update(year=2024)
        case "same report":
            Task.objects.filter(pk=years.task.pk).update(report=years.now)

    with pytest.raises(ValidationError):
        follow_up.carry_over(years.task, years.now, by=years.officer)

    assert Task.objects.filter(carried_from=years.task).count() == 0


def test_nobody_else_carries_over_and_no_report_sent_on_takes_a_task(years: Years) -> None:
    with pytest.raises(PermissionDenied):
        follow_up.carry_over(years.task, years.now, by=years.lead_officer)
    Report.objects.filter(pk=years.now.pk).update(state=State.SUBMITTED)
    with pytest.raises(PermissionDenied):
        follow_up.carry_over(years.task, years.now, by=years.officer)

    assert Task.objects.get(pk=years.task.pk).state == "open"


def test_the_page_of_the_report_offers_open_tasks_and_carries_them_over(years: Years) -> None:
    other = TaskFactory(report=years.before, text="Việc còn lại")
    client = signed_in(years.officer)
    page = reverse("admin:movement_report_change", args=[years.now.pk])
    address = reverse("admin:movement_report_carry_over", args=[years.now.pk])

    offered = list(client.get(page).context["to_carry_over"])
    nothing = client.post(address)
    carried = client.post(address, {"task": [years.task.pk, "abc", "9" * 30]})
    left = list(client.get(page).context["to_carry_over"])

    assert (offered, left) == ([years.task, other], [other])
    assert [one.headers["Location"] for one in (nothing, carried)] == [page, page]
    assert [one.carried_from for one in years.now.tasks.all()] == [years.task]


def test_neighbours_are_offered_nothing_and_carry_nothing(years: Years) -> None:
    client = signed_in(years.lead_officer)
    address = reverse("admin:movement_report_carry_over", args=[years.now.pk])

    assert [client.post(address, {"task": years.task.pk}).status_code, client.get(address).status_code] == [404, 405]
    assert years.now.tasks.count() == 0


# ---------------------------------------------------------------- the thread


def whole_thread(years: Years) -> tuple[Shortcoming, Task]:
    again = ShortcomingFactory(report=years.now, follows=years.shortcoming, text="Vẫn chưa thường xuyên.")
    note(years.task, years.officer, text="Mới xong 2 xã", done=2)
    return again, follow_up.carry_over(years.task, years.now, by=years.officer)


def test_the_thread_runs_from_the_shortcoming_to_the_task_carried_over(years: Years) -> None:
    TaskFactory(report=years.before, text="Việc khác")
    again, new = whole_thread(years)

    told = [
        [(one.year, one.day, one.text) for one in follow_up.thread(start, user=years.officer)]
        for start in (years.shortcoming, years.task, again, new)
    ]

    assert told == 4 * [
        [
            (2022, None, str(years.shortcoming)),
            (2022, None, str(years.task)),
            (2023, date(2023, 3, 1), f"Mới xong 2 xã; {gettext('done so far: %(number)s') % {'number': 2}}"),
            (2023, None, str(again)),
            (2023, None, str(new)),
        ]
    ]


def test_the_thread_stands_on_the_pages_of_its_parts(years: Years) -> None:
    again, new = whole_thread(years)
    client = signed_in(years.officer)

    for record in (years.task, again):
        address = reverse(f"admin:movement_{record._meta.model_name}_change", args=[record.pk])
        page = Page(client.get(address).content.decode())

        links = {one.attributes.get("href") for one in page.all("a") if "table" in one.inside}
        assert links == {
            reverse(f"admin:movement_{one._meta.model_name}_change", args=[one.pk])
            for one in (years.shortcoming, years.task, again, new)
        }


def test_the_body_that_leads_sees_its_task_and_no_more_of_the_thread(years: Years) -> None:
    Shortcoming.objects.update(is_public=False)
    Task.objects.filter(pk=years.task.pk).update(is_public=False)
    whole_thread(years)

    told = [one.text for one in follow_up.thread(years.task, user=years.lead_officer)]

    assert (told[0], len(told)) == (str(years.task), 2)


@pytest.mark.parametrize("more", [0, 2])
def test_the_thread_costs_the_same_whatever_it_holds(years: Years, more: int, django_assert_num_queries: Any) -> None:
    whole_thread(years)
    for _number in range(more):
        TaskProgressFactory(task=TaskFactory(report=years.before, shortcoming=years.shortcoming))
    user = type(years.officer).objects.get(pk=years.officer.pk)
    user.current_postings()

    with django_assert_num_queries(3):
        follow_up.thread(years.task, user=user)
