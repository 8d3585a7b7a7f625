from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import pairwise

import pytest
from django.utils import translation

from movement import endings, recount
from movement.models import Edition, Indicator
from tests.factories import (
    ClusterFactory,
    ClusterKindFactory,
    IndicatorFactory,
    KindFactory,
    MemberFactory,
    PlacementFactory,
    PublishedFigureFactory,
    SectionFactory,
    SuccessionFactory,
    commune,
    counting,
    country,
    district,
    province,
    standing,
)
from tests.maps import (
    ACT,
    DAY,
    abolish,
    divide,
    end,
    merge,
    new_commune,
    new_province,
    old_province,
    publish,
)
from tests.pages import Page
from tests.people import posted
from units.models import Area, ClusterMember
from units.models.people import Role

pytestmark = pytest.mark.django_db
BEFORE = date(2022, 12, 14)
SECURITY, LAUNCHES = "units_people_security_team", "launch_sessions"
BY_KIND = "Units by kind at the data cut-off"
BY_AREA = "Units by kind and area of the map of 01/07/2025"


@pytest.fixture
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def kind():
    return KindFactory(code="people_security_team", name_en="People's security team")


@pytest.fixture
def indicators(kind):
    section = SectionFactory(number=4, name_en="Forces")
    return {
        SECURITY: counting(kind, code=SECURITY, section=section, position=1, name_en="Security teams", unit_en="teams"),
        LAUNCHES: IndicatorFactory(code=LAUNCHES, section=section, position=2, name_en="Launches", unit_en="sessions"),
    }


@pytest.fixture
def leader():
    return posted(province(code="P01"), Role.LEADER)


def value(area, indicator, *, year=2022, day=DAY, item=""):
    """Return a recounted figure as total, codes of what is missing, and the reason."""
    area = Area.objects.get(code=area) if isinstance(area, str) else area
    found = recount.read(area, year, day, every_indicator=True)
    key = Indicator.objects.get(code=indicator).pk, item
    one = found.values[key]
    return one.total, [lacking.code for lacking in one.missing], one.reason


def lines(area, indicator, *, year=2022, day=DAY):
    """Return the lines of a recounted area: code, total, codes of the sources, whether it is a part."""
    area = Area.objects.get(code=area) if isinstance(area, str) else area
    found = recount.read(area, year, day, every_indicator=True)
    key = Indicator.objects.get(code=indicator).pk, ""
    return [
        (
            line.area.code,
            values[key].total if key in (values := found.values_of(line)) else None,
            [one.code for one in line.cover.areas],
            line.cover.is_part,
        )
        for line in found.lines
    ]


def page_of(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return Page(response.content.decode())


def rows_of(client, address):
    return list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))


@pytest.fixture
def two_become_one(indicators, leader):
    """P06 (one district of two communes) and P19 (one of one) become PNEW; P06 alone has published 2022."""
    ours, (first, second) = old_province("06", "Bắc Kạn", communes=2)
    theirs, (other,) = old_province("19", "Thái Nguyên")
    end(ours, theirs)
    new = merge([ours, theirs], new_province("PNEW", "Thái Nguyên"))
    merge([first, second], new_commune(new, "CNEW-1", "Ba Bể"))
    merge([other], new_commune(new, "CNEW-2", "Đại Từ"))
    abolish(*Area.objects.filter(level="district"))
    numbers = {("C06-1-1", SECURITY): 10, ("C06-1-2", SECURITY): 7, ("D06-1", LAUNCHES): 2, ("C06-1-1", LAUNCHES): 1}
    publish(ours, 2022, numbers, by=leader)
    return ours, theirs, new


def test_a_merged_province_is_the_sum_of_those_that_published_and_names_the_others(two_become_one, leader):
    _ours, theirs, _new = two_become_one
    before = value("PNEW", SECURITY)
    publish(theirs, 2022, {("C19-1-1", SECURITY): 5}, by=leader)

    assert before == (17, ["P19"], "")
    assert value("PNEW", SECURITY) == (22, [], "")


