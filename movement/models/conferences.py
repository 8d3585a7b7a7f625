"""The conference that closes a year: what was on it, what was directed there, and which decisions were announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from awards.models import AwardDecision, ReportedAwardTotal
from config.records import history
from movement.models.events import refuse_days_beyond_reason
from movement.models.programmes import Programme
from movement.models.texts import Task, shortened
from movement.models.wording import Wording, plausible_year
from units.boundary import refuse_blocked_text
from units.models import AreaRecord, Body, PartRecord, PartRecordQuerySet

if TYPE_CHECKING:
    from datetime import date


class Conference(AreaRecord):
    """A conference. The year that it closes is a field: it may be held before that year ends, or in the next."""

    class PartOfDay(models.TextChoices):
        MORNING = "morning", _("morning")
        AFTERNOON = "afternoon", _("afternoon")
        EVENING = "evening", _("evening")
        DAY = "day", _("whole day")

    class Mode(models.TextChoices):
        ON_SITE = "on_site", _("on site")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("on site and online")

    year = models.PositiveSmallIntegerField(_("year"), help_text=_("The year that the conference closes."))
    name = models.CharField(_("name"), max_length=300, validators=[refuse_blocked_text])
    name_en = models.CharField(_("name (English)"), max_length=300, blank=True, validators=[refuse_blocked_text])
    held_on = models.DateField(_("day"), help_text=_("Day first: 06/01/2023."))
    part_of_day = models.CharField(_("part of the day"), max_length=10, choices=PartOfDay.choices, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True, validators=[refuse_blocked_text])
    venue_en = models.CharField(_("venue in English"), max_length=200, blank=True, validators=[refuse_blocked_text])
    host = models.ForeignKey(
        Body, verbose_name=_("host"), null=True, blank=True, on_delete=models.PROTECT, related_name="conferences"
    )
    chair_office = models.CharField(
        _("offices of the chair"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_(
            "As printed, for example “Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh”. The person's name is not needed."
        ),
    )
    chair_office_en = models.CharField(
        _("offices of the chair, in English"), max_length=300, blank=True, validators=[refuse_blocked_text]
    )
    mode = models.CharField(_("how it was held"), max_length=10, choices=Mode.choices, default=Mode.ON_SITE)
    connected_points = models.PositiveIntegerField(_("connected points"), null=True, blank=True)
    paper_count = models.PositiveIntegerField(
        _("papers read"), null=True, blank=True, help_text=_("Where their number is known but not their titles.")
    )
    source = models.CharField(_("source"), max_length=300, blank=True, validators=[refuse_blocked_text])
    is_public = models.BooleanField(_("published with the year"), default=True)

    history = history()
    as_of = ("held_on",)  # it may be held after the year that it closes, by the successor
    joined = ("host",)

    class Meta:
        verbose_name = _("conference")
        verbose_name_plural = _("Year-end conference")
        ordering = ["-year", "-held_on", "pk"]
        constraints = [
            plausible_year("conference_year_is_plausible"),
            models.UniqueConstraint(
                fields=["area", "year", "held_on", "name"],
                name="conference_stands_once",
                violation_error_message=_("This conference is already on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.held_on:%d/%m/%Y})"

    def clean(self) -> None:
        """Check the day. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("held_on",))


class AgendaItem(Wording, PartRecord):
    """What the conference dealt with."""

    conference = models.ForeignKey(
        Conference, verbose_name=_("conference"), on_delete=models.PROTECT, related_name="agenda"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agenda_items",
        help_text=_("Empty: the movement itself."),
    )

    history = history()
    whole_name = "conference"

    class Meta:
        verbose_name = _("Agenda item")
        verbose_name_plural = _("Agenda")
        ordering = ["conference", "position", "pk"]

    def __str__(self) -> str:
        return shortened(self.text)


