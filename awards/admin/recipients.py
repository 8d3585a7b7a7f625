"""Recipients and their commendations: pages for those who work with the names, which no message repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards import recording
from awards.admin.decisions import single_area
from awards.forms import CommendationForm
from awards.models import Commendation, Recipient
from awards.sheets.commendations import CommendationSheet
from config.admin import ScopedAdmin
from units.admin import BelowFilter
from units.auth import person
from units.importing.screens import SheetDesk

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class Nameless(ScopedAdmin):
    """A page whose messages hold no name: they are kept in cookies and sessions until they are shown."""

    def message_user(
        self, request: HttpRequest, message: Any, level: Any = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        """Say that it was stored, not whom it is about."""
        said = gettext("Stored.") if level in {messages.SUCCESS, messages.INFO} else message
        super().message_user(request, said, level, *args, **kwargs)


@admin.register(Recipient)
class RecipientAdmin(Nameless):
    """Who was commended: the one place where a name is kept."""

    shelf, place_on_shelf = "commendations", 3
    list_display = ["name_or_removal", "kind", "post", "workplace", "area_label"]
    list_filter = ["kind", BelowFilter]
    search_help_text = _("Name or workplace with or without diacritics.")
    ordering = ["sort_key", "pk"]
    autocomplete_fields = ["area"]
    fields = ["kind", "name", "post", "workplace", "area"]

    @admin.display(description=_("name"), ordering="sort_key")
    def name_or_removal(self, recipient: Recipient) -> str:
        """Return the name, or that it was removed."""
        return str(recipient) if recipient.removed_on else recipient.name

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, recipient: Recipient) -> str:
        """Return the area with what lies above."""
        return recipient.area.label

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by folded words; lists to choose from offer only who still has a name."""
        queryset, doubled = super().get_search_results(request, queryset, search_term)
        return (queryset.filter(removed_on__isnull=True) if "field_name" in request.GET else queryset), doubled

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin in the area of the person's only posting."""
        area = single_area(request)
        return {**({"area": area.pk} if area else {}), **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave a tombstone as it is."""
        return not (obj and obj.removed_on) and super().has_change_permission(request, obj)


@admin.register(Commendation)
class CommendationAdmin(SheetDesk, Nameless):
    """Each commendation on its own page: when it was presented, and whether it was revoked."""

    shelf, place_on_shelf = "commendations", 2

    class InArea(BelowFilter):
        """The areas one level below the person's postings, by the decision."""

        path = "decision__area"

    sheet_class = CommendationSheet
    form = CommendationForm
    list_display = ["recipient", "form", "decision", "year_text", "state"]
    list_filter = ["state", "decision__year", "form", InArea]
    search_fields = ["recipient__search_key"]
    search_help_text = _("Recipient with or without diacritics.")
    autocomplete_fields = ["decision", "recipient", "revoked_by"]
    fieldsets = [
        (None, {"fields": ["decision", "recipient", "form", "printed_form", "achievement", "presented_on"]}),
        (
            _("Revocation"),
            {
                "fields": ["revoked_on", "revoked_by", "revocation_reason"],
                "description": _("Only where a later decision takes it back. It stays on record and is shown nowhere."),
            },
        ),
    ]

    @admin.display(description=_("year"), ordering="decision__year")
    def year_text(self, commendation: Commendation) -> str:
        """Return the year, ungrouped."""
        return str(commendation.decision.year)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join what the name of a row shows."""
        return super().get_queryset(request).select_related(*Commendation.joined, "decision")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a commendation on its decision."""
        return ["decision"] if obj else []

    def store(self, request: HttpRequest, obj: Commendation, form: Any, *, change: bool) -> None:
        """Store the commendation by its service."""
        recording.record(obj, by=person(request))
