"""The flow of a reorganisation: one table of moves. What a move brings with it is done by applying.py."""

from django.utils.translation import gettext_lazy as _

from config.workflow import Move
from units.models import Reorganisation

State = Reorganisation.State

REORGANISATION_MOVES = {
    move.name: move
    for move in (
        Move("apply", _("Apply"), State.APPLIED, frozenset({State.DRAFT, State.UNDONE}), "units.apply_reorganisation"),
        Move("take_back", _("Take back"), State.UNDONE, frozenset({State.APPLIED}), "units.apply_reorganisation", needs_note=True),
    )
}  # fmt: skip
