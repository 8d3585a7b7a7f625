"""Language by address, sign-in by default, and an answer when the database is busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from config.errors import bad_request, busy

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


class AddressLocaleMiddleware(LocaleMiddleware):
    """The language stands in the address alone, so that a page does not vary by header or cookie."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language and leave `Vary` as it is."""
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class SignedInMiddleware(LoginRequiredMiddleware):
    """Everyone signs in, but open pages are asked first, so that they never touch the session."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Let open pages through; send people with a one-time password to the page that changes it."""
        if not getattr(view_func, "login_required", True):
            return None
        user = request.user
        if user.is_authenticated and getattr(user, "must_change_password", False):
            target = reverse("admin:password_change")
            if request.path not in {target, reverse("admin:logout"), reverse("admin:jsi18n")}:
                return redirect(target)
        return super().process_view(request, view_func, view_args, view_kwargs)


class PlainAddressMiddleware:
    """An address with a NUL sign names nothing, and PostgreSQL takes none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to such an address."""
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return self.get_response(request)


class BusyDatabaseMiddleware:
    """A writer that cannot get the database is told so, and its form is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 for a lock that was not had in time; leave every other error alone."""
        if isinstance(exception, OperationalError) and is_lock(exception):
            return busy(request)
        return None


def is_lock(error: OperationalError) -> bool:
    """Say whether `error` means that another writer holds the database."""
    words = str(error).lower()
    return "database is locked" in words or "lock timeout" in words or "deadlock detected" in words


def client_ip(request: HttpRequest) -> str:
    """Return the address of the client; what the proxy says is believed only where settings say there is one."""
    if settings.SECURE_PROXY_SSL_HEADER and (told := request.META.get("HTTP_X_FORWARDED_FOR")):
        return str(told).rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
