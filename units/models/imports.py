"""Every import is a batch: who, when, which file, and what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from units.models.areas import Area
    from units.models.people import User


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """The vocabulary for reading batches."""

    def visible_to(self, user: User) -> Self:
        """Return the user's own batches and those of the people in the user's reach."""
        from units.models.people import User as Person

        return self.filter(by__in=Person.objects.visible_to(user))


class ImportBatch(models.Model):
    """One confirmed import. The file itself is discarded; its digest stays."""

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
