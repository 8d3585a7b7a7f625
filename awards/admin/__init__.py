"""Commendations in the admin."""

from awards.admin import catalogue, decisions, recipients, totals

__all__ = ["catalogue", "decisions", "recipients", "totals"]
