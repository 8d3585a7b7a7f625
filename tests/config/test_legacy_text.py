"""Texts typed with the old 8-bit fonts become Unicode; whatever is Unicode already stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cells import Doubt
from config.legacy_text import Coding, clean, coding_of, decode, decode_column, is_vietnamese, settle_all

# real titles of reports and lists, each as it reads, in TCVN3 and in VNI
TEXTS = [
    ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Céng hßa x· héi chñ nghÜa ViÖt Nam", "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"),
    ("Độc lập - Tự do - Hạnh phúc", "§éc lËp - Tù do - H¹nh phóc", "Ñoäc laäp - Töï do - Haïnh phuùc"),
    ("Tổ an ninh nhân dân", "Tæ an ninh nh©n d©n", "Toå an ninh nhaân daân"),
    ("Lý do khen", "Lý do khen", "Lyù do khen"),
    ("huyện Ba Bể", "huyÖn Ba BÓ", "huyeän Ba Beå"),
    ("thị trấn Chợ Rã", "thÞ trÊn Chî R·", "thò traán Chôï Raõ"),
    ("đơn vị công tác", "®¬n vÞ c«ng t¸c", "ñôn vò coâng taùc"),
    ("Nguyễn Thị Ưởng", "NguyÔn ThÞ \xa6ëng", "Nguyeãn Thò Öôûng"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "tcvn3", "vni"), TEXTS)
def test_old_texts_are_decoded(plain: str, tcvn3: str, vni: str) -> None:
    assert (decode(tcvn3, Coding.TCVN3), decode(vni, Coding.VNI)) == (plain, plain)


@pytest.mark.parametrize("place", [1, 2])
def test_a_column_tells_how_it_is_coded(place: int) -> None:
    column = [texts[place] for texts in TEXTS]

    assert coding_of(column) is (Coding.TCVN3, Coding.VNI)[place - 1]
    assert decode_column([*column, 7, None], {}, "a", Coding.UNICODE) == [*(texts[0] for texts in TEXTS), 7, None]


@pytest.mark.parametrize(
    "texts",
    [
        [texts[0] for texts in TEXTS],
        ["Krông Bông", "Đắk Lắk", "Plei Ku", "Pắc Nặm", "Hmông", "Ea H'leo"],
        ["Team A", "Café", "São Paulo", "Zürich"],
        ["C01897", "09/QĐ-UBND", "15%", ""],
        [],
    ],
)
def test_other_texts_are_left_alone(texts: list[str]) -> None:
    assert coding_of(texts) is Coding.UNICODE
    assert decode_column(list(texts), {}, "a", Coding.UNICODE) == texts


def test_a_column_that_does_not_tell_follows_its_sheet() -> None:
    assert decode_column(["Lý"], {}, "a", Coding.TCVN3) == ["Lý"]
    assert decode_column(["©n"], {}, "a", Coding.TCVN3) == ["ân"]


@given(st.sampled_from([word for plain, *_old in TEXTS for word in plain.split()]))
def test_a_decomposed_word_is_composed(word: str) -> None:
    import unicodedata

    assert settle_all([unicodedata.normalize("NFD", word), word]) == [word, word]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  Tổ\u00a0 hòa \n giải ", "Tổ hòa giải"), ("Tổ\u200b hòa\u00ad giải\ufeff", "Tổ hòa giải"), ("hoà", "hoà"), ("", ""),
    ],
)  # fmt: skip
def test_a_text_is_cleaned(text: str, value: str) -> None:
    assert (clean(text), settle_all([text])) == (value, [value])


@pytest.mark.parametrize("text", ["Tá»• hÃ²a giáº£i", "T\ufffd hòa giải", "Ä‘á»‹a bÃ n", "Tổ “hòa” â€“ giải"])
def test_a_spoilt_text_is_asked(text: str) -> None:
    (value,) = settle_all([text])

    assert (isinstance(value, Doubt), value.readings) == (True, ())


def test_what_is_no_text_stays() -> None:
    column: list[Any] = [7, None, "Tổ – “một”", "°C"]

    assert settle_all(column) == column


@pytest.mark.parametrize("word", ["giải", "Nguyễn", "khuya", "quốc", "Gì", "yêu", "thuở", "Đắk", "ngoằn"])
def test_syllables_are_known(word: str) -> None:
    assert is_vietnamese(word)


@pytest.mark.parametrize("word", ["Tæ", "nh©n", "©n", "laäp", "chñ", "ViÖt", "Toå", "cấk̂", "bàc", "àá"])
def test_what_is_no_syllable_is_known(word: str) -> None:
    assert not is_vietnamese(word)
