"""What others have printed, with all that a source may leave open: the form, the sheet, the public pages, the files."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from config.numbers import AmountField
from config.writing.texts import Kind, OutColumn, csv_stream
from movement import charts, printed
from movement.models import Chart, PublishedFigure
from movement.sheets.published import PublishedFigureSheet
from tests import world as worlds
from tests.desk import bring_in, confirm, confirmation, counts, receive, refusals, rows_of, workbook, written
from tests.factories import IndicatorFactory, KindFactory, PublishedFigureFactory, SectionFactory, commune, province
from tests.pages import Page
from tests.people import posted
from tests.published import ATTENDANCE, SECURITY, house, publish
from units.importing.cells import DecimalCell
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Upload

pytestmark = pytest.mark.django_db

ADD = "admin:movement_publishedfigure_add"
SOURCE = "Báo tỉnh, 01/2025"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


@pytest.fixture
def clerk(world: worlds.World) -> Client:
    return signed_in(world.clerk)


# ---------------------------------------------------------------- the form


def form_of(world: worlds.World, **typed: Any) -> dict[str, Any]:
    return {"area": world.ours.commune.pk, "year": "2022", "span": "year", "source": SOURCE, **typed}


def test_every_field_comes_in_by_the_form(world: worlds.World, clerk: Client) -> None:
    kind = KindFactory(name_vi="Ban bảo vệ dân phố")
    typed = form_of(
        world, span="several", starts_on="01/01/2019", ends_on="31/12/2024", indicator=world.ours.figure.indicator_id,
        item=kind.code, unit="lượt", scope="cấp tỉnh", word="over", value="1.052,5", numerator="372", denominator="580",
        rate="64,13", rate_rule="thành ÷ (thành + không thành)", quote="hơn 1.052", does_not_add_up="on", note="lệch",
    )  # fmt: skip

    response = clerk.post(reverse(ADD), typed)

    assert response.status_code == 302
    names = (
        "year", "span", "starts_on", "ends_on", "indicator", "metric", "item", "unit", "scope", "word", "value",
        "numerator", "denominator", "rate", "rate_rule", "is_unstated", "source", "quote", "of_record",
        "does_not_add_up", "note",
    )  # fmt: skip
    assert PublishedFigure.objects.values_list(*names).get() == (
        2022, "several", date(2019, 1, 1), date(2024, 12, 31), world.ours.figure.indicator_id, "", kind.code, "lượt",
        "cấp tỉnh", "over", Decimal("1052.5"), 372, 580, Decimal("64.13"), "thành ÷ (thành + không thành)", False,
        SOURCE, "hơn 1.052", False, True, "lệch",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"metric": "Mô hình"}, "__all__"),
        ({"value": "12"}, "__all__"),
        ({"metric": "Mô hình", "value": "12", "is_unstated": "on"}, "__all__"),
        ({"metric": "Mô hình", "value": "12", "year": ""}, "year"),
        ({"metric": "Mô hình", "value": "12", "year": "1900"}, "year"),
        ({"metric": "Mô hình", "value": "1.052,567"}, "value"),
        ({"metric": "Mô hình", "value": "12", "item": "khong-co"}, "item"),
        ({"metric": "Mô hình", "value": "12", "starts_on": "02/01/2022", "ends_on": "01/01/2022"}, "ends_on"),
        ({"metric": "Mô hình", "value": "12", "does_not_add_up": "on"}, "note"),
        ({"metric": "Mô hình", "rate": "64,13", "numerator": "372", "denominator": "629"}, "note"),
        ({"metric": "Mô hình", "value": "12", "rate_rule": "theo nguồn tin"}, "rate_rule"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(world: worlds.World, clerk: Client, typed: Any, field: str) -> None:
    response = clerk.post(reverse(ADD), form_of(world, **typed))

    assert list(response.context["adminform"].form.errors) == [field]
    assert PublishedFigure.objects.count() == 0


def test_a_figure_may_have_no_year_and_no_number(world: worlds.World, clerk: Client) -> None:
    without_year = clerk.post(reverse(ADD), form_of(world, year="", span="unknown", metric="Mô hình", value="3"))
    without_number = clerk.post(reverse(ADD), form_of(world, metric="Khen thưởng", is_unstated="on"))

    assert (without_year.status_code, without_number.status_code) == (302, 302)
    page = clerk.get("/en" + reverse("admin:movement_publishedfigure_changelist")).content.decode()
    cells = [
        [one.text for one in Page(page).elements if f"field-{name}" in (one.attributes.get("class") or "")]
        for name in ("figure_label", "time_text", "printed_text")
    ]
    assert cells == [
        ["Khen thưởng", "Mô hình"],
        ["2022", "time covered not known"],
        ["number not published", "3"],
    ]


def test_two_figures_of_record_are_refused_and_one_is_kept(world: worlds.World, clerk: Client) -> None:
    indicator = world.ours.figure.indicator
    PublishedFigureFactory(area=world.ours.commune, year=2022, indicator=indicator, of_record=True)

    second = clerk.post(reverse(ADD), form_of(world, indicator=indicator.pk, value="7", of_record="on"))
    of_a_kind = clerk.post(
        reverse(ADD), form_of(world, indicator=indicator.pk, value="7", of_record="on", item=KindFactory().code)
    )

    assert (second.status_code, of_a_kind.status_code) == (200, 302)


def test_the_service_checks_what_it_stores() -> None:
    figure = PublishedFigure(area=province(), year=2022, metric="Số vụ án", value=Decimal(1), source=SOURCE)

    with pytest.raises(ValidationError) as refused:
        printed.store(figure)

    assert list(refused.value.error_dict) == ["metric"]


def test_the_commune_of_the_person_is_offered(world: worlds.World) -> None:
    client = signed_in(posted(world.ours.commune, Role.CLERK))

    form = client.get(reverse(ADD)).context["adminform"].form

    assert form.get_initial_for_field(form.fields["area"], "area") == world.ours.commune.pk


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_form_takes_back_the_number_that_it_shows(world: worlds.World, clerk: Client, language: str) -> None:
    figure = PublishedFigureFactory(
        area=world.ours.commune, year=2022, value=None, rate=Decimal("64.128"), note="Tỷ lệ"
    )
    address = language + reverse("admin:movement_publishedfigure_change", args=[figure.pk])
    form = clerk.get(address).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value in (None, False) else value for name, value in shown.items()}

    response = clerk.post(address, {**typed, "note": "Tỷ lệ đã công bố"})

    figure.refresh_from_db()
    assert (response.status_code, figure.rate, figure.note) == (302, Decimal("64.128"), "Tỷ lệ đã công bố")


def test_the_list_costs_the_same_for_one_kind_and_three(
    world: worlds.World, clerk: Client, django_assert_num_queries: Any
) -> None:
    def more() -> None:
        PublishedFigureFactory(area=world.ours.commune, year=2022, item=KindFactory().code)

    address = reverse("admin:movement_publishedfigure_changelist")
    more()
    clerk.get(address)
    with django_assert_num_queries(6):
        clerk.get(address)
    more()
    more()

    with django_assert_num_queries(6):
        clerk.get(address)


# ---------------------------------------------------------------- the sheet


HEADS = [
    "Mã địa bàn", "Năm", "Thời gian", "Từ ngày", "Đến ngày", "Mã chỉ tiêu", "Tên như đã công bố", "Loại", "Đơn vị tính",
    "Từ", "Giá trị", "Tử số", "Mẫu số", "Tỷ lệ (%)", "Cách tính tỷ lệ", "Không công bố số", "Phạm vi", "Nguồn",
    "Trích dẫn", "Số liệu chính thức", "Số không khớp", "Ghi chú", "Phiên bản",
]  # fmt: skip


def bring(world: worlds.World, *rows: dict[str, Any], language: str = "vi") -> Upload:
    """Return a file with these rows on the clerk's desk, checked."""
    usual = {"Mã địa bàn": world.ours.commune.code, "Năm": 2022, "Tên như đã công bố": "Mô hình", "Nguồn": SOURCE}
    heads = list(dict.fromkeys([*usual, *(head for row in rows for head in row)]))
    cells = [[{**usual, **row}.get(head, "") for head in heads] for row in rows]
    with translation.override(language):
        return bring_in(world.clerk, PublishedFigureSheet, heads, cells)


