"""定稿: signed by another person, provable for ever, and what has changed since by which record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.ledgers import LedgerDatabase
from tests.reports.small import Q1, TEXT, begun, signed, small, with_leaflets
from tests.town import START, Town, build_town, measure_units
from youju.actions import clock, drafts, entries, finals, reports, reviews, units, verifying
from youju.core.grant import NotAllowed
from youju.core.problem import Refused
from youju.store.models import FinalReport, FrozenFigure
from youju.store.queries import reports as stored
from youju.store.queries import scope
from youju.store.queries.ledger import head


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def correct(town: Town, entry: int, **raw: str) -> None:
    entries.correct(entry, raw, by=town.who["recorder"], units=measure_units(), reason="按签收表核减")
    reviews.confirm([entry], by=town.who["reviewer"])


def test_what_is_signed_says_what_the_ledger_says(town: Town) -> None:
    with_leaflets(town)
    row = signed(town, begun(town))
    assert row.body == (
        "2024年1月至3月，甲镇发放宣传资料1500多份，同比增长55%。\n一、发放情况\n"
        "共发放1550份，其中村庄清洁行动1200份、移风易俗350份，均有签收。"
    )
    kept = {(each.key, each.name): each for each in stored.frozen(row)}
    assert [(key, each.value, each.wording) for (key, _), each in kept.items()] == [
        ("F001", "1550", "1500多份"),
        ("F002", "55", "同比增长55%"),
        ("F003", "1550", "1550份"),
        ("F004", "1200", "1200份"),
        ("F005", "350", "350份"),
    ]
    assert all(each.recipe.count(f"截至=#{row.seq}") == 1 for each in kept.values())
    assert row.seq == head().head
    assert finals.verify(row) == []
    assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)


def test_a_report_that_asks_by_the_present_division_keeps_the_day_it_was_signed(town: Town) -> None:
    """南村 (350 in March) comes to 乙镇 on the 1st of April; signed on the 1st of May, and looked at again in June."""
    with_leaflets(town)
    units.move(town.unit["南村"], town.unit["乙镇"], since=date(2024, 4, 1), by=town.who["sys"])
    text = TEXT.replace(
        "yoy: leaflets.handed_out 同比",
        "yoy: leaflets.handed_out 按现区划 同比\n  placed: leaflets.handed_out 按现区划",
    )
    row = signed(town, begun(town, small(text.replace("，{{ yoy }}", "，按现区划{{ placed }}，{{ yoy }}"))))

    assert "按现区划1200份，同比增长20%" in row.body
    kept = {each.name: each.recipe for each in stored.frozen(row)}
    assert kept["placed"].endswith(f"截至=#{row.seq} 按2024-05-01区划")
    assert kept["yoy"].endswith("按2024-05-01区划 同比")
    assert "按现区划" not in row.facts
    assert "按现区划" in row.source
    with clock.at(START + timedelta(days=40)):
        units.move(town.unit["东村"], town.unit["乙镇"], since=date(2024, 6, 1), by=town.who["sys"])
        assert finals.verify(row) == []
        assert finals.recomposed(row).text == row.body
        assert finals.changed_since(row, scope.viewer_of(town.who["clerk"])) == []


def test_whoever_wrote_may_not_sign_where_the_town_says_so(town: Town, ledger_db: LedgerDatabase) -> None:
    with_leaflets(town)
    report = begun(town)
    with pytest.raises(finals.SelfSigned):
        finals.sign(report, version=1, by=town.who["clerk"])
    with pytest.raises(NotAllowed):
        finals.sign(report, version=1, by=town.who["recorder"])
    own = ledger_db.data / "catalog" / "parameters"
    own.mkdir(parents=True)
    (own / "report-signing-people.yaml").write_text(
        "id: report-signing-people\ntitle: 定稿人数\nvalues:\n  - {from: 2024-01-01, value: 1, source: 镇规定, verified: true}\n",
        encoding="utf-8",
    )
    assert finals.sign(report, version=1, by=town.who["clerk"]).number == 1


def test_a_later_correction_is_listed_and_the_final_report_stays_true(town: Town) -> None:
    done = with_leaflets(town)
    report = begun(town)
    row = signed(town, report)
    files = finals.recomposed(row).facts
    clerk = scope.viewer_of(town.who["clerk"])
    assert finals.changed_since(row, clerk) == []
    with clock.at(START + timedelta(days=40)):
        correct(town, done["clean"], count="1100")
        town.reviewed("leaflets", "西村", day="2024-02-01", count="30", campaign="移风易俗")
        entries.void(done["before"], by=town.who["reviewer"], reason="重复登记")
        assert finals.verify(row) == []
        assert finals.recomposed(row).facts == files
        changes = {each.key: each for each in finals.changed_since(row, clerk)}
    assert {key: each.text for key, each in changes.items()} == {
        "F001": "1550份→1480份（−70）",
        "F002": "55%→未报",
        "F003": "1550份→1480份（−70）",
        "F004": "1200份→1100份（−100）",
        "F005": "350份→380份（+30）",
    }
    assert [(each.what, each.entry, each.reason) for each in changes["F004"].records] == [
        ("更正", done["clean"], "按签收表核减")
    ]
    assert [(each.what, each.unit) for each in changes["F005"].records] == [("补入", "西村")]
    assert ("作废", done["before"], "重复登记") in [
        (each.what, each.entry, each.reason) for each in changes["F002"].records
    ]


def test_a_new_version_is_made_and_the_old_one_stays(town: Town) -> None:
    done = with_leaflets(town)
    report = begun(town)
    first = signed(town, report)
    with pytest.raises(finals.NothingNew):
        signed(town, report)
    correct(town, done["clean"], count="1100")
    second = signed(town, report)
    assert (first.number, second.number) == (1, 2)
    assert [each.number for each in stored.finals(report)] == [2, 1]
    assert finals.verify(first) == finals.verify(second) == []
    assert stored.final(report, 1).body == first.body != second.body


def test_a_changed_row_is_found(town: Town) -> None:
    """As if somebody had taken the triggers away and written over what was signed."""
    with_leaflets(town)
    row = signed(town, begun(town))
    frozen = stored.frozen(row)[0]
    for table in (FinalReport, FrozenFigure):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.unscoped.filter(pk__gt=0).update(seq=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            table.unscoped.filter(pk__gt=0).delete()
    frozen.value = "1560"
    checked = finals.Rechecked(row)
    checked.__dict__["rows"] = [frozen, *stored.frozen(row)[1:]]
    assert [each.code for each in checked.problems()] == ["verify.final_report"]
    row.body = row.body.replace("1500多份", "1600多份")
    assert len(finals.verify(row)) == 2  # the digest, and a wording that is not in the text


def test_somebody_elses_newer_text_is_seen_before_it_is_signed(town: Town) -> None:
    with_leaflets(town)
    report = begun(town)
    drafts.save(report, TEXT.replace("均有签收", "都有签收"), base=1, by=town.who["clerk"])
    with pytest.raises(finals.NewerText):
        finals.sign(report, version=1, by=town.who["leader"])


def test_a_retry_signs_once(town: Town) -> None:
    with_leaflets(town)
    report = begun(town)
    a, b = (finals.sign(report, version=1, by=town.who["leader"], key="k1") for _ in range(2))
    assert (a.id, a.number, a.seq) == (b.id, b.number, b.seq)


def test_parts_that_do_not_add_up_are_not_signed(town: Town) -> None:
    with_leaflets(town)
    town.reviewed("leaflets", "西村", day="2024-03-07", count="5")  # of no campaign
    report = begun(town)
    with pytest.raises(Exception, match=r"1555份.*1550份"):
        signed(town, report)
    assert stored.finals(report) == []


def test_a_text_that_is_not_fit_is_not_signed(town: Town) -> None:
    with_leaflets(town)
    report = begun(town)
    drafts.save(report, TEXT.replace("{{ yoy }}", "{{ gone }}"), base=1, by=town.who["clerk"])
    with pytest.raises(Refused) as refused:
        signed(town, report)
    assert any("gone" in each.text for each in refused.value.problems)


def test_verifying_needs_few_statements(town: Town) -> None:
    with_leaflets(town)
    names = "".join(
        f"  f{number}: leaflets.handed_out @甲镇 2024-0{number % 3 + 1}\n" for number in range(80)
    )
    prose = "".join(f"{{{{ f{number} }}}}；" for number in range(80))
    spec = small(f"---\nid: wide\ntitle: 宽\nfigures:\n{names}---\n共{prose}\n")
    viewer = scope.viewer_of(town.who["clerk"])
    with CaptureQueriesContext(
        connection,
    ) as composing:
        made = reports.composed(spec, "甲镇", Q1, viewer=viewer)
    assert len(made.notes) == 80
    assert len(composing) <= 8, [each["sql"][:90] for each in composing.captured_queries]
    row = signed(town, begun(town, spec))
    with CaptureQueriesContext(connection) as verified:
        assert finals.verify(row) == []
    assert len(verified) <= 8


def test_the_facts_say_which_entries(town: Town) -> None:
    done = with_leaflets(town)
    row = signed(town, begun(town))
    facts = json.loads(row.facts)
    assert facts["as_of"]["seq"] == row.seq
    assert [len(each["sources"]) for each in facts["figures"]] == [2, 3, 2, 1, 1]
    assert len(done) == 3
