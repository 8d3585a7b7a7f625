from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from config import errors
from config.middleware import BusyDatabaseMiddleware
from movement import editions, rollup
from movement.models import EditionFigure, Figure, Report
from movement.models.reports import State
from tests.factories import KindFactory, PublishedFigureFactory, SuccessionFactory, commune, province
from tests.pages import Page
from tests.published import ATTENDANCE, MEDIATION, SECURITY, fill, house, publish
from units.models import Area

pytestmark = pytest.mark.django_db
BY_AREA = "Units by kind and area: the numbers of the charts"
BY_YEAR = "Units by kind and year"
BY_KIND = "Units by kind at the data cut-off"


def page_of(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return Page(response.content.decode())


@pytest.mark.parametrize(("address", "target"), [("/", "/areas/P06/2022/"), ("/en/", "/en/areas/P06/2022/")])
def test_the_first_page_leads_to_the_latest_published_year(client, address, target):
    here = house()
    publish(here, 2021)
    publish(here, 2022)
    fill(here, 2024)

    response = client.get(address)

    assert (response.status_code, response["Location"]) == (302, target)


def test_before_anything_is_published_the_first_page_says_so(client):
    house()

    page = page_of(client, "/en/")

    assert page.texts("h1") == ["Nothing published yet"]
    assert page.links["About Bắc Kạn province"] == "/en/areas/P06/"


@pytest.mark.parametrize("address", ["/areas/P06/2022/", "/areas/P06/", "/awards/", "/areas/P06/2022/data.csv"])
def test_a_public_page_is_the_same_for_everybody(client, address):
    here = house()
    publish(here)
    client.force_login(here.leader)

    response = client.get(address, headers={"accept-encoding": "gzip"})

    assert response.status_code == 200
    assert not response.cookies
    assert response["Vary"] == "Accept-Encoding"
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.wsgi_request.session.accessed


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_year_costs_the_same_for_any_number_of_areas(client, count, django_assert_num_queries):
    here = house(count)
    publish(here)

    with django_assert_num_queries(12):
        page = page_of(client, "/en/areas/P06/2022/")

    assert page.tables[BY_AREA] == [
        *([f"Huyện {number} district", "10 ill.", "20 ill."] for number in range(1, count + 1)),
        ["Bắc Kạn province", f"{count * 10} ill.", f"{count * 20} ill."],
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_area_costs_the_same_for_any_number_of_areas(client, count, django_assert_num_queries):
    here = house(count)
    publish(here)
    for _number in range(count):
        SuccessionFactory(predecessor=here.province, successor=province(), kind="merge")

    with django_assert_num_queries(15):
        page = page_of(client, "/en/areas/P06/")

    assert page.links["2022"] == "/en/areas/P06/2022/"
    assert [text for text in page.links if text.startswith("Huyện")] == [
        f"Huyện {n} district" for n in range(1, count + 1)
    ]


def test_the_year_shows_its_figures_and_how_complete_they_are(client):
    publish(house(3))

    page = page_of(client, "/en/areas/P06/2022/")

    assert page.texts("h1") == ["Bắc Kạn province, 2022"]
    assert list(zip(page.texts("dt"), page.texts("dd"), strict=True))[:3] == [
        ("People's security teams", "30 units ill."),
        ("Mediation teams", "60 units ill."),
        ("Attendances at launches", "900 units ill."),
    ]
    assert page.tables[BY_KIND] == [
        ["People's security teams", "30 ill.", "units", "3/3"],
        ["Mediation teams", "60 ill.", "units", "3/3"],
    ]
    assert "3 of 3 communes included" in page.texts("p")
    assert [page.links[text] for text in ("CSV", "Excel (XLSX)", "JSON")] == [
        f"/en/areas/P06/2022/data.{suffix}" for suffix in ("csv", "xlsx", "json")
    ]


def test_figures_that_are_not_illustrative_carry_no_mark(client):
    publish(house(), synthetic=False)

    page = page_of(client, "/en/areas/P06/2022/")

    assert page.tables[BY_AREA][0] == ["Huyện 1 district", "10", "20"]
    assert page.all("abbr") == []


def test_a_commune_has_its_own_page(client):
    publish(house(3))

    page = page_of(client, "/en/areas/C2/2022/")

    assert page.texts("h1") == ["Xã 2 commune, 2022"]
    assert page.tables[BY_KIND] == [
        ["People's security teams", "10 ill.", "units", "1/1"],
        ["Mediation teams", "20 ill.", "units", "1/1"],
    ]
    assert BY_AREA not in page.tables


def test_the_sealed_sentences_stand_on_the_page_of_the_whole_area_only(client):
    edition = publish(house())

    vietnamese, english = (client.get(f"{prefix}/areas/P06/2022/").context["page"] for prefix in ("", "/en"))
    part = client.get("/areas/D1/2022/").context["page"]

    assert "\n\n".join(vietnamese.sentences) == edition.summary_vi
    assert "\n\n".join(english.sentences) == edition.summary_en
    assert part.sentences == ()


def test_what_is_approved_but_not_published_does_not_show(client):
    here = house()
    publish(here, 2022)
    fill(here, 2024)
    PublishedFigureFactory(
        area=here.province, year=2024, indicator=here.indicators[SECURITY], value=845, of_record=True
    )

    page = page_of(client, "/en/areas/P06/2024/")

    unpublished = Figure.objects.get(report__area=here.province, report__period__year=2024, indicator__code=SECURITY)
    assert (unpublished.total, unpublished.report.state) == (10, State.APPROVED)
    assert page.tables[BY_YEAR] == [
        ["2022", "10 ill.", "20 ill.", "edition 1 of the ledger"],
        ["2023", "No figure yet", "No figure yet", "nothing published"],
        ["2024", "845", "No figure yet", "published by others"],
    ]
    assert list(page.tables) == [BY_YEAR, "Published figures beside ours"]


def test_after_publication_our_own_figures_stand_in_the_trend(client):
    here = house()
    PublishedFigureFactory(
        area=here.province, year=2022, indicator=here.indicators[SECURITY], value=845, of_record=True
    )
    publish(here, 2022)

    page = page_of(client, "/en/areas/P06/2022/")

    assert page.tables[BY_YEAR] == [["2022", "10 ill.", "20 ill.", "edition 1 of the ledger"]]


def test_the_latest_edition_is_shown(client):
    here = house()
    first = publish(here)
    Figure.objects.filter(report__area=here.communes[0], indicator__code=SECURITY).update(own=11)
    reports = Report.objects.select_related("area", "period")
    rollup.rebuild(reports)
    second = editions.seal(reports.get(area=here.province), by=here.leader, reason="Đính chính")

    page = client.get("/areas/P06/2022/").context["page"]

    assert (first.number, second.number, page.edition) == (1, 2, second)
    assert page.kinds[0].printed == "11"


def test_a_year_that_only_others_published_shows_their_figures(client):
    here = house()
    PublishedFigureFactory(
        area=here.province, year=2023, indicator=None, metric="Ban bảo vệ dân phố", value=11,
        source="Báo Bắc Kạn, 01/2024", quote="11 ban", of_record=True,
    )  # fmt: skip

    page = page_of(client, "/en/areas/P06/2023/")

    assert page.tables == {
        "Published figures beside ours": [
            ["Ban bảo vệ dân phố", "–", "11 Figure of record", "11 ban Báo Bắc Kạn, 01/2024"]
        ]
    }


def test_conflicting_figures_stand_beside_ours(client):
    here = house()
    top = fill(here, 2022)
    top.figures.filter(indicator__code=ATTENDANCE).update(printed_word="over", printed_value=290)
    attendance = here.indicators[ATTENDANCE]
    PublishedFigureFactory(
        area=here.province, year=2022, indicator=attendance, value=290, word="over", of_record=True, source="Báo"
    )
    PublishedFigureFactory(
        area=here.province, year=2022, indicator=attendance, value=58831, source="Công an", scope="mọi đợt"
    )
    editions.seal(top, by=here.leader)

    page = page_of(client, "/en/areas/P06/2022/")

    assert page.tables["Published figures beside ours"] == [
        ["Attendances at launches", "more than 290 counted: 300 ill.", "more than 290 Figure of record", "Báo"],
        ["58,831", "Công an What was counted: mọi đợt"],
    ]


def test_a_year_of_which_nothing_is_published_names_those_that_are(client):
    publish(house())

    page = page_of(client, "/en/areas/P06/2011/", status=404)

    assert page.texts("h1") == ["Nothing has been published of Bắc Kạn province for 2011"]
    assert page.links["2022"] == "/en/areas/P06/2022/"


@pytest.mark.parametrize(
    "address",
    [
        "/areas/X9/",
        "/areas/X9/2022/",
        "/areas/X9/2022/data.csv",
        "/areas/P06/2022/data.ods",
        f"/areas/P06/{10**30}/data.csv",
    ],
)
def test_an_unknown_address_leads_to_the_first_page(client, address):
    publish(house())

    page = page_of(client, f"/en{address}", status=404)

    assert page.texts("h1") == ["There is no such page"]
    assert page.links["To the first page"] == "/en/"


def test_an_ended_area_keeps_its_page_and_says_what_became_of_it(client):
    old = commune(code="C-OLD", name="Cũ", valid_to=date(2025, 7, 1))
    new = commune(code="C-NEW", name="Mới", valid_from=date(2025, 7, 1), source="1683/NQ-UBTVQH15")
    SuccessionFactory(predecessor=old, successor=new, effective_on=date(2025, 7, 1), kind="merge", note="toàn bộ")

    after, before = page_of(client, "/en/areas/C-OLD/"), page_of(client, "/en/areas/C-NEW/")

    assert (after.texts("time"), before.texts("time")) == (["01/07/2025"], ["01/07/2025"])
    assert (after.links["Mới commune"], before.links["Cũ commune"]) == ("/en/areas/C-NEW/", "/en/areas/C-OLD/")
    told = "01/07/2025 : merged: Mới commune (toàn bộ) 1683/NQ-UBTVQH15"
    assert [text for text in after.texts("li") if text.startswith("01/07/2025")] == [told]


@pytest.mark.parametrize("day", ["2025-02-31", "01/07/2025", ""])
def test_a_day_that_does_not_exist_is_refused(client, day):
    publish(house())

    page = page_of(client, f"/en/areas/P06/2022/?boundaries={day}", status=400)

    assert page.texts("p")[0] == f"“{day}” is not a day: write it as 2025-07-01."


def test_counts_that_could_point_at_a_household_stay_above_the_commune(client):
    here = house()
    edition = publish(here)
    KindFactory(code="peer_support_club", name_en="Peer support club")
    for area in Area.objects.filter(code__in=["C1", "D1"]):
        for item in ("peer_support_club", "women"):
            EditionFigure.objects.create(
                edition=edition, area=area, indicator=here.indicators[MEDIATION], item=item, total=4, figure_version=1
            )

    above, below = (page_of(client, f"/en/areas/{code}/2022/").tables["Forces"] for code in ("D1", "C1"))

    assert [row[0] for row in above] == [
        "People's security teams", "Mediation teams", "Mediation teams: Peer support club", "Attendances at launches",
    ]  # fmt: skip
    assert [row[0] for row in below] == ["People's security teams", "Mediation teams", "Attendances at launches"]


@pytest.mark.parametrize(
    ("address", "vietnamese", "english"),
    [
        ("/areas/P06/2022/", "/areas/P06/2022/", "/en/areas/P06/2022/"),
        ("/en/areas/P06/?a=1", "/areas/P06/?a=1", "/en/areas/P06/?a=1"),
        ("/en/awards/", "/awards/", "/en/awards/"),
    ],
)
def test_each_page_leads_to_itself_in_the_other_language(client, address, vietnamese, english):
    publish(house())

    page = page_of(client, address)

    assert (page.links["Tiếng Việt"], page.links["English"]) == (vietnamese, english)
    assert page.all("html")[0].attributes["lang"] == ("en" if address.startswith("/en/") else "vi")


@pytest.mark.parametrize("address", ["/areas/P06/2022/", "/areas/P06/", "/awards/", "/areas/P06/1999/"])
def test_headings_are_in_order_and_ids_stand_once(client, address):
    publish(house())

    page = Page(client.get(address).content.decode())

    levels = [int(one.tag[1]) for one in page.elements if one.tag in {"h1", "h2", "h3"}]
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))


