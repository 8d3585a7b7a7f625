"""What the records of an area say in its report: counted where they are entered, typed where they are not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from movement.admin.sources import MODEL_OF, list_of
from movement.findings import unexplained
from movement.models import Event, Exemplar, Figure, Indicator, IssuedDocument, Report, SafetyStandardResult
from movement.models.catalogue import REGISTER
from movement.reconciliation import differences
from movement.reports import Unexplained, correct, enter, move_report, open_period
from movement.tallies import GROUPS, record_counts, record_indicators
from tests.factories import (
    CommendationFactory,
    DocumentFactory,
    EventFactory,
    ExemplarFactory,
    FigureFactory,
    IndicatorFactory,
    InspectionFactory,
    MeasureFactory,
    MediationFactory,
    ModelSiteFactory,
    ModelTypeFactory,
    PeriodFactory,
    PopularModelFactory,
    ReportFactory,
    SnapshotFactory,
    StandardFactory,
    SuccessionFactory,
    UserFactory,
    commune,
    district,
    province,
)
from tests.pages import Page
from tests.people import Cast, cast_of, posted
from tests.trials import few, undone

if TYPE_CHECKING:
    from movement.models import Period
    from units.models import Area

pytestmark = pytest.mark.django_db

Counts = Indicator.Counts
ENTERED_LATE = "Một buổi nhập sau khi gửi"


@pytest.fixture
def place() -> Area:
    return commune()


@pytest.fixture
def period(place: Area) -> Period:
    return PeriodFactory(area=place.province)


def counting_records(counts: str, **fields: Any) -> Indicator:
    """Return a new line of the form that records of the area count."""
    return IndicatorFactory(counts=counts, **fields)


def count(area: Area, period: Period, *names: str) -> list[int | None]:
    """Return what the records of `area` give for lines that count `names`."""
    lines = [counting_records(name) for name in names]
    counted = record_counts(area, period, lines)
    return [counted[one.pk, ""] for one in lines]


# ---------------------------------------------------------------- what is counted


def test_every_count_has_its_group_and_its_list() -> None:
    grouped = {name for names, _count in GROUPS for name in names} | {Counts.PROGRAMME}

    assert grouped == set(Counts) - REGISTER
    assert set(MODEL_OF) == set(Counts) - REGISTER


@pytest.mark.parametrize("name", sorted(set(Counts) - REGISTER))
def test_where_nothing_is_entered_nothing_is_known(place: Area, period: Period, name: str) -> None:
    assert count(place, period, name) == [None]


def test_sessions_and_attendances_are_added_by_kind(place: Area, period: Period) -> None:
    EventFactory(area=place, sessions=2, attendance=50)
    EventFactory(area=place, sessions=1, attendance=30)
    EventFactory(area=place, kind=Event.Kind.INFORMATION, sessions=4, attendance=200)
    EventFactory(area=place, kind=Event.Kind.TRAINING, attendance=25)

    assert count(
        place, period, Counts.LAUNCH_SESSIONS, Counts.LAUNCH_ATTENDANCE, Counts.INFORMATION_SESSIONS,
        Counts.INFORMATION_ATTENDANCE, Counts.TRAINING_TURNS,
    ) == [3, 80, 4, 200, 25]  # fmt: skip


def test_attendance_is_not_known_where_one_event_leaves_it_out(place: Area, period: Period) -> None:
    EventFactory(area=place, attendance=50)
    EventFactory(area=place, attendance=None)
    EventFactory(area=place, kind=Event.Kind.INFORMATION, attendance=7)

    assert count(
        place, period, Counts.LAUNCH_SESSIONS, Counts.LAUNCH_ATTENDANCE, Counts.INFORMATION_ATTENDANCE
    ) == [2, None, 7]  # fmt: skip


def test_no_attendance_is_none_and_is_known(place: Area, period: Period) -> None:
    EventFactory(area=place, attendance=0)

    assert count(place, period, Counts.LAUNCH_ATTENDANCE) == [0]


@pytest.mark.parametrize(
    ("day", "counted"),
    [(date(2023, 12, 14), None), (date(2023, 12, 15), 1), (date(2024, 12, 14), 1), (date(2024, 12, 15), None)],
)
def test_an_event_belongs_to_the_window_of_its_first_day(
    place: Area, period: Period, day: date, counted: int | None
) -> None:
    EventFactory(area=place, starts_on=day, ends_on=day + timedelta(days=3))

    assert count(place, period, Counts.LAUNCH_SESSIONS) == [counted]


def test_festival_days_are_counted_by_level(place: Area, period: Period) -> None:
    for level, sessions in (("residential", 9), ("commune", 1), ("commune", 1), ("organisation", 2)):
        EventFactory(area=place, kind=Event.Kind.FESTIVAL_DAY, host_level=level, sessions=sessions)
        EventFactory(area=place.district, kind=Event.Kind.FESTIVAL_DAY, host_level=level, sessions=sessions)
    elsewhere = commune(district=place.district)
    EventFactory(area=elsewhere, kind=Event.Kind.FESTIVAL_DAY, host_level="residential", sessions=4)

    asked = (Counts.FESTIVAL_COMMUNES, Counts.FESTIVAL_RESIDENTIAL)
    assert [count(area, period, *asked) for area in (place, place.district, elsewhere)] == [[1, 9], [2, 9], [0, 4]]


def test_gifts_are_added_where_they_are_given(place: Area, period: Period) -> None:
    EventFactory(area=place, gifts=10, gift_value=5_000_000)
    EventFactory(area=place, gifts=3)
    EventFactory(area=place)

    assert count(place, period, Counts.GIFTS, Counts.GIFT_VALUE) == [13, 5_000_000]


def test_inspections_and_documents(place: Area, period: Period) -> None:
    InspectionFactory(area=place, visits=3)
    InspectionFactory(area=place, held_on=date(2023, 1, 1))
    for kind in IssuedDocument.Kind:
        DocumentFactory(area=place, kind=kind)

    assert count(place, period, Counts.INSPECTIONS, Counts.RESOLUTIONS, Counts.DIRECTING_DOCUMENTS) == [3, 3, 4]


def test_documents_of_one_sort_leave_none_of_the_other(place: Area, period: Period) -> None:
    DocumentFactory(area=place, kind=IssuedDocument.Kind.PLAN)

    assert count(place, period, Counts.RESOLUTIONS, Counts.DIRECTING_DOCUMENTS) == [1, 0]


def test_models_are_counted_as_of_the_cut_off(place: Area, period: Period) -> None:
    skilful = ModelTypeFactory(area=place, is_skilful=True, disseminated_on=date(2022, 5, 1))
    kept = PopularModelFactory(area=place, type=skilful, established_on=date(2024, 3, 1))
    PopularModelFactory(area=place, type=skilful, established_on=date(2020, 1, 1))
    PopularModelFactory(area=place, ended_on=period.cutoff_on)
    PopularModelFactory(area=place, established_on=period.cutoff_on + timedelta(days=1))
    ModelSiteFactory(model=kept, sites=4)
    ModelSiteFactory(model=kept, sites=2, valid_to=period.cutoff_on)

    assert count(
        place, period, Counts.MODEL_TYPES, Counts.MODELS, Counts.MODELS_NEW, Counts.MODELS_SKILFUL,
        Counts.MODEL_SITES, Counts.MODELS_DISSEMINATED,
    ) == [1, 2, 1, 2, 4, 1]  # fmt: skip


def test_types_of_model_are_counted_once_at_each_level(place: Area, period: Period) -> None:
    """Two communes keep the same type: one type in each of them, one in the district."""
    beside, above = commune(district=place.district), place.province
    shared, other = ModelTypeFactory(area=above), ModelTypeFactory(area=above)
    for area, kind in ((place, shared), (beside, shared), (beside, other)):
        PopularModelFactory(area=area, type=kind)
    by_site = ModelSiteFactory(model__area=above, area=place).model.type

    assert by_site not in {shared, other}
    assert [count(area, period, Counts.MODEL_TYPES) for area in (place, beside, place.district, above)] == [
        [2], [2], [3], [3],
    ]  # fmt: skip


def test_exemplars_are_added_by_their_number(place: Area, period: Period) -> None:
    ExemplarFactory(area=place, number=5)
    ExemplarFactory(area=place, kind=Exemplar.Kind.COLLECTIVE, name="Tổ số 3")
    ExemplarFactory(area=place, number=7, ended_on=period.cutoff_on)

    assert count(place, period, Counts.EXEMPLARS) == [6]


def test_the_standard_is_that_of_the_year(place: Area, period: Period) -> None:
    StandardFactory(area=place, met=9)
    StandardFactory(area=place, met=4, object=SafetyStandardResult.Object.ORGANISATION)
    StandardFactory(area=place, met=1, year=2023)

    asked = (Counts.STANDARD_RESIDENTIAL, Counts.STANDARD_COMMUNES, Counts.STANDARD_ORGANISATIONS)
    half = PeriodFactory(area=place.province, kind="half", year=2024)
    assert [count(place, one, *asked) for one in (period, half)] == [[9, None, 4], [None] * 3]


def test_mediation_is_added_where_every_row_knows(place: Area, period: Period) -> None:
    MediationFactory(area=place)
    MediationFactory(
        area=place, starts_on=date(2024, 7, 1), ends_on=date(2024, 12, 14), received=10, successful=7, unsuccessful=3,
        pending=None,
    )  # fmt: skip

    assert count(
        place, period, Counts.MEDIATION_RECEIVED, Counts.MEDIATION_SUCCESSFUL, Counts.MEDIATION_UNSUCCESSFUL,
        Counts.MEDIATION_PENDING,
    ) == [333, 193, 106, None]  # fmt: skip


def test_a_programme_gives_its_latest_whole_number(place: Area, period: Period) -> None:
    line, broken = (counting_records(Counts.PROGRAMME, rollup=Indicator.Rollup.LATEST) for _twice in (1, 2))
    measure, parts = (MeasureFactory(programme__area=place.province, indicator=one) for one in (line, broken))
    for day, value in ((date(2024, 5, 18), 25), (date(2024, 11, 1), 40), (date(2024, 12, 15), 99)):
        SnapshotFactory(area=place, measure=measure, taken_on=day, value=value)
    SnapshotFactory(area=place, measure=parts, value=Decimal("25.5"))

    assert record_counts(place, period, [line, broken]) == {(line.pk, ""): 40, (broken.pk, ""): None}


def test_commendations_are_those_of_the_year(place: Area, period: Period) -> None:
    for kind in ("collective", "individual", "household"):
        CommendationFactory(decision__area=place, recipient__area=place, recipient__kind=kind)

    asked = (Counts.COLLECTIVES_COMMENDED, Counts.PEOPLE_COMMENDED)
    half = PeriodFactory(area=place.province, kind="half", year=2024)
    assert [count(place, one, *asked) for one in (period, half)] == [[1, 2], [None, None]]


def test_only_the_own_part_is_counted(place: Area, period: Period) -> None:
    for area in (place, commune(district=place.district), place.district):
        EventFactory(area=area, attendance=50)
        InspectionFactory(area=area, visits=2)
        DocumentFactory(area=area)
        PopularModelFactory(area=area)
        ExemplarFactory(area=area)
        StandardFactory(area=area)
        MediationFactory(area=area)

    asked = (
        Counts.LAUNCH_ATTENDANCE, Counts.INSPECTIONS, Counts.RESOLUTIONS, Counts.MODELS, Counts.EXEMPLARS,
        Counts.STANDARD_RESIDENTIAL, Counts.MEDIATION_RECEIVED,
    )  # fmt: skip
    own = [50, 2, 1, 1, 1, 9, 323]
    assert [count(area, period, *asked) for area in (place, place.district, place.province)] == [own, own, [None] * 7]


def test_a_commune_renamed_within_the_period_takes_what_was_done_under_the_old_name(
    place: Area, period: Period
) -> None:
    day = date(2024, 4, 1)
    old = commune(district=place.district, valid_to=day)
    heir = commune(district=place.district, valid_from=day)
    SuccessionFactory(predecessor=old, successor=heir, effective_on=day)
    EventFactory(area=old, attendance=50, starts_on=date(2024, 2, 1))
    EventFactory(area=heir, attendance=30)
    InspectionFactory(area=old, held_on=date(2024, 2, 1))

    assert count(heir, period, Counts.LAUNCH_ATTENDANCE, Counts.INSPECTIONS) == [80, 1]


def test_a_commune_divided_within_the_period_leaves_its_events_to_nobody(place: Area, period: Period) -> None:
    day = date(2024, 4, 1)
    old = commune(district=place.district, valid_to=day)
    heirs = [commune(district=place.district, valid_from=day) for _twice in (1, 2)]
    for heir in heirs:
        SuccessionFactory(predecessor=old, successor=heir, effective_on=day, kind="split")
    EventFactory(area=old, starts_on=date(2024, 2, 1))

    assert [count(heir, period, Counts.LAUNCH_SESSIONS) for heir in heirs] == [[None], [None]]


def test_a_commune_renamed_before_the_period_takes_nothing_more(place: Area, period: Period) -> None:
    day = date(2023, 4, 1)
    old = commune(district=place.district, valid_to=day)
    heir = commune(district=place.district, valid_from=day)
    SuccessionFactory(predecessor=old, successor=heir, effective_on=day)
    EventFactory(area=old, starts_on=date(2024, 2, 1))

    assert count(heir, period, Counts.LAUNCH_SESSIONS) == [None]


def test_only_lines_in_force_are_counted(period: Period) -> None:
    line = counting_records(Counts.LAUNCH_SESSIONS)
    counting_records(Counts.LAUNCH_SESSIONS, valid_to=period.ends_on)
    counting_records(Counts.CLUSTERS)
    IndicatorFactory()

    assert record_indicators(period) == [line]


def test_counting_costs_the_same_for_one_record_and_three(place: Area, period: Period) -> None:
    lines = [counting_records(name) for name in sorted(set(Counts) - REGISTER)]
    costs = []
    for number in (1, 2):
        for _each in range(number):
            EventFactory(area=place)
            InspectionFactory(area=place)
            DocumentFactory(area=place)
            ModelSiteFactory(model__area=place)
            ExemplarFactory(area=place)
            CommendationFactory(decision__area=place, recipient__area=place)
        with CaptureQueriesContext(connection) as queries:
            record_counts(place, period, lines)
        costs.append(len(queries))

    assert costs[0] == costs[1]


# ---------------------------------------------------------------- how the report uses it


@pytest.fixture
def cast(place: Area) -> Cast:
    return cast_of(place.province)


@pytest.fixture
def report(place: Area, period: Period) -> Report:
    return ReportFactory(area=place, period=period)


def line_of(report: Report, counts: str = Counts.LAUNCH_ATTENDANCE, **fields: Any) -> Figure:
    """Return a new figure of the report that records count."""
    return FigureFactory(report=report, indicator=counting_records(counts, name_en="Attendances"), **fields)


def own_of(figure: Figure) -> int | None:
    return Figure.objects.values_list("own", flat=True).get(pk=figure.pk)


def test_sending_copies_the_counts_and_keeps_what_is_typed(report: Report, cast: Cast) -> None:
    counted, typed = line_of(report), line_of(report, Counts.INSPECTIONS, own=7)
    EventFactory(area=report.area, attendance=80)

    move_report(report, "request_signature", by=cast.officer)

    assert (own_of(counted), own_of(typed)) == (80, 7)
    assert [Figure.objects.get(pk=one.pk).register_on for one in (counted, typed)] == [report.period.cutoff_on, None]


def test_sending_again_counts_again(report: Report, cast: Cast) -> None:
    figure = line_of(report)
    EventFactory(area=report.area, attendance=80)
    move_report(report, "request_signature", by=cast.officer)
    EventFactory(area=report.area, attendance=20)

    move_report(report, "recall", by=cast.officer)
    move_report(report, "request_signature", by=cast.officer)

    assert own_of(figure) == 100


def test_another_number_is_refused_by_name(report: Report, cast: Cast) -> None:
    figure = line_of(report)
    EventFactory(area=report.area, attendance=80)
    figure.own = 90

    with translation.override("en"), pytest.raises(ValidationError) as refused:
        enter(figure, by=cast.officer)

    assert refused.value.message_dict == {
        "own": ["“Attendances” is counted from the records of the area (80): enter the record, not the number."]
    }
    assert own_of(figure) is None


def test_the_counted_number_itself_may_be_typed(report: Report, cast: Cast) -> None:
    figure = line_of(report)
    EventFactory(area=report.area, attendance=80)
    figure.own = 80

    enter(figure, by=cast.officer)

    assert own_of(figure) == 80


def test_where_no_record_is_entered_the_number_is_typed(report: Report, cast: Cast) -> None:
    figure = line_of(report)
    figure.own = 90

    enter(figure, by=cast.officer)

    assert (own_of(figure), differences(report)) == (90, [])


def test_what_was_typed_before_the_first_record_stays_until_the_report_is_sent(report: Report, cast: Cast) -> None:
    figure = line_of(report, own=90)
    EventFactory(area=report.area, attendance=80)
    figure.explanation = "Mười lượt của xã bên cạnh"

    enter(figure, by=cast.officer)

    assert (own_of(figure), len(differences(report)), unexplained(report)) == (90, 1, [])
    sent(report, cast)
    assert (own_of(figure), differences(report)) == (80, [])


def sent(report: Report, cast: Cast) -> None:
    for name, by in (("request_signature", cast.officer), ("submit", cast.signer)):
        move_report(report, name, by=by)


def test_an_event_entered_after_sending_is_a_difference_until_it_is_sent_again(report: Report, cast: Cast) -> None:
    figure = line_of(report)
    EventFactory(area=report.area, attendance=80)
    sent(report, cast)
    agreed = differences(report)
    EventFactory(area=report.area, attendance=20)

    with translation.override("en"):
        told = [str(one) for one in unexplained(report)]
        with pytest.raises(Unexplained):
            move_report(report, "approve", by=cast.reviewer)
    move_report(report, "return", by=cast.reviewer, note=ENTERED_LATE)
    sent(report, cast)
    move_report(report, "approve", by=cast.reviewer)

    assert (agreed, told, own_of(figure)) == ([], ["Attendances: records 100, own part 80"], 100)
    assert Report.objects.get(pk=report.pk).state == "approved"


def test_a_correction_takes_no_other_number_than_the_count(report: Report, cast: Cast) -> None:
    figure = line_of(report)
    EventFactory(area=report.area, attendance=80)
    sent(report, cast)
    move_report(report, "approve", by=cast.reviewer)
    EventFactory(area=report.area, attendance=20)
    stored = Figure.objects.get(pk=figure.pk)

    with pytest.raises(ValidationError):
        correct(Figure.objects.get(pk=figure.pk), own=90, reason="Đếm lại", by=cast.reviewer)
    correct(stored, own=100, reason="Bổ sung một buổi", by=cast.reviewer)

    assert (own_of(figure), differences(report)) == (100, [])


events = st.lists(
    st.tuples(
        st.integers(0, 4),  # the area: three communes, the district, the province
        st.integers(0, 9),
        st.integers(-30, 400).map(lambda days: date(2023, 12, 15) + timedelta(days=days)),
        st.sampled_from(["launch", "launch", "information"]),
    ),
    max_size=12,
)


@few
@given(entered=events)
def test_the_total_of_the_province_is_the_sum_of_all_events(entered: list[tuple[int, int, date, str]]) -> None:
    with undone():
        top = province()
        middle = district(province=top)
        areas = [*(commune(district=middle) for _each in range(3)), middle, top]
        line = counting_records(Counts.LAUNCH_ATTENDANCE)
        period, cast = PeriodFactory(area=top), cast_of(top)
        open_period(period, by=cast.administrator)
        for which, attendance, day, kind in entered:
            EventFactory(area=areas[which], attendance=attendance, starts_on=day, kind=kind)

        for area in areas[:4]:
            report = Report.objects.get(area=area)
            sent(report, cast)
            move_report(report, "approve", by=cast.reviewer)
        report = Report.objects.get(area=top)
        for name, by in (("request_signature", cast.reviewer), ("submit", cast.reviewer), ("approve", cast.leader)):
            move_report(report, name, by=by)

        held = [
            attendance
            for _which, attendance, day, kind in entered
            if kind == "launch" and period.starts_on <= day <= period.ends_on
        ]
        total = Figure.objects.get(report__area=top, indicator=line).total
        assert total == (sum(held) if held else None)


# ---------------------------------------------------------------- how the form shows it


def officer_of(area: Area) -> Client:
    client = Client()
    client.force_login(posted(area), backend="units.auth.PostingBackend")
    return client


def address_of(report: Report) -> str:
    return reverse("admin:movement_report_change", args=[report.pk])


def lines_of(page: Any) -> dict[str, str]:
    """Return the third column of the form (the own level) by the name of the line."""
    rows = [row for table in Page(page.content.decode()).found for row in table.rows]
    return {row[0].split(" ")[0]: row[2] for row in rows if len(row) == 7}


def inputs_of(page: Any) -> list[str | None]:
    names = [one.attributes.get("name") or "" for one in Page(page.content.decode()).all("input")]
    return [name for name in names if name.startswith("figures-") and name.endswith("-own")]


def test_a_counted_line_shows_its_number_and_where_it_comes_from(report: Report) -> None:
    counted = line_of(report)
    Indicator.objects.filter(pk=counted.indicator_id).update(name_vi="Lượt")
    typed = line_of(report, Counts.INSPECTIONS, own=7)
    Indicator.objects.filter(pk=typed.indicator_id).update(name_vi="Kiểm")
    EventFactory(area=report.area, attendance=1080)
    client = officer_of(report.area)

    page = client.get(address_of(report))

    assert lines_of(page)["Lượt"].split(" ")[0] == "1.080"
    assert inputs_of(page) == ["figures-1-own"]
    events = f"{reverse('admin:movement_event_changelist')}?in={report.area.code}"
    assert Page(page.content.decode()).links[str(Event._meta.verbose_name_plural)] == events
    assert client.get(events).status_code == 200


def test_a_line_is_typed_as_long_as_no_record_gives_it(report: Report) -> None:
    line_of(report)

    assert inputs_of(officer_of(report.area).get(address_of(report))) == ["figures-0-own"]


def form_of(client: Client, report: Report, **changes: Any) -> dict[str, Any]:
    """Return the form with nothing typed, as a page shows it that counts all its lines."""
    formsets = client.get(address_of(report)).context["inline_admin_formsets"]
    form: dict[str, Any] = {
        f"{one.formset.prefix}-{name}_FORMS": 0 for one in formsets for name in ("TOTAL", "INITIAL")
    }
    lines = list(report.figures.in_form_order())
    form |= {"figures-TOTAL_FORMS": len(lines), "figures-INITIAL_FORMS": len(lines)}
    for number, line in enumerate(lines):
        form |= {
            f"figures-{number}-id": line.pk, f"figures-{number}-report": report.pk,
            f"figures-{number}-printed_word": "", f"figures-{number}-printed_value": "",
            f"figures-{number}-explanation": "", f"figures-{number}-read_version": line.version,
        }  # fmt: skip
    return form | changes


def test_a_form_without_the_counted_input_leaves_the_number(report: Report) -> None:
    figure = line_of(report, own=90)
    EventFactory(area=report.area, attendance=80)

    client = officer_of(report.area)

    response = client.post(address_of(report), form_of(client, report, **{"figures-0-explanation": ENTERED_LATE}))

    stored = Figure.objects.get(pk=figure.pk)
    assert (response.status_code, stored.own, stored.explanation) == (302, 90, ENTERED_LATE)


def test_a_number_typed_while_the_first_record_came_is_refused_by_name(report: Report) -> None:
    figure = line_of(report)
    client = officer_of(report.area)
    form = form_of(client, report, **{"figures-0-own": "90"})
    EventFactory(area=report.area, attendance=80)

    with translation.override("en"):
        refused = client.post(address_of(report), form)

    told = refused.context["adminform"].form.non_field_errors()
    assert (refused.status_code, own_of(figure)) == (200, None)
    assert told == ["“Attendances” is counted from the records of the area (80): enter the record, not the number."]
    assert inputs_of(refused) == []


def test_a_sent_report_shows_what_was_sent(report: Report, cast: Cast) -> None:
    figure = line_of(report)
    Indicator.objects.filter(pk=figure.indicator_id).update(name_vi="Lượt")
    EventFactory(area=report.area, attendance=80)
    move_report(report, "request_signature", by=cast.officer)
    EventFactory(area=report.area, attendance=20)

    page = officer_of(report.area).get(address_of(report))

    assert (lines_of(page)["Lượt"], inputs_of(page)) == ("80", [])


def test_the_form_counts_once_for_all_lines(report: Report) -> None:
    client = officer_of(report.area)
    line_of(report)
    EventFactory(area=report.area)
    client.get(address_of(report))
    costs = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address_of(report))
        costs.append(len(queries))
        line_of(report, Counts.LAUNCH_SESSIONS)
        line_of(report, Counts.INFORMATION_SESSIONS)
        EventFactory(area=report.area)

    assert costs[0] == costs[1]


def test_every_list_that_a_line_names_can_be_opened(report: Report) -> None:
    request = RequestFactory().get("/")
    request.user = posted(report.area)
    client = Client()
    client.force_login(request.user, backend="units.auth.PostingBackend")
    lines = [Indicator(counts=name) for name in sorted(set(Counts) - REGISTER)]

    named = [source for one in lines if (source := list_of(one, report.area, request))]
    opened = {client.get(address).status_code for address, _name in named}

    assert (opened, len(named)) == ({200}, len(lines))


def test_a_list_that_is_closed_to_the_person_is_not_named(report: Report) -> None:
    request = RequestFactory().get("/")
    request.user = UserFactory()

    assert list_of(Indicator(counts=Counts.LAUNCH_SESSIONS), report.area, request) is None
