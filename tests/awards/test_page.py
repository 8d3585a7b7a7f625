"""The public page: counts that were sealed, totals of others, and no name that may not be told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from awards.models import AwardGround, Commendation
from movement import commended, editions
from tests.awards import desk as desks
from tests.awards.desk import authority_called, form_called
from tests.factories import CommendationFactory, DecisionFactory, RecipientFactory, ReportedTotalFactory, province
from tests.pages import Page
from tests.published import fill, house

if TYPE_CHECKING:
    from movement.models import Report
    from tests.published import House
    from units.models import Area

OF_THE_YEAR = "Bắc Kạn province: commendations of the year 2022"
THEMATIC = "Bắc Kạn province: thematic and multi-year commendations"


@pytest.fixture
def here(db: None) -> House:
    desks.catalogue.load()
    return house()


@pytest.fixture
def report(here: House) -> Report:
    """Return the province's approved report for 2022, not yet published."""
    return fill(here, 2022)


def given(
    area: Area, name: str, kind: str = "collective", *, year: int = 2022, public: bool = False, **fields: Any
) -> Commendation:
    """Return a commendation by the chairman of the province, with everything on record that may not be told."""
    decision = DecisionFactory(
        area=area, year=year, authority=authority_called("chu_tich_ubnd_tinh"), publishes_names=public,
        decided_on=date(year, 12, 28), signer_name="Lý Văn Ký", ground=fields.pop("ground", None),
    )  # fmt: skip
    recipient = RecipientFactory(
        area=area, kind=kind, name=name, post="Trưởng thôn", workplace="Thôn Nà Kín", **fields.pop("recipient", {})
    )
    return CommendationFactory(
        decision=decision, recipient=recipient, form=form_called("bang_khen"), achievement="Việc làm kín", **fields
    )


def seal(here: House, report: Report, reason: str = "") -> None:
    editions.seal(report, by=here.leader, reason=reason)


def shown(query: str = "", *, status: int = 200, prefix: str = "/en") -> Page:
    response = Client().get(f"{prefix}/awards/{query}")
    assert response.status_code == status
    return Page(response.content.decode())


def names_of(query: str) -> list[list[str]]:
    """Return the rows that a search shows."""
    tables = shown(f"?q={query}").tables
    return next(iter(tables.values()), [])


# ---------------------------------------------------------------- counts


def test_a_published_year_shows_what_it_sealed(here: House, report: Report) -> None:
    for number in range(3):
        given(here.province, f"Công an xã {number}")
    given(here.province, "Nông Văn Lẻ", "individual")
    given(here.province, "Tổ chuyên đề", ground=AwardGround.objects.get(code="chuyen_de"))
    seal(here, report)

    page = shown()

    assert page.texts("h1") == ["Commendations, 2022"]
    assert page.links["Bắc Kạn province"] == "/en/areas/P06/2022/"
    assert page.tables == {
        OF_THE_YEAR: [
            ["Certificate of merit", "Chairman of the provincial People’s Committee", "collectives", "3"],
            ["Certificate of merit", "Chairman of the provincial People’s Committee", "individuals", "1"],
        ],
        THEMATIC: [["Certificate of merit", "Chairman of the provincial People’s Committee", "collectives", "1"]],
    }


def test_an_unpublished_year_shows_nowhere(here: House, report: Report) -> None:
    given(here.province, "Công an xã Hà Hiệu", public=True)
    given(here.province, "Nông Văn Lẻ", "individual", public=True)

    first = shown()
    asked = shown("?year=2022", status=404)

    assert (first.texts("h1"), first.tables, asked.tables) == (["Commendations"], {}, {})
    assert [names_of(name) for name in ("ha+hieu", "nong+van+le")] == [[], []]


