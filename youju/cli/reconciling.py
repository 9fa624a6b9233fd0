"""`youju audit FILE --unit U --as-of D`: the draft's figures against the ledger. Django is started here and not before."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from youju.core.audit import SEVERITIES, Finding
from youju.core.audit.draft import Draft
from youju.core.claim.lexicon import Lexicon
from youju.core.problem import DomainError
from youju.core.quantity import plain
from youju.core.reconcile import RULES, VERDICTS, Answered, Checked, Verdict, counts
from youju.core.reconcile.guess import Guess, guess
from youju.office.annotate import Comment
from youju.office.package import write_whole
from youju.office.text import Text

if TYPE_CHECKING:
    from youju.office.checklist import Item

AUTHOR = "材料体检"
STYLES: dict[Verdict, str] = {
    "agrees": "green",
    "differs": "bold red",
    "unclear": "yellow",
    "unrecorded": "cyan",
    "outside": "dim",
    "unsupported": "magenta",
}


class WhoseDraft(DomainError):
    """Nothing in the draft tells whose it is."""

    code = "audit.whose"
    text = "看不出文稿是哪个单位的。请加 --unit 写明，例如 --unit 禾澄镇。"


class NotAChecklist(DomainError):
    """Checklists are .xlsx or .pdf."""

    code = "audit.checklist"
    text = "核对清单只能存为 .xlsx 或 .pdf，“{file}”都不是。"


@dataclass(frozen=True, slots=True)
class Against:
    """A draft compared with the ledger."""

    unit: str
    as_of: date
    reported: str
    seq: int
    guessed: Guess | None
    late: bool
    checked: tuple[Checked, ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many claims got each verdict."""
        return counts(self.checked)


def against_ledger(args: argparse.Namespace, draft: Draft, lexicon: Lexicon) -> Against:
    """Compare a draft with the ledger for --unit and --as-of; what is not given is read from the draft."""
    from youju.cli.setting_up import open_ledger

    open_ledger()
    from youju.cli.context import acting, day_of
    from youju.store.queries import audits, scope

    who = acting(args)
    guessed: Guess | None = None
    as_of = day_of(args.as_of) if args.as_of else None
    unit = args.unit
    if as_of is None or not unit:
        tree = who.tree
        seen = {
            each
            for grant in who.viewer.grants_for("see", who.today)
            for each in scope.subtree(tree, grant.unit, who.today)
        }
        guessed = guess(draft, tree, seen, who.today)
        as_of = as_of or guessed.as_of
        if not unit:
            if guessed.unit is None:
                raise WhoseDraft
            unit = tree.naming(guessed.unit, as_of).code or tree.full_name(guessed.unit, as_of)
    world, late = audits.world_for(as_of, who.today)
    from youju.core.audit.reporting import read_period

    reported = read_period(draft, args.period)
    done = audits.reconcile(
        draft,
        who.viewer,
        unit,
        as_of,
        who.today,
        lexicon,
        reported=reported.period if reported else None,
        world=world,
    )
    return Against(
        done.unit_name, as_of, done.reported.chinese(), world.moment.seq, guessed, late, done.checked
    )


def ledger_json(read: Text, against: Against) -> dict[str, object]:
    """The comparison for programs."""
    return {
        "unit": against.unit,
        "as_of": against.as_of.isoformat(),
        "period": against.reported,
        "seq": against.seq,
        "late": against.late,
        "counts": {VERDICTS[verdict]: number for verdict, number in against.counts.items()},
        "claims": [checked_json(read, each) for each in against.checked],
    }


def checked_json(read: Text, checked: Checked) -> dict[str, object]:
    """One claim with its verdict."""
    claim = checked.claim
    return {
        "start": claim.start,
        "end": claim.end,
        "text": claim.text,
        "place": str(read.place(claim.start, claim.end)),
        "subject": claim.subject,
        "verdict": VERDICTS[checked.verdict],
        "reason": checked.reason,
        "readings": [_answer_json(each) for each in checked.answers],
        "wordings": [each.text for each in checked.wordings],
        "suggestions": [
            {"start": each.start, "end": each.end, "text": each.text} for each in checked.suggestions
        ],
    }


def _answer_json(answered: Answered) -> dict[str, object]:
    reading, figure = answered.reading, answered.figure
    return {
        "recipe": str(reading.recipe),
        "base": str(reading.base) if reading.base else "",
        "part": reading.part,
        "rule": RULES[reading.rule],
        "doubts": list(reading.doubts),
        "ledger": answered.said,
        "value": plain(figure.value.number) if figure is not None and figure.value is not None else None,
        "unit": figure.value.unit.symbol if figure is not None and figure.value is not None else "",
        "whole": plain(figure.whole.number) if figure is not None and figure.whole is not None else None,
        "n": figure.n if figure is not None else 0,
        "missing": figure.missing if figure is not None else 0,
        "pending": figure.pending if figure is not None else 0,
        "fits": answered.fits,
    }