def test_what_is_not_known_is_not_zero(two_become_one, leader):
    _ours, theirs, _new = two_become_one
    publish(theirs, 2022, {("C19-1-1", SECURITY): 5}, by=leader)

    assert value("PNEW", LAUNCHES) == (3, ["P19"], "")
    assert value("CNEW-1", LAUNCHES) == (1, ["C06-1-2"], "")


def test_an_area_that_is_not_on_the_map_keeps_its_totals(two_become_one):
    assert value("P06", SECURITY) == value("D06-1", SECURITY) == (17, [], "")
    assert lines("P06", SECURITY) == [("CNEW-1", 17, ["C06-1-1", "C06-1-2"], False)]


def test_what_the_district_did_itself_has_its_own_line_and_everything_adds_up(client, two_become_one):
    rows = rows_of(client, "/en/areas/P06/2022/data.csv?boundaries=2025-07-01")

    launches = [(row["area_code"], row["value"], row["scope"]) for row in rows if row["indicator"] == LAUNCHES]
    assert launches == [
        ("P06", "3", ""),
        ("CNEW-1", "1", ""),
        ("D06-1", "2", "what the area did itself, in none of those below it"),
    ]


def test_a_line_of_which_other_territory_is_part_counts_what_came_from_here(indicators, leader):
    top, (first, second, third) = old_province("06", "Bắc Kạn", districts=3)
    end(top)
    new = merge([top], new_province("PNEW", "Thái Nguyên"))
    merge([first, second], new_commune(new, "CNEW-1", "Đồng Phúc"))
    merge([third], new_commune(new, "CNEW-2", "Phong Quang"))
    publish(top, 2022, {(one.code, SECURITY): at for at, one in enumerate((first, second, third), 1)}, by=leader)

    assert lines("D06-1", SECURITY) == [("CNEW-1", 1, [first.code], True)]
    assert lines("PNEW", SECURITY) == [
        ("CNEW-1", 3, [first.code, second.code], False),
        ("CNEW-2", 3, [third.code], False),
    ]


def test_several_reforms_are_followed_one_after_the_other(indicators, leader):
    top, (first, second) = old_province("06", "Bắc Kạn", communes=2)
    halfway = commune(first.district, code="C-2023", name="Vân Tùng", valid_from=date(2023, 4, 10))
    Area.objects.filter(pk=first.pk).update(valid_to=date(2023, 4, 10))
    merge([first], halfway, day=date(2023, 4, 10))
    end(top)
    new = merge([top], new_province("PNEW", "Thái Nguyên"))
    latest = merge([halfway, second], new_commune(new, "CNEW", "Ngân Sơn"))
    publish(top, 2022, {(first.code, SECURITY): 4, (second.code, SECURITY): 3}, by=leader)

    assert value(latest, SECURITY) == (7, [], "")
    assert value(halfway, SECURITY, day=date(2024, 1, 1)) == (4, [], "")


def test_a_commune_that_took_in_another_and_went_on_is_the_sum_of_both(indicators, leader):
    top, (taker, taken) = old_province("06", "Bắc Kạn", communes=2)
    Area.objects.filter(pk=taken.pk).update(valid_to=date(2024, 12, 1))
    merge([taken], taker, day=date(2024, 12, 1))
    publish(top, 2022, {(taker.code, SECURITY): 4, (taken.code, SECURITY): 3}, by=leader)

    assert value(taker, SECURITY, day=date(2025, 1, 1)) == (7, [], "")
    assert lines(taker.parent, SECURITY, day=date(2025, 1, 1)) == [(taker.code, 7, [taker.code, taken.code], False)]


@pytest.fixture
def backwards(indicators, leader):
    """C06-1-1 went alone into CNEW-1; the other two went together into CNEW-2. PNEW has published 2026."""
    top, communes = old_province("06", "Bắc Kạn", communes=3)
    end(top)
    new = merge([top], new_province("PNEW", "Thái Nguyên"))
    merge(communes[:1], new_commune(new, "CNEW-1", "Ba Bể"))
    merge(communes[1:], new_commune(new, "CNEW-2", "Đại Từ"))
    publish(new, 2026, {("CNEW-1", SECURITY): 4, ("CNEW-2", SECURITY): 9}, by=leader)
    return top, communes


