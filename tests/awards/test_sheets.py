"""Sheets of decisions, of whom they commend and of reported totals: what comes in, what goes out, what is refused."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from awards.models import AwardDecision, Commendation, Recipient, ReportedAwardTotal
from awards.sheets.commendations import CommendationSheet
from awards.sheets.decisions import DecisionSheet
from awards.sheets.totals import ReportedTotalSheet
from config.reading.files import decode
from tests.awards import desk as desks
from tests.awards.desk import authority_called, decision_by, form_called, signed_in
from tests.desk import bring_in, confirm, counts, exported, refusals, untaken
from tests.factories import CommendationFactory, RecipientFactory, ReportedTotalFactory, province
from tests.people import posted
from units.importing.desk import answer
from units.importing.undoing import undo
from units.importing.work import start_check
from units.models import ImportBatch, UploadBlock
from units.models.people import Role

if TYPE_CHECKING:
    from tests.awards.desk import Desk
    from units.importing.sheets import Sheet
    from units.models import Upload

DECISIONS = ["Số, ký hiệu quyết định", "Ngày quyết định", "Cấp quyết định", "Mã địa bàn", "Năm", "Trích yếu"]
PEOPLE = ["STT", "Số, ký hiệu quyết định", "Ngày quyết định", "Cấp quyết định", "Họ tên / tên tập thể", "Loại",
          "Chức vụ", "Đơn vị", "Mã địa bàn", "Hình thức", "Thành tích"]  # fmt: skip
TOTALS = [
    "Mã địa bàn",
    "Năm",
    "Hình thức",
    "Cấp quyết định",
    "Số tập thể",
    "Số cá nhân",
    "Số chung, chưa tách",
    "Từ",
    "Nguồn",
]


@pytest.fixture
def desk(db: None) -> Desk:
    return desks.build()


def person(desk: Desk, **changes: Any) -> list[Any]:
    cells = {
        "row": 1, "number": "09/QĐ-UBND", "day": "20/12/2024", "authority": "Chủ tịch UBND tỉnh", "name": "Nông Văn Lẻ",
        "kind": "cá nhân", "post": "Trưởng thôn", "workplace": "Thôn Bản Mới", "area": desk.commune.code,
        "form": "Bằng khen", "achievement": "Hòa giải tốt", **changes,
    }  # fmt: skip
    return list(cells.values())


def bring(desk: Desk, sheet: type[Sheet], heads: list[str], rows: list[list[Any]]) -> Upload:
    """Return a file of the secretary's on the desk, checked."""
    return bring_in(desk.secretary, sheet, heads, rows)


def store(desk: Desk, sheet: type[Sheet], heads: list[str], rows: list[list[Any]]) -> ImportBatch:
    """Bring in and confirm."""
    batch = confirm(bring(desk, sheet, heads, rows))
    assert batch is not None
    return batch


# ---------------------------------------------------------------- decisions


def test_decisions_come_in(desk: Desk) -> None:
    heads = [*DECISIONS, "Quyền hạn ký", "Loại khen thưởng", "Dịp trao", "Số tập thể", "Công khai tên cá nhân"]
    rows = [
        ["09/QĐ-UBND", "28/12/2022", "chu_tich_ubnd_tinh", "P06", 2022, "Tặng Bằng khen", "TM.", "Khen thưởng thường xuyên",
         "hội nghị tổng kết", 12, "có"],
        ["", "03/01/2023", "Công an tỉnh", "P06", 2022, "Tặng Giấy khen", "", "", "", "", ""],
    ]  # fmt: skip

    store(desk, DecisionSheet, heads, rows)

    first, second = AwardDecision.objects.order_by("pk")
    assert (first.number, first.symbol, first.decided_on, first.authority.code, first.area, first.year) == (
        "9", "QĐ-UBND", date(2022, 12, 28), "chu_tich_ubnd_tinh", desk.province, 2022,
    )  # fmt: skip
    assert (first.signer_capacity, first.ground.code, first.occasion, first.stated_collectives, first.publishes_names) == (
        "TM.", "thuong_xuyen", "conference", 12, True,
    )  # fmt: skip
    assert (second.number, second.authority.code, second.publishes_names) == ("", "giam_doc_cong_an_tinh", False)
    assert list(ImportBatch.objects.values_list("new", "changed", "same")) == [(2, 0, 0)]


