"""The check of tracked files finds what it is there for, and nothing in ordinary text."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.tracked import HOSTS, offences, tracked_files

SLASH = "/"  # so that this file has no such path itself


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_of_packages_is_found(tmp_path: Path, host: str) -> None:
    (tmp_path / "a.md").write_text(f"一行\n见 https://{host.upper()}/simple\n", encoding="utf-8")
    (found,) = offences(tmp_path, ["a.md"])
    assert found.startswith("a.md:2: host of packages")


@pytest.mark.parametrize("path", ["work", "work/main/x.py", "farm/tools", "root/.cache", "home/li/a"])
def test_a_path_of_a_machine_is_found(tmp_path: Path, path: str) -> None:
    (tmp_path / "a.py").write_text(f'DATA = "{SLASH}{path}"\n', encoding="utf-8")
    (found,) = offences(tmp_path, ["a.py"])
    assert found.startswith("a.py:1: path of a machine")


@pytest.mark.parametrize(
    "line",
    [
        "docs/work/plan.md",
        "PUT /work-summary",
        "../root/x",
        "和/work_items",
        "</root>",
        "reports/home/a",
        "./run",
    ],
)
def test_ordinary_text_is_left_alone(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.md").write_text(line + "\n", encoding="utf-8")
    assert list(offences(tmp_path, ["a.md"])) == []


def test_only_tracked_text_is_read(tmp_path: Path) -> None:
    text = f"{SLASH}work{SLASH}main\n"
    (tmp_path / "tracked.md").write_text(text, encoding="utf-8")
    (tmp_path / "untracked.md").write_text(text, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff" + text.encode())
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "add", "tracked.md", "picture.png"], check=True)
    names = tracked_files(tmp_path)
    assert names == ["picture.png", "tracked.md"]
    assert [each.partition(":")[0] for each in offences(tmp_path, names)] == ["tracked.md"]
