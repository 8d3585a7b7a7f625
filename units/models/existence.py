"""A record of an area names an area that existed on the record's day: the one rule for forms, imports and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.days import Days, days_of, field_names
from units.models.succession import began_later, counterparts, had_ended

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from config.days import Times
    from units.models.areas import Area


class AsOf(models.Model):
    """A record of one area or several, which must have existed on the record's day.

    `as_of` names the fields that tell the day (config.days.Times). A model that has none says in `undated` why.
    """

    as_of: ClassVar[Times] = ()
    undated: ClassVar[str] = ""
    as_of_areas: ClassVar[tuple[str, ...]] = ("area",)

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check each field, and the areas against the day. Raises ValidationError by field.

        It is done here because a model's own `clean` need not call that of its bases.
        """
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        names = [name for name in self.as_of_areas if name not in errors]
        errors |= areas_of_other_days(self, self.as_of, names)
        if errors:
            raise ValidationError(errors)


def areas_of_other_days(record: Any, times: Times, names: Iterable[str]) -> dict[str, ValidationError]:
    """Return, by field, why an area that `record` names did not exist on its day; nothing where the day is not known.

    What was on record before stays: only an area or a day that is new is asked.
    """
    days = days_of(record, times)
    if days is None:
        return {}
    errors = {}
    for name in names:
        area = getattr(record, name) if getattr(record, f"{name}_id") else None
        if area is not None and (error := refusal(area, days)) and _is_new(record, f"{name}_id", times):
            errors[name] = error
    return errors


def refusal(area: Area, days: Days) -> ValidationError | None:
    """Return why a record of `days` cannot name `area`: it had ended, or began later; None where it may."""
    if had_ended(area, days):
        return not_any_more(area, days)
    if began_later(area, days) and area.origins.exists():
        return not_yet(area, days)
    return None


def not_any_more(area: Area, days: Days) -> ValidationError:
    """Return that `area` had ended before `days`, and what stood in its place then, with the codes."""
    heirs = counterparts([area], days)[area.pk]
    told = {"area": area, "day": days, "end": _day(area.valid_to), "heirs": with_codes(heirs)}
    if heirs:
        text = (
            _("%(area)s no longer existed in the time %(day)s: it ended on %(end)s. It became: %(heirs)s.")
            if days.is_span
            else _("%(area)s no longer existed on %(day)s: it ended on %(end)s. It became: %(heirs)s.")
        )
    else:
        text = (
            _("%(area)s no longer existed in the time %(day)s: it was abolished on %(end)s.")
            if days.is_span
            else _("%(area)s no longer existed on %(day)s: it was abolished on %(end)s.")
        )
    return ValidationError(text, params=told)


def not_yet(area: Area, days: Days, *, of_a_unit: bool = False) -> ValidationError:
    """Return from when `area` exists, and what stood in its place on `days`, with the codes."""
    text = (
        _(
            "%(area)s exists only from %(begin)s. Before that it was: %(origins)s. Enter the day from which the unit stands there."
        )
        if of_a_unit
        else _("%(area)s exists only from %(begin)s. Before that it was: %(origins)s.")
    )
    origins = counterparts([area], days)[area.pk]
    return ValidationError(
        text, params={"area": area, "begin": _day(area.valid_from), "origins": with_codes(origins) or "—"}
    )


def with_codes(areas: Iterable[Area]) -> str:
    """Return the names of `areas`, each with the code by which sheets name it."""
    return ", ".join(f"{area} ({area.code})" for area in areas)


def _is_new(record: Any, attname: str, times: Times) -> bool:
    if record._state.adding:
        return True
    names = [attname, *field_names(times)]
    stored = type(record)._base_manager.filter(pk=record.pk).values(*names).first()
    return stored is None or any(getattr(record, name) != stored[name] for name in names)


def _day(day: Any) -> str:
    return day.strftime("%d/%m/%Y") if day else ""