def test_an_exported_decision_comes_back_with_a_change(desk: Desk) -> None:
    decision = decision_by(desk, number="9", note="Bản gốc ở Công an tỉnh")
    heads, cells = exported(desk.secretary, DecisionSheet)
    same = [list(line) for line in cells]
    cells[0][heads.index("Số tập thể")] = 7

    twice = counts(bring(desk, DecisionSheet, heads, same))
    store(desk, DecisionSheet, heads, cells)

    decision.refresh_from_db()
    assert (decision.stated_collectives, decision.note, decision.version) == (7, "Bản gốc ở Công an tỉnh", 2)
    assert twice == (0, 0, 1, 0)
    assert list(ImportBatch.objects.values_list("new", "changed", "same")) == [(0, 1, 0)]


def test_a_decision_on_record_is_found_by_its_number_and_the_change_is_shown(desk: Desk) -> None:
    decision = decision_by(desk, number="9", abstract="Tặng Bằng khen")
    row = ["09/QĐ-UBND", "20/12/2024", "Chủ tịch UBND tỉnh", "P06", 2024, "Trích yếu khác"]

    preview = bring(desk, DecisionSheet, DECISIONS, [row])

    changed = [one["cells"] for one in preview.preview["changed"]]
    assert (counts(preview), changed) == ((0, 1, 0, 0), [[["abstract", "Tặng Bằng khen", "Trích yếu khác"]]])
    assert AwardDecision.objects.get().version == decision.version


def test_an_imported_change_asks_the_powers_again(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, form=form_called("bang_khen"))
    heads, cells = exported(desk.secretary, DecisionSheet)
    cells[0][heads.index("Ngày quyết định")] = date(2023, 12, 20)
    AwardDecision.objects.filter(pk=row.decision_id).update(decided_on=date(2023, 12, 20))

    moved = bring(desk, DecisionSheet, heads, [[*cells[0][:-2], "Ghi thêm", cells[0][-1]]])

    assert list(refusals(moved)) == [2]


@pytest.mark.parametrize(
    ("cell", "value", "head"),
    [
        (1, "31/02/2024", "Ngày quyết định"),
        (1, "", "Ngày quyết định"),
        (2, "Chủ tịch nước khác", "Cấp quyết định"),
        (3, "P99", "Mã địa bàn"),
        (4, "hai nghìn", "Năm"),
        (4, 1900, "Năm"),
        (5, "Khen cộng tác viên bí mật", "Trích yếu"),
    ],
)
def test_a_bad_cell_of_a_decision_is_named(desk: Desk, cell: int, value: Any, head: str) -> None:
    row: list[Any] = ["09/QĐ-UBND", "20/12/2024", "Chủ tịch UBND tỉnh", "P06", 2024, "Tặng Bằng khen"]
    good, bad = [*row], [*row]
    good[0], bad[cell] = "10/QĐ-UBND", value

    preview = bring(desk, DecisionSheet, DECISIONS, [good, bad])

    assert refusals(preview) == {3: [head]}
    with pytest.raises(ValidationError):
        confirm(preview)
    assert AwardDecision.objects.count() == 0


def test_decisions_of_another_province_are_not_written(desk: Desk) -> None:
    row = ["09/QĐ-UBND", "20/12/2024", "Chủ tịch UBND tỉnh", province().code, 2024, "Tặng Bằng khen"]

    preview = bring(desk, DecisionSheet, DECISIONS, [row])

    assert refusals(preview) == {2: ["Mã địa bàn"]}


# ---------------------------------------------------------------- commendations


