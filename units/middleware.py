"""While the ledger is only read, whoever sends a form is told so, and the form is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import busy
from units.reading_only import reading_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ReadingOnlyMiddleware:
    """Refuse what would write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 503 to a form, with why and until when; pages are read as ever."""
        if request.method not in READS and (sign := reading_only()):
            return busy(request, why=sign.reason)
        return self.get_response(request)
