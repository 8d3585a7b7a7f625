"""Models of the people's movement: their types, the models themselves, their sites, and exemplars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, ends_after_it_begins
from config.records import NamedRecord, history
from movement.models.events import refuse_days_beyond_reason
from units.boundary import refuse_blocked_text
from units.models import Area, AreaRecord, AreaRecordQuerySet, AsOf, Body, PartRecord, PartRecordQuerySet

if TYPE_CHECKING:
    from datetime import date

    from units.models import User


class ModelTypeQuerySet(AreaRecordQuerySet):
    """The vocabulary for reading types of model."""

    def visible_to(self, user: User) -> Self:
        """Return the types kept in the reach of `user`, and those of the areas above it."""
        reach = user.reach()
        above = {key for area in reach.areas for key in area.line}
        return self.filter(reach.condition("area__") | Q(area__in=above))


class ModelType(NamedRecord, AreaRecord):
    """A type of model, such as “Khu dân cư 3 không”; the models of it may stand in many areas."""

    class Sector(models.TextChoices):
        RESIDENTIAL = "residential", _("residential area, commune")
        AGENCY = "agency", _("agency")
        ENTERPRISE = "enterprise", _("enterprise")
        SCHOOL = "school", _("school")
        RELIGIOUS = "religious", _("religious community")
        ASSOCIATION = "association", _("association")

    name = models.CharField(_("name"), max_length=250, validators=[refuse_blocked_text])
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices, default=Sector.RESIDENTIAL)
    is_skilful = models.BooleanField(_("“Skilful mass mobilisation”"), default=False)
    is_sensitive = models.BooleanField(
        _("published by name and count only"),
        default=False,
        help_text=_("For models that stand beside people in need: their sites are never shown."),
    )
    disseminated_on = models.DateField(
        _("disseminated on"), null=True, blank=True, help_text=_("Day on which the Ministry disseminated it.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    objects: ClassVar[Any] = ModelTypeQuerySet.as_manager()
    history = history()
    as_of = ("disseminated_on",)

    class Meta:
        verbose_name = _("type of model")
        verbose_name_plural = _("Types of model")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                name="model_type_stands_once",
                violation_error_message=_("The area already has a type of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PopularModelQuerySet(AreaRecordQuerySet):
    """The vocabulary for reading models."""

    def visible_to(self, user: User) -> Self:
        """Return the models in the reach of `user`, and those with a site there."""
        reach = user.reach()
        sites = ModelSite.objects.filter(reach.condition("area__"), model=models.OuterRef("pk"))
        return self.filter(reach.condition("area__") | Q(models.Exists(sites)))

    def kept_on(self, day: date) -> Self:
        """Return the models in operation on `day`."""
        return self.filter(Q(established_on__isnull=True) | Q(established_on__lte=day)).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=day)
        )


class PopularModel(NamedRecord, AreaRecord):
    """A model that an area keeps, of one type, with its sites."""

    type = models.ForeignKey(
        ModelType, verbose_name=_("type of model"), on_delete=models.PROTECT, related_name="popular_models"
    )
    name = models.CharField(_("name"), max_length=250, validators=[refuse_blocked_text])
    keeper = models.ForeignKey(
        Body,
        verbose_name=_("kept by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="models_kept",
        help_text=_("The body that keeps it: the police, the Fatherland Front, a school …"),
    )
    established_on = models.DateField(_("built on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    is_replicated = models.BooleanField(
        _("replicated from elsewhere"), default=False, help_text=_("Not new: taken over from another place.")
    )
    recognition = models.CharField(
        _("recognition"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Who recognised it and when, or that it has been submitted."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    objects: ClassVar[Any] = PopularModelQuerySet.as_manager()
    history = history()
    as_of = ("established_on",)
    joined = ("type", "keeper")

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("Models and exemplars")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                condition=Q(ended_on__isnull=True),
                name="model_stands_once",
                violation_error_message=_("This model of the area is already on record."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(established_on__isnull=True)
                | Q(ended_on__gte=F("established_on")),
                name="model_ends_after_it_begins",
                violation_error_message=_("The end must come after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Check the days. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("established_on", "ended_on"))


class ModelSiteQuerySet(PartRecordQuerySet):
    """The vocabulary for reading sites."""

    def visible_to(self, user: User) -> Self:
        """Return the sites in the reach of `user`, and those of the models there."""
        reach = user.reach()
        return self.filter(reach.condition("area__") | reach.condition("model__area__"))

    def in_use_on(self, day: date) -> Self:
        """Return the sites in use on `day`, of models in operation then."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day),
            Q(model__established_on__isnull=True) | Q(model__established_on__lte=day),
            Q(model__ended_on__isnull=True) | Q(model__ended_on__gt=day),
        )  # fmt: skip


