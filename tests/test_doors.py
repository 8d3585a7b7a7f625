"""Doors that were once open: each stays shut."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.test import Client
from django.urls import reverse

from config.workflow import NoteRequired
from movement.models import Edition, Figure, Period, PublishedFigure
from movement.reports import correct, move_report
from tests import world as worlds
from tests.desk import confirmation, workbook
from tests.factories import KindFactory, PlacementFactory, UserFactory, counting, standing
from tests.people import cast_of, posted
from units import register
from units.boundary import refuse_blocked_text
from units.models import Placement, Unit
from units.models.people import Role


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


@pytest.fixture
def officer(world: worlds.World) -> Client:
    return signed_in(world.ours.officer)


# ---------------------------------------------------------------- questions that a list must not answer


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("units_area", "units"),
        ("units_area", "postings"),
        ("units_unitkind", "units"),
        ("units_unit", "name__regex"),
        ("units_unit", "area__province__code"),
        ("units_unit", "established_on__year"),
    ],
)
def test_a_list_answers_only_its_own_filters(world: worlds.World, officer: Client, page: str, query: str) -> None:
    response = officer.get(reverse(f"admin:{page}_changelist"), {query: str(world.theirs.unit.pk)})

    assert response.status_code == 400


def test_passwords_are_no_filter(world: worlds.World) -> None:
    response = signed_in(world.administrator).get(reverse("admin:units_user_changelist"), {"password__startswith": "p"})

    assert response.status_code == 400


def test_a_list_still_takes_its_own_filters(world: worlds.World, officer: Client) -> None:
    address = reverse("admin:units_unit_changelist")

    codes = [
        officer.get(address, query).status_code
        for query in (
            {"standing": "yes"},
            {"in": world.ours.commune.code},
            {"kind__id__exact": world.ours.unit.kind_id},
        )
    ]

    assert codes == [200, 200, 200]


# ---------------------------------------------------------------- accounts, periods, catalogues


@pytest.mark.parametrize("victim", ["superuser", "higher", "unposted"])
def test_a_low_administrator_takes_over_nobody_above(world: worlds.World, victim: str) -> None:
    user = UserFactory(is_superuser=victim == "superuser")
    if victim != "unposted":
        user.postings.create(area=world.ours.district, role=Role.SIGNER, valid_to=date(2020, 1, 1))
    if victim == "higher":
        user.postings.create(area=world.province, role=Role.LEADER)
    administrator = posted(world.ours.district, Role.ADMINISTRATOR)

    signed_in(administrator).post(
        reverse("admin:units_user_change", args=[user.pk]),
        {"username": user.username, "full_name": user.full_name, "new_password": "chiem-lay-tai-khoan",
         "postings-TOTAL_FORMS": "0", "postings-INITIAL_FORMS": "0"},
    )  # fmt: skip

    user.refresh_from_db()
    assert (user.check_password("chiem-lay-tai-khoan"), user.is_active) == (False, True)


def test_a_district_opens_no_year_and_changes_no_catalogue(world: worlds.World) -> None:
    administrator = posted(world.ours.district, Role.ADMINISTRATOR)

    year = Period(area=world.ours.district, kind=Period.Kind.YEAR)
    rights = [administrator.has_perm("movement.add_period", year), administrator.has_perm("movement.change_indicator")]
    with pytest.raises(ValidationError) as refused:
        Period(
            area=world.ours.district,
            year=2025,
            starts_on=date(2024, 12, 15),
            ends_on=date(2025, 12, 14),
            cutoff_on=date(2025, 12, 14),
        ).full_clean()

    assert (rights, list(refused.value.error_dict)) == ([False, False], ["area"])


def test_a_period_with_sent_reports_stays_as_it_is(world: worlds.World) -> None:
    worlds.publish(world, cast_of(world.province))
    period = Period.objects.get(pk=world.period.pk)
    period.year = 2021

    with pytest.raises(ValidationError):
        period.full_clean()
    period.year, period.due_commune_on = 2024, date(2024, 12, 18)
    period.full_clean()


# ---------------------------------------------------------------- corrections and further editions


def test_the_reporting_side_corrects_nothing_of_its_own(world: worlds.World) -> None:
    cast = cast_of(world.province)
    worlds.publish(world, cast)
    figure = Figure.objects.get(report__area=world.ours.district, indicator=world.ours.figure.indicator)

    with pytest.raises(PermissionDenied):
        correct(figure, own=50000, reason="Đếm lại", by=posted(world.ours.district, Role.REVIEWER))


def test_a_register_count_is_corrected_in_the_register(world: worlds.World) -> None:
    cast = cast_of(world.province)
    line = counting(world.ours.unit.kind)
    world.period.indicators.add(line)
    worlds.publish(world, cast)
    figure = Figure.objects.get(report=world.ours.report, indicator=line)

    with pytest.raises(ValidationError) as refused:
        correct(figure, own=500, reason="Đếm lại", by=cast.reviewer)

    assert list(refused.value.error_dict) == ["own"]


def test_a_correction_reaches_the_public_with_the_next_edition(world: worlds.World) -> None:
    cast = cast_of(world.province)
    top = worlds.publish(world, cast)
    correct(Figure.objects.get(pk=world.ours.figure.pk), own=8, reason="Đếm lại", by=cast.reviewer)
    top.refresh_from_db()

    with pytest.raises(NoteRequired):
        move_report(top, "publish", by=cast.leader)
    move_report(top, "publish", by=cast.leader, note="Đính chính số của một xã")

    totals = [
        edition.figures.get(area=world.province, indicator=world.ours.figure.indicator).total
        for edition in Edition.objects.order_by("number")
    ]
    assert totals == [10, 13]


# ---------------------------------------------------------------- placements and units


def test_the_past_of_a_unit_elsewhere_stays(world: worlds.World, officer: Client) -> None:
    unit = standing(world.ours.commune, world.ours.unit.kind, since=date(2022, 1, 1))
    Unit.objects.filter(pk=unit.pk).update(established_on=date(2019, 1, 1))
    past = PlacementFactory(
        unit=unit, area=world.theirs.commune, valid_from=date(2019, 1, 1), valid_to=date(2022, 1, 1)
    )
    present = unit.placements.get(valid_to=None)

    response = officer.post(
        reverse("admin:units_unit_change", args=[unit.pk]),
        {"name": unit.name, "established_on": "01/01/2019", "read_version": unit.version,
         "placements-TOTAL_FORMS": "2", "placements-INITIAL_FORMS": "2",
         "placements-0-id": past.pk, "placements-0-unit": unit.pk, "placements-0-area": world.ours.commune.pk,
         "placements-0-valid_from": "01/01/2019", "placements-0-valid_to": "01/01/2022", "placements-0-read_version": past.version,
         "placements-1-id": present.pk, "placements-1-unit": unit.pk, "placements-1-area": present.area_id,
         "placements-1-valid_from": "01/01/2022", "placements-1-read_version": present.version},
    )  # fmt: skip

    past.refresh_from_db()
    assert (response.status_code, past.area) == (200, world.theirs.commune)


def rows_of(unit: Unit, *rows: tuple[Any, ...]) -> dict[str, Any]:
    stored = list(unit.placements.all())
    form: dict[str, Any] = {
        "name": unit.name, "established_on": "01/01/2020", "read_version": unit.version,
        "placements-TOTAL_FORMS": len(rows), "placements-INITIAL_FORMS": len(stored),
    }  # fmt: skip
    for number, (area, begin, end) in enumerate(rows):
        form |= {f"placements-{number}-area": area.pk, f"placements-{number}-valid_from": begin, f"placements-{number}-valid_to": end,
                 f"placements-{number}-unit": unit.pk, f"placements-{number}-read_version": 0}  # fmt: skip
        if number < len(stored):
            form |= {
                f"placements-{number}-id": stored[number].pk,
                f"placements-{number}-read_version": stored[number].version,
            }
    return form


def test_a_unit_moves_by_ending_one_placement_and_beginning_the_next(world: worlds.World, officer: Client) -> None:
    unit, next_door = world.ours.unit, worlds.commune(world.ours.district)
    address = reverse("admin:units_unit_change", args=[unit.pk])

    overlapping = officer.post(
        address, rows_of(unit, (world.ours.commune, "01/01/2020", "01/06/2024"), (next_door, "01/05/2024", ""))
    )
    moving = officer.post(
        address, rows_of(unit, (world.ours.commune, "01/01/2020", "01/06/2024"), (next_door, "01/06/2024", ""))
    )

    unit.refresh_from_db()
    assert (overlapping.status_code, moving.status_code, unit.area) == (200, 302, next_door)
    assert list(unit.placements.values_list("valid_from", "valid_to")) == [
        (date(2020, 1, 1), date(2024, 6, 1)),
        (date(2024, 6, 1), None),
    ]


def test_a_unit_stands_nowhere_before_its_founding_or_after_its_end(world: worlds.World) -> None:
    unit = standing(world.ours.commune, world.ours.unit.kind, since=date(2020, 1, 1), until=date(2023, 1, 1))

    for begin, end, field in ((date(2019, 1, 1), date(2019, 6, 1), "valid_from"), (date(2024, 1, 1), None, "valid_to")):
        with pytest.raises(ValidationError) as refused:
            Placement(unit=unit, area=world.ours.commune, valid_from=begin, valid_to=end).full_clean()

        assert list(refused.value.error_dict) == [field]


def test_a_unit_keeps_its_kind(world: worlds.World) -> None:
    world.ours.unit.kind = KindFactory()

    with pytest.raises(ValidationError) as refused:
        register.revise(world.ours.unit, by=world.ours.officer)

    assert list(refused.value.error_dict) == ["kind"]


def test_nobody_takes_the_codes_of_another_commune(world: worlds.World, officer: Client) -> None:
    response = officer.post(
        reverse("admin:units_unit_add"),
        {
            "kind": world.ours.unit.kind_id,
            "name": "Tổ lạ",
            "area": world.ours.commune.pk,
            "code": f"{world.theirs.commune.code}.0001",
        },
    )

    assert list(response.context["adminform"].form.errors) == ["code"]


def test_a_service_that_refuses_keeps_the_form(world: worlds.World, officer: Client) -> None:
    unit = world.ours.unit
    Unit.objects.filter(pk=unit.pk).update(established_on=date(2015, 1, 1))
    form = rows_of(unit, (world.ours.commune, "01/01/2020", "")) | {
        "established_on": "01/01/2015",
        "dissolved_on": "01/01/2019",
        "dissolution_reason": "Sáp nhập thôn",
    }

    response = officer.post(reverse("admin:units_unit_change", args=[unit.pk]), form)

    assert response.status_code == 200
    assert response.context["adminform"].form["dissolution_reason"].value() == "Sáp nhập thôn"
    unit.refresh_from_db()
    assert unit.dissolved_on is None


# ---------------------------------------------------------------- tampered and odd input


@pytest.mark.parametrize("value", ["abc", "1.5", "9" * 30])
def test_a_key_that_is_none_is_an_error_of_the_field(world: worlds.World, officer: Client, value: str) -> None:
    address = reverse("admin:units_unit_add")

    posted_back = officer.post(address, {"kind": value, "name": "Tổ", "area": value})
    opened = officer.get(address, {"area": value})

    assert sorted(posted_back.context["adminform"].form.errors) == ["area", "kind"]
    assert opened.status_code == 200


@pytest.mark.parametrize("path", ["/areas/%00/", "/areas/%00/2022/data.csv", "/admin/units/unit/?q=%00", "/?x=%00"])
def test_an_address_with_nul_is_refused(world: worlds.World, officer: Client, path: str) -> None:
    assert officer.get(path).status_code == 400


def test_a_search_of_a_thousand_words_is_answered(world: worlds.World, officer: Client) -> None:
    response = officer.get(reverse("admin:units_unit_changelist"), {"q": "to " * 1500})

    assert list(response.context["cl"].result_list) == [world.ours.unit]


@pytest.mark.parametrize(("typed", "stored"), [("1.000", 1000), ("1.052", 1052), ("12", 12)])
def test_thousands_are_thousands_in_every_form(world: worlds.World, officer: Client, typed: str, stored: int) -> None:
    unit = world.ours.unit

    officer.post(
        reverse("admin:units_unit_change", args=[unit.pk]),
        rows_of(unit, (world.ours.commune, "01/01/2020", "")) | {"members": typed},
    )

    unit.refresh_from_db()
    assert unit.members == stored


@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [
        ("", "9.000", 9000),
        ("", "1.052,5", 1052.5),
        ("", "1,052", None),
        ("/en", "9,000", 9000),
        ("/en", "1.052", None),
        ("/en", "1052.5", 1052.5),
    ],
)
def test_a_published_value_is_read_in_the_language_of_the_page(
    world: worlds.World, language: str, typed: str, stored: Any
) -> None:
    client = signed_in(world.clerk)
    form = {
        "area": world.ours.commune.pk,
        "year": "2024",
        "metric": "Mô hình",
        "source": "Báo tỉnh",
        "value": typed,
        "word": "",
    }

    client.post(f"{language}/admin/movement/publishedfigure/add/", form)

    assert [float(one.value or 0) for one in PublishedFigure.objects.all()] == ([stored] if stored else [])


def test_a_figure_beyond_all_counting_is_refused(world: worlds.World) -> None:
    world.ours.figure.own = 9223372036854775807

    with pytest.raises(ValidationError) as refused:
        world.ours.figure.full_clean()

    assert "own" in refused.value.error_dict


def test_a_long_reason_is_kept_whole(world: worlds.World) -> None:
    cast = cast_of(world.province)
    worlds.publish(world, cast)
    reason = "Đếm lại theo sổ của xã. " * 20

    figure = correct(Figure.objects.get(pk=world.ours.figure.pk), own=6, reason=reason, by=cast.reviewer)

    assert figure.history.first().history_change_reason == reason.strip()


# ---------------------------------------------------------------- sheets


def upload(client: Client, content: bytes, name: str = "to.xlsx") -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post(reverse("admin:units_unit_import"), {"import_file": file})


def test_a_second_confirmation_is_told_that_it_is_done(world: worlds.World, officer: Client) -> None:
    heads = ["Loại tổ chức", "Tên", "Mã địa bàn"]
    row = [world.ours.unit.kind.name_vi, "Tổ mới", world.ours.commune.code]
    address = upload(officer, workbook(heads, [row])).url
    sent = confirmation(officer.get(address))

    answers = [officer.post(address, sent) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert answers[1].context["refusals"] == ["Tệp đã sang bước khác: hãy xem bước hiện tại."]
    assert Unit.objects.filter(name="Tổ mới").count() == 1


def test_a_step_that_there_is_not_does_nothing(world: worlds.World, officer: Client) -> None:
    heads = ["Loại tổ chức", "Tên", "Mã địa bàn"]
    row = [world.ours.unit.kind.name_vi, "Tổ mới", world.ours.commune.code]
    address = upload(officer, workbook(heads, [row])).url

    answers = [officer.post(address, form).status_code for form in ({}, {"step": "store"}, {"step": "name\x00"})]

    assert (answers, Unit.objects.filter(name="Tổ mới").count()) == ([200] * 3, 0)


def test_the_name_of_a_file_is_a_door_too(world: worlds.World, officer: Client) -> None:
    response = upload(officer, workbook(["Tên"], [["x"]]), name="danh sach nguoi to giac.xlsx")

    assert list(response.context["form"].errors) == ["import_file"]


# ---------------------------------------------------------------- the boundary, at every text


def text_fields() -> list[Any]:
    """Return every text field that people fill in through a form or a sheet."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label not in {"units", "awards", "movement"} or model.__name__.startswith("Historical"):
            continue
        if not hasattr(model, "version") and model.__name__ not in {
            "UnitKind",
            "Indicator",
            "IndicatorSection",
            "AwardForm",
            "AwardingAuthority",
            "AwardingPower",
            "AwardGround",
            "User",
        }:
            continue
        found += [
            field
            for field in model._meta.local_fields
            if isinstance(field, models.CharField | models.TextField) and field.editable and not field.choices
            and not (model.__name__ == "User" and field.name in {"username", "password", "email"})
            and not (model.__name__ == "Indicator" and field.name == "code")
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("field", text_fields(), ids=str)
def test_every_text_asks_the_boundary(field: Any) -> None:
    with pytest.raises(ValidationError):
        field.run_validators("người cung cấp tin")


def test_notes_and_reasons_ask_the_boundary(world: worlds.World) -> None:
    with pytest.raises(ValidationError):
        move_report(world.ours.report, "request_signature", by=world.ours.officer, note="theo nguồn tin quần chúng")
    with pytest.raises(ValidationError):
        refuse_blocked_text("theo nguồn tin quần chúng")
