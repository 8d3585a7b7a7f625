"""Nobody sees another area's unpublished records, or changes any of them: every model, admin page, address and sheet."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from python_calamine import CalamineWorkbook

from awards.models import Commendation, Recipient
from config.admin import CatalogueAdmin, Scoped, ScopedAdmin
from config.records import Record
from movement.models import Figure, Report
from tests import world as worlds
from tests.desk import bring_in, counts, refusals
from tests.factories import standing
from tests.people import posted
from units.importing.units import UnitSheet
from units.models import Area, Cluster, Unit
from units.models.people import Role

OURS = ("units", "awards", "movement")
OPEN_NAMES = {
    "healthz",
    "home",
    "area",
    "year",
    "data",
    "errata",
    "edition_file",
    "index",
}  # the public pages; awards:index is the only "index"


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def officer(world: worlds.World, client: Client) -> Client:
    client.force_login(world.ours.officer, backend="units.auth.PostingBackend")
    return client


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def state_of(record: Any) -> dict[str, Any]:
    return type(record)._base_manager.filter(pk=record.pk).values().get()


def our_models() -> list[type]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model.__name__.startswith("Historical")
    ]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_model_that_lies_in_an_area_says_who_sees_it(model: Any) -> None:
    if hasattr(model, "lies_in"):
        assert callable(getattr(model.objects.all(), "visible_to", None))


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_record_is_tracked(model: Any) -> None:
    if issubclass(model, Record):
        assert model.history.model.__name__ == f"Historical{model.__name__}"


def test_every_admin_of_ours_is_scoped() -> None:
    unscoped = [
        model.__name__
        for model, page in admin.site._registry.items()
        if model._meta.app_label in OURS and not isinstance(page, Scoped)
    ]
    inlines = [
        inline.__name__
        for page in admin.site._registry.values()
        for inline in page.inlines
        if not issubclass(inline, Scoped)
    ]

    assert (unscoped, inlines) == ([], [])


def test_only_our_models_are_in_the_admin() -> None:
    assert {model._meta.app_label for model in admin.site._registry} - set(OURS) == set()


def test_records_reach_the_admin_through_the_scoped_base_only() -> None:
    loose = [
        model.__name__
        for model, page in admin.site._registry.items()
        if issubclass(model, Record) and not isinstance(page, ScopedAdmin)
    ]

    assert loose == []
    assert isinstance(admin.site._registry[Area], CatalogueAdmin)


def test_visible_to_shows_ours_and_hides_theirs(world: worlds.World) -> None:
    secretary = posted(world.ours.district, Role.AWARD_SECRETARY)
    for ours, theirs in zip(world.ours.records(), world.theirs.records(), strict=True):
        person = secretary if type(ours) in {Recipient, Commendation} else world.ours.officer
        rows = type(ours).objects.visible_to(person).filter(pk__in=[ours.pk, theirs.pk])

        assert list(rows) == [ours], type(ours).__name__


def test_lists_show_ours_and_hide_theirs(world: worlds.World, officer: Client) -> None:
    for ours, theirs in zip(world.ours.records(), world.theirs.records(), strict=True):
        if type(ours) not in admin.site._registry:
            continue
        address = reverse(f"admin:{ours._meta.app_label}_{ours._meta.model_name}_changelist")
        response = officer.get(address)
        if response.status_code == 403:
            assert not world.ours.officer.has_perm(f"{ours._meta.app_label}.view_{ours._meta.model_name}")
            continue

        shown = list(response.context["cl"].result_list)

        assert ours in shown, address
        assert theirs not in shown, address


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_pages_of_their_records_are_not_found(world: worlds.World, officer: Client, page: str) -> None:
    for theirs in world.theirs.records():
        if type(theirs) not in admin.site._registry:
            continue
        name = f"admin:{theirs._meta.app_label}_{theirs._meta.model_name}_{page}"
        try:
            address = reverse(name, args=[theirs.pk])
        except NoReverseMatch:
            continue
        before = state_of(theirs)

        codes = {officer.get(address).status_code, officer.post(address, {"name": "Chiếm"}).status_code}

        assert codes <= {302, 403, 404}, address
        assert state_of(theirs) == before


def test_an_officer_changes_our_unit_and_not_theirs(world: worlds.World, officer: Client) -> None:
    for side, expected in ((world.ours, "Tổ mới"), (world.theirs, world.theirs.unit.name)):
        address = reverse("admin:units_unit_change", args=[side.unit.pk])

        officer.post(address, unit_form(side.unit, name="Tổ mới"))

        side.unit.refresh_from_db()
        assert side.unit.name == expected


def unit_form(unit: Unit, **changes: Any) -> dict[str, Any]:
    placement = unit.placements.get()
    return {
        "name": unit.name, "established_on": "01/01/2020", "decision_number": "", "decision_date": "", "consolidated_on": "",
        "members": "", "women": "", "minorities": "", "dissolved_on": "", "dissolution_reason": "", "read_version": unit.version,
        "placements-TOTAL_FORMS": "1", "placements-INITIAL_FORMS": "1", "placements-0-id": placement.pk, "placements-0-unit": unit.pk,
        "placements-0-area": placement.area_id, "placements-0-village": placement.village, "placements-0-valid_from": "01/01/2020",
        "placements-0-valid_to": "", "placements-0-read_version": placement.version, **changes,
    }  # fmt: skip


def test_a_tampered_area_is_refused_in_the_form(world: worlds.World, officer: Client) -> None:
    response = officer.post(
        reverse("admin:units_unit_add"),
        {
            "kind": world.ours.unit.kind_id,
            "name": "Tổ lạ",
            "area": world.theirs.commune.pk,
            "established_on": "01/01/2024",
        },
    )

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["area"]
    assert Unit.objects.filter(name="Tổ lạ").count() == 0


def test_a_tampered_area_is_refused_in_the_inline(world: worlds.World, officer: Client) -> None:
    unit = world.ours.unit
    address = reverse("admin:units_unit_change", args=[unit.pk])

    response = officer.post(address, unit_form(unit, **{"placements-0-area": world.theirs.commune.pk}))

    assert response.status_code == 200
    assert unit.placements.get().area == world.ours.commune


def test_a_tampered_row_of_an_inline_is_refused(world: worlds.World, officer: Client) -> None:
    unit, stolen = world.ours.unit, world.theirs.unit.placements.get()
    address = reverse("admin:units_unit_change", args=[unit.pk])

    officer.post(address, unit_form(unit, **{"placements-0-id": stolen.pk, "placements-0-village": "Chiếm"}))

    assert state_of(stolen)["village"] == ""


def test_autocomplete_offers_ours_only(world: worlds.World, officer: Client) -> None:
    asked = {
        ("units", "unit", "area"): (world.ours.commune, world.theirs.commune),
        ("units", "placement", "area"): (world.ours.commune, world.theirs.commune),
        ("units", "body", "area"): (world.ours.commune, world.theirs.commune),
        ("units", "clustermember", "body"): (world.ours.body, world.theirs.body),
        ("units", "clustermember", "cluster"): (world.ours.cluster, world.theirs.cluster),
    }
    for (app, model, field), (ours, theirs) in asked.items():
        response = officer.get(
            reverse("admin:autocomplete"), {"app_label": app, "model_name": model, "field_name": field, "term": ""}
        )

        offered = [row["id"] for row in response.json()["results"]]

        assert str(ours.pk) in offered, (model, field)
        assert str(theirs.pk) not in offered, (model, field)


def test_the_export_holds_ours_only(world: worlds.World, officer: Client) -> None:
    for name, ours, theirs in (
        ("units_unit", world.ours.unit.code, world.theirs.unit.code),
        ("units_body", world.ours.body.name, world.theirs.body.name),
        ("units_clustermember", world.ours.cluster.code, world.theirs.cluster.code),
        ("movement_figure", world.ours.commune.code, world.theirs.commune.code),
        ("movement_report", world.ours.commune.code, world.theirs.commune.code),
    ):
        content = b"".join(officer.get(reverse(f"admin:{name}_export"), {"form": "xlsx"}).streaming_content)

        rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
        cells = {cell for row in rows[1:] for cell in row}
        assert ours in cells, name
        assert theirs not in cells, name


def test_an_import_cannot_write_their_rows(world: worlds.World) -> None:
    theirs = world.theirs.unit
    heads = ["Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Phiên bản"]
    for area in (world.theirs.commune, world.ours.commune):
        row = [theirs.code, theirs.kind.name_vi, "Chiếm", area.code, theirs.version]

        upload = bring_in(world.ours.officer, UnitSheet, heads, [row])

        assert (counts(upload), list(refusals(upload))) == ((0, 0, 0, 1), [2])
        theirs.refresh_from_db()
        assert theirs.name != "Chiếm"


def test_an_officer_makes_no_move_on_their_report(world: worlds.World, officer: Client) -> None:
    address = reverse("admin:movement_report_move", args=[world.theirs.report.pk, "request_signature"])

    response = officer.post(address)

    assert response.status_code == 404
    assert state_of(world.theirs.report)["state"] == "draft"


def test_a_figure_of_theirs_cannot_come_in_through_our_report(world: worlds.World, officer: Client) -> None:
    ours, theirs = world.ours.report, world.theirs.figure
    form = {"figures-TOTAL_FORMS": "1", "figures-INITIAL_FORMS": "1", "figures-0-id": theirs.pk, "figures-0-report": ours.pk,
            "figures-0-own": "77", "figures-0-printed_word": "", "figures-0-printed_value": "", "figures-0-explanation": "",
            "figures-0-read_version": theirs.version}  # fmt: skip

    officer.post(reverse("admin:movement_report_change", args=[ours.pk]), form)

    assert state_of(theirs)["own"] is None


def test_a_cluster_needs_a_member_of_ours(world: worlds.World, officer: Client) -> None:
    form = {"kind": world.ours.cluster.kind_id, "code": "CUM-LA", "name": "Cụm lạ", "members-TOTAL_FORMS": "1", "members-INITIAL_FORMS": "0",
            "members-0-area": world.theirs.district.pk, "standings-TOTAL_FORMS": "0", "standings-INITIAL_FORMS": "0"}  # fmt: skip

    response = officer.post(reverse("admin:units_cluster_add"), form)

    assert response.status_code == 403
    assert Cluster.objects.filter(code="CUM-LA").count() == 0


def test_siblings_reports_show_once_approved(world: worlds.World) -> None:
    sibling = Report.objects.get(area=world.theirs.district)
    officer = world.ours.officer
    hidden = list(Report.objects.visible_to(officer).filter(pk=sibling.pk))

    Report.objects.filter(pk=sibling.pk).update(state="approved")

    assert hidden == []
    assert list(Report.objects.visible_to(officer).filter(pk=sibling.pk)) == [sibling]
    assert not officer.has_perm("movement.change_report", sibling)


def test_nobody_without_a_posting_sees_anything(world: worlds.World) -> None:
    stranger = posted(world.ours.district, Role.OFFICER, is_active=True)
    stranger.postings.update(valid_to=world.period.starts_on)
    client = signed_in(stranger)

    response = client.get(reverse("admin:index"))

    assert list(Unit.objects.visible_to(stranger)) == []
    assert list(Figure.objects.visible_to(stranger)) == []
    assert response.context["app_list"] == []


def addresses(patterns: Any = None, prefix: str = "") -> list[tuple[str, str]]:
    """Return the route and the name of every address of the project."""
    found = []
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.append((route, pattern.name or ""))
    return found


def test_every_address_asks_for_sign_in_but_the_public_ones(world: worlds.World, client: Client) -> None:
    values = {
        "<path:object_id>": "1",
        "<int:pk>": "1",
        "<str:name>": "approve",
        "<int:figure>": "1",
        "<int:content_type_id>": "1",
    }
    values |= {"<path:url>": "x", "<str:app_label>": "units"}
    answered = []
    for route, name in addresses():
        if (name in OPEN_NAMES and not route.startswith("admin/")) or name in {"login", ""}:
            continue
        path = "/" + route.replace("^", "").replace("$", "").replace("(?P<app_label>units|movement)", "units")
        for key, value in values.items():
            path = path.replace(key, value)
        for method in (client.get, client.post):
            response = method(path)
            if response.status_code not in {302, 404, 405} or (
                response.status_code == 302 and "/admin/login/" not in response.headers["Location"]
            ):
                answered.append((path, method.__name__, response.status_code))

    assert answered == []


def test_the_list_costs_the_same_for_one_and_three(
    world: worlds.World, officer: Client, django_assert_num_queries: Any
) -> None:
    for name in ("unit", "body", "cluster", "clustermember"):
        address = reverse(f"admin:units_{name}_changelist")
        officer.get(address)
        with django_assert_num_queries(LIST_QUERIES[name]):
            officer.get(address)

    for _number in range(2):
        standing(world.ours.commune, world.ours.unit.kind)
        worlds.cluster_of([world.ours.district], kind=world.ours.cluster.kind)
        worlds.BodyFactory(area=world.ours.commune)

    for name in ("unit", "body", "cluster", "clustermember"):
        with django_assert_num_queries(LIST_QUERIES[name]):
            response = officer.get(reverse(f"admin:units_{name}_changelist"))
        assert len(response.context["cl"].result_list) == 3


LIST_QUERIES = {"unit": 7, "body": 6, "cluster": 6, "clustermember": 6}
