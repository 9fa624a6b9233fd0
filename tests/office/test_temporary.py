"""What killed processes leave behind is removed when it is old; nothing else is."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from youju.office import temporary

KILLED = """
import os, signal, sys
from pathlib import Path
from youju.office import temporary
with temporary.folder("upload") as one, temporary.folder("backup", Path(sys.argv[1])) as two:
    for folder in (one, two):
        Path(folder, "名单.xlsx").write_bytes(b"x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are kept, for this test alone."""
    place = tmp_path / "usual"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def age(path: Path) -> None:
    long_ago = time.time() - temporary.OLD_SECONDS - 1
    os.utime(path, (long_ago, long_ago))


def test_a_killed_process_leaves_a_folder_which_the_sweep_removes_when_it_is_old(
    usual: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    assert subprocess.run([sys.executable, "-c", KILLED, str(data)], check=False).returncode == -9
    left = [*usual.iterdir(), *data.iterdir()]
    assert len(left) == 2

    assert temporary.sweep(data) == 0  # perhaps somebody's step still

    for each in left:
        age(each)
    assert temporary.sweep(data) == 2
    assert [*usual.iterdir(), *data.iterdir()] == []


def test_what_is_not_ours_stays(usual: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "evidence").mkdir(parents=True)
    target = tmp_path / "elsewhere"
    target.mkdir()
    (usual / "youju-bench").mkdir()
    (usual / "tmpabc123").mkdir()
    (usual / "tmpabc.upload.xlsx").touch()
    (usual / "youju-read-link").symlink_to(target)
    for each in (*usual.iterdir(), *data.iterdir()):
        os.utime(each, (0, 0), follow_symlinks=False)

    assert temporary.sweep(data) == 2  # Django's part of an upload, and the link but not what it shows
    assert sorted(path.name for path in usual.iterdir()) == ["tmpabc123", "youju-bench"]
    assert target.is_dir()
    assert (data / "evidence").is_dir()


def test_a_folder_is_readable_by_its_owner_only_and_gone_at_the_end(usual: Path) -> None:
    with temporary.folder("read") as made:
        assert Path(made).parent == usual
        assert Path(made).stat().st_mode & 0o077 == 0
    assert list(usual.iterdir()) == []
