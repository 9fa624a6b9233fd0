"""Secrets in the tracked tree and in what was ever committed: keys, tokens, passwords that were written down.

A place that looks like one and is none is listed in KNOWN with its reason; nothing else may be found.
"""

from __future__ import annotations

import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# Written in parts, for this file is tracked too.
SURE = (
    re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\b(?:ghp|gho|ghs|glpat|xox[abp])[-_][A-Za-z0-9_-]{20,}"),
    re.compile(r"\byouju_[A-Za-z0-9_-]{43}\b"),
    re.compile(r"\byouju-backup-key-1:[A-Za-z0-9+/]{43}="),
    re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    re.compile(r"\b[a-z]+://[^\s/:@{}$*<>]+:[^\s/:@{}$*<>]{6,}@"),
)
ASSIGNED = re.compile(
    r"(?i)\b[\w-]*(?:secret|passwor[dt]|passwd|token|api_?key|private_?key|credential)[\w-]*\b['\"]?\s*[:=]\s*['\"]([^'\"\s]{12,})['\"]"
)
BITS = 3.5  # a character; words of a language have fewer
# file → (what was found there, why it is none)
KNOWN: dict[str, tuple[str, ...]] = {}


def found_in(root: Path, names: list[str]) -> Iterator[tuple[str, int, str]]:
    """File, line and the words of every place; files that are not text have none."""
    for name in names:
        path = root / name
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 4_000_000:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            for words in looks_secret(line[:2000]):
                if words not in KNOWN.get(name, ()):
                    yield name, number, words


def looks_secret(line: str) -> Iterator[str]:
    """The words of a line that look like a secret."""
    for pattern in SURE:
        if match := pattern.search(line):
            yield match[0]
    for match in ASSIGNED.finditer(line):
        if entropy(match[1]) >= BITS and any(each.isdigit() for each in match[1]):
            yield match[1]


def entropy(text: str) -> float:
    """Bits a character, by how often each occurs."""
    counted = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counted.values())


def ever_committed(root: Path) -> list[str]:
    """Commits that added or removed a key of a kind that is never anything else; [] where there is no history."""
    if not (root / ".git").exists():
        return []
    pattern = (
        "BEGIN [A-Z ]*PRIVATE "
        r"KEY|AKIA[0-9A-Z]{16}|(ghp|gho|ghs|glpat)[-_][A-Za-z0-9]{20}|youju_[A-Za-z0-9_-]{43}"
    )
    command = [
        "git",
        "-c",
        f"safe.directory={root}",
        "log",
        "--extended-regexp",
        f"-G{pattern}",
        "--format=%h %s",
    ]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()
