"""The examples of a register, run: what was given is read as a workbook's row is, and must say exactly what is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from youju.core.entry import Reading, read_values
from youju.core.measure import Measure
from youju.core.observation import fact_text, facts_of
from youju.core.orgtree import FAR, Naming, OrgTree, Placement
from youju.core.problem import DomainError, Where
from youju.core.quantity import UnitTable
from youju.core.register import Example, Register

_UNIT = 1
# An example has no organisation: one unit that was always there stands for the entry's own.
_TREE = OrgTree([Placement(_UNIT, None, 0, date.min)], [Naming(_UNIT, "本单位", "village", "", date.min)])
_LAST_DAY = FAR - timedelta(days=1)  # no day of an example lies in the future


def example_problems(
    example: Example, register: Register, measures: Mapping[str, Measure], units: UnitTable
) -> Iterator[tuple[str, str]]:
    """(code, text) of what is wrong with one example."""
    named = {name: text for name, text in example.given.items() if register.by_id[name].kind == "unit"}
    others = {name: text for name, text in example.given.items() if name not in named}
    reading = Reading(units, _TREE, _UNIT, _LAST_DAY, lambda name: Where(field=name), {})
    read = read_values(register, others, reading)
    wrong = [
        problem
        for problem in read.problems
        if problem.level == "error"
        and not (problem.where.field in named and problem.code == "entry.required")
    ]
    for problem in wrong:
        yield "example.value", f"示例的 given 中，{problem.text}"
    if wrong:
        return
    try:
        facts = facts_of(register, {**read.values, **named}, measures, "")
        found = [fact_text(fact, measures[fact.measure]) for fact in facts]
    except DomainError as error:
        yield "example.value", f"示例的数记不进数据项：{error.message}"
        return
    wanted = [" ".join(text.split()) for text in example.observes]
    if sorted(found) != sorted(wanted):
        yield (
            "example.differs",
            f"示例应得 [{', '.join(wanted)}]，实得 [{', '.join(found)}]。请改示例或 observe。",
        )
