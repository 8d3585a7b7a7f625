"""Areas by what stands in a cell: a code, or a name with what lies above it, as offices write them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.cells import Doubt, Refused
from config.folding import fold
from units.models import Area
from units.models.existence import with_codes
from units.models.succession import heirs_today

if TYPE_CHECKING:
    from units.importing.context import Context, Span

_CODE = re.compile(r"[A-Z]{1,2}\d{1,6}(?:-\d{6,8})?")
_CODE_AND_NAME = re.compile(r"(?P<code>(?:[A-Z]{1,2})?\d{2,6}(?:-\d{6,8})?) \((?P<name>.+)\)", re.DOTALL)
_OFFICIAL = {
    5: "C",
    4: "C0",
    3: "D",
    2: "P",
}  # official codes by their length; a spreadsheet takes the first nought off
_PARTS = re.compile(r"\s*(?:,|;|/|\(|\)|\s[-–]\s|\n)\s*")
_NOW = re.compile(r"^nay là\s+", re.IGNORECASE)
_FORMERLY = re.compile(
    r"\bcũ$|^(?:cũ|trước là|trước đây là|tên cũ)\b", re.IGNORECASE
)  # with marks: Yên Cư is a commune
_FORMER_NAMES = re.compile(r"\([^()]*\bcũ\s*\)", re.IGNORECASE)  # “Quân Hà (Quân Bình, Hà Vị cũ)”
_VILLAGE = re.compile(r"(?:thon|ban|to dan pho|tdp|to|tieu khu|tk|xom|pho|khu|khu pho|kdc|lang)\b")
_OFFICE = re.compile(r"^(?:ubnd|cong an|ca|mttq|uy ban nhan dan)\s+")
_NUMBERING = re.compile(r"^\s*(?:[IVXLC]+|\d+|[A-Za-zĐđ])\s*[.)/-]\s*")
_WHOLE = {
    "toan tinh": Area.Level.PROVINCE, "tinh": Area.Level.PROVINCE, "toan huyen": Area.Level.DISTRICT,
    "huyen": Area.Level.DISTRICT, "toan xa": Area.Level.COMMUNE,
}  # fmt: skip
_INITIALS = re.compile(r"[A-ZĐ]{2,4}")
# as offices write the kinds, folded; longer ones first
_KINDS = (
    ("thi tran", "thị trấn"), ("thanh pho", "thành phố"), ("thi xa", "thị xã"), ("dac khu", "đặc khu"),
    ("phuong", "phường"), ("huyen", "huyện"), ("quan", "quận"), ("tinh", "tỉnh"), ("xa", "xã"),
    ("tt", "thị trấn"), ("tp", "thành phố"), ("tx", "thị xã"), ("ph", "phường"), ("p", "phường"), ("h", "huyện"), ("x", "xã"), ("t", "tỉnh"),
)  # fmt: skip


class Places:
    """The areas that somebody may mean."""

    def __init__(self, context: Context, *, anywhere: bool) -> None:
        """Read the areas in the person's reach, or all of them. Four queries."""
        reach = context.user.reach()
        rows = Area.objects.prefetch_related("district", "province", "parent")  # few lie above many: each is made once
        areas = list(rows if anywhere else rows.filter(reach.own_condition()))
        self.sender = context.sender
        self.anywhere = anywhere
        self.by_code = {area.code: area for area in areas}
        self.by_name: dict[str, list[Area]] = defaultdict(list)
        self.by_official: dict[str, list[Area]] = defaultdict(list)
        for area in areas:
            self.by_name[fold(area.name)].append(area)
            self.by_official[area.code.partition("-")[0]].append(area)

    @classmethod
    def of(cls, context: Context, *, anywhere: bool) -> Places:
        """Return the places of the person, read once."""
        places: Places = context.kept.setdefault(("places", anywhere), None) or cls(context, anywhere=anywhere)
        context.kept["places", anywhere] = places
        return places

    def find(self, text: str, span: Span | None = None, inside: Area | None = None) -> Any:
        """Return the area that `text` names, Refused or Doubt.

        Of several that bear the name those count that were in force in `span`, then those inside the area under whose
        head the row stands, then those of the sender, unless the whole country is meant.
        """
        if both := _CODE_AND_NAME.fullmatch(text.strip()):
            return self._agreeing(both["code"], both["name"], span, inside)
        code = text.strip().upper()
        if code in self.by_code:
            return self.by_code[code]
        if _CODE.fullmatch(code):
            return self._refused_code(code)
        found = self._meant(text)
        if len(found) > 1 and span:
            found = [area for area in found if _overlaps(area, span)] or found
        for above in (inside, None if self.anywhere else self.sender):
            if len(found) > 1 and above is not None:
                found = [area for area in found if above.pk in _chain(area)] or found
        if len(found) > 1 and self.sender is not None:  # of a cluster, likelier a neighbour: only the order says so
            found.sort(key=lambda area: self.sender is not None and self.sender.pk not in _chain(area))
        if len(found) == 1:
            return found[0]
        if found:
            return Doubt(
                _("“%(name)s” is the name of several areas: which one is meant?") % {"name": text}, tuple(found)
            )
        return Refused(
            _("“%(name)s” is neither the code nor the name of an area in your reach. Write for example C01897, or “xã Hà Hiệu, huyện Ba Bể”.")
            % {"name": text}
        )  # fmt: skip

    def _agreeing(self, code: str, name: str, span: Span | None, inside: Area | None) -> Any:
        """Return the area of a code, where the name beside it is its own; else ask."""
        found = self.find(code, span, inside)
        readings: tuple[Any, ...] = (found,) if isinstance(found, Area) else ()
        readings = found.readings if isinstance(found, Doubt) else readings
        named = self._meant(name)
        if agreeing := [area for area in readings if area in named]:
            return agreeing[0] if len(agreeing) == 1 else found
        if not readings:
            return found
        said = _("“%(code)s” is the code of %(area)s, but “%(name)s” stands beside it: which one is meant?")
        others = [area for area in named if not span or _overlaps(area, span)]
        return Doubt(said % {"code": code, "area": readings[0], "name": name}, (*readings, *others[:5]))

    def mentions(self, text: str, span: Span | None = None) -> Area | None:
        """Return the one area that a group's head such as “I. Huyện Ba Bể” names with its kind, or None."""
        plain = _NUMBERING.sub("", text).rstrip(" :")
        kind, _name = _split_kind(fold(plain))
        found = self.find(plain, span) if kind else None
        return found if isinstance(found, Area) else None

    def _meant(self, text: str) -> list[Area]:
        folded = _OFFICE.sub("", fold(text))
        if folded in _WHOLE:
            return [area for area in (self._of_sender(_WHOLE[folded]),) if area is not None]
        if folded.isascii() and folded.isdecimal():
            return self.by_official.get(f"{_OFFICIAL.get(len(folded), '')}{folded}", [])
        return self._named(text)

    def _of_sender(self, level: str) -> Area | None:
        sender = self.sender
        if sender is None or sender.level == level:
            return sender
        return {Area.Level.PROVINCE: sender.province, Area.Level.DISTRICT: sender.district}.get(Area.Level(level))

    def _named(self, text: str) -> list[Area]:
        parts = _parts_of(text)
        # a village stands before its commune; but “Bản Thi” is a commune
        while len(parts) > 1 and _VILLAGE.match(fold(parts[0])) and not self._of_part(parts[0]):
            parts = parts[1:]
        if not parts:
            return []
        found = self._of_part(parts[0])
        for above in parts[1:]:
            wanted = {area.pk for area in self._anything_called(above)}
            inside = [area for area in found if wanted & _chain(area)]
            if not inside and _INITIALS.fullmatch(above):
                inside = [area for area in found if above in _initials_above(area)]
            if not inside:
                return []
            found = inside
        return self._spelt_alike(found, parts[0])

    def _of_part(self, part: str) -> list[Area]:
        kind, name = _split_kind(_OFFICE.sub("", fold(part)))
        whole = self.by_name.get(_OFFICE.sub("", fold(part)), [])
        if kind:
            of_kind = [area for area in self.by_name.get(name, []) if area.kind.lower() == kind]
            return of_kind or whole or self._shortened(kind, name)
        return whole

    def _shortened(self, kind: str, name: str) -> list[Area]:
        """Return the areas of the kind whose name begins with these initials: “NTM Khai” is Nguyễn Thị Minh Khai."""
        first, _space, rest = name.partition(" ")
        if len(first) < 2 or not rest:
            return []
        found = []
        for whole, areas in self.by_name.items():
            words = whole.split()
            initials = "".join(word[0] for word in words[: len(first)])
            if initials == first and " ".join(words[len(first) :]) == rest:
                found += [area for area in areas if area.kind.lower() == kind]
        return found

    def _anything_called(self, part: str) -> list[Area]:
        kind, name = _split_kind(fold(part))
        if not hasattr(self, "_all_above"):
            self._all_above: dict[str, list[Area]] = defaultdict(list)
            for area in Area.objects.exclude(level=Area.Level.COMMUNE):
                self._all_above[fold(area.name)].append(area)
        named = self._all_above.get(name, []) + self._all_above.get(fold(part), [])
        return [area for area in named if not kind or area.kind.lower() == kind or fold(area.name) == fold(part)]

    def _spelt_alike(self, found: list[Area], part: str) -> list[Area]:
        """Prefer the areas whose name has the very marks of the cell, where the cell has marks."""
        if len(found) < 2 or part.isascii():
            return found
        marks = _marks(part)
        return [area for area in found if _marks(area.name) <= marks] or found

    def _refused_code(self, code: str) -> Refused:
        area = Area.objects.select_related("district", "province").filter(code=code).first()
        if area is None:
            return Refused(
                _("“%(code)s” is not the code of an area. Codes look like C01897; look yours up in the list of areas.")
                % {"code": code}
            )
        if heirs := heirs_today(area):
            return Refused(
                _("%(area)s (%(code)s) ended on %(end)s and lies outside your posting. It became: %(heirs)s.")
                % {"area": area, "code": code, "end": f"{area.valid_to:%d/%m/%Y}", "heirs": with_codes(heirs)}
            )
        return Refused(_("%(area)s (%(code)s) lies outside your posting.") % {"area": area, "code": code})


