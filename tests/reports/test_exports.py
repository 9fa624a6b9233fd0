"""A final report as files, read back: numbers, bookmarks, comments, and nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.ledgers import LedgerDatabase
from tests.office.pdf_pages import letters, opened
from tests.reports.small import TEXT, begun, signed, small, with_leaflets
from tests.town import START, Town, build_town
from youju.actions import clock, exporting, finals
from youju.actions.composing import Composed
from youju.office.facts import check_bookmarks, facts_bytes, read_bookmarks, read_facts
from youju.office.facts_table import harmless
from youju.office.text import read_text
from youju.store.queries.reports import FinalRow

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>&amp;#panic() [=1+1]'


@pytest.fixture
def row(ledger_db: LedgerDatabase) -> Iterator[FinalRow]:
    with clock.at(START):
        town: Town = build_town()
        with_leaflets(town)
        report = begun(town, small(TEXT.replace("均有签收", f"均有签收{HOSTILE}")))
        yield signed(town, report)


@pytest.fixture
def made(row: FinalRow) -> Composed:
    return finals.recomposed(row)


def test_the_word_file_and_its_facts_agree_and_a_changed_number_is_found(
    made: Composed, tmp_path: Path
) -> None:
    docx, facts = tmp_path / "a.docx", tmp_path / "a.facts.json"
    docx.write_bytes(exporting.export(made, "docx"))
    facts.write_bytes(exporting.export(made, "facts"))
    known = read_facts(facts)
    assert check_bookmarks(known, read_bookmarks(docx)) == ()
    assert [fact.wording for fact in known.figures] == list(read_bookmarks(docx).values())
    edited = tmp_path / "b.docx"
    with zipfile.ZipFile(docx) as source, zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(
                name,
                data.replace("1200份".encode(), "1300份".encode()) if name.endswith("document.xml") else data,
            )
    found = check_bookmarks(known, read_bookmarks(edited))
    assert [(each.code, "1300份" in each.text) for each in found] == [("facts.edited", True)]


def test_the_pdf_holds_the_same_facts(row: FinalRow, made: Composed) -> None:
    with opened(exporting.export(made, "pdf")) as pages:
        inside = bytes(pages.get_attachment(0).get_data())
        read = "".join(each.text for page in pages for each in letters(page))
    assert inside.decode() == row.facts
    assert json.loads(inside)["figures"][0]["value"] == "1550"
    for block in row.body.split("\n"):
        assert "".join(block.split()) in read


def test_a_final_report_gives_the_same_bytes_again(row: FinalRow, made: Composed) -> None:
    again = finals.recomposed(row)
    for kind in exporting.KINDS:
        assert exporting.export(made, kind) == exporting.export(again, kind), kind
    assert facts_bytes(made.facts).decode() == row.facts


def test_the_check_copy_has_a_code_and_a_comment_for_every_figure(made: Composed, tmp_path: Path) -> None:
    path = tmp_path / "check.docx"
    path.write_bytes(exporting.export(made, "check"))
    text = read_text(path).text
    assert "发放宣传资料1500多份⟨01⟩，同比增长55%⟨02⟩。" in text
    with zipfile.ZipFile(path) as archive:
        comments = archive.read("word/comments.xml").decode()
    assert comments.count("<w:comment ") == 5
    assert "期间内发到群众手中的份数，按发放日期计。" in comments
    assert read_bookmarks(path)["F001"] == "1500多份"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.add(value or "")


def test_the_page_runs_nothing_and_fetches_nothing(made: Composed) -> None:
    page = exporting.export(made, "html").decode()
    found = _Tags()
    found.feed(page)
    assert not {"script", "img", "iframe", "link", "object"} & set(found.tags)
    assert all(each.startswith("#") and each[1:] in found.ids for each in found.links)
    assert sum(each.startswith("#src_") for each in found.links) == 5
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;#panic()" in page


def test_no_field_code_or_relation_comes_from_words(made: Composed, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(exporting.export(made, "docx"))
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode()
        relations = archive.read("word/_rels/document.xml.rels").decode()
    assert "instrText" not in body
    assert "External" not in relations
    assert "&lt;script&gt;" in body


def test_the_table_has_numbers_and_no_formulas(made: Composed) -> None:
    rows = list(csv.DictReader(io.StringIO(exporting.export(made, "csv").decode("utf-8-sig"))))
    assert [each["短码"] for each in rows] == ["⟨01⟩", "⟨02⟩", "⟨03⟩", "⟨04⟩", "⟨05⟩"]
    assert [each["精确值"] for each in rows] == ["1550", "55", "1550", "1200", "350"]
    assert [harmless(each) for each in ("=1", "+1", "-1", "-1.5", "@a", "\tx", "|c", "-1+cmd", "文")] == [
        "'=1", "'+1", "-1", "-1.5", "'@a", "'\tx", "'|c", "'-1+cmd", "文"
    ]  # fmt: skip


def test_file_names_have_nothing_that_file_systems_forbid(made: Composed) -> None:
    for kind in exporting.KINDS:
        assert re.fullmatch(r"甲镇2024年1月至3月小结[.\w]+", exporting.file_name(made, kind))
    with pytest.raises(exporting.UnknownExport):
        exporting.export(made, "ofd")
