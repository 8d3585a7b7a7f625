"""Verifying editions of format 1: the sealed rows and words against the one text of the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from movement.first_format import award_line, canonical_line, passage_line
from movement.models import EditionAward, EditionFigure, EditionPassage

if TYPE_CHECKING:
    from movement.discrepancies import Findings
    from movement.models import Edition

ROWS_AT_ONCE = 2000
Place = tuple[str, str, int]  # area, kind of paragraph or "award", position


def check_text(edition: Edition, found: Findings, *, name: list[object]) -> None:
    """Compare the sealed rows and words with the text."""
    lines, beside = lines_of(edition, found, name=name)
    check_words(edition, beside, found, name=name)
    rows = EditionFigure.objects.filter(edition=edition).select_related("area", "indicator")
    for row in rows.order_by("area__code", "indicator__code", "item").iterator(ROWS_AT_ONCE):
        subject = [*name, row.area.code, row.indicator.code, row.item]
        sealed, filed = json.loads(canonical_line(row)), lines.pop((row.area.code, row.indicator.code, row.item), {})
        for column in sorted(sealed.keys() | filed.keys()):
            found.expect([*subject, column], sealed.get(column), filed.get(column))
    for (area, indicator, item), filed in lines.items():
        found.expect([*name, area, indicator, item, "total"], None, filed.get("total"))


def check_words(edition: Edition, beside: dict[Place, dict[str, Any]], found: Findings, *, name: list[object]) -> None:
    """Compare the sealed paragraphs and counts of commendations with the file."""
    passages = EditionPassage.objects.filter(edition=edition).select_related("area").order_by("pk")
    awards = EditionAward.objects.filter(edition=edition).select_related("area").order_by("pk")
    sealed = [json.loads(passage_line(row)) for row in passages] + [json.loads(award_line(row)) for row in awards]
    for line in sealed:
        place = place_of(line)
        filed = beside.pop(place, {})
        for column in sorted(line.keys() | filed.keys()):
            found.expect([*name, *place, column], line.get(column), filed.get(column))
    for place in beside:
        found.expect([*name, *place], None, _("a line of the file"))


def place_of(line: dict[str, Any]) -> Place:
    """Return where a sealed paragraph, or count of commendations, stands: area, kind, position."""
    if "passage" in line:
        return line["area"], line["passage"], line["position"]
    return line["area"], "award", line["award"]


def lines_of(
    edition: Edition, found: Findings, *, name: list[object]
) -> tuple[dict[tuple[str, str, str], dict[str, Any]], dict[Place, dict[str, Any]]]:
    """Return the lines of the text: figures by area, indicator and item, and what stands beside them by place.

    A line that is none of these is noted.
    """
    lines: dict[tuple[str, str, str], dict[str, Any]] = {}
    beside: dict[Place, dict[str, Any]] = {}
    for number, line in enumerate(edition.canonical.splitlines(), start=1):
        try:
            filed = json.loads(line)
            if "text" in filed:
                found.expect(
                    [*name, "summary", filed["language"]],
                    getattr(edition, f"summary_{filed['language']}"),
                    filed["text"],
                )
            elif "passage" in filed or "award" in filed:
                beside[place_of(filed)] = filed
            else:
                lines[filed["area"], filed["indicator"], filed["item"]] = filed
        except (ValueError, KeyError, TypeError, AttributeError):
            found.expect([*name, _("line"), number], line, _("a sealed figure"))
    return lines, beside
