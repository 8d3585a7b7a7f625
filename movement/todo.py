"""What is due to a person by role, for the first page after sign-in: a fixed number of questions whatever there is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Min, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awards.models import AwardDecision, ReportedAwardTotal
from awards.unlike import unlike_stated
from movement.deadlines import told, written
from movement.follow_up import soon
from movement.models import Directive, Period, Report, ReportStep, Task
from movement.models.reports import APPROVED_STATES, UNSENT_STATES, State
from units.models import Area, ImportBatch, Posting
from units.models.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from units.models import User
    from units.models.people import Reach

MOST = 12


@dataclass(frozen=True)
class Line:
    """One thing that waits, with where it stands."""

    text: str
    url: str
    state: str = ""
    state_code: str = ""
    overdue: bool = False
    closed: bool = False
    note: str = ""  # what is to be known beside: why it came back, how long it waits, until when it can be sent


@dataclass(frozen=True)
class Group:
    """Things of one sort, at most twelve; `url` is the list of all, `summary` says how many there are, and how old."""

    title: str
    lines: list[Line]
    url: str
    summary: str = ""


def groups_for(user: User, day: date) -> list[Group]:
    """Return what waits for `user` on `day`, by the person's roles; groups without lines are left out."""
    roles = {posting.role for posting in user.current_postings()}
    found: list[Group] = []
    if roles & {Role.OFFICER, Role.CLERK, Role.REVIEWER}:
        found.append(to_prepare(user))
    if Role.SIGNER in roles:
        found.append(to_release(user))
    if Role.REVIEWER in roles:
        found.append(to_review(user))
    if Role.LEADER in roles:
        found.append(to_decide(user))
    if roles & {Role.OFFICER, Role.REVIEWER, Role.LEADER}:
        found.append(tasks(user, day))
    if Role.LEADER in roles:
        found.append(directives(user, day))
    if Role.AWARD_SECRETARY in roles:
        found += [unlike_decisions(user), uncounted_totals(user)]
    if Role.CLERK in roles:
        found.append(batches(user))
    if Role.ADMINISTRATOR in roles:
        found += [without_period(user, day), without_officer(user, day)]
    return [group for group in found if group.lines]


def page(model: str, **asked: Any) -> str:
    """Return the address of a list of the admin, filtered by `asked`."""
    address = reverse(f"admin:{model}_changelist")
    return f"{address}?{urlencode(asked)}" if asked else address


def form(record: Any) -> str:
    """Return the address of the page of `record`."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


# ---------------------------------------------------------------- reports


def to_prepare(user: User) -> Group:
    """Return the open reports of officers and clerks, and those of reviewers' own areas."""
    mine = user.reach(Role.OFFICER, Role.CLERK).condition("area__") & Q(state__in=[State.DRAFT, State.RETURNED])
    own = Q(
        area__in=user.reach(Role.REVIEWER).keys_in_sight,
        state__in=[State.DRAFT, State.RETURNED, State.AWAITING_SIGNATURE],
    )
    return reports(_("Reports to prepare"), mine | own)


def to_release(user: User) -> Group:
    """Return the reports that wait for a signer."""
    condition = user.reach(Role.SIGNER).condition("area__") & Q(state=State.AWAITING_SIGNATURE)
    return reports(_("Reports to release"), condition, state__exact=State.AWAITING_SIGNATURE)


def to_review(user: User) -> Group:
    """Return the reports that wait for a reviewer."""
    condition = user.reach(Role.REVIEWER).condition("area__") & Q(state=State.SUBMITTED)
    group = reports(_("Reports to review"), condition, state__exact=State.SUBMITTED)
    return replace(group, summary=how_many_wait(condition)) if group.lines else group


def how_many_wait(condition: Q) -> str:
    """Return how many reports wait, and how long the oldest of them has."""
    waiting = Report.objects.filter(condition).annotate(sent_at=Subquery(came_to(State.SUBMITTED).values("at")[:1]))
    found = waiting.order_by().aggregate(number=Count("pk"), since=Min("sent_at"))
    text = ngettext("%(count)d report waits.", "%(count)d reports wait.", found["number"]) % {"count": found["number"]}
    if found["since"] is None:
        return text
    days = (timezone.localdate() - timezone.localdate(found["since"])).days
    oldest = ngettext("The oldest came %(days)d day ago.", "The oldest came %(days)d days ago.", days) % {"days": days}
    return f"{text} {oldest}"


