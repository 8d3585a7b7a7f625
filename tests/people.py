"""The standing cast: a person at an area in a role, and all those who bring a province's report to its publication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.factories import PostingFactory, UserFactory
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Area, User


def posted(area: Area, role: str = Role.OFFICER, *, alone: bool = False, **fields: Any) -> User:
    """Return a new person posted to `area` as `role`; `alone`: who may prepare and release without a second person."""
    return PostingFactory(user=UserFactory(**fields), area=area, role=role, prepares_and_signs=alone).user


@dataclass(frozen=True)
class Cast:
    """Who does what in a province. Officer and signer reach all of it, so that one of each serves every area below."""

    officer: User
    signer: User
    reviewer: User
    clerk: User
    leader: User
    administrator: User


def cast_of(province: Area) -> Cast:
    """Return a person in each role of the flow, posted to `province`."""
    return Cast(
        officer=posted(province, Role.OFFICER),
        signer=posted(province, Role.SIGNER),
        reviewer=posted(province, Role.REVIEWER, alone=True),
        clerk=posted(province, Role.CLERK),
        leader=posted(province, Role.LEADER),
        administrator=posted(province, Role.ADMINISTRATOR),
    )
