"""The text of a document as passages: paragraphs, cells, notes, pages. It is read to be asked, and kept nowhere."""

from __future__ import annotations

import re
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError

from units.content import damaged, parts_of
from units.models import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator

# all together stays below the 10 s for which a form may hold SQLite's writing lock
MOST_PAGES = 100
MOST_SIGNS = 300_000
MOST_SECONDS = 3  # for the pages of a PDF

_HEADERS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_PASSAGES = frozenset({"p", "si", "is", "c", "text"}) | _HEADERS
_TEXTS = frozenset({"t", "delText"}) | _HEADERS
_BREAKS = frozenset({"br", "cr", "tab"})
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|.)')


class _Passages(list[str]):
    """What was read so far, up to the bound."""

    signs = 0

    def add(self, text: str) -> None:
        """Take in one more passage. Raises ValidationError beyond the bound."""
        if text := text.strip():
            self.signs += len(text)
            if self.signs > MOST_SIGNS:
                raise _too_long()
            self.append(text)


def passages_of(content: bytes, kind: Attachment.Kind) -> list[str]:
    """Return the passages of a document; a picture has none, nor has a scan.

    Raises ValidationError for what cannot be read, has a password, or is too long to be asked.
    """
    passages = _Passages()
    match kind:
        case Attachment.Kind.PDF:
            _read_pages(content, passages)
        case Attachment.Kind.WORD | Attachment.Kind.EXCEL:
            for part in parts_of(content):
                _Part(passages).read(part)
    return passages


def _too_long() -> ValidationError:
    return ValidationError(
        _(
            "The file is too long to be checked: at most %(pages)d pages, without large drawings. Split it, or keep only the part that matters."
        ),
        code="too_long",
        params={"pages": MOST_PAGES},
    )


def _read_pages(content: bytes, passages: _Passages) -> None:
    with apply_configuration(
        zlib_maximum_output_length=20_000_000,
        array_based_stream_maximum_output_length=20_000_000,
        stream_decoding_work_maximum_length=60_000_000,
        stream_parsing_work_maximum_count=500_000,
        xform_maximum_invocations_per_extraction=500,
        page_tree_maximum_entries=10 * MOST_PAGES,
    ):
        try:
            _add_pages(PdfReader(BytesIO(content)), passages)
        except ValidationError:
            raise
        except LimitReachedError as error:
            raise _too_long() from error
        except Exception as error:  # a broken file makes the library raise anything
            raise damaged() from error


def _add_pages(reader: PdfReader, passages: _Passages) -> None:
    if reader.is_encrypted:
        raise ValidationError(
            _(
                "The PDF has a password or is protected: open it, print it as a new PDF without protection and choose that one."
            ),
            code="locked",
        )
    pages = list(reader.pages)
    if not pages:
        raise damaged()
    end = time.monotonic() + MOST_SECONDS
    for number, page in enumerate(pages):
        if number == MOST_PAGES or time.monotonic() > end:
            raise _too_long()
        passages.add(page.extract_text())
        for note in _notes(page):
            passages.add(note)


def _notes(page: Any) -> Iterator[str]:
    """Return what is written on the page in notes, drawn stamps and the fields of a form."""
    for note in page.annotations or ():
        for key in ("/Contents", "/V"):
            if isinstance(text := note.get_object().get(key), str):
                yield text


class _Part:
    """One XML part, read without a tree. A paragraph in a text box inside another is a passage of its own."""

    def __init__(self, passages: _Passages) -> None:
        self._passages = passages
        self._open: list[list[str]] = []
        self._in_text = 0
        self._in_word_cell = False

    def read(self, part: bytes) -> None:
        """Add the passages of `part`. Raises ValidationError where it is broken."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(part, True)  # noqa: FBT003 - expat takes it by place
        except expat.ExpatError as error:
            raise damaged() from error

    def _refuse(self, *declared: Any) -> None:
        raise damaged()  # no document of Word or Excel declares entities

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":  # a cell's value is its text only where a formula made one
            self._in_word_cell = attributes.get("t") == "str"
        if name in _PASSAGES:
            self._open.append([])
        elif name in _BREAKS and self._open:
            self._open[-1].append("\n")
        self._in_text += self._is_text(name)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self._in_text -= self._is_text(name)
        if name in _PASSAGES:
            passage = "".join(self._open.pop())
            self._passages.add(_HEADER_CODE.sub("\n", passage) if name in _HEADERS else passage)

    def _text(self, text: str) -> None:
        if self._in_text and self._open:
            self._open[-1].append(text)

    def _is_text(self, name: str) -> bool:
        return name in _TEXTS or (name == "v" and self._in_word_cell)
