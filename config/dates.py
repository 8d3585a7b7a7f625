"""Half-open spans of days: a row is in force on D when valid_from <= D < valid_to; an empty end is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    import datetime

    from django_stubs_ext import StrOrPromise


def in_force(day: datetime.date, prefix: str = "") -> Q:
    """Return the condition that a row is in force on `day`; `prefix` ends with two underscores."""
    return (Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with a first day and a day after the last."""

    def valid_on(self, day: datetime.date) -> Self:
        """Return the rows in force on `day`."""
        return self.filter(in_force(day))


class Dated(models.Model):
    """A row in force from `valid_from` (empty: since before the records) until the day before `valid_to` (empty: still)."""

    valid_from = models.DateField(
        _("from"), null=True, blank=True, help_text=_("First day. Empty: since before the records begin.")
    )
    valid_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The day after the last day. Empty: still in force.")
    )

    class Meta:
        abstract = True

    def is_valid_on(self, day: datetime.date) -> bool:
        """Say whether the row is in force on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


def ends_after_it_begins(name: str, *, may_be_empty: bool = False) -> models.CheckConstraint:
    """Return the constraint that a span ends after it begins; an empty span is allowed where `may_be_empty`."""
    later = Q(valid_to__gte=F("valid_from")) if may_be_empty else Q(valid_to__gt=F("valid_from"))
    return models.CheckConstraint(
        condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | later,
        name=name,
        violation_error_message=_("The end must come after the beginning."),
    )


def stands_once(name: str, *fields: str, message: StrOrPromise = "") -> list[models.UniqueConstraint]:
    """Return the constraints that one row of `fields` begins on a day, an open beginning counting as one day."""
    told: dict[str, Any] = {"violation_error_message": message} if message else {}
    return [
        models.UniqueConstraint(fields=[*fields, "valid_from"], name=name, **told),
        models.UniqueConstraint(
            fields=list(fields), condition=Q(valid_from__isnull=True), name=f"{name}_since_ever", **told
        ),
    ]