def test_backwards_one_to_one_and_unions_are_exact(backwards):
    top, (alone, *_others) = backwards

    assert value(alone, SECURITY, year=2026, day=BEFORE) == (4, [], "")
    assert value(alone.parent, SECURITY, year=2026, day=BEFORE) == (13, [], "")
    assert value(top, SECURITY, year=2026, day=BEFORE) == (13, [], "")


def test_backwards_what_was_joined_cannot_be_told_apart(backwards, in_english):
    _top, (_alone, first, _second) = backwards

    found = value(first, SECURITY, year=2026, day=BEFORE)

    assert found == (
        None,
        [],
        "Đại Từ commune was made of Bắc Kạn 1.2 commune, Bắc Kạn 1.3 commune: the register has 0 of its units, 9 are sealed.",
    )


def test_what_a_partly_covered_area_did_itself_is_never_divided(indicators, leader, in_english):
    top, (first, second) = old_province("06", "Bắc Kạn", communes=2)
    end(top)
    new = merge([top], new_province("PNEW", "Thái Nguyên"))
    merge([first], new_commune(new, "CNEW-1", "Ba Bể"))
    merge([second], new_commune(new, "CNEW-2", "Đại Từ"))
    other, _communes = old_province("19", "Thái Nguyên cũ")
    end(other)
    merge([other], new)
    merge(_communes, new_commune(new, "CNEW-3", "Phú Bình"))
    numbers = {("CNEW-1", SECURITY): 1, ("CNEW-2", SECURITY): 2, ("CNEW-1", LAUNCHES): 3, ("PNEW", LAUNCHES): 4}
    publish(new, 2026, numbers, by=leader)

    assert value(top, SECURITY, year=2026, day=BEFORE) == (3, [], "")
    assert value(top, LAUNCHES, year=2026, day=BEFORE) == (
        None,
        ["CNEW-2"],
        "Only a part of Thái Nguyên province lies here, and what it did itself (4) cannot be divided.",
    )


# ---------------------------------------------------------------- divided communes


@pytest.fixture
def divided(indicators, kind, leader):
    """C06-1-1 is divided between CNEW-1 and CNEW-2; C06-1-2 goes whole into CNEW-2. Three units and two stand in them."""
    top, (first, second) = old_province("06", "Bắc Kạn", communes=2)
    units = [standing(first, kind) for _number in range(3)]
    for _number in range(2):
        standing(second, kind)
    end(top)
    new = merge([top], new_province("PNEW", "Thái Nguyên"))
    one, two = new_commune(new, "CNEW-1", "Ba Bể"), new_commune(new, "CNEW-2", "Đại Từ")
    divide(first, [one, two])
    merge([second], two)
    numbers = {
        (first.code, SECURITY): 3,
        (second.code, SECURITY): 2,
        (first.code, LAUNCHES): 6,
        (second.code, LAUNCHES): 5,
    }
    publish(top, 2022, numbers, by=leader)
    return first, one, two, units


def move(unit, area):
    unit.placements.filter(valid_to=None).update(valid_to=DAY)
    PlacementFactory(unit=unit, area=area, valid_from=DAY)


def test_the_units_of_a_divided_commune_are_told_by_where_each_stands(divided):
    _first, one, two, units = divided
    for unit, area in zip(units, (one, two, two), strict=True):
        move(unit, area)

    assert lines("PNEW", SECURITY) == [
        ("CNEW-1", 1, ["C06-1-1"], False),
        ("CNEW-2", 4, ["C06-1-2", "C06-1-1"], False),
    ]
    assert value("PNEW", SECURITY) == (5, [], "")


def test_other_figures_of_a_divided_commune_are_not_comparable_but_the_province_is(divided):
    assert [(code, total) for code, total, *_rest in lines("PNEW", LAUNCHES)] == [("CNEW-1", None), ("CNEW-2", None)]
    assert value("PNEW", LAUNCHES) == (11, [], "")


