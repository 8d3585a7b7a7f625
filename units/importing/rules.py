"""The constraints of a model asked of many records at once: what the database would refuse, told by record."""

from __future__ import annotations

import operator
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.records import Record

Errors = dict[str, list[str]]


def refusals_together(records: Sequence[Record]) -> dict[int, Errors]:
    """Return what is wrong with each record by its place, as far as constraints say: among themselves and with the rest.

    One query for each rule of uniqueness, however many records there are.
    """
    if not records:
        return {}
    meta = type(records[0])._meta
    told: dict[int, Errors] = {}
    for constraint in meta.total_unique_constraints + [
        one for one in meta.constraints if isinstance(one, UniqueConstraint) and one.condition is not None
    ]:
        _ask_unique(constraint, records, told)
    for field in meta.concrete_fields:
        if field.unique and not field.primary_key:
            _ask_unique(UniqueConstraint(fields=[field.name], name=field.name), records, told)
    for rule in meta.constraints:
        if isinstance(rule, CheckConstraint):
            for index, record in enumerate(records):
                if holds(rule.condition, record) is False:
                    message = str(rule.get_violation_error_message())
                    told.setdefault(index, {}).setdefault(NON_FIELD_ERRORS, []).append(message)
    return told


def _ask_unique(constraint: UniqueConstraint, records: Sequence[Record], told: dict[int, Errors]) -> None:
    model = type(records[0])
    meta: Any = model._meta
    names = [meta.get_field(name).attname for name in constraint.fields]
    places: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        if constraint.condition is not None and holds(constraint.condition, record) is not True:
            continue
        key = tuple(getattr(record, name) for name in names)
        # an empty text is filled in when the row is stored
        if None not in key and not (len(key) == 1 and key[0] == ""):
            places[key].append(index)
    if not places:
        return
    rows = model._base_manager.filter(constraint.condition) if constraint.condition else model._base_manager.all()
    first = {key[0] for key in places}
    stored = {tuple(key): pk for pk, *key in rows.filter(**{f"{names[0]}__in": first}).values_list("pk", *names)}
    moving = {record.pk for record in records if record.pk is not None}
    for key, indexes in places.items():
        pk = stored.get(key)
        taken = pk is not None and pk not in moving
        for order, index in enumerate(indexes):
            if not (taken or order):
                continue
            field = constraint.fields[-1] if len(constraint.fields) == 1 else NON_FIELD_ERRORS
            message = str(constraint.get_violation_error_message()) if constraint.violation_error_message else ""
            told.setdefault(index, {}).setdefault(field, []).append(message if taken and message else _repeated(taken))


def _repeated(taken: bool) -> str:  # noqa: FBT001 - one of two sentences
    if taken:
        return _("Such a record is already in the ledger.")
    return _("This row stands in the file twice: the other one is kept, take this one out.")


def holds(condition: Any, record: Any) -> bool | None:
    """Say whether a condition on the fields of one record holds; None where it is not known, as in SQL."""
    if isinstance(condition, tuple):
        return _compare(condition[0], condition[1], record)
    assert isinstance(condition, Q)
    answers = [holds(child, record) for child in condition.children]
    answer: bool | None
    if condition.connector == Q.AND:
        answer = False if False in answers else None if None in answers else True
    elif condition.connector == Q.OR:
        answer = True if True in answers else None if None in answers else False
    else:
        raise NotImplementedError(condition.connector)
    return answer if not condition.negated or answer is None else not answer


def _compare(path: str, wanted: Any, record: Any) -> bool | None:
    name, _separator, lookup = path.partition("__")
    value = getattr(record, record._meta.get_field(name).attname)
    if isinstance(wanted, F):
        wanted = getattr(record, record._meta.get_field(wanted.name).attname)
    if lookup == "isnull":
        return (value is None) is wanted
    if value is None or wanted is None:
        return None
    if hasattr(wanted, "pk"):
        wanted = wanted.pk
    compare = _LOOKUPS.get(lookup or "exact")
    if compare is None:
        raise NotImplementedError(lookup)
    return bool(compare(value, wanted))


_LOOKUPS: dict[str, Any] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, wanted: value in wanted,
}
