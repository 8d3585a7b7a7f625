"""As of a date, everywhere: the areas in force on the day of the record, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from factory.django import DjangoModelFactory
from hypothesis import given
from hypothesis import strategies as st

from config.admin import ScopedInline
from config.days import Days, days_of, field_names
from config.pickers import DAY, DAY_FIELD
from movement.models import Event, PopularModel
from movement.sheets.work import EventSheet
from tests import factories
from tests.desk import bring_in, confirm
from tests.factories import (
    AreaFactory,
    BodyFactory,
    ConferenceFactory,
    EventFactory,
    InspectionFactory,
    KindFactory,
    MediationFactory,
    MemberFactory,
    PopularModelFactory,
    PostingFactory,
    PublishedFigureFactory,
    StandardFactory,
    SuccessionFactory,
    commune,
    country,
    district,
    province,
    standing,
)
from tests.people import posted
from tests.trials import few, undone
from units.admin import BelowFilter
from units.importing.units import UnitSheet
from units.models import Area, AreaSuccession, AsOf, Body, ImportBatch, Posting, Unit
from units.models.existence import refusal
from units.models.people import Role
from units.models.succession import counterparts, existed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from units.models import Upload

pytestmark = pytest.mark.django_db
Kind = AreaSuccession.Kind

D2025 = date(2025, 7, 1)
ELSEWHERE = {  # areas that no day of a record decides, and why
    "units.Area": "the catalogue itself",
    "units.AreaSuccession": "the catalogue itself",
    "units.Unit": "its placements are asked",
    "units.Placement": "its clean asks both ends, more strictly",
    "units.Posting": "its form asks the first day",
    "units.Attachment": "it lies with the record that it belongs to",
    "units.Reorganisation": "its clean asks the day before the act",
    "units.ReorganisationLine": "it joins areas of two days",
    "units.Destination": "its reorganisation decides",
    "movement.Report": "its period gives it to an area in force",
    "movement.Edition": "sealed from a report",
    "movement.EditionFigure": "sealed from a report",
    "movement.EditionPassage": "sealed from a report",
    "movement.EditionAward": "sealed from a report",
    "movement.EditionErratum": "sealed from a report",
    "movement.Chart": "drawn from an edition",
}


@dataclass
class Land:
    """Bắc Kạn until 30 June 2025 and Thái Nguyên after it: two old communes became one, the district was abolished."""

    old_province: Area
    district: Area
    ha_hieu: Area
    banh_trach: Area
    province: Area
    phuc_loc: Area


@pytest.fixture
def land() -> Land:
    old = province(name="Bắc Kạn", code="P06", valid_to=D2025)
    ba_be = district(old, name="Ba Bể", code="D061", valid_to=D2025)
    ha_hieu, banh_trach = (
        commune(ba_be, name=name, code=code, valid_to=D2025)
        for name, code in (("Hà Hiệu", "C01897"), ("Bành Trạch", "C01894"))
    )
    new = province(name="Thái Nguyên", code="P19-20250701", valid_from=D2025)
    phuc_loc = commune(new, name="Phúc Lộc", code="C01894-20250701", valid_from=D2025)
    became(old, new)
    became(ba_be, None, Kind.ABOLISH)
    became(ha_hieu, phuc_loc)
    became(banh_trach, phuc_loc)
    return Land(old, ba_be, ha_hieu, banh_trach, new, phuc_loc)


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def became(old: Area, new: Area | None, kind: str = Kind.MERGE, *, is_main: bool = True) -> AreaSuccession:
    day = new.valid_from if new else old.valid_to
    return SuccessionFactory(predecessor=old, successor=new, effective_on=day, kind=kind, is_main=is_main)


def complaints(record: Any) -> dict[str, list[str]]:
    """Return what the record is refused for, by field; nothing where it is taken."""
    try:
        record.full_clean()
    except ValidationError as refused:
        return refused.message_dict
    return {}


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-12-05", date(2024, 12, 5), date(2024, 12, 5)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-01-01/2024-06-30", date(2024, 1, 1), date(2024, 6, 30)),
        ("2022/2025", date(2022, 1, 1), date(2025, 12, 31)),
    ],
)
def test_days_are_read_as_they_are_written(text: str, first: date, last: date) -> None:
    assert Days.read(text) == Days(first, last)
    assert Days.read(Days(first, last).written) == Days(first, last)


@pytest.mark.parametrize(
    "text", ["", "hôm nay", "2024-02-30", "0000", "2025/2022", "2022/2023/2024", "05/12/2024", "/"]
)
def test_what_is_no_day_is_not_known(text: str) -> None:
    assert Days.read(text) is None


def test_a_span_goes_before_the_year_and_a_year_before_nothing() -> None:
    figure = PublishedFigureFactory.build(year=2024)

    year = days_of(figure, figure.as_of)
    figure.starts_on, figure.ends_on = date(2021, 1, 1), date(2024, 6, 30)
    span = days_of(figure, figure.as_of)
    figure.starts_on, figure.ends_on, figure.year = None, None, None

    assert (year, span, days_of(figure, figure.as_of)) == (
        Days.in_year(2024),
        Days(date(2021, 1, 1), date(2024, 6, 30)),
        None,
    )


def test_the_last_day_of_a_dated_row_is_the_day_before_its_end() -> None:
    member = MemberFactory.build(valid_from=date(2022, 1, 1), valid_to=D2025)

    assert days_of(member, member.as_of) == Days(date(2022, 1, 1), date(2025, 6, 30))


# ---------------------------------------------------------------- no model forgets


def our_models() -> list[Any]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in {"units", "awards", "movement"} and not model.__name__.startswith("Historical")
    ]


def areas_of(model: Any) -> list[str]:
    """Return the names of the model's foreign keys to areas."""
    return [one.name for one in model._meta.fields if isinstance(one, models.ForeignKey) and one.related_model is Area]


