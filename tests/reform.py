"""A small reform like that of 1 July 2025: two provinces become one, districts end, communes merge, one is divided."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps

from config.records import Record
from tests.factories import (
    ClusterKindFactory,
    KindFactory,
    ReorganisationFactory,
    SuccessionFactory,
    cluster_of,
    commune,
    country,
    district,
    province,
    standing,
)
from tests.people import posted
from units.models import Area, AreaSuccession, UnitKind
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Cluster, Reorganisation, Unit, User

DAY = datetime.date(2025, 7, 1)


@dataclass
class Reform:
    """Old areas by their names, new ones by theirs, what stood in the old ones, and who is posted there."""

    old: dict[str, Area] = field(default_factory=dict)
    new: dict[str, Area] = field(default_factory=dict)
    units: dict[str, list[Unit]] = field(default_factory=dict)
    kind: UnitKind = field(default_factory=KindFactory)

    def ends(self, name: str, area: Area) -> None:
        """Keep an old area."""
        self.old[name] = area

    def becomes(self, old: str, *new: str, kind: str = "merge") -> None:
        """Link an old area to what it went into; the first is the main part."""
        for position, name in enumerate(new):
            SuccessionFactory(
                predecessor=self.old[old], successor=self.new[name], effective_on=DAY, kind=kind, is_main=position == 0
            )
        if not new:
            SuccessionFactory(
                predecessor=self.old[old], successor=None, effective_on=DAY, kind="abolish", is_main=False
            )


def reform() -> Reform:
    """Return the catalogue of such a reform with three units in each old commune; nothing is applied yet.

    Province A has district a (communes a1, a2) and b (b1, divided); province B has district c (c1). Of them come AB
    with the communes n1 (from a1, a2), n2 and n3 (from b1) and n4 (from c1).
    """
    made = Reform()
    made.ends("A", province(name="A", valid_to=DAY))
    made.ends("B", province(name="B", valid_to=DAY))
    for name, above in (("a", "A"), ("b", "A"), ("c", "B")):
        made.ends(name, district(made.old[above], name=name, valid_to=DAY))
    for name in ("a1", "a2", "b1", "c1"):
        made.ends(name, commune(made.old[name[0]], name=name, valid_to=DAY))
        made.units[name] = [standing(made.old[name], made.kind) for _number in range(3)]
    made.new["AB"] = province(name="AB", valid_from=DAY, source="202/2025/QH15")
    for name in ("n1", "n2", "n3", "n4"):
        made.new[name] = commune(made.new["AB"], name=name, valid_from=DAY, source="1683/NQ-UBTVQH15")
    made.becomes("A", "AB")
    made.becomes("B", "AB")
    for name in ("a", "b", "c"):
        made.becomes(name)
    made.becomes("a1", "n1")
    made.becomes("a2", "n1")
    made.becomes("b1", "n2", "n3", kind=AreaSuccession.Kind.SPLIT)
    made.becomes("c1", "n4", kind=AreaSuccession.Kind.REPARENT)
    return made


def national(**fields: Any) -> Reorganisation:
    """Return the reorganisation of the whole country on the day."""
    return ReorganisationFactory(area=country(), effective_on=DAY, **fields)


def overseer() -> User:
    """Return an administrator posted to the country."""
    return posted(country(), Role.ADMINISTRATOR)


def joined(*areas: Area) -> Cluster:
    """Return a cluster of `areas`."""
    return cluster_of(areas, kind=ClusterKindFactory())


def current(*, leaving_out: tuple[str, ...] = ("version",)) -> dict[str, list[str]]:
    """Return the rows of every tracked table and of the areas, but for their versions, which only grow."""
    models = [model for model in apps.get_models() if issubclass(model, Record)] + [Area, AreaSuccession]
    found = {}
    for model in models:
        if model._meta.model_name == "reorganisation":
            continue
        names = [one.attname for one in model._meta.concrete_fields if one.name not in leaving_out]
        found[model.__name__] = sorted(map(str, model._base_manager.values_list(*names)))
    return found
