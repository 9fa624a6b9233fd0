"""One entry of a register's `measures:` → a measure, and units as catalog files name them."""

from __future__ import annotations

import re
from typing import get_args

from rapidfuzz import process

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
from youju.specs.source import Block

UNIT_KINDS = get_args(UnitKind)
_MEASURE_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
_NO_UNIT = Unit("?", "?")  # stands in for a unit that is reported as unknown


def read_unit(block: Block, units: UnitTable) -> Unit | None:
    """The unit under `unit`, or None with a problem."""
    symbol = block.text("unit", required=True)
    found = units.find(symbol)
    if found is None and symbol:
        near = process.extractOne(symbol, list(units), score_cutoff=50)
        hint = f"是不是“{near[0]}”？" if near else ""
        text = f"没有“{symbol}”这个单位。{hint}请换用已有单位，或在 units.yaml 中增加。"
        block.problem("register.unknown_unit", text, "unit")
    return found


def read_measure(block: Block, register: str, units: UnitTable) -> Measure:
    """One measure of a register; what it refers to is checked when all registers are known."""
    name = block.text("id", required=True)
    if name and not _MEASURE_ID.fullmatch(name):
        text = f"“{name}”应写成用点分开的英文，如 publicity.leaflets.handed_out。"
        block.problem("measure.id", text, "id")
    behaviour: Behaviour = block.choice("behaviour", get_args(Behaviour))  # type: ignore[assignment]
    measure = Measure(
        name,
        block.text("title", required=True),
        read_unit(block, units) or _NO_UNIT,
        behaviour,
        register,
        block.text("definition", required=True),
        source=block.text("source"),
        aliases=block.texts("aliases"),
        dimensions=_dimensions(block),
        expected=_expected(block),
        coverage=_coverage(block),
        ratio=_ratio(block),
        change=_change(block),
        action=block.text("action"),
        noun=block.text("noun"),
    )
    _check_behaviour(measure, block)
    block.finish()
    return measure


def _check_behaviour(measure: Measure, block: Block) -> None:
    derived = {"coverage": measure.coverage, "ratio": measure.ratio, "change": measure.change}
    for key, value in derived.items():
        if measure.behaviour == key and value is None and not block.has(key):
            block.problem("measure.behaviour", f"behaviour: {key} 的数据项要写“{key}:”。", "behaviour")
        block.only(key, fits=measure.behaviour == key, where=f" behaviour: {key} 的数据项")
    block.only("dimensions", fits=measure.observed, where="流量（flow）和存量（stock）")
    block.only("expected", fits=measure.observed, where="流量（flow）和存量（stock）")
    kind = measure.unit.kind
    if measure.behaviour in ("ratio", "change") and kind != "percent" and measure.unit is not _NO_UNIT:
        block.problem("measure.percent", "比率和增减的单位应是百分数，请写 unit: '%'。", "unit")


def _dimensions(block: Block) -> tuple[Dimension, ...]:
    found = []
    for each in block.items("dimensions", texts=True):
        if isinstance(each, str):
            found.append(Dimension(each))
        else:
            found.append(Dimension(each.text("id", required=True), each.flag("rolled")))
            each.finish()
    if len(found) > MAX_DIMENSIONS or sum(each.rolled for each in found) > MAX_ROLLED:
        text = f"维度最多{MAX_DIMENSIONS}个，其中 rolled 的最多{MAX_ROLLED}个。请减少，或另设数据项。"
        block.problem("measure.dimensions", text, "dimensions")
    if len({each.id for each in found}) < len(found):
        block.problem("measure.dimensions", "同一维度写了两次。请删去一处。", "dimensions")
    return tuple(found[:MAX_DIMENSIONS])


def _expected(block: Block) -> Expectation | None:
    own = block.block("expected")
    if own is None:
        return None
    frequency: Frequency = own.choice("frequency", get_args(Frequency))  # type: ignore[assignment]
    kind: UnitKind = own.choice("of", UNIT_KINDS)  # type: ignore[assignment]
    own.finish()
    return Expectation(frequency, kind)


def _coverage(block: Block) -> Coverage | None:
    own = block.block("coverage")
    if own is None:
        return None
    kind: UnitKind = own.choice("of", UNIT_KINDS)  # type: ignore[assignment]
    conditions = tuple(_condition(each) for each in own.items("all_of", texts=True))
    if not conditions:
        own.problem("measure.coverage", "coverage 要写至少一个数据项，如 all_of: [rules.made]。")
    tags = own.texts("tags")
    own.finish()
    return Coverage(kind, conditions, tags)


def _ratio(block: Block) -> Ratio | None:
    own = block.block("ratio")
    if own is None:
        return None
    numerator, denominator = (_named_condition(own, key) for key in ("numerator", "denominator"))
    own.finish()
    return Ratio(numerator, denominator)


def _change(block: Block) -> Change | None:
    own = block.block("change")
    if own is None:
        return None
    of = _named_condition(own, "of")
    against = own.choice("against", ("year_before", "just_before"))
    own.finish()
    return Change(of, against)  # type: ignore[arg-type]


def _named_condition(block: Block, key: str) -> Condition:
    inner = block.block(key) if block.is_block(key) else None
    return _condition(inner) if inner is not None else Condition(block.text(key, required=True))


def _condition(item: Block | str) -> Condition:
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