WITH_AREAS = [model for model in our_models() if areas_of(model)]
AS_OF = [model for model in WITH_AREAS if issubclass(model, AsOf) and model.as_of]


@pytest.mark.parametrize("model", WITH_AREAS, ids=lambda model: model._meta.label)
def test_every_model_with_an_area_says_which_day_decides_or_why_none_does(model: Any) -> None:
    said = [getattr(model, "as_of", ()), getattr(model, "undated", ""), ELSEWHERE.get(model._meta.label)]

    assert [bool(one) for one in said].count(True) == 1


@pytest.mark.parametrize("model", AS_OF, ids=lambda model: model._meta.label)
def test_every_area_of_a_dated_model_is_asked_and_its_days_are_its_own_fields(model: Any) -> None:
    assert list(model.as_of_areas) == areas_of(model)
    assert {name for name in field_names(model.as_of) if model._meta.get_field(name).concrete} == set(
        field_names(model.as_of)
    )


def test_what_is_asked_elsewhere_is_still_there() -> None:
    assert [label for label in ELSEWHERE if not apps.is_installed(label.split(".")[0])] == []


def factory_of(model: Any) -> Any:
    made = (one for one in vars(factories).values() if isinstance(one, type) and issubclass(one, DjangoModelFactory))
    return next(one for one in made if one._meta.model is model)


def told(model: Any, time: str | tuple[str, str], year: int) -> dict[str, Any]:
    """Return values for the fields of one time, in the middle of `year`."""
    names = (time,) if isinstance(time, str) else time
    ends = (date(year, 8, 1), date(year, 8, 31))
    return {
        name: day if isinstance(model._meta.get_field(name), models.DateField) else year
        for name, day in zip(names, ends, strict=False)
    }


def area_errors(model: Any, name: str, area: Area, **days: Any) -> list[str]:
    """Return what is said of the area `name` of a new record; no other field matters here."""
    empty = dict.fromkeys(field_names(model.as_of))
    record = factory_of(model).build(**{**empty, **days, name: area})
    for other in set(areas_of(model)) - {name}:
        setattr(record, other, None)
    try:
        record.clean_fields()
    except ValidationError as refused:
        return refused.message_dict.get(name, [])
    return []


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("model", "name", "time"),
    [
        pytest.param(model, name, time, id=f"{model.__name__}-{name}-{time}")
        for model in AS_OF
        for name in model.as_of_areas
        for time in model.as_of
    ],
)
def test_a_record_names_an_area_of_its_own_day(model: Any, name: str, time: Any, land: Land) -> None:
    asked = {
        (area.code, year): area_errors(model, name, area, **told(model, time, year))
        for area in (land.ha_hieu, land.phuc_loc)
        for year in (2022, 2026)
    }
    unknown = [area_errors(model, name, area) for area in (land.ha_hieu, land.phuc_loc)]
    refused = {key: messages for key, messages in asked.items() if messages}

    assert list(refused) == [("C01897", 2026), ("C01894-20250701", 2022)]
    assert refused["C01897", 2026][0].endswith("it ended on 01/07/2025. It became: xã Phúc Lộc (C01894-20250701).")
    assert refused["C01894-20250701", 2022] == [
        "xã Phúc Lộc exists only from 01/07/2025. Before that it was: xã Bành Trạch (C01894), xã Hà Hiệu (C01897)."
    ]
    assert unknown == [[], []]


