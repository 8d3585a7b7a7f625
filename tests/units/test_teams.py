from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from config.records import StaleRecord
from tests.factories import (
    KindFactory,
    PlacementFactory,
    SuccessionFactory,
    UnitFactory,
    commune,
    country,
    district,
    standing,
)
from tests.people import posted
from tests.trials import few, undone
from units import register
from units.models import Area, Placement, Unit
from units.models.people import Role

pytestmark = pytest.mark.django_db

D1, D2, D3, D4 = date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def here():
    return commune(name="Hà Hiệu")


@pytest.fixture
def officer(here):
    return posted(here.district)


def spans(unit):
    """Return where the unit stood: area, from, until."""
    return [(one.area, one.valid_from, one.valid_to) for one in unit.placements.all()]


def complaints(action):
    """Return what `action` is refused for, by field."""
    with pytest.raises(ValidationError) as refusal:
        action()
    return refusal.value.message_dict


# ---------------------------------------------------------------- the unit by itself


@pytest.mark.parametrize("field", ["established_on", "consolidated_on", "decision_date"])
@pytest.mark.parametrize("wrong", [date(1944, 12, 31), "tomorrow"])
def test_days_lie_between_1945_and_today(english, here, field, wrong):
    day = timezone.localdate() + timedelta(days=1) if wrong == "tomorrow" else wrong
    unit = UnitFactory.build(kind=KindFactory(), area=here, **{field: day})

    assert complaints(unit.full_clean) == {field: ["The day must lie between 1945 and today."]}


@pytest.mark.parametrize("day", [date(1945, 1, 1), "today"])
def test_the_first_and_the_last_possible_day_pass(here, day):
    day = timezone.localdate() if day == "today" else day

    UnitFactory.build(kind=KindFactory(), area=here, established_on=day).full_clean()


def test_a_kind_that_has_ended_takes_no_later_unit(english, here):
    kind = KindFactory(name_en="Civil guard team", valid_to=D3)
    UnitFactory.build(kind=kind, area=here, established_on=D3 - timedelta(days=1)).full_clean()

    late = UnitFactory.build(kind=kind, area=here, established_on=D3)

    assert complaints(late.full_clean) == {
        "kind": ["“Civil guard team” ended on 01/01/2022: a unit established later is of another kind."]
    }


def test_a_kind_takes_older_units_only_where_it_says_so(english, here):
    kind = KindFactory(name_en="Security and order team", valid_from=D3)
    older = {"area": here, "established_on": D2}
    UnitFactory.build(kind=kind, area=here, established_on=D3).full_clean()
    UnitFactory.build(kind=KindFactory(valid_from=D3, accepts_older=True), **older).full_clean()

    assert complaints(UnitFactory.build(kind=kind, **older).full_clean) == {
        "kind": ["“Security and order team” exists only from 01/01/2022."]
    }


@pytest.mark.parametrize("level", ["district", "province", "country"])
def test_a_unit_stands_in_a_commune(english, here, level):
    area = {"district": here.district, "province": here.province, "country": country()}[level]
    told = {"area": ["A unit stands in a commune, ward or township: choose one of these."]}

    assert complaints(UnitFactory.build(kind=KindFactory(), area=area).full_clean) == told
    assert complaints(PlacementFactory.build(unit=UnitFactory(), area=area).full_clean) == told


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"established_on": D2, "dissolved_on": D1, "dissolution_reason": "Sáp nhập"},
            "A unit cannot be dissolved before it was established.",
        ),
        ({"dissolved_on": D1}, "A dissolved unit has both the day and the reason."),
        ({"dissolution_reason": "Sáp nhập"}, "A dissolved unit has both the day and the reason."),
        ({"members": 5, "women": 6}, "There cannot be more women than members."),
        ({"members": 5, "minorities": 6}, "There cannot be more members of ethnic minorities than members."),
    ],
)
def test_the_form_and_the_database_refuse_what_cannot_be(english, here, wrong, message):
    unit = UnitFactory.build(kind=KindFactory(), area=here, **wrong)

    assert complaints(unit.full_clean) == {"__all__": [message]}
    with pytest.raises(IntegrityError):
        unit.save()


def test_members_below_zero_are_refused(here):
    unit = UnitFactory.build(kind=KindFactory(), area=here, members=-1)

    assert complaints(unit.full_clean).keys() == {"members"}


