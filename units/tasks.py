"""Work that the worker does."""

from django_tasks import task


@task()
def reorganise(reorganisation_id: int, user_id: int, name: str, note: str) -> str:
    """Make the move called `name` on a reorganisation; return why it was refused, or an empty text."""
    from units.reorganising.applying import carry_out

    return carry_out(reorganisation_id, user_id, name, note)