class ModelSite(AsOf, Dated, PartRecord):
    """Where a model is at work; several alike may stand in one row."""

    model = models.ForeignKey(PopularModel, verbose_name=_("model"), on_delete=models.PROTECT, related_name="sites")
    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="model_sites")
    village = models.CharField(
        _("Village, street residential group"), max_length=100, blank=True, validators=[refuse_blocked_text]
    )
    sites = models.PositiveIntegerField(_("sites"), default=1)
    equipment = models.PositiveIntegerField(_("equipment"), null=True, blank=True)
    equipment_unit = models.CharField(
        _("unit of the equipment"),
        max_length=40,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For example mắt camera."),
    )

    objects: ClassVar[Any] = ModelSiteQuerySet.as_manager()
    history = history()
    as_of = ("valid_from",)
    whole_name = "model"
    joined = ("model__area", "area__district")

    class Meta:
        verbose_name = _("model site")
        verbose_name_plural = _("Model sites")
        ordering = ["model", "area__sort_key", "pk"]
        indexes = [models.Index(fields=["area", "valid_from", "valid_to"], name="model_site_area_span")]
        constraints = [
            ends_after_it_begins("model_site_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(sites__gte=1),
                name="model_site_is_at_least_one",
                violation_error_message=_("A row of sites stands for at least one."),
            ),
            models.CheckConstraint(
                condition=Q(equipment__isnull=True) | ~Q(equipment_unit=""),
                name="equipment_has_its_unit",
                violation_error_message=_("Give the unit of the equipment, for example mắt camera."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village}, {self.area}" if self.village else str(self.area)

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the site: that of the whole model."""
        return [self.model.area]

    def clean(self) -> None:
        """Check that the site lies in the area of its model. Raises ValidationError by field."""
        if not self.area_id or not self.model_id:
            return
        home = self.model.area
        if home.level != Area.Level.COUNTRY and home.pk not in self.area.line:
            raise ValidationError(
                {"area": _("%(area)s does not lie in %(above)s.") % {"area": self.area, "above": home}}
            )


class Exemplar(AreaRecord):
    """Advanced exemplars. Collectives are named; individuals and households are counted, never named here."""

    class Kind(models.TextChoices):
        COLLECTIVE = "collective", _("collective")
        INDIVIDUAL = "individual", _("individual")
        HOUSEHOLD = "household", _("household")
        AREA = "area", _("area as a whole")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(
        _("name"),
        max_length=250,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Only of a collective or an area. Individuals and households are counted, not named."),
    )
    number = models.PositiveIntegerField(_("number"), default=1)
    model = models.ForeignKey(
        PopularModel, verbose_name=_("model"), null=True, blank=True, on_delete=models.PROTECT, related_name="exemplars"
    )  # fmt: skip
    recognised_on = models.DateField(_("recognised on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    recognised_by = models.ForeignKey(
        Body,
        verbose_name=_("recognised by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exemplars_recognised",
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    history = history()
    as_of = ("recognised_on",)
    joined = ("model", "recognised_by")

    class Meta:
        verbose_name = _("Advanced exemplar")
        verbose_name_plural = _("Advanced exemplars")
        ordering = ["-recognised_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["collective", "individual", "household", "area"]), name="exemplar_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["individual", "household"]) | Q(name=""),
                name="exemplary_people_are_counted_not_named",
                violation_error_message=_("Individuals and households are counted, not named: leave the name empty."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="exemplar_is_at_least_one",
                violation_error_message=_("A row of exemplars stands for at least one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.number} {self.get_kind_display()}"

    def clean(self) -> None:
        """Check the days. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("recognised_on", "ended_on"))
