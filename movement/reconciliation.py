"""Three numbers agree or are explained: what the register counts, what the areas below add up to, what is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.words import is_true_of, worded
from movement.counting import register_counts, register_indicators
from movement.models import Figure
from movement.tallies import record_counts, record_indicators

if TYPE_CHECKING:
    from movement.models import Report


LEAST_WORDS = 10  # signs: less explains nothing


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


def differences(report: Report) -> list[Difference]:
    """Return the figures of `report` that the register, its records or their own printed form contradict, in form order."""
    indicators = register_indicators(report.period)
    counts = register_counts(report.area, report.period, indicators)
    recorded = record_counts(report.area, report.period, record_indicators(report.period))
    found = []
    held: set[tuple[int, str]] = set()
    for figure in report.figures.select_related("indicator__section").in_form_order():
        held.add((figure.indicator_id, figure.item))
        register = counts.get((figure.indicator_id, figure.item))
        records = recorded.get((figure.indicator_id, figure.item))
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
    lines = {one.pk: one for one in indicators}
    found += [
        Difference(Figure(report=report, indicator=lines[indicator], item=item), register, None)
        for (indicator, item), register in counts.items()
        if register is not None and (indicator, item) not in held
    ]
    return found


def unexplained(report: Report) -> list[Difference]:
    """Return the differences for which no explanation is on record."""
    return [one for one in differences(report) if len(one.figure.explanation.strip()) < LEAST_WORDS]
