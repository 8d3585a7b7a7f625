"""What each role may do with the year's work, periods, reports, figures and editions: the whole policy on one screen."""

from units.auth import Grant, Where
from units.models.people import Role

WORK = (
    "event",
    "inspection",
    "issueddocument",
    "modeltype",
    "popularmodel",
    "modelsite",
    "exemplar",
    "safetystandardresult",
    "mediationresult",
    "programmesnapshot",
)
TEXTS = ("reportsection", "shortcoming", "task")
CONFERENCE = ("conference", "agendaitem", "paper", "directive", "announcement")
DRAFTED = (*TEXTS, *CONFERENCE[1:])  # rows that may be taken out of an open report or a conference; history keeps them

LOOK = [
    Grant(f"movement.view_{name}")
    for name in (
        "indicator",
        "indicatorsection",
        "period",
        "extension",
        "reviewroute",
        "report",
        "figure",
        "publishedfigure",
        "edition",
        "dashboard",
        "programme",
        "programmemeasure",
        *WORK,
        *TEXTS,
        *CONFERENCE,
        "taskprogress",
    )
] + [Grant("movement.view_internal_edition")]
ENTER = [Grant("movement.change_report"), Grant("movement.change_figure"), Grant("movement.prepare_report")]
SHEETS = [Grant("movement.import_figure"), Grant("movement.export_figure"), Grant("movement.export_report")]
EXPORTS = [Grant("movement.export_figure"), Grant("movement.export_report"), Grant("movement.export_publishedfigure")]
OWN_REPORT = [
    Grant("movement.change_report", Where.HERE),
    Grant("movement.change_figure", Where.HERE),
    Grant("movement.prepare_report", Where.HERE),
    Grant("movement.release_report", Where.HERE, alone=True),
    Grant("movement.release_own_report", Where.HERE, alone=True),
]
KEEP_WORK = [Grant(f"movement.{verb}_{name}") for name in WORK for verb in ("add", "change", "import", "export")]
WRITE = [
    *[Grant(f"movement.{verb}_{name}") for name in (*TEXTS, *CONFERENCE, "taskprogress") for verb in ("add", "change")],
    *[Grant(f"movement.delete_{name}") for name in DRAFTED],
]
OWN_WORK = [
    Grant(f"movement.{verb}_{name}", Where.HERE)
    for name in (*WORK, *TEXTS, *CONFERENCE, "taskprogress")
    for verb in ("add", "change")
] + [Grant(f"movement.delete_{name}", Where.HERE) for name in DRAFTED]
EXPORT_WORK = [Grant(f"movement.export_{name}") for name in (*WORK, "shortcoming", "task", "directive", "conference")]
REQUEST = [Grant(f"movement.{verb}_period", provided="is_request") for verb in ("add", "change")]
MORE_TIME = [Grant(f"movement.{verb}_extension", Where.BELOW) for verb in ("add", "change")]
OWN_TIME = [Grant(f"movement.{verb}_extension", Where.HERE, provided="is_top") for verb in ("add", "change")]
PRINTED = [Grant(f"movement.{verb}_publishedfigure") for verb in ("add", "change", "import", "export")]

POLICY = {
    Role.OFFICER: [
        *LOOK,
        *ENTER,
        *SHEETS,
        *KEEP_WORK,
        *WRITE,
        *EXPORT_WORK,
        Grant("movement.release_report", alone=True),
        Grant("movement.release_own_report", alone=True),
    ],
    Role.SIGNER: [*LOOK, *EXPORTS, *EXPORT_WORK, Grant("movement.release_report")],
    Role.REVIEWER: [
        *LOOK,
        *EXPORTS,
        *EXPORT_WORK,
        *OWN_REPORT,
        *OWN_WORK,
        *REQUEST,
        *MORE_TIME,
        Grant("movement.return_report", Where.BELOW),
        Grant("movement.approve_report", Where.BELOW),
        Grant("movement.correct_report", Where.BELOW),
    ],
    Role.CLERK: [
        *LOOK,
        *SHEETS,
        *KEEP_WORK,
        *EXPORT_WORK,
        *PRINTED,
        Grant("movement.change_figure"),
        Grant("movement.change_report"),
    ],
    Role.AWARD_SECRETARY: [*LOOK],
    Role.LEADER: [
        *LOOK,
        *EXPORTS,
        *EXPORT_WORK,
        *MORE_TIME,
        *OWN_TIME,
        Grant("movement.return_report", Where.HERE, provided="is_top"),
        Grant("movement.approve_report", Where.HERE, provided="is_top"),
        Grant("movement.publish_report", Where.HERE, provided="is_top"),
        Grant("movement.correct_report", Where.HERE, provided="is_top"),
    ],
    Role.ADMINISTRATOR: [
        *LOOK,
        *EXPORTS,
        *REQUEST,
        *MORE_TIME,
        *[
            Grant(f"movement.{verb}_{name}", at_province=True)
            for name in ("indicator", "indicatorsection", "period", "programme", "programmemeasure", "reviewroute")
            for verb in ("add", "change")
        ],
    ],
}
