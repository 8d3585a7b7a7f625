"""What was held: launches, information sessions, festival days, training."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.numbers import MOST
from config.records import history
from units.boundary import refuse_blocked_text
from units.models import Body, VoidableRecord, VoidableRecordQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable


class EventQuerySet(VoidableRecordQuerySet):
    """The vocabulary for reading events."""

    def held_between(self, first: date, last: date) -> EventQuerySet:
        """Return the events that began from `first` to `last`, both counted in."""
        return self.filter(starts_on__gte=first, starts_on__lte=last)


class Event(VoidableRecord):
    """A launch, an information session, a festival day or a training; several alike may stand in one row."""

    class Kind(models.TextChoices):
        LAUNCH = "launch", _("Mass launch")
        INFORMATION = "information", _("Information session")
        FESTIVAL_DAY = "festival_day", _("Movement festival day")
        TRAINING = "training", _("Training")

    class HostLevel(models.TextChoices):
        RESIDENTIAL = "residential", _("Village, street residential group")
        COMMUNE = "commune", _("commune")
        DISTRICT = "district", _("district")
        PROVINCE = "province", _("province")
        ORGANISATION = "organisation", _("agency, enterprise or school")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(
        _("name"),
        max_length=250,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("What it was about, for example “Phát động phong trào năm 2022”."),
    )
    host = models.ForeignKey(
        Body, verbose_name=_("host"), null=True, blank=True, on_delete=models.PROTECT, related_name="events_hosted",
        help_text=_("The body that held it. Empty: the area itself."),
    )  # fmt: skip
    host_level = models.CharField(
        _("held at"),
        max_length=20,
        choices=HostLevel.choices,
        blank=True,
        help_text=_("For a festival day: where it was held, because it is counted by level."),
    )
    village = models.CharField(
        _("Village, street residential group"), max_length=100, blank=True, validators=[refuse_blocked_text]
    )
    starts_on = models.DateField(_("day"), help_text=_("Day first: 05/12/2024. Of several days the first."))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    sessions = models.PositiveIntegerField(
        _("sessions"), default=1, help_text=_("How many sessions, or how many places of a festival day.")
    )
    attendance = models.PositiveIntegerField(
        _("attendances"), null=True, blank=True, help_text=_("Turns, not persons. Empty: not known; 0: none.")
    )
    gifts = models.PositiveIntegerField(
        _("gifts"), null=True, blank=True, help_text=_("Counts only, never names of receivers.")
    )
    gift_value = models.BigIntegerField(_("value of the gifts, in dong"), null=True, blank=True)
    is_pilot = models.BooleanField(_("model event of the level above"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])
    synthetic = models.BooleanField(_("illustrative"), default=False, editable=False)

    objects: ClassVar[Any] = EventQuerySet.as_manager()
    history = history()
    as_of = ("starts_on",)
    joined = ("host",)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("Launches and information sessions")
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["area", "starts_on"], name="event_area_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["launch", "information", "festival_day", "training"]), name="event_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(sessions__gte=1),
                name="event_has_a_session",
                violation_error_message=_("An event has at least one session."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="festival_day") | ~Q(host_level=""),
                name="festival_day_names_its_level",
                violation_error_message=_("Say where the festival day was held: it is counted by level."),
            ),
            models.CheckConstraint(
                condition=Q(gift_value__isnull=True) | Q(gift_value__gte=0, gift_value__lte=MOST),
                name="gift_value_is_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.get_kind_display()}, {self.starts_on:%d/%m/%Y}"

    def clean(self) -> None:
        """Check the days and the numbers against each other. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("starts_on", "ends_on"))
        if self.kind == self.Kind.FESTIVAL_DAY and not self.host_level:
            raise ValidationError({"host_level": _("Say where the festival day was held: it is counted by level.")})
        if self.attendance is not None and self.sessions and 0 < self.attendance < self.sessions:
            raise ValidationError({"attendance": _("Fewer attendances than sessions: check both numbers.")})


def refuse_days_beyond_reason(record: models.Model, names: Iterable[str]) -> None:
    """Raise ValidationError for a day before 1945 or more than a year ahead: a slip of the year."""
    latest = timezone.localdate() + timedelta(days=366)
    for name in names:
        day = getattr(record, name)
        if day is not None and not date(1945, 1, 1) <= day <= latest:
            raise ValidationError({name: _("The day must lie between 1945 and a year from today.")})
