from __future__ import annotations

from datetime import date

import pytest

from movement import editions
from movement.models import Directive, EditionAward, EditionPassage, ReportSection
from movement.telling import Total, total_of
from tests.factories import (
    AgendaItemFactory,
    AuthorityFactory,
    AwardFormFactory,
    BodyFactory,
    CommendationFactory,
    ConferenceFactory,
    DecisionFactory,
    DirectiveFactory,
    GroundFactory,
    MeasureFactory,
    PaperFactory,
    ProgrammeFactory,
    PublishedFigureFactory,
    RecipientFactory,
    ReportedTotalFactory,
    ReportSectionFactory,
    ShortcomingFactory,
    SnapshotFactory,
    TaskFactory,
)
from tests.pages import Page
from tests.published import SECURITY, fill, house, publish

pytestmark = pytest.mark.django_db
OF_THE_YEAR = "Commendations of the year by form, authority and recipient"
THEMATIC = "Thematic and multi-year commendations, not counted in the year"
BARE = ["The year at a glance", "Units by kind", "Units by area", "Over the years", "All known figures, by section of the form", "Forces", "Open data", "This edition"]  # fmt: skip


def tell(report):
    """Enter a text of every kind for `report`, of 2022, each in both languages where it may be."""
    area, body = report.area, BodyFactory(area=report.area, name="Công an tỉnh")
    for kind, position, text, text_en in (
        ("proposals", 1, "Đề nghị hỗ trợ kinh phí.", "Funds are asked for."),
        ("causes", 1, "Kinh phí còn hạn hẹp.", "Funds are short."),
        ("bright_spot", 1, "Các mô hình được nhân rộng.", "Models were replicated."),
        ("results", 2, "Đã có kế hoạch.", "There is a plan."),
        ("results", 1, "Thu được nhiều thông tin.", "Much information came in."),
        ("assessment", 1, "Phong trào đạt nhiều kết quả.", "The movement achieved much."),
    ):
        ReportSectionFactory(report=report, kind=kind, position=position, text=text, text_en=text_en)
    ShortcomingFactory(
        report=report, text="Việc kiểm tra chưa thường xuyên.", text_en="Inspection was not regular.",
        extent_en="in some localities",
    )  # fmt: skip
    ShortcomingFactory(
        report=report, position=1, text="Tuyên truyền chưa hiệu quả.", text_en="Information was not effective.",
        extent="", causes="thiếu kinh phí", causes_en="funds were short",
    )  # fmt: skip
    TaskFactory(
        report=report,
        text="Củng cố các mô hình.",
        text_en="Strengthen the models.",
        lead=body,
        due_on=date(2023, 6, 30),
    )
    TaskFactory(report=report, position=1, text="Kiểm tra cơ sở.", text_en="Inspect the grassroots.")
    programme = ProgrammeFactory(name="Dữ liệu dân cư", name_en="Population data", short_name_en="Project 06")
    SnapshotFactory(
        area=area, measure=MeasureFactory(programme=programme, name_en="Services"), taken_on=date(2022, 5, 18), value=25
    )
    conference = ConferenceFactory(
        area=area, year=2022, name="Hội nghị tổng kết năm 2022", name_en="Conference of 2022",
        held_on=date(2023, 1, 6), part_of_day="morning", venue="Công an tỉnh", host=body,
    )  # fmt: skip
    AgendaItemFactory(conference=conference, text_en="The year")
    AgendaItemFactory(conference=conference, position=1, text="Đề án 06", text_en="Project 06", programme=programme)
    PaperFactory(conference=conference, body=body)
    first = DirectiveFactory(
        conference=conference, text_en="Raise the responsibility of the heads.", due_on=date(2023, 9, 30)
    )
    first.addressees.add(body)
    DirectiveFactory(
        conference=conference, position=1, text="Đổi mới hình thức.", text_en="Renew the forms.",
        addressed_to="các sở, ngành", addressed_to_en="departments",
    )  # fmt: skip


def commend(area, **fields):
    """Put the article's commendations on record for `area`: two forms, three authorities, no number."""
    return ReportedTotalFactory(
        area=area,
        year=2022,
        forms=[AwardFormFactory(name_en=name) for name in ("Certificate of merit", "Letter")],
        authorities=[
            AuthorityFactory(printed_en=name, printed_vi=f"vi {name}") for name in ("Ministry", "Chairman", "Police")
        ],
        source="Báo Bắc Kạn, 01/2023",
        **fields,
    )


def year_page(client, area="P06", year=2022, language="en"):
    response = client.get(f"{'' if language == 'vi' else f'/{language}'}/areas/{area}/{year}/")
    assert response.status_code == 200
    return Page(response.content.decode())


