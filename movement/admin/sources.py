"""Where a line of the form is counted from: the list of the records behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.urls import reverse

from awards.models import AwardDecision
from movement.models import (
    Event,
    Exemplar,
    Indicator,
    Inspection,
    IssuedDocument,
    MediationResult,
    ModelSite,
    ModelType,
    PopularModel,
    ProgrammeSnapshot,
    SafetyStandardResult,
)

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from units.models import Area

Counts = Indicator.Counts
LISTS: dict[type[Model], tuple[Counts, ...]] = {
    Event: (
        Counts.LAUNCH_SESSIONS, Counts.LAUNCH_ATTENDANCE, Counts.INFORMATION_SESSIONS, Counts.INFORMATION_ATTENDANCE,
        Counts.FESTIVAL_COMMUNES, Counts.FESTIVAL_RESIDENTIAL, Counts.GIFTS, Counts.GIFT_VALUE, Counts.TRAINING_TURNS,
    ),
    Inspection: (Counts.INSPECTIONS,),
    IssuedDocument: (Counts.RESOLUTIONS, Counts.DIRECTING_DOCUMENTS),
    PopularModel: (Counts.MODEL_TYPES, Counts.MODELS, Counts.MODELS_NEW, Counts.MODELS_SKILFUL),
    ModelSite: (Counts.MODEL_SITES,),
    ModelType: (Counts.MODELS_DISSEMINATED,),
    Exemplar: (Counts.EXEMPLARS,),
    SafetyStandardResult: (Counts.STANDARD_RESIDENTIAL, Counts.STANDARD_COMMUNES, Counts.STANDARD_ORGANISATIONS),
    MediationResult: (
        Counts.MEDIATION_RECEIVED, Counts.MEDIATION_SUCCESSFUL, Counts.MEDIATION_UNSUCCESSFUL, Counts.MEDIATION_PENDING,
    ),
    ProgrammeSnapshot: (Counts.PROGRAMME,),
    AwardDecision: (Counts.COLLECTIVES_COMMENDED, Counts.PEOPLE_COMMENDED),
}  # fmt: skip
MODEL_OF = {one: model for model, counted in LISTS.items() for one in counted}


def list_of(indicator: Indicator, area: Area, request: HttpRequest) -> tuple[str, str] | None:
    """Return the address and the name of the list whose records give the figure of `area`; None where it is closed."""
    model = MODEL_OF.get(Counts(indicator.counts)) if indicator.counts else None
    if model is None or not admin.site.is_registered(model):
        return None
    if not admin.site.get_model_admin(model).has_view_permission(request):
        return None
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{address}?in={area.code}" if meta.app_label == "movement" else address, str(meta.verbose_name_plural)
