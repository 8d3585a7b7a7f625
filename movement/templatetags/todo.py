"""What waits for the person on the first page after sign-in."""

from typing import Any

from django import template

from movement.models import Report
from movement.models.reports import State
from units.models import User
from units.models.people import Role

register = template.Library()
MOST = 12
WAITING = {
    Role.OFFICER: (State.DRAFT, State.RETURNED),
    Role.SIGNER: (State.AWAITING_SIGNATURE,),
    Role.REVIEWER: (State.SUBMITTED,),
}


@register.inclusion_tag("movement/_todo.html")
def todo(user: User) -> dict[str, Any]:
    """Return the reports that wait for `user` by role: returned and due first, communes before districts."""
    waiting = Report.objects.none()
    for role, states in WAITING.items():
        reach = user.reach(role)
        if reach.areas:
            waiting = waiting | Report.objects.filter(reach.condition("area__"), state__in=states)
    if own := [area.pk for area in user.reach(Role.REVIEWER).areas]:
        waiting = waiting | Report.objects.filter(
            area__in=own, state__in=[State.DRAFT, State.RETURNED, State.AWAITING_SIGNATURE]
        )
    if own := [area.pk for area in user.reach(Role.LEADER).areas]:
        waiting = waiting | Report.objects.filter(area__in=own, state__in=[State.SUBMITTED, State.APPROVED])
    reports = list(
        waiting.for_list().order_by("-state", "period__year", "-area__level", "area__sort_key").distinct()[: MOST + 1]
    )
    return {
        "reports": reports[:MOST],
        "more": len(reports) > MOST,
        "role_names": sorted({str(one.get_role_display()) for one in user.current_postings()}),
    }
