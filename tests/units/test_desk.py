"""The clerk's desk for the register: what is uploaded, what is shown, what is stored, and what is taken back."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from config.records import StaleRecord
from tests import world as worlds
from tests.desk import bring_in, confirm, confirmation, counts, receive, refusals, workbook
from tests.factories import KindFactory, commune
from units.importing import desk, units
from units.importing.context import Context
from units.importing.register import BodySheet, ClusterMemberSheet
from units.importing.undoing import NotUndone, undo
from units.importing.units import UnitSheet
from units.models import Body, ClusterMember, ImportBatch, KnownHeads, Placement, Unit, Upload, UploadBlock, User
from units.models.imports import KEPT, SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADS = ["Mã", "Loại tổ chức", "Tên", "Mã địa bàn", "Thôn, bản, tổ dân phố", "Ngày thành lập", "Số thành viên"]
State = Upload.State


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


@pytest.fixture
def clerk(world: worlds.World) -> Client:
    client = Client()
    client.force_login(world.ours.clerk, backend="units.auth.PostingBackend")
    return client


@pytest.fixture(params=["looked up", "read through"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let files of any size be compared as small ones are, and as those are that hold most of the register."""
    if request.param == "read through":
        monkeypatch.setattr(units, "_MANY", 1)
    return str(request.param)


def row(world: worlds.World, **changes: Any) -> list[Any]:
    cells = {
        "code": None, "kind": world.ours.unit.kind.name_vi, "name": "Tổ mới", "area": world.ours.commune.code,
        "village": "thôn Bản Mới", "established": "05/12/2024", "members": "1.052", **changes,
    }  # fmt: skip
    return list(cells.values())


def bring(world: worlds.World, *rows: list[Any], heads: Iterable[str] = HEADS, **given: Any) -> Upload:
    return bring_in(world.ours.clerk, UnitSheet, list(heads), rows, **given)


def exported(world: worlds.World) -> tuple[list[str], list[list[Any]]]:
    """Return the heads and rows of the clerk's own list as it is exported."""
    sheet = UnitSheet(Context(world.ours.clerk))
    rows = [
        list(row)
        for block in sheet.blocks(Unit.objects.visible_to(world.ours.clerk))
        for row in zip(*block, strict=True)
    ]
    return [column.head for column in sheet.out_columns()], rows


# ---------------------------------------------------------------- new, changed, same


def test_a_new_unit_comes_in_with_its_place_its_batch_and_its_history(world: worlds.World) -> None:
    upload = bring(world, row(world))
    before = Unit.objects.filter(name="Tổ mới").count()
    batch = confirm(upload)

    unit = Unit.objects.get(name="Tổ mới")
    assert batch is not None
    assert (before, counts(upload)) == (0, (1, 0, 0, 0))
    assert (unit.established_on, unit.members, unit.code, unit.version) == (
        date(2024, 12, 5), 1052, f"{world.ours.commune.code}.0001", 1,
    )  # fmt: skip
    assert (unit.search_key, unit.sort_key) == _keys_of(unit)
    assert list(unit.placements.values_list("area", "village", "valid_from", "version")) == [
        (world.ours.commune.pk, "thôn Bản Mới", date(2024, 12, 5), 1)
    ]
    assert (batch.new, batch.changed, batch.same, batch.refused, len(batch.digest), batch.file_name) == (
        1,
        0,
        0,
        0,
        64,
        "to.xlsx",
    )
    told = (world.ours.clerk.pk, "+", batch.pk, 1)
    assert list(unit.history.values_list("history_user", "history_type", "batch_id", "version")) == [told]
    assert list(unit.placements.get().history.values_list("history_user", "history_type", "batch_id", "version")) == [
        told
    ]


def _keys_of(unit: Unit) -> tuple[str, str]:
    twin = Unit(name=unit.name, code=unit.code)
    twin.refresh_keys()
    return twin.search_key, twin.sort_key


def test_an_exported_sheet_changes_nothing_and_is_confirmed_with_nothing(world: worlds.World, size: str) -> None:
    heads, rows = exported(world)

    upload = bring(world, *rows, heads=heads)

    assert counts(upload) == (0, 0, 1, 0)
    assert Unit.objects.get(pk=world.ours.unit.pk).version == world.ours.unit.version


