from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from movement import editions
from movement.models import Edition, EditionFigure, Figure, Indicator, Report
from movement.reports import correct, enter, move_report, open_period
from movement.verify import verify
from tests.factories import (
    AreaFactory,
    ClusterKindFactory,
    IndicatorFactory,
    KindFactory,
    PeriodFactory,
    PlacementFactory,
    UnitFactory,
    cluster_of,
    commune,
    counting,
    district,
    province,
    standing,
)
from tests.first_format import as_before
from tests.people import cast_of
from tests.reasons import explained
from units.models import Area, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def here():
    above = district(code="D1", province=province(code="P1"))
    return commune(code="C1", district=above)


@pytest.fixture
def cast(here):
    return cast_of(here.province)


@pytest.fixture
def lines(here):
    """Return a declared line, two that the register counts, and one that nobody fills in."""
    kind, clusters = KindFactory(), ClusterKindFactory()
    standing(here, kind)
    standing(here, kind)
    cluster_of([here, here.province], kind=clusters)
    return [
        IndicatorFactory(code="attendance"),
        counting(kind, code="teams"),
        counting(clusters, code="clusters"),
        IndicatorFactory(code="unknown"),
    ]


@pytest.fixture
def edition(here, cast, lines):
    """Return the edition of a year in which one of two communes reported 10."""
    commune(code="C2", district=here.district)
    open_period(PeriodFactory(area=here.province, year=2024), by=cast.administrator)
    figure = figure_of("C1", "attendance")
    figure.own = 10
    enter(figure, by=cast.officer)
    everybody = (cast.officer, cast.signer, cast.reviewer)
    for code, people in (
        ("C1", everybody),
        ("C2", everybody),
        ("D1", everybody),
        ("P1", (cast.reviewer,) * 2 + (cast.leader,)),
    ):
        for name, by in zip(("request_signature", "submit", "approve"), people, strict=True):
            move_report(report_of(code), name, by=by)
    move_report(report_of("P1"), "publish", by=cast.leader)
    return Edition.objects.get()


def report_of(code):
    return Report.objects.select_related("area", "period").get(area__code=code)


def figure_of(code, indicator):
    return Figure.objects.select_related("report__area", "indicator").get(
        report__area__code=code, indicator__code=indicator
    )


