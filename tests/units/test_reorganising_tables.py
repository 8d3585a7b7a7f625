"""A table from old areas to new ones is read whole or refused whole, each wrong row named."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from config.reading.files import Fault
from config.reading.tables import Table
from tests.factories import KindFactory, ReorganisationFactory, commune, country, district, province, standing
from tests.people import posted
from tests.reform import current, overseer
from units.models import Area, AreaSuccession, Placement, Reorganisation
from units.models.people import Role
from units.reorganising import table
from units.reorganising.applying import Newer, apply, undo
from units.reorganising.plan import plan_of
from units.reorganising.questions import take_suggestions

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 9, 1)


@pytest.fixture
def land():
    """Return a province with two districts, of two communes and of one."""
    country()
    top = province(code="P90", gso_code="90", name="Cũ")
    north, south = (
        district(top, code="D900", gso_code="900", name="Bắc"),
        district(top, code="D901", gso_code="901", name="Nam"),
    )
    for number, above in (("90001", north), ("90002", north), ("90003", south)):
        commune(above, code=f"C{number}", gso_code=number, name=f"Số {number[-1]}")
    return top


def rows(*lines, heads=table.HEADS):
    """Return a sheet; each line is filled up with empty cells."""
    filled = [(*line, *[None] * (len(heads) - len(line))) for line in lines]
    return Table(list(heads), list(enumerate(filled, 2)))


def act(top):
    """Return a reorganisation of the province on the day."""
    return ReorganisationFactory(area=top, effective_on=DAY, act="9/NQ-UBTVQH16")


def refusals(top, *lines, **options):
    """Return what is said of the table, which must be refused, and that nothing was stored."""
    made = act(top)
    with pytest.raises(ValidationError) as refused:
        table.hand_in(made, table.read(made, rows(*lines, **options)))
    assert made.lines.count() == 0
    return refused.value.messages


def hand_in(made, *lines):
    """Hand a table in."""
    table.hand_in(made, table.read(made, rows(*lines)))


MERGED = (
    ("C90001", "90001", "xã", "Mới", "D900", "", ""),
    ("90002", "90001"),
)


def test_two_communes_become_one_under_a_new_code(land):
    made, by = act(land), overseer()
    kind = KindFactory()
    units = [standing(Area.objects.get(code=code), kind) for code in ("C90001", "C90002")]
    hand_in(made, *MERGED)

    apply(made, by=by)

    new = Area.objects.get(code="C90001-20260901")
    assert (new.full_name, new.parent.code, new.gso_code, new.valid_from) == ("xã Mới", "D900", "90001", DAY)
    assert (new.province, new.district.code, new.source) == (land, "D900", "9/NQ-UBTVQH16")
    assert set(Area.objects.filter(valid_to=DAY).values_list("code", flat=True)) == {"C90001", "C90002"}
    assert {(one.predecessor.code, one.successor, one.kind) for one in AreaSuccession.objects.all()} == {
        ("C90001", new, "merge"),
        ("C90002", new, "merge"),
    }
    assert set(Placement.objects.filter(area=new).values_list("unit", flat=True)) == {unit.pk for unit in units}


def test_taking_it_back_removes_the_areas_and_opens_the_old_ones(land):
    made, by = act(land), overseer()
    standing(Area.objects.get(code="C90001"), KindFactory())
    before = current()
    hand_in(made, *MERGED)
    apply(made, by=by)

    undo(made, by=by, note="Nhầm")

    assert current() == before
    assert list(made.lines.values_list("new_code", flat=True)) == ["C90001-20260901"] * 2


def test_an_area_in_use_is_not_taken_out(land):
    made, by = act(land), overseer()
    hand_in(made, *MERGED)
    apply(made, by=by)
    newcomer = standing(Area.objects.get(code="C90001-20260901"), KindFactory(), since=DAY)
    after = current()

    with pytest.raises(Newer) as refused:
        undo(made, by=by, note="Nhầm")

    assert f"tổ chức: {newcomer}" in refused.value.rows
    assert current() == after


def test_what_lies_below_a_renamed_district_goes_along(land):
    made, by = act(land), overseer()
    hand_in(made, ("D900", "900", "thị xã", "Bắc", "P90"))

    apply(made, by=by)

    assert [(one.old.code, one.new_code, one.kind) for one in made.lines.all()] == [
        ("D900", "D900-20260901", "rename"),
        ("C90001", "C90001-20260901", "reparent"),
        ("C90002", "C90002-20260901", "reparent"),
    ]
    assert {one.parent.code for one in Area.objects.filter(level="commune", valid_from=DAY)} == {"D900-20260901"}


def test_a_province_that_merges_into_another_takes_all_below_along(land):
    other = province(code="P91", gso_code="91", name="Kề bên")
    made, by = act(country()), overseer()
    hand_in(made, ("P90", "P91"))

    apply(made, by=by)

    assert Area.objects.at_or_below(other).valid_on(DAY).count() == 6
    assert Area.objects.at_or_below(land).valid_on(DAY).count() == 0


def test_a_divided_commune_asks_for_its_main_part(land):
    lines = (("C90003", "90003", "xã", "Một", "D901"), ("C90003", "90004", "xã", "Hai", "D901"))

    assert refusals(land, *lines) == ["Dòng 2: C90003 bị chia: hãy đánh dấu đúng một dòng ở cột “Phần chính”."]


def test_a_divided_commune_is_asked_unit_by_unit(land):
    made, by = act(land), overseer()
    unit = standing(Area.objects.get(code="C90003"), KindFactory())
    hand_in(made, ("C90003", "90003", "xã", "Một", "D901"), ("C90003", "90004", "xã", "Hai", "D901", "x"))
    assert take_suggestions(plan_of(made), by=by) == 1

    apply(made, by=by)

    assert unit.placements.last().area.code == "C90004-20260901"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([("", "90001")], "Dòng 2: “Mã cũ” để trống."),
        ([("C99999", "90001")], "Dòng 2: “C99999” không phải mã của địa bàn có hiệu lực ngày 31/08/2026."),
        ([("90001", "90001", "xã", "Mới", "D900")] * 2, "Dòng 2: 90001 → 90001 có hai lần trong bảng."),
        ([("90001", "x1")], "Dòng 2: “X1” không phải mã: hãy ghi mã của sổ (C01897) hoặc mã chính thức đủ số 0 (01897)."),
        ([("90001", "90009")], "Dòng 2: “90009” chưa có trong danh mục: địa bàn mới cần “Loại mới”, “Tên mới” và “Thuộc”."),
        ([("90001", "90009", "huyện", "Mới", "D900")], "Dòng 2: “huyện” không phải loại của địa bàn cấp này: xã, phường, thị trấn, đặc khu."),
        ([("90001", "90009", "xã", "Mới", "D999")], "Dòng 2: “D999” không phải địa bàn có hiệu lực ngày 01/09/2026 mà địa bàn mới có thể trực thuộc."),
        ([("90001", "90009", "xã", "Mới", "C90002")], "Dòng 2: 90009 không thể trực thuộc C90002."),
        ([("90001", "C90002"), ("90002", "C90003")], "Dòng 2: xã Số 2 (C90002) kết thúc theo chính bảng này nên không thể nhận địa bàn nào."),
        ([("90001", "D901")], "Dòng 2: 90001 không thể chuyển vào D901: hai địa bàn khác cấp."),
        ([("D900", "")], "Dòng 2: xã Số 1 (C90001) thuộc huyện Bắc: hãy ghi một dòng riêng cho biết địa bàn này chuyển về đâu."),
        ([("90001", ""), ("90001", "C90002")], "Dòng 2: 90001 vừa bãi bỏ vừa chuyển tiếp."),
        (
            [("90001", "90008", "xã", "Trùng", "D900"), ("90002", "90009", "xã", "Trùng", "D900")],
            "Dòng 3: Hai địa bàn cùng nơi sẽ cùng tên “xã Trùng”.",
        ),
        (
            [("90001", "90009", "xã", "Mới", "D900"), ("90002", "90009", "xã", "Khác", "D900")],
            "Dòng 3: 90009 được mô tả khác với dòng 2.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_and_nothing_is_stored(land, lines, told):
    assert told in refusals(land, *lines)


def test_an_expired_code_is_named(land):
    commune(district(land, code="D902", name="Đông"), code="C90009", name="Xưa", valid_to=datetime.date(2024, 1, 1))

    assert refusals(land, ("C90009", "C90001")) == ["Dòng 2: xã Xưa (C90009) đã kết thúc từ ngày 01/01/2024."]


def test_a_code_of_another_province_is_named(land):
    outside = commune()

    assert refusals(land, (outside.code, "C90001")) == [f"Dòng 2: “{outside.code}” nằm ngoài tỉnh Cũ."]


def test_a_province_does_not_lead_its_people_into_another_by_its_own_table(land):
    district(province(code="P91", gso_code="91", name="Kề bên"), code="D910", name="Xa")

    assert refusals(land, ("P90", "P91"), ("C90001", "90009", "xã", "Mới", "D910")) == [
        "Dòng 2: tỉnh Kề bên (P91) nằm ngoài tỉnh Cũ: chỉ lần sắp xếp của cả nước mới chuyển đến đó."
    ]
    Reorganisation.objects.all().delete()
    assert refusals(land, ("C90001", "90009", "xã", "Mới", "D910")) == [
        "Dòng 2: huyện Xa (D910) nằm ngoài tỉnh Cũ: chỉ lần sắp xếp của cả nước mới chuyển đến đó."
    ]


def test_an_area_that_ends_that_day_in_the_catalogue_needs_no_table(land):
    Area.objects.filter(code="C90001").update(valid_to=DAY)

    assert refusals(land, ("C90001", "C90002")) == [
        "Dòng 2: xã Số 1 (C90001) đã kết thúc vào ngày đó trong danh mục: hãy bỏ bảng và dùng danh mục."
    ]


def test_every_wrong_row_is_named_at_once(land):
    told = refusals(land, ("C99998", "90001"), ("", "90001"), ("C99999", "90001"))

    assert [text.partition(":")[0] for text in told] == ["Dòng 2", "Dòng 3", "Dòng 4"]


def test_a_cell_with_the_error_of_a_formula_is_named_and_not_taken_for_a_name(land):
    told = refusals(land, ("C90003", "90004", "xã", Fault("#N/A"), "D901"))

    assert told == ["Dòng 2: Ô có lỗi #N/A: hãy mở tệp bằng Excel và sửa công thức."]


def test_unknown_and_missing_columns_are_named(land):
    with pytest.raises(ValidationError) as refused:
        table.read(act(land), rows(("a", "b"), heads=("Mã cũ", "Ghi gì đó")))

    assert "Cột lạ: Ghi gì đó. Cột thiếu: Mã mới." in refused.value.messages[0]


def test_a_column_beyond_the_boundary_is_refused(land):
    with pytest.raises(ValidationError):
        table.read(act(land), rows(("a", "b", "c"), heads=("Mã cũ", "Mã mới", "Số CCCD")))


def test_a_new_table_replaces_the_old_one_and_its_decisions(land):
    made, by = act(land), overseer()
    standing(Area.objects.get(code="C90003"), KindFactory())
    hand_in(made, ("C90003", "90003", "xã", "Một", "D901"), ("C90003", "90004", "xã", "Hai", "D901", "x"))
    take_suggestions(plan_of(made), by=by)

    hand_in(made, *MERGED)

    assert (made.lines.count(), made.destinations.count()) == (2, 0)


def test_the_administrator_of_another_province_sees_and_changes_nothing(client, land):
    made = act(land)
    client.force_login(posted(province(), Role.ADMINISTRATOR))

    assert client.get(f"/admin/units/reorganisation/{made.pk}/preview/").status_code == 404
    assert list(Reorganisation.objects.visible_to(posted(land, Role.ADMINISTRATOR))) == [made]
