"""What a report says in words: its rules, its pages, who sees it, how it is corrected, and what of it is sealed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from config.records import StaleRecord
from movement import passages
from movement.models import EditionPassage, Report, ReportSection, Shortcoming, Task, TaskProgress
from movement.models.reports import State
from movement.reports import move_report
from movement.sheets.texts import ShortcomingSheet, TaskSheet
from movement.texts import correct_text, write
from movement.verify import verify
from tests import world as worlds
from tests.desk import rows_of, written
from tests.factories import (
    AgendaItemFactory,
    BodyFactory,
    ConferenceFactory,
    DirectiveFactory,
    MeasureFactory,
    PaperFactory,
    PeriodFactory,
    ProgrammeFactory,
    ReportFactory,
    ReportSectionFactory,
    ShortcomingFactory,
    SnapshotFactory,
    SuccessionFactory,
    TaskFactory,
    TaskProgressFactory,
    commune,
    province,
)
from tests.pages import Page
from tests.people import cast_of, posted
from units.models.people import Role

if TYPE_CHECKING:
    from tests.people import Cast

INTERNAL = "Chỉ lưu hành trong ngành."
BLOCKED = "theo nguồn tin quần chúng"

FACTORIES: dict[Any, Any] = {
    ReportSection: ReportSectionFactory,
    Shortcoming: ShortcomingFactory,
    Task: TaskFactory,
    TaskProgress: TaskProgressFactory,
}
# what breaks each check of the database, once written past every form
BROKEN: dict[str, tuple[Any, dict[str, Any]]] = {
    "report_section_kind_is_known": (ReportSection, {"kind": "poem"}),
    "report_section_says_something": (ReportSection, {"text": "", "internal_text": ""}),
    "task_year_is_plausible": (Task, {"year": 2201}),
    "task_state_is_known": (Task, {"state": "asleep"}),
    "task_progress_state_is_known": (TaskProgress, {"state": "asleep"}),
}


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def cast(world: worlds.World) -> Cast:
    return cast_of(world.province)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def page_of(report: Report) -> str:
    return reverse("admin:movement_report_change", args=[report.pk])


def form_of(report: Report, **changes: Any) -> dict[str, Any]:
    """Return the form of `report` as it was opened, without its figures."""
    form: dict[str, Any] = {"read_version": report.version, "figures-TOTAL_FORMS": 0, "figures-INITIAL_FORMS": 0}
    rows = {
        "sections": report.sections.order_by("pk"),
        "shortcomings": report.shortcomings.order_by("pk"),
        "tasks": report.tasks.order_by("pk"),
    }
    names = {
        "sections": ["kind", "position", "text", "text_en", "internal_text"],
        "shortcomings": ["position", "text", "text_en", "extent", "extent_en", "causes", "causes_en"],
        "tasks": ["year", "position", "text", "text_en", "quantity_unit", "place"],
    }
    for prefix, found in rows.items():
        form |= {f"{prefix}-TOTAL_FORMS": len(found), f"{prefix}-INITIAL_FORMS": len(found)}
        for number, row in enumerate(found):
            form |= {f"{prefix}-{number}-{name}": getattr(row, name) for name in names[prefix]}
            form |= {f"{prefix}-{number}-id": row.pk, f"{prefix}-{number}-report": report.pk,
                     f"{prefix}-{number}-read_version": row.version}  # fmt: skip
            if prefix != "sections" and row.is_public:
                form[f"{prefix}-{number}-is_public"] = "on"
    return form | changes


def new_row(prefix: str, number: int = 1, **values: Any) -> dict[str, Any]:
    """Return what a further row of the inline `prefix` adds to a form that already has `number`."""
    named = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return {f"{prefix}-TOTAL_FORMS": number + 1, f"{prefix}-{number}-position": "0", **named}


def inline_errors(response: Any) -> dict[str, list[Any]]:
    return {
        one.formset.prefix: [dict(errors) for errors in one.formset.errors if errors]
        for one in response.context["inline_admin_formsets"]
        if any(one.formset.errors)
    }


def sent_as_far_as(report: Report, cast: Cast, *names: str) -> Report:
    by = {"request_signature": cast.officer, "submit": cast.signer, "approve": cast.reviewer}
    for name in names:
        move_report(report, name, by=by[name])
    return report


def approved(report: Report, cast: Cast) -> Report:
    return sent_as_far_as(report, cast, "request_signature", "submit", "approve")


# ---------------------------------------------------------------- rules


def test_every_constraint_is_tried_here() -> None:
    constraints = [one for model in FACTORIES for one in model._meta.constraints]

    assert {one.name for one in constraints if isinstance(one, models.CheckConstraint)} == set(BROKEN)
    assert [one for one in constraints if isinstance(one, models.UniqueConstraint)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_what_breaks_a_rule(name: str) -> None:
    model, changes = BROKEN[name]
    record = FACTORIES[model]()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model._base_manager.filter(pk=record.pk).update(**changes)


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_a_form_is_told_before_the_database(name: str) -> None:
    model, changes = BROKEN[name]
    record = FACTORIES[model]()
    for field, value in changes.items():
        setattr(record, field, value)

    with pytest.raises(ValidationError):
        record.full_clean()


def refused_fields(record: Any) -> list[str]:
    try:
        record.full_clean()
    except ValidationError as refused:
        return sorted(refused.error_dict)
    return []


@pytest.mark.django_db
def test_a_shortcoming_follows_one_of_an_earlier_report_of_the_same_area() -> None:
    area = province()
    earlier, later = (ReportFactory(area=area, period=PeriodFactory(area=area, year=year)) for year in (2022, 2023))
    named = ShortcomingFactory(report=earlier)
    elsewhere = ShortcomingFactory(report=ReportFactory(period__year=2022))

    found = [
        refused_fields(Shortcoming(report=report, text="Vẫn chưa thường xuyên.", follows=follows))
        for report, follows in ((later, named), (earlier, named), (later, elsewhere))
    ]

    assert found == [[], ["follows"], ["follows"]]


@pytest.mark.django_db
def test_a_shortcoming_follows_one_of_an_area_that_became_this_one() -> None:
    old, new = commune(valid_to=date(2023, 7, 1)), commune(valid_from=date(2023, 7, 1))
    SuccessionFactory(predecessor=old, successor=new)
    named = ShortcomingFactory(report=ReportFactory(area=old, period=PeriodFactory(year=2022)))

    record = Shortcoming(
        report=ReportFactory(area=new, period=PeriodFactory(year=2023)), text="Vẫn còn.", follows=named
    )

    assert refused_fields(record) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"year": 2023}, ["year"]),
        ({"due_on": date(1944, 1, 1)}, ["due_on"]),
        ({"text": BLOCKED}, ["text"]),
        ({"text_en": BLOCKED}, ["text_en"]),
        ({"place": BLOCKED}, ["place"]),
        ({"quantity_unit": BLOCKED}, ["quantity_unit"]),
    ],
)
def test_a_task_that_cannot_be_is_refused(changes: dict[str, Any], fields: list[str]) -> None:
    task = TaskFactory(report__period__year=2024)
    for name, value in changes.items():
        setattr(task, name, value)

    assert refused_fields(task) == fields


@pytest.mark.django_db
def test_a_task_stands_beside_the_shortcoming_of_its_own_report_and_comes_from_an_earlier_year() -> None:
    task = TaskFactory(report__period__year=2024)
    task.shortcoming, task.carried_from = ShortcomingFactory(), TaskFactory(report__period__year=2024)

    assert refused_fields(task) == ["shortcoming"]
    task.shortcoming = ShortcomingFactory(report=task.report)
    assert refused_fields(task) == ["carried_from"]
    task.carried_from = TaskFactory(report__period__year=2023)
    assert refused_fields(task) == []


@pytest.mark.django_db
def test_progress_is_noted_for_a_day_within_reason() -> None:
    progress = TaskProgressFactory()
    progress.noted_on = timezone.localdate() + timedelta(days=400)

    assert refused_fields(progress) == ["noted_on"]


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["extent", "extent_en", "causes", "causes_en", "text", "text_en"])
def test_a_shortcoming_says_nothing_beyond_the_boundary(field: str) -> None:
    record = ShortcomingFactory()
    setattr(record, field, BLOCKED)

    assert refused_fields(record) == [field]


# ---------------------------------------------------------------- the page of the report


def test_an_officer_writes_the_report_on_one_page(world: worlds.World) -> None:
    report, body = world.ours.report, world.ours.body
    shortcoming = report.shortcomings.get()

    response = signed_in(world.ours.officer).post(
        page_of(report),
        form_of(report)
        | new_row("sections", kind="assessment", text="Tình hình ổn định.", internal_text=INTERNAL)
        | new_row("shortcomings", text="Tuyên truyền chưa hiệu quả.", is_public="on")
        | new_row("tasks", year="2025", text="Kiểm tra 5 xã.", lead=body.pk, cooperating=[body.pk],
                  shortcoming=shortcoming.pk, quantity="1.000", quantity_unit="hộ", due_on="30/06/2025", is_public="on"),
    )  # fmt: skip

    assert (response.status_code, inline_errors(response) if response.status_code == 200 else {}) == (302, {})
    section, task = report.sections.order_by("pk").last(), report.tasks.order_by("pk").last()
    assert (section.kind, section.text, section.internal_text) == ("assessment", "Tình hình ổn định.", INTERNAL)
    assert report.shortcomings.order_by("pk").last().text == "Tuyên truyền chưa hiệu quả."
    assert (task.year, task.lead, task.shortcoming, task.quantity) == (2025, body, shortcoming, 1000)
    assert (task.due_on, list(task.cooperating.all()), task.state) == (date(2025, 6, 30), [body], "open")
    assert section.history.get().history_user == world.ours.officer


@pytest.mark.parametrize(
    ("prefix", "values", "field"),
    [
        ("sections", {"kind": "results", "text": BLOCKED}, "text"),
        ("sections", {"kind": "results", "internal_text": BLOCKED}, "internal_text"),
        ("shortcomings", {"text": BLOCKED}, "text"),
        ("tasks", {"year": "2025", "text": "Việc mới", "place": BLOCKED}, "place"),
    ],
)
def test_blocked_phrases_are_named_in_the_row(
    world: worlds.World, prefix: str, values: dict[str, str], field: str
) -> None:
    report = world.ours.report

    response = signed_in(world.ours.officer).post(page_of(report), form_of(report) | new_row(prefix, **values))

    assert {name: [list(one) for one in rows] for name, rows in inline_errors(response).items()} == {prefix: [[field]]}
    assert [getattr(report, name).count() for name in ("sections", "shortcomings", "tasks")] == [1, 1, 1]


def test_a_section_says_something(world: worlds.World) -> None:
    report = world.ours.report

    response = signed_in(world.ours.officer).post(
        page_of(report), form_of(report) | new_row("sections", kind="results", text="", internal_text="")
    )

    assert (list(inline_errors(response)), report.sections.count()) == (["sections"], 1)


def test_a_text_saved_meanwhile_is_shown_and_not_overwritten(world: worlds.World) -> None:
    report = world.ours.report
    section = report.sections.get()
    form = form_of(report, **{"sections-0-text": "Của tôi."})
    section.text = "Của người khác."
    section.save()

    response = signed_in(world.ours.officer).post(page_of(report), form)

    said = inline_errors(response)["sections"][0]["__all__"]
    assert str(said).count("Của người khác.") == 1
    assert ReportSection.objects.get(pk=section.pk).text == "Của người khác."


def test_a_tampered_row_of_theirs_is_refused(world: worlds.World) -> None:
    ours, theirs = world.ours.report, world.theirs.report.sections.get()
    form = form_of(ours, **{"sections-0-id": theirs.pk, "sections-0-text": "Chiếm"})

    signed_in(world.ours.officer).post(page_of(ours), form)

    assert ReportSection.objects.get(pk=theirs.pk).text == theirs.text


def test_a_body_out_of_sight_leads_nothing(world: worlds.World) -> None:
    report, body = world.ours.report, world.theirs.body
    values = {"year": "2025", "text": "Việc mới"}

    answers = [
        signed_in(world.ours.officer).post(page_of(report), form_of(report) | new_row("tasks", **values, **chosen))
        for chosen in ({"lead": body.pk}, {"cooperating": [body.pk]}, {"cooperating": ["abc"]})
    ]

    assert [[list(one) for one in inline_errors(answer)["tasks"]] for answer in answers] == [
        [["lead"]],
        [["cooperating"]],
        [["cooperating"]],
    ]


def test_a_report_sent_on_shows_its_texts_and_takes_none(world: worlds.World, cast: Cast) -> None:
    report = world.ours.report
    form = form_of(report, **{"sections-0-text": "Muộn."}) | new_row("shortcomings", text="Muộn.")
    sent_as_far_as(report, cast, "request_signature")
    client = signed_in(world.ours.officer)

    client.post(page_of(report), form)
    page = Page(client.get(page_of(report)).content.decode())

    assert (report.sections.get().text, report.shortcomings.count()) == ("Phong trào đạt nhiều kết quả tích cực.", 1)
    typed = [one.attributes.get("name") or "" for tag in ("textarea", "input", "select") for one in page.all(tag)]
    assert [name for name in typed if name.startswith(("sections-0", "shortcomings-0", "tasks-0"))] == [
        f"{prefix}-0-{name}" for prefix in ("sections", "shortcomings", "tasks") for name in ("id", "report")
    ]


def test_the_service_refuses_a_text_of_a_report_sent_on(world: worlds.World, cast: Cast) -> None:
    section = world.ours.report.sections.get()
    sent_as_far_as(world.ours.report, cast, "request_signature")
    section.text = "Muộn."

    with pytest.raises(PermissionDenied):
        write(section, by=world.ours.officer)
    with pytest.raises(PermissionDenied):
        write(ReportSection(report=world.theirs.report, kind="results", text="Lạ."), by=world.ours.officer)


def test_the_page_costs_the_same_for_one_text_and_three(world: worlds.World, django_assert_num_queries: Any) -> None:
    report, body = world.ours.report, world.ours.body
    earlier = ReportFactory(area=report.area, period=PeriodFactory(area=world.province, year=2023))

    def more() -> None:
        before = ShortcomingFactory(report=earlier)
        shortcoming = ShortcomingFactory(report=report, follows=before)
        TaskFactory(report=report, lead=body, shortcoming=shortcoming).cooperating.add(body)
        ReportSectionFactory(report=report)
        TaskFactory(report=earlier, year=2024)

    more()
    client = signed_in(world.ours.officer)
    client.get(page_of(report))
    with django_assert_num_queries(27):
        client.get(page_of(report))

    more()
    more()

    with django_assert_num_queries(27):
        client.get(page_of(report))


# ---------------------------------------------------------------- who sees what


def test_neighbours_see_what_is_public_of_an_approved_report_and_nothing_internal(
    world: worlds.World, cast: Cast
) -> None:
    sibling = commune(world.ours.district)
    officer = posted(sibling)
    report = world.ours.report
    ReportSection.objects.filter(report=report).update(internal_text=INTERNAL)
    only_internal = ReportSectionFactory(report=report, text="", internal_text="Chỉ nội bộ.")
    quiet_shortcoming = ShortcomingFactory(report=report, is_public=False, text="Không công bố một.")
    quiet_task = TaskFactory(report=report, is_public=False, text="Không công bố hai.")
    before = signed_in(officer).get(page_of(report)).status_code

    approved(report, cast)
    page = signed_in(officer).get(page_of(report)).content.decode()
    own = signed_in(world.ours.officer).get(page_of(report)).content.decode()

    secrets = [INTERNAL, only_internal.internal_text, quiet_shortcoming.text, quiet_task.text]
    assert before == 302
    assert [page.count(secret) for secret in secrets] == [0, 0, 0, 0]
    assert [own.count(secret) > 0 for secret in secrets] == [True, True, True, True]
    assert page.count("Phong trào đạt nhiều kết quả tích cực.") > 0
    for model, hidden in ((ReportSection, only_internal), (Shortcoming, quiet_shortcoming), (Task, quiet_task)):
        rows = model.objects.visible_to(officer).filter(report=report)
        assert (rows.count(), hidden in rows) == (1, False)


def test_a_task_is_seen_where_its_lead_is_once_it_is_approved(world: worlds.World, cast: Cast) -> None:
    top = world.period.reports.get(area=world.province)
    task = TaskFactory(report=top, lead=world.ours.body, is_public=False)
    draft = list(Task.objects.visible_to(world.ours.officer).filter(pk=task.pk))

    Report.objects.filter(pk=top.pk).update(state=State.APPROVED)

    assert draft == []
    assert list(Task.objects.visible_to(world.ours.officer).filter(pk=task.pk)) == [task]
    assert list(Task.objects.visible_to(world.theirs.officer).filter(pk=task.pk)) == []


@pytest.mark.parametrize("name", ["movement_task", "movement_shortcoming"])
def test_lists_cost_the_same_and_hold_ours_only(world: worlds.World, name: str, django_assert_num_queries: Any) -> None:
    client, address = signed_in(world.ours.officer), reverse(f"admin:{name}_changelist")
    client.get(address)
    with django_assert_num_queries(7):
        first = client.get(address)

    for _number in range(2):
        TaskFactory(report=world.ours.report, lead=world.ours.body)
        ShortcomingFactory(report=world.ours.report)

    with django_assert_num_queries(7):
        second = client.get(address)
    assert [len(one.context["cl"].result_list) for one in (first, second)] == [1, 3]


def test_lists_are_searched_by_area_and_year(world: worlds.World) -> None:
    client = signed_in(world.ours.officer)
    task = world.ours.report.tasks.get()

    found = [
        list(client.get(reverse("admin:movement_task_changelist"), {"q": words}).context["cl"].result_list)
        for words in ("dong hoa", "chung ta 2025", "2024", "noi khac")
    ]

    assert found == [[task], [task], [], []]


def test_sheets_of_tasks_and_shortcomings_go_out_only(world: worlds.World) -> None:
    client = signed_in(world.ours.officer)

    codes = {}
    for name in ("task", "shortcoming"):
        shown = client.get(reverse(f"admin:movement_{name}_changelist")).context
        codes[name] = (
            client.get(reverse(f"admin:movement_{name}_export")).status_code,
            shown["has_export_permission"],
            shown["has_import_permission"],
        )
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:movement_{name}_import")

    assert codes == {"task": (200, True, False), "shortcoming": (200, True, False)}


def test_the_sheets_of_tasks_and_shortcomings_hold_every_column(world: worlds.World) -> None:
    area, report = world.ours.commune, world.ours.report
    task, shortcoming = report.tasks.get(), report.shortcomings.get()
    bodies = [BodyFactory(area=area, name=name) for name in ("Đoàn thanh niên", "Ban Công tác Mặt trận")]
    task.cooperating.set(bodies)
    Task.objects.filter(pk=task.pk).update(lead=bodies[0], quantity=3, quantity_unit="mô hình", place="Toàn xã")

    tasks, shortcomings = (rows_of(written(world.ours.officer, sheet)) for sheet in (TaskSheet, ShortcomingSheet))

    assert tasks == [
        {
            "Mã địa bàn": area.code, "Địa bàn": area.label, "Năm": task.year, "Nhiệm vụ": task.text,
            "Cơ quan chủ trì": "Đoàn thanh niên", "Cơ quan phối hợp": "Ban Công tác Mặt trận; Đoàn thanh niên",
            "Số lượng": 3, "Đơn vị tính": "mô hình", "Nơi thực hiện": "Toàn xã", "Thời hạn": task.due_on or "",
            "Trạng thái": "chưa làm",
        }
    ]  # fmt: skip
    assert shortcomings == [
        {
            "Mã địa bàn": area.code, "Địa bàn": area.label, "Năm": report.period.year,
            "Tồn tại, hạn chế": shortcoming.text, "Phạm vi": shortcoming.extent, "Nguyên nhân": shortcoming.causes,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["task", "shortcoming", "directive", "conference", "report"])
def test_an_export_of_what_goes_out_only_costs_the_same_for_one_area_and_two(world: worlds.World, name: str) -> None:
    address = reverse(f"admin:movement_{name}_export")
    costs = []
    for area in (world.ours.district, world.ours.district, world.province):
        client = signed_in(posted(area, Role.OFFICER))
        with CaptureQueriesContext(connection) as queries:
            content = b"".join(client.get(address, {"form": "xlsx"}).streaming_content)  # type: ignore[arg-type]
        costs.append((len(rows_of(content)), len(queries)))

    (_first, one, two) = costs
    assert (two[0] > one[0], one[1] == two[1]) == (True, True)


# ---------------------------------------------------------------- corrections


def test_a_correction_keeps_the_old_text_and_its_reason(world: worlds.World, cast: Cast) -> None:
    section = approved(world.ours.report, cast).sections.get()
    section.text = "Phong trào đạt một số kết quả."

    correct_text(section, reason="Viết lại cho đúng", by=cast.reviewer)

    assert list(section.history.values_list("text", "history_change_reason")) == [
        ("Phong trào đạt một số kết quả.", "Viết lại cho đúng"),
        ("Phong trào đạt nhiều kết quả tích cực.", None),
    ]
    step = world.ours.report.steps.last()
    assert (step.name, step.before, step.after, step.by) == ("correct", "approved", "approved", cast.reviewer)
    assert step.note.endswith("“Phong trào đạt một số kết quả.”: Viết lại cho đúng")


def test_a_step_does_not_repeat_what_is_internal(world: worlds.World, cast: Cast) -> None:
    section = ReportSectionFactory(report=world.ours.report, text="", internal_text="Cũ.")
    approved(world.ours.report, cast)
    section.internal_text = INTERNAL

    correct_text(section, reason="Viết lại", by=cast.reviewer)

    assert world.ours.report.steps.last().note == f"{ReportSection.Kind.RESULTS.label}: Viết lại"


def test_corrections_are_refused_to_others_without_reason_and_before_approval(world: worlds.World, cast: Cast) -> None:
    section = world.ours.report.sections.get()
    with pytest.raises(ValidationError):
        correct_text(section, reason="Sớm", by=cast.reviewer)
    section = approved(world.ours.report, cast).sections.get()

    with pytest.raises(PermissionDenied):
        correct_text(section, reason="Viết lại", by=world.ours.officer)
    for reason in (" ", BLOCKED):
        with pytest.raises(ValidationError):
            correct_text(section, reason=reason, by=cast.reviewer)
    section.text = BLOCKED
    with pytest.raises(ValidationError):
        correct_text(section, reason="Viết lại", by=cast.reviewer)
    section.text, section.version = "Viết lại.", section.version - 1
    with pytest.raises(StaleRecord):
        correct_text(section, reason="Viết lại", by=cast.reviewer)

    assert (
        ReportSection.objects.get(pk=section.pk).version,
        world.ours.report.steps.filter(name="correct").count(),
    ) == (1, 0)


def correction(row: Any, name: str) -> str:
    return reverse("admin:movement_report_correct_text", args=[row.report_id, name, row.pk])


def test_a_correction_has_its_page(world: worlds.World, cast: Cast) -> None:
    section = approved(world.ours.report, cast).sections.get()
    client, address = signed_in(cast.reviewer), correction(section, "section")
    form = {"kind": "results", "position": "0", "text": "Viết lại.", "version": section.version}

    opened = client.get(address)
    silent = client.post(address, form)
    blocked = client.post(address, {**form, "text": BLOCKED, "reason": "Viết lại"})
    stale = client.post(address, {**form, "version": section.version - 1, "reason": "Viết lại"})
    done = client.post(address, {**form, "reason": "Viết lại"})

    assert [answer.status_code for answer in (opened, silent, blocked, stale, done)] == [200, 200, 200, 200, 302]
    assert [list(answer.context["form"].errors) for answer in (silent, blocked, stale)] == [
        ["reason"],
        ["text"],
        ["__all__"],
    ]
    assert ReportSection.objects.get(pk=section.pk).text == "Viết lại."


def test_the_page_of_the_report_leads_to_corrections_for_those_who_may(world: worlds.World, cast: Cast) -> None:
    report = approved(world.ours.report, cast)
    addresses = {correction(getattr(report, f"{name}s").get(), name) for name in ("section", "shortcoming", "task")}

    offered = {}
    for user in (cast.reviewer, world.ours.officer):
        page = Page(signed_in(user).get(page_of(report)).content.decode())
        offered[user] = addresses & {one.attributes.get("href") for one in page.all("a")}
    answers = [signed_in(world.ours.officer).get(address).status_code for address in sorted(addresses)]

    assert offered == {cast.reviewer: addresses, world.ours.officer: set()}
    assert answers == [403, 403, 403]


def test_the_bodies_of_a_task_are_corrected_with_it(world: worlds.World, cast: Cast) -> None:
    task, body = world.ours.report.tasks.get(), world.ours.body
    approved(world.ours.report, cast)

    response = signed_in(cast.reviewer).post(
        correction(task, "task"),
        {"year": "2025", "position": "0", "text": task.text, "lead": body.pk, "cooperating": [body.pk],
         "is_public": "on", "version": task.version, "reason": "Bổ sung cơ quan"},
    )  # fmt: skip

    task.refresh_from_db()
    assert (response.status_code, task.lead, list(task.cooperating.all())) == (302, body, [body])


def test_a_text_of_another_report_has_no_page_here(world: worlds.World, cast: Cast) -> None:
    approved(world.ours.report, cast)
    foreign = world.theirs.report.sections.get()
    client = signed_in(cast.reviewer)

    codes = [
        client.get(reverse("admin:movement_report_correct_text", args=[world.ours.report.pk, *which])).status_code
        for which in (("section", foreign.pk), ("figure", foreign.pk), ("section", 999999))
    ]

    assert codes == [404, 404, 404]


# ---------------------------------------------------------------- what is sealed


def article(world: worlds.World, top: Report) -> None:
    """Enter what the article of January 2023 says, and beside it what is not public."""
    ReportSection.objects.filter(report=top).delete()
    police = BodyFactory(area=world.province, name="Công an tỉnh")
    council = BodyFactory(area=world.province, name="UBND tỉnh")
    programme = ProgrammeFactory(
        area=world.province, code="DA06", short_name="Đề án 06", short_name_en="Project 06",
        name="Phát triển ứng dụng dữ liệu về dân cư", name_en="Use of population data",
    )  # fmt: skip
    SnapshotFactory(
        area=world.province, measure=MeasureFactory(programme=programme, name="Dịch vụ công thiết yếu", unit="dịch vụ"),
        taken_on=date(2024, 5, 18), value=25,
    )  # fmt: skip
    ReportSectionFactory(
        report=top, kind="results", position=2, text="Thu được nhiều thông tin liên quan đến an ninh trật tự."
    )
    ReportSectionFactory(
        report=top, kind="results", position=1, text="Đạt được nhiều kết quả tích cực.", text_en="Many good results."
    )
    ReportSectionFactory(
        report=top, kind="bright_spot", text="Các mô hình không ngừng được củng cố.", internal_text=INTERNAL
    )
    ReportSectionFactory(report=top, kind="causes", text="", internal_text=INTERNAL)
    ShortcomingFactory(
        report=top, position=1, text="Việc chỉ đạo chưa thường xuyên.", text_en="Guidance is not regular.",
        extent="ở một số địa phương", extent_en="in some places", causes="Thiếu kinh phí",
    )  # fmt: skip
    ShortcomingFactory(report=top, position=2, text=INTERNAL, is_public=False)
    task = TaskFactory(
        report=top, text="Triển khai chỉ đạo của Trung ương.", lead=police, quantity=1200, quantity_unit="hộ",
        place="toàn tỉnh", due_on=date(2025, 6, 30),
    )  # fmt: skip
    task.cooperating.add(council)
    TaskFactory(report=top, text=INTERNAL, is_public=False)
    conference = ConferenceFactory(
        area=world.province, year=2024, name="Hội nghị tổng kết phong trào năm 2024", name_en="Conference of 2024",
        held_on=date(2025, 1, 6), part_of_day="morning", venue="Công an tỉnh", host=police,
        chair_office="Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh",
    )  # fmt: skip
    AgendaItemFactory(conference=conference, position=1, text="Tổng kết phong trào", text_en="Review of the movement")
    AgendaItemFactory(conference=conference, position=2, text="Kết quả Đề án 06", programme=programme)
    PaperFactory(conference=conference, title="Kinh nghiệm xây dựng mô hình", body=council)
    directive = DirectiveFactory(
        conference=conference, text="Nâng cao vai trò của người đứng đầu.", addressed_to="các sở, ngành, địa phương",
        addressed_to_en="departments and localities", due_on=date(2025, 3, 31),
    )  # fmt: skip
    directive.addressees.add(council)
    ConferenceFactory(area=world.province, year=2024, name=INTERNAL, is_public=False)
    ConferenceFactory(area=world.province, year=2023, name="Hội nghị năm khác", held_on=date(2024, 1, 5))


def vietnamese(text: str, **words: str) -> str:
    """Return what the edition says for `text` in Vietnamese."""
    with translation.override("vi"):
        return translation.gettext(text) % words


def sealed() -> list[tuple[Any, ...]]:
    """Return what the article's edition holds: kind, position, text and detail, each in both languages."""
    office, police, council = "Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh", "Công an tỉnh", "UBND tỉnh"
    conference = vietnamese(
        "%(name)s, held %(when)s at %(venue)s.", name="Hội nghị tổng kết phong trào năm 2024",
        when=vietnamese("in the morning of %(day)s", day="06/01/2025"), venue=police,
    )  # fmt: skip
    chaired = [vietnamese("directed by: %(office)s", office=office), vietnamese("host: %(body)s", body=police)]
    led = [
        vietnamese("lead body: %(body)s", body=police), vietnamese("with: %(bodies)s", bodies=council),
        "1.200 hộ", "toàn tỉnh", vietnamese("by %(day)s", day="30/06/2025"),
    ]  # fmt: skip
    sent = [
        vietnamese("to: %(addressees)s", addressees=f"{council}, các sở, ngành, địa phương"),
        vietnamese("by %(day)s", day="31/03/2025"),
    ]
    programme = "Đề án 06: Phát triển ứng dụng dữ liệu về dân cư", "Project 06: Use of population data"
    measured = "Dịch vụ công thiết yếu: 25 dịch vụ (18/05/2024)"
    return [
        ("agenda", 1, "Tổng kết phong trào", "Review of the movement", "", ""),
        ("agenda", 2, "Kết quả Đề án 06", "", *programme),
        ("bright_spot", 1, "Các mô hình không ngừng được củng cố.", "", "", ""),
        (
            "conference", 1, conference, "Conference of 2024, held in the morning of 06/01/2025 at Công an tỉnh.",
            "; ".join(chaired), f"directed by: {office}; host: {police}",
        ),
        (
            "directive", 1, "Nâng cao vai trò của người đứng đầu.", "",
            "; ".join(sent), "to: UBND tỉnh, departments and localities; by 31/03/2025",
        ),
        ("paper", 1, "Kinh nghiệm xây dựng mô hình", "", council, council),
        ("programme", 1, *programme, measured, measured),
        ("results", 1, "Đạt được nhiều kết quả tích cực.", "Many good results.", "", ""),
        ("results", 2, "Thu được nhiều thông tin liên quan đến an ninh trật tự.", "", "", ""),
        (
            "shortcoming", 1, "Việc chỉ đạo chưa thường xuyên.", "Guidance is not regular.",
            "ở một số địa phương; Thiếu kinh phí", "in some places; Thiếu kinh phí",
        ),
        (
            "task", 1, "Triển khai chỉ đạo của Trung ương.", "",
            "; ".join(led), "lead body: Công an tỉnh; with: UBND tỉnh; 1,200 hộ; toàn tỉnh; by 30/06/2025",
        ),
    ]  # fmt: skip


