"""The conference with all that was on it, and its directives as one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.admin import ScopedAdmin, ScopedInline, StackedScopedInline
from movement.admin.texts import DueFilter
from movement.models import AgendaItem, Announcement, Conference, Directive, Paper
from movement.sheets.conferences import ConferenceSheet, DirectiveSheet
from units.admin import BelowFilter, single_commune
from units.importing.screens import SheetDesk

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class AgendaInline(StackedScopedInline):
    """What the conference dealt with."""

    model = AgendaItem
    fields = [("position", "programme"), "text", "text_en"]
    autocomplete_fields = ["programme"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show the items by position, each with its programme."""
        return super().get_queryset(request).select_related("programme").order_by("position", "pk")


class PaperInline(ScopedInline):
    """Papers read."""

    model = Paper
    fields = ["position", "title", "body"]
    autocomplete_fields = ["body"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show the papers by position, each with its body."""
        return super().get_queryset(request).select_related("body").order_by("position", "pk")


class DirectiveInline(StackedScopedInline):
    """What the chair directed."""

    model = Directive
    fields = [
        ("position", "due_on"), "text", "text_en", "addressees", ("addressed_to", "addressed_to_en"), "task",
    ]  # fmt: skip
    autocomplete_fields = ["addressees", "task"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show the directives by position, each with those to whom it went and its task."""
        directives = super().get_queryset(request).select_related("task").prefetch_related("addressees")
        return directives.order_by("position", "pk")


class AnnouncementInline(ScopedInline):
    """Decisions, and totals that nobody has split, announced at the conference."""

    model = Announcement
    fields = ["decision", "total"]
    autocomplete_fields = ["decision", "total"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show the announcements as they were entered, each with what was announced."""
        return super().get_queryset(request).select_related("decision", "total__area").order_by("pk")


@admin.register(Conference)
class ConferenceAdmin(SheetDesk, ScopedAdmin):
    """Year-end conferences."""

    shelf, place_on_shelf = "reports", 5
    sheet_class = ConferenceSheet
    inlines = [AgendaInline, PaperInline, DirectiveInline, AnnouncementInline]
    list_display = ["name", "area_label", "year_text", "held_on", "venue", "is_public"]
    list_filter = ["year", "is_public", BelowFilter]
    search_fields = ["area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    autocomplete_fields = ["area", "host"]
    fieldsets = [
        (None, {"fields": ["area", "year", "name", "name_en"]}),
        (
            _("When, where and how"),
            {"fields": [("held_on", "part_of_day"), "venue", ("mode", "connected_points")]},
        ),
        (_("Host and chair"), {"fields": ["host", "chair_office"]}),
        (_("Source"), {"fields": ["paper_count", "source", "is_public"]}),
    ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin in the person's commune, where there is one only."""
        commune = single_commune(request)
        return {**({"area": commune.pk} if commune else {}), **super().get_changeform_initial_data(request)}

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, conference: Conference) -> str:
        """Return the area with what lies above."""
        return conference.area.label

    @admin.display(description=_("year"), ordering="year")
    def year_text(self, conference: Conference) -> str:
        """Return the year, ungrouped."""
        return str(conference.year)


class BelowConference(BelowFilter):
    """The areas one level below the person's postings, of records of a conference."""

    path = "conference__area"


@admin.register(Directive)
class DirectiveAdmin(SheetDesk, ScopedAdmin):
    """Directives as one list; they are entered with their conference."""

    shelf, place_on_shelf = "reports", 6
    sheet_class = DirectiveSheet
    list_display = ["text_start", "area_label", "year_text", "to", "due_on", "task_state", "is_late"]
    list_filter = ["conference__year", DueFilter, BelowConference]
    search_fields = ["conference__area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    ordering = ["-conference__year", "conference__area__code", "position", "pk"]
    readonly_fields = ["conference"]
    autocomplete_fields = ["addressees", "task"]
    fields = [
        "conference", "text", "text_en", "addressees", ("addressed_to", "addressed_to_en"), "due_on", "task",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Directives are entered with their conference."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join what a row shows."""
        directives = super().get_queryset(request).prefetch_related("addressees")
        return directives.select_related("conference__area__district", "conference__area__province", "task")

    @admin.display(description=_("text"))
    def text_start(self, directive: Directive) -> str:
        """Return how the text begins."""
        return str(directive)

    @admin.display(description=_("area"), ordering="conference__area__sort_key")
    def area_label(self, directive: Directive) -> str:
        """Return the area with what lies above."""
        return directive.conference.area.label

    @admin.display(description=_("year"), ordering="conference__year")
    def year_text(self, directive: Directive) -> str:
        """Return the year of the conference, ungrouped."""
        return str(directive.conference.year)

    @admin.display(description=_("addressees"))
    def to(self, directive: Directive) -> str:
        """Return to whom the directive went."""
        return truncatechars(directive.sent_to, 80)

    @admin.display(description=_("state of the task"))
    def task_state(self, directive: Directive) -> str:
        """Return where the task stands that carries the directive out."""
        return directive.task.get_state_display() if directive.task else ""

    @admin.display(description=_("Overdue"))
    def is_late(self, directive: Directive) -> str:
        """Say that the directive is overdue; on time shows nothing."""
        return gettext("Overdue") if directive.is_overdue else ""
