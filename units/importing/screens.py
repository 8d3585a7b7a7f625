"""The pages of the clerk's desk, on every list that has a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.numbers import YearField
from units.auth import person
from units.boundary import column_letter
from units.importing import checking, desk, exporting, work
from units.importing.context import Context
from units.importing.heads import is_left_out
from units.models import Area, Upload
from units.models.people import today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from units.importing.sheets import Sheet

State = Upload.State
PAGES = {
    State.NAMING: "admin/units/upload/naming.html",
    State.CHECKING: "admin/units/upload/working.html",
    State.CHECKED: "admin/units/upload/preview.html",
    State.STORING: "admin/units/upload/working.html",
    State.FAILED: "admin/units/upload/failed.html",
    State.DONE: "admin/units/upload/done.html",
    State.DISCARDED: "admin/units/upload/gone.html",
}


class UploadForm(forms.Form):
    """Choose a file. Its columns are asked before anything of it is kept."""

    import_file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,  # it is refused by its reader, in our words
        help_text=gettext_lazy(
            ".xlsx, .xls, .ods or .csv, at most 20 MB. The heads may stand anywhere in the first rows."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )
    sender = forms.ModelChoiceField(
        label=gettext_lazy("Sent by"),
        queryset=Area.objects.none(),
        required=False,
        help_text=gettext_lazy("What you say of the columns is remembered of the sender."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        """Offer the person's own areas and those one level below."""
        super().__init__(*args, **kwargs)
        reach = user.reach()
        own = list(reach.areas)
        below = (
            Area.objects.filter(parent__in=own).in_order() if own else Area.objects.filter(level="province").in_order()
        )
        field: Any = self.fields["sender"]
        field.queryset = Area.objects.filter(
            pk__in=[*(area.pk for area in own), *(area.pk for area in below)]
        ).in_order()
        field.initial = own[0] if own else None


