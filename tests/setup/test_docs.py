"""The pages under docs/ speak of files, tests and pages that exist, and each decision names the tests that prove it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "README.zh.md"])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
NAMED = re.compile(r"`((?:youju|tests|demo|bench|catalog|docs)/[\w./-]+?)(?:::(\w+))?`")
LINKS = re.compile(r"\]\(([^)#\s]+)\)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = []
    for path, test in NAMED.findall(text):
        target = ROOT / path
        if not target.exists():
            missing.append(path)
        elif test and f"def {test}(" not in target.read_text(encoding="utf-8"):
            missing.append(f"{path}::{test}")
    for link in LINKS.findall(text):
        if "://" not in link and not (page.parent / link).exists():
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_says_what_it_decides_and_which_tests_prove_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    number = re.match(r"# (\d\d) ", text)

    assert number is not None
    assert page.name.startswith(f"{number.group(1)}-")
    *_, proof = re.split(r"\*\*Tests[.*]*", text)
    assert re.search(r"`tests/[\w/]+(\.py|/)`", proof), "no test is named"


def test_each_invariant_is_named_by_the_tests_that_its_line_points_to() -> None:
    page = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (\d+) \|.*$", page, re.MULTILINE)
    assert lines == [str(number) for number in range(1, 11)]
    for number in lines:
        (line,) = re.findall(rf"^\| {number} \|.*$", page, re.MULTILINE)
        for path in re.findall(r"`(tests/[\w/]+\.py)`", line):
            said = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"[Ii]nvariants? (\d+(, | and ))*{number}\b", said), (number, path)
