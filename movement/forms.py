"""Forms of the report: figures, moves, corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.admin import VersionedForm
from config.numbers import CountField
from config.words import Word
from movement.models import Figure
from movement.tallies import record_counts
from units.boundary import refuse_blocked_text

if TYPE_CHECKING:
    from movement.counting import Key


class FigureForm(VersionedForm):
    """One line of the form."""

    own = CountField(label=_("Own level"), required=False)
    printed_value = CountField(label=_("Printed as"), required=False)

    class Meta:
        model = Figure
        fields = ["own", "printed_word", "printed_value", "explanation"]

    def __init__(self, *args: Any, counts: dict[Key, int | None] | None = None, **kwargs: Any) -> None:
        """Leave what the register counts to the register, and what records count now (`counts`) to the records.

        A number that was typed before the first record came is still taken in, so that it is refused by name.
        """
        super().__init__(*args, **kwargs)
        self.counted = (counts or {}).get((self.instance.indicator_id, self.instance.item))
        typed = self.is_bound and self.add_prefix("own") in self.data
        if self.instance.pk and (self.instance.indicator.counts_register or (self.counted is not None and not typed)):
            self.fields["own"].disabled = True


class FigureFormSet(BaseInlineFormSet):
    """The lines of a report; while it is open, each knows what the area's records count now."""

    @cached_property
    def counts(self) -> dict[Key, int | None]:
        """Return what the records count, for all lines at once."""
        report: Any = self.instance
        if not report.is_open:
            return {}
        return record_counts(report.area, report.period, [figure.indicator for figure in self.get_queryset()])

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Hand the counts to each line."""
        return {**super().get_form_kwargs(index), "counts": self.counts}


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
