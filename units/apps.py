"""The app of who and where."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    """Areas, bodies, units, clusters, people, imports."""

    name = "units"
    verbose_name = _("Units and areas")

    def ready(self) -> None:
        """Hand in the policy of the app, and what moves when areas are reorganised."""
        from units.auth import grant
        from units.policy import POLICY
        from units.reorganising import bodies, people, units
        from units.reorganising.carriers import Carrier, hand_in

        grant(POLICY)
        hand_in(Carrier(_("Grassroots units"), units.preview, units.carry))
        hand_in(Carrier(_("Postings"), people.preview_postings, people.carry_postings))
        hand_in(Carrier(_("members of the cluster"), people.preview_members, people.carry_members))
        hand_in(Carrier(_("Bodies"), bodies.preview, bodies.carry))
