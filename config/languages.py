"""Which of two words a page shows."""

from django.utils.translation import get_language


def in_english() -> bool:
    """Say whether the page is in English."""
    return (get_language() or "vi").startswith("en")


def by_language(vietnamese: str, english: str) -> str:
    """Return the word in the language of the page."""
    return english if in_english() else vietnamese
