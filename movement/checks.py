"""What the numbers of one report must be to each other: every check is a row of one table.

An *error* cannot be right whatever anybody says, so it is fixed. A *doubt* can be right, so it is explained or fixed:
villages are joined between a launch and the cut-off, matters of last year are settled this year, a large jump is real.
A number that is not known contradicts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from config.words import worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django_stubs_ext import StrOrPromise

COMMUNES = "communes"  # not an indicator: how many communes the area had on any day of the period
MOST_A_SESSION = 2000  # people at one session
LEAST_A_GIFT, MOST_A_GIFT = 10_000, 50_000_000  # đồng: outside, the value was typed in another unit
FEWEST_A_VILLAGE, MOST_A_VILLAGE = 10, 10_000  # people in one residential area
LIMITS = {
    "most_a_session": MOST_A_SESSION,
    "least_a_gift": LEAST_A_GIFT,
    "most_a_gift": MOST_A_GIFT,
    "fewest_a_village": FEWEST_A_VILLAGE,
    "most_a_village": MOST_A_VILLAGE,
}


@dataclass(frozen=True)
class Check:
    """One thing that must hold between the numbers that it `reads`, named by the codes of their indicators.

    The first of them is the line at which the check speaks. `says` has the numbers in it, by code, and may have the limits.
    """

    code: str
    reads: tuple[str, ...]
    holds: Callable[..., bool]
    says: StrOrPromise
    is_error: bool = False

    def numbers(self, known: Mapping[str, int | None]) -> dict[str, int] | None:
        """Return the numbers that the check reads; None where one of them is not known."""
        found = {code: number for code in self.reads if (number := known.get(code)) is not None}
        return found if len(found) == len(self.reads) else None

    def sentence(self, numbers: Mapping[str, int]) -> str:
        """Return what is wrong and what would be right, in the language in force."""
        return str(self.says) % {code: worded(number) for code, number in {**LIMITS, **numbers}.items()}


def at_most(part: int, whole: int) -> bool:
    """Say whether a part is not more than its whole."""
    return part <= whole


def nobody_without(number: int, occasions: int) -> bool:
    """Say whether nothing is counted where there was no occasion for it."""
    return occasions > 0 or number == 0


def some_at(attendance: int, sessions: int) -> bool:
    """Say whether at least one came to each session; without any session another check speaks."""
    return sessions == 0 or attendance >= sessions


def not_too_many_at(attendance: int, sessions: int) -> bool:
    """Say whether not more came to a session than a place holds."""
    return sessions == 0 or attendance <= MOST_A_SESSION * sessions


def plausible_gift(value: int, gifts: int) -> bool:
    """Say whether the value of one gift is that of a gift."""
    return gifts == 0 or LEAST_A_GIFT * gifts <= value <= MOST_A_GIFT * gifts


def plausible_village(population: int, villages: int) -> bool:
    """Say whether as many people live in one residential area as can."""
    return villages == 0 or FEWEST_A_VILLAGE * villages <= population <= MOST_A_VILLAGE * villages


CHECKS = (
    # ------------------------------------------------ a part is not more than its whole
    Check(
        "launched_of_residential_areas", ("launch_residential_areas", "residential_areas"), at_most,
        _("%(launch_residential_areas)s residential areas had a launch, but there are %(residential_areas)s: each is counted once, so at most %(residential_areas)s"),
    ),
    Check(
        "festival_of_residential_areas", ("festival_residential", "residential_areas"), at_most,
        _("%(festival_residential)s residential areas held the festival, but there are %(residential_areas)s: at most %(residential_areas)s"),
    ),
    Check(
        "standard_of_residential_areas", ("standard_residential", "residential_areas"), at_most,
        _("%(standard_residential)s residential areas met the standard, but there are %(residential_areas)s: at most %(residential_areas)s"),
    ),
    Check(
        "festival_of_communes", ("festival_communes", COMMUNES), at_most,
        _("%(festival_communes)s communes held the festival, but the area has %(communes)s: at most %(communes)s"), is_error=True,
    ),
    Check(
        "standard_of_communes", ("standard_communes", COMMUNES), at_most,
        _("%(standard_communes)s communes met the standard, but the area has %(communes)s: at most %(communes)s"), is_error=True,
    ),
    Check(
        "new_of_models", ("models_new", "models_maintained"), at_most,
        _("%(models_new)s models are new, but only %(models_maintained)s are maintained: the new ones are counted among these"),
    ),
    Check(
        "skilful_of_models", ("skilful_mobilisation_models", "models_maintained"), at_most,
        _("%(skilful_mobilisation_models)s models of skilful mobilisation, but only %(models_maintained)s models are maintained: these are counted among them"),
    ),
    Check(
        "disseminated_of_models", ("models_disseminated", "models_maintained"), at_most,
        _("%(models_disseminated)s models are disseminated by the Ministry, but only %(models_maintained)s are maintained: at most %(models_maintained)s"),
    ),
    # ------------------------------------------------ what adds up
    Check(
        "mediation_adds_up",
        ("mediation_received", "mediation_successful", "mediation_unsuccessful", "mediation_pending"),
        lambda received, *parts: received == sum(parts),
        _("%(mediation_received)s received, but %(mediation_successful)s successful + %(mediation_unsuccessful)s unsuccessful + %(mediation_pending)s pending is another number: received is their sum"),
    ),
    # ------------------------------------------------ attendance against sessions
    Check(
        "launch_attendance_without_session", ("launch_attendance", "launch_sessions"), nobody_without,
        _("%(launch_attendance)s attendances at %(launch_sessions)s launches: enter the sessions, or no attendance"), is_error=True,
    ),
    Check(
        "launch_attendance_too_low", ("launch_attendance", "launch_sessions"), some_at,
        _("%(launch_attendance)s attendances at %(launch_sessions)s launches: fewer than one at each; leave the attendance empty where it is not known"),
    ),
    Check(
        "launch_attendance_too_high", ("launch_attendance", "launch_sessions"), not_too_many_at,
        _("%(launch_attendance)s attendances at %(launch_sessions)s launches: more than %(most_a_session)s at each"),
    ),
    Check(
        "launched_without_session", ("launch_residential_areas", "launch_sessions"), nobody_without,
        _("%(launch_residential_areas)s residential areas had a launch, but there were %(launch_sessions)s sessions"),
    ),
    Check(
        "information_attendance_without_session", ("propaganda_attendance", "propaganda_sessions"), nobody_without,
        _("%(propaganda_attendance)s attendances at %(propaganda_sessions)s information sessions: enter the sessions, or no attendance"), is_error=True,
    ),
    Check(
        "information_attendance_too_low", ("propaganda_attendance", "propaganda_sessions"), some_at,
        _("%(propaganda_attendance)s attendances at %(propaganda_sessions)s information sessions: fewer than one at each; leave the attendance empty where it is not known"),
    ),
    Check(
        "information_attendance_too_high", ("propaganda_attendance", "propaganda_sessions"), not_too_many_at,
        _("%(propaganda_attendance)s attendances at %(propaganda_sessions)s information sessions: more than %(most_a_session)s at each"),
    ),
    # ------------------------------------------------ gifts and people
    Check(
        "value_without_gifts", ("gift_value_vnd", "gifts"), nobody_without,
        _("%(gift_value_vnd)s dong for %(gifts)s gifts: enter the gifts, or no value"), is_error=True,
    ),
    Check(
        "value_of_a_gift", ("gift_value_vnd", "gifts"), plausible_gift,
        _("%(gift_value_vnd)s dong for %(gifts)s gifts: one gift would be below %(least_a_gift)s or above %(most_a_gift)s dong; the value is entered in dong, not in thousands or millions"),
    ),
    Check(
        "people_of_a_village", ("population", "residential_areas"), plausible_village,
        _("%(population)s people in %(residential_areas)s residential areas: fewer than %(fewest_a_village)s or more than %(most_a_village)s in each"),
    ),
)  # fmt: skip


def broken(known: Mapping[str, int | None]) -> Iterator[tuple[Check, dict[str, int]]]:
    """Yield each check that the numbers do not pass, with those that it read; `known` holds them by code."""
    for check in CHECKS:
        numbers = check.numbers(known)
        if numbers is not None and not check.holds(*numbers.values()):
            yield check, numbers
