"""The admin's base: our site, and one class that lets every screen ask the same two questions: who sees, who may."""

from __future__ import annotations

from functools import reduce
from operator import and_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_field
from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from config.folding import fold
from config.numbers import AmountField, CountField, YearField
from config.pickers import Choices, ChoicesView, day_attributes, fix_day
from config.records import StaleRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.days import Times

REFUSAL = "ledger.refusal"  # what a service said of a form that was valid
MOST_WORDS = 12  # of a search: more tell nothing and make conditions that a database refuses


class RecordsAdminSite(admin.AdminSite):
    """The data entry pages."""

    site_header = _("Movement Ledger")
    site_title = _("Movement Ledger")
    index_title = _("To do")
    site_url = "/"
    enable_nav_sidebar = False

    shelves = (
        ("work", _("The year’s work")),
        ("reports", _("Yearly reports")),
        ("commendations", _("Commendations")),
        ("register", _("Units and areas")),
        ("offices", _("People and files")),
        ("catalogues", _("Catalogues")),
    )

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Put the lists on shelves by what people do with them, each where its page says that it stands."""
        if app_label:
            return super().get_app_list(request, app_label)
        shown = [one for app in super().get_app_list(request) for one in app["models"]]
        placed = sorted(shown, key=lambda one: self._registry[one["model"]].place_on_shelf)  # type: ignore[attr-defined]
        found = [
            (code, name, [one for one in placed if self._registry[one["model"]].shelf == code])  # type: ignore[attr-defined]
            for code, name in self.shelves
        ]
        return [
            {"name": name, "app_label": code, "app_url": "", "has_module_perms": True, "models": lists}
            for code, name, lists in found
            if lists
        ]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Answer the searching lists."""
        return ChoicesView.as_view(admin_site=self)(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Change the password; a one-time password has then served."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            template_name="registration/password_change_form.html",
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        request.current_app = self.name
        return view(request)


class OwnPasswordForm(PasswordChangeForm):
    """A person's own new password."""

    def clean_new_password1(self) -> str:
        """Refuse the password that is to be changed."""
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("The new password is the old one: choose another."))
        return password

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = False
        return super().save(commit=commit)


class CappedPaginator(Paginator):
    """Count no further than a thousand: the exact number of a long list costs more than it tells."""

    cap = 1000

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or one more than the cap."""
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk")[: self.cap + 1])


class RefusableForm(forms.ModelForm):
    """A form that a service may still refuse after it was valid: it is then shown again as it was typed."""

    refusal: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tell the searching lists what was read with the record."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, Tolerant):
                widget.known = known_choices(self.instance, name)
                fix_day(widget, self.instance, self.fields)

    def clean(self) -> dict[str, Any] | None:
        """Say what the service said."""
        cleaned = super().clean()
        if self.refusal is not None:
            raise ValidationError(self.refusal)
        return cleaned

    def _update_errors(self, errors: ValidationError) -> None:
        """Tell errors of fields that this form does not show with the form as a whole."""
        if hasattr(errors, "error_dict"):
            hidden = [name for name in errors.error_dict if name != NON_FIELD_ERRORS and name not in self.fields]
            for name in hidden:
                errors.error_dict.setdefault(NON_FIELD_ERRORS, []).extend(errors.error_dict.pop(name))
        super()._update_errors(errors)  # type: ignore[misc]


class VersionedForm(RefusableForm):
    """A form that knows which version it was opened on, and refuses to save over a newer one, showing both."""

    read_version = forms.IntegerField(label=_("version"), widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember the version that the person sees."""
        super().__init__(*args, **kwargs)
        self.initial["read_version"] = self.instance.version if self.instance.pk else 0

    def has_changed(self) -> bool:
        return any(name != "read_version" for name in self.changed_data)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and self.has_changed() and self.cleaned_data.get("read_version") != self.instance.version:
            raise ValidationError(
                _(
                    "Someone else saved a newer version while you were typing. Theirs: %(theirs)s. Yours is still in the form: compare, then save again to keep yours."
                ),
                code="stale",
                params={"theirs": self._theirs()},
            )
        return cleaned

    def _theirs(self) -> str:
        stored = type(self.instance)._base_manager.get(pk=self.instance.pk)
        said = [
            f"{self.fields[name].label}: {shown_value(stored, name)}"
            for name in self.changed_data
            if name in self.fields and hasattr(stored, name)
        ]
        return "; ".join(said) or "—"

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.has_error("__all__", "stale"):
            entered: Any = self.data.copy()  # type: ignore[attr-defined]
            entered[self.add_prefix("read_version")] = self.instance.version
            self.data = entered


