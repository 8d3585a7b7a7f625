"""Decisions, who they commend, and totals that others have published without splitting them.

Recipients' names live in `Recipient` alone, and what was achieved in `Commendation.achievement`: both are erasable, so
neither history nor editions hold them.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards.models.catalogue import AwardForm, AwardGround, AwardingAuthority
from config.records import NamedRecord, history
from config.words import Word
from units.boundary import refuse_blocked_text
from units.models import (
    AreaRecord,
    AreaRecordQuerySet,
    Attachment,
    Body,
    PartRecord,
    PartRecordQuerySet,
    VoidableRecord,
    VoidableRecordQuerySet,
)
from units.models.attachments import WORK_WITH_NAMES

if TYPE_CHECKING:
    from units.models import User


class RecipientKind(models.TextChoices):
    """Who is commended."""

    COLLECTIVE = "collective", _("collective")
    INDIVIDUAL = "individual", _("individual")
    HOUSEHOLD = "household", _("household")
    AREA = "area", _("area as a whole")


PERSONS = frozenset({RecipientKind.INDIVIDUAL, RecipientKind.HOUSEHOLD})


class Occasion(models.TextChoices):
    """When an award was handed over."""

    CONFERENCE = "conference", _("Year-end conference")
    FESTIVAL_DAY = "festival_day", _("Movement festival day")
    THEMATIC_REVIEW = "thematic_review", _("thematic or multi-year review")
    OTHER = "other", _("other occasion")


class AwardState(models.TextChoices):
    """Where a commendation is on its way."""

    PROPOSED = "proposed", _("Proposed")
    SCREENED = "screened", _("Screened")
    COUNCIL = "council", _("Council held")
    FORWARDED = "forwarded", _("Sent to a higher authority")
    DECIDED = "decided", _("Decided")
    PRESENTED = "presented", _("Presented")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Not eligible")
    REVOKED = "revoked", _("Revoked")


GIVEN = (AwardState.DECIDED, AwardState.PRESENTED)


class AwardDecision(VoidableRecord):
    """A decision on commendations, as it is printed."""

    class Capacity(models.TextChoices):
        OWN = "own", _("in the signer's own office")
        TM = "TM.", _("TM. (on behalf of the collective)")
        KT = "KT.", _("KT. (for the head)")
        TL = "TL.", _("TL. (by order)")
        TUQ = "TUQ.", _("TUQ. (by authorisation)")

    year = models.PositiveSmallIntegerField(
        _("year"), help_text=_("The year whose work is commended, whenever the decision was signed.")
    )
    number = models.CharField(
        _("decision number"),
        max_length=20,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For example 1034."),
    )
    symbol = models.CharField(
        _("symbol"), max_length=40, blank=True, validators=[refuse_blocked_text], help_text=_("For example QĐ-UBND.")
    )
    decided_on = models.DateField(_("decision date"), help_text=_("Day first: 28/12/2022."))
    authority = models.ForeignKey(
        AwardingAuthority, verbose_name=_("Deciding authority"), on_delete=models.PROTECT, related_name="decisions"
    )
    issuer = models.ForeignKey(
        Body,
        verbose_name=_("issuing body"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="award_decisions",
    )
    signer_post = models.CharField(_("signer's post"), max_length=200, blank=True, validators=[refuse_blocked_text])
    signer_name = models.CharField(
        _("signer's name"),
        max_length=150,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For the office only; never published."),
    )
    signer_capacity = models.CharField(
        _("Signing capacity"), max_length=10, choices=Capacity.choices, default=Capacity.OWN
    )
    legal_basis = models.TextField(
        _("legal grounds"), max_length=2000, blank=True, validators=[refuse_blocked_text],
        help_text=_("The acts and submissions that the decision cites."),
    )  # fmt: skip
    abstract = models.CharField(
        _("abstract"), max_length=500, validators=[refuse_blocked_text], help_text=_("What it is about, as printed.")
    )
    ground = models.ForeignKey(
        AwardGround,
        verbose_name=_("Type of commendation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    theme = models.CharField(_("theme"), max_length=200, blank=True, validators=[refuse_blocked_text])
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices, blank=True)
    stated_collectives = models.PositiveIntegerField(_("collectives, as the decision states"), null=True, blank=True)
    stated_individuals = models.PositiveIntegerField(_("individuals, as the decision states"), null=True, blank=True)
    stated_households = models.PositiveIntegerField(_("households, as the decision states"), null=True, blank=True)
    publishes_names = models.BooleanField(
        _("individuals’ names are public"),
        default=False,
        help_text=_(
            "Only where the decision itself says so. People commended for security work may be in danger: if in doubt, leave it off."
        ),
    )
    power_reason = models.CharField(
        _("reason where the power is not verified"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_(
            "Asked where the ledger does not know for sure that this authority could give this form on that day."
        ),
    )
    file = models.ForeignKey(
        Attachment,
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="award_decisions",
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    history = history(excluded_fields=["signer_name"])
    as_of = ("decided_on",)
    joined = ("authority", "ground")

    class Meta:
        verbose_name = _("Award decision")
        verbose_name_plural = _("Award decisions")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=1945, year__lte=2200), name="award_decision_year_is_plausible"
            ),
            models.CheckConstraint(
                condition=Q(signer_capacity__in=["own", "TM.", "KT.", "TL.", "TUQ."]), name="signing_capacity_is_known"
            ),
            models.UniqueConstraint(
                fields=["authority", "issuer", "number", "symbol", "decided_on", "area"],
                condition=~Q(number="") & Q(void_reason=""),
                name="award_decision_stands_once",
                violation_error_message=_("This decision is already on record."),
            ),
            models.UniqueConstraint(
                fields=["authority", "number", "symbol", "decided_on", "area"],
                condition=~Q(number="") & Q(issuer__isnull=True, void_reason=""),
                name="award_decision_without_issuer_stands_once",
                violation_error_message=_("This decision is already on record."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(number)s of %(day)s") % {
            "number": self.printed_number or self.abstract,
            "day": self.decided_on.strftime("%d/%m/%Y"),
        }

    @property
    def printed_number(self) -> str:
        """Return number and symbol as decisions print them: 09/QĐ-UBND, under ten with a leading zero."""
        number = f"{int(self.number):02d}" if self.number.isdecimal() and len(self.number) < 9 else self.number
        return "/".join(part for part in (number, self.symbol) if part)

    def clean(self) -> None:
        """Check the day and the year. Raises ValidationError by field."""
        refuse_other_days(self.decided_on, "decided_on")
        if self.year is not None and not 1945 <= self.year <= 2200:
            raise ValidationError({"year": _("The year must lie between 1945 and 2200.")})


class RecipientQuerySet(AreaRecordQuerySet):
    """The vocabulary for reading recipients."""

    def visible_to(self, user: User) -> Self:
        """Return the recipients where `user` is posted to work with names."""
        return self.filter(user.reach(*WORK_WITH_NAMES).condition("area__"))


class Recipient(NamedRecord, AreaRecord):
    """Who was commended: the one place where a name is kept. Removal empties it and leaves a tombstone."""

    kind = models.CharField(_("kind"), max_length=20, choices=RecipientKind.choices)
    name = models.CharField(
        _("name"),
        max_length=250,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("As in the decision. No identity number, birth date, telephone or address."),
    )
    post = models.CharField(_("post"), max_length=200, blank=True, validators=[refuse_blocked_text])
    workplace = models.CharField(_("unit, workplace"), max_length=250, blank=True, validators=[refuse_blocked_text])
    salt = models.CharField(max_length=64, editable=False, default=secrets.token_hex)
    removed_on = models.DateField(_("removed on"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = RecipientQuerySet.as_manager()
    history = history(excluded_fields=["name", "post", "workplace", "salt", "search_key", "sort_key"])
    undated = "somebody is commended in many years; each decision has its day"

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("Recipients")
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["search_key"], name="recipient_search_key")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["collective", "individual", "household", "area"]), name="recipient_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) & ~Q(name="")
                | Q(removed_on__isnull=False, name="", post="", workplace="", salt=""),
                name="recipient_has_a_name_or_is_removed",
                violation_error_message=_("Give the name as in the decision."),
            ),
        ]

    def __str__(self) -> str:
        if self.removed_on:
            return gettext("(removed on %(day)s)") % {"day": self.removed_on.strftime("%d/%m/%Y")}
        return f"{self.name}, {self.workplace}" if self.workplace else self.name

    def search_text(self) -> str:
        """Return all that a search should find the recipient by."""
        return f"{self.name} {self.workplace}"

    @property
    def is_person(self) -> bool:
        """Say whether the name is that of a person or a household, which is private by default."""
        return self.kind in PERSONS


class CommendationQuerySet(PartRecordQuerySet):
    """The vocabulary for reading commendations."""

    def visible_to(self, user: User) -> Self:
        """Return the commendations of decisions, and of recipients, where `user` is posted to work with names."""
        reach = user.reach(*WORK_WITH_NAMES)
        return self.filter(reach.condition("decision__area__") | reach.condition("recipient__area__"))

    def given(self) -> Self:
        """Return what was decided, not revoked and not entered by mistake."""
        return self.filter(state__in=GIVEN, decision__void_reason="")

    def counted_in_year(self) -> Self:
        """Return what counts in the yearly total: thematic awards stay out."""
        in_year = Q(decision__ground__isnull=True) | Q(decision__ground__counts_in_year=True)
        return self.given().filter(in_year).exclude(decision__occasion=Occasion.THEMATIC_REVIEW)

    def with_public_name(self) -> Self:
        """Return those whose recipient may be named to the public: collectives, and persons where the decision says so."""
        return self.given().filter(Q(decision__publishes_names=True) | ~Q(recipient__kind__in=PERSONS))


class Commendation(PartRecord):
    """One recipient on one decision, with the form given."""

    decision = models.ForeignKey(
        AwardDecision, verbose_name=_("Award decision"), on_delete=models.PROTECT, related_name="commendations"
    )
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="commendations"
    )
    form = models.ForeignKey(
        AwardForm, verbose_name=_("Title or form of award"), on_delete=models.PROTECT, related_name="commendations"
    )
    printed_form = models.CharField(
        _("form as printed"),
        max_length=200,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Only where it is printed otherwise: “Vì An ninh Tổ quốc”."),
    )
    proposed_form = models.ForeignKey(
        AwardForm,
        verbose_name=_("Form proposed"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposed_commendations",
    )
    achievement = models.CharField(
        _("Achievement"), max_length=500, blank=True, validators=[refuse_blocked_text],
        help_text=_("In short. Never what would put somebody in danger."),
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=20, choices=AwardState.choices, default=AwardState.DECIDED, editable=False
    )
    presented_on = models.DateField(_("presented on"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        AwardDecision,
        verbose_name=_("revoking decision"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revocations",
    )
    revocation_reason = models.CharField(
        _("reason for revocation"), max_length=300, blank=True, validators=[refuse_blocked_text]
    )

    objects: ClassVar[Any] = CommendationQuerySet.as_manager()
    history = history(excluded_fields=["achievement"])
    whole_name = "decision"
    joined = ("recipient__area", "form", "decision__authority", "decision__area")

    class Meta:
        verbose_name = _("commendation")
        verbose_name_plural = _("Commendations")
        ordering = ["decision", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "recipient", "form"],
                name="commendation_stands_once",
                violation_error_message=_("The recipient already has this form on this decision."),
            ),
            models.CheckConstraint(condition=Q(state__in=AwardState.values), name="commendation_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_on__isnull=False) & ~Q(revocation_reason="")
                | ~Q(state="revoked") & Q(revoked_on__isnull=True, revocation_reason=""),
                name="revocation_has_day_and_reason",
                violation_error_message=_("A revocation has its day and its reason: give both or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_form or self.form} – {self.recipient}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the state that the days tell."""
        self._follow_the_days()
        if (named := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*named, "state"}
        super().save(*args, **kwargs)

    def _follow_the_days(self) -> None:
        if self.state in {AwardState.DECIDED, AwardState.PRESENTED, AwardState.REVOKED}:
            self.state = (
                AwardState.REVOKED
                if self.revoked_on
                else AwardState.PRESENTED
                if self.presented_on
                else AwardState.DECIDED
            )

    def clean(self) -> None:
        """Check form, recipient and days against each other. Raises ValidationError by field."""
        self._follow_the_days()
        for name in ("presented_on", "revoked_on"):
            refuse_other_days(getattr(self, name), name)
        if bool(self.revoked_on) != bool(self.revocation_reason.strip()):
            raise ValidationError(
                {"revocation_reason": _("A revocation has its day and its reason: give both or neither.")}
            )
        if self.revoked_by_id and not self.revoked_on:
            raise ValidationError({"revoked_on": _("Give the day of the revocation.")})
        if not self.form_id or not hasattr(self, "recipient"):
            return
        if not self.form.is_given_to(self.recipient.kind):
            raise ValidationError(
                {
                    "form": _("“%(form)s” is not given to this kind of recipient (%(kind)s).")
                    % {"form": self.form, "kind": self.recipient.get_kind_display()}
                }
            )
        if self.form.once_per_person and not self.revoked_on and self._has_it_already():
            raise ValidationError(
                {
                    "form": _("%(recipient)s already has “%(form)s”, which is given once in a life.")
                    % {"form": self.form, "recipient": self.recipient}
                }
            )

    has_it_already: bool | None = None  # where the caller has asked for many at once

    def _has_it_already(self) -> bool:
        if self.has_it_already is not None:
            return self.has_it_already
        others = Commendation.objects.given().filter(recipient=self.recipient_id, form=self.form_id)
        return others.exclude(pk=self.pk).exists()


