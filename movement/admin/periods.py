"""Opening periods, their form, and more time for those who need it, in the admin."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.admin import RefusableForm, ScopedAdmin, VersionedForm
from movement import deadlines, opening, reports
from movement.models import Extension, Indicator, Period
from movement.models.periods import DAYS
from units.auth import may, person

if TYPE_CHECKING:
    from collections.abc import Iterable


class PeriodForm(VersionedForm):
    """A period; what it asks is chosen before it is opened."""

    def clean(self) -> dict[str, Any] | None:
        """Check that the chosen lines are in force, and that a year asks the whole form."""
        cleaned = super().clean() or {}
        chosen, last_day = cleaned.get("indicators"), cleaned.get("ends_on")
        if chosen and cleaned.get("kind") == Period.Kind.YEAR:
            self.add_error("indicators", _("A yearly report always has the whole form: tick nothing."))
        elif chosen and last_day and (wrong := [one.name for one in chosen if not one.is_valid_on(last_day)]):
            said = _("Not in force on the last day of the period: %(lines)s.") % {"lines": ", ".join(wrong)}
            self.add_error("indicators", said)
        return cleaned


class NextPeriodForm(RefusableForm):
    """The days of the next period. `shown` carries the days for which the preview on the page was made."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Period
        fields = DAYS

    def pairs(self) -> list[tuple[Any, Any]]:
        """Return the fields in rows: begin and end, the cut-off, then due day and last day of entry by level."""
        return [(self["starts_on"], self["ends_on"]), (self["cutoff_on"], None)] + [
            (self[f"due_{level}_on"], self[f"closes_{level}_on"]) for level in ("commune", "district", "province")
        ]


def days_written(period: Period) -> str:
    """Return all days of `period` in one text, to tell whether they are those that were shown."""
    return " ".join(f"{getattr(period, name) or '-'}" for name in DAYS)


