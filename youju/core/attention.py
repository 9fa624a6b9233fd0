"""What needs a look before an entry is confirmed, and why: late, unusual, proven by a file used before, or twice the same.

These are hints for the reviewer and nothing else: they keep no entry out, and nobody is counted by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from youju.core.quantity import plain
from youju.core.register import Register

Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why to look: a stable code, the sentence, and the other entry it speaks of (its uid), if any."""

    code: str
    text: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as the hints need it: stored values by field, and what its files prove besides it.

    reused  how many other entries each of its files proves; why  the reasons given for that
    """

    day: date
    recorded_on: date
    late: bool
    values: Mapping[str, object]
    nil: bool = False
    files: int = 0
    reused: int = 0
    why: tuple[str, ...] = ()


def reasons(
    entry: Seen,
    register: Register,
    past: Mapping[str, Sequence[Decimal]],
    twin: str,
    *,
    times: int,
    enough: int,
) -> list[Reason]:
    """Everything about an entry that a reviewer should know.

    past   field → what the unit's reviewed entries of the register said before
    twin   the uid of another living entry of the unit, register and day that says the same (`compared`), or ''
    times  from how many times the median on a number is unusual; `enough` past values are needed
    """
    found = []
    if entry.late:
        days = (entry.recorded_on - entry.day).days
        found.append(Reason("late", f"补录：事后{days}天才登记。"))
    if entry.nil:
        return found
    for field in register.asked:
        if field.kind == "quantity" and field.id in entry.values:
            told = unusual(Decimal(str(entry.values[field.id])), past.get(field.id, ()), times, enough)
            if told:
                found.append(Reason("outlier", f"{field.title}{told}"))
    if entry.reused:
        given = f"理由：{'；'.join(entry.why)}。" if entry.why else ""
        found.append(Reason("reused", f"佐证材料还用在别的记录上（{entry.reused}处）。{given}"))
    if twin:
        found.append(Reason("duplicate", "与另一条记录日期、数量相同，可能重复。", twin))
    if register.evidence_required_by and not entry.files:
        found.append(Reason("evidence", f"没有佐证材料；{register.evidence_required_by}要求附。"))
    return found


def unusual(value: Decimal, past: Sequence[Decimal], times: int, enough: int) -> str:
    """How a number stands out against what the same unit reported before; '' when it does not.

    Beyond both the range and `times` the median: a unit that once had a large number may have one again.
    """
    if len(past) < enough:
        return ""
    middle = median(past)
    if middle <= 0:
        return ""
    if value > max(past) and value >= middle * times:
        return f"{plain(value)}比本单位以往（多为{plain(middle)}，最多{plain(max(past))}）大得多。"
    if value < min(past) and value * times <= middle:
        return f"{plain(value)}比本单位以往（多为{plain(middle)}，最少{plain(min(past))}）小得多。"
    return ""


def compared(register: Register) -> tuple[str, ...]:
    """The fields that make two entries of one day the same: amounts, choices and units."""
    return tuple(each.id for each in register.asked if each.kind in {"quantity", "choice", "unit", "yes_no"})


def said(values: Mapping[str, object], fields: Sequence[str]) -> Said:
    """What an entry says in the fields that are compared; empty when it says nothing there."""
    own = [values.get(name) for name in fields]
    return (
        tuple("" if each is None else str(each) for each in own)
        if any(each is not None for each in own)
        else ()
    )
