"""Every list of the admin costs the same whatever it holds, and nothing is deleted along with something else."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import world as worlds
from tests.factories import (
    GroundFactory,
    PowerFactory,
    PublishedFigureFactory,
    ReorganisationFactory,
    ReportedTotalFactory,
    ReviewRouteFactory,
    SuccessionFactory,
)
from tests.people import cast_of, posted
from units.models.people import Role


def filled() -> None:
    """Build a world with a published year, published figures and totals, a power, a ground and a succession."""
    world = worlds.build()
    worlds.publish(world, cast_of(world.province))
    PublishedFigureFactory(area=world.province)
    ReportedTotalFactory(area=world.province)
    PowerFactory()
    GroundFactory()
    SuccessionFactory()
    ReorganisationFactory(area=world.province)
    ReviewRouteFactory()


def costs(client: Client) -> dict[str, tuple[int, int]]:
    """Return the number of rows and of queries of every list."""
    found = {}
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        address = reverse(f"admin:{name}_changelist")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        found[name] = len(response.context["cl"].result_list), len(queries)
    return found


@pytest.mark.django_db
def test_every_list_costs_the_same_for_more_rows() -> None:
    filled()
    user = posted(worlds.country(), Role.ADMINISTRATOR)
    for role in (Role.OFFICER, Role.CLERK, Role.REVIEWER, Role.LEADER, Role.AWARD_SECRETARY):
        user.postings.create(area=worlds.country(), role=role)
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    few = costs(client)

    filled()
    filled()
    many = costs(client)

    assert [name for name in few if many[name][0] <= few[name][0] or not few[name][0]] == []
    assert {name: queries for name, (_rows, queries) in many.items()} == {
        name: queries for name, (_rows, queries) in few.items()
    }


def foreign_keys() -> list[Any]:
    """Return every foreign key of ours but those of history, which points without holding."""
    return [
        field
        for model in apps.get_models()
        if model._meta.app_label in {"units", "awards", "movement"} and not model.__name__.startswith("Historical")
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
    ]


@pytest.mark.parametrize("field", foreign_keys(), ids=str)
def test_nothing_is_deleted_along_with_something_else(field: Any) -> None:
    assert field.remote_field.on_delete is models.PROTECT
