"""Ratios of the ledger's work to the least that the database must do for it, limit and ours in turn, in one run.

Usage: make bench, or bench/run.py [--db sqlite|postgresql] [--rounds 7] [--rows 100000] [--only WORD] [--gate]. It fills a
demonstration of its own in a temporary folder, on a server of its own where PostgreSQL is asked for.
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
            return seconds(lambda: rebuild(Report.objects.all()))

    def lookup() -> float:
        return seconds(lambda: Unit.objects.filter(pk=1).values_list("code").first())

    return [
        ("areas: load / write the communes alone", write_areas, load, 8),
        ("approve a commune up to the province / one update", upsert, approve, 300),
        ("all totals anew / one scan of the figures", scan, recompute, 15),
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


def main(options: argparse.Namespace) -> int:
    """Print the table; return 1 where a gate is passed over and --gate asks."""
    from bench.rolling import rolling_lines
    from bench.sheets import export_lines, import_lines, memory_lines, page_lines

    groups = {
        "ledger": lines,
        "import": lambda: import_lines(options.rows),
        "export": lambda: export_lines(options.rows),
        "pages": lambda: page_lines(max(1000, options.rows // 10)),
        "rollup": lambda: rolling_lines(options.rows),
    }
    failed = False
    print(f"{'work / limit':64} {'limit':>10} {'ours':>10} {'ratio':>7} {'least':>7} {'most':>7} {'gate':>6}")  # noqa: T201
    for group, made in groups.items():
        rounds = options.rounds if group == "ledger" else min(options.rounds, 3)
        for line in made() if options.only in ("", group) else ():
            failed |= timed(*line, rounds)
    for name, limit, ours, gate in memory_lines(options.rows) if options.only in ("", "memory") else ():
        failed |= ours / limit > gate
        told = f"{name:64} {limit / 2**20:8.0f}MB {ours / 2**20:8.0f}MB {ours / limit:7.2f} {'':7} {'':7} {gate:6.2f}"
        print(told)  # noqa: T201
    return int(failed and options.gate)


def timed(name: str, limit: Callable[[], float], ours: Callable[[], float], gate: float, rounds: int) -> bool:
    """Print one line, limit and ours in turn; return whether its gate is passed over."""
    limit(), ours()
    pairs = []
    for number in range(rounds):
        if number % 2:
            own = ours()
            pairs.append((limit(), own))
        else:
            pairs.append((limit(), ours()))
    ratios = sorted(own / least for least, own in pairs)
    swing = max(least for least, _own in pairs) / min(least for least, _own in pairs)
    middle = statistics.median(ratios)
    print(  # noqa: T201
        f"{name:64} {statistics.median(p[0] for p in pairs) * 1000:8.1f}ms {statistics.median(p[1] for p in pairs) * 1000:8.1f}ms "
        f"{middle:7.2f} {ratios[0]:7.2f} {ratios[-1]:7.2f} {gate:6}{'  noisy' if swing > NOISY else ''}",
        flush=True,
    )
    return middle > gate and swing <= NOISY


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", default="")
    parser.add_argument("--gate", action="store_true")
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    folder = tempfile.mkdtemp()
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", DEBUG="true", VAR_DIR=folder)
    if asked.db == "postgresql":
        from tests.engine import start_postgresql

        os.environ["DATABASE_URL"] = start_postgresql(Path(folder) / "postgresql")
    try:
        import django
        from django.conf import settings

        settings.INSTALLED_APPS += ["import_export"]  # bench/stock.py stands on it, no page of ours
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        with (Path(folder) / "said.txt").open("w", encoding="utf-8") as said:
            call_command("demo", stdout=said)
        settings.DEBUG = False  # it would keep every query
        if connection.vendor == "postgresql":
            connection.cursor().execute("ANALYZE")
        code = main(asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(code)
