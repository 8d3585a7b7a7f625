"""The desk of an award secretary: a province with the real catalogue, its forms filled in as people do, its sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse

from awards import catalogue
from awards.models import AwardDecision, AwardForm, AwardingAuthority
from tests.factories import DecisionFactory, commune, district, province
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import Area, User


@dataclass
class Desk:
    """A province, a district and a commune of it, and the secretary of the province."""

    province: Area
    district: Area
    commune: Area
    secretary: User

    @property
    def client(self) -> Client:
        return signed_in(self.secretary)


def build() -> Desk:
    """Return a new desk."""
    catalogue.load()
    top = province(code="P06", name="Bắc Kạn")
    below = district(top, name="Ba Bể")
    return Desk(top, below, commune(below, name="Hà Hiệu"), posted(top, Role.AWARD_SECRETARY))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def form_called(code: str) -> AwardForm:
    return AwardForm.objects.get(code=code)


def authority_called(code: str) -> AwardingAuthority:
    return AwardingAuthority.objects.get(code=code)


def decision_by(desk: Desk, authority: str = "chu_tich_ubnd_tinh", **fields: Any) -> AwardDecision:
    """Return a decision of the province on record; the chairman could give a bằng khen in 2024."""
    return DecisionFactory(area=desk.province, authority=authority_called(authority), **fields)


def decision_form(desk: Desk, *rows: dict[str, Any], decision: AwardDecision | None = None, **changes: Any) -> Any:
    """Return the form of a decision as it is sent, `rows` standing below it as further commendations."""
    listed = list(decision.commendations.order_by("decision", "pk")) if decision else []
    form: dict[str, Any] = {
        "area": desk.province.pk, "year": "2024", "number": "1034", "symbol": "QĐ-UBND", "decided_on": "20/12/2024",
        "authority": authority_called("chu_tich_ubnd_tinh").pk, "signer_capacity": "own",
        "abstract": "Tặng Bằng khen cho các tập thể, cá nhân", "power_reason": "",
        "read_version": decision.version if decision else 0,
        "commendations-TOTAL_FORMS": len(listed), "commendations-INITIAL_FORMS": len(listed),
        "commendations-2-TOTAL_FORMS": len(rows), "commendations-2-INITIAL_FORMS": 0,
    }  # fmt: skip
    for number, one in enumerate(listed):
        shown = {"id": one.pk, "decision": one.decision_id, "form": one.form_id, "achievement": one.achievement,
                 "printed_form": one.printed_form, "read_version": one.version}  # fmt: skip
        form |= {f"commendations-{number}-{name}": value for name, value in shown.items()}
    for number, one in enumerate(rows):
        form |= {f"commendations-2-{number}-{name}": value for name, value in one.items()}
    return form | changes


def save(desk: Desk, *rows: dict[str, Any], decision: AwardDecision | None = None, **changes: Any) -> Any:
    """Send the form of a decision, and return the answer."""
    address = (
        reverse("admin:awards_awarddecision_change", args=[decision.pk])
        if decision
        else reverse("admin:awards_awarddecision_add")
    )
    return desk.client.post(address, decision_form(desk, *rows, decision=decision, **changes))


def newcomer(award: str = "bang_khen", **changes: Any) -> dict[str, Any]:
    """Return the row of somebody who is not on record yet."""
    return {"new_kind": "individual", "new_name": "Nông Văn Lẻ", "form": form_called(award).pk, **changes}


def errors_of(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def row_errors(response: Any) -> list[dict[str, list[str]]]:
    """Return the errors of the rows, by field."""
    formsets = [one.formset for one in response.context["inline_admin_formsets"]]
    return [{name: list(said) for name, said in row.items()} for formset in formsets for row in formset.errors if row]
