"""When is reported: windows of time, with their form, due days and closing days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.records import Record, history
from movement.models.catalogue import Indicator
from movement.models.review import ReportingLine
from units.boundary import refuse_blocked_text
from units.models import Area
from units.models.existence import AsOf

if TYPE_CHECKING:
    from datetime import date

    from units.models import User


DAYS = (
    "starts_on", "ends_on", "cutoff_on", "due_commune_on", "due_district_on", "due_province_on",
    "closes_commune_on", "closes_district_on", "closes_province_on",
)  # fmt: skip


class PeriodQuerySet(models.QuerySet["Period"]):
    """The vocabulary for reading periods."""

    def visible_to(self, user: User) -> Self:
        """Return the periods of the areas in, or above, the reach of `user`."""
        reach = user.reach()
        above = {key for area in reach.areas for key in area.line}
        return self.filter(reach.condition("area__") | Q(area__in=above))


def closes_after_it_is_due(level: str) -> models.CheckConstraint:
    """Return the constraint that entry for `level` does not close before its reports are due."""
    due, closes = f"due_{level}_on", f"closes_{level}_on"
    return models.CheckConstraint(
        condition=Q(**{f"{due}__isnull": True}) | Q(**{f"{closes}__isnull": True}) | Q(**{f"{closes}__gte": F(due)}),
        name=f"period_closes_{level}_after_it_is_due",
        violation_error_message=_("The last day of entry cannot come before the day on which reports are due."),
    )


class Period(AsOf, Record):
    """A window of time for which an area and all below it report. The year is a field, never derived from a date."""

    class Kind(models.TextChoices):
        YEAR = "year", _("Yearly report")
        HALF = "half", _("Half-year review")
        OTHER = "other", _("other period")

    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        on_delete=models.PROTECT,
        related_name="periods",
        help_text=_("The area that opens the period, for itself and all below."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.YEAR)
    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(
        _("name"),
        max_length=120,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Only for periods other than the year and the half-year."),
    )
    as_of = ("ends_on",)  # reports file under the map in force on the last day

    line = models.CharField(
        _("reporting line"),
        max_length=12,
        choices=ReportingLine.choices,
        default=ReportingLine.GOVERNMENT,
        help_text=_("It decides who reviews whom; the police have two levels already since 01/03/2025."),
    )
    starts_on = models.DateField(
        _("from"), help_text=_("First day of the window, counted in. Usually 15/12 of the year before.")
    )
    ends_on = models.DateField(_("to"), help_text=_("Last day of the window, counted in. Usually 14/12."))
    cutoff_on = models.DateField(_("Data cut-off"), help_text=_("The register is counted as it stood on this day."))
    due_commune_on = models.DateField(_("due from communes"), null=True, blank=True)
    due_district_on = models.DateField(_("due from districts"), null=True, blank=True)
    due_province_on = models.DateField(_("due from the province"), null=True, blank=True)
    closes_commune_on = models.DateField(_("last day of entry for communes"), null=True, blank=True)
    closes_district_on = models.DateField(_("last day of entry for districts"), null=True, blank=True)
    closes_province_on = models.DateField(_("last day of entry for the province"), null=True, blank=True)
    indicators = models.ManyToManyField(
        Indicator,
        verbose_name=_("Lines of the form"),
        blank=True,
        related_name="periods",
        help_text=_("For a half-year review or another request: tick what is asked. Nothing ticked: the whole form."),
    )

    objects = PeriodQuerySet.as_manager()
    history = history(m2m_fields=[indicators])

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("Reporting periods")
        ordering = ["-ends_on", "area__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="period_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(cutoff_on__gte=F("starts_on")),
                name="period_cutoff_after_it_begins",
                violation_error_message=_("The cut-off cannot come before the window."),
            ),
            *(closes_after_it_is_due(level) for level in ("commune", "district", "province")),
            models.CheckConstraint(condition=Q(year__gte=1945, year__lte=2200), name="period_year_is_plausible"),
            models.UniqueConstraint(
                fields=["area", "kind", "year", "name"],
                name="period_is_opened_once",
                violation_error_message=_("This period is already open."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.get_kind_display()} {self.year}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the period."""
        return [self.area] if self.area_id else []

    @property
    def is_request(self) -> bool:
        """Say whether it is a half-year review or another request, which a district may open too."""
        return self.kind != self.Kind.YEAR

    def clean(self) -> None:
        """Check who opens the period, and that a period with sent reports stays as it is. Raises ValidationError."""
        if not self.area_id:
            return
        if self.kind == self.Kind.YEAR and self.area.level not in {Area.Level.PROVINCE, Area.Level.COUNTRY}:
            raise ValidationError({"area": _("A yearly period is opened by a province, for itself and all below.")})
        if self.area.level == Area.Level.COMMUNE:
            raise ValidationError(
                {"area": _("A period is opened by a province or a district, for itself and all below.")}
            )
        if self.kind != self.Kind.OTHER and self.name:
            raise ValidationError({"name": _("Only other periods have a name of their own.")})
        if self.kind == self.Kind.YEAR:
            same = Period.objects.filter(kind=self.kind, year=self.year).exclude(pk=self.pk)
            if same.filter(self.area.below_condition("area__") | Q(area__in=self.area.line)).exists():
                raise ValidationError({"year": _("This year is already open for the area.")})
        if self.pk and self.reports.exclude(state="draft").exists():
            stored = Period.objects.get(pk=self.pk)
            fixed = ("area_id", "kind", "year", "name", "line", "starts_on", "ends_on", "cutoff_on")
            if any(getattr(self, name) != getattr(stored, name) for name in fixed):
                raise ValidationError(
                    _("Reports of this period have been sent: only due days and last days of entry may still change.")
                )

    def due_on(self, level: str) -> date | None:
        """Return the day on which reports of `level` are due."""
        return self._day_of("due", level)

    def closes_on(self, level: str) -> date | None:
        """Return the last day on which reports of `level` are entered and sent; None where entry never closes."""
        return self._day_of("closes", level)

    def _day_of(self, what: str, level: str) -> date | None:
        day: date | None = getattr(self, f"{what}_{level}_on", None)  # the country has none
        return day
