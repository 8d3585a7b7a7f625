"""The sheet of decisions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from import_export import fields

from awards import recording
from awards.models import AwardDecision, AwardGround, AwardingAuthority
from awards.models.decisions import Occasion
from awards.resources.widgets import CAPACITIES, OCCASIONS, CatalogueWidget
from config.spreadsheets import CountWidget, DayWidget, TextWidget
from units.cells import ChoiceWidget, NameWidget, YesWidget
from units.models import Body
from units.sheets import AreaWidget, ScopedResource

NUMBER, DAY, AUTHORITY, AREA = "Số, ký hiệu quyết định", "Ngày quyết định", "Cấp quyết định", "Mã địa bàn"


class CapacityWidget(ChoiceWidget):
    """In what capacity somebody signed; an empty cell means in the own office."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return super().clean(value, row, **kwargs) or AwardDecision.Capacity.OWN


class DecisionResource(ScopedResource):
    """Decisions by number and symbol, day, authority and area; one without a number also by what it is about."""

    number = fields.Field("printed_number", NUMBER, TextWidget(), readonly=True)
    decided_on = fields.Field("decided_on", DAY, DayWidget())
    authority = fields.Field("authority", AUTHORITY, CatalogueWidget(AwardingAuthority))
    area = fields.Field("area", AREA, AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("year", "Năm", CountWidget())
    abstract = fields.Field("abstract", "Trích yếu", TextWidget())
    issuer = fields.Field("issuer", "Cơ quan ban hành", NameWidget(Body))
    signer_capacity = fields.Field(
        "signer_capacity", "Quyền hạn ký", CapacityWidget(AwardDecision.Capacity, CAPACITIES)
    )
    signer_post = fields.Field("signer_post", "Chức vụ người ký", TextWidget())
    ground = fields.Field("ground", "Loại khen thưởng", CatalogueWidget(AwardGround))
    theme = fields.Field("theme", "Chuyên đề", TextWidget())
    occasion = fields.Field("occasion", "Dịp trao", ChoiceWidget(Occasion, OCCASIONS))
    legal_basis = fields.Field("legal_basis", "Căn cứ", TextWidget())
    stated_collectives = fields.Field("stated_collectives", "Số tập thể", CountWidget())
    stated_individuals = fields.Field("stated_individuals", "Số cá nhân", CountWidget())
    stated_households = fields.Field("stated_households", "Số hộ gia đình", CountWidget())
    publishes_names = fields.Field("publishes_names", "Công khai tên cá nhân", YesWidget())
    power_reason = fields.Field("power_reason", "Lý do khi chưa rõ thẩm quyền", TextWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    required = (NUMBER, DAY, AUTHORITY, AREA, "Năm", "Trích yếu")

    class Meta(ScopedResource.Meta):
        model = AwardDecision
        import_id_fields = ["number", "decided_on", "authority", "area"]
        fields = [
            "number", "decided_on", "authority", "area", "area_name", "year", "abstract", "issuer", "signer_capacity",
            "signer_post", "ground", "theme", "occasion", "legal_basis", "stated_collectives", "stated_individuals",
            "stated_households", "publishes_names", "power_reason", "note", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the decision that stands under this number."""
        found = (
            self.get_queryset()
            .for_list()
            .filter(
                **key_of(row, self.fields["authority"].widget),
                area=cell(AREA, self.fields["area"].widget, row),
            )
        )
        if not recording.split_number(TextWidget().clean(row.get(NUMBER)))[0]:
            found = found.filter(abstract=TextWidget().clean(row.get("Trích yếu")))
        return found.first()

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Fill the decision, number and symbol out of their one column."""
        instance.number, instance.symbol = recording.split_number(TextWidget().clean(row.get(NUMBER)))
        super().import_instance(instance, row, **kwargs)

    def write(self, instance: Any, *, is_create: bool) -> None:
        """Store the decision by its service."""
        assert self.user is not None
        recording.decide(instance, by=self.user)

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list().select_related("issuer")


def key_of(row: Any, authorities: CatalogueWidget) -> dict[str, Any]:
    """Return the conditions that a row puts on its decision. Raises ValidationError by head."""
    number, symbol = recording.split_number(TextWidget().clean(row.get(NUMBER)))
    day = cell(DAY, DayWidget(), row)
    authority = cell(AUTHORITY, authorities, row)
    missing = {head: gettext("Fill in this cell.") for head, value in ((DAY, day), (AUTHORITY, authority)) if not value}
    if missing:
        raise ValidationError(missing)
    return {"number": number, "symbol": symbol, "decided_on": day, "authority": authority}


def cell(head: str, widget: Any, row: Any) -> Any:
    """Return what stands under `head`. Raises ValidationError that names the head."""
    try:
        return widget.clean(row.get(head), row)
    except ValidationError as error:
        raise ValidationError({head: error.messages}) from error
