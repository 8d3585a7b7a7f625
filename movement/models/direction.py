"""How the work was directed: inspections made and documents issued."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.records import history
from movement.models.events import refuse_days_beyond_reason
from units.boundary import refuse_blocked_text
from units.models import Area, Attachment, Body, VoidableRecord


class Inspection(VoidableRecord):
    """A visit to inspect and guide the work below: how many, where and on what, never findings about persons."""

    inspected = models.ForeignKey(
        Area,
        verbose_name=_("area visited"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inspections_received",
        help_text=_("At or below the area that made the visit. Empty: several."),
    )
    body = models.ForeignKey(
        Body, verbose_name=_("visiting body"), null=True, blank=True, on_delete=models.PROTECT, related_name="inspections"
    )  # fmt: skip
    held_on = models.DateField(_("day"), help_text=_("Day first: 05/12/2024."))
    visits = models.PositiveIntegerField(_("visits"), default=1)
    subject = models.CharField(
        _("topic of the visit"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("What was looked at. No findings about persons."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    history = history()
    as_of = ("held_on",)
    as_of_areas = ("area", "inspected")
    joined = ("inspected", "body")

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("Inspection and guidance")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["area", "held_on"], name="inspection_area_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(visits__gte=1),
                name="inspection_is_at_least_one_visit",
                violation_error_message=_("An inspection is at least one visit."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.inspected or self.area}, {self.held_on:%d/%m/%Y}"

    def clean(self) -> None:
        """Check the day and where the visit went. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("held_on",))
        if self.inspected is None or not self.area_id or self.area.level == Area.Level.COUNTRY:
            return
        if self.area_id not in self.inspected.line:
            raise ValidationError(
                {"inspected": _("%(area)s does not lie in %(above)s.") % {"area": self.inspected, "above": self.area}}
            )


class IssuedDocument(VoidableRecord):
    """A document on the movement that the area issued."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("resolution")
        DIRECTIVE = "directive", _("directive (chỉ thị)")
        PLAN = "plan", _("plan")
        GUIDANCE = "guidance", _("guidance")
        LETTER = "letter", _("official letter")
        DECISION = "decision", _("decision")
        OTHER = "other", _("other document")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    issuer = models.ForeignKey(
        Body, verbose_name=_("issuer"), null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    number = models.CharField(
        _("Number and symbol"),
        max_length=60,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("For example 15/KH-UBND."),
    )
    issued_on = models.DateField(_("issued on"))
    abstract = models.CharField(_("abstract"), max_length=500, validators=[refuse_blocked_text])
    file = models.ForeignKey(
        Attachment, verbose_name=_("file"), null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )

    history = history()
    as_of = ("issued_on",)
    joined = ("issuer",)
    resolutions = (Kind.RESOLUTION, Kind.DIRECTIVE, Kind.PLAN)

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("Issued documents")
        ordering = ["-issued_on", "-pk"]
        indexes = [models.Index(fields=["area", "issued_on"], name="document_area_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["resolution", "directive", "plan", "guidance", "letter", "decision", "other"]),
                name="document_kind_is_known",
            ),
            models.UniqueConstraint(
                fields=["area", "number", "issued_on"],
                condition=~Q(number="") & Q(void_reason=""),
                name="document_stands_once",
                violation_error_message=_("This document of the area is already on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.get_kind_display()}, {self.issued_on:%d/%m/%Y}"

    def clean(self) -> None:
        """Check the day, and that the file lies with the same area. Raises ValidationError by field."""
        refuse_days_beyond_reason(self, ("issued_on",))
        if self.file is not None and self.area_id and self.file.area_id != self.area_id:
            raise ValidationError(
                {
                    "area": _(
                        "The file of the document is kept with %(area)s: enter the document anew for another area."
                    )
                    % {"area": self.file.area}
                }
            )