def test_commendations_come_in_with_their_recipients(desk: Desk) -> None:
    decision = decision_by(desk, number="9")
    rows = [
        person(desk),
        person(desk, row=2, name="Công an xã Hà Hiệu", kind="Tập thể", post="", workplace="", achievement=""),
        person(desk, row=3, name="Xã Hà Hiệu", kind="địa bàn", post="", workplace="", area=""),
    ]

    store(desk, CommendationSheet, PEOPLE, rows)

    assert list(
        decision.commendations.order_by("pk").values_list(
            "recipient__name", "recipient__kind", "recipient__post", "recipient__workplace", "recipient__area__code",
            "form__code", "achievement",
        )
    ) == [
        ("Nông Văn Lẻ", "individual", "Trưởng thôn", "Thôn Bản Mới", desk.commune.code, "bang_khen", "Hòa giải tốt"),
        ("Công an xã Hà Hiệu", "collective", "", "", desk.commune.code, "bang_khen", ""),
        ("Xã Hà Hiệu", "area", "", "", "P06", "bang_khen", "Hòa giải tốt"),
    ]  # fmt: skip
    batch = ImportBatch.objects.get()
    assert (batch.new, Recipient.history.values_list("batch_id", flat=True).distinct().get()) == (3, batch.pk)


def test_the_preview_stores_nobody(desk: Desk) -> None:
    decision_by(desk, number="9")

    preview = bring(desk, CommendationSheet, PEOPLE, [person(desk)])
    before = Recipient.objects.count()
    confirm(preview)

    assert (before, Recipient.objects.count(), UploadBlock.objects.count()) == (0, 1, 0)


def test_who_is_on_record_is_found_by_the_sheet(desk: Desk) -> None:
    decision_by(desk, number="9")
    known = RecipientFactory(area=desk.commune, name="Nông Văn Lẻ", workplace="Thôn Bản Mới", post="Trưởng thôn")

    other_post = bring(desk, CommendationSheet, PEOPLE, [person(desk, post="Bí thư")])
    store(desk, CommendationSheet, PEOPLE, [person(desk, post="")])

    assert refusals(other_post) == {2: ["Chức vụ"]}
    assert (Commendation.objects.get().recipient, Recipient.objects.count()) == (known, 1)


def test_exported_commendations_come_back_with_a_change(desk: Desk) -> None:
    row = CommendationFactory(
        decision=decision_by(desk, number="9"), recipient__area=desk.commune, form=form_called("bang_khen")
    )
    heads, cells = exported(desk.secretary, CommendationSheet)
    same = [list(line) for line in cells]
    cells[0][heads.index("Ngày trao")] = date(2025, 1, 6)

    twice = counts(bring(desk, CommendationSheet, heads, same))
    store(desk, CommendationSheet, heads, cells)

    row.refresh_from_db()
    assert (row.presented_on, row.state, Commendation.objects.count(), Recipient.objects.count()) == (
        date(2025, 1, 6), "presented", 1, 1,
    )  # fmt: skip
    assert twice == (0, 0, 1, 0)
    assert list(ImportBatch.objects.values_list("new", "changed", "same")) == [(0, 1, 0)]


def test_a_sheet_renames_nobody(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, form=form_called("bang_khen"))
    heads, cells = exported(desk.secretary, CommendationSheet)
    cells[0][heads.index("Họ tên, tên tập thể")] = "Tên Khác"

    preview = bring(desk, CommendationSheet, heads, cells)

    assert (list(refusals(preview)), Commendation.objects.get()) == ([2], row)


def test_an_older_version_of_a_commendation_is_refused(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, form=form_called("bang_khen"))
    heads, cells = exported(desk.secretary, CommendationSheet)
    cells[0][heads.index("Thành tích")] = "Từ tệp"
    row.achievement = "Từ biểu mẫu"
    row.save()

    preview = bring(desk, CommendationSheet, heads, cells)

    row.refresh_from_db()
    assert (list(refusals(preview)), row.achievement) == ([2], "Từ biểu mẫu")