def test_the_same_file_twice_changes_nothing(world: worlds.World) -> None:
    rows = [row(world), row(world, name="Tổ hai", village=None)]
    confirm(bring(world, *rows))
    before = list(Unit.objects.order_by("pk").values_list("pk", "version"))

    again = bring(world, *rows)
    with pytest.raises(desk.ValidationError):
        confirm(again)

    assert counts(again) == (0, 0, 2, 0)
    assert list(Unit.objects.order_by("pk").values_list("pk", "version")) == before


def test_a_change_is_shown_old_and_new_and_stored_as_the_next_version(world: worlds.World, size: str) -> None:
    heads, rows = exported(world)
    rows[0][heads.index("Số thành viên")] = 7
    rows[0][heads.index("Thôn, bản, tổ dân phố")] = "Nà Mèo"

    upload = bring(world, *rows, heads=heads)
    shown = upload.preview["changed"][0]["cells"]
    batch = confirm(upload)

    unit = Unit.objects.get(pk=world.ours.unit.pk)
    assert batch is not None
    assert shown == [["village", "", "Nà Mèo"], ["members", "", "7"]]
    assert (unit.members, unit.version) == (7, world.ours.unit.version + 1)
    assert [place.village for place in unit.placements.all()] == ["Nà Mèo"]
    assert unit.history.first().batch_id == batch.pk


def test_an_empty_cell_clears_in_an_exported_sheet_and_keeps_in_any_other(world: worlds.World) -> None:
    Unit.objects.filter(pk=world.ours.unit.pk).update(members=9)
    heads, rows = exported(world)
    rows[0][heads.index("Số thành viên")] = None
    place = heads.index("Phiên bản")

    theirs = bring(
        world, *[[*one[:place], *one[place + 1 :]] for one in rows], heads=[*heads[:place], *heads[place + 1 :]]
    )
    ours = bring(world, *rows, heads=heads)

    assert (counts(theirs), counts(ours)) == ((0, 0, 1, 0), (0, 1, 0, 0))
    assert ours.preview["changed"][0]["cells"] == [["members", "9", ""]]


def test_a_unit_without_a_code_is_known_by_commune_kind_name_and_village(world: worlds.World) -> None:
    confirm(bring(world, row(world, village="Bản Một"), row(world, village="Bản Hai")))

    upload = bring(world, row(world, village="bản hai", members=3), row(world, village="Bản Ba"))
    confirm(upload)

    villages = Placement.objects.filter(unit__name="Tổ mới").order_by("pk").values_list("village", "unit__members")
    assert counts(upload) == (1, 1, 0, 0)
    assert list(villages) == [("Bản Một", 1052), ("bản hai", 3), ("Bản Ba", 1052)]


def test_an_unchanged_placement_stays(world: worlds.World) -> None:
    heads, rows = exported(world)
    rows[0][heads.index("Ngày giải thể")] = "01/06/2024"
    rows[0][heads.index("Lý do giải thể")] = "Sáp nhập thôn"

    confirm(bring(world, *rows, heads=heads))

    assert list(Placement.objects.filter(unit=world.ours.unit).values_list("valid_from", "valid_to")) == [
        (date(2020, 1, 1), date(2024, 6, 1))
    ]


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("changes", "head"),
    [
        ({"established": "31/02/2024"}, "Ngày thành lập"),
        ({"established": "2099-01-01"}, "Ngày thành lập"),
        ({"members": -1}, "Số thành viên"),
        ({"members": "1.052,5"}, "Số thành viên"),
        ({"members": "gần 9"}, "Số thành viên"),
        ({"area": "C99999"}, "Mã địa bàn"),
        ({"kind": "Đội không có"}, "Loại tổ chức"),
        ({"name": "Danh sách nguồn tin"}, "Tên"),
        ({"name": "Tổ của ông 0912345678"}, "Tên"),
        ({"name": "Tổ" * 120}, "Tên"),
        ({"village": "Bản" * 40}, "Thôn, bản, tổ dân phố"),
        ({"code": "mã có dấu"}, "Mã"),
    ],
)
def test_a_bad_cell_is_named_and_its_row_is_left_out_only_when_somebody_says_so(
    world: worlds.World, changes: Any, head: str
) -> None:
    upload = bring(world, row(world, name="Tổ tốt"), row(world, **changes))
    told = refusals(upload)

    with pytest.raises(desk.ValidationError):
        confirm(upload)
    untouched = Unit.objects.filter(name="Tổ tốt").count()
    batch = confirm(upload, without_refused=True)

    assert told == {3: [head]}
    assert batch is not None
    assert (untouched, batch.new, batch.refused) == (0, 1, 1)


