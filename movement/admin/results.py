"""Results that come as counts, in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from movement.admin.work import WorkAdmin, year_filter
from movement.models import MediationResult, SafetyStandardResult
from movement.sheets.results import MediationSheet, StandardSheet
from units.admin import BelowFilter

if TYPE_CHECKING:
    from decimal import Decimal


@admin.register(SafetyStandardResult)
class SafetyStandardResultAdmin(WorkAdmin):
    """Results of the standard “Safe in security and order”."""

    shelf, place_on_shelf = "work", 8
    sheet_class = StandardSheet
    list_display = ["year_text", "object", "area_label", "total", "registered", "met", "rated"]
    list_filter = ["object", "year", BelowFilter]
    autocomplete_fields = ["area", "recogniser"]
    fieldsets = [
        (None, {"fields": ["area", "year", "object", ("total", "registered", "met")]}),
        (
            _("Rating by the province"),
            {
                "fields": [("excellent", "good", "average"), "explanation"],
                "description": _("Where the province rates beside the standard. Numbers stay as they were published."),
            },
        ),
        (_("Decision"), {"fields": ["recogniser", ("decision_number", "decision_date")]}),
    ]

    @admin.display(description=_("year"), ordering="year")
    def year_text(self, result: SafetyStandardResult) -> str:
        """Return the year, ungrouped."""
        return str(result.year)

    @admin.display(description=_("rated in all"))
    def rated(self, result: SafetyStandardResult) -> int | None:
        """Return how many were rated."""
        return result.rated


@admin.register(MediationResult)
class MediationResultAdmin(WorkAdmin):
    """Mediation at the grassroots."""

    shelf, place_on_shelf = "work", 9
    sheet_class = MediationSheet
    list_display = ["starts_on", "ends_on", "area_label", "received", "successful", "rate", "rate_of_received"]
    list_filter = [year_filter("ends_on"), BelowFilter]
    fields = [
        "area", ("starts_on", "ends_on"), "received", ("successful", "unsuccessful", "pending"), "explanation",
    ]  # fmt: skip

    @admin.display(description=_("percent of settled"))
    def rate(self, result: MediationResult) -> str | None:
        """Return the percentage successful of what was settled."""
        return percent(result.rate)

    @admin.display(description=_("percent of received"))
    def rate_of_received(self, result: MediationResult) -> str | None:
        """Return the percentage successful of what was received."""
        return percent(result.rate_of_received)


def percent(rate: Decimal | None) -> str | None:
    """Return a percentage as it is printed: 64,36 %."""
    return None if rate is None else f"{formats.localize(rate, use_l10n=True)} %"
