"""Applying a reorganisation moves all that stands in the old areas, once and exactly; taking it back leaves no trace but history."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from config.workflow import Refused, WrongState
from tests.factories import (
    BodyFactory,
    PlacementFactory,
    PostingFactory,
    StandingFactory,
    UserFactory,
    commune,
    standing,
)
from tests.people import posted
from tests.reform import DAY, current, joined, national, overseer, reform
from units import register
from units.batches import written_by
from units.models import Body, ClusterMember, ImportBatch, Placement, Posting, Reorganisation, Unit
from units.models.people import Role
from units.reorganising.applying import Newer, Undecided, apply, ask_for, totals, undo
from units.reorganising.plan import plan_of
from units.reorganising.preview import preview_of
from units.reorganising.questions import decide, questions, take_suggestions, undecided

pytestmark = pytest.mark.django_db

EVE = DAY - datetime.timedelta(days=1)


def applied(by, **fields):
    """Return a reorganisation that was applied with every suggestion taken."""
    made = national(**fields)
    take_suggestions(plan_of(made), by=by)
    apply(made, by=by)
    return made


def places(unit):
    """Return where a unit stood: names and days."""
    return [(one.area.name, one.valid_from, one.valid_to) for one in unit.placements.select_related("area")]


# ---------------------------------------------------------------- units


def test_a_unit_ends_in_the_old_commune_and_begins_in_the_new_one():
    world, by = reform(), overseer()

    applied(by)

    unit = Unit.objects.get(pk=world.units["a1"][0].pk)
    assert places(unit) == [("a1", None, DAY), ("n1", DAY, None)]
    assert unit.area == world.new["n1"]


def test_nothing_is_copied_and_the_totals_are_equal():
    world, by = reform(), overseer()
    count, before = Unit.objects.count(), totals(DAY)

    applied(by)

    assert Unit.objects.count() == count == 12
    assert totals(DAY) == before == {world.kind.code: 12}
    assert Placement.objects.count_in(world.new["n1"], DAY) == {world.kind.code: 6}
    assert Placement.objects.count_in(world.old["A"], EVE) == {world.kind.code: 9}
    assert Placement.objects.count_in(world.new["AB"], DAY) == {world.kind.code: 12}


def test_a_unit_dissolved_later_ends_where_it_went():
    world, by = reform(), overseer()
    unit = standing(world.old["a1"], world.kind, until=datetime.date(2025, 9, 1))

    applied(by)

    assert places(unit) == [("a1", None, DAY), ("n1", DAY, datetime.date(2025, 9, 1))]


def test_a_unit_dissolved_before_stays_where_it_stood():
    world, by = reform(), overseer()
    unit = standing(world.old["a1"], world.kind, until=datetime.date(2024, 9, 1))

    applied(by)

    unit.refresh_from_db()
    assert places(unit) == [("a1", None, datetime.date(2024, 9, 1))]
    assert unit.area == world.old["a1"]


def test_a_unit_that_was_entered_in_the_old_commune_after_its_end_is_moved_as_a_whole():
    world, by = reform(), overseer()
    unit = standing(world.old["c1"], world.kind, since=datetime.date(2025, 8, 1))

    applied(by)

    assert places(unit) == [("n4", datetime.date(2025, 8, 1), None)]


def test_a_unit_that_had_moved_away_keeps_its_later_place():
    world, by = reform(), overseer()
    elsewhere = commune()
    unit = standing(world.old["a1"], world.kind)
    unit.placements.update(valid_to=datetime.date(2025, 10, 1))
    PlacementFactory(unit=unit, area=elsewhere, valid_from=datetime.date(2025, 10, 1))
    Unit.objects.filter(pk=unit.pk).update(area=elsewhere)

    applied(by)

    unit.refresh_from_db()
    october = datetime.date(2025, 10, 1)
    assert places(unit) == [("a1", None, DAY), ("n1", DAY, october), (elsewhere.name, october, None)]
    assert unit.area == elsewhere


def test_every_row_that_moves_has_its_line_of_history_with_the_batch_and_the_act():
    world, by = reform(), overseer()
    made = applied(by, act="1683/NQ-UBTVQH15")

    lines = Unit.history.filter(batch_id=made.writes_id)

    assert {line.history_user_id for line in lines} == {by.pk}
    assert {line.history_change_reason for line in lines} == {"Sắp xếp theo 1683/NQ-UBTVQH15"}
    assert {line.id for line in lines} == {unit.pk for units in world.units.values() for unit in units}
    assert dict(Unit.history.filter(batch_id=made.writes_id).values_list("id", "version")) == dict(
        Unit.objects.values_list("pk", "version")
    )


# ---------------------------------------------------------------- what a person decides


def test_units_of_a_divided_commune_are_asked_with_the_main_part_as_suggestion():
    world, by = reform(), overseer()
    made = national()

    asked = [one for one in questions(plan_of(made)) if one.of == "unit"]

    assert [one.key for one in asked] == [unit.pk for unit in world.units["b1"]]
    assert {one.suggestion for one in asked} == {world.new["n2"].code}
    assert {one.options for one in asked} == {
        tuple((world.new[name].code, world.new[name].label) for name in ("n2", "n3"))
    }
    with pytest.raises(Undecided):
        apply(made, by=by)
    assert not Placement.objects.filter(area__in=[world.new["n2"], world.new["n3"]]).exists()


def test_a_unit_goes_where_it_was_decided():
    world, by = reform(), overseer()
    made = national()
    first, *others = world.units["b1"]
    decide(plan_of(made), {f"unit-{first.pk}": world.new["n3"].code}, by=by)
    take_suggestions(plan_of(made), by=by)

    apply(made, by=by)

    assert places(first)[-1] == ("n3", DAY, None)
    assert {places(one)[-1] for one in others} == {("n2", DAY, None)}


def test_a_decision_for_an_area_that_is_no_part_is_refused_by_name_and_nothing_is_stored():
    world, by = reform(), overseer()
    made = national()
    first, second, _third = world.units["b1"]
    answers = {f"unit-{first.pk}": world.new["n3"].code, f"unit-{second.pk}": world.new["n1"].code}

    with pytest.raises(ValidationError) as refused:
        decide(plan_of(made), answers, by=by)

    assert refused.value.messages == [
        f"{second}, {world.old['b1'].label}: “{world.new['n1'].code}” không thuộc các địa bàn có thể chuyển đến."
    ]
    assert made.destinations.count() == 0


def test_a_decision_for_a_divided_commune_says_nothing_of_a_whole_one():
    world, by = reform(), overseer()
    made = national()
    take_suggestions(plan_of(made), by=by)
    unit = world.units["b1"][0]
    unit.placements.update(area=world.old["a1"])
    Unit.objects.filter(pk=unit.pk).update(area=world.old["a1"])

    apply(made, by=by)

    assert places(unit)[-1] == ("n1", DAY, None)


def test_a_decision_made_for_another_place_is_asked_again():
    world, by = reform(), overseer()
    made = national()
    unit = world.units["b1"][0]
    take_suggestions(plan_of(made), by=by)
    made.destinations.filter(unit=unit).update(area_code=world.new["n4"].code)

    assert [one.key for one in undecided(questions(plan_of(made)))] == [unit.pk]
    assert take_suggestions(plan_of(made), by=by) == 1
    assert made.destinations.get(unit=unit).area_code == world.new["n2"].code


def test_it_is_not_applied_before_its_day():
    world, by = reform(), overseer()
    made = national()
    made.effective_on = timezone.localdate() + datetime.timedelta(days=1)
    made.save()
    for name in ("a1", "c1"):
        world.old[name].successions.update(effective_on=made.effective_on)
        type(world.old[name]).objects.filter(pk=world.old[name].pk).update(valid_to=made.effective_on)

    with pytest.raises(Refused) as refused:
        apply(made, by=by)
    assert str(refused.value).startswith("Địa bàn mới chỉ bắt đầu từ")


def test_a_unit_may_not_simply_end():
    world, by = reform(), overseer()
    made = national()

    with pytest.raises(ValidationError):
        decide(plan_of(made), {f"unit-{world.units['b1'][0].pk}": ""}, by=by)


# ---------------------------------------------------------------- people


def test_postings_go_with_a_whole_area_and_end_with_an_abolished_district():
    world, by = reform(), overseer()
    reviewer = posted(world.old["A"], Role.REVIEWER, alone=True)
    officer = posted(world.old["a1"])
    district = posted(world.old["a"])

    applied(by)

    def held(user):
        return [(one.area.name, one.role, one.valid_from, one.valid_to) for one in user.postings.order_by("pk")]

    assert held(reviewer) == [("A", "reviewer", None, DAY), ("AB", "reviewer", DAY, None)]
    assert held(officer) == [("a1", "officer", None, DAY), ("n1", "officer", DAY, None)]
    assert held(district) == [("a", "officer", None, DAY)]
    assert Posting.objects.get(user=reviewer, valid_to=None).prepares_and_signs


def test_people_of_an_abolished_district_go_where_it_was_decided():
    world, by = reform(), overseer()
    made = national()
    officer = posted(world.old["a"])
    posting = officer.postings.get()
    (question,) = [one for one in questions(plan_of(made)) if one.of == "posting"]
    assert question.options == tuple((world.new[name].code, world.new[name].label) for name in ("AB", "n1"))
    decide(plan_of(made), {f"posting-{posting.pk}": world.new["n1"].code}, by=by)
    take_suggestions(plan_of(made), by=by)

    apply(made, by=by)

    assert officer.postings.get(valid_to=None).area == world.new["n1"]


def test_one_person_of_two_merging_areas_is_posted_once():
    world, by = reform(), overseer()
    user = UserFactory()
    PostingFactory(user=user, area=world.old["a1"], role=Role.OFFICER, prepares_and_signs=True)
    PostingFactory(user=user, area=world.old["a2"], role=Role.OFFICER)

    applied(by)

    (now,) = user.postings.filter(valid_to=None)
    assert (now.area, now.prepares_and_signs) == (world.new["n1"], False)


# ---------------------------------------------------------------- clusters


def test_two_members_that_become_one_area_are_one_member_and_the_cluster_counts_once():
    world, by = reform(), overseer()
    cluster = joined(world.old["A"], world.old["B"], commune().province)
    outside = cluster.members.last()
    before = totals(DAY)

    applied(by)

    now = ClusterMember.objects.filter(cluster=cluster, valid_to=None)
    assert {one.area for one in now} == {world.new["AB"], outside.area}
    assert totals(DAY) == before
    cluster.refresh_from_db()
    assert cluster.name == str(cluster)


def test_a_member_district_leads_to_its_province():
    world, by = reform(), overseer()
    cluster = joined(world.old["a"], world.old["c"])

    applied(by)

    assert [one.area for one in cluster.members.filter(valid_to=None)] == [world.new["AB"]]


def test_who_leads_the_cluster_in_a_later_year_is_the_new_member():
    world, by = reform(), overseer()
    cluster = joined(world.old["A"], commune().province)
    member = cluster.members.get(area=world.old["A"])
    this_year = StandingFactory(cluster=cluster, member=member, year=2025)
    next_year = StandingFactory(cluster=cluster, member=member, year=2026)

    applied(by)

    this_year.refresh_from_db()
    next_year.refresh_from_db()
    assert (this_year.member.area, next_year.member.area) == (world.old["A"], world.new["AB"])


def test_a_cluster_that_would_lose_its_last_member_stops_everything():
    world, by = reform(), overseer()
    made = national()
    cluster = joined(world.old["a"])
    decide(plan_of(made), {f"member-{cluster.members.get().pk}": ""}, by=by)
    take_suggestions(plan_of(made), by=by)
    before = current()

    with pytest.raises(Refused) as refused:
        apply(made, by=by)

    assert str(refused.value) == f"Chưa có gì thay đổi, vì sau đó các tổng này sẽ khác: {cluster.kind.name}: 1 → 0."
    assert current() == before


# ---------------------------------------------------------------- bodies


def test_authorities_end_with_their_area_and_other_bodies_go_on_in_the_new_one():
    world, by = reform(), overseer()
    committee = BodyFactory(area=world.old["a1"], kind=Body.Kind.PEOPLES_COMMITTEE)
    school = BodyFactory(area=world.old["a1"], kind=Body.Kind.SCHOOL)
    divided = BodyFactory(area=world.old["b1"], kind=Body.Kind.ENTERPRISE)
    elsewhere = BodyFactory(kind=Body.Kind.PEOPLES_COMMITTEE)

    applied(by)

    now = {one.pk: (one.area, one.valid_to) for one in Body.objects.all()}
    assert now == {
        committee.pk: (world.old["a1"], DAY),
        school.pk: (world.new["n1"], None),
        divided.pk: (world.new["AB"], None),
        elsewhere.pk: (elsewhere.area, None),
    }


def test_two_bodies_of_one_name_that_would_meet_are_named_and_nothing_moves():
    world, by = reform(), overseer()
    for name in ("a1", "a2"):
        BodyFactory(area=world.old[name], kind=Body.Kind.SCHOOL, name="Trường mầm non")
    before = current()

    with pytest.raises(Refused) as refused:
        applied(by)

    assert str(refused.value) == (
        "Hai cơ quan, tổ chức sẽ cùng tên “Trường mầm non” trong một địa bàn, của xã a1 và của xã a2: hãy đổi tên một bên trước."
    )
    assert current() == before


# ---------------------------------------------------------------- taking back


def test_taking_back_leaves_every_table_as_it_was_and_only_history_grows():
    world, by = reform(), overseer()
    cluster = joined(world.old["A"], world.old["B"])
    StandingFactory(cluster=cluster, member=cluster.members.first(), year=2026)
    posted(world.old["a1"])
    posted(world.old["a"])
    BodyFactory(area=world.old["a1"], kind=Body.Kind.SCHOOL)
    before, lines = current(), Placement.history.count()

    made = applied(by)
    assert current() != before
    undo(made, by=by, note="Nhập sai nghị quyết")

    assert current() == before
    assert Placement.history.count() > lines + 12
    assert made.steps.count() == 2
    made.refresh_from_db()
    assert made.state == "undone"


def test_it_can_be_applied_again_after_it_was_taken_back():
    reform()
    by = overseer()
    made = applied(by)
    after = current(leaving_out=("version", "id"))
    undo(made, by=by, note="Thử")

    apply(made, by=by)

    assert current(leaving_out=("version", "id")) == after


def test_a_unit_changed_since_is_named_and_nothing_is_taken_back():
    world, by = reform(), overseer()
    made = applied(by)
    unit = Unit.objects.get(pk=world.units["a1"][0].pk)
    unit.members = 7
    register.revise(unit, by=posted(world.new["n1"]))
    after = current()

    with pytest.raises(Newer) as refused:
        undo(made, by=by, note="Thử")

    assert refused.value.rows == [f"tổ chức: {unit}"]
    assert current() == after


def test_a_row_added_to_what_it_wrote_is_named():
    world, by = reform(), overseer()
    cluster = joined(world.old["A"])
    made = applied(by)
    leads = StandingFactory(cluster=cluster, member=cluster.members.get(valid_to=None), year=2027)

    with pytest.raises(Newer) as refused:
        undo(made, by=by, note="Thử")

    assert refused.value.rows == [f"đơn vị thường trực cụm: {leads}"]


def test_taking_back_needs_a_reason():
    reform()
    by = overseer()
    made = applied(by)

    with pytest.raises(Refused):
        undo(made, by=by, note=" ")
    assert Reorganisation.objects.get(pk=made.pk).state == "applied"


# ---------------------------------------------------------------- who, and when


def test_it_is_applied_once():
    reform()
    by = overseer()
    made = applied(by)

    with pytest.raises(WrongState):
        apply(made, by=by)
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_apply(role):
    reform()
    made = national()
    take_suggestions(plan_of(made), by=overseer())

    with pytest.raises(PermissionDenied):
        apply(made, by=posted(made.area, role))
    assert not Placement.objects.filter(valid_to=DAY).exists()


def test_an_administrator_of_one_province_moves_that_province_only():
    world = reform()
    by = posted(world.old["A"], Role.ADMINISTRATOR)
    made = national()
    made.area = world.old["A"]
    made.save()
    take_suggestions(plan_of(made), by=by)

    apply(made, by=by)

    assert places(world.units["a1"][0])[-1] == ("n1", DAY, None)
    assert places(world.units["c1"][0]) == [("c1", None, None)]


def test_whoever_applied_it_for_a_province_may_take_it_back_from_the_new_one():
    world = reform()
    by = posted(world.old["A"], Role.ADMINISTRATOR)
    made = national()
    made.area = world.old["A"]
    made.save()
    take_suggestions(plan_of(made), by=by)
    before = current()
    apply(made, by=by)
    again = type(by).objects.get(pk=by.pk)
    assert [one.area for one in again.current_postings()] == [world.new["AB"]]

    undo(made, by=again, note="Thử")

    assert current() == before


def test_nobody_applies_what_changes_nothing():
    by = overseer()
    made = national()

    with pytest.raises(Refused) as refused:
        apply(made, by=by)
    assert str(refused.value).startswith("Không có địa bàn nào")


def test_an_earlier_change_that_was_never_applied_comes_first():
    world, by = reform(), overseer()
    earlier = commune(world.old["a"], name="cũ", valid_to=datetime.date(2023, 4, 10))
    standing(earlier, world.kind)
    made = national()
    take_suggestions(plan_of(made), by=by)

    with pytest.raises(Refused) as refused:
        ask_for(made, "apply", by=by, note="")
    assert f"xã cũ ({earlier.code}), 10/04/2023: 1" in str(refused.value)


# ---------------------------------------------------------------- the preview tells what happens


def test_the_preview_tells_what_then_happens():
    world, by = reform(), overseer()
    made = national()
    take_suggestions(plan_of(made), by=by)
    posted(world.old["a1"])
    told = preview_of(made)

    apply(made, by=by)

    units = {(line.old, line.new): line.count for line in told.tables[0].lines}
    assert units == {
        (world.old["a1"].label, world.new["n1"].label): 3,
        (world.old["a2"].label, world.new["n1"].label): 3,
        (world.old["b1"].label, world.new["n2"].label): 3,
        (world.old["c1"].label, world.new["n4"].label): 3,
    }
    assert [(one.before, one.after) for one in told.totals] == [(12, 12)]
    assert sum(len(one.versions) for one in written_by(made.writes) if one.model is Placement) == 24


def test_the_preview_shows_a_total_that_would_be_lost():
    reform()
    made = national()

    told = preview_of(made)

    assert [(one.before, one.after) for one in told.totals] == [(12, 9)]
    assert (told.undecided, told.is_clear) == (3, False)


def test_the_cost_of_the_preview_does_not_grow_with_the_areas(django_assert_num_queries):
    reform()
    made = national()
    take_suggestions(plan_of(made), by=overseer())
    with django_assert_num_queries(22):
        preview_of(made)
    reform()
    take_suggestions(plan_of(made), by=overseer())
    assert undecided(questions(plan_of(made))) == []
    with django_assert_num_queries(22):
        preview_of(made)
