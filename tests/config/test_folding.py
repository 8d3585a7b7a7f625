from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from config.folding import collate, fold

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
words = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " 0123456789-", max_size=30)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(words)
def test_composed_and_decomposed_text_have_the_same_keys(text):
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert fold(decomposed) == fold(composed)
    assert collate(decomposed) == collate(composed)


@given(st.text(max_size=40))
def test_a_sort_key_holds_digits_and_small_latin_letters_only(text):
    assert re.sub("[0-9a-z]", "", collate(text)) == ""


@given(words)
def test_a_search_key_of_vietnamese_holds_single_words_without_diacritics(text):
    key = fold(text)

    assert re.sub("[0-9a-z ]", "", key) == ""
    assert key == " ".join(key.split())


def test_both_ways_to_set_the_tone_are_found_by_one_word():
    assert fold("Tổ hoà giải") == fold("tổ hòa giải") == "to hoa giai"


def test_d_with_stroke_is_found_by_d():
    assert fold("Đông Đức, đội") == "dong duc doi"


def test_signs_separate_words():
    assert fold("  15/QĐ-UBND_2024  ") == "15 qd ubnd 2024"


def test_letters_sort_in_vietnamese_order():
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")

    assert sorted(alphabet[::-1], key=collate) == alphabet


def test_tones_sort_after_the_letters_of_the_whole_word():
    ordered = ["ma", "mà", "mả", "mã", "má", "mạ", "man", "mát", "măng", "mâm", "mẻ"]

    assert sorted(ordered[::-1], key=collate) == ordered


def test_words_sort_before_their_continuations():
    ordered = ["Bắc", "Bắc Kạn", "Bắc Ninh", "Bắcn", "Cao Bằng", "Đà Nẵng", "Đắk Lắk", "Hà Nội"]

    assert sorted(ordered[::-1], key=collate) == ordered


def test_numbers_sort_by_value():
    ordered = ["Phường 1", "Phường 2", "Phường 10", "Phường 10 A", "Phường 100", "Phường An", "Phường Đa"]

    assert sorted(ordered[::-1], key=collate) == ordered


def test_capitals_and_signs_do_not_matter_for_the_order():
    assert collate("ĐÔNG – HÒA") == collate("Đông Hòa")
