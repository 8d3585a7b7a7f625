"""Decisions, recipients and totals in the admin: what the secretary types, what is told, and what stands on record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from awards.models import AwardDecision, AwardForm, AwardingPower, Commendation, Recipient, ReportedAwardTotal
from tests import papers
from tests.awards import desk as desks
from tests.awards.desk import decision_by, errors_of, form_called, newcomer, row_errors, save, signed_in
from tests.factories import AttachmentFactory, CommendationFactory, RecipientFactory, ReportedTotalFactory, province
from tests.people import posted
from units.models.people import Role

if TYPE_CHECKING:
    from pathlib import Path

    from tests.awards.desk import Desk

LISTS = ("awarddecision", "commendation", "recipient", "reportedawardtotal")
LOOKS = ("awardform", "awardingauthority", "awardingpower", "awardground")


@pytest.fixture
def desk(db: None) -> Desk:
    return desks.build()


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.wsgi_request._messages]


# ---------------------------------------------------------------- a decision and its list


def test_a_decision_comes_in_with_recipients_old_and_new(desk: Desk) -> None:
    known = RecipientFactory(area=desk.commune, kind="collective", name="Công an xã Hà Hiệu")
    rows = ({"recipient": known.pk, "form": form_called("bang_khen").pk, "achievement": "Giữ vững địa bàn"},
            newcomer(new_workplace="Thôn Bản Mới"), {})  # fmt: skip

    response = save(desk, *rows, number="09", stated_collectives="1", stated_individuals="1")

    decision = AwardDecision.objects.get()
    assert (response.status_code, decision.number, decision.printed_number) == (302, "9", "09/QĐ-UBND")
    assert list(decision.commendations.values_list("recipient__name", "recipient__workplace", "achievement", "state")) == [
        ("Công an xã Hà Hiệu", "", "Giữ vững địa bàn", "decided"),
        ("Nông Văn Lẻ", "Thôn Bản Mới", "", "decided"),
    ]  # fmt: skip
    fresh = Recipient.objects.get(name="Nông Văn Lẻ")
    assert (fresh.area, fresh.kind, fresh.search_key) == (desk.province, "individual", "nong van le thon ban moi")
    assert list(decision.history.values_list("history_type", "history_user")) == [("+", desk.secretary.pk)]
    assert len(messages_of(response)) == 1


def test_who_is_on_record_is_taken_and_not_entered_twice(desk: Desk) -> None:
    known = RecipientFactory(area=desk.province, name="Nông Văn Hòa", workplace="Thôn Bản Mới")

    save(desk, newcomer(new_name="NÔNG  VĂN HÒA", new_workplace="thôn Bản Mới"), newcomer(new_name="Nông Văn Hoa"))

    assert [row.recipient_id == known.pk for row in Commendation.objects.order_by("pk")] == [True, False]
    assert list(Recipient.objects.order_by("pk").values_list("name", flat=True)) == ["Nông Văn Hòa", "Nông Văn Hoa"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"new_kind": ""}, "new_kind"),
        ({"new_name": ""}, "recipient"),
        ({"form": ""}, "form"),
        ({"new_name": "Danh sách cộng tác viên bí mật"}, "new_name"),
        ({"new_workplace": "Điện thoại 0912345678"}, "new_workplace"),
        ({"achievement": "Là cộng tác viên bí mật"}, "achievement"),
        ({"new_name": "Tên " * 90}, "new_name"),
        ({"recipient": "tampered"}, "recipient"),
    ],
)
def test_what_is_wrong_with_a_new_row_is_told_in_it(desk: Desk, changes: dict[str, Any], field: str) -> None:
    response = save(desk, newcomer(**changes))

    assert (response.status_code, [list(row) for row in row_errors(response)]) == (200, [[field]])
    assert (AwardDecision.objects.count(), Recipient.objects.count()) == (0, 0)


def test_a_row_names_one_recipient_only(desk: Desk) -> None:
    known = RecipientFactory(area=desk.commune)

    response = save(desk, newcomer(recipient=known.pk))

    assert [list(row) for row in row_errors(response)] == [["new_name"]]


def test_a_recipient_out_of_reach_is_refused(desk: Desk) -> None:
    stranger = RecipientFactory(area=province())

    response = save(desk, {"recipient": stranger.pk, "form": form_called("bang_khen").pk})

    assert [list(row) for row in row_errors(response)] == [["recipient"]]
    assert Commendation.objects.count() == 0


def test_a_row_on_record_is_changed_and_keeps_its_history(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, form=form_called("bang_khen"))

    response = save(desk, decision=row.decision, **{"commendations-0-presented_on": "06/01/2025"})

    row.refresh_from_db()
    assert (response.status_code, row.presented_on, row.state) == (302, date(2025, 1, 6), "presented")
    assert list(row.history.values_list("state", flat=True)) == ["presented", "decided"]


def test_a_row_opened_on_an_older_version_is_not_overwritten(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, form=form_called("bang_khen"))
    form = {"commendations-0-printed_form": "Bằng khen", "commendations-0-read_version": row.version}
    row.achievement = "Mới ghi"
    row.save()

    response = save(desk, decision=row.decision, **form)

    row.refresh_from_db()
    assert (response.status_code, row.achievement, row.printed_form) == (200, "Mới ghi", "")


def test_other_numbers_than_the_decision_states_are_told_and_stored(desk: Desk) -> None:
    response = save(desk, newcomer(), stated_individuals="24", stated_collectives="0")

    decision = AwardDecision.objects.get()
    said = messages_of(response)
    assert (response.status_code, decision.stated_individuals, len(said)) == (302, 24, 2)
    assert [("24" in one, "1" in one) for one in said[:1]] == [(True, True)]


def test_the_same_decision_stands_once(desk: Desk) -> None:
    decision_by(desk, number="9")

    response = save(desk, number="09")

    assert (list(errors_of(response)), AwardDecision.objects.count()) == (["__all__"], 1)


def test_the_secretary_finds_the_area_filled_in(desk: Desk) -> None:
    pages = [
        desk.client.get(reverse(f"admin:awards_{name}_add"))
        for name in ("awarddecision", "recipient", "reportedawardtotal")
    ]

    assert [page.context["adminform"].form.initial["area"] for page in pages] == [desk.province.pk] * 3


def test_another_provinces_decision_is_not_entered(desk: Desk) -> None:
    response = save(desk, area=province().pk)

    assert (list(errors_of(response)), AwardDecision.objects.count()) == (["area"], 0)


# ---------------------------------------------------------------- the scan


def test_the_scan_is_kept_with_the_decision(desk: Desk, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path

    response = save(desk, upload=papers.handed_in("qd-1034.pdf", papers.pdf("Tặng Bằng khen")))
    page = desk.client.get(reverse("admin:awards_awarddecision_change", args=[AwardDecision.objects.get().pk]))

    file = AwardDecision.objects.get().file
    assert (response.status_code, file.name, file.area) == (302, "qd-1034.pdf", desk.province)
    assert page.content.decode().count(reverse("admin:units_attachment_download", args=[file.pk])) == 1


def test_a_stamped_scan_is_refused(desk: Desk, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path

    response = save(desk, upload=papers.handed_in("qd.docx", papers.docx("MẬT")))

    assert (list(errors_of(response)), AwardDecision.objects.count()) == (["upload"], 0)


# ---------------------------------------------------------------- powers


@pytest.mark.parametrize(
    ("authority", "form", "day", "year"),
    [
        ("chu_tich_ubnd_huyen", "giay_khen", "01/08/2025", "2025"),
        ("chu_tich_ubnd_xa", "bang_khen", "20/12/2024", "2024"),
    ],
)
def test_what_a_verified_power_leaves_no_room_for_is_refused(
    desk: Desk, authority: str, form: str, day: str, year: str
) -> None:
    head = {
        "authority": desks.authority_called(authority).pk,
        "decided_on": day,
        "year": year,
        "power_reason": "Vẫn ký",
    }

    response = save(desk, newcomer(form), **head)

    assert (response.status_code, [list(row) for row in row_errors(response)]) == (200, [["form"]])
    assert (AwardDecision.objects.count(), Recipient.objects.count()) == (0, 0)


def test_a_power_that_is_not_verified_asks_a_reason(desk: Desk) -> None:
    minister = {
        "authority": desks.authority_called("bo_truong_bo_cong_an").pk,
        "decided_on": "28/12/2022",
        "year": "2022",
    }

    asked = save(desk, newcomer(), newcomer(new_name="Hoàng Thị Lan"), **minister)
    told = save(desk, newcomer(), **minister, power_reason="Theo Luật Thi đua, khen thưởng 2003")

    label = str(AwardDecision._meta.get_field("power_reason").verbose_name)
    assert [(list(row), label in row["form"][0]) for row in row_errors(asked)] == [(["form"], True)] * 2
    assert (told.status_code, Commendation.objects.count()) == (302, 1)


def test_changing_the_authority_asks_the_list_again(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, form=form_called("bang_khen"))
    commune_chairman = desks.authority_called("chu_tich_ubnd_xa").pk

    refused = save(desk, decision=row.decision, authority=commune_chairman)
    both = save(
        desk, decision=row.decision, authority=commune_chairman,
        **{"commendations-0-form": form_called("giay_khen").pk},
    )  # fmt: skip

    row.refresh_from_db()
    assert [list(one) for one in row_errors(refused)] == [["form"]]
    assert (both.status_code, row.form.code, row.decision.authority.code) == (302, "giay_khen", "chu_tich_ubnd_xa")


def test_a_medal_goes_to_no_collective(desk: Desk) -> None:
    minister = {"authority": desks.authority_called("bo_truong_bo_cong_an").pk}

    response = save(desk, newcomer("ky_niem_chuong", new_kind="collective", new_name="Công an xã"), **minister)

    assert [list(row) for row in row_errors(response)] == [["form"]]
    assert Recipient.objects.count() == 0


@pytest.mark.parametrize("named", [True, False])
def test_a_medal_is_given_once_in_a_life(desk: Desk, named: bool) -> None:
    earlier = CommendationFactory(
        decision=decision_by(desk, "bo_truong_bo_cong_an"),
        recipient__area=desk.province,
        form=form_called("ky_niem_chuong"),
    )
    again = (
        {"new_kind": "individual", "new_name": earlier.recipient.name} if named else {"recipient": earlier.recipient_id}
    )
    minister = {"authority": desks.authority_called("bo_truong_bo_cong_an").pk}

    response = save(desk, {"form": earlier.form_id, **again}, **minister)

    assert [list(row) for row in row_errors(response)] == [["form"]]
    assert Commendation.objects.count() == 1


def test_a_medal_is_not_given_twice_in_one_list(desk: Desk) -> None:
    minister = {"authority": desks.authority_called("bo_truong_bo_cong_an").pk}

    response = save(desk, newcomer("ky_niem_chuong"), newcomer("ky_niem_chuong"), **minister)

    assert (response.status_code, list(errors_of(response))) == (200, ["__all__"])
    assert (AwardDecision.objects.count(), Recipient.objects.count()) == (0, 0)


# ---------------------------------------------------------------- a commendation on its own page


def own_form(row: Commendation, **changes: Any) -> dict[str, Any]:
    return {"recipient": row.recipient_id, "form": row.form_id, "printed_form": "", "achievement": row.achievement,
            "read_version": row.version, **changes}  # fmt: skip


def test_a_commendation_is_revoked_with_day_and_reason(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, form=form_called("bang_khen"))
    address = reverse("admin:awards_commendation_change", args=[row.pk])

    half = desk.client.post(address, own_form(row, revoked_on="01/03/2025"))
    whole = desk.client.post(
        address,
        own_form(row, revoked_on="01/03/2025", revocation_reason="Kê khai sai", revoked_by=decision_by(desk).pk),
    )

    row.refresh_from_db()
    assert (list(errors_of(half)), whole.status_code, row.state) == (["revocation_reason"], 302, "revoked")


def test_what_was_given_without_power_can_be_revoked(desk: Desk) -> None:
    decision = decision_by(desk, "chu_tich_ubnd_xa")
    row = CommendationFactory(decision=decision, recipient__area=desk.commune, form=form_called("bang_khen"))

    revoked = desk.client.post(
        reverse("admin:awards_commendation_change", args=[row.pk]),
        own_form(row, revoked_on="01/03/2025", revocation_reason="Không đúng thẩm quyền"),
    )
    row.refresh_from_db()
    noted = save(desk, decision=decision, authority=decision.authority_id, note="Đã hủy một phần")

    assert (revoked.status_code, noted.status_code, row.state) == (302, 302, "revoked")


def test_a_commendation_without_power_is_refused_on_its_own_page(desk: Desk) -> None:
    decision = decision_by(desk, "chu_tich_ubnd_xa")
    known = RecipientFactory(area=desk.commune)

    response = desk.client.post(
        reverse("admin:awards_commendation_add"),
        {"decision": decision.pk, "recipient": known.pk, "form": form_called("bang_khen").pk},
    )

    assert (response.status_code, list(errors_of(response))) == (200, ["__all__"])
    assert Commendation.objects.count() == 0


def test_a_removed_recipient_is_offered_to_nobody_and_stays(desk: Desk) -> None:
    gone = RecipientFactory(area=desk.commune, name="", salt="", removed_on=date(2025, 1, 1))
    known = RecipientFactory(area=desk.commune, name="Hoàng Thị Lan")

    offered = desk.client.get(
        reverse("admin:autocomplete"),
        {"app_label": "awards", "model_name": "commendation", "field_name": "recipient", "term": ""},
    ).json()["results"]
    changed = desk.client.post(reverse("admin:awards_recipient_change", args=[gone.pk]), {"name": "Lại có tên"})

    assert ([row["id"] for row in offered], changed.status_code) == ([str(known.pk)], 403)


# ---------------------------------------------------------------- lists and searches


@pytest.mark.parametrize(
    ("words", "found"),
    [("ba be", ["9", "1034"]), ("1034", ["1034"]), ("09/QĐ-UBND", ["9"]), ("9/QĐ-BCA", []), ("", ["9", "1034"])],
)
def test_a_decision_is_found_by_its_number_or_its_area(desk: Desk, words: str, found: list[str]) -> None:
    for number in ("1034", "9"):
        desks.DecisionFactory(area=desk.district, number=number)

    rows = desk.client.get(reverse("admin:awards_awarddecision_changelist"), {"q": words}).context["cl"].result_list

    assert [row.number for row in rows] == found


def test_recipients_and_their_commendations_are_found_without_diacritics(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune, recipient__name="Hoàng Thị Lan")
    CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune)

    found = [
        list(desk.client.get(reverse(f"admin:awards_{name}_changelist"), {"q": "lan HOANG"}).context["cl"].result_list)
        for name in ("recipient", "commendation")
    ]

    assert found == [[row.recipient], [row]]


def test_the_list_of_a_decision_is_counted(desk: Desk) -> None:
    decision = decision_by(desk)
    for _number in range(2):
        CommendationFactory(decision=decision, recipient__area=desk.commune)

    rows = desk.client.get(reverse("admin:awards_awarddecision_changelist")).context["cl"].result_list

    assert [row.listed_rows for row in rows] == [2]


def test_filters_of_the_lists_answer(desk: Desk) -> None:
    row = CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune)
    ReportedTotalFactory(area=desk.province)
    asked = {
        "awarddecision": {"year": 2024, "authority__id__exact": row.decision.authority_id, "in": desk.district.code},
        "commendation": {"state__exact": "decided", "decision__year": 2024, "in": desk.district.code},
        "recipient": {"kind__exact": "individual", "in": desk.district.code},
        "reportedawardtotal": {"year": 2024, "in": desk.district.code},
    }

    answers = {
        name: [
            len(desk.client.get(reverse(f"admin:awards_{name}_changelist"), {key: value}).context["cl"].result_list)
            for key, value in queries.items()
        ]
        for name, queries in asked.items()
    }

    assert answers == {
        "awarddecision": [1, 1, 0],
        "commendation": [1, 1, 0],
        "recipient": [1, 1],
        "reportedawardtotal": [1, 0],
    }


@pytest.mark.parametrize("query", ["recipient__name", "recipient", "decision__signer_name", "recipient__search_key"])
def test_lists_answer_no_other_question(desk: Desk, query: str) -> None:
    response = desk.client.get(reverse("admin:awards_commendation_changelist"), {query: "x"})

    assert response.status_code == 400


def test_lists_cost_the_same_for_one_and_three(desk: Desk, django_assert_num_queries: Any) -> None:
    client = desk.client
    costs = {"awarddecision": 8, "commendation": 8, "recipient": 6, "reportedawardtotal": 9}

    for number in (1, 3):
        while Commendation.objects.count() < number:
            CommendationFactory(decision=decision_by(desk), recipient__area=desk.commune)
            ReportedTotalFactory(area=desk.province, forms=list(AwardForm.objects.all()[:2]))
        for name in LISTS:
            address = reverse(f"admin:awards_{name}_changelist")
            client.get(address)
            with django_assert_num_queries(costs[name]):
                response = client.get(address)
            assert len(response.context["cl"].result_list) == number


def test_a_long_list_opens_with_as_many_questions_as_a_short_one(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    decision, client = decision_by(desk), desk.client
    for _number in range(12):
        CommendationFactory(decision=decision, recipient__area=desk.commune)

    with django_assert_max_num_queries(24):
        client.get(reverse("admin:awards_awarddecision_change", args=[decision.pk]))


# ---------------------------------------------------------------- reported totals


def total_form(desk: Desk, **changes: Any) -> dict[str, Any]:
    return {
        "area": desk.province.pk, "year": "2022", "forms": [form_called(code).pk for code in ("bang_khen", "giay_khen")],
        "authorities": [desks.authority_called("chu_tich_ubnd_tinh").pk], "to_collectives": "on", "to_individuals": "on",
        "source": "Báo Bắc Kạn, 01/2023", **changes,
    }  # fmt: skip


def test_a_total_without_a_number_is_stored_and_says_so(desk: Desk) -> None:
    response = desk.client.post(reverse("admin:awards_reportedawardtotal_add"), total_form(desk))

    total = ReportedAwardTotal.objects.get()
    page = desk.client.get("/en" + reverse("admin:awards_reportedawardtotal_changelist"))
    assert (response.status_code, total.is_counted, total.forms.count()) == (302, False, 2)
    assert page.content.decode().count("number not published") == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mixed": "136", "collectives": "12"}, "mixed"),
        ({"forms": []}, "forms"),
        ({"source": ""}, "source"),
        ({"quote": "theo nguồn tin quần chúng"}, "quote"),
        ({"starts_on": "01/01/2014", "ends_on": "01/01/2010"}, "ends_on"),
    ],
)
def test_a_wrong_total_is_told_by_field(desk: Desk, changes: dict[str, Any], field: str) -> None:
    response = desk.client.post(reverse("admin:awards_reportedawardtotal_add"), total_form(desk, **changes))

    assert (list(errors_of(response)), ReportedAwardTotal.objects.count()) == ([field], 0)


def test_a_total_opened_on_an_older_version_shows_both(desk: Desk) -> None:
    total = ReportedTotalFactory(area=desk.province, year=2022, forms=[form_called("bang_khen")])
    total.mixed = 40
    total.save()

    response = desk.client.post(
        reverse("admin:awards_reportedawardtotal_change", args=[total.pk]),
        total_form(desk, mixed="50", read_version=1, forms=[form_called("giay_khen").pk]),
    )

    said = str(errors_of(response)["__all__"])
    assert ("40" in said, form_called("bang_khen").name in said) == (True, True)


# ---------------------------------------------------------------- catalogues


def test_all_look_at_the_catalogues_and_the_provinces_administrator_keeps_them(desk: Desk) -> None:
    people = [posted(desk.commune, Role.OFFICER), posted(desk.province, Role.ADMINISTRATOR)]

    codes = [
        [signed_in(user).get(reverse(f"admin:awards_{name}_{page}")).status_code for name in LOOKS]
        for user in people
        for page in ("changelist", "add")
    ]

    assert codes == [[200] * 4, [403] * 4, [200] * 4, [200] * 4]


def test_a_power_is_added_below_its_office(desk: Desk) -> None:
    office = desks.authority_called("mat_tran")
    power = office.powers.get()

    response = signed_in(posted(desk.province, Role.ADMINISTRATOR)).post(
        reverse("admin:awards_awardingauthority_change", args=[office.pk]),
        {"code": office.code, "name_vi": office.name_vi, "name_en": office.name_en, "level": office.level,
         "position": office.position, "printed_vi": office.printed_vi, "printed_en": office.printed_en,
         "powers-TOTAL_FORMS": 2, "powers-INITIAL_FORMS": 1, "powers-0-id": power.pk, "powers-0-authority": office.pk,
         "powers-0-form": power.form_id, "powers-0-source": power.source, "powers-1-authority": office.pk,
         "powers-1-form": form_called("bang_khen").pk, "powers-1-valid_from": "01/01/2026", "powers-1-source": "Luật mới",
         "powers-1-is_verified": "on"},
    )  # fmt: skip

    added = AwardingPower.objects.get(source="Luật mới")
    assert (response.status_code, added.authority, added.valid_from, added.is_verified) == (
        302, office, date(2026, 1, 1), True,
    )  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_catalogues_are_searched_without_diacritics(desk: Desk, name: str) -> None:
    words = {
        "awardform": "ky niem chuong",
        "awardingauthority": "mat tran",
        "awardingpower": "mttq",
        "awardground": "chuyen de",
    }

    rows = desk.client.get(reverse(f"admin:awards_{name}_changelist"), {"q": words[name]}).context["cl"].result_list

    assert len(rows) == 1


def test_the_attachment_of_another_area_is_no_scan_of_ours(desk: Desk) -> None:
    stolen = AttachmentFactory(area=province())

    save(desk, file=stolen.pk)

    assert AwardDecision.objects.get().file is None