def told(page):
    """Return what stands on the page from its title to the tables of figures, as pairs of tag and text."""
    shown = [
        (one.tag, one.text)
        for one in page.elements
        if one.tag in {"h1", "h2", "h3", "p", "li"} and "main" in one.inside and "nav" not in one.inside
    ]
    return shown[: shown.index(("h2", "Units by kind"))]


def headings(page):
    return [one.text for one in page.elements if one.tag in {"h2", "h3"} and "main" in one.inside]


def in_vietnamese(page):
    return [one.text for one in page.all("span") if one.attributes.get("lang") == "vi"]


def test_the_page_tells_the_year_in_order(client):
    here = house()
    top = fill(here, 2022, synthetic=False)
    tell(top)
    commend(here.province)
    editions.seal(top, by=here.leader)

    page = year_page(client)

    assert told(page)[2:] == [
        ("p", "Some texts are in Vietnamese only."),
        ("p", "Conference of 2022, held in the morning of 06/01/2023 at Công an tỉnh. Host: Công an tỉnh"),
        ("h2", "General assessment"),
        ("p", "The movement achieved much."),
        ("h2", "Results"),
        ("p", "The whole province now has 10 people's security teams, 20 mediation teams."),
        ("p", "The whole province held information and mass launch sessions of the movement, with 300 attendances."),
        ("p", "Much information came in."),
        ("p", "There is a plan."),
        ("h2", "The year at a glance"),
        ("p", "1 of 1 communes included"),
        ("h2", "Bright spots"),
        ("p", "Models were replicated."),
        ("h2", "Shortcomings and limitations"),
        ("li", "Inspection was not regular. In some localities"),
        ("li", "Information was not effective. Funds were short"),
        ("h2", "Causes"),
        ("p", "Funds are short."),
        ("h2", "Tasks set for 2023"),
        ("li", "Strengthen the models. Lead body: Công an tỉnh; by 30/06/2023"),
        ("li", "Inspect the grassroots."),
        ("h2", "Programmes"),
        ("li", "Project 06: Population data Services: 25 (18/05/2022)"),
        ("h2", "Year-end conference"),
        ("h3", "Agenda"),
        ("li", "The year"),
        ("li", "Project 06 Project 06: Population data"),
        ("h3", "Papers"),
        ("li", "Kinh nghiệm xây dựng mô hình Công an tỉnh"),
        ("h3", "Directives"),
        ("li", "Raise the responsibility of the heads. To: Công an tỉnh; by 30/09/2023"),
        ("li", "Renew the forms. To: departments"),
        ("h2", "Commendations"),
        ("p", "To the page of commendations"),
        ("h2", "Proposals"),
        ("p", "Funds are asked for."),
    ]
    assert [one.inside[-1] for one in page.all("li") if one.text.startswith(("Strengthen", "Renew"))] == ["ol", "ol"]
    assert page.links["To the page of commendations"] == "/en/awards/"


def test_the_vietnamese_page_tells_it_in_vietnamese(client):
    here = house()
    top = fill(here, 2022)
    tell(top)
    editions.seal(top, by=here.leader)

    page = year_page(client, language="vi")

    listed = [one.text for one in page.all("li") if "main" in one.inside and one.inside[-1] in {"ul", "ol"}]
    assert listed[listed.index("Kiểm tra cơ sở.") - 3] == "Việc kiểm tra chưa thường xuyên. Ở một số địa phương"
    assert in_vietnamese(page) == []


def test_what_has_no_english_text_stands_in_vietnamese_and_the_page_says_so(client):
    here = house()
    top = fill(here, 2022)
    ReportSectionFactory(report=top, kind="bright_spot", text="Các mô hình\nđược nhân rộng.")
    ReportSectionFactory(report=top, kind="causes", text="Thiếu kinh phí.", text_en="Funds are short.")
    ShortcomingFactory(report=top, text_en="Inspection was not regular.")
    editions.seal(top, by=here.leader)

    page = year_page(client)

    assert in_vietnamese(page) == ["Các mô hình được nhân rộng.", "Ở một số địa phương"]
    assert told(page)[2] == ("p", "Some texts are in Vietnamese only.")


def test_a_name_that_is_the_same_in_both_languages_is_marked_as_vietnamese(client):
    here = house()
    top = fill(here, 2022)
    programme = ProgrammeFactory(name="Đề án chưa dịch")
    AgendaItemFactory(
        conference=ConferenceFactory(area=here.province, year=2022, name_en="Conference"),
        text_en="A programme",
        programme=programme,
    )
    editions.seal(top, by=here.leader)

    assert in_vietnamese(year_page(client)) == ["Đề án chưa dịch", "Đề án chưa dịch"]


