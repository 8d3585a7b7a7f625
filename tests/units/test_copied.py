"""Lists that PostgreSQL prints as CSV itself, against the same lists printed here."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import translation

from config.writing.copied import can_copy, copied_csv
from config.writing.texts import OutColumn, csv_stream
from tests import world as worlds
from units.importing.context import Context
from units.importing.exporting import export
from units.importing.sheets import SHEETS, Sheet
from units.importing.units import UnitSheet
from units.models import Area, Placement, Unit

if TYPE_CHECKING:
    from django.db.models import QuerySet

HARD = ["=1+1", "+84", "-nt-", "@tổ", "\tmột", "a, =b", 'nói "không"', "hai\ndòng", "", "tổ \x07chuông", "một,-hai"]


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


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
    if not can_copy():
        assert connection.vendor == "sqlite"
        return
    assert world.ours.records()
    told = {}
    with translation.override(language):
        for key, kind in SHEETS.sheets.items():
            sheet = kind(Context(world.ours.clerk))
            rows = sheet.in_database(sheet.rows()) if hasattr(sheet.model._default_manager, "visible_to") else None
            if rows is not None:
                heads = [column.head for column in sheet.out_columns()]
                texts = [place for place, column in enumerate(sheet.out_columns()) if column.cell.kind.name == "TEXT"]
                told[key] = rows_of(b"".join(copied_csv(heads, rows, texts=texts))) == printed_here(sheet, sheet.rows())

    assert told == dict.fromkeys(told, True)
    assert "units.unit" in told


def test_the_label_of_an_area_is_put_together_alike(world: worlds.World) -> None:
    Area.objects.filter(pk=world.theirs.commune.pk).update(valid_to="2025-07-01")
    if can_copy():
        from units.models.areas import label_in_database

        rows = Unit.objects.order_by("pk").annotate(label=label_in_database("area")).values_list("label", flat=True)
        assert list(rows) == [unit.area.label for unit in Unit.objects.order_by("pk").select_related("area")]
