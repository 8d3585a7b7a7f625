"""Sealed editions: what was published, row by row, with a chained digest; what they correct; the charts drawn of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from config.words import Word, worded
from movement.models.catalogue import Indicator
from movement.models.periods import Period
from units.models import Area
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import User


class EditionQuerySet(models.QuerySet["Edition"]):
    """The vocabulary for reading editions."""

    def visible_to(self, user: User) -> Self:
        """Return all editions: they are public."""
        return self

    def covering(self, area: Area) -> Self:
        """Return the editions of yearly periods that may hold figures of `area`: those of its line, and of the country.

        The latest year comes first; of a year, what the area nearest to it published, the latest number first.
        """
        at_or_above = Q(area__in=area.line) | Q(area__level=Area.Level.COUNTRY)
        nearest = Case(*(When(area=key, then=place) for place, key in enumerate(area.line)), default=len(area.line))
        found = self.filter(at_or_above, period__kind=Period.Kind.YEAR)
        return found.order_by("-period__year", nearest, "-number")


class Edition(models.Model):
    """One publication of a year: sealed, numbered, chained to the one before it.

    `digest` is taken of the digest before it and of `canonical`. In format 1 that is the file itself; since format 2 it
    is the manifest: what the edition is, with the SHA-256 of each of its files (movement/edition_files.py).
    """

    class Format(models.IntegerChoices):
        ONE_TEXT = 1, _("one text in the database")
        FILES = 2, _("manifest and files")

    format = models.PositiveSmallIntegerField(_("format"), choices=Format.choices, default=Format.FILES, editable=False)
    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="editions")
    period = models.ForeignKey(Period, verbose_name=_("period"), on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("number"))
    sealed_at = models.DateTimeField(_("sealed at"))
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sealed by"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)
    summary_vi = models.TextField(_("summary (Vietnamese)"))
    summary_en = models.TextField(_("summary (English)"))
    canonical = models.TextField(_("sealed text"))
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    previous = models.OneToOneField(
        "self",
        verbose_name=_("previous edition"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="following",
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("Editions")
        ordering = ["-sealed_at", "-pk"]
        permissions = [("view_internal_edition", "Can read the internal files of an edition")]
        constraints = [models.UniqueConstraint(fields=["period", "number"], name="edition_number_stands_once")]

    def __str__(self) -> str:
        return f"{self.area} – {self.period}, {self._meta.verbose_name} {self.number}"

    @property
    def has_files(self) -> bool:
        """Say whether the edition was sealed with files of its own."""
        return self.format != self.Format.ONE_TEXT

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may act on the edition."""
        return [self.area]


