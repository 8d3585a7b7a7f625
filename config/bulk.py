"""Many rows written at once, as fast as the database takes them: columns in, no record built."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from datetime import date, datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_AT_ONCE = 5000
_ESCAPED = ("\\", "\n", "\r", "\t")


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Return `count` primary keys that nobody else gets. It must be called in the transaction that uses them."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # the name first: it would be looked up again for each number
            cursor.execute(
                "SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(table), model._meta.pk.column]
            )
            sequence = cursor.fetchone()[0]
            cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + 1 + count))


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave the garbage collector off meanwhile: a hundred thousand rows make it look through all of them in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def among(keys: Collection[Any], *, texts: bool = False) -> RawSQL:
    """Return what `filter(…__in=among(keys))` takes: any number of whole numbers, or of `texts`, as one parameter."""
    values = list(keys)
    if connection.vendor == "postgresql":
        kind = "text" if texts else "bigint"
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [values])  # noqa: S611 - one of two words of our own
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(values)])


def insert_columns(model: type[models.Model], names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as columns of plain values, one for each stored field in `names`; all others take their default.

    A field without a default must be named. Nothing is checked here but by the database.
    """
    count = len(columns[0])
    if not count:
        return
    given = dict(zip(names, columns, strict=True))
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (not field.primary_key or field.attname in given)
    ]
    together = [given.get(field.attname) or repeat(_default(field), count) for field in fields]
    target = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({target}) FROM STDIN", together, count)
        return
    plain = [_for_sqlite(column) for column in together]
    marks = ", ".join(["%s"] * len(fields))
    rows: Any = zip(*plain, strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({target}) VALUES ({marks})", rows)  # noqa: S608 - names of our own tables


def update_columns(
    model: type[models.Model], keys: Sequence[Any], names: Sequence[str], columns: Sequence[Sequence[Any]]
) -> None:
    """Store `names` of the rows of `keys`, each key once, given as columns of plain values, in few statements."""
    if not keys:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    prepared = [
        [field.get_db_prep_save(value, connection) for value in column]
        for field, column in zip(fields, columns, strict=True)
    ]
    quoted = connection.ops.quote_name
    table, key = quoted(model._meta.db_table), model._meta.pk
    if connection.vendor == "postgresql":
        told = ", ".join(f"{quoted(field.column)} = told.{quoted(field.column)}" for field in fields)
        # a type that named a length would cut texts to it: the column refuses them
        given = ", ".join(f"%s::{field.db_type(connection).partition('(')[0]}[]" for field in (key, *fields))
        known = ", ".join(quoted(field.column) for field in (key, *fields))
        same = f"{table}.{quoted(key.column)} = told.{quoted(key.column)}"
        sql = f"UPDATE {table} SET {told} FROM unnest({given}) AS told ({known}) WHERE {same}"  # noqa: S608 - names of our own tables
        with connection.cursor() as cursor:
            for start in range(0, len(keys), _AT_ONCE):
                cursor.execute(sql, [list(column[start : start + _AT_ONCE]) for column in (keys, *prepared)])
        return
    told = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    sql = f"UPDATE {table} SET {told} WHERE {quoted(key.column)} = %s"  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(zip(*prepared, keys, strict=True)))


def _default(field: Any) -> Any:
    value = field.get_default()
    return field.get_prep_value(value)


def _for_sqlite(column: Iterable[Any]) -> Iterable[Any]:
    if isinstance(column, repeat):
        return column
    if set(map(type, column)) & {date, datetime}:
        return [str(value) if isinstance(value, date) else value for value in column]
    return column


def _copy(sql: str, columns: Sequence[Any], count: int) -> None:
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(sql) as copy:
        for start in range(0, count, _AT_ONCE):
            size = min(_AT_ONCE, count - start)
            texts = [_copy_text(column, start, size) for column in columns]
            copy.write("\n".join(map("\t".join, zip(*texts, strict=True))) + "\n")


def _copy_text(column: Any, start: int, size: int) -> list[str]:
    if isinstance(column, repeat):
        return _written([next(column)]) * size
    return _written(column[start : start + size])


def _written(values: Sequence[Any]) -> list[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        joined = "\x1f".join(values)
        if any(sign in joined for sign in _ESCAPED):
            return [_escaped(value) for value in values]
        return list(values)
    if kinds == {int}:
        return list(map(str, values))
    if kinds <= {date, type(None)}:
        days = {day: "\\N" if day is None else day.isoformat() for day in set(values)}
        return [days[day] for day in values]
    return [
        "\\N"
        if value is None
        else _escaped(value)
        if isinstance(value, str)
        else "tf"[not value]
        if isinstance(value, bool)
        else str(value)
        for value in values
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
