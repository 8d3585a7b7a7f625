from __future__ import annotations

import csv
import hashlib
import json
import subprocess
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.workflow import NoteRequired, WrongState
from movement import edition_files, editions
from movement.models import Edition, EditionFigure, Figure, Report
from movement.models.reports import State
from movement.reports import correct, enter, move_report, open_period
from movement.verify import verify
from tests.factories import (
    IndicatorFactory,
    PeriodFactory,
    PublishedFigureFactory,
    commune,
    district,
    province,
)
from tests.people import cast_of, posted
from units.models.people import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return commune(code="C1")


@pytest.fixture
def cast(here):
    return cast_of(here.province)


@pytest.fixture
def indicator():
    return IndicatorFactory(code="launch_attendance")


def report_of(area, year=2024):
    return Report.objects.select_related("area", "period").get(area=area, period__year=year)


def figure_of(area, indicator, year=2024):
    return Figure.objects.select_related("report__area", "indicator").get(
        report__area=area, report__period__year=year, indicator=indicator
    )


def bring_up(here, cast, indicator, *, value=8950, year=2024, publish=True, **fields):
    """Open the year of the commune's province, and bring the commune's figure up the tree and into an edition."""
    open_period(PeriodFactory(area=here.province, year=year), by=cast.administrator, **fields)
    figure = figure_of(here, indicator, year)
    figure.own = value
    enter(figure, by=cast.officer)
    for area, people in (
        (here, (cast.officer, cast.signer, cast.reviewer)),
        (here.district, (cast.officer, cast.signer, cast.reviewer)),
        (here.province, (cast.reviewer, cast.reviewer, cast.leader)),
    ):
        for name, by in zip(("request_signature", "submit", "approve"), people, strict=True):
            move_report(report_of(area, year), name, by=by)
    if publish:
        move_report(report_of(here.province, year), "publish", by=cast.leader, note="Công bố")
    return Edition.objects.filter(period__year=year).first()


def test_publishing_seals_every_approved_figure(here, cast, indicator):
    IndicatorFactory(code="never_entered")
    neighbour = commune(district=here.parent)

    edition = bring_up(here, cast, indicator)

    assert (edition.area, edition.number, edition.sealed_by, edition.reason, edition.previous) == (
        here.province, 1, cast.leader, "Công bố", None,
    )  # fmt: skip
    rows = edition.figures.order_by("area__level").values_list("area", "indicator__code", "own", "below", "total")
    assert list(rows) == [
        (here.pk, "launch_attendance", 8950, None, 8950),
        (here.district.pk, "launch_attendance", None, 8950, 8950),
        (here.province.pk, "launch_attendance", None, 8950, 8950),
    ]
    assert set(edition.figures.values_list("area__level", "areas_counted", "areas_expected")) == {
        ("commune", 1, 1), ("district", 1, 2), ("province", 1, 2),
    }  # fmt: skip
    assert Report.objects.get(area=neighbour).state == State.DRAFT


def test_publishing_marks_all_that_was_sealed_and_nothing_else(here, cast, indicator):
    neighbour = commune(district=here.parent)

    bring_up(here, cast, indicator)

    for area in (here, here.district, here.province):
        report = report_of(area)
        assert report.state == State.PUBLISHED
        step = report.steps.last()
        assert (step.name, step.before, step.after, step.by) == (
            "publish",
            State.APPROVED,
            State.PUBLISHED,
            cast.leader,
        )
        assert report.steps.filter(name="publish").count() == 1
        assert report.history.first().state == State.PUBLISHED
    assert report_of(neighbour).state == State.DRAFT
    assert report_of(neighbour).steps.count() == 0


