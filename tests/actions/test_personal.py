"""Personal fields lie beside the chain, encrypted; at their date they go and the chain still verifies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import clock, entries, erasing, ledger, sealing, verifying
from youju.core.canonical import digest
from youju.core.entry import ReasonRequired
from youju.core.grant import NotAllowed
from youju.store.models import Event, PersonalValue, Request, Revision, Tombstone

NAME = "欧阳待测"


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        built = build_town()
        built.reviewed("leaflets", "东村", day="2024-03-05", count="3", taker=NAME)
        yield built


def test_the_name_stands_in_no_table_in_clear(town: Town, ledger_db: LedgerDatabase) -> None:
    assert sealing.opened(Revision.unscoped.get()) == {"taker": NAME}
    assert "taker" not in Revision.unscoped.get().values
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                assert not any(NAME in str(value) or NAME.encode() in _bytes(value) for value in row), table
    for file in ledger_db.data.rglob("*"):
        if file.is_file():
            assert NAME.encode() not in file.read_bytes()


def test_a_correction_keeps_the_name_and_salts_it_anew(town: Town) -> None:
    entries.correct(1, {"count": "4"}, by=town.who["recorder"], units=measure_units(), reason="笔误")
    first, second = Revision.unscoped.order_by("number")
    assert sealing.opened(second) == {"taker": NAME}
    assert first.sealed["taker"] != second.sealed["taker"]


def test_at_its_date_the_name_goes_and_a_tombstone_stays(town: Town) -> None:
    """Invariant 6."""
    security, unit = town.who["sec"], town.unit["示范县"]
    figure = town.figure("leaflets.handed_out @东村 2024-03").text
    assert erasing.erase_due(unit, by=security, reason="期满", basis="保存期限届满").fields == 0
    with clock.at(START + timedelta(days=365)):
        with pytest.raises(NotAllowed):
            erasing.erase_due(unit, by=town.who["sys"], reason="期满", basis="保存期限届满")
        with pytest.raises(ReasonRequired):
            erasing.erase_due(unit, by=security, reason="期满", basis="")
        assert erasing.erase_due(unit, by=security, reason="期满", basis="保存期限届满").fields == 1
        assert PersonalValue.unscoped.count() == 0
        assert Tombstone.unscoped.get().basis == "保存期限届满"
        assert sealing.opened(Revision.unscoped.get()) == {}
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
        assert town.figure("leaflets.handed_out @东村 2024-03").text == figure


def test_without_its_key_the_program_stops_and_makes_no_other(town: Town, ledger_db: LedgerDatabase) -> None:
    key = ledger_db.data / "personal.key"
    assert key.stat().st_mode & 0o077 == 0
    key.rename(ledger_db.data / "gone")
    sealing.forget_key()
    with pytest.raises(sealing.KeyMissing, match="备份"):
        town.record("leaflets", "东村", day="2024-03-06", count="3", taker="别人")
    assert not key.exists()
    (ledger_db.data / "gone").rename(key)
    sealing.forget_key()
    town.record("leaflets", "东村", day="2024-03-06", count="3", taker="别人")


def test_events_hold_no_personal_text(town: Town) -> None:
    assert not any(NAME in body for body in Event.unscoped.values_list("body", flat=True))


def test_from_what_is_kept_of_a_request_no_name_can_be_guessed(town: Town) -> None:
    """The same request is known all the same, after the secret was changed and from before there was one."""
    raw = {"day": "2024-03-09", "count": "3", "taker": NAME}

    def record() -> int:
        by, unit = town.who["recorder"], town.unit["东村"]
        return entries.record("leaflets", unit, raw, by=by, units=measure_units(), key="一").seq

    plain: list[str] = []

    def told(said: object) -> str:
        plain.append(digest(said))
        return plain[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "digest", told)
        first = record()
    kept = Request.unscoped.get(key="一")
    assert kept.body_digest not in plain
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert record() == first
    Request.unscoped.filter(pk=kept.pk).update(body_digest=plain[0])
    assert record() == first
    raw["taker"] = "别人"
    with pytest.raises(ledger.RequestReused):
        record()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""
