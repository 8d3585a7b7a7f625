"""Who reviews whose report: the chain of review, as data with dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins, stands_once
from units.boundary import refuse_blocked_text
from units.models import Area

if TYPE_CHECKING:
    from units.models import User


class ReportingLine(models.TextChoices):
    """Through whose offices a report goes up."""

    GOVERNMENT = "government", _("government line")
    POLICE = "police", _("police line")


class ReviewRouteQuerySet(DatedQuerySet):
    """The vocabulary for reading routes."""

    def visible_to(self, user: User) -> Self:
        """Return all routes: the catalogue is public."""
        return self


class ReviewRoute(Dated):
    """Reports of one level go to another for review, in one line and for a time; a level without a route owes none.

    Where a line has no route at all on a day, reports go up the tree of areas.
    """

    line = models.CharField(_("reporting line"), max_length=12, choices=ReportingLine.choices)
    level = models.CharField(_("level"), max_length=10, choices=Area.Level.choices)
    to_level = models.CharField(_("goes to"), max_length=10, choices=Area.Level.choices)
    source = models.CharField(_("source"), max_length=200, blank=True, validators=[refuse_blocked_text])

    objects = ReviewRouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("route of review")
        verbose_name_plural = _("Chain of review")
        ordering = ["line", "valid_from", "level"]
        constraints = [
            ends_after_it_begins("review_route_ends_after_it_begins"),
            *stands_once("review_route_begins_once", "line", "level"),
            models.CheckConstraint(condition=Q(line__in=ReportingLine.values), name="review_route_line_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_line_display()}: {self.get_level_display()} → {self.get_to_level_display()}"

    @property
    def lies_in(self) -> list[Area]:
        """Return no area: catalogues are kept by administrators."""
        return []
