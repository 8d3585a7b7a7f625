"""Two clerks who confirm at the same moment, each on a connection of their own: all of one file, and all or nothing of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import world as worlds
from tests.at_once import at_once
from tests.desk import counts, receive, workbook
from tests.factories import commune
from tests.people import posted
from units.importing import desk, work
from units.importing.units import UnitSheet
from units.models import ImportBatch, Placement, Unit, Upload, User
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.models import Area

HEADS = ["Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Số thành viên"]
State = Upload.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


@pytest.fixture
def clerks(world: worlds.World) -> list[User]:
    return [world.ours.clerk, posted(world.ours.district, Role.CLERK)]


def row(world: worlds.World, code: str | None, name: str, members: int = 5, area: Area | None = None) -> list[Any]:
    return [code, world.ours.unit.kind.name_vi, name, (area or world.ours.commune).code, members]


def ready(clerk: User, rows: Sequence[Sequence[Any]]) -> Upload:
    """Return a file that its clerk has confirmed, and that waits to be stored."""
    upload = receive(clerk, UnitSheet, workbook(HEADS, rows))
    assert desk.begin_store(upload, shown=upload.preview["shown"], without_refused=False)
    return upload


def stored_at_once(*uploads: Upload) -> list[str]:
    """Store the files at the same moment; return what was said of each, in the order of the files."""
    read = [Upload.objects.get(pk=upload.pk) for upload in uploads]
    return at_once(*(lambda one=one: desk.store(one) for one in read), refusal=desk.NotStored)


def in_order(said: Sequence[str], *uploads: Upload) -> tuple[Upload, Upload, str]:
    """Return the file that was stored, the one that was refused, and why."""
    assert sorted(one == "stored" for one in said) == [False, True]
    stored = said.index("stored")
    for upload in uploads:
        upload.refresh_from_db()
    return uploads[stored], uploads[1 - stored], said[1 - stored]


def test_of_two_changes_to_the_same_rows_one_is_stored(world: worlds.World, clerks: list[User]) -> None:
    names = [f"Tổ {number}" for number in range(3)]
    assert stored_at_once(ready(clerks[0], [row(world, None, name) for name in names])) == ["stored"]
    codes = dict(Unit.objects.filter(name__in=names).values_list("name", "code"))
    lines, batches = Unit.history.count(), ImportBatch.objects.count()  # type: ignore[attr-defined]
    files = [
        ready(clerk, [row(world, codes[name], name, members=10 + place) for name in names])
        for place, clerk in enumerate(clerks)
    ]

    stored, refused, why = in_order(stored_at_once(*files), *files)

    units = Unit.objects.filter(name__in=names).order_by("name")
    place = files.index(stored)
    assert [str(unit) in why for unit in units] == [True, True, True]
    assert (stored.state, refused.state, refused.failure.endswith(why)) == (State.DONE, State.FAILED, True)
    assert list(units.values_list("members", "version")) == [(10 + place, 2)] * 3
    told = Unit.history.filter(name__in=names, version=2)  # type: ignore[attr-defined]
    assert sorted(told.values_list("name", "members", "batch_id", "history_user")) == [
        (name, 10 + place, stored.batch_id, clerks[place].pk) for name in names
    ]
    assert (Unit.history.count() - lines, ImportBatch.objects.count() - batches) == (3, 1)  # type: ignore[attr-defined]


def test_what_is_new_in_a_file_goes_with_its_rows_that_another_changed(world: worlds.World, clerks: list[User]) -> None:
    assert stored_at_once(ready(clerks[0], [row(world, None, "Tổ cũ")])) == ["stored"]
    code = Unit.objects.get(name="Tổ cũ").code
    files = [
        ready(clerk, [row(world, None, f"Tổ mới {place}"), row(world, code, "Tổ cũ", members=10 + place)])
        for place, clerk in enumerate(clerks)
    ]

    stored, refused, _why = in_order(stored_at_once(*files), *files)

    place = files.index(stored)
    new = Unit.objects.filter(name__startswith="Tổ mới")
    assert list(new.values_list("name", flat=True)) == [f"Tổ mới {place}"]
    assert (Unit.objects.get(code=code).members, Unit.objects.get(code=code).version) == (10 + place, 2)
    assert (refused.state, refused.batch) == (State.FAILED, None)


def test_new_units_of_two_files_get_codes_of_their_own(world: worlds.World, clerks: list[User]) -> None:
    files = [
        ready(clerk, [row(world, None, f"Tổ {place}.{number:02d}") for number in range(20)])
        for place, clerk in enumerate(clerks)
    ]

    said = stored_at_once(*files)

    area = world.ours.commune.code
    codes = [
        list(Unit.objects.filter(name__startswith=f"Tổ {place}.").order_by("name").values_list("code", flat=True))
        for place in range(2)
    ]
    one, two = [[f"{area}.{number:04d}" for number in range(begin, begin + 20)] for begin in (1, 21)]
    assert said == ["stored", "stored"]
    assert sorted(codes) == [one, two]  # each file's in one piece, in the order of its rows
    assert [Upload.objects.get(pk=upload.pk).state for upload in files] == [State.DONE, State.DONE]
    assert Placement.objects.filter(unit__code__in=[*one, *two], area=world.ours.commune).count() == 40


def test_new_codes_in_one_commune_and_given_codes_in_the_other_wait_for_no_ring(
    world: worlds.World, clerks: list[User]
) -> None:
    for number in range(3):  # once may go well by chance
        areas = [commune(district=world.ours.district), commune(district=world.ours.district)]
        files = [
            ready(
                clerk,
                [row(world, None, f"Tổ {number}.{place}.{one}", area=areas[place]) for one in range(20)]
                + [
                    row(
                        world,
                        f"{areas[1 - place].code}.9{one:03d}",
                        f"Đội {number}.{place}.{one}",
                        area=areas[1 - place],
                    )
                    for one in range(20)
                ],
            )
            for place, clerk in enumerate(clerks)
        ]

        said = stored_at_once(*files)

        assert said == ["stored", "stored"]
        assert [Unit.objects.filter(area=area).count() for area in areas] == [40, 40]


def test_of_two_files_with_the_same_new_code_one_is_stored(world: worlds.World, clerks: list[User]) -> None:
    area = world.ours.commune.code
    lines = [Unit.history.count(), Placement.history.count()]  # type: ignore[attr-defined]
    files = [
        ready(
            clerk,
            [row(world, f"{area}.{7001 + place}", f"Tổ riêng {place}"), row(world, f"{area}.7000", f"Tổ {place}")],
        )
        for place, clerk in enumerate(clerks)
    ]

    stored, refused, why = in_order(stored_at_once(*files), *files)

    place = files.index(stored)
    taken = Unit.objects.filter(code__startswith=f"{area}.70").order_by("code").values_list("code", "name")
    assert (f"{area}.7000" in why, f"{area}.700{2 - place}" in why) == (True, False)
    assert list(taken) == [(f"{area}.7000", f"Tổ {place}"), (f"{area}.{7001 + place}", f"Tổ riêng {place}")]
    assert (stored.state, refused.state, refused.failure.endswith(why)) == (State.DONE, State.FAILED, True)
    assert list(ImportBatch.objects.filter(upload__in=files)) == [stored.batch]
    assert [Unit.history.count(), Placement.history.count()] == [one + 2 for one in lines]  # type: ignore[attr-defined]


def test_a_file_confirmed_in_two_tabs_is_stored_once(world: worlds.World, clerks: list[User]) -> None:
    upload = receive(clerks[0], UnitSheet, workbook(HEADS, [row(world, None, "Tổ mới")]))
    shown = counts(upload)
    tabs = [Upload.objects.get(pk=upload.pk) for _tab in range(2)]

    said = at_once(
        *(lambda tab=tab: work.start_store(tab, shown=tab.preview["shown"], without_refused=False) for tab in tabs)
    )

    upload.refresh_from_db()
    unit = Unit.objects.get(name="Tổ mới")
    assert (shown, said) == ((1, 0, 0, 0), ["stored", "stored"])  # neither is told of an error
    assert [desk.begin_store(tab, shown="", without_refused=False) for tab in tabs] == [False, False]
    assert (upload.state, upload.failure) == (State.DONE, "")
    assert ImportBatch.objects.filter(digest=upload.digest).count() == 1
    assert (unit.placements.count(), unit.history.count()) == (1, 1)


def test_a_file_that_two_workers_take_up_is_stored_once(world: worlds.World, clerks: list[User]) -> None:
    upload = ready(clerks[0], [row(world, None, "Tổ mới")])

    said = stored_at_once(upload, upload)

    upload.refresh_from_db()
    assert sorted(one == "stored" for one in said) == [False, True]
    assert (upload.state, upload.failure) == (State.DONE, "")
    assert ImportBatch.objects.filter(digest=upload.digest).count() == 1
    assert Unit.objects.filter(name="Tổ mới").count() == 1
