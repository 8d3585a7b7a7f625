from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement import rollup
from movement.models import Figure, Indicator, Report
from movement.models.reports import APPROVED_STATES, State
from movement.reports import correct, enter, move_report, open_period
from tests.factories import (
    ClusterKindFactory,
    FigureFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    ReportFactory,
    cluster_of,
    commune,
    counting,
    district,
    province,
    standing,
)
from tests.people import Cast, cast_of
from tests.trials import few, undone
from units.models import Area

pytestmark = pytest.mark.django_db


def figure_of(area, indicator, item=""):
    return Figure.objects.select_related("indicator", "report__area").get(
        report__area=area, indicator=indicator, item=item
    )


def numbers(area, indicator):
    """Return what the figure of `area` says: own, below, total, communes counted and expected."""
    one = figure_of(area, indicator)
    return (one.own, one.below, one.total, one.areas_counted, one.areas_expected)


# ---------------------------------------------------------------- any tree, any order


@dataclass
class World:
    """A province whose period, or whose country's, is open, and the people who may do everything in the flow."""

    province: Area
    cast: Cast
    indicators: list[Indicator]
    communes: list[Area] = field(default_factory=list)
    districts: list[Area] = field(default_factory=list)
    country: Area | None = None

    def grow(self, shape: list[int], loose: int) -> None:
        """Add a district for each number of `shape`, with that many communes, and `loose` communes without one."""
        for size in shape:
            above = district(province=self.province)
            self.districts.append(above)
            self.communes += [commune(district=above) for _number in range(size)]
        self.communes += [commune(district=self.province) for _number in range(loose)]

    @property
    def areas(self) -> list[Area]:
        return [*self.communes, *self.districts, self.province, *([self.country] if self.country else [])]

    def act(self, verb: str, area: Area, indicator: Indicator, value: int | None) -> None:
        """Do `verb` at `area` as far as the report's state lets it."""
        report = Report.objects.select_related("area", "period").get(area=area)
        cast, top = self.cast, area == (self.country or self.province)
        prepare, judge = (cast.reviewer, cast.leader) if top else (cast.officer, cast.reviewer)
        release = cast.reviewer if top else cast.signer
        match verb, report.state:
            case "enter", State.DRAFT | State.RETURNED:
                figure = figure_of(area, indicator)
                figure.own = value
                enter(figure, by=cast.officer)
            case "send", State.DRAFT | State.RETURNED:
                move_report(report, "request_signature", by=prepare)
                move_report(report, "submit", by=release)
            case "return", State.SUBMITTED:
                move_report(report, "return", by=judge, note="Xem lại")
            case "approve", State.SUBMITTED:
                move_report(report, "approve", by=judge)
            case "correct", state if state in APPROVED_STATES:
                correct(figure_of(area, indicator), own=value, reason="Nhầm", by=judge)


def expected_below(area: Area, figures: dict[tuple[int, int], Figure], indicator: Indicator) -> int | None:
    """Return what the approved reports below `area` come to, following the tree from the leaves."""
    totals = [
        total
        for child in area.children.all()
        if figures[child.pk, indicator.pk].report.state in APPROVED_STATES
        and (total := expected_total(child, figures, indicator)) is not None
    ]
    return sum(totals) if totals else None


def expected_total(area: Area, figures: dict[tuple[int, int], Figure], indicator: Indicator) -> int | None:
    parts = [figures[area.pk, indicator.pk].own, expected_below(area, figures, indicator)]
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def expected_counted(area: Area, figures: dict[tuple[int, int], Figure], indicator: Indicator) -> int:
    if area.level == Area.Level.COMMUNE:
        return int(figures[area.pk, indicator.pk].own is not None)
    return sum(
        expected_counted(child, figures, indicator)
        for child in area.children.all()
        if figures[child.pk, indicator.pk].report.state in APPROVED_STATES
    )


def derived() -> list[tuple[object, ...]]:
    """Return what is derived of every figure."""
    return list(Figure.objects.order_by("pk").values_list("pk", *rollup.DERIVED))


