"""Filling a half-year review or another request with what the area has typed for its year already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from config.workflow import Refused
from movement.models import Figure, Period, Report
from movement.models.catalogue import REGISTER
from movement.models.reports import UNSENT_STATES
from movement.reports import enter
from movement.tallies import record_counts, record_indicators

if TYPE_CHECKING:
    from units.models import User


def year_of(report: Report) -> Report | None:
    """Return the area's yearly report whose typed numbers hold for `report` too; None where there is none.

    Both begin on the same day. Either both end on the same day, or the year is not sent yet: then what is typed there
    stands for the year so far. The numbers of a whole year that was sent say nothing of a half of it.
    """
    period = report.period
    if not period.is_request:
        return None
    years = Report.objects.filter(
        area=report.area_id, period__kind=Period.Kind.YEAR, period__starts_on=period.starts_on
    )
    for year in years.select_related("period", "area"):
        if year.period.ends_on == period.ends_on or (
            period.ends_on < year.period.ends_on and year.state in UNSENT_STATES
        ):
            return year
    return None


@transaction.atomic
def fill(report: Report, *, by: User) -> list[Figure]:
    """Copy what is typed in the area's year into the empty typed lines of `report`; return the lines that were filled.

    What records or the register count is counted for the window itself and is left alone; so is what was typed before.
    Raises Refused where no year can tell, PermissionDenied, ValidationError.
    """
    year = year_of(report)
    if year is None:
        raise Refused(_("No yearly report of %(area)s covers the same days.") % {"area": report.area})
    counted = record_counts(report.area, report.period, record_indicators(report.period))
    told = [indicator for (indicator, _item), number in counted.items() if number is not None]
    rows = year.figures.filter(own__isnull=False, register_on__isnull=True, item="")
    rows = rows.exclude(indicator__counts__in=REGISTER).exclude(indicator__in=told)
    typed = dict(rows.values_list("indicator", "own"))
    empty = report.figures.filter(own__isnull=True, item="", indicator__in=typed).select_related("indicator__section")
    filled = list(empty.in_form_order())
    for figure in filled:
        figure.own = typed[figure.indicator_id]
        enter(figure, by=by)
    return filled
