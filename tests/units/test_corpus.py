"""Files as offices send them: what the desk reads out of each, against what a careful person reads."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import transaction

from movement import demo
from tests.corpus.judging import judge
from tests.factories import BodyFactory, ModelTypeFactory
from tests.people import posted
from units.models import Area
from units.models.people import Role

if TYPE_CHECKING:
    from units.models import User

CORPUS = Path(__file__).parents[1] / "corpus"
AWARDS = {"decisions", "commendations"}


@pytest.fixture
def province(db: None) -> Area:
    """Return Bắc Kạn with its areas of all years, its clusters, and the bodies and types of models that the files name."""
    call_command("load_areas", verbosity=0)
    call_command("load_catalogues", verbosity=0)
    home = demo.home()
    demo.clusters(by=posted(home, Role.CLERK))
    for name in named_in("Loại mô hình"):
        ModelTypeFactory(area=home, name=name)
    for name in named_in("Cơ quan tổ chức", "Cơ quan duy trì", "Cơ quan ban hành"):
        BodyFactory(area=home, name=name)
    return home


def named_in(*heads: str) -> list[str]:
    """Return what the files are expected to name under some heads, so that it is on record."""
    rows = [
        row["cells"] for path in CORPUS.glob("*/*.json") for row in json.loads(path.read_text(encoding="utf-8"))["rows"]
    ]
    return sorted({row[head] for row in rows for head in heads if row.get(head, "ASK") != "ASK"})


def person_for(expected: dict[str, Any], province: Area) -> User:
    """Return who would bring the file in: somebody of the sender's province as it was then."""
    sender = Area.objects.filter(code=expected["sender"]).select_related("province").first()
    home = (sender.province or sender) if sender is not None else province
    return posted(home, Role.AWARD_SECRETARY if expected["list"] in AWARDS else Role.CLERK)


def judged(folder: str, province: Area, *, named: bool) -> tuple[Counter[str], list[str]]:
    """Return the cells of all files of a folder by how they came out, and what went wrong."""
    cells: Counter[str] = Counter()
    faults: list[str] = []
    for path in sorted((CORPUS / folder).glob("*.json")):
        user = person_for(json.loads(path.read_text(encoding="utf-8")), province)
        with transaction.atomic():
            judgement = judge(path, user, named=named)
            transaction.set_rollback(True)
        cells += judgement.cells
        faults += [f"{path.stem}: {fault}" for fault in judgement.faults]
    return cells, faults


# the least part that is read right: of files that were mended for, and of those of the next offices
LEAST = {"blind": (0.98, 0.98), "known": (0.98, 0.98), "unseen": (0.98, 0.98), "next": (0.91, 0.80)}


def test_nothing_is_read_wrong_in_silence_and_little_is_asked_in_vain(province: Area) -> None:
    told: list[str] = []
    for folder, (least, least_proposed) in LEAST.items():
        cells, faults = judged(folder, province, named=True)
        proposed, more = judged(folder, province, named=False)
        told += [fault for fault in (*faults, *more) if fault.partition(": ")[2].startswith(("wrong:", "leaked:"))]
        assert cells["right"] / cells.total() >= least, faults
        assert proposed["right"] / proposed.total() >= least_proposed, more

    assert told == []