def test_what_comes_after_publication_waits_for_the_next_edition(here: House, report: Report) -> None:
    given(here.province, "Công an xã Một")
    seal(here, report)
    late = given(here.province, "Nông Văn Lẻ", "individual", public=True)
    before = shown().tables[OF_THE_YEAR], names_of("nong+van+le")

    seal(here, report, "Bổ sung một quyết định")

    assert [len(rows) for rows in before] == [1, 0]
    assert [len(shown().tables[OF_THE_YEAR]), len(names_of("nong+van+le"))] == [2, 1]
    late.refresh_from_db()


def test_years_and_areas_stand_apart(here: House) -> None:
    for year in (2021, 2022):
        given(here.communes[0], f"Xóm {year}", year=year)
        given(here.province, f"Phòng {year}", year=year)
        seal(here, fill(here, year))

    pages = [shown(query) for query in ("", "?year=2021")]

    assert [page.texts("h1") for page in pages] == [["Commendations, 2022"], ["Commendations, 2021"]]
    assert [page.texts("h2")[:2] for page in pages] == [["Bắc Kạn province", "Xã 1 commune"]] * 2
    assert [page.links[year] for page in pages for year in ("2021", "2022")] == ["?year=2021", "?year=2022"] * 2


def test_reported_totals_stand_with_their_source_and_no_number_is_no_zero(here: House, report: Report) -> None:
    forms = [form_called("bang_khen"), form_called("giay_khen")]
    ReportedTotalFactory(
        area=here.province,
        year=2022,
        source="Báo Bắc Kạn, 01/2023",
        forms=forms,
        authorities=[authority_called("bo_truong_bo_cong_an")],
    )
    ReportedTotalFactory(area=here.province, year=2022, source="Đài tỉnh", forms=forms[:1], mixed=180, word="nearly")
    given(here.province, "Công an xã Một")
    seal(here, report)

    vietnamese = shown(prefix="").tables
    english = shown().tables[OF_THE_YEAR]

    assert english == [
        ["Certificate of merit", "Chairman of the provincial People’s Committee", "collectives", "1"],
        ["Certificate of merit, Certificate of commendation", "Ministry of Public Security", "collectives, individuals", "number not published"],
        ["Source: Báo Bắc Kạn, 01/2023"],
        ["Certificate of merit", "not stated", "collectives, individuals", "nearly 180"],
        ["Source: Đài tỉnh"],
    ]  # fmt: skip
    assert [row[0] for row in next(iter(vietnamese.values()))] == [
        "Bằng khen", "Bằng khen, Giấy khen", "Nguồn: Báo Bắc Kạn, 01/2023", "Bằng khen", "Nguồn: Đài tỉnh",
    ]  # fmt: skip


def test_totals_of_others_need_no_edition_of_ours(here: House) -> None:
    elsewhere = province(name="Quảng Trị")
    ReportedTotalFactory(area=elsewhere, year=2018, source="CAND", forms=[form_called("co_thi_dua")], collectives=3)
    given(elsewhere, "Công an huyện Kín", year=2018)

    page = shown()

    assert page.tables == {
        "Quảng Trị province: commendations of the year 2018": [
            ["Emulation flag", "not stated", "collectives", "3"],
            ["Source: CAND"],
        ]
    }
    assert page.links["Quảng Trị province"] == f"/en/areas/{elsewhere.code}/"


def test_a_review_of_several_years_stands_under_its_last_and_apart(here: House) -> None:
    span = {"starts_on": date(2010, 1, 1), "ends_on": date(2014, 12, 31), "year": None}
    ReportedTotalFactory(
        area=here.province, source="Trang thành phố", forms=[form_called("giay_khen")], collectives=10, **span
    )
    ReportedTotalFactory(
        area=here.province, source="Không rõ năm", forms=[form_called("giay_khen")], mixed=5, year=None
    )

    page, unknown = shown(), shown("?year=unknown")

    assert page.texts("h1") == ["Commendations, 2014"]
    assert page.tables == {
        THEMATIC: [
            ["Certificate of commendation", "not stated", "collectives", "10"],
            ["Source: Trang thành phố (01/01/2010 – 31/12/2014)"],
        ]
    }
    assert page.links["year not stated"] == "?year=unknown"
    assert unknown.tables[THEMATIC][1] == ["Source: Không rõ năm"]


