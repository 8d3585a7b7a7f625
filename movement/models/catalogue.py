"""What is reported, and when: indicators by section, and reporting periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins
from config.languages import by_language
from config.records import Record, history
from movement.models.review import ReportingLine
from units.boundary import refusal_of, refuse_blocked_text
from units.models import Area, UnitKind
from units.models.existence import AsOf

if TYPE_CHECKING:
    from datetime import date

    from units.models import User


def refuse_blocked_subject(name: str) -> None:
    """Raise ValidationError when an indicator of this name would count what the ledger may not hold (DESIGN 1)."""
    refuse_blocked_text(name)
    if reason := refusal_of(name):
        raise ValidationError(
            _("No indicator may count this: %(reason)s."), code="blocked_subject", params={"reason": reason}
        )


class InTwoLanguages(models.Model):
    """A catalogue row with a Vietnamese and an English name."""

    name_vi = models.CharField(_("name (Vietnamese)"), max_length=200, validators=[refuse_blocked_subject])
    name_en = models.CharField(_("name (English)"), max_length=200, validators=[refuse_blocked_subject])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name in the language of the page."""
        return by_language(self.name_vi, self.name_en)

    @property
    def lies_in(self) -> list[Area]:
        """Return no area: catalogues are kept by administrators."""
        return []


class IndicatorSectionQuerySet(models.QuerySet["IndicatorSection"]):
    """The vocabulary for reading sections."""

    def visible_to(self, user: User) -> Self:
        """Return all sections: the catalogue is public."""
        return self


