"""The app of commendations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    """Commendations: what was decided, by whom, for whom, and what has been published of them."""

    name = "awards"
    verbose_name = _("Commendations")

    def ready(self) -> None:
        """Hand in the policy of the app."""
        from awards.policy import POLICY
        from units.auth import grant

        grant(POLICY)