def test_an_older_version_is_refused(world: worlds.World) -> None:
    heads, rows = exported(world)
    world.ours.unit.members = 3
    world.ours.unit.save()
    rows[0][heads.index("Số thành viên")] = 7

    upload = bring(world, *rows, heads=heads)

    assert refusals(upload) == {2: ["Phiên bản"]}


def test_a_row_that_somebody_changed_after_the_preview_stops_the_whole_import_by_name(world: worlds.World) -> None:
    heads, rows = exported(world)
    rows[0][heads.index("Số thành viên")] = 7
    extra = dict(zip(HEADS, row(world), strict=True))
    upload = bring(world, *rows, [extra.get(head) for head in heads], heads=heads)
    world.ours.unit.members = 3
    world.ours.unit.save()

    batch = confirm(upload)

    assert batch is None
    assert upload.state == State.FAILED
    assert str(world.ours.unit) in upload.failure
    assert Unit.objects.get(pk=world.ours.unit.pk).members == 3
    assert Unit.objects.filter(name="Tổ mới").count() == 0
    assert ImportBatch.objects.filter(by=world.ours.clerk).count() == 0


def test_units_of_others_are_neither_changed_nor_entered(world: worlds.World, size: str) -> None:
    theirs = world.theirs.unit

    upload = bring(world, row(world, code=theirs.code), row(world, area=world.theirs.commune.code))

    assert refusals(upload) == {2: ["Mã"], 3: ["Mã địa bàn"]}


def test_a_posting_that_ended_meanwhile_stores_nothing(world: worlds.World) -> None:
    upload = bring(world, row(world))
    world.ours.clerk.postings.update(valid_to=timezone.localdate(), valid_from=date(2020, 1, 1))

    with pytest.raises(AssertionError):
        assert confirm(upload) is not None

    assert Unit.objects.filter(name="Tổ mới").count() == 0


def test_one_unit_twice_in_a_file_is_refused(world: worlds.World) -> None:
    heads, rows = exported(world)

    by_code = bring(world, rows[0], rows[0], heads=heads)
    by_name = bring(world, row(world), row(world))

    assert (refusals(by_code), refusals(by_name)) == ({3: [""]}, {3: ["Tên"]})


def test_a_kind_not_valid_then_is_refused(world: worlds.World) -> None:
    kind = KindFactory(name_vi="Tổ bảo vệ mới", valid_from=date(2024, 7, 1))

    rows = [
        row(world, name=name, kind=kind.name_vi, established=day)
        for name, day in (("Một", "01/01/2024"), ("Hai", "01/08/2024"))
    ]
    upload = bring(world, *rows)

    assert refusals(upload) == {2: ["Loại tổ chức"]}


def test_a_form_saved_meanwhile_is_refused_too(world: worlds.World) -> None:
    heads, rows = exported(world)
    rows[0][heads.index("Số thành viên")] = 7
    read = Unit.objects.get(pk=world.ours.unit.pk)
    confirm(bring(world, *rows, heads=heads))

    with pytest.raises(StaleRecord):
        read.save()


# ---------------------------------------------------------------- the file they already have


def test_titles_totals_and_signatures_are_told_apart_from_data(world: worlds.World) -> None:
    unit = row(world)
    content = workbook(
        ["DANH SÁCH TỔ AN NINH NHÂN DÂN"],
        [
            ["Tính đến 15/12/2024"],
            [],
            ["STT", *HEADS[1:]],
            ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
            [1, *unit[1:]],
            ["Tổng cộng", None, None, None, None, None, 1052],
            [],
            [None, None, None, None, "Bắc Kạn, ngày 15 tháng 12 năm 2024"],
            [None, None, None, None, "Người lập biểu"],
        ],
    )

    upload = receive(world.ours.clerk, UnitSheet, content)

    assert counts(upload) == (1, 0, 0, 0)
    assert [place for _tab, place, _why, _text in upload.preview["left_out"]] == [5, 7, 9, 10]


def test_names_of_communes_and_other_heads_are_understood(world: worlds.World) -> None:
    heads = ["Tên tổ", "Loại hình", "Xã, phường, thị trấn", "TV", "Ngày TL"]
    place = f"{world.ours.commune.full_name}, {world.ours.district.full_name}"

    upload = bring(world, ["Tổ một", world.ours.unit.kind.name_vi, place, "05", "1/2/2020"], heads=heads)
    confirm(upload)

    unit = Unit.objects.get(name="Tổ một")
    assert (unit.area, unit.members, unit.established_on) == (world.ours.commune, 5, date(2020, 2, 1))


