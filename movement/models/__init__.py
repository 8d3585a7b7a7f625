"""The yearly report: what was done, what is reported of it in figures and words, what others published, sealed editions."""

from movement.models.catalogue import Indicator, IndicatorSection
from movement.models.conferences import AgendaItem, Announcement, Conference, Directive, Paper
from movement.models.direction import Inspection, IssuedDocument
from movement.models.editions import Chart, Edition, EditionAward, EditionErratum, EditionFigure, EditionPassage
from movement.models.events import Event
from movement.models.exemplary import Exemplar, ModelSite, ModelType, PopularModel
from movement.models.extensions import Extension
from movement.models.findings import FindingReason
from movement.models.periods import Period
from movement.models.programmes import Programme, ProgrammeMeasure, ProgrammeSnapshot
from movement.models.published import PublishedFigure
from movement.models.reports import Figure, Report, ReportStep
from movement.models.results import MediationResult, SafetyStandardResult
from movement.models.review import ReportingLine, ReviewRoute
from movement.models.texts import ReportSection, Shortcoming, Task, TaskProgress

__all__ = [
    "AgendaItem",
    "Announcement",
    "Chart",
    "Conference",
    "Directive",
    "Edition",
    "EditionAward",
    "EditionErratum",
    "EditionFigure",
    "EditionPassage",
    "Event",
    "Exemplar",
    "Extension",
    "Figure",
    "FindingReason",
    "Indicator",
    "IndicatorSection",
    "Inspection",
    "IssuedDocument",
    "MediationResult",
    "ModelSite",
    "ModelType",
    "Paper",
    "Period",
    "PopularModel",
    "Programme",
    "ProgrammeMeasure",
    "ProgrammeSnapshot",
    "PublishedFigure",
    "Report",
    "ReportSection",
    "ReportStep",
    "ReportingLine",
    "ReviewRoute",
    "SafetyStandardResult",
    "Shortcoming",
    "Task",
    "TaskProgress",
]
