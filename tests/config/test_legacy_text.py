"""Texts typed with the old 8-bit fonts become Unicode; whatever is Unicode already stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cells import Doubt
from config.legacy_text import UNICODE, TwoReadings, clean, codings_of, decode_column, readings_of, settle_all
from config.reading.codings import Coding, decode, is_vietnamese

TCVN3, VNI = frozenset({Coding.TCVN3}), frozenset({Coding.VNI})
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

    assert codings_of(column) == (TCVN3, VNI)[place - 1]
    assert decode_column([*column, 7, None], {}, "a", UNICODE) == [*(texts[0] for texts in TEXTS), 7, None]


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
    assert codings_of(texts) == UNICODE
    assert decode_column(list(texts), {}, "a", UNICODE) == texts


def test_a_column_that_does_not_tell_follows_its_sheet() -> None:
    assert decode_column(["Lý", "thôn"], {}, "a", TCVN3) == ["Lý", "thụn"]
    assert decode_column(["©n"], {}, "a", TCVN3) == ["ân"]


@pytest.mark.parametrize(
    ("column", "tab", "read"),
    [
        (["Th«n Nµ LÑng", "P¸c Chang", "thôn Nà Lâm", "Bản Cấu"], UNICODE, ["Thôn Nà Lẹng", "Pác Chang", "thôn Nà Lâm", "Bản Cấu"]),
        (["Ông Lâm lo chung", "Bà Hà", "khá"], VNI, ["Ông Lâm lo chung", "Bà Hà", "khá"]),
        (["Coù", "x", "Khoâng"], VNI | UNICODE, ["Có", "x", "Không"]),
        (["Hoà giải", "3 × 4 m", "½ giờ"], UNICODE, ["Hoà giải", "3 × 4 m", "½ giờ"]),
    ],
)  # fmt: skip
def test_each_cell_tells_how_it_is_coded(column: list[str], tab: frozenset[Coding], read: list[str]) -> None:
    assert decode_column(column, {}, "a", tab) == read


@pytest.mark.parametrize(
    ("column", "asked", "readings"),
    [
        (["Nµ LÑng", "P¸c Chang", "Nà Tu", "thôn"], "thôn", ("thôn", "thụn")),
        (["Toå 1", "Ñöôøng", "Bản Cấu", "Hoàng"], "Hoàng", ("Hoàng", "Hồng")),
    ],
)
def test_a_cell_that_reads_both_ways_among_others_of_both_is_asked(
    column: list[str], asked: str, readings: tuple[str, str]
) -> None:
    read = decode_column(column, {}, "a", UNICODE)
    (doubt,) = [one for one in settle_all(read) if isinstance(one, Doubt)]

    assert [one for one in read if isinstance(one, TwoReadings)] == [asked]
    assert doubt.readings == readings


def test_what_does_not_tell_is_coded_as_what_stood_above() -> None:
    known: dict[Any, frozenset[Coding]] = {}

    assert decode_column(["Nµ LÑng", "P¸c Chang"], known, "a", UNICODE) == ["Nà Lẹng", "Pác Chang"]
    assert decode_column(["thôn"], known, "a", UNICODE) == ["thụn"]
    assert decode_column(["thôn"], known, "b", UNICODE) == ["thôn"]


def test_a_text_reads_in_each_coding() -> None:
    assert readings_of("N¨m sinh") == ["N¨m sinh", "Năm sinh"]
    assert readings_of("Khen") == ["Khen"]


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
