"""The boundary of the ledger (DESIGN 1): what no form, import, indicator or text may hold.

Aggregate records and published commendations only: nothing on informants, tips, cases, suspects or weapons, and no
identity number, birth date, telephone or home address. One list, asked at every door.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.folding import fold, fold_signs

if TYPE_CHECKING:
    from collections.abc import Iterable

# Phrases, not words: "đối tượng khen thưởng" and "thu được nhiều thông tin" are allowed.
BLOCKED_PHRASES = (
    "nguồn tin",
    "người cung cấp tin",
    "người báo tin",
    "người tố giác",
    "tin báo, tố giác",
    "tin báo tố giác",
    "tin tố giác",
    "tin có giá trị",
    "tin giá trị",
    "cơ sở bí mật",
    "cộng tác viên bí mật",
    "mạng lưới bí mật",
    "đặc tình",
    "đối tượng hình sự",
    "đối tượng sưu tra",
    "đối tượng nghi vấn",
    "đối tượng truy nã",
    "danh sách đối tượng",
    "quản lý đối tượng",
    "số vụ án",
    "vụ án hình sự",
    "khởi tố bị can",
    "vụ việc đã giải quyết",
    "vũ khí thu giữ",
    "vũ khí, đạn",
    "số căn cước",
    "căn cước công dân số",
    "chứng minh nhân dân số",
    "số CCCD",
    "số CMND",
    "số định danh cá nhân",
)

# What prose may mention but nobody may count; "#" is a number.
_COUNTED = (
    "giải quyết # vụ",
    "xử lý # vụ",
    "# vụ việc đã được giải quyết",
    "cung cấp # thông tin",
    "# tin do quần chúng cung cấp",
    "# tin do nhân dân cung cấp",
)
# Mediation counts matters (Luật 35/2013/QH13), which are no cases: a text that speaks of it may count them.
_MEDIATION = "hòa giải"
_MATTERS = frozenset({"vụ việc đã giải quyết", "giải quyết # vụ", "xử lý # vụ", "# vụ việc đã được giải quyết"})

# What a column may not be about. A head is refused where it holds one of the phrases, or is one that begins with "=".
_REFUSED_HEADS = (
    (
        _("identity number"),
        (
            "CCCD",
            "C.C.C.D",
            "CMND",
            "CMTND",
            "số tài khoản",
            "=CMT",
            "số CMT",
            "=số CC",
            "ĐDCN",
            "mã định danh",
            "căn cước",
            "chứng minh nhân dân",
            "định danh cá nhân",
            "hộ chiếu",
            "identity number",
            "id card",
        ),
    ),
    (
        _("date of birth"),
        (
            "ngày sinh",
            "năm sinh",
            "sinh năm",
            "N.sinh",
            "=NS",
            "ngày tháng năm sinh",
            "sinh ngày",
            "=sinh",
            "=SN",
            "=tuổi",
            "=độ tuổi",
            "date of birth",
            "birth date",
            "birthday",
        ),
    ),
    (
        _("telephone number"),
        (
            "điện thoại",
            "số ĐT",
            "SĐT",
            "ĐT liên hệ",
            "=ĐT",
            "=liên hệ",
            "liên hệ cán bộ",
            "số liên hệ",
            "=số máy",
            "di động",
            "zalo",
            "phone",
            "telephone",
            "mobile",
            "email",
            "e-mail",
            "thư điện tử",
        ),
    ),
    (
        _("home address"),
        (
            "địa chỉ",
            "nơi ở",
            "nơi cư trú",
            "thường trú",
            "tạm trú",
            "trú quán",
            "trú tại",
            "chỗ ở",
            "quê quán",
            "=quê",
            "nguyên quán",
            "hộ khẩu",
            "HKTT",
            "ĐKTT",
            "ĐKHKTT",
            "home address",
            "address",
        ),
    ),
    (
        _("information given by citizens"),
        (
            "nguồn tin",
            "tin báo",
            "tố giác",
            "tin có giá trị",
            "tin giá trị",
            "=số tin",
            "tin cung cấp",
            "tin QC",
            "tin quần chúng",
            "tin nhân dân",
            "tin người dân",
            "tin ND cung cấp",
            "tin do quần chúng",
            "tin do QC",
            "tin do nhân dân",
            "tin do người dân",
            "người cung cấp",
            "informant",
            "informants",
            "tip",
            "tips",
        ),
    ),
    (
        _("names of members"),
        (
            "=tổ trưởng",
            "=tổ phó",
            "=trưởng ban",
            "tên tổ trưởng",
            "tên trưởng ban",
            "và tên tổ trưởng",
            "tổ trưởng họ tên",
            "tổ trưởng họ và tên",
            "tên tổ viên",
            "tên thành viên",
            "tên hòa giải viên",
            "=người đứng đầu",
            "người đứng đầu họ tên",
            "người đứng đầu họ và tên",
            "=chủ nhiệm",
            "=chủ nhiệm mô hình",
            "=chủ nhiệm CLB",
            "tên chủ nhiệm",
            "=trưởng mô hình",
            "=đội trưởng",
            "=trưởng nhóm",
            "=chủ nhiệm, đội trưởng",
            "danh tính",
        ),
    ),
    (
        _("names of contacts and speakers"),
        (
            "đầu mối liên lạc",
            "đầu mối liên hệ",
            "=đầu mối",
            "=người liên hệ",
            "=người liên lạc",
            "cán bộ đầu mối",
            "=báo cáo viên",
            "=người truyền đạt",
            "=người nói chuyện",
            "=tuyên truyền viên",
            "tên báo cáo viên",
            "=cán bộ báo cáo",
            "=người báo cáo",
            "=người trình bày",
            "=người phụ trách",
            "=cán bộ phụ trách",
            "=cán bộ theo dõi",
            "người phụ trách ĐT",
            "cán bộ phụ trách ĐT",
        ),
    ),
    (_("people who help in secret"), ("cộng tác viên bí mật", "cơ sở bí mật", "đặc tình", "bí mật")),
    (
        _("cases and suspects"),
        (
            "vụ án",
            "vụ việc đã giải quyết",
            "vụ việc giải quyết",
            "=số vụ việc",
            "=vụ việc",
            "số vụ",
            "người được quản lý, giáo dục",
            "bị can",
            "bị cáo",
            "đối tượng",
            "Đ.tượng",
            "nghi phạm",
            "số tội phạm",
            "phạm tội",
            "tiền án",
            "suspect",
            "suspects",
            "case",
            "cases",
        ),
    ),
    (
        _("weapons"),
        ("vũ khí", "khẩu súng", "súng đạn", "số súng", "=súng", "đạn dược", "vật liệu nổ", "weapon", "weapons"),
    ),
)
# What must stand beside a refused phrase, or above it, to make it a plain count: matters of mediation, cards issued or used,
# and who is commended.
_CARDS = (("thẻ", "lượt"), ("thẻ", "đã cấp"))
_PLAIN_COUNTS = {
    "vụ việc đã giải quyết": ((_MEDIATION,),),
    "vụ việc giải quyết": ((_MEDIATION,),),
    "số vụ": ((_MEDIATION,),),
    "=vụ việc": ((_MEDIATION,),),
    "=số vụ việc": ((_MEDIATION,),),
    "đối tượng": (("khen",),),
    "CCCD": _CARDS,
    "căn cước": _CARDS,
}
_ALLOWED_HEADS = frozenset({"dia chi trang tin", "dia chi hoat dong", "dia chi tru so"})

_WORDS = re.compile(r"[^\W_]+")
_CITIZEN_NUMBER = r"0\d{2}(?:[ .-]?\d{3}){3}"
_OLD_CARD_NUMBER = r"\d{9}"
_TELEPHONE = r"0\d{9}|0\d{2,3}[ .-]\d{3}[ .-]\d{3,4}|(?:\+84|84)[ .-]?\d{2,3}[ .-]?\d{3}[ .-]?\d{3,4}"
_NUMBER = re.compile(rf"(?<![\d.,/+-])(?:{_CITIZEN_NUMBER}|{_OLD_CARD_NUMBER}|{_TELEPHONE})(?![\d/-]|[.,]\d)")
_DIGITS = re.compile(r"\d(?:[ .-]?\d){8}")  # what each such number holds, and is found sooner


def _spelt(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return each word folded, and its letters and marks in an order that hòa and hoà share."""
    words = _WORDS.findall(unicodedata.normalize("NFC", text).lower())
    return [(fold(word), tuple(sorted(unicodedata.normalize("NFD", word)))) for word in words]


