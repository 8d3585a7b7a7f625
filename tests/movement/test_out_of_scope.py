"""What the published reports print beyond the boundary is refused at every door, by name; what lies within is refused at none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from awards.models import ReportedAwardTotal
from config.folding import fold
from movement.models import Event, Figure, Indicator, PublishedFigure, ReportSection, Shortcoming
from movement.models.catalogue import refuse_blocked_subject
from movement.sheets.published import PublishedFigureSheet
from tests import world as worlds
from tests.desk import bring_in
from units.boundary import refuse_blocked_text
from units.importing import desk

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parent.parent / "data" / "real_reports.yaml"
REPORTS = {report["id"]: report for report in json.loads(FILE.read_text(encoding="utf-8"))["reports"]}
OUT_OF_SCOPE = sorted({text for report in REPORTS.values() for text in report.get("out_of_scope", [])})


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def form_errors(response: Any, name: str) -> list[str]:
    return [str(error) for error in response.context["adminform"].form.errors.get(name, [])]


def by_form(world: worlds.World, field: str, text: str) -> list[str]:
    """Type `text` into a field of the form of published figures."""
    form = {
        "area": world.ours.commune.pk, "year": "2022", "span": "year", "metric": "Mô hình", "value": "12",
        "source": "Báo tỉnh", field: text,
    }  # fmt: skip
    return form_errors(signed_in(world.clerk).post(reverse("admin:movement_publishedfigure_add"), form), field)


def by_cell(world: worlds.World, head: str, text: str) -> list[str]:
    """Type `text` into a cell of the sheet of published figures."""
    cells = {
        "Mã địa bàn": world.ours.commune.code, "Năm": 2022, "Tên như đã công bố": "Mô hình", "Giá trị": 12,
        "Nguồn": "Báo tỉnh", head: text,
    }  # fmt: skip
    upload = bring_in(world.clerk, PublishedFigureSheet, list(cells), [list(cells.values())])
    name = next(column.name for column in PublishedFigureSheet.columns if column.head == head)
    return [message for row in upload.preview["refused"] for of, message in row["problems"] if of == name]


def by_head(world: worlds.World, _field: str, text: str) -> list[str]:
    """Bring a column of the name `text`."""
    heads = ["Mã địa bàn", "Năm", "Tên như đã công bố", "Giá trị", "Nguồn", text]
    row = [world.ours.commune.code, 2022, "Mô hình", 12, "Báo tỉnh", 507]
    return desk.refused_columns(bring_in(world.clerk, PublishedFigureSheet, heads, [row]))


def by_indicator(world: worlds.World, field: str, text: str) -> list[str]:
    """Give an indicator the name `text`."""
    line = world.ours.figure.indicator
    form = {
        "code": "moi", "section": line.section_id, "position": "1", "name_vi": "Tên", "name_en": "Name",
        "unit_vi": "tổ", "unit_en": "teams", "rollup": "sum", "source": "declared", field: text,
    }  # fmt: skip
    return form_errors(signed_in(world.administrator).post(reverse("admin:movement_indicator_add"), form), field)


def by_explanation(world: worlds.World, _field: str, text: str) -> list[str]:
    """Explain a figure of the report with `text`."""
    report, line = world.ours.report, world.ours.figure
    form = {
        "figures-TOTAL_FORMS": 1, "figures-INITIAL_FORMS": 1, "figures-0-id": line.pk, "figures-0-report": report.pk,
        "figures-0-own": "5", "figures-0-printed_word": "", "figures-0-printed_value": "",
        "figures-0-explanation": text, "figures-0-read_version": line.version,
    }  # fmt: skip
    address = reverse("admin:movement_report_change", args=[report.pk])
    response = signed_in(world.ours.officer).post(address, form)
    sets = {one.formset.prefix: one.formset for one in response.context["inline_admin_formsets"]}
    return [str(error) for error in sets["figures"].errors[0].get("explanation", [])]


def by_field(model: Any) -> Any:
    """Ask the field of `model` as each of its forms and sheets does."""

    def door(world: worlds.World, field: str, text: str) -> list[str]:
        others = [one.name for one in model._meta.get_fields() if one.name != field]
        try:
            model(**{field: text}).clean_fields(exclude=others)
        except ValidationError as refusal:
            return list(refusal.message_dict[field])
        return []

    return door


DOORS: list[tuple[Any, str]] = [
    *((by_form, field) for field in ("metric", "scope", "source", "quote", "note", "rate_rule")),
    *((by_cell, head) for head in ("Tên như đã công bố", "Phạm vi", "Nguồn", "Trích dẫn", "Ghi chú")),
    (by_head, "head"),
    (by_indicator, "name_vi"),
    (by_indicator, "name_en"),
    (by_explanation, "explanation"),
    (by_field(ReportSection), "text"),
    (by_field(ReportSection), "internal_text"),
    (by_field(Event), "note"),
    (by_field(Event), "name"),
    (by_field(ReportedAwardTotal), "note"),
    (by_field(ReportedAwardTotal), "quote"),
    (by_field(Shortcoming), "text"),
]


def named_in(messages: list[str]) -> list[str]:
    """Return what the messages put between quotation marks."""
    return [quoted for message in messages for quoted in re.findall("“(.+?)”", message)]


@pytest.mark.parametrize(("door", "field"), DOORS, ids=lambda one: getattr(one, "__name__", one))
def test_what_lies_out_of_scope_is_refused_by_name(world: worlds.World, door: Any, field: str) -> None:
    before = PublishedFigure.objects.count(), Indicator.objects.count()

    named = {text: named_in(door(world, field, text)) for text in OUT_OF_SCOPE}

    assert [text for text, phrases in named.items() if not phrases] == []
    assert [(text, one) for text, phrases in named.items() for one in phrases if fold(one) not in fold(text)] == []
    assert (PublishedFigure.objects.count(), Indicator.objects.count()) == before
    assert Figure.objects.exclude(explanation="").count() == 0


def test_the_file_names_what_lies_out_of_scope() -> None:
    assert OUT_OF_SCOPE == [
        "1.434 tin có giá trị",
        "2.039 nguồn tin có giá trị",
        "507 tin giá trị do quần chúng cung cấp",
        "527 tin có giá trị",
        "số vụ việc đã giải quyết",
        "vũ khí, đạn thu giữ",
    ]


# ---------------------------------------------------------------- and nothing else is


def texts_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.items() for part in one for text in texts_of(part)]
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", REPORTS)
def test_what_the_reports_say_in_scope_is_refused_nowhere(name: str) -> None:
    report = REPORTS[name]
    refused = []
    for text in texts_of([report["quotes"], report["figures"], report["source"]]):
        try:
            refuse_blocked_text(text)
        except ValidationError as error:
            refused.append((text, error.messages))

    assert refused == []


@pytest.mark.parametrize(
    "name",
    [
        "Vụ việc hòa giải tiếp nhận",
        "Vụ việc hoà giải đã giải quyết",
        "Đối tượng khen thưởng",
        "Số tin, bài đã đăng",
        "Lượt công dân dùng thẻ căn cước để khám, chữa bệnh",
        "Quản lý, giám sát, giáo dục người chấp hành xong án phạt tù tái hòa nhập cộng đồng",
    ],
)
def test_what_may_be_counted(name: str) -> None:
    refuse_blocked_subject(name)
