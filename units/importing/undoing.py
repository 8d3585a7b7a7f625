"""An import taken back as a whole: while nobody has changed what it wrote, and only by somebody who may change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from units.auth import may
from units.batches import MOST_NAMED, ChangedSince, take_back, written_by
from units.importing.sheets import blocks_of
from units.models import ImportBatch
from units.reading_only import reading_only

if TYPE_CHECKING:
    from units.batches import Written
    from units.models import User


class NotUndone(Exception):
    """The import cannot be taken back; `rows` names what stands in the way."""

    def __init__(self, said: str, rows: list[str] | None = None) -> None:
        """Keep why, and the rows."""
        self.rows = rows or []
        super().__init__(said)


def obstacle(batch: ImportBatch) -> str:
    """Return why `batch` as such is never taken back here, or an empty text."""
    if batch.undoes_id:
        return _("This entry itself takes back an import: import the file again instead.")
    if hasattr(batch, "undone_by"):
        return _("This import has been taken back already.")
    if batch.reorganisations.exists():
        return _("A reorganisation is taken back on its own page.")
    if not (batch.new or batch.changed):
        return _("This import changed nothing.")
    return ""


@transaction.atomic
def undo(batch: ImportBatch, *, by: User) -> ImportBatch:
    """Take back all that `batch` wrote, and return the batch that says so.

    Raises NotUndone where rows have changed since, PermissionDenied where one of them is not the person's to change.
    """
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if said := obstacle(locked):
        raise NotUndone(said)
    if sign := reading_only():
        raise NotUndone(sign.reason)
    into = ImportBatch.objects.create(
        subject=locked.subject, file_name=locked.file_name, digest=locked.digest, by=by, undoes=locked
    )
    written = written_by(locked)
    if refused := [name for one in written for name in _not_theirs(one, by)]:
        raise PermissionDenied(
            _("These rows are not yours to change, or are locked: %(rows)s.")
            % {"rows": "; ".join(refused[:MOST_NAMED])}
        )
    try:
        take_back(locked, into, by=by, reason=_("Import “%(file)s” taken back") % {"file": locked})
    except ChangedSince as error:
        raise NotUndone(
            _(
                "The import cannot be taken back as a whole: these rows have been changed since, or others refer to them."
            ),
            error.rows,
        ) from error
    into.changed = locked.new + locked.changed  # as the clerk counted them: rows of the file
    into.save(update_fields=["changed"])
    return into


def _not_theirs(one: Written, by: User) -> list[str]:
    """Return the names of written rows that the person may not change."""
    manager: Any = one.model._default_manager.all()
    rows = manager.for_list() if hasattr(manager, "for_list") else manager
    answers: dict[tuple[Any, ...], bool] = {}
    refused: list[str] = []
    for some in blocks_of(sorted(one.versions)):
        for row in rows.filter(pk__in=some):
            key = (*(area.pk for area in row.lies_in), bool(getattr(row, "is_locked", False)))
            if key not in answers:
                answers[key] = may(by, "change", one.model, row)
            if not answers[key]:
                refused.append(str(row))
    return refused
