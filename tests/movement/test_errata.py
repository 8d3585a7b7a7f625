"""Errata of further editions: what they hold, and where they show. Sealed files: who may have which."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import http_date
from openpyxl import load_workbook

from movement import edition_files, editions, yearbook
from movement.models import Edition, Figure, Report, ReportSection
from movement.models.reports import State
from movement.publishing import Unexplained
from movement.reports import correct, move_report, open_period
from movement.texts import correct_text
from tests import world as worlds
from tests.factories import (
    IndicatorFactory,
    PeriodFactory,
    ReportedTotalFactory,
    ReportSectionFactory,
    commune,
    counting,
    country,
    district,
    province,
    standing,
)
from tests.people import cast_of, posted
from tests.published import fill, house, publish
from units.models.people import Role

if TYPE_CHECKING:
    from tests.people import Cast
    from tests.published import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> House:
    return house()


@pytest.fixture
def cast(here: House) -> Cast:
    return cast_of(here.province)


def figure_of(area: Any, code: str = "launch_attendance") -> Figure:
    return Figure.objects.select_related("report__area", "report__period", "indicator").get(
        report__area=area, indicator__code=code
    )


def publish_again(here: House, reason: str = "Đính chính") -> Edition:
    top = Report.objects.select_related("area", "period").get(area=here.province)
    return editions.seal(top, by=here.leader, reason=reason)


def told(edition: Edition) -> list[tuple[Any, ...]]:
    return list(
        edition.errata.values_list(
            "area__code", "subject", "old_value", "new_value", "why", "by", "role", "role_area__code"
        )
    )


def test_a_correction_is_told_at_every_level_with_its_reason_and_post(here: House, cast: Cast) -> None:
    publish(here)
    figure = figure_of(here.communes[0])
    figure.printed_word, figure.printed_value = "over", 300
    correct(figure, own=310, reason="Thiếu một buổi", by=cast.reviewer)

    second = publish_again(here)

    why = "Thiếu một buổi", cast.reviewer.pk, "reviewer", "P06"
    assert told(second) == [(code, "figure", 300, 310, *why) for code in ("C1", "D1", "P06")]
    assert second.errata.values_list("old_word", "old_printed", "new_word", "new_printed")[0] == ("", None, "over", 300)
    assert [one.position for one in second.errata.all()] == [1, 2, 3]
    assert {one.at for one in second.errata.all()} == {figure.history.latest("history_id").history_date}


def test_two_corrections_below_are_told_together_above(here: House, cast: Cast) -> None:
    publish(here)
    for own, reason in ((310, "Thiếu một buổi"), (320, "Cộng sai")):
        correct(figure_of(here.communes[0]), own=own, reason=reason, by=cast.reviewer)

    second = publish_again(here)

    assert {(one[2], one[3], one[4]) for one in told(second)} == {(300, 320, "Thiếu một buổi; Cộng sai")}


def test_a_further_edition_without_changes_corrects_nothing(here: House) -> None:
    first = publish(here)

    assert (first.errata.count(), publish_again(here).errata.count()) == (0, 0)


def test_a_commune_that_joins_is_told_by_the_reason_of_the_edition(here: House) -> None:
    top = fill(here, 2022)
    late = Report.objects.filter(area__code="C1")
    late.update(state=State.SUBMITTED)
    editions.seal(top, by=here.leader)
    late.update(state=State.APPROVED)

    second = publish_again(here, "Xã C1 gửi muộn")

    assert told(second) == [
        ("C1", "figure", None, value, "Xã C1 gửi muộn", here.leader.pk, "leader", "P06") for value in (300, 20, 10)
    ]


def test_texts_and_counts_of_commendations_are_compared_too(here: House, cast: Cast) -> None:
    top = fill(here, 2022)
    sections = [ReportSectionFactory(report=top, text=text, position=place) for place, text in enumerate(("Một.", "Hai.", "Ba."))]  # fmt: skip
    total = ReportedTotalFactory(area=here.province, year=2022, collectives=7, to_collectives=True)
    editions.seal(top, by=here.leader)
    section = ReportSection.objects.get(pk=sections[1].pk)
    section.text = "Hai rưỡi."
    correct_text(section, reason="Nói thiếu", by=cast.leader)
    total.collectives = 8
    total.save()

    second = publish_again(here)

    assert told(second) == [
        ("P06", "award", 7, 8, "Đính chính", here.leader.pk, "leader", "P06"),
        ("P06", "passage", None, None, "Nói thiếu", cast.leader.pk, "leader", "P06"),
    ]
    assert list(second.errata.filter(subject="passage").values_list("old_text_vi", "new_text_vi")) == [("Hai.", "Hai rưỡi.")]  # fmt: skip


def test_an_internal_figure_is_corrected_in_the_internal_file_only(here: House, cast: Cast) -> None:
    top = fill(here, 2022)
    women = Figure.objects.create(report=top, indicator=IndicatorFactory(code="members"), item="women", own=3)
    editions.seal(top, by=here.leader)
    Figure.objects.filter(pk=women.pk).update(own=4)

    second = publish_again(here)

    folder = edition_files.folder_of(second)
    shown = [[row["row"] for row in json.loads((folder / name).read_bytes())].count("erratum") for name in ("internal.json", "public.json")]  # fmt: skip
    assert (list(second.errata.values_list("is_public", flat=True)), shown) == ([False], [1, 0])
    assert yearbook.read(here.province, 2022).errata == ()


# ---------------------------------------------------------------- pages


def corrected(here: House, cast: Cast) -> Edition:
    publish(here)
    correct(figure_of(here.communes[0]), own=310, reason="Thiếu một buổi", by=cast.reviewer)
    return publish_again(here)


def test_the_page_of_each_level_shows_old_and_new(client: Client, here: House, cast: Cast) -> None:
    corrected(here, cast)

    for code in ("P06", "D1", "C1"):
        page = client.get(f"/areas/{code}/2022/").content.decode()
        english = client.get(f"/en/areas/{code}/2022/").content.decode()

        assert "<del>300</del>" in page
        assert "<ins>310</ins>" in page
        assert ("Thiếu một buổi" in page, "Cán bộ thẩm định, tỉnh Bắc Kạn" in page) == (True, True)
        assert "Reviewer, Bắc Kạn province" in english
        assert cast.reviewer.full_name not in page
        assert cast.reviewer.username not in page


def test_a_page_that_nothing_was_corrected_of_says_nothing(client: Client, here: House) -> None:
    publish(here)
    publish_again(here)

    assert "Đính chính:" not in client.get("/areas/P06/2022/").content.decode()


def test_errata_of_every_edition_stay_on_the_page(here: House, cast: Cast) -> None:
    corrected(here, cast)
    correct(figure_of(here.communes[0]), own=320, reason="Cộng sai", by=cast.reviewer)
    publish_again(here)

    found = yearbook.read(here.province, 2022).errata

    assert [(one.edition, one.old, one.new, one.why) for one in found] == [
        (3, "310", "320", "Cộng sai"), (2, "300", "310", "Thiếu một buổi"),
    ]  # fmt: skip


@pytest.mark.parametrize("districts", [1, 3])
def test_the_page_costs_the_same_for_more_errata(districts: int, django_assert_num_queries: Any) -> None:
    here = house(districts)
    cast = cast_of(here.province)
    publish(here)
    for place in here.communes:
        correct(figure_of(place), own=310, reason="Thiếu một buổi", by=cast.reviewer)
    publish_again(here)

    with django_assert_num_queries(11):
        page = yearbook.read(here.province, 2022)

    assert len(page.errata) == 1


def test_errata_are_open_data(client: Client, here: House, cast: Cast) -> None:
    corrected(here, cast)

    rows = json.loads(client.get("/areas/P06/2022/errata.json").content)["rows"]
    lines = client.get("/areas/P06/2022/errata.csv").content.decode("utf-8-sig").splitlines()
    sheet = load_workbook(BytesIO(client.get("/areas/P06/2022/errata.xlsx").content)).active

    assert [(row["area_code"], row["old_value"], row["new_value"], row["why"], row["edition"]) for row in rows] == [
        ("P06", 300, 310, "Thiếu một buổi", 2), ("D1", 300, 310, "Thiếu một buổi", 2),
    ]  # fmt: skip
    assert lines[0] == ",".join(rows[0])
    assert [line[0].value for line in sheet.rows] == ["area_code", "P06", "D1"]
    assert [client.get(f"/areas/P06/{year}/errata.json").status_code for year in (2021, 2022)] == [404, 200]


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(("suffix", "name"), [("json", "public.json"), ("csv", "public.csv"), ("manifest.json", "manifest.json")])  # fmt: skip
def test_the_public_has_the_sealed_files_at_an_address_that_stays(client: Client, suffix: str, name: str) -> None:
    here = house()
    edition = publish(here)
    content = (edition_files.folder_of(edition) / name).read_bytes()
    address = f"/areas/P06/2022/edition-1.{suffix}"

    response = client.get(address)
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    unchanged = client.get(address, headers={"If-Modified-Since": http_date((edition.sealed_at + timedelta(seconds=1)).timestamp())})  # fmt: skip

    assert b"".join(response.streaming_content) == content
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert response["Last-Modified"] == http_date(edition.sealed_at.astimezone(UTC).timestamp())
    assert (again.status_code, unchanged.status_code) == (304, 304)
    assert (response["Cache-Control"], "Cookie" in response.get("Vary", "")) == ("public, max-age=60", False)
    assert f"edition-1.{suffix}" in client.get("/areas/C1/2022/").content.decode()


def test_no_address_leads_to_an_internal_file(client: Client) -> None:
    publish(house())

    codes = {
        client.get(f"/areas/{path}").status_code
        for path in (
            "P06/2022/edition-1.internal.json", "P06/2022/edition-1.xlsx", "P06/2022/edition-2.json", "C1/2022/edition-1.json",
        )
    }  # fmt: skip

    assert codes == {404}


def test_internal_files_are_for_who_sees_every_report(here: House) -> None:
    edition = publish(here)
    address = reverse("admin:movement_edition_file", args=[edition.pk, "internal.json"])
    people = {
        "leader": here.leader,
        "officer": posted(here.province, Role.OFFICER),
        "below": posted(here.communes[0], Role.OFFICER),
        "elsewhere": posted(province(), Role.LEADER),
    }
    codes, offered = {}, {}
    for name, user in people.items():
        client = Client()
        client.force_login(user, backend="units.auth.PostingBackend")
        response = client.get(address)
        b"".join(response)  # the file is closed when it is read
        codes[name] = response.status_code
        page = client.get(reverse("admin:movement_edition_change", args=[edition.pk]))
        offered[name] = "internal.json" in page.content.decode()

    assert codes == {"leader": 200, "officer": 200, "below": 403, "elsewhere": 403}
    assert offered == {"leader": True, "officer": True, "below": False, "elsewhere": False}
    assert Client().get(address).status_code == 302


def test_a_lost_file_is_not_found(client: Client, here: House) -> None:
    edition = publish(here)
    (edition_files.folder_of(edition) / "public.json").unlink()

    assert client.get("/areas/P06/2022/edition-1.json").status_code == 404


# ---------------------------------------------------------------- publishing


def test_publishing_costs_the_same_for_more_reports() -> None:
    costs = []
    for communes in (1, 3):
        top = province()
        below = district(top)
        places = [commune(below) for _ in range(communes)]
        cast = cast_of(top)
        open_period(PeriodFactory(area=top), by=cast.administrator)
        Report.objects.filter(period__area=top).update(state=State.APPROVED)
        report = Report.objects.select_related("area", "period__area").get(area=top)
        with CaptureQueriesContext(connection) as queries:
            move_report(report, "publish", by=cast.leader)
        costs.append(len(queries))
        assert Edition.objects.get(area=top).period.reports.count() == len(places) + 2

    assert costs[0] == costs[1]


def test_numbers_are_compared_before_anything_is_locked(monkeypatch: Any) -> None:
    world = worlds.build()
    line = counting(world.ours.unit.kind, code="teams")
    cast = cast_of(world.province)
    world.period.indicators.add(line)
    top = worlds.publish(world, cast)
    standing(world.ours.commune, world.ours.unit.kind)
    locked = []
    monkeypatch.setattr(editions, "lock", lambda top: locked.append(top) or [])

    with pytest.raises(Unexplained):
        move_report(top, "publish", by=cast.leader, note="Đính chính")

    assert locked == []


def test_an_edition_of_the_country_covers_its_provinces_where_they_have_none(here: House) -> None:
    nation = country()
    leader = posted(nation, Role.LEADER)
    open_period(PeriodFactory(area=nation, year=2021), by=leader)
    Figure.objects.filter(report__period__year=2021).update(own=5)
    Report.objects.filter(period__year=2021).update(state=State.APPROVED)
    everywhere = editions.seal(Report.objects.select_related("area", "period").get(area=nation), by=leader)

    assert list(Edition.objects.covering(here.province)) == [everywhere]
    open_period(PeriodFactory(area=here.province, year=2021), by=here.leader)
    Report.objects.filter(period__area=here.province).update(state=State.APPROVED)
    own = editions.seal(Report.objects.select_related("area", "period").get(area=here.province, period__area=here.province), by=here.leader)  # fmt: skip
    assert list(Edition.objects.covering(here.communes[0])) == [own, everywhere]
