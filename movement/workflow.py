"""The flow of a report: one table of moves. What a move brings with it is done by movement/reports.py.

Once entry has closed, nothing is sent, and nothing goes back to where it could not be changed: an extension first.
"""

from django.utils.translation import gettext_lazy as _

from config.workflow import Move
from movement.deadlines import closed_text
from movement.models.reports import State

REPORT_MOVES = {
    move.name: move
    for move in (
        Move("request_signature", _("Send for release"), State.AWAITING_SIGNATURE, frozenset({State.DRAFT, State.RETURNED}), "movement.prepare_report", barred=closed_text),
        Move("recall", _("Recall"), State.DRAFT, frozenset({State.AWAITING_SIGNATURE, State.SUBMITTED}), "movement.prepare_report", barred=closed_text),
        Move("send_back", _("Return to the officer"), State.RETURNED, frozenset({State.AWAITING_SIGNATURE}), "movement.release_report", needs_note=True, barred=closed_text),
        Move("submit", _("Submit"), State.SUBMITTED, frozenset({State.AWAITING_SIGNATURE}), "movement.release_report", not_by_who_did="request_signature", unless="movement.release_own_report", barred=closed_text),
        Move("return", _("Return with reasons"), State.RETURNED, frozenset({State.SUBMITTED}), "movement.return_report", needs_note=True, barred=closed_text),
        Move("approve", _("Approve"), State.APPROVED, frozenset({State.SUBMITTED}), "movement.approve_report", not_by_who_did="submit"),
        Move("publish", _("Publish"), State.PUBLISHED, frozenset({State.APPROVED, State.PUBLISHED}), "movement.publish_report", note_from=frozenset({State.PUBLISHED})),
    )
}  # fmt: skip
