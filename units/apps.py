"""The app of who and where."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    """Areas, bodies, units, clusters, people, imports."""

    name = "units"
    verbose_name = _("Units and areas")

    def ready(self) -> None:
        """Hand in the policy of the app."""
        from units.auth import grant
        from units.policy import POLICY

        grant(POLICY)