def one_of_each(world: worlds.World) -> list[PublishedFigure]:
    kind = KindFactory()
    area, indicator = world.ours.commune, world.ours.figure.indicator
    return [
        PublishedFigureFactory(area=area, indicator=indicator, year=2022, value=9000, word="nearly", of_record=True),
        PublishedFigureFactory(area=area, indicator=indicator, year=2022, value=58831, scope="mọi đợt"),
        PublishedFigureFactory(area=area, indicator=indicator, year=2022, item=kind.code, value=11),
        PublishedFigureFactory(
            area=area, indicator=None, metric="Tỷ lệ", year=None, span="to_date", value=None, rate=Decimal("64.128"),
            numerator=372, denominator=580, rate_rule="thành ÷ xong", note="theo báo", does_not_add_up=True,
        ),
        PublishedFigureFactory(
            area=area, indicator=None, metric="Khen thưởng", unit="lượt", year=2024, span="several", value=None,
            is_unstated=True, starts_on=date(2019, 1, 1), ends_on=date(2024, 12, 31), quote="được khen thưởng",
        ),
        PublishedFigureFactory(
            area=area, indicator=None, metric="Tài liệu", year=2022, span="on_day", starts_on=date(2022, 5, 18),
            value=Decimal("1052.567"),
        ),
    ]  # fmt: skip