def test_a_doubtful_cell_is_asked_once_and_the_answer_holds_for_all_rows(world: worlds.World) -> None:
    upload = bring(
        world, row(world, name="Một", members="gần 9"), row(world, name="Hai", members="gần 9"), row(world, name="Ba")
    )
    question = upload.preview["questions"]

    desk.answer(upload, {"members": {"gần 9": "8"}})
    desk.begin_check(upload)
    desk.check(upload)
    confirm(upload)

    assert [(one["name"], one["cell"], one["count"], one["is_doubt"]) for one in question] == [
        ("members", "gần 9", 2, True)
    ]
    assert sorted(Unit.objects.filter(name__in=["Một", "Hai"]).values_list("name", "members")) == [
        ("Hai", 8),
        ("Một", 8),
    ]


def test_what_was_said_of_the_columns_is_remembered_of_the_sender(world: worlds.World) -> None:
    heads = ["Gọi là", "Loại tổ chức", "Mã địa bàn"]
    rows = [["Tổ một", world.ours.unit.kind.name_vi, world.ours.commune.code]]
    clerk = world.ours.clerk
    sheet = UnitSheet(Context(clerk))
    first = desk.receive(workbook(heads, rows), "to.xlsx", sheet, sender=world.ours.district)
    asked = desk.needs_naming(first, sheet)
    tabs = first.choices["tabs"]
    tabs[0]["meanings"]["0"] = "name"
    desk.name_columns(first, tabs, {})

    second = desk.receive(workbook(heads, rows), "lai.xlsx", sheet, sender=world.ours.district)
    other = desk.receive(workbook(heads, rows), "khac.xlsx", sheet, sender=world.ours.commune)

    assert (asked, desk.needs_naming(second, sheet), desk.needs_naming(other, sheet)) == (True, False, True)
    assert second.choices["tabs"][0]["meanings"] == {"0": "name", "1": "kind", "2": "area"}
    assert list(KnownHeads.objects.values_list("sheet", "sender", "by")) == [
        ("units.unit", world.ours.district.pk, clerk.pk)
    ]


def test_what_holds_for_all_rows_is_said_once(world: worlds.World) -> None:
    kind = world.ours.unit.kind.name_vi

    upload = bring(world, ["Tổ một", world.ours.commune.code], heads=["Tên", "Mã địa bàn"], **{"Loại tổ chức": kind})
    confirm(upload)

    assert Unit.objects.get(name="Tổ một").kind == world.ours.unit.kind


# ---------------------------------------------------------------- what may not be kept


def test_refused_columns_are_named_and_their_cells_are_nowhere(world: worlds.World) -> None:
    secret = "006123456789"
    content = workbook([*HEADS, "Số CCCD", "Nguồn tin"], [[*row(world), secret, "Ông A báo"]])

    upload = receive(world.ours.clerk, UnitSheet, content)

    kept = (
        b"".join(bytes(block.content) for block in UploadBlock.objects.all())
        + repr(Upload.objects.values().get()).encode()
    )
    assert [(one["head"]) for one in upload.tops[0]["refused"]] == ["Số CCCD", "Nguồn tin"]
    assert [word in kept.decode() for word in ("Tổ mới", secret, "Ông A báo")] == [True, False, False]
    assert [line.split()[1] for line in desk.refused_columns(upload)] == ["H", "I"]


def test_the_file_is_gone_after_confirmation(world: worlds.World) -> None:
    upload = bring(world, row(world))
    kept = upload.blocks.count()

    confirm(upload)

    upload.refresh_from_db()
    assert (kept > 0, upload.blocks.count(), upload.tops, upload.choices, list(upload.preview)) == (
        True,
        0,
        [],
        {},
        ["counts"],
    )


def test_a_file_is_thrown_away_after_seven_days(world: worlds.World) -> None:
    old, young = bring(world, row(world)), bring(world, row(world, name="Khác"))
    Upload.objects.filter(pk=old.pk).update(at=timezone.now() - KEPT)

    gone = desk.tidy_up()

    assert gone == 1
    assert [Upload.objects.get(pk=one.pk).state for one in (old, young)] == [State.DISCARDED, State.CHECKED]
    assert (old.blocks.count(), young.blocks.count() > 0) == (0, True)


