"""Whatever is altered behind everybody's back, in a sealed row or in one byte of a file, `verify` names that very row."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import translation

from awards.models import Recipient
from movement.edition_files import FILES, MANIFEST, SUMS, folder_of, told
from movement.editions import seal
from movement.models import (
    Edition,
    EditionAward,
    EditionErratum,
    EditionFigure,
    EditionPassage,
    Figure,
    Report,
    ReportSection,
)
from movement.reports import correct, enter, move_report, open_period
from movement.texts import correct_text
from movement.verify import verify
from movement.verify_files import parsed, place_of
from tests.factories import (
    CommendationFactory,
    IndicatorFactory,
    PeriodFactory,
    ReportedTotalFactory,
    ReportFactory,
    ReportSectionFactory,
    UserFactory,
    commune,
    district,
    province,
)
from tests.people import Cast, cast_of
from units.models import Area, User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db
NAME = "2024 P1 edition 2"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def bring_up(area: Area, cast: Cast, value: int | None) -> None:
    """Enter `value` where one is given, and bring the area's report to its approval."""
    report = Report.objects.select_related("area", "period").get(area=area, period__year=2024)
    if value is not None:
        figure = report.figures.select_related("report__area", "indicator").get(indicator__code="attendance")
        figure.own = value
        enter(figure, by=cast.officer)
    people = (cast.officer, cast.signer, cast.reviewer)
    if area.level == "province":
        people = (cast.reviewer, cast.reviewer, cast.leader)
    for name, by in zip(("request_signature", "submit", "approve"), people, strict=True):
        move_report(report, name, by=by)


@pytest.fixture
def edition(db: None) -> Edition:
    """Return a second edition: a corrected figure and text, a commune that joined, and totals of commendations."""
    top = province(code="P1")
    below = district(top, code="D1")
    first, second = (commune(below, code=code) for code in ("C1", "C2"))
    cast = cast_of(top)
    IndicatorFactory(code="attendance")
    IndicatorFactory(code="unknown")
    open_period(PeriodFactory(area=top, year=2023), by=cast.administrator)
    open_period(PeriodFactory(area=top, year=2024), by=cast.administrator)
    report = Report.objects.get(area=first, period__year=2024)
    section = ReportSectionFactory(report=report, text="Phong trào phát triển.\nNhiều nơi làm tốt.")
    for area, value in ((first, 10), (below, None), (top, None)):
        bring_up(area, cast, value)
    report = Report.objects.select_related("area", "period").get(area=top, period__year=2024)
    move_report(report, "publish", by=cast.leader, note="Công bố")
    figure = Figure.objects.select_related("report__area", "indicator").get(
        report__area=first, report__period__year=2024, indicator__code="attendance"
    )
    figure.printed_word, figure.printed_value = "nearly", 16
    correct(figure, own=15, reason="Thiếu một buổi", by=cast.reviewer)
    section = ReportSection.objects.get(pk=section.pk)
    section.text = "Phong trào giữ vững."
    correct_text(section, reason="Nói quá", by=cast.reviewer)
    bring_up(second, cast, 4)
    ReportSectionFactory(report=Report.objects.get(area=second, period__year=2024), text="Xã mới gửi.")
    ReportedTotalFactory(area=top, collectives=7, to_collectives=True)
    move_report(report, "publish", by=cast.leader, note="Đính chính")
    spare_rows(below)
    return Edition.objects.select_related("area", "period").get(number=2)


def spare_rows(district: Area) -> None:
    """Add the latest row of each kind to which an altered key can point."""
    UserFactory()
    IndicatorFactory(code="spare")
    ReportFactory(area=commune(district, code="C9"), period=PeriodFactory(area=district.parent, year=2025))


def test_nothing_altered_nothing_named(edition: Edition) -> None:
    found = verify()

    assert (found.differing, found.changed) == ([], [])
    assert Counter(edition.errata.values_list("subject", flat=True)) == {"figure": 4, "passage": 2, "award": 1}


# ---------------------------------------------------------------- one value of one row


