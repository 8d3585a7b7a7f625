"""The demonstration, loaded once for the tests of this folder: each takes back what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="package", autouse=True)
def demonstration(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Load it; return its folder, in which `said.txt` holds what the command said."""
    folder = tmp_path_factory.mktemp("demo")
    kept = django_settings.DEBUG, django_settings.VAR_DIR
    with django_db_blocker.unblock(), transaction.atomic(), (folder / "said.txt").open("w", encoding="utf-8") as said:
        django_settings.DEBUG, django_settings.VAR_DIR = True, folder
        call_command("demo", stdout=said)
        django_settings.DEBUG, django_settings.VAR_DIR = kept
        said.flush()
        yield folder
        transaction.set_rollback(True)
