"""What was backed up is restored, row by row, on either database."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from movement.archive import columns_of, kept_models
from movement.models import Edition, EditionFigure
from tests import papers
from tests.factories import IndicatorFactory, commune
from tests.movement.test_editions import bring_up
from tests.people import cast_of
from units.attachments import keep
from units.models import Area, Attachment, Placement, Posting, Unit, UnitKind, User

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return tmp_path / "files"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "ledger.zip"


@pytest.fixture
def records(folder: Path) -> None:
    """Store areas that point to themselves, people, a unit that moved and changed, catalogues, and a file."""
    call_command("load_catalogues", verbosity=0)
    areas: dict[str, Area] = {}
    for level in ("country", "province", "district", "commune"):
        area = Area(
            code=f"T{level}", level=level, kind="xã", name="Hà Hiệu", parent=next(reversed(areas.values()), None)
        )
        area.fill_ancestors()
        area.province, area.district = areas.get("province"), areas.get("district")
        area.save()
        if level in {"province", "district"}:
            setattr(area, level, area)
            area.save()
        areas[level] = area
    person = User.objects.create_user("canbo", password="một mật khẩu dài", full_name="Nguyễn Thị Đào")
    Posting(user=person, area=areas["district"], role="officer").save()
    unit = Unit(
        kind=UnitKind.objects.of_units()[0], code="T-0001", name="Tổ “Bản Mới” \\ 'thôn 1'", area=areas["commune"]
    )
    unit.save()
    Placement(unit=unit, area=areas["commune"], valid_from=date(2019, 3, 1), valid_to=date(2021, 3, 1)).save()
    Placement(unit=unit, area=areas["commune"], valid_from=date(2021, 3, 1), village="Bản Mới").save()
    unit.members = 5
    unit.save()
    keep(papers.handed_in("Giấy khen.png", papers.png()), area=areas["commune"], by=person)
    (folder / "2024").mkdir()
    (folder / "2024" / "quyết định.pdf").write_bytes(b"%PDF \x00\xff")


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    return {
        model._meta.label: list(QuerySet(model).order_by("pk").values_list(*(f.attname for f in columns_of(model))))
        for model in kept_models()
    }


def every_file(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rewrite(archive: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Pass each member of `archive` through `change`; None leaves it out."""
    with ZipFile(archive) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with ZipFile(archive, "w") as new:
        for name, content in members.items():
            if (changed := change(name, content)) is not None:
                new.writestr(name, changed)


def on_another_database(folder: Path, *commands: list[str]) -> None:
    """Run `commands` on an SQLite database of their own, with files of their own, in `folder`."""
    address = {"DATABASE_URL": f"sqlite:///{folder / 'other.sqlite3'}", "VAR_DIR": str(folder / "other")}
    for command in commands:
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=django_settings.BASE_DIR, env=os.environ | address, check=True
        )


@pytest.mark.usefixtures("records")
def test_everything_comes_back_by_way_of_another_database(archive: Path, folder: Path, tmp_path: Path) -> None:
    rows, files = every_row(), every_file(folder)
    call_command("backup", archive)
    back = tmp_path / "back.zip"
    on_another_database(tmp_path, ["migrate", "-v0"], ["restore", str(archive)], ["backup", str(back)])
    Unit.objects.update(name="Tên khác")
    User.objects.create_user("nguoikhac")
    (folder / "khac.txt").write_text("khác")

    call_command("restore", back, "--replace")

    assert files[Attachment.objects.get().file.name] == papers.png()
    assert len(rows["units.HistoricalUnit"]) == 2
    assert every_row() == rows
    assert every_file(folder) == files


@pytest.mark.usefixtures("records")
def test_the_next_record_gets_a_key_of_its_own(archive: Path) -> None:
    call_command("backup", archive)
    call_command("restore", archive, "--replace")

    Posting(user=User.objects.get(), area=Area.objects.get(level="commune"), role="signer").save()

    assert Posting.objects.count() == 2


