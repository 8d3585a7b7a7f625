"""Search and sort keys of Vietnamese text, the same on every database.

`fold` answers "is it the same word, however it was typed"; `collate` answers "which comes first".
"""

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER = {letter: chr(ord("a") + index // 26) + chr(ord("a") + index % 26) for index, letter in enumerate(_ALPHABET)}
_WORD = re.compile(r"[0-9]+|[^\W\d_]+")


_D_STROKE = str.maketrans({"đ": "d", "Đ": "d"})
_KNOWN = 50_000  # what stands between spaces in names: few pieces, met over and over


class _Spaced(dict[int, str]):
    """Signs as small letters without diacritics, all that are no letters or digits as a space; worked out when first met."""

    def __missing__(self, sign: int) -> str:
        letters = _plain(chr(sign))
        self[sign] = letters if letters.isalnum() or not letters else " "
        return self[sign]


_SPACED = _Spaced()


def fold(text: str) -> str:
    """Return `text` in small letters without diacritics, đ as d, spaces and signs as single spaces.

    >>> fold("Tổ hoà giải  Đông-Hòa")
    'to hoa giai dong hoa'
    """
    return " ".join(filter(None, map(_folded, text.split())))


def fold_signs(text: str) -> str:
    """Return `text` folded sign by sign, as a long text is searched quickly: digits and letters stay together."""
    return " ".join(text.translate(_SPACED).split())


def collate(text: str) -> str:
    """Return the key that sorts `text` in Vietnamese order: a ă â … d đ, then tone; numbers by value up to 999999.

    Only 0-9 and a-z occur in it, so that any collation of any database sorts it alike.
    """
    pieces = [piece for piece in map(_collated, text.split()) if piece[0]]
    return "01".join([letters for letters, _tones in pieces]) + "00" + "".join([tones for _letters, tones in pieces])


@lru_cache(maxsize=_KNOWN)
def _folded(piece: str) -> str:
    return " ".join(_WORD.findall(_plain(piece)))


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.translate(_D_STROKE))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).lower()


@lru_cache(maxsize=_KNOWN)
def _collated(piece: str) -> tuple[str, str]:
    """Return the letters of the words of one piece, and their tones."""
    words = _WORD.findall(unicodedata.normalize("NFC", piece).lower())
    keys = [_keys(word) for word in words]
    return "01".join(letters for letters, _tones in keys), "".join(tones for _letters, tones in keys)


def _keys(word: str) -> tuple[str, str]:
    if word[0] in "0123456789":
        return "1" + word.zfill(6), ""
    pairs = [_split(sign) for sign in word]
    return "".join(_LETTER.get(letter, "zz") for letter, _tone in pairs), "".join(tone for _letter, tone in pairs)


def _split(sign: str) -> tuple[str, str]:
    """Return the letter without its tone, and the tone as a digit (0 for none)."""
    tone = "0"
    kept = []
    for part in unicodedata.normalize("NFD", sign):
        if part in _TONES:
            tone = _TONES[part]
        else:
            kept.append(part)
    return unicodedata.normalize("NFC", "".join(kept)), tone
