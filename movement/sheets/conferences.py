"""The sheets of conferences and directives; for export only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from movement.models import Conference, Directive, Task
from movement.sheets.cells import BodiesCell
from units.importing.cells import AreaCell, CountCell, DayCell, TextCell
from units.importing.sheets import YEAR, Column, Sheet, area_name
from units.importing.words import StateCell

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ConferenceSheet(Sheet):
    """Conferences by area and year."""

    model = Conference
    exports_only = True
    columns = (
        Column("area", "Mã địa bàn", AreaCell()),
        area_name(),
        Column("year", YEAR, CountCell()),
        Column("name", "Tên hội nghị", TextCell()),
        Column("held_on", "Ngày", DayCell()),
        Column("venue", "Địa điểm", TextCell()),
        Column("host", "Cơ quan tổ chức", TextCell(), path="host__name"),
        Column("chair_office", "Chức vụ người chủ trì", TextCell()),
        Column("paper_count", "Số tham luận", CountCell()),
    )


class DirectiveSheet(Sheet):
    """Directives by conference, with those to whom they went."""

    model = Directive
    exports_only = True
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), path="conference__area"),
        area_name("conference__area"),
        Column("year", YEAR, CountCell(), path="conference__year"),
        Column("conference", "Hội nghị", TextCell(), path="conference__name"),
        Column("text", "Ý kiến chỉ đạo", TextCell()),
        Column("addressees", "Nơi nhận", BodiesCell(Directive, beside="addressed_to")),
        Column("due_on", "Thời hạn", DayCell()),
        Column("task", "Nhiệm vụ", TextCell(), path="task__text"),
        Column("state", "Trạng thái nhiệm vụ", StateCell(Task.State, {}), path="task__state"),
    )

    def exported(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.prefetch_related(None)  # the list brings the addressees of each row along
