"""What each role may do with areas, bodies, units, clusters, people and imports: the whole policy on one screen."""

from units.auth import Grant
from units.models.people import Role

LOOK = [
    Grant(f"units.view_{name}")
    for name in (
        "area", "areasuccession", "unitkind", "body", "unit", "placement",
        "cluster", "clustermember", "clusterstanding", "importbatch", "attachment",
    )
]  # fmt: skip
REGISTER = [
    Grant(f"units.{verb}_{name}")
    for name in ("unit", "placement", "cluster", "clustermember", "clusterstanding", "body")
    for verb in ("add", "change")
]
SHEETS = [Grant(f"units.{verb}_{name}") for name in ("unit", "clustermember", "body") for verb in ("import", "export")]
EXPORTS = [Grant(f"units.export_{name}") for name in ("unit", "clustermember", "body")]
PEOPLE = [Grant(f"units.{verb}_{name}") for name in ("user", "posting") for verb in ("view", "add", "change")]
FILES = [Grant("units.add_attachment")]
REORGANISE = [Grant(f"units.{verb}_reorganisation", at_province=True) for verb in ("view", "add", "change", "apply")]
CATALOGUES = [Grant(f"units.{verb}_unitkind", at_province=True) for verb in ("add", "change")]

POLICY = {
    Role.OFFICER: [*LOOK, *REGISTER, *SHEETS, *FILES],
    Role.SIGNER: [*LOOK, *EXPORTS],
    Role.REVIEWER: [*LOOK, *EXPORTS, *FILES],
    Role.CLERK: [*LOOK, *REGISTER, *SHEETS, *FILES],
    Role.AWARD_SECRETARY: [*LOOK, *FILES],
    Role.LEADER: [*LOOK, *EXPORTS],
    Role.ADMINISTRATOR: [*LOOK, *PEOPLE, *CATALOGUES, *REORGANISE, *EXPORTS],
}
