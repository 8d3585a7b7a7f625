"""What a newcomer does: one unit entered in the draft commune becomes one more on the public page of 2024."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from movement.models import Report
from units.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

PASSWORD = "mot-mat-khau-dai"
SLOW = 30_000


@pytest.fixture
def site(live_server: Any, settings: Any) -> Iterator[str]:
    """Serve the demonstration; its people sign in with one password."""
    settings.DEBUG = True
    call_command("demo", verbosity=0)
    for user in User.objects.filter(username__in=["canbo", "kyduyet", "thamdinh", "lanhdao"]):
        user.set_password(PASSWORD)
        user.save()
    return live_server.url


def sign_in(page: Page, site: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{site}/admin/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("heading", name="Việc chờ xử lý").wait_for()


def pick(page: Page, field: str, typed: str, wanted: str) -> None:
    """Choose `wanted` in the searching list of `field`."""
    page.locator(f".field-{field} .select2-selection").click()
    with page.expect_response(lambda answer: "term=" in answer.url and "term=&" not in answer.url):
        page.locator(".select2-search__field").fill(typed)
    page.locator(".select2-results__option", has_text=wanted).click()


def make_move(page: Page, area: str, move: str) -> None:
    """Open the report of `area` from the list of what waits, and make the move."""
    page.get_by_role("link", name=re.compile(rf"^{area}.* 2024(,|$)")).first.click()
    page.get_by_role("button", name=move, exact=True).click()
    page.locator(".messagelist .success").wait_for()


def total_2024(page: Page, site: str) -> str:
    rows = page.request.get(f"{site}/areas/P06/2024/data.json").json()["rows"]
    return next(
        str(row["value"])
        for row in rows
        if row["area_code"] == "P06" and row["indicator"] == "units_people_security_team" and row["kind"] == "ledger"
    )


@pytest.mark.django_db(transaction=True)
def test_an_officers_unit_becomes_a_figure_on_the_public_page(
    site: str, page: Page, axe: Callable[[Page], list[str]]
) -> None:
    page.set_default_timeout(SLOW)

    sign_in(page, site, "canbo")
    page.goto(f"{site}/admin/units/unit/add/")
    pick(page, "kind", "an ninh nhan", "Tổ an ninh nhân dân")
    page.get_by_label("Tên", exact=False).first.fill("Tổ an ninh nhân dân thôn Bản Mới")
    pick(page, "area", "ha hieu", "xã Hà Hiệu")
    page.get_by_label("Thôn, bản, tổ dân phố").fill("thôn Bản Mới")
    page.get_by_label("Ngày thành lập").fill("05/12/2024")
    assert axe(page) == []
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.locator(".messagelist .success").wait_for()

    page.goto(f"{site}/admin/")
    make_move(page, "xã Hà Hiệu", "Trình lãnh đạo")
    assert axe(page) == []

    sign_in(page, site, "kyduyet")
    make_move(page, "xã Hà Hiệu", "Gửi cấp trên")
    sign_in(page, site, "thamdinh")
    make_move(page, "xã Hà Hiệu", "Duyệt và chốt số liệu")

    sign_in(page, site, "canbo")
    make_move(page, "huyện Ba Bể", "Trình lãnh đạo")
    sign_in(page, site, "kyduyet")
    make_move(page, "huyện Ba Bể", "Gửi cấp trên")
    sign_in(page, site, "thamdinh")
    make_move(page, "huyện Ba Bể", "Duyệt và chốt số liệu")
    page.goto(f"{site}/admin/")
    make_move(page, "tỉnh Bắc Kạn", "Trình lãnh đạo")
    page.get_by_role("button", name="Gửi cấp trên", exact=True).click()
    page.locator(".messagelist .success").wait_for()

    sign_in(page, site, "lanhdao")
    make_move(page, "tỉnh Bắc Kạn", "Duyệt và chốt số liệu")
    page.get_by_role("button", name="Công bố", exact=True).click()
    page.locator(".messagelist .success").wait_for()

    page.goto(f"{site}/areas/P06/2024/")
    assert (
        "Toàn tỉnh hiện có 846 tổ an ninh nhân dân, 1.127 tổ hòa giải, 98 tổ tự quản về ANTT"
        in page.locator("main").inner_text()
    )
    assert axe(page) == []
    assert total_2024(page, site) == "846"
    assert Report.objects.get(area__code="P06", period__year=2024).state == "published"
    page.goto(f"{site}/areas/P06/2022/")
    assert (
        "Toàn tỉnh hiện có 1.052 tổ an ninh nhân dân, 1.256 tổ hòa giải, 161 tổ tự quản về ANTT"
        in page.locator("main").inner_text()
    )
