"""Cells of a few words that the models themselves list: the word before a rounded number, the state of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.words import Word
from units.importing.cells import ChoiceCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from units.importing.context import Context

WORDS = {Word.NEARLY: "gần", Word.OVER: "hơn", Word.ABOVE: "trên", Word.ABOUT: "khoảng"}


class WordCell(ChoiceCell):
    """The word before a rounded number."""

    def __init__(self) -> None:
        """Take the words as they are printed."""
        super().__init__(Word, WORDS)


class StateCell(ChoiceCell):
    """A state in the language of the page; written out only."""

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        labels = {str(code): str(label) for code, label in self.of.choices}
        return [labels.get(value, "") for value in selected[0]]
