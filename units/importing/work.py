"""Checking and storing at once where it is quick, and by the worker where it is not."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from units.importing import desk
from units.models import Upload
from units.tasks import check_upload, store_upload

if TYPE_CHECKING:
    from collections.abc import Callable

State = Upload.State
logger = logging.getLogger(__name__)


def start_check(upload: Upload) -> None:
    """Check the file now, or let the worker do it."""
    if desk.begin_check(upload):
        _start(upload, check_now, check_upload)


def start_store(upload: Upload, *, shown: str, without_refused: bool) -> None:
    """Store the file now, or let the worker do it. Raises ValidationError as `desk.begin_store` does."""
    if desk.begin_store(upload, shown=shown, without_refused=without_refused):
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
        except OperationalError:
            # two who store at once may wait for each other until the database lets one of them go
            logger.exception("Storing file %s was broken off by the database", upload.pk)
            _failed(upload, _("Storing was broken off, and nothing of it was kept. Try again."))


def _waiting(upload_id: int, state: State) -> Upload | None:
    return Upload.objects.select_related("by", "sender").filter(pk=upload_id, state=state).first()


def _failed(upload: Upload, said: str) -> None:
    waiting = [State.STORING, State.FAILED]  # never one that another has stored meanwhile
    Upload.objects.filter(pk=upload.pk, state__in=waiting).update(state=State.FAILED, failure=said)
