"""Taking catalog files into the ledger: what is recorded is the version that was in force, not the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from youju.actions import ledger, rolling
from youju.core.canonical import digest
from youju.core.problem import Problem, Refused
from youju.core.register import Register
from youju.specs.record import compatible, incomplete, register_as_text
from youju.store.models import Member, SpecVersion
from youju.store.queries import specs
from youju.store.queries.ledger import head


@dataclass(frozen=True, slots=True)
class Synced:
    """Registers by id: newly taken in, changed, and unchanged. `seq` is None when nothing had to be written."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    seq: int | None


def sync(registers: Iterable[Register], *, by: Member, unit: int, basis: str = "") -> Synced:
    """Record the current version of these registers; all or none.

    basis  the document that asks for them, kept in the event

    Raises Refused when a register changes what recorded entries mean (a retyped field, another unit), or counts
    into a register that is not in force.
    """
    wanted = {register.id: register for register in registers}
    texts = {name: register_as_text(register) for name, register in wanted.items()}
    known = specs.versions_at(head().head)
    problems: list[Problem] = []
    added, changed, same = [], [], []
    for name, register in wanted.items():
        before = known.get(name)
        if before is None:
            added.append(name)
        elif before.digest == digest(texts[name]):
            same.append(name)
        else:
            changed.append(name)
            problems.extend(compatible(before.register, register))
    in_force = {name: version.register for name, version in known.items()} | wanted
    problems.extend(incomplete(in_force.values()))
    if problems:
        raise Refused(tuple(problems))
    if not added and not changed:
        return Synced((), (), tuple(same), None)
    with ledger.change("registers.synced", by=by) as change:
        change.require("registers", unit)
        change.add_all(
            SpecVersion,
            [
                {
                    "kind": "register",
                    "name": name,
                    "digest": digest(texts[name]),
                    "text": texts[name],
                    "active_from_seq": change.seq,
                }
                for name in (*added, *changed)
            ],
        )
        if basis:
            change.said["basis"] = basis
        rolling.follow(change)
        return Synced(tuple(added), tuple(changed), tuple(same), change.seq)
