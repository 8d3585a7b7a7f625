"""The one mechanism behind every flow: a table of moves, a function that makes one, a step that records it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django_stubs_ext import StrOrPromise


class Mover(Protocol):
    """A person who makes moves."""

    pk: Any

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Say whether the person may do `perm` to `obj`."""


class Refused(Exception):
    """A move that cannot be made; its text is fit to show."""


class WrongState(Refused):
    """The record is not where the move starts."""


class NoteRequired(Refused):
    """The move needs a reason."""


@dataclass(frozen=True)
class Move:
    """One line of a table of moves."""

    name: str
    label: StrOrPromise
    target: str
    sources: frozenset[str]
    permission: str
    not_by_who_did: str = ""
    unless: str = ""  # a permission that lifts `not_by_who_did`
    needs_note: bool = False
    note_from: frozenset[str] = frozenset()  # states from which the move needs its reason
    barred: Callable[[Any], str] | None = None  # says of a record why nobody may make the move now, or nothing


class Step(models.Model):
    """One move that was made: from, to, who, when and why. Never changed afterwards."""

    name = models.CharField(_("move"), max_length=30)
    before = models.CharField(_("from"), max_length=30)
    after = models.CharField(_("to"), max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    note = models.TextField(_("reason"), blank=True)

    class Meta:
        abstract = True


def obstacle(record: Any, move: Move, *, by: Mover, steps: Iterable[Any] | None = None) -> str:
    """Return why `by` may not make `move` on `record` now, or an empty string."""
    if record.state not in move.sources:
        return str(
            _("“%(record)s” is in the state “%(state)s”: “%(move)s” does not start from there.")
            % {"record": record, "state": record.get_state_display(), "move": move.label}
        )
    if not by.has_perm(move.permission, record):
        return str(
            _("Your posting does not allow “%(move)s” for “%(record)s”.") % {"move": move.label, "record": record}
        )
    if move.barred and (why := move.barred(record)):
        return why
    if move.not_by_who_did and not (move.unless and by.has_perm(move.unless, record)):
        made = steps if steps is not None else record.steps.all()
        last = max((s for s in made if s.name == move.not_by_who_did), key=lambda s: (s.at, s.pk), default=None)
        if last is not None and last.by_id == by.pk:
            return str(
                _("The person who sent “%(record)s” on may not also make the next move “%(move)s”.")
                % {"record": record, "move": move.label}
            )
    return ""


def moves_open_to(record: Any, moves: Mapping[str, Move], *, by: Mover) -> list[Move]:
    """Return the moves that `by` may make on `record` now: what the buttons show."""
    steps = list(record.steps.all())
    return [move for move in moves.values() if not obstacle(record, move, by=by, steps=steps)]


@transaction.atomic
def make_move(record: Any, move: Move, *, by: Mover, note: str = "", demand: Callable[[], None] = lambda: None) -> Any:
    """Make `move` on `record` and return the step that records it. The row is locked meanwhile.

    Raises WrongState when the record is not where the move starts, NoteRequired when the reason is missing,
    PermissionDenied when `by` may not make it, and what `demand` raises, which is asked when all else is right.
    """
    locked = type(record)._base_manager.select_for_update(no_key=True).get(pk=record.pk)
    if why := obstacle(locked, move, by=by):
        if locked.state not in move.sources:
            raise WrongState(why)
        raise PermissionDenied(why)
    if (move.needs_note or locked.state in move.note_from) and not note.strip():
        raise NoteRequired(_("Give the reason for “%(move)s”.") % {"move": move.label})
    demand()
    before = locked.state
    locked.state = move.target
    locked.save()
    record.state, record.version = locked.state, locked.version
    return record.steps.create(name=move.name, before=before, after=move.target, by=by, note=note.strip())
