"""catalog/registers/*.yaml → registers, each checked against itself; `checks.py` checks them against one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from youju.core.measure import UnitKind
from youju.core.quantity import UnitTable
from youju.core.register import (
    Example,
    Field,
    Observe,
    Register,
    RegisterKind,
    ReviewRule,
    Stage,
    When,
)
from youju.specs.choices import ChoiceList
from youju.specs.fields import check_fields, read_field
from youju.specs.measures import UNIT_KINDS, read_measure
from youju.specs.source import Block, Problems, read_source, shown

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_DIMENSION_KINDS = ("choice", "text", "yes_no")


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register with the lines of its measures, for problems found later."""

    register: Register
    path: Path
    lines: Mapping[int, int]
    problems: Problems


def read_register(path: Path, units: UnitTable, choices: Mapping[str, ChoiceList]) -> RegisterFile | Problems:
    """The register of a file; only its problems when it is too broken to be one."""
    problems = Problems(shown(path))
    block = read_source(path, problems)
    if block is None:
        return problems
    name = block.text("id", required=True)
    if name and not _ID.fullmatch(name):
        text = f"“{name}”应由小写字母、数字和横线组成，如 publicity-leaflets，文件名与它一致。"
        block.problem("register.id", text, "id")
    elif name != path.stem:
        block.problem("register.id", f"id 应与文件名一致，写成 id: {path.stem}。", "id")
    kind: RegisterKind = block.choice("kind", get_args(RegisterKind))  # type: ignore[assignment]
    title = block.text("title", required=True)
    kept_by: UnitKind = block.choice("kept_by", UNIT_KINDS)  # type: ignore[assignment]
    field_blocks = block.blocks("fields")
    fields = tuple(read_field(each, units, choices) for each in field_blocks)
    check_fields(fields, field_blocks)
    by_id = {field.id: field for field in fields}
    measure_blocks = block.blocks("measures")
    register = Register(
        name or path.stem,
        kind,
        title,
        kept_by,
        fields,
        block.text("day", required=True),
        purpose=block.text("purpose", required=True),
        source=block.text("source", required=True),
        review=block.choice("review", get_args(ReviewRule), "another-member"),  # type: ignore[arg-type]
        measures=tuple(read_measure(each, name, units) for each in measure_blocks),
        observe=tuple(_observe(each, by_id, units) for each in block.blocks("observe")),
        stages=_stages(block, by_id),
        key=block.texts("key"),
        evidence=block.texts("evidence"),
        evidence_required_by=block.text("evidence_required_by"),
        asked_for_by=block.text("asked_for_by"),
        authoritative=block.text("authoritative"),
        starter=block.flag("starter"),
        aliases=block.texts("aliases"),
        examples=tuple(_example(each, by_id) for each in block.blocks("examples")),
        file=shown(path),
    )
    for key, code, text in _whole_problems(register):
        block.problem(code, text, key)
    block.finish()
    lines = {number: each.line for number, each in enumerate(measure_blocks)}
    return RegisterFile(register, path, lines, problems)


def _whole_problems(register: Register) -> Iterator[tuple[str, str, str]]:
    """(key, code, text) of what does not go together."""
    if not register.fields:
        yield (
            "fields",
            "register.no_fields",
            "没有字段。请在 fields 下至少写一个，如 - {id: day, title: 日期, …}。",
        )
    day = register.by_id.get(register.day)
    if register.day and (day is None or day.kind != "date" or not day.required or day.retired):
        dates = "、".join(each.id for each in register.asked if each.kind == "date") or "无"
        text = f"day 应是一个在用的必填日期字段，“{register.day}”不是。日期字段有：{dates}（加 required: true）。"
        yield "day", "register.day", text
    if register.stages and register.kind != "case":
        yield "stages", "register.stages", "只有 kind: case 的台账可以有 stages。请改 kind 或删去 stages。"
    if register.kind == "case" and not register.stages:
        yield (
            "kind",
            "register.stages",
            "kind: case 的台账要有 stages，如 - {id: accepted, title: 受理, on: accepted_on}。",
        )
    yield from _key_problems(register)
    if register.evidence_required_by and not register.evidence:
        text = "写了 evidence_required_by，却没有写要什么佐证材料。请写 evidence: [照片]。"
        yield "evidence_required_by", "register.evidence", text
    if not register.examples and register.observe:
        text = "没有示例。请在 examples 下至少写一个，它会作为检验运行：- given: {…}，observes: […]。"
        yield "", "register.no_examples", text


