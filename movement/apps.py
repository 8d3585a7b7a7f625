"""The app of the yearly report."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovementConfig(AppConfig):
    """Periods, indicators, reports, figures, editions, public pages."""

    name = "movement"
    verbose_name = _("Yearly reports")

    def ready(self) -> None:
        """Hand in the policy of the app, and what moves when areas are reorganised."""
        from movement import reorganised
        from movement.policy import POLICY
        from units.auth import grant
        from units.reorganising.carriers import Carrier, hand_in

        grant(POLICY)
        hand_in(Carrier(_("Reports"), reorganised.preview, reorganised.carry, reorganised.after_undo))
