"""Private files that areas keep with their records: the scan of a decision, an issued document."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.records import NamedRecord, history
from units.boundary import refuse_blocked_text
from units.models.areas import Area
from units.models.people import Role

if TYPE_CHECKING:
    from units.models.people import User


WORK_WITH_NAMES = (Role.AWARD_SECRETARY, Role.REVIEWER, Role.LEADER)


class PrivateFiles(FileSystemStorage):
    """Files below MEDIA_ROOT that only the server reads: they have no address of their own."""

    def url(self, name: str | None) -> str:
        """Refuse: a page that asks who is there hands the file out."""
        message = f"{name} is private"
        raise ValueError(message)


def private_files() -> PrivateFiles:
    """Return where attachments lie."""
    return PrivateFiles(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def place_of(attachment: Attachment, name: str) -> str:
    """Return a place that nobody can guess and that says nothing of the file."""
    return f"attachments/{secrets.token_hex(16)}.{attachment.content_type}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """The vocabulary for reading attachments."""

    def visible_to(self, user: User) -> Self:
        """Return the attachments of the areas in the reach of `user`; those with names only for who works with names."""
        rows = self.filter(user.reach().condition("area__"))
        return rows.filter(models.Q(holds_names=False) | user.reach(*WORK_WITH_NAMES).condition("area__"))

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("area__district", "area__province", "uploaded_by")


class Attachment(NamedRecord):
    """A file as it was handed in. It is never changed or replaced; units.attachments checks and stores it."""

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF document")
        WORD = "docx", _("Word document")
        EXCEL = "xlsx", _("Excel workbook")
        PNG = "png", _("PNG picture")
        JPEG = "jpg", _("JPEG picture")

    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("file name"), max_length=150, validators=[refuse_blocked_text])
    content_type = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))
    digest = models.CharField(_("SHA-256 of the file"), max_length=64, editable=False)
    file = models.FileField(_("file"), storage=private_files, upload_to=place_of, max_length=100)
    holds_names = models.BooleanField(_("holds names of people"), default=False)
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="attachments"
    )

    objects = AttachmentQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("Attachments")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "digest"],
                name="attachment_is_kept_once",
                violation_error_message=_("The area keeps this file already."),
            ),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["pdf", "docx", "xlsx", "png", "jpg"]),
                name="attachment_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def search_text(self) -> str:
        """Return the names of the file and of its area."""
        return f"{self.name} {self.area.name}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may keep the file."""
        return [self.area]
