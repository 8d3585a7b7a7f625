"""Keeping a file with an area's records: examined as a whole first, then stored once."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from units.auth import may
from units.boundary import refuse_blocked_text
from units.content import kind_of
from units.models import Attachment
from units.reading import passages_of
from units.secrecy import refuse_stamp

if TYPE_CHECKING:
    from units.models import Area, User

MOST_BYTES = 10 * 1024 * 1024
MOST_NAME = 150
ENDINGS = {
    ".pdf": Attachment.Kind.PDF,
    ".docx": Attachment.Kind.WORD,
    ".xlsx": Attachment.Kind.EXCEL,
    ".png": Attachment.Kind.PNG,
    ".jpg": Attachment.Kind.JPEG,
    ".jpeg": Attachment.Kind.JPEG,
}


@dataclass(frozen=True)
class Examined:
    """A file that may be kept."""

    name: str
    kind: Attachment.Kind
    content: bytes

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


def keep(upload: Any, *, area: Area, by: User) -> Attachment:
    """Examine `upload` and store it with the records of `area`, or return what the area keeps of the same content.

    Raises ValidationError for what may not be kept, PermissionDenied outside the person's reach.
    """
    return store(examine(upload), area=area, by=by)


def examine(upload: Any) -> Examined:
    """Return the file as it may be kept, storing nothing. Raises ValidationError with what is wrong and what to do."""
    name = _plain_name(upload.name or "")
    if len(name) > MOST_NAME:
        raise ValidationError(
            _("The name of the file is too long: shorten it to %(most)d signs."),
            code="long_name",
            params={"most": MOST_NAME},
        )
    refuse_blocked_text(name)
    upload.seek(0)  # a form that is shown again asks once more
    content: bytes = upload.read(MOST_BYTES + 1)
    if not content:
        raise ValidationError(_("The file is empty."), code="empty")
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("The file is larger than 10 MB: scan it again with a lower resolution, or split it."), code="too_large"
        )
    kind = kind_of(content)
    ending = PurePosixPath(name).suffix
    if ENDINGS.get(ending.lower()) != kind:
        raise ValidationError(
            _(
                "The name of the file ends with “%(ending)s”, but its content is: %(kind)s. Choose the file that you meant, or give it its right ending."
            ),
            code="wrong_ending",
            params={"ending": ending, "kind": kind.label},
        )
    for passage in passages_of(content, kind):
        refuse_stamp(passage)
        _refuse_blocked_passage(passage)
    return Examined(name, kind, content)


def store(examined: Examined, *, area: Area, by: User, holds_names: bool = False) -> Attachment:
    """Store an examined file with the records of `area`, or return what the area keeps of the same content.

    Raises PermissionDenied outside the person's reach.
    """
    attachment = Attachment(
        area=area,
        name=examined.name,
        content_type=examined.kind,
        size=len(examined.content),
        digest=examined.digest,
        uploaded_by=by,
        holds_names=holds_names,
    )
    if not may(by, "add", Attachment, attachment):
        raise PermissionDenied(gettext("You may not keep files for %(area)s.") % {"area": area})
    same = Attachment.objects.filter(area=area, digest=attachment.digest)
    if kept := same.first():
        return _closed(kept, holds_names=holds_names)
    attachment.file.save(examined.name, ContentFile(examined.content), save=False)
    try:
        with transaction.atomic():
            attachment.save()
    except BaseException as error:
        attachment.file.delete(save=False)
        if isinstance(error, IntegrityError) and (kept := same.first()):
            return _closed(kept, holds_names=holds_names)  # somebody else was quicker
        raise
    return attachment


def _closed(kept: Attachment, *, holds_names: bool) -> Attachment:
    """Return `kept`, from now on for those only who work with names where it has come again with names."""
    if holds_names and not kept.holds_names:
        kept.holds_names = True
        kept.save()
    return kept


def store_upload(form: Any, record: Any, *, by: User) -> None:
    """Store what a form with UploadMixin examined, and point `record.file` to it; without a file do nothing.

    Called before the record is saved, in the same transaction.
    """
    if form.examined is not None:
        record.file = store(form.examined, area=record.area, by=by, holds_names=form.holds_names)


def download_link(attachment: Attachment | None) -> str:
    """Return the link that downloads the file, for pages that show a record; a dash where there is none."""
    if attachment is None:
        return "—"
    address = reverse("admin:units_attachment_download", args=[attachment.pk])
    return format_html('<a href="{}">{}</a>', address, attachment.name)


def _plain_name(name: str) -> str:
    """Return the name without folders, and without signs that are not seen but change how it reads."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    return "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()


def _refuse_blocked_passage(passage: str) -> None:
    try:
        refuse_blocked_text(passage)
    except ValidationError as refusal:
        if refusal.code == "blocked_phrase":
            raise ValidationError(
                _(
                    "The file says “%(phrase)s”: the ledger holds no information about informants, tips, cases or suspects. Nothing of the file was kept."
                ),
                code="blocked_phrase",
                params=refusal.params,
            ) from refusal
        raise ValidationError(
            _(
                "The file holds a number that looks like an identity or telephone number. Remove it from the document and choose the new file; nothing was kept."
            ),
            code="blocked_number",
        ) from refusal
