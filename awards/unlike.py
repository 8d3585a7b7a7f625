"""Which decisions state other numbers than their list holds: the question of awards.recording.unlike_stated, set-wise."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q

from awards.models.decisions import RecipientKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

KINDS = {
    "stated_collectives": (RecipientKind.COLLECTIVE, RecipientKind.AREA),
    "stated_individuals": (RecipientKind.INDIVIDUAL,),
    "stated_households": (RecipientKind.HOUSEHOLD,),
}


def unlike_stated(decisions: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of `decisions` whose list holds more or fewer of a kind than they state."""
    counts = {
        f"listed_{kinds[0]}": Count("commendations", filter=Q(commendations__recipient__kind__in=kinds))
        for kinds in KINDS.values()
    }
    differs = [
        Q(**{f"{stated}__isnull": False}) & ~Q(**{stated: F(f"listed_{kinds[0]}")}) for stated, kinds in KINDS.items()
    ]
    counted: QuerySet[Any] = decisions.annotate(**counts)
    return counted.filter(reduce(or_, differs))
