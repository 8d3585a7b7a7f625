"""Of which areas of the map on which a year was reported an area of another map is made: exactly, or which part is not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from movement.successions import is_inside
from units.models import Area

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from movement.successions import Lineage


@dataclass(frozen=True)
class Cover:
    """The areas of which another is made.

    `whole` went into it entirely, the highest such ones. Of `split` only a part did. `cut` are the areas above some of
    these that did not go into it as a whole: what they did themselves cannot be told apart. `is_part`: the other area is
    also made of areas that were not asked for.
    """

    whole: tuple[Area, ...]
    split: tuple[Area, ...] = ()
    cut: tuple[Area, ...] = ()
    is_part: bool = False

    @property
    def areas(self) -> tuple[Area, ...]:
        """Return every area that the other is made of, or holds a part of."""
        return (*self.whole, *self.split)


@dataclass(frozen=True)
class Line:
    """An area of the other map, and what it is made of."""

    area: Area
    cover: Cover


class Maps:
    """Two maps of one lineage: that of `start`, when a year was reported, and that of `day`."""

    def __init__(self, lineage: Lineage, start: datetime.date, day: datetime.date) -> None:
        """Keep the lineage and both days."""
        self.lineage, self.start, self.day = lineage, start, day

    @cached_property
    def images(self) -> dict[int, frozenset[int]]:
        """Return, by area of the first map, the areas of the other that hold its territory."""
        return self.lineage.carry([one.pk for one in self.lineage.standing_on(self.start)], self.start, self.day)

    @cached_property
    def origins(self) -> dict[int, frozenset[int]]:
        """Return, by area of the other map, the areas of the first whose territory it holds."""
        return self.lineage.carry([one.pk for one in self.lineage.standing_on(self.day)], self.day, self.start)

    def heirs(self, area: Area) -> list[Area]:
        """Return the areas of the other map that hold the territory of `area`, in Vietnamese order."""
        return self._areas(self.images.get(area.pk, frozenset()))

    def is_same_for(self, area: Area) -> bool:
        """Say whether nothing of `area` differs between the two maps."""
        if not (area.is_valid_on(self.start) and area.is_valid_on(self.day)):
            return False
        before, after = (
            {one.pk for one in self.lineage.areas.values() if is_inside(one, area) and one.is_valid_on(day)}
            for day in (self.start, self.day)
        )
        return before == after and all(self.images[key] == self.origins[key] == {key} for key in before)

    def cover(self, target: Area) -> Cover:
        """Return what `target`, an area of the other map, is made of: by the rows of its own level, else of the lowest."""
        return self._own_cover(target) or self._leaf_cover(target, None)

    def lines_of(self, area: Area) -> list[Line]:
        """Return the areas one level below `area` on the other map; where it is not on it, those that hold its territory."""
        if area.is_valid_on(self.day):
            return [Line(one, self.cover(one)) for one in self.lineage.parts_of(area, self.day)]
        within = {one.pk for one in self.lineage.leaves_of(area, self.start)}
        holders = {self.lineage.areas[key] for leaf in within for key in self.images[leaf]}
        if area.level == Area.Level.PROVINCE:
            holders = {self._lifted(one) for one in holders}
        return [
            Line(one, self._leaf_cover(one, within))
            for one in sorted(holders, key=lambda one: (one.sort_key, one.code))
        ]

    def _lifted(self, area: Area) -> Area:
        return self.lineage.areas[area.district_id] if area.district_id is not None else area

    def _areas(self, keys: Iterable[int]) -> list[Area]:
        return sorted((self.lineage.areas[key] for key in keys), key=lambda one: (one.sort_key, one.code))

    def _own_cover(self, target: Area) -> Cover | None:
        """Return the areas of the target's own level that went whole into it, by their rows and by those of all below."""
        own = self._areas(self.origins[target.pk])
        if not own or any(self.images[one.pk] != {target.pk} for one in own):
            return None
        gone = {
            there for one in own for leaf in self.lineage.leaves_of(one, self.start) for there in self.images[leaf.pk]
        }
        come = {key for leaf in self.lineage.leaves_of(target, self.day) for key in self.origins[leaf.pk]}
        stays_inside = all(is_inside(self.lineage.areas[key], target) for key in gone)
        from_inside = all(any(is_inside(self.lineage.areas[key], one) for one in own) for key in come)
        return Cover(tuple(own)) if stays_inside and from_inside else None

    def _leaf_cover(self, target: Area, within: set[int] | None) -> Cover:
        """Return the lowest areas that the target is made of, joined to the highest whole ones; only those `within`."""
        leaves = {leaf.pk for leaf in self.lineage.leaves_of(target, self.day)}
        found = {key for leaf in leaves for key in self.origins[leaf]}
        kept = found if within is None else found & within
        whole = {key for key in kept if self.images[key] <= leaves}
        lifted, cut = self._lift(whole, kept, target)
        return Cover(
            whole=tuple(self._areas(lifted)),
            split=tuple(self._areas(kept - whole)),
            cut=tuple(self._areas(cut)),
            is_part=kept != found,
        )

    def _lift(self, whole: set[int], kept: set[int], target: Area) -> tuple[set[int], set[int]]:
        """Return `whole` with an area above in place of all its parts, and the areas above that are not in it whole.

        Only as high as the target: what a province did itself is never a figure of a district.
        """
        levels = {Area.Level.PROVINCE: ("district_id", "province_id"), Area.Level.DISTRICT: ("district_id",)}
        chosen, cut = set(whole), set()
        for column in levels.get(Area.Level(target.level), ()):
            parts: dict[int, set[int]] = defaultdict(set)
            for key in kept:
                above = getattr(self.lineage.areas[key], column)
                if above is not None and above != key:
                    parts[above].add(key)
            for above in parts:
                leaves = {one.pk for one in self.lineage.leaves_of(self.lineage.areas[above], self.start)}
                if leaves <= whole:
                    chosen = {
                        key for key in chosen if not is_inside(self.lineage.areas[key], self.lineage.areas[above])
                    }
                    chosen.add(above)
                else:
                    cut.add(above)
        return chosen, cut
