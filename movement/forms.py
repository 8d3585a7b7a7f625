"""Forms of the report: figures, moves, corrections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.admin import VersionedForm
from config.numbers import CountField
from movement.models import Figure
from movement.words import Word
from units.boundary import refuse_blocked_text


class FigureForm(VersionedForm):
    """One line of the form."""

    own = CountField(label=_("Own level"), required=False)
    printed_value = CountField(label=_("Printed as"), required=False)

    class Meta:
        model = Figure
        fields = ["own", "printed_word", "printed_value", "explanation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave what the register counts to the register."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.indicator.counts:
            self.fields["own"].disabled = True


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
    explanation = forms.CharField(
        label=_("Explanation of difference"), required=False, max_length=500, validators=[refuse_blocked_text]
    )
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3, "cols": 60}), validators=[refuse_blocked_text]
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
