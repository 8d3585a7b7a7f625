"""The sheets of the register: units, members of clusters, bodies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from units.importing.cells import (
    AreaCell,
    ChoiceCell,
    ClusterCell,
    CountCell,
    DayCell,
    TextCell,
    UntilCell,
)
from units.importing.sheets import SHEETS, Column, Found, Outcome, Row, Sheet, area_name, key_of
from units.importing.spills import Spill, begin_and_end
from units.models import Body, ClusterMember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.context import Context


@SHEETS.add
class ClusterMemberSheet(Sheet):
    """Members of clusters: cluster and area by code, each membership by the day it begins."""

    model = ClusterMember
    columns = (
        Column("cluster", "Mã cụm", ClusterCell(), required=True, also=("Cụm", "Tên cụm", "Cụm an ninh", "Ký hiệu cụm", "Mã số cụm", "Tên cụm an ninh liên hoàn", "Cụm an ninh liên hoàn", "Cụm ANLH", "Tên cụm ANLH"), example="CUM-01"),
        Column("cluster_name", "Tên cụm", TextCell(), written_only=True, path="cluster__name"),
        Column("area", "Mã địa bàn", AreaCell(anywhere=True), required=True, also=("Địa bàn", "Địa bàn tham gia", "Đơn vị", "Thành viên", "Tên địa bàn", "Xã, phường, thị trấn", "Đơn vị thành viên", "Đơn vị tham gia", "Xã giáp ranh", "Xã tham gia", "Xã, thị trấn", "Huyện, xã"), example="C01897"),
        area_name(),
        Column("communes", "Số xã tham gia", CountCell(), also=("Số xã", "Số xã, phường, thị trấn", "Số đơn vị cấp xã", "Số xã giáp ranh", "Số xã tham gia cụm", "Số xã trong cụm"), example=9),
        Column("valid_from", "Từ ngày", DayCell(), spill=Spill("valid_to", begin_and_end), also=("Ngày tham gia", "Ngày bắt đầu", "Tham gia từ ngày", "Tham gia từ", "Từ", "Thời gian tham gia / Từ ngày", "Thời gian tham gia", "Thời gian"), example=date(2022, 1, 1)),
        Column("valid_to", "Đến trước ngày", UntilCell(), also=("Đến ngày", "Ngày rút", "Ngày kết thúc", "Đến trước", "Đến hết ngày", "Đến", "Hết hiệu lực từ ngày", "Thôi tham gia từ", "Thôi tham gia", "Thời gian tham gia / Đến hết ngày")),
    )  # fmt: skip

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find the open memberships of the areas in the clusters."""
        clusters, areas = values["cluster"], values["area"]
        rows = self.rows().filter(cluster__in={key_of(one) for one in clusters if one}, valid_to=None)
        known = self.stored(rows, names, by=["cluster_id", "area_id"])
        return [known.get((key_of(one), key_of(area))) for one, area in zip(clusters, areas, strict=True)], {}

    def may(self, verb: str, row: Row) -> bool:
        """Ask once for each cluster: the members of a cluster decide together."""
        answers = self.context.kept.setdefault("clusters", {})
        key = verb, row.record.cluster_id
        if key not in answers:
            answers[key] = super().may(verb, row)
        return bool(answers[key])


class BodyKindCell(ChoiceCell):
    """The kind of a body by its Vietnamese or English name."""

    stands_above = False

    def __init__(self) -> None:
        """Take the labels in the language of the page."""
        super().__init__(Body.Kind, {})

    def look_up(self, texts: list[str], context: Context) -> Any:
        self.words = {kind.value: str(kind.label) for kind in Body.Kind}
        return super().look_up(texts, context)

    def shown(self, value: Any) -> Any:
        return str(Body.Kind(value).label) if value else ""

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        return [self.shown(value) for value in selected[0]]

    def choices(self, context: Context) -> Sequence[str]:
        return tuple(str(kind.label) for kind in Body.Kind)


@SHEETS.add
class BodySheet(Sheet):
    """Bodies by area and name."""

    model = Body
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), required=True, also=("Địa bàn",), example="C01897"),
        Column("name", "Tên", TextCell(), required=True, also=("Tên cơ quan", "Cơ quan", "Tên tổ chức"), example="Công an xã Hà Hiệu"),
        Column("short_name", "Tên viết tắt", TextCell(), also=("Viết tắt",)),
        Column("kind", "Loại cơ quan", BodyKindCell(), required=True, also=("Loại",)),
        Column("valid_from", "Từ ngày", DayCell()),
        Column("valid_to", "Đến trước ngày", UntilCell()),
    )  # fmt: skip

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find the bodies of the areas that are still in force under their names."""
        areas = {key_of(one) for one in values["area"] if one}
        known = self.stored(self.rows().filter(area__in=areas, valid_to=None), names, by=["area_id", "name"])
        return [known.get((key_of(area), name)) for area, name in zip(values["area"], values["name"], strict=True)], {}
