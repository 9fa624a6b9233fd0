"""A register as one self-contained text for the ledger to keep, and back; and what a new version may change.

The text is canonical JSON of the core values, choices and units included, so that it can be read without any
catalog file. docs/decisions/11-spec-versions.md
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache

from youju.core.canonical import canonical
from youju.core.measure import Measure
from youju.core.problem import Problem, Where
from youju.core.quantity import Unit, plain
from youju.core.register import Field, Register

LEFT_OUT = {
    "by_id",
    "examples",
    "file",
    "line",
}  # what a file says besides the register, and what is computed


def register_as_text(register: Register) -> str:
    """The canonical text of a register."""
    return canonical(_encoded(register))


def register_from_text(text: str) -> Register:
    """The register of a text that `register_as_text` wrote."""
    register = _decoded(Register, json.loads(text))
    assert isinstance(register, Register)
    return register


def compatible(old: Register, new: Register) -> list[Problem]:
    """What of `new` would change what entries recorded under `old` say: no problems, no such change."""
    place = Where(file=new.file or f"{new.id}.yaml")
    return [Problem(place, code, text) for code, text in dict.fromkeys(_changes(old, new))]


def incomplete(registers: Iterable[Register]) -> list[Problem]:
    """What these registers, in force together, need of others that are not among them."""
    together = list(registers)
    owned = {measure.id for register in together for measure in register.measures}
    problems = []
    for register in together:
        needed = {rule.measure for rule in register.observe}
        needed |= {each for measure in register.measures for each in _needs(measure)}
        for name in sorted(needed - owned):
            text = f"台账“{register.title}”用到数据项“{name}”，设立它的台账没有启用。请一并启用。"
            problems.append(
                Problem(Where(file=register.file or f"{register.id}.yaml"), "spec.incomplete", text)
            )
    return problems


def _changes(old: Register, new: Register) -> Iterator[tuple[str, str]]:
    if new.kind != old.kind:
        yield "spec.kind_changed", f"台账种类由 {old.kind} 改成了 {new.kind}。请另建一个台账。"
    for field in old.fields:
        now = new.by_id.get(field.id)
        if now is None:
            yield "spec.field_removed", f"少了字段“{field.id}”。已有记录用到它，请保留并写 retired: true。"
        else:
            yield from _field_changes(field, now)
    measures = {measure.id: measure for measure in new.measures}
    for measure in old.measures:
        after = measures.get(measure.id)
        if after is None:
            yield "spec.measure_removed", f"少了数据项“{measure.id}”。已发出的报告引用过它，请保留。"
        else:
            yield from _measure_changes(measure, after)


def _field_changes(old: Field, new: Field) -> Iterator[tuple[str, str]]:
    if new.kind != old.kind:
        yield "spec.field_retyped", f"字段“{old.id}”由 {old.kind} 改成了 {new.kind}。请停用它，另加一个字段。"
    if old.unit is not None and new.unit is not None:
        if new.unit.symbol != old.unit.symbol:
            yield (
                "spec.unit_changed",
                f"字段“{old.id}”的单位由{old.unit}改成了{new.unit}。请停用它，另加一个字段。",
            )
        else:
            yield from _scale_changes(old.unit, new.unit)
    known = {choice.id for choice in new.choices}
    for choice in old.choices:
        if choice.id not in known:
            yield (
                "spec.choice_removed",
                f"字段“{old.id}”少了选项“{choice.id}”。请保留，并用 until 写明停用日期。",
            )
    if (old.personal is None) != (new.personal is None):
        yield "spec.personal_changed", f"字段“{old.id}”是否为个人信息不能改。请停用它，另加一个字段。"


def _measure_changes(old: Measure, new: Measure) -> Iterator[tuple[str, str]]:
    if new.unit.symbol != old.unit.symbol:
        yield "spec.unit_changed", f"数据项“{old.id}”的单位由{old.unit}改成了{new.unit}。请另建一个数据项。"
    else:
        yield from _scale_changes(old.unit, new.unit)
    if new.behaviour != old.behaviour:
        yield (
            "spec.behaviour_changed",
            f"数据项“{old.id}”由 {old.behaviour} 改成了 {new.behaviour}。请另建一个数据项。",
        )
    before = [dimension.id for dimension in old.dimensions]
    after = [dimension.id for dimension in new.dimensions]
    if after[: len(before)] != before:
        yield (
            "spec.dimensions_changed",
            f"数据项“{old.id}”的维度只能在末尾增加，原为：{'、'.join(before) or '无'}。",
        )


def _needs(measure: Measure) -> Iterator[str]:
    """The measures that a derived measure is computed from."""
    if measure.coverage is not None:
        yield from (condition.measure for condition in measure.coverage.all_of)
    if measure.ratio is not None:
        yield from (measure.ratio.numerator.measure, measure.ratio.denominator.measure)
    if measure.change is not None:
        yield measure.change.of.measure


def _scale_changes(old: Unit, new: Unit) -> Iterator[tuple[str, str]]:
    """Values are stored as integers of the unit's scale: another scale or factor would change every one of them."""
    if (old.family, old.factor, old.scale) != (new.family, new.factor, new.scale):
        text = (
            f"单位“{old}”的换算或小数位变了（原为 family: {old.family}，factor: {plain(old.factor)}，"
            f"scale: {old.scale}）。已记的数会随之改变，请在 units.yaml 中改回。"
        )
        yield "spec.unit_scale", text


def _encoded(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: _encoded(getattr(value, each.name))
            for each in dataclasses.fields(value)
            if each.name not in LEFT_OUT and getattr(value, each.name) != each.default
        }
    if isinstance(value, Mapping):
        return {str(key): _encoded(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_encoded(each) for each in value]
    return plain(value) if isinstance(value, Decimal) else value


@cache
def _hints(kind: type) -> dict[str, object]:
    return typing.get_type_hints(kind)


def _decoded(kind: object, value: object) -> object:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        inner = next(each for each in arguments if each is not type(None))
        return None if value is None else _decoded(inner, value)
    if origin is tuple:
        assert isinstance(value, list)
        if arguments[-1] is Ellipsis:
            return tuple(_decoded(arguments[0], each) for each in value)
        return tuple(_decoded(each, one) for each, one in zip(arguments, value, strict=True))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        assert isinstance(value, dict)
        hints = _hints(kind)
        return kind(**{name: _decoded(hints[name], each) for name, each in value.items()})
    return Decimal(str(value)) if kind is Decimal else value
