"""Names are kept in one place, and only those see them who work with the decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.urls import reverse

from awards.models import Commendation, Recipient
from tests.awards import desk as desks
from tests.awards.desk import decision_by, form_called, newcomer, save, signed_in
from tests.factories import AttachmentFactory, CommendationFactory
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from tests.awards.desk import Desk

NAME = "Triệu Thị Kín"
WORKERS = (Role.REVIEWER, Role.LEADER, Role.AWARD_SECRETARY)
OTHERS = (Role.OFFICER, Role.SIGNER, Role.CLERK, Role.ADMINISTRATOR)


@pytest.fixture
def desk(db: None) -> Desk:
    return desks.build()


@pytest.fixture
def row(desk: Desk) -> Commendation:
    """Return a commendation that everybody in the province could reach by its place alone."""
    decision = decision_by(desk, file=AttachmentFactory(area=desk.province, name="danh-sach.pdf"))
    return CommendationFactory(
        decision=decision, recipient__area=desk.commune, recipient__name=NAME, form=form_called("bang_khen")
    )


def traces_of(text: str) -> list[str]:
    """Return every place of the database, but the recipients themselves, that holds `text`."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model is Recipient:
            continue
        for line in model._base_manager.values():
            held = [value for value in line.values() if isinstance(value, str) and text.casefold() in value.casefold()]
            found += [f"{model.__name__}: {value}" for value in held]
    for session in Session.objects.all():
        found += [f"session: {value}" for value in session.get_decoded().values() if text in str(value)]
    return found


def test_after_a_change_the_old_name_is_nowhere(desk: Desk) -> None:
    client = desk.client
    client.post(
        reverse("admin:awards_recipient_add"),
        {
            "kind": "individual",
            "name": NAME,
            "post": "Trưởng thôn",
            "workplace": "Thôn Bản Mới",
            "area": desk.commune.pk,
        },
    )
    recipient = Recipient.objects.get()
    save(desk, {"recipient": recipient.pk, "form": form_called("bang_khen").pk})

    response = client.post(
        reverse("admin:awards_recipient_change", args=[recipient.pk]),
        {"kind": "individual", "name": "Triệu Thị Mới", "post": "", "workplace": "", "area": desk.commune.pk,
         "read_version": recipient.version},
    )  # fmt: skip

    recipient.refresh_from_db()
    assert (response.status_code, recipient.name, recipient.search_key) == (302, "Triệu Thị Mới", "trieu thi moi")
    assert [traces_of(text) for text in (NAME, "trieu thi kin", "Trưởng thôn", "Bản Mới", "Triệu Thị Mới")] == [[]] * 5
    assert (recipient.history.count(), LogEntry.objects.count()) == (2, 0)
    assert [NAME in str(cookie) for cookie in client.cookies.values()] == [False] * len(client.cookies)


def test_what_was_achieved_leaves_no_trace(desk: Desk) -> None:
    save(desk, newcomer(achievement="Vận động giao nộp pháo"))
    row = Commendation.objects.get()
    row.achievement = ""
    row.save()

    assert traces_of("giao nộp") == []


def test_no_message_names_anybody(desk: Desk, row: Commendation) -> None:
    pages = {
        "recipient": {
            "kind": "individual",
            "name": NAME,
            "area": desk.commune.pk,
            "read_version": row.recipient.version,
        },
        "commendation": {"recipient": row.recipient_id, "form": row.form_id, "read_version": row.version},
    }
    keys = {"recipient": row.recipient_id, "commendation": row.pk}

    said = []
    for page, form in pages.items():
        response = desk.client.post(reverse(f"admin:awards_{page}_change", args=[keys[page]]), form)
        said += [(response.status_code, str(message)) for message in response.wsgi_request._messages]

    assert [(code, "Triệu" in text) for code, text in said] == [(302, False), (302, False)]


# ---------------------------------------------------------------- who sees them


