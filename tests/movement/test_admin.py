"""The report in the admin: the form, its moves, and what each is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from movement.models import Figure, Period, PublishedFigure, Report
from movement.reports import move_report
from tests import world as worlds
from tests.factories import IndicatorFactory, commune, counting
from tests.people import cast_of

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def officer(world: worlds.World, client: Client) -> Client:
    client.force_login(world.ours.officer, backend="units.auth.PostingBackend")
    return client


NO_TEXTS = {
    f"{name}-{count}_FORMS": 0 for name in ("sections", "shortcomings", "tasks") for count in ("TOTAL", "INITIAL")
}


def form_of(report: Report, **changes: Any) -> dict[str, Any]:
    lines = list(report.figures.order_by("pk"))
    form: dict[str, Any] = {"figures-TOTAL_FORMS": len(lines), "figures-INITIAL_FORMS": len(lines), **NO_TEXTS}
    for number, line in enumerate(lines):
        form |= {
            f"figures-{number}-id": line.pk, f"figures-{number}-report": report.pk, f"figures-{number}-own": "",
            f"figures-{number}-printed_word": "", f"figures-{number}-printed_value": "", f"figures-{number}-explanation": "",
            f"figures-{number}-read_version": line.version,
        }  # fmt: skip
    return form | changes


def save(client: Client, report: Report, **changes: Any) -> Any:
    return client.post(reverse("admin:movement_report_change", args=[report.pk]), form_of(report, **changes))


def line_errors(response: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in response.context["inline_admin_formsets"][0].formset.errors if one]


def test_an_officer_enters_a_figure(world: worlds.World, officer: Client) -> None:
    response = save(officer, world.ours.report, **{"figures-0-own": "1.052"})

    figure = world.ours.report.figures.get()
    assert response.status_code == 302
    assert (figure.own, figure.total, figure.version) == (1052, 1052, 2)
    assert list(figure.history.values_list("own", "history_user")) == [
        (1052, world.ours.officer.pk),
        (None, world.leader.pk),
    ]


def test_an_empty_figure_is_not_zero(world: worlds.World, officer: Client) -> None:
    save(officer, world.ours.report, **{"figures-0-own": "0"})
    zero = world.ours.report.figures.get().total
    save(officer, world.ours.report, **{"figures-0-own": ""})

    assert (zero, world.ours.report.figures.get().total) == (0, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"figures-0-own": "-1"}, "own"),
        ({"figures-0-own": "1,5"}, "own"),
        ({"figures-0-own": "gần 9"}, "own"),
        ({"figures-0-own": "8950", "figures-0-printed_word": "nearly"}, "printed_value"),
        (
            {"figures-0-own": "8950", "figures-0-printed_word": "nearly", "figures-0-printed_value": "12000"},
            "printed_value",
        ),
        ({"figures-0-own": "1", "figures-0-explanation": "theo nguồn tin quần chúng"}, "explanation"),
    ],
)
def test_bad_figures_are_named_and_nothing_is_saved(
    world: worlds.World, officer: Client, changes: dict[str, str], field: str
) -> None:
    response = save(officer, world.ours.report, **changes)

    assert [list(errors) for errors in line_errors(response)] == [[field]]
    assert world.ours.report.figures.get().version == 1


def test_a_figure_saved_meanwhile_is_shown_and_not_overwritten(world: worlds.World, officer: Client) -> None:
    form = form_of(world.ours.report, **{"figures-0-own": "5"})
    theirs = world.ours.report.figures.get()
    theirs.own = 9
    theirs.save()

    response = officer.post(reverse("admin:movement_report_change", args=[world.ours.report.pk]), form)

    assert ["9" in str(errors["__all__"]) for errors in line_errors(response)] == [True]
    assert world.ours.report.figures.get().own == 9


def test_the_buttons_are_the_moves_open_to_the_person(world: worlds.World, officer: Client) -> None:
    address = reverse("admin:movement_report_change", args=[world.ours.report.pk])

    before = [move.name for move in officer.get(address).context["moves"]]
    officer.post(reverse("admin:movement_report_move", args=[world.ours.report.pk, "request_signature"]))
    after = [move.name for move in officer.get(address).context["moves"]]

    assert (before, after) == (["request_signature"], ["recall"])


def test_a_report_sent_on_takes_no_figure(world: worlds.World, officer: Client) -> None:
    form = form_of(world.ours.report, **{"figures-0-own": "5"})
    officer.post(reverse("admin:movement_report_move", args=[world.ours.report.pk, "request_signature"]))

    officer.post(reverse("admin:movement_report_change", args=[world.ours.report.pk]), form)

    assert world.ours.report.figures.get().own is None


def test_a_return_needs_its_reason(world: worlds.World, client: Client) -> None:
    cast = cast_of(world.province)
    for name, by in (("request_signature", cast.officer), ("submit", cast.signer)):
        move_report(world.ours.report, name, by=by)
    client.force_login(cast.reviewer, backend="units.auth.PostingBackend")
    address = reverse("admin:movement_report_move", args=[world.ours.report.pk, "return"])

    client.post(address, {"note": " "})
    without = Report.objects.get(pk=world.ours.report.pk).state
    client.post(address, {"note": "Thiếu số liệu tổ hòa giải"})

    assert (without, Report.objects.get(pk=world.ours.report.pk).state) == ("submitted", "returned")
    assert world.ours.report.steps.last().note == "Thiếu số liệu tổ hòa giải"


def test_a_correction_has_its_page(world: worlds.World, client: Client) -> None:
    cast = cast_of(world.province)
    for name, by in (("request_signature", cast.officer), ("submit", cast.signer), ("approve", cast.reviewer)):
        move_report(world.ours.report, name, by=by)
    figure = world.ours.report.figures.get()
    client.force_login(cast.reviewer, backend="units.auth.PostingBackend")
    address = reverse("admin:movement_report_correct", args=[world.ours.report.pk, figure.pk])

    silent = client.post(address, {"own": "7", "reason": "", "version": figure.version})
    stale = client.post(address, {"own": "7", "reason": "Đếm lại", "version": figure.version - 1})
    done = client.post(address, {"own": "7", "reason": "Đếm lại", "version": figure.version})

    assert [answer.status_code for answer in (silent, stale, done)] == [200, 200, 302]
    above = Figure.objects.get(report__area=world.ours.district, indicator=figure.indicator)
    assert (Figure.objects.get(pk=figure.pk).own, above.total) == (7, 7)


def test_an_officer_opens_no_correction(world: worlds.World, officer: Client) -> None:
    address = reverse("admin:movement_report_correct", args=[world.ours.report.pk, world.ours.figure.pk])

    assert officer.get(address).status_code == 403


def test_opening_a_period_gives_every_area_its_report(world: worlds.World, client: Client) -> None:
    client.force_login(world.administrator, backend="units.auth.PostingBackend")
    form = {
        "area": world.province.pk, "kind": "year", "year": "2025", "name": "", "line": "government",
        "starts_on": "15/12/2024", "ends_on": "14/12/2025", "cutoff_on": "14/12/2025", "due_commune_on": "16/12/2025",
    }  # fmt: skip

    response = client.post(reverse("admin:movement_period_add"), form)

    period = Period.objects.get(year=2025)
    assert response.status_code == 302
    assert sorted(report.area.code for report in period.reports.select_related("area")) == sorted(
        area.code
        for area in (
            world.province,
            world.ours.district,
            world.ours.commune,
            world.theirs.district,
            world.theirs.commune,
        )
    )


def test_what_waits_stands_on_the_first_page(world: worlds.World, officer: Client) -> None:
    page = officer.get(reverse("admin:index")).content.decode()

    assert page.count(f"{world.ours.commune.label} – {world.period}") == 1
    assert page.count(world.theirs.commune.label) == 0


def test_lists_cost_the_same_for_one_and_three(
    world: worlds.World, officer: Client, django_assert_num_queries: Any
) -> None:
    pages = {
        "admin:movement_report_changelist": 7, "admin:movement_figure_changelist": 7, "admin:movement_publishedfigure_changelist": 6, "admin:index": 5,
    }  # fmt: skip
    indicator = world.ours.figure.indicator
    PublishedFigure.objects.create(area=world.ours.commune, year=2024, indicator=indicator, value=1, source="Báo")
    for name in pages:
        officer.get(reverse(name))
    for name, queries in pages.items():
        with django_assert_num_queries(queries):
            officer.get(reverse(name))

    for number in range(2):
        place = commune(world.ours.district)
        report = Report.objects.create(area=place, period=world.period)
        Figure.objects.create(report=report, indicator=indicator)
        PublishedFigure.objects.create(area=place, year=2024, indicator=indicator, value=number, source="Báo")

    for name, queries in pages.items():
        with django_assert_num_queries(queries):
            officer.get(reverse(name))


def test_the_form_costs_the_same_for_one_line_and_three(
    world: worlds.World, officer: Client, django_assert_num_queries: Any
) -> None:
    address = reverse("admin:movement_report_change", args=[world.ours.report.pk])
    officer.get(address)
    with django_assert_num_queries(27):
        officer.get(address)

    for _number in range(2):
        Figure.objects.create(report=world.ours.report, indicator=IndicatorFactory())

    with django_assert_num_queries(27):
        officer.get(address)


def test_a_published_figure_needs_a_name_and_a_value(world: worlds.World, client: Client) -> None:
    client.force_login(world.clerk, backend="units.auth.PostingBackend")
    form = {"area": world.ours.commune.pk, "year": "2024", "source": "Báo tỉnh", "word": ""}

    empty = client.post(reverse("admin:movement_publishedfigure_add"), form)
    full = client.post(reverse("admin:movement_publishedfigure_add"), {**form, "metric": "Mô hình", "value": "12"})

    assert (empty.status_code, full.status_code, PublishedFigure.objects.count()) == (200, 302, 1)


def test_what_the_register_counts_is_not_typed(world: worlds.World, officer: Client) -> None:
    kind = world.ours.unit.kind
    counted = Figure.objects.create(report=world.ours.report, indicator=counting(kind))
    world.period.indicators.add(counted.indicator)
    number = list(world.ours.report.figures.order_by("pk")).index(counted)

    save(officer, world.ours.report, **{f"figures-{number}-own": "77"})
    typed = Figure.objects.get(pk=counted.pk).own
    officer.post(reverse("admin:movement_report_move", args=[world.ours.report.pk, "request_signature"]))

    assert (typed, Figure.objects.get(pk=counted.pk).own) == (None, 1)
