"""The child process is bound before it reads, is given nothing of ours, and never outlives its call."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.office.workbooks import save_xlsx
from youju.core.problem import DomainError
from youju.office.child import FileTooBig, FileTooSlow, FileUnreadable, run_limited

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def long_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    grid = [[f"{row}:{column}" for column in range(20)] for row in range(8_000)]
    return save_xlsx(tmp_path_factory.mktemp("books") / "台账.xlsx", {"1月": grid})


def no_child_is_left() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return True


def test_too_much_memory_is_refused_and_we_live(long_book: Path) -> None:
    with pytest.raises((FileTooBig, FileUnreadable)) as caught:
        run_limited("workbook", long_book, memory_mb=45)

    assert "台账.xlsx" in caught.value.message
    assert no_child_is_left()


def test_too_much_time_on_the_clock(long_book: Path) -> None:
    with pytest.raises(FileTooSlow):
        run_limited("workbook", long_book, wall_seconds=0.05)

    assert no_child_is_left()


def test_no_files_name_is_in_the_log(long_book: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FileTooSlow):
        run_limited("workbook", long_book, name="张三家暴调解.xlsx", wall_seconds=0.05)

    assert "reader workbook" in caplog.text
    assert "张三" not in caplog.text


def test_too_much_time_of_the_processor(tmp_path: Path) -> None:
    grid = [[f"{row}:{column}" for column in range(30)] for row in range(16_000)]
    with pytest.raises(FileTooSlow) as caught:
        run_limited("workbook", save_xlsx(tmp_path / "大表.xlsx", {"1月": grid}), cpu_seconds=1)

    assert "大表.xlsx" in caught.value.message


def test_too_much_of_an_answer(long_book: Path) -> None:
    with pytest.raises(FileTooBig):
        run_limited("workbook", long_book, output_mb=1)


def test_a_refusal_of_the_reader_arrives_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"")

    with pytest.raises(DomainError) as caught:
        run_limited("sniff", path, name="三月.xlsx")
    assert (caught.value.code, caught.value.fields) == ("file.empty", {"file": "三月.xlsx"})


def test_a_reader_that_breaks_is_a_refusal_that_tells_nothing_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable) as caught:
        run_limited("sniff", tmp_path / "没有.xlsx")
    assert str(tmp_path) not in caught.value.message


def test_only_known_readers_run(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        run_limited("os:system", tmp_path)


def test_nothing_of_our_surroundings_reaches_the_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A module of the caller's folder, or of PYTHONPATH, is never imported; secrets are not handed on."""
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')", encoding="utf-8")
    (tmp_path / "台账.csv").write_text("日期,数量\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")

    assert run_limited("sniff", Path("台账.csv")) == "csv"


BOUND = """
import os, sys
from youju.office.worker import set_limits
set_limits({"cpu_seconds": 1, "memory_mb": 200, "file_mb": 1, "open_files": 16})
what = sys.argv[1]
try:
    if what == "memory":
        bytearray(300_000_000)
    elif what == "files":
        kept = [os.open("/dev/null", os.O_RDONLY) for _ in range(32)]
    elif what == "disk":
        with open(sys.argv[2], "wb") as file:
            for _ in range(40):
                file.write(b"x" * 100_000)
    elif what == "processor":
        while True:
            pass
except (MemoryError, OSError) as error:
    sys.exit(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("what", "ended"),
    [("memory", "MemoryError"), ("files", "OSError"), ("disk", "OSError"), ("processor", "")],
)
def test_each_limit_binds(what: str, ended: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOUND, what, str(tmp_path / "grows")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert ended in done.stderr
    if what == "disk":
        assert (tmp_path / "grows").stat().st_size <= 1024 * 1024
