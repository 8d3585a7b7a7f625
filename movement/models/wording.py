"""Public text in Vietnamese with an English text beside it, and the years that records belong to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.boundary import refuse_blocked_text

MIN_YEAR, MAX_YEAR = 1945, 2200


class Wording(models.Model):
    """A text that is published in Vietnamese; in English where somebody has written it."""

    text = models.TextField(_("text"), max_length=4000, validators=[refuse_blocked_text])
    text_en = models.TextField(
        _("text in English"),
        max_length=4000,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Empty: the English page shows the Vietnamese text."),
    )

    class Meta:
        abstract = True


def plausible_year(name: str, field: str = "year") -> models.CheckConstraint:
    """Return the constraint that a year lies between 1945 and 2200, or is not given."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": MIN_YEAR, f"{field}__lte": MAX_YEAR}),
        name=name,
        violation_error_message=_("The year must lie between 1945 and 2200."),
    )
