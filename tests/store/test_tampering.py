"""What verification finds and what it cannot: heads that were written down, triggers that were changed, columns that are named.

The changed bits themselves are tests/hardness/tamper.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.hardness.tamper import forgotten, without_triggers
from tests.ledgers import LedgerDatabase
from tests.stories import everything
from tests.town import START, Town
from youju.actions import clock, verifying, witness
from youju.core.canonical import canonical
from youju.store import chain, outside, triggers
from youju.store.models import Event, EvidenceLink, Ledger, Revision


@pytest.fixture
def town(ledger_db: LedgerDatabase, tmp_path: Path) -> Iterator[Town]:
    with clock.at(START + timedelta(days=500)):
        yield everything(tmp_path)


def findings(*heads: witness.Head) -> list[str]:
    return [finding.code for part in verifying.verify(heads) for finding in part.findings]


def test_every_table_and_column_is_vouched_for_or_named(ledger_db: LedgerDatabase) -> None:
    with connection.cursor() as cursor:
        there = {
            table: {column.name for column in connection.introspection.get_table_description(cursor, table)}
            for table in connection.introspection.table_names()
        }
    ours = {model._meta.db_table for model in chain.APPENDED} | {
        f"store_{name}"
        for name in ("blob", "entry", "event", "facet", "ledger", "login", "measurekey", "observation", "personalvalue", "reach", "report", "reporttext", "rollup", "workbookkey")
    }  # fmt: skip
    assert sorted(ours | set(outside.TABLES)) == sorted(there)
    for table, columns in outside.COLUMNS.items():
        assert set(columns) < there[table]


@pytest.mark.parametrize("what", ["deleted", "reordered", "cut off"])
def test_events_that_are_gone_or_moved_are_found(town: Town, what: str) -> None:
    last = witness.present().seq
    with forgotten():
        without_triggers()
        if what == "deleted":
            Event.unscoped.filter(seq=last - 3).delete()
        elif what == "reordered":
            first, second = Event.unscoped.filter(seq__in=[last - 3, last - 2])
            for one, other in ((first, second), (second, first)):
                Event.unscoped.filter(pk=one.pk).update(kind=other.kind, body=other.body)
        else:
            Event.unscoped.filter(seq=last).delete()
        triggers.install(connection)
        assert findings()


def test_an_older_copy_and_another_history_are_found_by_a_head_that_was_written_down(town: Town) -> None:
    before = witness.present()
    with forgotten():
        town.record("leaflets", "东村", day="2025-05-07", count="3")
        printed = witness.present()
        assert findings(before, printed) == []
    # What was rolled back is the ledger as an older copy has it: in itself it is in order.
    assert findings(before) == []
    assert findings(printed) == ["verify.witness"]
    with forgotten():
        town.record("leaflets", "东村", day="2025-05-07", count="4")
        assert witness.present().seq == printed.seq
        assert findings() == []
        assert findings(before, printed) == ["verify.witness"]
        assert findings(witness.Head(printed.seq, printed.hash[:12])) == ["verify.witness"]


@pytest.mark.parametrize("text", ["#7 {hash}", "7:{hash}", "  #7　{spaced} ", "“#7 {short}…”", "#7 {upper}"])
def test_a_head_may_be_copied_as_people_copy(text: str) -> None:
    said = "9f2c41d07b35aa" * 4 + "00112233"
    spaced = " ".join(said[at : at + 8] for at in range(0, len(said), 8))
    written = text.format(hash=said, spaced=spaced, short=said[:12], upper=said.upper())
    found = witness.parse_head(written)
    assert found.seq == 7
    assert said.startswith(found.hash)


@pytest.mark.parametrize("text", ["", "7", "#7 9f2c", "9f2c41d07b35", "#7 9f2c41d07b3z"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(witness.BadHead):
        witness.parse_head(text)


def test_the_auditor_asks_with_a_printed_head(town: Town, ledger_db: LedgerDatabase) -> None:
    printed = witness.present()
    good = ledger_db.run("verify", "--head", str(printed), "--head", f"#1 {witness.head_at(1).hash[:12]}")  # type: ignore[union-attr]
    assert good.returncode == 0, good.stdout + good.stderr
    assert f"链头 {printed}" in good.stdout
    bad = ledger_db.run("verify", "--json", "--head", f"#{printed.seq + 1} {printed.hash}")
    assert bad.returncode == 1
    said = json.loads(bad.stdout)
    assert said["head"] == {"seq": printed.seq, "hash": printed.hash}
    assert [part["findings"][0]["code"] for part in said["parts"] if part["findings"]] == ["verify.witness"]
    assert ledger_db.run("verify", "--head", "12").returncode == 2
    listed = ledger_db.run("verify", "--outside")
    assert listed.returncode == 0
    assert "store_request" in listed.stdout


def test_a_trigger_that_does_something_else_is_found(town: Town) -> None:
    sqlite = connection.vendor == "sqlite"
    name, table, drop, create = next(
        each for each in triggers.every(connection) if "revision_update" in each[0]
    )
    tame = (
        create.replace(" BEGIN SELECT", " WHEN 0 BEGIN SELECT")
        if sqlite
        else create.replace("UPDATE", "INSERT")
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(drop.format(name=name, table=table))
        cursor.execute(tame)
        assert triggers.missing(connection) == []
        assert triggers.altered(connection) == [name]
        assert findings() == ["verify.trigger"]
        transaction.set_rollback(True)
    assert findings() == []


def test_what_older_versions_wrote_is_verified_as_they_wrote_it(town: Town) -> None:
    """An event of version 1 covers fewer columns and says no version; the chain over it is the one it had."""
    assert json.loads(Event.unscoped.latest("seq").body)["v"] == chain.VERSION
    assert chain.row_line(Revision.unscoped.first(), 1) == chain.row_line(Revision.unscoped.first(), 2)[:-1]  # type: ignore[arg-type]
    with forgotten():
        without_triggers()
        as_of_version_1()
        triggers.install(connection)
        assert findings() == []
        without_triggers()
        EvidenceLink.unscoped.filter(pk=1).update(name="另一张.txt")
        triggers.install(connection)
        assert findings() == ["verify.rows"]


def as_of_version_1() -> None:
    """Write every event anew as the program wrote it before there were versions."""
    previous = Event.unscoped.get(seq=1).previous
    for event in Event.unscoped.order_by("seq"):
        body = json.loads(event.body)
        del body["v"]
        for model, (column, _) in chain.APPENDED.items():
            if (name := chain.table_name(model)) in body["rows"]:
                rows = model._default_manager.filter(**{column: event.seq})
                body["rows"][name] = chain.rows_digest(chain.row_line(row, 1) for row in rows)
        text = canonical(body)
        made = chain.link(previous, event.seq, event.at, event.kind, event.actor_id, text)
        Event.unscoped.filter(pk=event.pk).update(body=text, previous=previous, hash=made)
        previous = made
    Ledger.unscoped.update(hash=previous)
