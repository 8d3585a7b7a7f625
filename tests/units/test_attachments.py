from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import papers
from tests import world as worlds
from tests.factories import AttachmentFactory, commune
from tests.people import posted
from units import attachments, content, reading
from units.attachments import examine, keep, store, store_upload
from units.forms import UploadMixin
from units.models import Attachment, Body
from units.models.people import Role

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "Khen thưởng 03 tập thể có thành tích trong phong trào bảo mật, an ninh trật tự"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def world(db: None) -> worlds.World:
    return worlds.build()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="units.auth.PostingBackend")
    return client


def refusal_of(name: str, data: bytes) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        examine(papers.handed_in(name, data))
    error: ValidationError = refused.value
    return error


def words_only(value: Any) -> str:
    """Name a case by its texts and not by its bytes."""
    return value if isinstance(value, str) else ""


def downloaded(user: Any, attachment: Attachment) -> int:
    response = signed_in(user).get(address_of(attachment))
    if response.streaming:
        list(response.streaming_content)  # reading to the end closes the file
    return int(response.status_code)


def address_of(attachment: Attachment) -> str:
    return reverse("admin:units_attachment_download", args=[attachment.pk])


# ---------------------------------------------------------------- what is kept


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("Quyết định 12.pdf", papers.pdf(SENTENCE, "Trang hai"), "pdf"),
        ("Quyết định 12.docx", papers.docx(SENTENCE), "docx"),
        ("Danh sách.XLSX", papers.xlsx("Tổ số 1", 912345678, SENTENCE), "xlsx"),
        ("quet.png", papers.png(), "png"),
        ("anh.jpeg", papers.jpeg(), "jpg"),
        ("anh.jpg", papers.jpeg() + b"what the camera adds", "jpg"),
    ],
    ids=words_only,
)
def test_a_file_of_every_kind_is_kept_as_it_is(
    world: worlds.World, folder: Path, name: str, data: bytes, kind: str
) -> None:
    kept = keep(papers.handed_in(name, data), area=world.ours.commune, by=world.ours.officer)

    stored = Attachment.objects.get(pk=kept.pk)
    assert (stored.name, stored.content_type, stored.size) == (name, kind, len(data))
    assert stored.digest == hashlib.sha256(data).hexdigest()
    assert (stored.area, stored.uploaded_by) == (world.ours.commune, world.ours.officer)
    assert (folder / stored.file.name).read_bytes() == data
    assert [line.history_type for line in stored.history.all()] == ["+"]


def test_only_the_server_reads_a_kept_file(world: worlds.World, folder: Path) -> None:
    kept = keep(papers.handed_in("Quyết định.pdf", papers.pdf("Khen")), area=world.ours.commune, by=world.ours.officer)

    path = folder / kept.file.name
    assert [one.stat().st_mode & 0o777 for one in (path.parent, path)] == [0o700, 0o600]
    assert (path.parent.name, len(path.stem), path.suffix) == ("attachments", 32, ".pdf")
    with pytest.raises(ValueError, match="is private"):
        _address = kept.file.url


def test_the_same_file_is_kept_once_in_an_area(world: worlds.World, folder: Path) -> None:
    data = papers.png()
    places = [(world.ours.commune, world.ours.officer), (world.ours.commune, world.ours.clerk)]
    places.append((world.theirs.commune, world.theirs.officer))

    kept = [keep(papers.handed_in(f"{n}.png", data), area=at, by=by) for n, (at, by) in enumerate(places)]

    assert [(one.pk == kept[0].pk, one.name) for one in kept] == [(True, "0.png"), (True, "0.png"), (False, "2.png")]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 2