def other_value(field: Any, row: Any) -> Any:
    """Return a value that the column takes and that it does not hold."""
    value = getattr(row, field.attname)
    match field:
        case models.ForeignKey(remote_field=remote) if remote.model is Edition:
            return None if value and field.null else Edition.objects.exclude(pk=value).earliest("pk").pk
        case models.ForeignKey():
            return QuerySet(field.remote_field.model).exclude(pk=value).order_by("-pk").values_list("pk", flat=True)[0]
        case models.BooleanField():
            return not value
        case models.IntegerField():
            return (value or 0) + 100
        case models.DateTimeField():
            return value + timedelta(microseconds=1)
        case models.DateField():
            return date(2024, 1, 1)
    if field.choices:
        return next(code for code, _label in field.choices if code != value)
    return f"{value}x" if not field.max_length or len(value) < field.max_length else f"x{value[1:]}"


def named_places(found: Any) -> list[str]:
    return [one.subject for one in found.differing]


# the row that only the second edition holds, so that no key stands in its way when it is altered
ROWS: dict[type[models.Model], dict[str, Any]] = {
    EditionFigure: {"area__code": "C2", "indicator__code": "attendance", "edition__number": 2},
    EditionPassage: {"area__code": "C2", "edition__number": 2},
    EditionAward: {"area__code": "P1", "edition__number": 2},
    EditionErratum: {"area__code": "C1", "subject": "figure", "edition__number": 2},
}


def columns(model: type[models.Model]) -> list[Any]:
    """Return the columns of `model` but its key, to which nothing else refers, and what the database computes."""
    return [one for one in model._meta.concrete_fields if not one.primary_key and not one.generated]


def test_every_column_of_a_sealed_row_is_held_to_the_files(edition: Edition) -> None:
    unseen, elsewhere = [], []
    for model, which in ROWS.items():
        row = model.objects.get(**which)
        place = " ".join(str(word) for word in [NAME, *place_of(told(row, public=False))] if word != "")
        for field in columns(model):
            with transaction.atomic():
                assert QuerySet(model).filter(pk=row.pk).update(**{field.attname: other_value(field, row)}) == 1
                altered = model.objects.get(pk=row.pk)
                also = " ".join(str(word) for word in ["2024 P1 edition", altered.edition.number, *place_of(told(altered, public=False))] if word != "")  # fmt: skip
                named = named_places(verify())
                transaction.set_rollback(True)
            if not any(subject.startswith(place) for subject in named):
                unseen.append((row, field.name, named))
            elsewhere += [(row, field.name, one) for one in named if not one.startswith((place, also))]

    assert (unseen, elsewhere) == ([], [])


def test_every_column_of_the_edition_is_held_to_its_manifest_and_files(edition: Edition) -> None:
    unseen, elsewhere = [], []
    for field in columns(Edition):
        with transaction.atomic():
            QuerySet(Edition).filter(pk=edition.pk).update(**{field.attname: other_value(field, edition)})
            stored = Edition.objects.select_related("area", "period").get(pk=edition.pk)
            name = f"{stored.period.year} {stored.area.code} edition {stored.number}"
            named = named_places(verify())
            transaction.set_rollback(True)
        if not any(subject.startswith(name) for subject in named):
            unseen.append(field.name)
        if field.name not in {"area", "period"}:  # beside the edition, its figures are not those of the other
            elsewhere += [(field.name, one) for one in named if not one.startswith(name)]

    assert (unseen, elsewhere) == ([], [])


def test_every_column_that_was_sealed_from_is_held_to_its_history_and_to_the_level_below(edition: Edition) -> None:
    unseen = []
    for model in (Report, Figure):
        rows = model.objects.filter(**{"area__code" if model is Report else "report__area__code": "C1"})
        row = rows.get(period__year=2024) if model is Report else rows.get(report__period__year=2024, indicator__code="attendance")  # fmt: skip
        for field in columns(model):
            with transaction.atomic():
                QuerySet(model).filter(pk=row.pk).update(**{field.attname: other_value(field, row)})
                named = named_places(verify())
                transaction.set_rollback(True)
            if not any(" C1 " in f"{subject} " for subject in named):
                unseen.append((row, field.name, named))

    assert unseen == []


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_a_sealed_row_that_was_taken_out_or_slipped_in_is_named(edition: Edition, model: Any) -> None:
    row = model.objects.get(**ROWS[model])
    place = " ".join(str(word) for word in [NAME, *place_of(told(row, public=False))] if word != "")
    with transaction.atomic():
        QuerySet(model).filter(pk=row.pk).delete()
        taken = named_places(verify())
        transaction.set_rollback(True)
    column = {"EditionFigure": "item", "EditionErratum": "position"}.get(model.__name__, "position")
    setattr(row, column, "slipped" if column == "item" else 99)
    row.pk = None
    row.save()

    altered = named_places(verify())
    assert (taken, {one.split()[4] for one in altered}) == ([place], {place.split()[4]})
    assert {"99", "slipped"} & set(altered[0].split())


