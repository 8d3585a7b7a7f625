"""The screens of a reorganisation: its form with the table, the preview with its questions, applying and taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.admin import ScopedAdmin, VersionedForm
from config.reading.files import UnreadableFile
from config.reading.tables import read_table
from config.workflow import Refused, moves_open_to
from units.auth import person
from units.boundary import refuse_blocked_text
from units.models import Area, Reorganisation
from units.reorganising import table
from units.reorganising.applying import ask_for
from units.reorganising.plan import plan_of
from units.reorganising.preview import as_csv, preview_of
from units.reorganising.questions import decide, take_suggestions
from units.reorganising.workflow import REORGANISATION_MOVES

if TYPE_CHECKING:
    from django.http import HttpRequest

    from units.models import ReorganisationLine


class ReorganisationForm(VersionedForm):
    """The act and its day; the table only where the catalogue does not know the change yet."""

    table = forms.FileField(
        label=_("Table from old to new"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        help_text=_(
            "Leave empty where the catalogue of areas knows the change already, as that of 01/07/2025. Columns: %(heads)s."
        )
        % {"heads": "; ".join(table.HEADS)},
    )
    lines: list[ReorganisationLine] | None = None

    class Meta:
        model = Reorganisation
        fields = ["area", "act", "effective_on", "note"]

    def clean(self) -> dict[str, Any] | None:
        """Read the table whole; nothing is stored yet."""
        cleaned = super().clean() or {}
        file = cleaned.get("table")
        if not file or not cleaned.get("area") or not cleaned.get("effective_on"):
            return cleaned
        handed_in = Reorganisation(
            area=cleaned["area"], effective_on=cleaned["effective_on"], act=cleaned.get("act", "")
        )
        try:
            self.lines = table.read(handed_in, read_table(file.read()))
        except UnreadableFile as error:
            self.add_error("table", str(error))
        except ValidationError as error:
            self.add_error("table", error.messages)
        return cleaned


class NoteForm(forms.Form):
    """The reason of a move."""

    note = forms.CharField(
        label=_("Reason or remark"), required=False, max_length=300, validators=[refuse_blocked_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


@admin.register(Reorganisation)
class ReorganisationAdmin(ScopedAdmin):
    """Reorganisations of areas."""

    shelf, place_on_shelf = "register", 7
    form = ReorganisationForm
    list_display = ["act", "effective_on", "area", "state"]
    list_select_related = ["area"]
    list_filter = ["state"]
    search_fields = ["act", "area__search_key"]
    search_help_text = _("Number of the act, or name of the area.")
    fieldsets = [(None, {"fields": ["area", "act", "effective_on", "note", "table"]})]
    change_form_template = "admin/units/reorganisation/change_form.html"

    def choices_for(self, db_field: Any, request: HttpRequest) -> Any:
        """Offer the provinces of the person's postings, and the country to whoever is posted there."""
        queryset = super().choices_for(db_field, request)
        if db_field.name == "area":
            return queryset.filter(level__in=[Area.Level.COUNTRY, Area.Level.PROVINCE]).select_related("province")
        return queryset

    def get_urls(self) -> list[Any]:
        """Add the addresses of the preview and of what is done there."""
        wrap = self.admin_site.admin_view
        name = "units_reorganisation"
        return [
            path("<int:pk>/preview/", wrap(self.preview_view), name=f"{name}_preview"),
            path("<int:pk>/preview.csv", wrap(self.csv_view), name=f"{name}_csv"),
            path("<int:pk>/decide/", wrap(self.decide_view), name=f"{name}_decide"),
            path("<int:pk>/move/<str:name>/", wrap(self.move_view), name=f"{name}_move"),
            *super().get_urls(),
        ]

    def store(self, request: HttpRequest, obj: Reorganisation, form: Any, *, change: bool) -> None:
        """Store the act, and the table that was handed in with it."""
        obj.save()
        if form.lines is not None:
            table.hand_in(obj, form.lines)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Go on to the preview."""
        return redirect("admin:units_reorganisation_preview", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go on to the preview."""
        return redirect("admin:units_reorganisation_preview", obj.pk)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what would move, ask what is open, and offer what can be done."""
        found: Reorganisation = self.find_in_sight(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": str(found),
            "subtitle": found.get_state_display(),
            "opts": self.opts,
            "reorganisation": found,
            "preview": preview_of(found) if found.state != Reorganisation.State.APPLIED else None,
            "moves": moves_open_to(found, REORGANISATION_MOVES, by=person(request)),
            "may_decide": found.state != Reorganisation.State.APPLIED
            and request.user.has_perm("units.apply_reorganisation", found),
            "move_form": NoteForm(),
            "steps": found.steps.select_related("by"),
            "written": found.writes,
        }
        return TemplateResponse(request, "admin/units/reorganisation/preview.html", context)

    def csv_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give all lines of the preview as a file."""
        found: Reorganisation = self.find_in_sight(request, pk)
        response = HttpResponse(as_csv(preview_of(found)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="sap-xep-{found.effective_on:%Y-%m-%d}.csv"'
        return response

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store what was decided."""
        return require_POST(self._decide)(request, pk)

    def _decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self._may_apply(request, pk)
        plan = plan_of(found)
        if "suggestions" in request.POST:
            count = take_suggestions(plan, by=person(request))
        else:
            answers = {name: str(code) for name, code in request.POST.items() if "-" in name and code != "?"}
            try:
                count = decide(plan, answers, by=person(request))
            except ValidationError as error:
                for text in error.messages[:20]:
                    messages.error(request, text)
                return redirect("admin:units_reorganisation_preview", pk)
        messages.success(request, gettext("%(count)d decisions were stored.") % {"count": count})
        return redirect("admin:units_reorganisation_preview", pk)

    def move_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Let the worker apply it, or take it back."""
        return require_POST(self._move)(request, pk, name)

    def _move(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        found = self._may_apply(request, pk)
        form = NoteForm(request.POST)
        back = redirect("admin:units_reorganisation_preview", pk)
        if name not in REORGANISATION_MOVES or not form.is_valid():
            messages.error(
                request, " ".join(map(str, form.errors.get("note", []))) or gettext("There is no such step.")
            )
            return back
        try:
            ask_for(found, name, by=person(request), note=form.cleaned_data["note"])
        except Refused as refusal:
            messages.error(request, str(refusal))
        return back

    def _may_apply(self, request: HttpRequest, pk: int) -> Reorganisation:
        found: Reorganisation = self.find_in_sight(request, pk)
        if not request.user.has_perm("units.apply_reorganisation", found):
            raise PermissionDenied(gettext("Your posting does not cover “%(record)s”.") % {"record": found})
        return found