def columns(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((one.kind, one.position, one.text_vi, one.text_en, one.detail_vi, one.detail_en) for one in rows)


def test_what_is_public_is_sealed_and_nothing_else(world: worlds.World, cast: Cast) -> None:
    article(world, world.period.reports.get(area=world.province))
    top = worlds.publish(world, cast)

    edition = top.period.editions.get()
    found = verify()

    assert columns(edition.passages.filter(area=world.province)) == sealed()
    assert ([str(one) for one in found.differing], [str(one) for one in found.changed]) == ([], [])


def test_what_is_internal_is_in_no_passage_file_or_page(world: worlds.World, cast: Cast) -> None:
    article(world, world.period.reports.get(area=world.province))
    edition = worlds.publish(world, cast).period.editions.get()
    code = world.province.code

    pages = [Client().get(f"{language}/areas/{code}/2024/") for language in ("", "/en")]
    files = [Client().get(f"/areas/{code}/2024/data.{ending}") for ending in ("csv", "json")]

    texts = [edition.canonical, *(one.content.decode() for one in [*pages, *files])]
    assert [one.status_code for one in [*pages, *files]] == [200] * 4
    assert [text.count(INTERNAL) for text in texts] == [0] * 5
    assert EditionPassage.objects.filter(text_vi__contains=INTERNAL).count() == 0
    assert texts[1].count("Việc chỉ đạo chưa thường xuyên.") > 0


def test_a_corrected_text_reaches_the_public_with_the_next_edition(world: worlds.World, cast: Cast) -> None:
    top = worlds.publish(world, cast)
    section = world.ours.report.sections.get()
    section.text = "Viết lại."
    correct_text(section, reason="Viết lại", by=cast.reviewer)

    top.refresh_from_db()
    move_report(top, "publish", by=cast.leader, note="Đính chính một đoạn")

    said = [
        edition.passages.get(area=world.ours.commune, kind="results").text_vi
        for edition in top.period.editions.order_by("number")
    ]
    assert said == ["Phong trào đạt nhiều kết quả tích cực.", "Viết lại."]


@pytest.mark.django_db
def test_nothing_is_written_for_no_reports() -> None:
    assert list(passages.written_for([])) == []


@pytest.mark.django_db
def test_passages_ask_the_same_number_of_questions_for_one_text_and_three(
    world: worlds.World, django_assert_num_queries: Any
) -> None:
    top = world.period.reports.select_related("period", "area").get(area=world.province)
    article(world, top)
    with django_assert_num_queries(15):
        few = list(passages.written_for([top]))

    for make in (ReportSectionFactory, ShortcomingFactory, TaskFactory):
        make(report=top)
        make(report=top)

    with django_assert_num_queries(15):
        assert len(list(passages.written_for([top]))) == len(few) + 6


def test_a_clerk_reads_the_texts_and_writes_none(world: worlds.World) -> None:
    report = world.ours.report
    client = signed_in(posted(world.ours.district, Role.CLERK))
    form = form_of(report, **{"sections-0-text": "Chiếm"})

    client.post(page_of(report), form)

    assert (client.get(page_of(report)).status_code, report.sections.get().text) == (
        200,
        "Phong trào đạt nhiều kết quả tích cực.",
    )


# ---------------------------------------------------------------- rows taken out of a draft


def taken_out(client: Client, report: Report, row: Shortcoming) -> Any:
    """Post the page of `report` with `row` marked to be taken out."""
    rows = {
        "shortcomings-TOTAL_FORMS": "1", "shortcomings-INITIAL_FORMS": "1", "shortcomings-0-id": row.pk,
        "shortcomings-0-report": report.pk, "shortcomings-0-position": "0", "shortcomings-0-text": row.text,
        "shortcomings-0-DELETE": "on", "shortcomings-0-read_version": row.version,
    }  # fmt: skip
    none = {
        f"{name}-{number}_FORMS": "0" for name in ("figures", "sections", "tasks") for number in ("TOTAL", "INITIAL")
    }
    return client.post(reverse("admin:movement_report_change", args=[report.pk]), none | rows)


def test_a_row_is_taken_out_of_an_open_report_and_stays_in_the_history(db: None, client: Client) -> None:
    world = worlds.build()
    row = ShortcomingFactory(report=world.ours.report, text="Nhập nhầm dòng này.")
    client.force_login(world.ours.officer, backend="units.auth.PostingBackend")

    response = taken_out(client, world.ours.report, row)

    kept = Shortcoming.history.filter(id=row.pk).latest()
    assert (response.status_code, Shortcoming.objects.filter(pk=row.pk).count()) == (302, 0)
    assert (kept.history_type, kept.text, kept.history_user) == ("-", "Nhập nhầm dòng này.", world.ours.officer)


@pytest.mark.parametrize("case", ["sent", "theirs"])
def test_no_row_is_taken_out_of_a_sent_report_or_of_another_area(db: None, client: Client, case: str) -> None:
    world = worlds.build()
    side = world.theirs if case == "theirs" else world.ours
    row = ShortcomingFactory(report=side.report)
    if case == "sent":
        Report.objects.filter(pk=side.report.pk).update(state="submitted")
    client.force_login(world.ours.officer, backend="units.auth.PostingBackend")

    taken_out(client, side.report, row)

    assert Shortcoming.objects.filter(pk=row.pk).count() == 1
