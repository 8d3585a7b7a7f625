"""Spreadsheets in and out against their limits: the fastest reader and the barest write of the very same rows."""

from __future__ import annotations

import datetime
import io
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADS = [
    "Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Thôn, bản, tổ dân phố", "Ngày thành lập", "Số, ký hiệu quyết định",
    "Ngày quyết định", "Số thành viên", "Nữ", "Dân tộc thiểu số",
]  # fmt: skip
DAY = datetime.date(2015, 1, 1)


def seconds(work: Callable[[], Any]) -> float:
    """Return how long `work` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo what is written inside."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows_of(count: int) -> list[list[Any]]:
    """Return rows of new units, spread over the communes of Bắc Kạn."""
    from units.models import Area

    communes = list(Area.objects.filter(level="commune", province__code="P06", valid_from=None).order_by("code"))
    kinds = ("Tổ an ninh nhân dân", "Tổ tự quản về ANTT")
    rows = []
    for number in range(count):
        commune = communes[number % len(communes)]
        day = DAY + datetime.timedelta(days=number % 3000)
        village = f"thôn Bản {commune.name} {number // len(communes)}"
        rows.append(
            [
                f"{commune.code}.{number // len(communes) + 2000:04d}",
                kinds[number % 2],
                f"{kinds[number % 2]} {village}",
                commune.code,
                village,
                day,
                f"{number % 97 + 1}/QĐ-UBND",
                day,
                5 + number % 9,
                number % 4,
                number % 5,
            ]
        )
    return rows


def file_of(rows: list[list[Any]], heads: list[str] = HEADS) -> bytes:
    """Return the rows as an .xlsx file."""
    from config.writing.workbooks import Kind, OutColumn, workbook_stream

    kinds = [
        Kind.DAY if isinstance(cell, datetime.date) else Kind.NUMBER if isinstance(cell, int) else Kind.TEXT
        for cell in rows[0]
    ]
    columns = [OutColumn(head, kind) for head, kind in zip(heads, kinds, strict=True)]
    blocks = (
        [list(column) for column in zip(*rows[start : start + 5000], strict=True)]
        for start in range(0, len(rows), 5000)
    )
    return b"".join(workbook_stream(columns, blocks))


def read(content: bytes) -> list[list[Any]]:
    """Read a file as its reader does it alone."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def bring_in(content: bytes) -> Any:
    """Bring a file of units in from the upload to the last line of history; return it as it lay on the desk."""
    from units.importing import desk
    from units.importing.context import Context
    from units.importing.units import UnitSheet
    from units.models import Upload, User

    clerk = User.objects.get(username="thongke")
    upload = desk.receive(content, "to.xlsx", UnitSheet(Context(clerk)), sender=None)
    desk.begin_check(upload)
    desk.check(upload)
    if upload.preview["counts"]["new"] or upload.preview["counts"]["changed"]:
        desk.begin_store(upload, without_refused=False)
        desk.store(upload)
    assert upload.preview["counts"]["refused"] == 0, upload.preview["refused"][:3]
    return Upload.objects.get(pk=upload.pk)


def written(model: Any, since: int, key: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the fields and the rows of `model` that were written after the key `since`."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = [field.attname for field in fields]
    return names, list(model._base_manager.filter(**{f"{key}__gt": since}).order_by(key).values_list(*names))


def import_lines(count: int) -> list[tuple[str, Callable[[], float], Callable[[], float], float]]:
    """Return the lines of an import of new rows, and of the same file with one row in twenty changed."""
    from django.db.models import Max

    from config.bulk import insert_columns
    from units.models import Placement, Unit

    rows = rows_of(count)
    content = file_of(rows)
    models = [
        (Unit, "id"),
        (Placement, "id"),
        (Unit.history.model, "history_id"),
        (Placement.history.model, "history_id"),
    ]
    last = {model: model._base_manager.aggregate(last=Max(key))["last"] or 0 for model, key in models}
    bare: list[tuple[Any, list[str], list[list[Any]]]] = []
    with rolled_back():
        bring_in(content)
        for model, key in models:
            names, lines = written(model, last[model], key)
            bare.append((model, names, [list(column) for column in zip(*lines, strict=True)]))

    def limit() -> float:
        with rolled_back():
            return seconds(lambda: (read(content), [insert_columns(*one) for one in bare]))

    def bare_table() -> float:
        with rolled_back():
            return seconds(lambda: (read(content), insert_columns(*bare[0])))

    def ours() -> float:
        with rolled_back():
            return seconds(lambda: bring_in(content))

    changed = [[*row[:8], row[8] + 1, *row[9:]] if number % 20 == 0 else row for number, row in enumerate(rows)]
    again = file_of(changed)

    def resync() -> float:
        with rolled_back():
            for one in bare:
                insert_columns(*one)
            return seconds(lambda: bring_in(again))

    thousands = f"{count // 1000}.000"
    return [
        (f"import {thousands} new units, all / read + write bare", limit, ours, 1.5),
        (f"import {thousands} new units, all / read + units alone", bare_table, ours, 4),
        (f"import {thousands} units, 5 % changed / reading alone", lambda: seconds(lambda: read(again)), resync, 4.5),
    ]