shapes = st.lists(st.integers(0, 3), min_size=1, max_size=3)
actions = st.lists(
    st.tuples(
        st.sampled_from(["enter", "enter", "send", "send", "approve", "approve", "approve", "return", "correct"]),
        st.integers(0, 99),
        st.integers(0, 1),
        st.none() | st.integers(0, 50),
    ),
    min_size=10,
    max_size=40,
)


@few
@given(shape=shapes, loose=st.integers(0, 1), acts=actions, is_national=st.booleans())
def test_totals_are_exact_whatever_happens_in_whatever_order(shape, loose, acts, is_national):
    with undone():
        above = province()
        top = above.parent if is_national else above
        world = World(
            above, cast_of(top), IndicatorFactory.create_batch(2), country=above.parent if is_national else None
        )
        world.grow(shape, loose)
        open_period(PeriodFactory(area=top), by=world.cast.administrator)
        areas = world.areas

        for verb, which, line, value in acts:
            world.act(verb, areas[which % len(areas)], world.indicators[line], value)

        figures = {
            (one.report.area_id, one.indicator_id): one for one in Figure.objects.select_related("report", "indicator")
        }
        for area in areas:
            for indicator in world.indicators:
                one = figures[area.pk, indicator.pk]
                assert one.below == expected_below(area, figures, indicator)
                assert one.total == expected_total(area, figures, indicator)
                if area.level != Area.Level.COMMUNE or not one.report.is_open:
                    assert one.areas_counted == expected_counted(area, figures, indicator)

        before, above = derived(), Report.objects.exclude(area__level=Area.Level.COMMUNE)
        Figure.objects.filter(report__in=above).update(below=9, areas_counted=9, areas_expected=9)
        rollup.rebuild(above)
        assert derived() == before


# ---------------------------------------------------------------- one thing at a time


@pytest.fixture
def tree():
    """Return a province of two districts with two communes each."""
    above = province()
    return [commune(district=one) for one in (district(province=above), district(province=above)) for _twice in (1, 2)]


@pytest.fixture
def world(tree):
    above = tree[0].province
    return World(above, cast_of(above), [IndicatorFactory()], communes=tree)


def approved(world, *areas):
    """Send and approve the reports of `areas`, in their order."""
    for area in areas:
        world.act("send", area, world.indicators[0], None)
        world.act("approve", area, world.indicators[0], None)


def test_a_total_is_the_own_part_plus_the_approved_totals_below(world, tree):
    (indicator,) = world.indicators
    open_period(PeriodFactory(area=world.province), by=world.cast.administrator)
    for area, value in zip(tree, (1, 20, 300, 4000), strict=True):
        world.act("enter", area, indicator, value)
    world.act("enter", tree[0].district, indicator, 50_000)

    approved(world, tree[0], tree[1], tree[0].district, tree[2])

    assert numbers(tree[0], indicator) == (1, None, 1, 1, 1)
    assert numbers(tree[0].district, indicator) == (50_000, 21, 50_021, 2, 2)
    assert numbers(tree[2].district, indicator) == (None, 300, 300, 1, 2)
    assert numbers(world.province, indicator) == (None, 50_021, 50_021, 2, 4)


def test_a_total_reaches_the_country_with_the_approval_of_a_commune(tree):
    nation, elsewhere = tree[0].province.parent, commune()
    world = World(tree[0].province, cast_of(nation), [IndicatorFactory()], communes=[*tree, elsewhere], country=nation)
    (indicator,) = world.indicators
    period = PeriodFactory(area=nation)
    open_period(period, by=world.cast.administrator)
    for area, value in ((tree[0], 7), (elsewhere, 40)):
        world.act("enter", area, indicator, value)

    approved(world, tree[0].district, tree[0].province, elsewhere.district, elsewhere.province, elsewhere, tree[0])

    found = [numbers(area, indicator) for area in (tree[0].district, tree[0].province, elsewhere.province, nation)]
    assert found == [(None, 7, 7, 1, 2), (None, 7, 7, 1, 4), (None, 40, 40, 1, 1), (None, 47, 47, 2, 5)]