@pytest.mark.parametrize(
    ("changes", "head"),
    [
        ({"name": "Cộng tác viên bí mật số 5"}, "Họ tên, tên tập thể"),
        ({"name": ""}, "Họ tên, tên tập thể"),
        ({"name": "Lẻ 0912345678"}, "Họ tên, tên tập thể"),
        ({"kind": "đoàn thể"}, "Loại"),
        ({"kind": ""}, "Loại"),
        ({"post": "Đặc tình"}, "Chức vụ"),
        ({"workplace": "Cơ sở bí mật"}, "Đơn vị"),
        ({"area": "C99999"}, "Mã địa bàn"),
        ({"form": "Huy chương lạ"}, "Hình thức"),
        ({"form": ""}, "Hình thức"),
        ({"achievement": "Là cộng tác viên bí mật"}, "Thành tích"),
        ({"number": "77/QĐ-UBND"}, "Số, ký hiệu quyết định"),
        ({"day": "21/12/2024"}, "Số, ký hiệu quyết định"),
        ({"day": "mai"}, "Ngày quyết định"),
        ({"authority": ""}, "Cấp quyết định"),
    ],
)
def test_a_bad_cell_of_a_commendation_is_named_and_nobody_is_stored(desk: Desk, changes: Any, head: str) -> None:
    decision_by(desk, number="9")
    rows = [person(desk, name="Người Tốt"), person(desk, **changes)]

    preview = bring(desk, CommendationSheet, PEOPLE, rows)

    assert refusals(preview) == {3: [head]}
    with pytest.raises(ValidationError):
        confirm(preview)
    assert Recipient.objects.count() == 0


@pytest.mark.parametrize("head", ["Số CCCD", "Ngày sinh", "Năm sinh", "Địa chỉ", "Số điện thoại", "Nguồn tin"])
def test_a_refused_column_is_named_and_never_kept(desk: Desk, head: str) -> None:
    decision_by(desk, number="9")

    preview = bring(desk, CommendationSheet, [*PEOPLE, head], [[*person(desk), "không được giữ"]])

    assert [one["head"] for one in preview.tops[0]["refused"]] == [head]
    assert "không được giữ" not in str(preview.tops)
    assert [
        decode(bytes(block)).columns[len(PEOPLE)]
        for block in UploadBlock.objects.filter(part="read").values_list("content", flat=True)
    ] == [[]]
    assert counts(preview) == (1, 0, 0, 0)


def test_a_note_without_a_place_here_is_told_as_not_taken(desk: Desk) -> None:
    decision_by(desk, number="9")

    empty = bring(desk, CommendationSheet, [*PEOPLE, "Ghi chú"], [[*person(desk), ""]])
    noted = bring(desk, CommendationSheet, [*PEOPLE, "Ghi chú"], [[*person(desk), "Đã mất"]])

    assert (untaken(empty), untaken(noted)) == ([], ["Ghi chú"])


@pytest.mark.parametrize(
    ("authority", "day", "form", "reason"),
    [
        ("chu_tich_ubnd_xa", date(2024, 12, 20), "Bằng khen", "Vẫn ký"),
        ("chu_tich_ubnd_huyen", date(2025, 8, 1), "Giấy khen", "Vẫn ký"),
        ("bo_truong_bo_cong_an", date(2022, 12, 28), "Bằng khen", ""),
    ],
)
def test_powers_are_asked_of_a_sheet(desk: Desk, authority: str, day: date, form: str, reason: str) -> None:
    decision_by(desk, authority, number="9", decided_on=day, power_reason=reason)
    row = person(desk, day=day, authority=authority, form=form)

    preview = bring(desk, CommendationSheet, PEOPLE, [row])

    assert (list(refusals(preview)), Recipient.objects.count()) == ([2], 0)


def test_a_reason_opens_a_power_that_is_not_verified(desk: Desk) -> None:
    decision_by(
        desk, "bo_truong_bo_cong_an", number="9", decided_on=date(2022, 12, 28), year=2022, power_reason="Luật 2003"
    )

    store(desk, CommendationSheet, PEOPLE, [person(desk, day="28/12/2022", authority="Bộ Công an")])

    assert Commendation.objects.get().form.code == "bang_khen"


