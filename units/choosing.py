"""Areas to choose from: those of the day that the form is about, also found by what they were called before or after."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext

from config.admin import any_word
from config.dates import in_force
from config.days import Days
from config.folding import fold
from config.pickers import Choice, Choices, asked_days, with_end
from units.auth import person
from units.models import Area
from units.models.succession import counterparts, existed, had_ended, kin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

COMMUNES_ONLY = {("unit", "area"), ("placement", "area")}
ANYWHERE = {("clustermember", "area")}  # members of a cluster lie anywhere
MOST_OTHERS = 300  # areas of other days that one term may name: a term of more tells nothing yet
MOST_TOLD = 10  # of those that cannot be chosen
MOST_NAMES = 3  # in one line
SHORTEST = 2  # letters of a term by which areas of other days are looked for


class AreaChoices(Choices):
    """The areas in the reach of the person's postings that existed on the day; before it is typed, all of them.

    Which field asks (`model_name`, `field_name`) decides the level and the reach. An area that the term names but that
    did not exist on the day is found as the one that stood in its place; where there is none, a line tells what became
    of it. The cost does not grow with the number of areas found.
    """

    asks_the_day = True

    def __init__(self, page: Any, request: HttpRequest, queryset: Any, term: str) -> None:
        """Find the areas."""
        source = request.GET.get("model_name", ""), request.GET.get("field_name", "")
        user = person(request)
        self.asked = asked_days(request)
        self.days = self.asked or Days.on(timezone.localdate())
        every = queryset.filter(level=Area.Level.COMMUNE) if source in COMMUNES_ONLY else queryset
        every = every.select_related("district", "province")
        offered = every if source in ANYWHERE else every.postings_of(user)
        if self.asked:
            offered = offered.filter(existed(self.asked))
        named = any_word(term, "search_key")
        self.others = self._others(every.filter(named), user, term, anywhere=source in ANYWHERE)
        self.stood_for = counterparts(self.others, self.days)
        self.on_offer = self._on_offer(offered)
        found = offered.filter(named | Q(pk__in=self.on_offer)) if named else offered
        self.rows = found.order_by(*self._order(named, term), "sort_key", "code")

    def _others(self, named: Any, user: Any, term: str, *, anywhere: bool) -> list[Area]:
        """Return the areas that the term names and that did not exist on the day; without a term the person's own."""
        reach = user.reach()
        if not fold(term).strip():
            own = Area.objects.filter(~existed(self.days), pk__in=reach.keys).select_related("district", "province")
            return list(own) if self.asked else []
        if len(fold(term).strip()) < SHORTEST:
            return []
        others = named.filter(~existed(self.days))
        if not (reach.everything or anywhere):
            others = others.filter(kin(reach.areas))
        found = list(others.order_by("sort_key", "code")[: MOST_OTHERS + 1])
        return found if len(found) <= MOST_OTHERS else []

    def _on_offer(self, offered: Any) -> set[int]:
        """Return the keys of those areas, of other days and in their places, that can be chosen."""
        keys = {one.pk for one in self.others} | {one.pk for areas in self.stood_for.values() for one in areas}
        return set(offered.filter(pk__in=keys).order_by().values_list("pk", flat=True)) if keys else set()

    def _order(self, named: Q, term: str) -> list[Case]:
        """Return what stands first: what is in force today, what bears the very name, what bears it on the day."""
        order = [] if self.asked else [Case(When(in_force(timezone.localdate()), then=0), default=1)]
        if named:
            name = f" {' '.join(fold(term).split())}"
            very = [
                one.pk for other in self.others if name in other.search_key for one in self.stood_for.get(other.pk, [])
            ]
            order.append(Case(When(Q(search_key__contains=name) | Q(pk__in=very), then=0), default=1))
        if named and self.on_offer:
            order.append(Case(When(named, then=0), default=1))
        return order

    def shown(self, rows: list[Any], *, is_last: bool) -> list[Choice]:
        """Return the lines, each with the other names by which it was found; what cannot be chosen is told last."""
        also: dict[int, list[Area]] = defaultdict(list)
        for other in self.others:
            for one in self.stood_for.get(other.pk, []):
                also[one.pk].append(other)
        heirs = {} if self.asked else counterparts((area for area in rows if had_ended(area, self.days)), self.days)
        lines = [Choice(self._line(area, also[area.pk], heirs.get(area.pk)), area) for area in rows]
        if is_last:
            lines += [Choice(self._told(other)) for other in self._lost()[:MOST_TOLD]]
        return lines

    def _lost(self) -> list[Area]:
        """Return the areas of other days of which neither they nor what stood in their places can be chosen."""
        return [
            other
            for other in self.others
            if self.on_offer.isdisjoint([other.pk, *(one.pk for one in self.stood_for.get(other.pk, []))])
        ]

    def _line(self, area: Area, also: list[Area], heirs: list[Area] | None) -> str:
        text = area.label
        if heirs is not None:
            text = f"{text}, {became(heirs)}"
        if before := [other for other in also if had_ended(other, self.days)]:
            text = gettext("%(area)s – formerly %(names)s") % {"area": text, "names": named_in_short(before)}
        if after := [other for other in also if not had_ended(other, self.days)]:
            text = gettext("%(area)s – later %(names)s") % {"area": text, "names": named_in_short(after)}
        return text

    def _told(self, area: Area) -> str:
        others = self.stood_for.get(area.pk, [])
        names = {
            "area": in_short(area) if area.level == Area.Level.COMMUNE else str(area),
            "others": named_in_short(others),
        }
        if not had_ended(area, self.days):
            return gettext("%(area)s: only from %(day)s; before that %(others)s") % {
                **names,
                "day": f"{area.valid_from:%d/%m/%Y}" if area.valid_from else "…",
            }
        day = f"{area.valid_to:%d/%m/%Y}" if area.valid_to else "…"
        if not others:
            return gettext("%(area)s: abolished from %(day)s") % {**names, "day": day}
        return gettext("%(area)s: from %(day)s it is %(others)s") % {**names, "day": day}


def became(heirs: list[Area]) -> str:
    """Return what an area that has ended is now: "nay là xã Phúc Lộc"; that it was abolished where it is nothing."""
    return gettext("now %(heirs)s") % {"heirs": named_in_short(heirs)} if heirs else gettext("now abolished")


def in_short(area: Area) -> str:
    """Return the area with its district, else with its province: "xã Hà Hiệu, huyện Ba Bể"."""
    above = area.district if area.district_id not in {None, area.pk} else area.province
    return f"{area}, {above}" if above is not None and above.pk != area.pk else str(area)


def named_in_short(areas: Iterable[Area]) -> str:
    """Return the first names of `areas`, with an ellipsis where there are more."""
    names = [in_short(area) for area in areas]
    return "; ".join(names[:MOST_NAMES]) + ("; …" if len(names) > MOST_NAMES else "")


def in_place(area: Area) -> str:
    """Return the area, with its last day where it has ended: "xã Hà Hiệu (đến 30/06/2025)"."""
    return with_end(str(area), area)


def with_their_ends(areas: Iterable[Area]) -> list[tuple[Area, str]]:
    """Return `areas` with those in force today first; those that have ended tell their last day and what they are now."""
    today = Days.on(timezone.localdate())
    rows = list(areas)
    heirs = counterparts(rows, today)
    rows.sort(key=lambda area: had_ended(area, today))
    return [
        (area, f"{in_place(area)}, {became(heirs[area.pk])}" if had_ended(area, today) else str(area)) for area in rows
    ]
