"""Searching lists of areas follow the day that stands in the form: in the form itself and in the rows below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import PostingFactory
from tests.people import posted
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

PASSWORD = "mot-mat-khau-dai"
HA_HIEU = "xã Hà Hiệu, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025)"
PHUC_LOC = "xã Phúc Lộc, tỉnh Thái Nguyên – formerly xã Hà Hiệu, huyện Ba Bể"


@pytest.fixture
def site(live_server: Any, transactional_db: None) -> str:
    """Serve the real areas, in English: its words are those of the code."""
    call_command("load_areas", verbosity=0)
    return f"{live_server.url}/en"


def sign_in(page: Page, site: str, *codes: str) -> None:
    """Sign in as an officer of the areas named by `codes`."""
    first, *others = [Area.objects.get(code=code) for code in codes]
    user = posted(first)
    for area in others:
        PostingFactory(user=user, area=area)
    user.set_password(PASSWORD)
    user.save()
    page.goto(f"{site}{reverse('admin:login')}")
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.locator("#user-tools").wait_for()


def offered(page: Page, field: str, typed: str, *, stay: bool = False) -> list[str]:
    """Type into the searching list of `field`, and return what it offers for it; with `stay` the list stays open."""
    page.locator(f"select[name='{field}'] + .select2 .select2-selection").click()
    with page.expect_response(lambda answer: f"term={quote(typed)}&" in answer.url):
        page.locator(".select2-search__field").press_sequentially(typed)
    page.locator(".select2-results__option.loading-results").wait_for(state="detached")
    lines = page.locator(".select2-results__option").all_inner_texts()
    if not stay:
        page.keyboard.press("Escape")
        page.locator(".select2-dropdown").wait_for(state="detached")
    return lines


def test_a_form_offers_the_communes_of_its_day(site: str, page: Page) -> None:
    sign_in(page, site, "P06", "P19-20250701")
    page.goto(f"{site}{reverse('admin:units_unit_add')}")

    undated = offered(page, "area", "ha hieu")
    page.locator("#id_established_on").fill("05/12/2024")
    then = offered(page, "area", "ha hieu")
    page.locator("#id_established_on").fill("05.03.2026")
    later = offered(page, "area", "ha hieu")
    page.locator("#id_since").fill("2024-12-05")  # goes before the day of the founding

    assert [sorted(undated)[0], then, later[0]] == [
        f"{HA_HIEU}, now xã Phúc Lộc, tỉnh Thái Nguyên",
        [HA_HIEU],
        PHUC_LOC,
    ]
    assert [text for text in later if text.startswith("xã Hà Hiệu")] == []
    assert offered(page, "area", "ha hieu") == [HA_HIEU]


def test_a_row_follows_its_own_day_else_that_of_the_form_above(site: str, page: Page) -> None:
    sign_in(page, site, "P06", "P19-20250701")
    page.goto(f"{site}{reverse('admin:movement_popularmodel_add')}")
    page.locator("#id_established_on").fill("05/12/2024")
    page.locator("#sites-group .add-row a").click()

    above = offered(page, "sites-0-area", "ha hieu")
    page.locator("#id_sites-0-valid_from").fill("05/03/2026")
    own = offered(page, "sites-0-area", "ha hieu", stay=True)
    page.locator(".select2-results__option", has_text="xã Phúc Lộc").click()

    assert (above, own[0]) == ([HA_HIEU], PHUC_LOC)
    chosen = page.locator("select[name='sites-0-area']").input_value()
    assert chosen == str(Area.objects.get(code="C01894-20250701").pk)


def test_a_year_serves_where_the_form_has_no_day(site: str, page: Page) -> None:
    sign_in(page, site, "P06", "P19-20250701")
    page.goto(f"{site}{reverse('admin:movement_safetystandardresult_add')}")

    found = {}
    for year in ("2022", "2025", "2026"):
        page.locator("#id_year").fill(year)
        found[year] = [text.split(",")[0] for text in offered(page, "area", "phuc loc")]

    assert found["2022"][0] == "xã Phúc Lộc"
    assert [text for text in found["2025"] if text == "xã Phúc Lộc"] == ["xã Phúc Lộc"] * 2
    assert found["2026"][0] == "xã Phúc Lộc"


def test_a_list_says_what_became_of_the_area_of_the_posting(
    site: str, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    sign_in(page, site, "D061")
    page.goto(f"{site}{reverse('admin:movement_event_add')}")
    page.locator("#id_starts_on").fill("05/03/2026")

    told = offered(page, "area", "ba be")
    breaches = axe(page)  # of the form: an open list is the library's own
    offered(page, "area", "ba be", stay=True)
    gone = page.locator(".select2-results__option[aria-disabled=true]", has_text="huyện Ba Bể: abolished")
    expect(gone).to_be_visible()
    gone.dispatch_event("mouseup")

    assert breaches == []
    assert told[0] == "huyện Ba Bể: abolished from 01/07/2025"
    assert page.locator("select[name='area']").input_value() == ""
