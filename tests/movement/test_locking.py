"""Several people at once: nobody waits in a ring, and the sums are exact in the end, on both databases."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import override_settings

from movement.models import Edition, Figure, Report
from movement.models.reports import State
from movement.reports import correct, enter, move_report, open_period
from tests.factories import IndicatorFactory, KindFactory, PeriodFactory, UnitFactory, commune, district, province
from tests.people import cast_of, posted
from units import register
from units.models import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_drawing():
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}):
        yield


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run `jobs` in a thread and a connection each, and return what went wrong."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(jobs), timeout=20)

    def run(job):
        try:
            start.wait()
            job()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return failures


@pytest.fixture
def above():
    return province()


@pytest.fixture
def cast(above):
    return cast_of(above)


@pytest.fixture
def communes(above):
    """Return three communes in each of two districts."""
    return [
        commune(district=one) for one in (district(province=above), district(province=above)) for _number in range(3)
    ]


@pytest.fixture
def indicator(above, cast, communes):
    """Return the line that every commune has filled in and submitted, with 1, 10, 100 …"""
    indicator = IndicatorFactory()
    open_period(PeriodFactory(area=above), by=cast.administrator)
    for power, area in enumerate(communes):
        figure = figure_of(area, indicator)
        figure.own = 10**power
        enter(figure, by=cast.officer)
        send(area, cast)
    return indicator


def report_of(area):
    return Report.objects.select_related("area", "period").get(area=area)


def figure_of(area, indicator):
    return Figure.objects.select_related("indicator").get(report__area=area, indicator=indicator)


def send(area, cast):
    move_report(report_of(area), "request_signature", by=cast.officer)
    move_report(report_of(area), "submit", by=cast.signer)


def approve(area, cast):
    move_report(report_of(area), "approve", by=cast.reviewer)


def approve_in_turn(areas, cast):
    return lambda: [approve(area, cast) for area in areas]


def test_an_officer_who_saves_waits_for_no_other(above, cast, communes):
    indicator = IndicatorFactory()
    open_period(PeriodFactory(area=above), by=cast.administrator)
    # SQLite has one writer at a time; on PostgreSQL both must get inside
    inside = threading.Barrier(2 if connection.features.has_select_for_update else 1, timeout=20)

    def save(area):
        def job():
            figure = figure_of(area, indicator)
            figure.own = 7
            with transaction.atomic():
                enter(figure, by=cast.officer)
                inside.wait()

        return job

    failures = at_once(save(communes[0]), save(communes[1]))

    assert failures == []
    assert [figure_of(area, indicator).own for area in communes[:3]] == [7, 7, None]


def test_communes_of_one_and_of_two_districts_are_approved_at_once(above, cast, communes, indicator):
    first, second = communes[:3], communes[3:]

    failures = at_once(
        approve_in_turn([first[0], second[0], first[1]], cast), approve_in_turn([second[1], first[2], second[2]], cast)
    )

    assert failures == []
    assert [figure_of(area[0].district, indicator).total for area in (first, second)] == [111, 111_000]
    assert figure_of(above, indicator).total is None

    for one in (first, second):
        send(one[0].district, cast)
    failures = at_once(*(approve_in_turn([one[0].district], cast) for one in (first, second)))

    assert failures == []
    found = figure_of(above, indicator)
    assert (found.total, found.areas_counted) == (111_111, 6)


def test_corrections_at_once_lose_nothing(above, cast, communes, indicator):
    for area in communes:
        approve(area, cast)
    for area in (communes[0].district, communes[3].district):
        send(area, cast)
        approve(area, cast)

    def add_one(areas):
        for area in areas:
            figure = figure_of(area, indicator)
            correct(figure, own=figure.own + 1, reason="Thiếu một", by=cast.reviewer)

    failures = at_once(lambda: add_one(communes[::2]), lambda: add_one(communes[1::2]))

    assert failures == []
    assert figure_of(above, indicator).total == 111_117


def test_one_report_is_approved_once(above, cast, communes, indicator):
    other = posted(above, "reviewer")

    failures = at_once(
        lambda: approve(communes[0], cast), lambda: move_report(report_of(communes[0]), "approve", by=other)
    )

    assert [type(one).__name__ for one in failures] == ["WrongState"]
    assert report_of(communes[0]).steps.filter(name="approve").count() == 1
    assert figure_of(communes[0].district, indicator).total == 1


def test_a_correction_while_the_year_is_published_waits_for_no_ring(above, cast, communes, indicator):
    for area in communes:
        approve(area, cast)
    for area in (communes[0].district, communes[3].district):
        send(area, cast)
        approve(area, cast)
    for name, by in (("request_signature", cast.reviewer), ("submit", cast.reviewer), ("approve", cast.leader)):
        move_report(report_of(above), name, by=by)
    holds = threading.Event()

    def correct_slowly():
        with transaction.atomic():
            Report.objects.select_for_update().get(area=communes[0])
            holds.set()
            time.sleep(0.5)  # by now the other has begun to publish
            correct(figure_of(communes[0], indicator), own=2, reason="Nhầm", by=cast.reviewer)

    def publish():
        holds.wait(20)
        move_report(report_of(above), "publish", by=cast.leader)

    failures = at_once(correct_slowly, publish)

    assert failures == []
    assert report_of(above).state == State.PUBLISHED
    assert figure_of(above, indicator).total == 111_112
    assert Edition.objects.get().figures.get(area=above).total == 111_112


def test_codes_given_at_once_are_different(communes, cast):
    kind = KindFactory()

    def found():
        for _number in range(3):
            register.found(UnitFactory.build(kind=kind, area=communes[0], code=""), by=cast.officer)

    failures = at_once(found, found)

    assert failures == []
    assert sorted(Unit.objects.values_list("code", flat=True)) == [
        f"{communes[0].code}.{number:04d}" for number in range(1, 7)
    ]
