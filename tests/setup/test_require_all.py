"""What did not run is said, and with REQUIRE_ALL=1 it has failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.checkout import ROOT, plain_environment

TESTS = """
import pytest
from tests.require import require, require_given

def test_asks_for_a_browser():
    require("浏览器", None, "apt-get install chromium")

@pytest.mark.skip(reason="另有原因")
def test_is_marked():
    raise AssertionError

@pytest.mark.xfail(strict=True, reason="known")
def test_known_failure():
    raise AssertionError

def test_reads_given_material():
    require_given(False)

def test_runs():
    require("Python", True, "")
"""


def pytest_run(folder: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "-c",
            ROOT / "pyproject.toml",
            *options,
            folder,
        ],
        env=plain_environment() | env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=["one process", "workers"])
def test_a_skip_is_a_skip_unless_everything_is_required(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "test_sample.py").write_text(TESTS, encoding="utf-8")
    lenient = pytest_run(tmp_path, *options)
    assert lenient.returncode == 0, lenient.stdout
    assert "1 passed, 3 skipped, 1 xfailed" in lenient.stdout
    assert "缺少浏览器，未运行；apt-get install chromium" in lenient.stdout

    strict = pytest_run(tmp_path, *options, REQUIRE_ALL="1")
    assert strict.returncode == 1
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed, 1 error" in strict.stdout
    assert "缺少浏览器，未运行；apt-get install chromium" in strict.stdout


def test_a_module_skipped_as_a_whole_has_failed_too(tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text(
        "import pytest\npytest.importorskip('no_such_module')\n", encoding="utf-8"
    )
    assert pytest_run(tmp_path, REQUIRE_ALL="1").returncode != 0


def test_a_run_for_a_missing_server_does_not_pass_on_the_other_engine(tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text("def test_a() -> None:\n    pass\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        "from tests import postgres\npostgres.programs = lambda: []\n", encoding="utf-8"
    )
    lenient = pytest_run(tmp_path, "--engine", "postgres")
    assert "1 skipped" in lenient.stdout
    assert "没有可用的 PostgreSQL" in lenient.stdout
    assert pytest_run(tmp_path, "--engine", "postgres", REQUIRE_ALL="1").returncode == 1


def test_emptying_tables_is_refused_with_the_fixture_to_use(tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text(
        "import pytest\n\n@pytest.mark.django_db(transaction=True)\ndef test_a() -> None:\n    pass\n",
        encoding="utf-8",
    )
    refused = pytest_run(tmp_path)
    assert refused.returncode != 0
    assert "use the fixture ledger_db" in refused.stdout + refused.stderr