def test_the_sheet_has_a_column_for_every_field(world: worlds.World) -> None:
    one_of_each(world)

    rows = rows_of(written(world.clerk, PublishedFigureSheet))

    assert list(rows[0]) == HEADS
    wanted = ("Thời gian", "Giá trị", "Tỷ lệ (%)", "Không công bố số", "Số không khớp", "Số liệu chính thức")
    told = {
        (row["Tên như đã công bố"], row["Phạm vi"], row["Loại"] != ""): [row[head] for head in wanted] for row in rows
    }
    assert told == {
        ("", "", False): ["năm", 9000, "", "", "", "Có"],
        ("", "mọi đợt", False): ["năm", 58831, "", "", "", ""],
        ("", "", True): ["năm", 11, "", "", "", ""],
        ("Tỷ lệ", "", False): ["từ đầu năm", "", 64.128, "", "Có", ""],
        ("Khen thưởng", "", False): ["nhiều năm", "", "", "Có", "", ""],
        ("Tài liệu", "", False): ["tại một ngày", 1052.567, "", "", "", ""],
    }


def test_a_figure_goes_over_the_pages(world: worlds.World, clerk: Client) -> None:
    sample = clerk.get(reverse("admin:movement_publishedfigure_sample")).content
    heads = CalamineWorkbook.from_filelike(io.BytesIO(sample)).get_sheet_by_index(0).to_python()[0]
    cells = {
        "Mã địa bàn": world.ours.commune.code,
        "Năm": 2022,
        "Tên như đã công bố": "Quà",
        "Nguồn": SOURCE,
        "Giá trị": 3,
    }
    file = io.BytesIO(workbook(heads, [[cells.get(str(head)) for head in heads]]))
    file.name = "so-lieu.xlsx"

    checked = clerk.post(reverse("admin:movement_publishedfigure_import"), {"import_file": file}, follow=True)
    clerk.post(checked.redirect_chain[0][0], confirmation(checked))

    assert heads == HEADS[:-1]
    assert list(PublishedFigure.objects.values_list("metric", "value", "span")) == [("Quà", 3, "year")]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_sheet_that_comes_back_unchanged_changes_nothing(world: worlds.World, form: str, language: str) -> None:
    figures = one_of_each(world)

    with translation.override(language):
        content = written(world.clerk, PublishedFigureSheet, form)
        upload = receive(world.clerk, PublishedFigureSheet, content, name=f"so-lieu.{form}")

    assert (counts(upload), refusals(upload)) == ((0, 0, len(figures), 0), {})


