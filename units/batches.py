"""Taking back all that one batch wrote, from the history: what it made goes, what it changed is again as it was."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.db.models import ForeignKey

from config.records import Record, batch_of, portions, trace, update_where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.models import ImportBatch, User

MOST_NAMED = 50


@dataclass(frozen=True)
class Written:
    """What a batch did to the rows of one model: first line of history by key, whether it made the row, the last version."""

    model: type[Record]
    made: dict[Any, int]
    changed: dict[Any, int]
    versions: dict[Any, int]


class ChangedSince(Exception):
    """Rows that the batch wrote have been changed by somebody else since; `rows` names them."""

    def __init__(self, rows: list[str]) -> None:
        """Keep the names of the rows."""
        self.rows = rows
        super().__init__("; ".join(rows[:MOST_NAMED]))


def tracked() -> list[type[Record]]:
    """Return every tracked model, each after those that its rows refer to."""
    models = [model for model in apps.get_models() if issubclass(model, Record) and hasattr(model, "history")]
    placed: list[type[Record]] = []

    def place(model: type[Record], above: tuple[type[Record], ...]) -> None:
        if model in placed or model in above:
            return
        for field in model._meta.concrete_fields:
            for other in models:
                if isinstance(field, ForeignKey) and field.related_model is other:
                    place(other, (*above, model))
        placed.append(model)

    for model in models:
        place(model, ())
    return placed


def written_by(batch: ImportBatch) -> list[Written]:
    """Return what `batch` wrote, by model. One query per tracked model."""
    found = []
    for model in tracked():
        lines = model.history.model.objects.filter(batch_id=batch.pk).order_by("history_id")  # type: ignore[attr-defined]
        key_name = model._meta.pk.attname
        one = Written(model, {}, {}, {})
        for key, line, kind, version in lines.values_list(key_name, "history_id", "history_type", "version"):
            if key not in one.made and key not in one.changed:
                (one.made if kind == "+" else one.changed)[key] = line
            one.versions[key] = version
        if one.versions:
            found.append(one)
    return found


def changed_since(written: Sequence[Written]) -> list[str]:
    """Return the names of the rows that have another version now than the batch left, or that newer rows refer to."""
    named: list[str] = []
    for one in written:
        manager = one.model._base_manager
        for some in portions(list(one.versions)):
            present = dict(manager.filter(pk__in=some).values_list("pk", "version"))
            differing = [key for key in some if present.get(key) != one.versions[key]]
            named += [_name(row) for row in manager.filter(pk__in=differing[:MOST_NAMED])]
            named += [f"{one.model._meta.verbose_name} {key}" for key in differing if key not in present]
        named += _referring(one, written)
    return named


def _referring(one: Written, written: Sequence[Written]) -> list[str]:
    """Return the names of rows, not of the batch, that refer to rows which it made."""
    of_the_batch = {other.model: other.versions for other in written}
    named: list[str] = []
    for relation in one.model._meta.related_objects:
        model: Any = relation.related_model
        if not relation.field.concrete or relation.many_to_many or model.__name__.startswith("Historical"):
            continue
        for some in portions(list(one.made)):
            rows = model._base_manager.filter(**{f"{relation.field.name}__in": some}).order_by("pk")
            others = [row for row in rows[: MOST_NAMED * 100] if row.pk not in of_the_batch.get(model, {})]
            named += [_name(row) for row in others[:MOST_NAMED]]
    return named


def _name(row: Any) -> str:
    return f"{row._meta.verbose_name}: {row}"


@transaction.atomic
def take_back(batch: ImportBatch, into: ImportBatch, *, by: User, reason: str) -> int:
    """Undo all that `batch` wrote, with history as part of `into`; return how many rows. Raises ChangedSince."""
    written = written_by(batch)
    if rows := changed_since(written):
        raise ChangedSince(rows)
    with batch_of(into.pk):
        for one in reversed(written):  # what refers to a row comes before the row
            _remove(one, by=by, reason=reason)
            _restore(one, by=by, reason=reason)
    return sum(len(one.versions) for one in written)


def _restore(one: Written, *, by: User, reason: str) -> None:
    """Give rows the values of their last line of history before the batch, those of one value together."""
    history: Any = one.model.history.model  # type: ignore[attr-defined]
    names = [field.attname for field in history.tracked_fields if field.attname != "version"]
    key = names.index(one.model._meta.pk.attname)
    for some in portions(list(one.changed)):
        before: dict[Any, tuple[Any, ...]] = {}
        lines = history.objects.filter(**{f"{names[key]}__in": some}).order_by("history_id")
        for line, *values in lines.values_list("history_id", *names):
            if line < one.changed[values[key]]:
                before[values[key]] = tuple(values)
        alike: dict[tuple[tuple[str, Any], ...], list[Any]] = defaultdict(list)
        for values in one.model._base_manager.filter(pk__in=some).order_by("pk").values_list(*names):
            pairs = zip(names, values, before[values[key]], strict=True)
            alike[tuple((name, then) for name, now, then in pairs if now != then)].append(values[key])
        for restored, keys in alike.items():
            update_where(one.model, keys, by=by, reason=reason, **dict(restored))


def _remove(one: Written, *, by: User, reason: str) -> None:
    manager = one.model._base_manager
    for some in portions(list(one.made)):
        rows = manager.filter(pk__in=some)
        trace(rows, by=by, reason=reason, kind="-")
        for field in one.model._meta.many_to_many:
            lists: Any = field.remote_field.through
            lists._base_manager.filter(**{f"{field.m2m_field_name()}__in": some}).delete()
        rows._raw_delete(rows.db)  # noqa: SLF001 - its lines of history are written above, in one statement
