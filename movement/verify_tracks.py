"""Verifying entries: reports and figures stand as their last line of history says, so that no other way in goes unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from movement.models import Figure, Report
from movement.models.reports import ENTERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.discrepancies import Findings

ROWS_AT_ONCE = 2000
Values = tuple[Any, ...]
NAMES: dict[Any, tuple[str, ...]] = {
    Report: ("period__year", "area__code"),
    Figure: ("report__period__year", "report__area__code", "indicator__code", "item"),
}


def check_tracks(found: Findings) -> None:
    """Check the columns of reports, and those of figures that people fill, against history."""
    of_report = ("version", "area", "period", "goes_to", "state", "synthetic")
    of_figure = ("version", "report", "indicator", "item", *(name for name in ENTERED if name != "version"))
    check_track(Report, of_report, found)
    check_track(Figure, of_figure, found)


def check_track(model: Any, columns: tuple[str, ...], found: Findings) -> None:
    """Compare each row of `model` with the last line of its history. Both are read in the order of their keys, side by side.

    A figure that the roll-up has made has none until somebody saves it: it holds nothing that was entered.
    """
    tracks = last_lines(model, columns)
    track = next(tracks, None)
    rows = model.objects.order_by("pk").values_list("pk", *columns).iterator(ROWS_AT_ONCE)
    for key, *values in rows:
        while track is not None and track[0] < key:
            gone(model, track, columns, found)
            track = next(tracks, None)
        if track is not None and track[0] == key:
            expected: list[Any] = list(track[1])
            track = next(tracks, None)
        else:
            expected = untouched(columns, values)
        if values != expected:
            differ(model, key, columns, values, expected, found)
    while track is not None:
        gone(model, track, columns, found)
        track = next(tracks, None)


def last_lines(model: Any, columns: tuple[str, ...]) -> Iterator[tuple[int, Values, str]]:
    """Yield, in the order of the keys, the values and the kind of the last line of history of each row."""
    lines = model.history.order_by("id", "history_id").values_list("id", "history_type", *columns)
    last: tuple[int, Values, str] | None = None
    for key, kind, *values in lines.iterator(ROWS_AT_ONCE):
        if last is not None and last[0] != key:
            yield last
        last = key, tuple(values), kind
    if last is not None:
        yield last


def untouched(columns: tuple[str, ...], values: list[Any]) -> list[Any]:
    """Return what a row that nobody has saved should hold: nothing but what it is of."""
    empty = {
        "version": 0,
        "own": None,
        "printed_word": "",
        "printed_value": None,
        "explanation": "",
        "register_on": None,
    }
    return [empty.get(column, value) for column, value in zip(columns, values, strict=True)]


def gone(model: Any, track: tuple[int, Values, str], columns: tuple[str, ...], found: Findings) -> None:
    """Name a row that history knows and that is no longer there; one that was taken out in the open is none."""
    key, values, kind = track
    if kind != "-":
        told = dict(zip(columns, values, strict=True))
        found.expect([model._meta.verbose_name, key], None, told["version"])


def differ(
    model: Any, key: int, columns: tuple[str, ...], values: list[Any], expected: list[Any], found: Findings
) -> None:
    """Name the columns of one row that are not what its history says."""
    subject = list(model.objects.filter(pk=key).values_list(*NAMES[model])[0])
    for column, value, told in zip(columns, values, expected, strict=True):
        found.expect([*subject, column], value, told)
