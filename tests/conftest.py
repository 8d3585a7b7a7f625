"""What every test may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Iterator

# how long one example takes says more about the machine than about the code
hypothesis.settings.register_profile("patient", parent=hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Keep SQLite's test database in a file, as in production: one in memory knows neither WAL nor other processes."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = settings.VAR_DIR / "test.sqlite3"


@pytest.fixture(scope="session", autouse=True)
def tasks_at_once() -> Iterator[None]:
    """Run tasks when they are put in the queue."""
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}):
        yield


@pytest.fixture(autouse=True)
def vietnamese_first() -> None:
    """Begin in Vietnamese: a request for an English page leaves its language to the thread."""
    translation.activate("vi")


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """Return the address of the test database, for a process of its own: what a test stores is really there."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    at = connection.settings_dict
    name, user, password = (quote(at[key], safe="") for key in ("NAME", "USER", "PASSWORD"))
    if host := at["OPTIONS"].get("host"):  # the folder of a socket
        return f"postgresql://{user}:{password}@/{name}?host={quote(host)}"
    return f"postgresql://{user}:{password}@{at['HOST']}:{at['PORT']}/{name}"
