"""All goals of speed and memory in one table, printed and written to docs/benchmarks.md.

    python -m bench.goals [10k|150k|1M|10M] [--parts figures,pages,…] [--rounds N] [--data FOLDER] [--check | --dry]

Default is 10M, all parts: the ledger is made when it is not there (some minutes, 6 GB), every way to the figures is compared with
every other before anything is timed, and each part replaces its own rows of the document, dated. --check compares and
times nothing; --dry prints and writes nothing. Ratios are of one run and of medians; times of a busy machine are not times
of the program, so the load is written beside them. What is not met says so, and why.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.scale.goals import Goals, Line
from bench.scale.ledger import ROOT, SIZES, open_ledger

DOCUMENT = ROOT / "docs" / "benchmarks.md"
PARTS = {
    "figures": "Sixty figures at every level",
    "pages": "Pages and the worker's memory",
    "write": "One entry",
    "import": "A workbook and its review",
    "rebuild": "All roll-ups anew",
    "audit": "Drafts",
}
# Why a goal is not met, by the beginning of its title.
WHY: dict[str, str] = {
    "board of a town, after": (
        "worked out anew it is two hundred figures with what waits and is missing, a year of months for each main one, and as many "
        "links, some 35 ms of one core, where the goal was set for sixty figures; it is worked out once after each change of the "
        "ledger for each reader, and kept until the next"
    ),
    "board of a county, after": "the same with a hundred and fifty figures",
    "board of the province, after": (
        "sixty figures, the catalog's measures and fourteen lines worked out anew take some 14 ms of one core"
    ),
    "list of 100, after": (
        "a hundred entries with their revisions, authors, values by title, badges and links worked out anew, the choices of its "
        "filters with them, take some 25 ms of one core"
    ),
    "import / openpyxl reading": (
        "a quarter of an import is the database putting five to seven rows an entry into some thirty trees, a fifth the sealed child "
        "that reads the file; openpyxl keeps nothing. docs/algorithms/import.md has every step per thousand rows"
    ),
    "board of a county": (
        "nothing of it is worked out while the ledger stands, as of a town's, which is larger and meets the goal: the machine was busy"
    ),
}


def main() -> None:
    """Run the parts asked for, and print and write what came of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", nargs="?", default="10M", choices=list(SIZES))
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "youju-bench")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--dry", action="store_true")
    args = parser.parse_args()
    parts = args.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    database = open_ledger(SIZES[args.size], args.data)
    from bench.scale import ways

    if args.check or "figures" in parts:
        print(f"{args.size}: {ways.compare(database)} figures are the same by every way", flush=True)
    if args.check:
        return
    for part in parts:
        started = time.perf_counter()
        lines = measured(part, args.size, database, args.rounds)
        section = written(part, args.size, lines, time.perf_counter() - started)
        print(f"\n{section}", flush=True)
        if not args.dry:
            replace(f"## {heading(part, args.size)}", section)


def measured(part: str, size: str, database: Path, rounds: int) -> list[Line]:
    """What one part found."""
    goals = Goals()
    if part == "figures":
        from bench.scale import ways

        ways.figures(size, database, rounds, goals)
    elif part == "pages":
        from bench.scale import pages

        pages.measure(size, goals)
    elif part == "audit":
        from bench.scale import drafts

        drafts.measure(goals)
    else:
        from bench.scale import writes

        writes.measure(size, database, rounds, {part}, goals)
    return goals.lines


def heading(part: str, size: str) -> str:
    """The title of a part's section."""
    return PARTS[part] if part == "audit" else f"{PARTS[part]}, {size}"


def written(part: str, size: str, lines: list[Line], seconds: float) -> str:
    """The section of the document: when and on what, the table, and why what is not met is not."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    load = "/".join(f"{each:.1f}" for each in os.getloadavg())
    text = [
        f"## {heading(part, size)}",
        "",
        f"{when}, commit {commit()}, {os.cpu_count()} cores, load {load}, {seconds / 60:.1f} minutes (`{part}`).",
        "",
        "| goal | measured | limit | |",
        "|---|---|---|---|",
        *(
            f"| {each.title} | {each.measured} | {each.limit} | {'met' if each.met else '**not met**'} |"
            for each in lines
        ),
    ]
    missed = [each for each in lines if not each.met]
    reasons = dict.fromkeys(why(each.title) for each in missed)
    return "\n".join([*text, *(["", *(f"- {reason}" for reason in reasons)] if missed else []), ""])


def why(title: str) -> str:
    """The explanation of a goal that is not met."""
    known = [begins for begins in WHY if title.startswith(begins)]
    return f"{max(known, key=len)}: {WHY[max(known, key=len)]}" if known else f"{title}: not explained yet."


def replace(title: str, section: str) -> None:
    """Put the section where the one of this title stood, or at the end."""
    text = DOCUMENT.read_text(encoding="utf-8")
    own = re.compile(rf"^{re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    text = own.sub(lambda _: section + "\n", text) if own.search(text) else f"{text.rstrip()}\n\n{section}"
    DOCUMENT.write_text(text.rstrip() + "\n", encoding="utf-8")


def commit() -> str:
    """The commit measured; a + behind it: files differed from it."""
    git = ("git", "-C", str(ROOT))
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(
        [*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True, check=False
    )
    files = [line for line in changed.stdout.splitlines() if "docs/benchmarks.md" not in line]
    return head.stdout.strip() + ("+" if files else "")


if __name__ == "__main__":
    main()
