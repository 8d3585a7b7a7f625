"""What a file is, told by its content and never by its name; what is broken, locked or too large inside is refused."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from units.models import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS = 2000
MOST_UNPACKED = 60 * 1024 * 1024
MOST_TIMES = 100  # that a large member of an archive may be packed; documents stay below 50
BROKEN_ARCHIVE = (BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error)

_PDF, _PNG, _JPEG, _ZIP, _OLE = b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PROGRAMS = ("vbaproject.bin", "/activex/", "/macrosheets/")


def kind_of(content: bytes) -> Attachment.Kind:
    """Return what `content` is. Raises ValidationError for what is not kept here, is cut off, or holds programs."""
    if content.startswith(_PDF):
        if b"%%EOF" not in content[-2048:]:
            raise damaged()
        return Attachment.Kind.PDF
    if content.startswith(_PNG):
        _require_whole_png(content)
        return Attachment.Kind.PNG
    if content.startswith(_JPEG):
        _require_whole_jpeg(content)
        return Attachment.Kind.JPEG
    if content.startswith(_ZIP):
        return _kind_of_archive(content)
    if content.startswith(_OLE):
        raise ValidationError(
            _(
                "A Word or Excel file of the old form, or one with a password, cannot be kept: open it, remove the password and save it again as .docx or .xlsx."
            ),
            code="old_or_locked",
        )
    raise unknown_kind()


def parts_of(content: bytes) -> Iterator[bytes]:
    """Return the XML parts of a document that `kind_of` has let through, one after the other."""
    with ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.lower().endswith(".xml"):
                yield archive.read(name)


def damaged() -> ValidationError:
    """Return the refusal of a file that cannot be read to its end."""
    return ValidationError(
        _("The file is damaged or incomplete: open it, save it again and choose the new file."), code="damaged"
    )


def unknown_kind() -> ValidationError:
    """Return the refusal of a file of any other kind."""
    return ValidationError(
        _("Files of this kind are not kept here: choose a .pdf, .docx, .xlsx, .png or .jpg file."), code="unknown_kind"
    )


def _require_whole_png(content: bytes) -> None:
    at = len(_PNG)
    while at + 12 <= len(content):
        kind = content[at + 4 : at + 8]
        at += 12 + int.from_bytes(content[at : at + 4], "big")
        if kind == b"IEND" and at == len(content):
            return
    raise damaged()


def _require_whole_jpeg(content: bytes) -> None:
    at = 2
    while content[at : at + 1] == b"\xff" and at + 4 <= len(content):
        scan = content[at + 1] == 0xDA
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if scan:
            # cameras append data of their own behind the end, so that it need not be the last thing
            if content.find(b"\xff\xd9", at) < 0:
                break
            return
    raise damaged()


def _kind_of_archive(content: bytes) -> Attachment.Kind:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = [name.lower() for name in archive.namelist()]
            _refuse_bomb(archive)
            if len(set(names)) != len(names) or archive.testzip() is not None:
                raise damaged()
            if "[content_types].xml" not in names:
                raise unknown_kind()
            types = archive.read("[Content_Types].xml").lower()
    except (*BROKEN_ARCHIVE, KeyError) as error:
        raise damaged() from error
    if b"macroenabled" in types or any(program in f"/{name}" for program in _PROGRAMS for name in names):
        raise ValidationError(
            _("The file holds macros: save it again as .docx or .xlsx, without macros."), code="macros"
        )
    folders = {name.partition("/")[0] for name in names} & {"word", "xl"}
    if len(folders) != 1:
        raise unknown_kind()
    return Attachment.Kind.WORD if folders == {"word"} else Attachment.Kind.EXCEL


def _refuse_bomb(archive: ZipFile) -> None:
    """Believe the declared sizes: what a member holds beyond its own is never unpacked and fails its check sum."""
    members = archive.infolist()
    if any(one.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for one in members):
        raise damaged()
    if (
        len(members) > MOST_MEMBERS
        or sum(one.file_size for one in members) > MOST_UNPACKED
        or any(one.file_size > max(1024 * 1024, MOST_TIMES * one.compress_size) for one in members)
    ):
        raise ValidationError(
            _("The file unpacks to far more than a document holds: open it, save it again and choose the new file."),
            code="bomb",
        )