class IndicatorSection(InTwoLanguages):
    """A section of the form, in the order of its number."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)

    objects = IndicatorSectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section of the form")
        verbose_name_plural = _("sections of the form")
        ordering = ["number"]


class IndicatorQuerySet(DatedQuerySet):
    """The vocabulary for reading indicators."""

    def visible_to(self, user: User) -> Self:
        """Return all indicators: the catalogue is public."""
        return self


class Indicator(Dated, InTwoLanguages):
    """One line of the form: what is counted, in which unit, and how it rolls up."""

    class Rollup(models.TextChoices):
        SUM = "sum", _("sum of the areas below")
        DISTINCT = "distinct", _("counted anew at each level")
        LATEST = "latest", _("latest value")
        NONE = "none", _("does not roll up")

    class Source(models.TextChoices):
        REGISTER = "register", _("register")
        DECLARED = "declared", _("declared")
        COMPUTED = "computed", _("computed")

    class Counts(models.TextChoices):
        UNITS = "units", _("units of one kind")
        OTHER_UNITS = "other_units", _("units of kinds without a line of their own")
        MEMBERS = "members", _("members, by kind of unit")
        CONSOLIDATED = "consolidated", _("units strengthened in the period")
        CLUSTERS = "clusters", _("clusters")
        LAUNCH_SESSIONS = "launch_sessions", _("launches: sessions")
        LAUNCH_ATTENDANCE = "launch_attendance", _("launches: attendances")
        INFORMATION_SESSIONS = "information_sessions", _("information sessions")
        INFORMATION_ATTENDANCE = "information_attendance", _("information sessions: attendances")
        FESTIVAL_COMMUNES = "festival_communes", _("festival days in communes")
        FESTIVAL_RESIDENTIAL = "festival_residential", _("festival days in residential areas")
        GIFTS = "gifts", _("gifts")
        GIFT_VALUE = "gift_value", _("value of the gifts")
        TRAINING_TURNS = "training_turns", _("training: attendances")
        INSPECTIONS = "inspections", _("inspections")
        RESOLUTIONS = "resolutions", _("resolutions, directives and plans")
        DIRECTING_DOCUMENTS = "directing_documents", _("other documents issued")
        MODEL_TYPES = "model_types", _("types of model")
        MODELS = "models", _("models")
        MODEL_SITES = "model_sites", _("model sites")
        MODELS_NEW = "models_new", _("models built or replicated in the period")
        MODELS_DISSEMINATED = "models_disseminated", _("types of model disseminated by the Ministry")
        MODELS_SKILFUL = "models_skilful", _("“skilful mass mobilisation” models")
        EXEMPLARS = "exemplars", _("exemplars")
        STANDARD_RESIDENTIAL = "standard_residential", _("safety standard: residential areas")
        STANDARD_COMMUNES = "standard_communes", _("safety standard: communes")
        STANDARD_ORGANISATIONS = "standard_organisations", _("safety standard: organisations")
        MEDIATION_RECEIVED = "mediation_received", _("mediation: received")
        MEDIATION_SUCCESSFUL = "mediation_successful", _("mediation: successful")
        MEDIATION_UNSUCCESSFUL = "mediation_unsuccessful", _("mediation: unsuccessful")
        MEDIATION_PENDING = "mediation_pending", _("mediation: pending")
        PROGRAMME = "programme", _("latest snapshot of a programme")
        COLLECTIVES_COMMENDED = "collectives_commended", _("collectives commended")
        PEOPLE_COMMENDED = "people_commended", _("individuals and households commended")

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[RegexValidator(r"^[a-z0-9_]+$")])
    section = models.ForeignKey(
        IndicatorSection, verbose_name=_("section"), on_delete=models.PROTECT, related_name="indicators"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    unit_vi = models.CharField(_("unit (Vietnamese)"), max_length=30, validators=[refuse_blocked_text])
    unit_en = models.CharField(_("unit (English)"), max_length=30, validators=[refuse_blocked_text])
    rollup = models.CharField(_("roll-up"), max_length=10, choices=Rollup.choices)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    counts = models.CharField(
        _("counted from the records"),
        max_length=30,
        choices=Counts.choices,
        blank=True,
        help_text=_("Empty: officers type the figure."),
    )
    unit_kind = models.ForeignKey(
        UnitKind,
        verbose_name=_("kind counted"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="indicators",
    )
    is_core = models.BooleanField(_("core"), default=True)
    note_vi = models.CharField(
        _("note (Vietnamese)"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Shown under the line of the form."),
    )
    note_en = models.CharField(_("note (English)"), max_length=300, blank=True, validators=[refuse_blocked_text])

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("Indicators")
        ordering = ["section__number", "position", "code"]
        constraints = [
            ends_after_it_begins("indicator_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(rollup__in=["sum", "distinct", "latest", "none"]), name="indicator_rollup_is_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["register", "declared", "computed"]), name="indicator_source_is_known"
            ),
        ]

    @property
    def counts_register(self) -> bool:
        """Say whether the register of units and clusters gives the figure, always and alone."""
        return self.counts in REGISTER

    @property
    def counts_records(self) -> bool:
        """Say whether records of the area itself give the figure wherever such records are entered."""
        return bool(self.counts) and self.counts not in REGISTER

    @property
    def note(self) -> str:
        """Return the note in the language of the page."""
        return by_language(self.note_vi, self.note_en)

    @property
    def unit(self) -> str:
        """Return the unit of measure in the language of the page."""
        return by_language(self.unit_vi, self.unit_en)


REGISTER = frozenset(
    {
        Indicator.Counts.UNITS,
        Indicator.Counts.OTHER_UNITS,
        Indicator.Counts.MEMBERS,
        Indicator.Counts.CONSOLIDATED,
        Indicator.Counts.CLUSTERS,
    }
)


class PeriodQuerySet(models.QuerySet["Period"]):
    """The vocabulary for reading periods."""

    def visible_to(self, user: User) -> Self:
        """Return the periods of the areas in, or above, the reach of `user`."""
        reach = user.reach()
        above = {key for area in reach.areas for key in area.line}
        return self.filter(reach.condition("area__") | Q(area__in=above))


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

    objects = PeriodQuerySet.as_manager()
    history = history()

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
        return [self.area]

    def clean(self) -> None:
        """Check who opens the period, and that a period with sent reports stays as it is. Raises ValidationError."""
        if not self.area_id:
            return
        if self.kind == self.Kind.YEAR and self.area.level not in {Area.Level.PROVINCE, Area.Level.COUNTRY}:
            raise ValidationError({"area": _("A yearly period is opened by a province, for itself and all below.")})
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
                raise ValidationError(_("Reports of this period have been sent: only the due dates may still change."))

    def due_on(self, level: str) -> date | None:
        """Return the day on which reports of `level` are due."""
        return {
            Area.Level.COMMUNE: self.due_commune_on,
            Area.Level.DISTRICT: self.due_district_on,
            Area.Level.PROVINCE: self.due_province_on,
        }.get(Area.Level(level))