class ReportedAwardTotalQuerySet(VoidableRecordQuerySet):
    """The vocabulary for reading reported totals."""

    def visible_to(self, user: User) -> Self:
        """Return all: they were published."""
        return self

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return super().for_list().prefetch_related("forms", "authorities")


class ReportedAwardTotal(VoidableRecord):
    """What others have published of commendations in one number, or in none: any set of forms and authorities."""

    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True, help_text=_("Only for a review of several years."))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    forms = models.ManyToManyField(
        AwardForm, verbose_name=_("Titles and forms of award"), related_name="reported_totals"
    )
    authorities = models.ManyToManyField(
        AwardingAuthority,
        verbose_name=_("Deciding authorities"),
        blank=True,
        related_name="reported_totals",
        help_text=_("Empty: the source names none."),
    )
    to_collectives = models.BooleanField(_("to collectives"), default=True)
    to_individuals = models.BooleanField(_("to individuals"), default=True)
    to_households = models.BooleanField(_("to households"), default=False)
    collectives = models.PositiveIntegerField(
        _("collectives"), null=True, blank=True, help_text=_("Empty: the number was not published.")
    )
    individuals = models.PositiveIntegerField(_("individuals"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    mixed = models.PositiveIntegerField(
        _("together, not split"), null=True, blank=True, help_text=_("For “136 tập thể và cá nhân”.")
    )
    word = models.CharField(_("word"), max_length=10, choices=Word.choices, blank=True)
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices, blank=True)
    ground = models.ForeignKey(
        AwardGround,
        verbose_name=_("Type of commendation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reported_totals",
    )
    source = models.CharField(
        _("source"), max_length=300, validators=[refuse_blocked_text], help_text=_("Who published it, where and when.")
    )
    quote = models.CharField(_("quote"), max_length=500, blank=True, validators=[refuse_blocked_text])
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    objects: ClassVar[Any] = ReportedAwardTotalQuerySet.as_manager()
    history = history(m2m_fields=[forms, authorities])
    as_of = (("starts_on", "ends_on"), "year", "ends_on", "starts_on")
    joined = ("ground",)

    class Meta:
        verbose_name = _("Reported total, not split")
        verbose_name_plural = _("Reported totals, not split")
        ordering = ["-year", "area__code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__gte=1945, year__lte=2200),
                name="reported_total_year_is_plausible",
            ),
            models.CheckConstraint(
                condition=Q(mixed__isnull=True)
                | Q(collectives__isnull=True, individuals__isnull=True, households__isnull=True),
                name="reported_total_is_split_or_mixed",
                violation_error_message=_("Give the numbers apart, or one number together: not both."),
            ),
            models.CheckConstraint(
                condition=Q(word__in=["", "nearly", "over", "above", "about"]), name="reported_total_word_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.year or '…'}: {shown_source(self.source)}"

    @property
    def is_counted(self) -> bool:
        """Say whether the source gives a number at all."""
        return any(number is not None for number in (self.collectives, self.individuals, self.households, self.mixed))

    @property
    def counts_in_year(self) -> bool:
        """Say whether the total belongs to the year: thematic and multi-year ones stay out."""
        return (
            self.year is not None
            and self.starts_on is None
            and self.occasion != Occasion.THEMATIC_REVIEW
            and (self.ground is None or self.ground.counts_in_year)
        )

    def clean(self) -> None:
        """Check the span and the numbers. Raises ValidationError by field."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The end must come after the beginning.")})
        if self.mixed is not None and any(
            number is not None for number in (self.collectives, self.individuals, self.households)
        ):
            raise ValidationError({"mixed": _("Give the numbers apart, or one number together: not both.")})


def refuse_other_days(day: date | None, name: str) -> None:
    """Raise ValidationError for a day before 1945 or in the future: a slip of the year."""
    if day is not None and not date(1945, 1, 1) <= day <= timezone.localdate():
        raise ValidationError({name: _("The day must lie between 1945 and today.")})


def shown_source(source: str) -> str:
    """Return the beginning of a source, for lists."""
    return source if len(source) <= 60 else f"{source[:59].rstrip()}…"
