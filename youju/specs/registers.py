"""catalog/registers/*.yaml → registers, each checked against itself; `catalog.py` checks them against one another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import get_args

from youju.core.measure import (
    MAX_DIMENSIONS,
    MAX_ROLLED,
    Behaviour,
    Change,
    Condition,
    Coverage,
    Dimension,
    Expectation,
    Measure,
    Ratio,
    UnitKind,
)
from youju.core.period import Frequency
from youju.core.quantity import Unit, UnitTable
from youju.core.register import (
    Choice,
    Example,
    Field,
    FieldKind,
    Observe,
    Personal,
    Register,
    RegisterKind,
    ReviewRule,
    Stage,
    When,
)
from youju.specs.choices import ChoiceList, read_choice
from youju.specs.source import Block, Problems, read_source

UNIT_KINDS = get_args(UnitKind)
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_FIELD_ID = re.compile(r"[a-z][a-z0-9_]*")
_MEASURE_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register with the lines of its parts, for problems found later."""

    register: Register
    path: Path
    lines: Mapping[str, int]
    problems: Problems


def read_register(path: Path, units: UnitTable, choices: Mapping[str, ChoiceList]) -> RegisterFile | Problems:
    """The register of a file; only its problems when it is too broken to be one."""
    problems = Problems(path.name)
    block = read_source(path, problems)
    if block is None:
        return problems
    return _Reader(path, block, units, choices, problems).read()


