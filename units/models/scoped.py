"""What records of one area share, and what the rows of such a record share: who sees them, who may change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.records import Record
from units.boundary import refuse_blocked_text
from units.models.areas import Area
from units.models.existence import AsOf

if TYPE_CHECKING:
    from units.models.people import User


class AreaRecordQuerySet(models.QuerySet[Any]):
    """The vocabulary for reading records of one area."""

    def visible_to(self, user: User) -> Self:
        """Return the rows in the reach of `user`."""
        return self.filter(user.reach().condition("area__"))

    def of_area(self, area: Area) -> Self:
        """Return the rows of `area` itself, not of those below."""
        return self.filter(area=area)

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related("area__district", "area__province", *self.model.joined)


class AreaRecord(AsOf, Record):
    """A record that one area keeps, which existed on the record's day."""

    area = models.ForeignKey(
        Area,
        verbose_name=_("area"),
        on_delete=models.PROTECT,
        related_name="%(class)s_records",
        help_text=_("The area that did it or keeps it."),
    )

    joined: ClassVar[tuple[str, ...]] = ()  # foreign keys that its list and its name show
    objects: ClassVar[Any] = AreaRecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the record."""
        return [self.area] if self.area_id else []


class VoidableRecordQuerySet(AreaRecordQuerySet):
    """The vocabulary for reading records that may have been entered by mistake."""

    def valid(self) -> Self:
        """Return the rows that count: those entered by mistake stay on record and count nowhere."""
        return self.filter(void_reason="")


class VoidableRecord(AreaRecord):
    """A record that is taken back by saying why it was a mistake: nothing is deleted."""

    void_reason = models.CharField(
        _("entered by mistake: why"),
        max_length=300,
        blank=True,
        validators=[refuse_blocked_text],
        help_text=_("Fill in only to take the record back: it stays here and counts nowhere."),
    )

    objects: ClassVar[Any] = VoidableRecordQuerySet.as_manager()

    class Meta:
        abstract = True


class PartRecordQuerySet(models.QuerySet[Any]):
    """The vocabulary for reading rows of another record."""

    def visible_to(self, user: User) -> Self:
        """Return the rows of the records that `user` may see."""
        whole: Any = self.model._meta.get_field(self.model.whole_name).remote_field
        return self.filter(**{f"{self.model.whole_name}__in": whole.model._default_manager.visible_to(user)})

    def for_list(self) -> Self:
        """Join what a row of the list shows."""
        return self.select_related(self.model.whole_name, *self.model.joined)


class PartRecord(Record):
    """A row of another record, seen and changed with it; `whole_name` names the foreign key to it."""

    whole_name: ClassVar[str]
    joined: ClassVar[tuple[str, ...]] = ()
    objects: ClassVar[Any] = PartRecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def whole(self) -> Any:
        """Return the record that the row belongs to."""
        return getattr(self, self.whole_name)

    @property
    def lies_in(self) -> list[Area]:
        """Return the areas that decide who may change the row: those of the whole record."""
        areas: list[Area] = self.whole.lies_in
        return areas

    @property
    def is_locked(self) -> bool:
        """Say whether the whole record is past the point where its rows may be changed."""
        return bool(getattr(self.whole, "is_locked", False))
