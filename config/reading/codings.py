"""The old 8-bit codings of Vietnamese, and which words are Vietnamese at all. Nothing of the product is needed for it."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache


class Coding(Enum):
    """How a text is coded."""

    UNICODE = "unicode"
    TCVN3 = "tcvn3"
    VNI = "vni"


# the signs of TCVN3 as Latin-1 shows them, and what they stand for
_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
)
# the marks of VNI after the letter that bears them, and the letters that are a sign of their own
_VNI_MARKS = {
    "a": dict(zip("øùûõïêèéúüëâàáåãä", "àáảãạăằắẳẵặâầấẩẫậ", strict=True)),
    "e": dict(zip("øùûõïâàáåãä", "èéẻẽẹêềếểễệ", strict=True)),
    "o": dict(zip("øùûõïâàáåãä", "òóỏõọôồốổỗộ", strict=True)),
    "ô": dict(zip("øùûõï", "ờớởỡợ", strict=True)),
    "u": dict(zip("øùûõï", "ùúủũụ", strict=True)),
    "ö": dict(zip("øùûõï", "ừứửữự", strict=True)),
    "y": dict(zip("øùûõ", "ỳýỷỹ", strict=True)),
}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ì": "ì", "í": "í"}
_VNI = {base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()} | _VNI_LETTERS
_VNI |= {pair.upper(): letter.upper() for pair, letter in _VNI.items()} | {
    pair[0].upper() + pair[1]: letter.upper() for pair, letter in _VNI.items() if len(pair) == 2
}
_VNI_PAIR = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_LETTERS_OF_OUR_OWN = {*map(chr, _TCVN3.values()), *_VNI.values()}
# signs of the old codings that are no Vietnamese letters: hardly ever is a column an old one without any of them
SIGNS = re.compile(
    f"[{''.join(sorted(sign for sign in {*map(chr, _TCVN3), *''.join(_VNI)} - _LETTERS_OF_OUR_OWN if not sign.isascii()))}]"
)

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSETS = ["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()]  # noqa: SIM905 - a hundred commas more would hide the letters
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep
    et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach
    oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôông ôp ôt ơ ơi ơm ơn ơng ơp ơt u ua uân uâng uât uây uc uê uêch uênh uêt uên ui um un
    ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uyn uynh uyt uyu uyp ư ưa ưc ưi ưm ưn ưng ươc
    ươi ươm ươn ương ươp ươt ươu ưt ưu ưp y ych yêm yên yêng yêt yêu ynh yt ak ăk âk ek êk ik ok ôk uk ưk
    """.split()  # noqa: SIM905
)
_LETTERS = re.compile(r"[^\W\d_]+")
# a word whose plain letters are capitals: the fonts of capitals share their codes with small letters
_CAPITALS = re.compile(r"(?<![^\W\d_])(?:[^\W\d_a-z]*[A-Z]){2}[^\W\d_a-z]*(?![^\W\d_])")
_PIECE = re.compile(r"[^\s\d.,;:()/\"“”'!?+*=–-]+")


def decode(text: str, coding: Coding) -> str:
    """Return the text in Unicode, composed."""
    match coding:
        case Coding.TCVN3:
            return _CAPITALS.sub(lambda word: word[0].upper(), unicodedata.normalize("NFC", text.translate(_TCVN3)))
        case Coding.VNI:
            return unicodedata.normalize("NFC", _VNI_PAIR.sub(lambda found: _VNI[found[0]], text))
        case _:
            return unicodedata.normalize("NFC", text)


def words_of(text: str) -> set[str]:
    """Return the different words of a text that hold more than ASCII."""
    marked = " ".join([word for word in set(text.split()) if not word.isascii()])
    return {word for word in _PIECE.findall(marked) if not word.isascii()}


@lru_cache(maxsize=50_000)
def only_coding_of(word: str, old: Coding) -> Coding | None:
    """Return Unicode or the old coding, whichever alone makes a Vietnamese syllable of a word; None where it does not tell."""
    is_plain = is_vietnamese(word)
    is_old = _may_be(word, old) and is_vietnamese(decode(word, old))
    if len(word) == 1 or is_plain == is_old:
        return None
    return Coding.UNICODE if is_plain else old


def _may_be(word: str, old: Coding) -> bool:
    """Say whether an old coding has every sign of a word."""
    if old is Coding.TCVN3:
        return all(sign.isascii() or ord(sign) in _TCVN3 for sign in word)
    return _VNI_PAIR.sub("", word).isascii()


@lru_cache(maxsize=20_000)
def is_vietnamese(text: str) -> bool:
    """Say whether every word of `text` that has letters with marks is a possible Vietnamese syllable."""
    return all(word.isascii() or _is_syllable(word) for word in _PIECE.findall(text))


def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word.lower())
    tones = [sign for sign in apart if sign in _TONES]
    if not _LETTERS.fullmatch(unicodedata.normalize("NFC", word)) or len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", "".join(sign for sign in apart if sign not in _TONES))
    if plain.endswith(("c", "ch", "p", "t")) and tones and tones[0] not in "\u0301\u0323":
        return False
    return plain == "gi" or any(plain.removeprefix(onset) in _RIMES for onset in _ONSETS if plain.startswith(onset))
