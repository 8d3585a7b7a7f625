"""Bad files at the clerk's desk: a clear sentence each, nothing kept, bounded work."""

from __future__ import annotations

import json
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import world as worlds
from tests.config.test_reading import BAD
from tests.desk import bring_in, counts, workbook
from units.importing import staging
from units.importing.units import UnitSheet
from units.models import Unit, Upload, UploadBlock

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS = ["Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Ngày thành lập", "Số thành viên", "Nữ", "Dân tộc thiểu số"]


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def clerk(world: worlds.World) -> Client:
    client = Client()
    client.force_login(world.ours.clerk, backend="units.auth.PostingBackend")
    return client


def send(clerk: Client, content: bytes, name: str = "to.xlsx") -> Any:
    file = BytesIO(content)
    file.name = name
    return clerk.post(reverse("admin:units_unit_import"), {"import_file": file})


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_answered_on_its_page_and_nothing_is_kept(clerk: Client, name: str) -> None:
    response = send(clerk, BAD[name][0])

    (said,) = response.context["form"].errors["import_file"]
    assert (response.status_code, said.endswith(".")) == (200, True)
    assert (Upload.objects.count(), UploadBlock.objects.count()) == (0, 0)


def test_a_file_of_another_list_is_shown_and_not_guessed(clerk: Client) -> None:
    response = send(clerk, workbook(["Con vật", "Màu"], [["mèo", "đen"], ["chó", "vàng"]]))

    page = clerk.get(response.url)
    assert [tab["chosen"] for tab in page.context["tabs"]] == [False]
    assert page.templates[0].name == "admin/units/upload/naming.html"


def bad(world: worlds.World, count: int) -> list[Sequence[Any]]:
    """Return rows with five bad cells each."""
    commune, kind = world.ours.commune.code, world.ours.unit.kind.name_vi
    return [
        ["", kind, f"Tổ {number}", commune, f"31/02/{number}", "nhiều", f"-{number}", "vài", ""][:8]
        if number % 2
        else ["", "Loại lạ", f"Tổ {number}", "C99999", "mai", "nhiều", "ít", "vài"]
        for number in range(count)
    ]


def test_a_hundred_thousand_bad_cells_are_counted_told_and_bounded(world: worlds.World) -> None:
    rows = bad(world, 20_000)
    begin = time.monotonic()

    with CaptureQueriesContext(connection) as many:
        upload = _checked(world, rows)
    took = time.monotonic() - begin
    with CaptureQueriesContext(connection) as few:
        _checked(world, rows[:200])

    preview = upload.preview
    assert counts(upload) == (0, 0, 0, 20_000)
    assert (len(preview["refused"]), len(preview["questions"])) == (staging.MOST_SHOWN, staging.MOST_QUESTIONS)
    assert len(json.dumps(preview)) < 200_000
    assert set(Unit.objects.all()) == {world.ours.unit, world.theirs.unit}
    assert took < 60
    assert len(many) - len(few) < 30  # one for each block that is kept, and for what is told of progress


def _checked(world: worlds.World, rows: list[Sequence[Any]]) -> Upload:
    from units.importing import desk, work

    upload = bring_in(world.ours.clerk, UnitSheet, HEADS, rows)
    if upload.state == Upload.State.CHECKING:  # a large one waits for the worker
        work.check_now(upload.pk, "vi")
        upload.refresh_from_db()
    assert desk.State(upload.state) is Upload.State.CHECKED
    return upload


def test_every_row_of_one_fault_is_told_once(world: worlds.World) -> None:
    upload = _checked(
        world, [["", "Loại lạ", f"Tổ {number}", world.ours.commune.code, "", 1, 0, 0] for number in range(300)]
    )

    assert [(one["name"], one["cell"], one["count"]) for one in upload.preview["questions"]] == [
        ("kind", "Loại lạ", 300)
    ]
    assert [count for _name, _said, count in upload.preview["reasons"]] == [300]
