"""What further editions have corrected, as pages and files show it: old, new, why, by which post, when. Never a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from awards.models import AwardForm, AwardingAuthority
from awards.models.decisions import RecipientKind
from config.languages import by_language
from config.words import worded
from movement.models import EditionErratum
from movement.places import area_name
from movement.telling import RECIPIENTS
from units.models import UnitKind
from units.models.people import Role

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from movement.models import Edition
    from units.models import Area

Subject = EditionErratum.Subject
Names = dict[str, str]


@dataclass(frozen=True)
class ErratumRow:
    """One correction in the language in force; a side is empty where nothing was published.

    `…_exact` is the total behind a printed "nearly 9,000".
    """

    edition: int
    label: str
    old: str
    old_exact: str
    new: str
    new_exact: str
    why: str
    who: str
    on: datetime.date


@dataclass(frozen=True)
class DataRow:
    """One correction as the files give it: plain numbers, codes beside names, days written 2024-12-14."""

    area_code: str
    area_name: str
    year: int
    edition: int
    subject: str
    indicator: str
    item: str
    name: str
    old_value: int | None
    old_word: str
    old_printed: int | None
    new_value: int | None
    new_word: str
    new_printed: int | None
    old_text: str
    new_text: str
    why: str
    who: str
    corrected_on: str


def of_area(area: Area, edition: Edition | None) -> tuple[ErratumRow, ...]:
    """Return what `edition`, and those before it, corrected of `area` itself, the latest edition first.

    No query for a first edition; one for others, and one or two for names where items or commendations were corrected.
    """
    if edition is None or edition.number == 1:
        return ()
    found = list(public(edition).filter(area=area))
    names = names_of(found)
    return tuple(erratum_row(one, names) for one in found)


def data_rows(area: Area, edition: Edition) -> list[DataRow]:
    """Return what was corrected of `area` and of the areas one level below it, `area` first."""
    found = list(public(edition).filter(Q(area=area) | Q(area__parent=area)))
    names = names_of(found)
    return [data_row(one, edition.period.year, names) for one in sorted(found, key=lambda one: one.area_id != area.pk)]


def public(edition: Edition) -> QuerySet[EditionErratum]:
    """Return the public errata of the period up to `edition`, the latest edition first."""
    rows = EditionErratum.objects.filter(
        edition__period=edition.period_id, edition__number__lte=edition.number, is_public=True
    )
    return rows.select_related("edition", "area", "indicator", "role_area").order_by("-edition__number", "position")


def names_of(errata: Iterable[EditionErratum]) -> Names:
    """Return the names of the codes that the errata use, by code."""
    names: Names = {}
    if any(one.item for one in errata):
        names |= {one.code: one.name for one in UnitKind.objects.all()}
    if any(one.subject == Subject.AWARD for one in errata):
        names |= {one.code: one.name for one in AwardForm.objects.all()}
        names |= {one.code: one.printed for one in AwardingAuthority.objects.all()}
    return names


def erratum_row(one: EditionErratum, names: Mapping[str, str]) -> ErratumRow:
    """Return `one` as a page shows it."""
    old, old_exact = side(one.old_value, one.old_word, one.old_printed)
    new, new_exact = side(one.new_value, one.new_word, one.new_printed)
    return ErratumRow(
        edition=one.edition.number,
        label=label(one, names),
        old=old or by_language(one.old_text_vi, one.old_text_en or one.old_text_vi),
        old_exact=old_exact,
        new=new or by_language(one.new_text_vi, one.new_text_en or one.new_text_vi),
        new_exact=new_exact,
        why=one.why,
        who=who(one),
        on=timezone.localdate(one.at),
    )


def data_row(one: EditionErratum, year: int, names: Mapping[str, str]) -> DataRow:
    """Return `one` as the files give it."""
    return DataRow(
        area_code=one.area.code,
        area_name=area_name(one.area),
        year=year,
        edition=one.edition.number,
        subject=one.subject,
        indicator=one.indicator.code if one.indicator else "",
        item=one.item,
        name=label(one, names),
        old_value=one.old_value,
        old_word=one.old_word,
        old_printed=one.old_printed,
        new_value=one.new_value,
        new_word=one.new_word,
        new_printed=one.new_printed,
        old_text=by_language(one.old_text_vi, one.old_text_en or one.old_text_vi),
        new_text=by_language(one.new_text_vi, one.new_text_en or one.new_text_vi),
        why=one.why,
        who=who(one),
        corrected_on=timezone.localdate(one.at).isoformat(),
    )


def side(value: int | None, word: str, printed: int | None) -> tuple[str, str]:
    """Return a number as it is printed, and the exact one where the printed is rounded; both empty where there is none."""
    return (worded(printed, word), worded(value)) if word else (worded(value), "")


def label(one: EditionErratum, names: Mapping[str, str]) -> str:
    """Return what was corrected, in words."""
    match one.subject:
        case Subject.FIGURE if one.indicator:
            return f"{one.indicator.name}: {names.get(one.item, one.item)}" if one.item else one.indicator.name
        case Subject.AWARD:
            codes = [*one.forms.split(), *one.authorities.split()]
            kinds = [str(RECIPIENTS[RecipientKind(kind)]) for kind in one.recipients.split()]
            return f"{_('Commendations')}: {', '.join([*(names.get(code, code) for code in codes), *kinds])}"
        case _:
            return one.get_kind_display()


def who(one: EditionErratum) -> str:
    """Return the post of who corrected; without one it was the administration of the ledger, if an account is on record."""
    if one.by_id is None:
        return _("not on record")
    if not one.role or one.role_area is None:
        return _("administration of the ledger")
    return f"{Role(one.role).label}, {area_name(one.role_area)}"
