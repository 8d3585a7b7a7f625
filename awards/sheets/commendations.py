"""The sheet of whom decisions commend."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from awards import recording
from awards.models import AwardDecision, AwardForm, AwardingPower, Commendation, Recipient
from awards.models.decisions import AwardState, RecipientKind
from awards.sheets.cells import FORMS, KINDS, OTHER_KINDS, AuthorityCell, CatalogueCell
from awards.sheets.decisions import AREA, AUTHORITY, DAY, NUMBER, PrintedNumberCell
from config.records import create_all, update_all
from units.auth import may
from units.importing.cells import AreaCell, ChoiceCell, DayCell, RecordCell, TextCell
from units.importing.sheets import SHEETS, Column, Found, Outcome, Problem, Row, Sheet, key_of
from units.importing.spills import Spill, number_and_day, office_and_place
from units.importing.words import StateCell
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from units.importing.checking import Checked

DECISION_AREA, KIND, NAME, POST = "Mã địa bàn ra quyết định", "Loại", "Họ tên, tên tập thể", "Chức vụ"
WORKPLACE, FORM = "Đơn vị", "Hình thức"
OF_DECISION = ("number", "decided_on", "authority", "decision_area")
OF_RECIPIENT = ("name", "kind", "post", "workplace", "area")


class RecipientCell(RecordCell):
    """A recipient on record by key, a new one by what is said of it."""

    def pack(self, value: Any) -> Any:
        if value is None or value.pk is not None:
            return value and value.pk
        return {
            "kind": value.kind,
            "name": value.name,
            "post": value.post,
            "workplace": value.workplace,
            "area_id": value.area_id,
        }

    def unpack(self, packed: Any) -> Any:
        return Recipient(**packed) if isinstance(packed, dict) else packed

    is_packed = True

    def shown(self, value: Any) -> Any:
        return "" if value is None else str(value)


@SHEETS.add
class CommendationSheet(Sheet):
    """Commendations by decision, recipient and form. A recipient who is not on record is entered with the row."""

    model = Commendation
    columns = (
        Column("number", NUMBER, PrintedNumberCell("decision__"), required=True, spill=Spill("decided_on", number_and_day), also=("Số quyết định", "Số QĐ", "QĐ số", "Quyết định số", "Quyết định", "Số, ký hiệu", "Số, ngày QĐ", "Số và ngày quyết định"), example="09/QĐ-UBND"),
        Column("decided_on", DAY, DayCell(), required=True, path="decision__decided_on", also=("Ngày QĐ", "Ngày ban hành", "Ngày ký"), example=date(2024, 8, 12)),
        Column("authority", AUTHORITY, AuthorityCell(), required=True, path="decision__authority", also=("Cấp khen thưởng", "Cấp khen", "Cấp KT", "Ai khen", "Người quyết định")),
        Column("decision_area", DECISION_AREA, AreaCell(), path="decision__area"),
        Column("name", NAME, TextCell(), required=True, path="recipient__name", also=("Họ và tên", "Họ tên", "Họ, tên", "Tên tập thể", "Tập thể, cá nhân", "Tên tập thể, cá nhân", "Họ và tên, tên tập thể", "Tên", "Tên tập thể/cá nhân", "Người được khen thưởng", "Họ và tên / Tên tập thể", "Tên tập thể, cá nhân được khen", "Tên TT/CN", "Tên được khen", "Tên tập thể, cá nhân, hộ", "Họ và tên, đơn vị"), example="Tập thể cán bộ, chiến sĩ Công an xã Hà Hiệu"),
        Column("kind", KIND, ChoiceCell(RecipientKind, KINDS, also=OTHER_KINDS), required=True, path="recipient__kind", also=("Đối tượng khen thưởng", "Loại hình", "Tập thể hay cá nhân", "Phân loại", "Đối tượng"), example="tập thể"),
        Column("post", POST, TextCell(), path="recipient__post", also=("Chức danh", "Chức vụ, chức danh", "Cấp bậc, chức vụ")),
        Column("workplace", WORKPLACE, TextCell(), path="recipient__workplace", spill=Spill("area", office_and_place, only_without_column=True), also=("Đơn vị công tác", "Nơi công tác", "Cơ quan", "Cơ quan, đơn vị", "Đơn vị, địa phương", "Thôn, cơ quan", "Thôn, đơn vị", "Cơ quan, tổ")),
        Column("area", AREA, AreaCell(), path="recipient__area", also=("Địa bàn", "Xã", "Xã, phường, thị trấn", "Xã, phường", "Xã, TT", "Xã, thị trấn", "Phường, xã", "Địa phương", "Huyện, thành phố", "Huyện, TP", "Huyện")),
        Column("form", FORM, CatalogueCell(AwardForm, also=FORMS), required=True, also=("Hình thức khen thưởng", "Hình thức khen", "Danh hiệu", "Danh hiệu, hình thức", "Hình thức KT", "HTKT", "HT khen"), example="Giấy khen"),
        Column("printed_form", "Hình thức như đã in", TextCell()),
        Column("achievement", "Thành tích", TextCell(), also=("Nội dung thành tích", "Lý do khen thưởng", "Tóm tắt thành tích", "Lý do khen", "Nội dung", "Nội dung khen thưởng")),
        Column("presented_on", "Ngày trao", DayCell(), also=("Trao ngày", "Ngày trao tặng", "Ngày công bố", "Ngày trao thưởng")),
        Column("state", "Trạng thái", StateCell(AwardState, {}), written_only=True),
    )  # fmt: skip
    inner = (
        Column("decision", "Quyết định", RecordCell(), inner=True),
        Column("recipient", "Tập thể, cá nhân", RecipientCell(), inner=True),
    )
    given_heads = (NUMBER, DAY, AUTHORITY, KIND, FORM)
    takes_people = True

    def of_day(self) -> list[str]:
        return ["decided_on"]

    def prepare(self, values: dict[str, list[Any]]) -> Outcome:
        """Find the decision of each row, and the recipient, on record or new."""
        outcome: Outcome = {}
        count = len(values["name"]) if "name" in values else len(next(iter(values.values()), []))
        parts = {name: values.pop(name, []) or [None] * count for name in (*OF_DECISION, *OF_RECIPIENT)}
        values["decision"] = decisions = self._decisions(parts, outcome)
        named = [self._named(parts, index, decisions[index]) for index in range(count)]
        places = [index for index, one in enumerate(named) if one is not None]
        stored = recording.all_on_record([named[index] for index in places])  # type: ignore[misc]
        same: dict[Any, Recipient] = {}
        recipients: list[Recipient | None] = [None] * count
        for index, found in zip(places, stored, strict=True):
            one = named[index]
            assert one is not None
            recipients[index] = found or same.setdefault(recording.identity(one), one)
            if found is not None and one.post and one.post != found.post:
                said = _("On record stands “%(post)s”: change it on the page of the recipient.") % {
                    "post": found.post or "—"
                }
                outcome.setdefault(index, []).append(Problem("post", said))
        values["recipient"] = recipients
        return outcome

    def _decisions(self, parts: Mapping[str, list[Any]], outcome: Outcome) -> list[AwardDecision | None]:
        days = {day for day in parts["decided_on"] if day}
        rows = (
            AwardDecision.objects.visible_to(self.user)
            .for_list()
            .filter(decided_on__in=days, void_reason="")
            .order_by("pk")
        )
        known: dict[Any, list[AwardDecision]] = {}
        for one in rows:
            known.setdefault((one.number, one.symbol, one.decided_on, one.authority_id), []).append(one)
        found: list[AwardDecision | None] = []
        for index, (text, day, authority, area) in enumerate(zip(*(parts[name] for name in OF_DECISION), strict=True)):
            of = known.get((*recording.split_number(text or ""), day, key_of(authority)), [])
            of = [one for one in of if area is None or one.area_id == area.pk]
            found.append(of[0] if len(of) == 1 else None)
            if len(of) == 1 or not (day and authority):
                continue
            said = (
                _("Several decisions have this number, day and authority: fill in “%(head)s”.")
                % {"head": DECISION_AREA}
                if of
                else _("No decision of this number, day and authority is on record: enter or import it first.")
            )
            outcome.setdefault(index, []).append(Problem("number", said))
        return found

    def _named(self, parts: Mapping[str, list[Any]], index: int, decision: AwardDecision | None) -> Recipient | None:
        name, kind, post, workplace, area = (parts[one][index] for one in OF_RECIPIENT)
        if decision is None or not name or not kind:
            return None
        return Recipient(kind=kind, name=name, post=post or "", workplace=workplace or "", area=area or decision.area)

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find the commendations of these recipients on these decisions."""
        keys = {one.pk for one in values["decision"] if one}
        known = self.stored(self.rows().filter(decision__in=keys), names, by=["decision_id", "recipient_id", "form_id"])
        rows = zip(values["decision"], values["recipient"], values["form"], strict=True)
        return [known.get((key_of(one), key_of(who), key_of(form))) for one, who, form in rows], {}

    def unknown(self) -> str:
        return _(
            "No commendation on record has this decision, name, kind, workplace, area and form together. Recipients are renamed on their own page; a row without a version is a new one."
        )

    def complete(self, rows: Sequence[Row]) -> None:
        super().complete(rows)
        areas = Area.objects.in_bulk({row.record.recipient.area_id for row in rows})
        decisions = AwardDecision.objects.for_list().in_bulk({row.record.decision_id for row in rows})
        shared: dict[Any, Recipient] = {}
        for row in rows:
            recipient = row.record.recipient
            recipient.area = areas[recipient.area_id]
            row.record.recipient = shared.setdefault(recording.identity(recipient), recipient)
            row.record.decision = decisions[row.record.decision_id]
        once = [row.record.recipient_id for row in rows if row.record.form_id and row.record.form.once_per_person]
        given = Commendation.objects.given().filter(recipient__in=[key for key in once if key])
        have = set(given.values_list("recipient_id", "form_id", "pk")) if once else set()
        for row in rows:
            record = row.record
            record.has_it_already = any(
                (who, form) == (record.recipient_id, record.form_id) and pk != record.pk for who, form, pk in have
            )
        self.powers = list(AwardingPower.objects.order_by("valid_from", "pk").select_related("form"))

    beyond = frozenset({"recipient"})

    def check(self, rows: Sequence[Row]) -> Outcome:
        """Ask every rule, and that nobody stands twice with the same form."""
        outcome = super().check(rows)
        seen: set[Any] = set()
        once: set[Any] = set()
        for index, row in enumerate(rows):
            record = row.record
            who = recording.identity(record.recipient)
            key = record.decision_id, who, record.form_id
            if index in outcome:
                continue
            if key in seen:
                said = _("This row stands in the file twice: the other one is kept, take this one out.")
                outcome[index] = [Problem("name", said)]
            elif record.form.once_per_person and not record.revoked_on:
                if (who, record.form_id) in once:
                    told = {"recipient": record.recipient, "form": record.form}
                    said = _("%(recipient)s stands in the file with “%(form)s” already, which is given once in a life.")
                    outcome[index] = [Problem("form", said % told)]
                once.add((who, record.form_id))
            seen.add(key)
        return outcome

    def refusals(self, row: Row) -> list[Problem]:
        """Ask a new recipient together with the row, so that every wrong cell shows at once."""
        record = row.record
        problems: list[Problem] = []
        if record.recipient.pk is None:
            problems = self._of_recipient(record.recipient)
        problems += super().refusals(row)
        if not problems and not record.revoked_on:
            try:
                recording.demand_power(record.decision, record.form, self.powers)
            except ValidationError as error:
                problems.append(Problem("form", " ".join(error.messages)))
        return problems

    def _of_recipient(self, recipient: Recipient) -> list[Problem]:
        if not may(self.user, "add", Recipient, recipient):
            return [Problem("area", _("You may not keep recipients of %(area)s.") % {"area": recipient.area})]
        foreign = {field.name for field in recipient._meta.concrete_fields if isinstance(field, ForeignKey)}
        try:
            recipient.clean_fields(exclude=foreign)
            recipient.clean()
        except ValidationError as error:
            return [
                Problem(name if name in OF_RECIPIENT else "name", " ".join(messages))
                for name, messages in error.message_dict.items()
            ]
        return []

    def refusal(self, record: Any) -> str:
        return _("You may not keep decisions of %(area)s.") % {"area": record.decision.area}

    def store(self, checked: Checked) -> list[str]:
        """Hold the decisions and recipients meanwhile: what is given once must not be given by two people at a time."""
        list(
            AwardDecision.objects.select_for_update()
            .filter(pk__in=set(checked.columns["decision"]))
            .order_by("pk")
            .values_list("pk")
        )
        known = {one for one in checked.columns["recipient"] if isinstance(one, int)}
        list(Recipient.objects.select_for_update().filter(pk__in=known).order_by("pk").values_list("pk"))
        fresh = [index for index, one in enumerate(checked.columns["recipient"]) if isinstance(one, Recipient)]
        # somebody may have entered them meanwhile
        now = recording.all_on_record([checked.columns["recipient"][index] for index in fresh])
        for index, found in zip(fresh, now, strict=True):
            checked.columns["recipient"][index] = found.pk if found else checked.columns["recipient"][index]
        return super().store(checked)

    def write(self, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """Store new recipients, then the commendations."""
        recipients = {id(row.record.recipient): row.record.recipient for row in new if row.record.recipient.pk is None}
        create_all(list(recipients.values()), by=self.user)
        for row in new:
            row.record.recipient = row.record.recipient  # its key is known only now
        create_all([row.record for row in new], by=self.user)
        names = sorted({self.attname(name) for row in changed for name in row.values})
        update_all([row.record for row in changed], [*names, "state"], by=self.user)

    def name_of(self, checked: Checked, index: int) -> str:
        return str(checked.columns["recipient"][index])
