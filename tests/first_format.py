"""Editions as they were sealed before they had files: one text in the database, a JSON object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.edition_files import LANGUAGES, in_json
from movement.editions import chain
from movement.first_format import award_line, canonical_line, passage_line
from movement.models import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.models import EditionAward, EditionFigure, EditionPassage


def as_before(edition: Edition) -> Edition:
    """Return `edition`, the last one, as it would have been sealed in format 1."""
    edition.errata.all().delete()
    edition.figures.update(explanation="", is_public=False)
    texts = {language: getattr(edition, f"summary_{language}") for language in LANGUAGES}
    rows = edition.figures.select_related("area", "indicator")
    said, commended = (of.select_related("area") for of in (edition.passages, edition.awards))
    edition.format = Edition.Format.ONE_TEXT
    edition.canonical = canonical_text(rows, texts, said, commended)
    edition.digest = chain(edition.previous.digest if edition.previous else "", edition.canonical)
    edition.save()
    return edition


def canonical_text(
    rows: Iterable[EditionFigure],
    texts: Mapping[str, str],
    said: Iterable[EditionPassage] = (),
    commended: Iterable[EditionAward] = (),
) -> str:
    """Return the canonical file: one JSON object a line, keys and lines sorted, figures as numbers.

    Beside the figures stand the summary of each language, the public paragraphs and the counts of commendations.
    """
    lines = [
        *map(canonical_line, rows),
        *(in_json({"language": language, "text": text}) for language, text in texts.items()),
        *map(passage_line, said),
        *map(award_line, commended),
    ]
    return "".join(f"{line}\n" for line in sorted(lines))
