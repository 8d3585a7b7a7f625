"""One archive of everything: each table as JSON lines, the files, and a manifest that vouches for both.

The form is the same on every database: what was backed up on SQLite is restored on PostgreSQL, and the other way round.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import os
import shutil
import tempfile
import zlib
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Model, QuerySet
from django.utils import timezone
from django.utils.duration import duration_string
from django.utils.translation import gettext as _

from config.records import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1
MANIFEST = "manifest.json"
# They belong to a running server and not to the records: who is signed in, who tried to, what the worker has done.
LEFT_OUT = frozenset({"sessions", "axes", "django_tasks_database"})
ON_THE_DESK = frozenset({"units.upload", "units.uploadblock"})  # files before they are confirmed: they are sent again
ROWS_AT_ONCE = 1000
DAMAGE = (BadZipFile, EOFError, zlib.error)

Manifest = dict[str, Any]


class ArchiveRefused(Exception):
    """An archive that cannot be restored here; the text is fit to show, and nothing was changed."""


def write_archive(target: Path) -> Manifest:
    """Write the database, as it is at one moment, and the files to a new file `target`; return the manifest.

    The file appears under its name when it is whole, readable by its owner alone. Raises FileExistsError.
    """
    tables: dict[str, Any] = {}
    digests: dict[str, str] = {}
    with _new_file(target) as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        with _one_moment():
            migrations = _migrations()
            for model in kept_models():
                label, member = model._meta.label_lower, _member(model)
                with archive.open(member, "w", force_zip64=True) as lines:
                    rows, digests[member] = _write_rows(model, lines)
                tables[label] = {"columns": [field.attname for field in columns_of(model)], "rows": rows}
        for path in _files():
            member = f"files/{path.relative_to(settings.MEDIA_ROOT).as_posix()}"
            with path.open("rb") as content, archive.open(member, "w", force_zip64=True) as copy:
                digests[member] = _copy(content, copy)
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "engine": connection.vendor,
            "migrations": migrations,
            "tables": tables,
            "sha256": digests,
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def restore_archive(source: Path, *, replace: bool) -> Manifest:
    """Put the database and the files of `source` in the place of what is here; return the manifest.

    Raises ArchiveRefused when something is here and `replace` is false, when the archive is damaged or was made by
    other migrations, or when the database does not take a row.
    """
    manifest = _read_manifest(source)
    if not replace:
        _require_nothing_here()
    _require_same_tables(manifest)
    with ZipFile(source) as archive:
        _require_whole(archive, manifest)
        _restore(archive)
    ContentType.objects.clear_cache()
    return manifest


def kept_models() -> list[type[Model]]:
    """Return the model of each table that an archive holds, those of history and of joins too."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.app_label not in LEFT_OUT
        and model._meta.label_lower not in ON_THE_DESK
    ]


def columns_of(model: type[Model]) -> list[Field[Any, Any]]:
    """Return the fields that are stored in the model's own table and that the database does not compute."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


@contextmanager
def _one_moment() -> Iterator[None]:
    if connection.vendor == "sqlite":
        # `atomic` would begin a writing transaction and keep every writer out for as long as the archive takes
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _for_us_alone(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


@contextmanager
def _new_file(target: Path) -> Iterator[IO[bytes]]:
    if target.exists():
        raise FileExistsError(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        # names and password digests lie in it
        with open(unfinished, "wb", opener=_for_us_alone) as file:
            yield file
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _member(model: type[Model]) -> str:
    return f"tables/{model._meta.label_lower}.jsonl"


def _migrations() -> dict[str, str]:
    """Return the newest migration of each app whose tables are kept."""
    kept = {model._meta.app_label for model in kept_models()}
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {app: name for app, name in applied if app in kept}


def _files() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    found = (path for path in root.rglob("*") if path.is_file())
    # what begins with a dot is not whole yet
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(root).parts))


def _write_rows(model: type[Model], lines: IO[bytes]) -> tuple[int, str]:
    # not through a manager of the model: it might leave rows out
    rows: QuerySet[Model, tuple[Any, ...]] = (
        QuerySet(model).order_by("pk").values_list(*(field.attname for field in columns_of(model)))
    )
    digest = hashlib.sha256()
    count = 0
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_plain).encode() + b"\n"
        digest.update(line)
        lines.write(line)
        count += 1
    return count, digest.hexdigest()


def _plain(value: object) -> str:
    """Return a value as text that its field's `to_python` reads back exactly."""
    match value:
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return duration_string(value)
        case Decimal() | UUID():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
    raise TypeError(type(value))


