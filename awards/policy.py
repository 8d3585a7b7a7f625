"""What each role may do with commendations: the whole policy on one screen.

Names of people commended are seen by those who work with the decisions, and by nobody else.
"""

from units.auth import Grant
from units.models.people import Role

CATALOGUES = ("awardform", "awardingauthority", "awardingpower", "awardground")
NUMBERS = ("awarddecision", "reportedawardtotal")
NAMES = ("recipient", "commendation")

LOOK = [Grant(f"awards.view_{name}") for name in (*CATALOGUES, *NUMBERS)]
LOOK_AT_NAMES = [Grant(f"awards.view_{name}") for name in NAMES]
TOTALS = [Grant(f"awards.{verb}_reportedawardtotal") for verb in ("add", "change", "import", "export")]
RECORD = [
    Grant(f"awards.{verb}_{name}")
    for name in ("awarddecision", *NAMES)
    for verb in ("add", "change", "import", "export")
]
KEEP_CATALOGUES = [
    Grant(f"awards.{verb}_{name}", at_province=True) for name in CATALOGUES for verb in ("add", "change")
]

POLICY = {
    Role.OFFICER: [*LOOK],
    Role.SIGNER: [*LOOK],
    Role.REVIEWER: [*LOOK, *LOOK_AT_NAMES],
    Role.CLERK: [*LOOK, *TOTALS],
    Role.AWARD_SECRETARY: [*LOOK, *LOOK_AT_NAMES, *RECORD, *TOTALS],
    Role.LEADER: [*LOOK, *LOOK_AT_NAMES],
    Role.ADMINISTRATOR: [*LOOK, *KEEP_CATALOGUES],
}
