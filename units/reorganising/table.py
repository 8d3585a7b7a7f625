"""The table from old areas to new ones, as it is handed in: read whole or refused whole, each wrong row named."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from config.cells import Refused, read_texts
from config.dates import in_force
from config.folding import fold
from units.boundary import refuse_columns
from units.models import Area, Reorganisation, ReorganisationLine
from units.reorganising.codes import LETTERS, OUR_CODE, level_of
from units.reorganising.lines import lines_of
from units.reorganising.rows import Reader, Row

if TYPE_CHECKING:
    from config.reading.tables import Table

OLD, NEW, KIND, NAME, PARENT, MAIN, NOTE = HEADS = (
    "Mã cũ", "Mã mới", "Loại mới", "Tên mới", "Thuộc", "Phần chính", "Ghi chú",
)  # fmt: skip
KINDS = {
    Area.Level.PROVINCE: ("tỉnh", "thành phố"),
    Area.Level.DISTRICT: ("huyện", "quận", "thị xã", "thành phố"),
    Area.Level.COMMUNE: ("xã", "phường", "thị trấn", "đặc khu"),
}
MOST_LINES = 20_000


@transaction.atomic
def hand_in(reorganisation: Reorganisation, lines: list[ReorganisationLine]) -> None:
    """Store `lines` as the table of `reorganisation`, in place of an earlier one and of what was decided on it."""
    reorganisation.lines.all().delete()
    reorganisation.destinations.all().delete()
    for line in lines:
        line.reorganisation = reorganisation
    ReorganisationLine.objects.bulk_create(lines, batch_size=1000)


def read(reorganisation: Reorganisation, sheet: Table) -> list[ReorganisationLine]:
    """Return the rows of a table for `reorganisation`, which need not be stored yet.

    Raises ValidationError with one message for each wrong row, beginning with its number.
    """
    reader = Reader(reorganisation)
    _read(reader, sheet)
    if not reader.errors:
        _find_old(reader)
        _find_new(reader)
    if not reader.errors:
        _find_parents(reader)
        _check_whole(reader)
    lines = [] if reader.errors else lines_of(reader)
    if reader.errors:
        raise ValidationError(reader.told)
    return lines


def _read(reader: Reader, sheet: Table) -> None:
    refuse_columns(sheet.heads)
    known = {fold(head): head for head in HEADS}
    named = [known.get(fold(head), head) for head in sheet.heads]
    unknown = [head for head in named if head not in HEADS]
    missing = [head for head in (OLD, NEW) if head not in named]
    doubled = sorted({head for head in named if named.count(head) > 1})
    if unknown or missing or doubled:
        raise ValidationError(
            _("The columns of the table are: %(known)s. Unknown: %(unknown)s. Missing: %(missing)s. Doubled: %(doubled)s.")
            % {
                "known": "; ".join(HEADS), "unknown": "; ".join(unknown) or "—",
                "missing": "; ".join(missing) or "—", "doubled": "; ".join(doubled) or "—",
            }
        )  # fmt: skip
    if len(sheet.rows) > MOST_LINES:
        raise ValidationError(_("The table has more than %(most)d rows.") % {"most": MOST_LINES})
    columns = [read_texts(column) for column in zip(*(cells for _number, cells in sheet.rows), strict=True)]
    for (number, _cells), *texts in zip(sheet.rows, *columns, strict=True):
        # a code that the spreadsheet took for a number has lost its zeros, which its area gives back
        cells = {head: text.strip() if isinstance(text, str) else "" for head, text in zip(named, texts, strict=True)}
        row = Row(
            number=number, old_text=cells[OLD].upper(), new_text=cells[NEW].upper(),
            kind=cells.get(KIND, "").lower(), name=cells.get(NAME, ""), parent_text=cells.get(PARENT, "").upper(),
            is_main=bool(cells.get(MAIN)), note=cells.get(NOTE, "")[:300],
        )  # fmt: skip
        reader.rows.append(row)
        for fault in texts:
            if isinstance(fault, Refused):
                reader.wrong(row, fault.message)
    if not reader.rows:
        raise ValidationError(_("The table has heads but no rows."))


def _find_old(reader: Reader) -> None:
    """Each old code is that of one area in force on the eve, at or below the area of the reorganisation, below the country."""
    eve = reader.reorganisation.eve
    inside = Area.objects.at_or_below(reader.reorganisation.area).exclude(level=Area.Level.COUNTRY)
    areas = list(inside.select_related("parent", "district", "province"))
    by_code = {area.code: area for area in areas}
    by_gso = {(area.level, area.gso_code): area for area in areas if area.is_valid_on(eve)}
    elsewhere = set(Area.objects.filter(code__in=[row.old_text for row in reader.rows]).values_list("code", flat=True))
    for row in reader.rows:
        if not row.old_text:
            reader.wrong(row, _("“%(head)s” is empty.") % {"head": OLD})
            continue
        row.old = by_code.get(row.old_text) or by_gso.get((level_of(row.old_text), row.old_text))
        if row.old is None and row.old_text in elsewhere:
            reader.wrong(
                row, _("“%(code)s” lies outside %(area)s.") % {"code": row.old_text, "area": reader.reorganisation.area}
            )
        elif row.old is None:
            reader.wrong(
                row,
                _("“%(code)s” is not the code of an area in force on %(day)s.")
                % {"code": row.old_text, "day": eve.strftime("%d/%m/%Y")},
            )
        elif not row.old.is_valid_on(eve):
            reader.wrong(row, _not_in_force(row.old, eve))
        elif row.old.valid_to is not None and row.old.valid_to > eve:
            reader.wrong(
                row,
                _(
                    "%(area)s (%(code)s) already ends on that day in the catalogue: leave the table out and use the catalogue."
                )
                % {"area": row.old, "code": row.old.code},
            )
    pairs = Counter((row.old.pk, row.new_text) for row in reader.rows if row.old)
    for row in reader.rows:
        if row.old and pairs[row.old.pk, row.new_text] > 1:
            reader.wrong(
                row,
                _("%(old)s → %(new)s stands in the table twice.") % {"old": row.old_text, "new": row.new_text or "—"},
            )


def _not_in_force(area: Area, day: Any) -> str:
    if area.valid_to is not None and area.valid_to <= day:
        return _("%(area)s (%(code)s) had already ended on %(end)s.") % {
            "area": area, "code": area.code, "end": area.valid_to.strftime("%d/%m/%Y"),
        }  # fmt: skip
    return _("%(area)s (%(code)s) begins only on %(begin)s.") % {
        "area": area, "code": area.code, "begin": area.valid_from.strftime("%d/%m/%Y") if area.valid_from else "…",
    }  # fmt: skip


def _find_new(reader: Reader) -> None:
    """Each new code is that of an area in force on the day, or of one that the table founds with kind, name and parent."""
    by_code, by_official = _catalogue_of_new(reader)
    ending = {row.old.pk for row in reader.rows if row.old}
    described: dict[str, Row] = {}
    for row in reader.rows:
        if not row.new_text or row.old is None:
            continue
        if not level_of(row.new_text):
            reader.wrong(
                row,
                _("“%(code)s” is no code: write ours (C01897) or the official one with its zeros (01897).")
                % {"code": row.new_text},
            )
            continue
        row.found = by_code.get(row.new_text) or by_official.get((level_of(row.new_text), row.new_text))
        if row.found is not None and row.found.pk in ending and not OUR_CODE.fullmatch(row.new_text):
            row.found = None  # the official code of an area that ends goes on to a new one
        row.found = row.found or by_code.get(_stamped(row.new_text, reader))
        row.new_code = row.found.code if row.found else _stamped(row.new_text, reader)
        if row.found is not None:
            _check_found(reader, row, row.found, ending)
        else:
            _check_founded(reader, row, described.setdefault(row.new_code, row))


def _catalogue_of_new(reader: Reader) -> tuple[dict[str, Area], dict[tuple[str, str], Area]]:
    """Return the areas that the new codes may mean, by our codes and by level and official code."""
    day = reader.reorganisation.effective_on
    texts = {row.new_text for row in reader.rows if row.new_text}
    areas = Area.objects.select_related("parent")
    by_code = {area.code: area for area in areas.filter(code__in=texts | {_stamped(text, reader) for text in texts})}
    official = areas.filter(in_force(day), gso_code__in=texts).exclude(successions__effective_on=day)
    return by_code, {(area.level, area.gso_code): area for area in official}


def _check_found(reader: Reader, row: Row, found: Area, ending: set[int]) -> None:
    """Check an area that stands in the catalogue already."""
    day = reader.reorganisation.effective_on
    if found.pk in ending:
        reader.wrong(
            row,
            _("%(area)s (%(code)s) ends by this very table, so nothing can go into it.")
            % {"area": found, "code": found.code},
        )
    elif not found.is_valid_on(day):
        reader.wrong(row, _not_in_force(found, day))
    elif not reader.holds(found):
        reader.wrong(row, _outside(found, reader))
    elif row.old and found.level != row.old.level:
        reader.wrong(row, _levels_differ(row))


def _outside(area: Area, reader: Reader) -> str:
    return _("%(target)s (%(code)s) lies outside %(area)s: only a reorganisation of the whole country leads there.") % {
        "target": area, "code": area.code, "area": reader.reorganisation.area,
    }  # fmt: skip


def _check_founded(reader: Reader, row: Row, first: Row) -> None:
    """Check an area that the table founds; it is described in the `first` of its rows, and not otherwise later."""
    described = (first.kind, first.name, first.parent_text)
    if any((row.kind, row.name, row.parent_text)) and (row.kind, row.name, row.parent_text) != described:
        reader.wrong(
            row,
            _("%(code)s is described otherwise than in row %(number)d.")
            % {"code": row.new_text, "number": first.number},
        )
    row.kind, row.name, row.parent_text = described
    kinds = KINDS[Area.Level(level_of(row.new_code))]
    if not all(described):
        reader.wrong(
            row,
            _("“%(code)s” is not on record: a new area needs “%(kind)s”, “%(name)s” and “%(parent)s”.")
            % {"code": row.new_text, "kind": KIND, "name": NAME, "parent": PARENT},
        )
    elif row.kind not in kinds:
        reader.wrong(
            row,
            _("“%(kind)s” is not a kind of such an area: %(kinds)s.") % {"kind": row.kind, "kinds": ", ".join(kinds)},
        )
    elif row.old and level_of(row.new_code) != row.old.level:
        reader.wrong(row, _levels_differ(row))


def _levels_differ(row: Row) -> str:
    assert row.old is not None
    return _("%(old)s cannot go into %(new)s: these are of different levels.") % {
        "old": row.old_text,
        "new": row.new_text,
    }


def _stamped(text: str, reader: Reader) -> str:
    """Return our code for a new area: that typed, or the official one with letter and day."""
    if OUR_CODE.fullmatch(text):
        return text
    level = level_of(text)
    return f"{LETTERS[Area.Level(level)]}{text}-{reader.reorganisation.effective_on:%Y%m%d}" if level else text


def _find_parents(reader: Reader) -> None:
    """Each new area belongs to one in force on the day, or to one that the table founds."""
    day = reader.reorganisation.effective_on
    founded = {row.new_code: row for row in reader.rows if row.new_code and row.found is None}
    texts = {row.parent_text for row in founded.values()}
    stamped = {_stamped(text, reader) for text in texts}
    areas = Area.objects.filter(in_force(day)).filter(code__in=texts | stamped) | Area.objects.filter(
        in_force(day), gso_code__in=texts
    )
    ending = {row.old.pk for row in reader.rows if row.old}
    standing = [area for area in areas if area.pk not in ending]
    by_code = {area.code: area for area in standing}
    by_text = {area.code: area.code for area in standing} | {
        area.gso_code: area.code for area in standing if area.gso_code
    }
    for row in reader.rows:
        if row.new_code not in founded:
            continue
        row.parent_code = next(
            (code for code in (row.parent_text, _stamped(row.parent_text, reader)) if code in founded), ""
        ) or by_text.get(row.parent_text, "")
        level = level_of(row.parent_code) if row.parent_code and row.parent_code != "VN" else Area.Level.COUNTRY
        order = [Area.Level.COUNTRY, Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE]
        if not row.parent_code:
            reader.wrong(
                row,
                _("“%(code)s” is not an area in force on %(day)s that it could belong to.")
                % {"code": row.parent_text, "day": day.strftime("%d/%m/%Y")},
            )
        elif order.index(Area.Level(level)) >= order.index(Area.Level(level_of(row.new_code))):
            reader.wrong(
                row, _("%(new)s cannot belong to %(parent)s.") % {"new": row.new_text, "parent": row.parent_text}
            )
        elif row.parent_code in by_code and level != Area.Level.COUNTRY and not reader.holds(by_code[row.parent_code]):
            reader.wrong(row, _outside(by_code[row.parent_code], reader))


def _check_whole(reader: Reader) -> None:
    """Divided areas name one main part; siblings differ in name; nothing is left below an area that ends."""
    by_old: dict[int, list[Row]] = defaultdict(list)
    for row in reader.rows:
        if row.old:
            by_old[row.old.pk].append(row)
    for rows in by_old.values():
        first = rows[0]
        if len(rows) > 1 and any(not row.new_code for row in rows):
            reader.wrong(first, _("%(old)s is both abolished and carried on.") % {"old": first.old_text})
        elif len(rows) > 1 and sum(row.is_main for row in rows) != 1:
            reader.wrong(
                first,
                _("%(old)s is divided: mark exactly one row in “%(head)s”.") % {"old": first.old_text, "head": MAIN},
            )
    names: dict[tuple[str, str, str], str] = {}
    for row in reader.rows:
        if row.new_code and row.found is None:
            key = (row.parent_code, row.kind, fold(row.name))
            if names.setdefault(key, row.new_code) != row.new_code:
                reader.wrong(
                    row,
                    _("Two areas of the same place would be called “%(name)s”.") % {"name": f"{row.kind} {row.name}"},
                )