def _copy(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Copy `source` to `target`, where there is one, and return the digest."""
    digest = hashlib.sha256()
    while piece := source.read(1 << 20):
        digest.update(piece)
        if target is not None:
            target.write(piece)
    return digest.hexdigest()


def _read_manifest(source: Path) -> Manifest:
    try:
        with ZipFile(source) as archive:
            manifest: Manifest = json.loads(archive.read(MANIFEST))
    except (*DAMAGE, KeyError, ValueError) as error:
        raise ArchiveRefused(
            _("%(file)s is not an archive of the ledger, or it is damaged.") % {"file": source}
        ) from error
    if manifest["format"] != FORMAT:
        raise ArchiveRefused(
            _("The archive has form %(form)s; this version reads form %(ours)s.")
            % {"form": manifest["format"], "ours": FORMAT}
        )
    return manifest


def _require_nothing_here() -> None:
    person = get_user_model()
    for model in apps.get_models():
        if (model is person or issubclass(model, Record)) and QuerySet(model).exists():
            raise ArchiveRefused(
                _("The database is not empty (%(table)s). With --replace, everything in it gives way to the archive.")
                % {"table": model._meta.verbose_name_plural}
            )
    if _files():
        raise ArchiveRefused(
            _("The folder %(folder)s is not empty. With --replace, everything in it gives way to the archive.")
            % {"folder": settings.MEDIA_ROOT}
        )


def _require_same_tables(manifest: Manifest) -> None:
    theirs, ours = manifest["migrations"], _migrations()
    different = [
        f"{app}: {theirs.get(app, '–')} ≠ {ours.get(app, '–')}"
        for app in sorted(theirs | ours)
        if theirs.get(app) != ours.get(app)
    ]
    if not different:
        tables = {label: table["columns"] for label, table in manifest["tables"].items()}
        here = {model._meta.label_lower: [field.attname for field in columns_of(model)] for model in kept_models()}
        different = [label for label in sorted(tables | here) if tables.get(label) != here.get(label)]
    if different:
        words = _(
            "The archive was made by another version of the ledger (archive ≠ here): %(differences)s. "
            "Restore it with that version, then update."
        )
        raise ArchiveRefused(words % {"differences": "; ".join(different)})


def _require_whole(archive: ZipFile, manifest: Manifest) -> None:
    expected: dict[str, str] = manifest["sha256"]
    found = set(archive.namelist()) - {MANIFEST}
    damaged = sorted(found ^ set(expected))
    for name in sorted(found & set(expected)):
        try:
            with archive.open(name) as content:
                whole = _copy(content) == expected[name]
        except DAMAGE:
            whole = False
        if not whole:
            damaged.append(name)
    damaged += [name for name in found if not _lies_inside(name)]
    if damaged:
        raise ArchiveRefused(
            _("The archive is damaged or was changed: %(members)s.") % {"members": ", ".join(damaged[:5])}
        )


def _lies_inside(member: str) -> bool:
    path = PurePosixPath(member.removeprefix("files/"))
    return not path.is_absolute() and ".." not in path.parts


def _restore(archive: ZipFile) -> None:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    # beside the old files, so that the new ones are in place by renaming alone
    with tempfile.TemporaryDirectory(dir=root, prefix=".restore-") as folder:
        staged = Path(folder)
        for name in archive.namelist():
            if name.startswith("files/"):
                path = staged / name.removeprefix("files/")
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with archive.open(name) as content, open(path, "wb", opener=_for_us_alone) as copy:
                    _copy(content, copy)
        _load_tables(archive)
        for old in set(root.iterdir()) - {staged}:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        for new in list(staged.iterdir()):
            new.rename(root / new.name)


def _load_tables(archive: ZipFile) -> None:
    models = kept_models()
    try:
        with transaction.atomic(durable=True):
            _empty_every_table()
            for model in models:
                with archive.open(_member(model)) as lines:
                    _load_rows(model, lines)
            # foreign keys are deferred, also those to the same table; look at them while all can still be undone
            connection.check_constraints()
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), models):
                    cursor.execute(statement)
    except DatabaseError as error:
        raise ArchiveRefused(_("The database refuses the archive: %(why)s") % {"why": error}) from error


def _empty_every_table() -> None:
    # also what an archive leaves out: it speaks of people and records that are gone
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, reset_sequences=True))


def _load_rows(model: type[Model], lines: IO[bytes]) -> None:
    fields = columns_of(model)
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - names are Django's own
    with connection.cursor() as cursor:
        while batch := list(islice(lines, ROWS_AT_ONCE)):
            # past the models' own saving: it would set dates and versions anew
            cursor.executemany(
                insert,
                [
                    [
                        field.get_db_prep_save(field.to_python(value), connection)
                        for field, value in zip(fields, json.loads(line), strict=True)
                    ]
                    for line in batch
                ],
            )
