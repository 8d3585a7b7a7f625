"""Forms of award, the offices that give them, their powers, and the grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from awards.models import AwardForm, AwardGround, AwardingAuthority, AwardingPower
from config.admin import CatalogueAdmin, RefusableForm, ScopedInline

if TYPE_CHECKING:
    from django.http import HttpRequest

DAYS = ("valid_from", "valid_to")


@admin.register(AwardForm)
class AwardFormAdmin(CatalogueAdmin):
    """Titles and forms of award."""

    shelf, place_on_shelf = "catalogues", 4
    list_display = ["name", "category", "to_collectives", "to_individuals", "to_households", "once_per_person"]
    list_filter = ["category"]
    search_fields = ["name_vi", "name_en", "code"]
    search_help_text = _("Name with or without diacritics, or code.")
    fieldsets = [
        (None, {"fields": ["code", "name_vi", "name_en", "category", "position"]}),
        (_("Recipients"), {"fields": ["to_collectives", "to_individuals", "to_households", "once_per_person"]}),
        (_("Legal basis"), {"fields": ["legal_basis", "is_verified", DAYS, "note"]}),
    ]


class PowerInline(ScopedInline):
    """What the office may give, from when to when."""

    model = AwardingPower
    form: Any = RefusableForm
    fields = ["form", *DAYS, "source", "is_verified"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Carry no version: a catalogue has none."""
        return self.fields


@admin.register(AwardingAuthority)
class AwardingAuthorityAdmin(CatalogueAdmin):
    """Offices that decide on awards."""

    shelf, place_on_shelf = "catalogues", 5
    inlines = [PowerInline]
    list_display = ["name", "level", "printed", "valid_from", "valid_to"]
    list_filter = ["level"]
    search_fields = ["name_vi", "name_en", "printed_vi", "code"]
    search_help_text = _("Name with or without diacritics, or code.")
    fieldsets = [
        (None, {"fields": ["code", "name_vi", "name_en", "level", "position"]}),
        (_("In reports"), {"fields": ["printed_vi", "printed_en", DAYS]}),
    ]

    @admin.display(description=_("as printed"), ordering="printed_vi")
    def printed(self, authority: AwardingAuthority) -> str:
        """Return the name as reports print it."""
        return authority.printed


@admin.register(AwardingPower)
class AwardingPowerAdmin(CatalogueAdmin):
    """Which office may give which form since when, and by which article."""

    shelf, place_on_shelf = "catalogues", 6
    list_display = ["authority", "form", "valid_from", "valid_to", "is_verified", "source"]
    list_filter = ["is_verified", "form", "authority"]
    list_select_related = ["authority", "form"]
    search_fields = ["authority", "form", "source"]
    search_help_text = _("Office, form of award or article, with or without diacritics.")
    fields = ["authority", "form", DAYS, "source", "is_verified"]


@admin.register(AwardGround)
class AwardGroundAdmin(CatalogueAdmin):
    """Types of commendation."""

    shelf, place_on_shelf = "catalogues", 7
    list_display = ["name", "code", "counts_in_year", "legal_basis", "valid_from", "valid_to"]
    search_fields = ["name_vi", "name_en", "code"]
    search_help_text = _("Name with or without diacritics, or code.")
    fields = ["code", "name_vi", "name_en", "counts_in_year", "legal_basis", DAYS, "position"]