def by_section(lines: Iterable[Indicator]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return lines of the form as choices, by section."""
    ordered = sorted(lines, key=lambda one: (one.section.number, one.position, one.code))
    return [
        (str(section), [(one.pk, one.name) for one in group])
        for section, group in groupby(ordered, key=lambda one: one.section)
    ]


@admin.register(Period)
class PeriodAdmin(ScopedAdmin):
    """Opening a period gives every area its draft."""

    shelf, place_on_shelf = "reports", 8
    form = PeriodForm
    list_display = ["__str__", "area", "starts_on", "ends_on", "cutoff_on"]
    list_select_related = ["area"]
    list_filter = ["kind", "year"]
    search_fields = ["area__search_key"]
    autocomplete_fields = ["area"]
    change_form_template = "admin/movement/period/change_form.html"
    fieldsets = [
        (None, {"fields": ["area", "kind", "year", "name", "line"]}),
        (_("Data window"), {"fields": [("starts_on", "ends_on"), "cutoff_on"]}),
        (_("Due dates"), {"fields": ["due_commune_on", "due_district_on", "due_province_on"]}),
        (
            _("Locking"),
            {
                "fields": ["closes_commune_on", "closes_district_on", "closes_province_on"],
                "description": _(
                    "After this day nothing can be entered or sent, unless the area is given more time. Empty: never locked; a report may be late all the same."
                ),
            },
        ),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask which lines are wanted before the period is opened; then tell how many they are."""
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj is None:
            asked = (_("What is asked"), {"fields": ["indicators"], "classes": ["collapse", "asked"]})
            return [*fieldsets[:-1], asked, fieldsets[-1]]
        return [*fieldsets[:-1], (_("What is asked"), {"fields": ["form_lines"]}), fieldsets[-1]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Tell of an open period how many lines its form has."""
        return ["form_lines"] if obj is not None else []

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Lead those who open years to the next period from each that can be opened again."""
        shown = list(super().get_list_display(request))
        return [*shown, "next_one"] if self._may(request, "add", Period(kind=Period.Kind.YEAR)) else shown

    @admin.display(description=_("Lines of the form"))
    def form_lines(self, period: Period) -> str:
        """Return how many lines the form has."""
        return str(Indicator.objects.of_form(period).count())

    @admin.display(description=_("Next year"))
    def next_one(self, period: Period) -> str:
        """Return the link to the page that opens the next one."""
        if period.kind == Period.Kind.OTHER:
            return ""
        address = reverse("admin:movement_period_next", args=[period.pk])
        text = gettext("Open %(year)s like this") % {"year": period.year + 1}
        return format_html('<a href="{}">{}</a>', address, text)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the lines of the form by section, to be ticked."""
        if db_field.name != "indicators":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        lines = Indicator.objects.select_related("section")
        field = super().formfield_for_manytomany(
            db_field, request, queryset=lines, widget=forms.CheckboxSelectMultiple, **kwargs
        )
        field.choices = by_section(lines)
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Keep the lists of the form to themselves: lines are added to the catalogue, not here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "indicators" and field is not None:
            field.widget = field.widget.widget
        return field

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave the year to those who may open one."""
        if db_field.name == "kind" and not may(person(request), "add", Period, Period(kind=Period.Kind.YEAR)):
            kwargs["choices"] = [one for one in Period.Kind.choices if one[0] != Period.Kind.YEAR]
            kwargs["initial"] = Period.Kind.HALF
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store what is asked, then open the reports."""
        super().save_related(request, form, formsets, change)
        self.tell_opened(request, reports.open_period(form.instance, by=person(request)))

    def tell_opened(self, request: HttpRequest, opened: list[Any]) -> None:
        """Say how many reports were opened."""
        if opened:
            messages.info(
                request, gettext("%(count)d reports were opened, one for each area.") % {"count": len(opened)}
            )

    def get_urls(self) -> list[Any]:
        """Add the addresses of opening the next one and of renewing the form."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/next/", wrap(self.next_view), name="movement_period_next"),
            path("<int:pk>/form/", wrap(self.form_view), name="movement_period_form"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show who has been given more time, and lead to what can be done."""
        period = kwargs.get("obj")
        if period is not None:
            user = person(request)
            context |= {
                "may_open_next": period.kind != Period.Kind.OTHER and self._may(request, "add", period),
                "may_renew": self._may(request, "change", period),
                "may_extend": may(user, "add", Extension) and any(map(period.closes_on, deadlines.LEVELS)),
                "extensions": Extension.objects.visible_to(user).for_list().filter(period=period),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def next_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Propose the next year's period, show what it would open, and open it once that has been seen."""
        last: Period = self.find_in_sight(request, pk)
        if last.kind == Period.Kind.OTHER:
            raise Http404
        proposed = opening.next_year_of(last)
        opening.demand(proposed, by=person(request))
        same = {"area": proposed.area, "kind": proposed.kind, "year": proposed.year}
        if there := Period.objects.filter(**same).first():
            messages.info(request, gettext("“%(period)s” is open already.") % {"period": there})
            return redirect("admin:movement_period_change", there.pk)
        form = NextPeriodForm(request.POST or None, instance=proposed, initial={"shown": days_written(proposed)})
        valid = form.is_valid() if form.is_bound else True
        if request.method == "POST" and valid and "open" in request.POST:
            if form.cleaned_data["shown"] == days_written(proposed):
                try:
                    opened = opening.open_like(last, proposed, by=person(request))
                except ValidationError as error:
                    form.add_error(None, error.messages)
                    valid = False
                else:
                    self.tell_opened(request, opened)
                    return redirect("admin:movement_period_change", proposed.pk)
            else:
                messages.warning(request, gettext("You changed days: look at what would be opened now, then open it."))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Open %(period)s") % {"period": proposed},
            "subtitle": None,
            "opts": self.opts,
            "last": last,
            "period": proposed,
            "form": form,
            "rows": [(pair, [getattr(last, one.name) if one else None for one in pair]) for pair in form.pairs()],
            "shown": days_written(proposed),
            "preview": opening.preview(proposed, last) if valid else None,
            "back": reverse("admin:movement_period_change", args=[last.pk]),
        }
        return TemplateResponse(request, "admin/movement/period/next.html", context)

    def form_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the form of an open period, and add lines to it."""
        period: Period = self.find_in_sight(request, pk)
        if request.method == "POST":
            keys = {int(key) for key in request.POST.getlist("line") if key.isdecimal() and len(key) < 19}
            chosen = [one for one in opening.renewal(period).addable if one.pk in keys]
            try:
                changed = opening.renew_form(period, chosen, by=person(request))
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
            else:
                messages.success(
                    request,
                    gettext("Lines added to the form: %(lines)d. Reports that have new lines now: %(reports)d.")
                    % {"lines": len(chosen), "reports": changed},
                )
            return redirect("admin:movement_period_form", pk)
        found = opening.renewal(period)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Form of %(period)s") % {"period": period},
            "subtitle": None,
            "opts": self.opts,
            "period": period,
            "renewal": found,
            "may_renew": self._may(request, "change", period),
            "addable": by_section(found.addable),
            "whole": period.kind == Period.Kind.YEAR,
            "lines": by_section(Indicator.objects.of_form(period).select_related("section")),
            "back": reverse("admin:movement_period_change", args=[period.pk]),
        }
        return TemplateResponse(request, "admin/movement/period/form.html", context)


@admin.register(Extension)
class ExtensionAdmin(ScopedAdmin):
    """More time for an area, given by those above it."""

    shelf, place_on_shelf = "reports", 7
    list_display = ["area_label", "period", "until", "in_force", "reason", "given_by"]
    list_filter = ["period__year"]
    search_fields = ["area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    ordering = ["-until", "area__code"]
    autocomplete_fields = ["area"]
    fields = ["period", "area", "until", "reason"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose among the periods; they are opened elsewhere."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "period" and field is not None:
            field.widget.can_add_related = field.widget.can_change_related = False
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep period and area: another area is another extension."""
        return ["period", "area", "given_by"] if obj is not None else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Tell who gave it."""
        return [*self.fields, "given_by"] if obj is not None else list(self.fields)

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, extension: Extension) -> str:
        """Return the area with what lies above."""
        return extension.area.label

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, extension: Extension) -> bool:
        """Say whether it is not over yet."""
        return extension.is_in_force

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store it by its service, and say at the area who may not give it."""
        try:
            deadlines.give(obj, by=person(request))
        except PermissionDenied as refusal:
            raise ValidationError(str(refusal)) from refusal
