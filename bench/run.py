"""Ratios of the ledger's work to the least that the database must do for it, limit and ours in turn, in one run.

Usage: make bench, or bench/run.py [--rounds 7] [--gate]. It fills a demonstration of its own in a temporary folder; with
DATABASE_URL set it uses a database of that server called ledger_bench, which must exist and be empty.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REFORM = datetime.date(2025, 7, 1)
NOISY = 3.0  # a limit that swings more than this between rounds makes its line a matter of the machine


def seconds(work: Callable[[], Any]) -> float:
    """Return how long `work` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo what is written inside."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class DatabaseTime:
    """The seconds spent in the database, and the number of queries."""

    def __init__(self) -> None:
        self.spent, self.count = 0.0, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        """Time one query."""
        begin = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent += time.perf_counter() - begin
            self.count += 1


def page_time(client: Any, path: str) -> float:
    """Return the database time of one page."""
    from django.db import connection

    timer = DatabaseTime()
    with connection.execute_wrapper(timer):
        response = client.get(path)
    assert response.status_code == 200, path
    return timer.spent


def bare_moves(to: Any) -> None:
    """End every open placement on the day of the reform and begin it in `to`, without history."""
    from units.models import Placement, Unit

    standing = list(Placement.objects.filter(valid_to=None))
    units = [one.unit_id for one in standing]
    Placement.objects.filter(valid_to=None).update(valid_to=REFORM)
    Placement.objects.bulk_create([Placement(unit_id=unit, area=to, valid_from=REFORM) for unit in units])
    Unit.objects.filter(pk__in=units).update(area=to)


def reorganising() -> tuple[Callable[[], float], Callable[[], float]]:
    """Return the limit and ours: the units of Bắc Kạn moved without anything, and its reorganisation applied."""
    from units.models import Area, Reorganisation, User
    from units.reorganising.applying import apply
    from units.reorganising.plan import plan_of
    from units.reorganising.questions import take_suggestions

    administrator = User.objects.get(username="quantri")

    def move_bare() -> float:
        with rolled_back():
            return seconds(lambda: bare_moves(Area.objects.get(code="P19-20250701")))

    def reorganise() -> float:
        with rolled_back():
            made = Reorganisation.objects.create(area=Area.objects.get(code="P06"), act="1683/NQ", effective_on=REFORM)
            take_suggestions(plan_of(made), by=administrator)
            return seconds(lambda: apply(made, by=administrator))

    return move_bare, reorganise


def lines() -> list[tuple[str, Callable[[], float], Callable[[], float], float]]:
    """Return each line: its name, the limit, ours, and the greatest ratio allowed."""
    from django.test import Client

    from movement.models import Figure, Report
    from movement.reports import move_report
    from movement.rollup import rebuild
    from units.management.commands.load_areas import _rows, load_areas
    from units.models import Area, AreaSuccession, Unit, User

    client = Client(HTTP_HOST="localhost")
    officer = Client(HTTP_HOST="localhost")
    officer.force_login(User.objects.get(username="canbo"), backend="units.auth.PostingBackend")
    rows = _rows("areas.csv")
    draft = Report.objects.select_related("area", "period__area").get(area__code="C01897", period__year=2024)
    people = {user.username: user for user in User.objects.filter(username__in=["canbo", "kyduyet", "thamdinh"])}
    figure = Figure.objects.filter(report=draft).first()
    assert figure is not None

    def write_areas() -> float:
        with rolled_back():
            copies = list(Area.objects.filter(level="commune"))
            for copy in copies:
                copy.pk, copy.code = None, f"X{copy.code}"
            return seconds(lambda: Area.objects.bulk_create(copies, batch_size=1000))

    def load() -> float:
        with rolled_back():
            AreaSuccession.objects.all().delete()
            marked = [
                row | {"code": f"X{row['code']}", "parent_code": f"X{row['parent_code']}" if row["parent_code"] else ""}
                for row in rows
            ]
            return seconds(lambda: load_areas(marked))

    def upsert() -> float:
        with rolled_back():
            return seconds(lambda: Figure.objects.filter(pk=figure.pk).update(below=7))

    def approve() -> float:
        with rolled_back():
            for name, by in (("request_signature", "canbo"), ("submit", "kyduyet")):
                move_report(draft, name, by=people[by])
            took = seconds(lambda: move_report(draft, "approve", by=people["thamdinh"]))
        draft.refresh_from_db()
        return took

    def scan() -> float:
        return seconds(lambda: list(Figure.objects.values_list("report", "indicator", "own", "total")))

    def recompute() -> float:
        with rolled_back():
            reports = list(Report.objects.select_related("area"))
            return seconds(lambda: rebuild(reports))

    def lookup() -> float:
        return seconds(lambda: Unit.objects.filter(pk=1).values_list("code").first())

    return [
        ("areas: load / write the communes alone", write_areas, load, 8),
        ("approve a commune up to the province / one update", upsert, approve, 300),
        ("all totals anew / one scan of the figures", scan, recompute, 150),
        ("public year page, database / one key looked up", lookup, lambda: page_time(client, "/areas/P06/2022/"), 40),
        (
            "the year on today's map, database / one key looked up",
            lookup,
            lambda: page_time(client, "/areas/P06/2022/?boundaries=2025-07-01"),
            20,
        ),
        ("Bắc Kạn reorganised, with history / its units moved bare", *reorganising(), 6),
        (
            "officer's list of units, database / one key looked up",
            lookup,
            lambda: page_time(officer, "/admin/units/unit/"),
            40,
        ),
    ]


def main() -> int:
    """Print the table; return 1 where a gate is passed over and --gate asks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    failed = False
    print(f"{'work / limit':58} {'limit':>9} {'ours':>9} {'ratio':>7} {'least':>7} {'most':>7} {'gate':>6}")  # noqa: T201
    for name, limit, ours, gate in lines():
        limit(), ours()
        pairs = [(limit(), ours()) for _round in range(options.rounds)]
        ratios = sorted(own / least for least, own in pairs)
        swing = max(least for least, _own in pairs) / min(least for least, _own in pairs)
        middle = statistics.median(ratios)
        noisy = swing > NOISY
        failed |= middle > gate and not noisy
        print(  # noqa: T201
            f"{name:58} {statistics.median(p[0] for p in pairs) * 1000:7.2f}ms {statistics.median(p[1] for p in pairs) * 1000:7.2f}ms "
            f"{middle:7.1f} {ratios[0]:7.1f} {ratios[-1]:7.1f} {gate:6}{'  noisy' if noisy else ''}"
        )
    return int(failed and options.gate)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    folder = tempfile.mkdtemp()
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEBUG="true", VAR_DIR=folder)
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        with (Path(folder) / "said.txt").open("w", encoding="utf-8") as said:
            call_command("demo", stdout=said)
        code = main()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(code)
