"""The clerk's desk in a real browser: a file as an office sends it, from the upload to taking the import back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import world as worlds
from tests.desk import bring_in, workbook
from units.importing.units import UnitSheet
from units.models import ImportBatch, Unit, Upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

PASSWORD = "mot-mat-khau-dai"


@pytest.fixture
def world(transactional_db: None) -> worlds.World:
    world = worlds.build()
    world.ours.clerk.set_password(PASSWORD)
    world.ours.clerk.save()
    return world


@pytest.fixture
def desk(live_server: Any, world: worlds.World, page: Page) -> Page:
    """Return the page that takes a file, with the clerk signed in, in English: its words are those of the code."""
    page.goto(f"{live_server.url}/en{reverse('admin:login')}")
    page.locator("#id_username").fill(world.ours.clerk.username)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#user-tools").wait_for()
    page.goto(f"{live_server.url}/en{reverse('admin:units_unit_import')}")
    return page


def as_offices_send_it(world: worlds.World) -> bytes:
    kind, place = world.ours.unit.kind.name_vi, world.ours.commune.name
    return workbook(
        ["UBND HUYỆN", "", "", "", ""],
        [
            ["DANH SÁCH TỔ NĂM 2024", "", "", "", ""],
            ["TT", "Tên tổ, đội", "Loại tổ", "Xã", "SĐT"],
            [1, "Tổ Nà Ma", kind, place, "0912 345 678"],
            [2, "Tổ Nà Dài", "Tổ gì đó", place, "0912 345 679"],
            ["", "Cộng", "", "", ""],
        ],
    )


def test_a_file_goes_from_the_upload_to_the_store_and_back(
    desk: Page, world: worlds.World, axe: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "danh-sach.xlsx"
    file.write_bytes(as_offices_send_it(world))
    found: dict[str, list[str]] = {}

    desk.locator("input[type=file]").set_input_files(file)
    desk.get_by_role("button", name="Read the file").click()
    desk.get_by_text("Step 1 of 3").wait_for()
    refused = desk.locator("[role=note] li").all_inner_texts()
    found["columns"] = axe(desk)
    desk.get_by_role("button", name="Check the rows").click()

    question = desk.get_by_role("region", name="Cells that a person must read")
    question.wait_for()
    found["preview"] = axe(desk)
    question.get_by_label("What the cell means").fill(world.ours.unit.kind.name_vi)
    question.get_by_label("this:").check()
    desk.get_by_role("button", name="Take these answers and check again").press("Enter")
    left_out = desk.get_by_role("region", name="Rows of the file that are no data: 1")
    left_out.wait_for()
    desk.get_by_role("button", name="Store 2 rows").press("Enter")
    desk.get_by_role("link", name="See this import, or take it back").wait_for()
    found["done"] = axe(desk)
    stored = sorted(Unit.objects.filter(name__in=["Tổ Nà Ma", "Tổ Nà Dài"]).values_list("name", flat=True))

    desk.get_by_role("link", name="See this import, or take it back").click()
    found["import"] = axe(desk)
    desk.get_by_role("button", name="Take this import back").click()
    expect(desk.locator(".messagelist")).to_contain_text("2 rows are as they were before")

    of_file = ImportBatch.objects.filter(file_name=file.name).order_by("pk")
    assert refused == ["column E “SĐT” (telephone number)"]
    assert found == {"columns": [], "preview": [], "done": [], "import": []}
    assert stored == ["Tổ Nà Dài", "Tổ Nà Ma"]
    assert not Unit.objects.filter(name__in=stored).exists()
    assert [(one.new, one.undoes is not None) for one in of_file] == [(2, False), (0, True)]


def test_long_work_shows_how_far_it_is_and_the_page_goes_on_by_itself(
    desk: Page, world: worlds.World, axe: Callable[[Page], list[str]], live_server: Any
) -> None:
    rows = [[f"Tổ {number}", world.ours.unit.kind.name_vi, world.ours.commune.code] for number in range(3)]
    upload = bring_in(world.ours.clerk, UnitSheet, ["Tên", "Loại tổ chức", "Mã địa bàn"], rows)
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.CHECKING, done=60)
    desk.goto(f"{live_server.url}/en{reverse('admin:units_unit_upload', args=[upload.pk])}")

    expect(desk.get_by_role("progressbar")).to_have_attribute("value", "60")
    faults = axe(desk)
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.CHECKED, done=100)
    expect(desk.get_by_role("button", name="Store 3 rows")).to_be_visible()

    assert faults == []
