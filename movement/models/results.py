"""Results that come as counts: the standard "Safe in security and order", and mediation."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.records import history
from movement.models.events import refuse_days_beyond_reason
from movement.models.wording import plausible_year
from units.boundary import refuse_blocked_text
from units.models import Body, VoidableRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SafetyStandardResult(VoidableRecord):
    """How many objects of one kind met the standard in a year (Thông tư 124/2021/TT-BCA).

    The circular knows met and not met only; a province may rate beside it.
    """

    class Object(models.TextChoices):
        RESIDENTIAL = "residential", _("residential areas")
        COMMUNE = "commune", _("communes, wards, townships")
        ORGANISATION = "organisation", _("agencies, enterprises, schools")
        DISTRICT = "district", _("districts (rated by the province)")

    year = models.PositiveSmallIntegerField(_("year"))
    object = models.CharField(_("what was assessed"), max_length=20, choices=Object.choices)
    total = models.PositiveIntegerField(_("existing"), null=True, blank=True, help_text=_("How many there are."))
    registered = models.PositiveIntegerField(_("registered"), null=True, blank=True)
    met = models.PositiveIntegerField(_("recognised"), null=True, blank=True)
    excellent = models.PositiveIntegerField(_("rated excellent"), null=True, blank=True)
    good = models.PositiveIntegerField(_("rated good"), null=True, blank=True)
    average = models.PositiveIntegerField(_("rated average"), null=True, blank=True)
    recogniser = models.ForeignKey(
        Body,
        verbose_name=_("recognised by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="standards_recognised",
    )
    decision_number = models.CharField(
        _("Decision number and symbol"), max_length=60, blank=True, validators=[refuse_blocked_text]
    )
    decision_date = models.DateField(_("decision date"), null=True, blank=True)
    explanation = models.CharField(
        _("Explanation of difference"), max_length=500, blank=True, validators=[refuse_blocked_text]
    )

    history = history()
    as_of = ("year",)
    joined = ("recogniser",)

    class Meta:
        verbose_name = _("result of the safety standard")
        verbose_name_plural = _("Safety standard results")
        ordering = ["-year", "area__code", "object"]
        constraints = [
            plausible_year("standard_year_is_plausible"),
            models.CheckConstraint(
                condition=Q(object__in=["residential", "commune", "organisation", "district"]),
                name="standard_object_is_known",
            ),
            models.CheckConstraint(
                condition=Q(met__isnull=True) | Q(total__isnull=True) | Q(met__lte=F("total")),
                name="not_more_met_than_exist",
                violation_error_message=_("More were recognised than there are."),
            ),
            models.UniqueConstraint(
                fields=["area", "year", "object"],
                condition=Q(void_reason=""),
                name="standard_result_stands_once",
                violation_error_message=_("The result of this year is already on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.year}: {self.get_object_display()}"

    @property
    def rated(self) -> int | None:
        """Return how many were rated in all; None where no rating is given."""
        return added([self.excellent, self.good, self.average])

    def clean(self) -> None:
        """Check the numbers against each other: a difference needs its explanation. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("decision_date",))
        if self.met is not None and self.total is not None and self.met > self.total:
            raise ValidationError({"met": _("More were recognised than there are.")})
        if self.rated is not None and self.met is not None and self.rated != self.met and not self.explanation.strip():
            raise ValidationError(
                {
                    "explanation": _(
                        "%(met)d recognised, but %(rated)d rated: explain the difference; the numbers stay as they were published."
                    )
                    % {"met": self.met, "rated": self.rated}
                }
            )


class MediationResult(VoidableRecord):
    """Mediation at the grassroots in a span of days (Luật 35/2013/QH13); justice statistics have their own dates."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), help_text=_("Last day, counted in."))
    received = models.PositiveIntegerField(_("matters received"), null=True, blank=True)
    successful = models.PositiveIntegerField(_("successful"), null=True, blank=True)
    unsuccessful = models.PositiveIntegerField(_("unsuccessful"), null=True, blank=True)
    pending = models.PositiveIntegerField(_("pending"), null=True, blank=True)
    explanation = models.CharField(
        _("Explanation of difference"), max_length=500, blank=True, validators=[refuse_blocked_text]
    )

    history = history()
    as_of = (("starts_on", "ends_on"),)

    class Meta:
        verbose_name = _("mediation result")
        verbose_name_plural = _("Mediation at the grassroots")
        ordering = ["-ends_on", "area__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="mediation_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
            models.UniqueConstraint(
                fields=["area", "starts_on", "ends_on"],
                condition=Q(void_reason=""),
                name="mediation_result_stands_once",
                violation_error_message=_("The result of these days is already on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.starts_on:%d/%m/%Y} – {self.ends_on:%d/%m/%Y}"

    @property
    def rate(self) -> Decimal | None:
        """Return the percentage successful of what was settled (successful + unsuccessful); pending matters stay out."""
        return percentage(self.successful, added_if_all_known([self.successful, self.unsuccessful]))

    @property
    def rate_of_received(self) -> Decimal | None:
        """Return the percentage successful of what was received."""
        return percentage(self.successful, self.received)

    def clean(self) -> None:
        """Check that received = successful + unsuccessful + pending, or is explained. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("starts_on", "ends_on"))
        self._refuse_days_counted_twice()
        settled = added_if_all_known([self.successful, self.unsuccessful, self.pending])
        if (
            settled is not None
            and self.received is not None
            and settled != self.received
            and not self.explanation.strip()
        ):
            raise ValidationError(
                {
                    "explanation": _(
                        "%(received)d received, but the parts add up to %(parts)d: explain the difference."
                    )
                    % {"received": self.received, "parts": settled}
                }
            )

    others: Sequence[MediationResult] | None = None  # valid ones of the area, where many were asked for at once

    def _refuse_days_counted_twice(self) -> None:
        if self.void_reason or not (self.area_id and self.starts_on and self.ends_on):
            return
        others: Iterable[MediationResult] | None = self.others
        if others is None:
            valid = MediationResult.objects.valid().filter(area=self.area_id, starts_on__lte=self.ends_on)
            others = valid.filter(ends_on__gte=self.starts_on).exclude(pk=self.pk)
        for other in others:
            if other.starts_on <= self.ends_on and other.ends_on >= self.starts_on:
                said = _("These days overlap with “%(other)s”, so matters would count twice.") % {"other": other}
                raise ValidationError({"starts_on": said})


def added(numbers: Iterable[int | None]) -> int | None:
    """Return the sum of what is known; None where nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def added_if_all_known(numbers: Iterable[int | None]) -> int | None:
    """Return the sum; None where one of the numbers is not known."""
    known = list(numbers)
    return None if None in known else sum(number for number in known if number is not None)


def percentage(part: int | None, whole: int | None) -> Decimal | None:
    """Return `part` of `whole` in percent, to two decimals; None where it cannot be told."""
    if part is None or not whole:
        return None
    return (Decimal(100) * part / whole).quantize(Decimal("0.01"))
