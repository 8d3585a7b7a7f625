"""The real processes: both answer to one command and both go with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_START = 60
LONGEST_END = 6


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(port: int, database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url, "DEBUG": "true"},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for left in [*below(process), process] if process.poll() is None else []:
            left.kill()
        process.wait()


def below(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return list(psutil.Process(process.pid).children(recursive=True))


def answer(port: int) -> int:
    """Return the status of /healthz once the server is up."""
    deadline = time.monotonic() + LONGEST_START
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as response:
                return int(response.status)
        except urllib.error.URLError:
            assert time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.1)


def left_of(processes: list[psutil.Process], *, after: float = 0) -> list[psutil.Process]:
    """Return those that still run after so many seconds; one that has ended and waits to be noted does not run."""
    deadline = time.monotonic() + after
    while (left := [one for one in processes if runs(one)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def commands(processes: list[psutil.Process]) -> set[str]:
    """Return what our own processes run."""
    known = ("granian", "db_worker")
    return {word for process in processes for word in known if word in process.cmdline()}


def test_ctrl_c_ends_the_server_and_the_worker(port: int, database_url: str) -> None:
    with serving(port, database_url) as process:
        status = answer(port)
        children = below(process)
        started = commands(children)

        os.killpg(process.pid, signal.SIGINT)
        code = process.wait(LONGEST_END)

    assert (status, started, code) == (200, {"granian", "db_worker"}, 0)
    assert left_of(children) == []


def test_a_service_manager_ends_them_too(port: int, database_url: str) -> None:
    with serving(port, database_url) as process:
        answer(port)
        children = below(process)

        process.terminate()
        code = process.wait(LONGEST_END)

    assert code == 0
    assert left_of(children) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux alone ends the children of a killed process")
def test_nothing_outlives_a_killed_parent(port: int, database_url: str) -> None:
    with serving(port, database_url) as process:
        answer(port)
        children = below(process)

        process.kill()
        process.wait()

    assert left_of(children, after=LONGEST_END) == []


@pytest.mark.parametrize("name", ["granian", "db_worker"])
def test_when_one_dies_the_other_is_ended(name: str, port: int, database_url: str) -> None:
    with serving(port, database_url) as process:
        answer(port)
        children = below(process)

        next(child for child in children if name in child.cmdline()).kill()
        code = process.wait(LONGEST_END)

    assert code == 1
    assert left_of(children) == []


def test_a_port_in_use_is_named(port: int, database_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        run = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 1
    assert f"PORT={port + 1}" in run.stderr
