"""Put our admin site in the place of the stock one."""

from django.contrib.admin.apps import AdminConfig


class RecordsAdminConfig(AdminConfig):
    """The admin with our site."""

    default_site = "config.admin.RecordsAdminSite"

    def ready(self) -> None:
        """Bring our own checks along."""
        super().ready()
        from config import checks  # noqa: F401 - registering is all it does