def _key_problems(register: Register) -> Iterator[tuple[str, str, str]]:
    for each in register.key:
        found = register.by_id.get(each)
        if found is None:
            yield "key", "register.key", f"key 中的“{each}”不是字段。可用：{'、'.join(register.by_id)}。"
        elif found.personal is not None:
            yield "key", "register.personal_used", f"“{each}”是个人信息，不能作 key。请用编号等其他字段。"
    for found in register.fields:
        if found.personal is not None and found.filter:
            text = f"“{found.id}”是个人信息，不能用来筛选。请去掉它的 filter。"
            yield "fields", "register.personal_used", text


def _observe(block: Block, fields: Mapping[str, Field], units: UnitTable) -> Observe:
    dims, when = block.block("dims"), block.block("when")
    rule = Observe(
        block.text("measure", required=True),
        block.text("value", required=True),
        on=block.text("on"),
        since=block.text("since"),
        until=block.text("until"),
        level=block.flag("level"),
        at=block.text("at"),
        dims=tuple(dims.scalars().items()) if dims is not None else (),
        when=_conditions(when),
        line=block.line,
    )
    for key, code, text in _rule_problems(rule, fields, units):
        block.problem(code, text, key)
    block.finish()
    return rule


def _rule_problems(
    rule: Observe, fields: Mapping[str, Field], units: UnitTable
) -> Iterator[tuple[str, str, str]]:
    if bool(rule.on) == bool(rule.since):
        yield "on", "observe.day", "要么写 on（发生在哪一天），要么写 since（从哪一天起存在），二者写一个。"
    if rule.until and not rule.since:
        yield (
            "until",
            "observe.day",
            "until（到哪一天止）要和 since（从哪一天起）一起写。请补 since 或删去 until。",
        )
    if rule.level and rule.since:
        yield "level", "observe.day", "level: true 是某一天的实有数，请用 on 写明是哪一天，不写 since。"
    yield from _field_problems(rule, fields)
    for condition in rule.when:
        yield from _when_problems(condition, fields)
    yield from _value_problems(rule.value, fields, units)
    used = {rule.on, rule.since, rule.until, rule.at, rule.value}
    used |= {name for _, name in rule.dims} | {each.field for each in rule.when}
    for name in sorted(used & fields.keys()):
        if fields[name].personal is not None:
            text = f"“{name}”是个人信息，会到期删除，不能用来计数。请改用别的字段。"
            yield "", "register.personal_used", text


def _field_problems(rule: Observe, fields: Mapping[str, Field]) -> Iterator[tuple[str, str, str]]:
    dates = "、".join(each.id for each in fields.values() if each.kind == "date") or "无"
    for key, name in (("on", rule.on), ("since", rule.since), ("until", rule.until)):
        if name and (name not in fields or fields[name].kind != "date"):
            yield key, "observe.field", f"“{name}”不是这个台账的日期字段。可用：{dates}。"
    if rule.at and (rule.at not in fields or fields[rule.at].kind != "unit"):
        yield "at", "observe.field", f"“{rule.at}”不是这个台账的组织字段（kind: unit）。请改正或删去 at。"
    for _, name in rule.dims:
        if name not in fields or fields[name].kind not in _DIMENSION_KINDS:
            able = "、".join(each.id for each in fields.values() if each.kind in _DIMENSION_KINDS) or "无"
            yield "dims", "observe.field", f"维度取自的“{name}”应是选择或文字字段。可用：{able}。"


