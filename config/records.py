"""What every tracked record has: a version, a history, and keys to search and sort by."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from config.bulk import update_columns
from config.folding import collate, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.contrib.auth.base_user import AbstractBaseUser

_batch: ContextVar[int | None] = ContextVar("batch", default=None)
AT_ONCE = 5000  # rows of one statement: what both databases take as keys


class StaleRecord(Exception):
    """Somebody saved a newer version of the record in the meantime."""

    def __init__(self, record: Record, current: int | None) -> None:
        """Keep the record that was refused and the version now stored (None: it is gone)."""
        self.record = record
        self.current = current
        super().__init__(
            _(
                "Someone else has saved “%(record)s” in the meantime. Open it again and enter your change on the new version."
            )
            % {"record": record}
        )


class BatchTrace(models.Model):
    """The import that wrote a line of history, if an import did."""

    batch_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


def history(**options: Any) -> HistoricalRecords:
    """Return the history of a record: who, when, before and after, and the import batch."""
    return HistoricalRecords(
        bases=[BatchTrace],
        user_model=settings.AUTH_USER_MODEL,
        history_change_reason_field=models.TextField(null=True),
        **options,
    )


class Record(models.Model):
    """A row that people change: each save makes the next version, and an older version is refused."""

    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    _change_reason: str | None = None  # why the next save happens; simple-history writes it into the history
    _history_user: Any  # who makes it, where that is not the person of the request

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as the next version. Raises StaleRecord when the stored version is not the one that was read."""
        self.refresh_keys()
        read = self.version
        with transaction.atomic():
            if not self._state.adding:
                manager = type(self)._base_manager
                # by key: an order through other tables would lock those too, or be refused
                locked = manager.select_for_update(no_key=True).filter(pk=self.pk).order_by("pk")
                stored = locked.values_list("version", flat=True).first()
                if stored != read:
                    raise StaleRecord(self, stored)
            self.version = read + 1
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "version", *self.key_fields()}
            try:
                super().save(*args, **kwargs)
            except BaseException:
                self.version = read
                raise

    def refresh_keys(self) -> None:
        """Recompute what is derived from the record's own fields; does nothing here."""

    def key_fields(self) -> list[str]:
        """Return the names of the fields that `refresh_keys` fills."""
        return []


class NamedRecord(Record):
    """A record that people search and sort by its name."""

    search_key = models.CharField(max_length=500, editable=False, default="")
    sort_key = models.CharField(max_length=1000, editable=False, default="", db_index=True)

    class Meta:
        abstract = True

    def refresh_keys(self) -> None:
        """Fill the keys from `search_text` and the name."""
        self.search_key = fold(self.search_text())[:500]
        self.sort_key = collate(self.name)[:1000]

    def key_fields(self) -> list[str]:
        """Return the two key fields."""
        return ["search_key", "sort_key"]

    def search_text(self) -> str:
        """Return all that a search should find the record by."""
        return f"{self.name} {getattr(self, 'code', '')}"

    if TYPE_CHECKING:
        name: str


@contextmanager
def batch_of(batch_id: int) -> Iterator[None]:
    """Mark every line of history written inside as part of the import `batch_id`."""
    token = _batch.set(batch_id)
    try:
        yield
    finally:
        _batch.reset(token)


@receiver(pre_create_historical_record)
def trace_batch(sender: Any, history_instance: Any, **kwargs: Any) -> None:
    """Write the batch of the import under way into a line of history."""
    if (batch := _batch.get()) is not None and hasattr(history_instance, "batch_id"):
        history_instance.batch_id = batch


