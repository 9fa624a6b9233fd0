"""The pages under docs/security: every requirement and abuse is answered, every named test is there, every figure is the program's."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.security.required import ADDED, FIRST, levels
from youju.specs.parameters import read_parameters

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "security"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ANSWERS = ("test", "absent", "n/a", "deployment", "not met")


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def rows(name: str, columns: int) -> list[list[str]]:
    """The rows of a page's tables of so many columns, heads and rules left out."""
    found = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in page(name).splitlines()
        if line.startswith("| ")
    ]
    return [row for row in found if len(row) == columns and re.match(r"\d", row[0])]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


# --- the table of requirements ----------------------------------------------------------------------------


def test_the_list_of_requirements_is_the_one_that_was_counted() -> None:
    counted = Counter(levels().values())
    assert (counted[1], counted[1] + counted[2], counted[3]) == (len(FIRST), 217, len(ADDED))


def test_every_requirement_is_answered_once_with_its_level() -> None:
    answered = [(number, int(level)) for number, level, *_ in rows("asvs", 5)]
    assert len(answered) == len(set(answered))
    assert dict(answered) == levels()
    order = [tuple(int(part) for part in number.split(".")) for number, _ in answered]
    assert order == sorted(order)


def test_every_answer_is_one_of_five_and_says_by_what() -> None:
    wrong = []
    for number, _, about, answer, by in rows("asvs", 5):
        proven = bool(TEST.search(by))
        words = re.sub(r"`tests/[^`]+`", "", by).strip()
        right = (
            answer in ANSWERS
            and bool(about)
            and (proven and not words if answer in ("test", "absent") else len(words) > 20)
        )
        if not right:
            wrong.append((number, answer, by))
    assert wrong == []


@pytest.mark.parametrize("name", ["asvs", "threats"])
def test_every_test_that_a_page_names_is_there(name: str) -> None:
    named = TEST.findall(page(name))
    assert len(named) > 40
    assert [f"{path}::{test}" for path, test in named if test not in names_in(path)] == []


def test_the_sums_are_right_and_four_fifths_rest_on_tests() -> None:
    counted = Counter(row[3] for row in rows("asvs", 5) if row[1] != "3")
    said = {
        match[1]: int(match[2])
        for match in re.finditer(r"^\| ([\w/ ]+) \|[^|]+\| (\d+) \|$", page("asvs"), re.MULTILINE)
    }
    assert said == {answer: counted[answer] for answer in ANSWERS}
    by_test = counted["test"] + counted["absent"]
    assert by_test / 217 >= 0.8
    assert f"{by_test} of 217 ({round(100 * by_test / 217)} %)" in page("asvs")


def test_what_is_not_met_is_an_accepted_risk() -> None:
    """The one page that people outside read tells of each."""
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert [row[0] for row in rows("asvs", 5) if row[3] == "not met" and row[0] not in told] == []


# --- the threats ------------------------------------------------------------------------------------------


def test_every_abuse_has_its_control_and_a_test_or_says_that_it_is_not_built() -> None:
    found = rows("threats", 5)
    assert [int(number) for number, *_ in found] == list(range(1, 28))
    for number, abuse, actors, control, proof in found:
        assert abuse, number
        assert set(actors.replace(", ", "")) <= set("RVDTICSQLOXF"), number
        assert control, number
        assert TEST.search(proof) or "not built" in proof, number


# --- figures and words of the other pages -----------------------------------------------------------------

FIGURE = re.compile(r"`([a-z][\w.-]+)`: (\d+)")


def test_what_pages_say_is_what_holds() -> None:
    """`name`: number, where the name is a parameter's file or a constant of the program."""
    parameters, problems = read_parameters([ROOT / "catalog" / "parameters"])
    assert not [each for own in problems for each in own.found]
    wrong, seen = [], 0
    for path in sorted(PAGES.glob("*.md")):
        for name, number in FIGURE.findall(path.read_text(encoding="utf-8")):
            seen += 1
            if (value := value_of(name, parameters)) != int(number):
                wrong.append((path.name, name, number, value))
    assert wrong == []
    assert seen >= 25


def value_of(name: str, parameters: dict[str, Any]) -> object:
    if "." not in name:
        found = parameters[name].on(date(2026, 11, 26)) if name in parameters else None
        return int(found.value) if found else None
    module, _, constant = name.rpartition(".")
    return getattr(importlib.import_module(module), constant)


NEEDED = {
    "signing-in": (
        "pages", "`/api/v1`", "command line", "no sign-up", "face to face", "Any number at a time", "NIST SP 800-63B", "no single sign-on", "`WORDS`",
        "gains 15 minutes",
    ),
    "data": ("secret", "personal", "draft", "internal", "public", "Writing:", "Reading:", "erased with a tombstone", "by grant"),
    "cryptography": (
        "`SECRET_KEY`", "`personal.key`", "Argon2id", "AES-256-GCM", "HKDF-SHA256", "HMAC-SHA256", "SHA-256", "SHA1", "changed", "known to one program",
        "When an algorithm falls",
    ),
    "logs": ("`log/security-DAY.jsonl`", "`log/faults-DAY.jsonl`", "0600", "kept", "read by", "Send them on", "To look for"),
    "input": ("required", "check digits", "locked period", "never makes a path", "Unpacked", "What takes long", "a worker"),
    "operation": ("TLS 1.3", "a host of its own", "verify-full", "no way out", "antivirus", "sent on to another machine"),
    "supply": ("critical", "days", "CycloneDX", "Risky parts", "Dangerous functions", "未知"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(NEEDED))
def test_each_page_says_what_the_table_needs(name: str) -> None:
    text = page(name)
    assert [words for words in NEEDED[name] if words not in text] == []
    for decision in ("09-grants-and-visible", "14-access-table"):
        assert (ROOT / "docs" / "decisions" / f"{decision}.md").exists()


def test_logs_go_where_the_page_says() -> None:
    from django.conf import settings

    logging: Any = settings.LOGGING
    files = {each["name"] for each in logging["handlers"].values() if "name" in each}
    assert files == {"security", "faults"}
    text = page("logs")
    assert all(f"`log/{name}-DAY.jsonl`" in text for name in files)
    assert set(logging["handlers"]) - files == {"stream"}
    assert Path(logging["handlers"]["security"]["folder"]).name == "log"


def test_no_password_expires() -> None:
    """Nothing compares the day a password was set with today."""
    users = [
        path
        for path in sorted((ROOT / "youju").rglob("*.py"))
        if "password_at" in path.read_text(encoding="utf-8")
    ]
    assert {path.name for path in users} <= {
        "logins.py",
        "login.py",
        "views.py",
        "outside.py",
        "0001_ledger.py",
        "0002_desk.py",
    }
    for path in users:
        assert not re.search(r"password_at\s*[<>]", path.read_text(encoding="utf-8"))


def test_types_are_checked_strictly() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert said["strict"] is True
    assert said["warn_unreachable"] is True


def test_every_page_of_the_folder_is_named_where_people_begin() -> None:
    told = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert [path.name for path in PAGES.glob("*.*") if f"docs/security/{path.name}" not in told] == []
    assert "SECURITY.md" in (ROOT / "README.md").read_text(encoding="utf-8")
