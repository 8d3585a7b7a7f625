"""The stamp of secrecy: a paper that bears one may not be kept here (DESIGN 1)."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_STAMPS = {"MẬT": "MẬT", "TỐIMẬT": "TỐI MẬT", "TUYỆTMẬT": "TUYỆT MẬT"}
_DEGREE = re.compile(r"\W*độ mật\s*:", re.IGNORECASE)
_NO_LETTER = re.compile(r"[\W\d_]+")


def stamp_in(text: str) -> str:
    """Return the stamp that stands alone on a line of `text`, else an empty string.

    "bảo mật" in a sentence is none, nor is "Mật" in small letters; "M Ậ T", "(MẬT)" and "ĐỘ MẬT: …" are.
    """
    for line in unicodedata.normalize("NFC", text).splitlines():
        if stamp := _STAMPS.get(_NO_LETTER.sub("", line)):
            return stamp
        if _DEGREE.match(line):
            return line.strip()[:60]
    return ""


def refuse_stamp(text: str) -> None:
    """Raise ValidationError that names the stamp of secrecy on a line of `text`."""
    if stamp := stamp_in(text):
        raise ValidationError(
            _(
                "The file is stamped “%(stamp)s”. A file stamped MẬT may not be kept here: the ledger holds no state secrets."
            ),
            code="stamped",
            params={"stamp": stamp},
        )
