"""Editions of format 1: one text in the database, a JSON object a line. None is sealed any more; they are still verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.edition_files import in_json

if TYPE_CHECKING:
    from movement.models import EditionAward, EditionFigure, EditionPassage


def canonical_line(row: EditionFigure) -> str:
    """Return the line of one sealed figure."""
    return in_json(
        {
            "area": row.area.code,
            "indicator": row.indicator.code,
            "item": row.item,
            "own": row.own,
            "below": row.below,
            "total": row.total,
            "printed": [row.printed_word, row.printed_value] if row.printed_word else None,
            "communes": [row.areas_counted, row.areas_expected],
            "synthetic": row.synthetic,
            "version": row.figure_version,
        }
    )


def passage_line(row: EditionPassage) -> str:
    """Return the line of one sealed paragraph."""
    return in_json(
        {
            "area": row.area.code,
            "passage": row.kind,
            "position": row.position,
            "vi": row.text_vi,
            "en": row.text_en,
            "detail_vi": row.detail_vi,
            "detail_en": row.detail_en,
        }
    )


def award_line(row: EditionAward) -> str:
    """Return the line of one sealed count of commendations."""
    return in_json(
        {
            "area": row.area.code,
            "award": row.position,
            "forms": row.forms,
            "authorities": row.authorities,
            "recipients": row.recipients,
            "count": row.count,
            "word": row.word,
            "in_year": row.in_year,
            "source": row.source,
        }
    )
