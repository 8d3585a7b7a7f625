"""What was held, inspected and issued, in the admin; and what the lists of the year's work share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext_lazy as _

from config.admin import ScopedAdmin, VersionedForm
from movement.models import Event, Inspection, IssuedDocument
from movement.sheets.work import DocumentSheet, EventSheet, InspectionSheet
from units.admin import BelowFilter, VoidableMixin, single_commune
from units.attachments import download_link, store_upload
from units.auth import person
from units.forms import UploadMixin
from units.importing.screens import SheetDesk

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from units.models import Area


def year_filter(day: str) -> type[admin.SimpleListFilter]:
    """Return a filter by the calendar years in which the field `day` of the list lies."""

    class YearFilter(admin.SimpleListFilter):
        title = _("year")
        parameter_name = "year"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            days = model_admin.get_queryset(request).order_by().dates(day, "year", order="DESC")
            return [(str(one.year), str(one.year)) for one in days if one]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            if self.value() not in {key for key, _name in self.lookup_choices}:
                return queryset
            year = int(self.value() or 0)
            return queryset.filter(**{f"{day}__range": (date(year, 1, 1), date(year, 12, 31))})

    return YearFilter


def area_in_short(area: Area) -> str:
    """Return the area with its district: room for a province is wanting, and a list lies in one."""
    above = area.district
    return f"{area}, {above}" if above is not None and above.pk != area.pk else str(area)


class WorkAdmin(VoidableMixin, SheetDesk, ScopedAdmin):
    """A list of what areas did or keep, found by area and handed in and out as a sheet."""

    search_fields: Any = ["area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    autocomplete_fields: Any = ["area"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Give an officer of one commune the commune."""
        initial = super().get_changeform_initial_data(request)
        commune = single_commune(request)
        return {"area": commune.pk, **initial} if commune else initial

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, record: Any) -> str:
        """Return the area with its district."""
        return area_in_short(record.area)


@admin.register(Event)
class EventAdmin(WorkAdmin):
    """Launches, information sessions, festival days, training."""

    shelf, place_on_shelf = "work", 1
    sheet_class = EventSheet
    list_display = ["starts_on", "kind", "what", "area_label", "sessions", "attendance"]
    list_filter = ["kind", year_filter("starts_on"), BelowFilter]
    search_fields = ["area__search_key", "host__search_key"]
    search_help_text = _("Name of the area or of the host with or without diacritics.")
    autocomplete_fields = ["area", "host"]
    fieldsets = [
        (None, {"fields": ["kind", "name", ("starts_on", "ends_on"), "area", ("host_level", "village")]}),
        (
            _("Numbers"),
            {
                "fields": [("sessions", "attendance"), ("gifts", "gift_value")],
                "description": _("Numbers only: no names, no telephone numbers, no addresses."),
            },
        ),
        (_("More"), {"fields": ["host", "is_pilot", "note"]}),
    ]

    @admin.display(description=_("name or village"))
    def what(self, event: Event) -> str:
        """Return what it was about, else where it was held."""
        return truncatechars(event.name or event.village or "—", 80)


@admin.register(Inspection)
class InspectionAdmin(WorkAdmin):
    """Visits to inspect and guide."""

    shelf, place_on_shelf = "work", 2
    sheet_class = InspectionSheet
    list_display = ["held_on", "area_label", "inspected", "body", "visits", "topic"]
    list_filter = [year_filter("held_on"), BelowFilter]
    search_fields = ["area__search_key", "inspected__search_key"]
    autocomplete_fields = ["area", "inspected", "body"]
    fields = ["area", "held_on", "inspected", "visits", "subject", "body", "note"]

    @admin.display(description=_("topic of the visit"))
    def topic(self, inspection: Inspection) -> str:
        """Return the beginning of the subject."""
        return truncatechars(inspection.subject, 80)


class DocumentForm(UploadMixin, VersionedForm):
    """A document, with its file."""

    class Meta:
        model = IssuedDocument
        exclude: tuple[str, ...] = ("file",)


@admin.register(IssuedDocument)
class IssuedDocumentAdmin(WorkAdmin):
    """Documents on the movement, with their files."""

    shelf, place_on_shelf = "work", 3
    form = DocumentForm
    sheet_class = DocumentSheet
    list_display = ["issued_on", "kind", "number", "short_abstract", "area_label", "kept_file"]
    list_filter = ["kind", year_filter("issued_on"), BelowFilter]
    search_fields = ["area__search_key", "issuer__search_key"]
    search_help_text = _("Name of the area or of the issuer with or without diacritics.")
    autocomplete_fields = ["area", "issuer"]
    fields = ["area", "kind", ("number", "issued_on"), "issuer", "abstract", "kept_file", "upload"]
    readonly_fields = ["kept_file"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("file")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the file where there is one, and ask for one where the person may hand it in."""
        fields = list(super().get_fields(request, obj))
        if obj is None or obj.file_id is None:
            fields.remove("kept_file")
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may_write:
            fields.remove("upload")
        return fields

    @admin.display(description=_("abstract"))
    def short_abstract(self, document: IssuedDocument) -> str:
        """Return the beginning of the abstract."""
        return truncatechars(document.abstract, 80)

    @admin.display(description=_("file"))
    def kept_file(self, document: IssuedDocument) -> str:
        """Return the link to the file."""
        return download_link(document.file)

    def store(self, request: HttpRequest, obj: IssuedDocument, form: Any, *, change: bool) -> None:
        """Store the file, then the document."""
        store_upload(form, obj, by=person(request))
        obj.save()
