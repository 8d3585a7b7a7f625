from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.words import Word, counted, is_true_of, worded


@pytest.mark.parametrize(
    ("word", "true_of", "false_of"),
    [
        (Word.NEARLY, [8100, 8950, 8999], [8099, 9000, 9001]),
        (Word.OVER, [9001, 9900], [9000, 8999, 9901]),
        (Word.ABOVE, [9001, 9900], [9000, 8999, 9901]),
        (Word.ABOUT, [8100, 9000, 9900], [8099, 9901]),
        ("", [9000], [8999, 9001]),
    ],
)
def test_a_worded_number_is_true_and_within_ten_percent(word, true_of, false_of):
    assert [is_true_of(word, 9000, value) for value in true_of] == [True] * len(true_of)
    assert [is_true_of(word, 9000, value) for value in false_of] == [False] * len(false_of)


@given(word=st.sampled_from(["", *Word.values]), printed=st.integers(1, 10**12), value=st.integers(0, 10**12))
def test_no_word_stretches_beyond_ten_percent(word, printed, value):
    if is_true_of(word, printed, value):
        assert 10 * abs(printed - value) <= printed
        assert {"": value == printed, "nearly": value < printed, "about": True}.get(word, value > printed)


@given(st.integers(1, 10**12))
def test_equal_numbers_are_printed_without_a_word_or_with_about(value):
    assert [word for word in ["", *Word.values] if is_true_of(word, value, value)] == ["", Word.ABOUT]


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0, "0", "0"),
        (7, "7", "7"),
        (1052, "1.052", "1,052"),
        (58831, "58.831", "58,831"),
        (Decimal("58831.0000"), "58.831", "58,831"),
        (None, "", ""),
    ],
)
def test_numbers_are_written_as_the_language_does(value, vietnamese, english):
    with translation.override("vi"):
        assert worded(value) == vietnamese
    with translation.override("en"):
        assert worded(value) == english


@pytest.mark.parametrize(
    ("word", "vietnamese", "english"),
    [
        (Word.NEARLY, "gần 9.000", "nearly 9,000"),
        (Word.OVER, "hơn 9.000", "more than 9,000"),
        (Word.ABOVE, "trên 9.000", "above 9,000"),
        (Word.ABOUT, "khoảng 9.000", "about 9,000"),
    ],
)
def test_rounded_numbers_carry_their_word(word, vietnamese, english):
    with translation.override("en"):
        assert worded(9000, word) == english
    with translation.override("vi"):
        assert worded(9000, word) == vietnamese


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "00"), (1, "01"), (7, "07"), (10, "10"), (161, "161"), (1256, "1.256")]
)
def test_counts_under_ten_have_a_leading_zero(value, expected):
    with translation.override("vi"):
        assert counted(value) == expected
