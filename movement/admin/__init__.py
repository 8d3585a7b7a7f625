"""The pages of the year's work and of the yearly report in the admin."""

from movement.admin import (
    conferences,
    editions,
    exemplary,
    periods,
    programmes,
    published,
    reports,
    results,
    texts,
    work,
)

__all__ = [
    "conferences",
    "editions",
    "exemplary",
    "periods",
    "programmes",
    "published",
    "reports",
    "results",
    "texts",
    "work",
]
