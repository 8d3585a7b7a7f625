"""An area's report for a period, its figures, and the steps it went through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.numbers import MOST
from config.records import Record, history
from config.words import Word, is_true_of, worded
from config.workflow import Step
from movement.models.catalogue import Indicator
from movement.models.extensions import latest_until
from movement.models.periods import Period
from units.boundary import refuse_blocked_text
from units.models import Area, UnitKind

if TYPE_CHECKING:
    from datetime import date

    from units.models import User


class State(models.TextChoices):
    """Where a report is on its way. *Overdue* is computed, so it is no state."""

    DRAFT = "draft", _("Draft")
    AWAITING_SIGNATURE = "awaiting_signature", _("Awaiting release")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved and locked")
    PUBLISHED = "published", _("Published")
    CARRIED = "carried", _("Carried into the new area")


OPEN_STATES = frozenset({State.DRAFT, State.RETURNED})
SENT_STATES = frozenset({State.SUBMITTED, State.APPROVED, State.PUBLISHED})
APPROVED_STATES = frozenset({State.APPROVED, State.PUBLISHED})
UPWARDS = (Area.Level.COMMUNE, Area.Level.DISTRICT, Area.Level.PROVINCE, Area.Level.COUNTRY)
UNSENT_STATES = frozenset({State.DRAFT, State.RETURNED, State.AWAITING_SIGNATURE})


class ReportQuerySet(models.QuerySet["Report"]):
    """The vocabulary for reading reports."""

    def visible_to(self, user: User) -> Self:
        """Return the reports in the reach of `user`, and the approved ones of sibling areas."""
        reach = user.reach()
        parents = [area.parent_id for area in reach.areas if area.parent_id]
        return self.filter(reach.condition("area__") | Q(area__parent__in=parents, state__in=APPROVED_STATES))

    def approved(self) -> Self:
        """Return the reports that are approved or published."""
        return self.filter(state__in=APPROVED_STATES)

    def locked(self) -> Self:
        """Lock the reports, communes first and the country last: the one order in which all who lock several do so."""
        bottom_up = Case(*(When(area__level=level, then=place) for place, level in enumerate(UPWARDS)))
        return self.select_for_update(of=("self",), no_key=True).order_by(bottom_up, "pk")

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("area__district", "area__province", "period__area", "goes_to")

    def most_urgent_first(self) -> Self:
        """Sort returned reports before the others, then by the day on which they are due, then from below."""
        due = Case(*[When(area__level=level, then=f"period__due_{level}_on") for level in ("commune", "district", "province")])  # fmt: skip
        return self.order_by("-state", due.asc(nulls_last=True), "period__year", "-area__level", "area__sort_key")

    def with_extensions(self) -> Self:
        """Read with each report until when an extension keeps it open, so that asking costs nothing more."""
        return self.annotate(extended_until=latest_until())


class Report(Record):
    """What one area reports for one period."""

    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="reports")
    period = models.ForeignKey(Period, verbose_name=_("period"), on_delete=models.PROTECT, related_name="reports")
    goes_to = models.ForeignKey(
        Area,
        verbose_name=_("goes to"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="reports_below",
        help_text=_("The area that reviews it and takes it into its own."),
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT, editable=False)
    synthetic = models.BooleanField(
        _("illustrative"), default=False, editable=False, help_text=_("Illustrative figures, not real")
    )

    objects = ReportQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("Reports")
        ordering = ["-period__year", "area__code"]
        permissions = [
            ("prepare_report", "Can prepare a report and send it for release"),
            ("release_report", "Can release a report to the level above"),
            ("release_own_report", "Can release a report that the same person prepared"),
            ("return_report", "Can return a report with reasons"),
            ("approve_report", "Can approve a report"),
            ("publish_report", "Can publish a year"),
            ("correct_report", "Can correct an approved figure"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "period"],
                name="area_reports_once_a_period",
                violation_error_message=_("The area already has its report for this period."),
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="report_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.area} – {self.period}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the report."""
        return [self.area]

    @property
    def line_of_review(self) -> list[int]:
        """Return the keys of the areas whose reviewers decide on the report: where it goes, and all above that."""
        return [self.area_id, *self.goes_to.line] if self.goes_to else []

    @property
    def is_left_to_heirs(self) -> bool:
        """Say whether the report is unfinished and its area ended, so that whoever came after finishes it."""
        return self.area.valid_to is not None and self.state not in {State.PUBLISHED, State.CARRIED}

    @property
    def is_open(self) -> bool:
        """Say whether officers may still change the figures: it is not sent on, and entry has not closed."""
        return self.state in OPEN_STATES and not self.is_closed

    @property
    def is_locked(self) -> bool:
        """Say whether the report has been sent on, or entry has closed, so that it is only read."""
        return not self.is_open

    @property
    def is_top(self) -> bool:
        """Say whether the report is that of the area which opened the period, which has no reviewer above."""
        return self.area_id == self.period.area_id

    @property
    def due_on(self) -> date | None:
        """Return the day on which the report is due."""
        return self.period.due_on(self.area.level)

    @property
    def is_overdue(self) -> bool:
        """Say whether the report is due and not yet sent."""
        return self.due_on is not None and self.state in UNSENT_STATES and timezone.localdate() > self.due_on

    @cached_property
    def extended_until(self) -> date | None:
        """Return the latest day that an extension gives to the area or to one above; read with lists."""
        return Report.objects.filter(pk=self.pk).values_list(latest_until(), flat=True).first()

    @property
    def closes_on(self) -> date | None:
        """Return the last day on which the report is entered and sent, with what was extended; None where entry never closes."""
        day = self.period.closes_on(self.area.level)
        return day and max(day, self.extended_until or day)

    @property
    def is_closed(self) -> bool:
        """Say whether entry has closed for the area: what has not been sent can neither be changed nor sent."""
        day, today = self.period.closes_on(self.area.level), timezone.localdate()
        return day is not None and today > day and (self.extended_until is None or today > self.extended_until)


