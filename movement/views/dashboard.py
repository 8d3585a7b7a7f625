"""The dashboard of leaders and offices: who has sent, who has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from movement import standing
from movement.models import Period
from movement.places import place
from units.models import Area

if TYPE_CHECKING:
    from units.models import User


@never_cache
@require_safe
@permission_required("movement.view_dashboard", raise_exception=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show where the reports of a period stand, for the areas in the person's reach."""
    user = cast("User", request.user)
    periods = list(Period.objects.visible_to(user).select_related("area"))
    if not periods:
        return render(request, "movement/no_period.html")
    period = chosen_period(request, periods)
    area = chosen_area(request, user, period)
    context = {
        "board": standing.board(period, area, user=user),
        "periods": periods,
        "postings": [place(one) for one in dict.fromkeys(user.reach().areas)],
    }
    return render(request, "movement/dashboard.html", context)


def chosen_period(request: HttpRequest, periods: list[Period]) -> Period:
    """Return the period asked for, else the latest year. Raises Http404 for one out of sight."""
    asked = request.GET.get("period")
    if not asked:
        return next((period for period in periods if not period.is_request), periods[0])
    for period in periods:
        if str(period.pk) == asked:
            return period
    raise Http404(_("This period is not in your reach."))


def chosen_area(request: HttpRequest, user: User, period: Period) -> Area:
    """Return the area asked for, else that of the person's first posting. Raises Http404 outside the person's reach."""
    asked = request.GET.get("area")
    reach = user.reach()
    if not asked:
        then = (area for area in (*reach.areas, *reach.before) if area.is_valid_on(period.ends_on))
        first = next(then, period.area)
        return first if first.level != Area.Level.COUNTRY else period.area
    area: Area | None = Area.objects.select_related("parent").filter(code=asked).first()
    if area is None or not reach.sees(area):
        raise Http404(_("This area is not in your reach."))
    return area
