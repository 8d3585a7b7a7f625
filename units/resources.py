"""One sheet per class: units, members of clusters, bodies."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import fields

from config.spreadsheets import CountWidget, DayWidget, TextWidget
from units import register
from units.models import Body, Cluster, ClusterMember, Unit
from units.sheets import AreaWidget, KindWidget, ScopedResource, ScopedWidget, refuse_second_time


class UnitResource(ScopedResource):
    """Units by code; a new unit gets its first placement in the commune named, an empty code the next of the commune."""

    code = fields.Field("code", "Mã", TextWidget())
    kind = fields.Field("kind", "Loại tổ chức", KindWidget())
    name = fields.Field("name", "Tên", TextWidget())
    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    village = fields.Field(None, "Thôn, bản, tổ dân phố", TextWidget())
    established_on = fields.Field("established_on", "Ngày thành lập", DayWidget())
    decision_number = fields.Field("decision_number", "Số, ký hiệu quyết định", TextWidget())
    decision_date = fields.Field("decision_date", "Ngày quyết định", DayWidget())
    consolidated_on = fields.Field("consolidated_on", "Ngày củng cố, kiện toàn", DayWidget())
    dissolved_on = fields.Field("dissolved_on", "Ngày giải thể", DayWidget())
    dissolution_reason = fields.Field("dissolution_reason", "Lý do giải thể", TextWidget())
    members = fields.Field("members", "Số thành viên", CountWidget())
    women = fields.Field("women", "Nữ", CountWidget())
    minorities = fields.Field("minorities", "Dân tộc thiểu số", CountWidget())
    required = ("Loại tổ chức", "Tên", "Mã địa bàn")

    class Meta(ScopedResource.Meta):
        model = Unit
        import_id_fields = ["code"]
        fields = [
            "code", "kind", "name", "area", "area_name", "village", "established_on", "decision_number", "decision_date", "consolidated_on",
            "dissolved_on", "dissolution_reason", "members", "women", "minorities", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Add the column of codes where the sheet has none: all its units are new."""
        super().before_import(dataset, **kwargs)
        if "Mã" not in dataset.headers:
            dataset.append_col([""] * len(dataset), header="Mã")
        refuse_second_time(dataset, "Mã")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Keep the village for the placement."""
        head = "Thôn, bản, tổ dân phố"
        self._village = TextWidget().clean(row[head]) if head in row else None

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """Leave a row alone where neither the unit nor its village changes."""
        same: bool = super().skip_row(instance, original, row, import_validation_errors)
        if same and instance.pk and self._village is not None:
            return self.dehydrate_village(instance) == self._village
        return same

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the unit by its code; without a code it is new."""
        return super().get_instance(instance_loader, row) if row.get("Mã") else None

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Fill the unit; a new one without a code gets the next of its commune."""
        super().import_instance(instance, row, **kwargs)
        if not instance.code and instance.area_id:
            instance.code = register.next_code(instance.area)

    def write(self, instance: Any, *, is_create: bool) -> None:
        """Store the unit and its placement together."""
        assert self.user is not None
        if is_create:
            register.found(instance, village=self._village or "", by=self.user)
        else:
            register.revise(instance, by=self.user, village=self._village)

    def dehydrate_village(self, unit: Unit) -> str:
        """Return the village of the last placement."""
        placements = list(unit.placements.all())
        return placements[-1].village if placements else ""

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list().prefetch_related("placements")


class ClusterWidget(ScopedWidget):
    """A cluster by its code, in the person's sight."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Cluster | None:
        """Return the cluster. Raises ValidationError for one that the person does not see."""
        code = str(value or "").strip().upper()
        cluster = Cluster.objects.visible_to(self.user).filter(code=code).first() if self.user else None
        if cluster is None:
            raise ValidationError(
                _("“%(code)s” is not the code of a cluster with a member in your area."), params={"code": value}
            )
        return cluster

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.code if value else ""


class ClusterMemberResource(ScopedResource):
    """Members of clusters: cluster and area by code, each membership by the day it begins."""

    cluster = fields.Field("cluster", "Mã cụm", ClusterWidget())
    cluster_name = fields.Field("cluster__name", "Tên cụm", TextWidget(), readonly=True)
    area = fields.Field("area", "Mã địa bàn", AreaWidget(anywhere=True))
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    communes = fields.Field("communes", "Số xã tham gia", CountWidget())
    valid_from = fields.Field("valid_from", "Từ ngày", DayWidget())
    valid_to = fields.Field("valid_to", "Đến trước ngày", DayWidget())
    required = ("Mã cụm", "Mã địa bàn")

    class Meta(ScopedResource.Meta):
        model = ClusterMember
        import_id_fields = ["cluster", "area"]
        fields = ["cluster", "cluster_name", "area", "area_name", "communes", "valid_from", "valid_to", "version"]
        import_order = export_order = fields

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the open membership of the area in the cluster."""
        cluster = self.fields["cluster"].widget.clean(row.get("Mã cụm"))
        area = self.fields["area"].widget.clean(row.get("Mã địa bàn"))
        return self.get_queryset().filter(cluster=cluster, area=area, valid_to=None).first()

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.select_related("cluster", "area__district", "area__province")


class BodyKindWidget(TextWidget):
    """The kind of a body by its Vietnamese or English name."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the kind's code. Raises ValidationError that lists the kinds."""
        text = str(value or "").strip().lower()
        for code, label in Body.Kind.choices:
            if text in {code, str(label).lower()}:
                return code
        raise ValidationError(
            _("“%(value)s” is not a kind on record. The kinds are: %(kinds)s."),
            params={"value": value, "kinds": "; ".join(str(label) for _code, label in Body.Kind.choices)},
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(Body.Kind(value).label) if value else ""


class BodyResource(ScopedResource):
    """Bodies by area and name."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    name = fields.Field("name", "Tên", TextWidget())
    short_name = fields.Field("short_name", "Tên viết tắt", TextWidget())
    kind = fields.Field("kind", "Loại cơ quan", BodyKindWidget())
    valid_from = fields.Field("valid_from", "Từ ngày", DayWidget())
    valid_to = fields.Field("valid_to", "Đến trước ngày", DayWidget())
    required = ("Mã địa bàn", "Tên", "Loại cơ quan")

    class Meta(ScopedResource.Meta):
        model = Body
        import_id_fields = ["area", "name"]
        fields = ["area", "name", "short_name", "kind", "valid_from", "valid_to", "version"]
        import_order = export_order = fields

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the body of the area that is still in force under the name."""
        area = self.fields["area"].widget.clean(row.get("Mã địa bàn"))
        return self.get_queryset().filter(area=area, name=TextWidget().clean(row.get("Tên")), valid_to=None).first()

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list()