def test_the_manifest_vouches_for_every_file(here, cast, indicator):
    edition = bring_up(here, cast, indicator)

    manifest = json.loads(edition.canonical)
    folder = edition_files.folder_of(edition)

    period = edition.period
    assert manifest == {
        "format": 2,
        "area": here.province.code,
        "period": {"kind": "year", "year": 2024, "starts_on": period.starts_on.isoformat(),
                   "ends_on": period.ends_on.isoformat(), "cutoff_on": period.cutoff_on.isoformat()},
        "number": 1,
        "sealed_at": edition.sealed_at.isoformat(),
        "previous": "",
        "files": {
            name: {"sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(), "bytes": (folder / name).stat().st_size}
            for name in ("internal.json", "internal.csv", "public.json", "public.csv")
        },
        "rows": {"figures": 3, "passages": 0, "awards": 0, "errata": 0},
    }  # fmt: skip
    assert (folder / "manifest.json").read_text() == edition.canonical


def test_the_files_are_checked_by_hand_with_what_every_server_has(here, cast, indicator):
    first = bring_up(here, cast, indicator, year=2023)
    second = bring_up(here, cast, indicator, year=2024)
    folder = edition_files.folder_of(second)

    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
    )
    chained = subprocess.run(
        ["sha256sum"],
        input=f"{first.digest}\n{(folder / 'manifest.json').read_text()}",
        cwd=folder,
        capture_output=True,
        text=True,
    )

    assert (checked.returncode, sorted(checked.stdout.splitlines())) == (
        0, ["internal.csv: OK", "internal.json: OK", "manifest.json: OK", "public.csv: OK", "public.json: OK"],
    )  # fmt: skip
    assert chained.stdout.split()[0] == second.digest


def rows_of(edition, name):
    """Return the rows of a JSON file, and of the CSV file beside it."""
    folder = edition_files.folder_of(edition)
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as table:
        return json.loads((folder / f"{name}.json").read_bytes()), list(csv.DictReader(table))


