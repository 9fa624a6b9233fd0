"""`youju audit FILE` as a user and as a program meets it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from youju.cli.main import main
from youju.office.text import read_text

DRAFT = "XX镇2024年一季度工作总结\n一季度，全镇极大的改善了村容村貌，投入12万购买果皮箱;排查隐患56余处。\n"
CLEAN = "禾澄镇2024年一季度工作简报\n一季度，全镇召开推进会3次，清运垃圾120吨。\n"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "草稿.txt"
    file.write_text(DRAFT, encoding="utf-8")
    return file


def audit_json(*arguments: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    main(["audit", *arguments, "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer, dict)
    return answer


def test_findings_give_exit_status_1_and_none_0(draft: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.txt"
    clean.write_text(CLEAN, encoding="utf-8")

    assert main(["audit", str(draft)]) == 1
    assert main(["audit", str(clean)]) == 0


def test_the_table_names_place_words_and_advice_in_chinese(
    draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["audit", str(draft)])

    shown = capsys.readouterr().out
    assert "报告期：2024年1月至3月" in shown
    assert "第2行" in shown
    assert "占位符未替换" in shown
    assert "56余处" in shown
    assert "错误1处" in shown


def test_json_has_every_finding_on_its_words_and_every_claim_with_its_rule(
    draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = audit_json(str(draft), capsys=capsys)

    assert answer["period"] == {"from": "2024-01-01", "to": "2024-03-31", "known_by": "title"}
    assert isinstance(answer["findings"], list)
    assert isinstance(answer["claims"], list)
    codes = {finding["code"] for finding in answer["findings"]}
    assert {
        "audit.placeholder",
        "audit.wording",
        "audit.half_width",
        "audit.missing_unit",
        "audit.not_round",
    } <= codes
    for finding in answer["findings"]:
        assert DRAFT[finding["start"] : finding["end"]] == finding["snippet"]
        assert finding["severity"] in {"error", "warning", "note"}
        assert finding["place"].startswith("第")
    (money,) = [claim for claim in answer["claims"] if claim["text"] == "12万"]
    assert (money["value_low"], money["norm_unit"], money["rule"] != "") == (120000, "元", True)


def test_a_check_can_be_switched_off_by_id_code_or_title(
    draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("half_width", "audit.half_width", "半角标点"):
        answer = audit_json(str(draft), "--without", name, capsys=capsys)

        assert answer["off"] == ["half_width"]
        assert isinstance(answer["findings"], list)
        assert "audit.half_width" not in {finding["code"] for finding in answer["findings"]}


def test_the_period_given_wins_over_the_title(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = audit_json(str(draft), "--period", "2023", capsys=capsys)

    assert answer["period"] == {"from": "2023-01-01", "to": "2023-12-31", "known_by": "given"}


def test_places_of_other_towns_come_from_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft, places = tmp_path / "a.txt", tmp_path / "places.txt"
    draft.write_text("东坪村、上坪村已完成整治。", encoding="utf-8")
    places.write_text("# 名册\n禾澄镇/东坪村\n石桥镇/上坪村\n", encoding="utf-8")

    answer = audit_json(str(draft), "--places", str(places), "--own", "禾澄镇", capsys=capsys)

    assert isinstance(answer["findings"], list)
    assert [finding["snippet"] for finding in answer["findings"]] == ["上坪村"]


def test_comments_stand_on_the_exact_words_of_the_users_own_docx(tmp_path: Path) -> None:
    source, target = tmp_path / "草稿.docx", tmp_path / "批注.docx"
    document = docx.Document()
    paragraph = document.add_paragraph("一季度，全镇极大")
    paragraph.add_run("的改善了").bold = True
    paragraph.add_run("村容村貌。")
    document.save(str(source))
    before = source.read_bytes()

    assert main(["audit", str(source), "--docx", str(target)]) == 1

    assert source.read_bytes() == before
    assert read_text(target).text == read_text(source).text
    with zipfile.ZipFile(target) as package:
        comments = package.read("word/comments.xml").decode()
        body = package.read("word/document.xml").decode()
    assert "状语用“地”" in comments
    assert "audit.wording" in comments
    commented = body[body.index("commentRangeStart") : body.index("commentRangeEnd")]
    assert "极大" in commented
    assert "改善了" not in commented


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["没有.txt"], "打不开"),
        (["草稿.txt", "--without", "不存在"], "没有“不存在”这项检查"),
        (["草稿.txt", "--docx", "x.docx"], "不是 .docx"),
        (["草稿.txt", "--places", "草稿.txt"], "--own"),
        (["草稿.txt", "--period", "上个月"], "不是期间"),
        ([], "没有写文件名"),
    ],
)
def test_what_cannot_be_done_says_why_and_gives_2(
    draft: Path,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(draft.parent)

    assert main(["audit", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_the_list_of_checks_needs_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--list"]) == 0
    assert "占位符未替换" in capsys.readouterr().out


def test_a_towns_own_catalog_adds_words_and_switches_checks_off(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    local = tmp_path / "own" / "terms"
    local.mkdir(parents=True)
    (local / "local.yaml").write_text(
        "id: local\nkind: terms\nterms:\n  - {words: [推进会], until: 2020-12-31, use: 现场会, source: 镇办通知}\n",
        encoding="utf-8",
    )
    (local / "checks-off.yaml").write_text(
        "id: checks-off\nkind: checks-off\nchecks: [placeholder]\n", encoding="utf-8"
    )
    draft.write_text("XX镇2024年一季度工作简报\n召开推进会3次。\n", encoding="utf-8")
    monkeypatch.setenv("YOUJU_LOCAL", str(tmp_path / "own"))

    answer = audit_json(str(draft), capsys=capsys)

    assert isinstance(answer["findings"], list)
    assert [finding["snippet"] for finding in answer["findings"]] == ["推进会"]


def test_a_broken_catalog_file_is_named_with_its_line(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    local = tmp_path / "own" / "terms"
    local.mkdir(parents=True)
    (local / "local.yaml").write_text(
        "id: local\nkind: terms\nterms:\n  - {words: [推进会], use: 现场会, source: 镇办通知}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("YOUJU_LOCAL", str(tmp_path / "own"))

    assert main(["audit", str(draft)]) == 2
    assert "local.yaml:4" in capsys.readouterr().err


def test_django_is_not_needed(draft: Path) -> None:
    code = (
        "import sys; from youju.cli.main import main; "
        f"status = main(['audit', {str(draft)!r}, '--json']); "
        "assert status == 1 and not any(name.split('.')[0] == 'django' for name in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
