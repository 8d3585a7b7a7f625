"""Every import is a batch: who, when, which file, and what it did. Until then its file lies on the clerk's desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.packed import PackedField

if TYPE_CHECKING:
    from units.models.areas import Area
    from units.models.people import User

KEPT = timedelta(days=7)  # how long a file waits for its confirmation (DESIGN 1)
SILENT = timedelta(seconds=90)  # after which work that no longer reports is taken for dead


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """The vocabulary for reading batches."""

    def visible_to(self, user: User) -> Self:
        """Return the user's own batches and those of the people in the user's reach."""
        from units.models.people import User as Person

        return self.filter(by__in=Person.objects.visible_to(user))


class ImportBatch(models.Model):
    """One confirmed import, or the undoing of one. The file itself is discarded; its digest stays."""

    subject = models.CharField(_("subject"), max_length=60)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="import_batches"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    same = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("left out"), default=0)
    undoes = models.OneToOneField(
        "self", verbose_name=_("takes back"), null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("Imports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({timezone.localtime(self.at):%d/%m/%Y})" if self.at else self.file_name

    @property
    def lies_in(self) -> list[Area]:
        """Return no area: a batch is never changed."""
        return []


class UploadQuerySet(models.QuerySet["Upload"]):
    """The vocabulary for reading files on the desk."""

    def visible_to(self, user: User) -> Self:
        """Return the person's own: nobody else sees a file before it is confirmed."""
        return self.filter(by=user.pk)

    def waiting(self) -> Self:
        """Return the files that still wait for their person."""
        return self.exclude(state__in=[Upload.State.DONE, Upload.State.DISCARDED])

    def overdue(self) -> Self:
        """Return the waiting files whose days are over."""
        return self.waiting().filter(at__lt=timezone.now() - KEPT)


class Upload(models.Model):
    """A file on the desk of the person who sent it: its columns named, its rows checked, shown, and then confirmed."""

    class State(models.TextChoices):
        NAMING = "naming", _("columns to be confirmed")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked, waits for confirmation")
        STORING = "storing", _("being stored")
        DONE = "done", _("stored")
        FAILED = "failed", _("stopped")
        DISCARDED = "discarded", _("discarded")

    sheet = models.CharField(_("list"), max_length=60)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="uploads"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    reported_at = models.DateTimeField(default=timezone.now, editable=False)
    sender = models.ForeignKey(
        "units.Area", verbose_name=_("sent by"), null=True, on_delete=models.PROTECT, related_name="uploads"
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NAMING)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveSmallIntegerField(_("done, per cent"), default=0)
    tops = models.JSONField(default=list, editable=False)
    choices = models.JSONField(default=dict, editable=False)
    preview = models.JSONField(default=dict, editable=False)
    failure = models.TextField(_("why it was stopped"), blank=True)
    batch = models.OneToOneField(ImportBatch, null=True, on_delete=models.PROTECT, related_name="upload")

    objects = UploadQuerySet.as_manager()

    undated = "a file may tell of any year; each of its rows is asked for its own"

    class Meta:
        verbose_name = _("file on the desk")
        verbose_name_plural = _("Files on the desk")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["naming", "checking", "checked", "storing", "done", "failed", "discarded"]
                ),
                name="upload_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="done", batch__isnull=False)
                | ~models.Q(state="done") & models.Q(batch__isnull=True),
                name="upload_is_done_with_its_batch",
            ),
            # what the file said is gone with it, whatever another tab still sends
            models.CheckConstraint(
                condition=~models.Q(state__in=["done", "discarded"]) | models.Q(tops=[], choices={}),
                name="upload_leaves_nothing_behind",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def lies_in(self) -> list[Area]:
        """Return no area: the file is its sender's alone."""
        return []

    @property
    def is_at_work(self) -> bool:
        """Say whether it is being checked or stored."""
        return self.state in {self.State.CHECKING, self.State.STORING}

    @property
    def is_silent(self) -> bool:
        """Say whether it should be at work, but nothing has been heard of it: the server was stopped meanwhile."""
        return self.is_at_work and timezone.now() - self.reported_at > SILENT


class UploadBlock(models.Model):
    """Some of the rows of a file on the desk, as read or as checked; gone with the confirmation."""

    class Part(models.TextChoices):
        READ = "read", _("as read")
        CHECKED = "checked", _("as checked")
        REFUSED = "refused", _("refused")

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="blocks")
    part = models.CharField(max_length=10, choices=Part.choices)
    tab = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField()
    content = PackedField()

    class Meta:
        ordering = ["tab", "number"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "part", "tab", "number"], name="upload_block_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id}/{self.part}/{self.tab}/{self.number}"


class KnownHeadsQuerySet(models.QuerySet["KnownHeads"]):
    """The vocabulary for reading what heads mean."""

    def visible_to(self, user: User) -> Self:
        """Return what was confirmed for senders in the reach of `user`."""
        return self.filter(user.reach().condition("sender__"))


class KnownHeads(models.Model):
    """What the columns of one sender's files of one list mean, as a clerk confirmed it once."""

    sheet = models.CharField(max_length=60)
    sender = models.ForeignKey("units.Area", on_delete=models.PROTECT, related_name="known_heads")
    heads = models.CharField(max_length=64)  # digest of the heads, folded and in order
    meanings = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = KnownHeadsQuerySet.as_manager()

    undated = "an office goes on under the same heads, whatever became of its area"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "sender", "heads"], name="heads_of_a_sender_are_known_once")
        ]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.sender}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the area of the sender."""
        return [self.sender]
