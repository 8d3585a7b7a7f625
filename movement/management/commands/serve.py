"""Runs the web server and the worker together, and ends them together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from argparse import ArgumentParser

HOST = "127.0.0.1"
PATIENCE = (3.0, 1.0)  # seconds after the first and the second request to end
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Serve the ledger: the web server and the worker for longer work, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options: Any) -> None:
        require_free(port)
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        children: dict[str, subprocess.Popen[bytes]] = {}
        try:
            children[_("web server")] = start(web_server(port))
            children[_("worker")] = start(worker())
            self.stdout.write(
                _("The ledger is at %(address)s. Ctrl-C stops it.") % {"address": f"http://{HOST}:{port}/"}
            )
            self.stdout.flush()
            while not stop.wait(0.2) and all(child.poll() is None for child in children.values()):
                pass
            ended = [name for name, child in children.items() if child.poll() is not None]
        finally:
            end(list(children.values()))
        if not stop.is_set():
            raise CommandError(_("Ended by itself: %(names)s. The rest was stopped too.") % {"names": ", ".join(ended)})


def web_server(port: int) -> list[str]:
    """Return the command of the web server: two processes where many read at once, one on a developer's machine."""
    count = "1" if settings.DEBUG else "2"
    return [
        *(
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            HOST,
            "--port",
            str(port),
            "--no-ws",
            "--log-level",
            "warning",
        ),
        *("--workers", count, "--blocking-threads", "2", "--workers-kill-timeout", "2", "config.wsgi:application"),
    ]


def worker() -> list[str]:
    """Return the command of the worker."""
    return [str(settings.BASE_DIR / "manage.py"), "db_worker", "--no-reload", "--no-startup-delay"]


def require_free(port: int) -> None:
    """Raise CommandError when something else listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            words = _("Port %(port)s cannot be used (%(why)s). Choose another: make run PORT=%(next)s")
            raise CommandError(words % {"port": port, "why": error.strerror, "next": port + 1}) from error


def start(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start Python with `arguments`, in a process group of its own: Ctrl-C reaches it through us alone, and once."""
    flag = "true" if settings.DEBUG else "false"
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def follow_parent() -> None:
        # where this process is killed outright, the kernel asks the child to end
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DEBUG": flag},
        process_group=0,
        preexec_fn=follow_parent,
    )


def end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask `children` to end, ask again (a task under way is then recorded as failed), then kill what is left."""
    for seconds in PATIENCE:
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + seconds
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
