"""Applying a reorganisation in one transaction, and taking it back while nothing of it has changed since."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.records import batch_of
from config.workflow import NoteRequired, Refused, make_move, obstacle
from units.batches import ChangedSince, take_back
from units.boundary import refuse_blocked_text
from units.models import Cluster, ClusterMember, ImportBatch, Placement, Posting, Reorganisation, Unit, UnitKind, User
from units.reading_only import only_reading
from units.reorganising import areas
from units.reorganising.carriers import carriers
from units.reorganising.plan import plan_of
from units.reorganising.questions import questions, undecided
from units.reorganising.units import left_behind
from units.reorganising.workflow import REORGANISATION_MOVES

if TYPE_CHECKING:
    import datetime

    from units.reorganising.plan import Plan

MOST_NAMED = 200


class Undecided(Refused):
    """Something is left that only a person can decide."""


class Unequal(Refused):
    """The totals after the change are not those before it."""


class Newer(Refused):
    """Rows of the reorganisation have been changed since; `rows` names them."""

    def __init__(self, text: str, rows: list[str]) -> None:
        """Keep the names of the rows."""
        self.rows = rows
        super().__init__(text)


def totals(day: datetime.date) -> dict[str, int]:
    """Return how many units and clusters of each kind, by its code, stand anywhere on `day`."""
    placed = Placement.objects.valid_on(day).order_by().values_list("unit__kind__code").annotate(Count("pk"))
    joined = ClusterMember.objects.valid_on(day).order_by().values("cluster")
    clusters = Cluster.objects.standing_on(day).filter(pk__in=joined).order_by()
    return dict(placed) | dict(clusters.values_list("kind__code").annotate(Count("pk")))


def apply(reorganisation: Reorganisation, *, by: User, note: str = "") -> ImportBatch:
    """Apply `reorganisation` with everybody else only reading, and return the batch of what it wrote.

    Raises Refused (Undecided, Unequal, …) with a text fit to show, PermissionDenied; then nothing is changed.
    """
    refuse_blocked_text(note)
    with only_reading(_("Areas are being reorganised: %(act)s") % {"act": reorganisation.act}), transaction.atomic():
        _keep_out_writers()
        make_move(reorganisation, REORGANISATION_MOVES["apply"], by=by, note=note)
        plan = plan_of(reorganisation)
        demand_a_clear_plan(plan)
        before = totals(plan.day)
        batch = ImportBatch.objects.create(
            subject=str(reorganisation._meta.verbose_name), file_name=reorganisation.act, digest=digest(plan), by=by
        )
        with batch_of(batch.pk):
            areas.write(reorganisation)
            for carrier in carriers():
                carrier.carry(plan, by)
        if (after := totals(plan.day)) != before:
            raise Unequal(unequal_text(before, after))
        reorganisation.writes, reorganisation.failure = batch, ""
        reorganisation.save()
    return batch


def demand_a_clear_plan(plan: Plan) -> None:
    """Raise Refused where the plan is empty, leaves a question open, or an earlier change was never applied."""
    if not plan.changes:
        raise Refused(
            _("No area below %(area)s changes on %(day)s: check the day, or hand in a table.")
            % {"area": plan.reorganisation.area, "day": plan.day.strftime("%d/%m/%Y")}
        )
    if plan.day > timezone.localdate():
        raise Refused(
            _("The new areas begin only on %(day)s: it can be applied from that day on.")
            % {"day": plan.day.strftime("%d/%m/%Y")}
        )
    if earlier := left_behind(plan):
        raise Refused(
            _("Units still stand in areas that ended earlier: apply those changes first: %(areas)s.")
            % {"areas": "; ".join(f"{one.old}, {one.new}: {one.count}" for one in earlier[:MOST_NAMED])}
        )
    asked = questions(plan)
    if twice := [name for name, count in Counter(one.name for one in asked).items() if count > 1]:
        raise Refused(
            _(
                "These stand in two divided areas one after the other, so one decision cannot tell: end one placement first: %(names)s."
            )
            % {"names": "; ".join(sorted({one.label for one in asked if one.name in twice}))}
        )
    if open_ones := undecided(asked):
        raise Undecided(
            _("%(count)d things are still to be decided, for example: %(names)s.")
            % {
                "count": len(open_ones),
                "names": "; ".join(f"{one.label}, {one.where}" for one in open_ones[:5]),
            }
        )


def unequal_text(before: dict[str, int], after: dict[str, int]) -> str:
    """Return which totals differ, by kind."""
    names = {kind.code: kind.name for kind in UnitKind.objects.all()}
    differing = sorted(code for code in before.keys() | after.keys() if before.get(code, 0) != after.get(code, 0))
    return _("Nothing was changed, because these totals would differ afterwards: %(totals)s.") % {
        "totals": "; ".join(f"{names[code]}: {before.get(code, 0)} → {after.get(code, 0)}" for code in differing)
    }


def digest(plan: Plan) -> str:
    """Return the SHA-256 of the table from old to new."""
    lines = sorted(
        f"{change.old.code} {heir.code} {int(heir.is_main)}"
        for change in plan.changes.values()
        for heir in change.heirs
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def undo(reorganisation: Reorganisation, *, by: User, note: str) -> int:
    """Take `reorganisation` back, and return how many rows are again as they were.

    Raises Newer naming the rows that somebody has changed since, Refused, PermissionDenied; then nothing is changed.
    """
    refuse_blocked_text(note)
    with only_reading(_("A reorganisation is being taken back: %(act)s") % {"act": reorganisation.act}):
        try:
            return _undo(reorganisation, by=by, note=note)
        except ChangedSince as changed:
            raise Newer(newer_text(changed.rows), changed.rows) from changed
        except ProtectedError as error:
            rows = [f"{row._meta.verbose_name}: {row}" for row in error.protected_objects]
            raise Newer(newer_text(rows), rows) from error


@transaction.atomic
def _undo(reorganisation: Reorganisation, *, by: User, note: str) -> int:
    _keep_out_writers()
    make_move(reorganisation, REORGANISATION_MOVES["take_back"], by=by, note=note)
    assert reorganisation.writes is not None
    before = totals(reorganisation.effective_on)
    reason = _("Reorganisation %(act)s taken back") % {"act": reorganisation.act}
    into = ImportBatch.objects.create(
        subject=str(reorganisation._meta.verbose_name),
        file_name=reason[:200],
        digest=reorganisation.writes.digest,
        by=by,
    )
    count = take_back(reorganisation.writes, into, by=by, reason=reason)
    plan = plan_of(reorganisation)
    areas.take_out(reorganisation)
    for carrier in carriers():
        carrier.after_undo(plan)
    if (after := totals(reorganisation.effective_on)) != before:
        raise Unequal(unequal_text(before, after))
    return count


def newer_text(rows: list[str]) -> str:
    """Return why a reorganisation cannot be taken back any more."""
    return _("It cannot be taken back: %(count)d rows have been changed or added since: %(rows)s.") % {
        "count": len(rows),
        "rows": "; ".join(rows[:MOST_NAMED]),
    }


def _keep_out_writers() -> None:
    """Wait for who is writing at this moment, and let nobody begin; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        names = ", ".join(
            connection.ops.quote_name(model._meta.db_table) for model in (Placement, Unit, Posting, ClusterMember)
        )
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def ask_for(reorganisation: Reorganisation, name: str, *, by: User, note: str) -> None:
    """Let the worker make the move called `name`. Raises Refused, PermissionDenied where that is clear already."""
    from units.tasks import reorganise

    refuse_blocked_text(note)
    move = REORGANISATION_MOVES[name]
    if why := obstacle(reorganisation, move, by=by):
        raise Refused(why)
    if move.needs_note and not note.strip():
        raise NoteRequired(_("Give the reason for “%(move)s”.") % {"move": move.label})
    if name == "apply":
        demand_a_clear_plan(plan_of(reorganisation))
    mine = Reorganisation.objects.filter(pk=reorganisation.pk)
    mine.update(asked_at=timezone.now(), failure="")
    transaction.on_commit(lambda: reorganise.enqueue(reorganisation.pk, by.pk, name, note))


def carry_out(reorganisation_id: int, user_id: int, name: str, note: str) -> str:
    """Make the move called `name`, and keep on the reorganisation why it was refused; return that."""
    reorganisation = Reorganisation.objects.get(pk=reorganisation_id)
    mine = Reorganisation.objects.filter(pk=reorganisation_id)
    why = _("The server stopped in the middle. Nothing was changed: try again.")
    try:
        make = apply if name == "apply" else undo
        make(reorganisation, by=User.objects.get(pk=user_id), note=note)
        why = ""
    except (Refused, PermissionDenied) as refusal:
        why = str(refusal)
    finally:
        mine.update(asked_at=None, failure=why)
    return why
