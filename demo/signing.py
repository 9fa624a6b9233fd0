"""The work summary as the town makes it: begun by its clerk, signed by its leader, exported, and checked like anybody's draft."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from demo import expected, town
from demo.events import CATALOG
from demo.plan import END
from youju.actions import checking, clock, drafts, exporting, finals, setup
from youju.core.period import parse_period
from youju.office.package import write_whole
from youju.specs.catalog import load_catalog
from youju.store.queries import reports, scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at

REPORT = "work-summary"
PERIOD = parse_period(expected.PERIOD)


@dataclass(frozen=True, slots=True)
class Exported:
    """What the signed report came to: its files, and everything that is wrong with it (nothing)."""

    number: int
    seq: int
    figures: int
    paths: tuple[Path, ...]
    wrong: tuple[str, ...]


def sign() -> int:
    """Begin and sign the report on the demo's last day. Returns the ledger's number."""
    spec = load_catalog(CATALOG, None).reports[REPORT]
    with clock.at(END):
        unit = tree_at(head().head).find(town.TOWN, PERIOD.last)
        report = drafts.begin(spec, unit, PERIOD, by=setup.member_of(town.CLERK))
        done = finals.sign(report, version=1, by=setup.member_of(town.LEADER), day=PERIOD.last)
    return done.seq


def export(folder: Path) -> Exported:
    """Write the files of the signed report, verify it, and audit its text without the ledger."""
    with clock.at(END):
        tree, today = tree_at(head().head), clock.today()
        clerk = scope.viewer(town.CLERK)
        # The first one: what somebody signed later is theirs.
        line = min(reports.listed(clerk, tree, today), key=lambda each: each.id)
        final = reports.final(reports.get(line.id, clerk, tree, today), 1)
        made = finals.recomposed(final)
        checked = checking.check(made, today)
        wrong = [str(problem) for problem in finals.verify(final)]
        wrong += [f"{each.snippet}：{each.reason}" for each in checked.findings]
        wrong += [f"“{each.text}”没有绑定数据项" for each in checked.loose]
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in exporting.KINDS:
        path = folder / exporting.file_name(made, kind)
        write_whole(path, exporting.export(made, kind))
        paths.append(path)
    return Exported(final.number, final.seq, len(made.notes), tuple(paths), tuple(wrong))