class EditionFigure(models.Model):
    """One sealed figure: what public pages read. Its line also stands in the edition's canonical file."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="figures")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60, blank=True)
    own = models.BigIntegerField(null=True)
    below = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)
    printed_word = models.CharField(max_length=10, choices=Word.choices, blank=True)
    printed_value = models.BigIntegerField(null=True)
    areas_counted = models.PositiveIntegerField(default=0)
    areas_expected = models.PositiveIntegerField(default=0)
    synthetic = models.BooleanField(default=False)
    figure_version = models.PositiveIntegerField()
    explanation = models.CharField(max_length=500, blank=True)  # of a difference; internal
    is_public = models.BooleanField(default=False)  # stands in the public file; format 1 had none

    class Meta:
        verbose_name = _("sealed figure")
        verbose_name_plural = _("sealed figures")
        ordering = ["edition", "area", "indicator", "item"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "area", "indicator", "item"], name="edition_holds_a_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.area_id}/{self.indicator_id}/{self.item}: {self.total}"

    @property
    def printed(self) -> str:
        """Return the total as it is printed: with its word where it has one."""
        return worded(self.printed_value, self.printed_word) if self.printed_word else worded(self.total)


class EditionPassage(models.Model):
    """One sealed paragraph of what an area published in words, in the order of the page."""

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("General assessment")
        RESULTS = "results", _("Results")
        BRIGHT_SPOT = "bright_spot", _("Bright spots")
        SHORTCOMING = "shortcoming", _("Shortcomings and limitations")
        CAUSES = "causes", _("Causes")
        TASK = "task", _("Tasks for next year")
        PROPOSALS = "proposals", _("Proposals")
        PROGRAMME = "programme", _("Programmes")
        CONFERENCE = "conference", _("Year-end conference")
        AGENDA = "agenda", _("Agenda")
        PAPER = "paper", _("Papers")
        DIRECTIVE = "directive", _("Directives")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="passages")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    text_vi = models.TextField()
    text_en = models.TextField(blank=True)
    detail_vi = models.TextField(blank=True)  # beside it: how far, who leads, to whom, by when
    detail_en = models.TextField(blank=True)

    class Meta:
        verbose_name = _("sealed paragraph")
        verbose_name_plural = _("sealed paragraphs")
        ordering = ["edition", "area", "kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "area", "kind", "position"], name="edition_holds_a_passage_once")
        ]

    def __str__(self) -> str:
        return f"{self.area_id}/{self.kind}/{self.position}"


class EditionAward(models.Model):
    """How often one form, or a set of forms that nobody has split, was given: a count, never a name.

    `forms` and `authorities` hold codes of the catalogues, sorted, with a space between them; no count means that none
    was published.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="awards")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    forms = models.CharField(max_length=500)
    authorities = models.CharField(max_length=500, blank=True)
    recipients = models.CharField(max_length=60)  # collective, individual, household, area; several where not split
    count = models.PositiveIntegerField(null=True)
    word = models.CharField(max_length=10, choices=Word.choices, blank=True)
    in_year = models.BooleanField(default=True)  # thematic ones stay out of the yearly total
    source = models.CharField(max_length=300, blank=True)  # of a total that others have published

    class Meta:
        verbose_name = _("sealed award count")
        verbose_name_plural = _("sealed award counts")
        ordering = ["edition", "area", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "area", "position"], name="edition_holds_an_award_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.area_id}/{self.forms}/{self.authorities}/{self.recipients}: {self.count}"


class EditionErratum(models.Model):
    """One thing that a further edition tells otherwise than the one before it: old, new, why, who and when.

    Of a figure the values are its totals, with their printed form where it has one; of commendations their count; of a
    paragraph its text. What is empty was not published before, or is no longer. Who corrected it is told to the public
    by the post alone.
    """

    class Subject(models.TextChoices):
        FIGURE = "figure", _("figure")
        PASSAGE = "passage", _("paragraph")
        AWARD = "award", _("commendations")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="errata")
    position = models.PositiveIntegerField()
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    indicator = models.ForeignKey(Indicator, null=True, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=EditionPassage.Kind.choices, blank=True)
    forms = models.CharField(max_length=500, blank=True)
    authorities = models.CharField(max_length=500, blank=True)
    recipients = models.CharField(max_length=60, blank=True)
    old_value = models.BigIntegerField(null=True)
    old_word = models.CharField(max_length=10, choices=Word.choices, blank=True)
    old_printed = models.BigIntegerField(null=True)
    new_value = models.BigIntegerField(null=True)
    new_word = models.CharField(max_length=10, choices=Word.choices, blank=True)
    new_printed = models.BigIntegerField(null=True)
    old_text_vi = models.TextField(blank=True)
    old_text_en = models.TextField(blank=True)
    new_text_vi = models.TextField(blank=True)
    new_text_en = models.TextField(blank=True)
    is_public = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    role_area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["edition", "position"]
        indexes = [models.Index(fields=["area", "edition"], name="erratum_area_edition")]
        constraints = [models.UniqueConstraint(fields=["edition", "position"], name="edition_holds_an_erratum_once")]

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.position}"


class Chart(models.Model):
    """A drawing prepared by the worker for one page of one edition in one language."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="charts")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    svg = models.TextField()

    class Meta:
        verbose_name = _("chart")
        verbose_name_plural = _("charts")
        ordering = ["edition", "area", "name"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "area", "name", "language"], name="chart_is_drawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
