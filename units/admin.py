"""The register, the people and the areas in the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.admin import CatalogueAdmin, ReadOnly, RefusableForm, ScopedAdmin, ScopedInline, any_word
from config.pickers import DatedChoices, with_end
from units import register
from units.attachments import download_link
from units.auth import person
from units.choosing import AreaChoices, in_place, in_short, with_their_ends
from units.forms import AtLeastOneFormSet, NewUserForm, PlacementFormSet, PostingForm, UnitForm, UserForm
from units.importing import batch_screens  # noqa: F401 - registers its pages
from units.importing.register import BodySheet, ClusterMemberSheet
from units.importing.screens import SheetDesk
from units.importing.units import UnitSheet
from units.models import (
    Area,
    AreaSuccession,
    Attachment,
    Body,
    Cluster,
    ClusterMember,
    ClusterStanding,
    Placement,
    Posting,
    Unit,
    UnitKind,
    User,
    VoidableRecord,
)  # fmt: skip
from units.reorganising import screens  # noqa: F401 - registers its pages

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


admin.site.unregister(Group)  # what a role may do stands in each app's policy.py


class StandingFilter(admin.SimpleListFilter):
    """Units that stand today, or no longer."""

    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("standing")), ("no", _("dissolved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(dissolved_on__isnull=self.value() == "yes")


class BelowFilter(admin.SimpleListFilter):
    """The areas one level below the person's postings: those in force first, then what they were before."""

    title = _("area")
    parameter_name = "in"
    path = "area"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        reach = person(request).reach()
        below = Q(parent__in=reach.keys_in_sight) | Q(pk__in=reach.keys_in_sight - reach.keys)
        return [(area.code, text) for area, text in with_their_ends(Area.objects.filter(below).in_order()[:300])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        area = Area.objects.filter(code=self.value()).first() if self.value() else None
        return queryset.filter(area.below_condition(f"{self.path}__")) if area else queryset


class VoidableMixin:
    """What pages of records share that are taken back by saying why they were a mistake; others it leaves alone."""

    model: Any

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Mark what was entered by mistake."""
        shown = list(super().get_list_display(request))  # type: ignore[misc]
        return [*shown, "mistaken"] if issubclass(self.model, VoidableRecord) else shown

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let a record on file be taken back."""
        fieldsets = list(super().get_fieldsets(request, obj))  # type: ignore[misc]
        if obj is None or not issubclass(self.model, VoidableRecord):
            return fieldsets
        name, options = fieldsets[-1]
        rest = [one for one in options["fields"] if one != "read_version"]
        carried = ["read_version"] if len(rest) < len(options["fields"]) else []
        taken_back = (_("Entered by mistake"), {"fields": ["void_reason", *carried], "classes": ["collapse"]})
        return [*fieldsets[:-1], (name, {**options, "fields": rest}), taken_back]

    @admin.display(description=_("entered by mistake"), boolean=True)
    def mistaken(self, record: Any) -> bool | None:
        """Say whether the record was taken back; one that counts shows nothing."""
        return False if record.void_reason else None


@admin.register(Area)
class AreaAdmin(ReadOnly, CatalogueAdmin):
    """The catalogue of areas: append-only, so it is only read here."""

    shelf, place_on_shelf = "register", 5
    choices_class = AreaChoices
    list_display = ["shown_name", "code", "level", "parent", "valid_from", "valid_to"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["search_key"]
    search_help_text = _("Name with or without diacritics, district, province or code: “ha hieu ba be”, “C01897”.")
    ordering = ["sort_key", "code"]
    fields = ["code", "gso_code", "level", "kind", "name", "parent", "valid_from", "valid_to", "source"]

    @admin.display(description=_("name"), ordering="sort_key")
    def shown_name(self, area: Area) -> str:
        """Return the kind and the name."""
        return area.full_name

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search by folded words."""
        return queryset.filter(any_word(search_term, "search_key")), False


@admin.register(AreaSuccession)
class AreaSuccessionAdmin(ReadOnly, CatalogueAdmin):
    """What became of areas."""

    shelf, place_on_shelf = "register", 6
    list_display = ["effective_on", "predecessor", "kind", "successor", "is_main", "note"]
    list_filter = ["kind"]
    list_select_related = ["predecessor", "successor"]
    search_fields = ["predecessor__search_key", "successor__search_key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The catalogue is public."""
        return AreaSuccession.objects.select_related("predecessor", "successor")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(any_word(search_term, "predecessor__search_key", "successor__search_key")), False


@admin.register(UnitKind)
class UnitKindAdmin(CatalogueAdmin):
    """Kinds of units and clusters."""

    shelf, place_on_shelf = "catalogues", 3
    list_display = ["name", "code", "category", "is_cluster", "valid_from", "valid_to", "successor"]
    list_filter = ["is_cluster", "category"]
    list_select_related = ["successor"]
    search_fields = ["name_vi", "name_en", "code"]
    autocomplete_fields = ["successor"]


class PlacementInline(ScopedInline):
    """Where the unit stood when."""

    model = Placement
    formset = PlacementFormSet
    day_fields = ("valid_from",)
    fields = ["area", "village", "valid_from", "valid_to"]
    autocomplete_fields = ["area"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Take changes to places in reach only; where the unit stood before is shown above."""
        return super().get_queryset(request).filter(person(request).reach().own_condition("area__"))


@admin.register(Unit)
class UnitAdmin(SheetDesk, ScopedAdmin):
    """The register of units."""

    shelf, place_on_shelf = "register", 1
    sheet_class = UnitSheet
    form = UnitForm
    inlines = [PlacementInline]
    list_display = ["name", "kind", "area_label", "established_on", "dissolved_on", "members", "code"]
    list_filter = [StandingFilter, "kind", BelowFilter]
    search_help_text = _("Name with or without diacritics, or code: “dong hoa” finds Đông Hòa.")
    ordering = ["sort_key", "code"]
    autocomplete_fields = ["kind", "area"]
    day_fields = ("since", "established_on")
    fieldsets = [
        (None, {"fields": ["kind", "name", "area", "village", "established_on", "since"]}),
        (_("Decision"), {"fields": [("decision_number", "decision_date"), "consolidated_on"]}),
        (
            _("Members"),
            {
                "fields": [("members", "women", "minorities")],
                "description": _("Numbers only: no names, no telephone numbers, no addresses."),
            },
        ),
        (_("Dissolution"), {"fields": [("dissolved_on", "dissolution_reason")]}),
        (_("Code"), {"fields": ["code"]}),
    ]

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, unit: Unit) -> str:
        """Return the commune and the district."""
        return with_end(in_short(unit.area), unit.area)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the place of a new unit; later it moves by its placements."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        first = fieldsets[0][0], {"fields": ["kind", "name", "area", "places", "established_on"]}
        return [first, *fieldsets[1:]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Kind, area and code of a unit on record stay."""
        return ["kind", "area", "places", "code"] if obj else []

    @admin.display(description=_("where it stood"))
    def places(self, unit: Unit) -> str:
        """Return all places of the unit with their days."""
        placements = unit.placements.select_related("area__district", "area__province")
        return format_html_join(
            "",
            "<div>{} ({} – {})</div>",
            ((self._place(one), day_text(one.valid_from), day_text(one.valid_to)) for one in placements),
        )

    def _place(self, placement: Placement) -> str:
        return f"{placement.village}, {placement.area.label}" if placement.village else placement.area.label

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Show the placements of a unit on record."""
        return self.inlines if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and (commune := single_commune(request)):
            form.base_fields["area"].initial = commune
        return form

    def store(self, request: HttpRequest, obj: Unit, form: Any, *, change: bool) -> None:
        """Store the unit and its placement together."""
        if change:
            register.revise(obj, by=person(request))
        else:
            register.found(
                obj, village=form.cleaned_data["village"], since=form.cleaned_data["since"], by=person(request)
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is Placement:
            formset.forms.sort(
                key=lambda row: row.instance._state.adding
            )  # the earlier place ends before the next begins
        super().save_formset(request, form, formset, change)
        if formset.model is Placement:
            register.settle(Unit.objects.get(pk=form.instance.pk))


def day_text(day: Any) -> str:
    """Return a day as 05/12/2024, an open end as an ellipsis."""
    return day.strftime("%d/%m/%Y") if day else "…"


def single_commune(request: HttpRequest) -> Area | None:
    """Return the person's commune, where the person is posted to one commune only."""
    areas = request.user.reach().areas  # type: ignore[union-attr]
    return areas[0] if len(areas) == 1 and areas[0].level == Area.Level.COMMUNE else None


class ClusterMemberInline(ScopedInline):
    """Who belongs to the cluster, and from when to when."""

    model = ClusterMember
    fields = ["area", "body", "communes", "valid_from", "valid_to"]
    autocomplete_fields = ["area", "body"]
    all_choices = ("area",)
    min_num = 1


class ClusterStandingInline(ScopedInline):
    """Which member leads in which year."""

    model = ClusterStanding
    fields = ["year", "member", "handed_over_on"]

    def choices_for(self, db_field: Any, request: HttpRequest) -> Any:
        """Offer the members of this cluster."""
        queryset = super().choices_for(db_field, request)
        if db_field.name == "member":
            match = request.resolver_match
            return queryset.filter(cluster=match.kwargs.get("object_id") if match else None).select_related(
                "area", "body"
            )
        return queryset


@admin.register(Cluster)
class ClusterAdmin(ScopedAdmin):
    """Joint security clusters; every member sees and keeps them."""

    shelf, place_on_shelf = "register", 2
    inlines = [ClusterMemberInline, ClusterStandingInline]
    list_display = ["name", "kind", "code", "term", "established_on", "dissolved_on"]
    list_filter = ["kind"]
    search_help_text = _("Name with or without diacritics, or code.")
    autocomplete_fields = ["kind"]
    fieldsets = [
        (None, {"fields": ["kind", "code", "name", "established_on", "dissolved_on"]}),
        (_("Coordination"), {"fields": ["coordination_rule", "term", "note"]}),
    ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store the members, then ask whether the person's own area is one of them."""
        super().save_related(request, form, formsets, change)
        cluster = Cluster.objects.get(pk=form.instance.pk)
        reach = person(request).reach()
        if not any(reach.covers(area) for area in cluster.lies_in):
            raise PermissionDenied(gettext("A cluster has at least one member in your own area."))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A joint record's members are stored with it; the person is asked about the whole in save_related."""
        for row in formset.save(commit=False):
            row.save()
        formset.save_m2m()


@admin.register(ClusterMember)
class ClusterMemberAdmin(SheetDesk, ScopedAdmin):
    """Members of clusters as one list, for sheets."""

    shelf, place_on_shelf = "register", 3
    sheet_class = ClusterMemberSheet
    list_display = ["cluster", "area", "body", "communes", "valid_from", "valid_to"]
    list_select_related = ["cluster", "area", "body"]
    list_filter = ["cluster__kind"]
    autocomplete_fields = ["cluster", "area", "body"]
    all_choices = ("area",)
    fields = ["cluster", "area", "body", "communes", "valid_from", "valid_to"]
    search_fields = ["cluster__search_key", "area__search_key"]


@admin.register(Body)
class BodyAdmin(SheetDesk, ScopedAdmin):
    """Agencies and organisations."""

    shelf, place_on_shelf = "register", 4
    sheet_class = BodySheet
    choices_class = DatedChoices
    list_display = ["name", "kind", "area_label", "valid_from", "valid_to"]
    list_filter = ["kind", BelowFilter]
    search_help_text = _("Name with or without diacritics.")
    autocomplete_fields = ["area"]
    fields = ["kind", "name", "short_name", "area", "valid_from", "valid_to"]

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, body: Body) -> str:
        """Return the area, with its last day where it has ended."""
        return in_place(body.area)


class PostingInline(ScopedInline):
    """Where the person is posted, as what."""

    model = Posting
    form = PostingForm
    day_fields = ("valid_from",)
    fields = ["area", "role", "prepares_and_signs", "valid_from", "valid_to"]
    autocomplete_fields = ["area"]
    min_num = 1
    formset = AtLeastOneFormSet


@admin.register(User)
class UserAdmin(ScopedAdmin):
    """People: an administrator sets a one-time password; nobody is deleted."""

    shelf, place_on_shelf = "offices", 1
    form: Any = UserForm
    inlines = [PostingInline]
    list_display = ["full_name", "username", "posted_to", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_help_text = _("Name with or without diacritics, or user name.")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, form=UserForm if obj else NewUserForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["full_name", "username", "password"]})]
        return [
            (None, {"fields": ["full_name", "username", "is_active"]}),
            (_("Password"), {"fields": ["new_password"]}),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("postings__area")

    @admin.display(description=_("Postings"))
    def posted_to(self, user: User) -> str:
        """Return the postings in force."""
        now = timezone.localdate()
        return "; ".join(f"{one.get_role_display()}, {one.area}" for one in user.postings.all() if one.is_valid_on(now))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "add")


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, ScopedAdmin):
    """Private files; they are handed in on the page of the record that they belong to."""

    shelf, place_on_shelf = "offices", 3
    form = RefusableForm
    list_display = ["name", "area_label", "content_type", "readable_size", "uploaded_at", "uploaded_by", "download"]
    list_filter = ["content_type", BelowFilter]
    search_help_text = _("Name with or without diacritics.")
    fields = [
        "name", "area_label", "content_type", "readable_size", "uploaded_at", "uploaded_by", "digest", "download",
    ]  # fmt: skip

    @admin.display(description=_("area"), ordering="area__sort_key")
    def area_label(self, attachment: Attachment) -> str:
        """Return the area with what lies above."""
        return attachment.area.label

    @admin.display(description=_("size"), ordering="size")
    def readable_size(self, attachment: Attachment) -> str:
        """Return the size in kB or MB."""
        return filesizeformat(attachment.size)

    @admin.display(description=_("download"))
    def download(self, attachment: Attachment) -> str:
        """Return the link to the file."""
        return download_link(attachment)

    def get_urls(self) -> list[Any]:
        """Add the address of the file itself."""
        # the answer carries its own rule for caches
        view = self.admin_site.admin_view(self.download_view, cacheable=True)
        return [path("<int:pk>/download/", view, name="units_attachment_download"), *super().get_urls()]

    def download_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """Hand the file out to those in whose reach it lies, never to be shown inside a page."""
        attachment: Attachment = self.find_in_reach(request, pk)
        try:
            content = attachment.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
        return FileResponse(content, as_attachment=True, filename=attachment.name, headers=headers)