def pages_with_names(row: Commendation) -> list[str]:
    return [
        *(
            reverse(f"admin:awards_{name}_{page}")
            for name in ("recipient", "commendation")
            for page in ("changelist", "add")
        ),
        *(reverse(f"admin:awards_recipient_{page}", args=[row.recipient_id]) for page in ("change", "history")),
        *(reverse(f"admin:awards_commendation_{page}", args=[row.pk]) for page in ("change", "history")),
        *(reverse(f"admin:awards_commendation_{page}") for page in ("import", "export")),
    ]


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not_work_with_names_reaches_none(desk: Desk, row: Commendation, role: Role) -> None:
    client = signed_in(posted(desk.province, role))

    codes = [client.get(address).status_code for address in pages_with_names(row)]
    sheets = [
        client.get(reverse(f"admin:awards_{name}_export"), {"form": "xlsx"}).status_code
        for name in ("commendation", "awarddecision")
    ]
    picked = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "awards", "model_name": "commendation", "field_name": "recipient", "term": ""},
    )

    assert (sorted(set(codes)), sheets, picked.status_code) == ([403, 404], [403, 403], 403)


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not_work_with_names_sees_the_decision_without_its_list(
    desk: Desk, row: Commendation, role: Role
) -> None:
    client = signed_in(posted(desk.province, role))

    listed = client.get(reverse("admin:awards_awarddecision_changelist"))
    page = client.get(reverse("admin:awards_awarddecision_change", args=[row.decision_id]))
    history = client.get(reverse("admin:awards_awarddecision_history", args=[row.decision_id]))

    assert [one.status_code for one in (listed, page, history)] == [200, 200, 200]
    assert list(listed.context["cl"].result_list) == [row.decision]
    assert page.context["inline_admin_formsets"] == []
    assert [NAME in one.content.decode() for one in (listed, page, history)] == [False] * 3
    assert "danh-sach.pdf" not in page.content.decode()


@pytest.mark.parametrize("role", WORKERS)
def test_who_works_with_names_sees_the_list(desk: Desk, row: Commendation, role: Role) -> None:
    client = signed_in(posted(desk.province, role))

    page = client.get(reverse("admin:awards_awarddecision_change", args=[row.decision_id])).content.decode()
    codes = [client.get(address).status_code for address in pages_with_names(row)]

    writes = 200 if role == Role.AWARD_SECRETARY else 403
    assert (NAME in page, "danh-sach.pdf" in page) == (True, True)
    assert codes == [200, writes, 200, writes, 200, 200, 200, 200, writes, writes]


def test_names_of_another_area_are_not_found(desk: Desk, row: Commendation) -> None:
    stranger = signed_in(posted(desks.province(), Role.AWARD_SECRETARY))

    lists = [
        list(stranger.get(reverse(f"admin:awards_{name}_changelist")).context["cl"].result_list)
        for name in ("awarddecision", "commendation", "recipient")
    ]
    codes = [
        stranger.get(reverse(f"admin:awards_{name}_change", args=[key])).status_code
        for name, key in (("awarddecision", row.decision_id), ("commendation", row.pk), ("recipient", row.recipient_id))
    ]

    assert (lists, codes) == ([[], [], []], [302, 302, 302])


def test_a_district_sees_who_of_its_own_the_province_commends_and_changes_nothing(
    desk: Desk, row: Commendation
) -> None:
    other = CommendationFactory(decision=row.decision, recipient__area=desks.district(desk.province))
    client = signed_in(posted(desk.district, Role.AWARD_SECRETARY))

    shown = list(client.get(reverse("admin:awards_commendation_changelist")).context["cl"].result_list)
    changed = client.post(
        reverse("admin:awards_commendation_change", args=[row.pk]),
        {"recipient": row.recipient_id, "form": row.form_id, "achievement": "Chiếm", "read_version": row.version},
    )

    row.refresh_from_db()
    assert (shown, changed.status_code, row.achievement) == ([row], 403, "")
    assert other not in shown


def test_a_reviewer_looks_and_changes_nothing(desk: Desk, row: Commendation) -> None:
    client = signed_in(posted(desk.province, Role.REVIEWER))
    form: dict[str, Any] = desks.decision_form(desk, newcomer(), decision=row.decision)

    response = client.post(reverse("admin:awards_awarddecision_change", args=[row.decision_id]), form)

    assert (response.status_code, Commendation.objects.count()) == (403, 1)