@pytest.mark.parametrize(
    ("query", "status"), [("?year=abc", 400), ("?year=²⁰²²", 400), ("?year=20222", 400), ("?year=1999", 404)]
)
def test_a_year_that_is_none_is_told(here: House, query: str, status: int) -> None:
    ReportedTotalFactory(area=here.province, year=2018, forms=[form_called("co_thi_dua")])

    assert shown(query, status=status).tables == {}


def test_many_areas_stand_on_several_pages(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commended, "AREAS_ON_A_PAGE", 2)
    for name in ("Cao Bằng", "An Giang", "Đồng Nai"):
        ReportedTotalFactory(area=province(name=name), year=2018, forms=[form_called("co_thi_dua")])

    first, second = shown(), shown("?year=2018&page=2")

    assert [page.texts("h2")[:-1] for page in (first, second)] == [
        ["An Giang province", "Cao Bằng province"], ["Đồng Nai province"],
    ]  # fmt: skip
    assert first.links["Further areas"] == "?year=2018&page=2"
    assert second.links["Previous areas"] == "?year=2018&page=1"


# ---------------------------------------------------------------- names


def test_a_collective_is_found_with_form_year_and_authority(here: House, report: Report) -> None:
    given(here.province, "Công an xã Hà Hiệu")
    seal(here, report)

    page = shown("?q=CONG+an+ha+hiệu")

    assert page.tables == {
        "Commendations of “CONG an ha hiệu”": [
            ["Công an xã Hà Hiệu, Thôn Nà Kín", "Certificate of merit", "2022", "Chairman of the provincial People’s Committee"]
        ]
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["individual", "household"])
def test_a_person_is_named_only_where_the_decision_says_so(here: House, report: Report, kind: str) -> None:
    given(here.province, "Nông Văn Lẻ", kind, public=True)
    given(here.province, "Nông Văn Kín", kind)
    given(here.province, "Nông Văn Tập Thể")
    seal(here, report)

    rows = names_of("nong+van")

    assert rows == [
        ["Nông Văn Lẻ", "Certificate of merit", "2022", "Chairman of the provincial People’s Committee"],
        ["Nông Văn Tập Thể, Thôn Nà Kín", "Certificate of merit", "2022", "Chairman of the provincial People’s Committee"],
    ]  # fmt: skip


def test_of_a_person_nothing_else_is_told_or_found(here: House, report: Report) -> None:
    given(here.province, "Nông Văn Lẻ", "individual", public=True)
    seal(here, report)

    page = Client().get("/awards/?q=nong+van+le").content.decode()

    assert [page.count(word) for word in ("Nông Văn Lẻ", "Nà Kín", "Trưởng thôn", "Việc làm kín", "Lý Văn Ký")] == [
        1,
        0,
        0,
        0,
        0,
    ]
    assert [names_of(words) for words in ("na+kin", "nong+na+kin", "truong+thon", "viec+lam+kin", "ly+van+ky")] == [
        []
    ] * 5


def test_what_was_revoked_or_removed_is_not_found(here: House, report: Report) -> None:
    revoked = given(here.province, "Tổ Bị Hủy")
    removed = given(here.province, "Nông Văn Xóa", "individual", public=True)
    given(here.province, "Tổ Còn Lại")
    seal(here, report)
    revoked.revoked_on, revoked.revocation_reason = date(2023, 3, 1), "Kê khai sai"
    revoked.save()
    person = removed.recipient
    person.name = person.post = person.workplace = person.salt = ""
    person.removed_on = date(2023, 3, 1)
    person.save()

    assert [row[0] for words in ("to+con", "to+bi+huy", "xoa", "removed", "nong") for row in names_of(words)] == [
        "Tổ Còn Lại, Thôn Nà Kín"
    ]


