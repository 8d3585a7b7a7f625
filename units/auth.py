"""Who may do what: one answer for list, form, action, import, export, history and address.

A role grants a verb, a posting grants the place. Each app says in its policy.py what a role may do there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest

    from units.models import Area, Posting, User


class Where(Enum):
    """Where a grant holds, seen from the area of the posting."""

    HERE = "here"
    BELOW = "below"
    HERE_AND_BELOW = "here and below"


@dataclass(frozen=True)
class Grant:
    """A verb that a role may do, and where.

    `alone` asks for a posting that may prepare and release alone; `at_province` for one to a province or the country;
    `provided` names a yes-or-no attribute of the object.
    """

    permission: str
    where: Where = Where.HERE_AND_BELOW
    alone: bool = False
    at_province: bool = False
    provided: str = ""


_POLICY: dict[str, dict[str, list[Grant]]] = defaultdict(lambda: defaultdict(list))


def grant(policy: Mapping[Any, Iterable[Grant]]) -> None:
    """Add an app's policy: what each role may do there. Called once per app, when it is ready."""
    for role, grants in policy.items():
        for one in grants:
            if one not in _POLICY[role][one.permission]:
                _POLICY[role][one.permission].append(one)


def grants_of(role: str) -> dict[str, list[Grant]]:
    """Return what `role` may do, by permission."""
    return dict(_POLICY[role])


class PostingBackend(ModelBackend):
    """Answer permissions from postings in force today; without an object: whether the person may do it anywhere."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Say whether the person may do `perm`, to `obj` where one is given."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        if user_obj.is_superuser:
            return not (obj is not None and getattr(obj, "is_locked", False) and _writes(perm))
        pairs = [
            (posting, one) for posting in user_obj.current_postings() for one in _POLICY[posting.role].get(perm, ())
        ]
        pairs = [
            (posting, one)
            for posting, one in pairs
            if (not one.alone or posting.prepares_and_signs)
            and (not one.at_province or posting.area.level in {"province", "country"})
        ]
        if obj is not None:
            pairs = [(posting, one) for posting, one in pairs if not one.provided or getattr(obj, one.provided)]
        if not pairs or (obj is not None and getattr(obj, "is_locked", False) and _writes(perm)):
            return False
        areas = [] if obj is None else obj.lies_in
        if not areas:
            return True
        demand = getattr(obj, "needs_all_areas", False)
        answer = all if demand else any
        if answer(any(_reaches(posting, one, _line(obj, area), area) for posting, one in pairs) for area in areas):
            return True
        if not (_reads(perm) and settings.HEIRS_SEE_PREDECESSORS) and not getattr(obj, "is_left_to_heirs", False):
            return False
        before = user_obj.predecessors()
        return answer(
            any(
                _reaches(posting, one, _line(obj, area), area, place)
                for posting, one in pairs
                for place in before[posting.area_id]
            )
            for area in areas
        )

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Say whether the person may do anything in the app."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        return user_obj.is_superuser or any(
            perm.startswith(f"{app_label}.")
            for posting in user_obj.current_postings()
            for perm in _POLICY[posting.role]
        )

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return every permission the person holds, for `obj` where one is given."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj)
        names = {perm for posting in user_obj.current_postings() for perm in _POLICY[posting.role]}
        return {perm for perm in names if self.has_perm(user_obj, perm, obj)}


def _writes(perm: str) -> bool:
    return perm.partition(".")[2].startswith(("add_", "change_", "delete_", "import_"))


def _reads(perm: str) -> bool:
    return perm.partition(".")[2].startswith(("view_", "export_"))


def _line(obj: Any, area: Area) -> list[int]:
    """Return the keys of the areas at and above `area` that decide on `obj`: where it says so, its own chain of review."""
    line: list[int] = getattr(obj, "line_of_review", None) or area.line
    return line


def _reaches(posting: Posting, one: Grant, line: list[int], area: Area, place: Area | None = None) -> bool:
    """Say whether a grant of a posting at `place`, its own area if none is named, reaches `area`."""
    place = place or posting.area
    here = place.pk == area.pk
    match one.where:
        case Where.HERE:
            return here
        case Where.BELOW:
            return not here and (place.level == place.Level.COUNTRY or place.pk in line)
        case _:
            return place.level == place.Level.COUNTRY or place.pk in area.line


def person(request: HttpRequest) -> User:
    """Return who is signed in; pages that call it are closed to everybody else."""
    user: Any = request.user
    return cast("User", user)


def may(user: User, verb: str, model: Any, obj: Any = None) -> bool:
    """Say whether `user` may do `verb` (view, add, change, …) to `model`, or to `obj` of it."""
    meta = model._meta
    return user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}", obj)