def test_a_sheet_that_comes_back_with_a_change_changes_that(world: worlds.World) -> None:
    figures = one_of_each(world)
    rows = rows_of(written(world.clerk, PublishedFigureSheet))
    for row in rows:
        row["Ghi chú"] = "đã đối chiếu"

    confirm(bring_in(world.clerk, PublishedFigureSheet, list(rows[0]), [list(row.values()) for row in rows]))

    assert set(PublishedFigure.objects.values_list("note", "version")) == {("đã đối chiếu", 2)}
    assert PublishedFigure.objects.count() == len(figures)


def test_an_older_version_of_a_figure_is_refused(world: worlds.World) -> None:
    figure = PublishedFigureFactory(area=world.ours.commune, year=2022, indicator=None, metric="Mô hình", value=12)
    figure.save()

    upload = bring(world, {"Giá trị": 13, "Phiên bản": 1})

    assert refusals(upload) == {2: ["Phiên bản"]}


def test_what_is_left_out_stays_as_it_is(world: worlds.World) -> None:
    figure = PublishedFigureFactory(
        area=world.ours.commune,
        year=2022,
        indicator=None,
        metric="Mô hình",
        value=12,
        of_record=True,
        quote="12 mô hình",
    )

    confirm(bring(world, {"Giá trị": 13, "Phiên bản": 1}))

    figure.refresh_from_db()
    assert (figure.value, figure.of_record, figure.quote) == (13, True, "12 mô hình")


@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [
        ("vi", "1.052,5", Decimal("1052.5")),
        ("vi", "1.052", Decimal(1052)),
        ("vi", 1052.5, Decimal("1052.5")),
        ("vi", "12.700.000", Decimal(12_700_000)),
        ("vi", "1,052", None),
        ("vi", "1052.5", None),
        ("vi", "gần 9.000", None),
        ("vi", date(2022, 5, 1), None),
        ("en", "1,052.5", Decimal("1052.5")),
        ("en", "1.052", None),
        ("en", "1.052,5", None),
    ],
)
def test_decimals_are_read_right_or_refused(
    world: worlds.World, language: str, typed: Any, stored: Decimal | None
) -> None:
    upload = bring(world, {"Giá trị": typed}, language=language)
    refused = refusals(upload)
    if stored is not None:
        confirm(upload)

    assert refused == ({} if stored is not None else {2: ["Giá trị"]})
    assert list(PublishedFigure.objects.values_list("value", flat=True)) == ([] if stored is None else [stored])


@pytest.mark.parametrize(
    ("cells", "head"),
    [
        ({"Giá trị": 12, "Thời gian": "mấy năm"}, "Thời gian"),
        ({"Giá trị": 12, "Loại": "khong_co"}, "Loại"),
        ({"Giá trị": 12, "Tên như đã công bố": "", "Mã chỉ tiêu": "khong_co"}, "Mã chỉ tiêu"),
        ({"Giá trị": 12, "Không công bố số": "chắc vậy"}, "Không công bố số"),
        ({"Giá trị": 12, "Năm": ""}, "Năm"),
        ({"Giá trị": 12, "Nguồn": ""}, "Nguồn"),
        ({"Tỷ lệ (%)": "64.13"}, "Tỷ lệ (%)"),
        ({"Tỷ lệ (%)": "64,13", "Tử số": 372, "Mẫu số": 629}, "Ghi chú"),
        ({"Giá trị": 12, "Số không khớp": "có"}, "Ghi chú"),
        ({"Giá trị": 12, "Đơn vị tính": "nguồn tin"}, "Đơn vị tính"),
        ({"Giá trị": 12, "Phiên bản": 3}, "Phiên bản"),
        ({"Giá trị": ""}, ""),
    ],
)
def test_a_bad_cell_is_named(world: worlds.World, cells: Any, head: str) -> None:
    upload = bring(world, cells)

    assert refusals(upload) == {2: [head]}


