"""Writing decisions and who they commend: every door comes through here."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from awards.models import AwardDecision, Commendation, Recipient
from awards.models.decisions import RecipientKind
from awards.powers import Verdict, judge
from config.folding import fold
from config.records import portions
from units.auth import may

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awards.models import AwardForm, AwardingPower
    from units.models import User


@transaction.atomic
def decide(decision: AwardDecision, *, by: User, rows_follow: bool = False) -> AwardDecision:
    """Store a decision. One that already commends somebody is asked again whether it could. Raises ValidationError.

    With `rows_follow` its rows are about to be stored too, and the caller asks `ask_powers` after the last of them.
    """
    verb = "change" if decision.pk else "add"
    if not may(by, verb, AwardDecision, decision):
        raise PermissionDenied(_("You may not keep decisions of %(area)s.") % {"area": decision.area})
    decision.full_clean()
    if decision.pk and not rows_follow:
        ask_powers(decision)
    decision.save()
    return decision


def ask_powers(decision: AwardDecision) -> None:
    """Ask of every form that `decision` gives whether its authority could. Raises ValidationError."""
    rows = decision.commendations.given().order_by("pk").select_related("form")
    for form in {row.form_id: row.form for row in rows}.values():
        demand_power(decision, form)


@transaction.atomic
def commend(
    decision: AwardDecision,
    recipient: Recipient,
    form: AwardForm,
    *,
    by: User,
    achievement: str = "",
    printed_form: str = "",
) -> Commendation:
    """Put `recipient` on `decision` with `form`, and return the commendation."""
    row = Commendation(
        decision=decision, recipient=recipient, form=form, achievement=achievement, printed_form=printed_form
    )
    return record(row, by=by)


@transaction.atomic
def record(row: Commendation, *, by: User) -> Commendation:
    """Store one commendation, and its recipient first where that is new.

    Raises ValidationError by field, PermissionDenied outside the person's reach, StaleRecord.
    """
    verb = "change" if row.pk else "add"
    if not may(by, verb, Commendation, row):
        raise PermissionDenied(_("You may not keep decisions of %(area)s.") % {"area": row.decision.area})
    AwardDecision.objects.select_for_update().get(pk=row.decision_id)
    if row.recipient._state.adding:
        row.recipient = enter(row.recipient, by=by)
    # what is given once in a life must not be given by two people at the same moment
    Recipient.objects.select_for_update().filter(pk=row.recipient_id).first()
    row.full_clean()
    if not row.revoked_on:
        demand_power(row.decision, row.form)
    row.save()
    return row


@transaction.atomic
def enter(recipient: Recipient, *, by: User) -> Recipient:
    """Store a new recipient and return it, or return the one that the area already has under that name and workplace.

    Raises ValidationError by field, PermissionDenied outside the person's reach.
    """
    if found := on_record(recipient):
        return found
    if not may(by, "add", Recipient, recipient):
        raise PermissionDenied(_("You may not keep recipients of %(area)s.") % {"area": recipient.area})
    recipient.full_clean()
    recipient.save()
    return recipient


def on_record(recipient: Recipient) -> Recipient | None:
    """Return who is on record in the same area with the same kind, name and workplace, whatever the capitals."""
    return all_on_record([recipient])[0]


def all_on_record(recipients: Sequence[Recipient]) -> list[Recipient | None]:
    """Return for each of `recipients` who is on record, as `on_record` does. One query for 5.000."""
    known: dict[tuple[object, ...], Recipient] = {}
    for some in portions(recipients):
        keys = {fold(one.search_text())[:500] for one in some}
        rows = Recipient.objects.filter(
            area__in={one.area_id for one in some}, removed_on__isnull=True, search_key__in=keys
        )
        for one in rows.select_related("area").order_by("-pk"):
            known[identity(one)] = one
    return [known.get(identity(one)) for one in recipients]


def identity(recipient: Recipient) -> tuple[object, ...]:
    """Return what tells one recipient from another: area, kind, name and workplace, whatever the capitals."""
    # the folded key knows no diacritics: Hoa and Hòa are two people
    return recipient.area_id, recipient.kind, _plainly(recipient.name), _plainly(recipient.workplace)


def _plainly(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def split_number(text: str) -> tuple[str, str]:
    """Return number and symbol of "09/QĐ-UBND" as they are stored: "9", "QĐ-UBND"."""
    number, _slash, symbol = text.strip().partition("/")
    number = number.strip()
    return (number.lstrip("0") or number if number.isdecimal() else number), symbol.strip()


def demand_power(decision: AwardDecision, form: AwardForm, powers: Sequence[AwardingPower] | None = None) -> None:
    """Raise ValidationError where the authority could not give `form` that day, or where that is doubtful and no reason stands."""
    judgement = judge(decision.authority, form, decision.decided_on, powers)
    if judgement.verdict is Verdict.REFUSED:
        raise ValidationError(judgement.why, code="no_power")
    if judgement.verdict is Verdict.DOUBTFUL and not decision.power_reason.strip():
        raise ValidationError(
            _("%(why)s Give the reason in “%(field)s” of the decision.")
            % {"why": judgement.why, "field": AwardDecision._meta.get_field("power_reason").verbose_name},
            code="power_not_verified",
        )


def unlike_stated(decision: AwardDecision) -> list[str]:
    """Return where the decision states other numbers than its list holds, fit to show."""
    rows = decision.commendations.order_by().values_list("recipient__kind").annotate(Count("pk"))
    listed: dict[str, int] = dict(rows)
    collectives = listed.get(RecipientKind.COLLECTIVE, 0) + listed.get(RecipientKind.AREA, 0)
    pairs = (
        (_("collectives"), decision.stated_collectives, collectives),
        (_("individuals"), decision.stated_individuals, listed.get(RecipientKind.INDIVIDUAL, 0)),
        (_("households"), decision.stated_households, listed.get(RecipientKind.HOUSEHOLD, 0)),
    )
    return [
        _("%(what)s: the decision states %(stated)d, the list holds %(listed)d")
        % {"what": what, "stated": stated, "listed": number}
        for what, stated, number in pairs
        if stated is not None and stated != number
    ]
