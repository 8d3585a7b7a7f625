"""What nobody can tell but a person: where units of a divided area go, and who or what stood at an abolished one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.dates import in_force
from config.records import portions
from units.models import Area, ClusterMember, Destination, Placement, Posting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from units.models import User
    from units.reorganising.plan import Plan

UNIT, POSTING, MEMBER = "unit", "posting", "member"
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """One thing to decide; `suggestion` and `answer` are codes, "" means that it ends, None that there is none."""

    of: str
    key: int
    label: str
    where: str
    options: Options
    may_end: bool
    suggestion: str | None
    answer: str | None

    @property
    def name(self) -> str:
        """Return the name of its field in the form."""
        return f"{self.of}-{self.key}"

    @property
    def chosen(self) -> str | None:
        """Return what the form shows as chosen: the answer, else the suggestion."""
        return self.suggestion if self.answer is None else self.answer


def standing(plan: Plan, prefix: str = "") -> Q:
    """Return the condition that something in an old area stands there on the day of the change or later."""
    return Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": plan.day})


def questions(plan: Plan) -> list[Question]:
    """Return all that is to be decided, with what was decided already."""
    doubtful = [key for key, change in plan.changes.items() if not change.is_whole]
    if not doubtful:
        return []
    answers = {
        (UNIT, one.unit_id) if one.unit_id else (POSTING, one.posting_id) if one.posting_id else (MEMBER, one.member_id): one
        for one in plan.reorganisation.destinations.all()
    }  # fmt: skip
    options = _Options(plan)
    asked: list[Question] = []

    def ask(of: str, key: int, label: str, area: int, *, may_end: bool, suggestion: str | None) -> None:
        change = plan.changes[area]
        answer = answers.get((of, key))
        if answer and answer.area_code not in {code for code, _label in options.of(area)} | (
            {""} if may_end else set()
        ):
            answer = None  # decided for another place, or on another table
        asked.append(
            Question(
                of, key, label, change.old.label, options.of(area), may_end, suggestion,
                answer.area_code if answer else None,
            )
        )  # fmt: skip

    def main(area: int) -> str | None:
        heir = plan.changes[area].main
        return heir.code if heir else None

    placements = (
        Placement.objects.filter(standing(plan), area__in=doubtful)
        .select_related("unit")
        .order_by("area__code", "unit__sort_key", "unit__code")
    )
    for one in placements:
        label = f"{one.unit} ({one.village})" if one.village else str(one.unit)
        ask(UNIT, one.unit_id, label, one.area_id, may_end=False, suggestion=main(one.area_id))
    postings = Posting.objects.filter(standing(plan), area__in=doubtful).select_related("user", "area")
    for two in postings.order_by("area__code", "user__sort_key", "pk"):
        label = f"{two.user}: {two.get_role_display()}"
        suggestion = main(two.area_id) or ""
        ask(POSTING, two.pk, label, two.area_id, may_end=True, suggestion=suggestion)
    members = ClusterMember.objects.filter(standing(plan), area__in=doubtful).select_related("cluster", "area__parent")
    for three in members.order_by("cluster__code", "pk"):
        assert three.area is not None
        heir = plan.heir_of(three.area)
        ask(
            MEMBER, three.pk, str(three.cluster), three.area.pk, may_end=True,
            suggestion=heir.code if heir else "",
        )  # fmt: skip
    return asked


class _Options:
    """What may be chosen for something in an old area, read once for each."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.found: dict[int, Options] = {}

    def of(self, key: int) -> Options:
        if key not in self.found:
            self.found[key] = self._read(key)
        return self.found[key]

    def _read(self, key: int) -> Options:
        change = self.plan.changes[key]
        if change.heirs:
            return tuple((heir.code, heir.label) for heir in change.heirs)
        above = self.plan.heir_of(change.old)
        below = {
            heir.code: heir.label
            for one in self.plan.changes.values()
            if key in one.old.line and one.old.pk != key
            for heir in one.heirs
        }
        if not below and above and change.old.level == Area.Level.COMMUNE:
            rows = Area.objects.filter(in_force(self.plan.day), parent__code=above.code).in_order()
            below = {one.code: one.full_name for one in rows}
        top = {above.code: above.label} if above and change.old.level != Area.Level.COMMUNE else {}
        return tuple((top | dict(sorted(below.items(), key=lambda pair: pair[1]))).items())


@transaction.atomic
def decide(plan: Plan, answers: Mapping[str, str], *, by: User) -> int:
    """Store the answers by the name of their question; return how many. Raises ValidationError naming each wrong one."""
    asked = {one.name: one for one in questions(plan)}
    wrong: list[str] = []
    stored = 0
    for name, code in answers.items():
        question = asked.get(name)
        if question is None:
            continue
        if code not in {option for option, _label in question.options} and not (code == "" and question.may_end):
            wrong.append(
                _("%(what)s, %(where)s: “%(code)s” is none of the areas that it can go to.")
                % {"what": question.label, "where": question.where, "code": code}
            )
            continue
        thing: Any = {f"{question.of}_id": question.key}
        Destination.objects.update_or_create(
            reorganisation=plan.reorganisation, **thing, defaults={"area_code": code, "by": by}
        )
        stored += 1
    if wrong:
        raise ValidationError(wrong)
    return stored


def take_suggestions(plan: Plan, *, by: User) -> int:
    """Decide everything undecided as suggested; return how many."""
    asked = {one.name: one for one in questions(plan)}
    open_ones = [one for one in asked.values() if one.answer is None and one.suggestion is not None]
    rows = [
        Destination(
            reorganisation=plan.reorganisation, by=by, area_code=one.suggestion or "", **{f"{one.of}_id": one.key}
        )
        for one in open_ones
    ]
    for of in (UNIT, POSTING, MEMBER):
        for some in portions([one.key for one in open_ones if one.of == of]):
            plan.reorganisation.destinations.filter(**{f"{of}__in": some}).delete()
    Destination.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def undecided(asked: Iterable[Question]) -> list[Question]:
    """Return the questions without an answer."""
    return [one for one in asked if one.answer is None]


def answers_of(plan: Plan, of: str) -> dict[int, str]:
    """Return what was decided for units, postings or members, by key."""
    rows: Any = plan.reorganisation.destinations.filter(**{f"{of}__isnull": False})
    return dict(rows.values_list(of, "area_code"))