# ---------------------------------------------------------------- the rule and its words


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [(date(2025, 6, 30), False, True), (D2025, True, False)],
)
def test_the_old_area_serves_until_the_eve_and_the_new_one_from_the_day(
    land: Land, day: date, old: bool, new: bool
) -> None:
    refused = [bool(complaints(EventFactory.build(area=area, starts_on=day))) for area in (land.ha_hieu, land.phuc_loc)]

    assert refused == [old, new]


def test_both_serve_for_a_year_or_a_span_in_which_one_gave_way_to_the_other(land: Land) -> None:
    areas = (land.ha_hieu, land.phuc_loc)
    year = [complaints(StandardFactory.build(area=area, year=2025)) for area in areas]
    span = [complaints(MediationFactory.build(area=area, starts_on=date(2025, 6, 30), ends_on=D2025)) for area in areas]
    second_half = [
        list(complaints(MediationFactory.build(area=area, starts_on=D2025, ends_on=date(2025, 12, 31))))
        for area in areas
    ]

    assert (year, span, second_half) == ([{}, {}], [{}, {}], [["area"], []])


@pytest.mark.usefixtures("english")
def test_the_words_name_the_day_the_end_and_what_it_became(land: Land) -> None:
    asked = (
        EventFactory.build(area=land.ha_hieu, starts_on=date(2026, 3, 5)),
        EventFactory.build(area=land.district, starts_on=date(2026, 3, 5)),
        StandardFactory.build(area=land.ha_hieu, year=2026),
        StandardFactory.build(area=land.district, year=2026),
        MediationFactory.build(area=land.ha_hieu, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30)),
    )

    assert [complaints(record) for record in asked] == [
        {"area": [message]}
        for message in (
            "xã Hà Hiệu no longer existed on 05/03/2026: it ended on 01/07/2025. "
            "It became: xã Phúc Lộc (C01894-20250701).",
            "huyện Ba Bể no longer existed on 05/03/2026: it was abolished on 01/07/2025.",
            "xã Hà Hiệu no longer existed in the time 2026: it ended on 01/07/2025. "
            "It became: xã Phúc Lộc (C01894-20250701).",
            "huyện Ba Bể no longer existed in the time 2026: it was abolished on 01/07/2025.",
            "xã Hà Hiệu no longer existed in the time 01/01/2026 – 30/06/2026: it ended on 01/07/2025. "
            "It became: xã Phúc Lộc (C01894-20250701).",
        )
    ]


@pytest.mark.usefixtures("english")
def test_what_it_became_is_told_as_of_the_day(land: Land) -> None:
    wards = [commune(land.province, name=name, valid_from=date(2026, 4, 30)) for name in ("Một", "Hai")]
    Area.objects.filter(pk=land.phuc_loc.pk).update(valid_to=date(2026, 4, 30))
    land.phuc_loc.refresh_from_db()
    became(land.phuc_loc, wards[0], Kind.SPLIT, is_main=False)
    became(land.phuc_loc, wards[1], Kind.SPLIT)

    told = [
        complaints(EventFactory.build(area=land.ha_hieu, starts_on=day))["area"][0].partition("It became: ")[2]
        for day in (date(2026, 4, 29), date(2026, 4, 30))
    ]

    assert told == ["xã Phúc Lộc (C01894-20250701).", f"xã Hai ({wards[1].code}), xã Một ({wards[0].code})."]


def test_an_area_of_which_nothing_earlier_is_known_serves_for_earlier_days() -> None:
    since = commune(valid_from=date(2021, 11, 1))

    assert complaints(EventFactory.build(area=since, starts_on=date(2019, 5, 1))) == {}
    assert list(Area.objects.filter(existed(Days.in_year(2019)), pk=since.pk)) == [since]


def test_both_areas_of_an_inspection_are_asked(land: Land) -> None:
    visit = InspectionFactory.build(area=land.old_province, inspected=land.district, held_on=date(2026, 3, 5))

    assert list(complaints(visit)) == ["area", "inspected"]