@pytest.mark.parametrize(("kind", "second"), [("tập thể", None), ("cá nhân", "10/QĐ-UBND")])
def test_a_medal_goes_to_one_person_once_out_of_a_sheet_too(desk: Desk, kind: str, second: str | None) -> None:
    for number in ("9", "10"):
        decision_by(desk, "bo_truong_bo_cong_an", number=number)
    medal = {"authority": "Bộ Công an", "form": "Kỷ niệm chương", "kind": kind}
    rows = [person(desk, **medal), *([person(desk, **medal, number=second)] if second else [])]

    preview = bring(desk, CommendationSheet, PEOPLE, rows)

    assert refusals(preview) == {len(rows) + 1: ["Hình thức"]}


def test_two_decisions_alike_are_told_apart_by_their_area(desk: Desk) -> None:
    decision_by(desk, number="9")
    other = desks.DecisionFactory(
        area=desk.district, number="9", authority=desks.authority_called("chu_tich_ubnd_tinh")
    )

    asked = bring(desk, CommendationSheet, PEOPLE, [person(desk)])
    store(desk, CommendationSheet, [*PEOPLE, "Mã địa bàn ra quyết định"], [[*person(desk), desk.district.code]])

    assert list(refusals(asked)[2]) == ["Số, ký hiệu quyết định"]
    assert Commendation.objects.get().decision == other


# ---------------------------------------------------------------- reported totals


def test_reported_totals_come_in_split_mixed_and_without_a_number(desk: Desk) -> None:
    rows = [
        ["P06", 2018, "Bằng khen", "Chủ tịch UBND tỉnh", 11, 11, "", "", "CAND"],
        ["P06", 2022, "Kỷ niệm chương; Bằng khen", "", "", "", 180, "gần", "Đài tỉnh"],
        [
            "P06",
            2022,
            "Bằng khen; Giấy khen",
            "Bộ Công an; Chủ tịch UBND tỉnh; Công an tỉnh",
            "",
            "",
            "",
            "",
            "Báo Bắc Kạn",
        ],
    ]

    batch = store(desk, ReportedTotalSheet, TOTALS, rows)

    assert [
        (one.year, one.forms.count(), one.authorities.count(), one.collectives, one.individuals, one.mixed, one.word)
        for one in ReportedAwardTotal.objects.order_by("pk")
    ] == [
        (2018, 1, 1, 11, 11, None, ""),
        (2022, 2, 0, None, None, 180, "nearly"),
        (2022, 2, 3, None, None, None, ""),
    ]
    lines = ReportedAwardTotal.history.filter(batch_id=batch.pk).order_by("history_id")
    assert [(one.history_type, one.version, one.forms.count(), one.authorities.count()) for one in lines] == [
        ("+", 1, 0, 0), ("+", 1, 0, 0), ("+", 1, 0, 0), ("~", 1, 1, 1), ("~", 1, 2, 0), ("~", 1, 2, 3),
    ]  # fmt: skip


def test_an_exported_total_comes_back_with_a_change_of_its_number_only(desk: Desk) -> None:
    forms = [form_called("bang_khen"), form_called("giay_khen")]
    total = ReportedTotalFactory(area=desk.province, year=2022, forms=forms, mixed=5)
    ReportedTotalFactory(area=desk.province, year=2022, forms=forms[:1], mixed=9)
    heads, cells = exported(desk.secretary, ReportedTotalSheet)
    same = [list(line) for line in cells]
    for line in cells:
        line[heads.index("Số chung, chưa tách")] = {5: 6, 9: 9}[int(line[heads.index("Số chung, chưa tách")])]

    twice = counts(bring(desk, ReportedTotalSheet, heads, same))
    store(desk, ReportedTotalSheet, heads, cells)

    total.refresh_from_db()
    assert (total.mixed, total.forms.count(), ReportedAwardTotal.objects.count()) == (6, 2, 2)
    assert (twice, total.history.latest().forms.count()) == ((0, 0, 2, 0), 2)
    assert list(ImportBatch.objects.order_by("pk").values_list("new", "changed", "same")) == [(0, 1, 1)]


