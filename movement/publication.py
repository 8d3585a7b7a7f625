"""What of a sealed figure the public may read at which level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Container

# unit_kinds.csv: groups that stand beside people in need are counted, but not where a count points at a household
DISTRICT_AND_ABOVE = frozenset({"peer_support_club", "domestic_violence_prevention_group"})


def is_public(item: str, level: str, kinds: Container[str]) -> bool:
    """Say whether the figure of `item` (empty: the whole indicator) may be shown for an area of `level`.

    Only kinds of units are items of public figures: sex and ethnicity never are.
    """
    if not item:
        return True
    return item in kinds and not (level == Area.Level.COMMUNE and item in DISTRICT_AND_ABOVE)
