"""Searching lists that know the day: which fields of the form tell it, and what the list offers on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, When
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext

from config.dates import in_force
from config.days import ONE_DAY, Days, days_of, field_names, in_force_during

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest

    from config.days import Times

DAY_FIELD = "data-day-field"  # read by static/js/pickers.js
DAY = "data-day"
ASKED = "on"  # the parameter of the address


def day_attributes(times: Times) -> dict[str, str]:
    """Return the attributes by which a list finds the fields that tell the day: "held_on", "starts_on/ends_on year"."""
    told = " ".join(time if isinstance(time, str) else "/".join(time) for time in times)
    return {DAY_FIELD: told} if told else {}


def fix_day(widget: Any, record: Model, shown: Any) -> None:
    """Write the day of `record` into a list whose form does not show the fields that tell it."""
    if told := widget.attrs.get(DAY_FIELD):
        times: Times = tuple((one.split("/")[0], one.split("/")[1]) if "/" in one else one for one in told.split(" "))
        if not any(name in shown for name in field_names(times)) and (days := days_of(record, times)):
            widget.attrs[DAY] = days.written


def asked_days(request: HttpRequest) -> Days | None:
    """Return the days that the form is about; None where they are not typed yet."""
    return Days.read(request.GET.get(ASKED, ""))


@dataclass(frozen=True)
class Choice:
    """One line of a searching list; without a row it only tells something."""

    text: str
    row: Any = None


class Choices:
    """What a searching list offers for a term: what the page of the records finds, each by its name."""

    asks_the_day = False

    def __init__(self, page: Any, request: HttpRequest, queryset: Any, term: str) -> None:
        """Find the rows; `rows` is a queryset in the order of the list."""
        found, doubled = page.get_search_results(request, queryset, term)
        self.rows = found.distinct() if doubled else found

    def shown(self, rows: list[Any], *, is_last: bool) -> list[Choice]:
        """Return the lines for one page of `rows`; the last page may tell more below them."""
        return [Choice(str(row), row) for row in rows]


class DatedChoices(Choices):
    """Dated rows in force on the days that the form is about; before these are typed all rows, the present ones first."""

    asks_the_day = True

    def __init__(self, page: Any, request: HttpRequest, queryset: Any, term: str) -> None:
        """Find the rows."""
        super().__init__(page, request, queryset, term)
        days = asked_days(request)
        self.rows = self.rows.filter(in_force_during(days)) if days else present_first(self.rows)

    def shown(self, rows: list[Any], *, is_last: bool) -> list[Choice]:
        """Return the lines; what has ended says so."""
        return [Choice(with_end(str(row), row), row) for row in rows]


def present_first(rows: Any) -> Any:
    """Return `rows` with those in force today first, else in the order that they have."""
    ended = Case(When(in_force(timezone.localdate()), then=0), default=1)
    return rows.order_by(ended, *(rows.query.order_by or rows.model._meta.ordering))


def with_end(text: str, row: Any) -> str:
    """Return `text` with the last day of a dated `row` that has one."""
    if row.valid_to is None:
        return text
    return f"{text} " + gettext("(until %(day)s)") % {"day": (row.valid_to - ONE_DAY).strftime("%d/%m/%Y")}


class ChoicesView(AutocompleteJsonView):
    """Answer a searching list; the page of the records says what it offers (`choices_class`)."""

    choices: Choices
    model_admin: Any
    process_request: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        """Return one page of lines. Raises PermissionDenied where the person may not see such records."""
        self.term, self.model_admin, self.source_field, key = self.process_request(request)
        if not self.has_perm(request):
            raise PermissionDenied
        self.object_list = self.get_queryset()
        context = self.get_context_data()
        more = context["page_obj"].has_next()
        lines = self.choices.shown(list(context["object_list"]), is_last=not more)
        results: list[dict[str, Any]] = [
            {"id": str(getattr(line.row, key)), "text": line.text}
            if line.row is not None
            else {"id": f"told-{number}", "text": line.text, "disabled": True}
            for number, line in enumerate(lines)
        ]
        return JsonResponse({"results": results, "pagination": {"more": more}})

    def get_queryset(self) -> Any:
        """Return the rows on offer."""
        limits: Q | dict[str, Any] = self.source_field.get_limit_choices_to()
        queryset = self.model_admin.get_queryset(self.request).complex_filter(limits)
        self.choices = self.model_admin.choices_class(self.model_admin, self.request, queryset, self.term)
        return self.choices.rows
