"""The organisation: units are added, renamed, tagged, moved, merged and dissolved from a day on.

What was known before stays known as it was: rows are closed, never overwritten. docs/algorithms/placement.md
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from youju.actions import ledger, observing
from youju.actions.guards import KINDS_ZH, check_open, closed_through
from youju.actions.ledger import Change
from youju.core.entry import ClosedPeriod, check_text
from youju.core.measure import UnitKind
from youju.core.orgtree import FAR, LEVEL_OF_KIND, Naming, OrgTree, Placement, level_size
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.store.models import Member, OrgUnit, UnitNaming, UnitPlacement, UnitTagging
from youju.store.models.base import OPEN
from youju.store.queries.tree import tree_at

BEGINNING = date(1949, 10, 1)
RowT = TypeVar("RowT", UnitNaming, UnitPlacement)


class NameTaken(DomainError):
    """A sibling bears the name already."""

    code = "unit.name_taken"
    text = "“{parent}”之下已有“{name}”。请用不同的名称，或核对是否重复添加。"


class CodeTaken(DomainError):
    """Another unit bears the national code."""

    code = "unit.code_taken"
    text = "代码{code}已是“{unit}”的代码。请核对。"


class UnitEnded(DomainError):
    """The unit does not exist on the day."""

    code = "unit.ended"
    text = "“{unit}”在{day}不存在（尚未设立或已撤并）。请核对日期。"


class WrongMove(DomainError):
    """A move or merger that makes no sense."""

    code = "unit.wrong_move"
    text = "“{unit}”不能{action}“{target}”：{why}"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to add. `ref` names it for the children of the same call; `parent` is a unit's id or a `ref`."""

    name: str
    kind: UnitKind
    parent: int | str | None
    code: str = ""
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: date = BEGINNING
    ref: str = ""