class _Reader:
    def __init__(
        self,
        path: Path,
        block: Block,
        units: UnitTable,
        choices: Mapping[str, ChoiceList],
        problems: Problems,
    ) -> None:
        self.path = path
        self.block = block
        self.units = units
        self.choices = choices
        self.problems = problems
        self.lines: dict[str, int] = {}

    def read(self) -> RegisterFile | Problems:
        block = self.block
        name = block.text("id", required=True)
        if name != self.path.stem:
            block.problem("register.id", f"id 应与文件名一致，写成 id: {self.path.stem}。", "id")
        elif not _ID.fullmatch(name):
            block.problem(
                "register.id", f"“{name}”应由小写字母、数字和横线组成，如 publicity-leaflets。", "id"
            )
        kind: RegisterKind = block.choice("kind", get_args(RegisterKind))  # type: ignore[assignment]
        title = block.text("title", required=True)
        kept_by: UnitKind = block.choice("kept_by", UNIT_KINDS)  # type: ignore[assignment]
        fields = tuple(self._field(each) for each in block.blocks("fields"))
        if not fields:
            block.problem("register.no_fields", "没有字段。请在 fields 下至少写一个。", "fields")
        self._check_fields(fields)
        day = block.text("day", required=True)
        by_id = {field.id: field for field in fields}
        if day and (day not in by_id or by_id[day].kind != "date" or not by_id[day].required):
            block.problem("register.day", f"day 应是一个必填的日期字段，“{day}”不是。", "day")
        review: ReviewRule = block.choice("review", get_args(ReviewRule), "another-member")  # type: ignore[assignment]
        measures = tuple(self._measure(each, name) for each in block.blocks("measures"))
        observe = tuple(self._observe(each, by_id) for each in block.blocks("observe"))
        stages = tuple(self._stage(each, by_id) for each in block.blocks("stages"))
        if stages and kind != "case":
            block.problem("register.stages", "只有 kind: case 的台账可以有 stages。", "stages")
        if kind == "case" and not stages:
            block.problem("register.stages", "kind: case 的台账要有 stages。", "kind")
        key = block.texts("key")
        for each in key:
            if each not in by_id:
                block.problem("register.key", f"key 中的“{each}”不是字段。可用：{'、'.join(by_id)}。", "key")
        register = Register(
            name,
            kind,
            title,
            kept_by,
            fields,
            day,
            purpose=block.text("purpose", required=True),
            source=block.text("source", required=True),
            review=review,
            measures=measures,
            observe=observe,
            stages=stages,
            key=key,
            evidence=block.texts("evidence"),
            evidence_required_by=block.text("evidence_required_by"),
            asked_for_by=block.text("asked_for_by"),
            authoritative=block.text("authoritative"),
            starter=block.flag("starter"),
            aliases=block.texts("aliases"),
            examples=tuple(self._example(each, by_id) for each in block.blocks("examples")),
            file=self.path.name,
        )
        if not register.examples and observe:
            block.problem("register.no_examples", "没有示例。请在 examples 下至少写一个，它会作为检验运行。")
        block.finish()
        return RegisterFile(register, self.path, self.lines, self.problems)

    def _field(self, block: Block) -> Field:
        name = block.text("id", required=True)
        if name and not _FIELD_ID.fullmatch(name):
            block.problem(
                "register.field_id", f"字段“{name}”应由小写字母、数字和下划线组成，如 handed_out_on。", "id"
            )
        self.lines[f"field {name}"] = block.line
        kind: FieldKind = block.choice("kind", get_args(FieldKind))  # type: ignore[assignment]
        unit = self._unit(block) if kind == "quantity" or block.has("unit") else None
        if kind == "quantity" and not block.has("unit"):
            block.problem("register.field_unit", f"数量字段“{name}”要写单位，如 unit: 份。")
        choices = self._choices(block) if kind == "choice" else ()
        kinds = block.texts("unit_kinds")
        for each in kinds:
            if each not in UNIT_KINDS:
                block.problem(
                    "register.unit_kind",
                    f"没有“{each}”这类组织。可用：{'、'.join(UNIT_KINDS)}。",
                    "unit_kinds",
                )
        field = Field(
            name,
            block.text("title", required=True),
            kind,
            required=block.flag("required"),
            unit=unit if kind == "quantity" else None,
            choices=choices,
            unit_kinds=kinds,  # type: ignore[arg-type]
            aliases=block.texts("aliases"),
            help=block.text("help"),
            example=block.text("example"),
            filter=block.flag("filter"),
            personal=self._personal(block),
            minimum=self._minimum(block),
            retired=block.flag("retired"),
        )
        block.finish()
        return field

    def _minimum(self, block: Block) -> str:
        text = block.text("minimum", "0")
        try:
            Decimal(text)
        except InvalidOperation:
            block.problem("catalog.not_number", f"minimum 应是数，现为“{text}”。", "minimum")
            return "0"
        return text

    def _unit(self, block: Block) -> Unit | None:
        symbol = block.text("unit")
        found = self.units.find(symbol)
        if found is None:
            block.problem(
                "register.unknown_unit",
                f"没有“{symbol}”这个单位。请换用已有单位，或在 units.yaml 中增加。",
                "unit",
            )
        return found

    def _choices(self, block: Block) -> tuple[Choice, ...]:
        if not block.is_list("choices") and (name := block.text("choices")):
            known = self.choices.get(name)
            if known is None:
                have = "、".join(self.choices) or "无"
                block.problem("register.choices", f"没有“{name}”这个选项表。现有：{have}。", "choices")
                return ()
            return known.choices
        found = tuple(read_choice(each) for each in block.items("choices", texts=True))
        if not found:
            block.problem("register.choices", "选择字段要写 choices: [甲, 乙]，或一个选项表的名称。")
        return found

    def _personal(self, block: Block) -> Personal | None:
        own = block.block("personal")
        if own is None:
            return None
        personal = Personal(
            own.text("category", required=True),
            own.text("purpose", required=True),
            own.text("basis", required=True),
            own.number("retention_months"),
        )
        if personal.retention_months == 0:
            own.problem("register.retention", "个人信息要写保存几个月：retention_months: 36。")
        own.finish()
        return personal

    def _check_fields(self, fields: tuple[Field, ...]) -> None:
        seen: dict[str, str] = {}
        names: dict[str, str] = {}
        for field in fields:
            line = self.lines[f"field {field.id}"]
            if field.id in seen:
                self.problems.add(
                    line, "register.field_twice", f"字段“{field.id}”写了两次。请改名或删去一个。"
                )
            seen[field.id] = field.title
            for name in (field.title, *field.aliases):
                other = names.setdefault(name, field.id)
                if other != field.id:
                    text = f"列名“{name}”同时指“{other}”和“{field.id}”，导入时分不清。请删去一处。"
                    self.problems.add(line, "register.alias_twice", text)

    def _measure(self, block: Block, register: str) -> Measure:
        name = block.text("id", required=True)
        if name and not _MEASURE_ID.fullmatch(name):
            block.problem(
                "measure.id", f"“{name}”应写成用点分开的英文，如 publicity.leaflets.handed_out。", "id"
            )
        self.lines[f"measure {name}"] = block.line
        behaviour: Behaviour = block.choice("behaviour", get_args(Behaviour))  # type: ignore[assignment]
        unit = self._unit(block) or Unit(block.text("unit", "?"), "?")
        dimensions = self._dimensions(block)
        measure = Measure(
            name,
            block.text("title", required=True),
            unit,
            behaviour,
            register,
            block.text("definition", required=True),
            source=block.text("source"),
            aliases=block.texts("aliases"),
            dimensions=dimensions,
            expected=self._expected(block),
            coverage=self._coverage(block),
            ratio=self._ratio(block),
            change=self._change(block),
            action=block.text("action"),
            noun=block.text("noun"),
        )
        derived = {"coverage": measure.coverage, "ratio": measure.ratio, "change": measure.change}
        for key, value in derived.items():
            if (behaviour == key) != (value is not None):
                what = f"behaviour: {key} 的数据项要写“{key}:”，别的不写。"
                block.problem("measure.derived", what, key if value else "behaviour")
        block.finish()
        return measure

    def _dimensions(self, block: Block) -> tuple[Dimension, ...]:
        found = []
        for each in block.items("dimensions", texts=True):
            if isinstance(each, str):
                found.append(Dimension(each))
            else:
                found.append(Dimension(each.text("id", required=True), each.flag("rolled")))
                each.finish()
        if len(found) > MAX_DIMENSIONS or sum(each.rolled for each in found) > MAX_ROLLED:
            text = f"维度最多{MAX_DIMENSIONS}个，其中 rolled 的最多{MAX_ROLLED}个。"
            block.problem("measure.dimensions", text, "dimensions")
        return tuple(found[:MAX_DIMENSIONS])

    def _expected(self, block: Block) -> Expectation | None:
        own = block.block("expected")
        if own is None:
            return None
        frequency: Frequency = own.choice("frequency", get_args(Frequency))  # type: ignore[assignment]
        kind: UnitKind = own.choice("of", UNIT_KINDS)  # type: ignore[assignment]
        own.finish()
        return Expectation(frequency, kind)

    def _coverage(self, block: Block) -> Coverage | None:
        own = block.block("coverage")
        if own is None:
            return None
        kind: UnitKind = own.choice("of", UNIT_KINDS)  # type: ignore[assignment]
        conditions = tuple(self._condition(each) for each in own.items("all_of", texts=True))
        if not conditions:
            own.problem("measure.coverage", "coverage 要在 all_of 下写至少一个数据项。")
        tags = own.texts("tags")
        own.finish()
        return Coverage(kind, conditions, tags)

    def _condition(self, item: Block | str) -> Condition:
        if isinstance(item, str):
            return Condition(item)
        dims = item.block("dims")
        condition = Condition(
            item.text("measure", required=True),
            tuple(dims.scalars().items()) if dims is not None else (),
            item.text("title"),
        )
        item.finish()
        return condition

    def _ratio(self, block: Block) -> Ratio | None:
        own = block.block("ratio")
        if own is None:
            return None
        both = [self._named_condition(own, key) for key in ("numerator", "denominator")]
        own.finish()
        return Ratio(both[0], both[1])

    def _change(self, block: Block) -> Change | None:
        own = block.block("change")
        if own is None:
            return None
        of = self._named_condition(own, "of")
        against = own.choice("against", ("year_before", "just_before"))
        own.finish()
        return Change(of, against)  # type: ignore[arg-type]

    def _named_condition(self, block: Block, key: str) -> Condition:
        if block.is_block(key):
            inner = block.block(key)
            assert inner is not None
            return self._condition(inner)
        return Condition(block.text(key, required=True))

    def _observe(self, block: Block, fields: Mapping[str, Field]) -> Observe:
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
        if bool(rule.on) == bool(rule.since):
            block.problem("observe.day", "要么写 on（发生在哪一天），要么写 since（从哪一天起存在）。")
        for name, kinds in (
            (rule.on, ("date",)),
            (rule.since, ("date",)),
            (rule.until, ("date",)),
            (rule.at, ("unit",)),
        ):
            if name and (name not in fields or fields[name].kind not in kinds):
                what = "日期字段" if kinds == ("date",) else "组织字段"
                block.problem("observe.field", f"“{name}”不是这个台账的{what}。")
        for _, name in rule.dims:
            if name not in fields or fields[name].kind not in ("choice", "text", "yes_no"):
                block.problem("observe.field", f"维度取自的“{name}”应是选择或文字字段。", "dims")
        for condition in rule.when:
            if condition.field not in fields:
                block.problem("observe.field", f"when 中的“{condition.field}”不是字段。", "when")
        self._check_value(block, rule, fields)
        block.finish()
        return rule

    def _check_value(self, block: Block, rule: Observe, fields: Mapping[str, Field]) -> None:
        if " " in rule.value:
            number, _, symbol = rule.value.partition(" ")
            if not re.fullmatch(r"\d+(\.\d+)?", number) or self.units.find(symbol) is None:
                block.problem("observe.value", f"“{rule.value}”应是“数 单位”，如 1 件。", "value")
        elif rule.value not in fields or fields[rule.value].kind != "quantity":
            block.problem("observe.value", f"“{rule.value}”应是数量字段，或如“1 件”的定值。", "value")

    def _stage(self, block: Block, fields: Mapping[str, Field]) -> Stage:
        due = block.block("due_after")
        after = None
        if due is not None:
            kind = due.choice("kind", ("calendar", "working"), "calendar")
            after = (due.text("stage", required=True), due.number("days"), kind)
            due.finish()
        stage = Stage(
            block.text("id", required=True),
            block.text("title", required=True),
            block.text("on", required=True),
            after,  # type: ignore[arg-type]
            block.number("public_days"),
            block.flag("other_person"),
        )
        if stage.on not in fields or fields[stage.on].kind != "date":
            block.problem("register.stage", f"“{stage.on}”不是日期字段。", "on")
        block.finish()
        return stage

    def _example(self, block: Block, fields: Mapping[str, Field]) -> Example:
        given = block.block("given")
        values = given.scalars() if given is not None else {}
        for name in values:
            if name not in fields:
                block.problem(
                    "example.field", f"示例中的“{name}”不是字段。可用：{'、'.join(fields)}。", "given"
                )
        example = Example(values, block.texts("observes"), block.line)
        block.finish()
        return example


def _conditions(block: Block | None) -> tuple[When, ...]:
    if block is None:
        return ()
    return tuple(
        When(name, () if values in (("true",), ("是",)) else values) for name, values in block.mixed().items()
    )
