"""The sheet of snapshots of programmes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.folding import fold
from movement.models import ProgrammeMeasure, ProgrammeSnapshot
from movement.sheets.cells import AmountCell, MeasureCell
from movement.sheets.columns import AREA_COLUMN
from units.importing.cells import DayCell, TextCell
from units.importing.sheets import SHEETS, Column, Outcome, Problem, Voidable, area_name
from units.importing.words import WordCell

if TYPE_CHECKING:
    from collections.abc import Collection


@SHEETS.add
class SnapshotSheet(Voidable):
    """Where areas stood in what a programme measures."""

    model = ProgrammeSnapshot
    columns = (
        AREA_COLUMN,
        area_name(),
        Column("programme", "Mã chương trình", TextCell(), required=True, path="measure__programme__code", also=("Chương trình", "Đề án", "Mã đề án"), example="DA06"),
        Column("measure", "Nội dung", MeasureCell(), required=True, also=("Chỉ tiêu", "Tên chỉ tiêu", "Nội dung thực hiện"), example="Cấp tài khoản định danh điện tử"),
        Column("taken_on", "Tính đến ngày", DayCell(), required=True, also=("Ngày", "Đến ngày", "Ngày chốt số liệu", "Thời điểm"), example=date(2024, 5, 18)),
        Column("word", "Từ", WordCell()),
        Column("value", "Giá trị", AmountCell(), required=True, also=("Kết quả", "Số liệu", "Lũy kế"), example=25),
        Column("target", "Mức phấn đấu", AmountCell(), also=("Mục tiêu", "Kế hoạch", "Chỉ tiêu giao")),
        Column("source", "Nguồn", TextCell(), also=("Nguồn số liệu",)),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip
    alike = ("area", "measure", "taken_on")

    def prepare(self, values: dict[str, list[Any]]) -> Outcome:
        """Find what is measured by the programme of the row and its own name."""
        codes, names = [code.strip().upper() for code in values.pop("programme")], values["measure"]
        known = self._measures(set(codes))
        values["measure"] = [known.get((code, fold(name))) for code, name in zip(codes, names, strict=True)]
        said = _("The programme “%(code)s” measures nothing called “%(value)s”: see the list of programmes.")
        return {
            index: [Problem("measure", said % {"code": code, "value": name})]
            for index, (code, name, found) in enumerate(zip(codes, names, values["measure"], strict=True))
            if code and name and found is None
        }

    def _measures(self, codes: Collection[str]) -> dict[tuple[str, str], ProgrammeMeasure]:
        rows = ProgrammeMeasure.objects.visible_to(self.user).filter(programme__code__in=codes)
        return {
            (one.programme.code, fold(name)): one
            for one in rows.select_related("programme")
            for name in (one.name_en, one.name)
            if name
        }
