from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from config.folding import fold
from units.boundary import BLOCKED_PHRASES, column_letter, refusal_of, refuse_blocked_text, refuse_columns


def code_of(text):
    """Return the code of the refusal of `text`, or an empty string."""
    try:
        refuse_blocked_text(text)
    except ValidationError as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize("phrase", BLOCKED_PHRASES)
def test_a_blocked_phrase_is_refused_by_name_however_it_is_typed(phrase):
    for text in (phrase, f"Năm 2024, {phrase.upper()} trên địa bàn.", f"({fold(phrase)})", phrase.replace(" ", "  ")):
        with pytest.raises(ValidationError) as refusal:
            refuse_blocked_text(text)

        assert (refusal.value.code, fold(refusal.value.params["phrase"])) == ("blocked_phrase", fold(phrase))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "đối tượng khen thưởng",
        "thu được nhiều thông tin liên quan đến an ninh trật tự",
        "nhân dân cung cấp nhiều thông tin, đăng 120 tin, bài",
        "không có vũ khí",
        "tổ chức 15 vụ việc hòa giải",
        "giới thiệu căn cước công dân gắn chíp",
        "vay vốn từ nguồn tín dụng chính sách",
        "đặc tính của địa bàn giáp ranh",
        "nguồn tính điểm thi đua",
        "giải quyết kịp thời các vụ việc phức tạp ngay từ cơ sở",
        "nhận được thông tin do nhân dân cung cấp",
        "cung cấp 120 tin, bài cho báo",
        "tổ hòa giải đã giải quyết 186 vụ việc",
        "số vụ việc hoà giải đã giải quyết",
        "hòa giải ở cơ sở: 186 vụ việc đã được giải quyết",
        "xử lý 12 hồ sơ dịch vụ công",
    ],
)
def test_ordinary_sentences_are_allowed(text):
    assert code_of(text) == ""


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("cụm đã giải quyết 45 vụ việc", "giải quyết … vụ"),
        ("Phối hợp GIẢI QUYẾT 1.052 vụ", "giải quyết … vụ"),
        ("phoi hop xu ly 12 vu viec", "xử lý … vụ"),
        ("12 vụ việc đã được giải quyết", "… vụ việc đã được giải quyết"),
        ("cung cấp 507 thông tin", "cung cấp … thông tin"),
        ("1.434 tin do quần chúng cung cấp", "… tin do quần chúng cung cấp"),
        ("số vụ việc đã giải quyết", "vụ việc đã giải quyết"),
        ("số vụ án mà tổ hòa giải biết", "số vụ án"),
    ],
)
def test_what_prose_may_mention_is_not_counted(text, phrase):
    with pytest.raises(ValidationError) as refusal:
        refuse_blocked_text(text)

    assert (refusal.value.code, refusal.value.params["phrase"]) == ("blocked_phrase", phrase)


@pytest.mark.parametrize(
    "text",
    [
        "001099012345",
        "CCCD 001 099 012 345",
        "001.099.012.345",
        "012345678",
        "số 095012345.",
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "+84 912 345 678",
        "gọi 84987654321",
        "0912-345-678",
    ],
)
def test_identity_and_telephone_numbers_are_refused(text):
    assert code_of(text) == "blocked_number"


