"""Verifying editions: the chain, what each sealed against its text or files, and against the figures of today."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from movement.counting import register_counts_by_area, register_indicators
from movement.edition_files import ROWS_AT_ONCE
from movement.editions import chain
from movement.findings import DIFFERENCE
from movement.models import Edition, EditionFigure, Figure, FindingReason, Period, Report
from movement.models.reports import State
from movement.verify_files import check_files
from movement.verify_first_format import check_text
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable

    from movement.discrepancies import Findings

ENTERED = ("own", "printed_word", "printed_value", "explanation")
AREAS_AT_ONCE = 1000


def check_editions(found: Findings) -> None:
    """Check that each edition continues the chain, is what its sealed text says, and sealed what the figures said."""
    before: tuple[int | None, str, str] = (None, "", "")  # its key, its digest as stored, and as it should be
    newest = dict(Edition.objects.order_by("number").values_list("period", "pk"))
    for edition in Edition.objects.select_related("period__area", "area", "previous").order_by("pk").iterator(1):
        found.counts["editions"] += 1
        name = [edition.period.year, edition.area.code, _("edition"), edition.number]
        found.expect([*name, "previous"], edition.previous_id, before[0])
        digest, otherwise = (chain(one, edition.canonical) for one in before[1:])
        if edition.digest != otherwise:  # a digest that was altered puts only its own edition out
            found.expect([*name, "digest"], edition.digest, digest)
        manifest = manifest_of(edition.canonical)
        found.expect([*name, "format"], edition.format, manifest["format"] if manifest else Edition.Format.ONE_TEXT)
        if manifest:
            check_files(edition, manifest, found, name=name)
        else:
            check_text(edition, found, name=name)
        check_against_figures(edition, found, name=name, is_newest=newest[edition.period_id] == edition.pk)
        before = edition.pk, edition.digest, otherwise if edition.digest == otherwise else digest
    for period in Period.objects.filter(pk__in=list(newest)).select_related("area").order_by("pk"):
        edition = Edition.objects.select_related("area").defer("canonical").get(pk=newest[period.pk])
        check_states(edition, period, found)
        note_register_changes(edition, period, found)


def manifest_of(text: str) -> dict[str, Any] | None:
    """Return the manifest that a sealed text is; None where it is the text of format 1."""
    try:
        told = json.loads(text)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "files" in told and "format" in told else None


def check_against_figures(edition: Edition, found: Findings, *, name: list[object], is_newest: bool) -> None:
    """Compare the sealed rows with the figures that still have the version which was sealed."""
    rows = EditionFigure.objects.filter(edition=edition).select_related("area", "indicator").order_by("pk")
    stream = rows.iterator(ROWS_AT_ONCE)
    columns = ENTERED if edition.has_files else ENTERED[:-1]
    while part := list(islice(stream, ROWS_AT_ONCE)):
        live = live_figures(edition.period_id, {row.area_id for row in part})
        for row in part:
            found.counts["sealed"] += 1
            subject = [*name, row.area.code, row.indicator.code, row.item]
            version, total, *entered = live.get((row.area_id, row.indicator_id, row.item), (None, None))
            if version is None or version < row.figure_version:
                found.expect([*subject, "version"], version, row.figure_version)
            elif version == row.figure_version:
                for column, value in zip(ENTERED, entered, strict=True):
                    if column in columns:
                        found.expect(
                            [*subject, _("%(column)s of the same version") % {"column": column}],
                            value,
                            getattr(row, column),
                        )
            if is_newest:
                found.note_change([*subject, "total"], row.total, total)


def live_figures(period: int, areas: Iterable[int]) -> dict[tuple[int, int, str], tuple[Any, ...]]:
    """Return version, total and what was entered of the figures of `areas` as they stand, by area, indicator and item."""
    figures = Figure.objects.filter(report__period=period, report__area__in=list(areas)).order_by()
    rows = figures.values_list("report__area", "indicator", "item", "version", "total", *ENTERED)
    return {(area, indicator, item): tuple(rest) for area, indicator, item, *rest in rows.iterator(ROWS_AT_ONCE)}


def check_states(edition: Edition, period: Period, found: Findings) -> None:
    """Check that every report that was sealed counts as published."""
    sealed = EditionFigure.objects.filter(edition=edition, area=OuterRef("area"))
    reports = Report.objects.filter(Exists(sealed), period=period).exclude(state=State.PUBLISHED)
    for code, state in reports.order_by("area__code").values_list("area__code", "state"):
        found.expect([period.year, code, "state"], state, State.PUBLISHED.value)


def note_register_changes(edition: Edition, period: Period, found: Findings) -> None:
    """Note where the register, as of the cut-off, now counts otherwise than it was sealed, area by area.

    What differed already when it was sealed has its reason on record, for what the register counts now, and is left out.
    """
    name = [period.year, edition.area.code, _("edition"), edition.number]
    indicators = {one.pk: one for one in register_indicators(period)}
    sealed_areas = EditionFigure.objects.filter(edition=edition).order_by().values("area")
    areas = list(Area.objects.filter(pk__in=sealed_areas).order_by("code"))
    for start in range(0, len(areas), AREAS_AT_ONCE):
        part = areas[start : start + AREAS_AT_ONCE]
        rows = EditionFigure.objects.filter(edition=edition, area__in=part, indicator__in=indicators).order_by()
        sealed = {
            (area, indicator, item): total
            for area, indicator, item, total in rows.values_list("area", "indicator", "item", "total")
        }
        reasons = FindingReason.objects.filter(report__area__in=part, report__period=period, check_code=DIFFERENCE)
        explained = {
            (area, indicator, item): numbers
            for area, indicator, item, numbers in reasons.values_list("report__area", "indicator", "item", "numbers")
        }
        counts = register_counts_by_area(part, period, indicators.values())
        for area in part:
            for (indicator, item), number in counts[area.pk].items():
                key = area.pk, indicator, item
                if key in explained and explained[key].get("register", number) == number:
                    continue
                if number is not None and (number or key in sealed):
                    found.note_change(
                        [*name, area.code, indicators[indicator].code, item, _("register")], sealed.get(key), number
                    )
