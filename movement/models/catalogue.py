"""What is reported: the indicators, by section of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins, in_force
from config.languages import by_language
from config.records import Record, history
from units.boundary import refusal_of, refuse_blocked_text
from units.models import Area, UnitKind

if TYPE_CHECKING:
    from movement.models.periods import Period
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

    def of_form(self, period: Period) -> Self:
        """Return the lines of the form of `period`: those it was opened with; before that, those in force on its last day."""
        lines = self.model.periods.through.objects.filter(period=period.pk)
        return self.filter(in_force(period.ends_on) & ~Exists(lines) | Q(pk__in=lines.values("indicator")))


class Indicator(Dated, InTwoLanguages, Record):
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
    history = history()

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
    def has_one_line(self) -> bool:
        """Say whether a report has one line for it from the beginning; the others get a line for each kind counted."""
        return self.counts not in {self.Counts.OTHER_UNITS, self.Counts.MEMBERS}

    @property
    def counts_register(self) -> bool:
        """Say whether the register of units and clusters gives the figure, always and alone."""
        return self.counts in REGISTER

    @property
    def counts_the_rest(self) -> bool:
        """Say whether it counts what has no line of its own, or all lines of clusters together."""
        return self.counts == self.Counts.OTHER_UNITS or (
            self.counts == self.Counts.CLUSTERS and self.unit_kind_id is None
        )

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
