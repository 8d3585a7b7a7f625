"""The same list of units behind django-import-export as it comes, tuned as its manual says: what ours is measured against."""

from __future__ import annotations

import io
from typing import Any

import tablib
from django.contrib import admin
from django.urls import path
from import_export import fields, resources, widgets
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import XLSX
from import_export.instance_loaders import CachedInstanceLoader
from python_calamine import CalamineWorkbook

from units.models import Area, Unit, UnitKind


class Cached(widgets.ForeignKeyWidget):
    """A foreign key looked up in memory."""

    known: dict[str, Any] | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Return the record."""
        if self.known is None:
            self.known = {getattr(one, self.field): one for one in self.model.objects.all()}
        return self.known[value]


class Days(widgets.DateWidget):
    """A day that is one already."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Return the day."""
        return value or None


class StockResource(resources.ModelResource):
    """Units in bulk, without differences and without placements or history."""

    code = fields.Field("code", "Mã")
    kind = fields.Field("kind", "Loại tổ chức", Cached(UnitKind, "name_vi"))
    name = fields.Field("name", "Tên")
    area = fields.Field("area", "Mã địa bàn", Cached(Area, "code"))
    established_on = fields.Field("established_on", "Ngày thành lập", Days())
    decision_number = fields.Field("decision_number", "Số, ký hiệu quyết định")
    decision_date = fields.Field("decision_date", "Ngày quyết định", Days())
    members = fields.Field("members", "Số thành viên", widgets.IntegerWidget())
    women = fields.Field("women", "Nữ", widgets.IntegerWidget())
    minorities = fields.Field("minorities", "Dân tộc thiểu số", widgets.IntegerWidget())

    class Meta:
        model = Unit
        import_id_fields = ["code"]
        fields = [
            "code", "kind", "name", "area", "established_on", "decision_number", "decision_date", "members", "women",
            "minorities",
        ]  # fmt: skip
        use_bulk = True
        use_transactions = True
        batch_size = 1000
        skip_diff = True
        skip_html_diff = True
        skip_unchanged = False
        clean_model_instances = True
        instance_loader_class = CachedInstanceLoader


class Calamine(XLSX):
    """.xlsx by the fast reader."""

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> tablib.Dataset:
        """Read the sheet."""
        heads, *rows = CalamineWorkbook.from_filelike(io.BytesIO(in_stream)).get_sheet_by_index(0).to_python()
        data = tablib.Dataset(headers=heads)
        for row in rows:
            data.append([int(cell) if isinstance(cell, float) else cell for cell in row])
        return data


class StockAdmin(ImportExportMixin, admin.ModelAdmin):
    """The admin page as the manual has it."""

    resource_classes = [StockResource]
    skip_admin_log = True

    def get_import_formats(self) -> list[Any]:
        """Take .xlsx."""
        return [Calamine]


site = admin.AdminSite(name="stock")
site.register(Unit, StockAdmin)
urlpatterns = [path("stock/", site.urls)]
