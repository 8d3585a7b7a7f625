from __future__ import annotations

import time
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from units.management.commands.load_areas import _rows, load_areas, load_successions
from units.models import Area, AreaSuccession

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def nation(django_db_setup, django_db_blocker):
    """Load the whole catalogue once; return how many seconds it took."""
    with django_db_blocker.unblock(), transaction.atomic():
        begun = time.monotonic()
        call_command("load_areas", verbosity=0)
        yield time.monotonic() - begun
        transaction.set_rollback(True)


def everything():
    return (
        list(Area.objects.order_by("pk").values_list()),
        list(AreaSuccession.objects.order_by("pk").values_list()),
    )


def test_the_whole_catalogue_is_loaded_in_time(nation):
    assert (Area.objects.count(), AreaSuccession.objects.count()) == (15_665, 12_847)
    assert nation < 30


def test_loading_again_changes_nothing(nation):
    before = everything()

    call_command("load_areas", verbosity=0)

    assert everything() == before


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2022, 12, 31), {"country": 1, "province": 63, "district": 705, "commune": 10_599}),
        (date(2025, 6, 30), {"country": 1, "province": 63, "district": 696, "commune": 10_035}),
        (date(2026, 1, 1), {"country": 1, "province": 34, "commune": 3_321}),
    ],
)
def test_how_many_areas_there_were_on_a_day(nation, day, expected):
    counted = Area.objects.valid_on(day).order_by().values_list("level").annotate(Count("pk"))

    assert dict(counted) == expected


def test_ancestors_are_those_of_the_parents(nation):
    above = {area.pk: area for area in Area.objects.all()}

    for area in above.values():
        parent = above.get(area.parent_id)
        own = (
            {"province": area.pk}
            if area.level == "province"
            else {"district": area.pk}
            if area.level == "district"
            else {}
        )
        expected = {"province": parent and parent.province_id, "district": parent and parent.district_id, **own}
        assert {"province": area.province_id, "district": area.district_id} == expected, area.code


def test_what_lies_below_is_one_equality_and_the_same_as_following_the_parents(nation):
    ba_be = Area.objects.get(code="D061")
    bac_kan = Area.objects.get(code="P06")

    with CaptureQueriesContext(connection) as queries:
        below = set(Area.objects.below(bac_kan))

    districts = set(Area.objects.filter(parent=bac_kan))
    assert below == districts | set(Area.objects.filter(parent__in=districts)) | set(
        bac_kan.children.filter(level="commune")
    )
    assert set(Area.objects.at_or_below(ba_be)) == {ba_be, *Area.objects.filter(parent=ba_be)}
    assert [query["sql"].count("JOIN") for query in queries] == [0]


def test_what_became_of_bac_kan(nation):
    bac_kan = Area.objects.get(code="P06")

    (succession,) = bac_kan.successions.all()

    assert (bac_kan.valid_to, succession.effective_on, succession.kind) == (date(2025, 7, 1), date(2025, 7, 1), "merge")
    assert succession.successor.name == "Thái Nguyên"
    assert succession.successor.is_valid_on(date(2025, 7, 1))


@pytest.mark.parametrize("column", ["name", "kind", "parent_code", "valid_from", "gso_code"])
def test_a_row_that_has_changed_is_refused_by_its_code(nation, column):
    changed = {"name": "Khác", "kind": "thị trấn", "parent_code": "D062", "valid_from": "2020-01-01", "gso_code": "99"}
    rows = [{**row, column: changed[column]} if row["code"] == "C01897" else row for row in _rows("areas.csv")]
    before = everything()

    with pytest.raises(CommandError, match=r"C01897$"):
        load_areas(rows)

    assert everything() == before


def test_an_end_that_moves_is_refused_but_a_first_end_is_stored(nation):
    rows = {row["code"]: row for row in _rows("areas.csv")}
    assert Area.objects.get(code="P01").valid_to is None

    added = load_areas([*rows.values(), {**rows["P01"], "valid_to": "2030-01-01"}])
    with pytest.raises(CommandError, match=r"P06$"):
        load_areas([{**rows["P06"], "valid_to": "2025-08-01"}, rows["VN"]])

    assert added == 0
    assert Area.objects.get(code="P01").valid_to == date(2030, 1, 1)
    assert Area.objects.get(code="P06").valid_to == date(2025, 7, 1)


def test_what_is_missing_is_appended(nation):
    rows = {row["code"]: row for row in _rows("areas.csv")}
    new = {**rows["C01897"], "code": "C99999", "name": "Xã Mới", "valid_from": "2030-01-01", "valid_to": ""}

    added = load_areas([*rows.values(), new])
    linked = load_successions(
        [
            {
                "predecessor_code": "C01897",
                "successor_code": "C99999",
                "effective_on": "2030-01-01",
                "kind": "merge",
                "note": "",
                "is_main": "1",
            }
        ]
    )

    area = Area.objects.get(code="C99999")
    assert (added, linked) == (1, 1)
    assert (area.parent.code, area.district.code, area.province.code) == ("D061", "D061", "P06")
    assert [row.predecessor.code for row in area.origins.all()] == ["C01897"]
