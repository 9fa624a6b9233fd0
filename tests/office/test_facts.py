"""facts.json is read back as it was written, refused when anybody touched it, and finds edited figures in a .docx."""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.document import Document, FigureText, Paragraph, Words
from youju.core.period import Period
from youju.core.zh.interval import Interval
from youju.office.facts import (
    GENERATOR,
    Fact,
    Facts,
    FactsUnreadable,
    FactsVersion,
    PartsCheck,
    check_bookmarks,
    facts_bytes,
    read_bookmarks,
    read_facts,
    write_facts,
)
from youju.office.gongwen import FigureNote, GongwenMeta, write_gongwen
from youju.office.sniff import WrongKind

LEAFLETS = Fact(
    "F001",
    "leaflets",
    "publicity.leaflets.handed_out @禾澄镇 2024-01-01..2024-04-26",
    Decimal(20350),
    "份",
    "20000多份",
    Interval(Decimal(20000), Decimal(30000), low_open=True, high_open=True),
    "many",
    n=212,
    missing=1,
    pending=2,
    sources=("7c9e6679-7425-40de-944b-e07fc1f90ae7",),
)
MONEY = Fact(
    "F002",
    "cost",
    "x",
    Decimal("4.4470"),
    "万元",
    "4.447万元",
    Interval(Decimal(44470), Decimal(44470)),
    "exact",
    3,
)
NONE = Fact("F003", "late", "y", None, "件", "未报", Interval(None, None), "", 0, missing=17)
FACTS = Facts(
    "work-summary",
    "禾澄镇工作总结",
    "禾澄镇",
    Period(date(2024, 1, 1), date(2024, 4, 26)),
    1234,
    datetime(2024, 4, 30, 2, 0, tzinfo=UTC),
    (LEAFLETS, MONEY, NONE),
    (PartsCheck("printed", ("handed_out", "left", "spoiled"), holds=False, difference=Decimal(-10)),),
)


def test_what_is_written_reads_back_and_is_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    data = write_facts(path, FACTS)
    assert path.read_bytes() == data == facts_bytes(FACTS)
    assert read_facts(path) == FACTS
    assert facts_bytes(read_facts(path)) == data
    raw = json.loads(data)
    assert raw["figures"][0]["value"] == "20350"
    assert raw["figures"][1]["value"] == "4.447"
    assert raw["figures"][2]["value"] is None
    assert raw["as_of"] == {"seq": 1234, "moment": "2024-04-30T02:00:00+00:00"}


def test_the_generator_is_the_version_of_this_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert f"{project['name']} {project['version']}" == GENERATOR


numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
facts = st.builds(
    Fact,
    id=st.just("F001"),
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    recipe=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    value=st.none() | numbers,
    unit=st.sampled_from(["件", "万元", "%", ""]),
    wording=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    interval=st.builds(Interval, st.none() | numbers, st.none() | numbers, st.booleans(), st.booleans()),
    style=st.just("exact"),
    n=st.integers(0, 10**9),
    missing=st.integers(0, 99),
    pending=st.integers(0, 99),
    sources=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3).map(tuple),
)


@given(facts)
def test_any_fact_reads_back(fact: Fact) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.json"
        whole = Facts("r", "t", "u", Period(date(2024, 1, 1), date(2024, 1, 1)), 1, FACTS.moment, (fact,))
        write_facts(path, whole)
        assert read_facts(path) == whole


Raw = dict[str, object]


def drop(raw: Raw) -> None:
    del raw["unit"]


def extra(raw: Raw) -> None:
    raw["注"] = "手工添加"


def figure(raw: Raw) -> Raw:
    figures = raw["figures"]
    assert isinstance(figures, list)
    first: Raw = figures[0]
    return first


def number(raw: Raw) -> None:
    figure(raw)["value"] = 20350.5


def whole_number(raw: Raw) -> None:
    figure(raw)["value"] = 20350


def words(raw: Raw) -> None:
    figure(raw)["value"] = "二万"


def endless(raw: Raw) -> None:
    figure(raw)["value"] = "Infinity"


