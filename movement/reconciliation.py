"""Three numbers agree or are explained: what the register counts, what the areas below add up to, what is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.words import is_true_of, worded
from movement import counted
from movement.models import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from movement.counted import Counted
    from movement.models import Report


@dataclass(frozen=True)
class Difference:
    """One figure whose numbers do not agree."""

    figure: Figure
    register: int | None
    total: int | None
    records: int | None = None

    def __str__(self) -> str:
        if self.figure.indicator.counts_records and self.figure.register_on is not None and self.records is None:
            return _("%(label)s: %(own)s was counted from records that have been taken back since") % {
                "label": self.figure.label,
                "own": worded(self.figure.own),
            }
        if self.records is not None and self.records != self.figure.own:
            return _("%(label)s: records %(records)s, own part %(own)s") % {
                "label": self.figure.label,
                "records": worded(self.records),
                "own": worded(self.figure.own) or _("no figure yet"),
            }
        if self.register is not None and self.register != self.total:
            return _("%(label)s: register %(register)s, report %(total)s") % {
                "label": self.figure.label,
                "register": worded(self.register),
                "total": worded(self.total) or _("no figure yet"),
            }
        return _("%(label)s: printed as %(printed)s, but the total is %(total)s") % {
            "label": self.figure.label,
            "printed": self.figure.printed,
            "total": worded(self.total) or _("no figure yet"),
        }

    @property
    def numbers(self) -> dict[str, int | str | None]:
        """Return the numbers that do not agree, by what they are."""
        return {
            "own": self.figure.own,
            "total": self.total,
            "register": self.register,
            "records": self.records,
            "word": self.figure.printed_word,
            "printed": self.figure.printed_value,
        }


def differences(report: Report) -> list[Difference]:
    """Return the figures of `report`, as stored, that the register, its records or their own printed form contradict."""
    return differences_in(report, counted.stored_lines(report), counted.count(report))


def differences_in(report: Report, lines: Iterable[Figure], numbers: Counted) -> list[Difference]:
    """Return the `lines` that are contradicted, in their order, then those that the register counts and the report lacks."""
    found = []
    held: set[tuple[int, str]] = set()
    for figure in lines:
        key = (figure.indicator_id, figure.item)
        held.add(key)
        register = numbers.register.get(key)
        records = numbers.records.get(key)
        taken_back = figure.indicator.counts_records and figure.register_on is not None and records is None
        printed_false = bool(figure.printed_word) and (
            figure.total is None or not is_true_of(figure.printed_word, figure.printed_value or 0, figure.total)
        )
        if (
            (register is not None and register != figure.total)
            or (records is not None and records != figure.own)
            or taken_back
            or printed_false
        ):
            found.append(Difference(figure, register, figure.total, records))
    found += [
        Difference(Figure(report=report, indicator=numbers.indicators[indicator], item=item), register, None)
        for (indicator, item), register in numbers.register.items()
        if register is not None and (indicator, item) not in held
    ]
    return found
