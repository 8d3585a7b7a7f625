"""Writing what others have published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from movement.series import latest_editions
from movement.tasks import draw_charts

if TYPE_CHECKING:
    from movement.models import PublishedFigure


@transaction.atomic
def store(figure: PublishedFigure) -> None:
    """Store a published figure and have the trend that shows it drawn anew. Raises StaleRecord, ValidationError by field."""
    figure.full_clean()
    figure.save()
    editions = list(latest_editions(figure.area).values())
    if editions:
        latest = max(edition.pk for edition in editions)
        transaction.on_commit(lambda: draw_charts.enqueue(latest))
