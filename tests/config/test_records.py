from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from config.folding import fold
from config.records import StaleRecord, batch_of, create_all, update_all
from tests.factories import BodyFactory, ImportBatchFactory, UnitFactory, UserFactory, province
from units.models import Body

pytestmark = pytest.mark.django_db


def stored(body):
    return Body.objects.get(pk=body.pk)


def told(record):
    """Return the history of `record`, oldest first: kind, version, name, reason, batch, by."""
    return list(
        record.history.order_by("history_id").values_list(
            "history_type", "version", "name", "history_change_reason", "batch_id", "history_user"
        )
    )


def test_every_save_is_the_next_version():
    body = BodyFactory(name="Công an tỉnh")
    assert body.version == 1

    body.name = "Công an tỉnh Bắc Kạn"
    body.save()
    body.save()

    assert body.version == stored(body).version == 3


def test_an_older_version_is_refused_and_changes_nothing():
    body = BodyFactory(name="Công an tỉnh")
    mine, theirs = stored(body), stored(body)
    theirs.name = "Của người khác"
    theirs.save()

    mine.name = "Của tôi"
    with pytest.raises(StaleRecord) as refusal:
        mine.save()

    assert (refusal.value.record, refusal.value.current) == (mine, 2)
    assert mine.version == 1
    assert (stored(body).name, stored(body).version) == ("Của người khác", 2)
    assert [line[:3] for line in told(body)] == [("+", 1, "Công an tỉnh"), ("~", 2, "Của người khác")]


def test_a_record_that_is_gone_is_refused():
    body = BodyFactory()
    Body.objects.filter(pk=body.pk).delete()

    with pytest.raises(StaleRecord) as refusal:
        body.save()

    assert refusal.value.current is None


def test_a_save_that_fails_keeps_the_version_that_was_read():
    area = province()
    BodyFactory(area=area, name="Công an tỉnh")
    other = BodyFactory(area=area, name="Ủy ban nhân dân tỉnh")

    other.name = "Công an tỉnh"
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()

    assert other.version == stored(other).version == 1


def test_saving_one_field_moves_the_version_and_the_keys_too():
    body = BodyFactory(name="Công an tỉnh", short_name="CAT")

    body.name, body.short_name = "Đoàn thanh niên", "không lưu"
    body.save(update_fields=["name"])

    now = stored(body)
    assert (now.version, now.name, now.short_name) == (2, "Đoàn thanh niên", "CAT")
    assert now.sort_key == body.sort_key
    assert "doan thanh nien" in now.search_key


def test_history_tells_who_when_before_and_after():
    who = UserFactory()
    body = BodyFactory(name="Công an tỉnh")

    body.name = "Công an tỉnh Bắc Kạn"
    body._history_user = who
    body._change_reason = "Đổi tên"
    body.save()

    assert told(body) == [
        ("+", 1, "Công an tỉnh", None, None, None),
        ("~", 2, "Công an tỉnh Bắc Kạn", "Đổi tên", None, who.pk),
    ]
    first, second = body.history.order_by("history_id")
    assert first.history_date <= second.history_date
    change = second.diff_against(first, excluded_fields=["version", "search_key", "sort_key"]).changes
    assert [(one.field, one.old, one.new) for one in change] == [("name", "Công an tỉnh", "Công an tỉnh Bắc Kạn")]


def test_history_names_the_import_under_way_and_only_then():
    batch = ImportBatchFactory()
    body = BodyFactory(name="Một")

    with batch_of(batch.pk):
        body.save()
        create_all([other := BodyFactory.build(area=body.area, name="Hai")], by=None)
    body.save()

    assert [line[4] for line in told(body)] == [None, batch.pk, None]
    assert [line[4] for line in told(other)] == [batch.pk]


def test_many_records_are_created_with_version_keys_and_history():
    who, area = UserFactory(), province(name="Bắc Kạn")
    bodies = [BodyFactory.build(area=area, name=f"Đoàn thể {number}") for number in (1, 2)]

    create_all(bodies, by=who, reason="Nhập ban đầu")

    assert [(stored(body).version, stored(body).search_key) for body in bodies] == [
        (1, "doan the 1 bac kan"),
        (1, "doan the 2 bac kan"),
    ]
    assert [told(body) for body in bodies] == [
        [("+", 1, "Đoàn thể 1", "Nhập ban đầu", None, who.pk)],
        [("+", 1, "Đoàn thể 2", "Nhập ban đầu", None, who.pk)],
    ]


def test_many_records_are_changed_with_version_keys_and_history():
    who = UserFactory()
    bodies = BodyFactory.create_batch(2)
    untouched = BodyFactory()

    for body in bodies:
        body.name, body.short_name = f"Mới {body.pk}", "không lưu"
    update_all(bodies, ["name"], by=who, reason="Đổi tên hàng loạt")

    assert [(stored(body).version, stored(body).name, stored(body).short_name) for body in bodies] == [
        (2, f"Mới {body.pk}", "") for body in bodies
    ]
    assert [stored(body).search_key.startswith(f"moi {body.pk}") for body in bodies] == [True, True]
    assert [told(body)[1:] for body in bodies] == [
        [("~", 2, f"Mới {body.pk}", "Đổi tên hàng loạt", None, who.pk)] for body in bodies
    ]
    assert stored(untouched).version == 1


def test_one_older_version_among_many_stops_them_all():
    first, second = BodyFactory.create_batch(2)
    stored(second).save()

    first.name = second.name = "Mới"
    with pytest.raises(StaleRecord) as refusal:
        update_all([first, second], ["name"], by=None)

    assert (refusal.value.record, refusal.value.current) == (second, 2)
    assert (first.version, stored(first).version) == (1, 1)
    assert "Mới" not in {stored(first).name, stored(second).name}
    assert [len(told(body)) for body in (first, second)] == [1, 2]


def test_what_was_created_together_can_be_saved_alone():
    body = BodyFactory.build(area=province())
    create_all([body], by=None)

    body.save()

    assert [line[:2] for line in told(body)] == [("+", 1), ("~", 2)]


def test_nothing_to_store_is_no_error():
    create_all([], by=None)
    update_all([], ["name"], by=None)

    assert Body.objects.count() == 0


def test_a_unit_is_found_by_name_and_code_without_diacritics():
    unit = UnitFactory(name="Tổ an ninh nhân dân Đông Hoà", code="C01897.0001")

    found = [term for term in ("đông hòa", "c01897.0001", "TO AN NINH", "đông hà") if fold(term) in unit.search_key]

    assert found == ["đông hòa", "c01897.0001", "TO AN NINH"]
