"""Lists that PostgreSQL prints as CSV itself, against the same lists printed here."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin import site
from django.utils import translation

from config.writing.texts import OutColumn, csv_stream
from tests import world as worlds
from units.importing.context import Context
from units.importing.exporting import export
from units.importing.screens import SheetDesk
from units.importing.units import UnitSheet
from units.models import Area, Placement, Unit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from units.importing.sheets import Sheet

HARD = ["=1+1", "+84", "-nt-", "@tổ", "\tmột", "a, =b", 'nói "không"', "hai\ndòng", "", "tổ \x07chuông", "một,-hai"]

NONE_YET = {"awards.reportedawardtotal", "movement.publishedfigure"}
ITSELF = {"movement.conference", "movement.figure", "movement.mediationresult", "movement.shortcoming", "units.unit"}


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


def sheets_of(world: worlds.World) -> dict[str, Sheet]:
    kinds = {one.sheet_class for one in site._registry.values() if isinstance(one, SheetDesk)}
    return {kind.key(): kind(Context(world.ours.clerk)) for kind in kinds}


def printed_here(sheet: Sheet, queryset: QuerySet[Any]) -> list[list[str]]:
    columns = [OutColumn(column.head, column.cell.kind) for column in sheet.out_columns()]
    return rows_of(b"".join(csv_stream(columns, sheet.blocks(queryset))))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_hard_texts_leave_alike(world: worlds.World) -> None:
    for number, text in enumerate(HARD):
        unit = Unit(kind=world.ours.unit.kind, area=world.ours.commune, name=f"Tổ {number}", code=f"X.{number}")
        Unit.objects.bulk_create([unit])
        Unit.objects.filter(pk=unit.pk).update(name=text, decision_number=text)
        Placement.objects.create(unit=unit, area=world.ours.commune, village=text)
    sheet = UnitSheet(Context(world.ours.clerk))
    queryset = Unit.objects.visible_to(world.ours.clerk)

    left = b"".join(export(sheet, queryset, "csv"))  # type: ignore[arg-type]

    assert rows_of(left) == printed_here(sheet, queryset)
    assert left.count(b"\r\n") == 1 + queryset.count()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_list_leaves_alike(world: worlds.World, language: str) -> None:
    assert world.ours.records()
    left, here = {}, {}
    with translation.override(language):
        for key, sheet in sheets_of(world).items():
            queryset = sheet.model._default_manager.order_by("pk")
            left[key] = rows_of(b"".join(export(sheet, queryset, "csv")))  # type: ignore[arg-type]
            here[key] = printed_here(sheet, queryset)

    assert left == here
    assert {key for key, rows in left.items() if len(rows) == 1} == NONE_YET


def test_the_lists_that_postgresql_prints_itself(world: worlds.World) -> None:
    itself = {
        key
        for key, sheet in sheets_of(world).items()
        if sheet.in_database(sheet.model._default_manager.all()) is not None
    }

    assert itself == ITSELF


def test_the_label_of_an_area_is_put_together_alike(world: worlds.World) -> None:
    Area.objects.filter(pk=world.theirs.commune.pk).update(valid_to="2025-07-01")
    areas = {unit.code: unit.area.label for unit in Unit.objects.select_related("area")}
    sheet = UnitSheet(Context(world.ours.clerk))

    left = rows_of(b"".join(export(sheet, Unit.objects.all(), "csv")))  # type: ignore[arg-type]

    place = left[0].index("Địa bàn")
    assert {row[0]: row[place] for row in left[1:]} == areas
    assert any("30/06/2025" in label for label in areas.values())