def came_to(state: str) -> QuerySet[ReportStep]:
    """Return the steps that brought a report of the outer query to `state`, the last first."""
    return ReportStep.objects.filter(report=OuterRef("pk"), after=state).order_by("-at", "-pk")


def to_decide(user: User) -> Group:
    """Return the reports of leaders' own areas that wait for approval or publication."""
    own = user.reach(Role.LEADER).keys_in_sight
    return reports(_("Reports to approve or publish"), Q(area__in=own, state__in=[State.SUBMITTED, State.APPROVED]))


def reports(title: str, condition: Q, **asked: Any) -> Group:
    """Return the reports that `condition` describes, the most urgent first, each with what to know of it."""
    back = came_to(State.RETURNED)
    found = Report.objects.filter(condition).for_list().with_extensions()
    found = found.annotate(back_at=Subquery(back.values("at")[:1]), back_why=Subquery(back.values("note")[:1]))
    lines = [
        Line(
            f"{one.area.label} – {one.period}{due_text(one.due_on)}",
            form(one),
            one.get_state_display(),
            one.state,
            overdue=one.is_overdue,
            closed=one.is_closed and one.state in UNSENT_STATES,
            note=" ".join(filter(None, [why_returned(one), told(one)])),
        )
        for one in found.most_urgent_first()[:MOST]
    ]
    return Group(title, lines, page("movement_report", **asked))


def why_returned(report: Any) -> str:
    """Return when a report came back, and why; nothing for others. `back_at` and `back_why` are read with the list."""
    if report.state != State.RETURNED or report.back_at is None:
        return ""
    day = written(timezone.localdate(report.back_at))
    return _("Returned on %(day)s: %(why)s") % {"day": day, "why": full_stop(report.back_why)}


def full_stop(text: str) -> str:
    """Return `text` as a sentence of its own."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def due_text(day: date | None) -> str:
    """Return ", due 16/12/2024", or nothing where no day is set."""
    return _(", due %(day)s") % {"day": f"{day:%d/%m/%Y}"} if day else ""


# ---------------------------------------------------------------- what was set and directed


def tasks(user: User, day: date) -> Group:
    """Return tasks of approved reports: those due within a month for officers, overdue ones for reviewers and leaders."""
    mine, above = user.reach(Role.OFFICER), user.reach(Role.REVIEWER, Role.LEADER)
    due = Task.objects.due_by(soon(day)).filter(within(mine))
    late = Task.objects.overdue_on(day).filter(within(above))
    found = (due | late).filter(report__state__in=APPROVED_STATES).for_list()
    found = found.select_related("report__area__district", "report__area__province", "report__period", "lead")
    lines = [
        Line(f"{task} – {task.report.area.label}{due_text(task.due_on)}", form(task), task.get_state_display(), "", task.is_overdue)
        for task in found.order_by(F("due_on").asc(nulls_last=True), "year", "pk")[:MOST]
    ]  # fmt: skip
    return Group(_("Tasks that are due"), lines, page("movement_task", due="soon" if mine.areas else "overdue"))


def within(reach: Reach) -> Q:
    """Return the condition that a task is set in `reach`, or led by a body there."""
    return reach.condition("report__area__") | reach.condition("lead__area__")


def directives(user: User, day: date) -> Group:
    """Return the overdue directives of conferences in a leader's reach."""
    found = Directive.objects.overdue_on(day).filter(user.reach(Role.LEADER).condition("conference__area__"))
    found = found.select_related("conference__area__district", "conference__area__province", "task")
    lines = [
        Line(f"{one} – {one.conference.area.label}{due_text(one.due_on)}", form(one), overdue=True)
        for one in found.order_by("due_on", "pk")[:MOST]
    ]
    return Group(_("Directives that are overdue"), lines, page("movement_directive", due="overdue"))


# ---------------------------------------------------------------- commendations


def unlike_decisions(user: User) -> Group:
    """Return the decisions in an award secretary's reach that state other numbers than their list holds."""
    inside = AwardDecision.objects.filter(user.reach(Role.AWARD_SECRETARY).condition("area__"))
    found = unlike_stated(inside.for_list()).order_by("-decided_on", "-pk")
    lines = [Line(f"{one} – {one.area.label}", form(one)) for one in found[:MOST]]
    return Group(_("Decisions whose list is not what they state"), lines, page("awards_awarddecision"))


