"""What a report says in words: its inlines and corrections, and the lists of tasks and shortcomings with their thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.admin import ScopedAdmin, ScopedInline, StackedScopedInline, any_word
from config.records import StaleRecord
from movement import follow_up, texts
from movement.models import Report, ReportSection, Shortcoming, Task, TaskProgress
from movement.models.reports import APPROVED_STATES
from movement.models.texts import shortened
from movement.sheets.texts import ShortcomingSheet, TaskSheet
from units.admin import BelowFilter
from units.auth import may, person
from units.boundary import refuse_blocked_text
from units.importing.screens import SheetDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

BY_KIND = Case(*[When(kind=kind, then=place) for place, kind in enumerate(ReportSection.Kind.values)])


class TextInline(StackedScopedInline):
    """Texts of a report: written while it is open, corrected with a reason once it is approved."""

    readonly_fields = ["correction"]
    name: str  # in the address of a correction
    inside = ""  # the field that points to a row which may be internal

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Lead to the correction where the person may make one; tell neighbours nothing of rows that they may not see."""
        fields = without(super().get_fields(request, obj), self.inside, request, obj)
        return [*fields, "correction"] if obj is not None and may_correct(request, obj) else fields

    @admin.display(description=_("Correct"))
    def correction(self, row: Any) -> str:
        """Return the link to the correction of the text."""
        address = reverse("admin:movement_report_correct_text", args=[row.report_id, self.name, row.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Correct this text"))

    def correctable(self, request: HttpRequest) -> list[str]:
        """Return the names of the fields that a correction may change."""
        return list(flat(self.fields or []))


def flat(fields: Any) -> Iterator[str]:
    """Yield the names of fields that may stand in groups."""
    for one in fields:
        if isinstance(one, str):
            yield one
        else:
            yield from flat(one)


def without(fields: Any, name: str, request: HttpRequest, report: Report | None) -> list[Any]:
    """Return `fields` without `name` where the report is that of a neighbour."""
    if report is None or person(request).reach().sees(report.area):
        return list(fields)
    return [one for one in fields if one != name]


def may_correct(request: HttpRequest, report: Report) -> bool:
    """Say whether the person may correct texts of `report` now."""
    return report.state in APPROVED_STATES and request.user.has_perm("movement.correct_report", report)


class SectionInline(TextInline):
    """The paragraphs of the report. What is internal is shown to those only whose area it is, and to those above."""

    model = ReportSection
    name = "section"
    fields = [("kind", "position"), "text", "text_en", "internal_text"]
    verbose_name_plural = _("Report in words")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show the sections in the order of the report."""
        return super().get_queryset(request).order_by(BY_KIND, "position", "pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the internal text out for neighbours."""
        return without(super().get_fields(request, obj), "internal_text", request, obj)


class ShortcomingInline(TextInline):
    """The shortcomings that the report names."""

    model = Shortcoming
    name = "shortcoming"
    inside = "follows"
    fields = [("position", "is_public"), "text", "text_en", ("extent", "extent_en"), "causes", "causes_en", "follows"]
    autocomplete_fields = ["follows"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show the shortcomings by position, each with the one that it follows."""
        return super().get_queryset(request).select_related("follows").order_by("position", "pk")


class TaskInline(TextInline):
    """The tasks that the report sets."""

    model = Task
    name = "task"
    inside = "shortcoming"
    fields = [
        ("year", "position", "is_public"), "text", "text_en", "shortcoming", "lead", "cooperating",
        ("quantity", "quantity_unit"), "place", "due_on",
    ]  # fmt: skip
    autocomplete_fields = ["lead", "cooperating"]
    show_change_link = True

    readonly_fields = ["correction", "year_text"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the year ungrouped where it is only read."""
        fields = super().get_fields(request, obj)
        writes = self.has_change_permission(request, obj) or self.has_add_permission(request, obj)
        return fields if writes else [("year_text", *fields[0][1:]), *fields[1:]]

    @admin.display(description=_("for the year"))
    def year_text(self, task: Task) -> str:
        """Return the year, ungrouped."""
        return str(task.year)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Show the tasks by position, each with its bodies and its shortcoming."""
        tasks = super().get_queryset(request).select_related("lead", "shortcoming").prefetch_related("cooperating")
        return tasks.order_by("position", "pk")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Begin with the year after the report's, and read the report's shortcomings once for all rows."""
        formset = super().get_formset(request, obj, **kwargs)
        fields = formset.form.base_fields
        if obj is not None and "year" in fields:
            fields["year"].initial = obj.period.year + 1
        if obj is not None and "shortcoming" in fields:
            offer_shortcomings(fields["shortcoming"], obj)
        return formset


def offer_shortcomings(field: Any, report: Report) -> None:
    """Let `field` offer the shortcomings of `report`, read once for all forms that copy the field."""
    field.queryset = report.shortcomings.order_by("position", "pk")
    field.choices = [("", field.empty_label), *((one.pk, str(one)) for one in field.queryset)]


TEXT_INLINES = [SectionInline, ShortcomingInline, TaskInline]


class TextCorrectionForm(forms.ModelForm):
    """A text of an approved report as it should read, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        validators=[refuse_blocked_text],
        help_text=_(
            "The next edition tells it to the public, with what was there before, what is there now, and your post: no names."
        ),
    )


class ReportTexts(ScopedAdmin):
    """What the page of a report does with its texts."""

    def get_urls(self) -> list[Any]:
        """Add the addresses of corrections and of carrying tasks over."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/texts/<str:name>/<int:text>/", wrap(self.correct_text), name="movement_report_correct_text"),
            path("<int:pk>/carry-over/", wrap(self.carry_over), name="movement_report_carry_over"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer the open tasks of earlier years."""
        report = kwargs.get("obj")
        if report is not None and may(person(request), "add", Task, Task(report=report)):
            context["to_carry_over"] = list(follow_up.to_carry_over(report))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store each text by its service."""
        for row in formset.save(commit=False):
            texts.write(row, by=person(request))
        formset.save_m2m()
        for row, _stored in self.marked(formset):
            texts.take_out(row, by=person(request))

    def carry_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Carry the chosen tasks over."""
        return require_POST(self._carry_over)(request, pk)

    def _carry_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        report: Report = self.find_in_sight(request, pk)
        chosen = [int(key) for key in request.POST.getlist("task") if key.isdecimal() and len(key) < 19]
        carried = 0
        try:
            for task in follow_up.to_carry_over(report).filter(pk__in=chosen):
                follow_up.carry_over(task, report, by=person(request))
                carried += 1
        except (PermissionDenied, ValidationError, StaleRecord) as refusal:
            said = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(request, " ".join(said))
        if carried:
            messages.success(request, gettext("%(count)d tasks were carried over.") % {"count": carried})
        elif not chosen:
            messages.warning(request, gettext("Choose the tasks that are to be carried over."))
        return redirect("admin:movement_report_change", pk)

    def correct_text(self, request: HttpRequest, pk: int, name: str, text: int) -> HttpResponse:
        """Correct a text of an approved report."""
        report: Report = self.find_in_sight(request, pk)
        if not request.user.has_perm("movement.correct_report", report):
            raise PermissionDenied(gettext("You may not correct texts of %(area)s.") % {"area": report.area})
        inline = next((one(Report, self.admin_site) for one in TEXT_INLINES if one.name == name), None)
        row = inline and inline.get_queryset(request).filter(report=report, pk=text).first()
        if inline is None or row is None:
            raise Http404
        form = self.correction_form(request, inline, row)
        if request.method == "POST" and form.is_valid() and self.stored(request, form):
            messages.success(request, gettext("The text was corrected. The public page follows with the next edition."))
            return redirect("admin:movement_report_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Correct"),
            "report": report,
            "text": row,
            "form": form,
            "media": self.media + form.media,
            "opts": self.opts,
            "back": reverse("admin:movement_report_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/movement/report/correct_text.html", context)

    def correction_form(self, request: HttpRequest, inline: TextInline, row: Any) -> Any:
        """Return the form that corrects `row`, with the fields and choices of the page of an open report."""
        made = forms.modelform_factory(
            inline.model,
            form=TextCorrectionForm,
            fields=inline.correctable(request),
            formfield_callback=partial(inline.formfield_for_dbfield, request=request),
        )
        form = made(request.POST or None, instance=row, initial={"version": row.version})
        if "shortcoming" in form.fields:
            offer_shortcomings(form.fields["shortcoming"], row.report)
        return form

    def stored(self, request: HttpRequest, form: Any) -> bool:
        """Store the correction, or say in the form why it is refused."""
        row = form.instance
        row.version = form.cleaned_data["version"]
        try:
            texts.correct_text(
                row,
                reason=form.cleaned_data["reason"],
                by=person(request),
                cooperating=form.cleaned_data.get("cooperating"),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        except StaleRecord as stale:
            form.add_error(None, str(stale))
        else:
            return True
        return False


class BelowReport(BelowFilter):
    """The areas one level below the person's postings, of records of a report."""

    path = "report__area"


class DueFilter(admin.SimpleListFilter):
    """What is overdue, and what is due within a month."""

    title = _("to be done by")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("soon", _("due now or within a month"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        match self.value():
            case "overdue":
                return queryset.overdue_on(today)
            case "soon":
                return queryset.due_by(follow_up.soon(today))
            case _:
                return queryset


class ThreadPage(SheetDesk, ScopedAdmin):
    """A page on a row of a report, with its whole thread below."""

    change_form_template = "admin/movement/thread_change_form.html"
    search_fields = ["report__area__search_key"]
    search_help_text = _("Name of the area with or without diacritics, or the year: “ba be 2024”.")
    year_field: str  # the year that people search by

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are written on the page of their report."""
        return False

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find by the area and the year; searching lists begin with the areas of the person's own postings."""
        words = search_term.split()
        years = [int(word) for word in words if word.isdecimal() and len(word) == 4]
        rest = " ".join(word for word in words if not (word.isdecimal() and len(word) == 4))
        found = queryset.filter(any_word(rest, *self.search_fields))
        if years:
            found = found.filter(**{f"{self.year_field}__in": years})
        if "field_name" in request.GET:
            own = Case(When(report__area__in=person(request).reach().keys, then=0), default=1)
            found = found.order_by(own, *self.get_ordering(request))
        return found, False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the thread."""
        if (record := kwargs.get("obj")) is not None:
            context["thread"] = follow_up.thread(record, user=person(request))
        return super().render_change_form(request, context, *args, **kwargs)

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        """Store the row by its service."""
        texts.write(obj, by=person(request))

    @admin.display(description=_("area"), ordering="report__area__sort_key")
    def area_label(self, row: Any) -> str:
        """Return the area with what lies above."""
        return row.report.area.label


@admin.register(Shortcoming)
class ShortcomingAdmin(ThreadPage):
    """Shortcomings as one list; they are written in the report."""

    shelf, place_on_shelf = "reports", 3
    sheet_class = ShortcomingSheet
    year_field = "report__period__year"
    list_display = ["text_start", "year_text", "area_label", "extent", "is_public"]
    list_filter = ["report__period__year", "is_public", BelowReport]
    ordering = ["-report__period__year", "report__area__code", "position", "pk"]
    readonly_fields = ["report"]
    autocomplete_fields = ["follows"]
    fields = ["report", "text", "text_en", ("extent", "extent_en"), "causes", "causes_en", "follows", "is_public"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join what the area's label shows."""
        return super().get_queryset(request).select_related("report__area__district", "report__area__province")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Tell neighbours nothing of an earlier shortcoming that they may not see."""
        return without(super().get_fields(request, obj), "follows", request, obj.report if obj else None)

    @admin.display(description=_("text"))
    def text_start(self, one: Shortcoming) -> str:
        """Return how the text begins."""
        return str(one)

    @admin.display(description=_("year"), ordering="report__period__year")
    def year_text(self, one: Shortcoming) -> str:
        """Return the year of the report, ungrouped."""
        return str(one.report.period.year)


class TaskProgressInline(ScopedInline):
    """How the task goes on: noted during the year, by the report's area or by that of the body that leads."""

    model = TaskProgress
    fields = ["noted_on", "state", "done", "text"]
    extra = 1

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add to a task that is not carried over, also where its report is locked."""
        return self._may_note(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change what was noted of a task that is not carried over."""
        return self._may_note(request, "change", obj)

    def _may_note(self, request: HttpRequest, verb: str, task: Any) -> bool:
        if task is None:
            return self._may(request, verb)
        return task.state != Task.State.CARRIED_OVER and self._may(request, verb, TaskProgress(task=task))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave carrying over to the page of the next year's report."""
        if db_field.name == "state":
            kwargs["choices"] = [one for one in Task.State.choices if one[0] != Task.State.CARRIED_OVER]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(Task)
class TaskAdmin(ThreadPage):
    """Tasks as one list, and their progress; they are set in the report."""

    shelf, place_on_shelf = "reports", 4
    sheet_class = TaskSheet
    inlines = [TaskProgressInline]
    year_field = "year"
    list_display = ["text_start", "year_text", "area_label", "lead", "due_on", "state", "is_late"]
    list_filter = ["year", "state", DueFilter, BelowReport]
    ordering = ["-year", "report__area__code", "position", "pk"]
    autocomplete_fields = ["shortcoming", "lead", "cooperating"]
    fields = [
        "report", "state", "year", "text", "text_en", "shortcoming", "lead", "cooperating",
        ("quantity", "quantity_unit"), "place", "due_on", "is_public",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Join what the area's label shows."""
        return super().get_queryset(request).select_related("report__area__district", "report__area__province")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Open the page also to those who note progress only."""
        noting = obj is not None and self._may_progress(request, obj)
        return noting or super().has_change_permission(request, obj)

    def _may_progress(self, request: HttpRequest, task: Task) -> bool:
        return may(person(request), "add", TaskProgress, TaskProgress(task=task))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show the task itself to those who note progress only: its report is locked, or of another area."""
        if obj is None or self._may(request, "change", obj):
            return ["report", "state"]
        return ["year_text" if name == "year" else name for name in flat(self.fields)]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the year of a locked task ungrouped; tell neighbours nothing of a shortcoming that they may not see."""
        fields = without(super().get_fields(request, obj), "shortcoming", request, obj.report if obj else None)
        locked = "year_text" in self.get_readonly_fields(request, obj)
        return ["year_text" if name == "year" else name for name in fields] if locked else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the task where it was changed; what is noted of its progress is stored with its rows."""
        if form.has_changed():
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store each note of progress by its service, which settles the state of the task."""
        for row in formset.save(commit=False):
            follow_up.store_progress(row, by=person(request))

    @admin.display(description=_("text"))
    def text_start(self, task: Task) -> str:
        """Return how the text begins."""
        return shortened(task.text)

    @admin.display(description=_("year"), ordering="year")
    def year_text(self, task: Task) -> str:
        """Return the year, ungrouped."""
        return str(task.year)

    @admin.display(description=_("Overdue"))
    def is_late(self, task: Task) -> str:
        """Say that the task is overdue; on time shows nothing."""
        return gettext("Overdue") if task.is_overdue else ""
