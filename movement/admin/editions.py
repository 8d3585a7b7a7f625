"""Sealed editions in the admin, and the door to their files."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.admin import CatalogueAdmin, ReadOnly
from config.words import worded
from movement.edition_files import FILES, MANIFEST, SUMS, file_response
from movement.models import Edition
from units.auth import person


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
        "errata_count",
        "public_files",
        "internal_files",
    ]
    readonly_fields = ["errata_count", "public_files", "internal_files"]

    @admin.display(description=_("errata"))
    def errata_count(self, edition: Edition) -> str:
        """Return how many things the edition tells otherwise than the one before it."""
        return worded(edition.errata.count())

    @admin.display(description=_("files for the public"))
    def public_files(self, edition: Edition) -> str:
        """Return the links to the files that everybody may have."""
        return self._links(edition, [name for name in (*FILES, MANIFEST, SUMS) if not name.startswith("internal")])

    @admin.display(description=_("internal files"))
    def internal_files(self, edition: Edition) -> str:
        """Return the links to the files with every own part, sum below and explanation."""
        return self._links(edition, [name for name in FILES if name.startswith("internal")])

    def _links(self, edition: Edition, names: list[str]) -> str:
        if not edition.has_files:
            return gettext("none: this edition was sealed as one text in the database")
        links = ((reverse("admin:movement_edition_file", args=[edition.pk, name]), name) for name in names)
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Offer the internal files to those only who may have them."""
        hidden = obj is not None and not person(request).has_perm("movement.view_internal_edition", obj)
        return [name for name in super().get_fields(request, obj) if not (hidden and name == "internal_files")]

    def get_urls(self) -> list[Any]:
        """Add the address of the files."""
        # the answer carries its own rule for caches
        view = self.admin_site.admin_view(self.file_view, cacheable=True)
        return [path("<int:pk>/files/<str:name>", view, name="movement_edition_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int, name: str) -> FileResponse:
        """Hand a file out, an internal one to those only who may see every report of the edition."""
        edition = get_object_or_404(self.get_queryset(request).select_related("area", "period"), pk=pk)
        if name not in {*FILES, MANIFEST, SUMS} or not edition.has_files:
            raise Http404
        if name.startswith("internal") and not person(request).has_perm("movement.view_internal_edition", edition):
            raise PermissionDenied(
                gettext("The internal files of an edition are for those who see every report of %(area)s.")
                % {"area": edition.area}
            )
        response = file_response(edition, name, f"{edition.area.code}-{edition.period.year}-{edition.number}-{name}")
        response.headers["Cache-Control"] = "private, no-store"
        return response
