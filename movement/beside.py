"""What others have printed as pages show it, ours beside it where we have it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _

from config.words import worded
from movement import publication
from movement.models import PublishedFigure
from units.models import UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.models import Indicator
    from movement.series import Published
    from movement.yearbook import FigureRow


@dataclass(frozen=True)
class Shown:
    """One figure that others have printed, with what stands around its number in the language in force.

    `rate` is a percentage published beside a value, `parts` are those of the rate, `span` is empty for the whole year.
    """

    figure: PublishedFigure
    printed: str
    unit: str
    rate: str
    parts: str
    span: str


@dataclass(frozen=True)
class Beside:
    """What others have printed of one indicator, beside ours where we have it."""

    label: str
    ours: FigureRow | None
    rows: tuple[Shown, ...]
    is_ours_to_name: bool  # an indicator of the form has a name in both languages, a metric only as it was published


def beside(
    printed: Iterable[PublishedFigure], rows: Mapping[tuple[str, str], FigureRow], kinds: Mapping[str, str]
) -> tuple[Beside, ...]:
    """Return what others have printed, by indicator in the order of the form, ours beside it; unnamed metrics last."""
    found: dict[tuple[str, str, str], list[PublishedFigure]] = defaultdict(list)
    public = [one for one in printed if publication.is_public(one.item, one.area.level, kinds)]
    for one in sorted(public, key=lambda one: (form_order(one.indicator), one.item, not one.of_record, one.pk)):
        found[one.indicator.code if one.indicator else "", one.metric, one.item].append(one)
    return tuple(
        Beside(
            label=label(group[0], kinds),
            ours=rows.get((code, item)) if code else None,
            rows=tuple(map(shown, group)),
            is_ours_to_name=bool(code),
        )
        for (code, _metric, item), group in found.items()
    )


def undated(published: Published) -> tuple[Beside, ...]:
    """Return what others have printed of an area without telling the year. One query where there is any."""
    if not published.undated:
        return ()
    return beside(published.undated, {}, {kind.code: kind.name for kind in UnitKind.objects.all()})


def shown(figure: PublishedFigure) -> Shown:
    """Return `figure` as pages show it."""
    with_value = figure.value is not None and figure.rate is not None
    whole = figure.numerator is not None and figure.denominator is not None
    return Shown(
        figure=figure,
        printed=figure.printed,
        unit="" if figure.indicator or figure.value is None else figure.unit,
        rate=f"{worded(figure.rate)} %" if with_value else "",
        parts=f"{worded(figure.numerator)}/{worded(figure.denominator)}" if whole else "",
        span=span_text(figure),
    )


def span_text(figure: PublishedFigure) -> str:
    """Return the time that the figure covers; an empty string where it is the year and nothing more is known."""
    days = [formats.date_format(day, "SHORT_DATE_FORMAT") for day in (figure.starts_on, figure.ends_on) if day]
    if _is_whole_years(figure):
        days = [str(day.year) for day in (figure.starts_on, figure.ends_on) if day]
    if figure.span == PublishedFigure.Span.ON_DAY and days:
        return _("as of %(day)s") % {"day": days[0]}
    said = " – ".join(dict.fromkeys(days))
    if figure.span == PublishedFigure.Span.YEAR:
        return said
    unknown = figure.span == PublishedFigure.Span.UNKNOWN
    name = _("time covered not known") if unknown else str(PublishedFigure.Span(figure.span).label)
    return f"{name}: {said}" if said else name


def _is_whole_years(figure: PublishedFigure) -> bool:
    ends = [(day.month, day.day) for day in (figure.starts_on, figure.ends_on) if day]
    return ends == [(1, 1), (12, 31)]


def label(figure: PublishedFigure, kinds: Mapping[str, str]) -> str:
    """Return what was counted, with the kind of unit where the figure is of one."""
    name = figure.indicator.name if figure.indicator else figure.metric
    return f"{name}: {kinds.get(figure.item, figure.item)}" if figure.item else name


def form_order(indicator: Indicator | None) -> tuple[int, int, str]:
    """Return the key that sorts indicators as the form does, what is none of them last."""
    return (indicator.section.number, indicator.position, indicator.code) if indicator else (10_000, 0, "")
