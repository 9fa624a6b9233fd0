"""核验: everything the ledger promises, computed again from what is stored. Reads only."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from youju.actions import evidence, finals, rolling, sealing
from youju.actions.entries import revision_digest
from youju.actions.ledger import GENESIS
from youju.core.canonical import digest
from youju.core.problem import Problem, Where
from youju.store import chain, triggers
from youju.store.models import (
    Blob,
    Entry,
    Event,
    FinalReport,
    PersonalValue,
    Revision,
    SpecVersion,
    Tombstone,
)
from youju.store.models.base import OPEN
from youju.store.queries import replay
from youju.store.queries.ledger import head

SHOWN = 20  # findings of one kind that are spelled out
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the verification: how much was looked at, and what was found."""

    title: str
    checked: int
    findings: tuple[Problem, ...]


def verify() -> list[Part]:
    """Run every part. Raises NoLedger."""
    head()
    return [part() for part in PARTS]


def check_chain() -> Part:
    """Sequence without gaps, instants that never run back, every hash, and the head."""
    findings: list[Problem] = []
    previous, expected, at = GENESIS, 1, None
    for event in Event.unscoped.order_by("seq").iterator(chunk_size=2000):
        place = f"#{event.seq}"
        if event.seq != expected:
            findings.append(_problem(place, "verify.gap", f"序号不连续，应为#{expected}。"))
        if at is not None and event.at < at:
            findings.append(_problem(place, "verify.time", "时刻早于前一条。"))
        made = chain.link(event.previous, event.seq, event.at, event.kind, event.actor_id, event.body)
        if event.previous != previous or event.hash != made:
            findings.append(_problem(place, "verify.chain", "哈希链断开：此条或前一条被改动过。"))
        previous, expected, at = event.hash, event.seq + 1, event.at
    ledger = head()
    if (ledger.head, ledger.hash) != (expected - 1, previous):
        findings.append(
            _problem("台账", "verify.head", f"台账头（#{ledger.head}）与最后一条（#{expected - 1}）不符。")
        )
    return Part("哈希链", expected - 1, tuple(findings))


def check_rows() -> Part:
    """Every row of every chained table against the digest that its event holds."""
    said = {seq: json.loads(body) for seq, body in Event.unscoped.values_list("seq", "body").iterator()}
    findings: list[Problem] = []
    checked = 0
    for model, (column, _) in chain.APPENDED.items():
        name = chain.table_name(model)
        lines: dict[int, list[list[object]]] = defaultdict(list)
        for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
            lines[getattr(row, column)].append(chain.row_line(row))
            checked += 1
        wanted = {seq: body["rows"].get(name) for seq, body in said.items() if name in body["rows"]}
        findings.extend(
            _problem(f"#{seq}", "verify.rows", f"表{name}中该序号写入的行与台账摘要不符。")
            for seq in sorted(set(lines) | set(wanted))
            if list(chain.rows_digest(lines.get(seq, []))) != wanted.get(seq)
        )
    for model in chain.CLOSED:
        name = chain.table_name(model)
        closed: dict[int, list[int]] = defaultdict(list)
        for key, seq in (
            model._default_manager.exclude(seq_to=OPEN).order_by("pk").values_list("pk", "seq_to")
        ):
            closed[seq].append(key)
        wanted_keys = {seq: body["closed"][name] for seq, body in said.items() if name in body["closed"]}
        findings.extend(
            _problem(f"#{seq}", "verify.rows", f"表{name}中该序号终止的行与台账摘要不符。")
            for seq in sorted(set(closed) | set(wanted_keys))
            if closed.get(seq, []) != wanted_keys.get(seq)
        )
    return Part("各表摘要", checked, tuple(findings))