class ReportStep(Step):
    """One move of a report."""

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="steps")

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.report}: {self.before} → {self.after}"

    @property
    def before_label(self) -> str:
        """Return the state before the move, as people call it."""
        return str(State(self.before).label)

    @property
    def after_label(self) -> str:
        """Return the state after the move, as people call it."""
        return str(State(self.after).label)


class FigureQuerySet(models.QuerySet["Figure"]):
    """The vocabulary for reading figures."""

    def visible_to(self, user: User) -> Self:
        """Return the figures of the reports that `user` may see."""
        return self.filter(report__in=Report.objects.visible_to(user))

    def in_form_order(self) -> Self:
        """Sort as the form is printed."""
        return self.order_by("report", "indicator__section__number", "indicator__position", "item")

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related(
            "indicator__section", "report__area__district", "report__area__province", "report__period__area"
        )


ENTERED = ["own", "printed_word", "printed_value", "explanation", "register_on", "version"]
# Recomputed by movement/rollup.py from the level below (total by the database itself), so history does not hold them.
DERIVED = ["below", "total", "areas_counted", "areas_expected", "synthetic"]


class Figure(Record):
    """One indicator of one report. `own` is what this level itself did; `total` adds the approved reports below.

    An empty value means not known, which is not zero.
    """

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="figures")
    indicator = models.ForeignKey(
        Indicator, verbose_name=_("Indicator"), on_delete=models.PROTECT, related_name="figures"
    )
    item = models.CharField(_("item"), max_length=60, blank=True, editable=False)
    own = models.BigIntegerField(
        _("Own level"), null=True, blank=True, help_text=_("What this level itself did. Empty: not known; 0: none.")
    )
    printed_word = models.CharField(_("word"), max_length=10, choices=Word.choices, blank=True)
    printed_value = models.BigIntegerField(
        _("printed as"), null=True, blank=True, help_text=_("For “nearly 9.000”: choose the word and enter 9000.")
    )
    explanation = models.CharField(
        _("Note"),
        max_length=500,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("What is to be known of the figure. What looks wrong is explained where it is found."),
    )
    register_on = models.DateField(_("register counted as of"), null=True, blank=True, editable=False)
    below = models.BigIntegerField(_("From the levels below"), null=True, editable=False)
    total = models.GeneratedField(
        expression=Case(
            When(own__isnull=True, below__isnull=True, then=None),
            default=Coalesce("own", 0) + Coalesce("below", 0),
            output_field=models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(_("Total"), null=True),
        db_persist=True,
    )
    areas_counted = models.PositiveIntegerField(_("communes included"), default=0, editable=False)
    areas_expected = models.PositiveIntegerField(_("communes expected"), default=0, editable=False)
    synthetic = models.BooleanField(_("illustrative"), default=False, editable=False)

    objects = FigureQuerySet.as_manager()
    history = history(excluded_fields=DERIVED)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("Figures")
        ordering = ["report", "indicator", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator", "item"],
                name="report_has_one_figure_an_indicator",
                violation_error_message=_("The report already has this figure."),
            ),
            models.CheckConstraint(
                condition=Q(own__isnull=True) | Q(own__gte=0, own__lte=MOST),
                name="figure_is_not_negative",
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.CheckConstraint(
                condition=Q(printed_value__isnull=True, printed_word="") | Q(printed_value__gt=0) & ~Q(printed_word=""),
                name="figure_is_printed_with_word_and_value",
                violation_error_message=_("“nearly 9.000” has a word and a number: give both or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.report}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save what officers enter; what the roll-up derives is left as it now stands in the database."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = [name for name in ENTERED if name != "version"]
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=["below", "total"])

    @property
    def label(self) -> str:
        """Return the name of the indicator, with the kind of unit where the indicator is broken down."""
        if not self.item:
            return self.indicator.name
        return f"{self.indicator.name}: {kind_name(self.item)}"

    @property
    def printed(self) -> str:
        """Return the total as it is printed: with its word where it has one."""
        return worded(self.printed_value, self.printed_word) if self.printed_word else worded(self.total)

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the figure."""
        return [self.report.area]

    @property
    def is_left_to_heirs(self) -> bool:
        """Say whether whoever came after the area finishes the report."""
        return self.report.is_left_to_heirs

    @property
    def is_locked(self) -> bool:
        """Say whether the report is past the point where figures may be entered."""
        return not self.report.is_open

    def clean(self) -> None:
        """Check the printed form against the value. Raises ValidationError by field."""
        if self.own is not None and self.own < 0:
            raise ValidationError({"own": _("A figure cannot be below zero.")})
        if self.own is not None and self.own > MOST:
            raise ValidationError(
                {"own": _("The figure is larger than anything that is counted here: check the zeros.")}
            )
        if bool(self.printed_word) != (self.printed_value is not None):
            raise ValidationError({"printed_value": _("“nearly 9.000” has a word and a number: give both or neither.")})
        total = None if self.own is None and self.below is None else (self.own or 0) + (self.below or 0)
        if (
            self.printed_word
            and self.printed_value
            and total is not None
            and not is_true_of(self.printed_word, self.printed_value, total)
        ):
            raise ValidationError(
                {"printed_value": _("“%(printed)s” is not true of %(total)s, or more than 10 %% away from it.")
                    % {"printed": worded(self.printed_value, self.printed_word), "total": worded(total)}}
            )  # fmt: skip


def kind_name(code: str, names: dict[str, Any] | None = None) -> str:
    """Return the name of the kind of unit called `code`."""
    kind = (names or {}).get(code) or UnitKind.objects.filter(code=code).first()
    return str(kind) if kind else code
