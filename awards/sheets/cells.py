"""Cells of the sheets of commendations: rows of the catalogues, and the words of the sheets."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import gettext as _

from awards.models import AwardingAuthority
from awards.models.decisions import AwardDecision, Occasion, RecipientKind
from config.bulk import among
from config.cells import Doubt, Refused
from units.importing.cells import RecordCell, in_full
from units.importing.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from units.importing.context import Context

_SEPARATOR = re.compile(r"[;\n]")
_MOST_READINGS = 12

# the words of the sheets, by code
KINDS = {
    RecipientKind.COLLECTIVE: "tập thể",
    RecipientKind.INDIVIDUAL: "cá nhân",
    RecipientKind.HOUSEHOLD: "hộ gia đình",
    RecipientKind.AREA: "địa bàn",
}
OTHER_KINDS = {
    RecipientKind.COLLECTIVE: "TT",
    RecipientKind.INDIVIDUAL: "CN",
    RecipientKind.HOUSEHOLD: "HGĐ;hộ GĐ;hộ;gia đình",
    RecipientKind.AREA: "địa phương",
}
OCCASIONS = {
    Occasion.CONFERENCE: "hội nghị tổng kết",
    Occasion.FESTIVAL_DAY: "Ngày hội Toàn dân bảo vệ ANTQ",
    Occasion.THEMATIC_REVIEW: "sơ kết, tổng kết chuyên đề",
    Occasion.OTHER: "dịp khác",
}
OTHER_OCCASIONS = {
    Occasion.CONFERENCE: "tổng kết;tổng kết năm;tổng kết cuối năm;hội nghị;tổng kết phong trào",
    Occasion.FESTIVAL_DAY: "NH;Ngày hội TDBVANTQ;19/8",
    Occasion.THEMATIC_REVIEW: "sơ kết;sơ kết chuyên đề;tổng kết chuyên đề",
    Occasion.OTHER: "khác",
}
CAPACITIES = {
    AwardDecision.Capacity.OWN: "thủ trưởng ký",
    AwardDecision.Capacity.TM: "TM.",
    AwardDecision.Capacity.KT: "KT.",
    AwardDecision.Capacity.TL: "TL.",
    AwardDecision.Capacity.TUQ: "TUQ.",
}


# what offices write, by code of the catalogue
AUTHORITIES = {
    "bo_truong_bo_cong_an": "Bộ Công an;Bộ trưởng",
    "chu_tich_ubnd_tinh": "UBND tỉnh;Chủ tịch tỉnh",
    "giam_doc_cong_an_tinh": "Công an tỉnh;Giám đốc;GĐCAT;GĐ CAT;GĐ Công an tỉnh",
    "chu_tich_ubnd_huyen": "UBND huyện;Chủ tịch huyện;Chủ tịch UBND thành phố;UBND thành phố;Chủ tịch UBND TP;UBND TP",
    "truong_cong_an_huyen": "Công an huyện;Trưởng Công an thành phố;Công an thành phố",
    "cuc_truong_v05": "Cục V05;V05",
    "mat_tran": "UBMTTQ;UBMTTQ huyện;UBMTTQ tỉnh;UBMTTQ xã;MTTQ;Ủy ban MTTQ;Mặt trận Tổ quốc",
    "chu_tich_ubnd_xa": "UBND xã;Chủ tịch UBND phường;Chủ tịch UBND thị trấn;UBND phường;UBND thị trấn;UBND TT;UBND P;Chủ tịch UBND TT",
}
GROUNDS = {
    "thuong_xuyen": "thường xuyên;TX",
    "dot_xuat": "đột xuất;ĐX",
    "chuyen_de": "chuyên đề;theo chuyên đề;CĐ;nhiều năm",
    "cong_trang": "công trạng",
}
FORMS = {"bang_khen": "BK", "giay_khen": "GK", "co_thi_dua": "Cờ TĐ;Cờ", "ky_niem_chuong": "KNC;Kỷ niệm chương"}


class CatalogueCell(RecordCell):
    """A row of a catalogue by its code, its name or the name as printed; a beginning that only one has is asked."""

    stands_above = True

    def __init__(self, model: Any, *, also: Mapping[str, str] | None = None) -> None:
        """Keep the catalogue, and other words for its rows by code, parted by ";"."""
        self.model, self.also = model, also or {}

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Any]:
        rows = self._rows(context)
        known = self._known(rows)
        return {text: self._one(text, known, rows) for text in texts}

    def of_group(self, text: str, context: Context) -> Any:
        found = self._known(self._rows(context)).get(in_full(text))
        return found.name_vi if found is not None else None

    def _rows(self, context: Context) -> list[Any]:
        rows: list[Any] = context.kept.setdefault(("rows", self.model), []) or list(self.model.objects.all())
        context.kept["rows", self.model] = rows
        return rows

    def _known(self, rows: Sequence[Any]) -> dict[str, Any]:
        return {
            in_full(name): row
            for row in rows
            for name in (
                row.code, row.name_vi, row.name_en, getattr(row, "printed_vi", ""), getattr(row, "printed_en", ""),
                *self.also.get(row.code, "").split(";"),
            )
            if name
        }  # fmt: skip

    def _one(self, text: str, known: Mapping[str, Any], rows: Sequence[Any]) -> Any:
        word = in_full(text)
        if word in known:
            return known[word]
        beginning = [row for row in rows if word and in_full(row.name_vi).startswith(f"{word} ")]
        if beginning:
            return Doubt(
                _("“%(value)s” is not written in full: which one is meant?") % {"value": text}, tuple(beginning)
            )
        return Refused(
            _("“%(value)s” is not in the catalogue “%(list)s”. It holds: %(names)s.")
            % {
                "value": text,
                "list": self.model._meta.verbose_name_plural,
                "names": "; ".join(row.name_vi for row in rows),
            }
        )

    def shown(self, value: Any) -> Any:
        return value.name_vi if value else ""

    def paths(self, name: str) -> tuple[str, ...]:
        return (f"{name}__name_vi",)

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        return [name or "" for name in selected[0]]

    def in_database(self, name: str) -> Any:
        return F(f"{name}__name_vi") if type(self).print is CatalogueCell.print else None

    def choices(self, context: Context) -> Sequence[str]:
        return tuple(row.name_vi for row in self.model.objects.all())


class AuthorityCell(CatalogueCell):
    """An authority, also with the name of its place: “UBND xã Cao Kỳ”."""

    def __init__(self) -> None:
        """Keep the authorities and what offices call them."""
        super().__init__(AwardingAuthority, also=AUTHORITIES)

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Any]:
        rows = self._rows(context)
        known = self._known(rows)
        told = super().look_up(texts, context)
        return {
            text: self._without_place(text, known, context) or one if isinstance(one, Refused) else one
            for text, one in told.items()
        }

    def _without_place(self, text: str, known: Mapping[str, Any], context: Context) -> Any:
        words = in_full(text).split()
        places = Places.of(context, anywhere=False)
        for size in range(len(words) - 1, 1, -1):
            if " ".join(words[:size]) in known and " ".join(words[size:]) in places.by_name:
                return known[" ".join(words[:size])]
        return None


class CatalogueListCell(CatalogueCell):
    """Rows of a catalogue that a reported total names, with a semicolon or a new line between them."""

    is_packed = True

    def look_up(self, texts: list[str], context: Context) -> Mapping[str, Any]:
        rows = self._rows(context)
        known = self._known(rows)
        return {text: self._all(text, known, rows) for text in texts}

    def _all(self, text: str, known: Mapping[str, Any], rows: Sequence[Any]) -> Any:
        found = [self._one(part.strip(), known, rows) for part in _SEPARATOR.split(text) if part.strip()]
        if refused := next((one for one in found if isinstance(one, Refused)), None):
            return refused
        doubt = next((one for one in found if isinstance(one, Doubt)), None)
        meant = [one.readings if isinstance(one, Doubt) else (one,) for one in found]
        together = tuple(tuple(dict.fromkeys(some)) for some in islice(product(*meant), _MOST_READINGS))
        return Doubt(doubt.message, together) if doubt else together[0] or None

    def pack(self, value: Any) -> Any:
        return value and [one.pk for one in value]

    def keys(self, values: list[Any]) -> list[Any]:
        return [value and tuple(sorted(one.pk for one in value)) for value in values]

    def shown(self, value: Any) -> Any:
        return "; ".join(row.name_vi for row in value or ())

    def paths(self, name: str) -> tuple[str, ...]:
        return ("pk",)

    def print(self, selected: Sequence[list[Any]], context: Context) -> list[Any]:
        names: dict[int, list[str]] = defaultdict(list)
        rows = self.model.objects.filter(reported_totals__in=among(selected[0]))
        for key, name in rows.values_list("reported_totals", "name_vi"):
            names[key].append(name)
        return ["; ".join(names[key]) for key in selected[0]]

    def choices(self, context: Context) -> Sequence[str]:
        return ()
