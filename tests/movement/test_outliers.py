"""What bench/outliers.py measures on many series, on few of them: enough to notice when the rule gets worse."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.outliers import SIZES, Result, cases, measure, transposed
from movement.outliers import Series, even, expect, number_at

SEED = 138


@pytest.fixture(scope="module")
def result() -> Result:
    return measure(cases(200, SEED), SEED)


def test_nearly_all_tenfold_slips_from_twenty_on_are_noticed(result: Result) -> None:
    assert result.tenfold_from(20) >= 0.95


def test_transposed_digits_are_nowhere_noticed_less_than_by_a_plain_z_score(result: Result) -> None:
    worse = [
        size for size in SIZES if result.noticed["ours", "transposed", size] < result.noticed["z", "transposed", size]
    ]

    assert worse == []


def test_about_one_true_number_in_twenty_is_asked_about(result: Result) -> None:
    assert result.at_ours <= 0.055


@pytest.mark.parametrize(
    ("past", "value", "asked"),
    [
        ((31, 28, 30), 32, False),
        ((31, 28, 30), 320, True),
        ((31, 28, 30), 3, True),
        ((31, 28, 30), 0, True),
        ((31, 0, 30), 0, False),  # a year without is known
        ((2, 1, 3), 0, False),
        ((2, 1, 3), 6, False),
        ((2, 1, 3), 25, True),
        ((30,), 300, True),
        ((4100, 4050), 41, True),
        ((0, 0), 0, False),
    ],
)
def test_a_number_is_held_against_its_own_years(past: tuple[int, ...], value: int, asked: bool) -> None:
    found = expect(Series(past), [])

    assert found is not None
    assert found.stands_out(value) is asked


def test_what_all_do_this_year_stands_out_nowhere() -> None:
    others = [Series((30, 29, 31), 95), Series((20, 22, 21), 66), *[Series((40, 41, 39), 125)] * 6]

    alone, together = expect(Series((31, 28, 30)), []), expect(Series((31, 28, 30)), others)

    assert alone is not None
    assert together is not None
    assert (alone.stands_out(90), together.stands_out(90)) == (True, False)


def test_an_area_without_a_past_is_held_against_others_by_their_size() -> None:
    others = [Series((), size * 3, size) for size in (8, 9, 10, 11, 12, 13)]

    small, large = expect(Series((), size=10), others), expect(Series((), size=100), others)

    assert small is not None
    assert large is not None
    assert [(one.stands_out(30), one.stands_out(300)) for one in (small, large)] == [(False, True), (True, False)]


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert expect(Series(()), [Series((), 30)] * 4) is None


series = st.builds(
    Series,
    st.lists(st.integers(0, 10**12), max_size=5).map(tuple),
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 500),
)


@given(series, st.lists(series, max_size=8), st.integers(0, 10**13))
def test_what_is_told_as_usual_does_not_stand_out_and_the_next_number_does(
    own: Series, similar: list[Series], value: int
) -> None:
    found = expect(own, similar)
    if found is None:
        return
    low, high = found.usual

    if value or not found.none_is_usual:
        assert found.stands_out(value) is not (low <= value <= high) or value in {low - 1, low, high, high + 1}
    assert low >= 0


@given(st.integers(0, 10**12), st.floats(0.03, 2))
def test_the_even_scale_is_turned_back(number: int, scatter: float) -> None:
    assert number_at(even(number, scatter), scatter) == pytest.approx(number, rel=1e-6, abs=1e-6)


def test_two_digits_change_places() -> None:
    assert (transposed(12, random.Random(1)), transposed(11, random.Random(1))) == (21, None)
