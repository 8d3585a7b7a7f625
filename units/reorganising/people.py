"""Postings and memberships of clusters move with their area; where it is abolished, a person has said where they go."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from config.records import create_all, portions, update_all, update_where
from units.models import ClusterMember, ClusterStanding, Posting
from units.reorganising.carriers import Moved
from units.reorganising.questions import MEMBER, POSTING, answers_of, standing

if TYPE_CHECKING:
    import datetime

    from units.models import User
    from units.reorganising.plan import Plan


def destination(plan: Plan, chosen: dict[int, str], key: int, area: int) -> str | None:
    """Return the code of the area that something at an old area goes to; "" where it ends, None where undecided."""
    change = plan.changes[area]
    return change.heirs[0].code if change.is_whole else chosen.get(key)


def named(plan: Plan, code: str | None) -> str:
    """Return a destination in words."""
    if code is None:
        return _("to be decided")
    return plan.labels.get(code) or code or _("ends")


def preview_postings(plan: Plan) -> list[Moved]:
    """Return where each posting goes."""
    chosen = answers_of(plan, POSTING)
    return [
        Moved(
            plan.changes[one.area_id].old.label,
            named(plan, destination(plan, chosen, one.pk, one.area_id)),
            f"{one.user}: {one.get_role_display()}",
        )
        for one in _postings(plan)
    ]


def carry_postings(plan: Plan, by: User) -> None:
    """End each posting at an old area, and begin it at the new one: once, where two areas of one person became one."""
    chosen = answers_of(plan, POSTING)
    begun: dict[tuple[int, int, str], Posting] = {}
    ended, moved = [], []
    for one in _postings(plan):
        code = destination(plan, chosen, one.pk, one.area_id)
        new = plan.keys[code] if code else None
        starts_later = one.valid_from is not None and one.valid_from >= plan.day
        if starts_later:
            if new and not Posting.objects.filter(user=one.user, area=new, role=one.role).exists():
                one.area_id = new
                moved.append(one)
            continue
        if new:
            _begin(begun, one, new, plan)
        one.valid_to = plan.day
        ended.append(one)
    update_all(ended, ["valid_to"], by=by, reason=plan.reason)
    update_all(moved, ["area"], by=by, reason=plan.reason)
    there = {
        (one.user_id, one.area_id, one.role)
        for one in Posting.objects.filter(
            Q(valid_from=plan.day) | (Q(valid_to__isnull=True) & (Q(valid_from__isnull=True) | Q(valid_from__lt=plan.day))),
            area__in={area for _user, area, _role in begun},
        )
    }  # fmt: skip
    create_all([one for key, one in begun.items() if key not in there], by=by, reason=plan.reason)


def _begin(begun: dict[tuple[int, int, str], Posting], one: Posting, new: int, plan: Plan) -> None:
    key = (one.user_id, new, one.role)
    if (same := begun.get(key)) is None:
        begun[key] = Posting(
            user_id=one.user_id, area_id=new, role=one.role, prepares_and_signs=one.prepares_and_signs,
            valid_from=plan.day, valid_to=one.valid_to,
        )  # fmt: skip
        return
    same.prepares_and_signs = same.prepares_and_signs and one.prepares_and_signs
    same.valid_to = _latest([same.valid_to, one.valid_to])


def _latest(ends: list[datetime.date | None]) -> datetime.date | None:
    """Return the latest end; an open one is later than any."""
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _postings(plan: Plan) -> list[Posting]:
    rows = Posting.objects.filter(standing(plan)).select_related("user", "area")
    return [one for some in portions(plan.olds()) for one in rows.filter(area__in=some).order_by("area__code", "pk")]


def preview_members(plan: Plan) -> list[Moved]:
    """Return where each membership of a cluster goes."""
    chosen = answers_of(plan, MEMBER)
    return [
        Moved(
            plan.changes[one.area_id or 0].old.label,
            named(plan, destination(plan, chosen, one.pk, one.area_id or 0)),
            str(one.cluster),
        )
        for one in _members(plan)
    ]


def carry_members(plan: Plan, by: User) -> None:
    """End each membership of an old area and begin that of the new one: once, where several members became one."""
    chosen = answers_of(plan, MEMBER)
    groups: dict[tuple[int, int], list[ClusterMember]] = defaultdict(list)
    ended, moved = [], []
    for one in _members(plan):
        code = destination(plan, chosen, one.pk, one.area_id or 0)
        new = plan.keys[code] if code else None
        if one.valid_from is not None and one.valid_from >= plan.day:
            if new and not ClusterMember.objects.filter(cluster=one.cluster_id, area=new, valid_to=None).exists():
                one.area_id = new
                moved.append(one)
            continue
        if new:
            groups[one.cluster_id, new].append(one)
        ended.append(one)
    until = {one.pk: one.valid_to for one in ended}
    for one in ended:
        one.valid_to = plan.day
    update_all(ended, ["valid_to"], by=by, reason=plan.reason)
    update_all(moved, ["area"], by=by, reason=plan.reason)
    already = {
        (one.cluster_id, one.area_id): one
        for one in ClusterMember.objects.filter(area__in={area for _cluster, area in groups}, valid_to=None)
    }
    begun: dict[tuple[int, int], ClusterMember] = {}
    for (cluster, area), before in groups.items():
        if (cluster, area) in already:
            continue
        known = [one.communes for one in before]
        ends = [until[one.pk] for one in before]
        begun[cluster, area] = ClusterMember(
            cluster_id=cluster,
            area_id=area,
            communes=None if None in known else sum(number or 0 for number in known),
            synthetic=any(one.synthetic for one in before),
            valid_from=plan.day,
            valid_to=_latest(ends),
        )
    create_all(list(begun.values()), by=by, reason=plan.reason)
    heirs: dict[int, Any] = {one.pk: begun.get(key) or already[key] for key, before in groups.items() for one in before}
    _carry_standings(plan, heirs, by)


def _carry_standings(plan: Plan, heirs: dict[int, ClusterMember], by: User) -> None:
    """Who leads a cluster in a year after that of the change is the new member; the year itself keeps its own."""
    by_member: dict[int, list[int]] = defaultdict(list)
    rows = ClusterStanding.objects.filter(member__in=list(heirs), year__gt=plan.day.year)
    for key, member in rows.values_list("pk", "member"):
        by_member[heirs[member].pk].append(key)
    for member, keys in by_member.items():
        update_where(ClusterStanding, keys, by=by, reason=plan.reason, member_id=member)


def _members(plan: Plan) -> list[ClusterMember]:
    rows = ClusterMember.objects.filter(standing(plan)).select_related("cluster", "area")
    return [one for some in portions(plan.olds()) for one in rows.filter(area__in=some).order_by("cluster__code", "pk")]
