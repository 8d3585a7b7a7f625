"""Why the child refuses a file: a code and its details, which the parent puts into words."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The file is not read. `code` is a key of the parent's sentences, `details` what they mention."""

    def __init__(self, code: str, **details: Any) -> None:
        """Take the details by name."""
        super().__init__(code)
        self.code = code
        self.details = details