class Paper(PartRecord):
    """A paper read at the conference."""

    conference = models.ForeignKey(
        Conference, verbose_name=_("conference"), on_delete=models.PROTECT, related_name="papers"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=300, validators=[refuse_blocked_text])
    body = models.ForeignKey(
        Body, verbose_name=_("body"), null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )

    history = history()
    whole_name = "conference"

    class Meta:
        verbose_name = _("Paper")
        verbose_name_plural = _("Papers")
        ordering = ["conference", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class DirectiveQuerySet(PartRecordQuerySet):
    """The vocabulary for reading directives. One that a task carries out is done with the task."""

    def open(self) -> Self:
        """Return the directives that still wait to be carried out, as far as a task tells."""
        return self.filter(Q(task__isnull=True) | Q(task__state__in=Task.OPEN))

    def overdue_on(self, day: date) -> Self:
        """Return the open directives that were due before `day`."""
        return self.open().filter(due_on__lt=day)

    def due_by(self, day: date) -> Self:
        """Return the open directives that are due on `day` or before."""
        return self.open().filter(due_on__lte=day)


class Directive(Wording, PartRecord):
    """What the chair directed: to whom, and by when."""

    conference = models.ForeignKey(
        Conference, verbose_name=_("conference"), on_delete=models.PROTECT, related_name="directives"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    addressees = models.ManyToManyField(
        Body, verbose_name=_("addressees"), blank=True, related_name="directives_received"
    )
    addressed_to = models.CharField(
        _("addressed to"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("As printed, where no single body is named: “các sở, ngành, địa phương”."),
    )
    addressed_to_en = models.CharField(
        _("addressed to, in English"), max_length=300, blank=True, validators=[refuse_blocked_text]
    )
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    task = models.ForeignKey(
        Task,
        verbose_name=_("task"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="directives",
        help_text=_("The task of the report by which it is carried out."),
    )

    objects: ClassVar[Any] = DirectiveQuerySet.as_manager()
    history = history(m2m_fields=[addressees])
    whole_name = "conference"

    class Meta:
        verbose_name = _("Directive")
        verbose_name_plural = _("Directives")
        ordering = ["conference", "position", "pk"]

    def __str__(self) -> str:
        return shortened(self.text)

    @property
    def sent_to(self) -> str:
        """Return the bodies that the directive went to, and what is printed in their place."""
        return "; ".join(filter(None, [*map(str, self.addressees.all()), self.addressed_to]))

    @property
    def is_overdue(self) -> bool:
        """Say whether the directive was due and is not carried out, as far as a task tells."""
        done = self.task is not None and self.task.state not in Task.OPEN
        return not done and self.due_on is not None and self.due_on < timezone.localdate()

    def clean(self) -> None:
        """Check the day. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("due_on",))


class Announcement(PartRecord):
    """A decision, or a total that nobody has split, announced at the conference ("Dịp này …")."""

    conference = models.ForeignKey(
        Conference, verbose_name=_("conference"), on_delete=models.PROTECT, related_name="announcements"
    )
    decision = models.ForeignKey(
        AwardDecision,
        verbose_name=_("Award decision"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="announcements",
    )
    total = models.ForeignKey(
        ReportedAwardTotal,
        verbose_name=_("Reported total, not split"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="announcements",
    )

    history = history()
    whole_name = "conference"

    class Meta:
        verbose_name = _("decision announced")
        verbose_name_plural = _("Decisions announced")
        ordering = ["conference", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__isnull=True, total__isnull=False) | Q(decision__isnull=False, total__isnull=True),
                name="announcement_is_a_decision_or_a_total",
                violation_error_message=_("Choose a decision or a reported total, not both."),
            )
        ]

    def __str__(self) -> str:
        return str(self.decision or self.total)

    def clean(self) -> None:
        """Check that what was announced belongs to the area. Raises ValidationError by field."""
        announced: Any = self.decision or self.total
        if announced is None or not self.conference_id:
            return
        home = self.conference.area
        if announced.area_id not in home.line and home.pk not in announced.area.line:
            field = "decision" if self.decision else "total"
            raise ValidationError(
                {field: _("%(record)s belongs to another area than the conference.") % {"record": announced}}
            )
