"""What others have printed, in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from config.admin import ScopedAdmin, VersionedForm
from config.languages import by_language
from movement import printed
from movement.beside import span_text
from movement.models import PublishedFigure
from movement.sheets.published import PublishedFigureSheet
from units.admin import single_commune
from units.importing.screens import SheetDesk
from units.models import UnitKind

if TYPE_CHECKING:
    from django.http import HttpRequest


class PublishedFigureForm(VersionedForm):
    """A published figure; the kind of unit is chosen by its name."""

    item = forms.ChoiceField(
        label=_("Kind of unit"),
        required=False,
        choices=lambda: [("", "---------"), *((kind.code, kind.name) for kind in UnitKind.objects.all())],
        help_text=_("Only where the figure is of one kind."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the year where the time covered is left out."""
        super().__init__(*args, **kwargs)
        if "span" in self.fields:
            self.fields["span"].required = False


@admin.register(PublishedFigure)
class PublishedFigureAdmin(SheetDesk, ScopedAdmin):
    """What others have printed."""

    shelf, place_on_shelf = "reports", 7
    form = PublishedFigureForm
    sheet_class = PublishedFigureSheet
    list_display = ["figure_label", "area", "time_text", "printed_text", "source", "of_record"]
    list_filter = ["year", "of_record", "does_not_add_up"]
    search_fields = ["area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    autocomplete_fields = ["area", "indicator"]
    fieldsets = [
        (None, {"fields": ["area", ("year", "span"), ("starts_on", "ends_on")]}),
        (_("What was counted"), {"fields": ["indicator", "item", ("metric", "unit"), "scope"]}),
        (
            _("Figure"),
            {"fields": [("word", "value"), ("rate", "numerator", "denominator"), "rate_rule", "is_unstated"]},
        ),
        (_("Source"), {"fields": ["source", "quote", ("of_record", "does_not_add_up"), "note"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Bring the name of the kind of unit along, so that the list asks for none of its own."""
        kinds = UnitKind.objects.filter(code=OuterRef("item")).order_by()
        name = Subquery(kinds.values(by_language("name_vi", "name_en"))[:1])
        return super().get_queryset(request).annotate(kind_name=Coalesce(name, "item"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the person's commune where there is one only."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        commune = single_commune(request)
        return {"area": commune.pk, **initial} if commune else initial

    def store(self, request: HttpRequest, obj: PublishedFigure, form: Any, *, change: bool) -> None:
        """Store the figure by its service."""
        printed.store(obj)

    @admin.display(description=_("what was counted"))
    def figure_label(self, figure: Any) -> str:
        """Return the name of the figure, with the kind of unit."""
        name = figure.indicator.name if figure.indicator else figure.metric
        return f"{name}: {figure.kind_name}" if figure.item else name

    @admin.display(description=_("time"), ordering="year")
    def time_text(self, figure: PublishedFigure) -> str:
        """Return the year, ungrouped, and the span where it is another."""
        return " · ".join(text for text in (str(figure.year or ""), span_text(figure)) if text)

    @admin.display(description=_("figure"), ordering="value")
    def printed_text(self, figure: PublishedFigure) -> str:
        """Return the number as printed."""
        return figure.printed
