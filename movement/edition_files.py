"""The files of an edition: one row a line, as JSON and as CSV, for the office and for the public.

They lie below MEDIA_ROOT in editions/<key of the edition>/, are written once, and never changed. The rows stand in the
order in which the database holds them, so that a file can be written, and compared, without holding all of it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http import FileResponse, Http404

from movement.models import EditionAward, EditionErratum, EditionFigure, EditionPassage
from movement.open_data import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.models import QuerySet

    from movement.models import Edition

Row = dict[str, Any]
Line = tuple[Row | None, bytes]  # the row that the line tells of; none for what stands around the rows
Sealed = EditionFigure | EditionPassage | EditionAward | EditionErratum
Digests = dict[str, dict[str, Any]]  # by name of the file: its sha256 and its length in bytes

ROWS_AT_ONCE = 2000
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
LANGUAGES = ("vi", "en")
FIGURE = ("own", "below", "total", "printed_word", "printed_value", "areas_counted", "areas_expected", "synthetic")
PUBLIC_FIGURE = FIGURE[2:]
PASSAGE = ("kind", "position", "text_vi", "text_en", "detail_vi", "detail_en")
AWARD = ("position", "forms", "authorities", "recipients", "count", "word", "in_year", "source")
ERRATUM = (
    "position", "subject", "item", "kind", "forms", "authorities", "recipients", "old_value", "old_word", "old_printed",
    "new_value", "new_word", "new_printed", "old_text_vi", "old_text_en", "new_text_vi", "new_text_en", "why", "role",
)  # fmt: skip
PUBLIC_COLUMNS = tuple(
    dict.fromkeys(
        ("row", "year", "number", "sealed_at", "reason", "language", "text", "area", "indicator", "item",
         *PUBLIC_FIGURE, *PASSAGE, *AWARD, *ERRATUM, "role_area", "at")
    )
)  # fmt: skip
INTERNAL_COLUMNS = tuple(
    dict.fromkeys(
        ("row", "sealed_by", "reason", "language", "text", "area", "indicator", "item", *FIGURE, "version", "is_public",
         "explanation", *PASSAGE, *AWARD, *ERRATUM, "role_area", "by", "at")
    )
)  # fmt: skip


class JsonLines:
    """A JSON list with one row a line: keys sorted, no blanks, UTF-8."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        """Take no notice of the columns: every row names its own."""
        self._held: Row | None = None

    def begin(self) -> Iterator[Line]:
        """Yield what stands before the rows."""
        yield None, b"[\n"

    def add(self, row: Row) -> Iterator[Line]:
        """Yield the row before `row`, of which it is known now that it is not the last."""
        if self._held is not None:
            yield self._held, in_json(self._held).encode() + b",\n"
        self._held = row

    def end(self) -> Iterator[Line]:
        """Yield the last row, and what stands after the rows."""
        if self._held is not None:
            yield self._held, in_json(self._held).encode() + b"\n"
        yield None, b"]\n"


class CsvLines:
    """A table with a mark for spreadsheets: 1 and 0 for yes and no, line breaks in texts as spaces, no formulas."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        """Keep the columns."""
        self._columns = columns

    def begin(self) -> Iterator[Line]:
        """Yield the heads."""
        yield None, b"\xef\xbb\xbf" + self._line(self._columns)

    def add(self, row: Row) -> Iterator[Line]:
        """Yield `row`."""
        yield row, self._line(self._cell(row.get(name)) for name in self._columns)

    def end(self) -> Iterator[Line]:
        """Yield nothing."""
        yield from ()

    def _line(self, cells: Iterable[object]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerow(cells)
        return text.getvalue().encode()

    def _cell(self, value: Any) -> Any:
        if isinstance(value, bool):
            return int(value)
        return harmless(" ".join(value.split())) if isinstance(value, str) else value


@dataclass(frozen=True)
class Kind:
    """What a file holds, and how it is written."""

    is_public: bool
    lines: type[JsonLines | CsvLines]
    content_type: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the table."""
        return PUBLIC_COLUMNS if self.is_public else INTERNAL_COLUMNS


IN_JSON, IN_CSV = "application/json; charset=utf-8", "text/csv; charset=utf-8"
FILES = {
    "internal.json": Kind(is_public=False, lines=JsonLines, content_type=IN_JSON),
    "internal.csv": Kind(is_public=False, lines=CsvLines, content_type=IN_CSV),
    "public.json": Kind(is_public=True, lines=JsonLines, content_type=IN_JSON),
    "public.csv": Kind(is_public=True, lines=CsvLines, content_type=IN_CSV),
}


