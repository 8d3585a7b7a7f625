"""Forms of the register and of people."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.admin import RefusableForm, VersionedForm
from units.attachments import ENDINGS, Examined, examine
from units.boundary import refuse_blocked_text
from units.models import Placement, Posting, Unit, User
from units.models.existence import areas_of_other_days


class UnitForm(VersionedForm):
    """A unit; a new one also says in which village it stands, and from when if that is later than its founding."""

    village = forms.CharField(
        label=_("Village, street residential group"),
        max_length=100,
        required=False,
        validators=[refuse_blocked_text],
        help_text=_("For example thôn Bản Mới."),
    )
    since = forms.DateField(
        label=_("Stands there since"),
        required=False,
        help_text=_("Only where the unit came to this commune later than it was established."),
    )

    class Meta:
        model = Unit
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        """Check a new unit's placement together with the unit, so that every error shows at once."""
        cleaned = super().clean() or {}
        area = cleaned.get("area")
        if self.instance.pk or area is None:
            return cleaned
        begin = cleaned.get("since") or cleaned.get("established_on")
        if begin and area.valid_from and begin < area.valid_from and not area.origins.exists():
            begin = area.valid_from
        placement = Placement(
            area=area, valid_from=begin, valid_to=cleaned.get("dissolved_on"), village=cleaned.get("village") or ""
        )
        try:
            placement.clean()
        except ValidationError as error:
            if "area" in error.error_dict:
                self.add_error("area", error.error_dict["area"])
            elif cleaned.get("since"):
                self.add_error("since", error.messages)
        return cleaned


class AtLeastOneFormSet(BaseInlineFormSet):
    """Rows of which one at least must stay."""

    validate_min = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Count the rows even where the form says that there are none."""
        super().__init__(*args, **kwargs)
        self.min_num, self.validate_min = 1, True


class PlacementFormSet(BaseInlineFormSet):
    """The placements of a unit, checked against each other as typed and against those out of the person's reach."""

    def _construct_form(self, index: int, **kwargs: Any) -> Any:
        form = super()._construct_form(index, **kwargs)  # type: ignore[misc]
        form.instance.checked_together = True
        return form

    def clean(self) -> None:
        """Refuse placements that overlap."""
        super().clean()
        if any(self.errors):
            return
        typed = [form.instance for form in self.forms if form.has_changed() or form.instance.pk]
        keys = [one.pk for one in typed if one.pk]
        spans = typed + list(Placement.objects.filter(unit=self.instance.pk).exclude(pk__in=keys))
        ended = self.instance.dissolved_on
        if ended and Unit.objects.filter(pk=self.instance.pk, dissolved_on=ended).exists():
            for one in typed:
                if one.valid_to is None or one.valid_to > ended:
                    raise ValidationError(gettext("The unit stands nowhere after it was dissolved."))
        for one, other in combinations(spans, 2):
            if one.overlaps(other):
                raise ValidationError(
                    gettext(
                        "These overlap: %(one)s and %(other)s. End the earlier placement on the day the later one begins."
                    )
                    % {"one": one, "other": other}
                )


class NewUserForm(RefusableForm):
    """A new person with a one-time password, changed at the first sign-in."""

    password = forms.CharField(
        label=_("One-time password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )

    class Meta:
        model = User
        fields = ["username", "full_name"]

    def clean_password(self) -> str:
        """Ask the validators."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.set_password(self.cleaned_data["password"])
        user.must_change_password = True
        user.is_staff = True
        if commit:
            user.save()
        return user


class UserForm(RefusableForm):
    """A person; a one-time password is set only where one is typed."""

    new_password = forms.CharField(
        label=_("New one-time password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Only where the person cannot sign in any more. It is changed at the next sign-in."),
    )

    class Meta:
        model = User
        fields = ["username", "full_name", "is_active"]

    def clean_new_password(self) -> str:
        """Ask the validators."""
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        if password := self.cleaned_data["new_password"]:
            user.set_password(password)
            user.must_change_password = True
        if commit:
            user.save()
        return user


class PostingForm(VersionedForm):
    """Where a person is posted; the area must exist on the first day of the posting."""

    class Meta:
        model = Posting
        fields = "__all__"

    def _post_clean(self) -> None:
        """Check the area once the posting is filled in."""
        super()._post_clean()  # type: ignore[misc]
        for name, error in areas_of_other_days(self.instance, ("valid_from",), ["area"]).items():
            self.add_error(name, error)


class UploadMixin(forms.ModelForm):
    """A file to keep with a record that has `area` and `file`. units.attachments.store_upload stores what is examined."""

    upload = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # it is refused below, in our words
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_(
            "PDF, Word, Excel or a picture, at most 10 MB. A scan or picture cannot be read by the ledger: look yourself that it bears no stamp MẬT."
        ),
    )
    examined: Examined | None = None
    holds_names = False  # of people: such a file is shown to those only who work with names

    def clean_upload(self) -> Any:
        """Examine the file; nothing is stored yet."""
        upload = self.cleaned_data["upload"]
        self.examined = examine(upload) if upload else None
        return upload
