"""Titles and forms of award, the offices that give them, with which power since when, and the grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins
from config.languages import by_language
from units.boundary import refuse_blocked_text

if TYPE_CHECKING:
    from units.models import Area, User


class CatalogueQuerySet(DatedQuerySet):
    """The vocabulary for reading catalogues."""

    def visible_to(self, user: User) -> Self:
        """Return all rows: the catalogue is public."""
        return self


class CatalogueRow(models.Model):
    """A catalogue row with a code, a Vietnamese and an English name."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[refuse_blocked_text])
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=200, validators=[refuse_blocked_text])
    name_en = models.CharField(_("name (English)"), max_length=200, validators=[refuse_blocked_text])
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        abstract = True

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


class AwardForm(Dated, CatalogueRow):
    """A title or a form of award (Luật 06/2022/QH15); one catalogue, told apart by category."""

    class Category(models.TextChoices):
        EMULATION_TITLE = "emulation_title", _("emulation title")
        AWARD = "award", _("award")
        UNSPECIFIED = "unspecified", _("not stated")

    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    to_collectives = models.BooleanField(_("to collectives"), default=True)
    to_individuals = models.BooleanField(_("to individuals"), default=False)
    to_households = models.BooleanField(_("to households"), default=False)
    once_per_person = models.BooleanField(_("once in a life"), default=False)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True, validators=[refuse_blocked_text])
    is_verified = models.BooleanField(_("verified"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    class Meta:
        verbose_name = _("title or form of award")
        verbose_name_plural = _("Titles and forms of award")
        ordering = ["position", "code"]
        constraints = [
            ends_after_it_begins("award_form_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(category__in=["emulation_title", "award", "unspecified"]),
                name="award_form_category_is_known",
            ),
        ]

    def is_given_to(self, recipient: str) -> bool:
        """Say whether the form is given to this kind of recipient; an area as a whole counts as a collective."""
        return {
            "collective": self.to_collectives,
            "area": self.to_collectives,
            "individual": self.to_individuals,
            "household": self.to_households,
        }[recipient]


class AwardingAuthority(Dated, CatalogueRow):
    """An office that decides on awards, such as the chairman of a provincial People's Committee."""

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        MINISTRY = "ministry", _("ministry")
        MINISTRY_UNIT = "ministry_unit", _("unit of a ministry")
        PROVINCE = "province", _("province")
        PROVINCE_POLICE = "province_police", _("provincial police")
        PROVINCE_DEPARTMENT = "province_department", _("provincial department")
        DISTRICT = "district", _("district")
        DISTRICT_POLICE = "district_police", _("district police")
        COMMUNE = "commune", _("commune")
        ENTERPRISE = "enterprise", _("enterprise")
        FRONT = "front", _("Fatherland Front")

    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    printed_vi = models.CharField(
        _("as printed (Vietnamese)"),
        max_length=120,
        validators=[refuse_blocked_text],
        help_text=_("As reports print it: “Bộ Công an” for the Minister."),
    )
    printed_en = models.CharField(_("as printed (English)"), max_length=120, validators=[refuse_blocked_text])

    class Meta:
        verbose_name = _("deciding authority")
        verbose_name_plural = _("Deciding authorities")
        ordering = ["position", "code"]
        constraints = [ends_after_it_begins("authority_ends_after_it_begins")]

    @property
    def printed(self) -> str:
        """Return the name as reports print it, in the language of the page."""
        return by_language(self.printed_vi, self.printed_en)


class AwardingPower(Dated):
    """That an authority may give a form, from a day to a day, by an article. A verified power can refuse."""

    authority = models.ForeignKey(
        AwardingAuthority, verbose_name=_("Deciding authority"), on_delete=models.PROTECT, related_name="powers"
    )
    form = models.ForeignKey(
        AwardForm, verbose_name=_("Title or form of award"), on_delete=models.PROTECT, related_name="powers"
    )
    source = models.CharField(_("source"), max_length=300, validators=[refuse_blocked_text])
    is_verified = models.BooleanField(
        _("verified"),
        default=False,
        help_text=_("The article was read. A verified power refuses what lies outside it; another one warns."),
    )

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("power to award")
        verbose_name_plural = _("Powers to award")
        ordering = ["authority__position", "form__position", "valid_from", "pk"]
        constraints = [
            ends_after_it_begins("awarding_power_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["authority", "form", "valid_from"],
                name="awarding_power_begins_once",
                violation_error_message=_("This power is already on record."),
            ),
            models.UniqueConstraint(
                fields=["authority", "form"],
                condition=Q(valid_from__isnull=True),
                name="awarding_power_begins_once_since_ever",
                violation_error_message=_("This power is already on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.form}"

    @property
    def lies_in(self) -> list[Area]:
        """Return no area: catalogues are kept by administrators."""
        return []


class AwardGround(Dated, CatalogueRow):
    """Why an award is given: for the year's achievement, for a theme, unexpectedly, for long service."""

    counts_in_year = models.BooleanField(
        _("counts in the year"), default=True, help_text=_("Thematic awards stay out of the yearly total.")
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True, validators=[refuse_blocked_text])

    class Meta:
        verbose_name = _("type of commendation")
        verbose_name_plural = _("Types of commendation")
        ordering = ["position", "code"]
        constraints = [ends_after_it_begins("award_ground_ends_after_it_begins")]
