"""Commendations: the catalogue of forms, authorities and powers, decisions with their recipients, reported totals."""

from awards.models.catalogue import AwardForm, AwardGround, AwardingAuthority, AwardingPower
from awards.models.decisions import AwardDecision, AwardState, Commendation, Recipient, ReportedAwardTotal

__all__ = [
    "AwardDecision",
    "AwardForm",
    "AwardGround",
    "AwardState",
    "AwardingAuthority",
    "AwardingPower",
    "Commendation",
    "Recipient",
    "ReportedAwardTotal",
]
