"""Property tests against a real database: each example leaves it as it was."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

few = settings(max_examples=25, deadline=None, derandomize=True, database=None, report_multiple_bugs=False)


@contextmanager
def undone() -> Iterator[None]:
    """Undo in the end what is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
