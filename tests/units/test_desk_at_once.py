"""Two clerks who confirm at the same moment, each on a connection of their own: all of one file, and all or nothing of the other."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from tests import world as worlds
from tests.desk import counts, receive, workbook
from tests.people import posted
from units.importing import desk
from units.importing.units import UnitSheet
from units.models import ImportBatch, Unit, Upload, User
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS = ["Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Số thành viên"]
State = Upload.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


@pytest.fixture
def clerks(world: worlds.World) -> list[User]:
    return [world.ours.clerk, posted(world.ours.district, Role.CLERK)]


def row(world: worlds.World, code: str | None, name: str, members: int = 5) -> list[Any]:
    return [code, world.ours.unit.kind.name_vi, name, world.ours.commune.code, members]


def ready(clerk: User, rows: Sequence[Sequence[Any]]) -> Upload:
    """Return a file that its clerk has confirmed, and that waits to be stored."""
    upload = receive(clerk, UnitSheet, workbook(HEADS, rows))
    assert desk.begin_store(upload, without_refused=False)
    return upload


def stored_at_once(*uploads: Upload) -> list[str]:
    """Store the files at the same moment; return what was said of each that was not stored, in the order of the files."""
    barrier = Barrier(len(uploads))
    said = ["stored"] * len(uploads)

    def store(place: int) -> None:
        upload = Upload.objects.get(pk=uploads[place].pk)
        barrier.wait(timeout=30)
        try:
            desk.store(upload)
        except desk.NotStored as error:
            said[place] = str(error)
        except BaseException as error:
            said[place] = f"{type(error).__name__}: {error}"
            raise
        finally:
            connection.close()

    threads = [Thread(target=store, args=(place,)) for place in range(len(uploads))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return said


def states(*uploads: Upload) -> list[str]:
    return sorted(Upload.objects.filter(pk__in=[one.pk for one in uploads]).values_list("state", flat=True))


def test_of_two_changes_to_the_same_rows_one_is_stored(world: worlds.World, clerks: list[User]) -> None:
    names = [f"Tổ {number}" for number in range(3)]
    first = ready(clerks[0], [row(world, None, name) for name in names])
    assert stored_at_once(first) == ["stored"]
    codes = dict(Unit.objects.filter(name__in=names).values_list("name", "code"))
    lines, batches = Unit.history.count(), ImportBatch.objects.count()  # type: ignore[attr-defined]

    files = [
        ready(clerk, [row(world, codes[name], name, members=10 + place) for name in names])
        for place, clerk in enumerate(clerks)
    ]
    said = stored_at_once(*files)

    units = Unit.objects.filter(name__in=names)
    refused = next(one for one in said if one != "stored")
    assert sorted(one == "stored" for one in said) == [False, True]
    assert all(name in refused for name in names)
    assert set(units.values_list("members", "version")) == {(10 + said.index("stored"), 2)}
    assert Unit.history.count() - lines == 3  # type: ignore[attr-defined]
    assert states(*files) == sorted([State.DONE, State.FAILED])
    assert ImportBatch.objects.count() - batches == 1


def test_new_units_of_two_files_get_codes_of_their_own(world: worlds.World, clerks: list[User]) -> None:
    files = [
        ready(clerk, [row(world, None, f"Tổ {place}.{number}") for number in range(20)])
        for place, clerk in enumerate(clerks)
    ]

    said = stored_at_once(*files)

    units = Unit.objects.filter(name__startswith="Tổ ", area=world.ours.commune).exclude(pk=world.ours.unit.pk)
    area = world.ours.commune.code
    assert said == ["stored", "stored"]
    assert sorted(units.values_list("code", flat=True)) == [f"{area}.{number:04d}" for number in range(1, 41)]


def test_of_two_files_with_the_same_new_code_one_is_stored(world: worlds.World, clerks: list[User]) -> None:
    area = world.ours.commune.code
    files = [
        ready(
            clerk,
            [row(world, f"{area}.7000", f"Tổ {place}"), row(world, f"{area}.{7001 + place}", f"Tổ riêng {place}")],
        )
        for place, clerk in enumerate(clerks)
    ]

    said = stored_at_once(*files)

    place = said.index("stored")
    taken = Unit.objects.filter(code__startswith=f"{area}.70").order_by("code").values_list("code", "name")
    assert f"{area}.7000" in said[1 - place]
    assert list(taken) == [(f"{area}.7000", f"Tổ {place}"), (f"{area}.{7001 + place}", f"Tổ riêng {place}")]
    assert states(*files) == sorted([State.DONE, State.FAILED])


def test_a_file_confirmed_in_two_tabs_is_stored_once(world: worlds.World, clerks: list[User]) -> None:
    upload = receive(clerks[0], UnitSheet, workbook(HEADS, [row(world, None, "Tổ mới")]))
    begun = [desk.begin_store(Upload.objects.get(pk=upload.pk), without_refused=False) for _tab in range(2)]

    said = stored_at_once(upload, upload)

    assert (counts(upload), begun) == ((1, 0, 0, 0), [True, False])
    assert sorted(one == "stored" for one in said) == [False, True]
    assert Unit.objects.filter(name="Tổ mới").count() == 1
