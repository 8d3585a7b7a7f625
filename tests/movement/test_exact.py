"""Whatever happened to the map: what is told is true to the unit, what is not told is accounted for, nothing twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from movement import other_map
from movement.covers import Cover, Maps
from movement.exact import Arithmetic, Year
from movement.models import Edition, EditionFigure, Indicator, IndicatorSection, Period
from movement.recount import Recounted
from movement.successions import Lineage, Step
from movement.witnesses import Stood
from units.models import Area, UnitKind

EARLY, LATE = date(2022, 12, 14), date(2026, 1, 1)
REFORMS = (date(2023, 4, 10), date(2024, 12, 1), date(2025, 7, 1))
UNITS, SESSIONS = 1, 2


@dataclass
class People:
    """A unit and where it stood after each reform, and whether it was dissolved in between."""

    path: list[int]
    dissolved: bool


class Register:
    """The rows of the register, told from the paths."""

    def __init__(self, people: list[People], at: int, there: int) -> None:
        self.people, self.at, self.there = people, at, there
        self.units = self

    def of(self, area: Area, _kind: str, _cutoff: date) -> Stood:
        stood = [one for one in self.people if one.path[self.at] == area.pk]
        kept = [one for one in stood if not one.dissolved]
        return Stood(len(stood), Counter(one.path[self.there] for one in kept), len(stood) - len(kept))


@st.composite
def histories(draw: Any) -> tuple[Lineage, list[People]]:
    """Return a province whose communes go through reforms, and what stands in them, unit by unit.

    Each reform makes up to three communes; each old one goes on, or goes into one of them, or is divided among several.
    A commune that goes on may take in parts of others.
    """
    province = Area(pk=1, code="P", level="province", kind="tỉnh", name="P", province_id=1)
    areas: dict[int, Area] = {1: province}
    keys = count(2)

    def commune(day: date | None) -> int:
        pk = next(keys)
        areas[pk] = Area(
            pk=pk, code=f"C{pk}", level="commune", kind="xã", name=str(pk), sort_key=f"{pk:04d}", parent_id=1, province_id=1,
            valid_from=day,
        )  # fmt: skip
        return pk

    living = [commune(None) for _number in range(draw(st.integers(1, 4)))]
    people = [
        People([start], draw(st.integers(0, 9)) == 0) for start in living for _number in range(draw(st.integers(0, 3)))
    ]
    steps: set[Step] = set()
    for day in REFORMS:
        stays = [key for key in living if draw(st.booleans())]
        ends = [key for key in living if key not in stays]
        new = [commune(day) for _number in range(draw(st.integers(1, 3)))] if ends else []
        targets = [*new, *stays]
        went: dict[int, list[int]] = {key: [key] for key in stays}
        for key in ends:
            areas[key].valid_to = day
            went[key] = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=3, unique=True))
            steps |= {Step(day, key, there) for there in went[key]}
        taken = {there for key in ends for there in went[key]}
        for key in set(new) - taken:
            del areas[key]
        living = [*stays, *(key for key in new if key in taken)]
        for one in people:
            one.path.append(draw(st.sampled_from(went[one.path[-1]])))
    return Lineage(areas, tuple(sorted(steps))), people


def recounted(
    lineage: Lineage, people: list[People], *, onward: bool, middle: bool, own: int, area: Area | None = None
) -> Recounted:
    """Return the province (or one of its communes) recounted from the first map onto the last or one between, or back."""
    start, day = (EARLY, LATE) if onward else (LATE, EARLY)
    at, there = (0, len(REFORMS)) if onward else (len(REFORMS), 0)
    if middle:
        day, there = date(2024, 1, 1), 1
    top = lineage.areas[1]
    section = IndicatorSection(pk=1, number=1)
    indicators = {
        UNITS: Indicator(pk=UNITS, code="units_mediation_team", section=section, rollup="sum", counts="units", unit_kind=UnitKind(pk=1, code="k")),
        SESSIONS: Indicator(pk=SESSIONS, code="units_people_security_team", section=section, rollup="sum"),
    }  # fmt: skip
    edition = Edition(pk=1, area_id=1, period=Period(ends_on=start, cutoff_on=start, year=start.year))
    figures: dict[int, dict[tuple[int, str], EditionFigure]] = defaultdict(dict)
    stood = Counter(one.path[at] for one in people)
    for key in indicators:
        for leaf in lineage.leaves_of(top, start):
            number = stood[leaf.pk]
            figures[leaf.pk][key, ""] = EditionFigure(own=number, total=number, areas_counted=1, areas_expected=1)
        figures[1][key, ""] = EditionFigure(own=own, total=own + len(people))
    maps = Maps(lineage, start, day)
    target = area or top
    arithmetic = Arithmetic(maps, Year({1: edition}, figures), indicators, {}, Register(people, at, there))
    cover = maps.cover(target) if target.is_valid_on(day) else Cover((target,))
    return Recounted(target, start.year, day, maps, cover, tuple(maps.lines_of(target)), arithmetic, {})


def truth(found: Recounted, people: list[People], *, onward: bool, middle: bool) -> Counter[int]:
    there = 1 if middle else len(REFORMS) if onward else 0
    return Counter(one.path[there] for one in people)


@given(histories(), st.booleans(), st.booleans(), st.integers(0, 2))
def test_what_is_told_is_true_and_everything_is_accounted_for_once(history, onward, middle, own):
    lineage, people = history
    found = recounted(lineage, people, onward=onward, middle=middle, own=own)
    real = truth(found, people, onward=onward, middle=middle)

    assert {line.area.pk for line in found.lines} == {one.pk for one in lineage.leaves_of(lineage.areas[1], found.day)}
    for key in ((UNITS, ""), (SESSIONS, "")):
        values = {line.area.pk: found.values_of(line)[key] for line in found.lines}
        told = {pk: one.total for pk, one in values.items() if not one.reason}
        assert told == {pk: real[pk] for pk in told}
        assert found.values[key].total == own + len(people)
        assert own + sum(told.values()) + sum(real[pk] for pk in values if pk not in told) == own + len(people)


@given(histories(), st.booleans(), st.integers(0, 2))
def test_the_table_of_the_page_always_adds_up(history, onward, own):
    lineage, people = history
    grid, _without = other_map.by_area(recounted(lineage, people, onward=onward, middle=False, own=own))

    for at in range(len(grid.columns)):
        assert sum(line.cells[at].value or 0 for line in grid.lines) == grid.total.cells[at].value == own + len(people)


@given(histories())
def test_units_whose_way_is_known_are_always_told(history):
    lineage, people = history
    for one in people:
        one.dissolved = False
    found = recounted(lineage, people, onward=True, middle=False, own=0)

    real = truth(found, people, onward=True, middle=False)

    assert {line.area.pk: found.values_of(line)[UNITS, ""].total for line in found.lines} == {
        line.area.pk: real[line.area.pk] for line in found.lines
    }


@given(histories())
def test_an_ended_commune_stays_what_it_was_and_its_lines_are_parts_of_it(history):
    lineage, people = history
    for area in lineage.leaves_of(lineage.areas[1], EARLY):
        found = recounted(lineage, people, onward=True, middle=False, own=0, area=area)
        here = sum(one.path[0] == area.pk for one in people)
        values = [found.values_of(line)[SESSIONS, ""] for line in found.lines]
        if not found.is_on_map:
            assert found.values[SESSIONS, ""].total == here
            assert {one.pk for one in found.maps.heirs(area)} == {line.area.pk for line in found.lines}
            assert len(values) > 1 or [one.total for one in values] == [here]


@given(histories())
def test_a_map_carried_onto_itself_is_the_same(history):
    lineage, _people = history

    for day in (EARLY, LATE):
        assert Maps(lineage, day, day).is_same_for(lineage.areas[1])
