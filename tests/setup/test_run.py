"""`./run`: one command makes the environment, the next ones start at once, and each command reaches its program."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.require import require
from tests.setup.checkout import ROOT, run, small_checkout

PREPARING = "正在准备运行环境"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return small_checkout(tmp_path)


def test_alone_it_lists_its_commands(checkout: Path) -> None:
    shown = run(checkout)
    assert shown.returncode == 0
    for command in ("demo", "test", "lint", "types", "catalog", "golden", "bench", "prove", "lock", "youju"):
        assert re.search(rf"^  {command}\b.*[\u4e00-\u9fff]", shown.stdout, re.MULTILINE), command
    assert not (checkout / ".venv").exists(), "looking at the list needs no environment"


def test_an_unknown_command_is_refused_with_the_list(checkout: Path) -> None:
    refused = run(checkout, "tset")
    assert refused.returncode == 2
    assert "没有“tset”这个命令" in refused.stderr
    assert "test [路径…]" in refused.stderr


def test_the_environment_is_made_once_and_again_when_the_lock_changes(checkout: Path) -> None:
    first = run(checkout, "youju")
    assert PREPARING in first.stderr
    stamp = checkout / ".venv" / "installed.json"
    written = stamp.stat().st_mtime_ns

    second = run(checkout, "youju")
    assert second.stderr == ""
    assert stamp.stat().st_mtime_ns == written

    (checkout / "requirements" / "runtime.lock").write_text("# still nothing\n", encoding="utf-8")
    third = run(checkout, "youju")
    assert PREPARING in third.stderr
    assert stamp.stat().st_mtime_ns > written


def test_a_half_made_environment_is_finished_by_the_next_run(checkout: Path) -> None:
    run(checkout, "youju")
    (checkout / ".venv" / "installed.json").unlink()
    (checkout / ".venv" / "pyvenv.cfg").unlink()
    repaired = run(checkout, "youju")
    assert PREPARING in repaired.stderr
    assert repaired.returncode == 3, repaired.stderr
    assert repaired.stdout.strip().endswith(str(checkout / ".venv")), (
        "it must never be the machine's own Python"
    )


def test_a_moved_checkout_makes_its_environment_anew(checkout: Path, tmp_path: Path) -> None:
    run(checkout, "youju")
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("run", "requirements", "youju", ".tools", ".venv"):
        shutil.move(checkout / name, moved / name)
    answer = run(moved, "youju")
    assert PREPARING in answer.stderr
    assert str(moved) in answer.stdout


def test_arguments_directory_and_exit_status_are_the_programs_own(checkout: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "文件"
    elsewhere.mkdir()
    (elsewhere / "youju.py").write_text("raise SystemExit('data of the user was run')", encoding="utf-8")
    answer = run(checkout, "youju", "figure", "--json", "调结率 2024年", cwd=elsewhere)
    assert answer.stdout.startswith(f"['figure', '--json', '调结率 2024年'] {elsewhere} {checkout / '.venv'}")
    assert answer.returncode == 3


def test_without_uv_the_packages_come_by_pip(tmp_path: Path) -> None:
    checkout = small_checkout(tmp_path, with_uv=False)
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    answer = run(checkout, "youju", env=nowhere)
    assert "改用 venv 和 pip" in answer.stderr
    assert answer.returncode == 3, answer.stderr
    assert run(checkout, "youju", env=nowhere).stderr == ""


def test_without_any_index_it_says_what_to_do(tmp_path: Path) -> None:
    checkout = small_checkout(tmp_path, with_uv=False)
    (checkout / "requirements" / "runtime.lock").write_text(
        f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8"
    )
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    answer = run(checkout, "youju", env=nowhere)
    assert answer.returncode == 2
    assert "请检查能否访问软件包源" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_ordinary_user_without_a_home_can_use_it(checkout: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        assert run(checkout, "youju").returncode == 3
        return
    nobody = pwd.getpwnam("nobody")
    python = python_for(nobody.pw_uid)
    require("其他用户也能运行的 Python 3.11", python, "apt-get install python3")
    assert python is not None
    open_the_way(tmp_path)
    for path in (checkout, *checkout.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    answer = run(checkout, "youju", python=python, env={"HOME": "/nonexistent"}, user=nobody.pw_uid)
    assert answer.returncode == 3, answer.stderr
    assert {path.stat().st_uid for path in (checkout / ".venv").iterdir()} == {nobody.pw_uid}


def test_a_checkout_one_may_not_write_to_is_refused_in_words(checkout: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        checkout.chmod(0o555)
        answer = run(checkout, "youju")
        checkout.chmod(0o755)
    else:
        nobody = pwd.getpwnam("nobody")
        python = python_for(nobody.pw_uid)
        require("其他用户也能运行的 Python 3.11", python, "apt-get install python3")
        assert python is not None
        open_the_way(tmp_path)
        answer = run(checkout, "youju", python=python, env={"HOME": "/nonexistent"}, user=nobody.pw_uid)
    assert answer.returncode == 2
    assert "请换用对该目录有写权限的用户" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_part_of_the_tests_ends_with_minutes_and_the_total() -> None:
    answer = run(ROOT, "test", "tests/setup/test_locks.py")
    assert answer.returncode == 0, answer.stdout
    *_, last = answer.stdout.strip().splitlines()
    assert re.fullmatch(r"[1-9]\d* passed, 0 failed", last)
    assert re.search(r"\d\.\d\d 分钟  通过  测试", answer.stdout)


def test_a_run_that_breaks_off_has_failed() -> None:
    answer = run(ROOT, "test", "tests/setup/no_such_file.py")
    assert answer.returncode == 1
    assert answer.stdout.strip().endswith("0 passed, 1 failed")


def test_it_runs_on_the_standard_library_alone() -> None:
    program = (
        f"import runpy, sys; sys.argv = ['run']; runpy.run_path({str(ROOT / 'run')!r}, run_name='__main__')"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert "用法：./run 命令" in answer.stdout


def test_the_stamp_names_the_lock_it_was_made_from(checkout: Path) -> None:
    run(checkout, "youju")
    stamp = json.loads((checkout / ".venv" / "installed.json").read_text(encoding="utf-8"))
    assert stamp["profile"] == "runtime"
    assert stamp["root"] == str(checkout)
    assert re.fullmatch(r"[0-9a-f]{64}", stamp["lock"])


def python_for(user: int) -> str | None:
    """An interpreter new enough that this user may start; the one of root's home is closed to others."""
    probe = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    for candidate in (
        getattr(sys, "_base_executable", sys.executable),
        "/usr/bin/python3",
        "/usr/local/bin/python3",
    ):
        try:
            done = subprocess.run([candidate, "-c", probe], user=user, extra_groups=[], check=False, cwd="/")
        except OSError:
            continue
        if done.returncode == 0:
            return str(candidate)
    return None


def open_the_way(path: Path) -> None:
    """Let other users enter the temporary folders above a path."""
    for folder in (path, *path.parents):
        if (
            folder.stat().st_uid == 0
            and folder.parent != folder
            and folder.name.startswith(("pytest-", "test_", "popen-"))
        ):
            folder.chmod(0o755)
