"""The sheet of totals that others have published."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from awards.models import AwardForm, AwardGround, AwardingAuthority, ReportedAwardTotal
from awards.models.decisions import Occasion
from awards.sheets.cells import AUTHORITIES, FORMS, GROUNDS, OCCASIONS, CatalogueCell, CatalogueListCell
from config.records import create_all, trace, update_all
from units.importing.cells import AreaCell, ChoiceCell, CountCell, DayCell, TextCell, YearCell, YesCell
from units.importing.sheets import SHEETS, YEAR, Column, Found, Outcome, Row, Sheet, area_name, key_of, second_times
from units.importing.words import WordCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

LISTS = ("forms", "authorities")
NAMING = ("area", "year", "starts_on", "ends_on", "ground", "source")  # beside the lists: what tells one from another


@SHEETS.add
class ReportedTotalSheet(Sheet):
    """What others have published, by area, span, forms, authorities and source; several forms with a semicolon."""

    model = ReportedAwardTotal
    columns = (
        Column("area", "Mã địa bàn", AreaCell(), required=True, also=("Địa bàn", "Đơn vị", "Xã", "Xã, phường, thị trấn"), example="P06"),
        area_name(),
        Column("year", YEAR, YearCell(), required=True, may_be_empty=True, also=("Năm khen thưởng",), example=2022),
        Column("starts_on", "Từ ngày", DayCell()),
        Column("ends_on", "Đến ngày", DayCell()),
        Column("forms", "Hình thức", CatalogueListCell(AwardForm, also=FORMS), required=True, also=("Hình thức khen thưởng", "Danh hiệu, hình thức", "Hình thức KT"), example="Bằng khen; Giấy khen"),
        Column("authorities", "Cấp quyết định", CatalogueListCell(AwardingAuthority, also=AUTHORITIES), also=("Cấp khen thưởng", "Cấp khen", "Cấp KT")),
        Column("to_collectives", "Cho tập thể", YesCell()),
        Column("to_individuals", "Cho cá nhân", YesCell()),
        Column("to_households", "Cho hộ gia đình", YesCell()),
        Column("word", "Từ", WordCell()),
        Column("collectives", "Số tập thể", CountCell(), also=("Tập thể", "SL tập thể", "Số lượng / Tập thể"), example=11),
        Column("individuals", "Số cá nhân", CountCell(), also=("Cá nhân", "SL cá nhân", "Số lượng / Cá nhân")),
        Column("households", "Số hộ gia đình", CountCell(), also=("Hộ gia đình", "Số hộ", "Số lượng / Hộ gia đình")),
        Column("mixed", "Số chung, chưa tách", CountCell(), also=("Số chung", "Tập thể, cá nhân")),
        Column("occasion", "Dịp trao", ChoiceCell(Occasion, OCCASIONS)),
        Column("ground", "Loại khen thưởng", CatalogueCell(AwardGround, also=GROUNDS), also=("Loại hình khen thưởng", "Loại hình")),
        Column("source", "Nguồn", TextCell(), required=True, also=("Nguồn số liệu",), example="Báo Bắc Kạn, 12/2022"),
        Column("quote", "Trích dẫn", TextCell(), also=("Trích nguyên văn",)),
        Column("note", "Ghi chú", TextCell()),
        Column("void_reason", "Nhập nhầm, lý do", TextCell()),
    )  # fmt: skip

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find what the same sources say of the same forms and authorities.

        One that was taken back is meant by a row with the same reason only; its place is free for another.
        """
        count = len(values["area"])
        named = [values.get(name) or [None] * count for name in NAMING]
        lists = [values.get(name) or [None] * count for name in LISTS]
        keys = [
            (*map(key_of, key), *map(_keys, told))
            for key, told in zip(zip(*named, strict=True), zip(*lists, strict=True), strict=True)
        ]
        reasons = values.get("void_reason") or [""] * count
        stored = self._stored({key_of(area) for area in values["area"] if area})
        pairs = zip(keys, reasons, strict=True)
        meant = [stored.get((*key, reason)) or stored.get((*key, "")) for key, reason in pairs]
        plain = [name for name in names if name not in LISTS]
        known = self.stored(self.rows().filter(pk__in={pk for pk in meant if pk}), plain, by=["pk"], alike=False)
        found: list[Found | None] = []
        for pk, told in zip(meant, keys, strict=True):
            if pk is None:
                found.append(None)
                continue
            of_row = dict(zip(plain, known[pk][2:], strict=False)) | dict(zip(LISTS, told[len(NAMING) :], strict=True))
            found.append((*known[pk][:2], *(of_row[name] for name in names)))
        return found, {}

    def _stored(self, areas: set[int]) -> dict[tuple[Any, ...], int]:
        """Return the totals of `areas` by what tells them apart, and by why they were taken back; the first of several."""
        rows = self.rows().filter(area__in=areas).order_by("-pk")
        of_lists = [_linked(name, rows) for name in LISTS]
        told = rows.values_list("pk", "void_reason", *(self.attname(name) for name in NAMING))
        return {(*key, *(one.get(pk) for one in of_lists), reason): pk for pk, reason, *key in told}

    def check(self, rows: Sequence[Row]) -> Outcome:
        """Ask every rule, and that no new row repeats another."""
        outcome = super().check(rows)
        names = [self.attname(name) for name in NAMING]

        def key(row: Row) -> tuple[Any, ...]:
            lists = [_keys(row.values.get(name)) for name in LISTS]
            return (*(getattr(row.record, name) for name in names), *lists)

        return outcome | second_times(rows, outcome, key)

    def fill(self, record: Any, name: str, value: Any) -> None:
        if name not in LISTS:
            super().fill(record, name, value)

    def write(self, new: Sequence[Row], changed: Sequence[Row]) -> None:
        """Store the totals with their forms and authorities; a row that is found by them does not change them."""
        create_all([row.record for row in new], by=self.user)
        if new:
            for name in LISTS:
                through, own, other = _link(name)
                pairs = [(row.record.pk, key) for row in new for key in _keys(row.values.get(name)) or ()]
                through.objects.bulk_create(through(**{f"{own}_id": pk, f"{other}_id": key}) for pk, key in pairs)
            trace(self.rows().filter(pk__in=[row.record.pk for row in new]), by=self.user)
        names = sorted({self.attname(name) for row in changed for name in row.values if name not in LISTS})
        update_all([row.record for row in changed], names, by=self.user)

    def name_of(self, checked: Any, index: int) -> str:
        return str(checked.columns["source"][index])


def _keys(rows: Sequence[Any] | None) -> tuple[Any, ...] | None:
    """Return the keys of rows of a catalogue in their order, None for none."""
    return tuple(sorted(map(key_of, rows))) if rows else None


def _linked(name: str, totals: QuerySet[Any]) -> dict[int, tuple[int, ...]]:
    """Return the keys of the forms, or authorities, of each of `totals`."""
    through, own, other = _link(name)
    found: dict[int, list[int]] = defaultdict(list)
    rows = through.objects.filter(**{f"{own}__in": totals.values("pk")}).order_by(f"{other}_id")
    for pk, key in rows.values_list(own, other):
        found[pk].append(key)
    return {pk: tuple(keys) for pk, keys in found.items()}


def _link(name: str) -> tuple[Any, str, str]:
    """Return the table behind a list, and the names of its fields for the total and for what is listed."""
    field: Any = ReportedAwardTotal._meta.get_field(name)
    return field.remote_field.through, field.m2m_field_name(), field.m2m_reverse_field_name()
