"""What others have printed: shown beside ours, never rolled up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.records import Record, history
from config.words import Word, worded
from movement.models.catalogue import Indicator, refuse_blocked_subject
from movement.models.reports import kind_name
from movement.models.wording import MAX_YEAR, MIN_YEAR, plausible_year
from units.boundary import refuse_blocked_text
from units.models import Area, AsOf, UnitKind

if TYPE_CHECKING:
    from units.models import User


TOLERANCE = Decimal("0.1")  # points by which a published rate may differ from its own parts without an explanation


class PublishedFigureQuerySet(models.QuerySet["PublishedFigure"]):
    """The vocabulary for reading published figures."""

    def visible_to(self, user: User) -> Self:
        """Return all published figures: what is published is public."""
        return self

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("indicator", "area__district", "area__province")


class PublishedFigure(AsOf, Record):
    """A figure that somebody published, word for word, with its source; conflicting ones stand side by side."""

    class Span(models.TextChoices):
        YEAR = "year", _("the year")
        HALF = "half", _("half a year")
        SEVERAL = "several", _("several years")
        TO_DATE = "to_date", _("the year so far")
        ON_DAY = "on_day", _("as of a day")
        UNKNOWN = "unknown", _("not known")

    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="published_figures")
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, help_text=_("Empty only where the source does not tell the year.")
    )
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
    item = models.CharField(
        _("item"),
        max_length=60,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For a figure by kind of unit: the code of the kind."),
    )
    unit = models.CharField(
        _("unit of measure"),
        max_length=30,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Only where no indicator says it: lượt, cuộc, suất, tin bài, đồng."),
    )
    span = models.CharField(_("time covered"), max_length=10, choices=Span.choices, default=Span.YEAR)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    word = models.CharField(_("word"), max_length=10, choices=Word.choices, blank=True)
    numerator = models.BigIntegerField(_("numerator"), null=True, blank=True)
    denominator = models.BigIntegerField(_("denominator"), null=True, blank=True)
    rate = models.DecimalField(_("rate in percent"), max_digits=7, decimal_places=3, null=True, blank=True)
    rate_rule = models.CharField(
        _("how the rate is computed"),
        max_length=200,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For example “hòa giải thành ÷ (thành + không thành)”."),
    )
    is_unstated = models.BooleanField(
        _("named without a number"), default=False, help_text=_("The source speaks of it but gives no number.")
    )
    does_not_add_up = models.BooleanField(
        _("does not add up"),
        default=False,
        help_text=_(
            "The source's own numbers contradict each other. They are kept as published; say in the note what differs."
        ),
    )
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
    as_of = (("starts_on", "ends_on"), "year", "ends_on", "starts_on")

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("Published figures")
        ordering = [
            F("year").desc(nulls_last=True),
            "area__code",
            F("indicator__section__number").asc(nulls_last=True),
            "indicator__position",
            "-of_record",
            "pk",
        ]
        indexes = [models.Index(fields=["area", "year"], name="published_figure_area_year")]
        constraints = [
            plausible_year("published_figure_year_is_plausible"),
            models.CheckConstraint(
                condition=~Q(does_not_add_up=True) | ~Q(note=""),
                name="published_contradiction_is_told",
                violation_error_message=_("Say in the note what does not add up."),
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False) | ~Q(metric=""),
                name="published_figure_has_indicator_or_name",
                violation_error_message=_("Choose an indicator or give the name as published."),
            ),
            models.CheckConstraint(
                condition=Q(is_unstated=False) & (Q(value__isnull=False) | Q(rate__isnull=False))
                | Q(is_unstated=True, value__isnull=True, rate__isnull=True),
                name="published_figure_has_value_or_rate",
                violation_error_message=_("Give the value or the rate, or say that the source gives no number."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0),
                name="published_figure_is_not_negative",
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.UniqueConstraint(
                fields=["area", "year", "indicator", "item"],
                condition=Q(of_record=True, indicator__isnull=False, span="year"),
                name="one_figure_of_record",
                violation_error_message=_("Another figure is already the one of record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.printed} ({self.year or '…'})"

    def clean(self) -> None:
        """Check the year, the kind and the rate against its parts. Raises ValidationError by field."""
        if self.year is not None and not MIN_YEAR <= self.year <= MAX_YEAR:
            raise ValidationError({"year": _("The year must lie between 1945 and 2200.")})
        if self.year is None and self.span == self.Span.YEAR:
            raise ValidationError({"year": _("Give the year, or say that the time covered is not known.")})
        if self.item and not UnitKind.objects.filter(code=self.item).exists():
            raise ValidationError({"item": _("“%(value)s” is not the code of a kind of unit.") % {"value": self.item}})
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The end must come after the beginning.")})
        if self.does_not_add_up and not self.note.strip():
            raise ValidationError({"note": _("Say in the note what does not add up.")})
        if self.rate is not None and self.numerator is not None and self.denominator:
            computed = Decimal(100) * self.numerator / self.denominator
            if abs(computed - self.rate) > TOLERANCE and not self.note.strip():
                raise ValidationError(
                    {
                        "note": _("%(rate)s %% was published, but its parts give %(computed)s %%: say why.")
                        % {"rate": worded(self.rate), "computed": worded(round(computed, 2))}
                    }
                )

    @property
    def label(self) -> str:
        """Return what was counted, with the kind of unit where the figure is of one."""
        name = self.indicator.name if self.indicator else self.metric
        return f"{name}: {kind_name(self.item)}" if self.item else name

    @property
    def printed(self) -> str:
        """Return the number as it was printed; a text where the source gives none."""
        if self.is_unstated:
            return str(_("number not published"))
        return worded(self.value, self.word) if self.value is not None else f"{worded(self.rate, self.word)} %"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the row."""
        return [self.area]
