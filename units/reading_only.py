"""The time in which the ledger is only read, because something large is being written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils import timezone

from units.models import ReadingOnly
from units.models.reorganisations import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator


def reading_only() -> ReadingOnly | None:
    """Return the time of reading only that is under way. One query."""
    return ReadingOnly.objects.filter(until__gt=timezone.now()).first()


@contextmanager
def only_reading(reason: str) -> Iterator[None]:
    """Let nobody else write meanwhile. It must be entered outside a transaction, so that everybody sees it."""
    sign = ReadingOnly.objects.create(until=timezone.now() + LONGEST, reason=reason)
    try:
        yield
    finally:
        ReadingOnly.objects.filter(pk=sign.pk).update(until=timezone.now())
