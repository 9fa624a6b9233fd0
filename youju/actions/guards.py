"""What every change of an entry is checked for under the ledger's lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from youju.actions.ledger import Change
from youju.core.entry import ClosedPeriod
from youju.core.grant import VERBS, NotAllowed
from youju.core.orgtree import LEVEL_OF_KIND, OrgTree
from youju.core.problem import DomainError
from youju.core.register import Register
from youju.core.review import SelfConfirmation
from youju.store.models import Member
from youju.store.queries import scope

KINDS_ZH = {
    "province": "省", "city": "市", "county": "县", "town": "镇", "village": "村", "community": "社区", "hamlet": "自然屯",
    "office": "镇直部门", "school": "学校", "partner": "共建单位",
}  # fmt: skip


class WrongKeeper(DomainError):
    """The register is kept by another kind of unit."""

    code = "entry.wrong_keeper"
    text = "台账“{register}”由{kept_by}登记，“{unit}”是{kind}。请改选{kept_by}。"


def check_keeper(register: Register, unit: int, tree: OrgTree, day: date) -> None:
    """Raises WrongKeeper unless the unit is of the kind that keeps the register; communities keep what villages do."""
    kind = tree.kind(unit, day)
    alike = {"village", "community"}
    if kind != register.kept_by and not {kind, register.kept_by} <= alike:
        raise WrongKeeper(
            register=register.title,
            kept_by=KINDS_ZH[register.kept_by],
            unit=tree.name(unit, day),
            kind=KINDS_ZH[kind],
        )


def closed_through(unit: int, day: date, tree: OrgTree, closes: Mapping[int, date]) -> date | None:
    """Until which day the books of the unit are closed, by itself or a unit above it; None when they are open.

    closes  the units' own closes, as `open_closes` gives them
    """
    above = [unit, *tree.ancestors(unit, day)]
    return max((closes[each] for each in above if each in closes), default=None)


def check_open(
    change: Change,
    touched: Iterable[tuple[int, date]],
    action: str,
    *,
    adjust: str = "",
    approver: Member | None = None,
) -> str:
    """Pass when every day is open, or the adjustment has a reason and somebody who may approve it.

    touched  unit and day, the old ones and the new ones
    returns  the adjustment to store, '' when none was needed
    raises   ClosedPeriod, NotAllowed, SelfConfirmation
    """
    cache: dict[int, date | None] = {}
    latest = max(change.closes.values(), default=date.min)
    for unit, day in touched:
        if day > latest:
            continue  # nobody's books are closed so far
        if unit not in cache:
            at = day if change.tree.exists(unit, day) else change.today
            cache[unit] = closed_through(unit, at, change.tree, change.closes)
        through = cache[unit]
        if through is None or day > through:
            continue
        if not adjust.strip() or approver is None:
            raise ClosedPeriod(day=day, unit=change.tree.name(unit, day), through=through, action=action)
        if change.by is not None and approver.pk == change.by.pk:
            raise SelfConfirmation(name=approver.name, entry="调整")
        who = scope.viewer_of(approver)
        if not scope.may(who, "adjust", unit, change.tree, change.today):
            raise NotAllowed(name=approver.name, unit=change.tree.name(unit, day), verb=VERBS["adjust"])
        return f"{adjust.strip()}（批准：{approver.name}）"
    return ""


def top_of(unit: int, tree: OrgTree, day: date) -> int:
    """The town a unit belongs to, or the unit itself when it stands above towns; unit names are looked up in it."""
    for each in (unit, *tree.ancestors(unit, day)):
        if LEVEL_OF_KIND[tree.kind(each, day)] <= LEVEL_OF_KIND["town"]:
            return each
    return unit
