"""Cells of the sheets of the year's work: words before rounded numbers."""

from __future__ import annotations

from config.words import Word
from units.importing.cells import ChoiceCell

WORDS = {Word.NEARLY: "gần", Word.OVER: "hơn", Word.ABOVE: "trên", Word.ABOUT: "khoảng"}


class WordCell(ChoiceCell):
    """The word before a rounded number."""

    def __init__(self) -> None:
        """Take the words as they are printed."""
        super().__init__(Word, WORDS)
