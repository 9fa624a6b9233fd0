"""All checks of the audit and the one function that runs them. A new check is a module and a line here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from youju.core.audit.check import Check, Slip
from youju.core.audit.checks import (
    agreement,
    average,
    coverage,
    dates,
    norm,
    number,
    numbering,
    percent,
    placeholder,
    punctuation,
    repetition,
    residue,
    respectively,
    spacing,
    substance,
    sums,
    term,
    wording,
)
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft, body_end
from youju.core.audit.finding import Finding, Span
from youju.core.audit.reporting import read_period
from youju.core.claim.model import Claim
from youju.core.problem import DomainError

CHECKS: tuple[Check, ...] = (
    placeholder.CHECK,
    residue.CHECK,
    punctuation.HALF_WIDTH,
    punctuation.MARKS,
    spacing.CHECK,
    repetition.CHECK,
    repetition.DOUBLED,
    repetition.YEAR_REPEATED,
    numbering.CHECK,
    numbering.TWINS,
    dates.DATES,
    dates.YEAR_WORDING,
    term.CHECK,
    term.STALE,
    wording.CHECK,
    wording.AMBIGUOUS,
    wording.MIXED,
    number.YEAR,
    number.EXACT,
    number.TWICE,
    number.UNIT,
    number.ROUND,
    agreement.CHECK,
    sums.CHECK,
    respectively.CHECK,
    percent.CHECK,
    average.CHECK,
    norm.RATIO,
    norm.BASE,
    norm.ACTOR,
    coverage.CHECK,
    substance.UNSUPPORTED,
    substance.STRUCTURE,
    substance.SIGNATURE,
    substance.PLACES,
)


class UnknownCheck(DomainError):
    """A check to switch off that does not exist."""

    code = "audit.check_unknown"
    text = "没有“{name}”这项检查。可以关闭的有：{known}。"


def audit(text: str, claims: Sequence[Claim], context: Context) -> list[Finding]:
    """Find what is wrong in a draft without looking at any ledger.

    text     the draft as read; offsets of claims and findings count its code points
    claims   what `youju.core.claim.extract` found in it, non-claims included, in any order
    context  catalog words, report period, places, day, checks that are off
    returns  findings in order of their place; the same text gives the same findings

    The 数据出处表 that this product puts behind its own reports repeats definitions by its nature and is not read.
    """
    end = body_end(text)
    draft = Draft(text[:end], [each for each in claims if each.end <= end])
    context = replace(context, reported=read_period(draft, context.period))
    found = [
        Finding(
            check.code,
            slip.severity or check.severity,
            slip.start,
            slip.end,
            text[slip.start : slip.end],
            slip.reason,
            slip.suggestion,
            slip.related,
        )
        for check in active_checks(context.off)
        for slip in _told_once(text, check, check.run(draft, context))
    ]
    return sorted(found, key=lambda each: (each.start, each.end, each.code, each.reason))


def active_checks(off: Collection[str]) -> list[Check]:
    """The checks that run by default, without those of `off`."""
    return [check for check in CHECKS if check.default and check.id not in off]


def read_off(names: Iterable[str]) -> frozenset[str]:
    """Ids of checks from what a user typed: an id, a code (audit.space) or a title. Raises UnknownCheck."""
    by_name = {name: check.id for check in CHECKS for name in (check.id, check.code, check.title)}
    off = set()
    for name in names:
        if name.strip() not in by_name:
            raise UnknownCheck(name=name, known="、".join(f"{each.id}（{each.title}）" for each in CHECKS))
        off.add(by_name[name.strip()])
    return frozenset(off)


def _told_once(text: str, check: Check, slips: Iterable[Slip]) -> list[Slip]:
    """Drops doubles; turns many slips of one group into one that has the others as related places."""
    groups: dict[str, dict[tuple[int, int], Slip]] = {}
    for slip in slips:
        group = slip.group or text[slip.start : slip.end]
        groups.setdefault(group, {}).setdefault((slip.start, slip.end), slip)
    told: list[Slip] = []
    for members in groups.values():
        ordered = sorted(members.values(), key=lambda each: each.start)
        if len(ordered) <= (1 if ordered[0].habit else check.many):
            told += ordered
            continue
        first, *others = ordered
        places = tuple(Span(each.start, each.end) for each in others)
        reason = f"{first.reason.rstrip('。')}（全文共{len(ordered)}处，只在首处说明）。"
        told.append(replace(first, reason=reason, related=(*first.related, *places)))
    return told
