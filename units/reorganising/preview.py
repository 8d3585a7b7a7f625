"""What a reorganisation would do, for people to look at before it is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.records import portions
from config.writing.texts import Kind, OutColumn, csv_stream
from units.models import AreaSuccession, Cluster, ClusterMember, Unit, UnitKind
from units.reorganising.applying import totals
from units.reorganising.carriers import Moved, carriers
from units.reorganising.people import destination
from units.reorganising.plan import plan_of
from units.reorganising.questions import MEMBER, UNIT, Question, answers_of, questions, undecided
from units.reorganising.units import left_behind

if TYPE_CHECKING:
    from units.models import Reorganisation
    from units.reorganising.plan import Plan

MOST_LINES = 300  # of one table on the page; the file has them all


@dataclass(frozen=True)
class Total:
    """How many of one kind stand on the day, before and after."""

    kind: str
    before: int
    after: int


@dataclass(frozen=True)
class Table:
    """What is carried of one thing."""

    label: str
    lines: list[Moved]
    count: int

    @property
    def shown(self) -> list[Moved]:
        """Return the lines that the page shows."""
        return self.lines[:MOST_LINES]

    @property
    def left_out(self) -> int:
        """Return how many lines the page leaves out."""
        return max(len(self.lines) - MOST_LINES, 0)


@dataclass(frozen=True)
class Preview:
    """All of it."""

    plan: Plan
    areas: Table
    tables: tuple[Table, ...]
    totals: tuple[Total, ...]
    questions: list[Question]
    earlier: list[Moved]

    @property
    def undecided(self) -> int:
        """Return how many questions are open."""
        return len(undecided(self.questions))

    @property
    def is_clear(self) -> bool:
        """Say whether nothing stands in the way."""
        return bool(self.plan.changes) and not self.undecided and not self.earlier


def preview_of(reorganisation: Reorganisation) -> Preview:
    """Return what `reorganisation` would do. The number of queries does not grow with the number of areas."""
    plan = plan_of(reorganisation)
    asked = questions(plan)
    tables = tuple(
        Table(str(one.label), moved, sum(line.count for line in moved))
        for one in carriers()
        for moved in [one.preview(plan)]
    )
    changed = changes(plan)
    return Preview(
        plan=plan,
        areas=Table(_("Areas"), changed, len(plan.changes)),
        tables=tables,
        totals=expected(plan, asked),
        questions=asked,
        earlier=left_behind(plan),
    )


def changes(plan: Plan) -> list[Moved]:
    """Return each old area with what it goes into."""
    kinds = dict(AreaSuccession.Kind.choices)
    return [
        Moved(f"{one.old.label} [{one.old.code}]", f"{heir.label} [{heir.code}]", str(kinds[one.kind]))
        for one in plan.changes.values()
        for heir in one.heirs
    ] + [
        Moved(f"{one.old.label} [{one.old.code}]", _("abolished"), str(kinds[one.kind]))
        for one in plan.changes.values()
        if not one.heirs
    ]


def expected(plan: Plan, asked: list[Question]) -> tuple[Total, ...]:
    """Return how many of each kind stand on the day, and how many of them will have a place after the change."""
    before = totals(plan.day)
    lost: Counter[str] = Counter()
    open_units = [one.key for one in asked if one.of == UNIT and one.answer is None]
    for some in portions(open_units):
        lost.update(Unit.objects.filter(pk__in=some).order_by().values_list("kind__code", flat=True))
    lost.update(clusters_without_member(plan))
    kinds = UnitKind.objects.filter(code__in=list(before)).order_by("position", "code")
    return tuple(Total(kind.name, before[kind.code], before[kind.code] - lost[kind.code]) for kind in kinds)


def clusters_without_member(plan: Plan) -> list[str]:
    """Return the kind of each cluster that would have no member left on the day."""
    chosen = answers_of(plan, MEMBER)
    kinds: dict[int, str] = {}
    kept: set[int] = set()
    rows = (
        ClusterMember.objects.valid_on(plan.day)
        .filter(cluster__in=Cluster.objects.standing_on(plan.day))
        .order_by("pk")
    )
    for key, cluster, kind, area in rows.values_list("pk", "cluster", "cluster__kind__code", "area"):
        kinds[cluster] = kind
        if area not in plan.changes or destination(plan, chosen, key, area):
            kept.add(cluster)
    return [kind for cluster, kind in kinds.items() if cluster not in kept]


def as_csv(preview: Preview) -> bytes:
    """Return all lines of all tables as CSV."""
    columns = [OutColumn(head, Kind.TEXT) for head in (_("What"), _("From"), _("To"), _("Remark"))]
    rows = [
        (table.label, line.old, line.new, line.what, line.count)
        for table in (preview.areas, *preview.tables)
        for line in table.lines
    ]
    blocks = [list(zip(*rows, strict=True))] if rows else []
    return b"".join(csv_stream([*columns, OutColumn(_("Number"), Kind.NUMBER)], blocks))
