"""Recording, correcting, reviewing and voiding, and everything that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import clock, entries, periods, reviews
from youju.actions.entries import DuplicateKey, NilNotExpected, NotReported
from youju.actions.guards import WrongKeeper
from youju.actions.ledger import RequestReused
from youju.actions.periods import CloseBackwards, CloseTooLate
from youju.core.entry import ClosedPeriod, Raw, ReasonRequired, StaleEntry, UnknownEntry, WrongState
from youju.core.grant import NotAllowed
from youju.core.period import parse_period
from youju.core.problem import Refused
from youju.core.register import UnknownRegister
from youju.core.review import SelfConfirmation
from youju.store.models import Entry, Ledger, Revision
from youju.store.queries.ledger import head


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def state(entry: int) -> str:
    return str(Entry.unscoped.get(pk=entry).state)


def test_the_way_of_an_entry(town: Town) -> None:
    done = town.record("leaflets", "东村", day="3月5日", count="一千二百份", campaign="清洁乡村")
    assert state(done.entry) == "pending"
    revision = Revision.unscoped.get(entry=done.entry)
    assert revision.values == {"day": "2024-03-05", "count": "1200", "campaign": "村庄清洁行动"}

    reviews.send_back([done.entry], by=town.who["reviewer"], reason="数量与签收表不符")
    assert state(done.entry) == "returned"
    with pytest.raises(WrongState, match="待登记人补正"):
        reviews.confirm([done.entry], by=town.who["reviewer"])

    entries.correct(
        done.entry, {"count": "1020"}, by=town.who["recorder"], units=measure_units(), reason="笔误"
    )
    reviews.confirm([done.entry], by=town.who["reviewer"])
    assert state(done.entry) == "reviewed"
    assert town.figure("leaflets.handed_out @东村 2024-03").text == "1020份"

    entries.void(done.entry, by=town.who["reviewer"], reason="重复登记")
    assert state(done.entry) == "void"
    assert town.figure("leaflets.handed_out @东村 2024-03").text == "未报"
    with pytest.raises(WrongState, match="作废"):
        entries.correct(
            done.entry, {"count": "1"}, by=town.who["recorder"], units=measure_units(), reason="再改"
        )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"count": "200"}, "entry.required"),
        ({"day": "2024-03-05", "count": "二百来份"}, "number.approximate"),
        ({"day": "2024-03-05", "count": "很多"}, "number.unreadable"),
        ({"day": "2024-03-05", "count": "3公斤"}, "entry.wrong_unit"),
        ({"day": "2024-03-05", "count": "1.5"}, "unit.decimals"),
        ({"day": "2024-03-05", "count": "-3"}, "entry.too_small"),
        ({"day": "2024-02-30", "count": "3"}, "day.not_in_calendar"),
        ({"day": "开春", "count": "3"}, "day.not_a_day"),
        ({"day": "2024-05-02", "count": "3"}, "entry.future_day"),
        ({"day": "1999-05-02", "count": "3"}, "entry.unit_not_there"),
        ({"day": "2024-03-05", "count": "3", "campaign": "清洁行动"}, "entry.unknown_choice"),
        ({"day": "2024-03-05", "count": "3", "place": "=HYPERLINK(1)"}, "text.formula"),
        ({"day": "2024-03-05", "count": "3", "place": "@SUM(1)"}, "text.formula"),
        ({"day": "2024-03-05", "count": "3", "place": "{{ x }}"}, "text.template"),
        ({"day": "2024-03-05", "count": "3", "place": "村口\x00"}, "text.unwritable"),
        ({"day": "2024-03-05", "count": "3", "place": "村口\ud800"}, "text.unwritable"),
        ({"day": "2024-03-05", "count": "3", "place": "字" * 301}, "text.too_long"),
        ({"day": "2024-03-05", "count": "3", "place": "身份证11010519491231002X"}, "entry.personal_data"),
        ({"day": "2024-03-05", "count": "3", "地址": "村口"}, "entry.unknown_field"),
    ],
)
def test_what_may_not_be_kept_is_refused_by_field_and_nothing_changes(
    town: Town, values: dict[str, Raw], code: str
) -> None:
    before = head().head
    with pytest.raises(Refused) as refusal:
        town.record("leaflets", "东村", "recorder", **values)
    problem = next(each for each in refusal.value.problems if each.code == code)
    assert problem.where.field
    assert any("\u4e00" <= char <= "\u9fff" for char in problem.text)
    assert head().head == before
    assert Entry.unscoped.count() == 0


def test_all_problems_come_together(town: Town) -> None:
    with pytest.raises(Refused) as refusal:
        town.record("leaflets", "东村", day="2030-01-01", count="-1", campaign="无此项")
    assert [problem.where.field for problem in refusal.value.problems] == ["count", "campaign", "day"]


def test_nobody_reviews_their_own_record(town: Town) -> None:
    """Invariant 5."""
    members_grant(town, "recorder", "reviewer")
    done = town.record("leaflets", "东村", day="2024-03-05", count="3")
    with pytest.raises(SelfConfirmation, match="登记人"):
        reviews.confirm([done.entry], by=town.who["recorder"])


def test_a_bulk_review_is_all_or_nothing(town: Town) -> None:
    members_grant(town, "reviewer", "recorder")
    first = town.record("leaflets", "东村", day="2024-03-05", count="3")
    own = town.record("leaflets", "东村", by="reviewer", day="2024-03-06", count="3")
    with pytest.raises(Refused) as refusal:
        reviews.confirm([first.entry, own.entry], by=town.who["reviewer"])
    assert [problem.code for problem in refusal.value.problems] == ["entry.self_confirmation"]
    assert (state(first.entry), state(own.entry)) == ("pending", "pending")


def test_reasons_are_required(town: Town) -> None:
    done = town.record("leaflets", "东村", day="2024-03-05", count="3")
    with pytest.raises(ReasonRequired):
        reviews.send_back([done.entry], by=town.who["reviewer"], reason=" ")
    with pytest.raises(ReasonRequired):
        entries.void(done.entry, by=town.who["recorder"], reason="")
    with pytest.raises(ReasonRequired):
        entries.correct(done.entry, {"count": "1"}, by=town.who["recorder"], units=measure_units(), reason="")


def test_a_reviewed_entry_is_voided_only_by_a_reviewer(town: Town) -> None:
    done = town.reviewed("leaflets", "东村", day="2024-03-05", count="3")
    with pytest.raises(NotAllowed, match="审核"):
        entries.void(done.entry, by=town.who["recorder"], reason="重复")


def test_who_corrects_must_have_seen_the_latest(town: Town) -> None:
    done = town.record("leaflets", "东村", day="2024-03-05", count="3")
    by, table = town.who["recorder"], measure_units()
    entries.correct(done.entry, {"count": "4"}, by=by, units=table, reason="笔误", seen=1)
    with pytest.raises(StaleEntry, match="第2稿"):
        entries.correct(done.entry, {"count": "5"}, by=by, units=table, reason="笔误", seen=1)


def test_what_one_may_not_see_does_not_exist(town: Town) -> None:
    done = town.record("leaflets", "东村", day="2024-03-05", count="3")
    for act in (
        lambda: reviews.confirm([done.entry], by=town.who["stranger-reviewer"]),
        lambda: entries.void(done.entry, by=town.who["stranger-reviewer"], reason="x"),
        lambda: reviews.confirm([10**6], by=town.who["reviewer"]),
    ):
        with pytest.raises(UnknownEntry):
            act()


def test_records_are_made_only_where_a_grant_reaches(town: Town) -> None:
    town.record("leaflets", "东村", by="east", day="2024-03-05", count="3")
    with pytest.raises(NotAllowed, match="南村"):
        town.record("leaflets", "南村", by="east", day="2024-03-05", count="3")
    with pytest.raises(NotAllowed):
        town.record("leaflets", "东村", by="sys", day="2024-03-05", count="3")


def test_a_register_is_kept_by_its_kind_of_unit(town: Town) -> None:
    with pytest.raises(WrongKeeper, match="由村登记"):
        town.record("leaflets", "甲镇", day="2024-03-05", count="3")
    with pytest.raises(UnknownRegister, match="宣传资料发放台账"):
        town.record("宣传资料发放台帐", "东村", day="2024-03-05", count="3")


def test_a_natural_key_is_taken_once(town: Town) -> None:
    done = town.record("slogans", "东村", code="A-01", installed_on="2024-03-05", count="1")
    with pytest.raises(DuplicateKey, match="A-01"):
        town.record("slogans", "东村", code="A-01", installed_on="2024-03-06", count="2")
    town.record("slogans", "南村", code="A-01", installed_on="2024-03-06", count="2")
    entries.void(done.entry, by=town.who["recorder"], reason="编号有误")
    town.record("slogans", "东村", code="A-01", installed_on="2024-03-06", count="2")


def test_a_nil_report_stands_alone_in_its_month(town: Town) -> None:
    slot, by = parse_period("2024-03"), town.who["recorder"]
    entries.record_nil("leaflets", town.unit["东村"], slot, by=by)
    with pytest.raises(NotReported):
        entries.record_nil("leaflets", town.unit["东村"], slot, by=by)
    with pytest.raises(NilNotExpected):
        entries.record_nil("slogans", town.unit["东村"], slot, by=by)
    with pytest.raises(Refused, match="处问题"):
        entries.record_nil("leaflets", town.unit["东村"], parse_period("2024-05"), by=by)


def test_the_same_request_is_done_once_and_another_body_is_refused(town: Town) -> None:
    """Invariant 8: a retry is the same write."""
    first = entries.record(
        "leaflets",
        town.unit["东村"],
        {"day": "2024-03-05", "count": "3"},
        by=town.who["recorder"],
        units=measure_units(),
        key="k1",
    )
    again = entries.record(
        "leaflets",
        town.unit["东村"],
        {"day": "2024-03-05", "count": "3"},
        by=town.who["recorder"],
        units=measure_units(),
        key="k1",
    )
    assert (again.entry, again.seq) == (first.entry, first.seq)
    assert Entry.unscoped.count() == 1
    with pytest.raises(RequestReused):
        entries.record(
            "leaflets",
            town.unit["东村"],
            {"day": "2024-03-05", "count": "4"},
            by=town.who["recorder"],
            units=measure_units(),
            key="k1",
        )


def test_a_retry_is_the_same_write_though_the_clock_jumped_a_year_meanwhile(town: Town) -> None:
    """Invariant 8: request numbers go after 90 days of the ledger's time, which one jump uses up; the last thousand stay."""

    def record(key: str) -> int:
        raw: dict[str, Raw] = {"day": "2024-03-05", "count": "3"}
        by = town.who["recorder"]
        return entries.record("leaflets", town.unit["东村"], raw, by=by, units=measure_units(), key=key).entry

    first = record("k1")
    with clock.at(START + timedelta(days=365)):
        record("k2")
    assert record("k1") == first
    assert Entry.unscoped.count() == 2


