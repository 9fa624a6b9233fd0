"""`youju audit FILE --unit U --as-of D`: what it prints, and its exit status."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock
from youju.cli.main import main

TRUE = "甲镇2024年1月至4月工作汇报\n\n全镇发放宣传资料200份。\n\n甲镇人民政府\n2024年5月1日\n"


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    """2024-03-05  东村  leaflets.handed_out  200 份"""
    with clock.at(START):
        made = build_town()
        made.reviewed("leaflets", "东村", day="2024-03-05", count="200", campaign="清洁乡村")
        (ledger_db.data / "account").write_text("clerk", encoding="utf-8")
        yield made


def write(tmp_path: Path, text: str) -> str:
    file = tmp_path / "草稿.txt"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_draft_that_agrees_ends_with_0_and_one_that_does_not_with_1(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["audit", write(tmp_path, TRUE), "--unit", "甲镇", "--as-of", "2024-05-01", "--findings-only"])
        == 0
    )
    assert "与台账一致1处" in capsys.readouterr().out

    wrong = TRUE.replace("200份", "2000份")
    assert (
        main(["audit", write(tmp_path, wrong), "--unit", "甲镇", "--as-of", "2024-05-01", "--findings-only"])
        == 1
    )
    said = capsys.readouterr().out
    assert "与台账不一致1处" in said
    assert "可写作：200份" in "".join(said.split()).replace("│", "")


def test_programs_get_verdict_recipe_and_true_wordings(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = TRUE.replace("200份", "近300份")
    assert main(["audit", write(tmp_path, wrong), "--unit", "甲镇", "--as-of", "2024-05-01", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)["ledger"]
    (claim,) = answer["claims"]

    assert answer["counts"]["与台账不一致"] == 1
    assert claim["verdict"] == "与台账不一致"
    assert claim["readings"][0]["recipe"] == "leaflets.handed_out @990101101000 2024-01-01..2024-04-30"
    assert claim["readings"][0]["value"] == "200"
    assert claim["suggestions"][0]["text"] == "200份"


def test_unit_and_day_are_read_from_the_draft_when_not_given(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", write(tmp_path, TRUE), "--unit", "甲镇", "--findings-only"]) == 0
    assert "截至2024-05-01" in capsys.readouterr().out
    assert main(["audit", write(tmp_path, TRUE), "--as-of", "2024-05-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ledger"]["unit"] == "甲镇"


@pytest.mark.parametrize(
    ("unit", "as_of", "said"),
    [("丙镇", "2024-05-01", "没有找到"), ("甲镇", "1999-01-01", "没有找到"), ("甲镇", "昨天", "不是日期")],
)
def test_what_cannot_be_compared_says_why_and_gives_2(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str], unit: str, as_of: str, said: str
) -> None:
    assert main(["audit", write(tmp_path, TRUE), "--unit", unit, "--as-of", as_of]) == 2
    assert said in capsys.readouterr().err


def test_a_draft_that_says_nothing_of_its_unit_is_asked_whose_it_is(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, "发放宣传资料200份。\n")
    assert main(["audit", file, "--as-of", "2024-05-01"]) == 2
    assert "--unit" in capsys.readouterr().err


def test_the_users_word_file_comes_back_with_tracked_changes_and_a_checklist(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = Document()
    for line in TRUE.replace("200份", "2000份").splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "总结.docx"))
    asked = [
        "audit",
        str(tmp_path / "总结.docx"),
        "--unit",
        "甲镇",
        "--as-of",
        "2024-05-01",
        "--findings-only",
    ]
    out, sheet, paper = tmp_path / "批注.docx", tmp_path / "清单.xlsx", tmp_path / "清单.pdf"

    assert main([*asked, "--docx", str(out), "--changes", "--checklist", str(sheet)]) == 1
    assert main([*asked, "--checklist", str(paper)]) == 1

    with zipfile.ZipFile(out) as package:
        body = package.read("word/document.xml").decode()
    assert "<w:delText" in body
    assert "200份</w:t>" in body
    cells = [str(cell.value) for row in load_workbook(sheet).worksheets[0].iter_rows() for cell in row]
    assert "2000份" in cells
    assert paper.read_bytes().startswith(b"%PDF")
    assert main([*asked, "--checklist", str(tmp_path / "清单.txt")]) == 2
    assert ".xlsx" in capsys.readouterr().err
