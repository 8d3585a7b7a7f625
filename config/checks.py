"""What a start should be warned of."""

from typing import Any

from django.core import checks
from django.utils.translation import gettext, override

ASKED = "The whole country"  # stands in the sealed sentences: an edition without its Vietnamese would keep the English


def vietnamese_is_compiled() -> bool:
    """Say whether the Vietnamese catalogue is there."""
    with override("vi"):
        return gettext(ASKED) != ASKED


@checks.register(checks.Tags.translation)
def check_vietnamese(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn where the catalogues were not compiled."""
    if vietnamese_is_compiled():
        return []
    return [
        checks.Warning(
            "The Vietnamese catalogue is not compiled, so pages would be English.",
            hint="Run: make messages",
            id="ledger.W001",
        )
    ]
