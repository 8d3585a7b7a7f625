"""More time for an area: entry stays open to it, and to all below, when it has closed for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.records import Record, history
from movement.models.periods import Period
from units.boundary import refuse_blocked_text
from units.models import Area

if TYPE_CHECKING:
    from units.models import User


class ExtensionQuerySet(models.QuerySet["Extension"]):
    """The vocabulary for reading extensions."""

    def visible_to(self, user: User) -> Self:
        """Return the extensions of areas in, or above, the reach of `user`."""
        reach = user.reach()
        above = {key for area in reach.areas for key in area.line}
        return self.filter(reach.condition("area__") | Q(area__in=above))

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("area__district", "area__province", "period__area", "given_by")


class Extension(Record):
    """An area, and all below it, may enter and send reports of a period until the end of a later day.

    Several may follow each other; the latest day counts. One that is over stays on record.
    """

    period = models.ForeignKey(Period, verbose_name=_("period"), on_delete=models.PROTECT, related_name="extensions")
    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        on_delete=models.PROTECT,
        related_name="extensions",
        help_text=_("The area that gets more time, for itself and all below."),
    )
    undated = "an area of the period: it is asked whether it has a report, or lies above such"
    until = models.DateField(
        _("open until the end of"), help_text=_("The last day on which the area may enter and send.")
    )
    reason = models.CharField(_("reason"), max_length=300, validators=[refuse_blocked_text])
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("given by"), on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = ExtensionQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("extension of time")
        verbose_name_plural = _("Extensions of time")
        ordering = ["-until", "area__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "area", "until"],
                name="area_gets_a_day_once",
                violation_error_message=_("The area has been given this day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} – {self.period}: {self.until:%d/%m/%Y}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may give it."""
        return [self.area] if self.area_id else []

    @property
    def line_of_review(self) -> list[int]:
        """Return the keys of the areas whose people decide: the chain of review of the area's report, where it has one."""
        report = self.period.reports.select_related("goes_to").filter(area=self.area_id).first()
        return report.line_of_review if report else []

    @property
    def is_top(self) -> bool:
        """Say whether it is for the area that opened the period, which has no reviewer above."""
        return self.area_id == self.period.area_id

    @property
    def is_in_force(self) -> bool:
        """Say whether it is not over yet."""
        return self.until >= timezone.localdate()

    def clean(self) -> None:
        """Check that the period closes, reaches the area, and that the day helps. Raises ValidationError by field."""
        if not (self.period_id and self.area_id and self.until):
            return
        closing = [day for level in Area.Level.values if (day := self.period.closes_on(level))]
        if not closing:
            raise ValidationError(
                {
                    "period": _("“%(period)s” has no last day of entry: nobody needs more time.")
                    % {"period": self.period}
                }
            )
        if not self.period.reports.filter(self.area.below_condition("area__")).exists():
            raise ValidationError(
                {"area": _("%(area)s owes no report for “%(period)s”, nor does an area below it.")
                    % {"area": self.area, "period": self.period}}
            )  # fmt: skip
        if self._state.adding and self.until < timezone.localdate():
            raise ValidationError({"until": _("This day is over: give today or a later day.")})
        if self.until <= min(closing):
            raise ValidationError(
                {"until": _("Entry is open until %(day)s for everybody: give a later day.")
                    % {"day": f"{min(closing):%d/%m/%Y}"}}
            )  # fmt: skip


def latest_until() -> Subquery:
    """Return, for a row of reports, the latest day that an extension gives to its area or to one above; null without any."""
    mine = [
        Q(area=OuterRef(name)) for name in ("area", "area__district", "area__province", "period__area")
    ]  # the last is the country, where it opened the period
    found = Extension.objects.filter(mine[0] | mine[1] | mine[2] | mine[3], period=OuterRef("period"))
    return Subquery(found.order_by("-until").values("until")[:1])
