"""`youju extract`: the contract other programs rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.require import require_given

ROOT = Path(__file__).resolve().parents[3]
GIVEN = ROOT.parent / "shared"
KEYS = [
    "doc", "start", "end", "text", "is_claim", "kind", "value_low", "value_high", "low_open", "high_open", "unit",
    "norm_unit", "subject", "scope", "period", "change", "qualifier", "rule",
]  # fmt: skip


def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "youju", "extract", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def test_one_object_a_line_with_offsets_into_the_text_as_it_is(tmp_path: Path) -> None:
    draft = tmp_path / "简报.txt"
    draft.write_bytes("\ufeff2024年以来，全镇\r\n印发宣传资料20000多份，投入４.５万元。".encode())
    out = tmp_path / "out.txt"

    found = lines(run(draft, "--jsonl", "--text", out))

    text = out.read_bytes().decode("utf-8")
    assert text == "2024年以来，全镇\r\n印发宣传资料20000多份，投入４.５万元。"
    assert all(text[int(str(row["start"])) : int(str(row["end"]))] == row["text"] for row in found)
    assert [(row["text"], row["is_claim"]) for row in found] == [
        ("2024年以来", False),
        ("20000多份", True),
        ("４.５万元", True),
    ]
    leaflets = found[1]
    assert list(leaflets)[: len(KEYS)] == KEYS
    assert leaflets["doc"] == "简报"
    assert (leaflets["value_low"], leaflets["value_high"]) == (20000, 30000)
    assert (leaflets["low_open"], leaflets["high_open"]) == (True, True)
    assert (leaflets["subject"], leaflets["rule"]) == ("宣传资料", "approx.duo")
    assert found[2]["value_low"] == 45000


def test_a_person_gets_a_table(tmp_path: Path) -> None:
    draft = tmp_path / "a.txt"
    draft.write_text("召开会议4次。", encoding="utf-8")

    done = run(draft)

    assert done.returncode == 0
    assert "数字表述" in done.stdout.decode()
    assert "4次" in done.stdout.decode()


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_printed(tmp_path: Path) -> None:
    draft = tmp_path / "a.txt"
    draft.write_text("召开会议4次。", encoding="utf-8")

    done = run(tmp_path / "没有.txt", draft, "--jsonl")

    assert done.returncode == 2
    assert "没有这个文件" in done.stderr.decode()
    assert json.loads(done.stdout)["text"] == "4次"


def test_two_drafts_need_a_folder_for_their_texts(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("召开会议4次。", encoding="utf-8")
    folder = tmp_path / "texts"

    refused = run(tmp_path / "a.txt", tmp_path / "b.txt", "--text", folder)
    folder.mkdir()
    done = run(tmp_path / "a.txt", tmp_path / "b.txt", "--text", folder)

    assert refused.returncode == 2
    assert done.returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.txt"]


def test_django_is_not_started(tmp_path: Path) -> None:
    draft = tmp_path / "a.txt"
    draft.write_text("召开会议4次。", encoding="utf-8")
    script = (
        "import sys; from youju.cli.main import main; status = main(['extract', sys.argv[1], '--jsonl'])\n"
        "assert status == 0 and 'django' not in sys.modules"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(draft)], cwd=ROOT, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(
    ("gold", "document"), [("report_gold.jsonl", "report.txt"), ("sentences_gold.jsonl", "")]
)
def test_the_given_report_and_sentences_by_the_given_judge(gold: str, document: str, tmp_path: Path) -> None:
    judge = GIVEN / "eval" / "extract_eval.py"
    require_given(judge.exists())
    if document:
        drafts = [GIVEN / "seed" / document]
    else:
        drafts = []
        for line in (GIVEN / "eval" / gold).read_text(encoding="utf-8").splitlines():
            passage = json.loads(line)
            drafts.append(tmp_path / f"{passage['id']}.txt")
            drafts[-1].write_text(passage["text"], encoding="utf-8")
    predictions = tmp_path / "predictions.jsonl"
    done = run(*drafts, "--jsonl")
    predictions.write_bytes(done.stdout)

    scored = subprocess.run(
        [sys.executable, judge, GIVEN / "eval" / gold, predictions, "--json"], capture_output=True, check=True
    )

    levels = json.loads(scored.stdout)["levels"]
    assert levels["v+u"]["F1"] == 1.0
    assert levels["strict"]["F1"] >= 0.95
    assert levels["all"]["F1"] >= 0.95
