"""Registers are taken into the ledger by version: what was recorded keeps its meaning, and no file may change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, catalog
from youju.actions import clock, entries, registers, reviews
from youju.core.measure import Measure
from youju.core.problem import Refused
from youju.core.quantity import Unit
from youju.core.register import Choice, Field, Register, UnknownRegister
from youju.store.models import Revision, SpecVersion
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at

LEAFLETS = catalog().catalog.registers["leaflets"]


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def sync(town: Town, register: Register) -> registers.Synced:
    return registers.sync([register], by=town.who["sys"], unit=town.unit["示范县"])


def changed(field: Field, register: Register = LEAFLETS) -> Register:
    return replace(register, fields=tuple(field if each.id == field.id else each for each in register.fields))


def campaign(*choices: Choice) -> Register:
    return changed(replace(LEAFLETS.by_id["campaign"], choices=choices))


def test_the_same_file_again_writes_nothing(town: Town) -> None:
    before = head().head

    done = sync(town, LEAFLETS)
    assert (done.same, done.seq, head().head) == (("leaflets",), None, before)


def test_an_entry_keeps_the_version_it_was_written_in(town: Town) -> None:
    old = town.record("leaflets", "东村", day="2024-03-05", count="20")
    before = head().head
    sync(town, changed(replace(LEAFLETS.by_id["place"], title="发放去处")))
    new = town.record("leaflets", "东村", day="2024-03-06", count="30", place="村口")

    used = {row.entry_id: row.spec_id for row in Revision.unscoped.all()}
    assert used[old.entry] != used[new.entry]
    assert SpecVersion.unscoped.filter(name="leaflets").count() == 2
    assert catalog_at(before).registers["leaflets"].by_id["place"].title == "发放地点"
    assert catalog_at(head().head).registers["leaflets"].by_id["place"].title == "发放去处"
    reviews.confirm([old.entry, new.entry], by=town.who["reviewer"])
    assert town.figure("leaflets.handed_out @东村 2024-03").text == "50份"


def test_what_would_change_recorded_entries_is_refused_with_all_reasons(town: Town) -> None:
    before = head().head
    kilo, page = Unit("公斤", "公斤"), LEAFLETS.measures[0]
    broken = replace(
        LEAFLETS,
        kind="inventory",
        fields=tuple(
            replace(each, kind="text", unit=None) if each.id == "count" else each
            for each in LEAFLETS.fields
            if each.id != "place"
        ),
        measures=(replace(page, unit=kilo, dimensions=()),),
    )

    with pytest.raises(Refused) as refused:
        sync(town, broken)
    assert {problem.code for problem in refused.value.problems} == {
        "spec.kind_changed", "spec.field_removed", "spec.field_retyped", "spec.unit_changed", "spec.dimensions_changed",
    }  # fmt: skip
    assert all("请" in problem.text or "原为" in problem.text for problem in refused.value.problems)
    assert head().head == before


def test_a_measure_is_kept_and_a_choice_ends_by_a_day(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        sync(town, replace(LEAFLETS, measures=(), observe=()))
    assert "spec.measure_removed" in {problem.code for problem in refused.value.problems}
    with pytest.raises(Refused) as refused:
        sync(town, campaign(Choice("移风易俗")))
    assert [problem.code for problem in refused.value.problems] == ["spec.choice_removed"]

    sync(town, campaign(Choice("村庄清洁行动", ("清洁乡村",), until="2024-03-31"), Choice("移风易俗")))
    kept = town.record("leaflets", "东村", day="2024-03-31", count="20", campaign="清洁乡村")
    with pytest.raises(Refused) as refused:
        town.record("leaflets", "东村", day="2024-04-01", count="20", campaign="清洁乡村")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where.field) == ("entry.choice_not_in_use", "campaign")
    assert "只用于最初至2024-03-31的事，本条为2024-04-01" in problem.text
    assert "改选：移风易俗" in problem.text
    assert kept.entry


def test_new_fields_and_choices_are_free(town: Town) -> None:
    more = replace(LEAFLETS, fields=(*LEAFLETS.fields, Field("weather", "天气", "text")))

    assert sync(town, more).changed == ("leaflets",)
    made = town.record("leaflets", "东村", day="2024-03-05", count="20", weather="晴")
    with clock.at(START + timedelta(days=1)):
        assert made.entry
        assert (
            entries.correct(
                made.entry,
                {"weather": "雨"},
                by=town.who["recorder"],
                units=catalog().units,
                reason="补记",
            ).revision
            == 2
        )


def test_a_register_that_needs_another_comes_with_it(town: Town) -> None:
    facilities = catalog().catalog.registers["facilities"]
    stranger = replace(
        facilities,
        id="more-facilities",
        title="另册",
        measures=tuple(_renamed(measure) for measure in facilities.measures if measure.coverage is not None),
        observe=(),
    )
    needs = stranger.measures[0].coverage
    assert needs is not None

    assert sync(town, stranger).added == ("more-facilities",)
    lost = replace(
        stranger.measures[0],
        id="villages.lost",
        coverage=replace(needs, all_of=(replace(needs.all_of[0], measure="nobody.knows"),)),
    )
    with pytest.raises(Refused) as refused:
        sync(town, replace(stranger, id="third", title="三册", measures=(replace(lost, register="third"),)))
    assert [problem.code for problem in refused.value.problems] == ["spec.incomplete"]
    assert "请一并启用" in refused.value.problems[0].text


def _renamed(measure: Measure) -> Measure:
    return replace(measure, id=f"more.{measure.id}", title=f"另册{measure.title}", register="more-facilities")


def test_an_unknown_register_is_told_the_nearest(town: Town) -> None:
    with pytest.raises(UnknownRegister) as refused:
        town.record("leaflet", "东村", day="2024-03-05", count="20")
    assert "leaflets" in refused.value.message
