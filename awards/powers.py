"""Who may give which form on which day, as far as the ledger knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from awards.models import AwardForm, AwardingPower

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from awards.models import AwardingAuthority


class Verdict(Enum):
    """What the powers on record say."""

    ALLOWED = "allowed"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reason, fit to show."""

    verdict: Verdict
    why: str = ""


def judge(
    authority: AwardingAuthority, form: AwardForm, day: date, powers: Sequence[AwardingPower] | None = None
) -> Judgement:
    """Say whether `authority` could give `form` on `day`; `powers` are all on record, where the caller has read them.

    Allowed by a verified power in force. Refused where verified powers are known and leave no room: this very power with
    other days, or verified powers of the authority and of the form on that day, but none of the two together. Otherwise
    doubtful: a reason is asked. A form that the source does not name is never judged.
    """
    if form.category == AwardForm.Category.UNSPECIFIED:
        return Judgement(Verdict.ALLOWED)
    if powers is None:
        powers = list(AwardingPower.objects.filter(Q(authority=authority) | Q(form=form)).order_by("valid_from", "pk"))
    known = [one for one in powers if one.authority_id == authority.pk or one.form_id == form.pk]
    pair = [one for one in known if one.authority_id == authority.pk and one.form_id == form.pk]
    in_force = [one for one in pair if one.is_valid_on(day)]
    words = {"authority": authority.name, "form": form.name, "day": day.strftime("%d/%m/%Y")}
    if any(one.is_verified for one in in_force):
        return Judgement(Verdict.ALLOWED)
    if in_force:
        return Judgement(
            Verdict.DOUBTFUL,
            _("It is not verified that %(authority)s could give “%(form)s” on %(day)s (%(source)s).")
            % {**words, "source": in_force[0].source},
        )
    if verified := [one for one in pair if one.is_verified]:
        return Judgement(
            Verdict.REFUSED,
            _("%(authority)s could not give “%(form)s” on %(day)s: the power holds %(spans)s.")
            % {**words, "spans": "; ".join(span(one) for one in verified)},
        )
    on_the_day = [one for one in known if one.is_verified and one.is_valid_on(day)]
    if {True, False} <= {one.authority_id == authority.pk for one in on_the_day}:
        own = [one for one in on_the_day if one.authority_id == authority.pk]
        return Judgement(
            Verdict.REFUSED,
            _("%(authority)s does not give “%(form)s”: on %(day)s it could give %(forms)s.")
            % {**words, "forms": ", ".join(sorted({f"“{one.form}” ({one.source})" for one in own}))},
        )
    return Judgement(
        Verdict.DOUBTFUL,
        _("The ledger knows no power of %(authority)s to give “%(form)s” on %(day)s.") % words,
    )


def span(power: AwardingPower) -> str:
    """Return the days of a power with its source."""
    begin = power.valid_from.strftime("%d/%m/%Y") if power.valid_from else "…"
    end = power.valid_to.strftime("%d/%m/%Y") if power.valid_to else "…"
    return _("from %(begin)s until before %(end)s (%(source)s)") % {
        "begin": begin,
        "end": end,
        "source": power.source,
    }
