"""What each role may do with periods, reports, figures and editions: the whole policy on one screen."""

from units.auth import Grant, Where
from units.models.people import Role

LOOK = [
    Grant(f"movement.view_{name}")
    for name in (
        "indicator",
        "indicatorsection",
        "period",
        "report",
        "figure",
        "publishedfigure",
        "edition",
        "dashboard",
    )
]
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
PRINTED = [Grant(f"movement.{verb}_publishedfigure") for verb in ("add", "change", "import", "export")]

POLICY = {
    Role.OFFICER: [
        *LOOK,
        *ENTER,
        *SHEETS,
        Grant("movement.release_report", alone=True),
        Grant("movement.release_own_report", alone=True),
    ],
    Role.SIGNER: [*LOOK, *EXPORTS, Grant("movement.release_report")],
    Role.REVIEWER: [
        *LOOK,
        *EXPORTS,
        *OWN_REPORT,
        Grant("movement.return_report", Where.BELOW),
        Grant("movement.approve_report", Where.BELOW),
        Grant("movement.correct_report", Where.BELOW),
    ],
    Role.CLERK: [*LOOK, *SHEETS, *PRINTED, Grant("movement.change_figure"), Grant("movement.change_report")],
    Role.AWARD_SECRETARY: [*LOOK],
    Role.LEADER: [
        *LOOK,
        *EXPORTS,
        Grant("movement.return_report", Where.HERE, provided="is_top"),
        Grant("movement.approve_report", Where.HERE, provided="is_top"),
        Grant("movement.publish_report", Where.HERE, provided="is_top"),
        Grant("movement.correct_report", Where.HERE, provided="is_top"),
    ],
    Role.ADMINISTRATOR: [
        *LOOK,
        *EXPORTS,
        *[
            Grant(f"movement.{verb}_{name}", at_province=True)
            for name in ("indicator", "indicatorsection", "period")
            for verb in ("add", "change")
        ],
    ],
}
