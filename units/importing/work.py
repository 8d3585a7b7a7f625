"""Checking and storing at once where it is quick, and by the worker where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from units.importing import desk
from units.models import Upload
from units.tasks import check_upload, store_upload

if TYPE_CHECKING:
    from collections.abc import Callable

State = Upload.State


def start_check(upload: Upload) -> None:
    """Check the file now, or let the worker do it."""
    if desk.begin_check(upload):
        _start(upload, check_now, check_upload)


def start_store(upload: Upload, *, without_refused: bool) -> None:
    """Store the file now, or let the worker do it. Raises ValidationError where rows are refused and not left out."""
    if desk.begin_store(upload, without_refused=without_refused):
        _start(upload, store_now, store_upload)


def _start(upload: Upload, now: Callable[[int, str], None], later: object) -> None:
    language = translation.get_language() or "vi"
    if upload.rows <= desk.AT_LEISURE:
        now(upload.pk, language)
    else:
        later.enqueue(upload.pk, language)  # type: ignore[attr-defined]
    upload.refresh_from_db()


def check_now(upload_id: int, language: str) -> None:
    """Check a file that waits for it, in the language of its person."""
    upload = _waiting(upload_id, State.CHECKING)
    if upload is not None:
        with translation.override(language):
            desk.check(upload)


def store_now(upload_id: int, language: str) -> None:
    """Store a file that waits for it; why not is kept with the file."""
    upload = _waiting(upload_id, State.STORING)
    if upload is None:
        return
    with translation.override(language):
        try:
            desk.store(upload)
        except desk.NotStored:
            pass
        except PermissionDenied as refusal:
            _failed(upload, str(refusal))
        except IntegrityError:
            _failed(upload, _("This clashes with what is already on record. Nothing was saved; check the file again."))


def _waiting(upload_id: int, state: State) -> Upload | None:
    return Upload.objects.select_related("by", "sender").filter(pk=upload_id, state=state).first()


def _failed(upload: Upload, said: str) -> None:
    Upload.objects.filter(pk=upload.pk).update(state=State.FAILED, failure=said)
