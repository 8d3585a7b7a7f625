"""The sheet of totals that others have published."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from import_export import fields

from awards.models import AwardForm, AwardGround, AwardingAuthority, ReportedAwardTotal
from awards.models.decisions import Occasion
from awards.resources.decisions import cell
from awards.resources.widgets import OCCASIONS, WORDS, CatalogueListWidget, CatalogueWidget
from config.spreadsheets import CountWidget, DayWidget, TextWidget
from config.words import Word
from units.cells import ChoiceWidget, YesWidget
from units.sheets import AreaWidget, ScopedResource

FORMS, AUTHORITIES = "Hình thức", "Cấp quyết định"


class ReportedTotalResource(ScopedResource):
    """What others have published, by area, span, forms, authorities and source; several forms with a semicolon."""

    area = fields.Field("area", "Mã địa bàn", AreaWidget())
    area_name = fields.Field("area__label", "Địa bàn", TextWidget(), readonly=True)
    year = fields.Field("year", "Năm", CountWidget())
    starts_on = fields.Field("starts_on", "Từ ngày", DayWidget())
    ends_on = fields.Field("ends_on", "Đến ngày", DayWidget())
    forms = fields.Field("forms", FORMS, CatalogueListWidget(AwardForm))
    authorities = fields.Field("authorities", AUTHORITIES, CatalogueListWidget(AwardingAuthority))
    to_collectives = fields.Field("to_collectives", "Cho tập thể", YesWidget())
    to_individuals = fields.Field("to_individuals", "Cho cá nhân", YesWidget())
    to_households = fields.Field("to_households", "Cho hộ gia đình", YesWidget())
    word = fields.Field("word", "Từ", ChoiceWidget(Word, WORDS))
    collectives = fields.Field("collectives", "Số tập thể", CountWidget())
    individuals = fields.Field("individuals", "Số cá nhân", CountWidget())
    households = fields.Field("households", "Số hộ gia đình", CountWidget())
    mixed = fields.Field("mixed", "Số chung, chưa tách", CountWidget())
    occasion = fields.Field("occasion", "Dịp trao", ChoiceWidget(Occasion, OCCASIONS))
    ground = fields.Field("ground", "Loại khen thưởng", CatalogueWidget(AwardGround))
    source = fields.Field("source", "Nguồn", TextWidget())
    quote = fields.Field("quote", "Trích dẫn", TextWidget())
    note = fields.Field("note", "Ghi chú", TextWidget())
    void_reason = fields.Field("void_reason", "Nhập nhầm, lý do", TextWidget())
    required = ("Mã địa bàn", "Năm", FORMS, "Nguồn")

    class Meta(ScopedResource.Meta):
        model = ReportedAwardTotal
        import_id_fields = ["area", "year", "forms", "source"]
        fields = [
            "area", "area_name", "year", "starts_on", "ends_on", "forms", "authorities", "to_collectives",
            "to_individuals", "to_households", "word", "collectives", "individuals", "households", "mixed", "occasion",
            "ground", "source", "quote", "note", "void_reason", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find what the same source says of the same forms and authorities."""
        found = (
            self.get_queryset()
            .for_list()
            .filter(
                area=cell("Mã địa bàn", self.fields["area"].widget, row),
                year=cell("Năm", CountWidget(), row),
                starts_on=cell("Từ ngày", DayWidget(), row),
                ends_on=cell("Đến ngày", DayWidget(), row),
                ground=cell("Loại khen thưởng", self.fields["ground"].widget, row),
                source=TextWidget().clean(row.get("Nguồn")),
            )
        )
        forms = {one.pk for one in cell(FORMS, self.fields["forms"].widget, row)}
        authorities = {one.pk for one in cell(AUTHORITIES, self.fields["authorities"].widget, row)}
        for total in found:
            same = {one.pk for one in total.forms.all()}, {one.pk for one in total.authorities.all()}
            if same == (forms, authorities):
                return total
        return None

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Fill the total; without a form it says nothing."""
        super().import_instance(instance, row, **kwargs)
        if not self.fields["forms"].widget.clean(row.get(FORMS)):
            field = ReportedAwardTotal._meta.get_field("forms")
            raise ValidationError({"forms": str(field.error_messages["blank"])})

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list()