def test_a_unit_that_is_dissolved_leaves_the_divided_commune_not_comparable(divided):
    _first, one, two, units = divided
    move(units[0], one)
    move(units[1], two)
    units[2].placements.update(valid_to=date(2024, 1, 1))

    found = lines("PNEW", SECURITY)

    assert [(code, total) for code, total, *_rest in found] == [("CNEW-1", None), ("CNEW-2", None)]


def test_a_register_that_no_longer_agrees_tells_nothing(divided, kind):
    first, one, two, units = divided
    for unit, area in zip(units, (one, two, two), strict=True):
        move(unit, area)
    late = standing(first, kind, until=DAY)

    assert late.placements.get().is_valid_on(BEFORE)
    assert [total for _code, total, *_rest in lines("PNEW", SECURITY)] == [None, None]


def test_the_page_says_why_and_still_adds_up(client, divided):
    page = page_of(client, "/en/areas/PNEW/2022/?boundaries=2025-07-01")

    rows = page.tables[BY_AREA]
    assert [row[:2] for row in rows] == [
        ["Ba Bể commune", "not comparable"],
        ["Đại Từ commune", "not comparable"],
        ["Areas marked “not comparable”, together", "5"],
        ["Thái Nguyên province", "5"],
    ]
    reason = "Bắc Kạn 1.1 commune was divided among Ba Bể commune, Đại Từ commune: 3 of its units stood in none of these on 01/07/2025."
    assert [text for text in page.texts("div") if text == reason] == [reason, reason]


def test_nothing_to_divide_is_nothing(indicators, leader):
    top, (first, second) = old_province("06", "Bắc Kạn", communes=2)
    end(top)
    new = merge([top], new_province("PNEW", "Thái Nguyên"))
    one, two = new_commune(new, "CNEW-1", "Ba Bể"), new_commune(new, "CNEW-2", "Đại Từ")
    divide(first, [one, two])
    merge([second], two)
    publish(top, 2022, {(first.code, LAUNCHES): 0, (second.code, LAUNCHES): 5}, by=leader)

    assert [(code, total) for code, total, *_rest in lines("PNEW", LAUNCHES)] == [("CNEW-1", 0), ("CNEW-2", 5)]


# ---------------------------------------------------------------- what is not added up


@pytest.fixture
def clusters(two_become_one, leader):
    """Three clusters of one kind: one of P06 alone, one of both provinces, one of P19 alone."""
    ours, theirs, _new = two_become_one
    kind = ClusterKindFactory()
    indicator = counting(kind, code="clusters_inter_province")
    for members in ([ours], [ours, theirs], [theirs]):
        cluster = ClusterFactory(kind=kind)
        for area in members:
            MemberFactory(cluster=cluster, area=area)
    publish(ours, 2023, {("P06", indicator.code): 2}, by=leader)
    publish(theirs, 2023, {("P19", indicator.code): 2}, by=leader)
    return indicator.code


def test_clusters_are_counted_once_above_their_members(clusters):
    assert value("PNEW", clusters, year=2023) == (3, [], "")


def test_clusters_are_not_recounted_where_the_register_has_moved_on(clusters, in_english):
    ClusterMember.objects.filter(area__code="P19").first().delete()

    assert value("PNEW", clusters, year=2023) == (
        None,
        [],
        "Clusters are counted once, and the register no longer gives the sealed figure of Thái Nguyên province.",
    )


@pytest.mark.parametrize("rollup", ["latest", "none", "distinct"])
def test_what_does_not_roll_up_is_taken_as_it_is_from_one_and_never_added(two_become_one, leader, rollup):
    ours, theirs, _new = two_become_one
    indicator = IndicatorFactory(code="services", rollup=rollup)
    publish(ours, 2023, {("P06", "services"): 25}, by=leader)
    publish(theirs, 2023, {("P19", "services"): 25}, by=leader)

    assert indicator.counts == ""
    assert value("P06", "services", year=2023) == (25, [], "")
    total, missing, reason = value("PNEW", "services", year=2023)
    assert (total, missing, bool(reason)) == (None, [], True)