def add(units: Sequence[NewUnit], *, by: Member, key: str = "") -> list[int]:
    """Add units, parents before children. Returns their ids in order."""
    asked = {"units": [f"{each.parent}/{each.kind}/{each.name}" for each in units]}
    with ledger.change("unit.added", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return [int(each) for each in change.repeated["units"]]
        for unit in units:
            if isinstance(unit.parent, int):
                change.require("units", unit.parent)
        made = add_units(change, units)
        change.result["units"] = made
        return made


def add_units(change: Change, units: Sequence[NewUnit]) -> list[int]:
    """Add units inside a change."""
    builder = _Builder(change)
    return [builder.add(unit) for unit in units]


def rename(
    unit: int,
    name: str,
    *,
    since: date,
    by: Member,
    code: str | None = None,
    kind: UnitKind | None = None,
    key: str = "",
) -> int:
    """Give a unit a new name (code, kind) from a day on; the old one becomes an alias. Returns the seq."""
    with ledger.change(
        "unit.renamed", by=by, key=key, asked={"unit": str(unit), "name": str(name), "since": str(since)}
    ) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        change.require("units", unit)
        _exists(change.tree, unit, since)
        _check_name(name)
        if kind is not None and LEVEL_OF_KIND[kind] != LEVEL_OF_KIND[change.tree.kind(unit, since)]:
            raise WrongMove(
                unit=change.tree.name(unit, since), action="改为", target=KINDS_ZH[kind], why="层级不同。"
            )
        before = _row_on(UnitNaming, unit, since)
        _end(change, before, since)
        aliases = [*before.aliases.splitlines(), *([before.name] if before.name != name else [])]
        change.add(
            UnitNaming(
                unit_id=unit,
                name=name,
                kind=kind or before.kind,
                code=before.code if code is None else code,
                aliases="\n".join(dict.fromkeys(aliases)),
                since=since,
                until=before.until,
                seq_from=change.seq,
            )
        )
        change.org_changed = True
        return change.seq


def add_alias(unit: int, alias: str, *, by: Member, key: str = "") -> int:
    """Another way people write the unit's name. Returns the seq."""
    with ledger.change(
        "unit.alias_added", by=by, key=key, asked={"unit": str(unit), "alias": str(alias)}
    ) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        change.require("units", unit)
        _check_name(alias)
        for row in UnitNaming.unscoped.filter(unit_id=unit, seq_to=OPEN):
            known = row.aliases.splitlines()
            if alias not in known and alias != row.name:
                change.close(row)
                change.add(
                    UnitNaming(
                        unit_id=unit, name=row.name, kind=row.kind, code=row.code, since=row.since,
                        until=row.until, aliases="\n".join([*known, alias]), seq_from=change.seq,
                    )
                )  # fmt: skip
        change.org_changed = True
        return change.seq


def tag(unit: int, tag: str, *, since: date, by: Member, until: date = FAR, key: str = "") -> int:
    """A unit bears a tag from a day until another (excluded). Returns the seq."""
    with ledger.change(
        "unit.tagged", by=by, key=key, asked={"unit": str(unit), "tag": str(tag), "since": str(since)}
    ) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        change.require("units", unit)
        _exists(change.tree, unit, since)
        _check_name(tag)
        for row in UnitTagging.unscoped.filter(unit_id=unit, tag=tag, seq_to=OPEN):
            if row.since < until and since < row.until:
                change.close(row)
                since, until = min(since, row.since), max(until, row.until)
        change.add(UnitTagging(unit_id=unit, tag=tag, since=since, until=until, seq_from=change.seq))
        change.org_changed = True
        return change.seq


def untag(unit: int, tag: str, *, since: date, by: Member, key: str = "") -> int:
    """A unit no longer bears a tag from a day on. Returns the seq."""
    with ledger.change(
        "unit.untagged", by=by, key=key, asked={"unit": str(unit), "tag": str(tag), "since": str(since)}
    ) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        change.require("units", unit)
        for row in UnitTagging.unscoped.filter(unit_id=unit, tag=tag, seq_to=OPEN, until__gt=since):
            change.close(row)
            if row.since < since:
                change.add(
                    UnitTagging(unit_id=unit, tag=tag, since=row.since, until=since, seq_from=change.seq)
                )
        change.org_changed = True
        return change.seq


def move(
    unit: int,
    parent: int,
    *,
    since: date,
    by: Member,
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> int:
    """A unit and its subtree stand under another parent from a day on. Returns the seq.

    Flows stay where the unit stood on their day; stocks go along on the day of the move.
    """
    with ledger.change(
        "unit.moved", by=by, key=key, asked={"unit": str(unit), "parent": str(parent), "since": str(since)}
    ) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        tree = change.tree
        change.require("units", unit)
        change.require("units", parent)
        _exists(tree, unit, since)
        _exists(tree, parent, since)
        if tree.contains(unit, parent, since):
            raise WrongMove(
                unit=tree.name(unit, since),
                action="划入",
                target=tree.name(parent, since),
                why="它在前者之下。",
            )
        _check_closed(change, [unit, parent], since, "划转", adjust, approver)
        moved = tree.members(unit, since)
        _no_later_change(tree, moved, since)
        old = tree.place(unit, since)
        assert old is not None
        new = tree.free_place(parent, tree.kind(unit, since), since)
        rebuilt: dict[int, int] = {}
        for each in moved:
            before = _row_on(UnitPlacement, each, since)
            rebuilt[each] = new + (before.place - old)
            _end(change, before, since)
            change.add(
                UnitPlacement(
                    unit_id=each,
                    parent_id=parent if each == unit else before.parent_id,
                    place=rebuilt[each],
                    since=since,
                    until=before.until,
                    successor_id=before.successor_id,
                    seq_from=change.seq,
                )
            )
        change.org_changed = True
        observing.replace_units(change, moved)
        return change.seq


def merge(
    unit: int,
    into: int,
    *,
    since: date,
    by: Member,
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> int:
    """A unit ends on a day and another of its kind takes over what it has; its children move along. Returns the seq."""
    with ledger.change(
        "unit.merged", by=by, key=key, asked={"unit": str(unit), "into": str(into), "since": str(since)}
    ) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        tree = change.tree
        change.require("units", unit)
        change.require("units", into)
        _exists(tree, unit, since)
        _exists(tree, into, since)
        if unit == into or tree.contains(unit, into, since):
            raise WrongMove(
                unit=tree.name(unit, since),
                action="并入",
                target=tree.name(into, since),
                why="它是自身或其下级。",
            )
        if LEVEL_OF_KIND[tree.kind(unit, since)] != LEVEL_OF_KIND[tree.kind(into, since)]:
            raise WrongMove(
                unit=tree.name(unit, since), action="并入", target=tree.name(into, since), why="层级不同。"
            )
        _check_closed(change, [unit, into], since, "撤并", adjust, approver)
        moved = tree.members(unit, since)
        _no_later_change(tree, moved, since)
        _check_lived(tree, unit, since, "并入", tree.name(into, since))
        children = [each for each in moved if each != unit]
        own = _row_on(UnitPlacement, unit, since)
        _end(change, own, since, successor=into)
        _move_children(change, children, unit, into, since)
        for row in UnitNaming.unscoped.filter(unit_id=unit, seq_to=OPEN, until__gt=since):
            _end(change, row, since)
        change.org_changed = True
        observing.replace_units(change, [*moved, into])
        return change.seq


def dissolve(
    unit: int, *, since: date, by: Member, adjust: str = "", approver: Member | None = None, key: str = ""
) -> int:
    """A unit ends on a day and nobody takes over; what it had stays with the unit above. Returns the seq."""
    with ledger.change(
        "unit.dissolved", by=by, key=key, asked={"unit": str(unit), "since": str(since)}
    ) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        tree = change.tree
        change.require("units", unit)
        _exists(tree, unit, since)
        below = [each for each in tree.members(unit, since) if each != unit]
        if below:
            names = "、".join(tree.name(each, since) for each in below[:5])
            raise WrongMove(
                unit=tree.name(unit, since), action="撤销于", target=since, why=f"其下还有{names}。请先划转。"
            )
        _check_closed(change, [unit], since, "撤销", adjust, approver)
        _no_later_change(tree, [unit], since)
        _check_lived(tree, unit, since, "撤销于", str(since))
        _end(change, _row_on(UnitPlacement, unit, since), since)
        change.org_changed = True
        observing.replace_units(change, [unit])
        return change.seq


class _Builder:
    """Adds units one by one, each seeing the ones before it."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.refs: dict[str, int] = {}
        # Grown in memory: asking the database for the tree after every unit made a county of 3,500 take minutes.
        self.tree = change.tree if change.seq > 1 else OrgTree((), ())

    def add(self, unit: NewUnit) -> int:
        parent = self.refs[unit.parent] if isinstance(unit.parent, str) else unit.parent
        _check_name(unit.name)
        if parent is not None:
            _exists(self.tree, parent, max(unit.since, _first_day(self.tree, parent)))
            self._check_free(unit, parent)
        from_day = unit.since if parent is None else max(unit.since, _first_day(self.tree, parent))
        place = self.tree.free_place(parent, unit.kind, from_day, unit.code)
        row = self.change.add(OrgUnit(seq=self.change.seq))
        key = row.pk
        self.change.add(
            UnitNaming(
                unit_id=key, name=unit.name, kind=unit.kind, code=unit.code,
                aliases="\n".join(unit.aliases), since=from_day, until=FAR, seq_from=self.change.seq,
            )
        )  # fmt: skip
        self.change.add(
            UnitPlacement(
                unit_id=key,
                parent_id=parent,
                place=place,
                since=from_day,
                until=FAR,
                seq_from=self.change.seq,
            )
        )
        for each in unit.tags:
            self.change.add(
                UnitTagging(unit_id=key, tag=each, since=from_day, until=FAR, seq_from=self.change.seq)
            )
        self.change.org_changed = True
        self.tree = self.tree.plus(
            Placement(key, parent, place, from_day),
            Naming(key, unit.name, unit.kind, unit.code, from_day),
        )
        if unit.ref:
            self.refs[unit.ref] = key
        return key

    def _check_free(self, unit: NewUnit, parent: int) -> None:
        for sibling in self.tree.under(parent):
            if sibling.until != FAR:
                continue
            naming = self.tree.naming(sibling.unit, FAR)
            if naming.name == unit.name and naming.kind == unit.kind:
                raise NameTaken(parent=self.tree.name(parent, FAR), name=unit.name)
            if unit.code and naming.code == unit.code:
                raise CodeTaken(code=unit.code, unit=naming.name)


def _first_day(tree: OrgTree, unit: int) -> date:
    return tree.placements[unit][0].since


def _exists(tree: OrgTree, unit: int, day: date) -> None:
    if not tree.exists(unit, day):
        raise UnitEnded(unit=tree.name(unit, day), day=day)


def _check_name(name: str) -> None:
    code, text = check_text(name, 60)
    if code or not name.strip():
        raise Refused((Problem(Where(field="名称"), code or "unit.no_name", text or "名称不能为空。"),))


def _row_on(model: type[RowT], unit: int, day: date) -> RowT:
    return model._default_manager.get(unit_id=unit, seq_to=OPEN, since__lte=day, until__gt=day)


def _end(change: Change, row: UnitNaming | UnitPlacement, day: date, successor: int | None = None) -> None:
    """Close what was known, and write that it held until `day` only."""
    change.close(row)
    if row.since >= day:
        return
    if isinstance(row, UnitNaming):
        change.add(
            UnitNaming(
                unit_id=row.unit_id, name=row.name, kind=row.kind, code=row.code, aliases=row.aliases,
                since=row.since, until=day, seq_from=change.seq,
            )
        )  # fmt: skip
    else:
        change.add(
            UnitPlacement(
                unit_id=row.unit_id, parent_id=row.parent_id, place=row.place, since=row.since, until=day,
                successor_id=successor, seq_from=change.seq,
            )
        )  # fmt: skip


def _move_children(change: Change, children: Sequence[int], unit: int, into: int, since: date) -> None:
    """Children of a merged unit stand under the one that took over, each at a new place with its own subtree."""
    tree = change.tree
    direct = [each for each in children if next(tree.ancestors(each, since), None) == unit]
    for child in direct:
        old = tree.place(child, since)
        assert old is not None
        new = tree_at(change.seq).free_place(into, tree.kind(child, since), since)
        size = level_size(LEVEL_OF_KIND[tree.kind(child, since)])
        for each in children:
            before = _row_on(UnitPlacement, each, since)
            if not old <= before.place < old + size:
                continue
            _end(change, before, since)
            change.add(
                UnitPlacement(
                    unit_id=each,
                    parent_id=into if each == child else before.parent_id,
                    place=new + (before.place - old),
                    since=since,
                    until=before.until,
                    successor_id=before.successor_id,
                    seq_from=change.seq,
                )
            )


def _no_later_change(tree: OrgTree, units: Sequence[int], since: date) -> None:
    for unit in units:
        for placement in tree.placements[unit]:
            if placement.since > since or (placement.until != FAR and placement.until > since):
                day = placement.since if placement.since > since else placement.until
                raise WrongMove(
                    unit=tree.name(unit, since),
                    action="在此日调整至",
                    target=since,
                    why=f"其在{day}另有调整。请按时间先后登记。",
                )


def _check_lived(tree: OrgTree, unit: int, since: date, action: str, target: str) -> None:
    placement = tree.placement(unit, since)
    if placement is not None and placement.since >= since:
        why = f"它自{placement.since}起才在此处，请用更晚的日期。"
        raise WrongMove(unit=tree.name(unit, since), action=action, target=target, why=why)


def _check_closed(
    change: Change, units: Sequence[int], since: date, action: str, adjust: str, approver: Member | None
) -> None:
    for unit in units:
        through = closed_through(unit, since, change.tree, change.closes)
        if through is not None and since <= through:
            if not adjust.strip() or approver is None:
                raise ClosedPeriod(
                    day=since, unit=change.tree.name(unit, since), through=through, action=action
                )
            check_open(change, [(unit, since)], action, adjust=adjust, approver=approver)
