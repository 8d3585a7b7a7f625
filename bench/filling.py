"""The rows of units, their placements and their history as an import writes them, to be written bare."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Bare: TypeAlias = "list[tuple[Any, list[str], list[list[Any]]]]"  # model, fields, columns
_KEPT: dict[int, Any] = {}


def bare_rows(content: bytes) -> Bare:
    """Return what an import of the file writes."""
    from django.db.models import Max

    from bench.sheets import bring_in, rolled_back
    from units.models import Placement, Unit

    models = [
        (Unit, "id"),
        (Placement, "id"),
        (Unit.history.model, "history_id"),
        (Placement.history.model, "history_id"),
    ]
    last = {model: model._base_manager.aggregate(last=Max(key))["last"] or 0 for model, key in models}
    bare: Bare = []
    with rolled_back():
        bring_in(content)
        for model, key in models:
            names, lines = written(model, last[model], key)
            if "batch_id" in names:
                lines = [
                    tuple(None if name == "batch_id" else cell for name, cell in zip(names, line, strict=True))
                    for line in lines
                ]
            bare.append((model, names, [list(column) for column in zip(*lines, strict=True)]))
    return bare


def written(model: Any, since: int, key: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the fields and the rows of `model` that were written after the key `since`."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = [field.attname for field in fields]
    return names, list(model._base_manager.filter(**{f"{key}__gt": since}).order_by(key).values_list(*names))


def write_bare(bare: Bare) -> None:
    """Write the rows, and nothing else."""
    from config.bulk import insert_columns

    for model, names, columns in bare:
        insert_columns(model, names, columns)


@contextmanager
def filled(count: int, bare: Bare | None = None) -> Iterator[None]:
    """Have `count` units on record inside."""
    from bench.sheets import file_of, rolled_back, rows_of

    if bare is None:
        if count not in _KEPT:
            _KEPT[count] = bare_rows(file_of(rows_of(count)))
        bare = _KEPT[count]
    with rolled_back():
        write_bare(bare)
        yield
