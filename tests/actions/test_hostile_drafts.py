"""A hundred files that mean harm or are broken, brought as drafts: each is checked or refused in Chinese, and none stays."""

from __future__ import annotations

import random

import pytest

from tests.hardness.hostile import FAMILIES
from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import auditing, audits, clock
from youju.core.problem import DomainError
from youju.store.models import AuditDraft

File = tuple[str, bytes]
LARGE = 2_000_000  # those are tried over HTTP: tests/hardness/uploads.py


@pytest.fixture(scope="module")
def files() -> list[File]:
    """A hundred of those that a draft may be taken for."""
    kinds = ("words", "papers", "plain", "disguises")
    made = [(file.name, file.make) for kind in kinds for file in FAMILIES[kind]("http://127.0.0.1:9")]
    found = [(name, make()) for name, make in random.Random(4).sample(made, 130)]
    return [(name, data) for name, data in found if len(data) < LARGE][:100]


def test_a_hundred_hostile_files_are_checked_or_refused_and_nothing_of_the_refused_stays(
    ledger_db: LedgerDatabase, files: list[File]
) -> None:
    assert len(files) >= 100
    with clock.at(START):
        town: Town = build_town()
        wrong = []
        for name, data in files:
            before = AuditDraft.unscoped.count()
            try:
                audits.bring(name, [data], by=town.who["clerk"], unit=town.unit["甲镇"])
            except DomainError as refusal:
                if AuditDraft.unscoped.count() != before or not refusal.message:
                    wrong.append(f"{name}: refused and kept")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told with the file's name
                wrong.append(f"{name}: {type(error).__name__} {error}")

    assert wrong == []
    kept = {str(uid) for uid in AuditDraft.unscoped.filter(kind="docx").values_list("uid", flat=True)}
    folder = auditing.place_of(town.who["clerk"].uid).parent
    assert {path.name for path in folder.iterdir()} == kept