# ---------------------------------------------------------------- pages and files


def test_the_page_of_another_map_names_both_maps_and_leads_back(client, two_become_one):
    page = page_of(client, "/en/areas/P06/2022/?boundaries=2025-07-01")

    assert page.texts("h1") == ["Bắc Kạn province, 2022"]
    assert page.texts("p")[0] == "On the map of 01/07/2025 (reported on the map of 14/12/2022)"
    assert page.links["As reported"] == "/en/areas/P06/2022/"
    assert page.tables[BY_KIND] == [["Security teams", "17", "teams", "2/2", "Bắc Kạn province"]]
    assert page.tables[BY_AREA] == [
        ["Ba Bể commune", "17", "2 areas Bắc Kạn 1.1 commune Bắc Kạn 1.2 commune"],
        ["Bắc Kạn province", "17", "Made from"],
    ]
    assert page.links["Bắc Kạn 1.1 commune"] == "/en/areas/C06-1-1/2022/"
    assert page.links["Ba Bể commune"] == "/en/areas/CNEW-1/2022/?boundaries=2025-07-01"
    assert page.links["Thái Nguyên province"] == "/en/areas/PNEW/"


def test_a_new_area_names_what_is_missing(client, two_become_one):
    page = page_of(client, "/en/areas/PNEW/2022/?boundaries=2025-07-01")

    assert page.tables[BY_KIND] == [
        ["Security teams", "17 incomplete", "teams", "2/3",
         "Bắc Kạn province No figures yet: Thái Nguyên province (until 30/06/2025)"],
    ]  # fmt: skip
    assert page.links["Thái Nguyên province (until 30/06/2025)"] == "/en/areas/P19/"
    assert page.texts("summary")[-1] == "1 area has no figures yet"


def test_a_year_before_the_area_existed_leads_to_the_map_on_which_it_can_be_recounted(client, two_become_one):
    page = page_of(client, "/en/areas/PNEW/2022/")

    assert page.links["See it on the map of 01/07/2025"] == "?boundaries=2025-07-01"
    assert page_of(client, "/en/areas/PNEW/2019/", status=404).links.get("See it on the map of 01/07/2025") is None


def test_a_year_after_the_area_ended_leads_to_its_last_map(client, two_become_one, leader):
    publish(two_become_one[2], 2026, {("CNEW-1", SECURITY): 3, ("CNEW-2", SECURITY): 4}, by=leader)

    page = page_of(client, "/en/areas/P06/2026/")
    there = page_of(client, "/en/areas/P06/2026/?boundaries=2025-06-30")

    assert page.links["See it on the map of 30/06/2025"] == "?boundaries=2025-06-30"
    assert there.tables[BY_KIND] == [["Security teams", "3", "teams", "1/1", "Ba Bể commune"]]


def test_the_year_as_reported_leads_to_the_map_of_today(client, two_become_one):
    page = page_of(client, "/en/areas/P06/2022/")

    assert page.links["See it on the map of 01/07/2025"] == "?boundaries=2025-07-01"
    assert page.texts("p")[1].split(" Since")[0] == (
        "Bắc Kạn province exists no longer from 01/07/2025 (merged, 202/2025/QH15)."
    )


def test_on_the_same_map_the_year_stands_as_it_was_reported(client, two_become_one):
    response = client.get("/en/areas/P06/2022/?boundaries=2023-05-01")

    page = Page(response.content.decode())
    assert response.context["page"].kinds[0].printed == "17"
    told = "Bắc Kạn province is the same on the map of 01/05/2023: the figures stand as they were reported."
    assert [text for text in page.texts("p") if text == told] == [told]


def test_what_others_have_published_is_never_recounted(client, two_become_one, indicators):
    PublishedFigureFactory(area=two_become_one[0], year=2021, indicator=indicators[SECURITY], value=845, of_record=True)

    response = client.get("/en/areas/P06/2021/?boundaries=2025-07-01")

    told = "What others have published is not recounted on the map of 01/07/2025: it stands as it was published."
    assert [text for text in Page(response.content.decode()).texts("p") if text == told] == [told]
    assert client.get("/en/areas/PNEW/2021/?boundaries=2025-07-01").status_code == 404


