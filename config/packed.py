"""Bytes that the database keeps packed: what lies there for minutes costs more to send and to write than to pack."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_FASTEST = 1


class PackedField(models.BinaryField):  # type: ignore[type-arg]  # a type here only for mypy
    """Bytes, given and read as they are; they cannot be searched in the database."""

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return the bytes packed, as the database takes them."""
        packed = value if value is None else zlib.compress(value, _FASTEST)
        return super().get_db_prep_value(packed, connection, prepared)

    def from_db_value(self, value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> bytes | None:
        """Return the bytes as they were given. Raises zlib.error for what was not packed."""
        return value if value is None else zlib.decompress(value)