def comments(against: Against, *, changes: bool) -> list[Comment]:
    """A Word comment for every figure that does not simply agree; with `changes` the first true wording of one that
    differs stands in its place as a tracked change.
    """
    made = []
    for each in against.checked:
        if each.verdict in ("agrees", "outside"):
            continue
        first = each.suggestions[0] if changes and each.suggestions else None
        start, end = (first.start, first.end) if first else (each.claim.start, each.claim.end)
        text = f"〔{VERDICTS[each.verdict]}〕{explained(each)}"
        made.append(Comment(start, end, AUTHOR, text, "", first.text if first else ""))
    return made


def items(read: Text, against: Against, findings: Sequence[Finding], titles: Mapping[str, str]) -> list[Item]:
    """The lines of a checklist: figures that do not agree and slips, by their place."""
    from youju.office.checklist import Item

    placed = [
        (
            each.claim.start,
            Item(
                str(read.place(each.claim.start, each.claim.end)),
                each.claim.text,
                VERDICTS[each.verdict],
                each.reason,
                "、".join(one.text for one in each.suggestions[:3]),
            ),
        )
        for each in against.checked
        if each.verdict not in ("agrees", "outside")
    ]
    placed += [
        (
            each.start,
            Item(
                str(read.place(each.start, each.end)),
                each.snippet,
                f"{titles[each.code]}（{SEVERITIES[each.severity]}）",
                each.reason + each.suggestion,
            ),
        )
        for each in findings
    ]
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def write_checklist(target: Path, name: str, against: Against, lines: Sequence[Item]) -> None:
    """Write the checklist as .xlsx or .pdf, by the target's name. Raises NotAChecklist."""
    from youju.office.checklist import checklist_pdf, checklist_xlsx

    head = [
        f"文稿：{name}",
        f"单位：{against.unit}　截至：{against.as_of.isoformat()}　报告期：{against.reported}",
        f"共{len(lines)}处需要处理。",
    ]
    title = "材料体检核对清单"
    if target.suffix.lower() == ".xlsx":
        write_whole(target, checklist_xlsx(title, head, lines))
    elif target.suffix.lower() == ".pdf":
        write_whole(target, checklist_pdf(title, head, lines, against.as_of))
    else:
        raise NotAChecklist(file=target.name)


def print_against(console: Console, read: Text, against: Against) -> None:
    """The verdicts for people: the counts, and every claim that does not simply agree."""
    guessed = against.guessed
    how = "（从文稿读出，可用 --unit、--as-of 改）" if guessed is not None else ""
    console.print(
        f"与台账核对：{against.unit}，截至{against.as_of.isoformat()}，报告期{against.reported}{how}",
        markup=False,
    )
    if against.late:
        console.print(
            f"{against.as_of.isoformat()}时还没有台账，按现有的台账核对。", style="yellow", markup=False
        )
    table = Table(title="与台账核对的结果", title_justify="left", show_lines=True)
    for name, ratio in (("位置", 2), ("原文", 3), ("说的是", 3), ("结论", 2), ("说明", 8)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for each in against.checked:
        if each.verdict in ("agrees", "outside"):
            continue
        table.add_row(
            str(read.place(each.claim.start, each.claim.end)),
            Styled(each.claim.text),
            Styled(each.claim.subject),
            Styled(VERDICTS[each.verdict], style=STYLES[each.verdict]),
            Styled(explained(each)),
        )
    if table.row_count:
        console.print(table)
    console.print(summary(against.checked), markup=False)


def summary(checked: Sequence[Checked]) -> str:
    """How many of each verdict, in one line."""
    found = Counter(each.verdict for each in checked)
    return (
        "，".join(f"{VERDICTS[verdict]}{found[verdict]}处" for verdict in VERDICTS if found[verdict]) + "。"
    )


def explained(checked: Checked) -> str:
    """The reason, what may be written instead, and what waits or is missing."""
    words = checked.reason
    if checked.suggestions:
        words += f"可写作：{'、'.join(each.text for each in checked.suggestions[:3])}。"
    for each in checked.answers[:1]:
        if each.figure is not None and each.figure.pending:
            words += f"另有{each.figure.pending}条待审核，未计入。"
        if each.figure is not None and each.figure.missing:
            words += f"有{each.figure.missing}个单位未报。"
    return words
