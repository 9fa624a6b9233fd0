"""The licence of every part: docs/security/licences.md is the record, read by people once and kept by `./run supply`.

A package that is new gets the licence its own metadata states in a way that leaves no doubt, and otherwise 未知, which is
refused until somebody has read it. What a package states today is compared with the record, so that a change is noticed.
"""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

from tests.supply.locked import ROOT, packages

PAGE = ROOT / "docs" / "security" / "licences.md"
UNKNOWN = "未知"
# What may be in the product or beside it. Weak copyleft only for what is used as it comes (LGPL, MPL).
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-2.1-only", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU",
    "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense", "Zlib", "LicenseRef-public-domain", "GPL-3.0-only WITH Font-exception-2.0",
}  # fmt: skip
# What is no package: browser code inside packages, and the fonts in the tree.
OTHERS = {
    "htmx.org": ("2.0.10", "runtime", "0BSD"),
    "axe-core": ("", "dev", "MPL-2.0"),
    "Fandol": ("0.3", "runtime", "GPL-3.0-only WITH Font-exception-2.0"),
    "Noto Sans SC": ("", "runtime", "OFL-1.1"),
    "Liberation Serif": ("2", "runtime", "OFL-1.1"),
}
_STATED = {
    "mit": "MIT", "mit license": "MIT", "bsd-3-clause": "BSD-3-Clause", "bsd 2-clause license": "BSD-2-Clause", "apache-2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0", "mpl-2.0": "MPL-2.0", "lgpl-2.1-only": "LGPL-2.1-only", "psfl": "PSF-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}  # fmt: skip
_ROW = re.compile(
    r"^\| (?!part )(?P<name>[\w. -]+?) \| (?P<use>\w+) \| (?P<licence>[^|]+?) \|$", re.MULTILINE
)
_HEAD = """# Licences

Every package of the locks, and what else of other people is in the tree or in a package: made by `./run supply`, compared with the locks
and with what the packages themselves state by `tests/supply/test_supply.py`. A licence outside of the list there is refused.
The packages' own texts lie in their folders of the environment, those of the fonts in `youju/office/fonts/licences`.

| part | use | licence (SPDX) |
| --- | --- | --- |
"""


def recorded() -> dict[str, str]:
    """Part → licence, as the page has it."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return {match["name"]: match["licence"] for match in _ROW.finditer(text)}


def page() -> str:
    """The page for the locks as they are."""
    before = recorded()
    rows = {each.name: each.use for each in reversed(packages())}
    lines = [
        f"| {name} | {use} | {before.get(name) or stated(name) or UNKNOWN} |"
        for name, use in sorted(rows.items())
    ]
    lines += [f"| {name} | {use} | {licence} |" for name, (_, use, licence) in sorted(OTHERS.items())]
    return _HEAD + "\n".join(lines) + "\n"


def stated(name: str) -> str:
    """The licence that the installed package states without doubt, '' when it states none so, or is not installed."""
    try:
        said: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := said.get("License-Expression"):
        return " OR ".join(part.strip() for part in re.split(r"\bor\b", expression, flags=re.IGNORECASE))
    words = (said.get("License") or "").strip().lower()
    if words in _STATED:
        return _STATED[words]
    classes = [
        each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or [] if each.startswith("License")
    ]
    return _STATED.get(classes[0].lower(), "") if len(classes) == 1 else ""


def refused(licence: str) -> bool:
    """Whether a licence, or a part of an expression that one cannot choose to leave out, is not on the list."""
    if licence in ALLOWED:
        return False
    choices = [choice.strip(" ()") for choice in licence.split(" OR ")]
    return not any(all(part.strip(" ()") in ALLOWED for part in choice.split(" AND ")) for choice in choices)
