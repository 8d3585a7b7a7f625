"""A clerk's desk without pages: a file made of rows, brought in, checked, confirmed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from units.importing import desk, work
from units.importing.context import Context
from units.importing.exporting import export

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.sheets import Sheet
    from units.models import ImportBatch, Upload, User


def workbook(heads: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str = "Sheet1") -> bytes:
    """Return an .xlsx file of one tab."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in [heads, *rows]:
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def receive(user: User, sheet: type[Sheet], content: bytes, *, name: str = "to.xlsx", **given: Any) -> Upload:
    """Return a file on the desk, its columns named as proposed, and checked."""
    areas = user.reach().areas
    upload = desk.receive(content, name, sheet(Context(user)), sender=areas[0] if areas else None)
    if given or desk.needs_naming(upload, desk.sheet_of(upload)):
        desk.name_columns(upload, upload.choices["tabs"], given)
    work.start_check(upload)
    return upload


def bring_in(
    user: User, sheet: type[Sheet], heads: Sequence[str], rows: Sequence[Sequence[Any]], **given: Any
) -> Upload:
    """Return the same of rows."""
    return receive(user, sheet, workbook(heads, rows), **given)


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """Return the rows of an .xlsx file by head."""
    heads, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def confirm(upload: Upload, *, without_refused: bool = False) -> ImportBatch | None:
    """Store what was shown, and return the batch; None where it was refused, with why in `upload.failure`."""
    work.start_store(upload, shown=upload.preview["shown"], without_refused=without_refused)
    return upload.batch


def confirmation(page: Any) -> dict[str, str]:
    """Return what the page of a checked file sends when its button is pressed."""
    return {"step": "confirm", "shown": page.context["upload"].preview["shown"]}


def counts(upload: Upload) -> tuple[int, int, int, int]:
    """Return how many rows are new, changed, as they are, and refused."""
    told = upload.preview["counts"]
    return told["new"], told["changed"], told["same"], told["refused"]


def said(upload: Upload) -> list[str]:
    """Return why rows are refused."""
    return [message for one in upload.preview["refused"] for _name, message in one["problems"]]


def refusals(upload: Upload) -> dict[int, list[str]]:
    """Return the heads of the refused cells by row."""
    heads = {column.name: column.head for column in desk.sheet_of(upload).read_columns().values()}
    return {
        one["place"][1]: [heads.get(name, name) for name, _message in one["problems"]]
        for one in upload.preview["refused"]
    }


def untaken(upload: Upload) -> list[str]:
    """Return the heads of columns with content that the list has no place for."""
    return [head for _letter, head in desk.untaken_columns(upload)]


def written(user: User, sheet: type[Sheet], form: str = "xlsx") -> bytes:
    """Return the person's list as a file."""
    listed: Any = sheet.model._default_manager
    return b"".join(export(sheet(Context(user)), listed.visible_to(user), form))


def exported(user: User, sheet: type[Sheet]) -> tuple[list[str], list[list[Any]]]:
    """Return heads and rows of the person's list as a file tells them."""
    content = written(user, sheet)
    heads, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    return [str(head) for head in heads], rows
