"""Lists written out as sheets, streaming, as they are filtered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from config.writing.copied import can_copy, copied_csv
from config.writing.samples import SampleColumn, sample
from config.writing.texts import Kind, OutColumn, csv_stream
from config.writing.workbooks import workbook_stream
from units.models import UploadBlock
from units.models.people import today

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from units.importing.sheets import Sheet
    from units.models import Upload

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: dict[str, tuple[str, Any]] = {"xlsx": (XLSX, workbook_stream), "csv": ("text/csv; charset=utf-8", csv_stream)}


def export(sheet: Sheet, queryset: QuerySet[Any], form: str) -> StreamingHttpResponse:
    """Return the rows of a list as a file of the form "xlsx" or "csv", written while it is sent."""
    kind, stream = FORMS[form]
    content: Iterator[bytes]
    columns = [OutColumn(column.head, column.cell.kind) for column in sheet.out_columns()]
    if form == "csv" and can_copy() and (rows := sheet.in_database(queryset)) is not None:
        texts = [place for place, column in enumerate(columns) if column.kind is Kind.TEXT]
        content = copied_csv([column.head for column in columns], rows, texts=texts)
    else:
        content = stream(columns, sheet.blocks(queryset))
    name = f"{sheet.model._meta.model_name}-{today():%Y-%m-%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(content, content_type=kind, headers=headers)


def template(sheet: Sheet) -> bytes:
    """Return an empty sheet to fill in, with lists to choose from and what each column takes."""
    columns = [
        SampleColumn(
            head=column.head,
            kind=column.cell.kind,
            required=column.required,
            help=column.help or (_("Must be filled in.") if column.required else ""),
            example=column.example,
            choices=tuple(column.cell.choices(sheet.context)),
        )
        for column in sheet.sample_columns()
    ]
    return sample(columns, rows=sheet.sample_rows())


def refused(upload: Upload, sheet: Sheet) -> StreamingHttpResponse:
    """Return the refused rows of a check, with the reasons, as a sheet."""
    heads = {column.name: column.head for column in sheet.all_columns()}
    names = {tab["number"]: tab["name"] for tab in upload.tops}
    kept = upload.blocks.filter(part=UploadBlock.Part.REFUSED).values_list("content", flat=True)
    rows = [row for content in kept for row in json.loads(bytes(content))]
    block = [
        [names.get(tab, "") for tab, *_rest in rows],
        [number for _tab, number, *_rest in rows],
        [heads.get(name, "") for _tab, _number, name, _said in rows],
        [said for *_rest, said in rows],
    ]
    columns = [
        OutColumn(_("Tab"), Kind.TEXT),
        OutColumn(_("Row"), Kind.NUMBER),
        OutColumn(_("Column"), Kind.TEXT),
        OutColumn(_("Why"), Kind.TEXT),
    ]
    headers = {
        "Content-Disposition": 'attachment; filename="hang-bi-tu-choi.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(workbook_stream(columns, [block] if rows else []), content_type=XLSX, headers=headers)
