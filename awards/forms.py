"""Forms of decisions and of whom they commend."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.forms import BaseInlineFormSet
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from awards import recording
from awards.models import AwardDecision, Commendation, Recipient
from awards.models.decisions import GIVEN, RecipientKind
from config.admin import VersionedForm
from units.forms import UploadMixin

if TYPE_CHECKING:
    from awards.models import AwardForm

WIDEST = 26  # of a form of award in a row


class DecisionForm(UploadMixin, VersionedForm):
    """A decision with its scan."""

    holds_names = True

    class Meta:
        model = AwardDecision
        exclude = ["file"]

    def clean_number(self) -> str:
        """Keep 09 as 9: it is printed with the zero again."""
        number, rest = recording.split_number(self.cleaned_data["number"])
        if rest:
            raise ValidationError(_("Give what stands after the slash as the symbol."))
        return number


class ListedForm(VersionedForm):
    """A commendation on record, below its decision."""

    class Meta:
        model = Commendation
        fields = ["form", "printed_form", "achievement", "presented_on"]
        widgets = {name: forms.TextInput(attrs={"size": 24}) for name in ("printed_form", "achievement")}


class NewcomerForm(VersionedForm):
    """A further commendation: for a recipient on record, or for one who is named here for the first time."""

    new_kind = forms.ChoiceField(
        label=_("kind"),
        required=False,
        choices=[("", "---------"), *RecipientKind.choices],
        widget=forms.Select(attrs={"aria-label": _("kind")}),
    )
    new_name = forms.CharField(
        label=_("new recipient: name"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"aria-label": _("new recipient: name"), "size": 24}),
    )
    new_workplace = forms.CharField(
        label=_("unit, workplace"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"aria-label": _("unit, workplace"), "size": 16}),
    )
    decision: AwardDecision | None = None
    newcomer: Recipient | None = None

    class Meta:
        model = Commendation
        fields = ["recipient", "form", "achievement"]
        widgets = {"achievement": forms.TextInput(attrs={"size": 16})}
        labels = {  # the heads of the table are taken from here
            "new_kind": _("kind"),
            "new_name": _("new recipient: name"),
            "new_workplace": _("unit, workplace"),
        }
        help_texts = {"new_name": _("As in the decision. No identity number, birth date, telephone or address.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for a recipient on record only where none is named."""
        super().__init__(*args, **kwargs)
        if "recipient" in self.fields:
            self.fields["recipient"].required = False

    def clean(self) -> dict[str, Any] | None:
        """Find the person or collective that is named, or make ready to enter it."""
        cleaned = super().clean() or {}
        name, kind = cleaned.get("new_name"), cleaned.get("new_kind")
        if cleaned.get("recipient") and name:
            self.add_error("new_name", gettext("Choose a recipient on record or name a new one, not both."))
        elif not cleaned.get("recipient") and not name:
            if not {"recipient", "new_name"} & set(self.errors):
                self.add_error("recipient", gettext("Choose a recipient on record, or name a new one."))
        elif name and not kind:
            self.add_error("new_kind", gettext("Say who it is: a collective, an individual, a household, an area."))
        elif name and self.decision is not None and self.decision.area_id:
            self._take(
                Recipient(
                    area=self.decision.area, kind=str(kind), name=name, workplace=cleaned.get("new_workplace", "")
                )
            )
        return cleaned

    def _take(self, named: Recipient) -> None:
        if found := recording.on_record(named):
            self.cleaned_data["recipient"] = found
            return
        try:
            named.full_clean()
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                shown = f"new_{field}" if f"new_{field}" in self.fields else None
                self.add_error(shown if field != NON_FIELD_ERRORS else None, messages)
            return
        form: AwardForm | None = self.cleaned_data.get("form")
        if form is not None and not form.is_given_to(named.kind):
            self.add_error("form", not_given_to(form, named))
        self.newcomer = named

    def save(self, commit: bool = True) -> Any:
        """Hand the newcomer on: awards.recording.record enters it."""
        if self.newcomer is not None:
            self.instance.recipient = self.newcomer
        return super().save(commit=commit)


def not_given_to(form: AwardForm, recipient: Recipient) -> str:
    """Return that `form` is not given to such a recipient."""
    return gettext("“%(form)s” is not given to this kind of recipient (%(kind)s).") % {
        "form": form,
        "kind": recipient.get_kind_display(),
    }


class CommendationFormSet(BaseInlineFormSet):
    """The rows of a decision, asked whether the authority that is typed above could give the form on that day."""

    def _construct_form(self, index: int, **kwargs: Any) -> Any:
        form = super()._construct_form(index, **kwargs)  # type: ignore[misc]
        form.decision = self.instance
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Let all rows share one list of forms of award, in words that leave room for the other columns."""
        super().add_fields(form, index)
        if "form" in form.fields:
            if not hasattr(self, "_choices"):
                self._choices = [(key, truncatechars(label, WIDEST)) for key, label in form.fields["form"].choices]
            form.fields["form"].choices = self._choices

    def clean(self) -> None:
        """Say in its row what the authority could not give."""
        super().clean()
        decision = self.instance
        if not (decision.authority_id and decision.decided_on):
            return
        for form in self.forms:
            given = form.cleaned_data.get("form") if hasattr(form, "cleaned_data") else None
            if given is None or form.errors or form.instance.state not in GIVEN or form.instance.revoked_on:
                continue
            if refusal := self._refusal_of(given):
                form.add_error("form", refusal)

    def _refusal_of(self, given: AwardForm) -> ValidationError | None:
        if given.pk not in self._refusals:
            try:
                recording.demand_power(self.instance, given)
            except ValidationError as refusal:
                self._refusals[given.pk] = refusal
            else:
                self._refusals[given.pk] = None
        return self._refusals[given.pk]

    @cached_property
    def _refusals(self) -> dict[int, ValidationError | None]:
        return {}


class CommendationForm(VersionedForm):
    """One commendation on its own page; a recipient that lies outside the person's reach stays."""

    class Meta:
        model = Commendation
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep the recipient on record among the choices."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("recipient")
        if field is not None and self.instance.recipient_id:
            field.queryset = Recipient.objects.filter(
                Q(pk=self.instance.recipient_id) | Q(pk__in=field.queryset.values("pk"))
            )
