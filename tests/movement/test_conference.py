"""The year-end conference: its rules, its page with all that was on it, and the list of directives."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from movement.models import AgendaItem, Announcement, Conference, Directive, Paper, Task
from movement.sheets.conferences import ConferenceSheet, DirectiveSheet
from tests import world as worlds
from tests.desk import rows_of, written
from tests.factories import (
    AgendaItemFactory,
    AnnouncementFactory,
    BodyFactory,
    ConferenceFactory,
    DecisionFactory,
    DirectiveFactory,
    PaperFactory,
    ProgrammeFactory,
    ReportedTotalFactory,
    TaskFactory,
    province,
)
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCKED = "theo nguồn tin quần chúng"
TODAY = timezone.localdate()
PARTS = ("agenda", "papers", "directives", "announcements")
FACTORIES: dict[Any, Any] = {
    Conference: ConferenceFactory,
    AgendaItem: AgendaItemFactory,
    Paper: PaperFactory,
    Directive: DirectiveFactory,
    Announcement: AnnouncementFactory,
}


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def officer(world: worlds.World) -> Client:
    return signed_in(world.ours.officer)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def page_of(conference: Conference) -> str:
    return reverse("admin:movement_conference_change", args=[conference.pk])


def form_of(world: worlds.World, **changes: Any) -> dict[str, Any]:
    """Return the form of a new conference of our commune without rows."""
    return {
        "area": world.ours.commune.pk, "year": "2024", "name": "Hội nghị tổng kết năm 2024", "held_on": "06/01/2025",
        "part_of_day": "morning", "venue": "Công an xã", "mode": "on_site", "is_public": "on",
        **{f"{part}-{count}_FORMS": 0 for part in PARTS for count in ("TOTAL", "INITIAL")}, **changes,
    }  # fmt: skip


def row(part: str, number: int = 0, **values: Any) -> dict[str, Any]:
    """Return one new row of the inline `part`."""
    position = {} if part == "announcements" else {f"{part}-{number}-position": "0"}
    return {
        f"{part}-TOTAL_FORMS": number + 1,
        **position,
        **{f"{part}-{number}-{name}": values[name] for name in values},
    }


def inline_errors(response: Any) -> dict[str, list[list[str]]]:
    return {
        one.formset.prefix: [list(errors) for errors in one.formset.errors]
        for one in response.context["inline_admin_formsets"]
        if any(one.formset.errors)
    }


# ---------------------------------------------------------------- rules


def test_every_constraint_is_tried_here() -> None:
    constraints = [one for model in FACTORIES for one in model._meta.constraints]

    assert [(type(one), one.name) for one in constraints] == [
        (models.CheckConstraint, "conference_year_is_plausible"),
        (models.UniqueConstraint, "conference_stands_once"),
        (models.CheckConstraint, "announcement_is_a_decision_or_a_total"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "changes", "name"),
    [
        (Conference, {"year": 1944}, "conference_year_is_plausible"),
        (Announcement, {"decision": None}, "announcement_is_a_decision_or_a_total"),
    ],
)
def test_the_database_refuses_what_breaks_a_rule(model: Any, changes: dict[str, Any], name: str) -> None:
    record = FACTORIES[model]()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model._base_manager.filter(pk=record.pk).update(**changes)
    for field, value in changes.items():
        setattr(record, field, value)
    with pytest.raises(ValidationError):
        record.full_clean()


@pytest.mark.django_db
def test_a_conference_stands_once() -> None:
    first = ConferenceFactory()
    again = ConferenceFactory.build(area=first.area, year=first.year, held_on=first.held_on, name=first.name)

    with pytest.raises(ValidationError) as refused:
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()

    assert list(refused.value.error_dict) == ["__all__"]


def texts() -> Iterator[tuple[Any, str]]:
    """Yield every text field of the conference and its rows."""
    for model in FACTORIES:
        for field in model._meta.local_fields:
            if isinstance(field, models.CharField | models.TextField) and not field.choices:
                yield model, field.name


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), list(texts()))
def test_no_text_says_anything_beyond_the_boundary(model: Any, field: str) -> None:
    record = FACTORIES[model]()
    setattr(record, field, BLOCKED)

    with pytest.raises(ValidationError) as refused:
        record.full_clean()

    assert list(refused.value.error_dict) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "field"), [(Conference, "held_on"), (Directive, "due_on")])
def test_a_day_beyond_reason_is_refused(model: Any, field: str) -> None:
    record = FACTORIES[model]()
    setattr(record, field, date(1923, 1, 6))

    with pytest.raises(ValidationError) as refused:
        record.full_clean()

    assert list(refused.value.error_dict) == [field]


@pytest.mark.django_db
def test_what_is_announced_lies_above_or_below_the_conference(world: worlds.World) -> None:
    conference = ConferenceFactory(area=world.ours.district)

    found = {}
    for area in (world.province, world.ours.district, world.ours.commune, world.theirs.district, province()):
        for name, announced in (("decision", DecisionFactory(area=area)), ("total", ReportedTotalFactory(area=area))):
            try:
                Announcement(conference=conference, **{name: announced}).full_clean()
            except ValidationError as refused:
                found[area.pk, name] = list(refused.error_dict)
            else:
                found[area.pk, name] = []

    assert [found[key] for key in found] == [[]] * 6 + [["decision"], ["total"]] * 2


# ---------------------------------------------------------------- the page


def test_a_conference_is_entered_on_one_page(world: worlds.World, officer: Client) -> None:
    programme, body = ProgrammeFactory(area=world.province), world.ours.body
    decision, total = DecisionFactory(area=world.ours.commune), ReportedTotalFactory(area=world.ours.commune)
    task = world.ours.report.tasks.get()
    form = (
        form_of(world, host=body.pk)
        | row("agenda", text="Tổng kết phong trào")
        | row("agenda", 1, text="Đề án 06", programme=programme.pk)
    )
    form |= row("papers", title="Kinh nghiệm", body=body.pk)
    form |= row("directives", text="Không để xảy ra điểm nóng.", addressees=[body.pk], addressed_to="các xã",
                due_on="31/03/2025", task=task.pk)  # fmt: skip
    form |= row("announcements", decision=decision.pk) | row("announcements", 1, total=total.pk)

    response = officer.post(reverse("admin:movement_conference_add"), form)

    assert (response.status_code, inline_errors(response) if response.status_code == 200 else {}) == (302, {})
    conference = Conference.objects.get(name="Hội nghị tổng kết năm 2024")
    directive = conference.directives.get()
    assert (conference.held_on, conference.part_of_day, conference.host) == (date(2025, 1, 6), "morning", body)
    assert list(conference.agenda.order_by("pk").values_list("text", "programme")) == [
        ("Tổng kết phong trào", None), ("Đề án 06", programme.pk),
    ]  # fmt: skip
    assert list(conference.papers.values_list("title", "body")) == [("Kinh nghiệm", body.pk)]
    assert (list(directive.addressees.all()), directive.due_on, directive.task) == ([body], date(2025, 3, 31), task)
    assert list(conference.announcements.order_by("pk").values_list("decision", "total")) == [
        (decision.pk, None), (None, total.pk),
    ]  # fmt: skip


def test_an_officer_of_one_commune_finds_it_filled_in(world: worlds.World) -> None:
    form = signed_in(posted(world.ours.commune)).get(reverse("admin:movement_conference_add")).context["adminform"].form

    assert form.initial["area"] == world.ours.commune.pk


def test_a_conference_elsewhere_is_refused(world: worlds.World, officer: Client) -> None:
    response = officer.post(reverse("admin:movement_conference_add"), form_of(world, area=world.theirs.commune.pk))

    assert list(response.context["adminform"].form.errors) == ["area"]


@pytest.mark.parametrize(
    ("part", "values", "field"),
    [
        ("agenda", {"text": BLOCKED}, "text"),
        ("papers", {"title": BLOCKED}, "title"),
        ("directives", {"text": "Việc", "addressed_to": BLOCKED}, "addressed_to"),
        ("directives", {"text": "Việc", "addressees": ["abc"]}, "addressees"),
        ("announcements", {"decision": "abc"}, "decision"),
    ],
)
def test_what_is_wrong_is_named_in_the_row(
    world: worlds.World, officer: Client, part: str, values: dict[str, Any], field: str
) -> None:
    before = Conference.objects.count()

    response = officer.post(reverse("admin:movement_conference_add"), form_of(world) | row(part, **values))

    assert (inline_errors(response)[part][0][0], Conference.objects.count()) == (field, before)


def test_what_is_out_of_sight_cannot_be_chosen(world: worlds.World, officer: Client) -> None:
    theirs, conference = world.theirs, world.theirs.conference[0]
    decision = DecisionFactory(area=theirs.commune)
    chosen = [
        ("papers", "body", {"title": "Tham luận", "body": theirs.body.pk}),
        ("directives", "addressees", {"text": "Việc", "addressees": [theirs.body.pk]}),
        ("directives", "task", {"text": "Việc", "task": theirs.report.tasks.get().pk}),
        ("announcements", "decision", {"decision": decision.pk}),
    ]

    found = [
        inline_errors(officer.post(reverse("admin:movement_conference_add"), form_of(world) | row(part, **values)))[
            part
        ]
        for part, _field, values in chosen
    ]

    assert [one[0][0] for one in found] == [field for _part, field, _values in chosen]
    assert officer.get(page_of(conference)).status_code == 302


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("conference", "host"),
        ("paper", "body"),
        ("directive", "addressees"),
        ("directive", "task"),
        ("announcement", "decision"),
    ],
)
def test_searching_lists_offer_ours_only(world: worlds.World, officer: Client, model: str, field: str) -> None:
    theirs = {
        "host": world.theirs.body, "body": world.theirs.body, "addressees": world.theirs.body,
        "task": world.theirs.report.tasks.get(), "decision": world.theirs.awards[0],
    }[field]  # fmt: skip
    ours = {
        "host": world.ours.body, "body": world.ours.body, "addressees": world.ours.body,
        "task": world.ours.report.tasks.get(), "decision": world.ours.awards[0],
    }[field]  # fmt: skip

    source = {"app_label": "movement", "model_name": model, "field_name": field, "term": ""}
    offered = [one["id"] for one in officer.get(reverse("admin:autocomplete"), source).json()["results"]]

    assert [offered.count(str(one.pk)) for one in (ours, theirs)] == [1, 0]


def test_a_row_saved_meanwhile_is_shown_and_not_overwritten(world: worlds.World, officer: Client) -> None:
    conference, _item, paper, *_rest = world.ours.conference
    form = form_of(world, name=conference.name, held_on="06/01/2025", read_version=conference.version)
    form |= {
        "papers-TOTAL_FORMS": 1, "papers-INITIAL_FORMS": 1, "papers-0-id": paper.pk, "papers-0-conference": conference.pk,
        "papers-0-position": "0", "papers-0-title": "Của tôi", "papers-0-read_version": paper.version,
    }  # fmt: skip
    paper.title = "Của người khác"
    paper.save()

    response = officer.post(page_of(conference), form)

    sets = {one.formset.prefix: one.formset for one in response.context["inline_admin_formsets"]}
    assert str(sets["papers"].errors[0]["__all__"]).count("Của người khác") == 1
    assert Paper.objects.get(pk=paper.pk).title == "Của người khác"


def test_a_signer_reads_the_conference_and_changes_nothing(world: worlds.World) -> None:
    client = signed_in(posted(world.ours.district, Role.SIGNER))
    conference = world.ours.conference[0]

    codes = [client.get(page_of(conference)).status_code, client.post(page_of(conference), form_of(world)).status_code]

    assert codes == [200, 403]


def test_the_page_costs_the_same_for_one_row_and_three(
    world: worlds.World, officer: Client, django_assert_num_queries: Any
) -> None:
    conference, body = world.ours.conference[0], world.ours.body

    def more() -> None:
        AgendaItemFactory(conference=conference, programme=ProgrammeFactory(area=world.province))
        PaperFactory(conference=conference, body=body)
        DirectiveFactory(conference=conference, task=world.ours.report.tasks.get()).addressees.add(body)
        AnnouncementFactory(conference=conference)
        AnnouncementFactory(conference=conference, decision=None, total=ReportedTotalFactory(area=world.ours.commune))

    more()
    officer.get(page_of(conference))
    with django_assert_num_queries(9):
        officer.get(page_of(conference))

    more()
    more()

    with django_assert_num_queries(9):
        officer.get(page_of(conference))


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize(("name", "queries"), [("conference", 7), ("directive", 8)])
def test_lists_cost_the_same_and_hold_ours_only(
    world: worlds.World, officer: Client, name: str, queries: int, django_assert_num_queries: Any
) -> None:
    address = reverse(f"admin:movement_{name}_changelist")
    officer.get(address)
    with django_assert_num_queries(queries):
        first = officer.get(address)

    for number in range(2):
        conference = ConferenceFactory(area=world.ours.commune, name=f"Hội nghị {number}")
        DirectiveFactory(conference=conference, task=TaskFactory(report=world.ours.report)).addressees.add(
            world.ours.body
        )

    with django_assert_num_queries(queries):
        second = officer.get(address)
    assert [len(one.context["cl"].result_list) for one in (first, second)] == [1, 3]


def test_directives_are_overdue_until_their_task_is_done(world: worlds.World, officer: Client) -> None:
    Directive.objects.all().delete()
    conference = world.ours.conference[0]
    days = {"overdue": -1, "soon": 20, "later": 90}
    made = {
        name: DirectiveFactory(conference=conference, due_on=TODAY + timedelta(days=number))
        for name, number in days.items()
    }
    made["done"] = DirectiveFactory(
        conference=conference,
        due_on=TODAY - timedelta(days=1),
        task=TaskFactory(report=world.ours.report, state=Task.State.DONE),
    )
    made["under way"] = DirectiveFactory(
        conference=conference, due_on=TODAY - timedelta(days=1), task=TaskFactory(report=world.ours.report)
    )
    made["no day"] = DirectiveFactory(conference=conference)
    address = reverse("admin:movement_directive_changelist")

    found = {
        due: sorted(one.pk for one in officer.get(address, {"due": due}).context["cl"].result_list)
        for due in ("overdue", "soon")
    }

    assert found == {
        "overdue": [made["overdue"].pk, made["under way"].pk],
        "soon": [made["overdue"].pk, made["soon"].pk, made["under way"].pk],
    }
    assert {name: one.is_overdue for name, one in made.items()} == {
        "overdue": True, "soon": False, "later": False, "done": False, "under way": True, "no day": False,
    }  # fmt: skip


def test_a_directive_is_told_with_those_to_whom_it_went(world: worlds.World) -> None:
    directive = DirectiveFactory(addressed_to="các sở, ngành")
    directive.addressees.add(BodyFactory(name="UBND tỉnh"))

    assert directive.sent_to == "UBND tỉnh; các sở, ngành"


def test_a_directive_is_changed_on_its_page_and_added_with_its_conference(world: worlds.World, officer: Client) -> None:
    directive = world.ours.conference[3]
    address = reverse("admin:movement_directive_change", args=[directive.pk])

    added = officer.get(reverse("admin:movement_directive_add")).status_code
    done = officer.post(
        address, {"text": "Viết lại.", "addressees": [world.ours.body.pk], "read_version": directive.version}
    )

    directive.refresh_from_db()
    assert (added, done.status_code, directive.text, list(directive.addressees.all())) == (
        403, 302, "Viết lại.", [world.ours.body],
    )  # fmt: skip


def test_sheets_go_out_only_and_hold_ours(world: worlds.World, officer: Client) -> None:
    codes = {}
    for name in ("conference", "directive"):
        shown = officer.get(reverse(f"admin:movement_{name}_changelist")).context
        page = officer.get(reverse(f"admin:movement_{name}_export"))
        codes[name] = page.status_code, shown["has_export_permission"], shown["has_import_permission"]
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:movement_{name}_import")
    sheets = [
        b"".join(
            officer.get(reverse(f"admin:movement_{name}_export"), {"form": "csv"}).streaming_content  # type: ignore[arg-type]
        ).decode("utf-8-sig")
        for name in ("conference", "directive", "task", "shortcoming")
    ]

    assert codes == {"conference": (200, True, False), "directive": (200, True, False)}
    assert [(one.count(world.ours.commune.code), one.count(world.theirs.commune.code)) for one in sheets] == [
        (1, 0)
    ] * 4


def test_the_sheets_of_conferences_and_directives_hold_every_column(world: worlds.World) -> None:
    area = world.ours.commune
    conference = Conference.objects.get(area=area)
    directive = conference.directives.get()
    bodies = [BodyFactory(area=area, name=name) for name in ("Đoàn thanh niên", "Ban Công tác Mặt trận")]
    directive.addressees.set(bodies)
    task = TaskFactory(report=world.ours.report, text="Nhân rộng mô hình")
    Conference.objects.filter(pk=conference.pk).update(
        host=bodies[0], chair_office="Chủ tịch UBND xã", paper_count=3, held_on=date(2025, 1, 6), venue="Nhà văn hóa"
    )
    Directive.objects.filter(pk=directive.pk).update(
        addressed_to="các thôn", due_on=date(2025, 3, 1), task=task, text="Đẩy mạnh phong trào"
    )

    conferences, directives = (
        rows_of(written(world.ours.officer, sheet)) for sheet in (ConferenceSheet, DirectiveSheet)
    )

    assert conferences == [
        {
            "Mã địa bàn": area.code, "Địa bàn": area.label, "Năm": conference.year, "Tên hội nghị": conference.name,
            "Ngày": date(2025, 1, 6), "Địa điểm": "Nhà văn hóa", "Cơ quan tổ chức": "Đoàn thanh niên",
            "Chức vụ người chủ trì": "Chủ tịch UBND xã", "Số tham luận": 3,
        }
    ]  # fmt: skip
    assert directives == [
        {
            "Mã địa bàn": area.code, "Địa bàn": area.label, "Năm": conference.year, "Hội nghị": conference.name,
            "Ý kiến chỉ đạo": "Đẩy mạnh phong trào",
            "Nơi nhận": "Ban Công tác Mặt trận; Đoàn thanh niên; các thôn", "Thời hạn": date(2025, 3, 1),
            "Nhiệm vụ": "Nhân rộng mô hình", "Trạng thái nhiệm vụ": "chưa làm",
        }
    ]  # fmt: skip