def test_a_commendation_that_is_only_proposed_is_not_found(here: House, report: Report) -> None:
    given(here.province, "Tổ Đã Trao")
    given(here.province, "Tổ Mới Đề Nghị", state="proposed")
    seal(here, report)

    assert [row[0] for row in names_of("to")] == ["Tổ Đã Trao, Thôn Nà Kín"]
    assert shown().tables[OF_THE_YEAR][0][-1] == "1"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_names_are_not_indexed(here: House, report: Report, prefix: str) -> None:
    given(here.province, "Công an xã Hà Hiệu")
    seal(here, report)

    robots = [
        [
            one.attributes["content"]
            for one in shown(query, prefix=prefix).all("meta")
            if one.attributes.get("name") == "robots"
        ]
        for query in ("?q=ha+hieu", "?q=khong+co", "")
    ]

    assert robots == [["noindex"], ["noindex"], []]


def test_names_stand_nowhere_but_in_a_search(here: House, report: Report) -> None:
    given(here.province, "Công an xã Hà Hiệu")
    given(here.province, "Nông Văn Lẻ", "individual", public=True)
    seal(here, report)

    pages = [
        Client().get(address).content.decode()
        for address in ("/awards/", "/awards/?q=", "/awards/?q=+", "/areas/P06/2022/")
    ]
    files = [Client().get(f"/areas/P06/2022/data.{suffix}").content for suffix in ("csv", "json")]

    assert [name in page for page in pages for name in ("Hà Hiệu", "Nông Văn Lẻ")] == [False] * 8
    assert [name.encode() in file for file in files for name in ("Hà Hiệu", "Nông Văn Lẻ")] == [False] * 4


@pytest.mark.parametrize("query", ["?q=%21%21", "?q=%27%22%3Cscript%3E", "?q=" + "qq+" * 400, "?q=%25", "?q=_"])
def test_an_odd_search_is_answered(here: House, report: Report, query: str) -> None:
    given(here.province, "Công an xã Hà Hiệu")
    seal(here, report)

    page = shown(query)

    assert (page.tables, len(page.all("script"))) == ({}, 0)


def test_a_long_answer_is_cut_and_says_so(here: House, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commended, "MOST_SHOWN", 2)
    for number in range(3):
        given(here.province, f"Tổ {number}")
    seal(here, report)

    page = shown("?q=to")

    assert len(next(iter(page.tables.values()))) == 2
    assert page.texts("p").count("There are more: add a word to the search.") == 1


# ---------------------------------------------------------------- for everybody alike


@pytest.mark.parametrize("query", ["", "?year=2022", "?q=ha+hieu"])
def test_the_page_is_the_same_for_everybody(here: House, report: Report, query: str) -> None:
    given(here.province, "Công an xã Hà Hiệu")
    seal(here, report)
    client = desks.signed_in(here.leader)

    response = client.get(f"/awards/{query}", headers={"accept-encoding": "gzip"})

    assert (response.status_code, response["Vary"], response["Cache-Control"]) == (
        200,
        "Accept-Encoding",
        "public, max-age=60",
    )
    assert not response.cookies
    assert not response.wsgi_request.session.accessed


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    here: House, report: Report, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        given(here.province, f"Tổ {number}")
        given(here.communes[0], f"Xóm {number}")
        for area in (here.province, province()):
            ReportedTotalFactory(area=area, year=2022, forms=[form_called("bang_khen")], source=f"Nguồn {number}")
    seal(here, report)

    with django_assert_num_queries(10):
        page = shown()
    with django_assert_num_queries(1):
        rows = names_of("to")

    assert (len(page.texts("h2")), len(rows)) == (2 + count + 1, count)