def refresh_statistics() -> None:
    """Let PostgreSQL look at what a large load has written: it plans by what it last saw.

    A table in which nothing is yet stays unseen: it would be taken for empty long after it has been filled.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT relid::regclass::text FROM pg_stat_user_tables WHERE pg_relation_size(relid) > 0")
            if tables := [table for (table,) in cursor.fetchall()]:
                cursor.execute(f"ANALYZE {', '.join(tables)}")


def create_all(records: Sequence[Record], *, by: AbstractBaseUser | None, reason: str = "") -> None:
    """Create many records of one model with their first version and a line of history each, set by set."""
    if not records:
        return
    model = type(records[0])
    for record in records:
        record.refresh_keys()
        record.version = 1
    with transaction.atomic():
        model._base_manager.bulk_create(records, batch_size=2000)
        _trace_all(model, records, by=by, reason=reason, kind="+")


def update_all(
    records: Sequence[Record], fields: Sequence[str], *, by: AbstractBaseUser | None, reason: str = ""
) -> None:
    """Store `fields` of many records of one model as their next versions, with a line of history each.

    Raises StaleRecord when one of them is no longer the version that was read; then none is stored.
    """
    if not records:
        return
    model = type(records[0])
    manager = model._base_manager
    with transaction.atomic():
        stored = dict(
            manager.select_for_update(no_key=True)
            .filter(pk__in=[r.pk for r in records])
            .order_by("pk")
            .values_list("pk", "version")
        )
        for record in records:
            if stored.get(record.pk) != record.version:
                raise StaleRecord(record, stored.get(record.pk))
        for record in records:
            record.refresh_keys()
            record.version += 1
        of: Any = model._meta
        told = [of.get_field(name).attname for name in fields]
        names = list(dict.fromkeys([*told, "version", *records[0].key_fields()]))
        keys = [record.pk for record in records]
        update_columns(model, keys, names, [[getattr(record, name) for record in records] for name in names])
        _trace_all(model, records, by=by, reason=reason, kind="~")


def portions(rows: Sequence[Any], size: int = AT_ONCE) -> Iterator[Sequence[Any]]:
    """Yield `rows` in portions that one statement can name."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def update_where(
    model: type[Record], keys: Iterable[Any], *, by: AbstractBaseUser | None, reason: str = "", **values: Any
) -> int:
    """Store the same `values` in all rows of `keys` as their next versions, with a line of history each; return how many.

    It asks no version: the caller has read the rows in this transaction, and holds out everybody else.
    """
    manager = model._base_manager
    count = 0
    with transaction.atomic():
        for some in portions(list(keys)):
            rows = manager.filter(pk__in=some)
            count += rows.update(**values, version=F("version") + 1)
            trace(rows, by=by, reason=reason)
    return count


def trace(rows: models.QuerySet[Any], *, by: AbstractBaseUser | None, reason: str = "", kind: str = "~") -> None:
    """Write a line of history for each of `rows` as it now stands, in one statement, and what its lists hold."""
    history_model = rows.model.history.model
    names = [field.attname for field in history_model.tracked_fields]
    now = timezone.now()
    told = {
        "history_date": Value(now, output_field=models.DateTimeField()),
        "history_user_id": Cast(Value(by.pk if by else None), models.BigIntegerField()),
        "history_change_reason": Cast(Value(reason or None), models.TextField()),
        "history_type": Cast(Value(kind), models.CharField(max_length=1)),
        "batch_id": Cast(Value(_batch.get()), models.BigIntegerField()),
    }
    told = {f"told_{name}": value for name, value in told.items()}
    chosen = rows.order_by().annotate(**told).values_list(*names, *told)
    sql, parameters = chosen.query.sql_with_params()
    quoted = connection.ops.quote_name
    columns = [history_model._meta.get_field(name).column for name in names]
    columns += [name.removeprefix("told_") for name in told]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted(history_model._meta.db_table)} ({', '.join(map(quoted, columns))}) {sql}",
            parameters,
        )
    lists = history_model._history_m2m_fields  # noqa: SLF001 - where simple-history keeps the fields that it was told of
    if lists:
        key = rows.model._meta.pk.attname
        written = history_model.objects.filter(history_date=now, **{f"{key}__in": rows.order_by().values("pk")})
        lines = dict(written.values_list(key, "history_id"))
        for field in lists:
            _trace_list(field, getattr(history_model, field.name).model, lines)


def _trace_list(field: Any, history_model: Any, lines: dict[Any, int]) -> None:
    """Write what a many-to-many field holds for records, by their lines of history."""
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    through = field.remote_field.through._base_manager.filter(**{f"{own}__in": list(lines)})
    history_model._base_manager.bulk_create(
        history_model(history_id=lines[pk], id=key, **{f"{own}_id": pk, f"{other}_id": listed})
        for key, pk, listed in through.order_by("pk").values_list("pk", own, other)
    )


def _trace_all(
    model: type[Record], records: Sequence[Record], *, by: AbstractBaseUser | None, reason: str, kind: str
) -> None:
    for some in portions(records):
        trace(model._base_manager.filter(pk__in=[one.pk for one in some]), by=by, reason=reason, kind=kind)