@pytest.mark.parametrize("lines", [1, 3])
def test_the_way_up_asks_the_same_whatever_the_number_of_lines(tree, lines, django_assert_num_queries):
    nation = tree[0].province.parent
    cast = cast_of(nation)
    world = World(tree[0].province, cast, IndicatorFactory.create_batch(lines), communes=tree[:lines], country=nation)
    open_period(PeriodFactory(area=nation), by=cast.administrator)
    approved(world, *world.communes, tree[0].district, tree[0].province)
    report = Report.objects.get(area=tree[0])

    Figure.objects.filter(report=report).update(own=5)

    # two are the savepoint; one locks, one asks what is added up, one counts the commune, two read; two a level above
    with django_assert_num_queries(13):
        rollup.refresh_line(report)


@pytest.mark.parametrize("number", [1, 3])
def test_rebuilding_asks_the_same_whatever_the_number_of_communes(world, tree, number, django_assert_num_queries):
    open_period(PeriodFactory(area=world.province), by=world.cast.administrator)
    for area in tree:
        world.act("enter", area, world.indicators[0], 5)
    approved(world, *tree[:number], *dict.fromkeys(area.district for area in tree[:number]))
    Figure.objects.update(below=7, areas_counted=7, areas_expected=7)

    # beside the savepoint: one locks, two ask what is owed and added up, one counts the communes, two read; two a level
    with django_assert_num_queries(12):
        rollup.rebuild(Report.objects.all())
    assert numbers(world.province, world.indicators[0]) == (None, number * 5, number * 5, number, 4)


def test_nothing_known_is_not_zero(world, tree):
    (indicator,) = world.indicators
    open_period(PeriodFactory(area=world.province), by=world.cast.administrator)
    world.act("enter", tree[2], indicator, 0)

    approved(world, *tree)

    assert numbers(tree[0].district, indicator) == (None, None, None, 0, 2)
    assert numbers(tree[2].district, indicator) == (None, 0, 0, 1, 2)


def test_a_correction_brings_every_total_above_up_to_date(world, tree):
    (indicator,) = world.indicators
    open_period(PeriodFactory(area=world.province), by=world.cast.administrator)
    for area in tree:
        world.act("enter", area, indicator, 10)
    approved(world, *tree, tree[0].district, tree[2].district, world.province)

    world.act("correct", tree[0], indicator, 15)
    world.act("correct", tree[3], indicator, None)

    assert numbers(tree[0].district, indicator)[1:4] == (25, 25, 2)
    assert numbers(tree[2].district, indicator)[1:4] == (10, 10, 1)
    assert numbers(world.province, indicator) == (None, 35, 35, 3, 4)


def test_only_sums_are_added_up(tree):
    above = tree[0].province
    world = World(
        above, cast_of(above), [IndicatorFactory(rollup=kind) for kind in Indicator.Rollup.values], communes=tree
    )
    open_period(PeriodFactory(area=above), by=world.cast.administrator)
    for area in tree:
        for indicator in world.indicators:
            world.act("enter", area, indicator, 10)

    approved(world, *tree)

    found = {indicator.rollup: numbers(tree[0].district, indicator) for indicator in world.indicators}
    assert found == {
        "sum": (None, 20, 20, 2, 2),
        "distinct": (None, None, None, 0, 0),
        "latest": (None, None, None, 0, 0),
        "none": (None, None, None, 0, 0),
    }


def test_a_cluster_is_counted_anew_at_each_level_and_never_added(tree):
    above = tree[0].province
    kind = ClusterKindFactory()
    world = World(above, cast_of(above), [counting(kind)], communes=tree)
    cluster_of([*tree, above], kind=kind)
    cluster_of([tree[0]], kind=kind)
    open_period(PeriodFactory(area=above), by=world.cast.administrator)

    approved(world, *tree, tree[0].district, tree[2].district, above)

    found = [
        numbers(area, world.indicators[0])[0:3]
        for area in (tree[0], tree[1], tree[0].district, tree[2].district, above)
    ]
    assert found == [(2, None, 2), (1, None, 1), (2, None, 2), (1, None, 1), (2, None, 2)]


