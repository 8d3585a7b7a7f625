"""Jobs that begin at the same moment, each on a connection of its own."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(*jobs: Callable[[], object], refusal: type[Exception] | tuple[type[Exception], ...] = ()) -> list[str]:
    """Do each job at the same moment; return what was said of each that was refused, and "stored" of the others."""
    barrier = Barrier(len(jobs))
    said = ["never done"] * len(jobs)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            jobs[place]()
            said[place] = "stored"
        except refusal as error:
            said[place] = str(error)
        except BaseException as error:  # no refusal, and never to be expected
            said[place] = f"{type(error).__name__}: {error}"
            raise
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return said