@pytest.mark.parametrize(
    "text",
    [
        "722/NQ-UBTVQH15",
        "15/QĐ-UBND ngày 05/12/2024",
        "ngày 05.12.2024",
        "từ 15-12-2023 đến 14-12-2024",
        "07.08.2024 10 giờ",
        "1.052 tổ, 1.256 tổ, 161 tổ",
        "gần 9.000 lượt, 58.831 lượt",
        "35.000.000.000 đồng",
        "350.000.000.000 đồng",
        "1.250.000.000.000 đồng",
        "8.950.000 đồng",
        "mã C01897.0027",
        "10-2022, 11-2022, 12-2022",
        "96,5 %",
        "2020 2021 2022",
    ],
)
def test_figures_decisions_dates_and_money_are_allowed(text):
    assert code_of(text) == ""


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("Số CCCD", "identity number"),
        ("Số căn cước công dân", "identity number"),
        ("Ngày sinh", "date of birth"),
        ("Năm sinh (dương lịch)", "date of birth"),
        ("SĐT", "telephone number"),
        ("Điện thoại liên hệ", "telephone number"),
        ("Địa chỉ", "home address"),
        ("Hộ khẩu thường trú", "home address"),
        ("Số nguồn tin", "information given by citizens"),
        ("Cộng tác viên bí mật", "people who help in secret"),
        ("Đối tượng", "cases and suspects"),
        ("Số vụ án", "cases and suspects"),
        ("Số vụ việc", "cases and suspects"),
        ("Số vụ việc đã giải quyết", "cases and suspects"),
        ("Số thẻ căn cước", "identity number"),
        ("Ngày cấp thẻ CCCD", "identity number"),
        ("Vũ khí thu hồi", "weapons"),
        ("phone", "telephone number"),
        ("CCCD_nguoi_ky", "identity number"),
        ("C.C.C.D", "identity number"),
        ("Số CC", "identity number"),
        ("Sinh năm", "date of birth"),
        ("N.sinh", "date of birth"),
        ("Độ tuổi", "date of birth"),
        ("ĐT", "telephone number"),
        ("ĐT liên hệ", "telephone number"),
        ("E-mail", "telephone number"),
        ("HKTT", "home address"),
        ("Trú tại", "home address"),
        ("Quê", "home address"),
        ("Số tin cung cấp", "information given by citizens"),
        ("Đ.tượng", "cases and suspects"),
        ("Súng", "weapons"),
        ("Tổ trưởng / Họ và tên", "names of members"),
        ("Họ tên Trưởng ban, Tổ trưởng", "names of members"),
        ("Người đứng đầu / Họ tên", "names of members"),
        ("Chủ nhiệm mô hình", "names of members"),
        ("Cán bộ phụ trách (ĐT)", "names of contacts and speakers"),
        ("Đầu mối liên lạc / Họ tên", "names of contacts and speakers"),
        ("Cán bộ báo cáo", "names of contacts and speakers"),
        ("Báo cáo viên", "names of contacts and speakers"),
        ("Số tài khoản", "identity number"),
        ("Số vụ PPHS", "cases and suspects"),
    ],
)
def test_a_column_is_refused_with_its_reason(head, reason):
    with translation.override("en"):
        assert refusal_of(head) == reason


@pytest.mark.parametrize(
    "head",
    [
        "", "Mã", "Tên tổ", "Số thành viên", "Số quyết định", "Ngày quyết định", "Xã", "Ghi chú", "Trong đó nữ",
        "Đối tượng khen thưởng", "Tin, bài, phóng sự đã đăng, phát", "Số tin, bài đã đăng", "Vụ việc hòa giải tiếp nhận",
        "Tổ tuổi trẻ xung kích", "Vụ việc hoà giải đã giải quyết", "Lượt dùng thẻ CCCD để khám, chữa bệnh",
        "Thẻ căn cước đã cấp", "DT", "DTTS", "Cơ quan liên hệ", "Quê hương", "Số vụ hòa giải thành",
    ],
)  # fmt: skip
def test_ordinary_columns_are_allowed(head):
    assert refusal_of(head) == ""


def test_what_stands_above_a_head_tells_a_plain_count():
    assert [refusal_of("vụ việc", "HÒA GIẢI CƠ SỞ / Tiếp nhận"), refusal_of("Tập thể", "Đối tượng được khen")] == [
        "",
        "",
    ]
    assert refusal_of("Đối tượng được khen") == ""
    with translation.override("en"):
        assert refusal_of("vụ việc", "Trật tự xã hội") == "cases and suspects"


def test_every_refused_column_is_named_with_its_letter():
    heads = ["Mã", "Tên tổ", "Ngày sinh", *["Ghi chú"] * 24, "Số CCCD"]

    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        refuse_columns(heads)

    assert refusal.value.code == "refused_column"
    assert refusal.value.params["columns"] == (
        "column C “Ngày sinh” (date of birth); column AB “Số CCCD” (identity number)"
    )


def test_a_file_of_ordinary_columns_passes():
    refuse_columns(["Mã", "Tên tổ", "Xã"])


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_the_letters_of_a_spreadsheet(index, letters):
    assert column_letter(index) == letters
