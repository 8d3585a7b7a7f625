"""The yearly report: periods, indicators, reports and figures, what others published, and the sealed editions."""

from movement.models.catalogue import Indicator, IndicatorSection, Period
from movement.models.editions import Chart, Edition, EditionFigure
from movement.models.published import PublishedFigure
from movement.models.reports import Figure, Report, ReportStep

__all__ = [
    "Chart",
    "Edition",
    "EditionFigure",
    "Figure",
    "Indicator",
    "IndicatorSection",
    "Period",
    "PublishedFigure",
    "Report",
    "ReportStep",
]
