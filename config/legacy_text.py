"""Text typed in the old 8-bit codings of Vietnamese, as it stands in spreadsheets: told apart by which reading makes syllables."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.cells import Doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


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
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI = {base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()} | _VNI_LETTERS
_VNI |= {pair.upper(): letter.upper() for pair, letter in _VNI.items()} | {
    pair[0].upper() + pair[1]: letter.upper() for pair, letter in _VNI.items() if len(pair) == 2
}
_VNI_PAIR = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

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
_PIECE = re.compile(r"[^\s\d.,;:()/\"“”'!?+*=–-]+")
_ODD = ("  ", "\n", "\t", "\r", *"\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2003\u2009\u202f\u2028\u2060\ufeff")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), "")
# one of these is in the UTF-8 of every odd sign and of all that was spoilt: it is quicker to look for them first
_SUSPECT = (b"  ", b"\n", b"\t", b"\r", b"\xc2", b"\xe2\x80", b"\xe2\x81", b"\xe2\x82", b"\xef", b"\xed")
_BROKEN = (
    "\ufffd",
    "á»",
    "áº",
    "Æ°",
    "â€",
    "Ä‘",
    "Ä\u0091",
    "Ã¡",
    "Ã\u00a0",
    "Ã¢",
    "Ã´",
    "Ãª",
)  # UTF-8 read as Latin-1
_ASKED = 2000  # texts that decide about a column
_ENOUGH = 0.6  # share of the words with marks that must become syllables


def coding_of(texts: Iterable[str]) -> Coding:
    """Return how the texts of one column are coded, by the reading that makes Vietnamese syllables of most words."""
    sample = [text for text in texts if not text.isascii()][:_ASKED]
    words = {word for text in sample for word in _PIECE.findall(text) if not word.isascii()}
    eight_bit = {word for word in words if max(word) <= "\u00ff"}
    plain = sum(map(is_vietnamese, words))
    if not eight_bit or plain == len(words):
        return Coding.UNICODE
    scores = {
        coding: sum(is_vietnamese(decode(word, coding)) for word in eight_bit) for coding in (Coding.TCVN3, Coding.VNI)
    }
    best = max(scores, key=lambda coding: scores[coding])
    return best if scores[best] > plain and scores[best] >= _ENOUGH * len(words) else Coding.UNICODE


def decode(text: str, coding: Coding) -> str:
    """Return the text in Unicode, composed."""
    match coding:
        case Coding.TCVN3:
            return _LETTERS.sub(_in_one_case, unicodedata.normalize("NFC", text.translate(_TCVN3)))
        case Coding.VNI:
            return unicodedata.normalize("NFC", _VNI_PAIR.sub(lambda found: _VNI[found[0]], text))
        case _:
            return unicodedata.normalize("NFC", text)


def decode_column(column: list[Any], codings: dict[Any, Coding], key: Any, otherwise: Coding) -> list[Any]:
    """Return the cells of a column in Unicode; how it is coded is decided once for each `key`.

    A column that does not tell is coded as the rest of its sheet, `otherwise`.
    """
    if key not in codings:
        texts = [cell for cell in column if cell.__class__ is str]
        coding = coding_of(texts)
        codings[key] = otherwise if coding is Coding.UNICODE and max("".join(texts), default="") <= "\u00ff" else coding
    coding = codings[key]
    if coding is Coding.UNICODE:
        return column
    return [decode(cell, coding) if cell.__class__ is str else cell for cell in column]


def clean(text: str) -> str:
    """Return the text composed, without invisible signs, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def settle_all(texts: Sequence[Any]) -> list[Any]:
    """Return texts cleaned; one that another program has spoilt is doubtful. What is no text stays."""
    joined = "\x1f".join({text for text in texts if text.__class__ is str})
    composed = joined.isascii() or unicodedata.is_normalized("NFC", joined)
    told = joined.encode("utf-8", "surrogatepass")
    if composed and (
        not any(part in told for part in _SUSPECT) or not any(sign in joined for sign in (*_ODD, *_BROKEN))
    ):
        return list(texts)
    return [_settled(text) if text.__class__ is str else text for text in texts]


def _settled(text: str) -> Any:
    told = clean(text)
    if any(part in told for part in _BROKEN):
        return Doubt(_("“%(text)s” was spoilt by another program: write what it says.") % {"text": told}, ())
    return told


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


def _in_one_case(word: re.Match[str]) -> str:
    """Write a word in capitals whose plain letters are: the fonts of capitals share their codes with small letters."""
    letters = [letter for letter in word[0] if letter.isascii()]
    return word[0].upper() if len(letters) > 1 and all(letter.isupper() for letter in letters) else word[0]
