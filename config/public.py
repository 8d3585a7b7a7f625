"""Pages that anybody may read: no sign-in, no session, the same for everybody, kept for a minute by caches."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """Open `view` to everybody for reading."""
    return login_not_required(require_safe(cache_control(public=True, max_age=60)(view)))