def test_a_code_stands_once_and_in_capitals(here):
    taken = UnitFactory(code="C01897.0001")

    again, small = (UnitFactory.build(kind=taken.kind, area=here, code=code) for code in ("C01897.0001", "c01897.1"))

    assert complaints(again.full_clean).keys() == complaints(small.full_clean).keys() == {"code"}


def test_a_name_with_a_blocked_phrase_is_refused(here):
    unit = UnitFactory.build(kind=KindFactory(), area=here, name="Tổ quản lý đối tượng")

    with pytest.raises(ValidationError) as refusal:
        unit.full_clean()

    assert [one.code for one in refusal.value.error_dict["name"]] == ["blocked_phrase"]


# ---------------------------------------------------------------- where it stood


def test_a_placement_begins_only_when_the_area_exists(english):
    renamed = SuccessionFactory(
        predecessor=commune(name="Vân Tùng", valid_to=D3),
        successor=commune(name="Vân Tùng", kind="thị trấn", valid_from=D3),
        effective_on=D3,
    )
    unit = UnitFactory()
    old, new = renamed.predecessor, renamed.successor

    assert complaints(PlacementFactory.build(unit=unit, area=new, valid_from=D2).full_clean) == {
        "area": [
            f"thị trấn Vân Tùng exists only from 01/01/2022. Before that it was: xã Vân Tùng ({old.code}). "
            "Enter the day from which the unit stands there."
        ]
    }
    assert complaints(PlacementFactory.build(unit=unit, area=new, valid_from=None).full_clean).keys() == {"area"}
    assert complaints(PlacementFactory.build(unit=unit, area=old, valid_from=D3).full_clean) == {
        "area": [
            "xã Vân Tùng no longer existed on 01/01/2022: it ended on 01/01/2022. "
            f"It became: thị trấn Vân Tùng ({new.code})."
        ]
    }
    assert complaints(PlacementFactory.build(unit=unit, area=old, valid_to=D4).full_clean).keys() == {"area"}
    PlacementFactory.build(unit=unit, area=old, valid_from=D2, valid_to=D3).full_clean()
    PlacementFactory.build(unit=unit, area=new, valid_from=D3).full_clean()


OVERLAPS = [
    ((None, None), (None, None)),
    ((None, None), (D2, D3)),
    ((D1, D3), (D2, D4)),
    ((D1, D3), (D2, None)),
    ((D1, D3), (None, D2)),
    ((D2, D3), (D1, D4)),
    ((D1, D4), (D2, D3)),
    ((D1, None), (D2, D3)),
]


@pytest.mark.parametrize(("first", "second"), OVERLAPS)
def test_placements_of_a_unit_never_overlap(english, first, second):
    unit = UnitFactory()
    PlacementFactory(unit=unit, valid_from=first[0], valid_to=first[1])
    other = PlacementFactory.build(unit=unit, area=commune(), valid_from=second[0], valid_to=second[1])

    told = complaints(other.full_clean)
    with pytest.raises(DatabaseError), transaction.atomic():
        other.save()

    assert told["valid_from"] == ["In this time the unit stands somewhere else: end the earlier placement first."]
    assert spans(unit) == [(unit.area, *first)]


@pytest.mark.parametrize("first", [(D1, D3), (None, D3)])
@pytest.mark.parametrize("door", ["create", "bulk_create", "update", "bulk_update"])
def test_the_database_itself_keeps_placements_apart_at_every_door(first, door):
    unit = UnitFactory()
    PlacementFactory(unit=unit, valid_from=first[0], valid_to=first[1])
    later = PlacementFactory(unit=unit, area=commune(), valid_from=D3, valid_to=D4)
    wrong = Placement(unit=unit, area=unit.area, valid_from=D2, valid_to=D3)

    def act():
        match door:
            case "create":
                wrong.save()
            case "bulk_create":
                Placement.objects.bulk_create([wrong])
            case "update":
                Placement.objects.filter(pk=later.pk).update(valid_from=D2)
            case "bulk_update":
                later.valid_from = D2
                Placement.objects.bulk_update([later], ["valid_from"])

    with pytest.raises(IntegrityError, match="placements_of_a_unit_overlap"), transaction.atomic():
        act()

    assert [span[1:] for span in spans(unit)] == [first, (D3, D4)]