def in_json(values: Mapping[str, Any]) -> str:
    """Return one line of JSON: keys sorted, no blanks."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# ---------------------------------------------------------------- rows


def opening_rows(edition: Edition, *, public: bool) -> Iterator[Row]:
    """Yield what the files say of the edition itself. Why the first one was published is told to nobody outside."""
    if public:
        yield {
            "row": "edition",
            "area": edition.area.code,
            "year": edition.period.year,
            "number": edition.number,
            "sealed_at": moment(edition.sealed_at),
            "reason": edition.reason if edition.number > 1 else "",
        }
    else:
        # an account by its key: its name may be that of a person
        yield {"row": "edition", "sealed_by": edition.sealed_by_id, "reason": edition.reason}
    for language in LANGUAGES:
        yield {"row": "summary", "language": language, "text": getattr(edition, f"summary_{language}")}


def told(one: Sealed, *, public: bool) -> Row | None:
    """Return the row of a sealed figure, paragraph, count or erratum; None where it is not for the public."""
    match one:
        case EditionFigure():
            return told_figure(one, public=public)
        case EditionPassage():
            return {"row": "passage", "area": one.area.code, **_columns(one, PASSAGE)}
        case EditionAward():
            return {"row": "award", "area": one.area.code, **_columns(one, AWARD)}
        case EditionErratum():
            return told_erratum(one, public=public)


def told_figure(one: EditionFigure, *, public: bool) -> Row | None:
    """Return the row of a sealed figure; own part, sum below and explanation are internal."""
    row = {"row": "figure", "area": one.area.code, "indicator": one.indicator.code, "item": one.item}
    if not public:
        rest = {"version": one.figure_version, "is_public": one.is_public, "explanation": one.explanation}
        return {**row, **_columns(one, FIGURE), **rest}
    return {**row, **_columns(one, PUBLIC_FIGURE)} if one.is_public else None


def told_erratum(one: EditionErratum, *, public: bool) -> Row | None:
    """Return the row of an erratum; the public reads the post of who corrected, never the account."""
    if public and not one.is_public:
        return None
    row = {
        "row": "erratum",
        "area": one.area.code,
        "indicator": one.indicator.code if one.indicator else "",
        **_columns(one, ERRATUM),
        "role_area": one.role_area.code if one.role_area else "",
        "at": moment(one.at),
    }
    return row if public else {**row, "by": one.by_id, "is_public": one.is_public}


def _columns(one: Sealed, names: Iterable[str]) -> Row:
    return {name: getattr(one, name) for name in names}


def moment(at: Any) -> str:
    """Return a moment in UTC as 2024-12-20T03:15:00.000123+00:00."""
    return str(at.astimezone(UTC).isoformat())


def sealed_objects(edition: Edition) -> Iterator[Sealed]:
    """Yield the sealed rows of `edition` as they stand in its files, in portions."""
    figures = EditionFigure.objects.select_related("area", "indicator")
    passages, awards = EditionPassage.objects.select_related("area"), EditionAward.objects.select_related("area")
    errata = EditionErratum.objects.select_related("area", "indicator", "role_area")
    tables: tuple[QuerySet[Any], ...] = (figures, passages, awards, errata)
    for rows in tables:
        yield from rows.filter(edition=edition).order_by("pk").iterator(ROWS_AT_ONCE)


def expected_lines(edition: Edition, name: str) -> Iterator[Line]:
    """Yield the lines that the file called `name` should hold, from the sealed rows."""
    kind = FILES[name]
    lines = kind.lines(kind.columns)
    yield from lines.begin()
    for row in opening_rows(edition, public=kind.is_public):
        yield from lines.add(row)
    for one in sealed_objects(edition):
        if (row_of_one := told(one, public=kind.is_public)) is not None:
            yield from lines.add(row_of_one)
    yield from lines.end()


# ---------------------------------------------------------------- writing


class _File:
    """One file on its way: its lines, digest and length; written nowhere where there is no target."""

    def __init__(self, kind: Kind, target: IO[bytes] | None) -> None:
        self._lines, self._target = kind.lines(kind.columns), target
        self._digest, self._size = hashlib.sha256(), 0
        self._put(self._lines.begin())

    def _put(self, lines: Iterable[Line]) -> None:
        for _row, line in lines:
            self._digest.update(line)
            self._size += len(line)
            if self._target is not None:
                self._target.write(line)

    def add(self, row: Row) -> None:
        self._put(self._lines.add(row))

    def finish(self) -> dict[str, Any]:
        self._put(self._lines.end())
        if self._target is not None:
            self._target.flush()
            os.fsync(self._target.fileno())
            self._target.close()
        return {"sha256": self._digest.hexdigest(), "bytes": self._size}


class Files:
    """All files of an edition, written in one pass; without a folder only their digests are taken."""

    def __init__(self, edition: Edition, folder: Path | None = None) -> None:
        """Begin every file."""
        self._files = {
            name: _File(kind, _for_us_alone(folder / name) if folder else None) for name, kind in FILES.items()
        }
        for public in (False, True):
            for row in opening_rows(edition, public=public):
                self._add(row, public=public)

    def add(self, rows: Iterable[Sealed]) -> None:
        """Add sealed rows."""
        for one in rows:
            for public in (False, True):
                if (row := told(one, public=public)) is not None:
                    self._add(row, public=public)

    def _add(self, row: Row, *, public: bool) -> None:
        for name, kind in FILES.items():
            if kind.is_public == public:
                self._files[name].add(row)

    def finish(self) -> Digests:
        """End every file and return their digests and lengths."""
        return {name: file.finish() for name, file in self._files.items()}


def _for_us_alone(path: Path) -> IO[bytes]:
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))


def folder_of(edition: Edition) -> Path:
    """Return where the files of `edition` lie."""
    return Path(settings.MEDIA_ROOT) / "editions" / str(edition.pk)


@contextmanager
def new_folder(edition: Edition) -> Iterator[Path]:
    """Give a folder to write to; it gets its own name when it is whole, before the edition itself is stored."""
    place = folder_of(edition)
    unfinished = place.with_name(f".{place.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished.mkdir(mode=0o700)
    try:
        yield unfinished
        shutil.rmtree(place, ignore_errors=True)  # of an edition that was not stored in the end
        unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


# ---------------------------------------------------------------- manifest


def facts(edition: Edition) -> dict[str, Any]:
    """Return what the manifest says of the edition beside its files. Who sealed it, and why, stands in the internal file."""
    period = edition.period
    return {
        "format": edition.format,
        "area": edition.area.code,
        "period": {
            "kind": period.kind,
            "year": period.year,
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
            "cutoff_on": period.cutoff_on.isoformat(),
        },
        "number": edition.number,
        "sealed_at": moment(edition.sealed_at),
        "previous": edition.previous.digest if edition.previous else "",
    }


def manifest_text(edition: Edition, files: Digests, rows: Mapping[str, int]) -> str:
    """Return the manifest, of which the digest of the edition is taken: what it is, its files, and how many rows it has."""
    told_of = {**facts(edition), "files": files, "rows": dict(rows)}
    return json.dumps(told_of, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def sums_text(manifest: str, files: Digests) -> str:
    """Return what `sha256sum -c` reads."""
    digests = {name: file["sha256"] for name, file in files.items()}
    digests[MANIFEST] = hashlib.sha256(manifest.encode()).hexdigest()
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))


def write_texts(folder: Path, manifest: str, files: Digests) -> None:
    """Write the manifest and the list of digests beside the files."""
    for name, text in ((MANIFEST, manifest), (SUMS, sums_text(manifest, files))):
        with _for_us_alone(folder / name) as target:
            target.write(text.encode())
            target.flush()
            os.fsync(target.fileno())


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file; None where there is none."""
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return None


# ---------------------------------------------------------------- handing out


def file_response(edition: Edition, name: str, filename: str) -> FileResponse:
    """Return a file of `edition`, to be stored and not shown. Raises Http404 where it is lost: `verify` tells."""
    try:
        content = (folder_of(edition) / name).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    content_type = FILES[name].content_type if name in FILES else IN_JSON if name == MANIFEST else "text/plain"
    return FileResponse(content, as_attachment=True, filename=filename, content_type=content_type)


def sealed_digest(edition: Edition, name: str) -> str:
    """Return the SHA-256 of a file as it was sealed."""
    if name == MANIFEST:
        return hashlib.sha256(edition.canonical.encode()).hexdigest()
    return str(json.loads(edition.canonical)["files"][name]["sha256"])
