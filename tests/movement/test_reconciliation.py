from __future__ import annotations

import pytest
from django.utils import translation

from movement.models import Figure, Indicator
from movement.reconciliation import differences
from tests.factories import (
    FigureFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    ReportFactory,
    commune,
    counting,
    standing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    here = commune()
    return ReportFactory(area=here, period=PeriodFactory(area=here.province))


@pytest.fixture
def kind(report):
    """Return a kind of which the report's commune has two units."""
    kind = KindFactory()
    standing(report.area, kind)
    standing(report.area, kind)
    return kind


def told(report):
    with translation.override("en"):
        return [str(one) for one in differences(report)]


@pytest.mark.parametrize(("own", "agrees"), [(2, True), (1, False), (3, False), (None, False)])
def test_the_report_agrees_with_the_register_or_not(report, kind, own, agrees):
    figure = FigureFactory(report=report, indicator=counting(kind), own=own)

    found = [(one.figure, one.register, one.total) for one in differences(report)]

    assert found == ([] if agrees else [(figure, 2, own)])


def test_a_difference_says_both_numbers(report, kind):
    FigureFactory(report=report, indicator=counting(kind, name_en="Mediation teams"), own=1500)
    FigureFactory(report=report, indicator=counting(kind, name_en="The same again"))

    assert told(report) == [
        "Mediation teams: register 2, report 1,500",
        "The same again: register 2, report no figure yet",
    ]


def test_what_the_register_does_not_know_contradicts_nothing(report):
    never_kept = KindFactory()
    FigureFactory(report=report, indicator=counting(never_kept), own=5)
    FigureFactory(report=report, indicator=IndicatorFactory(), own=5)

    assert differences(report) == []


def test_zero_in_the_register_is_a_count(report, kind):
    gone = KindFactory()
    standing(commune(district=report.area.parent), gone)
    figure = FigureFactory(report=report, indicator=counting(gone), own=None)

    assert [(one.figure, one.register, one.total) for one in differences(report)] == [(figure, 0, None)]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (8950, []),
        (9000, ["Attendance: printed as nearly 9,000, but the total is 9,000"]),
        (8000, ["Attendance: printed as nearly 9,000, but the total is 8,000"]),
        (None, ["Attendance: printed as nearly 9,000, but the total is no figure yet"]),
    ],
)
def test_a_printed_number_that_is_no_longer_true_is_a_difference(report, own, expected):
    FigureFactory(
        report=report,
        indicator=IndicatorFactory(name_en="Attendance"),
        own=own,
        printed_word="nearly",
        printed_value=9000,
    )

    assert told(report) == expected


def test_differences_come_in_the_order_of_the_form(report, kind):
    lines = [counting(kind) for _number in range(3)]
    for line in reversed(lines):
        FigureFactory(report=report, indicator=line, own=1)

    assert [one.figure.indicator for one in differences(report)] == lines


def test_an_indicator_that_has_ended_is_not_asked(report, kind):
    ended = counting(kind, valid_to=report.period.ends_on)
    FigureFactory(report=report, indicator=ended, own=1)

    assert differences(report) == []


def test_a_line_by_kind_of_unit_is_compared_with_its_kind(report, kind):
    other = IndicatorFactory(counts=Indicator.Counts.OTHER_UNITS, source=Indicator.Source.REGISTER)
    figure = FigureFactory(report=report, indicator=other, item=kind.code, own=3)

    assert [(one.figure, one.register, one.total) for one in differences(report)] == [(figure, 2, 3)]


def test_a_line_that_the_report_lacks_is_a_difference(report, kind):
    other = IndicatorFactory(
        counts=Indicator.Counts.OTHER_UNITS, source=Indicator.Source.REGISTER, name_en="Other groups"
    )

    found = [(one.figure.indicator, one.figure.item, one.register, one.total) for one in differences(report)]

    assert found == [(other, kind.code, 2, None)]
    assert Figure.objects.count() == 0
