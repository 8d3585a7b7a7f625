"""Periods, reports, figures and editions in the admin."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from config.admin import CatalogueAdmin, ReadOnly, ScopedAdmin, ScopedInline
from config.records import StaleRecord
from config.workflow import Refused, moves_open_to
from movement import reports
from movement.admin.sources import list_of
from movement.admin.texts import TEXT_INLINES, ReportTexts
from movement.forms import CorrectionForm, FigureForm, FigureFormSet, MoveForm
from movement.models import Edition, Figure, Indicator, IndicatorSection, Period, Report, ReviewRoute
from movement.sheets.figures import FigureSheet
from movement.sheets.reports import ReportSheet
from movement.workflow import REPORT_MOVES
from units.admin import BelowFilter
from units.auth import person
from units.importing.screens import SheetDesk
from units.models import UnitKind

if TYPE_CHECKING:
    from django.db.models import QuerySet


admin.site.unregister(DBTaskResult)  # the worker's own list


@admin.register(IndicatorSection)
class IndicatorSectionAdmin(CatalogueAdmin):
    """Sections of the form."""

    shelf, place_on_shelf = "catalogues", 2
    list_display = ["number", "name_vi", "name_en"]
    list_display_links = ["name_vi"]


@admin.register(Indicator)
class IndicatorAdmin(CatalogueAdmin):
    """Lines of the form."""

    shelf, place_on_shelf = "catalogues", 1
    list_display = ["name", "code", "section", "unit", "rollup", "source", "counts", "valid_from", "valid_to"]
    list_filter = ["section", "rollup", "source"]
    list_select_related = ["section"]
    search_fields = ["name_vi", "name_en", "code"]
    autocomplete_fields = ["unit_kind"]


@admin.register(ReviewRoute)
class ReviewRouteAdmin(CatalogueAdmin):
    """The chain of review."""

    shelf, place_on_shelf = "catalogues", 9
    list_display = ["line", "level", "to_level", "valid_from", "valid_to", "source"]
    list_display_links = ["line", "level"]
    list_filter = ["line"]


@admin.register(Period)
class PeriodAdmin(ScopedAdmin):
    """Opening a period gives every area its draft."""

    shelf, place_on_shelf = "reports", 8
    list_display = ["__str__", "area", "starts_on", "ends_on", "cutoff_on"]
    list_select_related = ["area"]
    list_filter = ["kind", "year"]
    search_fields = ["area__search_key"]
    autocomplete_fields = ["area"]
    fieldsets = [
        (None, {"fields": ["area", "kind", "year", "name", "line"]}),
        (_("Data window"), {"fields": [("starts_on", "ends_on"), "cutoff_on"]}),
        (_("Due dates"), {"fields": ["due_commune_on", "due_district_on", "due_province_on"]}),
    ]

    def store(self, request: HttpRequest, obj: Period, form: Any, *, change: bool) -> None:
        """Store the period and open its reports."""
        obj.save()
        opened = reports.open_period(obj, by=person(request))
        if opened:
            messages.info(
                request, gettext("%(count)d reports were opened, one for each area.") % {"count": len(opened)}
            )


class FigureInline(ScopedInline):
    """The form: a line per indicator, by section."""

    model = Figure
    form = FigureForm
    formset = FigureFormSet
    template = "admin/movement/report/_figures.html"
    fields = ["own", "printed_word", "printed_value", "explanation"]
    can_delete = False
    verbose_name_plural = _("Figures form")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).in_form_order()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lines are opened with the period."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take figures while the report is open."""
        if obj is None:
            return self._may(request, "change")
        return self._may(request, "change", Figure(report=obj))


