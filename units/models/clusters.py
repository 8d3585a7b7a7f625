"""Joint security clusters: a record of their own, with members in several areas, counted once above them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins, in_force
from config.records import NamedRecord, Record, history
from units.boundary import refuse_blocked_text
from units.models.areas import Area
from units.models.bodies import Body
from units.models.existence import AsOf
from units.models.teams import UnitKind, in_capitals

if TYPE_CHECKING:
    import datetime

    from units.models.people import User


class ClusterQuerySet(models.QuerySet["Cluster"]):
    """The vocabulary for reading clusters."""

    def visible_to(self, user: User) -> Self:
        """Return the clusters with a member in the reach of `user`: every member sees the whole cluster."""
        reach = user.reach()
        members = ClusterMember.objects.filter(reach.condition("area__") | reach.condition("body__area__"))
        return (
            self.filter(models.Exists(members.filter(cluster=models.OuterRef("pk")))) if not reach.everything else self
        )

    def standing_on(self, day: datetime.date) -> Self:
        """Return the clusters that exist on `day`."""
        return self.filter(Q(established_on__isnull=True) | Q(established_on__lte=day)).filter(
            Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=day)
        )

    def with_member_in(self, area: Area, day: datetime.date) -> Self:
        """Return the clusters with a member at or below `area` on `day`, each once."""
        members = ClusterMember.objects.filter(in_force(day), cluster=models.OuterRef("pk")).filter(
            area.below_condition("area__") | area.below_condition("body__area__")
        )
        return self.standing_on(day).filter(models.Exists(members))

    def count_in(self, area: Area, day: datetime.date) -> dict[str, int]:
        """Return how many clusters of each kind, by its code, have a member at or below `area` on `day`."""
        rows = self.with_member_in(area, day).order_by().values_list("kind__code")
        return dict(rows.annotate(models.Count("pk")))

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("kind")


class Cluster(NamedRecord):
    """A joint security cluster. Its members are entered, never computed from neighbours."""

    kind = models.ForeignKey(
        UnitKind,
        verbose_name=_("kind"),
        on_delete=models.PROTECT,
        related_name="clusters",
        limit_choices_to={"is_cluster": True},
    )
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[in_capitals, refuse_blocked_text])
    name = models.CharField(_("name"), max_length=250, validators=[refuse_blocked_text])
    established_on = models.DateField(_("Established on"), null=True, blank=True)
    dissolved_on = models.DateField(_("Dissolved on"), null=True, blank=True)
    coordination_rule = models.CharField(
        _("Coordination regulation"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Number and date of the signed regulation."),
    )
    term = models.CharField(
        _("term"), max_length=30, blank=True, validators=[refuse_blocked_text], help_text=_("For example 2020–2025.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[refuse_blocked_text])

    objects = ClusterQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("cluster")
        verbose_name_plural = _("Joint security clusters")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True)
                | Q(established_on__isnull=True)
                | Q(dissolved_on__gt=F("established_on")),
                name="cluster_is_dissolved_after_it_is_established",
                violation_error_message=_("A cluster cannot be dissolved before it was established."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas of the present members: a joint record may be kept by any of them."""
        if not self.pk:
            return []
        members = list(self.members.select_related("area", "body__area"))
        today = timezone.localdate()
        return [member.place for member in members if member.is_valid_on(today)] or [member.place for member in members]


class ClusterMemberQuerySet(DatedQuerySet):
    """The vocabulary for reading members of clusters."""

    def visible_to(self, user: User) -> Self:
        """Return the members of the clusters that `user` may see."""
        return self.filter(cluster__in=Cluster.objects.visible_to(user))


class ClusterMember(AsOf, Dated, Record):
    """An area or a body that belongs to a cluster for a time."""

    cluster = models.ForeignKey(Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="members")
    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cluster_memberships",
    )
    body = models.ForeignKey(
        Body,
        verbose_name=_("body"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cluster_memberships",
    )
    communes = models.PositiveSmallIntegerField(_("communes taking part"), null=True, blank=True)
    synthetic = models.BooleanField(_("illustrative"), default=False, editable=False)

    objects = ClusterMemberQuerySet.as_manager()
    history = history()
    as_of = (("valid_from", "valid_to"), "valid_from", "valid_to")

    class Meta:
        verbose_name = _("member of the cluster")
        verbose_name_plural = _("members of the cluster")
        ordering = ["cluster", "pk"]
        constraints = [
            ends_after_it_begins("cluster_member_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(area__isnull=True, body__isnull=False) | Q(area__isnull=False, body__isnull=True),
                name="cluster_member_is_an_area_or_a_body",
                violation_error_message=_("A member is either an area or a body."),
            ),
            models.UniqueConstraint(
                fields=["cluster", "area", "valid_from"],
                name="cluster_area_joins_once",
                violation_error_message=_("This area is already a member."),
            ),
            models.UniqueConstraint(
                fields=["cluster", "area"],
                condition=Q(valid_to__isnull=True),
                name="cluster_area_is_a_member_once",
                violation_error_message=_("This area is already a member."),
            ),
            models.UniqueConstraint(
                fields=["cluster", "body"],
                condition=Q(valid_to__isnull=True),
                name="cluster_body_is_a_member_once",
                violation_error_message=_("This body is already a member."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.area or self.body)

    @property
    def place(self) -> Area:
        """Return the area of the member."""
        if self.area is not None:
            return self.area
        assert self.body is not None
        return self.body.area

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the membership: those of the whole cluster."""
        return self.cluster.lies_in


class ClusterStandingQuerySet(models.QuerySet["ClusterStanding"]):
    """The vocabulary for reading standing members."""

    def visible_to(self, user: User) -> Self:
        """Return the standing members of the clusters that `user` may see."""
        return self.filter(cluster__in=Cluster.objects.visible_to(user))


class ClusterStanding(Record):
    """The member that leads a cluster in a year."""

    cluster = models.ForeignKey(Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="standings")
    year = models.PositiveSmallIntegerField(_("year"))
    member = models.ForeignKey(
        ClusterMember,
        verbose_name=_("Standing unit of the cluster"),
        on_delete=models.PROTECT,
        related_name="standings",
    )
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)

    objects = ClusterStandingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("standing unit of the cluster")
        verbose_name_plural = _("standing units of the cluster")
        ordering = ["cluster", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "year"],
                name="cluster_has_one_standing_member_a_year",
                violation_error_message=_("The year already has its standing unit."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1945, year__lte=2200), name="cluster_standing_year_is_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.member}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the row: those of the whole cluster."""
        return self.cluster.lies_in
