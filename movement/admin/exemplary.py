"""Types of model, models, their sites and exemplars in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.admin import ScopedInline
from movement.admin.work import WorkAdmin, year_filter
from movement.models import Exemplar, ModelSite, ModelType, PopularModel
from movement.sheets.exemplary import ExemplarSheet, ModelSiteSheet, ModelTypeSheet, PopularModelSheet
from units.admin import BelowFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class OperationFilter(admin.SimpleListFilter):
    """Models in operation today, or ended."""

    title = _("state")
    parameter_name = "kept"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("in operation")), ("no", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        match self.value():
            case "yes":
                return queryset.kept_on(today)  # type: ignore[attr-defined]
            case "no":
                return queryset.filter(ended_on__lte=today)
            case _other:
                return queryset


@admin.register(ModelType)
class ModelTypeAdmin(WorkAdmin):
    """Types of model; those of the areas above are seen, and kept there."""

    shelf, place_on_shelf = "work", 6
    sheet_class = ModelTypeSheet
    list_display = ["name", "sector", "area_label", "is_skilful", "is_sensitive", "disseminated_on"]
    list_filter = ["sector", "is_skilful", BelowFilter]
    search_fields = ["search_key", "area__search_key"]
    search_help_text = _("Name with or without diacritics.")
    ordering = ["sort_key", "pk"]
    fields = ["name", "area", "sector", "is_skilful", "is_sensitive", "disseminated_on", "note"]


class ModelSiteInline(ScopedInline):
    """Where the model is at work; equipment stands on the page of the site."""

    model = ModelSite
    fields = ["area", "village", "sites", "valid_from", "valid_to"]
    autocomplete_fields = ["area"]
    show_change_link = True


@admin.register(PopularModel)
class PopularModelAdmin(WorkAdmin):
    """Models; one that is kept above and has a site in the person's area is seen, and kept above."""

    shelf, place_on_shelf = "work", 4
    sheet_class = PopularModelSheet
    inlines = [ModelSiteInline]
    list_display = ["name", "type", "area_label", "keeper", "established_on", "ended_on"]
    list_filter = [OperationFilter, "is_replicated", year_filter("established_on"), BelowFilter]
    search_fields = ["search_key", "type__search_key", "area__search_key"]
    search_help_text = _("Name of the model, of its type or of the area, with or without diacritics.")
    ordering = ["sort_key", "pk"]
    autocomplete_fields = ["area", "type", "keeper"]
    fieldsets = [
        (None, {"fields": ["name", "type", "area", "keeper", ("established_on", "ended_on")]}),
        (_("More"), {"fields": ["is_replicated", "recognition", "note"]}),
    ]


@admin.register(ModelSite)
class ModelSiteAdmin(WorkAdmin):
    """Sites of all models as one list, for sheets."""

    shelf, place_on_shelf = "work", 5
    sheet_class = ModelSiteSheet
    list_display = ["model", "area_label", "village", "sites", "valid_from", "valid_to"]
    list_filter = [BelowFilter]
    search_fields = ["model__search_key", "area__search_key"]
    search_help_text = _("Name of the model or of the area, with or without diacritics.")
    ordering = ["model__sort_key", "area__sort_key", "pk"]
    autocomplete_fields = ["model", "area"]
    fields = [
        "model", "area", "village", "sites", ("equipment", "equipment_unit"), ("valid_from", "valid_to"),
    ]  # fmt: skip


@admin.register(Exemplar)
class ExemplarAdmin(WorkAdmin):
    """Exemplars: collectives by name, individuals and households by number."""

    shelf, place_on_shelf = "work", 7
    sheet_class = ExemplarSheet
    list_display = ["kind", "__str__", "number", "area_label", "recognised_on", "recognised_by"]
    list_filter = ["kind", year_filter("recognised_on"), BelowFilter]
    autocomplete_fields = ["area", "model", "recognised_by"]
    fields = ["kind", "name", "number", "area", "model", ("recognised_on", "ended_on"), "recognised_by", "note"]