def test_the_note_is_absent_where_every_text_is_in_english(client):
    here = house()
    top = fill(here, 2022, synthetic=False)
    ReportSectionFactory(report=top, text="Đã có kế hoạch.", text_en="There is a plan.")
    editions.seal(top, by=here.leader)

    page = year_page(client)

    assert in_vietnamese(page) == []
    assert told(page)[2] == ("h2", "Results")


def test_what_is_not_public_is_not_told(client):
    here = house()
    top = fill(here, 2022)
    ReportSectionFactory(report=top, kind="bright_spot", text="", internal_text="Chỉ trong cơ quan.")
    ShortcomingFactory(report=top, is_public=False)
    TaskFactory(report=top, is_public=False)
    hidden = ConferenceFactory(area=here.province, year=2022, is_public=False)
    AgendaItemFactory(conference=hidden)
    PaperFactory(conference=hidden)
    DirectiveFactory(conference=hidden)
    editions.seal(top, by=here.leader)

    page = year_page(client)

    assert headings(page) == ["Results", *BARE]


def test_nothing_is_told_of_a_year_that_is_approved_but_not_published(client):
    here = house()
    publish(here, 2021)
    top = fill(here, 2022)
    tell(top)
    commend(here.province)
    PublishedFigureFactory(area=here.province, year=2022, indicator=here.indicators[SECURITY], of_record=True)

    page = year_page(client)

    assert headings(page) == ["Over the years", "Breaks in the series", "Published figures beside ours", "Open data"]


def test_only_what_was_sealed_is_told(client):
    here = house()
    top = fill(here, 2022)
    tell(top)
    commend(here.province)
    editions.seal(top, by=here.leader)
    before = told(year_page(client)), year_page(client).tables

    ReportSection.objects.update(text="Sửa sau", text_en="Changed later")
    Directive.objects.update(text="Sửa sau", text_en="Changed later")
    DirectiveFactory(conference=Directive.objects.earliest("pk").conference)
    ReportSectionFactory(report=top, kind="bright_spot", text_en="Added later")
    ReportedTotalFactory(area=here.province, year=2022, mixed=7)

    assert (told(year_page(client)), year_page(client).tables) == before


def test_the_latest_edition_tells_the_year(client):
    here = house()
    top = fill(here, 2022, synthetic=False)
    section = ReportSectionFactory(report=top, kind="bright_spot", text_en="As first said.")
    editions.seal(top, by=here.leader)
    section.text_en = "As corrected."
    section.save()
    editions.seal(top, by=here.leader, reason="Đính chính")

    page = year_page(client)

    assert told(page)[-2:] == [("h2", "Bright spots"), ("p", "As corrected.")]
    assert EditionPassage.objects.count() == 2


def test_each_area_tells_its_own_year(client):
    here = house(2)
    top = fill(here, 2022, synthetic=False)
    own = top.period.reports.get(area=here.communes[0])
    ReportSectionFactory(report=top, kind="bright_spot", text_en="Of the province.")
    ReportSectionFactory(report=own, kind="bright_spot", text_en="Of the commune.")
    commend(here.communes[0], collectives=4)
    editions.seal(top, by=here.leader)

    above, ours, other = (year_page(client, code) for code in ("P06", "C1", "C2"))

    assert told(above)[-1] == ("p", "Of the province.")
    assert told(ours)[2:] == [
        ("h2", "The year at a glance"),
        ("h2", "Bright spots"),
        ("p", "Of the commune."),
        ("h2", "Commendations"),
        ("p", "To the page of commendations"),
    ]
    assert told(other)[2:] == [("h2", "The year at a glance")]


def test_a_number_that_was_not_published_is_never_nought(client):
    here = house()
    top = fill(here, 2022)
    commend(here.province)
    editions.seal(top, by=here.leader)

    english, vietnamese = year_page(client), year_page(client, language="vi")

    assert english.tables[OF_THE_YEAR] == [
        ["Certificate of merit, Letter", "Ministry, Chairman, Police", "collectives, individuals", "number not published"],
        ["Source: Báo Bắc Kạn, 01/2023"],
    ]  # fmt: skip
    printed = next(one.text for one in vietnamese.all("td") if one.text.startswith("vi "))
    assert printed == "vi Ministry, vi Chairman, vi Police"


