"""Administrative reorganisations as records: the act, its table from old to new, what a person decided, what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.records import Record, history
from config.workflow import Step
from units.boundary import refuse_blocked_text
from units.models.areas import Area, AreaSuccession
from units.models.clusters import ClusterMember
from units.models.imports import ImportBatch
from units.models.people import Posting
from units.models.teams import Unit

if TYPE_CHECKING:
    import datetime

    from units.models.people import User


LONGEST = timedelta(minutes=30)  # a process that dies keeps nobody out, or waiting, for longer


class ReorganisationQuerySet(models.QuerySet["Reorganisation"]):
    """The vocabulary for reading reorganisations."""

    def visible_to(self, user: User) -> Self:
        """Return those of areas in the reach of `user`."""
        return self.filter(user.reach().condition("area__"))


class Reorganisation(Record):
    """One legal act that changes areas on one day, and its application to what stands in them.

    Its table is the catalogue's own for that day or, where it has lines, the one that was handed in with it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPLIED = "applied", _("Applied")
        UNDONE = "undone", _("Taken back")

    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        on_delete=models.PROTECT,
        related_name="reorganisations",
        help_text=_("The province, as it was before, or the country: all below it moves together."),
    )
    act = models.CharField(
        _("legal act"),
        max_length=200,
        validators=[refuse_blocked_text],
        help_text=_("Number and symbol, for example 1683/NQ-UBTVQH15."),
    )
    effective_on = models.DateField(
        _("in force from"), help_text=_("The first day of the new areas, for example 01/07/2025.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    writes = models.ForeignKey(
        ImportBatch,
        verbose_name=_("what it wrote"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="reorganisations",
    )
    asked_at = models.DateTimeField(_("asked for at"), null=True, editable=False)  # until the worker is done
    failure = models.TextField(_("why it was not applied"), blank=True, editable=False)

    objects = ReorganisationQuerySet.as_manager()
    history = history(excluded_fields=["failure", "asked_at"])

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("Reorganisations")
        ordering = ["-effective_on", "pk"]
        permissions = [("apply_reorganisation", "Can apply a reorganisation and take it back")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "applied", "undone"]), name="reorganisation_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["area", "effective_on"],
                condition=~Q(state="undone"),
                name="area_is_reorganised_once_a_day",
                violation_error_message=_("This area already has a reorganisation for this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} ({self.effective_on:%d/%m/%Y}), {self.area}"

    def clean(self) -> None:
        """Check the reach of the act. Raises ValidationError by field."""
        if self.area_id and self.area.level not in {Area.Level.COUNTRY, Area.Level.PROVINCE}:
            raise ValidationError({"area": _("A reorganisation is applied to a whole province or to the country.")})
        if self.area_id and self.effective_on and not self.area.is_valid_on(self.eve):
            raise ValidationError(
                {"area": _("%(area)s was not in force on the day before: choose the area as it was before the act.")
                    % {"area": self.area}}
            )  # fmt: skip

    is_left_to_heirs = True  # whoever applied it is posted to the new area the moment after, and may take it back

    @property
    def eve(self) -> datetime.date:
        """Return the last day of the old areas."""
        return self.effective_on - timedelta(days=1)

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change and apply it."""
        return [self.area] if self.area_id else []

    @property
    def is_locked(self) -> bool:
        """Say whether act and table stay as they are, because they were applied: codes once issued are never forgotten."""
        return self.state != self.State.DRAFT

    @property
    def is_under_way(self) -> bool:
        """Say whether the worker is at it; one that died is not waited for."""
        return self.asked_at is not None and self.asked_at > timezone.now() - LONGEST


class ReorganisationStep(Step):
    """One move of a reorganisation."""

    reorganisation = models.ForeignKey(
        Reorganisation, verbose_name=_("reorganisation"), on_delete=models.PROTECT, related_name="steps"
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.reorganisation}: {self.before} → {self.after}"

    @property
    def label(self) -> str:
        """Return the state after the move, as people call it."""
        return str(Reorganisation.State(self.after).label)


class ReorganisationLine(models.Model):
    """One row of the table that was handed in: an old area and one area that it went into.

    What the new area is called stands in each of its rows; an area that is abolished without a successor has no new code.
    Codes once issued stay here for ever, also where the reorganisation was taken back.
    """

    reorganisation = models.ForeignKey(
        Reorganisation, verbose_name=_("reorganisation"), on_delete=models.PROTECT, related_name="lines"
    )
    number = models.PositiveIntegerField(_("row"))
    old = models.ForeignKey(Area, verbose_name=_("old area"), on_delete=models.PROTECT, related_name="+")
    new_code = models.CharField(_("new code"), max_length=20, blank=True, db_index=True)
    gso_code = models.CharField(_("official code"), max_length=10, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Area.Level.choices, blank=True)
    area_kind = models.CharField(_("kind"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    parent_code = models.CharField(_("belongs to"), max_length=20, blank=True)
    kind = models.CharField(_("change"), max_length=10, choices=AreaSuccession.Kind.choices)
    is_main = models.BooleanField(_("main part"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("row of the table")
        verbose_name_plural = _("rows of the table")
        ordering = ["reorganisation", "number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "old", "new_code"], name="reorganisation_names_a_pair_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.old.code} → {self.new_code or '—'}"


class Destination(models.Model):
    """Where a person decided that one unit, posting or membership goes; no area: it ends with the old one."""

    reorganisation = models.ForeignKey(
        Reorganisation, verbose_name=_("reorganisation"), on_delete=models.PROTECT, related_name="destinations"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), null=True, on_delete=models.PROTECT, related_name="destinations"
    )
    posting = models.ForeignKey(
        Posting, verbose_name=_("posting"), null=True, on_delete=models.PROTECT, related_name="destinations"
    )
    member = models.ForeignKey(
        ClusterMember,
        verbose_name=_("member of the cluster"),
        null=True,
        on_delete=models.PROTECT,
        related_name="destinations",
    )
    area_code = models.CharField(_("goes to"), max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["reorganisation", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, posting__isnull=True, member__isnull=True)
                | Q(unit__isnull=True, posting__isnull=False, member__isnull=True)
                | Q(unit__isnull=True, posting__isnull=True, member__isnull=False),
                name="destination_is_of_one_thing",
            ),
            *(
                models.UniqueConstraint(
                    fields=["reorganisation", name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"destination_of_a_{name}_is_decided_once",
                )
                for name in ("unit", "posting", "member")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.posting or self.member} → {self.area_code or '—'}"


class ReadingOnly(models.Model):
    """The ledger is only read until `until`, because something large is being written; a row that is over has no force."""

    since = models.DateTimeField(_("since"), auto_now_add=True)
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("time of reading only")
        verbose_name_plural = _("times of reading only")
        ordering = ["-since"]

    def __str__(self) -> str:
        return f"{self.reason} ({timezone.localtime(self.until):%H:%M %d/%m/%Y})"
