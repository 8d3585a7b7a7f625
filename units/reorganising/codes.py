"""Codes of areas as people write them: ours, or the official ones, which say their level by their length."""

import re

from units.models import Area

LETTERS = {Area.Level.PROVINCE: "P", Area.Level.DISTRICT: "D", Area.Level.COMMUNE: "C"}
DIGITS = {2: Area.Level.PROVINCE, 3: Area.Level.DISTRICT, 5: Area.Level.COMMUNE}
OUR_CODE = re.compile(r"[PDC]\d{2,5}(-\d{8})?")


def level_of(text: str) -> str:
    """Return the level of an area that is called `text`; empty where it is no code."""
    if OUR_CODE.fullmatch(text):
        return next(level for level, letter in LETTERS.items() if text.startswith(letter))
    return DIGITS.get(len(text), "") if text.isdecimal() else ""
