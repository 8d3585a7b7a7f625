from __future__ import annotations

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from movement.models import Figure
from movement.open_data import COLUMNS
from tests.factories import PublishedFigureFactory
from tests.published import ATTENDANCE, SECURITY, fill, house, publish

pytestmark = pytest.mark.django_db


def rows_of_csv(client, address):
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheet_of(client, address):
    return load_workbook(io.BytesIO(client.get(address).content)).worksheets[0]


def brief(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_the_files_hold_the_area_and_the_areas_below_it(client):
    publish(house(2))

    rows = rows_of_csv(client, "/en/areas/P06/2022/data.csv")

    assert brief(rows, "area_code", "indicator", "value", "synthetic", "communes_counted", "communes_expected") == [
        ("P06", "units_people_security_team", "20", "1", "2", "2"),
        ("P06", "units_mediation_team", "40", "1", "2", "2"),
        ("P06", "launch_attendance", "600", "1", "2", "2"),
        ("D1", "units_people_security_team", "10", "1", "1", "1"),
        ("D1", "units_mediation_team", "20", "1", "1", "1"),
        ("D1", "launch_attendance", "300", "1", "1", "1"),
        ("D2", "units_people_security_team", "10", "1", "1", "1"),
        ("D2", "units_mediation_team", "20", "1", "1", "1"),
        ("D2", "launch_attendance", "300", "1", "1", "1"),
    ]


def test_the_three_files_hold_the_same_rows(client):
    here = house()
    publish(here)
    PublishedFigureFactory(
        area=here.province, year=2022, indicator=here.indicators[SECURITY], rate="96.5", value=None, word="over"
    )

    from_csv = rows_of_csv(client, "/areas/P06/2022/data.csv")
    from_json = json.loads(client.get("/areas/P06/2022/data.json").content)["rows"]
    head, *lines = sheet_of(client, "/areas/P06/2022/data.xlsx").iter_rows(values_only=True)

    assert list(head) == COLUMNS
    assert from_csv == [{name: "" if value is None else str(value) for name, value in row.items()} for row in from_json]
    assert [dict(zip(head, line, strict=True)) for line in lines] == [
        {name: None if value == "" else value for name, value in row.items()} for row in from_json
    ]


def test_a_total_that_a_figure_of_record_states_is_not_marked_as_illustrative(client):
    here = house()
    PublishedFigureFactory(area=here.province, year=2022, indicator=here.indicators[SECURITY], value=10, of_record=True)
    publish(here)

    rows = rows_of_csv(client, "/areas/P06/2022/data.csv")

    assert [row for row in brief(rows, "area_code", "kind", "value", "synthetic") if row[2] == "10"] == [
        ("P06", "ledger", "10", "0"),
        ("D1", "ledger", "10", "1"),
        ("P06", "published", "10", "0"),
    ]


def test_figures_of_others_keep_their_word_source_and_quote(client):
    here = house()
    PublishedFigureFactory(
        area=here.province, year=2023, indicator=here.indicators[ATTENDANCE], value=9000, word="nearly",
        source="Báo Bắc Kạn", quote="gần 9.000 lượt", scope="phát động tập trung", of_record=True,
    )  # fmt: skip
    PublishedFigureFactory(area=here.province, year=2023, indicator=None, metric="Ban bảo vệ dân phố", value=11)

    rows = rows_of_csv(client, "/en/areas/P06/2023/data.csv")

    names = (
        "indicator",
        "indicator_name",
        "value",
        "printed_word",
        "printed_value",
        "kind",
        "of_record",
        "scope",
        "quote",
        "edition",
    )
    assert brief(rows, *names) == [
        ("launch_attendance", "Attendances at launches", "9000", "nearly", "9000", "published", "1", "phát động tập trung", "gần 9.000 lượt", ""),
        ("", "Ban bảo vệ dân phố", "11", "", "", "published", "0", "", "", ""),
    ]  # fmt: skip


def test_a_text_that_looks_like_a_formula_stays_a_text(client):
    here = house()
    for source in ("=1+1", "+84", "-2", "@SUM(A1)", "Báo"):
        PublishedFigureFactory(area=here.province, year=2022, indicator=here.indicators[SECURITY], source=source)

    in_csv = [row["source"] for row in rows_of_csv(client, "/areas/P06/2022/data.csv")]
    sheet = sheet_of(client, "/areas/P06/2022/data.xlsx")
    in_xlsx = [row[COLUMNS.index("source")] for row in sheet.iter_rows(min_row=2)]

    assert in_csv == ["'=1+1", "'+84", "'-2", "'@SUM(A1)", "Báo"]
    assert [(cell.value, cell.data_type) for cell in in_xlsx] == [
        ("=1+1", "s"), ("+84", "s"), ("-2", "s"), ("@SUM(A1)", "s"), ("Báo", "s"),
    ]  # fmt: skip


def test_what_is_not_published_is_in_no_file(client):
    here = house()
    publish(here, 2022)
    fill(here, 2024)
    PublishedFigureFactory(area=here.province, year=2024, indicator=here.indicators[SECURITY], value=845)

    rows = rows_of_csv(client, "/areas/P06/2024/data.csv")

    assert Figure.objects.filter(report__period__year=2024, total__isnull=False).count() == 9
    assert brief(rows, "year", "kind", "value") == [("2024", "published", "845")]
    assert client.get("/areas/P06/2019/data.csv").status_code == 404


def test_json_says_what_a_reader_must_know(client):
    edition = publish(house())

    response = client.get("/en/areas/P06/2022/data.json")

    told = json.loads(response.content)
    assert (told["title"], told["area"], told["year"]) == (
        "Figures of the movement: Bắc Kạn province, 2022",
        "P06",
        2022,
    )
    assert told["edition"] == {"number": 1, "sealed_at": edition.sealed_at.isoformat(), "sha256": edition.digest}
    assert (
        told["notes"][-1]
        == "synthetic 1: illustrative figures, not real. The spread below the province is illustrative."
    )
    assert response["Content-Disposition"] == 'attachment; filename="P06-2022.json"'


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_file_costs_the_same_for_any_number_of_areas(client, count, suffix, django_assert_num_queries):
    here = house(count)
    publish(here)
    PublishedFigureFactory.create_batch(count, area=here.province, year=2022, indicator=here.indicators[SECURITY])

    with django_assert_num_queries(5):
        response = client.get(f"/areas/P06/2022/data.{suffix}")

    assert response.status_code == 200


def test_a_file_that_has_not_changed_is_not_sent_again(client):
    publish(house())
    tag = client.get("/areas/P06/2022/data.csv")["ETag"]

    response = client.get("/areas/P06/2022/data.csv", headers={"if-none-match": tag})

    assert (response.status_code, response.content) == (304, b"")
