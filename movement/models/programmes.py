"""Programmes beside the movement, such as Project 06: what they measure, their targets, and where they stood when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.languages import by_language
from config.records import NamedRecord, history
from config.words import Word, worded
from movement.models.catalogue import Indicator, refuse_blocked_subject
from movement.models.events import refuse_days_beyond_reason
from movement.models.wording import plausible_year
from units.boundary import refuse_blocked_text
from units.models import AreaRecord, AreaRecordQuerySet, PartRecord, VoidableRecord
from units.models.teams import in_capitals

if TYPE_CHECKING:
    from units.models import User


class ProgrammeQuerySet(AreaRecordQuerySet):
    """The vocabulary for reading programmes."""

    def visible_to(self, user: User) -> Self:
        """Return the programmes in the reach of `user`, those of the areas above and those of the whole country."""
        reach = user.reach()
        above = {key for area in reach.areas for key in area.line}
        return self.filter(reach.condition("area__") | Q(area__in=above) | Q(area__level="country"))


class Programme(NamedRecord, AreaRecord):
    """A programme of some years, with what it measures."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[in_capitals, refuse_blocked_text])
    name = models.CharField(_("name"), max_length=400, validators=[refuse_blocked_text])
    name_en = models.CharField(_("name (English)"), max_length=400, blank=True, validators=[refuse_blocked_text])
    short_name = models.CharField(_("short name"), max_length=60, blank=True, validators=[refuse_blocked_text])
    short_name_en = models.CharField(
        _("short name (English)"), max_length=60, blank=True, validators=[refuse_blocked_text]
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True, validators=[refuse_blocked_text])
    first_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    vision_year = models.PositiveSmallIntegerField(_("vision to"), null=True, blank=True)

    objects: ClassVar[Any] = ProgrammeQuerySet.as_manager()
    history = history()
    as_of = (("first_year", "last_year"), "first_year", "last_year")

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("Programmes")
        ordering = ["code"]
        constraints = [
            plausible_year("programme_first_year_is_plausible", "first_year"),
            plausible_year("programme_last_year_is_plausible", "last_year"),
            plausible_year("programme_vision_year_is_plausible", "vision_year"),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True) | Q(last_year__isnull=True) | Q(last_year__gte=F("first_year")),
                name="programme_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def title(self) -> str:
        """Return the full name in the language of the page."""
        return by_language(self.name, self.name_en or self.name)

    @property
    def years(self) -> str:
        """Return "giai đoạn 2022–2025, tầm nhìn đến năm 2030", as far as it is known."""
        parts = []
        if self.first_year and self.last_year:
            parts.append(gettext("period %(first)d–%(last)d") % {"first": self.first_year, "last": self.last_year})
        if self.vision_year:
            parts.append(gettext("vision to %(year)d") % {"year": self.vision_year})
        return ", ".join(parts)

    def search_text(self) -> str:
        """Return the names of the programme."""
        return f"{self.name} {self.short_name} {self.name_en} {self.code}"


class ProgrammeMeasure(PartRecord):
    """One thing that a programme measures."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="measures"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=250, validators=[refuse_blocked_subject])
    name_en = models.CharField(_("name (English)"), max_length=250, blank=True, validators=[refuse_blocked_subject])
    unit = models.CharField(_("unit of measure"), max_length=30, blank=True, validators=[refuse_blocked_text])
    unit_en = models.CharField(
        _("unit of measure in English"), max_length=30, blank=True, validators=[refuse_blocked_text]
    )
    target = models.DecimalField(_("Target"), max_digits=20, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(_("by the year"), null=True, blank=True)
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("line of the form"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measures",
        help_text=_("The line of the yearly form that takes the latest value."),
    )

    history = history()
    whole_name = "programme"

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["programme", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="programme_measures_once",
                violation_error_message=_("The programme already has a measure of this name."),
            ),
            plausible_year("measure_target_year_is_plausible", "target_year"),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.title}"

    @property
    def title(self) -> str:
        """Return the name in the language of the page."""
        return by_language(self.name, self.name_en or self.name)

    @property
    def shown_unit(self) -> str:
        """Return the unit in the language of the page."""
        return by_language(self.unit, self.unit_en or self.unit)


class ProgrammeSnapshot(VoidableRecord):
    """Where an area stood in one measure on a day: cumulative, never a yearly flow."""

    measure = models.ForeignKey(
        ProgrammeMeasure, verbose_name=_("measure"), on_delete=models.PROTECT, related_name="snapshots"
    )
    taken_on = models.DateField(_("as of"), help_text=_("Day first: 18/05/2022."))
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    word = models.CharField(_("word"), max_length=10, choices=Word.choices, blank=True)
    target = models.DecimalField(
        _("Target"),
        max_digits=20,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("The area's own target, where it has one."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True, validators=[refuse_blocked_text])
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    history = history()
    as_of = ("taken_on",)
    joined = ("measure__programme",)

    class Meta:
        verbose_name = _("snapshot of a programme")
        verbose_name_plural = _("Snapshots of programmes")
        ordering = ["-taken_on", "measure__position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="snapshot_is_not_negative",
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.UniqueConstraint(
                fields=["area", "measure", "taken_on"],
                condition=Q(void_reason=""),
                name="snapshot_is_taken_once",
                violation_error_message=_("The area already has a snapshot of this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.printed} ({self.taken_on:%d/%m/%Y})"

    @property
    def printed(self) -> str:
        """Return the value as it is printed."""
        return worded(self.value, self.word)

    @property
    def aim(self) -> object:
        """Return the target of the area, else that of the programme."""
        return self.target if self.target is not None else self.measure.target

    def clean(self) -> None:
        """Check the day and the value. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("taken_on",))
        if self.value is not None and self.value < 0:
            raise ValidationError({"value": _("A figure cannot be below zero.")})
