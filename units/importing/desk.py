"""The way of a file over the desk: received, its columns named, checked, confirmed, or thrown away."""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config import legacy_text
from config.bulk import uncollected
from config.reading.codings import Coding
from config.reading.files import UnreadableFile, decode, encode, open_file
from config.records import batch_of
from config.writing.texts import Kind
from units.boundary import column_letter, refusal_of, refuse_blocked_text
from units.importing import checking, staging
from units.importing.cells import AreaCell, in_full
from units.importing.context import Context, says_dash_is_none
from units.importing.gathering import Gathering, Kinds, Tab, Table, heads_of_group
from units.importing.heads import Heads, propose, read_heads
from units.importing.sheets import SHEETS, YEAR, Sheet
from units.importing.spreading import splitter
from units.importing.titles import group_of, proposals, titles_of, year_of
from units.models import Area, ImportBatch, KnownHeads, Upload, UploadBlock
from units.personal import names_people, personal_columns
from units.reading_only import reading_only

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from config.reading.files import OpenFile, SheetTop
    from units.importing.heads import Row
    from units.importing.sheets import Column

State = Upload.State
WAITING = (State.NAMING, State.CHECKED, State.FAILED)  # for what the clerk says next
MOST_NAME = 150
NUMBERED, VERSIONED = "pk", "version"
_MOST_BELOW = 3  # rows under the heads that may hold parts of them
_SHORT = re.compile(r"[^\d]{1,40}", re.DOTALL)
AT_LEISURE = 2000  # rows from which the work is left to the worker


class MovedOn(ValidationError):
    """The file is not any more where it was shown to be."""


class NotStored(Exception):
    """What was shown could not be stored as it was shown; `rows` says why, row by row."""

    def __init__(self, rows: Sequence[str]) -> None:
        """Keep the reasons."""
        self.rows = list(rows)
        super().__init__(" ".join(self.rows[:20]))


def sheet_of(upload: Upload) -> Sheet:
    """Return the sheet that a file on the desk is for, with what was said of all its rows."""
    given = dict(upload.choices.get("given", {}))
    year = str(given.get(YEAR, "")).strip()
    context = Context(
        upload.by,
        days_from_1904=upload.choices.get("days_from_1904", False),
        given=given,
        year=int(year) if year.isdecimal() and len(year) == 4 else upload.choices.get("year"),
        sender=upload.sender,
    )
    return SHEETS.sheets[upload.sheet](context)


# ---------------------------------------------------------------- in


def receive(content: bytes, name: str, sheet: Sheet, *, sender: Area | None) -> Upload:
    """Put a file on the desk of the sheet's person and return it; what the ledger may not hold never leaves the file.

    Raises ValidationError, fit to show, for a file that cannot be read or is none of this list.
    """
    tidy_up()
    refuse_blocked_text(Path(name).stem)
    if len(name) > MOST_NAME:
        raise ValidationError(
            _("The name of the file is too long: shorten it to %(most)d signs.") % {"most": MOST_NAME}
        )
    upload = Upload(
        sheet=sheet.key(), file_name=name, digest=hashlib.sha256(content).hexdigest(), by=sheet.user, sender=sender
    )
    try:
        with open_file(content, name=name) as file:
            tabs = [_top(sheet, top) for top in file.sheets if not top.hidden] or [
                _top(sheet, top) for top in file.sheets
            ]
            if not any(tab["rows"] for tab in tabs):
                raise ValidationError(_("The sheet has heads but no rows."))
            upload.tops = tabs
            upload.rows = sum(top.height for top in file.sheets)
            proposal = _proposal(sheet, tabs, upload)
            upload.choices = {
                "days_from_1904": file.days_from_1904,
                "tabs": proposal,
                "given": {},
                "answers": {},
            } | _of_titles(sheet, tabs, proposal)
            with transaction.atomic():
                upload.save()
                for tab in tabs:
                    _keep(upload, file, tab)
    except UnreadableFile as error:
        raise ValidationError(str(error)) from error
    return upload


