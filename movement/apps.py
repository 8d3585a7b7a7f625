"""The app of the yearly report."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovementConfig(AppConfig):
    """Periods, indicators, reports, figures, editions, public pages."""

    name = "movement"
    verbose_name = _("Yearly reports")

    def ready(self) -> None:
        """Hand in the policy of the app."""
        from movement.policy import POLICY
        from units.auth import grant

        grant(POLICY)