def _when_problems(condition: When, fields: Mapping[str, Field]) -> Iterator[tuple[str, str, str]]:
    field = fields.get(condition.field)
    if field is None:
        text = f"when 中的“{condition.field}”不是字段。可用：{'、'.join(fields)}。"
        yield "when", "observe.field", text
    elif field.kind == "choice":
        known = [choice.id for choice in field.choices]
        for value in condition.values:
            if value not in known:
                text = (
                    f"when 中“{field.id}”没有“{value}”这个选项，永远不会成立。可用：{'、'.join(known[:12])}。"
                )
                yield "when", "observe.when_value", text
    elif field.kind == "yes_no" and condition.values:
        text = f"when 中“{field.id}”是“是否”字段，请写 {field.id}: true。"
        yield "when", "observe.when_value", text


def _value_problems(
    value: str, fields: Mapping[str, Field], units: UnitTable
) -> Iterator[tuple[str, str, str]]:
    number, blank, symbol = value.partition(" ")
    if blank:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", number) or units.find(symbol) is None:
            yield "value", "observe.value", f"“{value}”应是“数 单位”，如 1 件，单位要在 units.yaml 中。"
    elif value and (value not in fields or fields[value].kind != "quantity"):
        able = "、".join(each.id for each in fields.values() if each.kind == "quantity") or "无"
        text = f"“{value}”应是数量字段（可用：{able}），或“1 件”这样的定值（数和单位之间空一格）。"
        yield "value", "observe.value", text


def _conditions(block: Block | None) -> tuple[When, ...]:
    if block is None:
        return ()
    return tuple(
        When(name, () if values in (("true",), ("是",)) else values) for name, values in block.mixed().items()
    )


def _stages(block: Block, fields: Mapping[str, Field]) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    for each in block.blocks("stages"):
        stage = _stage(each)
        before = [one.id for one in stages]
        if stage.on and (stage.on not in fields or fields[stage.on].kind != "date"):
            each.problem("register.stage", f"“{stage.on}”不是日期字段。请先在 fields 中写上。", "on")
        if stage.id in before:
            each.problem("register.stage", f"环节“{stage.id}”写了两次。请改名或删去一个。", "id")
        if stage.on in [one.on for one in stages]:
            each.problem(
                "register.stage", f"“{stage.on}”已是另一环节的日期。每个环节要有自己的日期字段。", "on"
            )
        if stage.due_after is not None and stage.due_after[0] not in before:
            able = (
                f"可用：{'、'.join(before)}。" if before else "第一个环节没有在前的环节，请删去 due_after。"
            )
            text = f"时限要从在前的环节算起，“{stage.due_after[0]}”不是。{able}"
            each.problem("register.stage", text, "due_after")
        if stage.other_person and not before:
            text = "第一个环节没有在前的经办人，不能写 other_person。请删去。"
            each.problem("register.stage", text, "other_person")
        stages.append(stage)
    return tuple(stages)


def _stage(block: Block) -> Stage:
    due = block.block("due_after")
    after = None
    if due is not None:
        kind = due.choice("kind", ("calendar", "working"), "calendar")
        after = (due.text("stage", required=True), due.number("days"), kind)
        if after[1] == 0:
            due.problem("register.stage", "时限要写几天，如 days: 30。", "days")
        due.finish()
    stage = Stage(
        block.text("id", required=True),
        block.text("title", required=True),
        block.text("on", required=True),
        after,  # type: ignore[arg-type]
        block.number("public_days"),
        block.flag("other_person"),
    )
    block.finish()
    return stage


def _example(block: Block, fields: Mapping[str, Field]) -> Example:
    given = block.block("given")
    values = given.scalars() if given is not None else {}
    if given is None and not block.has("given"):
        block.problem(
            "catalog.missing", "缺少“given”。请写填了什么，如 given: {day: 2024-03-05, count: 200}。"
        )
    for name in values:
        if name not in fields:
            text = f"示例中的“{name}”不是字段。可用：{'、'.join(fields)}。"
            block.problem("example.field", text, "given")
    example = Example(values, block.texts("observes"), block.line)
    block.finish()
    return example