def test_the_internal_file_has_a_line_for_each_figure(here, cast, indicator):
    bring_up(here, cast, indicator, publish=False)
    Figure.objects.filter(report__area=here).update(explanation="=Đếm hai lần")
    move_report(report_of(here.province), "publish", by=cast.leader, note="Công bố")
    edition = Edition.objects.get()

    rows, cells = rows_of(edition, "internal")

    lines = (edition_files.folder_of(edition) / "internal.json").read_text().splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", len(rows) + 2)
    assert lines[4].rstrip(",") == json.dumps(rows[3], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert rows[0] == {"row": "edition", "sealed_by": cast.leader.pk, "reason": "Công bố"}
    assert [row["row"] for row in rows] == ["edition", "summary", "summary", "figure", "figure", "figure"]
    assert [row["area"] for row in rows[3:]] == sorted(["C1", here.district.code, here.province.code])
    assert rows[3] == {
        "row": "figure", "area": "C1", "indicator": "launch_attendance", "item": "", "own": 8950, "below": None,
        "total": 8950, "printed_word": "", "printed_value": None, "areas_counted": 1, "areas_expected": 1,
        "synthetic": False, "version": 2, "is_public": True, "explanation": "=Đếm hai lần",
    }  # fmt: skip
    assert (cells[3]["area"], cells[3]["total"], cells[3]["below"], cells[3]["is_public"], cells[3]["explanation"]) == (
        "C1", "8950", "", "1", "'=Đếm hai lần",
    )  # fmt: skip


def test_the_public_file_has_what_the_pages_show_and_nobody_behind_it(here, cast, indicator):
    sex = IndicatorFactory(code="members_by_sex")
    bring_up(here, cast, indicator, publish=False)
    Figure.objects.create(report=report_of(here), indicator=sex, item="women", own=3)
    Figure.objects.filter(report__area=here).update(explanation="Đếm hai lần")
    move_report(report_of(here.province), "publish", by=cast.leader, note="Theo ý kiến của đồng chí Bàn Văn Kín")
    edition = Edition.objects.get()

    rows, cells = rows_of(edition, "public")

    assert len(rows_of(edition, "internal")[0]) == len(rows) + 1  # the figure of women
    assert rows[0] == {
        "row": "edition", "area": here.province.code, "year": 2024, "number": 1,
        "sealed_at": edition.sealed_at.isoformat(), "reason": "",
    }  # fmt: skip
    assert rows[3] == {
        "row": "figure", "area": "C1", "indicator": "launch_attendance", "item": "", "total": 8950, "printed_word": "",
        "printed_value": None, "areas_counted": 1, "areas_expected": 1, "synthetic": False,
    }  # fmt: skip
    assert [(row["row"], row["area"], row["total"]) for row in cells[3:]] == [
        ("figure", row["area"], "8950") for row in rows[3:]
    ]
    assert {"own", "below", "explanation", "sealed_by", "by"} & set(cells[0]) == set()


def test_nobody_but_the_server_reads_the_files_as_they_lie(here, cast, indicator):
    folder = edition_files.folder_of(bring_up(here, cast, indicator))

    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"


def test_a_sealing_that_is_not_stored_leaves_nothing_that_counts(here, cast, indicator, monkeypatch):
    bring_up(here, cast, indicator, publish=False)
    with monkeypatch.context() as patched:
        patched.setattr(editions, "write_texts", no_room)
        with pytest.raises(OSError, match="No space"):
            move_report(report_of(here.province), "publish", by=cast.leader)

    move_report(report_of(here.province), "publish", by=cast.leader)

    assert Edition.objects.get().number == 1
    assert verify().differing == []


def no_room(*_arguments):
    raise OSError(28, "No space left on device")


def test_sealing_costs_the_same_for_more_reports(here, cast, indicator):
    costs = []
    for communes in (1, 3):
        top = province()
        below = district(top)
        for _ in range(communes):
            commune(district=below)
        open_period(PeriodFactory(area=top), by=cast.administrator)
        Report.objects.filter(period__area=top).update(state=State.APPROVED)
        Figure.objects.filter(report__period__area=top).update(own=1)
        report = Report.objects.select_related("area", "period").get(area=top)
        with CaptureQueriesContext(connection) as queries:
            editions.seal(report, by=cast.leader)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_digest_covers_the_file_and_the_digest_before_it(here, cast, indicator):
    first = bring_up(here, cast, indicator, year=2023)
    second = bring_up(here, cast, indicator, year=2024)
    elsewhere = commune()
    third = bring_up(elsewhere, cast_of(elsewhere.province), indicator, year=2024)
    third = Edition.objects.get(area=elsewhere.province)

    assert first.digest == hashlib.sha256(f"\n{first.canonical}".encode()).hexdigest()
    assert second.digest == hashlib.sha256(f"{first.digest}\n{second.canonical}".encode()).hexdigest()
    assert third.digest == hashlib.sha256(f"{second.digest}\n{third.canonical}".encode()).hexdigest()
    assert [one.previous for one in (first, second, third)] == [None, first, second]


def test_a_further_edition_holds_the_correction_and_the_first_stays_as_it_was(here, cast, indicator):
    first = bring_up(here, cast, indicator)
    sealed = list(first.figures.order_by("pk").values())

    correct(figure_of(here, indicator), own=9100, reason="Thiếu một xã", by=cast.reviewer)
    move_report(report_of(here.province), "publish", by=cast.leader, note="Đính chính")

    second = Edition.objects.get(number=2)
    again = Edition.objects.get(pk=first.pk)
    assert (again.canonical, again.digest) == (first.canonical, first.digest)
    assert list(first.figures.order_by("pk").values()) == sealed
    assert (second.number, second.previous, second.reason) == (2, first, "Đính chính")
    assert set(second.figures.values_list("area__level", "total")) == {
        ("commune", 9100), ("district", 9100), ("province", 9100),
    }  # fmt: skip
    assert second.figures.get(area=here).figure_version == 3
    assert second.digest == editions.chain(first.digest, second.canonical)
    assert report_of(here).steps.filter(name="publish").count() == 1


def test_a_further_edition_needs_its_erratum(here, cast, indicator):
    bring_up(here, cast, indicator)

    with pytest.raises(NoteRequired):
        move_report(report_of(here.province), "publish", by=cast.leader, note=" ")

    assert Edition.objects.count() == 1


def test_a_commune_approved_after_the_first_edition_joins_the_second(here, cast, indicator):
    late = commune(district=here.parent)
    bring_up(here, cast, indicator)
    figure = figure_of(late, indicator)
    figure.own = 50
    enter(figure, by=cast.officer)
    for name, by in (("request_signature", cast.officer), ("submit", cast.signer), ("approve", cast.reviewer)):
        move_report(report_of(late), name, by=by)

    second = editions.seal(report_of(here.province), by=cast.leader, reason="Bổ sung")

    assert second.figures.get(area=late).total == 50
    assert second.figures.get(area=here.province).total == 9000
    assert report_of(late).state == State.PUBLISHED


def test_figures_that_nobody_knows_are_not_sealed_but_zero_is(here, cast, indicator):
    unknown = IndicatorFactory()

    edition = bring_up(here, cast, indicator, value=0)

    assert set(edition.figures.values_list("indicator", "total")) == {(indicator.pk, 0)}
    assert figure_of(here, unknown).total is None


def test_the_printed_form_is_sealed(here, cast, indicator):
    bring_up(here, cast, indicator, publish=False)
    Figure.objects.filter(report__area=here.province).update(printed_word="nearly", printed_value=9000)

    move_report(report_of(here.province), "publish", by=cast.leader)

    row = EditionFigure.objects.get(area=here.province)
    assert (row.printed_word, row.printed_value, row.total) == ("nearly", 9000, 8950)
    rows, _cells = rows_of(Edition.objects.get(), "public")
    printed = [
        (one["printed_word"], one["printed_value"])
        for one in rows
        if one.get("indicator") and one["area"] == here.province.code
    ]
    assert printed == [("nearly", 9000)]
    assert "gần 9.000 lượt người tham gia" in Edition.objects.get().summary_vi
    assert "nearly 9,000 attendances" in Edition.objects.get().summary_en


@pytest.mark.parametrize(
    ("published", "synthetic"),
    [
        ({"value": 8950}, False),
        ({"value": 8950, "of_record": False}, True),
        ({"value": 8951}, True),
        ({"value": Decimal("8950.5")}, True),
        ({"value": 8950, "word": "about"}, True),
        ({"value": 8950, "year": 2023}, True),
        ({"value": 8950, "indicator": None, "metric": "Lượt người"}, True),
    ],
)
def test_a_total_that_a_publication_states_to_the_unit_is_not_illustrative(here, cast, indicator, published, synthetic):
    PublishedFigureFactory(
        **{"area": here.province, "year": 2024, "indicator": indicator, "of_record": True, **published}
    )

    edition = bring_up(here, cast, indicator, synthetic=True)

    assert dict(edition.figures.values_list("area__level", "synthetic")) == {
        "commune": True, "district": True, "province": synthetic,
    }  # fmt: skip


def test_the_figure_of_another_area_vouches_for_nothing(here, cast, indicator):
    PublishedFigureFactory(area=province(), year=2024, indicator=indicator, value=8950, of_record=True)

    edition = bring_up(here, cast, indicator, synthetic=True)

    assert set(edition.figures.values_list("synthetic", flat=True)) == {True}


def test_only_a_leader_of_the_top_publishes_and_only_what_is_approved(here, cast, indicator):
    open_period(PeriodFactory(area=here.province), by=cast.administrator)
    with pytest.raises(WrongState):
        move_report(report_of(here.province), "publish", by=cast.leader)
    Report.objects.all().update(state=State.APPROVED)

    for area, by in (
        (here.province, cast.reviewer),
        (here.province, posted(here.district, Role.LEADER)),
        (here.district, posted(here.district, Role.LEADER)),
        (here.district, cast.leader),
    ):
        with pytest.raises(PermissionDenied):
            move_report(report_of(area), "publish", by=by)

    assert Edition.objects.count() == 0


def test_the_public_text_is_sealed_with_the_figures(here, cast, indicator):
    edition = bring_up(here, cast, indicator)

    assert "8.950 lượt người tham gia" in edition.summary_vi
    for name in ("internal", "public"):
        assert rows_of(edition, name)[0][1:3] == [
            {"row": "summary", "language": "vi", "text": edition.summary_vi},
            {"row": "summary", "language": "en", "text": edition.summary_en},
        ]