def _holds(words: list[tuple[str, tuple[str, ...]]], phrase: list[tuple[str, tuple[str, ...]]]) -> bool:
    """Say whether `phrase` stands in `words`, each word with its marks or typed without any."""
    for start in range(len(words) - len(phrase) + 1):
        window = words[start : start + len(phrase)]
        if all(
            plain == wanted and marks in (wanted_marks, tuple(sorted(plain)))
            for (plain, marks), (wanted, wanted_marks) in zip(window, phrase, strict=True)
        ):
            return True
    return False


def _with_numbers_as_one(words: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Return `words` with each run of digits, such as 1.052, as one sign."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for word in words:
        if not word[0].isdecimal():
            found.append(word)
        elif not found or found[-1] != _ANY_NUMBER:
            found.append(_ANY_NUMBER)
    return found


_ANY_NUMBER = ("#", ("#",))
_SPELT_PHRASES = tuple((_spelt(phrase), phrase) for phrase in BLOCKED_PHRASES)
_SPELT_COUNTED = tuple(
    ([word for part in phrase.split() for word in (_spelt(part) or [_ANY_NUMBER])], phrase) for phrase in _COUNTED
)
# what a text must hold, folded, before a phrase can stand in it
_TRACES = tuple(
    tuple(part for part in map(fold, phrase.split("#")) if part) for phrase in (*BLOCKED_PHRASES, *_COUNTED)
)
_SPELT_MEDIATION = _spelt(_MEDIATION)
_SPELT_HEADS = tuple(
    (
        reason,
        tuple(
            (
                _spelt(phrase),
                phrase.startswith("="),
                [list(map(_spelt, beside)) for beside in _PLAIN_COUNTS.get(phrase, ())],
            )
            for phrase in phrases
        ),
    )
    for reason, phrases in _REFUSED_HEADS
)


def refuse_blocked_text(value: str) -> None:
    """Raise ValidationError that names the phrase or number in `value` which the ledger may not hold."""
    if not value:
        return
    words = _spelt(value)
    of_mediation = _holds(words, _SPELT_MEDIATION)
    counted = _with_numbers_as_one(words)
    asked = [(words, *one) for one in _SPELT_PHRASES] + [(counted, *one) for one in _SPELT_COUNTED]
    for said, spelt, phrase in asked:
        if _holds(said, spelt) and not (of_mediation and phrase in _MATTERS):
            raise ValidationError(
                _(
                    "“%(phrase)s” may not be entered: the ledger holds no information about informants, tips, cases or suspects. Remove it and save again."
                ),
                code="blocked_phrase",
                params={"phrase": phrase.replace("#", "…")},
            )
    if holds_number(value):
        raise ValidationError(
            _("A number that looks like an identity or telephone number may not be entered. Remove it and save again."),
            code="blocked_number",
        )


def holds_number(text: str) -> bool:
    """Say whether `text` holds what looks like an identity or telephone number."""
    return _NUMBER.search(text) is not None


def may_be_blocked(texts: Iterable[str]) -> bool:
    """Say quickly of many texts whether one of them may hold what `refuse_blocked_text` refuses; it misses none."""
    joined = "\n".join(texts)
    if _DIGITS.search(joined) and _NUMBER.search(joined):
        return True
    plain = fold_signs(joined)
    return any(all(part in plain for part in parts) for parts in _TRACES)


def refusal_of(head: str, above: str = "") -> str:
    """Return why a column called `head` is refused, or an empty string; `above` is what stands over it."""
    if fold(head) in _ALLOWED_HEADS:
        return ""
    words = _spelt(head)
    around = words + _spelt(above)
    for reason, phrases in _SPELT_HEADS:
        for spelt, whole, plain_counts in phrases:
            if not _holds(words, spelt) or (whole and len(words) != len(spelt)):
                continue
            if whole and len(spelt) == 1 and len(spelt[0][0]) == 2 and words != spelt:
                continue  # of so short a word the marks tell: “ĐT” is a telephone, “DT” may be anything
            if not any(all(_holds(around, one) for one in beside) for beside in plain_counts):
                return str(reason)
    return ""


def refuse_columns(heads: Iterable[str]) -> None:
    """Raise ValidationError that names every refused column with its letter and the reason."""
    refused = [
        _("column %(letter)s “%(head)s” (%(reason)s)")
        % {"letter": column_letter(index), "head": head, "reason": reason}
        for index, head in enumerate(heads)
        if (reason := refusal_of(head))
    ]
    if refused:
        raise ValidationError(
            _(
                "The file holds columns that may not be imported: %(columns)s. Delete these columns and choose the file again; nothing of the file was kept."
            ),
            code="refused_column",
            params={"columns": "; ".join(map(str, refused))},
        )


def column_letter(index: int) -> str:
    """Return the spreadsheet letter of the column `index`, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
