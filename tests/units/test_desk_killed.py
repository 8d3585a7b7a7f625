"""The server killed while it stores a file: all of it is there or nothing, and the file says which."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.desk import bring_in, confirm
from tests.factories import KindFactory, commune
from tests.people import posted
from units.importing import desk
from units.importing.units import UnitSheet
from units.models import ImportBatch, Placement, Unit, Upload
from units.models.imports import SILENT
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Area, User

ROWS, ROUNDS, KILLED = 1500, 10, "killed while storing"
STORE = """
import sys
import django
django.setup()
from django.db import connection
from units.importing.work import store_now
connection.ensure_connection()
print("storing", flush=True)
store_now(int(sys.argv[1]), "vi")
"""


@pytest.mark.django_db(transaction=True)
def test_killed_while_storing(database_url: str) -> None:
    place = commune(name="Hà Hiệu")
    clerk, kind = posted(place, Role.CLERK), KindFactory()
    outcomes = []
    for number in range(ROUNDS):
        upload = waiting(clerk, place, kind.name_vi, number)

        kill_after(number * 0.04, upload, database_url)

        upload.refresh_from_db()
        stored = Unit.objects.filter(name__startswith=f"Tổ {number}.").count()
        placed = Placement.objects.filter(unit__name__startswith=f"Tổ {number}.").count()
        told = Unit.history.filter(name__startswith=f"Tổ {number}.").count()
        batches = ImportBatch.objects.filter(upload=upload).count()
        done = upload.state == Upload.State.DONE
        assert (stored, placed, told, batches) == ((ROWS, ROWS, ROWS, 1) if done else (0, 0, 0, 0))
        outcomes.append(done)

    assert outcomes[0] is False  # the first is killed before it can have begun
    again = Upload.objects.filter(state=Upload.State.STORING).earliest("pk")
    Upload.objects.filter(pk=again.pk).update(reported_at=timezone.now() - SILENT - timedelta(seconds=1))
    again.refresh_from_db()
    desk.wake(again)
    assert again.state == Upload.State.FAILED
    assert confirm(again) is not None
    done = Upload.objects.filter(state=Upload.State.DONE).count()
    assert done == sum(outcomes) + 1
    assert Unit.objects.count() == ROWS * done


def waiting(clerk: User, place: Area, kind: str, number: int) -> Upload:
    """Return a file that was confirmed a moment ago."""
    rows = [[f"Tổ {number}.{one}", kind, place.code] for one in range(ROWS)]
    upload = bring_in(clerk, UnitSheet, ["Tên", "Loại tổ chức", "Mã địa bàn"], rows)
    assert desk.begin_store(upload, shown=upload.preview["shown"], without_refused=False)
    return upload


def kill_after(seconds: float, upload: Upload, database_url: str) -> None:
    """Let a process of its own store the file, and kill it some time after it began."""
    told = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "config.settings", "PGAPPNAME": KILLED}
    environment = os.environ | told
    process = subprocess.Popen(
        [sys.executable, "-c", STORE, str(upload.pk)], stdout=subprocess.PIPE, env=environment, cwd=settings.BASE_DIR
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"storing\n"
    time.sleep(seconds)
    process.kill()
    process.communicate()
    # PostgreSQL carries out an order it already has after the one who gave it is gone
    while connection.vendor == "postgresql" and sessions(KILLED):
        time.sleep(0.01)


def sessions(name: str) -> int:
    """Return how many sessions of that name the server still has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
        return int(cursor.fetchone()[0])