def negative(raw: Raw) -> None:
    figure(raw)["n"] = -1


def truth(raw: Raw) -> None:
    figure(raw)["n"] = True


def twice(raw: Raw) -> None:
    figures = raw["figures"]
    assert isinstance(figures, list)
    figures.append(figures[0])


def backwards(raw: Raw) -> None:
    raw["period"] = "2024-04-26..2024-01-01"


def no_zone(raw: Raw) -> None:
    raw["as_of"] = {"seq": 1, "moment": "2024-04-30T10:00:00"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (drop, "缺少“unit”"),
        (extra, "不认识的“注”"),
        (number, "没有用引号括起"),
        (whole_number, "“figures”第1项的“value”"),
        (words, "“value”应是用引号括起的数字"),
        (endless, "“value”"),
        (negative, "“n”应是不小于0的整数"),
        (truth, "“n”应是不小于0的整数"),
        (twice, "重复的数字编号"),
        (backwards, "“period”"),
        (no_zone, "带时区"),
    ],
)
def test_what_somebody_changed_is_refused_by_key(
    change: Callable[[Raw], None], says: str, tmp_path: Path
) -> None:
    raw = json.loads(facts_bytes(FACTS))
    change(raw)
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(FactsUnreadable) as refusal:
        read_facts(path)
    assert says in str(refusal.value)
    assert "“facts.json”" in str(refusal.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"a": 1, "a": 2}', "\ufeff{}", "[" * 100_000, "{}"])
def test_what_is_no_facts_file_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FactsUnreadable):
        read_facts(path)


def test_another_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(facts_bytes(FACTS).replace(b"youju.facts/1", b"youju.facts/2"))
    with pytest.raises(FactsVersion, match=r"“youju\.facts/2”，这里只认“youju\.facts/1”"):
        read_facts(path)


def deliver(path: Path) -> None:
    inlines = [each for fact in FACTS.figures for each in (Words("，"), FigureText(fact.id, fact.wording))]
    notes = [
        FigureNote(fact.id, fact.wording, "", "", "", "", "", fact.n, fact.recipe) for fact in FACTS.figures
    ]
    write_gongwen(Document((Paragraph(tuple(inlines)),)), path, GongwenMeta("题"), notes)


def edit(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = members["word/document.xml"].decode()
    assert old in body
    members["word/document.xml"] = body.replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_a_report_as_delivered_agrees_with_its_facts(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    deliver(path)
    found = read_bookmarks(path)
    assert found == {"F001": "20000多份", "F002": "4.447万元", "F003": "未报"}
    assert check_bookmarks(FACTS, found) == ()


def test_an_edited_figure_is_found(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    deliver(path)
    edit(path, "20000多份", "30000多份")
    (problem,) = check_bookmarks(FACTS, read_bookmarks(path), file="report.docx")
    assert problem.code == "facts.edited"
    assert str(problem).startswith("report.docx：数字 F001 生成时是“20000多份”，文件中现为“30000多份”。")


def test_a_figure_edited_with_tracked_changes_is_read_as_it_stands_now(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    deliver(path)
    old = '<w:t xml:space="preserve">20000多份</w:t></w:r>'
    new = "<w:t>20000</w:t></w:r><w:ins><w:r><w:t>余份</w:t></w:r></w:ins><w:del><w:r><w:delText>多份</w:delText></w:r></w:del>"
    edit(path, old, new)
    assert read_bookmarks(path)["F001"] == "20000余份"


def test_a_figure_taken_out_and_one_of_another_report_are_found() -> None:
    found = {"F001": "20000多份", "F002": "4.447万元", "F009": "3件"}
    problems = check_bookmarks(FACTS, found)
    assert [problem.code for problem in problems] == ["facts.lost", "facts.unknown"]
    assert "（F003）在文件中找不到" in problems[0].text


def test_only_a_docx_has_bookmarks(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("20000多份", encoding="utf-8")
    with pytest.raises(WrongKind):
        read_bookmarks(path)
