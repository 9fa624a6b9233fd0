"""Verdicts as plain rows: what programs get, what is kept for a page, and what a checklist prints."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from youju.core.audit.finding import SEVERITIES, Finding
from youju.core.quantity import plain
from youju.core.reconcile.model import RULES, VERDICTS, Answered, Checked
from youju.core.register import Catalog

Row = dict[str, object]
PlaceOf = Callable[[int, int], str]
CONTEXT = 12


def checked_row(checked: Checked, text: str, place: PlaceOf, catalog: Catalog) -> Row:
    """One claim with its verdict, every reading, and what may be written instead."""
    claim = checked.claim
    value = claim.value
    return {
        "key": key_of(checked.verdict, text, claim.start, claim.end),
        "start": claim.start,
        "end": claim.end,
        "text": claim.text,
        "place": place(claim.start, claim.end),
        "subject": claim.subject,
        "kind": claim.kind,
        "read_as": str(value.interval) if value is not None else "",
        "read_as_words": value.interval.said(value.norm_unit) if value is not None else "",
        "unit": value.norm_unit if value is not None else "",
        "rule": claim.rule,
        "verdict": VERDICTS[checked.verdict],
        "mark": checked.verdict,
        "reason": checked.reason,
        "readings": [answer_row(each, catalog) for each in checked.answers],
        "wordings": [each.text for each in checked.wordings],
        "suggestions": [
            {"start": each.start, "end": each.end, "text": each.text} for each in checked.suggestions
        ],
        "near": list(checked.near),
    }


def answer_row(answered: Answered, catalog: Catalog) -> Row:
    """One reading with the ledger's answer."""
    reading, figure = answered.reading, answered.figure
    measure = catalog.measures.get(reading.recipe.measure)
    value = figure.value if figure is not None else None
    return {
        "recipe": str(reading.recipe),
        "base": str(reading.base) if reading.base else "",
        "title": measure.title if measure is not None else reading.recipe.measure,
        "definition": measure.definition if measure is not None else "",
        "days": reading.recipe.period.chinese(),
        "dims": [list(each) for each in reading.recipe.dims],
        "part": reading.part,
        "rule": RULES[reading.rule],
        "primary": reading.primary,
        "doubts": list(reading.doubts),
        "ledger": answered.said,
        "value": plain(value.number) if value is not None else None,
        "unit": value.unit.symbol if value is not None else "",
        "whole": plain(figure.whole.number) if figure is not None and figure.whole is not None else None,
        "n": figure.n if figure is not None else 0,
        "missing": figure.missing if figure is not None else 0,
        "pending": figure.pending if figure is not None else 0,
        "seq": figure.seq if figure is not None else 0,
        "fits": answered.fits,
    }


def finding_row(finding: Finding, text: str, place: PlaceOf, title: str) -> Row:
    """One slip that needs no ledger."""
    return {
        "key": key_of(finding.code, text, finding.start, finding.end),
        "code": finding.code,
        "title": title,
        "severity": finding.severity,
        "level": SEVERITIES[finding.severity],
        "start": finding.start,
        "end": finding.end,
        "snippet": finding.snippet,
        "place": place(finding.start, finding.end),
        "reason": finding.reason,
        "suggestion": finding.suggestion,
    }


def key_of(what: str, text: str, start: int, end: int) -> str:
    """What names a finding over versions of a draft: what it says, of which words, between which others."""
    around = text[max(0, start - CONTEXT) : start], text[start:end], text[end : end + CONTEXT]
    return hashlib.sha256("\0".join((what, *around)).encode("utf-8", "surrogatepass")).hexdigest()


def lacking(rows: Sequence[Mapping[str, object]], catalog: Catalog) -> list[Row]:
    """补据清单: the measures that the draft speaks of and the ledger has nothing on, by who keeps their register.

    rows     of `checked_row`
    returns  one row a register: keeper, title, what the draft says, the measures, the fields to fill in
    """
    wanted: dict[str, Row] = {}
    for row in rows:
        if row["mark"] != "unrecorded":
            continue
        near = row["near"]
        assert isinstance(near, list)
        for name in near:
            measure = catalog.measures.get(str(name))
            if measure is None:
                continue
            for part in _sources(str(name), catalog):
                register = catalog.registers[part]
                found = wanted.setdefault(
                    part,
                    {
                        "register": part,
                        "title": register.title,
                        "keeper": register.kept_by,
                        "measures": [],
                        "said": [],
                        "fields": [each.title for each in register.asked if each.required],
                        "evidence": list(register.evidence),
                    },
                )
                _add(found, "measures", measure.title)
                _add(found, "said", f"{row['place']}“{row['text']}”")
    return sorted(wanted.values(), key=lambda each: (str(each["keeper"]), str(each["register"])))


def _add(row: Row, name: str, value: str) -> None:
    found = row[name]
    assert isinstance(found, list)
    if value not in found:
        found.append(value)


def _sources(name: str, catalog: Catalog) -> list[str]:
    """The registers that feed a measure, or the measures it is derived from."""
    measure = catalog.measures[name]
    conditions = list(measure.coverage.all_of) if measure.coverage else []
    if measure.ratio:
        conditions += [measure.ratio.numerator, measure.ratio.denominator]
    if measure.change:
        conditions.append(measure.change.of)
    if not conditions:
        return [measure.register]
    return list(dict.fromkeys(catalog.measures[each.measure].register for each in conditions))
