"""What a report says in words: its sections, its shortcomings, the tasks it sets and how they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.records import history
from movement.models.events import refuse_days_beyond_reason
from movement.models.reports import APPROVED_STATES, Report
from movement.models.wording import Wording, plausible_year
from units.boundary import refuse_blocked_text
from units.models import Body, PartRecord, PartRecordQuerySet

if TYPE_CHECKING:
    from datetime import date

    from units.models import Area, User


class TextQuerySet(PartRecordQuerySet):
    """The vocabulary for reading what reports say in words."""

    public = Q(is_public=True)

    def visible_to(self, user: User) -> Self:
        """Return the texts in the reach of `user`, and what is public in the approved reports of sibling areas."""
        return self.filter(user.reach().condition("report__area__") | self.public_in_sight(user))

    def public_in_sight(self, user: User) -> Q:
        """Return the condition that a text is public and its report in the sight of `user`."""
        return self.public & Q(report__in=Report.objects.visible_to(user))


class ReportSectionQuerySet(TextQuerySet):
    """The vocabulary for reading sections; one without a public text is internal as a whole."""

    public = ~Q(text="")


class ReportSection(Wording, PartRecord):
    """One paragraph of a report. What is public and what stays inside the offices are two texts."""

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("General assessment")
        RESULTS = "results", _("Results")
        BRIGHT_SPOT = "bright_spot", _("Bright spots")
        CAUSES = "causes", _("Causes")
        PROPOSALS = "proposals", _("Proposals")

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="sections")
    kind = models.CharField(_("section"), max_length=20, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.TextField(
        _("public text"),
        max_length=4000,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Published with the year. Empty: nothing is published."),
    )
    internal_text = models.TextField(
        _("internal text"),
        max_length=4000,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For the offices only; never published."),
    )

    objects: ClassVar[Any] = ReportSectionQuerySet.as_manager()
    history = history()
    whole_name = "report"

    class Meta:
        verbose_name = _("section of the report")
        verbose_name_plural = _("Sections of the report")
        ordering = ["report", "kind", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["assessment", "results", "bright_spot", "causes", "proposals"]),
                name="report_section_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(internal_text=""),
                name="report_section_says_something",
                violation_error_message=_("Write the public or the internal text."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {shortened(self.text or self.internal_text)}"


class Shortcoming(Wording, PartRecord):
    """A shortcoming that a report names, how far it reaches, and why."""

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="shortcomings")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    extent = models.CharField(
        _("extent"),
        max_length=200,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("How far it reaches, for example “ở một số địa phương”."),
    )
    extent_en = models.CharField(_("extent in English"), max_length=200, blank=True, validators=[refuse_blocked_text])
    causes = models.TextField(_("Causes"), max_length=2000, blank=True, validators=[refuse_blocked_text])
    causes_en = models.TextField(_("causes in English"), max_length=2000, blank=True, validators=[refuse_blocked_text])
    is_public = models.BooleanField(_("published with the year"), default=True)
    follows = models.ForeignKey(
        "self",
        verbose_name=_("named before"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        help_text=_("The same shortcoming in the report of an earlier year."),
    )

    objects: ClassVar[Any] = TextQuerySet.as_manager()
    history = history()
    whole_name = "report"
    joined = ("report__area", "report__period__area")

    class Meta:
        verbose_name = _("shortcoming")
        verbose_name_plural = _("Shortcomings and limitations")
        ordering = ["report", "position", "pk"]

    def __str__(self) -> str:
        return shortened(self.text)

    def clean(self) -> None:
        """Check that the earlier shortcoming is of the same area and earlier. Raises ValidationError by field."""
        if self.follows is None or not self.report_id:
            return
        earlier, report = self.follows.report, self.report
        if earlier.period.ends_on >= report.period.ends_on:
            raise ValidationError({"follows": _("Choose a shortcoming of an earlier report.")})
        if earlier.area_id != report.area_id and not report.area.origins.filter(predecessor=earlier.area_id).exists():
            raise ValidationError({"follows": _("Choose a shortcoming of the same area.")})


class TaskQuerySet(TextQuerySet):
    """The vocabulary for reading tasks."""

    def visible_to(self, user: User) -> Self:
        """Return also the tasks of approved reports that a body in the reach of `user` leads."""
        reach = user.reach()
        led = reach.condition("lead__area__") & Q(report__state__in=APPROVED_STATES)
        return self.filter(reach.condition("report__area__") | self.public_in_sight(user) | led)

    def open(self) -> Self:
        """Return the tasks that still wait to be done."""
        return self.filter(state__in=Task.OPEN)

    def overdue_on(self, day: date) -> Self:
        """Return the open tasks that were due before `day`."""
        return self.open().filter(due_on__lt=day)

    def due_by(self, day: date) -> Self:
        """Return the open tasks that are due on `day` or before; one without a day is due in its year."""
        return self.open().filter(Q(due_on__lte=day) | Q(due_on__isnull=True, year__lte=day.year))


class Task(Wording, PartRecord):
    """What a report sets for the next year: who leads, how much, by when, and out of which shortcoming."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("done")
        CARRIED_OVER = "carried_over", _("carried over to the next year")
        DROPPED = "dropped", _("dropped")

    OPEN = (State.OPEN, State.UNDER_WAY)

    report = models.ForeignKey(Report, verbose_name=_("report"), on_delete=models.PROTECT, related_name="tasks")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    year = models.PositiveSmallIntegerField(_("for the year"))
    shortcoming = models.ForeignKey(
        Shortcoming,
        verbose_name=_("shortcoming"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        help_text=_("The shortcoming that the task is to mend."),
    )
    carried_from = models.ForeignKey(
        "self",
        verbose_name=_("carried over from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_to",
    )
    lead = models.ForeignKey(
        Body, verbose_name=_("Lead body"), null=True, blank=True, on_delete=models.PROTECT, related_name="tasks_led"
    )
    cooperating = models.ManyToManyField(
        Body, verbose_name=_("Cooperating body"), blank=True, related_name="tasks_shared"
    )
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    quantity_unit = models.CharField(_("unit of measure"), max_length=40, blank=True, validators=[refuse_blocked_text])
    place = models.CharField(_("place"), max_length=200, blank=True, validators=[refuse_blocked_text])
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False)
    is_public = models.BooleanField(_("published with the year"), default=True)

    objects: ClassVar[Any] = TaskQuerySet.as_manager()
    history = history(m2m_fields=[cooperating])
    whole_name = "report"
    joined = ("report__area", "report__period__area", "lead")

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("Tasks for next year")
        ordering = ["report", "position", "pk"]
        constraints = [
            plausible_year("task_year_is_plausible"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "under_way", "done", "carried_over", "dropped"]),
                name="task_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {shortened(self.text)}"

    @property
    def is_overdue(self) -> bool:
        """Say whether the task was due and is not done."""
        return self.state in self.OPEN and self.due_on is not None and self.due_on < timezone.localdate()

    def clean(self) -> None:
        """Check the day, the year and where the task comes from. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("due_on",))
        if self.report_id and self.year is not None and self.year < self.report.period.year:
            raise ValidationError({"year": _("A task is set for the report's year or a later one.")})
        if self.shortcoming is not None and self.report_id and self.shortcoming.report_id != self.report_id:
            raise ValidationError({"shortcoming": _("Choose a shortcoming of the same report.")})
        if self.carried_from is not None and self.carried_from.year >= (self.year or 0):
            raise ValidationError({"carried_from": _("A task is carried over from an earlier year.")})


class TaskProgressQuerySet(PartRecordQuerySet):
    """The vocabulary for reading progress."""

    def visible_to(self, user: User) -> Self:
        """Return the progress of tasks in the reach of `user`, and of approved ones that a body there leads: not of neighbours."""
        reach = user.reach()
        led = reach.condition("task__lead__area__") & Q(task__report__state__in=APPROVED_STATES)
        return self.filter(reach.condition("task__report__area__") | led)


class TaskProgress(PartRecord):
    """How a task stood on a day; entered while the year goes on, so the report's lock does not hold it."""

    task = models.ForeignKey(Task, verbose_name=_("task"), on_delete=models.PROTECT, related_name="progress")
    noted_on = models.DateField(_("day"), default=timezone.localdate)
    state = models.CharField(_("state"), max_length=20, choices=Task.State.choices, default=Task.State.UNDER_WAY)
    done = models.PositiveIntegerField(_("done so far"), null=True, blank=True, help_text=_("In the unit of the task."))
    text = models.TextField(_("text"), max_length=2000, blank=True, validators=[refuse_blocked_text])

    objects: ClassVar[Any] = TaskProgressQuerySet.as_manager()
    history = history()
    whole_name = "task"

    class Meta:
        verbose_name = _("progress of a task")
        verbose_name_plural = _("Progress")
        ordering = ["task", "noted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "under_way", "done", "carried_over", "dropped"]),
                name="task_progress_state_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.noted_on:%d/%m/%Y}: {self.get_state_display()}"

    is_locked = False

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that may note progress: the report's, and that of the body that leads."""
        task: Any = self.task
        return [*task.lies_in, *([task.lead.area] if task.lead else [])]

    def clean(self) -> None:
        """Check the day. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("noted_on",))


def shortened(text: str) -> str:
    """Return the beginning of `text`, for lists."""
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"