@pytest.mark.parametrize(
    ("first", "second"), [((D1, D2), (D2, D3)), ((None, D2), (D2, None)), ((D1, D1), (None, None))]
)
def test_placements_that_only_touch_stand_side_by_side(first, second):
    unit = UnitFactory()
    PlacementFactory(unit=unit, valid_from=first[0], valid_to=first[1])

    other = PlacementFactory.build(unit=unit, area=unit.area, valid_from=second[0], valid_to=second[1])
    other.full_clean()
    other.save()

    assert unit.placements.count() == 2


def test_other_units_do_not_matter():
    one, other = UnitFactory(), UnitFactory()
    PlacementFactory(unit=one)

    PlacementFactory(unit=other, area=one.area)

    assert (one.placements.count(), other.placements.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_doors_at_once_cannot_place_one_unit_twice():
    unit, first, second = UnitFactory(), commune(), commune()
    together = threading.Barrier(2, timeout=10)
    outcomes = []

    def place(area, begin, end):
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":  # on SQLite the second waits where it begins
                    connection.cursor().execute("SELECT 1")
                    together.wait()
                Placement.objects.bulk_create([Placement(unit=unit, area=area, valid_from=begin, valid_to=end)])
            outcomes.append("stored")
        except IntegrityError as refusal:
            outcomes.append("overlap" if "placements_of_a_unit_overlap" in str(refusal) else str(refusal))
        finally:
            connection.close()

    doors = [threading.Thread(target=place, args=span) for span in ((first, D1, D3), (second, D2, D4))]
    for door in doors:
        door.start()
    for door in doors:
        door.join(20)

    assert sorted(outcomes) == ["overlap", "stored"]
    assert unit.placements.count() == 1


# ---------------------------------------------------------------- the register


def test_a_new_unit_gets_the_next_code_and_its_first_placement(here, officer):
    unit = UnitFactory.build(kind=KindFactory(), area=here, code="", established_on=D1)

    register.found(unit, village="Bản Mới", by=officer)

    assert unit.code == f"{here.code}.0001"
    assert spans(unit) == [(here, D1, None)]
    assert unit.placements.get().village == "Bản Mới"
    assert (unit.version, unit.placements.get().version) == (1, 1)


def test_codes_count_on_from_the_highest_of_the_commune_and_skip_nothing_else(here):
    for code in (f"{here.code}.0002", f"{here.code}.0010", f"{here.code}.CU", f"{here.code}9.0044", "C-0099"):
        UnitFactory(code=code)

    assert register.next_code(here) == f"{here.code}.0011"
    assert register.next_code(commune()).endswith(".0001")


def test_a_unit_is_placed_from_the_day_that_is_known(here, officer):
    since = register.found(UnitFactory.build(kind=KindFactory(), area=here, established_on=D1), since=D2, by=officer)
    unknown = register.found(UnitFactory.build(kind=KindFactory(), area=here), by=officer)
    gone = register.found(
        UnitFactory.build(
            kind=KindFactory(), area=here, established_on=D1, dissolved_on=D3, dissolution_reason="Sáp nhập"
        ),
        by=officer,
    )

    assert [spans(unit) for unit in (since, unknown, gone)] == [
        [(here, D2, None)], [(here, None, None)], [(here, D1, D3)],
    ]  # fmt: skip


def test_a_unit_older_than_the_catalogue_of_areas_stands_there_since_the_catalogue_begins(officer, here):
    old = commune(district=here.district, valid_from=D2)

    unit = register.found(UnitFactory.build(kind=KindFactory(), area=old, established_on=D1), by=officer)

    assert spans(unit) == [(old, D2, None)]


def test_a_unit_cannot_stand_where_the_area_was_not_yet(english, officer, here):
    heir = commune(district=here.district, name="Chợ Rã", kind="thị trấn", valid_from=D3)
    SuccessionFactory(predecessor=here, successor=heir, effective_on=D3)
    unit = UnitFactory.build(kind=KindFactory(), area=heir, established_on=D2)

    told = complaints(lambda: register.found(unit, by=officer))

    assert told == {
        "area": [
            f"thị trấn Chợ Rã exists only from 01/01/2022. Before that it was: xã Hà Hiệu ({here.code}). "
            "Enter the day from which the unit stands there."
        ]
    }
    assert (Unit.objects.count(), Placement.objects.count()) == (0, 0)


def test_a_unit_in_another_area_is_not_entered(officer):
    elsewhere = commune()

    with pytest.raises(PermissionDenied):
        register.found(UnitFactory.build(kind=KindFactory(), area=elsewhere), by=officer)

    assert Unit.objects.count() == 0


def test_the_placement_follows_the_days_of_the_unit(here, officer):
    unit = register.found(UnitFactory.build(kind=KindFactory(), area=here, established_on=D2), by=officer)

    unit.established_on = D1
    register.revise(unit, by=officer)
    begun_earlier = spans(unit)
    unit.dissolved_on, unit.dissolution_reason = D4, "Sáp nhập"
    register.revise(unit, by=officer)
    dissolved = spans(unit)
    unit.dissolved_on = D3
    register.revise(unit, by=officer)
    corrected = spans(unit)
    unit.dissolved_on, unit.dissolution_reason = None, ""
    register.revise(unit, by=officer)

    assert [begun_earlier, dissolved, corrected, spans(unit)] == [
        [(here, D1, None)], [(here, D1, D4)], [(here, D1, D3)], [(here, D1, None)],
    ]  # fmt: skip
    assert unit.version == 5


def test_a_unit_dissolved_before_its_last_move_is_refused_whole(here, officer):
    unit = register.found(UnitFactory.build(kind=KindFactory(), area=here, established_on=D1), by=officer)
    register.move(unit, to=commune(district=here.district), on=D3, by=officer)
    unit.refresh_from_db()

    unit.dissolved_on, unit.dissolution_reason = D2, "Sáp nhập"
    with pytest.raises(ValidationError):
        register.revise(unit, by=officer)

    assert Unit.objects.get().dissolved_on is None
    assert [span[1:] for span in spans(unit)] == [(D1, D3), (D3, None)]


def test_an_older_version_is_refused_by_the_register(here, officer):
    unit = register.found(UnitFactory.build(kind=KindFactory(), area=here, established_on=D2), by=officer)
    mine = Unit.objects.get()
    unit.established_on = D1
    register.revise(unit, by=officer)

    mine.established_on = D3
    with pytest.raises(StaleRecord):
        register.revise(mine, by=officer)

    assert spans(unit) == [(here, D1, None)]


def test_a_unit_does_not_move_by_a_change_of_its_area(here, officer):
    unit = register.found(UnitFactory.build(kind=KindFactory(), area=here), by=officer)

    unit.area = commune(district=here.district)
    told = complaints(lambda: register.revise(unit, by=officer))

    assert told.keys() == {"area"}
    assert Unit.objects.get().area == here


def test_a_unit_of_another_area_is_not_changed(here):
    unit = standing(here, KindFactory())
    stranger = posted(commune())

    with pytest.raises(PermissionDenied):
        register.revise(unit, by=stranger)
    with pytest.raises(PermissionDenied):
        register.move(unit, to=commune(), on=D2, by=stranger)

    assert spans(unit) == [(here, None, None)]


def test_a_unit_moves_by_ending_one_placement_and_beginning_another(here, officer):
    unit = register.found(UnitFactory.build(kind=KindFactory(), area=here, established_on=D1), by=officer)
    to = commune(district=here.district)

    placement = register.move(unit, to=to, on=D3, village="Bản Mới", by=officer)

    assert spans(unit) == [(here, D1, D3), (to, D3, None)]
    assert (placement.village, Unit.objects.get().area) == ("Bản Mới", to)


def test_nobody_moves_a_unit_out_of_the_own_reach(here, officer):
    unit = register.found(UnitFactory.build(kind=KindFactory(), area=here, established_on=D1), by=officer)

    with pytest.raises(PermissionDenied):
        register.move(unit, to=commune(district=district(province=here.province)), on=D3, by=officer)

    assert spans(unit) == [(here, D1, None)]
    assert Unit.objects.get().area == here


@pytest.mark.parametrize("day", [D1 - timedelta(days=1), D1])
def test_a_unit_does_not_move_before_it_stood_there_a_day(here, officer, day):
    unit = register.found(UnitFactory.build(kind=KindFactory(), area=here, established_on=D1), by=officer)

    with pytest.raises(ValidationError):
        register.move(unit, to=commune(district=here.district), on=day, by=officer)

    assert spans(unit) == [(here, D1, None)]


def test_what_stands_nowhere_does_not_move(here, officer):
    unit = standing(here, KindFactory(), since=D1, until=D2)

    with pytest.raises(ValidationError):
        register.move(unit, to=commune(district=here.district), on=D3, by=officer)

    assert spans(unit) == [(here, D1, D2)]


def test_reviewers_and_signers_do_not_keep_the_register(here):
    unit = UnitFactory.build(kind=KindFactory(), area=here)

    for role in Role:
        if role in {Role.OFFICER, Role.CLERK}:
            continue
        with pytest.raises(PermissionDenied):
            register.found(unit, by=posted(here.province, role))

    assert Unit.objects.count() == 0


# ---------------------------------------------------------------- how many in X on day D

days = st.dates(date(2020, 1, 1), date(2020, 1, 20))
acts = st.lists(
    st.tuples(
        st.sampled_from(["found", "move", "dissolve", "revive", "begin"]), st.integers(0, 3), st.integers(0, 3), days
    ),
    max_size=14,
)


def play(moves, communes, kinds, by):
    """Do what `moves` say, in their order; what the register refuses is left undone."""
    units = []
    for act, which, where, day in moves:
        unit = Unit.objects.get(pk=units[which % len(units)]) if units else None
        try:
            with transaction.atomic():
                if act == "found":
                    new = Unit(kind=kinds[which % 2], name="Tổ", area=communes[where], established_on=day)
                    units.append(register.found(new, by=by).pk)
                elif unit is None:
                    continue
                elif act == "move":
                    register.move(unit, to=communes[where], on=day, by=by)
                else:
                    if act == "begin":
                        unit.established_on = day
                    elif act == "dissolve":
                        unit.dissolved_on, unit.dissolution_reason = day, "Sáp nhập"
                    else:
                        unit.dissolved_on, unit.dissolution_reason = None, ""
                    register.revise(unit, by=by)
        except ValidationError:
            continue


@few
@given(moves=acts)
def test_whatever_happens_every_unit_stands_in_one_place_at_a_time(moves):
    with undone():
        one = commune()
        two = commune(district=one.parent)
        far = commune(district=district(province=one.province))
        communes, kinds = [one, two, far, commune(district=far.parent)], [KindFactory(), KindFactory()]
        play(moves, communes, kinds, posted(one.province))
        placements = list(Placement.objects.select_related("unit__kind", "area"))
        areas = [one.province, one.district, far.district, *communes]

        for offset in range(-1, 22):
            day = date(2020, 1, 1) + timedelta(days=offset)
            here = [placement for placement in placements if placement.is_valid_on(day)]
            assert len({placement.unit_id for placement in here}) == len(here)
            for area in areas:
                inside = [placement for placement in here if area.pk in placement.area.line]
                expected = {
                    kind.code: number
                    for kind in kinds
                    if (number := sum(placement.unit.kind == kind for placement in inside))
                }
                assert Placement.objects.count_in(area, day) == expected
            assert set(Unit.objects.standing_on(day)) == {placement.unit for placement in here}
        for unit in Unit.objects.all():
            last = list(unit.placements.all())[-1]
            assert unit.area == last.area
            assert last.valid_to == unit.dissolved_on


def test_a_move_takes_the_unit_out_of_one_total_and_into_another(here, officer):
    kind, to = KindFactory(code="mediation_team"), commune(district=here.district)
    unit = standing(here, kind, since=D1)
    standing(here, kind, since=D1, until=D2)

    register.move(unit, to=to, on=D3, by=officer)

    def count(area, day):
        return Placement.objects.count_in(area, day).get("mediation_team", 0)

    assert [count(here, day) for day in (D1 - timedelta(days=1), D1, D2, D3)] == [0, 2, 1, 0]
    assert [count(to, day) for day in (D1, D2, D3)] == [0, 0, 1]
    assert [count(here.district, day) for day in (D1, D2, D3)] == [2, 1, 1]
    assert [count(Area.objects.get(code="VN"), day) for day in (D1, D2, D3)] == [2, 1, 1]


def test_units_of_other_areas_are_not_seen(here, officer):
    mine = standing(here, KindFactory())
    standing(commune(district=district(province=here.province)), KindFactory())

    assert list(Unit.objects.visible_to(officer)) == [mine]
    assert list(Placement.objects.visible_to(officer)) == list(mine.placements.all())
