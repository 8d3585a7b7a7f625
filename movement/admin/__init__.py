"""The pages of the year's work and of the yearly report in the admin."""

from movement.admin import conferences, exemplary, periods, programmes, published, reports, results, texts, work

__all__ = ["conferences", "exemplary", "periods", "programmes", "published", "reports", "results", "texts", "work"]