@pytest.mark.parametrize("day", ["2021-12-31", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("address", ["", "data.csv", "../series/launch_sessions/"])
def test_a_day_without_a_map_is_refused_with_the_reason(client, two_become_one, day, address):
    path = "/en/areas/P06/series/launch_sessions/" if "series" in address else f"/en/areas/P06/2022/{address}"

    page = page_of(client, f"{path}?boundaries={day}", status=400)

    year, month, number = day.split("-")
    told = page.texts("p")[0]
    assert told.startswith(f"There is no map of {number}/{month}/{year}: maps are known from 01/01/2022")


def test_the_files_have_the_same_columns_and_four_more(client, two_become_one):
    rows = rows_of(client, "/en/areas/PNEW/2022/data.csv?boundaries=2025-07-01")

    names = list(rows[0])
    assert names[-5:] == ["note", "boundaries", "made_from", "missing", "not_comparable"]
    assert [
        (row["area_code"], row["indicator"], row["value"], *(row[name] for name in names[-4:])) for row in rows
    ] == [
        ("PNEW", SECURITY, "17", "2025-07-01", "P06", "P19", ""),
        ("PNEW", LAUNCHES, "3", "2025-07-01", "P06", "P19", ""),
        ("CNEW-1", SECURITY, "17", "2025-07-01", "C06-1-1 C06-1-2", "", ""),
        ("CNEW-1", LAUNCHES, "1", "2025-07-01", "C06-1-1", "C06-1-2", ""),
        ("D06-1", LAUNCHES, "2", "2025-07-01", "D06-1", "", ""),
    ]
    assert [row["boundaries"] for row in rows_of(client, "/en/areas/P06/2022/data.csv")] == [""] * 4
    same = rows_of(client, "/en/areas/P06/2022/data.csv?boundaries=2023-05-01")
    assert {(row["boundaries"], row["made_from"] == row["area_code"]) for row in same} == {("2023-05-01", True)}


def test_json_says_how_it_was_recounted(client, divided):
    response = client.get("/en/areas/PNEW/2022/data.json?boundaries=2025-07-01")

    told = json.loads(response.content)
    assert (told["boundaries"], told["year"], told["edition"]["number"]) == ("2025-07-01", 2022, 1)
    assert told["edition"]["sha256"] == Edition.objects.get().digest
    assert [(row["area_code"], row["value"], bool(row["not_comparable"])) for row in told["rows"]] == [
        ("PNEW", 5, False), ("PNEW", 11, False), ("CNEW-1", None, True), ("CNEW-1", None, True),
        ("CNEW-2", None, True), ("CNEW-2", None, True),
    ]  # fmt: skip
    assert response["Content-Disposition"] == 'attachment; filename="PNEW-2022-2025-07-01.json"'


def test_kinds_that_could_point_at_a_household_stay_above_the_commune(client, two_become_one, leader, indicators):
    KindFactory(code="peer_support_club", name_en="Peer support club")
    ours, _theirs, _new = two_become_one
    items = {("C06-1-1", LAUNCHES, "peer_support_club"): 1, ("C06-1-2", LAUNCHES, "peer_support_club"): 1}
    publish(ours, 2023, {("C06-1-1", LAUNCHES): 1}, by=leader, items=items)

    rows = rows_of(client, "/en/areas/P06/2023/data.csv?boundaries=2025-07-01")

    assert [(row["area_code"], row["value"]) for row in rows if row["item"]] == [("P06", "2")]


@pytest.mark.parametrize("count", [1, 3])
def test_another_map_costs_the_same_for_any_number_of_predecessors(
    client, indicators, leader, count, django_assert_num_queries
):
    old = [old_province(f"{number}", f"Tỉnh {number}", communes=count) for number in range(10, 10 + count)]
    new = new_province("PNEW", "Mới")
    for number, (top, communes) in enumerate(old):
        end(top)
        merge([top], new)
        merge(communes, new_commune(new, f"CNEW-{number}", f"Mới {number}"))
        publish(top, 2022, {(one.code, SECURITY): 2 for one in communes}, by=leader)
    alone = old_province("50", "Riêng", communes=count)[1]
    for one in alone:
        assert one.valid_to is None

    with django_assert_num_queries(10):
        response = client.get("/en/areas/PNEW/2022/?boundaries=2025-07-01")
    with django_assert_num_queries(10):
        rows = rows_of(client, "/en/areas/PNEW/2022/data.csv?boundaries=2025-07-01")

    assert response.context["page"].kinds[0].printed == str(2 * count * count)
    assert len(rows) == 1 + count


@pytest.mark.parametrize(
    "address", ["/areas/PNEW/2022/?boundaries=2025-07-01", "/areas/PNEW/2022/data.csv?boundaries=2025-07-01"]
)
def test_another_map_is_the_same_for_everybody(client, two_become_one, leader, address):
    client.force_login(leader)

    response = client.get(address, headers={"accept-encoding": "gzip"})

    assert response.status_code == 200
    assert not response.cookies
    assert response["Vary"] == "Accept-Encoding"
    assert not response.wsgi_request.session.accessed


@pytest.mark.parametrize(
    "address",
    [
        "/areas/P06/2022/?boundaries=2025-07-01",
        "/areas/PNEW/2022/?boundaries=2025-07-01",
        "/areas/PNEW/2022/",
        "/areas/P06/series/launch_sessions/",
        "/areas/PNEW/series/launch_sessions/?boundaries=2025-07-01",
    ],
)
def test_headings_are_in_order_and_ids_stand_once(client, two_become_one, address):
    page = page_of(client, address)

    levels = [int(one.tag[1]) for one in page.elements if one.tag in {"h1", "h2", "h3"}]
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))