def _keep(upload: Upload, file: OpenFile, tab: Mapping[str, Any]) -> None:
    """Keep the rows of a tab, without the columns that are refused."""
    gone = [one["place"] for one in tab["refused"]]
    for number, block in enumerate(file.blocks(tab["number"], leave_out=gone)):
        content = _only_words(block, tab["words"], _codings(tab)) if tab["words"] else block
        UploadBlock.objects.create(
            upload=upload, part=UploadBlock.Part.READ, tab=tab["number"], number=number, content=content
        )


def _only_words(block: bytes, words: Mapping[str, Sequence[str]], codings: frozenset[Coding]) -> bytes:
    """Return a block in which some columns hold nothing but the words of their list."""
    read = decode(block)
    for place, known in words.items():
        if int(place) < len(read.columns):
            column = read.columns[int(place)]
            told = legacy_text.decode_column(column, {}, place, codings)
            read.columns[int(place)] = [
                cell if isinstance(text, str) and in_full(text) in known else None
                for cell, text in zip(column, told, strict=True)
            ]
    return encode(read)


def _codings(tab: Mapping[str, Any]) -> frozenset[Coding]:
    """Return how the texts of a tab are coded."""
    return frozenset(map(Coding, tab["codings"]))


def _top(sheet: Sheet, top: SheetTop) -> dict[str, Any]:
    """Return what is remembered of a tab: its first rows without the columns that are refused."""
    codings = legacy_text.codings_of(cell for _number, cells in top.rows for cell in cells if isinstance(cell, str))
    # the rows of heads may be typed in another font than those below
    first = [(number, legacy_text.decode_column(list(cells), {}, number, codings)) for number, cells in top.rows]
    heads = propose(_columns(sheet), first, top.merged)
    refused = _refused(top.rows, top.merged, heads)
    words = _words(sheet, heads, refused, first)
    refused = _personal(sheet, heads, first) | {
        place: told for place, told in refused.items() if str(place) not in words
    }
    rows = [
        [
            number,
            [None if place in refused or cell is None else checking.told(cell) for place, cell in enumerate(cells)],
        ]
        for number, cells in first[:40]
    ]
    told = [{"place": place, "head": head, "why": why} for place, (head, why) in refused.items()]
    return {
        "number": top.index, "name": top.name, "rows": rows, "merged": top.merged, "refused": told,
        "codings": sorted(coding.value for coding in codings), "words": words,
    }  # fmt: skip


def _words(
    sheet: Sheet, heads: Heads | None, refused: Mapping[int, Any], rows: Sequence[tuple[int, Sequence[Any]]]
) -> dict[str, list[str]]:
    """Return the words that a column may hold whose head alone would have it refused, by place.

    “Đối tượng” is a suspect, but above a list of commendations it says only “tập thể” or “cá nhân”.
    """
    words: dict[str, list[str]] = {}
    if heads is None:
        return words
    for head in heads.heads:
        column = sheet.read_columns().get(head.meaning)
        if head.place in refused and head.sure and column is not None and (known := column.cell.words_only()):
            cells = [cells[head.place] for number, cells in rows if number > heads.last and head.place < len(cells)]
            if all(cell is None or (isinstance(cell, str) and in_full(cell) in known) for cell in cells):
                words[str(head.place)] = sorted(known)
    return words


def _personal(sheet: Sheet, heads: Heads | None, rows: Sequence[Row]) -> dict[int, tuple[str, str]]:
    """Return the columns of people's names and numbers whose heads may say nothing of it, by place: heads, and why."""
    below = [cells for number, cells in rows if heads is None or number > heads.last]
    above = {head.place: head.text for head in heads.heads} if heads else {}
    found = personal_columns(below, takes_people=sheet.takes_people)
    if heads and not sheet.takes_people:
        found |= {head.place: _("names of people") for head in heads.heads if names_people(head.text)}
    return {place: (above.get(place, "…"), why) for place, why in found.items()}


def _refused(rows: Sequence[Row], merged: Any, heads: Heads | None) -> dict[int, tuple[str, str]]:
    """Return the columns that the ledger may not take, by place: their heads, and why.

    Where no heads were found, any text of the first rows may be one.
    """
    refused: dict[int, tuple[str, str]] = {}
    above = {head.place: head.text for head in heads.heads} if heads else {}
    for number, cells in _may_be_heads(rows, heads) if heads else rows:
        for place, cell in enumerate(cells):
            if place not in refused and isinstance(cell, str) and (told := _refusal_of(cell, above.get(place, ""))):
                ends = [right for first, left, last, right in merged if first <= number <= last and left == place]
                refused |= dict.fromkeys(range(place, max([place, *ends]) + 1), told)
    return refused


