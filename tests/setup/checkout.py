"""A small checkout in a temporary folder: our `run`, locks that name no package, a program that says how it was called.

With nothing to download, making an environment is quick and needs no network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import os, sys\nprint(sys.argv[1:], os.getcwd(), sys.prefix)\nsys.exit(3)\n"


def small_checkout(folder: Path, *, with_uv: bool = True) -> Path:
    """Make it; without uv `run` finds none in .tools."""
    shutil.copy2(ROOT / "run", folder / "run")
    (folder / "requirements").mkdir()
    for name in ("runtime.lock", "dev.lock"):
        (folder / "requirements" / name).write_text("# nothing\n", encoding="utf-8")
    shutil.copy2(ROOT / "requirements" / "tools.txt", folder / "requirements")
    (folder / "youju").mkdir()
    (folder / "youju" / "__init__.py").touch()
    (folder / "youju" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    if with_uv and (ROOT / ".tools" / "installed.txt").exists():
        for name in ("bin/uv", "installed.txt"):
            (folder / ".tools" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / ".tools" / name, folder / ".tools" / name)
    return folder


def run(
    checkout: Path,
    *arguments: str,
    python: str = sys.executable,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    user: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """`./run ARGUMENTS` there, to its end."""
    return subprocess.run(
        [python, str(checkout / "run"), *arguments],
        cwd=cwd or checkout,
        env=plain_environment() | (env or {}),
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def plain_environment() -> dict[str, str]:
    """The caller's environment without what this test run told its own children."""
    ours = ("PYTEST_", "YOUJU_", "DJANGO_", "DATABASE_URL", "REQUIRE_ALL", "VIRTUAL_ENV", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
