"""The sheet of figures: one row for each area, one column for each indicator."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.bulk import among
from config.cells import Doubt
from config.folding import fold
from config.records import update_all
from movement.models import Figure, Indicator, Report
from movement.models.reports import OPEN_STATES
from movement.reports import locked_text, refuse_typed
from movement.sheets.heads import OTHER_HEADS
from units.importing.cells import AreaCell, CountCell, TextCell, YearCell
from units.importing.money import MoneyCell
from units.importing.sheets import SHEETS, YEAR, Column, Found, Outcome, Problem, Sheet, area_name, blocks_of, key_of
from units.importing.words import WordCell
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from units.importing.checking import Checked
    from units.importing.context import Context

_OF_FIGURE = "figure_"


_DONE_OR_NOT = ("standard_", "festival_")  # an area of many does or does not: each counts one
_MET = {"dat": 1, "chua dat": 0, "khong dat": 0, "x": 1, "×": 1, "✓": 1, "✔": 1, "co": 1}
_OF_ALL = re.compile(r"(\d+)\s*/\s*(\d+)")


class OwnAreaCell(AreaCell):
    """The area that states its own figures. A row of one that lies above others in the file may be the sum of them."""

    def read(self, column: Sequence[Any], context: Context) -> list[Any]:
        areas = super().read(column, context)
        above = {
            key
            for area in areas
            if isinstance(area, Area)
            for key in (area.district_id, area.province_id, area.parent_id)
            if key != area.pk
        }
        said = _(
            "%(area)s lies above other rows: does it state figures of its own, or is it their sum, to be left out?"
        )
        doubts = {
            area.pk: Doubt(said % {"area": area}, (area,))
            for area in areas
            if isinstance(area, Area) and area.pk in above
        }
        return [doubts.get(area.pk, area) if isinstance(area, Area) else area for area in areas]


AREA_COLUMN = Column(
    "area", "Mã địa bàn", OwnAreaCell(), required=True,
    also=("Địa bàn", "Đơn vị", "Xã", "Xã, phường, thị trấn", "Huyện, thành phố", "Huyện, TP", "Tên xã, thị trấn", "Tên đơn vị", "Tên xã", "Huyện", "Đơn vị báo cáo", "Xã, thị trấn", "Phường, xã", "Mã xã", "UBND xã", "Mã ĐVHC", "Mã"), example="C01897",
)  # fmt: skip


class MetCell(CountCell):
    """How many did or met something, also written as “8/9” of all; in the row of a single area also whether it did."""

    def read(self, column: Sequence[Any], context: Context) -> list[Any]:
        return super().read([_met(one) if isinstance(one, str) else one for one in column], context)


def _met(text: str) -> Any:
    if found := _OF_ALL.fullmatch(text.strip()):
        met, of_all = map(int, found.groups())
        return met if met <= of_all else text
    return _MET.get(fold(text) or text.strip(), text)


def cell_of(indicator: Indicator) -> CountCell:
    """Return how the column of an indicator is read."""
    if indicator.unit_vi == "đồng":
        return MoneyCell()
    return MetCell() if indicator.code.startswith(_DONE_OR_NOT) else CountCell()


@SHEETS.add
class FigureSheet(Sheet):
    """Figures that areas state themselves, by area and year. An empty cell leaves what is stored; 0 means none."""

    model = Figure
    given_heads = (YEAR,)

    def all_columns(self) -> tuple[Column, ...]:
        year = Column("year", YEAR, YearCell(), required=True, also=("Năm báo cáo",), example=2024)
        return (AREA_COLUMN, area_name("area"), year, *self._of_indicators)

    @cached_property
    def _of_indicators(self) -> tuple[Column, ...]:
        typed = Indicator.objects.select_related("section").order_by("section__number", "position")
        return tuple(
            Column(
                f"{_OF_FIGURE}{one.code}",
                one.name_vi,
                cell_of(one),
                also=(one.code, one.name_en, *OTHER_HEADS.get(one.code, "").split(";")),
            )
            for one in typed.exclude(counts__in=[Indicator.Counts.OTHER_UNITS, Indicator.Counts.MEMBERS])
        )

    def of_day(self) -> list[str]:
        return ["year"]

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find the yearly reports of the areas, and what they state now."""
        wanted = [name for name in names if name.startswith(_OF_FIGURE)]
        area_and_year = {"area": 0, "year": 1}
        years = {year for year in values["year"] if year is not None and year < 10_000}
        areas = {key_of(area) for area in values["area"] if area}
        reports: dict[Any, Report] = {}
        for some in blocks_of(sorted(areas)):
            rows = Report.objects.visible_to(self.user).filter(
                area__in=some, period__year__in=years, period__kind="year"
            )
            for report in rows.select_related("period"):
                reports[report.area_id, report.period.year] = report
        stored = self._figures([one.pk for one in reports.values()], wanted)
        found: list[Found | None] = []
        outcome: Outcome = {}
        for index, (area, year) in enumerate(zip(values["area"], values["year"], strict=True)):
            one = reports.get((key_of(area), year))
            if one is None:
                found.append(None)
                if area and year is not None:
                    said = _("%(area)s has no report for %(year)s: the period is not open.") % {
                        "area": area,
                        "year": year,
                    }
                    outcome[index] = [Problem("area", said)]
                continue
            told = one.area_id, year
            own = [
                told[area_and_year[name]] if name in area_and_year else stored[one.pk].get(name, (0, 0, None))[2]
                for name in names
            ]
            versions = {name: stored[one.pk][name][:2] for name in wanted if name in stored[one.pk]}
            found.append((one.pk, versions, *own))
        return found, outcome

    def _figures(self, reports: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, tuple[int, int, Any]]]:
        """Return key, version and own value of the figures of reports, by report and column."""
        figures: dict[int, dict[str, tuple[int, int, Any]]] = defaultdict(dict)
        codes = [name.removeprefix(_OF_FIGURE) for name in names]
        for some in blocks_of(reports):
            rows = Figure.objects.filter(report__in=some, item="", indicator__code__in=codes)
            for report, code, pk, version, own in rows.values_list(
                "report_id", "indicator__code", "pk", "version", "own"
            ):
                figures[report][f"{_OF_FIGURE}{code}"] = pk, version, own
        return figures

    def judge(self, checked: Checked, asked: Sequence[int]) -> Outcome:
        """Ask of each changed figure what its form asks."""
        outcome: Outcome = {}
        records = self._changed(checked, asked)
        for index, figures in records.items():
            problems = []
            for name, figure in figures.items():
                if said := self._refusal(figure):
                    problems.append(Problem(name, said))
            if problems:
                outcome[index] = problems
        lacking = [index for index in asked if index not in outcome and index not in records]
        return outcome | {index: [Problem("", _("The form of this year has no such figure."))] for index in lacking}

    def _changed(self, checked: Checked, asked: Sequence[int]) -> dict[int, dict[str, Figure]]:
        """Return the figures that rows change, with their new values, by row and column."""
        keys = {
            checked.versions[index][name][0]: (index, name)
            for index in asked
            for name in checked.old.get(index, checked.names)
            if name in checked.versions[index]
        }
        found: dict[int, dict[str, Figure]] = defaultdict(dict)
        rows = Report.objects.for_list().with_extensions()
        reports: dict[int, Report] = {}
        for some in blocks_of(sorted({checked.keys[index] for index, _name in keys.values()})):
            reports |= rows.in_bulk(some)
        for some in blocks_of(sorted(keys)):
            for figure in Figure.objects.for_list().filter(pk__in=some):
                figure.report = reports.setdefault(figure.report_id, figure.report)  # asked once until when it is open
                index, name = keys[figure.pk]
                figure.own = checked.columns[name][index]
                found[index][name] = figure
        return found

    def _refusal(self, figure: Figure) -> str:
        if not self.user.has_perm("movement.change_figure", figure):
            locked: str = locked_text(figure.report)
            return locked or _("You may not enter figures for %(area)s.") % {"area": figure.report.area}
        try:
            figure.clean()
            if figure.indicator.counts:
                refuse_typed(figure)
        except ValidationError as error:
            return " ".join(error.messages)
        return ""

    def store(self, checked: Checked) -> list[str]:
        """Store the changed figures of reports that are still open."""
        places = range(len(checked.places))
        reports = sorted(set(checked.keys))
        list(Report.objects.filter(pk__in=among(reports)).locked().values_list("pk"))
        now = self._figures(reports, [name for name in checked.names if name.startswith(_OF_FIGURE)])
        told: list[str] = []
        for index in places:
            stored = now[checked.keys[index]]
            checked.old[index] = {}
            for name, (pk, version) in checked.versions[index].items():
                if stored.get(name, (0, 0, None))[:2] != (pk, version):
                    figure = Figure.objects.for_list().get(pk=pk)
                    told.append(_("“%(record)s” has been changed by somebody else meanwhile.") % {"record": figure})
                elif stored[name][2] != checked.columns[name][index]:
                    checked.old[index][name] = stored[name][2]
        if told:
            return told
        changed = self._changed(checked, places)
        figures = [figure for row in changed.values() for figure in row.values()]
        if refused := [f"{figure}: {said}" for figure in figures if (said := self._refusal(figure))]:
            return refused
        for figure in figures:
            figure.register_on = None if figure.indicator.counts_records else figure.register_on
        update_all(figures, ["own", "register_on"], by=self.user)
        return []

    # ---------------------------------------------------------------- out again: as the list shows them, line by line

    def out_columns(self) -> tuple[Column, ...]:
        """Return the columns of the list: one line for each figure."""
        return (
            Column("area", "Mã địa bàn", AreaCell(), path="report__area"),
            area_name("report__area"),
            Column("year", YEAR, CountCell(), path="report__period__year"),
            Column("indicator", "Mã chỉ tiêu", TextCell(), path="indicator__code"),
            Column("label", "Chỉ tiêu", TextCell(), path="indicator__name_vi"),
            Column("item", "Loại", TextCell()),
            Column("own", "Cấp mình thực hiện", CountCell()),
            Column("below", "Cấp dưới tổng hợp", CountCell()),
            Column("total", "Tổng số", CountCell()),
            Column("printed_word", "Từ", WordCell()),
            Column("printed_value", "Số công bố", CountCell()),
            Column("explanation", "Ghi chú", TextCell()),
        )

    def exported(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        listed: Any = queryset
        ordered: QuerySet[Any] = listed.in_form_order()
        return ordered

    def sample_columns(self) -> list[Column]:
        return [column for column in self.all_columns() if not column.written_only]

    def sample_rows(self) -> Iterator[list[Any]]:
        """Yield the open reports in the person's reach with what they state now."""
        reach = self.user.reach()
        reports = Report.objects.filter(reach.own_condition("area__"), period__kind="year", state__in=OPEN_STATES)
        reports = reports.select_related("area", "period").order_by("period__year", "area__sort_key")
        rows = [one for one in reports.with_extensions() if not one.is_closed]
        names = [column.name for column in self._of_indicators]
        stored = self._figures([one.pk for one in rows], names)
        for one in rows:
            yield [one.area.code, one.period.year, *(stored[one.pk].get(name, (0, 0, None))[2] for name in names)]