def uncounted_totals(user: User) -> Group:
    """Return the reported totals of the latest year in an award secretary's reach that give no number."""
    inside = ReportedAwardTotal.objects.valid().filter(
        user.reach(Role.AWARD_SECRETARY).condition("area__"), year__isnull=False
    )
    latest = inside.order_by("-year").values("year")[:1]
    empty = dict.fromkeys((f"{name}__isnull" for name in ("collectives", "individuals", "households", "mixed")), True)
    found = inside.filter(**empty, year=latest).select_related("area").order_by("area__sort_key", "pk")
    lines = [Line(str(one), form(one)) for one in found[:MOST]]
    return Group(_("Reported totals without numbers"), lines, page("awards_reportedawardtotal"))


# ---------------------------------------------------------------- what was imported, who is posted, what is open


def batches(user: User) -> Group:
    """Return a clerk's own latest imports."""
    found = ImportBatch.objects.filter(by=user).order_by("-at", "-pk")
    return Group(_("Your latest imports"), [Line(str(one), form(one)) for one in found[:5]], page("units_importbatch"))


def without_officer(user: User, day: date) -> Group:
    """Return how many communes and districts have no officer of their own, district by district."""
    manned = Posting.objects.valid_on(day).filter(role=Role.OFFICER, user__is_active=True)
    areas = (
        Area.objects.filter(user.reach(Role.ADMINISTRATOR).own_condition())
        .valid_on(day)
        .filter(level__in=[Area.Level.DISTRICT, Area.Level.COMMUNE])
        .exclude(pk__in=manned.values("area"))
    )
    group = Case(When(level=Area.Level.DISTRICT, then=F("pk")), default=F("parent"))
    counts = areas.order_by().annotate(group=group).values("group").annotate(number=Count("pk"))
    names = Area.objects.select_related("province", "district").filter(pk__in=counts.values("group"))
    numbers = {row["group"]: row["number"] for row in counts}
    lines = [
        Line(
            f"{area.label}: "
            + ngettext("%(count)d area without an officer", "%(count)d areas without an officer", numbers[area.pk])
            % {"count": numbers[area.pk]},
            page("units_user"),
        )
        for area in names.in_order()[:MOST]
    ]
    return Group(_("Areas without an officer"), lines, page("units_user"))


def without_period(user: User, day: date) -> Group:
    """Return the administrator's provinces whose period of this year is not open, or that of the next once this year's is over."""
    areas = [area for area in user.reach(Role.ADMINISTRATOR).areas if area.level in OPENING]
    near = Period.objects.filter(kind=Period.Kind.YEAR, year__range=(day.year - 1, day.year + 1))
    opened: dict[int, dict[int, Period]] = {area.pk: {} for area in areas}
    for period in near.filter(opened_for(areas)).order_by("ends_on"):
        for area in areas:
            if area.level == Area.Level.COUNTRY or area.pk == period.area_id:  # for the country, whoever opened it
                opened[area.pk][period.year] = period
    lines = []
    for area in areas:
        have = opened[area.pk]
        year = day.year + 1 if day.year in have and have[day.year].ends_on < day else day.year
        if year not in have:
            text = _("%(area)s: the period of %(year)s is not open") % {"area": area, "year": str(year)}
            lines.append(Line(text, where_to_open(area, year, have.get(year - 1))))
    return Group(_("Periods to open"), lines[:MOST], page("movement_period"))


def where_to_open(area: Area, year: int, before: Period | None) -> str:
    """Return the page that opens a year like the one `before`, where the area opened that, else the empty form."""
    if before is not None and before.area_id == area.pk:
        return reverse("admin:movement_period_next", args=[before.pk])
    return f"{reverse('admin:movement_period_add')}?{urlencode({'area': area.pk, 'year': year})}"


OPENING = (Area.Level.COUNTRY, Area.Level.PROVINCE)


def opened_for(areas: Iterable[Area]) -> Q:
    """Return the condition that a period is opened by one of `areas` or, for the country, by anybody."""
    listed = list(areas)
    if any(area.level == Area.Level.COUNTRY for area in listed):
        return Q()
    return Q(area__in=[area.pk for area in listed])
