"""The arithmetic of a year on another map: exact, or not comparable with the reason; never an estimate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.words import worded
from movement import publication
from movement.models import Indicator
from movement.places import area_name
from movement.witnesses import ClusterRows, UnitRows
from units.models import Area

if TYPE_CHECKING:
    import datetime
    from collections.abc import Container, Iterable, Mapping

    from movement.covers import Cover, Maps
    from movement.models import Edition, EditionFigure
    from movement.successions import Lineage

Key = tuple[int, str]  # indicator, item
OF_UNITS = frozenset({Indicator.Counts.UNITS, Indicator.Counts.OTHER_UNITS})


class NotComparable(Exception):
    """A figure that cannot be told exactly; the text says why, fit to show."""


@dataclass(frozen=True)
class Value:
    """One figure on another map: `total` is None where none is known or where `reason` says why it cannot be told.

    Without the figures of `missing` it is incomplete. `sealed` is the one figure that it is, where nothing was added.
    """

    total: int | None
    missing: tuple[Area, ...] = ()
    reason: str = ""
    synthetic: bool = False
    counted: int = 0
    expected: int = 0
    sealed: EditionFigure | None = None

    @property
    def printed(self) -> str:
        """Return the number as it is printed in the language in force, an unknown one as an empty string."""
        return self.sealed.printed if self.sealed else worded(self.total)


@dataclass(frozen=True)
class Year:
    """The sealed figures of one year: the latest edition by the area that published it, and the figures by area."""

    editions: Mapping[int, Edition]
    figures: Mapping[int, Mapping[Key, EditionFigure]]

    def edition_of(self, area: Area) -> Edition | None:
        """Return the edition that holds the figures of `area`, or would hold them."""
        return next((self.editions[key] for key in area.line if key in self.editions), None)

    def figure(self, area: Area, key: Key) -> EditionFigure | None:
        """Return the sealed figure called `key` of `area`."""
        return self.figures.get(area.pk, {}).get(key)

    def is_known(self, area: Area) -> bool:
        """Say whether any figure of `area` is sealed for the year."""
        return bool(self.figures.get(area.pk))


class Arithmetic:
    """The figures of one year, computed for the areas of another map."""

    def __init__(
        self, maps: Maps, year: Year, indicators: Mapping[int, Indicator], kinds: Container[str], rows: Rows
    ) -> None:
        """Keep what the values are computed from."""
        self.maps, self.year, self.indicators, self.kinds, self.rows = maps, year, indicators, kinds, rows

    def keys_of(self, area: Area, cover: Cover) -> list[Key]:
        """Return every figure that any part of the cover has and that may be shown for `area`, in no order."""
        found = {key for one in cover.areas for key in self.year.figures.get(one.pk, {})}
        return [key for key in found if self.is_public(area, key)]

    def is_public(self, area: Area, key: Key) -> bool:
        """Say whether the figure called `key` may be shown for `area`."""
        return publication.is_public(key[1], area.level, self.kinds)

    def value(self, area: Area, cover: Cover, key: Key) -> Value:
        """Return the figure called `key` of `area`, which is made of `cover`."""
        known = {one.pk: found for one in cover.areas if (found := self.year.figure(one, key))}
        missing = tuple(one for one in cover.areas if one.pk not in known)
        if not known:
            return Value(None, missing)
        figures = list(known.values())
        synthetic = any(one.synthetic for one in figures)
        if len(cover.areas) == len(cover.whole) == 1 and not cover.cut:
            (alone,) = figures
            expected = alone.areas_expected
            return Value(alone.total, synthetic=synthetic, counted=alone.areas_counted, expected=expected, sealed=alone)
        try:
            total = self._told(area, cover, key, known)
        except NotComparable as why:
            return Value(None, missing, str(why), synthetic)
        counted = sum(one.areas_counted for one in figures if one.areas_expected)
        return Value(total, missing, "", synthetic, counted, self._expected(known, missing))

    def _expected(self, known: Mapping[int, EditionFigure], missing: Iterable[Area]) -> int:
        """Return of how many communes the figure should be made, those of the missing areas with them."""
        stated = sum(one.areas_expected for one in known.values())
        return stated + sum(len(self.maps.lineage.leaves_of(one, self.maps.start)) for one in missing) if stated else 0

    def _told(self, area: Area, cover: Cover, key: Key, known: Mapping[int, EditionFigure]) -> int:
        indicator = self.indicators[key[0]]
        match indicator.rollup:
            case Indicator.Rollup.SUM:
                self._check_own_parts(cover, key)
                whole = sum(known[one.pk].total or 0 for one in cover.whole if one.pk in known)
                return whole + sum(self._share(area, one, key, known[one.pk]) for one in cover.split if one.pk in known)
            case Indicator.Rollup.DISTINCT:
                return self._distinct(cover, indicator, known)
            case _:
                raise NotComparable(_("Figures of several areas are not added up for this indicator."))

    def _check_own_parts(self, cover: Cover, key: Key) -> None:
        """Refuse to leave out what an area above did itself. Raises NotComparable."""
        for above in cover.cut:
            figure = self.year.figure(above, key)
            if figure and figure.own:
                raise NotComparable(
                    _("Only a part of %(area)s lies here, and what it did itself (%(number)s) cannot be divided.")
                    % {"area": area_name(above), "number": worded(figure.own)}
                )

    def _share(self, area: Area, split: Area, key: Key, figure: EditionFigure) -> int:
        """Return the part of the figure of a divided area that came to `area`. Raises NotComparable."""
        if figure.total == 0:
            return 0
        indicator, item = self.indicators[key[0]], key[1]
        kind = item or (indicator.unit_kind.code if indicator.unit_kind else "")
        edition = self.year.edition_of(split)
        if indicator.counts not in OF_UNITS or not kind or edition is None:
            raise self._divided(split, _("this figure cannot be divided"))
        stood = self.rows.units.of(split, kind, edition.period.cutoff_on)
        if stood.number != figure.total:
            numbers = {"count": worded(stood.number), "sealed": worded(figure.total)}
            raise self._divided(split, _("the register has %(count)s of its units, %(sealed)s are sealed") % numbers)
        lost = stood.number - sum(stood.there.get(one.pk, 0) for one in self.maps.heirs(split))
        if lost:
            told = {"count": worded(lost), "day": self.maps.day.strftime("%d/%m/%Y")}
            raise self._divided(split, _("%(count)s of its units stood in none of these on %(day)s") % told)
        inside = {one.pk for one in self.maps.lineage.leaves_of(area, self.maps.day)}
        return sum(number for there, number in stood.there.items() if there in inside)

    def _divided(self, split: Area, why: str) -> NotComparable:
        """Return the refusal to divide the figure of `split`; going back in time, it is what was joined."""
        names = {"area": area_name(split), "others": ", ".join(map(area_name, self.maps.heirs(split)))}
        if self.maps.day < self.maps.start:
            return NotComparable(_("%(area)s was made of %(others)s: %(why)s.") % {**names, "why": why})
        return NotComparable(_("%(area)s was divided among %(others)s: %(why)s.") % {**names, "why": why})

    def _distinct(self, cover: Cover, indicator: Indicator, known: Mapping[int, EditionFigure]) -> int:
        """Return how many clusters the areas have together, each once. Raises NotComparable."""
        if cover.split or cover.cut or indicator.counts != Indicator.Counts.CLUSTERS:
            raise NotComparable(_("Each is counted once, so figures of several areas are not added up."))
        together: set[int] = set()
        for one in cover.whole:
            figure, edition = known.get(one.pk), self.year.edition_of(one)
            if figure is None or edition is None:
                continue
            kind = indicator.unit_kind.code if indicator.unit_kind else ""
            clusters = self.rows.clusters.of(one, kind, edition.period.cutoff_on)
            if len(clusters) != figure.total:
                raise NotComparable(
                    _("Clusters are counted once, and the register no longer gives the sealed figure of %(area)s.")
                    % {"area": area_name(one)}
                )
            together |= clusters
        return len(together)


class Rows:
    """The rows of the register that a recount may ask; each is read once, and only when asked."""

    def __init__(self, lineage: Lineage, split: Iterable[Area], day: datetime.date) -> None:
        """Keep what is asked about."""
        self.lineage, self.split, self.day = lineage, tuple(split), day

    @cached_property
    def units(self) -> UnitRows:
        """Return where the units of the divided areas went."""
        return UnitRows((one.pk for one in self.split), self.day)

    @cached_property
    def clusters(self) -> ClusterRows:
        """Return the clusters of the provinces of the lineage."""
        return ClusterRows(one.pk for one in self.lineage.areas.values() if one.level == Area.Level.PROVINCE)
