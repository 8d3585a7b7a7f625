"""Spreadsheets in and out against their limits: the fastest reader and the barest write of the very same rows."""

from __future__ import annotations

import csv
import datetime
import gc
import io
import os
import time
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.filling import Bare

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
        desk.begin_store(upload, shown=upload.preview["shown"], without_refused=False)
        desk.store(upload)
    assert upload.preview["counts"]["refused"] == 0, upload.preview["refused"][:3]
    return Upload.objects.get(pk=upload.pk)


def import_lines(count: int) -> list[tuple[str, Callable[[], float], Callable[[], float], float]]:
    """Return the lines of an import of new rows, and of the same file with one row in twenty changed."""
    from django.db import connection

    from bench.filling import bare_rows, write_bare

    rows = rows_of(count)
    content = file_of(rows)
    bare = bare_rows(content)

    def limit() -> float:
        with rolled_back():
            return seconds(lambda: (read(content), write_bare(bare)))

    def bare_table() -> float:
        with rolled_back():
            return seconds(lambda: (read(content), write_bare(bare[:1])))

    def ours() -> float:
        with rolled_back():
            return seconds(lambda: bring_in(content))

    changed = [[*row[:8], row[8] + 1, *row[9:]] if number % 20 == 0 else row for number, row in enumerate(rows)]
    again = file_of(changed)

    def resync() -> float:
        with rolled_back():
            write_bare(bare)
            return seconds(lambda: bring_in(again))

    thousands = f"{count // 1000}.000"
    gate = 4.5 if connection.vendor == "postgresql" else 3
    return [
        (f"import {thousands} new units, all / read + write bare", limit, ours, 1.5),
        (f"import {thousands} new units, all / read + units alone", bare_table, ours, 4),
        (f"import {thousands} units, 5 % changed / reading alone", lambda: seconds(lambda: read(again)), resync, gate),
    ]


def export_lines(count: int) -> list[tuple[str, Callable[[], float], Callable[[], float], float]]:
    """Return the lines of a list of units written out, as .xlsx and as .csv."""
    from django.db import connection

    from bench.filling import filled

    def records() -> tuple[list[str], list[tuple[Any, ...]]]:
        with connection.cursor() as cursor:
            cursor.execute(*plain_select())
            return OUT_HEADS, cursor.fetchall()

    def rust() -> None:
        from rustpy_xlsxwriter import write_worksheet

        heads, rows = records()
        write_worksheet([dict(zip(heads, row, strict=True)) for row in rows], io.BytesIO())

    def raw_csv() -> None:
        sql, parameters = plain_select()
        if connection.vendor == "postgresql":
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)", parameters) as rows,
            ):
                for _piece in rows:
                    pass
            return
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            csv.writer(io.StringIO()).writerows(cursor.fetchall())

    def limit(work: Callable[[], None]) -> Callable[[], float]:
        def timed() -> float:
            with filled(count):
                return seconds(work)

        return timed

    def ours(form: str) -> Callable[[], float]:
        def timed() -> float:
            with filled(count):
                return seconds(lambda: written_out(form))

        return timed

    thousands = f"{count // 1000}.000"
    csv_gate = 1.3 if connection.vendor == "postgresql" else 2.5
    return [
        (f"export {thousands} units, .xlsx / the Rust writer", limit(rust), ours("xlsx"), 1.0),
        (f"export {thousands} units, .csv / the database alone", limit(raw_csv), ours("csv"), csv_gate),
    ]


OUT_HEADS = [
    "Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Địa bàn", "Thôn, bản, tổ dân phố", "Ngày thành lập",
    "Số, ký hiệu quyết định", "Ngày quyết định", "Ngày củng cố, kiện toàn", "Ngày giải thể", "Lý do giải thể",
    "Số thành viên", "Nữ", "Dân tộc thiểu số", "Phiên bản",
]  # fmt: skip


def plain_select() -> tuple[str, tuple[Any, ...]]:
    """Return the query of the cells of a list of units, as they are stored."""
    return (
        "SELECT u.code, k.name_vi, u.name, a.code, a.kind || ' ' || a.name || ', ' || d.kind || ' ' || d.name || ', ' || "
        "p.kind || ' ' || p.name, (SELECT village FROM units_placement l WHERE l.unit_id = u.id AND l.valid_to IS NULL), "
        "u.established_on, u.decision_number, u.decision_date, u.consolidated_on, u.dissolved_on, u.dissolution_reason, "
        "u.members, u.women, u.minorities, u.version FROM units_unit u JOIN units_unitkind k ON k.id = u.kind_id "
        "JOIN units_area a ON a.id = u.area_id LEFT JOIN units_area d ON d.id = a.district_id "
        "LEFT JOIN units_area p ON p.id = a.province_id WHERE a.province_id = %s ORDER BY u.sort_key, u.code"
    ), (home(),)


