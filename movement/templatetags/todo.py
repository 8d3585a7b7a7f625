"""What waits for the person on the first page after sign-in."""

from typing import Any

from django import template
from django.utils import timezone

from movement.todo import groups_for
from units.models import User

register = template.Library()


@register.inclusion_tag("movement/_todo.html")
def todo(user: User) -> dict[str, Any]:
    """Return what waits for `user` by role."""
    return {
        "groups": groups_for(user, timezone.localdate()),
        "role_names": sorted({str(one.get_role_display()) for one in user.current_postings()}),
    }
