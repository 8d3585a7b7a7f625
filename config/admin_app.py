"""Put our admin site in the place of the stock one."""

from django.contrib.admin.apps import AdminConfig


class RecordsAdminConfig(AdminConfig):
    """The admin with our site."""

    default_site = "config.admin.RecordsAdminSite"
