from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError

from tests.factories import SuccessionFactory, commune, country, district, province
from units.models import Area

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("level", ["country", "province", "district", "commune"])
def test_below_of_each_level(level):
    here = commune()
    neighbour = commune(district=here.parent)
    other_district = commune(district=district(province=here.province))
    other_province = commune()
    area = {"country": country(), "province": here.province, "district": here.district, "commune": here}[level]

    found = set(Area.objects.at_or_below(area).filter(level="commune"))

    assert (
        found
        == {
            "country": {here, neighbour, other_district, other_province},
            "province": {here, neighbour, other_district},
            "district": {here, neighbour},
            "commune": {here},
        }[level]
    )
    assert set(Area.objects.below(area)) == set(Area.objects.at_or_below(area)) - {area}


def test_a_commune_of_a_province_without_districts_lies_in_the_province():
    above = province()
    here = commune(district=above)

    assert (here.province, here.district, here.line) == (above, None, [here.pk, above.pk])
    assert set(Area.objects.below(above)) == {here}


def test_areas_come_in_vietnamese_order():
    above = district()
    names = ["Ân", "An", "Đa", "Bình", "Dũng", "Ảnh", "Ẩn"]
    for name in names:
        commune(district=above, name=name)

    found = [area.name for area in Area.objects.filter(parent=above).in_order()]

    assert found == ["An", "Ảnh", "Ân", "Ẩn", "Bình", "Dũng", "Đa"]


def test_an_area_is_told_from_others_of_its_name():
    here = commune(
        district=district(name="Ba Bể", province=province(name="Bắc Kạn")), name="Hà Hiệu", valid_to=date(2025, 7, 1)
    )

    assert str(here) == "xã Hà Hiệu"
    assert here.label.startswith("xã Hà Hiệu, huyện Ba Bể, tỉnh Bắc Kạn (")
    assert "30/06/2025" in here.label


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": date(2024, 1, 1), "valid_to": date(2024, 1, 1)},
        {"level": "village"},
        {"level": "country"},
    ],
)
def test_the_database_refuses_an_area_that_cannot_be(wrong):
    above = district()

    with pytest.raises(IntegrityError):
        commune(district=above, **wrong)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"successor": None, "kind": "merge"}, {"successor": None, "kind": "abolish"}),
        ({"kind": "abolish"}, {"kind": "merge"}),
        ({"kind": "unknown"}, {"kind": "split"}),
    ],
)
def test_only_an_abolished_area_has_no_successor(wrong, right):
    stored = SuccessionFactory(**right)

    with pytest.raises(IntegrityError):
        SuccessionFactory(**wrong)

    assert stored.pk


def test_the_catalogue_of_areas_is_public():
    commune()

    assert set(Area.objects.visible_to(None)) == set(Area.objects.all())
