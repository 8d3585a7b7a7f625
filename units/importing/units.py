"""The sheet of units. A hundred thousand rows are judged and stored column by column; what a column cannot prove is
asked of the row as in the form.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from config.bulk import among, insert_columns, reserve_keys, update_columns
from config.cells import Doubt
from config.folding import collate, fold
from config.legacy_text import texts_of
from config.records import trace, update_all
from units import register
from units.auth import may
from units.boundary import may_be_blocked
from units.importing.cells import AreaCell, CountCell, DayCell, KindCell, NumberCell, TextCell
from units.importing.sheets import SHEETS, Column, Found, Outcome, Problem, Row, Sheet, area_name, blocks_of, key_of
from units.importing.spills import Spill, all_and_part, all_and_women, number_and_day
from units.models import Area, Placement, Unit, UnitKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from units.importing.checking import Checked
    from units.importing.context import Context

_MANY = 10_000  # units from which reading through beats looking up
MOST_EXPLAINED = 2000  # rows whose faults are told one by one
_DAYS = ("established_on", "consolidated_on", "decision_date")
_NUMBERS = ("members", "women", "minorities")
_TEXTS = {"code": 40, "name": 200, "village": 100, "decision_number": 60, "dissolution_reason": 300}
_MOST = 2_147_483_647
_NO_VILLAGE = re.compile(r"^(?:xã|phường|thị trấn|huyện|thành phố)\s+(?=[^\W\d_])", re.IGNORECASE | re.MULTILINE)
_WITH_WOMEN = re.compile(r"\bnu\b")  # “Số TV/nữ”
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._/-]*")


class VillageCell(TextCell):
    """The village of the last placement. What calls itself a commune or a district is asked."""

    def read(self, column: Sequence[Any], context: Context) -> list[Any]:
        said = _("“%(value)s” is no village: is this the column of the areas? May the village stay empty?")
        texts = super().read(column, context)
        named = texts_of(texts)
        if not _NO_VILLAGE.search("\n".join(named)):
            return texts
        doubts = {text: Doubt(said % {"value": text}, ("", text)) for text in named if _NO_VILLAGE.match(text)}
        return [doubts.get(text, text) for text in texts] if doubts else texts

    def paths(self, name: str) -> tuple[str, ...]:
        return ("pk",)

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        villages = villages_of(selected[0])
        return [villages.get(key, "") for key in selected[0]]

    def in_database(self, name: str) -> Any:
        placements = Placement.objects.filter(unit=OuterRef("pk")).order_by(F("valid_from").desc(nulls_last=True))
        standing = Subquery(placements.filter(valid_to=None).order_by().values("village"))  # sorting one row costs, too
        last = Coalesce(standing, Subquery(placements.values("village")[:1]))
        return NullIf(last, Value(""), output_field=TextField())


class CodeCell(TextCell):
    """The code of a unit, in capitals."""

    def read(self, column: Sequence[Any], context: Context) -> list[Any]:
        return [text.upper() if isinstance(text, str) else text for text in super().read(column, context)]


@SHEETS.add
class UnitSheet(Sheet):
    """Units by code; a new unit gets its first placement in the commune named, an empty code the next of the commune."""

    model = Unit
    columns = (
        Column("code", "Mã", CodeCell(), also=("Mã tổ", "Mã số"), help="", example=""),
        Column("kind", "Loại tổ chức", KindCell(), required=True, also=("Loại hình", "Loại tổ", "Loại", "Tổ chức", "Loại hình tổ chức", "Mô hình tổ chức", "Loại tổ chức quần chúng", "Thuộc loại", "Phân loại", "Loại tổ, đội"), example="Tổ an ninh nhân dân"),
        Column("name", "Tên", TextCell(), required=True, spill=Spill("kind", only_without_column=True), also=("Tên tổ", "Tên tổ chức", "Tên gọi", "Tên đơn vị", "Tên tổ, đội", "Họ tên tổ", "Tên tổ ANND", "Tên tổ hòa giải", "Tên tổ, đội, CLB", "Tên mô hình tổ tự quản", "Tên tổ tự quản", "Huyện, xã, tên tổ", "Tên Ban, Tổ BVDP", "Tên ban, tổ", "Tên CLB, đội, nhóm", "Tên CLB/đội/nhóm", "Tên đội", "Tên CLB", "Tên nhóm", "Tổ bảo vệ ANTT"), example="Tổ an ninh nhân dân thôn Bản Mới"),
        Column("area", "Mã địa bàn", AreaCell(), required=True, also=("Địa bàn", "Địa bàn hoạt động", "Địa chỉ hoạt động", "Địa phương", "Xã", "Xã, phường", "Tên xã, thị trấn", "Xã, phường, thị trấn", "Xã phường", "Xã, thị trấn", "Tên xã", "Đơn vị hành chính", "Đơn vị", "Mã xã", "Xã, TT", "Phường, xã", "Mã ĐVHC", "Phường"), example="C01897"),
        area_name(),
        Column("village", "Thôn, bản, tổ dân phố", VillageCell(), also=("Thôn", "Thôn, bản", "Tên thôn", "Tổ, thôn phụ trách", "Địa bàn thôn", "Khu vực phụ trách", "Thôn, phố", "Tại thôn", "Bản", "Thôn, tổ", "Thôn, tổ dân phố", "Thôn bản", "Khu dân cư", "Thôn (tổ)", "Xóm", "Thôn/bản/TDP", "Tổ dân phố", "Thôn, bản, TDP", "Thôn, TDP", "Thôn, tiểu khu, TDP", "Thôn, TK", "Địa bàn phụ trách", "Thôn/tổ/khu", "Thôn, khu", "Thôn, khu phố", "Thuộc thôn", "Thuộc thôn/tổ dân phố/tiểu khu nào", "Xóm, thôn, tổ dân phố", "Xóm, thôn, TDP"), example="Bản Mới"),
        Column("established_on", "Ngày thành lập", DayCell(any_year=True), also=("Thành lập", "Ra mắt ngày", "Ngày ra mắt", "Ngày TL", "T.lập", "Thời gian thành lập", "Ngày tháng thành lập", "Ngày ra đời", "Thành lập ngày", "Thành lập ngày, tháng, năm nào", "Ngày, tháng, năm thành lập"), example=date(2024, 12, 5)),
        Column("decision_number", "Số, ký hiệu quyết định", NumberCell(), spill=Spill("decision_date", number_and_day), also=("Số quyết định", "Theo QĐ số", "Số QĐ kiện toàn", "QĐ (số, ngày)", "Căn cứ QĐ", "Quyết định số", "QĐ số", "Số QĐ", "Quyết định", "Quyết định thành lập", "Số, ký hiệu", "Quyết định thành lập số", "QĐ thành lập", "Quyết định thành lập / Số QĐ", "Quyết định thành lập / Số", "QĐ thành lập / Số", "QĐ công nhận / Số", "QĐ công nhận", "QĐ thành lập số, ngày", "QĐ thành lập, kiện toàn", "Số, ngày QĐ", "Số và ngày quyết định"), example="15/QĐ-UBND"),
        Column("decision_date", "Ngày quyết định", DayCell(any_year=True), also=("Ngày QĐ", "Ngày ra quyết định", "Ngày ký", "Ngày ban hành", "Ngày tháng QĐ", "Quyết định thành lập / Ngày, tháng, năm", "Quyết định thành lập / Ngày", "QĐ thành lập / Ngày", "QĐ công nhận / Ngày", "Ngày ký QĐ", "QĐ ký ngày", "Ngày của QĐ"), example=date(2024, 12, 1)),
        Column("consolidated_on", "Ngày củng cố, kiện toàn", DayCell(any_year=True), also=("Kiện toàn", "Củng cố gần nhất", "Kiện toàn, củng cố", "Củng cố", "Ngày kiện toàn", "Ngày củng cố", "Củng cố, kiện toàn", "Kiện toàn gần nhất", "Kiện toàn sau sắp xếp", "Kiện toàn gần đây", "Kiện toàn lần cuối", "Lần kiện toàn gần nhất")),
        Column("dissolved_on", "Ngày giải thể", DayCell(any_year=True), also=("Giải thể",)),
        Column("dissolution_reason", "Lý do giải thể", TextCell(), also=("Lý do",)),
        Column("members", "Số thành viên", CountCell(), spill=Spill("women", all_and_part, under=_WITH_WOMEN, named=all_and_women), also=("TV", "T.viên", "Tổng số hội viên", "Hội viên", "Số hội viên", "Đội viên", "Số đội viên", "Thành viên", "Số TV", "Tổng số thành viên", "SL TV", "Số lượng thành viên", "Tổng số TV", "Số người", "Quân số", "Tổ viên", "Số tổ viên", "Thành viên / Tổng số", "Số thành viên / Tổng số", "Số thành viên / Tổng", "Thành viên / TS", "Thành viên / Tổng", "Hòa giải viên", "Số hòa giải viên", "Tổ viên / Tổng", "Số lượng / Tổng số", "Quân số / Tổng số", "Tổng số HGV", "Số HGV", "Tổng số thành viên hiện có", "Số TV/nữ", "Số thành viên/nữ", "Thành viên/nữ", "TV/nữ", "Tổng số / Nữ"), example=7),
        Column("women", "Nữ", CountCell(), also=("Thành viên nữ", "Hội viên nữ", "Số nữ", "Trong đó nữ", "Số thành viên / Nữ", "TV nữ", "Là nữ", "Thành viên / Nữ", "HGV nữ", "Quân số / Nữ", "Số lượng / Nữ", "Trong đó: nữ"), example=3),
        Column("minorities", "Dân tộc thiểu số", CountCell(), also=("DTTS", "Dân tộc ít người", "Dân tộc TS", "Người dân tộc", "Dân tộc", "Người DTTS", "Số thành viên / DTTS", "Số DTTS", "Trong đó DTTS", "Người dân tộc thiểu số", "TV là DTTS", "Hội viên là người DTTS", "Hội viên DTTS", "TV là người DTTS", "Quân số / DTTS", "Số lượng / DTTS", "HGV là người DTTS"), example=5),
    )  # fmt: skip

    # ---------------------------------------------------------------- which unit a row means

    def find(self, values: dict[str, list[Any]], names: Sequence[str]) -> tuple[list[Found | None], Outcome]:
        """Find units by code, and rows without one by kind, commune, name and village."""
        count = len(values["name"])
        codes = values.get("code") or [""] * count
        known, taken = self._stored_by_code({code for code in codes if code}, names)
        found: list[Found | None] = [known.get(code) if code else None for code in codes]
        said = _("The unit of this code lies outside your posting.")
        outcome: Outcome = (
            {index: [Problem("code", said)] for index, code in enumerate(codes) if code in taken} if taken else {}
        )
        if "" in codes:
            self._find_by_name(values, names, codes, found, outcome)
        return found, outcome

    def _stored_by_code(self, codes: set[str], names: Sequence[str]) -> tuple[dict[Any, Found], set[str]]:
        """Return the units in sight by code, at least those of `codes`, and which of `codes` units elsewhere have."""
        if len(codes) < _MANY or Unit.objects.count() > 2 * len(codes):
            meant = self.rows().filter(code__in=among(sorted(codes), texts=True))  # in order, as the index has them
            known = self.stored(meant, names, by=["code"], alike=False)
            unknown = sorted(codes - known.keys())
            return known, set(Unit.objects.filter(code__in=among(unknown, texts=True)).values_list("code", flat=True))
        # a file that holds most of the register: it is read through, without looking each of them up or joining its area
        seen = set(Area.objects.filter(self.user.reach().condition()).values_list("pk", flat=True))
        rows = self.stored(Unit.objects.all(), names, by=["code", "area_id"], alike=False)
        known = {code: row for (code, area), row in rows.items() if area in seen}
        return known, {code for code, area in rows if area not in seen} & codes

    def _find_by_name(
        self,
        values: dict[str, list[Any]],
        names: Sequence[str],
        codes: Sequence[str],
        found: list[Found | None],
        outcome: Outcome,
    ) -> None:
        places = [
            index for index, code in enumerate(codes) if not code and values["area"][index] and values["kind"][index]
        ]
        areas = {key_of(values["area"][index]) for index in places}
        rows = self.rows().filter(dissolved_on=None, area__in=among(areas))
        selected = list(rows.order_by("pk").values_list("pk", "area_id", "kind_id", "name"))
        villages = values.get("village")
        by_name: dict[Any, list[int]] = defaultdict(list)
        for pk, area, kind, name in selected:
            by_name[area, kind, fold(name)].append(pk)
        stored_villages = villages_of([pk for pks in by_name.values() for pk in pks]) if villages and selected else {}
        meant: dict[int, int] = {}
        seen: dict[Any, int] = {}
        for index in places:
            key = key_of(values["area"][index]), key_of(values["kind"][index]), fold(values["name"][index])
            village = fold(villages[index]) if villages and villages[index] else ""
            first = seen.setdefault((*key, village), index)
            if first != index:
                said = _(
                    "This unit stands in the file twice: keep one of the rows, or give each its village or its code."
                )
                outcome.setdefault(index, []).append(Problem("name", said))
                continue
            alike = by_name.get(key, [])
            if village:
                alike = [pk for pk in alike if fold(stored_villages.get(pk, "")) in {village, ""}] or alike[:0]
            if len(alike) > 1:
                said = _("Several units of this kind have this name here: give the code of the one that is meant.")
                outcome.setdefault(index, []).append(Problem("name", said))
            elif alike:
                meant[index] = alike[0]
        known = self.stored(Unit.objects.filter(pk__in=among(set(meant.values()))), names, by=["pk"], alike=False)
        for index, pk in meant.items():
            found[index] = known[pk]
            if "code" in values:
                values["code"][index] = known[pk][2 + [*names].index("code")]

    apart = frozenset({"village"})

    def stored_apart(self, name: str, keys: Sequence[Any]) -> list[Any]:
        villages = villages_of([key for key in keys if key is not None])
        return [None if key is None else villages.get(key, "") for key in keys]

    def attname(self, name: str) -> str:
        return name if name == "village" else super().attname(name)

    # ---------------------------------------------------------------- whether a row may be stored

    def judge(self, checked: Checked, asked: Sequence[int]) -> Outcome:
        """Prove what columns can prove; the rest is asked row by row, as in the form."""
        doubtful = sorted(self._doubtful(checked, asked))
        names = [name for name in checked.columns if name != "pk"]
        told = self.check([checked.row(index, names) for index in doubtful[:MOST_EXPLAINED]])
        outcome = {doubtful[place]: problems for place, problems in told.items()}
        said = _("This row too has not been proved right: correct the rows above first.")
        return outcome | {index: [Problem("", said)] for index in doubtful[MOST_EXPLAINED:]}

    def _doubtful(self, checked: Checked, asked: Sequence[int]) -> set[int]:
        """Return the rows that the columns do not prove to be right. None that the form would refuse is left out."""
        columns = checked.columns
        doubtful: set[int] = set()
        for name, most in _TEXTS.items():
            if (texts := columns.get(name)) is not None:
                told = {texts[index] for index in asked}
                if max(map(len, told), default=0) > most:
                    doubtful |= {index for index in asked if len(texts[index]) > most}
                if may_be_blocked(told):
                    blocked = {text for text in told if may_be_blocked([text])}
                    doubtful |= {index for index in asked if texts[index] in blocked}
        earliest, latest = date(1945, 1, 1), self.context.today
        for name in (*_DAYS, "dissolved_on"):
            days = columns.get(name, ())
            doubtful |= {index for index in asked if days and days[index] and not earliest <= days[index] <= latest}
        for name in _NUMBERS:
            numbers = columns.get(name, ())
            doubtful |= {index for index in asked if numbers and numbers[index] and numbers[index] > _MOST}
        if any(name in columns for name in ("dissolved_on", "dissolution_reason")):
            doubtful |= {
                index
                for index in asked
                if any(columns[name][index] for name in ("dissolved_on", "dissolution_reason") if name in columns)
            }
        doubtful |= self._of_doubtful_numbers(columns, asked)
        return doubtful | self._of_doubtful_places(checked, asked)

    def _of_doubtful_numbers(self, columns: dict[str, list[Any]], asked: Sequence[int]) -> set[int]:
        members = columns.get("members")
        found: set[int] = set()
        for name in ("women", "minorities"):
            part = columns.get(name)
            if part is None:
                continue
            if members is None:
                found |= {index for index in asked if part[index]}
            else:
                found |= {
                    index for index in asked if part[index] and (members[index] is None or part[index] > members[index])
                }
        return found

    def _of_doubtful_places(self, checked: Checked, asked: Sequence[int]) -> set[int]:
        columns = checked.columns
        areas, kinds = columns.get("area"), columns.get("kind")
        if areas is None or kinds is None:
            return set(asked)
        codes = columns.get("code") or [""] * len(areas)
        days = columns.get("established_on") or [None] * len(areas)
        plain_area: dict[Any, bool] = {}
        plain_kind: dict[Any, bool] = {}
        seen: set[str] = set()
        found: set[int] = set()
        status = checked.status
        for index in asked:
            area, kind, code = areas[index], kinds[index], codes[index]
            if not (isinstance(area, Area) and isinstance(kind, UnitKind)):
                found.add(index)
                continue
            if area.pk not in plain_area:
                plain_area[area.pk] = self._is_plain(area)
            if kind.pk not in plain_kind:
                plain_kind[kind.pk] = kind.valid_from is None and kind.valid_to is None
            day = days[index]
            plain = plain_area[area.pk] and (plain_kind[kind.pk] or (day is None and kind.valid_to is None))
            if (
                not plain
                or not _stood(area, day)
                or (
                    status[index] == "changed"
                    and {"area", "kind", "code", "established_on", "dissolved_on"} & checked.old.get(index, {}).keys()
                )
            ):
                found.add(index)
            elif code:
                if (
                    code in seen
                    or not _CODE.fullmatch(code)
                    or (status[index] == "new" and code.partition(".")[0] != area.code)
                ):
                    found.add(index)
                seen.add(code)
        return found

    def _is_plain(self, area: Area) -> bool:
        """Say whether any unit may be entered and changed there by this person, whatever its days."""
        stub = Unit(area=area)
        return area.level == Area.Level.COMMUNE and all(may(self.user, verb, Unit, stub) for verb in ("add", "change"))

    def check(self, rows: Sequence[Row]) -> Outcome:
        """Ask the form's rules, and whether the placements can follow."""
        outcome = super().check(rows)
        follow = {
            row.pk: index
            for index, row in enumerate(rows)
            if index not in outcome
            and any(row.before.get(name) != row.values.get(name) for name in ("established_on", "dissolved_on"))
        }
        revised = [
            register.Revised(
                rows[index].record, rows[index].was("established_on"), rows[index].was("dissolved_on"), None
            )
            for pk, index in follow.items()
            if pk is not None
        ]
        errors = register.following(revised, to_store=False)[1] if revised else {}
        return outcome | {
            follow[pk]: [Problem("established_on", " ".join(error.messages))] for pk, error in errors.items()
        }

    def refusals(self, row: Row) -> list[Problem]:
        """Ask the unit as in the form, and its first placement."""
        problems = super().refusals(row)
        if problems:
            return problems
        unit = row.record
        errors: dict[str, Any] = {}
        try:
            if row.pk is None:
                first = register.first_placement(unit, village=row.values.get("village") or "")
                first.clean_fields(exclude=["unit", "area"])
                first.clean()
            else:
                register.keep_kind_and_place(unit, kind=row.before["kind"], area=row.before["area"])
        except ValidationError as error:
            errors = error.update_error_dict({})
        for theirs, ours in (("valid_from", "established_on"), ("valid_to", "dissolved_on")):
            if theirs in errors:
                errors[ours] = errors.pop(theirs)
        return self.problems_of(errors) if errors else []

    def fill(self, record: Any, name: str, value: Any) -> None:
        if name != "village":
            super().fill(record, name, value)

    def refusal(self, record: Any) -> str:
        return _("You may not enter units for %(area)s.") % {"area": record.area}

    # ---------------------------------------------------------------- storing

    def store(self, checked: Checked) -> list[str]:
        """Store units and their placements; in the same transaction every line of history."""
        rows = [
            Row(checked.places[index], {}, key, checked.versions[index])
            for index, key in enumerate(checked.keys)
            if key is not None
        ]
        if told := self.changed_meanwhile(rows):
            return told
        fresh = [index for index, key in enumerate(checked.keys) if key is None]
        if told := self._may_not(checked, fresh):
            return told
        try:
            with transaction.atomic():
                self._found(checked, fresh)
        except IntegrityError:
            if told := self._taken(checked, fresh):
                return told
            self._found(checked, fresh)  # somebody has typed the code that was the next: the one after it is free
        changed = [index for index, key in enumerate(checked.keys) if key is not None]
        return self._revise(checked, changed) if changed else []

    def _may_not(self, checked: Checked, fresh: Sequence[int]) -> list[str]:
        """Return where the person may not enter units any more."""
        keys = {checked.columns["area"][index] for index in fresh}
        kept = (
            {area.pk: area for area in Area.objects.filter(pk__in=keys)} if len(keys) < 5000 else Area.objects.in_bulk()
        )
        told = [
            self.refusal(Unit(area=kept[key]))
            for key in sorted(keys)
            if not may(self.user, "add", Unit, Unit(area=kept[key]))
        ]
        changed = [key for key in checked.keys if key is not None]
        for some in blocks_of(changed):
            places = Area.objects.filter(units__pk__in=some).distinct()
            told += [
                self.refusal(Unit(area=area)) for area in places if not may(self.user, "change", Unit, Unit(area=area))
            ]
        return list(dict.fromkeys(told))

    def _taken(self, checked: Checked, fresh: Sequence[int]) -> list[str]:
        codes = checked.columns.get("code")
        given = [codes[index] for index in fresh if codes[index]] if codes else []
        taken = Unit.objects.filter(code__in=among(given, texts=True)).values_list("code", flat=True)
        return [_("The code %(code)s has been given meanwhile.") % {"code": code} for code in taken]

    def _found(self, checked: Checked, fresh: Sequence[int]) -> None:
        if not fresh:
            return
        columns = {name: [values[index] for index in fresh] for name, values in checked.columns.items()}
        count = len(fresh)
        villages = columns.pop("village", None) or [""] * count
        columns["code"] = self._codes(columns.get("code") or [""] * count, columns["area"])
        keys = reserve_keys(Unit, count)
        columns |= {
            "id": keys,
            "version": [1] * count,
            "search_key": [
                fold(f"{name} {code}")[:500] for name, code in zip(columns["name"], columns["code"], strict=True)
            ],
            "sort_key": [collate(name)[:1000] for name in columns["name"]],
        }
        stored = {self.attname(name): values for name, values in columns.items()}
        insert_columns(Unit, list(stored), list(stored.values()))
        placements = reserve_keys(Placement, count)
        begin = self._first_days(stored["area_id"], columns.get("established_on") or [None] * count)
        insert_columns(
            Placement,
            ["id", "version", "unit_id", "area_id", "village", "valid_from", "valid_to"],
            [
                placements,
                [1] * count,
                keys,
                stored["area_id"],
                villages,
                begin,
                columns.get("dissolved_on") or [None] * count,
            ],
        )
        for model, made in ((Unit, keys), (Placement, placements)):
            trace(_between(model, made), by=self.user, kind="+")

    def _first_days(self, areas: Sequence[int], days: Sequence[date | None]) -> list[date | None]:
        """Return when each placement begins: with the unit, or with its area where the records know none before it."""
        late = {
            area.pk: area.valid_from
            for area in Area.objects.filter(
                pk__in=set(areas) if len(set(areas)) < 5000 else [], valid_from__isnull=False, origins=None
            )
        }
        return [
            late[area] if day and area in late and day < late[area] else day
            for area, day in zip(areas, days, strict=True)
        ]

    def _codes(self, codes: list[str], areas: Sequence[int]) -> list[str]:
        """Give each unit without a code the next of its commune, under the lock of the communes.

        The lock lets others refer to the communes: two files that enter units into each other's would wait in a ring.
        """
        lacking = sorted({area for area, code in zip(areas, codes, strict=True) if not code})
        locked = [
            area
            for some in blocks_of(lacking)
            for area in Area.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
        ]
        numbers = register.last_numbers(locked)
        following: dict[int, Any] = {area.pk: [area.code, numbers[area.pk]] for area in locked}
        given = []
        typed = set(codes)
        for code, area in zip(codes, areas, strict=True):
            if not code:
                told = following[area]
                told[1] += 1
                while (code := f"{told[0]}.{told[1]:04d}") in typed:
                    told[1] += 1
            given.append(code)
        return given

    def _revise(self, checked: Checked, changed: Sequence[int]) -> list[str]:
        keys = [checked.keys[index] for index in changed]
        if {"village", "established_on", "dissolved_on"} & checked.changing and (
            told := self._follow(checked, changed)
        ):
            return told
        names = [name for name in checked.names if name in checked.changing - {"village", "pk"}]
        columns = {self.attname(name): [checked.columns[name][index] for index in changed] for name in names}
        if "name" in columns:
            codes = dict(Unit.objects.filter(pk__in=among(keys)).values_list("pk", "code"))
            told_names = list(zip(columns["name"], (codes[key] for key in keys), strict=True))
            columns["search_key"] = [fold(f"{name} {code}")[:500] for name, code in told_names]
            columns["sort_key"] = [collate(name)[:1000] for name, _code in told_names]
        columns["version"] = [checked.versions[index] + 1 for index in changed]
        update_columns(Unit, keys, list(columns), list(columns.values()))
        trace(Unit.objects.filter(pk__in=among(keys)), by=self.user)
        return []

    def _follow(self, checked: Checked, changed: Sequence[int]) -> list[str]:
        """Let the placements follow the units; return why they cannot."""
        stored = Unit.objects.select_related("area").in_bulk([checked.keys[index] for index in changed])
        villages = checked.columns.get("village")
        revised = []
        for index in changed:
            unit = stored[checked.keys[index]]
            before = unit.established_on, unit.dissolved_on
            for name in {"established_on", "dissolved_on"} & checked.changing:
                setattr(unit, name, checked.columns[name][index])
            revised.append(register.Revised(unit, *before, villages[index] if villages else None))
        placements, errors = register.following(revised, to_store=True)
        update_all(placements, ["village", "valid_from", "valid_to"], by=self.user)
        return [f"{stored[pk]}: {' '.join(error.messages)}" for pk, error in errors.items()]

    # ---------------------------------------------------------------- out again

    def exported(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by("sort_key", "code")


def _stood(area: Area, day: date | None) -> bool:
    """Say whether a unit established on `day` may have stood in `area` from then on."""
    if day is None:
        return area.valid_from is None
    return (area.valid_from is None or area.valid_from <= day) and (area.valid_to is None or day < area.valid_to)


def villages_of(units: Collection[int]) -> dict[int, str]:
    """Return the village of each unit's last placement; perhaps of some others too, where there are many."""
    rows = Placement.objects.order_by("unit_id", F("valid_from").asc(nulls_first=True))
    if len(units) >= _MANY and max(units) - min(units) < 2 * len(units):
        rows = rows.filter(unit_id__gte=min(units), unit_id__lte=max(units))
    else:
        rows = rows.filter(unit__in=among(units))
    return dict(rows.values_list("unit_id", "village"))


def _between(model: Any, keys: Sequence[int]) -> Any:
    """Return the rows of keys that were reserved together; of neighbours without naming each."""
    if keys[-1] - keys[0] == len(keys) - 1:
        return model.objects.filter(pk__gte=keys[0], pk__lte=keys[-1])
    return model.objects.filter(pk__in=among(keys))
