"""The sheet of decisions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from awards import recording
from awards.models import AwardDecision, AwardForm, AwardGround, AwardingPower, Commendation
from awards.models.decisions import Occasion
from awards.sheets.cells import CAPACITIES, GROUNDS, OCCASIONS, OTHER_OCCASIONS, AuthorityCell, CatalogueCell
from units.importing.cells import (
    AreaCell,
    ChoiceCell,
    CountCell,
    DayCell,
    NameCell,
    NumberCell,
    TextCell,
    YearCell,
    YesCell,
)
from units.importing.sheets import SHEETS, Column, Found, Outcome, Problem, Row, Sheet, area_name, key_of
from units.importing.spills import Spill, number_and_day
from units.models import Body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.context import Context

NUMBER, DAY, AUTHORITY, AREA = "Số, ký hiệu quyết định", "Ngày quyết định", "Cấp quyết định", "Mã địa bàn"


class PrintedNumberCell(NumberCell):
    """Number and symbol of a decision in one cell, as it is printed."""

    def __init__(self, prefix: str = "") -> None:
        """Keep where the decision lies from the record."""
        self.prefix = prefix

    def paths(self, name: str) -> tuple[str, ...]:
        return f"{self.prefix}number", f"{self.prefix}symbol"

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        return [printed(number, symbol) for number, symbol in zip(*selected, strict=True)]


def printed(number: str, symbol: str) -> str:
    """Return number and symbol as decisions print them."""
    return AwardDecision(number=number, symbol=symbol).printed_number


@SHEETS.add
class DecisionSheet(Sheet):
    """Decisions by number and symbol, day, authority and area; one without a number also by what it is about."""

    model = AwardDecision
    columns = (
        Column("number", NUMBER, PrintedNumberCell(), required=True, may_be_empty=True, spill=Spill("decided_on", number_and_day), also=("Số quyết định", "Số QĐ", "QĐ số", "Quyết định số", "Số, ký hiệu", "Số hiệu", "Số/ký hiệu QĐ", "Số và ngày quyết định", "Số, ngày QĐ", "Số, ngày quyết định"), example="09/QĐ-UBND"),
        Column("decided_on", DAY, DayCell(), required=True, also=("Ngày QĐ", "Ngày ban hành", "Ngày ký", "Ngày tháng", "Ngày, tháng, năm"), example=date(2024, 8, 12)),
        Column("authority", AUTHORITY, AuthorityCell(), required=True, also=("Cấp khen thưởng", "Cấp khen", "Thẩm quyền", "Cơ quan quyết định", "Cấp ra quyết định", "Cấp KT", "Người quyết định", "Ai khen")),
        Column("area", AREA, AreaCell(), required=True, also=("Địa bàn", "Đơn vị", "Phạm vi", "Đơn vị được khen", "Địa phương", "Địa phương ra QĐ", "Địa bàn ra QĐ", "Nơi ban hành"), example="P06"),
        area_name(),
        Column("year", "Năm", YearCell(), required=True, also=("Năm khen thưởng", "Năm công tác", "Năm xét khen", "Khen cho năm"), example=2024),
        Column("abstract", "Trích yếu", TextCell(), required=True, also=("Nội dung", "Về việc", "Trích yếu nội dung", "V/v", "Nội dung khen", "Nội dung khen thưởng")),
        Column("issuer", "Cơ quan ban hành", NameCell(Body)),
        Column("signer_capacity", "Quyền hạn ký", ChoiceCell(AwardDecision.Capacity, CAPACITIES, otherwise=AwardDecision.Capacity.OWN), also=("Ký", "Quyền ký", "Thẩm quyền ký")),
        Column("signer_post", "Chức vụ người ký", TextCell(), also=("Người ký", "Chức danh người ký", "Người ký (chức vụ)")),
        Column("ground", "Loại khen thưởng", CatalogueCell(AwardGround, also=GROUNDS), also=("Loại hình khen thưởng", "Loại hình", "Loại hình KT", "Hình thức khen theo tính chất")),
        Column("theme", "Chuyên đề", TextCell(), also=("Nội dung chuyên đề", "Tên chuyên đề")),
        Column("occasion", "Dịp trao", ChoiceCell(Occasion, OCCASIONS, also=OTHER_OCCASIONS), also=("Trao tại", "Dịp", "Nơi trao", "Nhân dịp")),
        Column("legal_basis", "Căn cứ", TextCell()),
        Column("stated_collectives", "Số tập thể", CountCell(), also=("Tập thể", "SL tập thể", "Số được khen / TT", "Số lượng / Tập thể", "Số lượng / TT", "Tập thể được khen", "Đối tượng được khen / Tập thể")),
        Column("stated_individuals", "Số cá nhân", CountCell(), also=("Cá nhân", "SL cá nhân", "Số được khen / CN", "Số lượng / Cá nhân", "Số lượng / CN", "CN", "Đối tượng được khen / Cá nhân")),
        Column("stated_households", "Số hộ gia đình", CountCell(), also=("Hộ gia đình", "Hộ", "Số hộ", "Số lượng / Hộ gia đình", "Số lượng / HGĐ", "Số lượng / Hộ", "Hộ GĐ", "Đối tượng được khen / Hộ GĐ")),
        Column("publishes_names", "Công khai tên cá nhân", YesCell()),
        Column("power_reason", "Lý do khi chưa rõ thẩm quyền", TextCell()),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    inner = (Column("symbol", "Ký hiệu", TextCell(), inner=True),)

    def prepare(self, values: dict[str, list[Any]]) -> Outcome:
        """Split number and symbol out of their one column."""
        split = [recording.split_number(text) for text in values["number"]]
        values["number"] = [number for number, _symbol in split]
        values["symbol"] = [symbol for _number, symbol in split]
        return {}

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find the decisions that stand under these numbers; those without a number by what they are about."""
        by = ["number", "symbol", "decided_on", "authority_id", "area_id"]
        rows = self.rows().filter(decided_on__in={day for day in values["decided_on"] if day}, void_reason="")
        known = self.stored(rows.exclude(number=""), names, by=by)
        nameless = self.stored(rows.filter(number=""), names, by=[*by, "abstract"])
        keys = zip(
            *(values[name] for name in ("number", "symbol", "decided_on", "authority", "area", "abstract")), strict=True
        )
        found = []
        for *key, abstract in keys:
            plain = tuple(map(key_of, key))
            found.append(known.get(plain) if key[0] else nameless.get((*plain, abstract)))
        return found, {}

    def check(self, rows: Sequence[Row]) -> Outcome:
        """Ask the rules of the form, and of decisions that commend somebody already whether they could."""
        outcome = super().check(rows)
        changed = {row.pk: index for index, row in enumerate(rows) if row.pk is not None and index not in outcome}
        given = Commendation.objects.given().filter(decision__in=changed).order_by("decision", "form")
        forms: dict[int, list[int]] = defaultdict(list)
        for decision, form in given.values_list("decision_id", "form_id").distinct():
            forms[decision].append(form)
        if not forms:
            return outcome
        powers = list(AwardingPower.objects.order_by("valid_from", "pk").select_related("form"))
        catalogue = AwardForm.objects.in_bulk()
        for decision, keys in forms.items():
            try:
                for key in keys:
                    recording.demand_power(rows[changed[decision]].record, catalogue[key], powers)
            except ValidationError as error:
                outcome[changed[decision]] = [Problem("authority", " ".join(error.messages))]
        return outcome

    def name_of(self, checked: Any, index: int) -> str:
        return printed(checked.columns["number"][index], checked.columns["symbol"][index])