@pytest.mark.usefixtures("records")
def test_a_backup_keeps_no_writer_waiting(archive: Path) -> None:
    with CaptureQueriesContext(connection) as queries:
        call_command("backup", archive)

    begun = [query["sql"] for query in queries if query["sql"].startswith(("BEGIN", "SET TRANSACTION"))]
    expected = {
        "sqlite": ["BEGIN DEFERRED"],
        "postgresql": ["BEGIN", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"],
    }
    assert begun == expected[connection.vendor]
    assert archive.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("records")
def test_an_archive_is_never_written_over(archive: Path) -> None:
    archive.write_text("an earlier one")

    with pytest.raises(CommandError, match=r"ledger\.zip"):
        call_command("backup", archive)

    assert archive.read_text() == "an earlier one"


@pytest.mark.usefixtures("records")
def test_a_database_in_use_is_not_replaced_unless_told(archive: Path) -> None:
    call_command("backup", archive)
    rows = every_row()

    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", archive)

    assert every_row() == rows


def test_files_in_use_are_not_replaced_unless_told(archive: Path, folder: Path) -> None:
    call_command("backup", archive)
    (folder / "a.txt").write_text("a")

    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", archive)

    assert every_file(folder) == {"a.txt": b"a"}


def changed_row(name: str, content: bytes) -> bytes | None:
    return content.replace("Bản Mới".encode(), "Bản Cũ".encode())


def missing_table(name: str, content: bytes) -> bytes | None:
    return None if name == "tables/units.unit.jsonl" else content


def changed_file(name: str, content: bytes) -> bytes | None:
    return b"other" if name.startswith("files/") else content


def no_manifest(name: str, content: bytes) -> bytes | None:
    return None if name == "manifest.json" else content


def other_migrations(name: str, content: bytes) -> bytes | None:
    return content.replace(b'"0001_initial"', b'"0000_earlier"').replace(b'"0002_', b'"0001_')


def other_form(name: str, content: bytes) -> bytes | None:
    return content.replace(b'"format": 1', b'"format": 2')


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (changed_row, "tables/units.unit.jsonl"),
        (missing_table, "tables/units.unit.jsonl"),
        (changed_file, "files/2024/quyết định.pdf"),
        (no_manifest, "ledger.zip"),
        (other_migrations, "0002_"),
        (other_form, "2"),
    ],
)
def test_a_damaged_or_foreign_archive_changes_nothing(
    damage: Callable[[str, bytes], bytes | None], named: str, archive: Path, folder: Path
) -> None:
    call_command("backup", archive)
    rewrite(archive, damage)
    rows, files = every_row(), every_file(folder)

    with pytest.raises(CommandError) as refusal:
        call_command("restore", archive, "--replace")

    assert named in str(refusal.value)
    assert every_row() == rows
    assert every_file(folder) == files


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("spoilt", [slice(200, 201), slice(-300, None)])
def test_an_archive_spoilt_on_its_way_changes_nothing(spoilt: slice, archive: Path) -> None:
    call_command("backup", archive)
    content = bytearray(archive.read_bytes())
    content[spoilt] = b"" if spoilt.stop is None else bytes([content[spoilt.start] ^ 0xFF])
    archive.write_bytes(content)
    rows = every_row()

    with pytest.raises(CommandError):
        call_command("restore", archive, "--replace")

    assert every_row() == rows


def test_a_file_that_is_no_archive_is_refused(archive: Path) -> None:
    archive.write_text("no archive")

    with pytest.raises(CommandError, match=r"ledger\.zip"):
        call_command("restore", archive)


@pytest.mark.usefixtures("records")
def test_a_row_that_the_database_refuses_undoes_the_whole(archive: Path) -> None:
    call_command("backup", archive)
    with ZipFile(archive) as file:
        units = file.read("tables/units.unit.jsonl")
    before, after = (sha256(content).hexdigest().encode() for content in (units, b""))
    rewrite(archive, lambda name, content: b"" if content == units else content.replace(before, after))
    rows = every_row()

    with pytest.raises(CommandError, match="units_unit"):
        call_command("restore", archive, "--replace")

    assert every_row() == rows


def test_editions_come_back_with_their_files_and_are_verified(archive: Path, folder: Path, capsys: Any) -> None:
    here = commune(code="C1")
    bring_up(here, cast_of(here.province), IndicatorFactory(code="launch_attendance"))
    files = every_file(folder)
    call_command("backup", archive)
    (folder / "editions" / str(Edition.objects.get().pk) / "public.csv").write_bytes(b"")
    EditionFigure.objects.update(total=1)

    call_command("restore", archive, "--replace")

    assert len(files) == 6
    assert every_file(folder) == files
    assert capsys.readouterr().out.splitlines()[-1].startswith("Tất cả đều khớp")


def test_a_backup_leaves_out_what_is_not_whole_yet(archive: Path, folder: Path) -> None:
    (folder / "editions" / ".7.unfinished").mkdir(parents=True)
    (folder / "editions" / ".7.unfinished" / "public.csv").write_bytes(b"row")

    call_command("backup", archive)

    assert [name for name in ZipFile(archive).namelist() if name.startswith("files/")] == []
