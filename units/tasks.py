"""Work that the worker does."""

from django_tasks import task


@task()
def reorganise(reorganisation_id: int, user_id: int, name: str, note: str) -> str:
    """Make the move called `name` on a reorganisation; return why it was refused, or an empty text."""
    from units.reorganising.applying import carry_out

    return carry_out(reorganisation_id, user_id, name, note)


@task()
def check_upload(upload_id: int, language: str) -> None:
    """Check a file on a clerk's desk."""
    from units.importing.work import check_now

    check_now(upload_id, language)


@task()
def store_upload(upload_id: int, language: str) -> None:
    """Store a file on a clerk's desk as it was confirmed."""
    from units.importing.work import store_now

    store_now(upload_id, language)