def home() -> int:
    """Return the key of Bắc Kạn."""
    from units.models import Area

    return Area.objects.get(code="P06").pk


def written_out(form: str, most: int | None = None) -> int:
    """Write the clerk's list of units out, or the first pieces of it, and return the number of bytes."""
    from units.importing.context import Context
    from units.importing.exporting import export
    from units.importing.units import UnitSheet
    from units.models import Unit, User

    clerk = User.objects.get(username="thongke")
    response = export(UnitSheet(Context(clerk)), Unit.objects.visible_to(clerk), form)
    return sum(len(piece) for piece in islice(response, most))


def page_lines(count: int) -> list[tuple[str, Callable[[], float], Callable[[], float], float]]:
    """Return the line of an import over the pages: django-import-export as its manual tunes it, and ours."""
    from django.test import Client
    from django.test.utils import setup_test_environment

    from units.importing import work
    from units.models import Upload, User

    setup_test_environment()  # the pages then tell what they were made of

    content = file_of(rows_of(count))
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username="thongke"), backend="units.auth.PostingBackend")
    stock = Client(HTTP_HOST="localhost")
    all_rights = {"is_superuser": True, "is_staff": True, "must_change_password": False}
    chief, _made = User.objects.get_or_create(username="stock", defaults=all_rights)
    stock.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")

    def file() -> io.BytesIO:
        out = io.BytesIO(content)
        out.name = "to.xlsx"
        return out

    def theirs() -> float:
        from django.test import override_settings

        plain = ["django.contrib.auth.backends.ModelBackend"]
        with rolled_back(), override_settings(ROOT_URLCONF="bench.stock", AUTHENTICATION_BACKENDS=plain):
            begin = time.perf_counter()
            preview = stock.post("/stock/units/unit/import/", {"import_file": file(), "format": "0", "resource": "0"})
            confirm = preview.context["confirm_form"].initial
            done = stock.post("/stock/units/unit/process_import/", confirm)
            assert done.status_code == 302, done.content[:500]
            return time.perf_counter() - begin

    def ours() -> float:
        with rolled_back():
            begin = time.perf_counter()
            address = client.post("/admin/units/unit/import/", {"import_file": file()}).url
            upload = Upload.objects.latest("pk")
            work.check_now(upload.pk, "vi")  # the worker's part
            page = client.get(address).context
            assert page["counts"]["new"] == count
            client.post(address, {"step": "confirm", "shown": page["upload"].preview["shown"]})
            work.store_now(upload.pk, "vi")
            upload.refresh_from_db()
            assert upload.state == Upload.State.DONE, upload.failure
            return time.perf_counter() - begin

    return [(f"import {count // 1000}.000 units over the pages / tuned import-export", theirs, ours, 0.1)]


def peak(work: Callable[[], Any]) -> int:
    """Return the most memory, in bytes, that `work` takes at one moment in a process of its own, its children included."""
    import psutil
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    most = 0
    process = psutil.Process(child)
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        with suppress(psutil.Error):
            most = max(most, sum(one.memory_info().rss for one in (process, *process.children(recursive=True))))
        time.sleep(0.01)
    return most


def memory_lines(count: int) -> list[tuple[str, int, int, float]]:
    """Return the most memory of an import against its limit, and how much an export adds; in bytes, with the gate."""
    from bench.filling import bare_rows, write_bare

    content = file_of(rows_of(count))

    def ours() -> None:
        with rolled_back():
            bring_in(content)

    own = peak(ours)
    bare = bare_rows(content)

    def limit(bare: Bare) -> None:
        with rolled_back():
            rows = read(content)
            write_bare(bare)
            del rows

    least = peak(lambda: limit(bare))
    write_bare(bare)  # it stays: nothing is measured after this
    bare.clear()
    gc.collect()
    idle = peak(lambda: (written_out("csv", most=1), time.sleep(0.2)))
    out = peak(lambda: written_out("xlsx"))
    thousands = f"{count // 1000}.000"
    return [
        (f"memory: import {thousands} units / read + write bare", least, own, 1.3),
        (f"memory: export {thousands} units, .xlsx / nothing", idle, out, round((idle + 60 * 2**20) / idle, 2)),
    ]
