"""Local units: their kinds, the units themselves, and where each stood when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins, in_force, stands_once
from config.days import Days
from config.languages import by_language
from config.records import NamedRecord, Record, history
from units.boundary import refuse_blocked_text
from units.models.areas import Area
from units.models.existence import not_any_more, not_yet

if TYPE_CHECKING:
    from units.models.people import User

in_capitals = RegexValidator(r"^[A-Z0-9][A-Z0-9._/-]*$", _("Use capital letters, digits and . _ / - only."))


class UnitKindQuerySet(DatedQuerySet):
    """The vocabulary for reading kinds."""

    def visible_to(self, user: User) -> Self:
        """Return all kinds: the catalogue is public."""
        return self

    def of_units(self) -> Self:
        """Return the kinds of units."""
        return self.filter(is_cluster=False)

    def of_clusters(self) -> Self:
        """Return the kinds of clusters."""
        return self.filter(is_cluster=True)


class UnitKind(Dated):
    """A kind of unit or cluster, in force for a time; data, not code."""

    class Category(models.TextChoices):
        MASS = "mass", _("people's team")
        JUSTICE = "justice", _("justice")
        STATUTORY = "statutory", _("statutory force")
        ASSOCIATION = "association", _("association")
        CLUSTER = "cluster", _("cluster")

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[refuse_blocked_text])
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=150, validators=[refuse_blocked_text])
    name_en = models.CharField(_("name (English)"), max_length=150, validators=[refuse_blocked_text])
    category = models.CharField(_("category"), max_length=30, choices=Category.choices)
    is_cluster = models.BooleanField(_("is a cluster"), default=False)
    accepts_older = models.BooleanField(
        _("accepts older units"),
        default=False,
        help_text=_("Units founded before the kind's first day are entered with their own founding date."),
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = UnitKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of unit")
        verbose_name_plural = _("Kinds of unit")
        ordering = ["position", "code"]
        constraints = [ends_after_it_begins("unit_kind_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name in the language of the page."""
        return by_language(self.name_vi, self.name_en)

    @property
    def lies_in(self) -> list[Area]:
        """Return no area: catalogues are kept by administrators."""
        return []


class UnitQuerySet(models.QuerySet["Unit"]):
    """The vocabulary for reading units."""

    def visible_to(self, user: User) -> Self:
        """Return the units that stand, or last stood, in the reach of `user`."""
        return self.filter(user.reach().condition("area__"))

    def standing_on(self, day: date) -> Self:
        """Return the units with a placement in force on `day`."""
        return self.filter(models.Exists(Placement.objects.filter(unit=models.OuterRef("pk")).filter(in_force(day))))

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("kind", "area__district", "area__province")


