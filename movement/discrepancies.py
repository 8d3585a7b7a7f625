"""What `verify` has found: things that should be otherwise, and what has changed since it was published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Difference:
    """One thing that is stored and should be otherwise; the subject says which: area, indicator, item, column."""

    subject: str
    stored: object
    expected: object

    def __str__(self) -> str:
        stored, expected = ("—" if value is None or value == "" else value for value in (self.stored, self.expected))
        return _("%(subject)s: stored %(stored)s, expected %(expected)s") % {
            "subject": self.subject,
            "stored": stored,
            "expected": expected,
        }


@dataclass
class Findings:
    """What differs, what has changed since it was published (which is no fault), and how much was looked at."""

    differing: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def expect(self, subject: Iterable[object], stored: object, expected: object) -> None:
        """Note a difference unless `stored` is as expected."""
        if stored != expected:
            self.differ(subject, stored, expected)

    def differ(self, subject: Iterable[object], stored: object, expected: object) -> None:
        """Note a difference."""
        self.differing.append(Difference(_words(subject), stored, expected))

    def note_change(self, subject: Iterable[object], sealed: object, now: object) -> None:
        """Note a change since publication unless what was sealed still stands."""
        if sealed != now:
            self.changed.append(Difference(_words(subject), sealed, now))


def _words(subject: Iterable[object]) -> str:
    return " ".join(str(word) for word in subject if word != "")
