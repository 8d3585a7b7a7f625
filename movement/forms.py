"""Forms of the report: figures, moves, corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.admin import VersionedForm
from config.numbers import CountField
from config.words import Word
from movement import counted
from movement.findings import Answer, findings
from movement.models import Figure, FindingReason
from units.boundary import refuse_blocked_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.counted import Counted
    from movement.counting import Key
    from movement.findings import Finding


class FigureForm(VersionedForm):
    """One line of the form."""

    own = CountField(label=_("Own level"), required=False)
    printed_value = CountField(label=_("Printed as"), required=False)

    class Meta:
        model = Figure
        fields = ["own", "printed_word", "printed_value", "explanation"]

    def __init__(self, *args: Any, counts: Mapping[Key, int | None] | None = None, **kwargs: Any) -> None:
        """Leave what the register counts to the register, and what records count now (`counts`) to the records.

        A number that was typed before the first record came is still taken in, so that it is refused by name.
        """
        super().__init__(*args, **kwargs)
        self.counted = (counts or {}).get((self.instance.indicator_id, self.instance.item))
        typed = self.is_bound and self.add_prefix("own") in self.data
        if self.instance.pk and (self.instance.indicator.counts_register or (self.counted is not None and not typed)):
            self.fields["own"].disabled = True


class ReasonsForm(forms.Form):
    """A reason for each finding that is no error. What is typed is bound to the numbers that the page showed."""

    def __init__(self, found: list[Finding], data: Any = None, *, belongs_to: str = "") -> None:
        """Take the findings; `belongs_to` is the id of the form that sends the inputs, where that does not enclose them."""
        super().__init__(data, prefix="reasons")
        self.found = found
        elsewhere = {"form": belongs_to} if belongs_to else {}
        reason = FindingReason._meta.get_field("reason")
        for one in found:
            if one.is_error:
                continue
            self.fields[one.key] = forms.CharField(
                label=_("Explanation of difference"),
                required=False,
                initial=one.reason,
                max_length=reason.max_length,
                validators=reason.validators,
                widget=forms.TextInput(attrs={"class": "vTextField reason", "aria-describedby": f"finding-{one.key}", **elsewhere}),
            )  # fmt: skip
            self.fields[f"{one.key}-seen"] = forms.CharField(
                initial=one.seen, required=False, widget=forms.HiddenInput(attrs=elsewhere)
            )

    is_open = False  # whether the person may type reasons now

    def by_line(self) -> dict[Key, list[tuple[Finding, Any, Any]]]:
        """Return, by line of the report, each finding with the field of its reason and the hidden one, None for an error."""
        lines: dict[Key, list[tuple[Finding, Any, Any]]] = {}
        for one in self.found:
            fields = (None, None) if one.is_error else (self[one.key], self[f"{one.key}-seen"])
            lines.setdefault(one.line, []).append((one, *fields))
        return lines

    @property
    def still_open(self) -> list[Finding]:
        """Return the findings that stand in the way."""
        return [one for one in self.found if one.is_open]

    @property
    def answers(self) -> list[Answer]:
        """Return what was typed, valid."""
        return [
            Answer(one.key, self.cleaned_data.get(f"{one.key}-seen", ""), text)
            for one in self.found
            if not one.is_error and (text := self.cleaned_data.get(one.key))
        ]


class FigureFormSet(BaseInlineFormSet):
    """The lines of a report with what looks wrong in them; while it is open, each knows what the records count now."""

    @cached_property
    def numbers(self) -> Counted:
        """Return what the register and the records count, for all lines at once."""
        return counted.count(self.instance)

    @cached_property
    def reasons(self) -> ReasonsForm:
        """Return the form of the reasons for what looks wrong as the figures are stored."""
        told = findings(self.instance, self.numbers) if self.instance.pk else []
        return ReasonsForm(told, self.data if self.is_bound else None)

    def clean(self) -> None:
        """Keep the form where a reason cannot be taken: it is marked at its line."""
        super().clean()
        if not self.reasons.is_valid():
            raise ValidationError(_("A reason below cannot be taken: see the line that is marked."))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Hand the counts to each line."""
        return {**super().get_form_kwargs(index), "counts": self.numbers.records if self.instance.is_open else {}}


class MoveForm(forms.Form):
    """The reason that goes with a move."""

    note = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        validators=[refuse_blocked_text],
        help_text=_("Needed where a report is returned; kept with the move."),
    )


class CorrectionForm(forms.Form):
    """The right value of an approved figure, and why."""

    own = CountField(label=_("Right value"), required=False)
    printed_word = forms.ChoiceField(label=_("Word"), required=False, choices=[("", "—"), *Word.choices])
    printed_value = CountField(label=_("Printed as"), required=False)
    explanation = forms.CharField(label=_("Note"), required=False, max_length=500, validators=[refuse_blocked_text])
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        validators=[refuse_blocked_text],
        help_text=_(
            "The next edition tells it to the public, with what was there before, what is there now, and your post: no names."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
