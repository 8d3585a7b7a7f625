"""The sheet of published figures."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from movement import printed
from movement.models import PublishedFigure
from movement.sheets.cells import IndicatorCell, ItemCell
from movement.sheets.columns import AREA_COLUMN
from units.importing.cells import ChoiceCell, CountCell, DayCell, DecimalCell, TextCell, YearCell, YesCell
from units.importing.sheets import (
    SHEETS,
    VERSION,
    YEAR,
    Column,
    Found,
    Outcome,
    Problem,
    Row,
    Sheet,
    key_of,
    second_times,
)
from units.importing.words import WordCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.checking import Checked

Span = PublishedFigure.Span
SPANS = {
    Span.YEAR: "năm",
    Span.HALF: "nửa năm",
    Span.SEVERAL: "nhiều năm",
    Span.TO_DATE: "từ đầu năm",
    Span.ON_DAY: "tại một ngày",
    Span.UNKNOWN: "chưa rõ",
}
OTHER_SPANS = {Span.YEAR: "cả năm", Span.HALF: "6 tháng;sáu tháng", Span.SEVERAL: "giai đoạn"}
NAMING = {  # what tells one figure from another, and what it is where the file does not say
    "area": None,
    "year": None,
    "span": Span.YEAR.value,
    "indicator": None,
    "metric": "",
    "item": "",
    "scope": "",
    "source": "",
}


@SHEETS.add
class PublishedFigureSheet(Sheet):
    """What others have printed, by area, time, what was counted, and source."""

    model = PublishedFigure
    columns = (
        AREA_COLUMN,
        Column("year", YEAR, YearCell(), required=True, may_be_empty=True, also=("Năm công bố", "Năm số liệu"), example=2022),
        Column("span", "Thời gian", ChoiceCell(Span, SPANS, otherwise=Span.YEAR.value, also=OTHER_SPANS), also=("Kỳ", "Kỳ số liệu")),
        Column("starts_on", "Từ ngày", DayCell()),
        Column("ends_on", "Đến ngày", DayCell()),
        Column("indicator", "Mã chỉ tiêu", IndicatorCell(), also=("Chỉ tiêu", "Tên chỉ tiêu"), example="launch_attendance"),
        Column("metric", "Tên như đã công bố", TextCell(), also=("Tên số liệu", "Nội dung")),
        Column("item", "Loại", ItemCell(), also=("Loại tổ chức", "Mã loại tổ chức")),
        Column("unit", "Đơn vị tính", TextCell(), also=("ĐVT",)),
        Column("word", "Từ", WordCell()),
        Column("value", "Giá trị", DecimalCell(), also=("Số liệu", "Số đã công bố"), example=9000),
        Column("numerator", "Tử số", CountCell()),
        Column("denominator", "Mẫu số", CountCell()),
        Column("rate", "Tỷ lệ (%)", DecimalCell(), also=("Tỷ lệ phần trăm",)),
        Column("rate_rule", "Cách tính tỷ lệ", TextCell()),
        Column("is_unstated", "Không công bố số", YesCell()),
        Column("scope", "Phạm vi", TextCell()),
        Column("source", "Nguồn", TextCell(), required=True, also=("Nguồn số liệu", "Nguồn tham khảo"), example="Báo Bắc Kạn, 12/2022"),
        Column("quote", "Trích dẫn", TextCell(), also=("Trích nguyên văn",)),
        Column("of_record", "Số liệu chính thức", YesCell(), also=("Chính thức",)),
        Column("does_not_add_up", "Số không khớp", YesCell()),
        Column("note", "Ghi chú", TextCell()),
    )  # fmt: skip

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find the same figures of the same sources; where several are stored, none is meant."""
        by = [self.attname(name) for name in NAMING]
        count = len(values["area"])
        columns = [values.get(name) or [otherwise] * count for name, otherwise in NAMING.items()]
        keys = [tuple(map(key_of, key)) for key in zip(*columns, strict=True)]
        rows = self.rows().filter(area__in={area for area, *_rest in keys if area is not None})
        known = self.stored(rows, names, by=by)
        times = Counter(rows.order_by().values_list(*by))
        said = _(
            "Several figures on record have the same area, time, name, scope and source: change them in the form, one by one."
        )
        outcome = {index: [Problem("", said)] for index, key in enumerate(keys) if times[key] > 1}
        return [known.get(key) for key in keys], outcome

    def unknown(self) -> str:
        return _(
            "The row has a version, but no such figure is on record: area, year, time, name, kind, scope and source tell which one is meant. Change these in the form; for a new figure leave “%(head)s” empty."
        ) % {"head": VERSION}

    def check(self, rows: Sequence[Row]) -> Outcome:
        """Ask every rule, and that no new row repeats another."""
        outcome = super().check(rows)
        names = [self.attname(name) for name in NAMING]
        return outcome | second_times(rows, outcome, lambda row: tuple(getattr(row.record, name) for name in names))

    def write(self, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """Store the figures, and have the trends that show them drawn anew."""
        super().write(new, changed)
        printed.redraw({row.record.area_id for row in (*new, *changed)})

    def name_of(self, checked: Checked, index: int) -> str:
        told = (checked.columns[name][index] for name in ("metric", "indicator") if name in checked.columns)
        return str(next(filter(None, told), ""))
