"""Agencies and organisations: owners of tasks, parties to clusters, issuers of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins, stands_once
from config.records import NamedRecord, history
from units.boundary import refuse_blocked_text
from units.models.areas import Area
from units.models.existence import AsOf

if TYPE_CHECKING:
    from units.models.people import User


class BodyQuerySet(DatedQuerySet):
    """The vocabulary for reading bodies."""

    def visible_to(self, user: User) -> Self:
        """Return the bodies in the reach of `user`, and those at the areas above it."""
        reach = user.reach()
        above = {key for area in reach.areas for key in area.line}
        return self.filter(reach.condition("area__") | models.Q(area__in=above))

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("area__district", "area__province")


class Body(AsOf, Dated, NamedRecord):
    """An agency or organisation of an area. Names change: a new name is a new row."""

    class Kind(models.TextChoices):
        PEOPLES_COMMITTEE = "peoples_committee", _("People's Committee")
        POLICE = "police", _("police")
        FRONT = "front", _("Fatherland Front")
        STEERING_COMMITTEE = "steering_committee", _("Steering Committee")
        DEPARTMENT = "department", _("department")
        ORGANISATION = "organisation", _("organisation")
        ENTERPRISE = "enterprise", _("enterprise")
        SCHOOL = "school", _("school")
        OTHER = "other", _("other body")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200, validators=[refuse_blocked_text])
    short_name = models.CharField(_("short name"), max_length=60, blank=True, validators=[refuse_blocked_text])
    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="bodies")

    objects = BodyQuerySet.as_manager()
    history = history()
    as_of = ("valid_from",)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("Bodies")
        ordering = ["sort_key", "pk"]
        constraints = [
            ends_after_it_begins("body_ends_after_it_begins"),
            *stands_once("body_stands_once", "area", "name", message=_("This body of the area is already on record.")),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "peoples_committee",
                        "police",
                        "front",
                        "steering_committee",
                        "department",
                        "organisation",
                        "enterprise",
                        "school",
                        "other",
                    ]
                ),
                name="body_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def search_text(self) -> str:
        """Return the names of the body and of its area."""
        return f"{self.name} {self.short_name} {self.area.name}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the body."""
        return [self.area]