def sql(statement, *parameters):
    """Change one row behind everybody's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount == 1


def told():
    return [str(one) for one in verify().differing]


def test_an_empty_ledger_agrees(capsys):
    call_command("verify")

    assert capsys.readouterr().out == (
        "All agree: 0 areas, 0 placements, 0 reports, 0 figures, 0 editions, 0 sealed figures.\n"
    )


def test_what_went_the_right_way_agrees(edition, capsys):
    call_command("verify")

    assert capsys.readouterr().out == (
        "All agree: 5 areas, 2 placements, 4 reports, 16 figures, 1 editions, 11 sealed figures.\n"
    )


def test_the_command_names_what_differs_and_fails(edition, capsys):
    sql("UPDATE movement_figure SET below = 11 WHERE id = %s", figure_of("D1", "attendance").pk)

    with pytest.raises(CommandError) as failure:
        call_command("verify")

    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == [
        "2024 D1 attendance below: stored 11, expected 10",
        "2024 P1 attendance below: stored 10, expected 11",
    ]
    assert (str(failure.value), failure.value.returncode) == ("2 things differ; each is named above.", 1)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("below", None, "2024 P1 attendance below: stored —, expected 10"),
        ("areas_counted", 2, "2024 P1 attendance areas_counted: stored 2, expected 1"),
        ("areas_expected", 1, "2024 P1 attendance areas_expected: stored 1, expected 2"),
        ("synthetic", True, "2024 P1 attendance synthetic: stored True, expected False"),
    ],
)
def test_every_derived_column_is_recomputed(edition, column, value, expected):
    sql(f"UPDATE movement_figure SET {column} = %s WHERE id = %s", value, figure_of("P1", "attendance").pk)

    assert told() == [expected]


def test_a_commune_takes_nothing_from_below(edition):
    sql("UPDATE movement_figure SET below = 0 WHERE id = %s", figure_of("C1", "unknown").pk)

    assert told() == [
        "2024 C1 unknown below: stored 0, expected —",
        "2024 D1 unknown below: stored —, expected 0",
    ]


def test_a_line_that_is_missing_above_is_named(here, cast):
    IndicatorFactory(code="other", counts=Indicator.Counts.OTHER_UNITS, source=Indicator.Source.REGISTER)
    standing(here, KindFactory(code="patrol"))
    open_period(PeriodFactory(area=here.province, year=2024), by=cast.administrator)
    for name, by in (("request_signature", cast.officer), ("submit", cast.signer), ("approve", cast.reviewer)):
        move_report(report_of("C1"), name, by=by)
    assert told() == []

    sql("DELETE FROM movement_figure WHERE id = %s", figure_of("D1", "other").pk)

    assert told() == ["2024 D1 other patrol below: stored —, expected 1"]


def test_a_distinct_line_takes_nothing_from_below(edition):
    sql("UPDATE movement_figure SET below = 1 WHERE id = %s", figure_of("P1", "clusters").pk)

    assert "2024 P1 clusters below: stored 1, expected —" in told()


def test_drafts_are_held_to_their_sums_only(here, cast):
    IndicatorFactory(code="attendance")
    open_period(PeriodFactory(area=here.province, year=2024), by=cast.administrator)
    figure = figure_of("C1", "attendance")
    figure.own = 10
    enter(figure, by=cast.officer)
    assert told() == []

    sql("UPDATE movement_figure SET below = 10 WHERE id = %s", figure_of("D1", "attendance").pk)

    assert told() == ["2024 D1 attendance below: stored 10, expected —"]


# ---------------------------------------------------------------- editions


def test_one_byte_of_the_one_text_is_enough(edition):
    as_before(edition)
    tampered = edition.canonical.replace('"own":10,', '"own":11,')
    assert sum(one != other for one, other in zip(tampered, edition.canonical, strict=True)) == 1
    sql("UPDATE movement_edition SET canonical = %s WHERE id = %s", tampered, edition.pk)

    assert told() == [
        f"2024 P1 edition 1 digest: stored {edition.digest}, expected {editions.chain('', tampered)}",
        "2024 P1 edition 1 C1 attendance own: stored 10, expected 11",
    ]


def test_a_byte_that_breaks_a_line_of_the_one_text_names_the_line_and_its_row(edition):
    as_before(edition)
    number = next(
        n for n, line in enumerate(edition.canonical.splitlines(), 1) if '"C1"' in line and "attendance" in line
    )
    line = edition.canonical.splitlines()[number - 1]
    sql(
        "UPDATE movement_edition SET canonical = %s WHERE id = %s",
        edition.canonical.replace(line, "#" + line[1:]),
        edition.pk,
    )

    found = told()

    assert f"2024 P1 edition 1 line {number}: stored #{line[1:]}, expected a sealed figure" in found
    assert "2024 P1 edition 1 C1 attendance total: stored 10, expected —" in found


def test_what_was_sealed_as_one_text_still_agrees(edition, cast):
    as_before(edition)
    second = editions.seal(report_of("P1"), by=cast.leader, reason="Đính chính")

    assert (told(), [one.format for one in Edition.objects.order_by("pk")]) == ([], [1, 2])
    sql("UPDATE movement_edition SET format = 1 WHERE id = %s", second.pk)
    assert told() == ["2024 P1 edition 2 format: stored 1, expected 2"]


def test_a_public_text_that_differs_from_the_one_text_is_named(edition):
    as_before(edition)
    sql("UPDATE movement_edition SET summary_en = %s WHERE id = %s", "Nothing happened.", edition.pk)

    assert told() == [f"2024 P1 edition 1 summary en: stored Nothing happened., expected {edition.summary_en or '—'}"]


@pytest.mark.parametrize("seal_again", [as_before, lambda edition: edition])
def test_a_sealed_row_that_differs_from_what_was_sealed_is_named(edition, seal_again):
    seal_again(edition)
    row = EditionFigure.objects.get(area__code="P1", indicator__code="attendance")
    sql("UPDATE movement_editionfigure SET total = 12 WHERE id = %s", row.pk)

    assert told() == ["2024 P1 edition 1 P1 attendance total: stored 12, expected 10"]


def test_a_sealed_row_that_is_gone_is_named(edition):
    gone = "2024 P1 edition 1 D1 teams: stored —, expected a row"
    sql(
        "DELETE FROM movement_editionfigure WHERE id = %s",
        EditionFigure.objects.get(area__code="D1", indicator__code="teams").pk,
    )

    assert told() == [gone]
    as_before(edition)


def test_a_figure_changed_without_a_version_is_named(edition):
    sql("UPDATE movement_figure SET own = 11 WHERE id = %s", figure_of("C1", "attendance").pk)

    assert told() == [
        "2024 D1 attendance below: stored 10, expected 11",
        "2024 C1 attendance own: stored 11, expected 10",
        "2024 P1 edition 1 C1 attendance own of the same version: stored 11, expected 10",
    ]


def test_a_version_that_was_raised_along_with_the_number_hides_nothing(edition):
    sql("UPDATE movement_figure SET own = 11, version = version + 1 WHERE id = %s", figure_of("C1", "attendance").pk)

    assert told()[1:] == [
        "2024 C1 attendance version: stored 3, expected 2",
        "2024 C1 attendance own: stored 11, expected 10",
    ]


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_a_report_that_was_set_back_is_named(edition, state):
    sql("UPDATE movement_report SET state = %s WHERE id = %s", state, report_of("C1").pk)

    assert [one for one in told() if " C1 state" in one] == [
        f"2024 C1 state: stored {state}, expected published",
        f"2024 C1 state: stored {state}, expected published",
    ]


def test_a_figure_that_was_taken_out_is_named(edition):
    taken = figure_of("C1", "unknown").pk
    sql("DELETE FROM movement_figure WHERE id = %s", taken)

    assert told() == [f"figure {taken}: stored —, expected 1"]


def test_a_figure_that_went_back_to_an_older_version_is_named(edition):
    sql("UPDATE movement_figure SET version = 1 WHERE id = %s", figure_of("C1", "attendance").pk)

    assert told() == [
        "2024 C1 attendance version: stored 1, expected 2",
        "2024 P1 edition 1 C1 attendance version: stored 1, expected 2",
    ]


def test_the_chain_runs_through_every_edition(edition, cast):
    second = editions.seal(report_of("P1"), by=cast.leader, reason="Đính chính")
    editions.seal(report_of("P1"), by=cast.leader, reason="Đính chính")
    assert told() == []

    sql("UPDATE movement_edition SET digest = %s WHERE id = %s", "0" * 64, second.pk)

    assert told() == [f"2024 P1 edition 2 digest: stored {'0' * 64}, expected {second.digest}"]


def test_an_edition_that_leaves_the_chain_is_named(edition, cast):
    second = editions.seal(report_of("P1"), by=cast.leader)

    sql("UPDATE movement_edition SET previous_id = NULL WHERE id = %s", second.pk)

    assert told() == [f"2024 P1 edition 2 previous: stored —, expected {edition.pk}"]


def test_a_correction_after_publication_is_listed_and_not_a_fault(edition, cast, capsys):
    correct(figure_of("C1", "attendance"), own=15, reason="Thiếu một buổi", by=cast.reviewer)

    call_command("verify")

    said = capsys.readouterr().out.splitlines()
    assert said[1:4] == [
        f"  2024 P1 edition 1 {code} attendance total: stored 10, expected 15" for code in ("C1", "D1", "P1")
    ]
    assert said[0] == "Changed since publication (sealed figures stay as they are):"
    assert said[4].startswith("All agree: ")
    assert len(said) == 5


def test_an_erratum_settles_what_had_changed(edition, cast):
    correct(figure_of("C1", "attendance"), own=15, reason="Thiếu một buổi", by=cast.reviewer)
    editions.seal(report_of("P1"), by=cast.leader, reason="Đính chính")

    found = verify()

    assert (found.differing, found.changed) == ([], [])


def test_a_unit_entered_later_but_dated_inside_the_year_is_listed(edition, here, lines):
    standing(here, lines[1].unit_kind, since=date(2024, 6, 1))
    standing(here, lines[1].unit_kind, since=date(2024, 12, 15))

    found = verify()

    assert found.differing == []
    assert list(map(str, found.changed)) == [
        f"2024 P1 edition 1 {code} teams register: stored 2, expected 3" for code in ("C1", "D1", "P1")
    ]


def test_what_has_its_reason_is_left_out_until_the_register_counts_otherwise(edition, here, lines, cast):
    standing(here, lines[1].unit_kind, since=date(2024, 6, 1))
    for code in ("C1", "D1", "P1"):
        explained(report_of(code), by=cast.reviewer if code != "P1" else cast.leader)
    left_out = verify().changed
    standing(here, lines[1].unit_kind, since=date(2024, 7, 1))

    assert left_out == []
    assert list(map(str, verify().changed)) == [
        f"2024 P1 edition 1 {code} teams register: stored 2, expected 4" for code in ("C1", "D1", "P1")
    ]


def test_a_unit_that_moved_within_the_province_is_listed_where_it_left_and_came(edition, here, lines):
    unit = Unit.objects.filter(kind=lines[1].unit_kind).first()
    sql("UPDATE units_placement SET area_id = %s WHERE unit_id = %s", Area.objects.get(code="C2").pk, unit.pk)
    sql("UPDATE units_unit SET area_id = %s WHERE id = %s", Area.objects.get(code="C2").pk, unit.pk)

    assert list(map(str, verify().changed)) == [
        "2024 P1 edition 1 C1 teams register: stored 2, expected 1",
        "2024 P1 edition 1 C2 teams register: stored 0, expected 1",
    ]


# ---------------------------------------------------------------- areas and placements


@pytest.mark.parametrize(
    ("code", "column", "expected"),
    [
        ("C1", "district", "C1 district: stored D9, expected D1"),
        ("C1", "province", "C1 province: stored D9, expected P1"),
        ("D1", "district", "D1 district: stored D9, expected D1"),
        ("P1", "district", "P1 district: stored D9, expected —"),
    ],
)
def test_ancestors_that_are_not_the_parents_are_named(here, code, column, expected):
    other = district(code="D9")

    sql(f"UPDATE units_area SET {column}_id = %s WHERE code = %s", other.pk, code)

    assert told() == [expected]


def test_a_unit_whose_area_is_not_that_of_its_last_placement_is_named(here):
    moved, still = UnitFactory(code="U1", area=here), UnitFactory(code="U2", area=here)
    other = commune(code="C9", district=here.district)
    PlacementFactory(unit=moved, valid_to=date(2024, 1, 1))
    PlacementFactory(unit=moved, valid_from=date(2024, 1, 1), area=other)
    PlacementFactory(unit=still)

    assert told() == ["U1 area: stored C1, expected C9"]
    Unit.objects.filter(pk=moved.pk).update(area=other)
    assert told() == []


@pytest.mark.parametrize(
    ("second", "overlap"),
    [
        ((date(2024, 1, 1), None), False),
        ((date(2023, 12, 31), None), True),
        ((None, None), True),
        ((date(2023, 6, 1), date(2023, 6, 1)), False),
    ],
)
def test_placements_that_overlap_are_named(here, second, overlap):
    unit = UnitFactory(code="U1", area=here)
    first = PlacementFactory(unit=unit, valid_from=date(2023, 1, 1), valid_to=date(2024, 1, 1))
    apart = PlacementFactory(unit=unit, valid_from=date(2030, 1, 1), valid_to=date(2031, 1, 1))
    without_trigger()
    sql("UPDATE units_placement SET valid_from = %s, valid_to = %s WHERE id = %s", *second, apart.pk)

    found = [one for one in told() if "two places" in one]

    assert len(found) == int(overlap)
    assert all(line.startswith("U1 C1 stands in two places at once") for line in found)
    assert first.unit == unit


def without_trigger():
    """Take the database's own guard away: what verify would find, had somebody done so."""
    statements = {
        "sqlite": ["DROP TRIGGER placements_do_not_overlap_insert", "DROP TRIGGER placements_do_not_overlap_update"],
        "postgresql": ["DROP TRIGGER placements_do_not_overlap ON units_placement"],
    }[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_a_stay_within_a_longer_one_does_not_hide_the_next(here):
    unit = UnitFactory(code="U1", area=here)
    without_trigger()
    begin = date(2023, 1, 1)
    for first, last in ((0, 100), (10, 20), (50, 60)):
        PlacementFactory(unit=unit, valid_from=begin + timedelta(days=first), valid_to=begin + timedelta(days=last))

    assert len([one for one in told() if "two places" in one]) == 2


def test_areas_that_are_as_their_parents_say_agree(here):
    commune(district=here.province)
    AreaFactory(code="X1", level="district", kind="quận", name="Quận 1", parent=here.province)

    found = verify()

    assert (found.differing, found.counts["areas"]) == ([], Area.objects.count())
