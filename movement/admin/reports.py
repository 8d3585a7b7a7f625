"""The form, reports, figures and editions in the admin."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from config.admin import CatalogueAdmin, FoldedSearch, ScopedAdmin, ScopedInline
from config.records import StaleRecord
from config.workflow import Refused, moves_open_to
from movement import deadlines, filling, findings, reports
from movement.admin.sources import list_of
from movement.admin.texts import TEXT_INLINES, ReportTexts
from movement.forms import CorrectionForm, FigureForm, FigureFormSet, MoveForm, ReasonsForm
from movement.models import Extension, Figure, Indicator, IndicatorSection, Report, ReviewRoute
from movement.models.reports import UNSENT_STATES
from movement.sheets.figures import FigureSheet
from movement.sheets.reports import ReportSheet
from movement.workflow import REPORT_MOVES
from units.admin import BelowFilter
from units.auth import may, person
from units.importing.screens import SheetDesk
from units.models import UnitKind

if TYPE_CHECKING:
    from django.db.models import QuerySet


admin.site.unregister(DBTaskResult)  # the worker's own list
EXPLAIN_FORM = "explain-form"  # beside the page's own form, since approved figures are not saved with it


@admin.register(IndicatorSection)
class IndicatorSectionAdmin(CatalogueAdmin):
    """Sections of the form."""

    shelf, place_on_shelf = "catalogues", 2
    list_display = ["number", "name_vi", "name_en"]
    list_display_links = ["name_vi"]


@admin.register(Indicator)
class IndicatorAdmin(FoldedSearch, ScopedAdmin):
    """Lines of the form; the history tells who changed what. Open periods take changes by renewing their form."""

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
    list_display = ["area_label", "period", "state", "due", "is_late", "locked_since"]
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

    @admin.display(description=_("Overdue"))
    def is_late(self, report: Report) -> str:
        """Say that the report is overdue; on time shows nothing."""
        return gettext("Overdue") if report.is_overdue else ""

    @admin.display(description=_("Locked"))
    def locked_since(self, report: Report) -> str:
        """Say after which day entry has closed for an unsent report."""
        if report.state not in UNSENT_STATES or report.closes_on is None or not report.is_closed:
            return ""
        return gettext("after %(day)s") % {"day": deadlines.written(report.closes_on)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read with each report until when an extension keeps it open."""
        return super().get_queryset(request).with_extensions()

    def get_urls(self) -> list[Any]:
        """Add the addresses of moves and corrections."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/move/<str:name>/", wrap(self.move_view), name="movement_report_move"),
            path("<int:pk>/fill/", wrap(self.fill_view), name="movement_report_fill"),
            path("<int:pk>/correct/<int:figure>/", wrap(self.correct_view), name="movement_report_correct"),
            path("<int:pk>/explain/", wrap(require_POST(self.explain_view)), name="movement_report_explain"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the moves open to the person, the steps made, and what does not add up."""
        report = kwargs.get("obj")
        if report is not None:
            context |= {
                "deadline": deadlines.told(report),
                "is_closed": report.is_closed and report.state in UNSENT_STATES,
                "extension": self.extension_address(request, report),
                "filled_from": filling.year_of(report) if self.may_enter(request, report) else None,
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
                    formset.reasons = reasons = self.reasons_for(request, report, formset)
                    context["explain_form"] = EXPLAIN_FORM if reasons and reasons.is_open and not report.is_open else ""
                    formset.sections = by_section(formset, request)
        return super().render_change_form(request, context, *args, **kwargs)

    def may_enter(self, request: HttpRequest, report: Report) -> bool:
        """Say whether the person may enter figures of the report now."""
        return may(person(request), "change", Figure, Figure(report=report))

    def extension_address(self, request: HttpRequest, report: Report) -> str:
        """Return the address at which the person gives the area of a closing report more time; nothing for others."""
        if report.closes_on is None or report.state not in UNSENT_STATES | {"submitted"}:
            return ""
        if not may(person(request), "add", Extension, Extension(period=report.period, area=report.area)):
            return ""
        asked = urlencode({"period": report.period_id, "area": report.area_id})
        return f"{reverse('admin:movement_extension_add')}?{asked}"

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store each figure, and each text, by its service."""
        if formset.model is not Figure:
            super().save_formset(request, form, formset, change)
            return
        for figure in formset.save(commit=False):
            reports.enter(figure, by=person(request))
        formset.save_m2m()
        self.explain(request, formset.instance, formset.reasons)
        self.tell_what_is_open(request, formset.instance)

    def explain(self, request: HttpRequest, report: Report, reasons: ReasonsForm) -> bool:
        """Store the reasons by their service, and say which of them could not be taken; return whether all were."""
        refused = findings.explain(report, reasons.answers, by=person(request)) if reasons.answers else []
        for one in refused:
            messages.warning(request, one)
        return not refused

    def tell_what_is_open(self, request: HttpRequest, report: Report) -> None:
        """Say how much is still to be mended in an open report that was saved, with the way back to it."""
        if report.is_open and (left := len(findings.unexplained(report))):
            said = ngettext(
                "%(count)d figure is still to be fixed or explained before “%(report)s” can be sent.",
                "%(count)d figures are still to be fixed or explained before “%(report)s” can be sent.",
                left,
            ) % {"count": left, "report": report}
            address = reverse("admin:movement_report_change", args=[report.pk])
            messages.warning(request, format_html('{} <a href="{}">{}</a>', said, address, gettext("See which")))

    def reasons_for(self, request: HttpRequest, report: Report, formset: Any) -> ReasonsForm | None:
        """Return the form of the reasons; None for neighbours, who see what was approved and not what was said of it."""
        if not person(request).reach().sees(report.area):
            return None
        reasons: ReasonsForm = formset.formset.reasons
        if report.is_open:
            reasons.is_open = formset.has_change_permission
        elif findings.may_explain(report, by=person(request)):
            reasons = ReasonsForm(reasons.found, belongs_to=EXPLAIN_FORM)
            reasons.is_open = any(not one.is_error for one in reasons.found)
        return reasons

    def explain_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take reasons for what no longer agrees in an approved report."""
        report = self.find(request, pk)
        if not findings.may_explain(report, by=person(request)):
            raise PermissionDenied(reports.locked_text(report))
        form = ReasonsForm(findings.findings(report), request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        elif self.explain(request, report, form):
            messages.success(request, gettext("The explanation is stored with its numbers."))
        return redirect("admin:movement_report_change", pk)

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

    def fill_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Fill the empty lines of a request with what is typed for the year."""
        return require_POST(self._fill)(request, pk)

    def _fill(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self.find(request, pk)
        try:
            filled = filling.fill(report, by=person(request))
        except (Refused, PermissionDenied, StaleRecord) as refusal:
            messages.error(request, str(refusal))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(
                request,
                gettext("Lines filled from the yearly report: %(count)d. Look at each before you send: %(lines)s.")
                % {"count": len(filled), "lines": "; ".join(one.label for one in filled) or "—"},
            )
        return redirect("admin:movement_report_change", pk)

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
    """Return the lines of the form grouped by section, each with its findings, the name of its kind, and where it is counted."""
    kinds = {kind.code: str(kind) for kind in UnitKind.objects.all()}
    lines = [form for form in formset if form.original is not None]
    found = formset.reasons.by_line() if formset.reasons else {}
    for line in lines:
        line.findings = found.pop((line.original.indicator_id, line.original.item), [])
        line.item_name = kinds.get(line.original.item, line.original.item)
        if line.form.counted is not None:
            line.source = list_of(line.original.indicator, formset.formset.instance.area, request)
    formset.findings_without_line = [one for group in found.values() for one in group]
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
