"""The article's sentences, written from the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.words import counted, worded
from movement.places import kind_name
from units.models import Area, Cluster

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

UNITS = ("units_people_security_team", "units_mediation_team", "units_self_governing_team", "units_security_order_team")


def units_sentence(area: Area, totals: Mapping[str, int | None], *, route_members: list[int]) -> str:
    """Return "Toàn tỉnh hiện có 1.052 tổ an ninh nhân dân, …" with what is known; an empty string when nothing is.

    `totals` are by indicator code; `route_members` gives, for each border-route cluster, its number of provinces.
    """
    parts = [phrase(code, number) for code in UNITS if (number := totals.get(code))]
    if route := totals.get("clusters_border_route"):
        if route == len(route_members) == 1 and route_members[0] > 1:
            parts.append(
                _("%(count)s border-route joint security cluster between the police of %(provinces)d provinces")
                % {"count": counted(route), "provinces": route_members[0]}
            )
        else:
            parts.append(_("%(count)s border-route joint security clusters") % {"count": counted(route)})
    if number := totals.get("clusters_inter_province"):
        parts.append(
            ngettext("%(count)s inter-province security cluster", "%(count)s inter-province security clusters", number)
            % {"count": counted(number)}
        )
    if not parts:
        return ""
    return _("%(whole)s now has %(list)s.") % {"whole": whole(area), "list": ", ".join(parts)}


def phrase(code: str, number: int) -> str:
    """Return "1.052 tổ an ninh nhân dân" for the indicator called `code`."""
    text = {
        "units_people_security_team": ngettext("%(count)s people's security team", "%(count)s people's security teams", number),
        "units_mediation_team": ngettext("%(count)s mediation team", "%(count)s mediation teams", number),
        "units_self_governing_team": ngettext("%(count)s self-governing team on security and order", "%(count)s self-governing teams on security and order", number),
        "units_security_order_team": ngettext("%(count)s security and order protection team", "%(count)s security and order protection teams", number),
    }[code]  # fmt: skip
    return text % {"count": counted(number)}


def attendance_sentence(area: Area, printed: str, total: int | None) -> str:
    """Return the sentence on the launches, with the attendance as it is printed; empty when it is not known."""
    if total is None:
        return ""
    return _(
        "%(whole)s held information and mass launch sessions of the movement, with %(attendance)s attendances."
    ) % {
        "whole": whole(area),
        "attendance": printed or worded(total),
    }


def whole(area: Area) -> str:
    """Return "Toàn tỉnh", "Toàn thị xã" and so on, by the kind of the area."""
    if area.level == Area.Level.COUNTRY:
        return _("The whole country")
    return _("The whole %(kind)s") % {"kind": kind_name(area)}


def route_member_counts(area: Area, day: date) -> list[int]:
    """Return, for each border-route cluster with a member in `area` on `day`, how many members it had then."""
    clusters = (
        Cluster.objects.with_member_in(area, day).filter(kind__code="cluster_border_route").prefetch_related("members")
    )
    return [sum(member.is_valid_on(day) for member in cluster.members.all()) for cluster in clusters]
