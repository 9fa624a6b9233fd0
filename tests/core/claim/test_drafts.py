"""Figures of Word and PDF drafts: what is read, what is not, and where it stands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.office.word_packages import p, r, tbl, textbox, write_docx
from tests.require import require

ROOT = Path(__file__).resolve().parents[3]
OLD = ROOT / "tests" / "office" / "data" / "old-report.doc"


def extracted(path: Path, tmp_path: Path) -> tuple[str, list[dict[str, object]]]:
    """The text that was read, and the claims, by the command."""
    out = tmp_path / "read.txt"
    done = subprocess.run(
        [sys.executable, "-m", "youju", "extract", str(path), "--jsonl", "--text", str(out)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    return out.read_bytes().decode(), [row for row in rows if row["is_claim"]]


def test_every_part_of_a_word_file_is_read_and_spans_are_its_exact_words(tmp_path: Path) -> None:
    """Runs cut a number in two, an insertion adds one, a deletion takes one away."""
    control = f"<w:sdt><w:sdtContent>{r('灯光球场3')}{r('个')}</w:sdtContent></w:sdt>"
    body = (
        p("发放宣传资料20", "00", "0多", "份，", '<w:r><w:footnoteReference w:id="1"/></w:r>')
        + p(
            f'<w:ins w:id="1" w:author="甲">{r("张贴标语56条")}</w:ins>',
            '<w:del w:id="2" w:author="甲"><w:r><w:delText>张贴标语99条</w:delText></w:r></w:del>',
        )
        + p(control)
        + p("下框：", textbox(p("慰问群众40户")))
        + tbl(("新栽树木", "1,200株"), ("修路", "3.5公里"))
    )
    notes = f'<w:footnote w:id="1">{p("含赠阅的300册。")}</w:footnote>'
    draft = write_docx(tmp_path / "a.docx", body, footnotes=notes)

    text, claims = extracted(draft, tmp_path)

    assert {str(row["text"]): row["place"] for row in claims} == {
        "20000多份": "第1段",
        "300册": "脚注1",
        "56条": "第2段",
        "3个": "第3段",
        "40户": "第4段文本框",
        "1,200株": "表1第1行第2列",
        "3.5公里": "表1第2行第2列",
    }
    assert all(text[int(str(row["start"])) : int(str(row["end"]))] == row["text"] for row in claims)
    assert "99" not in text


def test_figures_of_a_pdf_have_page_and_line(tmp_path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for lines in (
        ("禾澄镇工作总结", "全年修路17.6公里。"),
        ("第二部分", "栽树3000株。", "完成投资45.5万元。"),
    ):
        canvas.setFont("STSong-Light", 16)
        for number, line in enumerate(lines):
            canvas.drawString(90, A4[1] - 110 - 40 * number, line)
        canvas.showPage()
    canvas.save()

    text, claims = extracted(tmp_path / "a.pdf", tmp_path)

    assert [(row["text"], row["place"]) for row in claims] == [
        ("17.6公里", "第1页第2行"),
        ("3000株", "第2页第2行"),
        ("45.5万元", "第2页第3行"),
    ]
    assert all(text[int(str(row["start"])) : int(str(row["end"]))] == row["text"] for row in claims)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_texts_of_either_encoding_give_the_same_claims(encoding: str, tmp_path: Path) -> None:
    draft = tmp_path / "a.md"
    draft.write_bytes("# 简报\n新建广场3个，投入12.5万元。\n".encode(encoding))

    _, claims = extracted(draft, tmp_path)

    assert [(row["text"], row["value_low"]) for row in claims] == [("3个", 3), ("12.5万元", 125000)]


def test_an_old_word_file_is_read(tmp_path: Path) -> None:
    require("antiword（读旧版 .doc）", shutil.which("antiword"), "请安装 antiword")
    text, claims = extracted(OLD, tmp_path)

    assert claims
    assert all(text[int(str(row["start"])) : int(str(row["end"]))] == row["text"] for row in claims)
