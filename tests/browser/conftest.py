"""A real browser in front of the live server; a console error or a breach of the content policy fails every test."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

# playwright's synchronous interface keeps an event loop in this thread, which Django takes for asynchronous code
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# without "preload": axe would inline style sheets to read them, which the content policy rightly refuses
WCAG_AA = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
    "preload": False,
}
REPORT_BREACHES = """
document.addEventListener("securitypolicyviolation", e =>
  console.error(`content policy, ${e.effectiveDirective}: refuses ${e.blockedURI}, line ${e.lineNumber}`))
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, or the one that CHROMIUM names. Where there is none, only CI fails."""
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """Return what the browser complained of so far; a test that expects a complaint takes it out."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """Open an empty page of a person in Viet Nam with a common screen, who has not signed in."""
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1366, "height": 768}
    )
    context.set_default_timeout(10_000)
    context.add_init_script(REPORT_BREACHES)
    context.on("console", lambda message: complaints.append(in_one_line(message)) if message.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert complaints == []


def in_one_line(message: ConsoleMessage) -> str:
    """Return what a console message says, and of which address."""
    return f"{message.text} ({message.location['url']})"


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Return the check of a page against WCAG 2.1 A and AA: one line for each element that fails."""

    def violations(page: Page) -> list[str]:
        found = Axe().run(page, options=WCAG_AA).response["violations"]
        return [f"{rule['id']}: {rule['help']}: {node['html']}" for rule in found for node in rule["nodes"]]

    return violations