# ---------------------------------------------------------------- one byte of one file


def line_at(content: bytes, position: int) -> tuple[int, str]:
    """Return the number of the line that holds the byte at `position`, and the place of the row it tells of."""
    number = content.count(b"\n", 0, position) + 1
    row = parsed(content.splitlines(keepends=True)[number - 1])
    return number, " ".join(str(word) for word in place_of(row) if word != "")


def test_one_byte_of_a_file_names_its_line(edition: Edition) -> None:
    wrong = []
    for name in [*FILES, MANIFEST, SUMS]:
        path = folder_of(edition) / name
        content = path.read_bytes()
        chance = random.Random(name)
        for position in [*(chance.randrange(len(content)) for _ in range(6)), 0, len(content) - 1]:
            altered = bytearray(content)
            altered[position] ^= chance.randrange(1, 256)
            path.write_bytes(altered)
            number, place = line_at(content, position)
            named = [one for one in named_places(verify()) if " line " in one]
            expected = f"{NAME} {name} line {number} {place}".strip()
            if not named or not (named[0] == expected or (name.endswith(".csv") and named[0].startswith(expected))):
                wrong.append((name, position, expected, named))
        path.write_bytes(content)

    assert wrong == []
    assert verify().differing == []


@pytest.mark.parametrize("name", ["internal.json", "public.csv"])
def test_a_line_too_much_or_missing_puts_no_other_out(edition: Edition, name: str) -> None:
    path = folder_of(edition) / name
    lines = path.read_bytes().splitlines(keepends=True)

    path.write_bytes(b"".join([*lines[:3], b"x\n", *lines[3:]]))
    added = named_places(verify())
    path.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    missing = named_places(verify())
    path.unlink()
    gone = named_places(verify())

    assert [one for one in added if "line" in one] == [f"{NAME} {name} line 4"]
    assert [one.startswith(f"{NAME} {name} line 4 ") for one in missing if "line" in one] == [True]
    assert gone == [f"{NAME} {name} SHA-256", f"{NAME} {name}"]


def test_the_command_fails_over_one_byte(edition: Edition, capsys: Any) -> None:
    path = folder_of(edition) / "public.json"
    path.write_bytes(path.read_bytes().replace(b'"total":15', b'"total":16', 1))

    with pytest.raises(CommandError) as failure:
        call_command("verify")

    assert (failure.value.returncode, "public.json line 5 C1 attendance" in capsys.readouterr().out) == (1, True)


def test_the_first_edition_is_held_to_its_own_files(edition: Edition) -> None:
    path: Path = folder_of(Edition.objects.get(number=1)) / "internal.csv"
    path.write_bytes(path.read_bytes()[:-1])

    assert {one.split(" internal")[0] for one in named_places(verify())} == {"2024 P1 edition 1"}


def test_accounts_and_people_may_be_renamed(edition: Edition) -> None:
    User.objects.update(full_name="Người Khác")
    for user in User.objects.all():
        QuerySet(User).filter(pk=user.pk).update(username=f"tai-khoan-{user.pk}")

    assert verify().differing == []


def test_who_was_commended_may_be_removed(edition: Edition) -> None:
    row = CommendationFactory(decision__area=edition.area, recipient__area=edition.area)
    top = Report.objects.select_related("area", "period").get(area=edition.area, period=edition.period)
    sealed = seal(top, by=edition.sealed_by, reason="Bổ sung khen thưởng")
    names = [row.recipient.name.encode() in (folder_of(sealed) / name).read_bytes() for name in FILES]

    Recipient.objects.filter(pk=row.recipient_id).update(
        name="", post="", workplace="", salt="", removed_on=date(2025, 6, 1)
    )

    assert (names, sealed.awards.count(), verify().differing) == ([False] * 4, 2, [])
