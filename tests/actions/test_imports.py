"""Workbooks in: as offices keep them, in one batch or not at all, and the same row never twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as NewWorkbook

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import batches, clock, periods, reviews
from youju.actions.batches import BatchTakenBack, Imported, NothingToImport, RegisterUnclear, Request
from youju.core.grant import NotAllowed
from youju.core.problem import Refused
from youju.store.models import Batch, Entry, ImportedRow, LearnedHeading
from youju.store.queries.ledger import head

HEADINGS: list[Any] = ["序号", "发放时间", "份数", "活动名称", "地点"]
Rows = list[list[Any]]


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def workbook(path: Path, rows: Rows, title: str = "东村2024年宣传资料发放台账") -> Path:
    book = NewWorkbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([title])
    sheet.merge_cells("A1:E1")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def bring(town: Town, path: Path, unit: str = "东村", by: str = "recorder", **more: object) -> Imported:
    request = Request(town.unit[unit], path=path, **more)  # type: ignore[arg-type]
    return batches.import_workbook(request, by=town.who[by], units=measure_units())


def refused(town: Town, path: Path, **more: object) -> dict[str, str]:
    """Code → place of every error; nothing may have changed."""
    before = head().head
    with pytest.raises(Refused) as refusal:
        bring(town, path, **more)  # type: ignore[arg-type]
    assert (head().head, Entry.unscoped.count()) == (before, 0)
    return {each.code: str(each.where) for each in refusal.value.problems if each.level == "error"}


def test_a_messy_workbook_becomes_a_batch_of_entries_that_wait(town: Town, tmp_path: Path) -> None:
    rows: Rows = [
        HEADINGS,
        [1, "2024.3.5", "２０", "清洁乡村", "村委会"],
        [2, "3月6日", "四十", "", "小学"],
        [],
        [3, "2024-03-07", "1.5万", "移风易俗", "集市"],
        ["合计", "", 15060, "", ""],
        ["填表人：", "某某", "", "", ""],
    ]
    done = bring(town, workbook(tmp_path / "发放.xlsx", rows))
    assert (done.register, len(done.entries), len(done.recognised)) == ("leaflets", 3, 0)
    assert town.figure("leaflets.handed_out @东村 2024-03").pending == 3
    reviews.confirm(done.entries, by=town.who["reviewer"])
    assert town.figure("leaflets.handed_out @东村 2024-03").value.number == Decimal(15060)  # type: ignore[union-attr]
    assert town.figure("leaflets.handed_out @东村 2024-03 [专项=村庄清洁行动]").text == "20份"
    came = ImportedRow.unscoped.order_by("row").values_list("sheet", "row")
    assert list(came) == [("Sheet", 3), ("Sheet", 4), ("Sheet", 6)]


def test_the_same_workbook_again_changes_nothing_and_new_rows_are_added(town: Town, tmp_path: Path) -> None:
    rows: Rows = [HEADINGS, [1, "2024.3.5", 20, "", "村委会"], [2, "2024.3.6", 30, "", "小学"]]
    first = bring(town, workbook(tmp_path / "a.xlsx", rows))
    before = head().head
    again = bring(town, workbook(tmp_path / "另存.xlsx", rows))
    assert (again.batch, len(again.recognised), head().head) == (None, 2, before)
    more = bring(town, workbook(tmp_path / "b.xlsx", [*rows, [3, "2024.3.7", 5, "", "集市"]]))
    assert (len(more.entries), len(more.recognised)) == (1, 2)
    assert first.batch != more.batch


def test_one_bad_row_keeps_all_out_and_every_problem_is_named(town: Town, tmp_path: Path) -> None:
    rows: Rows = [
        HEADINGS,
        [1, "2024.3.5", 20, "", "村委会"],
        [2, "2030.3.6", "很多", "清洁行动", "=1+1"],
        [3, "2024.3.7", "3公斤", "", "集市"],
        [4, "2024.3.5", 20, "", "村委会"],
        [5, "2024.3.9", -4, "", "村口"],
        [6, "2024.3.9", 1.5, "", "村口"],
    ]
    found = refused(town, workbook(tmp_path / "发放.xlsx", rows))
    assert found["entry.future_day"] == "发放.xlsx 工作表“Sheet” 第4行 “发放时间”列"
    assert found["number.unreadable"].endswith("第4行 “份数”列")
    assert found["entry.wrong_unit"].endswith("第5行 “份数”列")
    assert found["import.duplicate_row"].endswith("第6行")
    assert found["entry.too_small"].endswith("第7行 “份数”列")
    assert found["unit.decimals"].endswith("第8行 “份数”列")
    assert "entry.unknown_choice" in found


def test_on_request_the_good_rows_go_in_and_the_others_are_told(town: Town, tmp_path: Path) -> None:
    rows: Rows = [HEADINGS, [1, "2024.3.5", 20, "", "村委会"], [2, "2024.3.6", "很多", "", "小学"]]
    done = bring(town, workbook(tmp_path / "发放.xlsx", rows), partial=True)
    assert (len(done.entries), [line.row for line in done.refused]) == (1, [4])


def test_a_preview_writes_nothing(town: Town, tmp_path: Path) -> None:
    path = workbook(tmp_path / "发放.xlsx", [HEADINGS, [1, "2024.3.5", 20, "", "村委会"]])
    before = head().head
    found = batches.preview(
        Request(town.unit["东村"], path=path), by=town.who["recorder"], units=measure_units()
    )
    assert (len(found.new), found.batch, head().head, Batch.unscoped.count()) == (1, None, before, 0)


def test_a_workbook_of_the_town_names_each_rows_village(town: Town, tmp_path: Path) -> None:
    rows: Rows = [
        ["村名", "发放时间", "份数"],
        ["东村", "2024.3.5", 20],
        ["南村", "2024.3.5", 30],
    ]
    path = workbook(tmp_path / "全镇.xlsx", rows, "甲镇宣传资料发放台账")
    done = bring(town, path, unit="甲镇")
    reviews.confirm(done.entries, by=town.who["reviewer"])
    assert town.figure("leaflets.handed_out @南村 2024-03").text == "30份"
    rows.append(["北村", "2024.3.5", 1])
    rows.append(["东邨", "2024.3.6", 1])
    rows.append(["", "2024.3.6", 1])
    with pytest.raises(Refused) as refusal:
        bring(town, workbook(tmp_path / "全镇2.xlsx", rows, "甲镇宣传资料发放台账"), unit="甲镇")
    places = [(each.code, each.where.row) for each in refusal.value.problems]
    assert places == [("unit.not_found", 5), ("unit.not_found", 6), ("import.no_unit", 7)]


def test_a_batch_is_taken_back_whole_by_who_may(town: Town, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "发放.xlsx", [HEADINGS, [1, "2024.3.5", 20, "", "村委会"], [2, "2024.3.6", 5, "", "小学"]]
    )
    done = bring(town, path)
    assert done.batch is not None
    reviews.confirm(done.entries[:1], by=town.who["reviewer"])
    with pytest.raises(NotAllowed):
        batches.take_back(done.batch, by=town.who["recorder"], reason="选错文件")
    batches.take_back(done.batch, by=town.who["reviewer"], reason="选错文件")
    assert set(Entry.unscoped.values_list("state", flat=True)) == {"void"}
    assert town.figure("leaflets.handed_out @东村 2024-03").text == "未报"
    with pytest.raises(BatchTakenBack):
        batches.take_back(done.batch, by=town.who["reviewer"], reason="再撤")
    assert len(bring(town, path).entries) == 2


def test_a_row_inside_a_locked_period_keeps_the_batch_out(town: Town, tmp_path: Path) -> None:
    from datetime import date

    periods.close(town.unit["甲镇"], date(2024, 3, 31), by=town.who["leader"])
    path = workbook(tmp_path / "发放.xlsx", [HEADINGS, [1, "2024.3.5", 20, "", "村委会"]])
    with pytest.raises(Refused) as refusal:
        bring(town, path)
    assert [(each.code, each.where.row) for each in refusal.value.problems] == [("entry.closed_period", 3)]
    done = bring(town, path, adjust="漏报补登", approver=town.who["leader"])
    assert len(done.entries) == 1


def test_the_register_is_known_by_the_title_or_the_headings(town: Town, tmp_path: Path) -> None:
    rows: Rows = [["清点日期", "藏书（册）"], ["2024-03-05", 1850]]
    assert bring(town, workbook(tmp_path / "表1.xlsx", rows, "东村登记表")).register == "books"
    with pytest.raises(RegisterUnclear, match="请指明台账"):
        bring(town, workbook(tmp_path / "表2.xlsx", [["甲", "乙"], ["1", "2"]], "登记表"))


def test_a_workbook_without_records_says_so(town: Town, tmp_path: Path) -> None:
    with pytest.raises((NothingToImport, Refused)):
        bring(town, workbook(tmp_path / "空.xlsx", [HEADINGS]), register="leaflets")


def test_a_natural_key_with_other_content_is_reported(town: Town, tmp_path: Path) -> None:
    rows: Rows = [["编号", "设置日期", "数量"], ["A-01", "2024-03-05", 1], ["A-01", "2024-03-06", 2]]
    found = refused(town, workbook(tmp_path / "底册.xlsx", rows, "固定标语底册"), register="slogans")
    assert found["import.same_key"].endswith("第4行")


def test_a_correction_of_the_columns_is_remembered_for_the_units_next_import(
    town: Town, tmp_path: Path
) -> None:
    rows: Rows = [["发放时间", "本数", "去处"], ["2024.3.5", 20, "村委会"]]
    with pytest.raises((Refused, NothingToImport)):
        bring(town, workbook(tmp_path / "a.xlsx", rows), register="leaflets")
    first = bring(
        town,
        workbook(tmp_path / "a.xlsx", rows),
        register="leaflets",
        mapping={"本数": "count", "C": "place"},
    )
    assert (len(first.entries), dict(first.learned)) == (1, {})
    more = [rows[0], ["2024.3.6", 30, "小学"]]
    again = bring(town, workbook(tmp_path / "b.xlsx", more), register="leaflets")
    assert dict(again.learned) == {"本数": "count", "去处": "place"}
    assert again.headings == {"发放时间": "发放日期", "本数": "发放数量", "去处": "发放地点"}
    with pytest.raises((Refused, NothingToImport)):
        bring(town, workbook(tmp_path / "b.xlsx", more), unit="南村", register="leaflets")


def test_a_later_decision_wins_over_what_was_learned(town: Town, tmp_path: Path) -> None:
    rows: Rows = [["发放时间", "份数", "地点", "去处"], ["2024.3.5", 20, "甲处", "乙处"]]
    bring(
        town, workbook(tmp_path / "a.xlsx", rows), register="leaflets", mapping={"地点": "", "去处": "place"}
    )
    rows = [rows[0], ["2024.3.6", 30, "甲处", "乙处"]]
    done = bring(
        town, workbook(tmp_path / "b.xlsx", rows), register="leaflets", mapping={"C": "place", "D": ""}
    )
    assert done.headings == {"发放时间": "发放日期", "份数": "发放数量", "地点": "发放地点"}
    rows = [rows[0], ["2024.3.7", 30, "甲处", "乙处"]]
    learned = bring(town, workbook(tmp_path / "c.xlsx", rows), register="leaflets").learned
    assert dict(learned) == {"地点": "place", "去处": ""}


def test_nothing_is_learned_from_an_import_that_did_not_happen(town: Town, tmp_path: Path) -> None:
    rows: Rows = [["发放时间", "本数"], ["2024.3.5", "很多"]]
    with pytest.raises(Refused):
        bring(town, workbook(tmp_path / "a.xlsx", rows), register="leaflets", mapping={"本数": "count"})
    assert LearnedHeading.unscoped.count() == 0