def test_a_locked_period_takes_no_change_without_an_approved_reason(town: Town) -> None:
    kept = town.reviewed("leaflets", "东村", day="2024-03-05", count="3")
    later = town.reviewed("leaflets", "东村", day="2024-04-05", count="3")
    by, table, leader = town.who["recorder"], measure_units(), town.who["leader"]
    periods.close(town.unit["甲镇"], date(2024, 3, 31), by=leader)

    with pytest.raises(ClosedPeriod, match="锁定至2024-03-31"):
        town.record("leaflets", "东村", day="2024-03-31", count="3")
    with pytest.raises(ClosedPeriod):
        entries.correct(kept.entry, {"count": "4"}, by=by, units=table, reason="笔误")
    with pytest.raises(ClosedPeriod):
        entries.correct(later.entry, {"day": "2024-03-20"}, by=by, units=table, reason="笔误")
    with pytest.raises(ClosedPeriod):
        entries.void(kept.entry, by=town.who["reviewer"], reason="重复")
    town.record("leaflets", "北村", day="2024-03-31", count="3")  # the other town is open

    with pytest.raises(NotAllowed, match="批准锁定期内的调整"):
        entries.correct(
            kept.entry,
            {"count": "4"},
            by=by,
            units=table,
            reason="笔误",
            adjust="补登签收表",
            approver=town.who["reviewer"],
        )
    entries.correct(
        kept.entry, {"count": "4"}, by=by, units=table, reason="笔误", adjust="补登签收表", approver=leader
    )
    assert "补登签收表（批准：领导）" in Revision.unscoped.get(entry=kept.entry, number=2).adjustment


