"""Programmes beside the movement, what they measure, and where areas stood, in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.admin import ScopedAdmin, ScopedInline
from config.words import worded
from movement.admin.work import WorkAdmin, area_in_short, year_filter
from movement.models import Programme, ProgrammeMeasure, ProgrammeSnapshot
from movement.sheets.programmes import SnapshotSheet
from units.admin import BelowFilter

if TYPE_CHECKING:
    from django.http import HttpRequest


class ProgrammeMeasureInline(ScopedInline):
    """What the programme measures, one below the other: side by side they are wider than the officers' screens."""

    model = ProgrammeMeasure
    template = "admin/edit_inline/stacked.html"
    fields = [("position", "name"), "name_en", ("unit", "unit_en"), ("target", "target_year"), "indicator"]
    autocomplete_fields = ["indicator"]


@admin.register(Programme)
class ProgrammeAdmin(ScopedAdmin):
    """Programmes of some years; administrators keep them."""

    shelf, place_on_shelf = "catalogues", 9
    inlines = [ProgrammeMeasureInline]
    list_display = ["__str__", "code", "area_label", "years", "legal_basis"]
    search_help_text = _("Name with or without diacritics, or code.")
    autocomplete_fields = ["area"]
    fieldsets = [
        (None, {"fields": ["area", "code", "name", "name_en", ("short_name", "short_name_en"), "legal_basis"]}),
        (_("Years"), {"fields": [("first_year", "last_year", "vision_year")]}),
    ]

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, programme: Programme) -> str:
        """Return the area with its district."""
        return area_in_short(programme.area)

    @admin.display(description=_("years"))
    def years(self, programme: Programme) -> str:
        """Return the years, ungrouped."""
        return f"{programme.first_year or '…'}–{programme.last_year or '…'}"


@admin.register(ProgrammeSnapshot)
class ProgrammeSnapshotAdmin(WorkAdmin):
    """Where areas stood in what a programme measures."""

    shelf, place_on_shelf = "work", 10
    sheet_class = SnapshotSheet
    list_display = ["taken_on", "measure", "area_label", "printed", "aim", "source"]
    list_filter = [year_filter("taken_on"), BelowFilter]
    search_fields = ["area__search_key", "measure__programme__search_key"]
    search_help_text = _("Name of the area or of the programme, with or without diacritics.")
    fields = ["measure", "area", "taken_on", ("word", "value"), "target", "source", "note"]

    def choices_for(self, db_field: Any, request: HttpRequest) -> Any:
        """Name the programme with each measure."""
        queryset = super().choices_for(db_field, request)
        return queryset.select_related("programme") if db_field.name == "measure" else queryset

    @admin.display(description=_("value"), ordering="value")
    def printed(self, snapshot: ProgrammeSnapshot) -> str:
        """Return the value as it is printed."""
        return snapshot.printed

    @admin.display(description=_("Target"))
    def aim(self, snapshot: ProgrammeSnapshot) -> str:
        """Return the target of the area, else that of the programme."""
        return worded(snapshot.aim) or "—"  # type: ignore[arg-type]