class SheetDesk:
    """Import and export on a list, for those whose posting allows it."""

    sheet_class: ClassVar[type[Sheet]]
    change_list_template = "admin/units/change_list.html"

    def get_urls(self) -> list[Any]:
        """Add the pages of the desk."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"  # type: ignore[attr-defined]
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        own = [path("export/", view(self.export_view, cacheable=True), name=f"{name}_export")]
        if not self.sheet_class.exports_only:
            own += [
                path("import/", view(self.import_view), name=f"{name}_import"),
                path("import/sample/", view(self.sample_view, cacheable=True), name=f"{name}_sample"),
                path("import/<int:pk>/", view(self.upload_view), name=f"{name}_upload"),
                path("import/<int:pk>/refused/", view(self.refused_view, cacheable=True), name=f"{name}_refused"),
            ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may import into the list."""
        return not self.sheet_class.exports_only and self._may(request, "import")  # type: ignore[attr-defined]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may export the list."""
        return bool(self._may(request, "export"))  # type: ignore[attr-defined]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Offer the desk beside the list."""
        offered = {
            "has_import_permission": self.has_import_permission(request),
            "has_export_permission": self.has_export_permission(request),
        }
        return super().changelist_view(request, {**(extra_context or {}), **offered})  # type: ignore[misc]

    def sheet(self, request: HttpRequest) -> Sheet:
        """Return the sheet at work for the person."""
        return self.sheet_class(Context(person(request)))

    # ---------------------------------------------------------------- in

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a file, and show what still lies on the desk."""
        self._demand_import(request)
        user = person(request)
        form = UploadForm(request.POST or None, request.FILES or None, user=user)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["import_file"]
            try:
                upload = desk.receive(
                    file.read(), file.name, self.sheet(request), sender=form.cleaned_data["sender"] or _own_area(user)
                )
            except ValidationError as error:
                form.add_error("import_file", error)
            else:
                if not desk.needs_naming(upload, desk.sheet_of(upload)):
                    work.start_check(upload)
                return redirect(self._address(upload))
        waiting = Upload.objects.visible_to(user).waiting().filter(sheet=self.sheet_class.key())
        context = {"form": form, "waiting": [(one, self._address(one)) for one in waiting], "kept_days": 7}
        return self._page(request, "admin/units/upload/import.html", context)

    def upload_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a file on the desk as far as it has come, and take the next step with it."""
        self._demand_import(request)
        upload = self._upload(request, pk)
        desk.wake(upload)
        told: dict[str, Any] = {}
        if request.method == "POST":
            try:
                self._step(request, upload)
            except ValidationError as error:
                told = {"refusals": error.messages, "typed": request.POST}
            else:
                return redirect(self._import_address() if upload.state == State.DISCARDED else self._address(upload))
        state = State(upload.state)
        return self._page(request, PAGES[state], self._of_page(upload, state) | told)

    def _step(self, request: HttpRequest, upload: Upload) -> None:
        match request.POST.get("step"):
            case "name" if upload.state in desk.WAITING:
                tabs = _named_tabs(upload, request.POST)
                desk.tell_year(upload, _year(request.POST.get("year", "")))
                if any(tab.pop("moved") for tab in tabs):
                    desk.look_again(upload, tabs)
                else:
                    desk.name_columns(upload, tabs, _given(request.POST))
                    work.start_check(upload)
            case "rename" if upload.state in {State.CHECKED, State.FAILED}:
                Upload.objects.filter(pk=upload.pk, state__in=[State.CHECKED, State.FAILED]).update(state=State.NAMING)
                upload.refresh_from_db()
            case "answer" if upload.state == State.CHECKED:
                desk.answer(upload, _answers(upload, request.POST))
                work.start_check(upload)
            case "check" if upload.state in {State.FAILED, State.CHECKED}:
                work.start_check(upload)
            case "confirm" if upload.state in {State.CHECKED, State.FAILED} and upload.preview:
                shown = request.POST.get("shown", "")
                work.start_store(upload, shown=shown, without_refused="without_refused" in request.POST)
                if upload.state == State.DONE:
                    messages.success(request, _("The import is stored."))
            case "discard":
                desk.discard(upload)
                upload.refresh_from_db()
            case _:
                raise ValidationError(_("The file has moved on meanwhile: look at where it is now."))

    def _of_page(self, upload: Upload, state: Upload.State) -> dict[str, Any]:
        sheet = desk.sheet_of(upload)
        context: dict[str, Any] = {"upload": upload, "refused_columns": desk.refused_columns(upload)}
        heads = {column.name: column.head for column in sheet.all_columns()}
        if state == State.NAMING:
            context |= _naming(upload, sheet)
        elif state == State.CHECKED:
            preview = upload.preview
            names = {tab["number"]: tab["name"] for tab in upload.tops} if len(upload.tops) > 1 else {}
            context |= {
                "counts": preview["counts"],
                "to_store": preview["counts"]["new"] + preview["counts"]["changed"],
                "heads": [heads[name] for name in preview["names"]],
                "new": [{"place": _place(one["place"], names), "cells": one["cells"]} for one in preview["new"]],
                "changed": [
                    one
                    | {
                        "place": _place(one["place"], names),
                        "cells": [(heads[name], old, now) for name, old, now in one["cells"]],
                    }
                    for one in preview["changed"]
                ],
                "refused": [
                    {
                        "place": _place(one["place"], names),
                        "problems": [(heads.get(name, ""), message) for name, message in one["problems"]],
                    }
                    for one in preview["refused"]
                ],
                "reasons": [(heads.get(name, ""), message, count) for name, message, count in preview["reasons"]],
                "questions": [
                    question
                    | {
                        "number": number,
                        "head": heads.get(question["name"], ""),
                        "rows": [_place(one, names) for one in question["rows"]],
                    }
                    for number, question in enumerate(preview["questions"])
                ],
                "left_out": [(_place((tab, row), names), why, text) for tab, row, why, text in preview["left_out"]],
                "left_out_count": preview["left_out_count"],
                "untaken": desk.untaken_columns(upload),
                "year": sheet.context.year,
            }
        return context

    def refused_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Hand out the refused rows with their reasons as a sheet."""
        self._demand_import(request)
        upload = self._upload(request, pk)
        return exporting.refused(upload, desk.sheet_of(upload))

    def sample_view(self, request: HttpRequest) -> HttpResponse:
        """Hand out the sheet to fill in."""
        self._demand_import(request)
        headers = {"Content-Disposition": f'attachment; filename="{self.opts.model_name}-mau.xlsx"'}  # type: ignore[attr-defined]
        return HttpResponse(exporting.template(self.sheet(request)), content_type=exporting.XLSX, headers=headers)

    # ---------------------------------------------------------------- out

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Hand out the list as it is filtered; without a form say which there are."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        form = request.GET.get("form", "")
        if form and form not in exporting.FORMS:
            raise Http404
        asked = request.GET.copy()
        asked.pop("form", None)
        request.GET = asked  # type: ignore[assignment]
        try:
            changelist = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        except IncorrectLookupParameters as error:
            raise Http404 from error
        queryset = changelist.queryset
        if form:
            return exporting.export(self.sheet(request), queryset, form)
        context = {"filters": asked.urlencode(), "count": queryset.count()}
        return self._page(request, "admin/units/upload/export.html", context)

    # ---------------------------------------------------------------- shared

    def _demand_import(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _upload(self, request: HttpRequest, pk: int) -> Upload:
        own = Upload.objects.visible_to(person(request)).select_related("by", "sender", "batch")
        return get_object_or_404(own, pk=pk, sheet=self.sheet_class.key())

    def _address(self, upload: Upload) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_upload", args=[upload.pk])  # type: ignore[attr-defined]

    def _import_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")  # type: ignore[attr-defined]

    def _page(self, request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
        common = self.admin_site.each_context(request) | {"opts": self.opts, "title": self.opts.verbose_name_plural}  # type: ignore[attr-defined]
        return TemplateResponse(request, template, {**common, **context})


def _own_area(user: Any) -> Area | None:
    areas = user.reach().areas
    return areas[0] if areas else None


def _place(place: Any, names: Mapping[int, str]) -> str:
    tab, row = place
    return f"{names[tab]}: {row}" if tab in names else str(row)


def _naming(upload: Upload, sheet: Sheet) -> dict[str, Any]:
    """Return what the page of the columns shows, tab by tab."""
    columns = sheet.read_columns()
    tabs = []
    for top, chosen in zip(upload.tops, upload.choices["tabs"], strict=True):
        heads = desk.heads_of(sheet, top, chosen["first"], chosen["last"])
        below = [cells for number, cells in top["rows"] if number > chosen["last"]]
        gone = {one["place"] for one in top["refused"]}
        tabs.append(
            chosen
            | {
                "name": top["name"],
                "columns": [
                    {
                        "place": head.place,
                        "letter": column_letter(head.place),
                        "head": head.text,
                        "meaning": chosen["meanings"].get(str(head.place), ""),
                        "is_left_out": is_left_out(head.text),
                        "samples": [
                            cells[head.place] for cells in below if head.place < len(cells) and cells[head.place]
                        ][:3],
                    }
                    for head in heads.heads
                    if head.place not in gone
                ],
                "rows": [
                    (number, " | ".join(cell for cell in cells if cell)[:160]) for number, cells in top["rows"][:25]
                ],
            }
        )
    named = {name for tab in upload.choices["tabs"] if tab["chosen"] for name in tab["meanings"].values()}
    given = upload.choices.get("given", {})
    asked = [
        {
            "head": column.head,
            "value": given.get(column.head, upload.choices.get("proposed", {}).get(column.head, "")),
            "required": column.required,
            "choices": column.cell.choices(sheet.context),
        }
        for column in columns.values()
        if column.name not in named and not column.inner and (column.required or column.head in sheet.given_heads)
    ]
    return {
        "tabs": tabs,
        "columns": [(column.name, column.head) for column in columns.values() if not column.inner],
        "asked": asked,
        "year": upload.choices.get("year"),
    }


def _named_tabs(upload: Upload, posted: Any) -> list[dict[str, Any]]:
    """Return what was said of the tabs and their columns."""
    tabs = []
    for top, before in zip(upload.tops, upload.choices["tabs"], strict=True):
        number = top["number"]
        meanings = {
            key.rpartition("-")[2]: value
            for key, value in posted.items()
            if key.startswith(f"column-{number}-") and value
        }
        first, last = (_row(posted.get(f"{name}-{number}"), before[name]) for name in ("first", "last"))
        moved = (first, last) != (before["first"], before["last"])
        tabs.append(
            before
            | {
                "chosen": f"tab-{number}" in posted,
                "first": first,
                "last": max(first, last),
                "meanings": meanings,
                "moved": moved,
            }
        )
    return tabs


def _row(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 6 else otherwise


def _year(text: str) -> int | None:
    """Return the year of the whole file; raises ValidationError for anything else."""
    if not text.strip():
        return None
    try:
        return int(YearField(min_value=1945, max_value=today().year + 1).clean(text))
    except ValidationError as error:
        raise ValidationError(_("Year of the file: ") + " ".join(error.messages)) from error


def _given(posted: Any) -> dict[str, str]:
    return {key.removeprefix("given-"): value.strip() for key, value in posted.items() if key.startswith("given-")}


def _answers(upload: Upload, posted: Any) -> dict[str, dict[str, str]]:
    answers: dict[str, dict[str, str]] = {}
    for number, question in enumerate(upload.preview["questions"]):
        chosen = posted.get(f"answer-{number}", "")
        typed = posted.get(f"text-{number}", "").strip()
        said = {"typed": typed or None, "empty": "", "above": checking.ABOVE, "skip": checking.SKIP}.get(chosen)
        if chosen.startswith("reading-"):
            place = int(chosen.removeprefix("reading-")) if chosen.removeprefix("reading-").isdecimal() else -1
            readings = question["readings"]
            said = readings[place][0] if 0 <= place < len(readings) else None
        if said is not None:
            answers.setdefault(question["name"], {})[question["cell"]] = said
    return answers