def test_the_sheet_of_totals_to_fill_in_has_every_column(desk: Desk) -> None:
    content = desk.client.get(reverse("admin:awards_reportedawardtotal_sample")).content

    heads = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0]

    assert heads == [
        "Mã địa bàn", "Năm", "Từ ngày", "Đến ngày", "Hình thức", "Cấp quyết định", "Cho tập thể", "Cho cá nhân",
        "Cho hộ gia đình", "Từ", "Số tập thể", "Số cá nhân", "Số hộ gia đình", "Số chung, chưa tách", "Dịp trao",
        "Loại khen thưởng", "Nguồn", "Trích dẫn", "Ghi chú", "Nhập nhầm, lý do",
    ]  # fmt: skip


def test_an_older_version_of_a_total_is_refused(desk: Desk) -> None:
    total = ReportedTotalFactory(area=desk.province, year=2022, forms=[form_called("bang_khen")], mixed=5)
    heads, cells = exported(desk.secretary, ReportedTotalSheet)
    cells[0][heads.index("Số chung, chưa tách")] = 6
    total.save()

    preview = bring(desk, ReportedTotalSheet, heads, cells)

    assert refusals(preview) == {2: ["Phiên bản"]}


def test_the_same_totals_come_in_once(desk: Desk) -> None:
    row: list[Any] = ["P06", 2018, "Bằng khen; Giấy khen", "Chủ tịch UBND tỉnh", 11, 11, "", "", "CAND"]
    turned: list[Any] = ["P06", 2018, "Giấy khen; Bằng khen", "Chủ tịch UBND tỉnh", 11, 12, "", "", "CAND"]
    other: list[Any] = ["P06", 2018, "Bằng khen; Giấy khen", "", 11, 11, "", "", "CAND"]

    in_one_file = bring(desk, ReportedTotalSheet, TOTALS, [row, turned, other])
    store(desk, ReportedTotalSheet, TOTALS, [row, other])
    again = bring(desk, ReportedTotalSheet, TOTALS, [turned])

    assert (counts(in_one_file), refusals(in_one_file)) == ((2, 0, 0, 1), {3: [""]})
    assert [one["cells"] for one in again.preview["changed"]] == [[["individuals", "11", "12"]]]


def test_a_total_that_was_taken_back_leaves_its_place_to_another(desk: Desk) -> None:
    row: list[Any] = ["P06", 2018, "Bằng khen", "", 11, 11, "", "", "CAND"]
    store(desk, ReportedTotalSheet, TOTALS, [row])
    heads, (cells,) = exported(desk.secretary, ReportedTotalSheet)
    cells[heads.index("Nhập nhầm, lý do")] = "Nhập nhầm năm"
    store(desk, ReportedTotalSheet, heads, [cells])
    store(desk, ReportedTotalSheet, TOTALS, [row])

    preview = bring(desk, ReportedTotalSheet, *exported(desk.secretary, ReportedTotalSheet))

    assert counts(preview) == (0, 0, 2, 0)
    assert list(ReportedAwardTotal.objects.order_by("pk").values_list("void_reason", "version")) == [
        ("Nhập nhầm năm", 2), ("", 1),
    ]  # fmt: skip


def test_an_import_of_totals_is_taken_back_with_what_they_list(desk: Desk) -> None:
    row: list[Any] = ["P06", 2018, "Bằng khen; Giấy khen", "Chủ tịch UBND tỉnh", 11, 11, "", "", "CAND"]
    batch = store(desk, ReportedTotalSheet, TOTALS, [row])

    undo(batch, by=desk.secretary)

    assert (ReportedAwardTotal.objects.count(), ReportedAwardTotal.forms.through.objects.count()) == (0, 0)
    assert [one.forms.count() for one in ReportedAwardTotal.history.filter(history_type="-")] == [2]


def test_a_form_that_is_not_written_in_full_is_asked_within_its_list(desk: Desk) -> None:
    row: list[Any] = ["P06", 2018, "Giấy khen; Kỷ niệm", "", 11, 11, "", "", "CAND"]

    preview = bring(desk, ReportedTotalSheet, TOTALS, [row])
    (question,) = preview.preview["questions"]
    answered = [reading for reading, _shown in question["readings"]]

    assert (refusals(preview), [one.split("; ")[0] for one in answered]) == ({2: ["Hình thức"]}, ["Giấy khen"])
    answer(preview, {"forms": {"Giấy khen; Kỷ niệm": answered[0]}})
    start_check(preview)
    assert counts(preview) == (1, 0, 0, 0)