def _parts_of(text: str) -> list[str]:
    """Return the names in “Thôn Nà Pài, xã Yên Phong (Yên Mỹ cũ)” from below upwards, without former ones."""
    plain = _FORMER_NAMES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    parts = [part for part in _PARTS.split(plain if fold(plain) else text.strip()) if fold(part)]
    if today := [named for part in parts if (named := _NOW.sub("", part)) != part]:
        return today[:1]
    parts = [part for part in parts if not _FORMERLY.search(unicodedata.normalize("NFC", part))] or parts
    kinds = dict(_KINDS)
    if len(parts) > 1 and fold(parts[1]) in kinds:  # “BẰNG LŨNG (TT)”
        parts = [f"{kinds[fold(parts[1])]} {parts[0]}", *parts[2:]]
    return parts


def _overlaps(area: Area, span: Span) -> bool:
    first, last = span
    return (area.valid_from is None or area.valid_from <= last) and (area.valid_to is None or first < area.valid_to)


def _chain(area: Area) -> set[int | None]:
    """Return the keys of an area and of what lies above it."""
    return {area.pk, area.district_id, area.province_id, area.parent_id}


def _initials_above(area: Area) -> set[str]:
    """Return the initials of the areas above one, as offices shorten them: TN is Thái Nguyên."""
    above = (area.district, area.province)
    return {"".join(word[0] for word in one.name.split()).upper() for one in above if one is not None}


def _split_kind(folded: str) -> tuple[str, str]:
    for short, kind in _KINDS:
        if folded.startswith(f"{short} "):
            return kind, folded.removeprefix(f"{short} ")
    return "", folded


def _marks(text: str) -> set[str]:
    """Return the words of a text, each with its letters and marks in an order that hòa and hoà share."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())
    return {"".join(sorted(unicodedata.normalize("NFD", word))) for word in words}
