from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tests.factories import (
    BodyFactory,
    ClusterFactory,
    ClusterKindFactory,
    MemberFactory,
    StandingFactory,
    cluster_of,
    commune,
    country,
    district,
    province,
)
from tests.people import posted
from units.auth import may
from units.models import Cluster, ClusterMember, ClusterStanding
from units.models.people import Role

pytestmark = pytest.mark.django_db

DAY = date(2024, 12, 14)


@pytest.fixture
def kind():
    return ClusterKindFactory(code="cluster_inter_province")


def number(area, day=DAY):
    return Cluster.objects.count_in(area, day).get("cluster_inter_province", 0)


def test_a_cluster_counts_once_at_every_total_above_its_members(kind):
    here = commune()
    neighbour = commune(district=here.parent)
    other_district = district(province=here.province)
    elsewhere = province()
    cluster_of([here, neighbour, other_district, elsewhere], kind=kind)
    untouched = province()

    counts = [
        number(area) for area in (here, neighbour, here.district, other_district, here.province, elsewhere, country())
    ]

    assert counts == [1] * 7
    assert number(untouched) == 0


def test_clusters_of_several_members_are_never_added_up(kind):
    one, two = province(), province()
    cluster_of([one, two], kind=kind)
    cluster_of([one], kind=kind)
    cluster_of([one], kind=ClusterKindFactory(code="cluster_border_route"))

    assert [number(area) for area in (one, two, country())] == [2, 1, 2]
    assert Cluster.objects.count_in(one, DAY) == {"cluster_inter_province": 2, "cluster_border_route": 1}


def test_a_body_is_a_member_where_it_is(kind):
    police = BodyFactory(area=district())
    cluster = ClusterFactory(kind=kind)
    member = MemberFactory(cluster=cluster, area=None, body=police)

    assert [number(area) for area in (police.area, police.area.province, province())] == [1, 1, 0]
    assert (member.place, str(member)) == (police.area, police.name)
    assert cluster.lies_in == [police.area]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({}, [1, 1, 1]),
        ({"established_on": date(2024, 1, 1)}, [0, 1, 1]),
        ({"established_on": date(2024, 1, 1), "dissolved_on": date(2025, 1, 1)}, [0, 1, 0]),
    ],
)
def test_a_cluster_counts_from_its_first_day_until_it_is_dissolved(kind, dates, expected):
    area = province()
    cluster_of([area], kind=kind, **dates)

    assert [number(area, day) for day in (date(2023, 12, 31), date(2024, 1, 1), date(2025, 1, 1))] == expected


def test_a_cluster_survives_the_member_that_leaves(kind):
    stays, leaves = province(), province()
    cluster = ClusterFactory(kind=kind)
    MemberFactory(cluster=cluster, area=stays)
    MemberFactory(cluster=cluster, area=leaves, valid_to=date(2024, 7, 1))

    before, after = date(2024, 6, 30), date(2024, 7, 1)

    assert [number(area, before) for area in (stays, leaves, country())] == [1, 1, 1]
    assert [number(area, after) for area in (stays, leaves, country())] == [1, 0, 1]


def test_a_cluster_without_members_counts_nowhere_but_is_still_there(kind):
    empty = ClusterFactory(kind=kind)

    assert number(country()) == 0
    assert list(Cluster.objects.standing_on(DAY)) == [empty]


def test_every_member_sees_the_whole_cluster_and_nobody_else_does(kind):
    here, there, above = commune(), province(), None
    above = here.province
    cluster = cluster_of([here, there], kind=kind)
    StandingFactory(member=cluster.members.first())
    other = cluster_of([province()])

    for area in (here, here.district, above, there, country()):
        user = posted(area)
        assert list(Cluster.objects.visible_to(user).filter(pk=cluster.pk)) == [cluster]
        assert set(ClusterMember.objects.visible_to(user).filter(cluster=cluster)) == set(cluster.members.all())
        assert list(ClusterStanding.objects.visible_to(user)) == list(cluster.standings.all())
        assert list(Cluster.objects.visible_to(user).filter(pk=other.pk)) == ([other] if area == country() else [])
    stranger = posted(commune(district=here.parent))
    assert list(Cluster.objects.visible_to(stranger)) == []
    assert list(ClusterMember.objects.visible_to(stranger)) == list(ClusterStanding.objects.visible_to(stranger)) == []


def test_a_cluster_is_listed_once_for_whoever_sees_several_members():
    one = commune()
    cluster = cluster_of([one, commune(district=one.parent), one.district])

    assert list(Cluster.objects.visible_to(posted(one.district))) == [cluster]


def test_any_member_may_keep_the_joint_record_and_nobody_else():
    here, there = province(), province()
    cluster = cluster_of([here, there])
    member = cluster.members.first()

    for area, expected in ((here, True), (there, True), (province(), False), (district(province=here), False)):
        officer = posted(area, Role.OFFICER)
        assert may(officer, "change", Cluster, cluster) is expected
        assert may(officer, "change", ClusterMember, member) is expected
    assert not may(posted(here, Role.REVIEWER), "change", Cluster, cluster)


def test_a_member_is_an_area_or_a_body():
    cluster, area = ClusterFactory(), province()
    body = BodyFactory(area=area)

    for wrong in ({"area": None, "body": None}, {"area": area, "body": body}):
        with pytest.raises(ValidationError):
            ClusterMember(cluster=cluster, **wrong).full_clean()
    ClusterMember(cluster=cluster, area=area).full_clean()
    ClusterMember(cluster=cluster, body=body).full_clean()


def test_an_area_joins_once_but_may_come_back():
    member = MemberFactory(valid_to=date(2022, 1, 1))
    MemberFactory(cluster=member.cluster, area=member.area, valid_from=date(2023, 1, 1))

    with pytest.raises(IntegrityError):
        MemberFactory(cluster=member.cluster, area=member.area, valid_from=date(2024, 1, 1))


def test_a_year_has_one_standing_member():
    standing = StandingFactory(year=2024)
    StandingFactory(member=standing.member, cluster=standing.cluster, year=2025)

    with pytest.raises(IntegrityError):
        StandingFactory(cluster=standing.cluster, member=MemberFactory(cluster=standing.cluster), year=2024)
