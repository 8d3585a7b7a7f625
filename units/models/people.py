"""People, where they are posted and in which role. What a role may do is said in each app's policy.py."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import (  # type: ignore[attr-defined]
    AbstractUser,
    UserManager,
    _user_has_perm,
)
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.dates import Dated, DatedQuerySet, ends_after_it_begins, stands_once
from config.folding import collate, fold
from config.records import Record, history
from units.boundary import refuse_blocked_text
from units.models.areas import Area, anywhere, predecessors_of

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable


class Role(models.TextChoices):
    """What a person is posted as."""

    OFFICER = "officer", _("Officer")
    SIGNER = "signer", _("Releasing leader")
    REVIEWER = "reviewer", _("Reviewer")
    CLERK = "clerk", _("Clerk")
    AWARD_SECRETARY = "award_secretary", _("Award secretary")
    LEADER = "leader", _("Leader")
    ADMINISTRATOR = "administrator", _("Administrator")


class Reach:
    """The areas of some postings, with what lies at or below them; what they were before is in sight, and only read."""

    def __init__(self, areas: Iterable[Area], before: Iterable[Area] = ()) -> None:
        """Keep the areas and those `before` them; whoever is posted to the country reaches everything."""
        self.areas = list(areas)
        self.before = list(before)
        self.everything = any(area.level == Area.Level.COUNTRY for area in self.areas)
        self.keys = frozenset(area.pk for area in self.areas)

    def condition(self, prefix: str = "") -> Q:
        """Return the condition that an area lies in sight: in reach, or before it; `prefix` ends with two underscores."""
        return self._condition([*self.areas, *self.before], prefix)

    def own_condition(self, prefix: str = "") -> Q:
        """Return the condition that an area lies in reach itself."""
        return self._condition(self.areas, prefix)

    def _condition(self, areas: list[Area], prefix: str) -> Q:
        if self.everything:
            return anywhere(prefix)
        return reduce(or_, (area.below_condition(prefix) for area in areas), Q(**{f"{prefix}pk__in": []}))

    def covers(self, area: Area) -> bool:
        """Say whether `area` is one of the areas or lies below one."""
        return self.everything or not self.keys.isdisjoint(area.line)

    def sees(self, area: Area) -> bool:
        """Say whether `area` is in sight: in reach, or before it."""
        return self.covers(area) or not self.keys_in_sight.isdisjoint(area.line)

    @property
    def keys_in_sight(self) -> frozenset[int]:
        """Return the keys of the areas and of those before them."""
        return self.keys | {area.pk for area in self.before}


class UserQuerySet(models.QuerySet["User"]):
    """The vocabulary for reading people."""

    def visible_to(self, user: User) -> Self:
        """Return the people posted in the reach of `user`, and the user."""
        if user.is_superuser:
            return self
        inside = Posting.objects.filter(user.reach().condition("area__")).values("user")
        return self.filter(Q(pk=user.pk) | Q(pk__in=inside, is_superuser=False))


class LedgerUserManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Create people; accounts work without e-mail."""

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        """Create somebody who may do everything, for the first sign-in on a new server."""
        fields.setdefault("must_change_password", False)
        user: User = super().create_superuser(username, email, password, **fields)
        return user


class User(AbstractUser):
    """A person who signs in. People are deactivated, never deleted."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=150, validators=[refuse_blocked_text])
    must_change_password = models.BooleanField(
        _("must change password"),
        default=True,
        help_text=_("The password was set by an administrator and is changed at the next sign-in."),
    )
    is_staff = models.BooleanField(
        _("staff status"), default=True, help_text=_("Whether the person may open the data entry pages.")
    )
    search_key = models.CharField(max_length=320, editable=False, default="")
    sort_key = models.CharField(max_length=700, editable=False, default="")

    objects: ClassVar[LedgerUserManager] = LedgerUserManager()
    history = history(excluded_fields=["password", "last_login"], m2m_fields=[])

    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("People")
        ordering = ["sort_key", "username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the keys to search and sort by."""
        self.search_key = fold(f"{self.full_name} {self.username}")[:320]
        self.sort_key = collate(self.full_name)[:700]
        if (named := kwargs.get("update_fields")) is not None and "full_name" in named:
            kwargs["update_fields"] = {*named, "search_key", "sort_key"}
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """Return the full name."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the full name: a given name alone is no form of address in an office."""
        return self.full_name or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Ask the backends, also for a superuser: what is locked is locked for everybody."""
        answer: bool = _user_has_perm(self, perm, obj)
        return answer

    def current_postings(self) -> list[Posting]:
        """Return the postings in force today, read once for each instance of the person."""
        if not hasattr(self, "_postings"):
            self._postings = list(
                self.postings.valid_on(timezone.localdate()).select_related("area").order_by("pk")
                if self.is_active
                else []
            )
        return self._postings

    def reach(self, *roles: str) -> Reach:
        """Return the areas of the person's postings today, or of those in `roles`, with what they were before."""
        if self.is_superuser:
            return Everywhere()
        areas = [posting.area for posting in self.current_postings() if not roles or posting.role in roles]
        if not settings.HEIRS_SEE_PREDECESSORS:
            return Reach(areas)
        return Reach(areas, (one for area in areas for one in self.predecessors()[area.pk]))

    def predecessors(self) -> dict[int, list[Area]]:
        """Return what the areas of the person's postings were before, by their keys; read once for each instance."""
        if not hasattr(self, "_predecessors"):
            self._predecessors = predecessors_of(posting.area for posting in self.current_postings())
        return self._predecessors

    needs_all_areas = True

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the account: all where the person is posted, or the country."""
        if self.is_superuser:
            return list(Area.objects.filter(level=Area.Level.COUNTRY))
        if not self.pk:
            return []
        postings = list(self.postings.select_related("area"))
        now = timezone.localdate()
        present = [one.area for one in postings if one.valid_to is None or one.valid_to > now]
        return present or [one.area for one in postings] or list(Area.objects.filter(level=Area.Level.COUNTRY))


class Everywhere(Reach):
    """The reach of somebody who may do everything."""

    def __init__(self) -> None:
        """Reach everything."""
        super().__init__([])
        self.everything = True


class PostingQuerySet(DatedQuerySet):
    """The vocabulary for reading postings."""

    def visible_to(self, user: User) -> Self:
        """Return the postings in the reach of `user`, and the user's own."""
        return self.filter(user.reach().condition("area__") | Q(user=user.pk))


class Posting(Dated, Record):
    """A person in a role at an area for a time; several are allowed."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="postings")
    area = models.ForeignKey(Area, verbose_name=_("area"), on_delete=models.PROTECT, related_name="postings")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    prepares_and_signs = models.BooleanField(
        _("may prepare and release alone"), default=False, help_text=_("Only where the office has one person for both.")
    )

    objects = PostingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("Postings")
        ordering = ["user__sort_key", "pk"]
        constraints = [
            ends_after_it_begins("posting_ends_after_it_begins"),
            *stands_once(
                "posting_stands_once", "user", "area", "role", message=_("This posting is already on record.")
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="posting_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.area}"

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the posting."""
        return [self.area]


def today() -> datetime.date:
    """Return today's date in the office's time zone."""
    return timezone.localdate()