def test_commendations_say_that_none_is_published(client):
    page = page_of(client, reverse("awards:index"))

    assert page.links["English"] == "/en/awards/"
    assert page.tables == {}


@pytest.mark.parametrize(
    ("view", "status", "heading"),
    [
        (errors.bad_request, 400, "This request could not be understood"),
        (errors.forbidden, 403, "You may not do this"),
        (errors.form_expired, 403, "The form is too old"),
        (errors.not_found, 404, "There is no such page"),
        (errors.server_error, 500, "Something went wrong"),
        (errors.busy, 503, "The ledger is busy"),
    ],
)
def test_what_went_wrong_is_told_without_the_database(view, status, heading, django_assert_num_queries):
    with translation.override("en"), django_assert_num_queries(0):
        response = view(RequestFactory().get("/en/areas/P06/"))

    page = Page(response.content.decode())
    assert (response.status_code, page.texts("h1")) == (status, [heading])
    assert page.all("html")[0].attributes["lang"] == "en"


def test_a_refusal_says_why():
    response = errors.forbidden(RequestFactory().get("/"), PermissionDenied("Chỉ sửa được địa bàn của mình."))

    assert Page(response.content.decode()).texts("p")[0] == "Chỉ sửa được địa bàn của mình."


def test_a_busy_database_keeps_what_was_entered():
    request = RequestFactory().post("/en/admin/units/unit/add/", {"name": "Tổ “Bản Mới”", "kind": ["1", "2"]})

    response = errors.busy(request)

    page = Page(response.content.decode())
    form = page.all("form")[0].attributes
    entered = [(one.attributes["name"], one.attributes["value"]) for one in page.all("input")]
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert (form["method"], form["action"]) == ("post", "/en/admin/units/unit/add/")
    assert [pair for pair in entered if pair[0] != "csrfmiddlewaretoken"] == [
        ("name", "Tổ “Bản Mới”"), ("kind", "1"), ("kind", "2"),
    ]  # fmt: skip
    assert "csrfmiddlewaretoken" in dict(entered)


def test_only_a_lock_is_answered_with_the_page_of_a_busy_database():
    request = RequestFactory().get("/")
    middleware = BusyDatabaseMiddleware(lambda _request: HttpResponse())

    answers = [
        middleware.process_exception(request, OperationalError(text))
        for text in ("database is locked", "disk I/O error")
    ]

    assert [answer and answer.status_code for answer in answers] == [503, None]
