"""核验: everything the ledger promises, computed again from what is stored. Reads only.

This module looks at the chain and the tables; `verifying_entries` at what the rows say. What is not vouched for is
listed in `store.outside`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, models

from youju.actions import verifying_entries as said
from youju.actions.ledger import GENESIS
from youju.actions.verification import Check, Look, Part, part
from youju.actions.witness import Head, compare
from youju.store import chain, form, triggers
from youju.store.models import (
    Batch,
    Event,
    Ledger,
    Login,
    Member,
    OrgUnit,
    UnitNaming,
    UnitPlacement,
    UnitTagging,
)
from youju.store.models.base import OPEN, Known
from youju.store.queries.ledger import head


def verify(heads: Sequence[Head] = ()) -> list[Part]:
    """Run every part; with heads that were written down elsewhere, compare the chain with them too. Raises NoLedger."""
    head()
    parts = [check() for check in PARTS]
    return [*parts, compare(heads)] if heads else parts


@part("哈希链")
def check_chain(look: Look) -> None:
    """Sequence without gaps, instants that never run back, every hash, and the head."""
    previous, expected = GENESIS, 1
    at: datetime | None = None
    for event in Event.unscoped.order_by("seq").iterator(chunk_size=2000):
        place = f"#{event.seq}"
        if event.seq != expected:
            look.add(place, "verify.gap", f"序号不连续，应为#{expected}。")
        if at is not None and event.at < at:
            look.add(place, "verify.time", "时刻早于前一条。")
        made = chain.link(event.previous, event.seq, event.at, event.kind, event.actor_id, event.body)
        if event.previous != previous or event.hash != made:
            look.add(place, "verify.chain", "哈希链断开：此条或前一条被改动过。")
        previous, expected, at = event.hash, event.seq + 1, event.at
        look.checked = event.seq
    ledger = head()
    if (ledger.head, ledger.hash, ledger.at) != (expected - 1, previous, at):
        text = f"台账头（#{ledger.head}）与最后一条（#{expected - 1}）不符。"
        look.add("台账", "verify.head", text)
    if Ledger.unscoped.count() != 1:
        look.add("台账", "verify.head", "台账头不止一行。")
    if ledger.org_seq != _organised():
        text = f"台账头记载的最近一次组织变动（#{ledger.org_seq}）与各表不符。"
        look.add("台账", "verify.head", text)


@part("各表摘要")
def check_rows(look: Look) -> None:
    """Every row of every chained table against the digest that its event holds."""
    bodies = {seq: json.loads(body) for seq, body in Event.unscoped.values_list("seq", "body").iterator()}
    versions = {seq: int(body.get("v", 1)) for seq, body in bodies.items()}
    for model, (column, _) in chain.APPENDED.items():
        name = chain.table_name(model)
        lines: dict[int, list[list[object]]] = defaultdict(list)
        rows = model._default_manager.order_by("pk")
        if model in chain.WITH:
            rows = rows.select_related(chain.WITH[model])
        for row in rows.iterator(chunk_size=2000):
            seq = getattr(row, column)
            lines[seq].append(chain.row_line(row, versions.get(seq, chain.VERSION)))
            look.checked += 1
        wanted = {seq: body["rows"].get(name) for seq, body in bodies.items() if name in body["rows"]}
        for seq in sorted(set(lines) | set(wanted)):
            if list(chain.rows_digest(lines.get(seq, []))) != wanted.get(seq):
                look.add(f"#{seq}", "verify.rows", f"表{name}中该序号写入的行与台账摘要不符。")
    for model in chain.CLOSED:
        _check_closed(look, model, bodies)
    _check_taken_back(look, bodies)
    accounts = dict(Member.unscoped.values_list("pk", "account"))
    for member, account in Login.objects.values_list("member_id", "account"):
        if accounts.get(member) != account:
            look.add(account, "verify.login", "登录账号与人员账号不符。")


@part("防改触发器")
def check_triggers(look: Look) -> None:
    """The triggers that keep facts: that they are there, and do what they should."""
    for name in triggers.missing(connection):
        text = "缺少防改触发器。请查明原因后运行 youju verify --repair-triggers。"
        look.add(name, "verify.trigger", text)
    for name in triggers.altered(connection):
        text = "防改触发器被改动过。请查明原因后运行 youju verify --repair-triggers。"
        look.add(name, "verify.trigger", text)
    look.checked = len(triggers.names(connection))


@part("存储格式")
def check_form(look: Look) -> None:
    """That every value is stored the one way in which it is written: nothing that reads the same and compares otherwise."""
    look.checked, oddities = form.oddities(connection)
    for table, column, key in oddities:
        look.add(f"{table} {key}", "verify.form", f"列{column}的存储格式不是本系统写入的格式。")


PARTS: tuple[Check, ...] = (
    check_chain,
    check_rows,
    said.check_revisions,
    said.check_personal,
    check_triggers,
    check_form,
    said.check_evidence,
    said.check_observations,
    said.check_rollups,
    said.check_final_reports,
)


def _check_closed(
    look: Look, model: type[models.Model], bodies: dict[int, dict[str, dict[str, list[int]]]]
) -> None:
    name = chain.table_name(model)
    closed: dict[int, list[int]] = defaultdict(list)
    rows = model._default_manager.exclude(seq_to=OPEN).order_by("pk")
    for key, seq in rows.values_list("pk", "seq_to"):
        closed[seq].append(key)
    wanted = {seq: body["closed"][name] for seq, body in bodies.items() if name in body["closed"]}
    for seq in sorted(set(closed) | set(wanted)):
        if closed.get(seq, []) != wanted.get(seq):
            look.add(f"#{seq}", "verify.rows", f"表{name}中该序号终止的行与台账摘要不符。")


def _check_taken_back(look: Look, bodies: dict[int, dict[str, dict[str, int]]]) -> None:
    kind = "batch.taken_back"
    events = Event.unscoped.filter(kind=kind).values_list("seq", flat=True)
    wanted = {bodies[seq]["said"]["batch"]: seq for seq in events}
    there = dict(Batch.unscoped.exclude(taken_back_seq=None).values_list("pk", "taken_back_seq"))
    for batch in sorted(set(wanted) | set(there)):
        if wanted.get(batch) != there.get(batch):
            look.add(f"批次{batch}", "verify.rows", "撤回的序号与台账事件不符。")


def _organised() -> int:
    """The last event that changed the organisation, by its tables."""
    found = [0, *OrgUnit.unscoped.order_by("-seq").values_list("seq", flat=True)[:1]]
    known: tuple[type[Known], ...] = (UnitNaming, UnitPlacement, UnitTagging)
    for model in known:
        rows = model._default_manager
        found += rows.order_by("-seq_from").values_list("seq_from", flat=True)[:1]
        found += rows.exclude(seq_to=OPEN).order_by("-seq_to").values_list("seq_to", flat=True)[:1]
    return max(found)
