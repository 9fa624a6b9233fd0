"""What may not stand in a tracked file: where packages come from, and paths of the machine it was written on.

Both would send a reader's machine somewhere it does not know. `python -m tests.tracked` lists every place and
returns 1 when there is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Written in parts, for this file is tracked too.
HOSTS = (
    *(f"pypi.{end}" for end in ("org", "io", "python.org")),
    *(f"{name}.org" for name in ("pythonhosted", "npmjs", "anaconda", "rubygems")),
    *(f"{name}.debian.org" for name in ("deb", "ftp", "security", "snapshot")),
    *(f"{name}.ubuntu.com" for name in ("archive", "security")),
    *(f"{name}.edu.cn" for name in ("tsinghua", "ustc", "mirrors.tuna")),
    *("mirrors." + name for name in ("aliyun", "cloud.tencent", "huaweicloud", "163")),
    *("cran.r-project" + ".org", "static.crates" + ".io", "proxy.golang" + ".org", "ghcr" + ".io"),
)
MACHINE = ("work", "farm", "root", "home/[a-z]+", "Users/[A-Za-z]+", "opt/pypi", "opt/wheels", "tmp/youju/")

HOST = re.compile("|".join(re.escape(host) for host in HOSTS), re.IGNORECASE)
# A folder of the file system's root, so not a part of a longer path, an address or a closing tag.
PATH = re.compile(rf"(?<![\w.<>)\]}}~*-])/(?:{'|'.join(MACHINE)})(?![\w-])")


def main() -> int:
    """Print every place as file:line: what stands there."""
    found = list(offences(ROOT, tracked_files(ROOT)))
    for offence in found:
        print(offence)
    return 1 if found else 0


def tracked_files(root: Path) -> list[str]:
    """The names that git knows; in an unpacked archive without git there is nothing to ask for."""
    if not (root / ".git").exists():
        return []
    # Git refuses a checkout of another user's; reading names from it does no harm.
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name]


def offences(root: Path, names: Iterable[str]) -> Iterator[str]:
    """One line of text for each place; files that are not text have none."""
    for name in names:
        path = root / name
        if path.is_symlink() or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            for kind, pattern in (("host of packages", HOST), ("path of a machine", PATH)):
                match = pattern.search(line)
                if match:
                    yield f"{name}:{number}: {kind}: {match[0]}"


if __name__ == "__main__":
    sys.exit(main())
