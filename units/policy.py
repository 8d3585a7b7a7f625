"""What each role may do with areas, bodies, units, clusters, people and imports: the whole policy on one screen."""

from units.auth import Grant
from units.models.people import Role

LOOK = [
    Grant(f"units.view_{name}")
    for name in (
        "area", "areasuccession", "unitkind", "body", "unit", "placement",
        "cluster", "clustermember", "clusterstanding", "importbatch",
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
CATALOGUES = [Grant(f"units.{verb}_unitkind", at_province=True) for verb in ("add", "change")]

POLICY = {
    Role.OFFICER: [*LOOK, *REGISTER, *SHEETS],
    Role.SIGNER: [*LOOK, *EXPORTS],
    Role.REVIEWER: [*LOOK, *EXPORTS],
    Role.CLERK: [*LOOK, *REGISTER, *SHEETS],
    Role.AWARD_SECRETARY: [*LOOK],
    Role.LEADER: [*LOOK, *EXPORTS],
    Role.ADMINISTRATOR: [*LOOK, *PEOPLE, *CATALOGUES, *EXPORTS],
}
