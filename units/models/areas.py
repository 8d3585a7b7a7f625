"""Administrative areas over time: one row is one legal existence, and rows are only ever appended."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins
from config.folding import collate, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from units.models.people import User


def anywhere(prefix: str = "") -> Q:
    """Return the condition that an area is any area: an empty one would vanish where it is joined by "or"."""
    return Q(**{f"{prefix}pk__isnull": False})


class AreaQuerySet(DatedQuerySet):
    """The vocabulary for reading areas."""

    def at_or_below(self, area: Area) -> Self:
        """Return `area` and all that lies below it: one equality, because ancestors never change."""
        return self.filter(area.below_condition())

    def below(self, area: Area) -> Self:
        """Return all that lies below `area`, without itself."""
        return self.at_or_below(area).exclude(pk=area.pk)

    def visible_to(self, user: User) -> Self:
        """Return all areas: the catalogue is public."""
        return self

    def postings_of(self, user: User) -> Self:
        """Return the areas where `user` is posted today, and all below them."""
        return self.filter(user.reach().own_condition())

    def in_order(self) -> Self:
        """Sort by name in Vietnamese order, then code."""
        return self.order_by("sort_key", "code")


class Area(Dated):
    """One legal existence of a country, province, district or commune.

    A change of name, kind or parent ends the row and begins another, so that ancestors never change. `code` is ours and
    never reused; the official `gso_code` is reused, so nothing keys on it.
    """

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        DISTRICT = "district", _("district")
        COMMUNE = "commune", _("commune")

    code = models.CharField(_("code"), max_length=20, unique=True)
    gso_code = models.CharField(_("official code"), max_length=10, blank=True, db_index=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    province = models.ForeignKey(
        "self",
        verbose_name=_("province"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    district = models.ForeignKey(
        "self",
        verbose_name=_("district"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    search_key = models.CharField(max_length=300, editable=False)
    sort_key = models.CharField(max_length=300, editable=False)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("Areas")
        ordering = ["sort_key", "code"]
        indexes = [models.Index(fields=["level", "valid_to"], name="area_level_valid_to")]
        constraints = [
            ends_after_it_begins("area_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(level__in=["country", "province", "district", "commune"]), name="area_level_is_known"
            ),
            models.CheckConstraint(
                condition=Q(level="country", parent__isnull=True) | ~Q(level="country") & Q(parent__isnull=False),
                name="only_a_country_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Return the kind and the name: "xã Hà Hiệu"."""
        return self.name if self.level == self.Level.COUNTRY else f"{self.kind} {self.name}"

    @property
    def label(self) -> str:
        """Return the name with what lies above, and its end where it has one: for lists to choose from."""
        parts = [self.full_name]
        parts += [
            above.full_name for above in (self.district, self.province) if above is not None and above.pk != self.pk
        ]
        text = ", ".join(parts)
        if self.last_day is not None:
            text += " " + gettext("(until %(day)s)") % {"day": self.last_day.strftime("%d/%m/%Y")}
        return text

    @property
    def last_day(self) -> datetime.date | None:
        """Return the last day of the area; None while it is in force."""
        return self.valid_to - datetime.timedelta(days=1) if self.valid_to else None

    def get_absolute_url(self) -> str:
        """Return the address of the public page, which stays for ever."""
        return reverse("movement:area", args=[self.code])

    def fill_ancestors(self) -> None:
        """Copy the ancestors from the parent, and the keys from the names; the parent must be saved."""
        parent = self.parent
        self.province = self if self.level == self.Level.PROVINCE else parent.province if parent else None
        self.district = self if self.level == self.Level.DISTRICT else parent.district if parent else None
        above = f"{parent.search_key}" if parent and parent.level != self.Level.COUNTRY else ""
        self.search_key = fold(f"{self.kind} {self.name} {self.code}") + (f" {above}" if above else "")
        self.sort_key = collate(self.name)

    def below_condition(self, prefix: str = "") -> Q:
        """Return the condition that an area is this one or lies below it; `prefix` ends with two underscores."""
        match self.level:
            case self.Level.COUNTRY:
                return anywhere(prefix)
            case self.Level.PROVINCE:
                return Q(**{f"{prefix}province": self.pk})
            case self.Level.DISTRICT:
                return Q(**{f"{prefix}district": self.pk})
            case _:
                return Q(**{f"{prefix}pk" if prefix else "pk": self.pk})

    @property
    def line(self) -> list[int]:
        """Return the keys of this area and of all above it but the country, nearest first."""
        keys = [self.pk, self.district_id, self.province_id]
        return list(dict.fromkeys(key for key in keys if key is not None))

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the row."""
        return [self]


class AreaSuccession(models.Model):
    """What became of an area: one row per successor; an abolished area has a row without one."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("merged")
        SPLIT = "split", _("divided")
        RENAME = "rename", _("renamed")
        REPARENT = "reparent", _("moved to another parent")
        ABOLISH = "abolish", _("abolished")

    predecessor = models.ForeignKey(
        Area, verbose_name=_("predecessor"), on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Area, verbose_name=_("successor"), null=True, blank=True, on_delete=models.PROTECT, related_name="origins"
    )
    effective_on = models.DateField(_("in force from"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    is_main = models.BooleanField(_("main part"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("administrative rearrangement")
        verbose_name_plural = _("Administrative rearrangement")
        ordering = ["effective_on", "predecessor__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor", "effective_on"], name="area_succession_stands_once"
            ),
            models.UniqueConstraint(
                fields=["predecessor", "effective_on"],
                condition=Q(successor__isnull=True),
                name="area_is_abolished_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="abolish", successor__isnull=True) | ~Q(kind="abolish") & Q(successor__isnull=False),
                name="only_an_abolished_area_has_no_successor",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["merge", "split", "rename", "reparent", "abolish"]),
                name="area_succession_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="an_area_does_not_succeed_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or gettext('abolished')} ({self.effective_on:%d/%m/%Y})"


def predecessors_of(areas: Iterable[Area]) -> dict[int, list[Area]]:
    """Return all that each of `areas` came from, however long ago, by the key of the area: whole, or as its main part.

    One query per change in a row, none for areas that are as old as the records.
    """
    asked = list(areas)
    origins: dict[int, list[Area]] = {area.pk: [] for area in asked}
    edge = {area.pk: {area.pk} for area in asked if area.valid_from is not None}  # an area, and for whom it is asked
    while edge:
        rows = (
            AreaSuccession.objects.filter(successor__in=edge, is_main=True).select_related("predecessor").order_by("pk")
        )
        reached: dict[int, set[int]] = {}
        for row in rows:
            for asker in edge[row.successor_id or 0]:
                if all(one.pk != row.predecessor_id for one in origins[asker]):
                    origins[asker].append(row.predecessor)
                    if row.predecessor.valid_from is not None:
                        reached.setdefault(row.predecessor_id, set()).add(asker)
        edge = reached
    return origins


def label_in_database(path: str) -> Any:
    """Return the `label` of the area at `path` as PostgreSQL puts it together; null where there is no area."""

    def joined(*parts: Any) -> Any:
        return Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=models.TextField())

    def named(one: str) -> Any:
        both = joined(F(f"{one}__kind"), Value(" "), F(f"{one}__name"))
        return Case(
            When(**{f"{one}__level": Area.Level.COUNTRY}, then=F(f"{one}__name")),
            default=both,
            output_field=models.TextField(),
        )

    def above(one: str) -> Any:
        beside = ~Q(**{f"{path}__{one}_id": F(f"{path}_id")})
        told = joined(Value(", "), named(f"{path}__{one}"))
        return Case(
            When(beside & Q(**{f"{path}__{one}__isnull": False}), then=told),
            default=Value(""),
            output_field=models.TextField(),
        )

    before, after = gettext("(until %(day)s)").split("%(day)s")
    last = Func(
        F(f"{path}__valid_to"),
        template="to_char(%(expressions)s - 1, 'DD/MM/YYYY')",
        output_field=models.TextField(),
    )
    until = Case(
        When(**{f"{path}__valid_to__isnull": False}, then=joined(Value(f" {before}"), last, Value(after))),
        default=Value(""),
        output_field=models.TextField(),
    )
    label = joined(named(path), above("district"), above("province"), until)
    return Case(When(**{f"{path}__isnull": False}, then=label), output_field=models.TextField())
