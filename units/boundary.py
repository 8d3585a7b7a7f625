"""The boundary of the ledger (DESIGN 1): what no form, import, indicator or text may hold.

Aggregate records and published commendations only: nothing on informants, tips, cases, suspects or weapons, and no
identity number, birth date, telephone or home address. One list, asked at every door.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.folding import fold

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
    "vũ khí thu giữ",
    "vũ khí, đạn",
    "số căn cước",
    "căn cước công dân số",
    "chứng minh nhân dân số",
    "số CCCD",
    "số CMND",
    "số định danh cá nhân",
)

# What a column may not be about. Heads are matched whole words, folded.
_REFUSED_HEADS = (
    (
        _("identity number"),
        (
            "cccd",
            "cmnd",
            "can cuoc",
            "chung minh nhan dan",
            "dinh danh ca nhan",
            "ho chieu",
            "identity number",
            "id card",
        ),
    ),
    (
        _("date of birth"),
        (
            "ngay sinh",
            "nam sinh",
            "ngay thang nam sinh",
            "sinh ngay",
            "tuoi",
            "date of birth",
            "birth date",
            "birthday",
        ),
    ),
    (_("telephone number"), ("dien thoai", "so dt", "sdt", "di dong", "zalo", "phone", "telephone", "mobile")),
    (
        _("home address"),
        ("dia chi", "noi o", "noi cu tru", "thuong tru", "tam tru", "cho o", "que quan", "home address", "address"),
    ),
    (
        _("information given by citizens"),
        (
            "nguon tin",
            "tin bao",
            "to giac",
            "tin co gia tri",
            "tin gia tri",
            "so tin",
            "nguoi cung cap",
            "informant",
            "tip",
            "tips",
        ),
    ),
    (_("people who help in secret"), ("cong tac vien bi mat", "co so bi mat", "dac tinh", "bi mat")),
    (
        _("cases and suspects"),
        (
            "vu an",
            "bi can",
            "bi cao",
            "doi tuong",
            "nghi pham",
            "so toi pham",
            "pham toi",
            "tien an",
            "suspect",
            "case",
            "cases",
        ),
    ),
    (_("weapons"), ("vu khi", "khau sung", "sung dan", "so sung", "dan duoc", "vat lieu no", "weapon", "weapons")),
)
_ALLOWED_HEADS = frozenset({"doi tuong khen thuong", "dia chi trang tin", "doi tuong de nghi khen thuong"})

_FOLDED_PHRASES = tuple((fold(phrase), phrase) for phrase in BLOCKED_PHRASES)
_LONG_NUMBER = re.compile(
    r"(?<![\d./-])(?:\d[ .]?){11}\d(?![\d./-])|(?<![\d.])(?:\+?84|0)[35789](?:[ .]?\d){8}(?![\d.])|(?<![\d.])\d{9}(?![\d.])"
)


def refuse_blocked_text(value: str) -> None:
    """Raise ValidationError that names the phrase or number in `value` which the ledger may not hold."""
    if not value:
        return
    folded = f" {fold(value)} "
    for key, phrase in _FOLDED_PHRASES:
        if f" {key} " in folded:
            raise ValidationError(
                _(
                    "“%(phrase)s” may not be entered: the ledger holds no information about informants, tips, cases or suspects. Remove it and save again."
                ),
                code="blocked_phrase",
                params={"phrase": phrase},
            )
    if _LONG_NUMBER.search(value):
        raise ValidationError(
            _("A number that looks like an identity or telephone number may not be entered. Remove it and save again."),
            code="blocked_number",
        )


def refusal_of(head: str) -> str:
    """Return why a column called `head` is refused, or an empty string."""
    folded = fold(head)
    if folded in _ALLOWED_HEADS:
        return ""
    for reason, words in _REFUSED_HEADS:
        if any(f" {word} " in f" {folded} " for word in words):
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