def check_revisions() -> Part:
    """What every revision says, and its personal fields, against the digests in the chain."""
    findings: list[Problem] = []
    specs = dict(SpecVersion.unscoped.values_list("pk", "digest"))
    for pk, wanted, text in SpecVersion.unscoped.values_list("pk", "digest", "text"):
        if digest(text) != wanted:
            findings.append(_problem(f"台账定义{pk}", "verify.spec", "台账定义的文本与摘要不符。"))
    private: dict[int, dict[str, PersonalValue]] = defaultdict(dict)
    for value in PersonalValue.unscoped.all():
        private[value.revision_id][value.field] = value
    erased = set(Tombstone.unscoped.values_list("revision_id", "field"))
    checked = 0
    for revision in Revision.unscoped.order_by("pk").iterator(chunk_size=2000):
        checked += 1
        made = revision_digest(
            specs[revision.spec_id],
            revision.unit_id,
            revision.day,
            revision.values,
            revision.sealed,
            revision.nil,
        )
        place = f"记录{revision.entry_id}第{revision.number}稿"
        if made != revision.digest:
            findings.append(_problem(place, "verify.revision", "内容与摘要不符：登记后被改动过。"))
        for name, sealed in revision.sealed.items():
            kept = private[revision.pk].get(name)
            if kept is not None and sealing.digest_of(kept) != sealed:
                findings.append(_problem(place, "verify.personal", f"加密字段{name}与摘要不符。"))
            if kept is None and (revision.pk, name) not in erased:
                findings.append(_problem(place, "verify.personal", f"加密字段{name}缺失，且没有删除凭证。"))
    return Part("记录内容", checked, tuple(findings))


def check_triggers() -> Part:
    """The triggers that keep facts."""
    gone = triggers.missing(connection)
    text = "缺少防改触发器。请查明原因后运行 youju verify --repair-triggers。"
    return Part(
        "防改触发器",
        len(triggers.names(connection)),
        tuple(_problem(name, "verify.trigger", text) for name in gone),
    )


def check_evidence() -> Part:
    """The bytes of every evidence file."""
    findings = []
    blobs = list(Blob.unscoped.order_by("pk"))
    for blob in blobs:
        path = evidence.place_of(blob.sha256)
        if not path.exists():
            findings.append(_problem(blob.sha256[:12], "verify.evidence", "佐证材料文件缺失。请从备份恢复。"))
            continue
        found = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
        if found.hexdigest() != blob.sha256:
            findings.append(
                _problem(blob.sha256[:12], "verify.evidence", "佐证材料文件被改动或损坏。请从备份恢复。")
            )
    return Part("佐证材料", len(blobs), tuple(findings))


def check_observations() -> Part:
    """Every observation and its interval, and the entries' states, against a replay of the ledger."""
    replayed = replay.replay()
    stored = replay.stored()
    findings = []
    for (row, since, until), count in list((stored - replayed.intervals).items())[:SHOWN]:
        findings.append(
            _problem(
                f"记录{row.entry}",
                "verify.replay",
                f"多出{count}条观测（{row.measure} {row.day} #{since}–{_until(until)}）。",
            )
        )
    for (row, since, until), count in list((replayed.intervals - stored).items())[:SHOWN]:
        findings.append(
            _problem(
                f"记录{row.entry}",
                "verify.replay",
                f"缺少{count}条观测（{row.measure} {row.day} #{since}–{_until(until)}）。",
            )
        )
    for key, *state in Entry.unscoped.values_list("pk", "state", "current_id", "counted_id"):
        if tuple(state) != replayed.states.get(key):
            findings.append(_problem(f"记录{key}", "verify.state", f"状态“{state[0]}”与重放结果不符。"))
    return Part("观测与重放", sum(stored.values()), tuple(findings))


def check_rollups() -> Part:
    """Every cell of the roll-ups against the open observations."""
    done = rolling.check()
    findings = [
        _problem(
            f"{each.measure} {each.month // 12}-{each.month % 12 + 1:02d}",
            "verify.rollup",
            "汇总与观测不符。请运行 youju rollup rebuild 重建，并查明原因。",
        )
        for each in done.differences
    ]
    if not done.in_force:
        text = "汇总未建立，或与现行台账定义不符，取数暂不使用汇总。请运行 youju rollup rebuild。"
        findings.append(_problem("汇总", "verify.rollup", text))
    return Part("汇总", done.cells, tuple(findings))


def check_final_reports() -> Part:
    """Every figure of every final report, computed again as of its moment."""
    rows = list(FinalReport.unscoped.select_related("report").order_by("pk"))
    return Part("定稿报告", len(rows), tuple(problem for row in rows for problem in finals.verify(row)))


PARTS: tuple[Callable[[], Part], ...] = (
    check_chain,
    check_rows,
    check_revisions,
    check_triggers,
    check_evidence,
    check_observations,
    check_rollups,
    check_final_reports,
)


def _until(seq: int) -> str:
    return "今" if seq == OPEN else f"#{seq}"


def _problem(place: str, code: str, text: str) -> Problem:
    return Problem(Where(field=place), code, text)
