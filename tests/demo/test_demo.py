"""The demonstration: what is computed from the register and the reports comes to what was published."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone, translation

from movement import demo
from movement.archive import columns_of, kept_models
from movement.models import Edition, EditionFigure, Figure, Period, PublishedFigure, Report, ReportStep
from movement.verify import verify
from units.models import Area, Cluster, Placement, Posting, Unit, User

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]
UNITS = ("units_people_security_team", "units_mediation_team", "units_self_governing_team")


@pytest.fixture(autouse=True)
def in_debug(demonstration, settings):
    settings.DEBUG = True
    settings.VAR_DIR = demonstration


def figure(code, year, area="P06"):
    return Figure.objects.select_related("report").get(
        report__area__code=area, report__period__year=year, indicator__code=code, item=""
    )


def everything():
    return {
        model._meta.label: list(
            model._base_manager.order_by("pk").values_list(*(one.attname for one in columns_of(model)))
        )
        for model in kept_models()
    }


@pytest.mark.parametrize(
    ("code", "total"),
    [
        ("units_people_security_team", 1052),
        ("units_mediation_team", 1256),
        ("units_self_governing_team", 161),
        ("clusters_border_route", 1),
        ("clusters_inter_province", 7),
        ("launch_attendance", 8950),
    ],
)
def test_the_figures_of_2022_are_computed(code, total):
    found = figure(code, 2022)

    assert found.total == total
    if not code.startswith("clusters"):
        assert found.own is None
        assert found.below == total
        assert (found.areas_counted, found.areas_expected) == (108, 108)
        communes = Figure.objects.filter(
            report__area__level="commune", report__period__year=2022, indicator__code=code
        ).values_list("own", flat=True)
        assert (len(communes), sum(communes)) == (108, total)


def test_every_unit_of_the_targets_is_a_row_of_the_register():
    targets = demo.rows(demo.DATA / "bac_kan_2022_targets.csv")
    expected = {
        (line["area_code"], kind): int(line[kind]) for line in targets for kind in demo.KINDS if int(line[kind])
    }

    standing = Placement.objects.valid_on(date(2022, 12, 14)).order_by()
    counted = standing.values_list("area__code", "unit__kind__code").annotate(Count("pk"))

    assert {(area, kind): number for area, kind, number in counted} == expected
    assert sum(expected.values()) == Unit.objects.count() == 1052 + 1256 + 161


def test_the_register_of_2024_comes_to_the_published_totals():
    counted = Placement.objects.count_in(Area.objects.get(code="P06"), date(2024, 12, 14))

    assert counted == {"people_security_team": 845, "mediation_team": 1127, "self_governing_team": 98}


def test_clusters_have_members_in_other_provinces_and_count_once():
    home = Area.objects.get(code="P06")

    route = Cluster.objects.get(kind__code="cluster_border_route")

    assert Cluster.objects.count_in(home, date(2022, 12, 14)) == {
        "cluster_border_route": 1,
        "cluster_inter_province": 7,
    }
    assert {member.area.code for member in route.members.select_related("area")} >= {"P06", "P04", "P08", "P10"}
    assert route.members.count() == 6


def test_2022_is_published_up_the_whole_tree():
    states = (
        Report.objects.filter(period__year=2022).order_by().values_list("area__level", "state").annotate(Count("pk"))
    )

    assert set(states) == {("commune", "published", 108), ("district", "published", 8), ("province", "published", 1)}
    assert [(one.period.year, one.number, one.area.code) for one in Edition.objects.all()] == [(2022, 1, "P06")]


def test_the_sentence_of_the_article_is_written_from_the_records():
    vietnamese = Edition.objects.get().summary_vi

    assert vietnamese.split("\n\n")[0] == (
        "Toàn tỉnh hiện có 1.052 tổ an ninh nhân dân, 1.256 tổ hòa giải, 161 tổ tự quản về ANTT, "
        "01 cụm an ninh liên hoàn tuyến giáp ranh giữa Công an 6 tỉnh, 07 cụm an ninh liên tỉnh."
    )
    assert "gần 9.000 lượt người tham gia" in vietnamese


def test_attendance_is_printed_as_nearly_9000_beside_what_the_police_published():
    with translation.override("vi"):
        printed = figure("launch_attendance", 2022).printed
        published = PublishedFigure.objects.filter(area__code="P06", year=2022, indicator__code="launch_attendance")
        found = {(one.printed, one.of_record) for one in published}

    assert printed == "gần 9.000"
    assert found == {("gần 9.000", True), ("58.831", False)}


def test_what_is_published_is_real_and_its_spread_is_not():
    rows = EditionFigure.objects.filter(indicator__code__in=UNITS)

    assert set(rows.filter(area__code="P06").values_list("synthetic", flat=True)) == {False}
    assert set(rows.exclude(area__code="P06").values_list("synthetic", flat=True)) == {True}


def test_of_2024_everything_below_is_approved_but_for_one_commune_and_its_district():
    reports = Report.objects.filter(period__year=2024)
    states = reports.order_by().values_list("area__level", "state").annotate(Count("pk"))

    assert set(states) == {
        ("commune", "approved", 107), ("commune", "draft", 1), ("district", "approved", 7), ("district", "draft", 1),
        ("province", "draft", 1),
    }  # fmt: skip
    drafts = reports.filter(state="draft").exclude(area__level="province").values_list("area__code", flat=True)
    assert set(drafts) == {"C01897", "D061"}
    assert [figure(code, 2024).areas_counted for code in UNITS] == [93] * 3


def test_of_2023_there_is_only_what_was_published():
    assert not Period.objects.filter(year=2023).exists()
    assert PublishedFigure.objects.filter(year=2023, area__code="P06").exists()


def test_every_report_went_the_way_that_officers_go():
    steps = ReportStep.objects.filter(report__period__year=2022, report__area__level="commune").order_by()

    assert dict(steps.values_list("name").annotate(Count("pk"))) == {
        "request_signature": 108, "submit": 108, "approve": 108, "publish": 108,
    }  # fmt: skip
    for report in Report.objects.filter(period__year=2022).prefetch_related("steps"):
        by = {step.name: step.by_id for step in report.steps.all()}
        assert by["submit"] != by["approve"]


def test_the_people_of_the_demonstration_are_told_once(demonstration):
    told = (demonstration / "said.txt").read_text(encoding="utf-8")
    kept = demonstration / "demo-people.txt"

    people = dict(line.split() for line in kept.read_text(encoding="utf-8").splitlines())

    assert set(people) == {"canbo", "kyduyet", "thamdinh", "thongke", "thuky", "lanhdao", "quantri"}
    assert kept.stat().st_mode & 0o777 == 0o600
    for name, password in people.items():
        assert User.objects.get(username=name).check_password(password)
        assert password in told
    posted = Posting.objects.filter(user__username__in=people).values_list("user__username", "area__code", "role")
    assert set(posted) == {
        ("canbo", "D061", "officer"), ("kyduyet", "D061", "signer"), ("thamdinh", "P06", "reviewer"),
        ("thongke", "P06", "clerk"), ("thuky", "P06", "award_secretary"), ("lanhdao", "P06", "leader"),
        ("quantri", "P06", "administrator"),
    }  # fmt: skip
    others = User.objects.exclude(username__in=people)
    assert len(others) == 14
    assert not any(user.has_usable_password() for user in others)


def test_a_second_run_changes_nothing(demonstration):
    before = everything()

    with (demonstration / "again.txt").open("w", encoding="utf-8") as said:
        call_command("demo", stdout=said)

    assert everything() == before


def test_it_refuses_where_debug_is_off(settings, demonstration):
    settings.DEBUG = False
    before = Unit.objects.count(), User.objects.count()

    with pytest.raises(CommandError):
        call_command("demo")

    assert (Unit.objects.count(), User.objects.count()) == before


def test_everything_in_it_agrees():
    found = verify()

    assert (found.differing, found.changed) == ([], [])
    assert {name: found.counts[name] for name in ("areas", "reports", "editions")} == {
        "areas": 15_665, "reports": 234, "editions": 1,
    }  # fmt: skip


def test_nothing_is_dated_later_than_today():
    assert Unit.objects.filter(dissolved_on__gt=timezone.localdate()).count() == 0
