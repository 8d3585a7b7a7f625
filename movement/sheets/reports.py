"""The sheet of reports and where they stand; for export only."""

from __future__ import annotations

from movement.models import Report
from movement.models.reports import State
from units.importing.cells import AreaCell, CountCell
from units.importing.sheets import YEAR, Column, Sheet, area_name
from units.importing.words import StateCell


class ReportSheet(Sheet):
    """Reports by area and year."""

    model = Report
    exports_only = True
    columns = (
        Column("area", "Mã địa bàn", AreaCell()),
        area_name(),
        Column("year", YEAR, CountCell(), path="period__year"),
        Column("state", "Trạng thái", StateCell(State, {})),
    )
