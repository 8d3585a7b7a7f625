"""The sheets of shortcomings and tasks; for export only."""

from __future__ import annotations

from movement.models import Shortcoming, Task
from movement.sheets.cells import BodiesCell
from units.importing.cells import AreaCell, CountCell, DayCell, TextCell
from units.importing.sheets import YEAR, Column, Sheet, area_name
from units.importing.words import StateCell


class ShortcomingSheet(Sheet):
    """Shortcomings by area and year."""

    model = Shortcoming
    exports_only = True
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), path="report__area"),
        area_name("report__area"),
        Column("year", YEAR, CountCell(), path="report__period__year"),
        Column("text", "Tồn tại, hạn chế", TextCell()),
        Column("extent", "Phạm vi", TextCell()),
        Column("causes", "Nguyên nhân", TextCell()),
    )


class TaskSheet(Sheet):
    """Tasks by area and year, with those who lead and share them."""

    model = Task
    exports_only = True
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), path="report__area"),
        area_name("report__area"),
        Column("year", YEAR, CountCell()),
        Column("text", "Nhiệm vụ", TextCell()),
        Column("lead", "Cơ quan chủ trì", TextCell(), path="lead__name"),
        Column("cooperating", "Cơ quan phối hợp", BodiesCell(Task)),
        Column("quantity", "Số lượng", CountCell()),
        Column("quantity_unit", "Đơn vị tính", TextCell()),
        Column("place", "Nơi thực hiện", TextCell()),
        Column("due_on", "Thời hạn", DayCell()),
        Column("state", "Trạng thái", StateCell(Task.State, {})),
    )
