"""Writing a report: versions, two people at once, comments; what may stand in no text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledgers import LedgerDatabase
from tests.reports.small import Q1, TEXT, begun, small
from tests.town import START, Town, build_town, catalog
from youju.actions import clock, drafts
from youju.actions.drafts import PersonalInText, TextTooLong
from youju.core.grant import NotAllowed
from youju.core.merging import merge_reports, merge_text
from youju.core.period import parse_period
from youju.core.secrecy import Classified
from youju.specs.reports import report_as_text, report_from_text
from youju.store.queries import reports as stored
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def test_two_people_at_once_lose_nothing(town: Town) -> None:
    report = begun(town)
    text = stored.newest(report).text
    other = town.who["clerk"]
    drafts.save(report, text.replace("一、发放情况", "一、发放的情况"), base=1, by=other)
    mine = text.replace("均有签收。", "均有签收。\n\n二、下一步\n\n继续发放。").replace(
        "  yoy:", "  more: leaflets.handed_out @东村\n  yoy:"
    )
    saved = drafts.save(report, mine, base=1, by=other)
    assert (saved.number, saved.merged, saved.both) == (3, True, ())
    newest = stored.newest(report).text
    assert "一、发放的情况" in newest
    assert "二、下一步" in newest
    spec, _ = report_from_text(newest, catalog().catalog)
    assert spec is not None
    assert list(spec.figures) == ["handed", "clean", "customs", "more", "yoy"]


def test_where_both_changed_one_line_both_stand_and_a_comment_says_so(town: Town) -> None:
    report = begun(town)
    text = stored.newest(report).text
    drafts.save(report, text.replace("均有签收", "都有签收表"), base=1, by=town.who["clerk"])
    saved = drafts.save(report, text.replace("均有签收", "逐一签收"), base=1, by=town.who["clerk"])
    assert len(saved.both) == 1
    newest = stored.newest(report).text
    assert "都有签收表" in newest
    assert "逐一签收" in newest
    (comment,) = stored.comments(report)
    assert "两人同时改了" in comment.text
    drafts.settle(comment.pk, report, by=town.who["leader"])
    assert stored.comments(report)[0].settled_by == town.who["leader"]


def test_saving_the_same_text_makes_no_version(town: Town) -> None:
    report = begun(town)
    saved = drafts.save(report, stored.newest(report).text, base=1, by=town.who["clerk"])
    assert (saved.number, len(stored.versions(report))) == (1, 1)


def test_the_next_report_is_begun_from_the_last(town: Town) -> None:
    report = begun(town)
    later = drafts.begin_from(report, parse_period("2024Q2"), by=town.who["clerk"])
    assert later.title == "甲镇2024年4月至6月小结"
    assert stored.newest(later).text == stored.newest(report).text


def test_only_those_of_the_unit_see_and_write_it(town: Town) -> None:
    report = begun(town)
    tree, today = tree_at(head().head), clock.today()
    with pytest.raises(NotAllowed):
        drafts.save(report, TEXT, base=1, by=town.who["recorder"])
    with pytest.raises(NotAllowed):
        drafts.begin(small(), town.unit["甲镇"], Q1, by=town.who["stranger"])
    stranger = scope.viewer_of(town.who["stranger"])
    assert stored.listed(stranger, tree, today) == []
    with pytest.raises(stored.UnknownStoredReport):
        stored.get(report.pk, stranger, tree, today)
    with pytest.raises(stored.UnknownStoredReport):
        stored.get(report.uid.hex, stranger, tree, today)
    inspector = scope.viewer_of(town.who["inspector"])
    assert [each.title for each in stored.listed(inspector, tree, today)] == ["甲镇2024年1月至3月小结"]
    assert stored.get(report.uid.hex, inspector, tree, today) == report


@pytest.mark.parametrize(
    ("words", "refusal"),
    [("机密★", Classified), ("联系电话13812345678", PersonalInText), ("长" * 200_001, TextTooLong)],
)
def test_what_may_stand_in_no_text_is_not_kept(town: Town, words: str, refusal: type[Exception]) -> None:
    report = begun(town)
    with pytest.raises(refusal):
        drafts.save(report, TEXT + words, base=1, by=town.who["clerk"])
    assert len(stored.versions(report)) == 1


def test_a_report_as_text_reads_back() -> None:
    spec = small()
    again, problems = report_from_text(report_as_text(spec), catalog().catalog)
    assert problems == ()
    assert again is not None
    assert (again.figures.keys(), again.prose, again.title) == (spec.figures.keys(), spec.prose, spec.title)
    assert report_as_text(again) == report_as_text(spec)


LINES = st.lists(st.sampled_from(["一", "二", "三", "四", "五", ""]), max_size=7).map("\n".join)


@given(LINES, LINES, LINES)
def test_every_line_that_either_wrote_is_in_the_merged_text(base: str, theirs: str, mine: str) -> None:
    merged = merge_text(base, theirs, mine)
    old = set(base.split("\n"))
    new = {line for text in (theirs, mine) for line in text.split("\n")} - old
    assert new <= set(merged.text.split("\n"))
    assert merge_text(base, base, mine).text == mine
    assert merge_text(base, theirs, base).text == theirs
    assert merge_text(base, mine, mine).text == mine


def test_figures_that_one_added_and_the_other_dropped() -> None:
    base = small()
    mine = small(TEXT.replace("  yoy: leaflets.handed_out 同比\n", "").replace("，{{ yoy }}", ""))
    theirs = small(
        TEXT.replace("  yoy:", "  extra: leaflets.handed_out @东村\n  yoy:").replace(
            "均有", "{{ extra }}均有"
        )
    )
    merged, prose = merge_reports(base, theirs, mine)
    assert list(merged.figures) == ["handed", "clean", "customs", "extra"]
    assert prose.both == ()