def shown_value(record: models.Model, name: str) -> str:
    """Return a field of `record` as pages show it."""
    field: Any = record._meta.get_field(name)
    if field.many_to_many:
        return ", ".join(map(str, getattr(record, name).all())) or "—"
    return str(display_for_field(getattr(record, name), field, "—"))


class HistoryInWords(HistoricalRecordContextHelper):
    """Old and new values as pages show them: days first, choices by their names."""

    def __init__(self, model: Any, record: Any, user: Any) -> None:
        """Show to `user` what is in the user's sight."""
        super().__init__(model, record)
        self.user = user

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        """Return `value` as pages show it; a record out of the person's sight has no name here."""
        manager = getattr(type(value), "objects", None)
        if manager is not None and hasattr(manager.all(), "visible_to"):
            value = value if manager.visible_to(self.user).filter(pk=value.pk).exists() else None
        return display_for_field(value, self.model._meta.get_field(change.field), "—")


class Tolerant(AutocompleteMixin):
    """A searching list that draws itself even where a tampered value is no key at all.

    `known` names the choices that were read with the record, so that a form of many rows asks the database for none.
    """

    known: Mapping[str, str] = MappingProxyType({})
    is_required: bool
    allow_multiple_selected: bool
    create_option: Any

    @property
    def media(self) -> forms.Media:
        """Add the script that tells the list the day of the form."""
        shared: forms.Media = super().media  # type: ignore[misc]
        return shared + forms.Media(js=["admin/js/jquery.init.js", "js/pickers.js"])

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Leave out what cannot be a key; what is known is not looked up."""
        keys = [str(one) for one in value if str(one).isdecimal() and len(str(one)) < 19]
        if not keys or not all(key in self.known for key in keys):
            return super().optgroups(name, keys, attr)
        empty = [] if self.is_required or self.allow_multiple_selected else [("", "", False)]
        options = [*empty, *((key, self.known[key], True) for key in keys)]
        return [(None, [self.create_option(name, *option, index) for index, option in enumerate(options)], 0)]


class TolerantAutocomplete(Tolerant, AutocompleteSelect):
    """A searching list for one choice."""


class TolerantAutocompletes(Tolerant, AutocompleteSelectMultiple):
    """A searching list for several choices."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        """Clear choice by choice: the button that clears them all stands where no screen reader expects it."""
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}


def known_choices(record: models.Model, name: str) -> dict[str, str]:
    """Return the labels, by key, of what field `name` of `record` points to, as far as it was read with the record."""
    chosen = record._state.fields_cache.get(name) if record.pk else None
    many = getattr(record, "_prefetched_objects_cache", {}).get(name, ())
    return {str(one.pk): str(one) for one in [*([chosen] if chosen else []), *many]}


class Scoped:
    """What pages and inlines share: sight by `visible_to`, permission with the object, choices in sight."""

    model: Any
    opts: Any
    formfield_overrides: Mapping[type[models.Field[Any, Any]], Mapping[str, Any]] = {
        models.PositiveIntegerField: {"form_class": CountField},
        models.BigIntegerField: {"form_class": CountField},
        models.PositiveSmallIntegerField: {"form_class": YearField},
        models.DecimalField: {"form_class": AmountField},
    }
    shelf = "catalogues"  # where its list stands on the first page, and in which place there
    place_on_shelf = 99
    all_choices: tuple[
        str, ...
    ] = ()  # foreign keys that may point outside the person's reach, such as a cluster's members
    choices_class: type[Choices] = Choices  # what searching lists of its records offer
    day_fields: Times | None = None  # the fields of the form that tell its day, where the model's `as_of` does not

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Filter by what the list offers, and by nothing else: any other question would tell what it must not."""
        offered = self.get_list_filter(request)  # type: ignore[attr-defined]
        plain = {one for one in offered if isinstance(one, str)}
        named = {one.parameter_name for one in offered if hasattr(one, "parameter_name")}
        return lookup in named or any(
            lookup in {name, f"{name}__exact", f"{name}__id__exact", f"{name}__isnull"} for name in plain
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return what the person may see."""
        queryset = super().get_queryset(request).visible_to(request.user)  # type: ignore[misc]
        return queryset.for_list() if hasattr(queryset, "for_list") else queryset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only rows in sight."""
        if "queryset" not in kwargs:
            kwargs["queryset"] = self.choices_for(db_field, request)
        if db_field.name in self.autocomplete_fields:  # type: ignore[attr-defined]
            kwargs["widget"] = self.searching_list(TolerantAutocomplete, db_field, **kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only rows in sight."""
        if "queryset" not in kwargs:
            kwargs["queryset"] = self.choices_for(db_field, request)
        if db_field.name in self.autocomplete_fields:  # type: ignore[attr-defined]
            kwargs["widget"] = self.searching_list(TolerantAutocompletes, db_field, **kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def searching_list(self, widget: Any, db_field: Any, **kwargs: Any) -> Any:
        """Return the searching list of a field; one that asks the day knows which fields of the form tell it."""
        site = self.admin_site  # type: ignore[attr-defined]
        offers = getattr(site.get_model_admin(db_field.remote_field.model), "choices_class", Choices)
        times = self.times_of_form() if offers.asks_the_day else ()
        return widget(db_field, site, attrs=day_attributes(times), using=kwargs.get("using"))

    def times_of_form(self) -> Times:
        """Return the fields that tell the day of the form."""
        return getattr(self.model, "as_of", ()) if self.day_fields is None else self.day_fields

    def choices_for(self, db_field: Any, request: HttpRequest) -> Any:
        """Return the rows that a foreign key may point to."""
        queryset = db_field.remote_field.model._default_manager.all()
        if db_field.name not in self.all_choices and hasattr(queryset, "postings_of"):
            return queryset.postings_of(request.user)
        return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset

    def _may(self, request: HttpRequest, verb: str, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}", obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """See what `visible_to` shows."""
        return self._may(request, "view") or self._may(request, "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add where a posting allows it; the finished object is asked again before it is saved."""
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change what lies in the reach of a posting that allows it."""
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted: records end with a date and a reason."""
        return False


class ScopedAdmin(Scoped, SimpleHistoryAdmin):
    """The base of every page on a record."""

    form: Any = VersionedForm
    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    save_on_top = False
    search_fields: Any = ["search_key"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Carry the version in every form."""
        fieldsets = super().get_fieldsets(request, obj)
        form = self.form
        if (
            issubclass(form, VersionedForm)
            and fieldsets
            and not any("read_version" in s[1]["fields"] for s in fieldsets)
        ):
            name, options = fieldsets[-1]
            fieldsets = [*fieldsets[:-1], (name, {**options, "fields": [*options["fields"], "read_version"]})]
        return fieldsets

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find every word of the term, whatever its diacritics; `search_fields` names folded keys."""
        return queryset.filter(any_word(search_term, *self.search_fields)), False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read without a transaction, so that opening a form never takes SQLite's writing lock."""
        if request.method in {"GET", "HEAD"}:
            return self._changeform_view(request, *args, **_named(args, kwargs))
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (StaleRecord, ValidationError) as refusal:
            said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        except IntegrityError:
            said = gettext(
                "This clashes with what is already on record. Nothing was saved; look at the dates and codes."
            )
        request.META[REFUSAL] = said
        return self._changeform_view(request, *args, **_named(args, kwargs))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Show a form that a service refused again as it was typed, with the reason."""
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = request.META.get(REFUSAL)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Show the history of what is in sight; the library itself would fall back on the history's own copy."""
        self.find_in_reach(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: Any, extra_context: Any = None
    ) -> Any:
        """Show an earlier version of what is in sight."""
        self.find_in_reach(request, object_id)
        if not str(version_id).isdecimal():
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Any:
        """Show values in words."""
        return HistoryInWords(self.model, historical_record, request.user)

    def find_in_reach(self, request: HttpRequest, object_id: Any) -> Any:
        """Return the record where the person is posted at or above it, or above what came of it: what is merely shown has no history here."""
        record = self.find_in_sight(request, object_id)
        reach = request.user.reach()  # type: ignore[union-attr]
        if record.lies_in and not any(reach.sees(area) for area in record.lies_in):
            raise Http404
        return record

    def find_in_sight(self, request: HttpRequest, object_id: Any) -> Any:
        """Return the record in the person's sight. Raises Http404."""
        record = self.get_object(request, str(object_id))
        if record is None:
            raise Http404
        return record

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Ask once more, now that the object is finished, and store it."""
        self.demand(request, "change" if change else "add", obj)
        self.store(request, obj, form, change=change)

    def store(self, request: HttpRequest, obj: Any, form: Any, *, change: bool) -> None:
        """Store the finished object; pages whose rows are written by a service call it here."""
        obj.save()

    def demand(self, request: HttpRequest, verb: str, obj: Any) -> None:
        """Raise PermissionDenied unless the person may do `verb` to the finished `obj`."""
        if not self._may(request, verb, obj):
            raise PermissionDenied(gettext("Your posting does not cover “%(record)s”.") % {"record": obj})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store the rows of an inline, each asked like a page of its own."""
        rows = formset.save(commit=False)
        for row in rows:
            verb = "add" if row._state.adding else "change"
            name = f"{row._meta.app_label}.{verb}_{row._meta.model_name}"
            asked = [row] if row._state.adding else [row, type(row)._base_manager.get(pk=row.pk)]
            if not all(request.user.has_perm(name, one) for one in asked):
                raise PermissionDenied(gettext("Your posting does not cover “%(record)s”.") % {"record": row})
            row.save()
        formset.save_m2m()
        self.take_out(request, formset)

    def take_out(self, request: HttpRequest, formset: Any) -> None:
        """Take out the rows that the person marked; the history keeps them, with who took them out."""
        for row, stored in self.marked(formset):
            name = f"{row._meta.app_label}.delete_{row._meta.model_name}"
            if not all(request.user.has_perm(name, one) for one in (row, stored)):
                raise PermissionDenied(gettext("Your posting does not cover “%(record)s”.") % {"record": row})
            stored.delete()

    def marked(self, formset: Any) -> list[tuple[Any, Any]]:
        """Return the rows marked to be taken out, as posted and as stored. Raises StaleRecord for a newer version."""
        found = []
        for form in formset.deleted_forms:
            row = form.instance
            if row.pk is None:
                continue
            stored = type(row)._base_manager.get(pk=row.pk)
            if form.data.get(form.add_prefix("read_version")) != str(stored.version):
                raise StaleRecord(stored, stored.version)
            found.append((row, stored))
        return found

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """History already tells it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """History already tells it."""


class ScopedInline(Scoped, admin.TabularInline):
    """The base of every inline."""

    form = VersionedForm
    extra = 0
    show_change_link = False

    def times_of_form(self) -> Times:
        """Return the fields that tell the day: those of the row, then those of the form above."""
        return (*super().times_of_form(), *getattr(self.parent_model, "as_of", ()))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name every input after its column: a table's rows have no labels of their own; keep long texts low."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            if isinstance(
                field.widget, RelatedFieldWidgetWrapper
            ):  # room for the cells: the lists stand one click away
                field.widget.can_change_related = field.widget.can_view_related = False
            widget: Any = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", field.label)
            if isinstance(widget, forms.Textarea):
                widget.attrs["rows"] = 3
        return field

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add below a parent that the person may change."""
        return self._may(request, "add") and (
            obj is None or request.user.has_perm(f"{obj._meta.app_label}.change_{obj._meta.model_name}", obj)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change below a parent that the person may change."""
        return self._may(request, "change") and (
            obj is None or request.user.has_perm(f"{obj._meta.app_label}.change_{obj._meta.model_name}", obj)
        )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Name the box that takes a row out: a table's cells have no labels of their own."""
        formset: Any = super().get_formset(request, obj, **kwargs)

        class Named(formset):
            def add_fields(self, form: Any, index: int | None) -> None:
                super().add_fields(form, index)
                if "DELETE" in form.fields:
                    form.fields["DELETE"].widget.attrs["aria-label"] = gettext("Take this row out")

        Named.__name__ = formset.__name__
        return Named

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take rows out of a parent that the person may change, where a policy allows it: of drafts, never of records."""
        return self._may(request, "delete") and (
            obj is None or request.user.has_perm(f"{obj._meta.app_label}.change_{obj._meta.model_name}", obj)
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Carry the version in every row."""
        fields = list(super().get_fields(request, obj))
        writes = self.has_change_permission(request, obj) or self.has_add_permission(request, obj)
        return fields if "read_version" in fields or not writes else [*fields, "read_version"]


class StackedScopedInline(ScopedInline):
    """An inline of long texts: a row's fields stand one below the other."""

    template = "admin/edit_inline/stacked.html"


class FoldedSearch:
    """The search of catalogues, which keep no folded key of their own."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find every word whatever its diacritics: a catalogue has a few dozen rows, folded here; larger ones keep a key."""
        words, names = fold(search_term).split(), self.search_fields  # type: ignore[attr-defined]
        if not words:
            return queryset, False
        found = [
            row.pk
            for row in queryset
            if all(word in fold(" ".join(str(getattr(row, name)) for name in names)) for word in words)
        ]
        return queryset.filter(pk__in=found), False


class CatalogueAdmin(FoldedSearch, Scoped, admin.ModelAdmin):
    """The base of catalogues and of what is only read: no version, no history of its own."""

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator


class ReadOnly:
    """A page that only shows."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes here."""
        return False


def any_word(term: str, *names: str) -> Q:
    """Return the condition that every word of `term` stands in one of the folded keys `names`."""
    words = fold(term).split()[:MOST_WORDS]
    return reduce(
        and_, (reduce(lambda a, b: a | b, (Q(**{f"{name}__contains": word}) for name in names)) for word in words), Q()
    )


def _named(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    names = ("object_id", "form_url", "extra_context")[: len(args)]
    full = {"object_id": None, "form_url": "", "extra_context": None, **kwargs}
    return {name: value for name, value in full.items() if name not in names}
