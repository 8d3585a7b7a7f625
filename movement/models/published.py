"""What others have printed: shown beside ours, never rolled up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.records import Record, history
from movement.models.catalogue import Indicator, refuse_blocked_subject
from movement.words import Word, worded
from units.boundary import refuse_blocked_text
from units.models import Area

if TYPE_CHECKING:
    from units.models import User


MIN_YEAR, MAX_YEAR = 1945, 2200


class PublishedFigureQuerySet(models.QuerySet["PublishedFigure"]):
    """The vocabulary for reading published figures."""

    def visible_to(self, user: User) -> Self:
        """Return all published figures: what is published is public."""
        return self

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("indicator", "area__district", "area__province")


class PublishedFigure(Record):
    """A figure that somebody published, word for word, with its source; conflicting ones stand side by side."""

    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="published_figures")
    year = models.PositiveSmallIntegerField(_("year"))
    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("Indicator"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="published_figures",
    )
    metric = models.CharField(
        _("name as published"),
        max_length=200,
        blank=True,
        validators=[refuse_blocked_subject],
        help_text=_("Where no indicator fits."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    word = models.CharField(_("word"), max_length=10, choices=Word.choices, blank=True)
    numerator = models.BigIntegerField(_("numerator"), null=True, blank=True)
    denominator = models.BigIntegerField(_("denominator"), null=True, blank=True)
    rate = models.DecimalField(_("rate in percent"), max_digits=7, decimal_places=3, null=True, blank=True)
    scope = models.CharField(
        _("scope"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("What exactly was counted, in the words of the source."),
    )
    source = models.CharField(
        _("source"), max_length=300, validators=[refuse_blocked_text], help_text=_("Who published it, where and when.")
    )
    quote = models.CharField(_("quote"), max_length=500, blank=True, validators=[refuse_blocked_text])
    of_record = models.BooleanField(_("Figure of record"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    objects = PublishedFigureQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("Published figures")
        ordering = [
            "-year",
            "area__code",
            F("indicator__section__number").asc(nulls_last=True),
            "indicator__position",
            "-of_record",
            "pk",
        ]
        indexes = [models.Index(fields=["area", "year"], name="published_figure_area_year")]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=False) | ~Q(metric=""),
                name="published_figure_has_indicator_or_name",
                violation_error_message=_("Choose an indicator or give the name as published."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(rate__isnull=False),
                name="published_figure_has_value_or_rate",
                violation_error_message=_("Give the value or the rate."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="published_figure_is_not_negative",
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.UniqueConstraint(
                fields=["area", "year", "indicator"],
                condition=Q(of_record=True, indicator__isnull=False),
                name="one_figure_of_record",
                violation_error_message=_("Another figure is already the one of record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.printed} ({self.year})"

    def clean(self) -> None:
        """Check the year. Raises ValidationError by field."""
        if self.year is not None and not MIN_YEAR <= self.year <= MAX_YEAR:
            raise ValidationError({"year": _("The year must lie between 1945 and 2200.")})

    @property
    def label(self) -> str:
        """Return what was counted."""
        return self.indicator.name if self.indicator else self.metric

    @property
    def printed(self) -> str:
        """Return the number as it was printed."""
        return worded(self.value, self.word) if self.value is not None else f"{worded(self.rate, self.word)} %"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the row."""
        return [self.area]