def test_a_name_that_may_not_be_written_is_refused_before_anything_is_kept(world: worlds.World) -> None:
    with pytest.raises(desk.ValidationError):
        receive(world.ours.clerk, UnitSheet, workbook(HEADS, [row(world)]), name="nguồn tin.xlsx")

    assert Upload.objects.count() == 0


# ---------------------------------------------------------------- taken back


def test_an_import_is_taken_back_as_a_whole(world: worlds.World) -> None:
    heads, rows = exported(world)
    rows[0][heads.index("Số thành viên")] = 7
    extra = dict(zip(HEADS, row(world), strict=True))
    batch = confirm(bring(world, *rows, [extra.get(head) for head in heads], heads=heads))
    assert batch is not None

    into = undo(batch, by=world.ours.clerk)

    unit = Unit.objects.get(pk=world.ours.unit.pk)
    assert (unit.members, unit.version) == (None, world.ours.unit.version + 2)
    assert Unit.objects.filter(name="Tổ mới").count() == 0
    assert Placement.objects.filter(village="thôn Bản Mới").count() == 0
    assert (into.undoes, into.by) == (batch, world.ours.clerk)
    assert [line.history_type for line in Unit.history.filter(name="Tổ mới").order_by("history_id")] == ["+", "-"]
    with pytest.raises(NotUndone):
        undo(batch, by=world.ours.clerk)


def test_an_import_is_not_taken_back_where_somebody_went_on(world: worlds.World) -> None:
    batch = confirm(bring(world, row(world), row(world, name="Khác")))
    unit = Unit.objects.get(name="Khác")
    unit.members = 4
    unit.save()
    assert batch is not None

    with pytest.raises(NotUndone) as refused:
        undo(batch, by=world.ours.clerk)

    assert [str(unit) in name for name in refused.value.rows] == [True]
    assert Unit.objects.filter(name__in=["Tổ mới", "Khác"]).count() == 2
    assert ImportBatch.objects.filter(undoes=batch).count() == 0


def test_an_import_is_taken_back_by_those_only_who_may_change_its_rows(world: worlds.World) -> None:
    batch = confirm(bring(world, row(world)))
    assert batch is not None

    with pytest.raises(desk.PermissionDenied):
        undo(batch, by=world.theirs.clerk)

    assert Unit.objects.filter(name="Tổ mới").count() == 1


def test_the_page_of_an_import_takes_it_back(world: worlds.World, clerk: Client) -> None:
    batch = confirm(bring(world, row(world)))
    assert batch is not None
    page = clerk.get(reverse("admin:units_importbatch_change", args=[batch.pk]))

    clerk.post(reverse("admin:units_importbatch_undo", args=[batch.pk]))
    after = clerk.get(reverse("admin:units_importbatch_change", args=[batch.pk]))

    address = reverse("admin:units_importbatch_undo", args=[batch.pk]).encode()
    assert (address in page.content, address in after.content) == (True, False)
    assert Unit.objects.filter(name="Tổ mới").count() == 0


# ---------------------------------------------------------------- at work


def test_two_clerks_who_change_the_same_row(world: worlds.World) -> None:
    heads, rows = exported(world)
    place = heads.index("Số thành viên")
    first = bring(world, [*rows[0][:place], 7, *rows[0][place + 1 :]], heads=heads)
    second = bring(world, [*rows[0][:place], 8, *rows[0][place + 1 :]], heads=heads)

    stored, refused = confirm(first), confirm(second)

    assert stored is not None
    assert refused is None
    assert Unit.objects.get(pk=world.ours.unit.pk).members == 7


def test_work_that_was_broken_off_says_so_and_can_go_on(world: worlds.World) -> None:
    upload = bring(world, row(world))
    silent = timezone.now() - SILENT - SILENT
    Upload.objects.filter(pk=upload.pk).update(state=State.STORING, reported_at=silent)
    upload.refresh_from_db()

    desk.wake(upload)
    stopped = upload.state
    batch = confirm(upload)

    assert (stopped, upload.state, batch is not None) == (State.FAILED, State.DONE, True)


def test_the_number_of_queries_does_not_grow_with_the_rows(world: worlds.World) -> None:
    asked = []
    for number in (1, 3):
        rows = [row(world, name=f"Tổ {number} {one}", village=f"Bản {number} {one}") for one in range(number)]
        clerk = User.objects.get(pk=world.ours.clerk.pk)  # who has asked nothing yet
        with CaptureQueriesContext(connection) as queries:
            confirm(bring_in(clerk, UnitSheet, HEADS, rows))
        asked.append(len(queries))

    assert asked[0] == asked[1]