@admin.register(Report)
class ReportAdmin(SheetDesk, ReportTexts):
    """Reports: the form, its moves, and corrections after approval."""

    shelf, place_on_shelf = "reports", 1
    sheet_class = ReportSheet
    inlines = [FigureInline, *TEXT_INLINES]
    list_display = ["area_label", "period", "state", "due", "is_late"]
    list_filter = ["period__year", "state", "area__level", BelowFilter]
    search_fields = ["area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    ordering = ["-period__year", "area__code"]
    fields = ["area", "period", "state"]
    readonly_fields = ["area", "period", "state"]
    change_form_template = "admin/movement/report/change_form.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Reports are opened with the period."""
        return False

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, report: Report) -> str:
        """Return the area with what lies above."""
        return report.area.label

    @admin.display(description=_("due"))
    def due(self, report: Report) -> Any:
        """Return the day on which the report is due."""
        return report.due_on

    @admin.display(description=_("Overdue"), boolean=True)
    def is_late(self, report: Report) -> bool | None:
        """Say whether the report is overdue; on time shows nothing."""
        return False if report.is_overdue else None

    def get_urls(self) -> list[Any]:
        """Add the addresses of moves and corrections."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/move/<str:name>/", wrap(self.move_view), name="movement_report_move"),
            path("<int:pk>/correct/<int:figure>/", wrap(self.correct_view), name="movement_report_correct"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the moves open to the person, the steps made, and what does not add up."""
        report = kwargs.get("obj")
        if report is not None:
            context |= {
                "moves": moves_open_to(report, REPORT_MOVES, by=person(request)),
                "move_form": MoveForm(),
                "steps": report.steps.select_related("by") if person(request).reach().sees(report.area) else [],
                "may_correct": not report.is_open
                and request.user.has_perm("movement.correct_report", report)
                and report.state in {"approved", "published"},
                "title": str(report),
                "subtitle": report.get_state_display(),
            }
            for formset in context["inline_admin_formsets"]:
                if formset.opts.model is Figure:
                    formset.sections = by_section(formset, request)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store each figure, and each text, by its service."""
        if formset.model is not Figure:
            super().save_formset(request, form, formset, change)
            return
        for figure in formset.save(commit=False):
            reports.enter(figure, by=person(request))
        formset.save_m2m()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The report itself has nothing to type: its figures are stored one by one."""
        self.demand(request, "change", obj)

    def find(self, request: HttpRequest, pk: int) -> Report:
        """Return the report in the person's sight, else 404."""
        report: Report = self.find_in_sight(request, pk)
        return report

    def move_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Make a move."""
        return require_POST(self._move)(request, pk, name)

    def _move(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        report = self.find(request, pk)
        if name not in REPORT_MOVES:
            raise Http404
        back = redirect("admin:movement_report_change", pk)
        form = MoveForm(request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors["note"])))
            return back
        try:
            reports.move_report(report, name, by=person(request), note=form.cleaned_data["note"])
        except (Refused, PermissionDenied, StaleRecord) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, gettext("“%(report)s”: %(move)s – done. It is now: %(state)s.")
                % {"report": report, "move": REPORT_MOVES[name].label, "state": report.get_state_display()},
            )  # fmt: skip
        return back

    def correct_view(self, request: HttpRequest, pk: int, figure: int) -> HttpResponse:
        """Correct an approved figure."""
        report = self.find(request, pk)
        if not request.user.has_perm("movement.correct_report", report):
            raise PermissionDenied(gettext("You may not correct figures of %(area)s.") % {"area": report.area})
        row = (
            report.figures.select_related("indicator__section", "report__area", "report__period")
            .filter(pk=figure)
            .first()
        )
        if row is None:
            raise Http404
        form = CorrectionForm(
            request.POST or None,
            initial={
                name: getattr(row, name) for name in ("own", "printed_word", "printed_value", "explanation", "version")
            },
        )
        if request.method == "POST" and form.is_valid():
            for name in ("version", "printed_word", "printed_value", "explanation"):
                setattr(row, name, form.cleaned_data[name])
            try:
                reports.correct(
                    row, own=form.cleaned_data["own"], reason=form.cleaned_data["reason"], by=person(request)
                )
            except ValidationError as error:
                form.add_error(None, error.messages)
            except StaleRecord as stale:
                form.add_error(None, str(stale))
            else:
                messages.success(
                    request, gettext("%(figure)s was corrected, and every total above it.") % {"figure": row.label}
                )
                return redirect("admin:movement_report_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Correct"),
            "report": report,
            "figure": row,
            "form": form,
            "opts": self.opts,
            "back": reverse("admin:movement_report_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/movement/report/correct.html", context)


def by_section(formset: Any, request: HttpRequest) -> list[tuple[Any, list[Any]]]:
    """Return the lines of the form grouped by section, with the names of kinds read once, and where each is counted."""
    kinds = {kind.code: str(kind) for kind in UnitKind.objects.all()}
    lines = [form for form in formset if form.original is not None]
    for line in lines:
        line.item_name = kinds.get(line.original.item, line.original.item)
        if line.form.counted is not None:
            line.source = list_of(line.original.indicator, formset.formset.instance.area, request)
    return [
        (section, list(group)) for section, group in groupby(lines, key=lambda line: line.original.indicator.section)
    ]


@admin.register(Figure)
class FigureAdmin(SheetDesk, ScopedAdmin):
    """Figures as one list, for sheets; they are entered in the report."""

    shelf, place_on_shelf = "reports", 2
    sheet_class = FigureSheet
    form = FigureForm
    list_display = ["label", "area_name", "year", "own", "below", "total", "printed"]
    list_filter = ["report__period__year", "indicator__section", "report__area__level"]
    search_fields = ["report__area__search_key"]
    search_help_text = _("Name of the area with or without diacritics.")
    ordering = ["-report__period__year", "report__area__code", "indicator__section__number", "indicator__position"]
    fields = ["report", "indicator", "own", "printed_word", "printed_value", "explanation", "below", "total"]
    readonly_fields = ["report", "indicator", "below", "total"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lines are opened with the period."""
        return False

    @admin.display(description=_("area"))
    def area_name(self, figure: Figure) -> str:
        """Return the area."""
        return figure.report.area.label

    @admin.display(description=_("year"))
    def year(self, figure: Figure) -> str:
        """Return the year, ungrouped."""
        return str(figure.report.period.year)

    def store(self, request: HttpRequest, obj: Figure, form: Any, *, change: bool) -> None:
        """Store the entry by its service."""
        reports.enter(obj, by=person(request))


@admin.register(Edition)
class EditionAdmin(ReadOnly, CatalogueAdmin):
    """Sealed editions."""

    shelf, place_on_shelf = "reports", 9
    list_display = ["__str__", "sealed_at", "sealed_by", "digest"]
    list_select_related = ["area", "period", "sealed_by"]
    fields = [
        "area",
        "period",
        "number",
        "sealed_at",
        "sealed_by",
        "reason",
        "summary_vi",
        "summary_en",
        "digest",
        "previous",
    ]
