"""Why a report's numbers are right although they look wrong: a reason, and the numbers that it was given for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.records import history
from movement.models.catalogue import Indicator
from movement.models.reports import Report
from units.boundary import refuse_blocked_text
from units.models import PartRecord, PartRecordQuerySet

if TYPE_CHECKING:
    from units.models import User


LEAST_WORDS = 10  # signs: less explains nothing


class FindingReasonQuerySet(PartRecordQuerySet):
    """The vocabulary for reading reasons."""

    def visible_to(self, user: User) -> Self:
        """Return the reasons in the reach of `user`: neighbours see what was approved, not what was said of it."""
        return self.filter(user.reach().condition("report__area__"))


class FindingReason(PartRecord):
    """The reason given for one finding of a report. It holds as long as the finding speaks of the very same `numbers`.

    There is one row a finding: a new reason is its next version, and its history keeps each with its own numbers.
    """

    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="finding_reasons", editable=False
    )
    check_code = models.CharField(_("check"), max_length=60, editable=False)
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("Indicator"),
        on_delete=models.PROTECT,
        related_name="finding_reasons",
        editable=False,
    )
    item = models.CharField(_("item"), max_length=60, blank=True, editable=False)
    numbers = models.JSONField(_("numbers"), editable=False)
    reason = models.CharField(
        _("Reason"), max_length=500, validators=[MinLengthValidator(LEAST_WORDS), refuse_blocked_text]
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    given_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects: ClassVar[Any] = FindingReasonQuerySet.as_manager()
    history = history()
    whole_name = "report"
    joined = ("indicator", "given_by")

    class Meta:
        verbose_name = _("reason for a finding")
        verbose_name_plural = _("Reasons for findings")
        ordering = ["report", "indicator", "item", "check_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "check_code", "indicator", "item"],
                name="a_finding_has_one_reason",
                violation_error_message=_("The finding already has a reason."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_finding_is_explained_in_words"),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.reason}"
