"""Search and sort keys of Vietnamese text, the same on every database.

`fold` answers "is it the same word, however it was typed"; `collate` answers "which comes first".
"""

import re
import unicodedata

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER = {letter: chr(ord("a") + index // 26) + chr(ord("a") + index % 26) for index, letter in enumerate(_ALPHABET)}
_D_STROKE = str.maketrans({"đ": "d", "Đ": "d"})
_WORD = re.compile(r"[0-9]+|[^\W\d_]+")


def fold(text: str) -> str:
    """Return `text` in small letters without diacritics, đ as d, spaces and signs as single spaces.

    >>> fold("Tổ hoà giải  Đông-Hòa")
    'to hoa giai dong hoa'
    """
    plain = unicodedata.normalize("NFD", text.translate(_D_STROKE))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_WORD.findall(kept.lower()))


def collate(text: str) -> str:
    """Return the key that sorts `text` in Vietnamese order: a ă â … d đ, then tone; numbers by value up to 999999.

    Only 0-9 and a-z occur in it, so that any collation of any database sorts it alike.
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFC", text).lower()):
        if letters:
            letters.append("01")
        if word[0] in "0123456789":
            letters.append("1" + word.zfill(6))
            continue
        for sign in word:
            letter, tone = _split(sign)
            letters.append(_LETTER.get(letter, "zz"))
            tones.append(tone)
    return "".join(letters) + "00" + "".join(tones)


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
