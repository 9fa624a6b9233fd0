"""核验 of what rows say: revisions and personal fields, evidence, observations by replay, roll-ups, final reports."""

from __future__ import annotations

import hashlib
from collections import defaultdict

from youju.actions import entries, evidence, finals, rolling, sealing, searching, workbooks
from youju.actions.verification import Look, part
from youju.core.canonical import digest
from youju.core.entry import from_json
from youju.core.register import Register
from youju.store.models import (
    Batch,
    Blob,
    Entry,
    EvidenceLink,
    Facet,
    FinalReport,
    MeasureKey,
    Observation,
    PersonalValue,
    Revision,
    SealedWorkbook,
    SpecVersion,
    Tombstone,
    WorkbookKey,
    WorkbookTombstone,
)
from youju.store.models.base import OPEN
from youju.store.queries import replay, specs

SHOWN = 20  # findings of one kind that are spelled out
PIECE = 1 << 20


@part("记录内容")
def check_revisions(look: Look) -> None:
    """What every revision says against its digest, and what its entry keeps of the current one against that."""
    digests = dict(SpecVersion.unscoped.values_list("pk", "digest"))
    for pk, wanted, text in SpecVersion.unscoped.values_list("pk", "digest", "text"):
        if digest(text) != wanted:
            look.add(f"台账定义{pk}", "verify.spec", "台账定义的文本与摘要不符。")
    registers = specs.versions(digests)
    facets: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    for entry, *facet in Facet.unscoped.values_list("entry_id", "register", "field", "value"):
        facets[entry].add(tuple(facet))  # type: ignore[arg-type]
    rows = Entry.unscoped.values_list("current_id", "pk", "day", "key_digest")
    kept = {current: (pk, day, key) for current, pk, day, key in rows}
    for revision in Revision.unscoped.order_by("pk").iterator(chunk_size=2000):
        look.checked += 1
        place = f"记录{revision.entry_id}第{revision.number}稿"
        made = entries.revision_digest(
            digests[revision.spec_id],
            revision.unit_id,
            revision.day,
            revision.values,
            revision.sealed,
            revision.nil,
        )
        if made != revision.digest:
            look.add(place, "verify.revision", "内容与摘要不符：登记后被改动过。")
        if revision.pk not in kept:
            continue
        entry, day, key = kept[revision.pk]
        register = registers[revision.spec_id]
        wanted_facets = {
            (each["register"], each["field"], each["value"])
            for each in searching.facets_of(register, entry, revision.values)
        }
        if facets.pop(entry, set()) != wanted_facets:
            look.add(place, "verify.derived", "供筛选的字段值与记录内容不符。")
        if day != revision.day or _key_of(register, revision) not in (key, None):
            look.add(place, "verify.derived", "记录的归属日期或查重摘要与记录内容不符。")
    for entry in sorted(facets)[:SHOWN]:
        look.add(f"记录{entry}", "verify.derived", "供筛选的字段值没有对应的记录。")


@part("个人信息")
def check_personal(look: Look) -> None:
    """Every personal field against the salted digest in the chain, its date of erasure, and the tombstones."""
    registers = specs.versions(SpecVersion.unscoped.values_list("pk", flat=True))
    private: dict[int, dict[str, PersonalValue]] = defaultdict(dict)
    for value in PersonalValue.unscoped.all():
        private[value.revision_id][value.field] = value
        look.checked += 1
    erased = set(Tombstone.unscoped.values_list("revision_id", "field"))
    said = Revision.unscoped.exclude(sealed={}).order_by("pk")
    for revision in said.iterator(chunk_size=2000):
        place = f"记录{revision.entry_id}第{revision.number}稿"
        held = private.pop(revision.pk, {})
        for name, sealed in revision.sealed.items():
            kept = held.pop(name, None)
            if kept is not None and sealing.digest_of(kept) != sealed:
                look.add(place, "verify.personal", f"加密字段{name}与摘要不符。")
            if kept is not None and kept.erase_on != sealing.erased_on(
                registers[revision.spec_id], name, revision.day
            ):
                look.add(place, "verify.personal", f"加密字段{name}的删除日期与保存期限不符。")
            if kept is None and (revision.pk, name) not in erased:
                look.add(place, "verify.personal", f"加密字段{name}缺失，且没有删除凭证。")
            if kept is not None and (revision.pk, name) in erased:
                look.add(place, "verify.personal", f"加密字段{name}已有删除凭证，内容却还在。")
        for name in held:
            look.add(place, "verify.personal", f"加密字段{name}不在记录中。")
    for key in sorted(private)[:SHOWN]:
        look.add(f"修订{key}", "verify.personal", "加密字段没有对应的记录。")
    _check_workbooks(look)


