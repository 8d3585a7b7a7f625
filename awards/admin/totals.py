"""What others have published of commendations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards.admin.decisions import single_area
from awards.models import ReportedAwardTotal
from awards.models.decisions import shown_source
from awards.sheets.totals import ReportedTotalSheet
from config.admin import ScopedAdmin
from config.words import worded
from units.admin import BelowFilter, VoidableMixin
from units.importing.screens import SheetDesk

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(ReportedAwardTotal)
class ReportedAwardTotalAdmin(VoidableMixin, SheetDesk, ScopedAdmin):
    """Totals that others have published, split or not, with or without a number."""

    shelf, place_on_shelf = "commendations", 4
    sheet_class = ReportedTotalSheet
    list_display = ["area", "year_text", "form_names", "authority_names", "numbers", "short_source"]
    list_filter = ["year", "occasion", BelowFilter]
    search_fields = ["area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    autocomplete_fields = ["area"]
    fieldsets = [
        (None, {"fields": ["area", "year", ("starts_on", "ends_on"), "forms", "authorities"]}),
        (
            _("Numbers"),
            {
                "fields": [
                    ("to_collectives", "to_individuals", "to_households"),
                    "word",
                    ("collectives", "individuals", "households", "mixed"),
                ],
                "description": _("What the source does not tell stays empty: an empty number is not zero."),
            },
        ),
        (_("Source"), {"fields": ["occasion", "ground", "source", "quote", "note"]}),
    ]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the short catalogues as boxes to tick."""
        return super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin in the area of the person's only posting."""
        area = single_area(request)
        return {**({"area": area.pk} if area else {}), **super().get_changeform_initial_data(request)}

    @admin.display(description=_("year"), ordering="year")
    def year_text(self, total: ReportedAwardTotal) -> str:
        """Return the year, ungrouped."""
        return "" if total.year is None else str(total.year)

    @admin.display(description=_("Titles and forms of award"))
    def form_names(self, total: ReportedAwardTotal) -> str:
        """Return the forms that the number covers."""
        return ", ".join(form.name for form in total.forms.all())

    @admin.display(description=_("Deciding authorities"))
    def authority_names(self, total: ReportedAwardTotal) -> str:
        """Return the authorities that the source names."""
        return ", ".join(one.printed for one in total.authorities.all())

    @admin.display(description=_("Numbers"))
    def numbers(self, total: ReportedAwardTotal) -> str:
        """Return what the source counts, or that it counts nothing."""
        told = [
            f"{label}: {worded(number, total.word)}"
            for label, number in (
                (gettext("collectives"), total.collectives),
                (gettext("individuals"), total.individuals),
                (gettext("households"), total.households),
                (gettext("together, not split"), total.mixed),
            )
            if number is not None
        ]
        return "; ".join(told) or gettext("number not published")

    @admin.display(description=_("source"))
    def short_source(self, total: ReportedAwardTotal) -> str:
        """Return the beginning of the source."""
        return shown_source(total.source)