def test_a_conference_after_the_year_is_held_by_the_successor(land: Land) -> None:
    asked = [
        list(complaints(ConferenceFactory.build(area=area, year=2024, held_on=date(2025, 7, 10))))
        for area in (land.old_province, land.province)
    ]

    assert asked == [["area"], []]


def test_a_record_on_file_can_be_edited_though_its_area_is_wrong(land: Land) -> None:
    event = EventFactory(area=land.ha_hieu, starts_on=date(2026, 3, 5))  # older than the rule

    event.note = "Ghi chú"
    kept = complaints(event)
    event.starts_on = date(2026, 3, 6)
    moved = list(complaints(event))
    event.starts_on, event.area = date(2026, 3, 5), land.banh_trach
    elsewhere = list(complaints(event))
    event.area, event.void_reason = land.ha_hieu, "Nhập nhầm"

    assert (kept, moved, elsewhere, complaints(event)) == ({}, ["area"], ["area"], {})


def test_a_record_of_its_day_costs_no_query_more(land: Land) -> None:
    event = EventFactory(area=land.ha_hieu, starts_on=date(2024, 3, 5))

    with CaptureQueriesContext(connection) as asked:
        event.clean_fields(exclude=["area"])

    assert len(asked) == 0


# ---------------------------------------------------------------- what became of what


def test_nothing_stands_in_the_place_of_an_abolished_district(land: Land) -> None:
    found = counterparts([land.district, land.ha_hieu, land.phuc_loc], Days.on(date(2026, 1, 1)))

    assert found == {land.district.pk: [], land.ha_hieu.pk: [land.phuc_loc]}


waves = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=5), min_size=1, max_size=4)


@few
@given(waves=waves, asked=st.integers(0, 5))
def test_what_stands_in_the_place_of_an_area_is_what_can_be_reached_and_was_in_force(
    waves: list[list[tuple[int, int]]], asked: int
) -> None:
    with undone():
        top = province()
        days = [date(2021 + number, 1, 1) for number in range(len(waves))]
        here = [commune(top) for _number in range(4)]
        first, steps = list(here), {}
        for day, moves in zip(days, waves, strict=True):
            pairs = {(one, other) for one, other in moves}
            fresh = {other: commune(top, valid_from=day) for other in {other for _one, other in pairs}}
            for one in {one for one, _other in pairs}:
                Area.objects.filter(pk=here[one].pk).update(valid_to=day)
                here[one].valid_to = day
            for one, other in pairs:
                became(here[one], fresh[other], Kind.SPLIT)
                steps.setdefault(here[one].pk, set()).add(fresh[other])
            # an area that nothing came from begins without a predecessor, and one that nothing replaced goes on
            here = [fresh.get(number, area) if area.valid_to else area for number, area in enumerate(here)]
            here = [area for area in here if area.valid_to is None] or [commune(top, valid_from=day)]
            here = (here * 4)[:4]
        on = Days.on(date(2020 + asked, 6, 1))

        def reached(area: Area) -> set[int]:
            if area.valid_to is None or area.valid_to > on.first:
                return {area.pk}
            return {key for other in steps.get(area.pk, ()) for key in reached(Area.objects.get(pk=other.pk))}

        found = counterparts([Area.objects.get(pk=one.pk) for one in first], on)

        ended = [one for one in Area.objects.filter(pk__in=[one.pk for one in first]) if not one.is_valid_on(on.first)]
        assert {key: {one.pk for one in areas} for key, areas in found.items()} == {
            one.pk: reached(one) for one in ended
        }
        assert all(one.is_valid_on(on.first) for areas in found.values() for one in areas)


@pytest.mark.parametrize("count", [1, 3])
def test_following_costs_the_same_for_one_and_three(land: Land, count: int, django_assert_num_queries: Any) -> None:
    olds = [land.ha_hieu, *(commune(land.district, valid_to=D2025) for _number in range(2))]
    for old in olds[1:]:
        became(old, land.phuc_loc)

    with django_assert_num_queries(1):
        found = counterparts(olds[:count], Days.on(date(2026, 1, 1)))

    assert found == {old.pk: [land.phuc_loc] for old in olds[:count]}


# ---------------------------------------------------------------- pickers


EVENT = ("movement", "event", "area")


def offered(
    user: Any, term: str = "", on: str = "", source: tuple[str, str, str] = ("units", "unit", "area")
) -> list[tuple[str, bool]]:
    """Return the lines of a searching list: the text, and whether it can be chosen."""
    asked = dict(zip(("app_label", "model_name", "field_name"), source, strict=True))
    response = signed_in(user).get(reverse("admin:autocomplete"), {**asked, "term": term, **({"on": on} if on else {})})
    return [(row["text"], not row.get("disabled", False)) for row in response.json()["results"]]