# ---------------------------------------------------------------- other sheets of the register


def test_members_of_a_cluster_come_in_from_other_provinces(world: worlds.World) -> None:
    elsewhere = worlds.province(name="Cao Bằng")
    heads = ["Mã cụm", "Mã địa bàn", "Số xã tham gia", "Từ ngày"]

    confirm(
        bring_in(
            world.ours.clerk, ClusterMemberSheet, heads, [[world.ours.cluster.code, elsewhere.code, 9, "01/01/2022"]]
        )
    )

    member = ClusterMember.objects.get(area=elsewhere)
    assert (member.cluster, member.communes, member.valid_from) == (world.ours.cluster, 9, date(2022, 1, 1))


def test_a_cluster_out_of_sight_is_refused(world: worlds.World) -> None:
    heads = ["Mã cụm", "Mã địa bàn"]

    upload = bring_in(
        world.ours.clerk, ClusterMemberSheet, heads, [[world.theirs.cluster.code, world.ours.district.code]]
    )

    assert refusals(upload) == {2: ["Mã cụm"]}


def test_bodies_come_in_and_are_known_again(world: worlds.World) -> None:
    heads = ["Mã địa bàn", "Tên", "Loại cơ quan"]
    rows = [[world.ours.commune.code, "Công an xã Đông Hòa", "police"]]

    confirm(bring_in(world.ours.clerk, BodySheet, heads, rows))
    again = bring_in(world.ours.clerk, BodySheet, heads, rows)

    assert Body.objects.get(name="Công an xã Đông Hòa").kind == "police"
    assert counts(again) == (0, 0, 1, 0)


# ---------------------------------------------------------------- the pages


def upload_to(client: Client, content: bytes, name: str = "to.xlsx") -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post(reverse("admin:units_unit_import"), {"import_file": file}, follow=True)


def test_a_file_goes_over_the_pages_from_the_upload_to_the_store(world: worlds.World, clerk: Client) -> None:
    page = upload_to(clerk, workbook(HEADS, [row(world)]))
    address = page.redirect_chain[0][0]
    done = clerk.post(address, confirmation(page), follow=True)

    assert page.context["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    assert done.context["upload"].state == State.DONE
    assert Unit.objects.filter(name="Tổ mới").count() == 1


def test_columns_are_named_on_their_page(world: worlds.World, clerk: Client) -> None:
    page = upload_to(clerk, workbook(["Gọi là", "Mã địa bàn", "TV"], [["Tổ một", world.ours.commune.code, 5]]))
    address = page.redirect_chain[0][0]
    form = {
        "step": "name",
        "tab-0": "on",
        "first-0": "1",
        "last-0": "1",
        "column-0-0": "name",
        "column-0-1": "area",
        "column-0-2": "members",
    }

    lacking = clerk.post(address, form)
    checked = clerk.post(address, form | {"given-Loại tổ chức": world.ours.unit.kind.name_vi}, follow=True)

    assert ["Loại tổ chức" in message for message in lacking.context["refusals"]] == [True]
    assert checked.context["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 0}


def test_nobody_sees_the_file_of_another(world: worlds.World, clerk: Client) -> None:
    address = upload_to(clerk, workbook(HEADS, [row(world)])).redirect_chain[0][0]
    other = Client()
    other.force_login(world.ours.officer, backend="units.auth.PostingBackend")

    assert (clerk.get(address).status_code, other.get(address).status_code) == (200, 404)


def test_the_export_is_filtered_as_the_list_is_and_streams(world: worlds.World, clerk: Client) -> None:
    worlds.standing(world.ours.commune, world.ours.unit.kind, name="Tổ khác")

    response = clerk.get(reverse("admin:units_unit_export") + "?q=khac&form=xlsx")
    content = b"".join(response.streaming_content)  # type: ignore[arg-type]

    _heads, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [line[2] for line in rows] == ["Tổ khác"]


def test_a_filter_that_the_list_does_not_have_is_no_export(clerk: Client) -> None:
    assert clerk.get(reverse("admin:units_unit_export") + "?khong=1&form=xlsx").status_code == 400


def test_the_sheet_to_fill_in_comes_in_again(world: worlds.World, clerk: Client) -> None:
    commune(world.ours.district, name="Khác")
    content = clerk.get(reverse("admin:units_unit_sample")).content

    heads = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()[0]

    sheet = UnitSheet(Context(world.ours.clerk))
    assert heads == [column.head for column in sheet.columns if not column.written_only]