def test_an_export_of_totals_costs_the_same_for_one_and_three(desk: Desk) -> None:
    def more() -> None:
        ReportedTotalFactory(
            area=desk.province, forms=[form_called("bang_khen")], authorities=[authority_called("chu_tich_ubnd_tinh")]
        )

    more()
    exported(desk.secretary, ReportedTotalSheet)
    costs = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            lines = exported(desk.secretary, ReportedTotalSheet)[1]
        costs.append((len(lines), len(queries)))
        more()
        more()

    assert [number for number, _cost in costs] == [1, 3]
    assert costs[0][1] == costs[1][1]


def test_an_import_of_totals_costs_the_same_for_one_row_and_eleven(desk: Desk) -> None:
    desk.secretary.reach()  # asked once for each person
    costs = []
    for number in (1, 11):
        rows: list[list[Any]] = [
            ["P06", 2018, "Bằng khen", "Chủ tịch UBND tỉnh", 1, 1, "", "", f"Báo {number}-{one}"]
            for one in range(number)
        ]
        with CaptureQueriesContext(connection) as queries:
            store(desk, ReportedTotalSheet, TOTALS, rows)
        costs.append(len(queries))

    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("cell", "value", "head"),
    [
        (2, "", "Hình thức"),
        (2, "Bằng khen; Bằng lạ", "Hình thức"),
        (3, "Ông Tư", "Cấp quyết định"),
        (4, "nhiều", "Số tập thể"),
        (6, 136, "Số chung, chưa tách"),
        (7, "ngót", "Từ"),
        (8, "", "Nguồn"),
        (8, "theo nguồn tin quần chúng", "Nguồn"),
    ],
)
def test_a_bad_cell_of_a_total_is_named(desk: Desk, cell: int, value: Any, head: str) -> None:
    row: list[Any] = ["P06", 2018, "Bằng khen", "Chủ tịch UBND tỉnh", 11, 11, "", "", "CAND"]
    row[cell] = value

    preview = bring(desk, ReportedTotalSheet, TOTALS, [row])

    assert refusals(preview) == {2: [head]}
    assert ReportedAwardTotal.objects.count() == 0


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        (Role.AWARD_SECRETARY, [200, 200, 200]),
        (Role.CLERK, [403, 403, 200]),
        (Role.REVIEWER, [403, 403, 403]),
        (Role.OFFICER, [403, 403, 403]),
    ],
)
def test_sheets_are_for_those_who_keep_the_records(desk: Desk, role: Role, codes: list[int]) -> None:
    client = signed_in(posted(desk.province, role))

    for page in ("import", "export"):
        answered = [
            client.get(reverse(f"admin:awards_{name}_{page}")).status_code
            for name in ("awarddecision", "commendation", "reportedawardtotal")
        ]

        assert answered == codes


def test_exports_hold_what_lies_in_reach_only(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune)
    CommendationFactory()

    numbers = [
        [line[heads.index("Số, ký hiệu quyết định")] for line in lines]
        for heads, lines in (exported(desk.secretary, sheet) for sheet in (DecisionSheet, CommendationSheet))
    ]

    assert numbers == [[row.decision.printed_number]] * 2


def test_an_export_costs_the_same_for_one_and_three(desk: Desk, django_assert_num_queries: Any) -> None:
    costs = {reverse("admin:awards_awarddecision_export"): 8, reverse("admin:awards_commendation_export"): 7}
    client = desk.client
    for address in costs:  # what is kept for every later page is asked once
        b"".join(client.get(address, {"form": "xlsx"}).streaming_content)

    for number in (1, 3):
        while Commendation.objects.count() < number:
            CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune)
        for address, cost in costs.items():
            with django_assert_num_queries(cost):
                b"".join(client.get(address, {"form": "xlsx"}).streaming_content)