def test_units_are_counted_where_they_stand_and_added_up(tree):
    above = tree[0].province
    kind = KindFactory()
    world = World(above, cast_of(above), [counting(kind)], communes=tree)
    for area in (tree[0], tree[0], tree[1], tree[3]):
        standing(area, kind)
    open_period(PeriodFactory(area=above), by=world.cast.administrator)

    approved(world, *tree, tree[0].district, tree[2].district, above)

    found = [numbers(area, world.indicators[0]) for area in (*tree, tree[0].district, tree[2].district, above)]
    assert found == [
        (2, None, 2, 1, 1), (1, None, 1, 1, 1), (0, None, 0, 1, 1), (1, None, 1, 1, 1),
        (None, 3, 3, 2, 2), (None, 1, 1, 2, 2), (None, 4, 4, 4, 4),
    ]  # fmt: skip


def test_lines_by_kind_of_unit_appear_above_as_soon_as_one_area_has_them(tree):
    above = tree[0].province
    kind = KindFactory(code="youth_shock_team")
    other = IndicatorFactory(counts=Indicator.Counts.OTHER_UNITS, source=Indicator.Source.REGISTER)
    world = World(above, cast_of(above), [other], communes=tree)
    standing(tree[0], kind)
    open_period(PeriodFactory(area=above), by=world.cast.administrator)

    approved(world, *tree)

    assert figure_of(tree[0], other, "youth_shock_team").total == 1
    assert figure_of(tree[0].district, other, "youth_shock_team").total == 1
    assert set(Figure.objects.filter(indicator=other).values_list("report__area", "item")) == {
        (area.pk, "youth_shock_team") for area in (tree[0], tree[0].district)
    }


def test_other_periods_and_other_provinces_do_not_count(world, tree):
    (indicator,) = world.indicators
    period, last_year = PeriodFactory(area=world.province), PeriodFactory(area=world.province, year=2023)
    top = ReportFactory(area=world.province, period=period)
    FigureFactory(report=top, indicator=indicator)
    for report_of, when in ((tree[0].district, last_year), (district(), period)):
        FigureFactory(
            report=ReportFactory(area=report_of, period=when, state=State.APPROVED), indicator=indicator, own=7
        )

    rollup.recompute(top)

    assert numbers(world.province, indicator)[:3] == (None, None, None)


def test_what_is_illustrative_below_is_illustrative_above(tree):
    above = tree[0].province
    world = World(above, cast_of(above), [IndicatorFactory()], communes=tree)
    open_period(PeriodFactory(area=above), by=world.cast.administrator)
    Report.objects.filter(area=tree[0]).update(synthetic=True)
    for area in (tree[0], tree[2]):
        world.act("enter", area, world.indicators[0], 5)

    approved(world, *tree)

    found = [figure_of(area, world.indicators[0]).synthetic for area in (*tree, tree[0].district, tree[2].district)]
    assert found == [True, False, False, False, True, False]


def test_a_draft_already_says_how_many_communes_it_waits_for(world, tree):
    (indicator,) = world.indicators
    period = PeriodFactory(area=world.province)

    open_period(period, by=world.cast.administrator)

    found = [numbers(area, indicator)[3:] for area in (tree[0], tree[0].district, world.province)]
    assert found == [(0, 1), (0, 2), (0, 4)]


def test_an_area_that_is_added_later_is_waited_for_above(world, tree):
    (indicator,) = world.indicators
    period = PeriodFactory(area=world.province)
    open_period(period, by=world.cast.administrator)
    approved(world, *tree)

    commune(district=tree[0].district)
    open_period(period, by=world.cast.administrator)

    found = [numbers(area, indicator)[3:] for area in (tree[0].district, tree[2].district, world.province)]
    assert found == [(0, 3), (0, 2), (0, 5)]


def test_rebuilding_everything_changes_nothing(world, tree):
    (indicator,) = world.indicators
    open_period(PeriodFactory(area=world.province), by=world.cast.administrator)
    for area in tree:
        world.act("enter", area, indicator, 10)
    approved(world, *tree, tree[0].district)
    before = [numbers(area, indicator) for area in (*tree, tree[0].district, tree[2].district, world.province)]
    Figure.objects.filter(report__area__level="province").update(below=999)

    rollup.rebuild(Report.objects.all())

    assert [numbers(area, indicator) for area in (*tree, tree[0].district, tree[2].district, world.province)] == before
