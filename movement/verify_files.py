"""Verifying editions with files: the row, the sealed rows, every file and its list of digests against the manifest."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from movement import edition_files
from movement.edition_files import FILES, MANIFEST, SUMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from movement.discrepancies import Findings
    from movement.edition_files import Line, Row
    from movement.models import Edition

MOST_NAMED = 100  # of one file; who changed more has not hidden it
AHEAD = 50  # lines that are looked at to find where two texts run together again
MOST_SIGNS, SIGNS_BEFORE = 200, 60
PLACE = ("row", "area", "indicator", "item", "kind", "position", "language")
Pair = tuple["Line | None", "bytes | None", int]  # what should stand, what stands, and in which line


def check_files(edition: Edition, manifest: dict[str, Any], found: Findings, *, name: list[object]) -> None:
    """Check everything of one edition against its manifest, and name each row and line that is otherwise."""
    told = edition_files.facts(edition)
    for fact in sorted(told.keys() - {"format", "previous"}):  # both are looked at along the chain
        found.expect([*name, fact], told[fact], manifest.get(fact))
    folder = edition_files.folder_of(edition)
    sums = edition_files.sums_text(edition.canonical, manifest["files"])
    for file, text in ((MANIFEST, edition.canonical), (SUMS, sums)):
        if edition_files.digest_of(folder / file) != hashlib.sha256(text.encode()).hexdigest():
            lines = ((None, line.encode()) for line in text.splitlines(keepends=True))
            compare(lines, folder / file, found, name=[*name, file])
    rows = edition_files.Files(edition)
    rows.add(edition_files.sealed_objects(edition))
    from_rows = rows.finish()
    rows_differ = [file for file in FILES if from_rows[file]["sha256"] != manifest["files"][file]["sha256"]]
    whole = []
    for file in FILES:
        digest = edition_files.digest_of(folder / file)
        if digest == manifest["files"][file]["sha256"]:
            whole.append(file)
        else:
            found.expect([*name, file, "SHA-256"], digest, manifest["files"][file]["sha256"])
            compare(edition_files.expected_lines(edition, file), folder / file, found, name=[*name, file])
    # the internal file holds every column of every row; the others can only repeat what it tells
    if witness := next((file for file in rows_differ if file in whole), None):
        compare_rows(edition, witness, folder / witness, found, name=name)


def compare(lines: Iterable[Line], path: Path, found: Findings, *, name: list[object]) -> None:
    """Name every line of the file at `path` that is not the one that should stand there."""
    if not path.exists():
        found.expect(name, None, _("a file"))
        return
    with path.open("rb") as content:
        for expected, stands, number in islice(differing(lines, content), MOST_NAMED):
            row, line = expected or (None, None)
            found.differ([*name, _("line"), number, *place_of(row)], *apart(stands, line))


def compare_rows(edition: Edition, file: str, path: Path, found: Findings, *, name: list[object]) -> None:
    """Name every sealed row that is not what `file`, which is as it was sealed, says of it, by column."""
    with path.open("rb") as content:
        for expected, stands, number in islice(differing(edition_files.expected_lines(edition, file), content), MOST_NAMED):  # fmt: skip
            (row, line), filed = expected or (None, None), parsed(stands)
            row = row or {}
            if not file.endswith(".json") or not (row or filed):
                found.differ([*name, *place_of(row), file, _("line"), number], *apart(line, stands))
                continue
            place = place_of(filed or row)
            if not row or not filed:
                found.expect([*name, *place], _("a row") if row else None, _("a row") if filed else None)
                continue
            for column in sorted(row.keys() | filed.keys()):
                found.expect([*name, *place, column], row.get(column), filed.get(column))


def differing(lines: Iterable[Line], content: Iterable[bytes]) -> Iterator[Pair]:
    """Yield what should stand and does not, beside what stands in its place, as far as the two do not run together.

    A line that is missing, or too much, puts only itself out: both texts are looked at some lines ahead.
    """
    expected, stands = _Ahead(lines), _Ahead(content)
    number = 0
    while expected.lines or stands.lines:
        wanted, line = expected.first(), stands.first()
        if wanted is not None and wanted[1] == line:
            expected.skip()
            stands.skip()
            number += 1
            continue
        added = next((place for place, one in enumerate(stands.lines) if wanted and one == wanted[1]), None)
        missing = next((place for place, one in enumerate(expected.lines) if one[1] == line), None)
        if wanted is None or (added is not None and (missing is None or added <= missing)):
            number += 1
            yield None, stands.skip(), number
        elif line is None or missing is not None:
            yield expected.skip(), None, number + 1
        else:
            number += 1
            yield expected.skip(), stands.skip(), number


class _Ahead:
    """The next lines of a text, some of them at a time."""

    def __init__(self, lines: Iterable[Any]) -> None:
        self._rest = iter(lines)
        self.lines: deque[Any] = deque(islice(self._rest, AHEAD))

    def first(self) -> Any:
        return self.lines[0] if self.lines else None

    def skip(self) -> Any:
        line = self.lines.popleft()
        self.lines.extend(islice(self._rest, 1))
        return line


def parsed(line: bytes | None) -> Row:
    """Return the row that a line of JSON holds; an empty one where it holds none."""
    try:
        row = json.loads((line or b"").rstrip(b",\n"))
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def place_of(row: Row | None) -> list[object]:
    """Return the words that name a row: the area first; a figure by its indicator, everything else by what it is."""
    if not row:
        return []
    rest = [row[name] for name in PLACE if name != "area" and row.get(name) not in {None, ""}]
    return [row.get("area", ""), *(rest[1:] if row["row"] == "figure" else rest)]


def apart(one: bytes | None, other: bytes | None) -> tuple[str | None, str | None]:
    """Return two lines as they can be printed, long ones from a little before the first sign in which they differ."""
    texts = [None if line is None else line.decode(errors="backslashreplace").rstrip("\n") for line in (one, other)]
    signs = enumerate(zip(*(text or "" for text in texts), strict=False))
    start = max(0, next((place for place, (sign, that) in signs if sign != that), 0) - SIGNS_BEFORE)
    cut = [text and ("…" if start else "") + text[start : start + MOST_SIGNS] for text in texts]
    return cut[0], cut[1]