def test_words_stand_before_numbers_and_sources_under_the_rows_they_give(client):
    here = house()
    top = fill(here, 2022)
    medal = AwardFormFactory(name_en="Medal")
    ReportedTotalFactory(area=here.province, year=2022, forms=[medal], mixed=180, word="nearly", source="Đài, 11/2022")
    ReportedTotalFactory(area=here.province, year=2022, forms=[medal], collectives=0, individuals=1087, source="Báo")
    editions.seal(top, by=here.leader)

    page = year_page(client)

    assert page.tables[OF_THE_YEAR] == [
        ["Medal", "not stated", "collectives, individuals", "nearly 180"],
        ["Source: Đài, 11/2022"],
        ["Medal", "not stated", "collectives", "0"],
        ["Medal", "not stated", "individuals", "1,087"],
        ["Source: Báo"],
    ]


def decide(area, counts, **fields):
    """Put a decision of `area` on record that gives its form to as many recipients of each kind as `counts` say."""
    decision = DecisionFactory(area=area, year=2022, **fields)
    form = AwardFormFactory(name_en=f"Form of {decision.authority.printed_en}")
    for kind, number in counts.items():
        for _number in range(number):
            CommendationFactory(decision=decision, form=form, recipient=RecipientFactory(area=area, kind=kind))


def test_counts_of_decisions_are_added_up_and_thematic_ones_stand_apart(client):
    here = house()
    top = fill(here, 2022)
    decide(here.province, {"collective": 3, "individual": 2}, authority=AuthorityFactory(printed_en="Ministry"))
    decide(here.province, {"individual": 4, "household": 1}, authority=AuthorityFactory(printed_en="Police"))
    decide(
        here.province,
        {"area": 2},
        authority=AuthorityFactory(printed_en="Chairman"),
        ground=GroundFactory(counts_in_year=False),
    )
    editions.seal(top, by=here.leader)

    page = year_page(client)

    assert page.tables[OF_THE_YEAR] == [
        ["Form of Ministry", "Ministry", "collectives", "3"],
        ["Form of Ministry", "Ministry", "individuals", "2"],
        ["Form of Police", "Police", "households", "1"],
        ["Form of Police", "Police", "individuals", "4"],
        ["Total", "collectives: 3; individuals: 6; households: 1", "10"],
    ]
    assert page.tables[THEMATIC] == [["Form of Chairman", "Chairman", "areas as a whole", "2"]]


def test_thematic_commendations_alone_stand_in_their_table_only(client):
    here = house()
    top = fill(here, 2022)
    commend(here.province, occasion="thematic_review", collectives=5)
    editions.seal(top, by=here.leader)

    page = year_page(client)

    assert [caption for caption in page.tables if caption in {OF_THE_YEAR, THEMATIC}] == [THEMATIC]


@pytest.mark.parametrize(
    ("reported", "total"),
    [
        (None, Total("3", "collectives: 1; individuals: 2")),
        ({"mixed": 7}, None),
        ({}, None),
        ({"collectives": 7, "word": "about"}, None),
        ({"collectives": 7, "occasion": "thematic_review"}, Total("3", "collectives: 1; individuals: 2")),
    ],
)
def test_a_total_stands_only_under_exact_and_itemised_counts(client, reported, total):
    here = house()
    top = fill(here, 2022)
    decide(here.province, {"collective": 1, "individual": 2})
    if reported is not None:
        commend(here.province, **reported)
    editions.seal(top, by=here.leader)

    page = client.get("/en/areas/P06/2022/").context["page"]

    assert page.telling.commendations.total == total


def test_a_worded_count_is_not_exact_wherever_it_comes_from():
    lines = [
        EditionAward(recipients="individual", count=2),
        EditionAward(recipients="collective", count=9, word="about"),
    ]

    assert total_of(lines) is None


def test_one_line_needs_no_total(client):
    here = house()
    top = fill(here, 2022)
    decide(here.province, {"individual": 2})
    editions.seal(top, by=here.leader)

    page = client.get("/en/areas/P06/2022/").context["page"]

    assert page.telling.commendations.total is None


@pytest.mark.parametrize("count", [1, 3])
def test_telling_costs_the_same_for_any_number_of_texts_and_commendations(client, count, django_assert_num_queries):
    here = house()
    top = fill(here, 2022, synthetic=False)
    for number in range(count):
        ReportSectionFactory(report=top, kind="proposals", position=number, text_en=f"Proposal {number}")
        ReportedTotalFactory(area=here.province, year=2022, forms=[AwardFormFactory()], mixed=number)
    editions.seal(top, by=here.leader)

    with django_assert_num_queries(14):
        page = year_page(client)

    assert told(page)[-count:] == [("p", f"Proposal {number}") for number in range(count)]
    assert len(page.tables[OF_THE_YEAR]) == count + 1