def test_books_are_closed_for_days_that_have_passed_and_opened_with_a_reason(town: Town) -> None:
    unit, leader = town.unit["甲镇"], town.who["leader"]
    with pytest.raises(CloseTooLate):
        periods.close(unit, date(2024, 5, 1), by=leader)
    town.record("leaflets", "东村", day="2024-03-31", count="3")
    assert periods.close(unit, date(2024, 3, 31), by=leader).pending == 1
    with pytest.raises(CloseBackwards):
        periods.close(unit, date(2024, 2, 29), by=leader)
    periods.close(unit, date(2024, 2, 29), by=leader, reason="漏报补登")
    town.record("leaflets", "东村", day="2024-03-30", count="3")
    with pytest.raises(NotAllowed):
        periods.close(unit, date(2024, 3, 31), by=town.who["clerk"])


def test_a_refusal_leaves_the_ledger_as_it_was(town: Town) -> None:
    before = Ledger.unscoped.values().get(pk=1)
    with pytest.raises(Refused):
        town.record("leaflets", "东村", day="x", count="y")
    assert Ledger.unscoped.values().get(pk=1) == before


def members_grant(town: Town, account: str, role: str) -> None:
    from youju.actions import members

    members.grant(town.who[account], role, town.unit["示范县"], by=town.who["sec"])  # type: ignore[arg-type]