def in_english(user: Any, *args: Any, **kwargs: Any) -> list[tuple[str, bool]]:
    address = reverse("admin:autocomplete")
    assert address == "/en/admin/autocomplete/"
    return offered(user, *args, **kwargs)


@pytest.mark.usefixtures("english")
def test_the_communes_of_2024_are_offered_for_2024_and_none_of_them_for_2026(land: Land) -> None:
    user = posted(country())

    assert in_english(user, on="2024-12-05") == [
        ("xã Bành Trạch, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025)", True),
        ("xã Hà Hiệu, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025)", True),
    ]
    assert in_english(user, on="2026-01-05") == [("xã Phúc Lộc, tỉnh Thái Nguyên", True)]
    assert in_english(user, on="2025") == [
        ("xã Bành Trạch, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025)", True),
        ("xã Hà Hiệu, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025)", True),
        ("xã Phúc Lộc, tỉnh Thái Nguyên", True),
    ]


@pytest.mark.usefixtures("english")
def test_an_old_name_is_found_under_its_heir_and_a_new_one_under_what_it_was(land: Land) -> None:
    new, old = posted(land.province), posted(land.district)

    assert in_english(new, "ha hieu", "2026-01-05") == [
        ("xã Phúc Lộc, tỉnh Thái Nguyên – formerly xã Hà Hiệu, huyện Ba Bể", True)
    ]
    assert in_english(new, "ha hieu") == in_english(new, "ha hieu", "2026-01-05")
    assert in_english(old, "phuc loc", "2024-12-05") == [
        (f"xã {name}, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025) – later xã Phúc Lộc, tỉnh Thái Nguyên", True)
        for name in ("Bành Trạch", "Hà Hiệu")
    ]


@pytest.mark.usefixtures("english")
def test_what_cannot_be_chosen_says_what_became_of_it(land: Land) -> None:
    new, old = posted(land.province), posted(land.district)
    told = ("xã Hà Hiệu, huyện Ba Bể: from 01/07/2025 it is xã Phúc Lộc, tỉnh Thái Nguyên", False)

    assert in_english(old, "ha hieu", "2026-01-05") == [told]
    assert in_english(old, "", "2026-01-05", EVENT) == [("huyện Ba Bể: abolished from 01/07/2025", False)]
    assert in_english(new, "ba be", "2026-01-05", EVENT) == [
        ("xã Phúc Lộc, tỉnh Thái Nguyên – formerly xã Bành Trạch, huyện Ba Bể; xã Hà Hiệu, huyện Ba Bể", True),
        ("huyện Ba Bể: abolished from 01/07/2025", False),
    ]
    assert in_english(new, "phuc loc", "2024-12-05") == [
        (
            "xã Phúc Lộc, tỉnh Thái Nguyên: only from 01/07/2025; before that xã Bành Trạch, huyện Ba Bể; "
            "xã Hà Hiệu, huyện Ba Bể",
            False,
        )
    ]


@pytest.mark.usefixtures("english")
def test_before_the_day_is_typed_everything_in_reach_is_offered_the_present_first(land: Land) -> None:
    assert in_english(posted(country())) == [
        ("xã Phúc Lộc, tỉnh Thái Nguyên", True),
        ("xã Bành Trạch, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025), now xã Phúc Lộc, tỉnh Thái Nguyên", True),
        ("xã Hà Hiệu, huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025), now xã Phúc Lộc, tỉnh Thái Nguyên", True),
    ]
    assert in_english(posted(land.district), "ba be", source=EVENT)[0] == (
        "huyện Ba Bể, tỉnh Bắc Kạn (until 30/06/2025), now abolished",
        True,
    )


def test_a_picker_stays_in_the_reach_of_the_postings_on_every_day(land: Land) -> None:
    elsewhere = commune(name="Hà Hiệu Khác")
    mine, all_of_them = posted(land.district), posted(country())
    found = {
        on: [
            [text.partition(",")[0] for text, can in offered(user, "ha hieu", on) if can]
            for user in (mine, all_of_them)
        ]
        for on in ("", "2024-12-05", "2026-01-05")
    }

    assert elsewhere.name == "Hà Hiệu Khác"
    assert found["2024-12-05"] == [["xã Hà Hiệu"], ["xã Hà Hiệu", "xã Hà Hiệu Khác"]]
    assert [mine for mine, _all in found.values()] == [["xã Hà Hiệu"], ["xã Hà Hiệu"], []]
    assert found["2026-01-05"][1] == ["xã Hà Hiệu Khác", "xã Phúc Lộc"]