def test_a_row_that_could_mean_two_figures_is_asked(world: worlds.World) -> None:
    for number in (11, 12):
        PublishedFigureFactory(area=world.ours.commune, year=2022, indicator=None, metric="Mô hình", value=number)

    upload = bring(world, {"Giá trị": 13, "Phiên bản": 1})

    assert refusals(upload) == {2: [""]}


def test_a_figure_that_stands_in_the_file_twice_comes_in_once(world: worlds.World) -> None:
    upload = bring(world, {"Giá trị": 13}, {"Giá trị": 14}, {"Giá trị": 15, "Phạm vi": "cấp tỉnh"})

    assert (counts(upload), refusals(upload)) == ((2, 0, 0, 1), {3: [""]})


def test_a_second_figure_of_record_is_refused_by_the_sheet(world: worlds.World) -> None:
    indicator = world.ours.figure.indicator
    PublishedFigureFactory(area=world.ours.commune, year=2022, indicator=indicator, of_record=True)
    row = {"Tên như đã công bố": "", "Mã chỉ tiêu": indicator.name_vi, "Giá trị": 7, "Phạm vi": "khác"}

    upload = bring(world, row | {"Số liệu chính thức": "Có"}, row | {"Số liệu chính thức": "", "Phạm vi": "khác nữa"})

    assert refusals(upload) == {2: [""]}


def test_figures_of_areas_outside_are_refused(world: worlds.World) -> None:
    upload = bring(world, {"Giá trị": 13, "Mã địa bàn": commune().code})

    assert refusals(upload) == {2: ["Mã địa bàn"]}


def test_a_row_without_a_year_says_what_time_it_covers(world: worlds.World) -> None:
    confirm(bring(world, {"Năm": "", "Thời gian": "Chưa rõ", "Tỷ lệ (%)": 96, "Từ": "hơn"}))

    figure = PublishedFigure.objects.get()
    assert (figure.year, figure.span, figure.rate, figure.word) == (None, "unknown", 96, "over")


def test_a_kind_of_unit_is_known_by_its_code_and_its_name(world: worlds.World) -> None:
    kind = KindFactory(name_vi="Ban bảo vệ dân phố")

    confirm(bring(world, {"Giá trị": 1, "Loại": kind.code}, {"Giá trị": 2, "Loại": kind.name_vi, "Phạm vi": "khác"}))

    assert list(PublishedFigure.objects.values_list("item", flat=True)) == [kind.code] * 2


def test_an_import_has_the_charts_drawn_anew(django_capture_on_commit_callbacks: Any) -> None:
    here = house()
    publish(here, 2021)
    latest = publish(here, 2022)
    clerk = posted(here.province, Role.CLERK)
    heads = ["Mã địa bàn", "Năm", "Mã chỉ tiêu", "Giá trị", "Nguồn", "Số liệu chính thức"]
    cells = [[here.province.code, 2021, SECURITY, 10, SOURCE, "Có"]]

    upload = bring_in(clerk, PublishedFigureSheet, heads, cells)
    before = Chart.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        confirm(upload)
    after = Chart.objects.count()

    assert (before, after) == (0, charts.draw_all(latest.pk))


