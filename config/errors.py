"""The pages for what went wrong, each with what to do next."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return render(request, "400.html", status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403; a refusal that our own rules raised says why."""
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


@login_not_required
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 for a form whose token is missing or too old."""
    return render(request, "403_csrf.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return render(request, "500.html", status=500)


def busy(request: HttpRequest, why: str = "") -> HttpResponse:
    """Answer 503 with what was entered, ready to be sent again; `why` the ledger is only read for a while."""
    entered: list[tuple[str, Any]] = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
    context = {"entered": entered, "had_file": bool(request.FILES), "why": why}
    response = render(request, "503.html", context, status=503)
    response["Retry-After"] = "60" if why else "5"
    return response
