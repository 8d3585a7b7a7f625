from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from config.charts import SVG
from movement import charts, editions
from movement.models import Chart, Report
from tests.factories import PublishedFigureFactory
from tests.pages import Page
from tests.published import SECURITY, house, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return house(2)


def names(**filters):
    return sorted((one.area.code, one.name.partition("-")[0], one.language) for one in Chart.objects.filter(**filters))


def svg_texts(client, address):
    page = Page(client.get(address).content.decode())
    return [one.text for one in page.elements if one.tag == "text" and "figure" in one.inside]


def test_every_area_with_parts_has_its_charts_in_both_languages(here):
    publish(here, 2021)
    edition = publish(here, 2022)

    drawn = charts.draw_all(edition.pk)

    series = Chart.objects.filter(edition=edition, name__startswith="series-")
    assert names(edition=edition, pk__in=series) == sorted(
        (code, "series", language)
        for code in ("D1", "D2", "P06")
        for language in ("en", "vi")
        for _indicator in range(3)
    )
    assert names(edition=edition, name__regex="^(bars|trend)-") == [
        ("D1", "bars", "en"), ("D1", "bars", "vi"), ("D2", "bars", "en"), ("D2", "bars", "vi"),
        ("P06", "bars", "en"), ("P06", "bars", "vi"), ("P06", "trend", "en"), ("P06", "trend", "vi"),
    ]  # fmt: skip
    assert drawn == Chart.objects.count() == 10 + 18


def test_drawing_again_replaces_and_the_trend_of_other_years_follows(here):
    first = publish(here, 2021)
    charts.draw_all(first.pk)
    charts.draw_all(first.pk)
    second = publish(here, 2022)
    charts.draw_all(second.pk)

    assert names(edition=first, name__startswith="trend") == [("P06", "trend", "en"), ("P06", "trend", "vi")]
    assert Chart.objects.filter(edition=first).count() == 8
    assert Chart.objects.filter(edition=second, name__startswith="series-").count() == 18


def test_an_edition_that_was_replaced_is_not_drawn(here):
    publish(here, 2021)
    first = publish(here, 2022)
    second = editions.seal(Report.objects.get(area=here.province, period=first.period), by=here.leader)
    charts.draw_all(second.pk)
    before = set(Chart.objects.values_list("pk"))

    assert charts.draw_all(first.pk) == 0
    assert set(Chart.objects.values_list("pk")) == before


def test_a_drawing_has_a_name_and_a_description_and_nothing_that_the_content_policy_refuses(here):
    publish(here, 2021)
    charts.draw_all(publish(here, 2022).pk)

    ids = []
    for chart in Chart.objects.filter(language="en", area=here.province, edition__period__year=2022):
        root = ET.fromstring(chart.svg)
        title, description = root[0], root[1]
        ids += [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
        assert (title.tag, description.tag) == (f"{{{SVG}}}title", f"{{{SVG}}}desc")
        assert {one.tag for one in root.iter()} & {f"{{{SVG}}}style", f"{{{SVG}}}script"} == set()
        assert [name for one in root.iter() for name in one.attrib if name == "style" or name.startswith("on")] == []
    assert len(ids) == len(set(ids)) == 10


def test_numbers_are_written_in_the_language_of_the_page(client, here):
    PublishedFigureFactory(
        area=here.province, year=2023, indicator=here.indicators[SECURITY], value=1052, of_record=True
    )
    charts.draw_all(publish(here, 2022).pk)

    shown = [
        [text for text in svg_texts(client, f"{prefix}/areas/P06/2022/") if "052" in text] for prefix in ("", "/en")
    ]

    assert shown == [["1.052"], ["1,052"]]


def test_a_chart_stands_only_over_the_numbers_that_it_was_drawn_from(client, here):
    publish(here, 2021)
    charts.draw_all(publish(here, 2022).pk)
    before = client.get("/areas/P06/2022/").context["page"].drawings
    PublishedFigureFactory(
        area=here.province, year=2023, indicator=here.indicators[SECURITY], value=845, of_record=True
    )

    after = client.get("/areas/P06/2022/").context["page"].drawings

    assert before.trend
    assert not after.trend
    assert after.bars == before.bars


def test_until_it_is_drawn_the_table_stands_alone(client, here):
    publish(here)

    page = Page(client.get("/en/areas/P06/2022/").content.decode())

    assert page.all("figure") == []
    assert len(page.tables["Units by kind and area: the numbers of the charts"]) == 3


def test_a_province_whose_parts_all_have_shapes_has_a_map(here):
    here.province.children.filter(code="D1").update(code="D061")
    here.province.children.filter(code="D2").update(code="D064")

    charts.draw_all(publish(here).pk)

    root = ET.fromstring(Chart.objects.get(name__startswith="map", language="en").svg)
    assert root[0].text == "Map: People's security teams, Bắc Kạn province, 2022"
    assert root[1].text == "People's security teams: Huyện 1 district 10; Huyện 2 district 10"


def test_the_drawing_library_stays_out_of_the_web_process():
    code = "import sys, django; django.setup(); import config.urls; sys.exit('vl_convert' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=False,
    )

    assert done.returncode == 0
