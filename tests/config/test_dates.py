from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from config.dates import Dated, in_force
from tests.factories import BodyFactory, KindFactory, PlacementFactory, UnitFactory, province
from tests.trials import few, undone
from units.models import Body, UnitKind

pytestmark = pytest.mark.django_db

BEFORE, FIRST, LAST, AFTER = date(2023, 12, 31), date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 1)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (None, None, [True, True, True, True]),
        (FIRST, None, [False, True, True, True]),
        (None, AFTER, [True, True, True, False]),
        (FIRST, AFTER, [False, True, True, False]),
    ],
)
def test_the_first_day_counts_and_the_day_after_the_last_does_not(valid_from, valid_to, expected):
    kind = KindFactory(valid_from=valid_from, valid_to=valid_to)

    on_file = [kind.is_valid_on(day) for day in (BEFORE, FIRST, LAST, AFTER)]
    in_the_database = [list(UnitKind.objects.valid_on(day)) == [kind] for day in (BEFORE, FIRST, LAST, AFTER)]

    assert on_file == in_the_database == expected


days = st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 12))


@few
@given(spans=st.lists(st.tuples(days, days), max_size=6), day=st.dates(date(2023, 12, 31), date(2024, 1, 13)))
def test_the_database_and_the_row_agree_on_every_day(spans, day):
    with undone():
        kinds = [
            KindFactory(valid_from=first, valid_to=end)
            for first, end in spans
            if first is None or end is None or first < end
        ]

        found = set(UnitKind.objects.valid_on(day))

        assert found == {kind for kind in kinds if Dated.is_valid_on(kind, day)}


def test_a_condition_reaches_through_a_foreign_key():
    ended = PlacementFactory(unit=UnitFactory(kind=KindFactory(valid_to=FIRST)))
    standing = PlacementFactory(unit=UnitFactory(kind=KindFactory(valid_from=FIRST)))

    before, after = (list(type(ended).objects.filter(in_force(day, "unit__kind__"))) for day in (BEFORE, FIRST))

    assert (before, after) == ([ended], [standing])


@pytest.mark.parametrize("end", [BEFORE, FIRST])
def test_a_span_that_ends_before_its_second_day_is_refused(end):
    body = BodyFactory.build(area=province(), valid_from=FIRST, valid_to=end)

    with pytest.raises(ValidationError) as refusal:
        body.full_clean()
    with pytest.raises(IntegrityError):
        body.save()

    assert refusal.value.message_dict.keys() == {"__all__"}


def test_a_placement_may_be_empty_but_never_negative():
    empty = PlacementFactory(valid_from=FIRST, valid_to=FIRST)

    with pytest.raises(IntegrityError):
        PlacementFactory(valid_from=FIRST, valid_to=BEFORE)

    assert not any(empty.is_valid_on(day) for day in (BEFORE, FIRST, LAST, AFTER))


@pytest.mark.parametrize("beginning", [None, FIRST])
def test_a_row_stands_once_even_since_ever(beginning):
    body = BodyFactory(valid_from=beginning)

    with pytest.raises(IntegrityError):
        BodyFactory(area=body.area, name=body.name, valid_from=beginning)


def test_a_row_of_another_day_stands_beside_it():
    body = BodyFactory(valid_to=FIRST)

    again = BodyFactory(area=body.area, name=body.name, valid_from=FIRST)

    assert list(Body.objects.order_by("pk")) == [body, again]
