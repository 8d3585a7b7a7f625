"""How tasks go on: progress noted during the year, open tasks carried over, and the whole thread from a shortcoming on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from movement.models import Report, Shortcoming, Task, TaskProgress
from movement.texts import locked_text
from units.auth import may

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from units.models import User

COPIED = ("text", "text_en", "lead", "quantity", "quantity_unit", "place", "is_public")


def note_progress(
    task: Task, *, state: str, by: User, text: str = "", done: int | None = None, on: date | None = None
) -> TaskProgress:
    """Store how `task` stood on a day (today unless told), and give the task that state unless a later day tells another.

    Raises PermissionDenied, ValidationError by field.
    """
    row = TaskProgress(task=task, state=state, text=text, done=done, noted_on=on or timezone.localdate())
    store_progress(row, by=by)
    task.refresh_from_db(fields=["state", "version"])
    return row


@transaction.atomic
def store_progress(row: TaskProgress, *, by: User) -> TaskProgress:
    """Store one note of progress, new or changed, and settle the state of its task.

    Raises PermissionDenied, ValidationError by field, StaleRecord.
    """
    row.task = task = locked(row.task_id)
    if not may(by, "change" if row.pk else "add", TaskProgress, row):
        raise PermissionDenied(_("You may not note progress of “%(task)s”.") % {"task": task})
    if task.state == Task.State.CARRIED_OVER:
        raise ValidationError(
            _("“%(task)s” was carried over: note its progress on the task of the next year.") % {"task": task}
        )
    if row.state == Task.State.CARRIED_OVER:
        raise ValidationError({"state": _("A task is carried over on the page of the next year's report.")})
    row.full_clean()
    row.save()
    settle(task)
    return row


def soon(day: date) -> date:
    """Return the day by which a thing is due soon, seen from `day`: a month ahead."""
    return day + timedelta(days=31)


def settle(task: Task) -> None:
    """Give `task` the state that was noted for the latest day."""
    latest = task.progress.order_by("-noted_on", "-pk").first()
    if latest is not None and latest.state != task.state:
        task.state = latest.state
        task.save()


def locked(task: int) -> Task:
    """Return the task called `task`, locked, with what decides who may write."""
    tasks = Task.objects.select_for_update(of=("self",)).select_related("report__area", "report__period", "lead__area")
    found: Task = tasks.get(pk=task)
    return found


def to_carry_over(report: Report) -> QuerySet[Task]:
    """Return the open tasks of the area that were to be done by the end of the year of `report`."""
    tasks: QuerySet[Task] = (
        Task.objects.open()
        .filter(
            report__area=report.area_id,
            report__period__ends_on__lt=report.period.ends_on,
            year__lte=report.period.year,
        )
        .select_related("lead")
        .order_by("year", "position", "pk")
    )
    return tasks


@transaction.atomic
def carry_over(task: Task, to_report: Report, *, by: User) -> Task:
    """Set `task` again in `to_report` for the year after it, mark the old one carried over, and return the new one.

    The new task mends the shortcoming of `to_report` that follows the old one's, where there is one. Its day is still
    to be set. Raises PermissionDenied, ValidationError.
    """
    report = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("area", "period")
        .get(pk=to_report.pk)
    )
    old = locked(task.pk)
    if not to_carry_over(report).filter(pk=old.pk).exists():
        raise ValidationError(
            _("“%(task)s” is not an open task of an earlier year of %(area)s.") % {"task": old, "area": report.area}
        )
    last = report.tasks.aggregate(last=Max("position"))["last"] or 0
    new = Task(report=report, year=report.period.year + 1, position=last + 1, carried_from=old)
    if not may(by, "add", Task, new):
        raise PermissionDenied(
            locked_text(report) or _("You may not write texts for %(area)s.") % {"area": report.area}
        )
    for name in COPIED:
        setattr(new, name, getattr(old, name))
    if old.shortcoming_id:
        new.shortcoming = report.shortcomings.filter(follows=old.shortcoming_id).first()
    new.full_clean()
    new.save()
    new.cooperating.set(old.cooperating.all())
    TaskProgress.objects.create(task=old, state=Task.State.CARRIED_OVER)
    old.state = Task.State.CARRIED_OVER
    old.save()
    task.refresh_from_db(fields=["state", "version"])
    return new


@dataclass(frozen=True)
class Station:
    """One point of a thread. `year` is that of the report; `day` that of a note of progress; `url` its page."""

    kind: str
    year: int
    text: str
    day: date | None = None
    state: str = ""
    url: str = ""


def thread(start: Shortcoming | Task, *, user: User) -> list[Station]:
    """Return all that `user` sees of the thread that `start` belongs to, in order of time.

    A thread joins shortcomings with those they follow, tasks with their shortcoming and with those they were carried
    from, and tasks with their progress. Reads the area's shortcomings, tasks and progress with one query each.
    """
    area = start.report.area_id
    shortcomings = Shortcoming.objects.visible_to(user).filter(report__area=area).select_related("report__period")
    tasks = Task.objects.visible_to(user).filter(report__area=area).select_related("report__period")
    records: dict[tuple[type, int], Shortcoming | Task] = {(type(one), one.pk): one for one in [*shortcomings, *tasks]}
    joined: dict[tuple[type, int], set[tuple[type, int]]] = defaultdict(set)
    for key, one in records.items():
        for other in ends_of(one):
            if other in records:
                joined[key].add(other)
                joined[other].add(key)
    reached, waiting = set(), [(type(start), start.pk)]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += joined[key]
    found = [records[key] for key in reached if key in records]
    progress = TaskProgress.objects.visible_to(user).filter(task__in=[one.pk for one in found if isinstance(one, Task)])
    stations = [(one.report.period.ends_on, rank(one), one.pk, station(one)) for one in found]
    stations += [(one.noted_on, 2, one.pk, noted(one)) for one in progress.exclude(state=Task.State.CARRIED_OVER)]
    return [one for *_key, one in sorted(stations, key=lambda row: row[:3])]


def ends_of(one: Shortcoming | Task) -> list[tuple[type, int]]:
    """Return the keys of the earlier records that `one` is joined to."""
    if isinstance(one, Shortcoming):
        return [(Shortcoming, one.follows_id)] if one.follows_id else []
    ends: list[tuple[type, int]] = [(Shortcoming, one.shortcoming_id)] if one.shortcoming_id else []
    return [*ends, (Task, one.carried_from_id)] if one.carried_from_id else ends


def rank(one: Shortcoming | Task) -> int:
    """Return the place of `one` within its report: shortcomings come before tasks."""
    return 0 if isinstance(one, Shortcoming) else 1


def station(one: Shortcoming | Task) -> Station:
    """Return the station of a shortcoming or a task."""
    year = one.report.period.year
    url = reverse(f"admin:movement_{one._meta.model_name}_change", args=[one.pk])
    if isinstance(one, Shortcoming):
        return Station(_("Shortcoming named"), year, str(one), url=url)
    kind = _("Task carried over") if one.carried_from_id else _("Task set")
    return Station(kind, year, str(one), state=one.get_state_display(), url=url)


def noted(one: TaskProgress) -> Station:
    """Return the station of a note of progress."""
    done = _("done so far: %(number)s") % {"number": one.done} if one.done is not None else ""
    text = "; ".join(filter(None, (one.text, done)))
    return Station(_("Progress"), one.noted_on.year, text, day=one.noted_on, state=one.get_state_display())
