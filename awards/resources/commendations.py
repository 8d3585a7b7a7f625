"""The sheet of whom decisions commend."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext
from import_export import fields

from awards import recording
from awards.models import AwardDecision, AwardForm, AwardingAuthority, Commendation, Recipient
from awards.models.decisions import RecipientKind
from awards.resources.decisions import AREA, AUTHORITY, DAY, NUMBER, cell, key_of
from awards.resources.widgets import KINDS, CatalogueWidget
from config.folding import fold
from config.spreadsheets import DayWidget, TextWidget
from units.cells import ChoiceWidget
from units.sheets import VERSION, AreaWidget, ScopedResource

DECISION_AREA, KIND, NAME, POST = "Mã địa bàn ra quyết định", "Loại", "Họ tên, tên tập thể", "Chức vụ"
WORKPLACE, FORM, ROW, NOTE = "Đơn vị", "Hình thức", "STT", "Ghi chú"
HEADS = {"area": AREA, "kind": KIND, "name": NAME, "post": POST, "workplace": WORKPLACE}


class CommendationResource(ScopedResource):
    """Commendations by decision, recipient and form. A recipient who is not on record is entered with the row."""

    number = fields.Field("decision__printed_number", NUMBER, TextWidget(), readonly=True)
    decided_on = fields.Field("decision__decided_on", DAY, DayWidget(), readonly=True)
    authority = fields.Field("decision__authority", AUTHORITY, CatalogueWidget(AwardingAuthority), readonly=True)
    decision_area = fields.Field("decision__area", DECISION_AREA, AreaWidget(), readonly=True)
    name = fields.Field("recipient__name", NAME, TextWidget(), readonly=True)
    kind = fields.Field("recipient__kind", KIND, ChoiceWidget(RecipientKind, KINDS), readonly=True)
    post = fields.Field("recipient__post", POST, TextWidget(), readonly=True)
    workplace = fields.Field("recipient__workplace", WORKPLACE, TextWidget(), readonly=True)
    area = fields.Field("recipient__area", AREA, AreaWidget(), readonly=True)
    form = fields.Field("form", FORM, CatalogueWidget(AwardForm))
    printed_form = fields.Field("printed_form", "Hình thức như đã in", TextWidget())
    achievement = fields.Field("achievement", "Thành tích", TextWidget())
    presented_on = fields.Field("presented_on", "Ngày trao", DayWidget())
    state = fields.Field("get_state_display", "Trạng thái", TextWidget(), readonly=True)
    required = (NUMBER, DAY, AUTHORITY, NAME, KIND, FORM)

    class Meta(ScopedResource.Meta):
        model = Commendation
        import_id_fields = ["number", "decided_on", "authority", "name", "kind", "form"]
        fields = [
            "number", "decided_on", "authority", "decision_area", "name", "kind", "post", "workplace", "area", "form",
            "printed_form", "achievement", "presented_on", "state", "version",
        ]  # fmt: skip
        import_order = export_order = fields

    def heads(self) -> dict[str, str]:
        """Let the columns stand that lists have by habit: the row's number, and notes, which must be empty."""
        return super().heads() | {fold(ROW): ROW, fold(NOTE): NOTE}

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Refuse a note: there is no field that would keep it."""
        if TextWidget().clean(row.get(NOTE)):
            raise ValidationError(
                {
                    NOTE: gettext("Notes on a commendation are not kept: say it under “%(head)s”.")
                    % {"head": "Thành tích"}
                }
            )

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Find the commendation; keep its decision and its recipient, on record or new, for the row."""
        self._decision = self._decision_of(row)
        self._recipient = self._recipient_of(row, self._decision)
        form = cell(FORM, self.fields["form"].widget, row)
        if self._recipient.pk is None or form is None:
            return None
        rows = self.get_queryset().for_list()
        return rows.filter(decision=self._decision, recipient=self._recipient, form=form).first()

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Put a new row on its decision; one that bears a version must be on record."""
        if not new:
            return
        if row.get(VERSION) not in ("", None):
            raise ValidationError(
                gettext(
                    "No commendation on record has this decision, name, kind, workplace, area and form together. Recipients are renamed on their own page; a row without a version is a new one."
                )
            )
        instance.decision, instance.recipient = self._decision, self._recipient

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Check a new recipient together with the row, so that every wrong cell shows at once."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        if instance.recipient.pk is not None:
            super().validate_instance(instance, errors, validate_unique)
            return
        for check, left_out in ((instance.recipient, set()), (instance, {"recipient", *errors})):
            try:
                check.full_clean(exclude=left_out)
            except ValidationError as error:
                for name, said in error.error_dict.items():
                    place = HEADS.get(name, name) if check is instance.recipient else name
                    errors.setdefault(place if place != "__all__" else NON_FIELD_ERRORS, []).extend(said)
        if errors:
            raise ValidationError(errors)

    def write(self, instance: Any, *, is_create: bool) -> None:
        """Store the commendation by its service, which enters a new recipient."""
        assert self.user is not None
        recording.record(instance, by=self.user)

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        """Join what the sheet shows."""
        return queryset.for_list()

    def _decision_of(self, row: Any) -> AwardDecision:
        """Return the decision of the row; the rows of one decision look it up once."""
        conditions = key_of(row, self.fields["authority"].widget)
        if area := cell(DECISION_AREA, self.fields["decision_area"].widget, row):
            conditions["area"] = area
        key = tuple(sorted((name, str(getattr(value, "pk", value))) for name, value in conditions.items()))
        if key not in self._decisions:
            self._decisions[key] = self._find_decision(conditions)
        return self._decisions[key]

    @cached_property
    def _decisions(self) -> dict[tuple[tuple[str, str], ...], AwardDecision]:
        return {}

    def _find_decision(self, conditions: dict[str, Any]) -> AwardDecision:
        found = AwardDecision.objects.visible_to(self.user) if self.user else AwardDecision.objects.none()
        decisions: list[AwardDecision] = list(found.for_list().filter(**conditions)[:2])
        if not decisions:
            raise ValidationError(
                {
                    NUMBER: gettext(
                        "No decision of this number, day and authority is on record: enter or import it first."
                    )
                }
            )
        if len(decisions) > 1:
            raise ValidationError(
                {
                    NUMBER: gettext("Several decisions have this number, day and authority: fill in “%(head)s”.")
                    % {"head": DECISION_AREA}
                }
            )
        return decisions[0]

    def _recipient_of(self, row: Any, decision: AwardDecision) -> Recipient:
        text = TextWidget()
        if not text.clean(row.get(NAME)):
            raise ValidationError({NAME: gettext("Fill in this cell.")})
        named = Recipient(
            kind=cell(KIND, self.fields["kind"].widget, row),
            name=text.clean(row.get(NAME)),
            post=text.clean(row.get(POST)),
            workplace=text.clean(row.get(WORKPLACE)),
            area=cell(AREA, self.fields["area"].widget, row) or decision.area,
        )
        found = recording.on_record(named)
        if found is None:
            return named
        if named.post and named.post != found.post:
            raise ValidationError(
                {POST: gettext("On record stands “%(post)s”: change it on the page of the recipient.") % {"post": found.post or "—"}}
            )  # fmt: skip
        return found
