"""The lock files: every package pinned with hashes, from wherever the reader's machine gets its packages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)")
LOCKS = ["runtime.lock", "dev.lock", "tools.txt"]


def entries(name: str) -> list[str]:
    """The lock's requirements, each with its continued lines."""
    text = (REQUIREMENTS / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins(name: str) -> dict[str, str]:
    found = [PIN.match(entry) for entry in entries(name)]
    return {normal(match[1]): match[2] for match in found if match}


def asked_for(name: str) -> set[str]:
    lines = (REQUIREMENTS / name).read_text(encoding="utf-8").splitlines()
    named = [re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith(("#", "-"))]
    return {normal(match[0]) for match in named if match}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pin_with_hashes(name: str) -> None:
    lines = entries(name)
    assert lines
    for line in lines:
        assert PIN.match(line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("name", [*LOCKS, "runtime.in", "dev.in", "tools.in"])
def test_no_line_says_where_packages_come_from(name: str) -> None:
    text = (REQUIREMENTS / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", text, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("source", "lock"), [("runtime.in", "runtime.lock"), ("dev.in", "dev.lock"), ("tools.in", "tools.txt")]
)
def test_what_is_asked_for_is_locked(source: str, lock: str) -> None:
    assert asked_for(source) <= pins(lock).keys()


def test_tests_run_on_what_the_product_runs_on() -> None:
    product, tests = pins("runtime.lock"), pins("dev.lock")
    assert {name: tests.get(name) for name in product} == product


def test_every_dependency_is_accounted_for() -> None:
    page = (REQUIREMENTS.parent / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = {
        normal(match[1])
        for match in re.finditer(r"^\| ([\w.-]+) \| .+ \| .+ \| \d{4}-\d\d", page, re.MULTILINE)
    }
    assert rows == asked_for("runtime.in") | asked_for("dev.in") | asked_for("tools.in")
