"""Every text that people can see has its Vietnamese: ours, and that of the packages that we show."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize

from movement.narrative import attendance_sentence, units_sentence
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Message
    from django.apps import AppConfig

    Key = tuple[str | None, str]  # context and text; the singular where there are two

ROOT = Path(settings.BASE_DIR)
OURS = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
PACKAGES = ROOT / "locale" / "packages" / "vi" / "LC_MESSAGES" / "django.po"
OUR_APPS = ("config", "units", "awards", "movement")
OTHERS = [app for app in apps.get_app_configs() if not app.name.startswith(("django.", *OUR_APPS))]
KEYWORDS = {
    name + lazy: places
    for lazy in ("", "_lazy")
    for name, places in {
        "_": None,
        "gettext": None,
        "gettext_noop": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")


def texts_of(files: Iterable[Path]) -> dict[Key, tuple[str, ...]]:
    """Return what the Python files and templates mark for translation, with its forms: one, or singular and plural."""
    found: dict[Key, tuple[str, ...]] = {}
    for file in files:
        source = file.read_text(encoding="utf-8")
        if file.suffix != ".py":  # what templatize leaves is no Python block, so take off the indents
            source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
        for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            forms = (text,) if isinstance(text, str) else tuple(text)
            if len(forms) > len(found.get((context, forms[0]), ())):
                found[context, forms[0]] = forms
    return found


def sources(folder: Path) -> Iterator[Path]:
    """Return the Python files and templates below `folder`."""
    yield from folder.rglob("*.py")
    for templates in {folder} if folder.name == "templates" else set(folder.rglob("templates")):
        yield from (file for file in templates.rglob("*") if file.suffix in {".html", ".txt"})


def our_texts() -> dict[Key, tuple[str, ...]]:
    """Return what our own code and templates mark."""
    folders = [ROOT / name for name in (*OUR_APPS, "templates")]
    return texts_of(file for folder in folders for file in sources(folder))


@cache
def catalogue(file: Path) -> dict[Key, Message]:
    """Return the messages of a .po file that have a text."""
    with file.open("rb") as lines:
        messages = read_po(lines, locale=file.parts[-3])
    return {(one.context, one.id if isinstance(one.id, str) else one.id[0]): one for one in messages if one.id}


def said(message: Message | None, *, plural: bool) -> str:
    """Return the Vietnamese of a message; an empty string where it is missing, doubtful, or not a plural that must be one."""
    if message is None or message.fuzzy or (plural and not message.pluralizable):
        return ""
    return message.string if isinstance(message.string, str) else (message.string or [""])[0]


def shipped(folder: Path, language: str) -> dict[Key, Message]:
    """Return Django's own catalogue of one of its folders, as far as it has one."""
    file = folder / "locale" / language / "LC_MESSAGES" / "django.po"
    return catalogue(file) if file.exists() else {}


def missing(texts: dict[Key, tuple[str, ...]], *catalogues: dict[Key, Message]) -> list[Key]:
    """Return the texts for which none of the catalogues has Vietnamese."""
    return [
        key
        for key, forms in texts.items()
        if not any(said(messages.get(key), plural=len(forms) > 1) for messages in catalogues)
    ]


def test_every_text_of_ours_has_vietnamese() -> None:
    texts = our_texts()

    assert len(texts) > 400  # the extraction itself works
    assert missing(texts, catalogue(OURS)) == []


@pytest.mark.parametrize("app", OTHERS, ids=lambda app: app.label)
def test_what_packages_say_has_vietnamese(app: AppConfig) -> None:
    of_admin = shipped(Path(apps.get_app_config("admin").path), "vi")
    texts = texts_of(sources(Path(app.path)))

    assert missing(texts, shipped(Path(app.path), "vi"), of_admin, catalogue(OURS), catalogue(PACKAGES)) == []


def test_what_django_leaves_out_is_filled_in() -> None:
    folders = [Path(django.__path__[0]) / "conf", *(Path(app.path) for app in apps.get_app_configs())]
    checked = 0
    for folder in folders:
        texts = {
            key: tuple(message.id) if message.pluralizable else (key[1],)
            for key, message in shipped(folder, "en").items()
        }
        checked += len(texts)

        assert missing(texts, shipped(folder, "vi"), catalogue(OURS), catalogue(PACKAGES)) == [], folder

    assert checked > 500


@pytest.mark.parametrize("file", [OURS, PACKAGES], ids=["ours", "packages"])
def test_placeholders_are_kept(file: Path) -> None:
    for key, message in catalogue(file).items():
        source = message.id if isinstance(message.id, str) else message.id[-1]

        assert Counter(PLACEHOLDER.findall(said(message, plural=False))) == Counter(PLACEHOLDER.findall(source)), key


@pytest.mark.parametrize("file", [OURS, PACKAGES], ids=["ours", "packages"])
def test_words_of_the_glossary_are_kept(file: Path) -> None:
    other_sense = {"Change"}  # the admin's link; in the glossary it is how much a figure went up or down
    labels: dict[str, set[str]] = {}
    with (ROOT / "locale" / "labels.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            labels.setdefault(row["en"], set()).add(row["vi"])
    messages = catalogue(file)
    differing = {
        key: said(messages[key], plural=False)
        for key in messages
        if key[1] in labels.keys() - other_sense and said(messages[key], plural=False) not in labels[key[1]]
    }

    assert differing == {}


def test_compiled_catalogues_say_the_same() -> None:
    """`make messages` compiles them; where both hold a text, ours goes before that of the packages."""
    with translation.override("vi"):
        for (context, text), message in {**catalogue(PACKAGES), **catalogue(OURS)}.items():
            plural = message.id[-1] if message.pluralizable else text
            if context is None:
                shown = translation.ngettext(text, plural, 2) if message.pluralizable else translation.gettext(text)
            elif message.pluralizable:
                shown = translation.npgettext(context, text, plural, 2)
            else:
                shown = translation.pgettext(context, text)

            assert shown == said(message, plural=False), "run make messages"


def test_the_sentences_of_the_article_come_out_word_for_word() -> None:
    province = Area(level=Area.Level.PROVINCE, kind="tỉnh", name="Bắc Kạn")
    totals = {
        "units_people_security_team": 1052,
        "units_mediation_team": 1256,
        "units_self_governing_team": 161,
        "clusters_border_route": 1,
        "clusters_inter_province": 7,
    }
    with translation.override("vi"):
        assert units_sentence(province, totals, route_members=[6]) == (
            "Toàn tỉnh hiện có 1.052 tổ an ninh nhân dân, 1.256 tổ hòa giải, 161 tổ tự quản về ANTT, 01 cụm an ninh liên hoàn "
            "tuyến giáp ranh giữa Công an 6 tỉnh, 07 cụm an ninh liên tỉnh."
        )
        assert attendance_sentence(province, "gần 9.000", 8950) == (
            "Toàn tỉnh đã tổ chức tuyên truyền, phát động tập trung phong trào, thu hút gần 9.000 lượt người tham gia."
        )
