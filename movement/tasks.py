"""Work that the worker does."""

from django_tasks import task


@task()
def draw_charts(edition_id: int) -> int:
    """Draw every chart of an edition in both languages; return how many."""
    from movement.charts import draw_all

    return draw_all(edition_id)
