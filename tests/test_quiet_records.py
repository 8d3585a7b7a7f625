"""What is private or internal stays so by every way round, and what was taken back, or told twice, does not count."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from awards import tallies
from awards.models import Commendation
from awards.models.decisions import Occasion
from movement import editions
from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import State
from movement.reconciliation import differences
from movement.reports import count_register
from tests import world as worlds
from tests.awards import desk as desks
from tests.awards.test_page import given, names_of, seal
from tests.factories import (
    AttachmentFactory,
    AwardFormFactory,
    CommendationFactory,
    DecisionFactory,
    EventFactory,
    IndicatorFactory,
    PostingFactory,
    ReportedTotalFactory,
    ShortcomingFactory,
    TaskFactory,
    TaskProgressFactory,
    commune,
    district,
    province,
)
from tests.movement.test_texts import form_of, page_of
from tests.people import posted
from tests.published import fill, house
from units.models.people import Role

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def test_who_works_with_names_elsewhere_sees_none_here() -> None:
    here = district()
    row = CommendationFactory(decision__area=here, recipient__area=here, recipient__name="Triệu Thị Kín")
    user = posted(here, Role.OFFICER)
    PostingFactory(user=user, area=district(here.province), role=Role.AWARD_SECRETARY)
    client = signed_in(user)

    addresses = [
        reverse("admin:awards_recipient_changelist"),
        reverse("admin:awards_recipient_change", args=[row.recipient_id]),
        reverse("admin:awards_commendation_changelist"),
        reverse("admin:awards_commendation_change", args=[row.pk]),
        reverse("admin:awards_awarddecision_change", args=[row.decision_id]),
    ]
    shown = [address for address in addresses if "Triệu Thị Kín" in client.get(address).content.decode()]
    picked = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "awards", "model_name": "commendation", "field_name": "recipient", "term": "trieu"},
    )

    assert (shown, picked.json()["results"]) == ([], [])


def test_neighbours_read_nothing_internal_by_way_of_a_public_row() -> None:
    world = worlds.build()
    report = world.ours.report
    hidden = ShortcomingFactory(report=report, is_public=False, text="Khuyết điểm nội bộ.")
    public = ShortcomingFactory(report=report, text="Mới công khai.", follows=hidden)
    task = TaskFactory(report=report, text="Việc chung", shortcoming=hidden)
    TaskProgressFactory(task=task, text="Ghi chép giữa chừng")
    Report.objects.filter(pk=report.pk).update(state=State.APPROVED)
    neighbour, ours = signed_in(posted(commune(world.ours.district))), signed_in(world.ours.officer)
    addresses = [
        page_of(report),
        reverse("admin:movement_task_change", args=[task.pk]),
        reverse("admin:movement_shortcoming_change", args=[public.pk]),
    ]

    def told(client: Client) -> list[tuple[int, bool]]:
        pages = [client.get(address) for address in addresses]
        texts = [page.content.decode() for page in pages]
        quiet = ("Khuyết điểm nội bộ", "giữa chừng")
        return [(page.status_code, any(one in text for one in quiet)) for page, text in zip(pages, texts, strict=True)]

    assert told(ours) == [(200, True)] * 3
    assert told(neighbour) == [(200, False)] * 3


def test_history_names_no_file_out_of_sight() -> None:
    place = province()
    decision = DecisionFactory(area=place)
    decision.file = AttachmentFactory(area=place, name="khen-ong-Kin.pdf", holds_names=True)
    decision.save()
    address = reverse("admin:awards_awarddecision_history", args=[decision.pk])

    seeing = [
        role
        for role in (Role.OFFICER, Role.AWARD_SECRETARY)
        if "khen-ong-Kin" in signed_in(posted(place, role)).get(address).content.decode()
    ]

    assert seeing == [Role.AWARD_SECRETARY]


def test_a_name_entered_after_the_sealing_waits_for_the_next_edition() -> None:
    desks.catalogue.load()
    here = house()
    report = fill(here, 2022)
    given(here.province, "Nông Văn Một", "individual", public=True)
    seal(here, report)
    given(here.province, "Nông Văn Muộn", "individual", public=True)

    assert (len(names_of("nong van mot")), names_of("nong van muon")) == (1, [])


def test_a_row_changed_meanwhile_is_not_taken_out() -> None:
    world = worlds.build()
    section = world.ours.report.sections.get()
    form = form_of(world.ours.report) | {"sections-0-DELETE": "on"}
    section.text = "Đồng nghiệp vừa viết thêm."
    section.save()

    response = signed_in(world.ours.officer).post(page_of(world.ours.report), form)

    assert (response.status_code, world.ours.report.sections.count()) == (200, 1)


def test_a_count_goes_when_its_records_are_taken_back() -> None:
    world = worlds.build()
    line = IndicatorFactory(counts=Indicator.Counts.LAUNCH_ATTENDANCE)
    figure = Figure.objects.create(report=world.ours.report, indicator=line)
    world.period.indicators.add(line)
    event = EventFactory(area=world.ours.commune, attendance=200, starts_on=date(2024, 7, 1))
    count_register(world.ours.report)
    event.void_reason = "Nhập nhầm"
    event.save()

    told = [one.figure for one in differences(world.ours.report)]
    count_register(world.ours.report)

    figure.refresh_from_db()
    assert (told, figure.own, figure.register_on) == ([figure], None, None)


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([{"collectives": 5}], (5, None)),
        ([{"collectives": 5, "to_individuals": False}], (5, None)),
        ([{"collectives": 5, "individuals": 7}], (5, 7)),
        ([{"collectives": 5, "individuals": 7}, {"collectives": 5, "individuals": 7}], (None, None)),
        ([{"mixed": 136}], (None, None)),
        ([{"collectives": 5, "individuals": 7, "word": "nearly"}], (None, None)),
    ],
)
def test_reported_totals_count_where_they_are_whole(totals: list[dict[str, Any]], expected: tuple[Any, Any]) -> None:
    place, form = province(), AwardFormFactory()
    for number, one in enumerate(totals):
        ReportedTotalFactory(area=place, forms=[form], source=f"Báo {number}", **one)

    assert tallies.commended(place, 2024) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (1, 0)),
        ({"stated_collectives": 1, "stated_individuals": 20}, (1, None)),
        ({"occasion": Occasion.THEMATIC_REVIEW}, (0, 0)),
        ({"void_reason": "Nhập hai lần"}, (None, None)),
    ],
)
def test_decisions_count_as_they_are_listed(fields: dict[str, Any], expected: tuple[Any, Any]) -> None:
    place = province()
    CommendationFactory(
        decision=DecisionFactory(area=place, **fields), recipient__area=place, recipient__kind="collective"
    )

    assert tallies.commended(place, 2024) == expected


def test_revoked_commendations_do_not_bring_reported_totals_back() -> None:
    row = CommendationFactory(decision__area=province(), recipient__kind="collective")
    ReportedTotalFactory(area=row.decision.area, forms=[row.form], collectives=1, individuals=1)
    row.revoked_on, row.revocation_reason = date(2025, 1, 10), "Khai sai thành tích"
    row.save()

    assert tallies.commended(row.decision.area, 2024) == (0, 0)
    assert list(Commendation.objects.given()) == []


def test_a_half_year_seals_no_commendations() -> None:
    world = worlds.build()
    CommendationFactory(decision__area=world.ours.commune, decision__year=world.period.year)
    whole = list(editions.award_rows([world.ours.report]))
    Period.objects.filter(pk=world.period.pk).update(kind=Period.Kind.HALF)
    report = Report.objects.select_related("area", "period").get(pk=world.ours.report.pk)

    assert (len(whole), list(editions.award_rows([report]))) == (1, [])
