"""The register's forms: what officers type, what they are told, and what stands in the database afterwards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import world as worlds
from tests.factories import ClusterKindFactory, KindFactory, SuccessionFactory, commune
from units.models import Cluster, Posting, Unit, User

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def officer(world: worlds.World, client: Client) -> Client:
    client.force_login(world.ours.officer, backend="units.auth.PostingBackend")
    return client


def new_unit(world: worlds.World, **changes: Any) -> dict[str, Any]:
    return {
        "kind": world.ours.unit.kind_id, "name": "Tổ an ninh nhân dân thôn Bản Mới", "area": world.ours.commune.pk,
        "village": "thôn Bản Mới", "established_on": "05/12/2024", **changes,
    }  # fmt: skip


def errors_of(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def test_an_officer_enters_a_unit(world: worlds.World, officer: Client) -> None:
    response = officer.post(reverse("admin:units_unit_add"), new_unit(world))

    unit = Unit.objects.get(name="Tổ an ninh nhân dân thôn Bản Mới")
    placement = unit.placements.get()
    assert response.status_code == 302
    assert (unit.established_on, unit.version, unit.area) == (date(2024, 12, 5), 1, world.ours.commune)
    assert (placement.area, placement.village, placement.valid_from, placement.valid_to) == (
        world.ours.commune, "thôn Bản Mới", date(2024, 12, 5), None,
    )  # fmt: skip
    assert list(unit.history.values_list("history_type", "history_user")) == [("+", world.ours.officer.pk)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"established_on": "31/02/2024"}, "established_on"),
        ({"established_on": "12/31/2024"}, "established_on"),
        ({"established_on": "01/01/2099"}, "established_on"),
        ({"members": "-1"}, "members"),
        ({"members": "3", "women": "4"}, "__all__"),
        ({"name": ""}, "name"),
        ({"name": "Danh sách người cung cấp tin"}, "name"),
        ({"village": "Số CCCD 006123456789"}, "village"),
        ({"dissolved_on": "01/01/2025"}, "__all__"),
        ({"dissolved_on": "01/01/2024", "dissolution_reason": "Sáp nhập"}, "__all__"),
    ],
)
def test_bad_input_is_named_by_field_and_nothing_is_saved(
    world: worlds.World, officer: Client, changes: dict[str, Any], field: str
) -> None:
    response = officer.post(reverse("admin:units_unit_add"), new_unit(world, **changes))

    assert list(errors_of(response)) == [field]
    assert Unit.objects.count() == 2


def test_a_commune_that_no_longer_existed_then_is_refused_with_its_heir(world: worlds.World, officer: Client) -> None:
    old = commune(world.ours.district, name="Vân Tùng", valid_to=date(2023, 4, 10))
    heir = commune(world.ours.district, name="Vân Tùng", kind="thị trấn", valid_from=date(2023, 4, 10))
    SuccessionFactory(predecessor=old, successor=heir, effective_on=date(2023, 4, 10))

    late = officer.post(reverse("admin:units_unit_add"), new_unit(world, area=old.pk))
    early = officer.post(reverse("admin:units_unit_add"), new_unit(world, area=heir.pk, established_on="01/01/2022"))

    assert [
        ("10/04/2023" in str(errors_of(answer)["area"]), word in str(errors_of(answer)["area"]))
        for answer, word in ((late, "thị trấn Vân Tùng"), (early, "xã Vân Tùng"))
    ] == [(True, True)] * 2
    assert Unit.objects.count() == 2


def test_a_kind_that_is_not_valid_then_is_refused(world: worlds.World, officer: Client) -> None:
    ended = KindFactory(valid_to=date(2024, 7, 1))
    begun = KindFactory(valid_from=date(2024, 7, 1))

    after = officer.post(reverse("admin:units_unit_add"), new_unit(world, kind=ended.pk))
    before = officer.post(reverse("admin:units_unit_add"), new_unit(world, kind=begun.pk, established_on="01/01/2024"))

    assert [list(errors_of(answer)) for answer in (after, before)] == [["kind"], ["kind"]]


def change_form(unit: Unit, **changes: Any) -> dict[str, Any]:
    placement = unit.placements.get()
    return {
        "name": unit.name, "established_on": "01/01/2020", "members": "", "read_version": unit.version,
        "dissolved_on": "", "dissolution_reason": "",
        "placements-TOTAL_FORMS": "1", "placements-INITIAL_FORMS": "1", "placements-0-id": placement.pk,
        "placements-0-unit": unit.pk, "placements-0-area": placement.area_id, "placements-0-village": "",
        "placements-0-valid_from": "01/01/2020", "placements-0-valid_to": "", "placements-0-read_version": placement.version,
        **changes,
    }  # fmt: skip


def test_a_form_opened_on_an_older_version_shows_both_and_saves_the_second_time(
    world: worlds.World, officer: Client
) -> None:
    unit = world.ours.unit
    address = reverse("admin:units_unit_change", args=[unit.pk])
    form = change_form(unit, members="5")
    unit.members = 9
    unit.save()

    refused = officer.post(address, form)
    again = officer.post(address, {**form, "read_version": refused.context["adminform"].form["read_version"].value()})

    said = str(errors_of(refused)["__all__"])
    assert ("9" in said, refused.context["adminform"].form["members"].value()) == (True, "5")
    assert again.status_code == 302
    unit.refresh_from_db()
    assert (unit.members, unit.version) == (5, 3)


def test_dissolving_a_unit_ends_its_placement(world: worlds.World, officer: Client) -> None:
    unit = world.ours.unit
    form = change_form(unit, dissolved_on="01/06/2024", dissolution_reason="Sáp nhập thôn")

    response = officer.post(reverse("admin:units_unit_change", args=[unit.pk]), form)

    assert response.status_code == 302
    assert unit.placements.get().valid_to == date(2024, 6, 1)


def test_a_unit_is_found_without_diacritics(world: worlds.World, officer: Client) -> None:
    found = [
        [
            unit.name
            for unit in officer.get(reverse("admin:units_unit_changelist"), {"q": words}).context["cl"].result_list
        ]
        for words in ("dong hoa", "ĐÔNG HOÀ", "Hòa Đông", "khong co")
    ]

    assert found == [["Tổ Đông Hòa Chúng Ta"]] * 3 + [[]]


def test_nothing_is_deleted_in_the_admin(world: worlds.World, officer: Client) -> None:
    response = officer.post(
        reverse("admin:units_unit_changelist"),
        {"action": "delete_selected", "_selected_action": [world.ours.unit.pk], "post": "yes"},
    )

    assert response.status_code in {200, 302}
    assert Unit.objects.filter(pk=world.ours.unit.pk).count() == 1


def test_an_officer_enters_a_cluster_with_a_member_elsewhere(world: worlds.World, officer: Client) -> None:
    elsewhere = worlds.province(name="Cao Bằng")
    form = {
        "kind": ClusterKindFactory().pk, "code": "CUM-6", "name": "Cụm giáp ranh", "members-TOTAL_FORMS": "2",
        "members-INITIAL_FORMS": "0", "members-0-area": world.ours.district.pk, "members-1-area": elsewhere.pk,
        "standings-TOTAL_FORMS": "0", "standings-INITIAL_FORMS": "0",
    }  # fmt: skip

    response = officer.post(reverse("admin:units_cluster_add"), form)

    assert response.status_code == 302
    assert [str(member) for member in Cluster.objects.get(code="CUM-6").members.order_by("pk")] == [
        str(world.ours.district),
        "tỉnh Cao Bằng",
    ]


def test_an_administrator_adds_a_person_with_a_one_time_password(world: worlds.World, client: Client) -> None:
    client.force_login(world.administrator, backend="units.auth.PostingBackend")
    form = {
        "full_name": "Hoàng Thị Lan", "username": "lan", "password": "mot-lan-roi-doi", "postings-TOTAL_FORMS": "1",
        "postings-INITIAL_FORMS": "0", "postings-0-area": world.ours.commune.pk, "postings-0-role": "officer",
    }  # fmt: skip

    response = client.post(reverse("admin:units_user_add"), form)

    user = User.objects.get(username="lan")
    assert response.status_code == 302
    assert (user.check_password("mot-lan-roi-doi"), user.must_change_password, user.is_staff) == (True, True, True)
    assert list(user.postings.values_list("area", "role")) == [(world.ours.commune.pk, "officer")]


def test_an_administrator_posts_nobody_outside_the_own_reach(world: worlds.World, client: Client) -> None:
    client.force_login(world.administrator, backend="units.auth.PostingBackend")
    foreign = commune()
    form = {
        "full_name": "Hoàng Thị Lan", "username": "lan", "password": "mot-lan-roi-doi", "postings-TOTAL_FORMS": "1",
        "postings-INITIAL_FORMS": "0", "postings-0-area": foreign.pk, "postings-0-role": "officer",
    }  # fmt: skip

    client.post(reverse("admin:units_user_add"), form)

    assert (User.objects.filter(username="lan").count(), Posting.objects.filter(area=foreign).count()) == (0, 0)


def test_people_pages_cost_the_same_for_one_and_three(
    world: worlds.World, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(world.administrator, backend="units.auth.PostingBackend")
    address = reverse("admin:units_user_changelist")
    client.get(address)
    with django_assert_num_queries(7):
        client.get(address)

    for _number in range(3):
        worlds.posted(world.ours.commune, "officer")

    with django_assert_num_queries(7):
        client.get(address)


@pytest.mark.parametrize("model", ["unitkind", "area", "indicator"])
def test_pickers_find_without_diacritics(world: worlds.World, officer: Client, model: str) -> None:
    KindFactory(name_vi="Tổ hòa giải")
    worlds.IndicatorFactory(name_vi="Số vụ hoà giải thành")
    commune(world.ours.district, name="Hòa Giải")
    source = {
        "unitkind": {"app_label": "units", "model_name": "unit", "field_name": "kind"},
        "area": {"app_label": "units", "model_name": "unit", "field_name": "area"},
        "indicator": {"app_label": "movement", "model_name": "publishedfigure", "field_name": "indicator"},
    }[model]

    rows = officer.get(reverse("admin:autocomplete"), {**source, "term": "HOA giai"}).json()["results"]

    assert len(rows) == 1