def test_members_of_a_cluster_lie_anywhere_on_the_day(land: Land) -> None:
    user = posted(land.district)
    source = ("units", "clustermember", "area")

    found = [
        [text.partition(",")[0] for text, can in offered(user, "loc", on, source) if can] for on in ("2026", "2024")
    ]

    assert found == [["xã Phúc Lộc"], ["xã Bành Trạch", "xã Hà Hiệu"]]


@pytest.mark.parametrize("on", ["", "hôm qua", "2024-02-30"])
def test_what_is_no_day_offers_all(land: Land, on: str) -> None:
    assert len(offered(posted(country()), "", on)) == 3


@pytest.mark.parametrize(("on", "cost"), [("", 12), ("2024-12-05", 11), ("2026-01-05", 11)])
def test_a_picker_costs_the_same_for_one_and_three(
    land: Land, on: str, cost: int, django_assert_num_queries: Any
) -> None:
    user = posted(land.old_province)
    PostingFactory(user=user, area=land.province)
    client = signed_in(user)
    asked = {"app_label": "units", "model_name": "unit", "field_name": "area", "term": "lac", "on": on}
    for number in (1, 3):
        while Area.objects.filter(name__startswith="Lạc", valid_from=None).count() < number:
            old = commune(land.district, name=f"Lạc {Area.objects.count()}", valid_to=D2025)
            became(old, commune(land.province, name=f"Mới {old.name}", valid_from=D2025))
        with django_assert_num_queries(cost):
            lines = client.get(reverse("admin:autocomplete"), asked).json()["results"]
        assert len(lines) == number * (1 if on else 2)


@pytest.mark.usefixtures("english")
def test_bodies_in_force_on_the_day_are_offered(land: Land) -> None:
    BodyFactory(area=land.district, name="Công an huyện Ba Bể", valid_to=date(2025, 3, 1))
    BodyFactory(area=land.district, name="UBND huyện Ba Bể")
    user = posted(country())
    source = ("movement", "event", "host")

    assert in_english(user, "ba be", "2025-02-28", source) == [
        ("Công an huyện Ba Bể (until 28/02/2025)", True),
        ("UBND huyện Ba Bể", True),
    ]
    assert in_english(user, "ba be", "2025-03-01", source) == [("UBND huyện Ba Bể", True)]
    assert in_english(user, "ba be", "", source) == [
        ("UBND huyện Ba Bể", True),
        ("Công an huyện Ba Bể (until 28/02/2025)", True),
    ]


def searching_lists() -> list[Any]:
    """Return every page and inline with a searching list of dated areas or bodies, on a model that knows its day."""
    pages = [(page, None) for page in admin.site._registry.values()]
    inlines = [(inline(page.model, admin.site), page) for page, _none in pages for inline in page.inlines]
    return [
        pytest.param(page, name, id=f"{type(page).__name__}-{name}")
        for page, _above in [*pages, *inlines]
        for name in page.autocomplete_fields
        if page.model._meta.get_field(name).related_model in {Area, Body} and getattr(page.model, "as_of", ())
    ]


@pytest.mark.parametrize(("page", "name"), searching_lists())
def test_every_list_of_areas_and_bodies_knows_which_field_tells_the_day(page: Any, name: str) -> None:
    request = RequestFactory().get("/")
    request.user = posted(country())

    field = page.formfield_for_dbfield(page.model._meta.get_field(name), request=request)

    widget = getattr(field.widget, "widget", field.widget)
    own = [time if isinstance(time, str) else "/".join(time) for time in page.model.as_of]
    assert widget.attrs[DAY_FIELD].split(" ")[: len(own)] == own
    assert "js/pickers.js" in str(widget.media)
    assert isinstance(page, ScopedInline) or widget.attrs[DAY_FIELD].split(" ") == own


def test_the_row_of_an_inline_falls_back_on_the_form_above(land: Land) -> None:
    client = signed_in(posted(land.district))

    page = client.get(reverse("admin:movement_popularmodel_add")).content.decode()

    assert page.count(f'{DAY_FIELD}="valid_from established_on"') == 1  # the row that new ones are copied from