def _refusal_of(text: str, above: str = "") -> tuple[str, str] | None:
    """Return a head as it is refused, and why: whatever font it may be typed in."""
    heads = (" ".join(reading.split()) for reading in legacy_text.readings_of(text))
    return next(((head, why) for head in heads if (why := refusal_of(head, above))), None)


def _may_be_heads(rows: Sequence[Row], heads: Heads) -> Iterator[Row]:
    """Yield the rows of heads, and those around them that read like heads: more of them above, parts of them below."""
    leftmost = min(head.place for head in heads.heads)
    for number, cells in rows:
        texts = [cell for cell in cells if cell is not None]
        if heads.first <= number <= heads.last:
            yield number, cells
        elif not heads.first - 1 <= number <= heads.last + _MOST_BELOW:
            continue
        elif not all(isinstance(text, str) and _SHORT.fullmatch(text) for text in texts):
            if number > heads.last:
                return  # the data begin
        elif len(texts) > 1 if number < heads.first else cells[leftmost] is None:
            yield number, cells


def _columns(sheet: Sheet) -> list[Any]:
    """Return the columns that heads may mean; those only written out may stand in the file and are left out."""
    return list(sheet.all_columns())


def _proposal(sheet: Sheet, tabs: Sequence[dict[str, Any]], upload: Upload) -> list[dict[str, Any]]:
    """Return, for each tab, where its heads stand and what they mean, as known of the sender or as it seems."""
    found = []
    for tab in tabs:
        heads = propose(_columns(sheet), tab["rows"], tab["merged"])
        if heads is None:
            found.append(
                {"number": tab["number"], "first": 0, "last": 0, "meanings": {}, "chosen": False, "known": False}
            )
            continue
        known = KnownHeads.objects.filter(sheet=upload.sheet, sender=upload.sender, heads=heads.digest).first()
        meanings = known.meanings if known else {str(head.place): head.meaning for head in heads.heads if head.meaning}
        if not heads.is_exact and VERSIONED not in meanings.values():  # “Số” numbers the rows in sheets of others
            meanings = {place: name for place, name in meanings.items() if name != NUMBERED}
        gone = {str(one["place"]) for one in tab["refused"]}
        found.append(
            {
                "number": tab["number"],
                "first": heads.first,
                "last": heads.last,
                "meanings": {place: name for place, name in meanings.items() if place not in gone},
                "chosen": True,
                "known": bool(known) or (heads.is_exact and not tab["refused"]),
            }
        )
    return _without_summaries(sheet, found)


