"""The project as a whole: migrations, settings, and the pages for what went wrong."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from config.middleware import BusyDatabaseMiddleware
from tests import world as worlds
from units.models import Unit

LOCKED_OUT = "Đăng nhập sai quá nhiều lần"


def heading(response: Any) -> str:
    """Return the first heading of a page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    assert found is not None
    return html.unescape(found.group(1)).strip()


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "SECRET_KEY", "DATABASE_URL"}}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DEBUG)"],
        env=kept | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_public_door_does_not_start_without_a_key() -> None:
    result = start()

    assert (result.returncode, "SECRET_KEY must be set" in result.stderr) == (1, True)


def test_a_wrong_word_in_debug_stops_the_start() -> None:
    result = start(DEBUG="maybe", SECRET_KEY="x" * 50)

    assert (result.returncode, "DEBUG must be 'true' or 'false', not 'maybe'" in result.stderr) == (1, True)


def test_with_a_key_it_starts_without_debug() -> None:
    assert start(SECRET_KEY="x" * 50).stdout == "False\n"


def test_lists_are_read_to_their_end_on_postgresql() -> None:
    environment = {"DEBUG": "true", "DATABASE_URL": "postgresql:///ledger", "DJANGO_SETTINGS_MODULE": "config.settings"}
    told = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"],
        env=os.environ | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "{'options': '-c cursor_tuple_fraction=1'}"


def test_private_files_lie_outside_what_is_served() -> None:
    served = [settings.STATIC_ROOT, *settings.STATICFILES_DIRS]

    assert [folder for folder in served if str(settings.MEDIA_ROOT).startswith(f"{folder}/")] == []
    assert [folder for folder in served if str(settings.VAR_DIR / "uploads").startswith(f"{folder}/")] == []


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/khong-co/", 404, "Không có trang này"),
        ("/areas/P06/2022/?boundaries=2025-02-30", 400, "Không hiểu được yêu cầu này"),
    ],
)
def test_pages_for_what_went_wrong_speak_vietnamese(db: None, client: Client, path: str, code: int, said: str) -> None:
    worlds.country()
    worlds.province(code="P06")

    response = client.get(path)

    assert response.status_code == code
    assert heading(response) == said


def test_a_refusal_says_why(db: None) -> None:
    world = worlds.build()
    client = Client()
    client.force_login(world.ours.officer, backend="units.auth.PostingBackend")

    response = client.get(reverse("admin:units_user_changelist"))

    assert (response.status_code, heading(response)) == (403, "Không được phép thực hiện")


def test_an_error_answers_in_vietnamese_without_the_database(client: Client) -> None:
    from config.errors import server_error

    response = server_error(RequestFactory().get("/"))

    assert (response.status_code, heading(response)) == (500, "Đã xảy ra lỗi")


def test_a_form_without_a_token_is_told_what_to_do(db: None) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("admin:login"), {"username": "a", "password": "b"})

    assert (response.status_code, heading(response)) == (403, "Biểu mẫu đã hết hạn")


def test_a_busy_database_keeps_the_form() -> None:
    request = RequestFactory().post("/admin/units/unit/add/", {"name": "Tổ <một>", "members": "5"})

    response = BusyDatabaseMiddleware(lambda _request: None).process_exception(  # type: ignore[arg-type,return-value]
        request, OperationalError("database is locked")
    )

    assert response is not None
    page = response.content.decode()
    assert (response.status_code, heading(response)) == (503, "Hệ thống đang bận")
    assert 'name="name" value="Tổ &lt;một&gt;"' in page
    assert 'name="members" value="5"' in page


def test_another_database_error_is_not_called_busy() -> None:
    request = RequestFactory().get("/")

    answer = BusyDatabaseMiddleware(lambda _request: None).process_exception(  # type: ignore[arg-type,return-value]
        request, OperationalError("no such table: x")
    )

    assert answer is None


def test_sign_in_closes_after_five_wrong_passwords(db: None, client: Client) -> None:
    user = worlds.build().ours.officer
    user.set_password("mot-mat-khau-dai")
    user.save()
    form = {"username": user.username, "password": "sai"}

    codes = [client.post(reverse("admin:login"), form).status_code for _time in range(5)]
    right = client.post(reverse("admin:login"), form | {"password": "mot-mat-khau-dai"})

    assert codes == [200, 200, 200, 200, 429]
    assert (right.status_code, heading(right)) == (429, LOCKED_OUT)


def test_a_one_time_password_is_changed_first(db: None, client: Client) -> None:
    user = worlds.build().ours.officer
    user.set_password("mot-mat-khau-dai")
    user.must_change_password = True
    user.save()
    client.post(reverse("admin:login"), {"username": user.username, "password": "mot-mat-khau-dai"})

    sent = client.get(reverse("admin:units_unit_changelist"))
    client.post(
        reverse("admin:password_change"),
        {"old_password": "mot-mat-khau-dai", "new_password1": "hai-mat-khau-dai", "new_password2": "hai-mat-khau-dai"},
    )

    assert sent.headers["Location"] == reverse("admin:password_change")
    user.refresh_from_db()
    assert user.must_change_password is False
    assert client.get(reverse("admin:units_unit_changelist")).status_code == 200


def test_opening_a_form_takes_no_writing_lock(db: None, client: Client, django_assert_num_queries: Any) -> None:
    world = worlds.build()
    client.force_login(world.ours.officer, backend="units.auth.PostingBackend")
    address = reverse("admin:units_unit_change", args=[world.ours.unit.pk])
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as seen:
        client.get(address)

    assert [query["sql"] for query in seen.captured_queries if query["sql"].startswith(("BEGIN", "SAVEPOINT"))] == []
    assert Unit.objects.count() == 2