class Unit(NamedRecord):
    """One local unit, of one kind for life. Where it stands and stood is in its placements."""

    kind = models.ForeignKey(
        UnitKind,
        verbose_name=_("Kind of unit"),
        on_delete=models.PROTECT,
        related_name="units",
        limit_choices_to={"is_cluster": False},
    )
    code = models.CharField(
        _("code"),
        max_length=40,
        unique=True,
        blank=True,
        validators=[in_capitals, refuse_blocked_text],
        help_text=_("Leave empty: the ledger gives the next code of the commune."),
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        validators=[refuse_blocked_text],
        help_text=_("As in the decision, for example “Tổ an ninh nhân dân thôn Bản Mới”."),
    )
    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        on_delete=models.PROTECT,
        related_name="units",
        help_text=_("The commune where the unit stands, or last stood."),
    )
    decision_number = models.CharField(
        _("Decision number and symbol"),
        max_length=60,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For example 15/QĐ-UBND."),
    )
    decision_date = models.DateField(_("decision date"), null=True, blank=True)
    established_on = models.DateField(
        _("Established on"),
        null=True,
        blank=True,
        help_text=_("Day first: 05/12/2024. Empty only if nobody knows it any more."),
    )
    consolidated_on = models.DateField(
        _("Strengthened on"),
        null=True,
        blank=True,
        help_text=_("The last time the unit was reorganised or strengthened."),
    )
    dissolved_on = models.DateField(
        _("Dissolved on"), null=True, blank=True, help_text=_("The first day on which the unit no longer exists.")
    )
    dissolution_reason = models.CharField(
        _("reason for dissolution"), max_length=300, blank=True, validators=[refuse_blocked_text]
    )
    members = models.PositiveIntegerField(
        _("members"),
        null=True,
        blank=True,
        help_text=_("A number only; the ledger holds no members' names. Empty means not known, 0 means none."),
    )
    women = models.PositiveIntegerField(_("of them women"), null=True, blank=True)
    minorities = models.PositiveIntegerField(_("of them ethnic minorities"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("Grassroots units")
        ordering = ["sort_key", "code"]
        indexes = [models.Index(fields=["area", "kind"], name="unit_area_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True)
                | Q(established_on__isnull=True)
                | Q(dissolved_on__gte=F("established_on")),
                name="unit_is_dissolved_after_it_is_established",
                violation_error_message=_("A unit cannot be dissolved before it was established."),
            ),
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True, dissolution_reason="")
                | Q(dissolved_on__isnull=False) & ~Q(dissolution_reason=""),
                name="unit_dissolution_has_day_and_reason",
                violation_error_message=_("A dissolved unit has both the day and the reason."),
            ),
            models.CheckConstraint(
                condition=Q(women__isnull=True) | Q(members__isnull=True) | Q(women__lte=F("members")),
                name="unit_has_no_more_women_than_members",
                violation_error_message=_("There cannot be more women than members."),
            ),
            models.CheckConstraint(
                condition=Q(minorities__isnull=True) | Q(members__isnull=True) | Q(minorities__lte=F("members")),
                name="unit_has_no_more_minorities_than_members",
                violation_error_message=_("There cannot be more members of ethnic minorities than members."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Check days and kind against each other. Raises ValidationError by field."""
        errors: dict[str, ValidationError] = {}
        for name in ("established_on", "consolidated_on", "decision_date"):
            if (day := getattr(self, name)) and not date(1945, 1, 1) <= day <= timezone.localdate():
                errors[name] = ValidationError(_("The day must lie between 1945 and today."))
        kind = self.kind if self.kind_id else None
        if kind and self.established_on:
            if kind.valid_to and self.established_on >= kind.valid_to:
                errors["kind"] = ValidationError(
                    _("“%(kind)s” ended on %(day)s: a unit established later is of another kind."),
                    params={"kind": kind, "day": kind.valid_to.strftime("%d/%m/%Y")},
                )
            elif kind.valid_from and self.established_on < kind.valid_from and not kind.accepts_older:
                errors["kind"] = ValidationError(
                    _("“%(kind)s” exists only from %(day)s."),
                    params={"kind": kind, "day": kind.valid_from.strftime("%d/%m/%Y")},
                )
        if self.area_id and self.area.level != Area.Level.COMMUNE:
            errors["area"] = ValidationError(_("A unit stands in a commune, ward or township: choose one of these."))
        prefix = self.code.partition(".")[0] if "." in self.code else ""
        if (
            self._state.adding
            and self.area_id
            and prefix not in {"", self.area.code}
            and Area.objects.filter(code=prefix).exists()
        ):
            errors["code"] = ValidationError(
                _("Codes that begin with %(prefix)s belong to another area. Leave the code empty."),
                params={"prefix": prefix},
            )
        if errors:
            raise ValidationError(errors)

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the unit."""
        return [self.area]


class PlacementQuerySet(DatedQuerySet):
    """The vocabulary for reading placements."""

    def visible_to(self, user: User) -> Self:
        """Return the placements of the units that `user` may see."""
        return self.filter(user.reach().condition("unit__area__"))

    def count_in(self, area: Area, day: date) -> dict[str, int]:
        """Return how many units of each kind, by its code, stood at or below `area` on `day`."""
        rows = self.valid_on(day).filter(area.below_condition("area__")).order_by().values_list("unit__kind__code")
        return dict(rows.annotate(models.Count("pk")))


class Placement(Dated, Record):
    """Where a unit stood from a day until the day before another. One unit's placements never overlap.

    The database keeps that rule by a trigger (migration 0002), because one unit may be written from two doors at once.
    """

    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="placements")
    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="placements")
    village = models.CharField(
        _("Village, street residential group"), max_length=100, blank=True, validators=[refuse_blocked_text]
    )

    objects = PlacementQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["unit", F("valid_from").asc(nulls_first=True)]
        indexes = [models.Index(fields=["area", "valid_from", "valid_to"], name="placement_area_span")]
        constraints = [
            ends_after_it_begins("placement_does_not_end_before_it_begins", may_be_empty=True),
            *stands_once(
                "placement_begins_once", "unit", message=_("Two placements of one unit begin on the same day.")
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(valid_to__isnull=True),
                name="unit_has_one_open_placement",
                violation_error_message=_("A unit stands in one place only: end the earlier placement first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village}, {self.area}" if self.village else str(self.area)

    needs_all_areas = True
    checked_together = False  # by a form that holds all placements of the unit

    def clean(self) -> None:
        """Check that the area existed then and that the unit stood nowhere else. Raises ValidationError by field."""
        if not self.area_id:
            return
        area = self.area
        if area.level != Area.Level.COMMUNE:
            raise ValidationError({"area": _("A unit stands in a commune, ward or township: choose one of these.")})
        begin = self.valid_from
        if area.valid_to and begin and begin >= area.valid_to:
            raise ValidationError({"area": not_any_more(area, Days.on(begin))})
        if area.valid_from and (begin is None or begin < area.valid_from):
            asked = begin or area.valid_from - timedelta(days=1)
            raise ValidationError({"area": not_yet(area, Days.on(asked), of_a_unit=True)})
        if area.valid_to and self.valid_to and self.valid_to > area.valid_to:
            raise ValidationError({"area": not_any_more(area, Days.on(self.valid_to))})
        self._clean_within_the_units_life()
        if self.unit_id and not self.checked_together and self._overlapping().exists():
            raise ValidationError(
                {"valid_from": _("In this time the unit stands somewhere else: end the earlier placement first.")}
            )

    def _clean_within_the_units_life(self) -> None:
        unit = self._state.fields_cache.get("unit") or (self.unit if self.unit_id else None)
        early = date(1945, 1, 1)
        if any(
            day is not None and not early <= day <= timezone.localdate() + timedelta(days=366)
            for day in (self.valid_from, self.valid_to)
        ):
            raise ValidationError({"valid_from": _("The days must lie between 1945 and a year from today.")})
        if unit is None:
            return
        if unit.established_on and (self.valid_from is None or self.valid_from < unit.established_on):
            raise ValidationError({"valid_from": _("The unit stood nowhere before it was established.")})
        ended = unit.dissolved_on
        if ended and not self.checked_together and (self.valid_to is None or self.valid_to > ended):
            raise ValidationError({"valid_to": _("The unit stands nowhere after it was dissolved.")})

    def overlaps(self, other: Placement) -> bool:
        """Say whether the two spans share a day; an empty span shares none."""
        if any(one.valid_from is not None and one.valid_from == one.valid_to for one in (self, other)):
            return False
        begins_in_time = self.valid_from is None or other.valid_to is None or self.valid_from < other.valid_to
        ends_late_enough = self.valid_to is None or other.valid_from is None or self.valid_to > other.valid_from
        return begins_in_time and ends_late_enough

    def _overlapping(self) -> models.QuerySet[Placement]:
        others = Placement.objects.filter(unit=self.unit_id).exclude(pk=self.pk)
        if self.valid_to is not None:
            others = others.filter(Q(valid_from__isnull=True) | Q(valid_from__lt=self.valid_to))
        if self.valid_from is not None:
            others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=self.valid_from))
        return others.exclude(valid_from=F("valid_to"))

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the placement: where the unit was and where it goes."""
        return [self.area, self.unit.area]