# ---------------------------------------------------------------- areas that ended


def test_an_abolished_district_leads_on(client, two_become_one):
    ended = Area.objects.get(code="D06-1")

    found = endings.ending_of(ended)
    page = page_of(client, "/en/areas/D06-1/")

    assert (found.day, found.act, found.heirs) == (DAY, ACT, ())
    assert [one.code for one in found.now] == ["PNEW"]
    assert [one.code for one in found.holders] == ["CNEW-1"]
    assert page.texts("p")[0] == (
        "Bắc Kạn 1 district was abolished from 01/07/2025 by 1683/NQ-UBTVQH15. "
        "Since then its territory belongs to: Thái Nguyên province . Its records stay."
    )
    assert (page.links["Thái Nguyên province"], page.links["Ba Bể commune"]) == ("/en/areas/PNEW/", "/en/areas/CNEW-1/")


def test_a_renamed_area_leads_to_the_one_that_took_its_place(client):
    top = district()
    old = commune(top, name="Vân Tùng", valid_to=date(2023, 4, 10))
    new = commune(top, name="Vân Tùng", kind="thị trấn", valid_from=date(2023, 4, 10), source="722/NQ-UBTVQH15")
    SuccessionFactory(predecessor=old, successor=new, effective_on=date(2023, 4, 10))

    found = endings.ending_of(old)

    assert ([one.code for one in found.heirs], found.act, found.now, found.holders) == (
        [new.code],
        "722/NQ-UBTVQH15",
        (),
        (),
    )
    assert endings.ending_of(new) is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_end_of_an_area_costs_one_query(two_become_one, count, django_assert_num_queries):
    top, communes = old_province("77", "Nhiều", communes=count)
    end(top)
    for number, one in enumerate(communes):
        merge([one], new_commune(two_become_one[2], f"CN-{number}", f"Mới {number}"))

    with django_assert_num_queries(1):
        found = endings.ending_of(top)

    assert len(found.holders) == count


def test_a_file_of_a_map_on_which_nothing_can_be_told_is_no_file(client):
    place = province()
    PublishedFigureFactory(area=place, year=2022)

    assert client.get(f"/areas/{country().code}/2022/data.csv").status_code == 200
    assert client.get(f"/areas/{country().code}/2022/data.csv?boundaries=2025-07-01").status_code == 404
