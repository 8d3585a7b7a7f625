"""A file on the desk that is open in several tabs, or changes while it is at work: nothing comes back, nothing unseen is stored."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.urls import reverse

from tests import world as worlds
from tests.desk import bring_in, confirm, confirmation, workbook
from units import register
from units.importing import desk, work
from units.importing.units import UnitSheet
from units.models import Unit, Upload

if TYPE_CHECKING:
    from collections.abc import Callable

HEADS = ["Loại tổ chức", "Tên", "Mã địa bàn", "Số thành viên"]
State = Upload.State


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def clerk(world: worlds.World) -> Client:
    client = Client()
    client.force_login(world.ours.clerk, backend="units.auth.PostingBackend")
    return client


def row(world: worlds.World) -> list[Any]:
    return [world.ours.unit.kind.name_vi, "Tổ mới", world.ours.commune.code, 9]


def bring(world: worlds.World, *rows: list[Any]) -> Upload:
    return bring_in(world.ours.clerk, UnitSheet, HEADS, rows)


def upload_to(client: Client, content: bytes) -> Any:
    file = BytesIO(content)
    file.name = "to.xlsx"
    return client.post(reverse("admin:units_unit_import"), {"import_file": file}, follow=True)


def to_name(upload: Upload) -> None:
    desk.name_columns(upload, upload.choices["tabs"], {})


def to_read_again(upload: Upload) -> None:
    desk.look_again(upload, upload.choices["tabs"])


def to_tell_the_year(upload: Upload) -> None:
    desk.tell_year(upload, 2024)


def to_answer(upload: Upload) -> None:
    desk.answer(upload, {"members": {"gần 9": "8"}})


@pytest.mark.parametrize("left_open", [to_name, to_read_again, to_tell_the_year, to_answer])
@pytest.mark.parametrize("away", [confirm, desk.discard])
def test_another_tab_puts_nothing_back(
    world: worlds.World, away: Callable[[Upload], Any], left_open: Callable[[Upload], None]
) -> None:
    tab = bring(world, row(world))
    left_open(tab)
    work.start_check(tab)
    away(Upload.objects.get(pk=tab.pk))

    with pytest.raises(desk.MovedOn):
        left_open(tab)

    gone = Upload.objects.get(pk=tab.pk)
    assert (gone.tops, gone.choices, gone.blocks.count()) == ([], {}, 0)
    assert (tab.state, tab.tops) == (gone.state, [])


def test_the_database_lets_nothing_back_into_a_file_that_is_gone(world: worlds.World) -> None:
    upload = bring(world, row(world))
    desk.discard(upload)

    for what in ({"choices": {"year": 2024}}, {"tops": [{"name": "Tổ"}]}):
        with pytest.raises(IntegrityError, match="upload_leaves_nothing_behind"), transaction.atomic():
            Upload.objects.filter(pk=upload.pk).update(**what)


def test_what_was_found_of_a_file_goes_with_it(world: worlds.World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = bring(world, row(world))
    assert desk.begin_check(upload)
    gather = desk.gather

    def thrown_away_meanwhile(upload: Upload, sheet: Any) -> Any:
        table = gather(upload, sheet)
        desk.discard(Upload.objects.get(pk=upload.pk))
        return table

    monkeypatch.setattr(desk, "gather", thrown_away_meanwhile)
    desk.check(upload)

    gone = Upload.objects.get(pk=upload.pk)
    assert (gone.state, gone.preview, gone.blocks.count()) == (State.DISCARDED, {}, 0)


def test_only_what_was_shown_is_stored(world: worlds.World, clerk: Client) -> None:
    page = upload_to(clerk, workbook(HEADS, [row(world)]))
    address, seen = page.redirect_chain[0][0], confirmation(page)
    clerk.post(address, {"step": "check"})

    answer = clerk.post(address, seen)

    assert answer.context["refusals"] == [
        "Tệp đã được kiểm tra lại sau khi trang này hiện ra: hãy xem kết quả mới rồi xác nhận."
    ]
    assert (answer.context["upload"].state, Unit.objects.filter(name="Tổ mới").count()) == (State.CHECKED, 0)
    assert clerk.post(address, confirmation(answer), follow=True).context["upload"].state == State.DONE


def test_a_database_that_breaks_off_is_told_on_the_page(
    world: worlds.World, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload_to(clerk, workbook(HEADS, [row(world)]))

    def break_off(*_told: Any) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(UnitSheet, "store", break_off)
    stopped = clerk.post(page.redirect_chain[0][0], confirmation(page), follow=True)

    assert (stopped.status_code, stopped.context["upload"].state) == (200, State.FAILED)
    assert stopped.context["upload"].failure == "Việc lưu bị ngắt giữa chừng và không giữ lại gì. Hãy thử lại."
    assert Unit.objects.filter(name="Tổ mới").count() == 0


def test_a_code_typed_meanwhile_is_passed_over(world: worlds.World, monkeypatch: pytest.MonkeyPatch) -> None:
    area = world.ours.commune
    Unit.objects.filter(pk=world.ours.unit.pk).update(code=f"{area.code}.0001")
    upload = bring(world, row(world))
    last_numbers = register.last_numbers
    told = iter([dict.fromkeys([area.pk], 0)])  # as before the other was stored
    monkeypatch.setattr(register, "last_numbers", lambda areas: next(told, None) or last_numbers(areas))

    confirm(upload)

    assert upload.failure == ""
    assert Unit.objects.get(name="Tổ mới").code == f"{area.code}.0002"
