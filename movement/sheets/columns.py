"""Columns that stand in several sheets of the year's work."""

from __future__ import annotations

from units.importing.cells import AreaCell
from units.importing.sheets import Column

AREA_COLUMN = Column(
    "area", "Mã địa bàn", AreaCell(), required=True, example="C01897",
    also=("Địa bàn", "Đơn vị", "Xã", "Xã, phường, thị trấn", "Tên xã", "Xã, thị trấn", "Xã, TT", "Phường, xã", "Xã, phường", "Tên xã, thị trấn", "Địa phương"),
)  # fmt: skip
