"""Every code ever issued leads to a page that tells what it means."""

import datetime

import pytest

from tests.factories import ReorganisationFactory, commune, district, province
from units.models import ReorganisationLine

pytestmark = pytest.mark.django_db


def test_a_code_that_was_taken_back_tells_its_act_and_leads_to_the_old_areas(client):
    old = commune(name="Cũ")
    made = ReorganisationFactory(area=old.province, act="9/NQ", effective_on=datetime.date(2026, 9, 1), state="undone")
    ReorganisationLine.objects.create(
        reorganisation=made, number=2, old=old, new_code="C90001-20260901", level="commune", area_kind="xã", name="Mới",
        kind="rename",
    )  # fmt: skip

    page = client.get("/areas/C90001-20260901/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "Mã này được cấp cho xã Mới theo 9/NQ từ 01/09/2026" in text
    assert f'href="/areas/{old.code}/"' in text


def test_an_official_code_names_all_that_had_it(client):
    first = commune(gso_code="01843", name="Phùng Chí Kiên", kind="phường", valid_to=datetime.date(2025, 7, 1))
    second = commune(gso_code="01843", name="Bắc Kạn", kind="phường", valid_from=datetime.date(2025, 7, 1))

    text = client.get("/areas/01843/").content.decode()

    assert text.index(f'href="/areas/{first.code}/"') < text.index(f'href="/areas/{second.code}/"')
    assert "đến hết ngày 30/06/2025" in text


def test_a_code_in_small_letters_is_led_on(client):
    place = district(province(code="P90"), code="D900")

    page = client.get("/areas/d900/")

    assert (page.status_code, page["Location"]) == (301, f"/areas/{place.code}/")


@pytest.mark.parametrize("code", ["C99999", "99999", "khong-co"])
def test_a_code_that_was_never_issued_is_no_page(client, code):
    assert client.get(f"/areas/{code}/").status_code == 404
