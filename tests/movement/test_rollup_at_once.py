"""Approvals, corrections and entries at the same moment, each on a connection of its own: no error, no lost write, sums exact."""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from config.workflow import WrongState
from movement.models import Figure, Indicator, Report
from movement.reports import correct, enter, locked_text, move_report, open_period
from tests.at_once import at_once
from tests.factories import IndicatorFactory, PeriodFactory, commune, district, province
from tests.people import Cast, cast_of
from units.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from units.models import Area

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def communes() -> list[Area]:
    """Return eight communes of two districts of two provinces each."""
    provinces = [province() for _twice in (1, 2)]
    districts = [district(province=one) for one in provinces for _twice in (1, 2)]
    return [commune(district=one) for one in districts for _twice in (1, 2)]


@pytest.fixture
def nation(communes: list[Area]) -> Area:
    above = communes[0].province
    assert above is not None
    assert above.parent is not None
    return above.parent


@pytest.fixture
def cast(nation: Area) -> Cast:
    return cast_of(nation)


@pytest.fixture
def indicator(nation: Area, cast: Cast) -> Indicator:
    """Return the one line of a period that is open for the country."""
    line = IndicatorFactory()
    open_period(PeriodFactory(area=nation), by=cast.administrator)
    return line


def entering(area: Area, own: int, by: User) -> Callable[[], Figure]:
    def job() -> Figure:
        figure = Figure.objects.select_related("report", "indicator").get(report__area=area)
        figure.own = own
        return enter(figure, by=User.objects.get(pk=by.pk))

    return job


def moving(area: Area, name: str, by: User) -> Callable[[], object]:
    def job() -> object:
        report = Report.objects.select_related("area", "period__area").get(area=area)
        return move_report(report, name, by=User.objects.get(pk=by.pk))

    return job


def correcting(area: Area, own: int, by: User) -> Callable[[], Figure]:
    def job() -> Figure:
        figure = Figure.objects.select_related("report", "indicator").get(report__area=area)
        return correct(figure, own=own, reason="Nhập nhầm số", by=User.objects.get(pk=by.pk))

    return job


def sent(area: Area, own: int, cast: Cast) -> None:
    entering(area, own, cast.officer)()
    moving(area, "request_signature", cast.officer)()
    moving(area, "submit", cast.signer)()


def approved(area: Area, own: int, cast: Cast) -> None:
    sent(area, own, cast)
    moving(area, "approve", cast.reviewer)()


def totals(*areas: Area | None) -> list[tuple[int | None, int]]:
    """Return the total of each area, and of how many communes it is made."""
    rows = Figure.objects.filter(report__area__in=[area for area in areas if area])
    told = {
        area: (total, counted) for area, total, counted in rows.values_list("report__area", "total", "areas_counted")
    }
    return [told[area.pk] for area in areas if area]


def test_all_communes_approved_at_once_reach_the_country(
    communes: list[Area], nation: Area, cast: Cast, indicator: Indicator
) -> None:
    for place, area in enumerate(communes):
        sent(area, 10**place, cast)
    above = list(dict.fromkeys(area.district for area in communes))
    for one in (*above, *dict.fromkeys(area.province for area in communes)):
        assert one is not None
        approved(one, 0, cast)

    said = at_once(*(moving(area, "approve", cast.reviewer) for area in communes))

    assert said == ["stored"] * len(communes)
    assert totals(communes[0].district, communes[0].province, nation) == [(11, 2), (1111, 4), (11_111_111, 8)]


def test_a_report_approved_twice_at_once_is_approved_once(
    communes: list[Area], cast: Cast, indicator: Indicator
) -> None:
    sent(communes[0], 7, cast)

    said = at_once(*[moving(communes[0], "approve", cast.reviewer)] * 2, refusal=WrongState)

    assert sorted(one == "stored" for one in said) == [False, True]
    assert totals(communes[0], communes[0].district) == [(7, 1), (7, 1)]
    assert list(Report.objects.get(area=communes[0]).steps.values_list("name", flat=True)).count("approve") == 1


def test_an_entry_finds_the_report_sent_while_it_waited(communes: list[Area], cast: Cast, indicator: Indicator) -> None:
    is_sent = Event()

    def send_slowly() -> None:
        with transaction.atomic():
            moving(communes[0], "request_signature", cast.officer)()
            is_sent.set()
            time.sleep(0.3)  # by now the other has begun to enter

    def enter_meanwhile() -> None:
        is_sent.wait(timeout=30)
        entering(communes[0], 7, cast.officer)()

    said = at_once(send_slowly, enter_meanwhile, refusal=PermissionDenied)

    report = Report.objects.get(area=communes[0])
    assert said == ["stored", locked_text(report)]
    assert totals(communes[0]) == [(None, 0)]


def test_entries_approvals_and_corrections_at_once_lose_nothing(
    communes: list[Area], nation: Area, cast: Cast, indicator: Indicator
) -> None:
    drafts, waiting, standing = communes[:3], communes[3:5], communes[5:]
    for area in waiting:
        sent(area, 100, cast)
    for area in standing:
        approved(area, 1, cast)
    for one in (communes[4].district, communes[6].district, communes[4].province):
        assert one is not None
        approved(one, 0, cast)

    said = at_once(
        *(entering(area, 5, cast.officer) for area in drafts),
        *(moving(area, "approve", cast.reviewer) for area in waiting),
        *(correcting(area, 20, cast.reviewer) for area in standing),
    )

    assert said == ["stored"] * len(communes)
    assert [total for total, _counted in totals(*communes)] == [5, 5, 5, 100, 100, 20, 20, 20]
    assert totals(communes[2].district, communes[4].district, communes[4].province, nation) == [
        (100, 1),
        (120, 2),
        (160, 4),
        (160, 4),
    ]
