"""What the province's report of 2022 and its conference said, for the demonstration: facts as the newspaper published them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from awards.models import AwardForm, AwardingAuthority, ReportedAwardTotal
from awards.models.decisions import Occasion
from config.records import create_all
from movement.models import (
    AgendaItem,
    Announcement,
    Conference,
    Directive,
    Event,
    Indicator,
    Programme,
    ProgrammeMeasure,
    ProgrammeSnapshot,
    ReportSection,
    Shortcoming,
    Task,
)  # fmt: skip
from units.models import Area, Body

if TYPE_CHECKING:
    from movement.models import Report
    from units.models import User

FILE = Path(settings.BASE_DIR) / "movement" / "data" / "bac_kan_2022_year.json"
FIRST_LAUNCH = date(2022, 7, 4)


def tell(report: Report, *, by: User) -> None:
    """Enter the texts of `report`, its programme, its conference and the commendations announced there."""
    story = json.loads(FILE.read_text(encoding="utf-8"))
    create_all([Body(kind=one["kind"], name=one["name"], area=report.area) for one in story["bodies"]], by=by)
    _texts(report, story, by=by)
    programme = _programme(report.area, story["programme"], by=by)
    conference = _conference(report.area, story["conference"], programme, by=by)
    _commendations(conference, story["commendations"])


def _texts(report: Report, story: dict[str, Any], *, by: User) -> None:
    create_all(
        [
            ReportSection(report=report, kind=one["kind"], position=number, text=one["vi"], text_en=one["en"])
            for number, one in enumerate(story["sections"], start=1)
        ],
        by=by,
    )
    shortcomings = [
        Shortcoming(
            report=report,
            position=number,
            text=one["vi"],
            text_en=one["en"],
            extent=one["extent"],
            extent_en=one["extent_en"],
        )
        for number, one in enumerate(story["shortcomings"], start=1)
    ]
    create_all(shortcomings, by=by)
    create_all(
        [
            Task(
                report=report,
                position=number,
                year=report.period.year + 1,
                text=one["vi"],
                text_en=one["en"],
                shortcoming=shortcomings[one["shortcoming"]],
            )
            for number, one in enumerate(story["tasks"], start=1)
        ],
        by=by,
    )


def _programme(area: Area, told: dict[str, Any], *, by: User) -> Programme:
    taken_on, source = date.fromisoformat(told["taken_on"]), told["source"]
    names = (
        "code",
        "name",
        "name_en",
        "short_name",
        "short_name_en",
        "legal_basis",
        "first_year",
        "last_year",
        "vision_year",
    )
    programme = Programme(area=Area.objects.get(level=Area.Level.COUNTRY), **{name: told[name] for name in names})
    create_all([programme], by=by)
    indicators = {one.code: one for one in Indicator.objects.all()}
    measures = [
        ProgrammeMeasure(
            programme=programme,
            position=number,
            name=one["vi"],
            name_en=one["en"],
            unit=one["unit"],
            unit_en=one["unit_en"],
            indicator=indicators[one["indicator"]] if "indicator" in one else None,
        )
        for number, one in enumerate(told["measures"], start=1)
    ]
    create_all(measures, by=by)
    create_all(
        [
            ProgrammeSnapshot(area=area, measure=measure, taken_on=taken_on, value=one["value"], source=source)
            for measure, one in zip(measures, told["measures"], strict=True)
        ],
        by=by,
    )
    return programme


def _conference(area: Area, told: dict[str, Any], programme: Programme, *, by: User) -> Conference:
    names = ("name", "name_en", "part_of_day", "venue", "venue_en", "chair_office", "chair_office_en", "source")
    conference = Conference(
        area=area,
        year=2022,
        held_on=date.fromisoformat(told["held_on"]),
        host=Body.objects.get(area=area, name=told["host"]),
        **{name: told[name] for name in names},
    )
    create_all([conference], by=by)
    create_all(
        [
            AgendaItem(
                conference=conference,
                position=number,
                text=one["vi"],
                text_en=one["en"],
                programme=programme if "programme" in one else None,
            )
            for number, one in enumerate(told["agenda"], start=1)
        ],
        by=by,
    )
    create_all(
        [
            Directive(
                conference=conference,
                position=number,
                text=one["vi"],
                text_en=one["en"],
                addressed_to=one["to"],
                addressed_to_en=one["to_en"],
            )
            for number, one in enumerate(told["directives"], start=1)
        ],
        by=by,
    )
    return conference


def _commendations(conference: Conference, told: dict[str, Any]) -> None:
    total = ReportedAwardTotal.objects.create(
        area=conference.area,
        year=conference.year,
        occasion=Occasion.CONFERENCE,
        source=told["source"],
        quote=told["quote"],
    )
    total.forms.set(AwardForm.objects.filter(code__in=told["forms"]))
    total.authorities.set(AwardingAuthority.objects.filter(code__in=told["authorities"]))
    Announcement.objects.create(conference=conference, total=total)


def launches(areas: dict[str, Area], activity: dict[str, dict[str, str]], *, by: User) -> None:
    """Enter the launches of 2022, commune by commune, with the illustrative attendances of the targets."""
    held = []
    for code, line in sorted(activity.items()):
        sessions, attendance = int(line["mobilisation_events"]), int(line["attendance"])
        share, rest = divmod(attendance, sessions)
        held += [
            Event(
                area=areas[code],
                kind=Event.Kind.LAUNCH,
                name="Phát động phong trào năm 2022 (số liệu minh họa)",
                starts_on=FIRST_LAUNCH + timedelta(days=7 * number + int(code[1:]) % 40),
                attendance=share + (rest if number == 0 else 0),
                synthetic=True,
            )
            for number in range(sessions)
        ]
    create_all(held, by=by, reason="Số liệu minh họa")