def _check_workbooks(look: Look) -> None:
    """Every sealed workbook against its salted digest, its date of erasure, and its tombstone."""
    keys = {key.sealed_id: key for key in WorkbookKey.unscoped.all()}
    erased = set(WorkbookTombstone.unscoped.values_list("sealed_id", flat=True))
    for row in SealedWorkbook.unscoped.select_related("batch", "blob").order_by("pk"):
        look.checked += 1
        place, key = f"批次{row.batch_id}", keys.pop(row.pk, None)
        if key is None:
            if row.pk not in erased:
                look.add(place, "verify.personal", "原工作簿的密钥缺失，且没有删除凭证。")
            continue
        if row.pk in erased:
            look.add(place, "verify.personal", "原工作簿已有删除凭证，密钥却还在。")
        if key.erase_on != workbooks.erased_on(row.batch):
            look.add(place, "verify.personal", "原工作簿的删除日期与保存期限不符。")
        if evidence.place_of(row.blob.sha256).exists() and workbooks.digest_of(row, key) != row.digest:
            look.add(place, "verify.personal", "原工作簿与摘要不符。")
    for sealed in sorted(keys)[:SHOWN]:
        look.add(f"原工作簿{sealed}", "verify.personal", "密钥没有对应的原工作簿。")
    if left := workbooks.left_plain().count():
        look.notes.append(
            f"有{left}个由旧版本导入的工作簿含个人信息而未加密。后台任务启动时会加密它们；仍出现此提示的，请查看其日志。"
        )


@part("佐证材料")
def check_evidence(look: Look) -> None:
    """The bytes of every evidence file, and that each is evidence of something.

    Only a workbook that has its tombstone, or lies sealed in another file by now, may lack its own.
    """
    used = {
        *EvidenceLink.unscoped.values_list("blob_id", flat=True),
        *Batch.unscoped.values_list("blob_id", flat=True),
        *SealedWorkbook.unscoped.values_list("blob_id", flat=True),
    }
    gone = set(workbooks.gone().values_list("pk", flat=True))
    left = 0
    for blob in Blob.unscoped.order_by("pk"):
        look.checked += 1
        place = blob.sha256[:12]
        if blob.pk not in used:
            look.add(place, "verify.evidence", "佐证材料没有对应的记录或导入批次。")
        path = evidence.place_of(blob.sha256)
        if blob.pk in gone:
            left += path.exists()
            continue
        if not path.exists():
            look.add(place, "verify.evidence", "佐证材料文件缺失。请从备份恢复。")
            continue
        found = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
        if found.hexdigest() != blob.sha256 or path.stat().st_size != blob.size:
            look.add(place, "verify.evidence", "佐证材料文件被改动或损坏。请从备份恢复。")
    if left:
        text = f"有{left}个原工作簿的文件应已删除而还在（正在备份，或删除时中断）。后台任务每小时清除一次。"
        look.notes.append(text)


@part("观测与重放")
def check_observations(look: Look) -> None:
    """Every observation and its interval, and the entries' states, against a replay of the ledger."""
    replayed = replay.replay()
    stored = replay.stored()
    look.checked = sum(stored.values())
    for (row, since, until), count in list((stored - replayed.intervals).items())[:SHOWN]:
        text = f"多出{count}条观测（{row.measure} {row.day} #{since}–{_until(until)}）。"
        look.add(f"记录{row.entry}", "verify.replay", text)
    for (row, since, until), count in list((replayed.intervals - stored).items())[:SHOWN]:
        text = f"缺少{count}条观测（{row.measure} {row.day} #{since}–{_until(until)}）。"
        look.add(f"记录{row.entry}", "verify.replay", text)
    for key, *state in Entry.unscoped.values_list("pk", "state", "current_id", "counted_id"):
        if tuple(state) != replayed.states.get(key):
            look.add(f"记录{key}", "verify.state", f"状态“{state[0]}”与重放结果不符。")
    used = set(Observation.unscoped.order_by().values_list("measure_id", flat=True).distinct())
    for key, name in MeasureKey.unscoped.values_list("pk", "name"):
        if key not in used:
            look.add(name, "verify.replay", "数据项编号没有任何观测使用。")


@part("汇总")
def check_rollups(look: Look) -> None:
    """Every cell of the roll-ups against the open observations."""
    done = rolling.check()
    look.checked = done.cells
    for each in done.differences:
        place = f"{each.measure} {each.month // 12}-{each.month % 12 + 1:02d}"
        text = "汇总与观测不符。请运行 youju rollup rebuild 重建，并查明原因。"
        look.add(place, "verify.rollup", text)
    if not done.in_force:
        text = "汇总未建立，或与现行台账定义不符，取数暂不使用汇总。请运行 youju rollup rebuild。"
        look.add("汇总", "verify.rollup", text)


@part("定稿报告")
def check_final_reports(look: Look) -> None:
    """Every figure of every final report, computed again as of its moment."""
    for row in FinalReport.unscoped.select_related("report").order_by("pk"):
        look.checked += 1
        look.findings += finals.verify(row)


def _key_of(register: Register, revision: Revision) -> str | None:
    """The digest of the natural key; None when personal fields are part of it, which may be erased."""
    if any(register.by_id[name].personal is not None for name in register.key):
        return None
    values = from_json(register, revision.values)
    return entries.key_digest(register, entries.Content(revision.unit_id, revision.day, values))


def _until(seq: int) -> str:
    return "今" if seq == OPEN else f"#{seq}"
