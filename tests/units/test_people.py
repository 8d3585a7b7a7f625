from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import (
    BodyFactory,
    ImportBatchFactory,
    PostingFactory,
    UserFactory,
    commune,
    country,
    district,
    province,
)
from tests.people import posted
from units.models import Area, Body, ImportBatch, Posting, User
from units.models.people import Role

pytestmark = pytest.mark.django_db


def again(user):
    """Return the person as the next request reads it."""
    return User.objects.get(pk=user.pk)


def test_a_person_is_found_by_name_and_sorted_in_vietnamese_order():
    names = ["Đặng Văn An", "Dương Thị Bình", "Ân Văn Cường"]
    for name in names:
        UserFactory(full_name=name, username=name.split()[-1].lower())

    assert [user.full_name for user in User.objects.all()] == ["Ân Văn Cường", "Dương Thị Bình", "Đặng Văn An"]
    assert list(User.objects.filter(search_key__contains="dang van an").values_list("username", flat=True)) == ["an"]


def test_renaming_only_the_name_renews_the_keys():
    user = UserFactory(full_name="Nguyễn Văn A", username="canbo")

    user.full_name = "Đỗ Thị Bé"
    user.save(update_fields=["full_name"])

    assert again(user).search_key == "do thi be canbo"
    assert again(user).sort_key == user.sort_key


def test_a_new_account_works_without_email_and_must_change_its_password():
    user = User.objects.create_user("canbo", password="một mật khẩu dài", full_name="Cán bộ")

    assert (user.email, user.must_change_password, user.is_active, user.is_superuser) == ("", True, True, False)
    assert user.check_password("một mật khẩu dài")


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [(None, None, True), (0, None, True), (1, None, False), (None, 1, True), (None, 0, False), (-10, -5, False)],
)
def test_a_posting_counts_from_its_first_day_until_the_day_before_its_end(begins, ends, counts):
    today = timezone.localdate()
    posting = PostingFactory(
        valid_from=None if begins is None else today + timedelta(days=begins),
        valid_to=None if ends is None else today + timedelta(days=ends),
    )

    assert again(posting.user).current_postings() == ([posting] if counts else [])
    assert again(posting.user).reach().covers(posting.area) is counts


def test_whoever_is_inactive_reaches_nothing():
    user = posted(area := commune(), is_active=False)

    assert user.current_postings() == []
    assert not user.reach().covers(area)
    assert list(Area.objects.postings_of(user)) == []


def test_reach_is_the_areas_of_the_postings_and_all_below():
    here = commune()
    neighbour = commune(district=here.parent)
    other = commune(district=district(province=here.province))
    elsewhere = commune()
    user = posted(here.district)
    PostingFactory(user=user, area=elsewhere)

    reach = again(user).reach()

    areas = [here, neighbour, other, elsewhere, here.district, here.province, elsewhere.district]
    assert [reach.covers(area) for area in areas] == [True, True, False, True, True, False, False]
    assert set(Area.objects.postings_of(again(user))) == {here, neighbour, here.district, elsewhere}


def test_reach_can_be_asked_for_one_role():
    user = posted(here := province(), Role.OFFICER)
    PostingFactory(user=user, area=(there := province()), role=Role.REVIEWER)

    assert [again(user).reach(Role.OFFICER).covers(area) for area in (here, there)] == [True, False]
    assert [again(user).reach(Role.OFFICER, Role.REVIEWER).covers(area) for area in (here, there)] == [True, True]
    assert [again(user).reach(Role.CLERK).covers(area) for area in (here, there)] == [False, False]


def test_whoever_is_posted_to_the_country_reaches_everything():
    here = commune()
    user = posted(country())

    assert user.reach().everything
    assert set(Area.objects.postings_of(user)) == set(Area.objects.all())
    assert user.reach().covers(here)


def test_whoever_has_no_posting_reaches_nothing():
    here = commune()
    user = UserFactory()

    assert not user.reach().covers(here)
    assert list(Area.objects.postings_of(user)) == []


def test_people_see_those_posted_in_their_reach_and_themselves():
    here = district()
    below, same = posted(commune(district=here)), posted(here)
    above, elsewhere, nowhere = posted(here.province), posted(district(province=here.province)), UserFactory()
    user = posted(here, Role.ADMINISTRATOR)

    assert set(User.objects.visible_to(user)) == {user, below, same}
    assert set(User.objects.visible_to(nowhere)) == {nowhere}
    assert set(Posting.objects.visible_to(user)) == set(Posting.objects.filter(user__in=[user, below, same]))
    boss = UserFactory(is_superuser=True)
    assert set(User.objects.visible_to(boss)) == {user, below, same, above, elsewhere, nowhere, boss}


def test_bodies_are_seen_in_the_own_reach_and_along_the_line_above():
    here = commune()
    line = [BodyFactory(area=area) for area in (here, here.district, here.province)]
    BodyFactory(area=commune(district=here.parent))
    BodyFactory(area=district(province=here.province))

    assert list(Body.objects.visible_to(posted(here)).order_by("pk")) == line


def test_import_batches_are_seen_by_those_who_see_the_person():
    here = district()
    mine = ImportBatchFactory(by=posted(commune(district=here)))
    ImportBatchFactory(by=posted(district(province=here.province)))

    assert list(ImportBatch.objects.visible_to(posted(here))) == [mine]


def test_a_posting_stands_once_and_its_role_is_known():
    posting = PostingFactory()
    PostingFactory(user=posting.user, area=posting.area, role=Role.SIGNER)

    for wrong in ({"role": posting.role}, {"role": "king"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PostingFactory(user=posting.user, area=posting.area, **wrong)


def test_the_history_of_a_person_holds_no_password():
    user = UserFactory()
    user.set_password("một mật khẩu dài")
    user.save()

    assert {field.name for field in user.history.model._meta.get_fields()}.isdisjoint({"password", "last_login"})
    assert user.history.count() == 2
