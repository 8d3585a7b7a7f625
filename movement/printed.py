"""Writing what others have published."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from movement.models import EditionFigure, Period
from movement.tasks import draw_charts

if TYPE_CHECKING:
    from collections.abc import Collection

    from movement.models import PublishedFigure


@transaction.atomic
def store(figure: PublishedFigure) -> None:
    """Store a published figure and have the trend that shows it drawn anew. Raises StaleRecord, ValidationError by field."""
    figure.full_clean()
    figure.save()
    redraw([figure.area_id])


def redraw(areas: Collection[int]) -> None:
    """Have the trends that show published figures of `areas` drawn anew, once the transaction has ended well."""
    sealed = EditionFigure.objects.filter(area__in=areas, edition__period__kind=Period.Kind.YEAR)
    latest = sealed.order_by().values("area").annotate(latest=Max("edition"))
    for edition in sorted(set(latest.values_list("latest", flat=True))):
        transaction.on_commit(partial(draw_charts.enqueue, edition))
