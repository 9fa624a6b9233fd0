"""The demo's draft through 材料体检: the counts of every verdict, and whether every planted slip was found."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from demo import town
from demo.events import CATALOG, LAST_DAY
from demo.slips import DRAFT, SLIPS, Slip
from youju.core.audit import Context, Finding, audit
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.audit.reporting import read_period
from youju.core.claim.extract import extract
from youju.core.recipe import AsOf
from youju.core.reconcile import VERDICTS, Checked, counts
from youju.specs.lexicon import load_lexicon
from youju.specs.terms import read_audit_words

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["DRAFT", "show"]


def show(out: Console, seq: int) -> int:
    """Print what the audit says of the draft; returns how many slips it overlooked."""
    from youju.actions import clock
    from youju.store.queries import audits, scope
    from youju.store.queries.figures import world_at

    text = DRAFT.read_text(encoding="utf-8")
    lexicon = load_lexicon([CATALOG])
    claims = extract(text, lexicon)
    draft = Draft(text, claims)
    reported = read_period(draft)
    today = clock.today()
    done = audits.reconcile(
        draft,
        scope.viewer(town.CLERK),
        town.TOWN,
        LAST_DAY,
        today,
        lexicon,
        reported=reported.period if reported else None,
        world=world_at(AsOf(seq=seq), today),
    )
    words, _ = read_audit_words([CATALOG], LAST_DAY)
    findings = audit(text, claims, Context(words=words, today=date.max))
    told = "，".join(
        f"{VERDICTS[verdict]}{number}处" for verdict, number in counts(done.checked).items() if number
    )
    out.print(f"与台账核对：{told}。不需要台账的检查：{len(findings)}处。")
    missed = [slip for slip in SLIPS if not is_found(slip, text, done.checked, findings)]
    out.print(f"文稿里埋了{len(SLIPS)}处错，查出{len(SLIPS) - len(missed)}处。")
    for slip in missed:
        out.print(f"未查出：{slip.snippet}")
    return len(missed)


def is_found(
    slip: Slip, text: str, checked: tuple[Checked, ...] | list[Checked], findings: list[Finding]
) -> bool:
    """Whether the audit says of a slip's place what it has to say."""
    at = text.index(slip.snippet)
    end = at + len(slip.snippet)
    said: set[str] = {each.verdict for each in checked if at < each.claim.end and each.claim.start < end}
    for finding in findings:
        spans = [Span(finding.start, finding.end), *finding.related]
        if any(at < span.end and span.start < end for span in spans):
            said.add(finding.code)
    return slip.found in said