def test_who_was_quicker_has_stored_it(world: worlds.World, folder: Path, monkeypatch: Any) -> None:
    examined = examine(papers.handed_in("a.png", papers.png()))
    first = attachments.store(examined, area=world.ours.commune, by=world.ours.officer)
    looks = iter([None, first])
    monkeypatch.setattr(type(Attachment.objects.all()), "first", lambda _rows: next(looks))

    second = attachments.store(examined, area=world.ours.commune, by=world.ours.officer)

    assert second == first
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_the_name_is_kept_without_folders_and_hidden_signs() -> None:
    upload = SimpleNamespace(name="C:\\giay to\\quyet\u202edinh.png", seek=lambda _at: 0, read=lambda _n: papers.png())

    assert examine(upload).name == "quyetdinh.png"


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"%PDF-1.4 " + b"x" * attachments.MOST_BYTES, "too_large"),
        ("a.txt", b"Quyet dinh", "unknown_kind"),
        ("a.html", b"<script>alert(1)</script>", "unknown_kind"),
        ("a.odt", papers.archive({"mimetype": "application/vnd.oasis.opendocument.text"}), "unknown_kind"),
        ("a.pptx", papers.archive({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}), "unknown_kind"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_or_locked"),
        ("a.docx", papers.pdf("Khen"), "wrong_ending"),
        ("a.xlsx", papers.docx("Khen"), "wrong_ending"),
        ("a.png", papers.jpeg(), "wrong_ending"),
        ("a.pdf.exe", papers.pdf("Khen"), "wrong_ending"),
        ("a", papers.png(), "wrong_ending"),
        ("a.pdf", papers.pdf("Khen")[:-400], "damaged"),
        ("a.pdf", b"%PDF-1.4\nno objects at all\n%%EOF", "damaged"),
        ("a.pdf", papers.no_pages(), "damaged"),
        ("a.docx", papers.docx("Khen")[:-30], "damaged"),
        ("a.png", papers.png()[:-3], "damaged"),
        ("a.png", papers.png() + papers.docx("Khen"), "damaged"),
        ("a.jpg", papers.jpeg()[:-2], "damaged"),
        ("a.pdf", papers.pdf("Khen", password="1"), "locked"),
        ("a.docx", papers.docx("Khen", word__vbaProject_bin=b"program"), "macros"),
        ("a.docx", papers.docx("Khen", word__activeX__activeX1_xml="<a/>"), "macros"),
        ("a.docx", papers.docx("Khen", word__media__image1_png=b"\0" * 5_000_000), "bomb"),
        ("a.docx", papers.docx("Khen", word__footer1_xml="<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "damaged"),
        ("a.docx", papers.docx("Khen", word__footer1_xml="<a><b></a>"), "damaged"),
        ("Danh sách người tố giác.png", papers.png(), "blocked_phrase"),
        ("danh_sach_001099012345.png", papers.png(), "blocked_number"),
        (f"{'a' * 150}.png", papers.png(), "long_name"),
    ],
    ids=words_only,
)  # fmt: skip
def test_what_may_not_be_kept_is_refused(name: str, data: bytes, code: str) -> None:
    assert refusal_of(name, data).code == code


def test_an_archive_that_unpacks_to_too_much_in_all_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(content, "MOST_UNPACKED", 5000)

    assert refusal_of("a.docx", papers.docx(*(f"Tổ số {n}" for n in range(500)))).code == "bomb"


def test_a_member_that_holds_more_than_it_declares_is_refused() -> None:
    data = papers.docx("Khen", word__media__image1_png=b"abc" * 1000)
    at = data.rindex(b"PK\x01\x02")
    lying = data[: at + 24] + (10).to_bytes(4, "little") + data[at + 28 :]

    assert refusal_of("a.docx", lying).code == "damaged"


@pytest.mark.parametrize(("name", "value"), [("MOST_PAGES", 2), ("MOST_SIGNS", 20), ("MOST_SECONDS", -1)])
def test_a_document_too_long_to_be_asked_is_refused(monkeypatch: Any, name: str, value: int) -> None:
    monkeypatch.setattr(reading, name, value)

    assert refusal_of("a.pdf", papers.pdf("Trang thứ nhất", "Trang thứ hai", "Trang thứ ba")).code == "too_long"


@pytest.mark.parametrize(
    ("name", "data", "stamp"),
    [
        ("a.pdf", papers.pdf("BỘ CÔNG AN\nMẬT\nSố: 12/BC"), "MẬT"),
        ("a.pdf", papers.pdf("Trang một", "TUYỆT MẬT"), "TUYỆT MẬT"),
        ("a.pdf", papers.noted(papers.pdf("Khen"), "TỐI MẬT"), "TỐI MẬT"),
        ("a.docx", papers.docx("Khen", "M Ậ T"), "MẬT"),
        ("a.docx", papers.docx("Khen", "(TỐI MẬT)"), "TỐI MẬT"),
        ("a.docx", papers.docx("Khen", "MA\u0302\u0323T"), "MẬT"),
        ("a.docx", papers.docx("Khen", "Số 12</w:t><w:br/><w:t>MẬT"), "MẬT"),
        ("a.docx", papers.docx("Độ mật: Tối mật"), "Độ mật: Tối mật"),
        ("a.docx", papers.docx("Khen", word__header2_xml=papers.header("MẬT")), "MẬT"),
        ("a.xlsx", papers.xlsx("Danh sách", "TUYỆT MẬT"), "TUYỆT MẬT"),
        ("a.xlsx", papers.xlsx("Danh sách", header="MẬT"), "MẬT"),
    ],
    ids=words_only,
)
def test_a_stamp_of_secrecy_is_refused_by_its_name(name: str, data: bytes, stamp: str) -> None:
    refused = refusal_of(name, data)

    assert (refused.code, refused.params) == ("stamped", {"stamp": stamp})
    with translation.override("en"):
        assert refused.messages == [
            f"The file is stamped “{stamp}”. A file stamped MẬT may not be kept here: the ledger holds no state secrets."
        ]


@pytest.mark.parametrize(
    "sentence", [SENTENCE, "Ký kết quy chế bảo mật", "CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Mật", "Độ mật", "Mật ong rừng"]
)
def test_words_about_secrecy_are_no_stamp(sentence: str) -> None:
    kinds = [
        examine(papers.handed_in(name, data)).kind
        for name, data in (
            ("a.pdf", papers.pdf(sentence)),
            ("a.docx", papers.docx(sentence)),
            ("a.xlsx", papers.xlsx(sentence)),
        )
    ]

    assert kinds == ["pdf", "docx", "xlsx"]


@pytest.mark.parametrize(
    ("name", "data", "phrase"),
    [
        ("a.pdf", papers.pdf("Theo tin báo của người\ncung cấp tin ở bản"), "người cung cấp tin"),
        ("a.docx", papers.docx("Khen", "Danh sách đối tượng"), "danh sách đối tượng"),
        ("a.docx", papers.docx("Khen", word__header1_xml=papers.header("đặc tình")), "đặc tình"),
        ("a.xlsx", papers.xlsx("Khen", "Quản lý đối tượng"), "quản lý đối tượng"),
    ],
    ids=words_only,
)
def test_a_blocked_phrase_inside_is_refused_by_its_name(name: str, data: bytes, phrase: str) -> None:
    refused = refusal_of(name, data)

    assert (refused.code, refused.params) == ("blocked_phrase", {"phrase": phrase})


def test_a_number_of_a_person_inside_is_refused() -> None:
    assert refusal_of("a.docx", papers.docx("Điện thoại 0912 345 678")).code == "blocked_number"


def test_words_of_two_cells_make_no_phrase() -> None:
    assert examine(papers.handed_in("a.xlsx", papers.xlsx("Nguồn", "tin", 912345678))).kind == "xlsx"


def test_nothing_is_stored_of_what_is_refused(world: worlds.World, folder: Path) -> None:
    before = Attachment.objects.count()

    with pytest.raises(ValidationError):
        keep(papers.handed_in("a.docx", papers.docx("MẬT")), area=world.ours.commune, by=world.ours.officer)

    assert (Attachment.objects.count(), list(folder.rglob("*"))) == (before, [])


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OFFICER, True),
        (Role.CLERK, True),
        (Role.AWARD_SECRETARY, True),
        (Role.REVIEWER, True),
        (Role.SIGNER, False),
        (Role.LEADER, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_who_enters_records_adds_files_and_all_see_them(world: worlds.World, role: Role, allowed: bool) -> None:
    person = posted(world.ours.district, role)
    ours, theirs = world.ours.attachment, world.theirs.attachment

    rights = [person.has_perm("units.add_attachment", one) for one in (ours, theirs)]

    assert rights == [allowed, False]
    assert person.has_perm("units.view_attachment", ours)
    assert list(Attachment.objects.visible_to(person)) == [ours]


def test_nobody_keeps_a_file_for_another_area(world: worlds.World, folder: Path) -> None:
    for area, by in (
        (world.theirs.commune, world.ours.officer),
        (world.ours.commune, posted(world.ours.commune, Role.LEADER)),
    ):
        with pytest.raises(PermissionDenied):
            keep(papers.handed_in("a.png", papers.png()), area=area, by=by)

    assert list(folder.rglob("*")) == []


# ---------------------------------------------------------------- pages


def test_a_file_comes_back_as_it_was(world: worlds.World) -> None:
    data, name = papers.pdf(SENTENCE), "Quyết định “12”.pdf"
    kept = keep(papers.handed_in(name, data), area=world.ours.commune, by=world.ours.officer)

    response = signed_in(world.ours.officer).get(address_of(kept))

    assert (response.status_code, b"".join(response.streaming_content)) == (200, data)
    assert {
        head: response[head]
        for head in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def test_a_file_is_not_found_by_others(world: worlds.World) -> None:
    kept = keep(papers.handed_in("a.pdf", papers.pdf("Khen")), area=world.ours.commune, by=world.ours.officer)
    unposted = posted(world.ours.district)
    unposted.postings.update(valid_to="2020-01-01")
    people = [world.ours.clerk, world.leader, world.theirs.officer, posted(commune(world.ours.district)), unposted]

    codes = [downloaded(person, kept) for person in people]
    stranger = Client().get(address_of(kept))

    assert codes == [200, 200, 404, 404, 404]
    assert (stranger.status_code, stranger["Location"]) == (
        302,
        f"{reverse('admin:login')}?next={quote(address_of(kept))}",
    )


def test_what_is_gone_is_not_found(world: worlds.World) -> None:
    client = signed_in(world.ours.officer)
    addresses = [address_of(world.ours.attachment), address_of(Attachment(pk=0)), address_of(Attachment(pk=9**30))]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_the_list_shows_what_the_area_keeps(world: worlds.World) -> None:
    client = signed_in(world.ours.officer)
    mine = AttachmentFactory(
        area=world.ours.commune, name="Giấy khen Đông Hòa.pdf", size=2_500_000, uploaded_by=world.ours.officer
    )

    response = client.get(reverse("admin:units_attachment_changelist"), {"q": "giay khen dong hoa"})
    page = client.get(reverse("admin:units_attachment_change", args=[mine.pk]))

    assert list(response.context["cl"].result_list) == [mine]
    link = f'<a href="{address_of(mine)}">Giấy khen Đông Hòa.pdf</a>'
    for shown in (response, page):
        assert shown.status_code == 200
        assert [shown.content.decode().count(part) for part in (link, "2,4\xa0MB")] == [1, 1]


def test_nobody_changes_or_adds_on_the_list(world: worlds.World) -> None:
    client = signed_in(world.ours.officer)
    mine = world.ours.attachment

    added = client.post(reverse("admin:units_attachment_add"), {"name": "a.pdf"})
    changed = client.post(reverse("admin:units_attachment_change", args=[mine.pk]), {"name": "khac.pdf"})

    assert (added.status_code, changed.status_code) == (403, 403)
    assert Attachment.objects.get(pk=mine.pk).name == mine.name


# ---------------------------------------------------------------- forms


class PaperForm(UploadMixin):
    class Meta:
        model = Body
        fields: list[str] = []


def test_a_form_examines_and_the_page_stores(world: worlds.World, folder: Path) -> None:
    form = PaperForm({}, {"upload": papers.handed_in("a.pdf", papers.pdf("Khen"))}, instance=world.ours.body)
    record = SimpleNamespace(area=world.ours.commune, file=None)

    valid, before = form.is_valid(), list(folder.rglob("*"))
    store_upload(form, record, by=world.ours.officer)

    assert (valid, before, form.is_multipart()) == (True, [], True)
    assert (record.file.name, record.file.area) == ("a.pdf", world.ours.commune)


def test_a_form_says_what_is_wrong_with_the_file() -> None:
    for name, data in (("a.pdf", papers.pdf("MẬT")), ("a.pdf", b"")):
        form = PaperForm({}, {"upload": papers.handed_in(name, data)})

        assert (form.is_valid(), list(form.errors), form.examined) == (False, ["upload"], None)


def test_a_form_without_a_file_leaves_the_record_as_it_is(world: worlds.World) -> None:
    form, record = PaperForm({}, instance=world.ours.body), SimpleNamespace(file="kept")

    form.is_valid()
    store_upload(form, record, by=world.ours.officer)

    assert (form.errors, record.file) == ({}, "kept")


def test_a_form_that_is_shown_again_examines_again() -> None:
    upload = papers.handed_in("a.pdf", papers.pdf("Khen"))

    assert [PaperForm({}, {"upload": upload}, instance=Body()).is_valid() for _time in range(2)] == [True, True]


# ---------------------------------------------------------------- files that hold names


def test_a_scan_with_names_is_shown_to_those_who_work_with_names(db: None) -> None:
    place = commune()
    scan = AttachmentFactory(area=place, holds_names=True)

    seeing = [role for role in Role.values if Attachment.objects.visible_to(posted(place, role)).contains(scan)]

    assert seeing == [Role.REVIEWER, Role.AWARD_SECRETARY, Role.LEADER]


def test_the_download_of_a_scan_with_names_is_not_found_for_an_officer(db: None, client: Client) -> None:
    place = commune()
    scan = AttachmentFactory(area=place, holds_names=True)
    client.force_login(posted(place), backend="units.auth.PostingBackend")

    assert client.get(reverse("admin:units_attachment_download", args=[scan.pk])).status_code == 404


def test_a_file_kept_before_is_closed_when_it_comes_again_with_names(db: None, folder: Path) -> None:
    place = commune()
    secretary = posted(place, Role.AWARD_SECRETARY)
    first = keep(papers.handed_in("danh-sach.pdf", papers.pdf("Danh sách")), area=place, by=secretary)

    again = store(
        examine(papers.handed_in("danh-sach.pdf", papers.pdf("Danh sách"))), area=place, by=secretary, holds_names=True
    )

    first.refresh_from_db()
    assert (again, first.holds_names) == (first, True)
