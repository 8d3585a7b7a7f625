"""Decisions and the list of those whom they commend, which only those see who work with the names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards import recording
from awards.forms import CommendationFormSet, DecisionForm, ListedForm, NewcomerForm
from awards.models import AwardDecision, Commendation
from awards.sheets.decisions import DecisionSheet
from config.admin import ScopedAdmin, ScopedInline, any_word
from units.admin import BelowFilter, VoidableMixin
from units.attachments import download_link, store_upload
from units.auth import may, person
from units.importing.screens import SheetDesk

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


def single_area(request: HttpRequest) -> Any:
    """Return the area of all the person's postings; None where they lie in several."""
    areas = list({area.pk: area for area in person(request).reach().areas}.values())
    return areas[0] if len(areas) == 1 else None


class RowInline(ScopedInline):
    """Rows of a decision: the forms of award are chosen here and kept elsewhere."""

    model = Commendation
    fk_name = "decision"
    formset = CommendationFormSet

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave room: a catalogue is not edited from a row, a recipient only added."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_view_related = False
            field.widget.can_add_related &= db_field.name == "recipient"
        return field


class ListedInline(RowInline):
    """Who stands on the decision."""

    form = ListedForm
    fields = ["recipient", "form", "printed_form", "achievement", "presented_on"]
    readonly_fields = ["recipient"]
    show_change_link = True
    verbose_name_plural = _("Commendations")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Further ones are entered below."""
        return False


class NewcomerInline(RowInline):
    """Further commendations: a recipient on record is chosen, a new one is named in the row."""

    form = NewcomerForm
    fields = ["recipient", "new_kind", "new_name", "new_workplace", "form", "achievement"]
    autocomplete_fields = ["recipient"]
    extra = 3
    verbose_name_plural = _("Further commendations")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show nothing: what is on record stands above."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change nothing: what is on record stands above."""
        return False

    def choices_for(self, db_field: Any, request: HttpRequest) -> Any:
        """Offer recipients who still have a name."""
        queryset = super().choices_for(db_field, request)
        return queryset.filter(removed_on__isnull=True) if db_field.name == "recipient" else queryset


@admin.register(AwardDecision)
class AwardDecisionAdmin(VoidableMixin, SheetDesk, ScopedAdmin):
    """Decisions on commendations."""

    shelf, place_on_shelf = "commendations", 1
    sheet_class = DecisionSheet
    form = DecisionForm
    inlines = [ListedInline, NewcomerInline]
    list_display = ["printed", "decided_on", "authority", "year_text", "area_label", "listed"]
    list_filter = ["year", "authority", "occasion", BelowFilter]
    search_fields = ["area__search_key"]
    search_help_text = _("Area with or without diacritics, or the number: “ba be”, “1034”, “09/QĐ-UBND”.")
    ordering = ["-decided_on", "-pk"]  # counting the list would lose that of the model
    autocomplete_fields = ["area", "issuer"]
    readonly_fields = ["kept_file"]
    fieldsets = [
        (
            None,
            {"fields": ["area", "year", ("number", "symbol"), "decided_on", "authority", "issuer", "abstract"]},
        ),
        (_("Signature"), {"fields": [("signer_capacity", "signer_post"), "signer_name"]}),
        (_("Grounds"), {"fields": ["ground", "theme", "occasion", "legal_basis"]}),
        (
            _("Numbers and names"),
            {
                "fields": [
                    ("stated_collectives", "stated_individuals", "stated_households"),
                    "publishes_names",
                    "power_reason",
                ]
            },
        ),
        (_("File"), {"fields": ["kept_file", "upload", "note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the list of each decision."""
        return super().get_queryset(request).annotate(listed_rows=Count("commendations"))

    @admin.display(description=_("Decision number and symbol"), ordering="number")
    def printed(self, decision: AwardDecision) -> str:
        """Return number and symbol; a decision without them shows what it is about."""
        return decision.printed_number or decision.abstract

    @admin.display(description=_("year"), ordering="year")
    def year_text(self, decision: AwardDecision) -> str:
        """Return the year, ungrouped."""
        return str(decision.year)

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, decision: AwardDecision) -> str:
        """Return the area with what lies above."""
        return decision.area.label

    @admin.display(description=_("listed"), ordering="listed_rows")
    def listed(self, decision: Any) -> int:
        """Return how many commendations are on record."""
        return decision.listed_rows

    @admin.display(description=_("file on record"))
    def kept_file(self, decision: AwardDecision) -> str:
        """Return the link to the scan."""
        return download_link(decision.file)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by the area's folded key, or by the very number, with or without the symbol."""
        if not search_term.strip():
            return queryset, False
        number, symbol = recording.split_number(search_term)
        numbered = Q(number=number)
        if symbol:
            numbered &= Q(symbol=symbol)
        return queryset.filter(any_word(search_term, *self.search_fields) | numbered), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Hand the scan, which holds the names, to those only who may see them; take one from those who may store it."""
        hidden = set()
        if obj is None or not may(person(request), "view", Commendation, Commendation(decision=obj)):
            hidden.add("kept_file")
        if not (self.has_change_permission(request, obj) if obj else self.has_add_permission(request)):
            hidden.add("upload")
        return [
            (name, {**options, "fields": [one for one in options["fields"] if one not in hidden]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin in the area of the person's only posting."""
        area = single_area(request)
        return {**({"area": area.pk} if area else {}), **super().get_changeform_initial_data(request)}

    def store(self, request: HttpRequest, obj: AwardDecision, form: Any, *, change: bool) -> None:
        """Store the scan and the decision; the powers are asked once more when its rows are stored."""
        store_upload(form, obj, by=person(request))
        recording.decide(obj, by=person(request), rows_follow=True)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store the rows by their service, which also enters recipients named for the first time."""
        formset.save(commit=False)
        for row in [*(row for row, _names in formset.changed_objects), *formset.new_objects]:
            recording.record(row, by=person(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the rows, then look at the decision as a whole."""
        super().save_related(request, form, formsets, change)
        recording.ask_powers(form.instance)
        if differences := recording.unlike_stated(form.instance):
            messages.warning(
                request,
                gettext("The list is not what the decision states. %(differences)s.")
                % {"differences": "; ".join(differences)},
            )