def _without_summaries(sheet: Sheet, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out tabs that lack what every row must say itself, where others have it: they sum up those."""
    own = {column.name for column in sheet.read_columns().values() if column.required and not column.cell.stands_above}
    whole = [tab["chosen"] and own <= set(tab["meanings"].values()) for tab in found]
    return [tab | {"chosen": one} for tab, one in zip(found, whole, strict=True)] if any(whole) else found


def _of_titles(sheet: Sheet, tabs: Sequence[dict[str, Any]], proposal: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the year that the titles tell of, and what else they seem to say of all rows, by head."""
    chosen = [(top, tab) for top, tab in zip(tabs, proposal, strict=True) if tab["chosen"]]
    years = {_year_of(top, tab) for top, tab in chosen}
    year = years.pop() if len(years) == 1 else None
    told = [proposals(sheet, titles_of(top["rows"], tab["first"]), year) for top, tab in chosen]
    same = {head: text for head, text in told[0].items() if all(one.get(head) == text for one in told)} if told else {}
    return {"year": year, "proposed": same}


def _year_of(top: Mapping[str, Any], tab: Mapping[str, Any]) -> int | None:
    return year_of(titles_of(top["rows"], tab["first"]), top["name"])


def heads_of(sheet: Sheet, tab: Mapping[str, Any], first: int, last: int) -> Heads:
    """Return the heads of a tab on the desk."""
    return read_heads(_columns(sheet), [tuple(row) for row in tab["rows"]], tab["merged"], first, last)


def needs_naming(upload: Upload, sheet: Sheet) -> bool:
    """Say whether a person must look at the columns first."""
    chosen = [tab for tab in upload.choices["tabs"] if tab["chosen"]]
    named = {name for tab in chosen for name in tab["meanings"].values()}
    lacking = [column for column in sheet.read_columns().values() if column.required and column.name not in named]
    return not chosen or bool(lacking) or not all(tab["known"] for tab in chosen)


def name_columns(upload: Upload, tabs: Sequence[dict[str, Any]], given: Mapping[str, Any]) -> None:
    """Take what the person said of the columns, and remember it of the sender.

    Raises ValidationError where a column that must be there has neither a column nor a value.
    """
    with _still(upload, *WAITING):
        chosen = [tab for tab in tabs if tab["chosen"]]
        _demand_columns(upload, chosen, given)
        sheet = sheet_of(upload)
        for tab in chosen:
            top = next(one for one in upload.tops if one["number"] == tab["number"])
            heads = heads_of(sheet, top, tab["first"], tab["last"])
            _refuse_late(upload, top, heads)
            if upload.sender_id and upload.sender is not None:
                KnownHeads.objects.update_or_create(
                    sheet=upload.sheet, sender=upload.sender, heads=heads.digest,
                    defaults={"meanings": {place: name for place, name in tab["meanings"].items() if name}, "by": upload.by},
                )  # fmt: skip
        upload.choices = upload.choices | {
            "tabs": list(tabs),
            "given": {head: value for head, value in given.items() if value not in (None, "")},
        }
        upload.save(update_fields=["choices", "tops"])


def _demand_columns(upload: Upload, chosen: Sequence[dict[str, Any]], given: Mapping[str, Any]) -> None:
    sheet = sheet_of(upload)
    columns = sheet.read_columns()
    if not chosen:
        raise ValidationError(_("Choose at least one tab."))
    for tab in chosen:
        names = [name for name in tab["meanings"].values() if name]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValidationError(_("Two columns cannot both be “%(head)s”.") % {"head": columns[twice[0]].head})
        lacking = [
            column.head
            for column in columns.values()
            if column.required
            and column.name not in names
            and given.get(column.head) in (None, "")
            and not (column.cell.stands_above and _stands_above(upload, tab, column, sheet))
            and not _stands_in_another(upload, tab, column, sheet)
        ]
        if lacking:
            raise ValidationError(
                _("Say which column holds these, or fill them in once for all rows: %(heads)s.")
                % {"heads": "; ".join(lacking)}
            )


def _stands_above(upload: Upload, tab: Mapping[str, Any], column: Column, sheet: Sheet) -> bool:
    """Say whether what a column holds is told by the title, or by a text that stands above the first rows."""
    top = next(one for one in upload.tops if one["number"] == tab["number"])
    titles = titles_of(top["rows"], tab["first"])
    if column.name in group_of(sheet, titles, top["name"], year=sheet.context.year).cells:
        return True
    texts = [cell for number, cells in top["rows"] if number > tab["last"] for cell in cells if cell]
    return any(column.cell.of_group(one, sheet.context) is not None for text in texts for one in heads_of_group(text))


def _stands_in_another(upload: Upload, tab: Mapping[str, Any], column: Column, sheet: Sheet) -> bool:
    """Say whether the first rows tell what a column holds within the cells of another, as a name tells the kind."""
    top = next(one for one in upload.tops if one["number"] == tab["number"])
    below = [cells for number, cells in top["rows"] if number > tab["last"]]
    columns = sheet.read_columns()
    for place, name in tab["meanings"].items():
        spill = columns[name].spill if name in columns else None
        if spill is None or spill.into != column.name:
            continue
        split = splitter(spill, columns, sheet.context)
        texts = [cells[int(place)] for cells in below if int(place) < len(cells)]
        if any(isinstance(text, str) and split(text) is not None for text in texts):
            return True
    return False


def tell_year(upload: Upload, year: int | None) -> None:
    """Take the year of which the whole file tells."""
    with _still(upload, *WAITING):
        upload.choices = upload.choices | {"year": year}
        upload.save(update_fields=["choices"])


def look_again(upload: Upload, tabs: Sequence[dict[str, Any]]) -> None:
    """Read the heads of the tabs from the rows that the person named, and propose what they mean."""
    with _still(upload, *WAITING):
        sheet = sheet_of(upload)
        for tab in tabs:
            top = next(one for one in upload.tops if one["number"] == tab["number"])
            heads = heads_of(sheet, top, tab["first"], tab["last"])
            _refuse_late(upload, top, heads)
            gone = {one["place"] for one in top["refused"]}
            tab["meanings"] = {
                str(head.place): head.meaning for head in heads.heads if head.meaning and head.place not in gone
            }
        upload.choices = upload.choices | {"tabs": list(tabs)}
        upload.save(update_fields=["choices", "tops"])


def _refuse_late(upload: Upload, top: dict[str, Any], heads: Heads) -> None:
    """Throw away the cells of columns whose heads only the person has found."""
    gone = {one["place"] for one in top["refused"]}
    late = {
        head.place: told
        for head in heads.heads
        if head.place not in gone and (told := _refusal_of(head.text)) is not None
    }
    if not late:
        return
    top["refused"] += [{"place": place, "head": head, "why": why} for place, (head, why) in late.items()]
    for row in top["rows"]:
        row[1] = [None if place in late else cell for place, cell in enumerate(row[1])]
    for block in upload.blocks.filter(part=UploadBlock.Part.READ, tab=top["number"]):
        read = decode(bytes(block.content))
        for place in late:
            if place < len(read.columns):
                read.columns[place] = []
        block.content = encode(read)
        block.save(update_fields=["content"])


def refused_columns(upload: Upload) -> list[str]:
    """Return what was not taken from the file, by letter, head and reason."""
    return [
        _("column %(letter)s “%(head)s” (%(reason)s)")
        % {"letter": column_letter(one["place"]), "head": one["head"], "reason": one["why"]}
        for tab in upload.tops
        for one in tab["refused"]
    ]


def untaken_columns(upload: Upload) -> list[tuple[str, str]]:
    """Return letter and head of the filled columns that the list has no place for, as the last check found them."""
    return [(column_letter(place), head) for _tab, place, head in upload.preview["untaken"]]


# ---------------------------------------------------------------- checked


def begin_check(upload: Upload) -> bool:
    """Let the file be checked next; return whether it waits for that."""
    return _turn(upload, {*WAITING}, State.CHECKING)


def check(upload: Upload) -> None:
    """Check a file that is due for it, and keep what it would do."""
    sheet = sheet_of(upload)
    try:
        with uncollected():
            table = gather(upload, sheet)
            checked = checking.check(sheet, table, upload.choices["answers"], partial(_report, upload))
        with _still(upload, State.CHECKING):
            staging.keep(upload, sheet, checked)
            upload.preview = staging.shown(sheet, checked) | {
                "left_out": [[*one.place, str(one.why), one.text] for one in table.left_out[: staging.MOST_SHOWN]],
                "left_out_count": len(table.left_out),
                "shown": uuid4().hex,
                "untaken": [[tab, place, head] for (tab, place), head in table.untaken.items()],
            }
            upload.state, upload.done, upload.failure = State.CHECKED, 100, ""
            upload.save(update_fields=["preview", "state", "done", "failure"])
    except MovedOn:
        return  # thrown away meanwhile: what was found goes with it
    except BaseException:
        Upload.objects.filter(pk=upload.pk, state=State.CHECKING).update(
            state=State.FAILED, failure=_("The file could not be checked to its end. Nothing was stored. Try again.")
        )
        raise


def gather(upload: Upload, sheet: Sheet) -> Table:
    """Return the rows of the file under the columns of the list, as they stand in it."""
    columns = sheet.read_columns()
    chosen = [tab for tab in upload.choices["tabs"] if tab["chosen"]]
    named = {name for tab in chosen for name in tab["meanings"].values() if name in columns}
    names = [name for name in columns if name in named]
    names += [
        name
        for name, column in columns.items()
        if column.cell.stands_above and column.required and name not in names and column.head not in sheet.context.given
    ]
    codings: dict[tuple[int, int], frozenset[Coding]] = {}

    sheet.context.titles = [
        title
        for top, tab in zip(upload.tops, upload.choices["tabs"], strict=True)
        if tab["chosen"]
        for title in titles_of(top["rows"], tab["first"])
    ]
    of_tabs = {top["number"]: _codings(top) for top in upload.tops}

    def in_unicode(tab: int, place: int, column: list[Any]) -> list[Any]:
        return legacy_text.decode_column(column, codings, (tab, place), of_tabs[tab])

    of_groups = {name: partial(columns[name].cell.of_group, context=sheet.context) for name in names}
    of_names = {name: partial(columns[name].cell.of_name, context=sheet.context) for name in names}
    kinds = _kinds({name: columns[name] for name in names})
    gathering = Gathering(names, kinds=kinds, of_groups=of_groups, of_names=of_names, decode=in_unicode)
    for tab in chosen:
        top = next(one for one in upload.tops if one["number"] == tab["number"])
        heads = heads_of(sheet, top, tab["first"], tab["last"]) if tab["last"] else Heads(0, 0, ())
        meanings = {int(place): name for place, name in tab["meanings"].items() if name in columns}
        told = frozenset(int(place) for place, name in tab["meanings"].items() if name and name not in columns)
        merged = tuple(tuple(one) for one in top["merged"])
        blocks = (
            upload.blocks.filter(part=UploadBlock.Part.READ, tab=tab["number"])
            .order_by("number")
            .values_list("content", flat=True)
        )
        titles = titles_of(top["rows"], tab["first"])
        if any(map(says_dash_is_none, titles)):
            sheet.context.dashes_for_none |= {tab["number"]}
        group = group_of(sheet, titles, top["name"], year=year_of(titles, top["name"]))
        gathering.take(
            Tab(tab["number"], heads, meanings, merged, told, group),
            (decode(bytes(block)) for block in blocks.iterator(chunk_size=4)),
        )
    sheet.context.dashes_for_none |= {one.place[0] for one in gathering.table.left_out if says_dash_is_none(one.text)}
    return gathering.table


def _kinds(columns: Mapping[str, Column]) -> Kinds:
    """Return which columns are of which kind, as the rows of a file are told apart by them."""
    needed = {name for name, column in columns.items() if column.required}
    return Kinds(
        needed=frozenset(needed),
        own=frozenset(name for name in needed if not columns[name].cell.stands_above),
        single=frozenset(
            name
            for name, column in columns.items()
            if column.cell.kind is not Kind.TEXT and not column.cell.stands_above
        ),
        listed=frozenset(name for name, column in columns.items() if column.cell.is_listed),
        areas=frozenset(name for name, column in columns.items() if isinstance(column.cell, AreaCell)),
    )


def answer(upload: Upload, answers: Mapping[str, Mapping[str, str]]) -> None:
    """Take what the person said of doubtful cells."""
    with _still(upload, *WAITING):
        known = upload.choices["answers"]
        for name, cells in answers.items():
            known.setdefault(name, {}).update(cells)
        upload.save(update_fields=["choices"])


# ---------------------------------------------------------------- confirmed


def begin_store(upload: Upload, *, shown: str, without_refused: bool) -> bool:
    """Let what was shown be stored; return whether it waits for that. `shown` is the mark of the preview that was seen.

    Raises ValidationError where rows are refused and not left out, where there is nothing to store, and where the
    file was checked again since it was shown.
    """
    try:
        with _still(upload, State.CHECKED, State.FAILED):
            _demand_agreement(upload.preview, shown, without_refused=without_refused)
            return _turn(upload, {State.CHECKED, State.FAILED}, State.STORING)
    except MovedOn:  # confirmed twice, or thrown away
        return False


def _demand_agreement(preview: Mapping[str, Any], shown: str, *, without_refused: bool) -> None:
    if not preview or preview.get("shown") != shown:
        raise ValidationError(
            _("The file was checked again after this page was shown: look at what it would do now, then confirm.")
        )
    counts = preview["counts"]
    if counts["refused"] and not without_refused:
        raise ValidationError(
            _("%(rows)d rows are refused. Answer the questions, or say that these rows are to be left out.")
            % {"rows": counts["refused"]}
        )
    if not counts["new"] + counts["changed"]:
        raise ValidationError(_("There is nothing to store."))


def store(upload: Upload) -> ImportBatch:
    """Store what was shown, all of it or nothing, and throw the file away.

    Raises NotStored where that is not possible any more; the file is then to be checked again.
    """
    sheet = sheet_of(upload)
    try:
        _demand_open_hands(upload, sheet)
        with transaction.atomic():
            batch = _store(upload, sheet)
    except NotStored as error:
        said = _("Nothing was imported. Check the file again. ") + str(error)
        Upload.objects.filter(pk=upload.pk, state=State.STORING).update(state=State.FAILED, failure=said)
        raise
    except BaseException:
        said = _("Storing was broken off, and nothing of it was kept. Try again.")
        Upload.objects.filter(pk=upload.pk, state=State.STORING).update(state=State.FAILED, failure=said)
        raise
    upload.refresh_from_db()
    return batch


def _demand_open_hands(upload: Upload, sheet: Sheet) -> None:
    meta = sheet.model._meta
    if not upload.by.has_perm(f"{meta.app_label}.import_{meta.model_name}"):
        raise PermissionDenied(_("Your posting does not cover imports into this list."))
    if sign := reading_only():
        raise NotStored([sign.reason])


def _store(upload: Upload, sheet: Sheet) -> ImportBatch:
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state != State.STORING:
        raise NotStored([_("This file has been stored or thrown away meanwhile.")])
    counts = locked.preview["counts"]
    batch = ImportBatch.objects.create(
        subject=sheet.title, file_name=locked.file_name, digest=locked.digest, by=locked.by, new=counts["new"],
        changed=counts["changed"], same=counts["same"], refused=counts["refused"],
    )  # fmt: skip
    with batch_of(batch.pk):
        checked = staging.unpacked(staging.kept(locked), sheet)
        if told := sheet.store(checked):
            raise NotStored(told)
    locked.blocks.all().delete()
    locked.state, locked.batch, locked.done = State.DONE, batch, 100
    locked.tops, locked.preview = [], {"counts": counts}
    locked.choices = {}
    locked.save(update_fields=["state", "batch", "done", "tops", "preview", "choices"])
    return batch


# ---------------------------------------------------------------- away


def discard(upload: Upload) -> bool:
    """Throw a file away; return whether it was still there to be thrown away."""
    with transaction.atomic():
        gone = _turn(upload, {*WAITING, State.CHECKING}, State.DISCARDED, tops=[], preview={}, choices={})
        if gone:
            upload.blocks.all().delete()
    return gone


def tidy_up() -> int:
    """Throw away the files whose days are over; return how many."""
    overdue = list(Upload.objects.overdue())
    return sum(discard(one) for one in overdue)


def wake(upload: Upload) -> None:
    """Say of a file of which nothing is heard any more that its work was broken off."""
    said = {
        State.CHECKING: _("The server was stopped while it checked the file. Nothing was stored. Check it again."),
        State.STORING: _("The server was stopped while it stored the file: nothing of it was kept. Confirm it again."),
    }
    if upload.is_silent:
        Upload.objects.filter(pk=upload.pk, state=upload.state, reported_at=upload.reported_at).update(
            state=State.FAILED, failure=said[State(upload.state)]
        )
        upload.refresh_from_db()


@contextmanager
def _still(upload: Upload, *states: State) -> Iterator[None]:
    """Hold the file as it is stored now; raises MovedOn where it is in none of `states` any more.

    What another tab left open says must not come back into a file that has been stored or thrown away.
    """
    with transaction.atomic():
        held = Upload.objects.select_for_update().filter(pk=upload.pk, state__in=states).first()
        if held is None:
            upload.refresh_from_db()
            raise MovedOn(_("The file has moved on meanwhile: look at where it is now."))
        upload.state, upload.tops, upload.choices, upload.preview = held.state, held.tops, held.choices, held.preview
        yield


def _report(upload: Upload, done: int) -> None:
    Upload.objects.filter(pk=upload.pk).update(done=done, reported_at=timezone.now())


def _turn(upload: Upload, before: set[State], after: State, **emptied: Any) -> bool:
    turned = Upload.objects.filter(pk=upload.pk, state__in=before).update(
        state=after, reported_at=timezone.now(), done=0, failure="", **emptied
    )
    upload.refresh_from_db()
    return bool(turned)