def test_an_import_of_figures_costs_the_same_for_one_row_and_eleven(world: worlds.World) -> None:
    world.clerk.reach()  # asked once for each person
    costs = []
    for number in (1, 11):
        rows = [
            {"Giá trị": one, "Mã địa bàn": commune(world.ours.district).code, "Tên như đã công bố": "Mô hình"}
            for one in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            confirm(bring(world, *rows))
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert PublishedFigure.objects.count() == 12


@pytest.mark.parametrize("value", ["9000", "64.13", "64.128", "0.5", "1052.5670", "35000000000"])
def test_a_decimal_reads_back_from_csv_from_the_page_and_from_a_form(value: str) -> None:
    number, cell = Decimal(value), DecimalCell()
    context: Any = None

    content = b"".join(csv_stream([OutColumn("a", Kind.DECIMAL)], [[[number]]])).decode("utf-8-sig")
    (_head, line) = csv.reader(io.StringIO(content))

    assert cell.read([*line, cell.shown(number), float(number)], context) == [number] * 3
    assert AmountField().to_python(AmountField().prepare_value(number)) == number


# ---------------------------------------------------------------- the public pages


def beside(client: Client, address: str) -> list[list[str]]:
    page = Page(client.get(address).content.decode())
    (rows,) = [table.rows for table in page.found if table.rows]
    return rows


def test_the_table_tells_all_that_the_source_told(client: Client) -> None:
    area = province(code="P06", name="Bắc Kạn")
    indicator = IndicatorFactory(name_en="Mediation successful", section=SectionFactory(number=1))
    rows: list[dict[str, Any]] = [
        {"indicator": indicator, "value": None, "rate": Decimal("64.13"), "numerator": 372, "denominator": 580,
         "rate_rule": "thành ÷ xong"},
        {"indicator": indicator, "value": 372, "rate": Decimal("59.1"), "note": "trên tiếp nhận",
         "does_not_add_up": True},
        {"indicator": indicator, "value": None, "is_unstated": True},
        {"indicator": None, "metric": "Quà", "unit": "suất", "value": 35000, "word": "above", "span": "on_day",
         "starts_on": date(2022, 8, 19)},
        {"indicator": None, "metric": "Văn bản", "value": 580, "span": "several", "starts_on": date(2019, 1, 1),
         "ends_on": date(2024, 12, 31)},
        {"indicator": None, "metric": "Vụ việc hòa giải", "value": 323, "span": "half", "starts_on": date(2022, 1, 1),
         "ends_on": date(2022, 6, 30)},
    ]  # fmt: skip
    for row in rows:
        PublishedFigureFactory(**{"area": area, "year": 2022, "source": "Báo", **row})

    assert beside(client, "/en/areas/P06/2022/") == [
        ["Mediation successful", "–", "64.13 % 372/580", "Báo How the rate is computed: thành ÷ xong"],
        ["372 59.1 % does not add up", "Báo trên tiếp nhận"],
        ["number not published", "Báo"],
        ["Quà", "–", "above 35,000 suất", "Báo Time covered: as of 19/08/2022"],
        ["Văn bản", "–", "580", "Báo Time covered: several years: 2019 – 2024"],
        ["Vụ việc hòa giải", "–", "323", "Báo Time covered: half a year: 01/01/2022 – 30/06/2022"],
    ]


def test_a_kind_of_unit_is_named_and_grouped_apart(client: Client) -> None:
    area = province(code="P06", name="Bắc Kạn")
    indicator = IndicatorFactory(name_en="Other groups")
    for code, name, number in (("b", "Boards", 11), ("t", "Teams", 7)):
        KindFactory(code=code, name_en=name)
        PublishedFigureFactory(area=area, year=2023, indicator=indicator, item=code, value=number, source="Báo")

    assert beside(client, "/en/areas/P06/2023/") == [
        ["Other groups: Boards", "–", "11", "Báo"],
        ["Other groups: Teams", "–", "7", "Báo"],
    ]


def test_groups_beside_people_in_need_are_shown_above_the_commune_only(client: Client) -> None:
    KindFactory(code="peer_support_club", name_en="Peer support club")
    place = commune(code="C1")
    for area in (place, place.district):
        PublishedFigureFactory(area=area, year=2022, item="peer_support_club", value=1, source="Báo")
        PublishedFigureFactory(area=area, year=2022, indicator=None, metric="Mô hình", value=2, source="Báo")

    def shown(area: Any) -> tuple[int, list[str]]:
        text = client.get(f"/areas/{area.code}/2022/data.csv").content.decode("utf-8-sig")
        own = [row["item"] for row in csv.DictReader(io.StringIO(text)) if row["area_code"] == area.code]
        return len(beside(client, f"/areas/{area.code}/2022/")), own

    assert shown(place.district) == (2, ["peer_support_club", ""])
    assert shown(place) == (1, [""])


def test_figures_without_a_year_stand_on_the_page_of_the_area(client: Client, django_assert_num_queries: Any) -> None:
    area = province(code="P06", name="Bắc Kạn")
    plain = Page(client.get("/en/areas/P06/").content.decode())
    indicator = IndicatorFactory(name_en="Residential areas recognised")
    for span in ("to_date", "unknown"):
        PublishedFigureFactory(
            area=area, year=None, span=span, indicator=indicator, value=None, rate=96, word="over", source="Báo"
        )

    with django_assert_num_queries(14):
        page = Page(client.get("/en/areas/P06/").content.decode())

    assert plain.texts("h2")[:2] == ["Published years", "The area"]
    assert page.texts("h2")[:2] == ["Published without a year", "The area"]
    assert page.tables == {
        "Published without a year": [
            ["Residential areas recognised", "more than 96 %", "Báo Time covered: the year so far"],
            ["more than 96 %", "Báo Time covered: time covered not known"],
        ]
    }
    assert client.get("/areas/P06/2022/").status_code == 404


def test_a_review_of_several_years_is_no_point_of_the_trend(client: Client) -> None:
    here = house()
    for year, span, number in ((2014, "several", 58), (2022, "year", 10), (2024, "on_day", 44)):
        PublishedFigureFactory(
            area=here.province, year=year, span=span, indicator=here.indicators[SECURITY], value=number, of_record=True
        )
    PublishedFigureFactory(
        area=here.province, year=None, span="unknown", indicator=here.indicators[SECURITY], value=1, of_record=True
    )

    trend = client.get("/en/areas/P06/2022/").context["page"].trend

    assert [(line.label, line.cells[0].printed) for line in trend.grid.lines] == [
        ("2022", "10"), ("2023", ""), ("2024", "44"),
    ]  # fmt: skip


# ---------------------------------------------------------------- the files


def test_the_files_hold_every_column_in_plain_numbers(client: Client) -> None:
    here = house()
    KindFactory(code="civil_guard_board")
    common = {"area": here.province, "year": 2022, "source": "Báo"}
    PublishedFigureFactory(
        **common, indicator=here.indicators[ATTENDANCE], item="civil_guard_board", value=None, rate=Decimal("64.13"),
        word="over", numerator=372, denominator=580, rate_rule="thành ÷ xong", span="several",
        starts_on=date(2019, 1, 1), ends_on=date(2024, 12, 31), does_not_add_up=True, note="lệch",
    )  # fmt: skip
    PublishedFigureFactory(**common, indicator=None, metric="Quà", unit="suất", value=None, is_unstated=True)
    PublishedFigureFactory(area=here.province, year=None, span="unknown", indicator=None, metric="Quà", value=1)

    text = client.get("/en/areas/P06/2022/data.csv").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    names = (
        "indicator", "indicator_name", "item", "unit", "value", "rate", "numerator", "denominator", "printed_word",
        "span", "starts_on", "ends_on", "rate_rule", "unstated", "does_not_add_up", "note",
    )  # fmt: skip
    assert [tuple(row[name] for name in names) for row in rows] == [
        (ATTENDANCE, "Attendances at launches", "civil_guard_board", "units", "", "64.13", "372", "580", "over",
         "several", "2019-01-01", "2024-12-31", "thành ÷ xong", "0", "1", "lệch"),
        ("", "Quà", "", "suất", "", "", "", "", "", "year", "", "", "", "1", "0", ""),
    ]  # fmt: skip
