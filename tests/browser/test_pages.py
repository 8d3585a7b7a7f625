"""Every kind of page in a real browser: accessible, without one breach of the content policy, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import world as worlds
from tests.people import cast_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

PASSWORD = "mot-mat-khau-dai"


@pytest.fixture
def world(transactional_db: None) -> worlds.World:
    world = worlds.build()
    worlds.publish(world, cast_of(world.province))
    return world


def pages_of(world: worlds.World) -> list[str]:
    lists = [
        reverse(f"admin:{name}_changelist")
        for name in ("units_unit", "units_body", "units_cluster", "units_clustermember", "units_area", "units_areasuccession",
                     "units_unitkind", "units_user", "units_importbatch", "movement_report", "movement_figure",
                     "movement_publishedfigure", "movement_period", "movement_indicator", "movement_edition", "movement_event",
                     "movement_popularmodel", "movement_task", "movement_directive", "awards_awarddecision", "awards_commendation",
                     "awards_awardingpower", "units_attachment")
    ]  # fmt: skip
    written = {
        type(one)._meta.model_name: one
        for one in (*world.ours.work, *world.ours.texts, *world.ours.conference, *world.ours.awards)
    }
    records = [
        reverse(f"admin:{one._meta.app_label}_{name}_change", args=[one.pk])
        for name, one in written.items()
        if name in {"event", "popularmodel", "programme", "safetystandardresult", "shortcoming", "task", "conference",
                    "awarddecision", "recipient", "commendation"}
    ]  # fmt: skip
    forms = [
        reverse("admin:units_unit_add"),
        reverse("admin:units_unit_change", args=[world.ours.unit.pk]),
        reverse("admin:units_unit_history", args=[world.ours.unit.pk]),
        reverse("admin:units_unit_import"),
        reverse("admin:units_unit_export"),
        reverse("admin:units_cluster_add"),
        reverse("admin:units_cluster_change", args=[world.ours.cluster.pk]),
        reverse("admin:units_user_add"),
        reverse("admin:units_user_change", args=[world.ours.officer.pk]),
        reverse("admin:movement_report_change", args=[world.ours.report.pk]),
        reverse("admin:movement_report_correct", args=[world.ours.report.pk, world.ours.figure.pk]),
        reverse("admin:movement_period_add"),
        reverse("admin:movement_publishedfigure_add"),
        reverse("admin:movement_event_add"),
        reverse("admin:movement_event_import"),
        reverse("admin:awards_awarddecision_add"),
        reverse("admin:awards_reportedawardtotal_add"),
        reverse(
            "admin:movement_report_correct_text", args=[world.ours.report.pk, "shortcoming", written["shortcoming"].pk]
        ),
        reverse("admin:password_change"),
    ]
    return [reverse("admin:index"), *lists, *forms, *records, reverse("movement:dashboard")]


def public_pages_of(world: worlds.World) -> list[str]:
    return [
        reverse("movement:area", args=[world.province.code]),
        reverse("movement:year", args=[world.province.code, 2024]),
        reverse("movement:year", args=[world.ours.district.code, 2024]),
        reverse("movement:year", args=[world.ours.commune.code, 2024]),
        reverse("awards:index"),
        f"{reverse('awards:index')}?q=nong",
        reverse("admin:login"),
    ]


def everything(world: worlds.World) -> Any:
    """Return a person who may open every page."""
    user = world.administrator
    for role in ("officer", "clerk", "reviewer", "leader", "award_secretary"):
        user.postings.create(area=world.province, role=role)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_every_page_is_accessible_and_keeps_the_content_policy(
    live_server: Any, world: worlds.World, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    user = everything(world)
    problems = {}
    for path in public_pages_of(world):
        for prefix in ("", "/en"):
            response = page.goto(f"{live_server.url}{prefix}{path}")
            assert response is not None
            if (found := axe(page)) or response.status != 200:
                problems[prefix + path] = [response.status, *found]
    page.goto(f"{live_server.url}{reverse('admin:login')}")
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    for path in pages_of(world):
        for prefix in ("", "/en"):
            response = page.goto(f"{live_server.url}{prefix}{path}")
            assert response is not None
            if (found := axe(page)) or response.status != 200:
                problems[prefix + path] = [response.status, *found]

    assert problems == {}


def test_the_public_page_reads_without_a_script_and_fits_a_phone(
    live_server: Any, world: worlds.World, browser: Any
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="vi-VN")
    phone = context.new_page()

    phone.goto(f"{live_server.url}{reverse('movement:year', args=[world.province.code, 2024])}")

    assert phone.locator("h1").inner_text() == "Tỉnh Bắc Kạn, năm 2024"
    box = phone.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= 360
    context.close()
