"""Text typed in the old 8-bit codings of Vietnamese, as it stands in spreadsheets: told apart by which reading makes syllables."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.cells import Doubt
from config.reading.codings import SIGNS, Coding, decode, only_coding_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
_TELLING = 2  # different words that must be syllables in an old coding alone
_OLD = (Coding.TCVN3, Coding.VNI)
UNICODE = frozenset({Coding.UNICODE})


class TwoReadings(str):
    """A text that reads in Unicode as well as in an old coding, and whose column holds both."""

    __slots__ = ("decoded",)
    decoded: str

    @classmethod
    def of(cls, text: str, decoded: str) -> TwoReadings:
        """Keep what it says in the old coding besides."""
        made = cls(text)
        made.decoded = decoded
        return made

    @property
    def doubt(self) -> Doubt:
        """Return the question which of the two it says."""
        said = _("“%(text)s” may be typed in an old font: which of the two does it say?")
        return Doubt(said % {"text": clean(self)}, (clean(self), clean(self.decoded)))


def codings_of(texts: Iterable[str], otherwise: frozenset[Coding] = UNICODE) -> frozenset[Coding]:
    """Return the codings of which the words of some texts tell: Unicode, an old one, or both.

    Texts that do not tell are coded as those around them, `otherwise`.
    """
    words = words_of(" ".join(texts))
    counts = {old: sum(only_coding_of(word, old) is old for word in words) for old in _OLD}
    likeliest = max(_OLD, key=counts.__getitem__)
    old = likeliest if counts[likeliest] >= _TELLING else next(iter(otherwise - UNICODE), None)
    return UNICODE if old is None else _told_by(words, old) or otherwise


def _told_by(words: Iterable[str], old: Coding) -> frozenset[Coding]:
    return frozenset(told for word in words if (told := only_coding_of(word, old)) is not None)


def readings_of(text: str) -> list[str]:
    """Return the different texts that a text may be, Unicode first."""
    return list(dict.fromkeys(decode(text, coding) for coding in Coding))


def decode_column(
    column: list[Any], known: dict[Any, frozenset[Coding]], key: Any, otherwise: frozenset[Coding]
) -> list[Any]:
    """Return cells in Unicode, each as its own words tell, else as the cells beside it do, else as those of `key` before.

    Where those tell of both codings, a cell that reads in both has two readings. `otherwise` tells of the whole tab.
    """
    before = known.get(key, otherwise)
    texts = texts_of(column)
    joined = "\n".join(texts)
    if joined.isascii() or (before == UNICODE and not SIGNS.search(joined)):
        return column
    told = known[key] = codings_of(texts, before)
    if told == UNICODE:
        return column
    (old,) = told - UNICODE
    readings = {text: _reading(text, old, told) for text in texts if not text.isascii()}
    return [readings.get(cell, cell) if cell.__class__ is str else cell for cell in column]


def _reading(text: str, old: Coding, around: frozenset[Coding]) -> str:
    told = _told_by(words_of(text), old) if len(around) > 1 else around
    decoded = decode(text, old)
    if told == UNICODE or decoded == text:
        return text
    return decoded if told == {old} else TwoReadings.of(text, decoded)


def texts_of(column: Sequence[Any]) -> set[str]:
    """Return the different plain texts of a column."""
    return {cell for cell in set(column) if cell.__class__ is str}


def clean(text: str) -> str:
    """Return the text composed, without invisible signs, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def settle_all(texts: Sequence[Any]) -> list[Any]:
    """Return texts cleaned; one with two readings, or that another program has spoilt, is doubtful. What is no text stays."""
    if TwoReadings in set(map(type, texts)):
        texts = [text.doubt if text.__class__ is TwoReadings else text for text in texts]
    joined = "\x1f".join(texts_of(texts))
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
