"""Whatever is merged, divided, renamed and moved, in whatever order: no unit is lost or made, and all of it can be undone."""

import datetime
from dataclasses import dataclass, field

import pytest
from django.db.models import Count, F, Q
from hypothesis import given
from hypothesis import strategies as st

from config.dates import in_force
from config.reading.tables import Table
from tests.factories import KindFactory, ReorganisationFactory, commune, country, district, province, standing
from tests.reform import current, overseer
from tests.trials import few, undone
from units import register
from units.models import Area, Placement, ReorganisationLine, Unit, UnitKind, User
from units.reorganising import table
from units.reorganising.applying import apply, undo
from units.reorganising.plan import plan_of
from units.reorganising.questions import decide, questions

pytestmark = pytest.mark.django_db

FIRST = datetime.date(2020, 1, 1)
LEVEL = {"commune": ("xã", 5), "district": ("huyện", 3), "province": ("tỉnh", 2)}


@dataclass
class Land:
    """Some provinces with districts and communes, their units, and the day on which the next thing happens."""

    by: User
    kind: UnitKind
    day: datetime.date = FIRST
    serial: int = 0
    days: list[datetime.date] = field(default_factory=list)

    def grow(self) -> None:
        """Found two provinces of two districts of two communes, with two units in each."""
        country()
        for _province in range(2):
            top = province(code=f"P{self.number(2)}", gso_code="", name=f"Tỉnh {self.serial}")
            for _district in range(2):
                above = district(top, code=f"D{self.number(3)}", name=f"Huyện {self.serial}")
                for _commune in range(2):
                    place = commune(above, code=f"C{self.number(5)}", name=f"Xã {self.serial}")
                    for _unit in range(2):
                        standing(place, self.kind)

    def number(self, digits: int) -> str:
        """Return the next number, of so many digits."""
        self.serial += 1
        return f"{self.serial:0{digits}d}"

    def now(self, level: str) -> list[Area]:
        """Return the areas of a level in force."""
        return list(Area.objects.valid_on(self.day).filter(level=level).order_by("code"))

    def happens(self, what: str, first: int, second: int) -> None:
        """Let a change of areas or of a unit happen a month later."""
        self.day += datetime.timedelta(days=31)
        self.days.append(self.day)
        if what in {"found", "dissolve", "move"}:
            self.edit(what, first, second)
            return
        verb, _space, level = what.partition(" ")
        areas = self.now(level)
        one, other = areas[first % len(areas)], areas[second % len(areas)]
        lines = self.lines(verb, level, one, other)
        if lines:
            self.reorganise(lines, first)

    def lines(self, verb: str, level: str, one: Area, other: Area) -> list[tuple[str, ...]]:
        """Return the table of a change; none where it would change nothing."""
        kind, digits = LEVEL[level]
        new, above = self.number(digits), one.parent.code
        match verb:
            case "merge" if one != other and one.parent != other and level == "commune":
                return [(one.code, new, kind, f"Mới {new}", above), (other.code, new)]
            case "merge" if one != other:
                return [(one.code, other.code)]
            case "divide":
                second = self.number(digits)
                return [
                    (one.code, new, kind, f"Mới {new}", above, "x"),
                    (one.code, second, kind, f"Mới {second}", above),
                ]
            case "rename":
                return [(one.code, new, kind, f"Mới {new}", above)]
            case "reparent" if one.parent != other.parent:
                return [(one.code, new, kind, one.name + new, other.parent.code)]
        return []

    def reorganise(self, lines: list[tuple[str, ...]], choice: int) -> None:
        """Apply a table; what stands in a divided commune goes to one part or the other."""
        heads = table.HEADS
        filled = [(*line, *[None] * (len(heads) - len(line))) for line in lines]
        sheet = Table(list(heads), list(enumerate(filled, 2)))
        made = ReorganisationFactory(area=country(), effective_on=self.day)
        table.hand_in(made, table.read(made, sheet))
        plan = plan_of(made)
        asked = questions(plan)
        decide(
            plan, {one.name: one.options[(choice + n) % len(one.options)][0] for n, one in enumerate(asked)}, by=self.by
        )
        before = current()
        apply(made, by=self.by)
        after = current(leaving_out=("version", "id"))
        undo(made, by=self.by, note="Thử")
        assert current() == before
        apply(made, by=self.by)
        assert len(current(leaving_out=("version", "id"))["Placement"]) == len(after["Placement"])

    def edit(self, what: str, first: int, second: int) -> None:
        """Found, dissolve or move a unit."""
        places = self.now("commune")
        units = list(Unit.objects.filter(dissolved_on=None).order_by("pk"))
        place, unit = places[second % len(places)], units[first % len(units)] if units else None
        if what == "found":
            standing(place, self.kind, since=self.day)
        elif what == "dissolve" and unit:
            unit.dissolved_on, unit.dissolution_reason = self.day, "Sáp nhập thôn"
            register.revise(unit, by=self.by)
        elif what == "move" and unit and unit.area != place:
            register.move(unit, to=place, on=self.day, by=self.by)


kinds = ["merge commune", "divide commune", "rename commune", "reparent commune", "rename district", "merge province",
         "rename province", "found", "dissolve", "move"]  # fmt: skip
events = st.lists(st.tuples(st.sampled_from(kinds), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5)


def standing_on(day):
    """Return how many units stand in each area in force on a day, by area."""
    rows = Placement.objects.valid_on(day).order_by().values_list("area").annotate(Count("pk"))
    return dict(rows)


@few
@given(acts=events)
def test_no_unit_is_lost_or_made_whatever_happens(acts):
    with undone():
        land = Land(overseer(), KindFactory())
        land.by.is_superuser = True
        land.grow()

        for what, first, second in acts:
            land.happens(what, first, second)

        for day in [FIRST, *land.days]:
            alive = Unit.objects.filter(Q(established_on=None) | Q(established_on__lte=day)).filter(
                Q(dissolved_on=None) | Q(dissolved_on__gt=day)
            )
            placed = standing_on(day)
            assert sum(placed.values()) == alive.count()
            assert Placement.objects.valid_on(day).values("unit").distinct().count() == alive.count()
            assert not Placement.objects.valid_on(day).exclude(in_force(day, "area__")).exists()
            for level in ("province", "district", "commune"):
                areas = Area.objects.valid_on(day).filter(level=level)
                counts = [Placement.objects.count_in(area, day).get(land.kind.code, 0) for area in areas]
                assert sum(counts) == alive.count()
        last = Placement.objects.filter(valid_to=None)
        assert not last.exclude(area=F("unit__area")).exists()
        known = set(Area.objects.values_list("code", flat=True))
        assert set(ReorganisationLine.objects.exclude(new_code="").values_list("new_code", flat=True)) <= known
