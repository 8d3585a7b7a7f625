"""The pages of imports that were stored: what each did, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.admin import CatalogueAdmin, ReadOnly
from units.auth import person
from units.importing.undoing import NotUndone, obstacle, undo
from units.models import ImportBatch

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnly, CatalogueAdmin):
    """Every import: who, when, which file, and what it did."""

    shelf, place_on_shelf = "offices", 2
    list_display = ["at", "subject", "file_name", "by", "new", "changed", "same", "refused", "standing"]
    list_select_related = ["by", "undoes", "undone_by"]
    fields = ["at", "subject", "file_name", "digest", "by", "new", "changed", "same", "refused", "standing"]
    readonly_fields = ["standing"]
    change_form_template = "admin/units/importbatch/change_form.html"

    @admin.display(description=_("state"))
    def standing(self, batch: ImportBatch) -> str:
        """Say whether the import was taken back, or takes another back."""
        if batch.undoes:
            return gettext("takes back: %(batch)s") % {"batch": batch.undoes}
        return gettext("taken back") if hasattr(batch, "undone_by") else gettext("stored")

    def get_urls(self) -> list[Any]:
        """Add the page that takes an import back."""
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", view, name="units_importbatch_undo"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer to take the import back, where that can be."""
        batch = kwargs.get("obj") or (args[3] if len(args) > 3 else None)
        context["may_undo"] = batch is not None and not obstacle(batch)
        return super().render_change_form(request, context, *args, **kwargs)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take an import back as a whole, or name what stands in the way."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        user = person(request)
        batch = get_object_or_404(ImportBatch.objects.visible_to(user), pk=pk)
        if not self.has_view_permission(request):
            raise Http404
        address = reverse("admin:units_importbatch_change", args=[batch.pk])
        try:
            into = undo(batch, by=user)
        except NotUndone as error:
            return self._refused(request, batch, str(error), error.rows)
        except PermissionDenied as error:
            return self._refused(request, batch, str(error), [])
        except IntegrityError:
            said = gettext("This clashes with what is already on record. Nothing was taken back.")
            return self._refused(request, batch, said, [])
        messages.success(
            request,
            gettext("The import is taken back: %(rows)d rows are as they were before.") % {"rows": into.changed},
        )
        return redirect(address)

    def _refused(self, request: HttpRequest, batch: ImportBatch, said: str, rows: list[str]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": batch,
            "batch": batch,
            "said": said,
            "rows": rows,
        }
        return TemplateResponse(request, "admin/units/importbatch/not_undone.html", context)
