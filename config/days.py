"""The days that a record is of: one day, a year or a span, as its fields tell them and as an address carries them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

# fields in order, or two that stand for a span: the first of which all are filled in tells the days
Times: TypeAlias = "tuple[str | tuple[str, str], ...]"

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """The days from `first` to `last`, both counted in."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def on(cls, day: datetime.date) -> Days:
        """Return the one day."""
        return cls(day, day)

    @classmethod
    def in_year(cls, year: int) -> Days:
        """Return the days of a calendar year."""
        return cls(datetime.date(year, 1, 1), datetime.date(year, 12, 31))

    @classmethod
    def read(cls, text: str) -> Days | None:
        """Return what "2024-12-05", "2024" or two of them with a stroke between stand for; None for anything else."""
        try:
            ends = [cls._read_one(part) for part in text.split("/")]
        except ValueError:
            return None
        if len(ends) > 2 or ends[0].first > ends[-1].last:
            return None
        return cls(ends[0].first, ends[-1].last)

    @classmethod
    def _read_one(cls, text: str) -> Days:
        return cls.in_year(int(text)) if len(text) == 4 else cls.on(datetime.date.fromisoformat(text))

    @property
    def written(self) -> str:
        """Return the days as `read` reads them."""
        return f"{self.first.isoformat()}/{self.last.isoformat()}" if self.is_span else self.first.isoformat()

    @property
    def is_span(self) -> bool:
        """Say whether it is more than one day."""
        return self.first != self.last

    def __str__(self) -> str:
        if not self.is_span:
            return f"{self.first:%d/%m/%Y}"
        if self == Days.in_year(self.first.year):
            return str(self.first.year)
        return f"{self.first:%d/%m/%Y} – {self.last:%d/%m/%Y}"


def days_of(record: Model, times: Times) -> Days | None:
    """Return the days that `record` is of; None where they are not known or contradict each other."""
    for time in times:
        names = (time,) if isinstance(time, str) else time
        told = [_told(record, name) for name in names]
        ends = [one for one in told if one is not None]
        if len(ends) == len(names):
            return Days(ends[0].first, ends[-1].last) if ends[0].first <= ends[-1].last else None
    return None


def field_names(times: Times) -> Iterator[str]:
    """Return the names of the fields that tell the days."""
    for time in times:
        yield from (time,) if isinstance(time, str) else time


def in_force_during(days: Days) -> Q:
    """Return the condition that a dated row is in force on one of `days` at least."""
    return begins_by(days) & (Q(valid_to__isnull=True) | Q(valid_to__gt=days.first))


def begins_by(days: Days) -> Q:
    """Return the condition that a dated row begins before `days` are over."""
    return Q(valid_from__isnull=True) | Q(valid_from__lte=days.last)


def _told(record: Model, name: str) -> Days | None:
    value = getattr(record, name, None)
    if isinstance(value, datetime.date):
        # a row ends on the day before `valid_to`
        return Days.on(value - ONE_DAY) if name == "valid_to" and value > datetime.date.min else Days.on(value)
    if isinstance(value, int) and datetime.MINYEAR <= value <= datetime.MAXYEAR:
        return Days.in_year(value)
    return None
