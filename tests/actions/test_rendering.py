"""A report says only what its figures say: true words, what is missing beside them, and nothing that a person typed is read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledgers import LedgerDatabase
from tests.town import HERE, START, Town, build_town, measure_units
from youju.actions import clock, entries, reports
from youju.actions.reports import Rendered
from youju.actions.reviews import confirm
from youju.core.period import parse_period
from youju.core.problem import Refused
from youju.core.recipe import AsOf
from youju.core.report import PeriodOfReport, ReportSpec
from youju.office.facts import read_bookmarks
from youju.office.text.read import read_text
from youju.specs.catalog import load_catalog
from youju.store.queries import scope
from youju.store.queries.ledger import head

BRIEF = """\
---
id: brief
title: '{unit}{period}工作简报'
period: any
figures:
  out: {recipe: leaflets.handed_out, wording: many}
  clean: 'leaflets.handed_out [专项=村庄清洁行动]'
  other: 'leaflets.handed_out [专项=移风易俗]'
  equipped: {recipe: villages.equipped, wording: all, noun: 村}
  books: books.stock
details:
  lacking: {figure: equipped, show: missing}
  places: {register: leaflets, show: '{unit}在{place}', period: true}
---
一、工作
{{ period }}发放{{ out }}，其中清洁行动{{ clean }}、移风易俗{{ other }}。{{ equipped }}设施齐全；{{ lacking }}。藏书{{ books }}。
{{ places }}。
"""
PARTS = "parts:\n  - {whole: out, parts: [clean, other]}\n---\n一、工作"


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def spec(folder: Path, text: str = BRIEF) -> ReportSpec:
    local = folder / "catalog"
    (local / "reports").mkdir(parents=True, exist_ok=True)
    (local / "reports" / "brief.md").write_text(text, encoding="utf-8")
    loaded = load_catalog(HERE / "catalog", local, measure_units())
    assert loaded.problems == ()
    return loaded.reports["brief"]


def write(town: Town, folder: Path, text: str = BRIEF, **more: object) -> Rendered:
    return reports.render(
        spec(folder, text), "甲镇", parse_period("2024-01-01..2024-04-26"), viewer=scope.viewer_of(town.who["clerk"]),
        out=folder / "out", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def words(done: Rendered) -> dict[str, str]:
    """Figure → what the report says."""
    return {fact.name: fact.wording for fact in done.facts.figures}


def equip(town: Town, village: str, *kinds: str) -> None:
    for kind in kinds:
        town.reviewed("facilities", village, built_on="2020-05-01", kind=kind)


def correct(town: Town, entry: int, **changes: str) -> None:
    entries.correct(entry, changes, by=town.who["recorder"], units=measure_units(), reason="笔误")


def test_all_is_said_only_when_reviewed_entries_make_it_so(town: Town, tmp_path: Path) -> None:
    """Invariant 4: 东村 and 南村 have both; 西村's stage waits for review: two of three, and the third is named with what it lacks."""
    for village in ("东村", "南村"):
        equip(town, village, "文化广场", "文艺舞台")
    equip(town, "西村", "文化广场")
    waiting = town.record("facilities", "西村", built_on="2021-05-01", kind="文艺舞台")

    done = write(town, tmp_path)
    assert words(done)["equipped"] == "3个村中2个"
    assert "西村缺文艺舞台" in done.text
    said = {problem.code: problem.text for problem in done.warnings if problem.where.field == "equipped"}
    assert "改写为“3个村中2个”" in said["report.other_wording"]
    assert "有1条待审核，未计入" in said["report.pending"]

    confirm([waiting.entry], by=town.who["reviewer"])
    assert words(write(town, tmp_path))["equipped"] == "3个村全部"


def test_what_nobody_reported_is_said_so_and_warned_of(town: Town, tmp_path: Path) -> None:
    town.reviewed("leaflets", "东村", day="2024-03-05", count="254", campaign="清洁乡村")

    done = write(town, tmp_path)
    assert words(done)["books"] == "（未报）"
    assert words(done)["out"] == "250多份"
    codes = [(problem.code, problem.where.field) for problem in done.warnings]
    assert ("report.not_reported", "books") in codes
    assert ("report.missing", "out") in codes
    assert all(problem.where.line for problem in done.warnings)


def test_figures_that_must_add_up_and_do_not_stop_the_report(town: Town, tmp_path: Path) -> None:
    town.reviewed("leaflets", "东村", day="2024-03-05", count="100", campaign="清洁乡村")
    town.reviewed("leaflets", "东村", day="2024-03-06", count="30", campaign="移风易俗")
    text = BRIEF.replace("---\n一、工作", PARTS)
    assert write(town, tmp_path, text).facts.parts[0].holds

    town.reviewed("leaflets", "东村", day="2024-03-07", count="5")
    with pytest.raises(Refused) as refused:
        write(town, tmp_path, text)
    assert "合计为130份，两者不符" in refused.value.problems[0].text


def test_a_report_as_of_a_moment_stays_what_it_was(town: Town, tmp_path: Path) -> None:
    """Invariant 3: files of one moment are the same bytes again, whatever was added, corrected or voided since."""
    first = town.reviewed("leaflets", "东村", day="2024-03-05", count="100", place="村口")
    second = town.reviewed("leaflets", "东村", day="2024-03-06", count="20", place="集市")
    seq = head().head
    before = write(town, tmp_path)
    assert "东村在村口；东村在集市" in before.text
    files = [path.read_bytes() for path in (before.docx, before.pdf, before.facts_file)]
    town.reviewed("leaflets", "南村", day="2024-03-05", count="900")
    entries.void(second.entry, by=town.who["reviewer"], reason="重复登记")
    correct(town, first.entry, place="小学")
    assert "东村在村口" in write(town, tmp_path).text, "a correction that waits changes nothing"
    confirm([first.entry], by=town.who["reviewer"])
    assert "东村在小学" in write(town, tmp_path).text

    assert words(write(town, tmp_path))["out"] == "1000份"
    again = write(town, tmp_path, as_of=AsOf(seq=seq))
    assert [path.read_bytes() for path in (again.docx, again.pdf, again.facts_file)] == files


def test_what_a_person_typed_is_words_in_the_document_and_nothing_else(town: Town, tmp_path: Path) -> None:
    """Invariant 9: field codes, links, markup and bold marks that somebody typed stay the characters they are."""
    typed = "村口<w:p/>**HYPERLINK** #｜《甲》"
    town.reviewed("leaflets", "东村", day="2024-03-05", count="100", place=typed)

    done = write(town, tmp_path)
    assert typed in done.text
    assert typed in read_text(done.docx).text
    assert read_bookmarks(done.docx)["F001"] == "100份"


def test_a_report_for_months_is_not_written_for_other_days(town: Town, tmp_path: Path) -> None:
    with pytest.raises(PeriodOfReport) as refused:
        write(town, tmp_path, BRIEF.replace("period: any", "period: month"))
    assert "按月编写" in refused.value.message
