"""The app of commendations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    """Commendations: what has been published of them."""

    name = "awards"
    verbose_name = _("Commendations")