def test_a_unit_asks_for_the_day_since_which_it_stands_there(land: Land) -> None:
    page = signed_in(posted(land.district)).get(reverse("admin:units_unit_add")).content.decode()

    assert page.count(f'{DAY_FIELD}="since established_on"') == 1


def test_a_day_that_the_form_does_not_show_is_fixed(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    model = PopularModelFactory(area=land.ha_hieu, established_on=date(2024, 3, 5))
    page = admin.site.get_model_admin(PopularModel)
    client = signed_in(posted(land.district))
    address = reverse("admin:movement_popularmodel_change", args=[model.pk])

    shown = client.get(address).content.decode().count(f'{DAY}="2024-03-05"')
    monkeypatch.setattr(page, "readonly_fields", ["established_on"])

    assert (shown, client.get(address).content.decode().count(f'{DAY}="2024-03-05"')) == (0, 2)  # area and keeper


# ---------------------------------------------------------------- forms


def event_form(area: Area, day: str) -> dict[str, Any]:
    return {"kind": "launch", "starts_on": day, "area": area.pk, "sessions": "1"}


def test_a_form_says_it_at_the_area(land: Land) -> None:
    client = signed_in(posted(country()))

    refused = [
        client.post(reverse("admin:movement_event_add"), event_form(area, day))
        for area, day in ((land.ha_hieu, "05/03/2026"), (land.phuc_loc, "05/03/2024"))
    ]
    taken = client.post(reverse("admin:movement_event_add"), event_form(land.ha_hieu, "05/03/2024"))

    assert [list(one.context["adminform"].form.errors) for one in refused] == [["area"], ["area"]]
    assert taken.status_code == 302
    assert list(Event.objects.values_list("area", "starts_on")) == [(land.ha_hieu.pk, date(2024, 3, 5))]


def test_a_posting_begins_where_the_area_exists(land: Land) -> None:
    administrator, user = posted(country(), Role.ADMINISTRATOR), posted(country())
    client = signed_in(administrator)
    address = reverse("admin:units_user_change", args=[user.pk])
    own = user.postings.get()

    def post(area: Area, day: str) -> Any:
        rows = {
            "postings-TOTAL_FORMS": "2", "postings-INITIAL_FORMS": "1", "postings-0-id": own.pk,
            "postings-0-user": user.pk, "postings-0-area": own.area_id, "postings-0-role": own.role,
            "postings-0-read_version": own.version, "postings-1-user": user.pk, "postings-1-area": area.pk,
            "postings-1-role": "clerk", "postings-1-valid_from": day, "postings-1-read_version": "0",
        }  # fmt: skip
        return client.post(address, {"full_name": user.full_name, "username": user.username, "is_active": "on", **rows})

    refused = post(land.district, "01/01/2026")
    taken = post(land.district, "")

    assert [list(one) for one in refused.context["inline_admin_formset"].formset.errors] == [[], ["area"]]
    assert taken.status_code == 302
    assert list(Posting.objects.filter(role="clerk").values_list("area", flat=True)) == [land.district.pk]


# ---------------------------------------------------------------- sheets


def bring_events(user: Any, *rows: dict[str, Any]) -> Upload:
    return bring_in(user, EventSheet, list(rows[0]), [list(row.values()) for row in rows])


def refused(upload: Upload) -> dict[int, list[list[str]]]:
    """Return the columns and reasons of the refused rows, by their number."""
    return {one["place"][1]: one["problems"] for one in upload.preview["refused"]}


def event_row(area: Area, day: str) -> dict[str, Any]:
    return {"Mã địa bàn": area.code, "Loại": "Phát động tập trung", "Ngày": day}


@pytest.mark.usefixtures("english")
def test_a_sheet_is_told_row_by_row_which_code_is_right_and_nothing_is_stored(land: Land) -> None:
    rows = [(land.ha_hieu, "05/03/2024"), (land.ha_hieu, "05/03/2026"), (land.phuc_loc, "05/03/2024")]

    upload = bring_events(posted(country(), Role.CLERK), *(event_row(*row) for row in rows))

    assert refused(upload) == {
        3: [
            [
                "area",
                "xã Hà Hiệu no longer existed on 05/03/2026: it ended on 01/07/2025. "
                "It became: xã Phúc Lộc (C01894-20250701).",
            ]
        ],
        4: [
            [
                "area",
                "xã Phúc Lộc exists only from 01/07/2025. "
                "Before that it was: xã Bành Trạch (C01894), xã Hà Hiệu (C01897).",
            ]
        ],
    }
    with pytest.raises(ValidationError):
        confirm(upload)
    assert (Event.objects.count(), ImportBatch.objects.count()) == (0, 0)


@pytest.mark.usefixtures("english")
def test_the_code_of_an_area_that_ended_names_its_heir_also_to_those_posted_there(land: Land) -> None:
    upload = bring_events(posted(land.province, Role.CLERK), event_row(land.ha_hieu, "05/03/2026"))

    assert refused(upload) == {
        2: [
            [
                "area",
                "xã Hà Hiệu (C01897) ended on 01/07/2025 and lies outside your posting. "
                "It became: xã Phúc Lộc (C01894-20250701).",
            ]
        ]
    }
    assert Event.objects.count() == 0


@pytest.mark.usefixtures("english")
def test_a_sheet_of_units_is_told_the_same(land: Land) -> None:
    row = {
        "Loại tổ chức": KindFactory().name_vi,
        "Tên": "Tổ mới",
        "Mã địa bàn": "C01897",
        "Ngày thành lập": "05/03/2026",
    }

    upload = bring_in(posted(country(), Role.CLERK), UnitSheet, list(row), [list(row.values())])

    assert refused(upload) == {
        2: [
            [
                "area",
                "xã Hà Hiệu no longer existed on 05/03/2026: it ended on 01/07/2025. "
                "It became: xã Phúc Lộc (C01894-20250701).",
            ]
        ]
    }
    assert Unit.objects.count() == 0


def test_a_sheet_of_an_earlier_year_comes_in_with_the_codes_of_that_year(land: Land) -> None:
    confirm(bring_events(posted(land.district, Role.CLERK), event_row(land.ha_hieu, "05/03/2022")))

    assert list(Event.objects.values_list("area__code", "starts_on")) == [("C01897", date(2022, 3, 5))]


# ---------------------------------------------------------------- lists


def choices_of(user: Any, name: str) -> list[tuple[str, str]]:
    changelist = signed_in(user).get(reverse(f"admin:{name}_changelist")).context["cl"]
    return next(list(spec.lookup_choices) for spec in changelist.filter_specs if isinstance(spec, BelowFilter))


@pytest.mark.usefixtures("english")
def test_the_filter_names_present_areas_first_and_says_what_became_of_the_others(land: Land) -> None:
    still = district(land.province, name="Đảo Xa")
    ended = (
        f"{land.banh_trach} (until 30/06/2025), now xã Phúc Lộc, tỉnh Thái Nguyên",
        f"{land.ha_hieu} (until 30/06/2025), now xã Phúc Lộc, tỉnh Thái Nguyên",
    )

    assert choices_of(posted(land.district), "movement_event") == [("C01894", ended[0]), ("C01897", ended[1])]
    assert choices_of(posted(land.province), "movement_event")[:2] == [
        (still.code, "huyện Đảo Xa"),
        ("C01894-20250701", "xã Phúc Lộc"),
    ]
    assert choices_of(posted(land.old_province), "movement_event") == [
        ("D061", "huyện Ba Bể (until 30/06/2025), now abolished")
    ]


@pytest.mark.usefixtures("english")
def test_a_list_marks_the_areas_that_have_ended(land: Land) -> None:
    kind = KindFactory()
    standing(land.ha_hieu, kind, since=date(2020, 1, 1))
    standing(land.phuc_loc, kind, since=D2025)
    BodyFactory(area=land.district)
    client = signed_in(posted(country()))

    units = client.get(reverse("admin:units_unit_changelist")).content.decode()
    bodies = client.get(reverse("admin:units_body_changelist")).content.decode()

    assert units.count("xã Hà Hiệu, huyện Ba Bể (until 30/06/2025)</td>") == 1
    assert units.count("xã Phúc Lộc, tỉnh Thái Nguyên</td>") == 1
    assert bodies.count("huyện Ba Bể (until 30/06/2025)</td>") == 1


def test_areas_of_one_name_are_told_apart_by_the_day() -> None:
    old = commune(name="Vân Tùng", valid_to=date(2023, 4, 10))
    new = AreaFactory(
        code="C-MOI", level="commune", kind="thị trấn", name="Vân Tùng", parent=old.parent, valid_from=old.valid_to
    )
    became(old, new, Kind.RENAME)
    eve = old.valid_to - timedelta(days=1)

    assert [refusal(area, Days.on(day)) is None for area in (old, new) for day in (eve, old.valid_to)] == [
        True, False, False, True,
    ]  # fmt: skip
