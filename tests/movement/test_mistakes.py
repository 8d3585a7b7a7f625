"""What was entered by mistake is taken back with its reason: it stays on record and counts nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from awards import tallies
from movement.models import Event, Indicator, MediationResult, SafetyStandardResult
from movement.sheets.work import EventSheet
from movement.tallies import record_counts
from tests.desk import bring_in, confirm, counts, exported
from tests.factories import (
    AwardFormFactory,
    EventFactory,
    IndicatorFactory,
    MediationFactory,
    PeriodFactory,
    ReportedTotalFactory,
    StandardFactory,
)
from tests.work import WORK, Land, Work, build
from units.importing.sheets import SHEETS

pytestmark = pytest.mark.django_db

VOIDABLE = [one for one in WORK if one.name not in {"modeltype", "popularmodel", "modelsite", "exemplar"}]


@pytest.fixture
def land() -> Land:
    return build()


@pytest.fixture
def officer(land: Land, client: Client) -> Client:
    client.force_login(land.ours.officer, backend="units.auth.PostingBackend")
    return client


def form_of(client: Client, record: Any) -> tuple[str, dict[str, Any]]:
    """Return the address of a record's page, and its form as the page fills it in."""
    address = reverse(f"admin:movement_{record._meta.model_name}_change", args=[record.pk])
    form = client.get(address).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    return address, {name: "" if value is None else value for name, value in shown.items() if value is not False}


def day_first(form: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value for name, value in form.items()}


@pytest.mark.parametrize("work", VOIDABLE, ids=str)
def test_a_record_is_taken_back_with_a_reason(land: Land, officer: Client, work: Work) -> None:
    record = work.make(land.ours.commune)
    address, form = form_of(officer, record)

    refused = officer.post(address, day_first(form) | {"void_reason": "theo nguồn tin quần chúng"})
    response = officer.post(address, day_first(form) | {"void_reason": "Nhập hai lần"})

    record.refresh_from_db()
    assert list(refused.context["adminform"].form.errors) == ["void_reason"]
    assert (response.status_code, record.void_reason, record.version) == (302, "Nhập hai lần", 2)
    assert list(type(record).objects.valid()) == []


@pytest.mark.parametrize("work", VOIDABLE, ids=str)
def test_a_new_record_is_not_asked_for_it(officer: Client, work: Work) -> None:
    form = officer.get(reverse(f"admin:movement_{work.name}_add")).context["adminform"].form

    assert [name for name in form.fields if name == "void_reason"] == []


def test_what_was_taken_back_does_not_count(land: Land) -> None:
    period, line = PeriodFactory(area=land.province), IndicatorFactory(counts=Indicator.Counts.LAUNCH_ATTENDANCE)
    EventFactory(area=land.ours.commune, attendance=50)
    EventFactory(area=land.ours.commune, attendance=999, void_reason="Nhập hai lần")

    assert record_counts(land.ours.commune, period, [line]) == {(line.pk, ""): 50}


def test_the_right_record_takes_the_place_of_one_taken_back(land: Land) -> None:
    wrong = StandardFactory(area=land.ours.commune, met=90)
    days = MediationFactory(area=land.ours.commune)
    with pytest.raises(ValidationError):
        SafetyStandardResult(area=land.ours.commune, year=2024, object=wrong.object, met=9).full_clean()
    for record in (wrong, days):
        record.void_reason = "Nhập nhầm số"
        record.save()

    right = StandardFactory(area=land.ours.commune, met=9)
    again = MediationResult(
        area=land.ours.commune, starts_on=days.starts_on, ends_on=days.ends_on,
        received=1, successful=1, unsuccessful=0, pending=0,
    )  # fmt: skip
    again.full_clean()

    assert list(SafetyStandardResult.objects.valid()) == [right]


def test_a_reported_total_is_taken_back(land: Land) -> None:
    form = AwardFormFactory()
    ReportedTotalFactory(area=land.province, forms=[form], collectives=3, void_reason="Nhập nhầm năm")

    page = Client().get(reverse("awards:index")).content.decode()
    assert tallies.lines(land.province, 2024) == []
    assert (page.count(form.name_vi), page.count("Báo tỉnh, 01/2025")) == (0, 0)


def test_a_reported_total_shows_while_it_counts(land: Land) -> None:
    form = AwardFormFactory()
    ReportedTotalFactory(area=land.province, forms=[form], collectives=3)

    page = Client().get(reverse("awards:index")).content.decode()

    assert (page.count(form.name_vi), page.count("Báo tỉnh, 01/2025")) == (1, 1)


def test_a_sheet_takes_back_too(land: Land) -> None:
    record = EventFactory(area=land.ours.commune)
    heads, (cells,) = exported(land.ours.officer, EventSheet)
    cells[heads.index("Nhập nhầm, lý do")] = "Nhập hai lần"

    confirm(bring_in(land.ours.officer, EventSheet, heads, [cells]))

    record.refresh_from_db()
    assert (record.void_reason, Event.objects.valid().count()) == ("Nhập hai lần", 0)


@pytest.mark.parametrize("work", VOIDABLE, ids=str)
def test_a_row_without_a_number_is_not_what_was_taken_back(land: Land, work: Work) -> None:
    sheet, row = SHEETS.sheets[f"movement.{work.name}"], work.row(land.ours.commune)
    first = confirm(bring_in(land.ours.officer, sheet, list(row), [list(row.values())]))
    heads, (cells,) = exported(land.ours.officer, sheet)
    cells[heads.index("Nhập nhầm, lý do")] = "Nhập hai lần"
    confirm(bring_in(land.ours.officer, sheet, heads, [cells]))

    again = bring_in(land.ours.officer, sheet, list(row), [list(row.values())])

    assert (first is not None, counts(again)) == (True, (1, 0, 0, 0))
