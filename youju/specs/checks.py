"""Registers against one another: every name they use exists, fits its behaviour and unit, and means one thing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from rapidfuzz import process

from youju.core.measure import Condition, Measure
from youju.core.quantity import Unit, UnitTable
from youju.core.register import Catalog, Observe, Register
from youju.specs.examples import example_problems
from youju.specs.registers import RegisterFile


def check_registers(files: Sequence[RegisterFile], catalog: Catalog, units: UnitTable) -> None:
    """Add what is wrong to the problems of each file. Examples run where nothing else is."""
    fed = {rule.measure for register in catalog.registers.values() for rule in register.observe}
    _check_titles(files)
    for file in files:
        register = file.register
        for rule in register.observe:
            for code, text in _rule_problems(rule, register, catalog, units):
                file.problems.add(rule.line, code, text)
        for number, measure in enumerate(register.measures):
            for code, text in _measure_problems(measure, catalog, fed):
                file.problems.add(file.lines[number], code, text)
    for file in files:
        if not file.problems.found:
            for example in file.register.examples:
                for code, text in example_problems(example, file.register, catalog.measures, units):
                    file.problems.add(example.line, code, text)


def _check_titles(files: Sequence[RegisterFile]) -> None:
    """A recipe, a workbook and a command may name a measure or register by its title: each has its own."""
    registers: dict[str, str] = {}
    measures: dict[str, str] = {}
    for file in files:
        for name in (file.register.title, *file.register.aliases):
            other = registers.setdefault(name, file.register.id)
            if name and other != file.register.id:
                text = f"“{name}”已是台账“{other}”的名称，导入时分不清。请换一个。"
                file.problems.add(1, "register.title_twice", text)
        for number, measure in enumerate(file.register.measures):
            other = measures.setdefault(measure.title, measure.id)
            if measure.title and other != measure.id:
                text = f"“{measure.title}”已是数据项“{other}”的标题，按标题取数时分不清。请换一个。"
                file.problems.add(file.lines[number], "measure.title_twice", text)


def _rule_problems(
    rule: Observe, register: Register, catalog: Catalog, units: UnitTable
) -> Iterator[tuple[str, str]]:
    measure = catalog.measures.get(rule.measure)
    if measure is None:
        if rule.measure:
            yield "observe.measure", f"没有数据项“{rule.measure}”。{_nearest(rule.measure, catalog)}"
        return
    if not measure.observed:
        yield "observe.derived", f"“{measure.id}”是推算的数据项，不能直接记入。请记入它所依据的数据项。"
        return
    if measure.behaviour == "flow" and (rule.since or rule.level):
        yield "observe.behaviour", f"“{measure.id}”是流量（flow），应写 on，不写 since 或 level。"
    if measure.behaviour == "stock" and not (rule.since or rule.level):
        yield (
            "observe.behaviour",
            f"“{measure.id}”是存量（stock），应写 since（到 until 止），或 on 加 level: true。",
        )
    known = "、".join(dimension.id for dimension in measure.dimensions)
    for dimension, _ in rule.dims:
        if measure.dimension_index(dimension) is None:
            advice = f"可用：{known}。" if known else "请在数据项的 dimensions 中写上，或删去。"
            yield "observe.dimension", f"“{measure.id}”没有维度“{dimension}”。{advice}"
    yield from _value_problems(rule, register, measure, units)


def _value_problems(
    rule: Observe, register: Register, measure: Measure, units: UnitTable
) -> Iterator[tuple[str, str]]:
    """A value must fit the measure for ever: what cannot be stored would be refused when an entry is recorded."""
    number, blank, symbol = rule.value.partition(" ")
    if blank:
        unit = units.find(symbol)
        if unit is not None and unit != measure.unit:
            text = (
                f"“{rule.value}”与“{measure.id}”的单位不同，请写成“数 {measure.unit}”，如 1 {measure.unit}。"
            )
            yield "observe.unit", text
        elif unit is not None and _decimals(number) > unit.scale:
            yield "observe.decimals", f"“{rule.value}”的小数位多于“{unit}”可记的{unit.scale}位。请减少。"
        return
    field = register.by_id.get(rule.value)
    if field is None or field.unit is None:
        return
    if field.unit.family != measure.unit.family:
        text = (
            f"“{field.id}”以{field.unit}计，“{measure.id}”以{measure.unit}计，不能换算。请改其中一个的单位。"
        )
        yield "observe.unit", text
    elif not _keeps(field.unit, measure.unit):
        text = (
            f"“{field.id}”以{field.unit}计可记到{field.unit.scale}位小数，换算成“{measure.id}”的{measure.unit}"
            f"后超过{measure.unit.scale}位，会记不进去。请让两处用同一单位。"
        )
        yield "observe.decimals", text


def _keeps(given: Unit, kept: Unit) -> bool:
    """Whether every amount that `given` can hold can be held in `kept` without rounding."""
    step = Decimal(1).scaleb(-given.scale) * given.factor / kept.factor
    return step.scaleb(kept.scale) % 1 == 0


def _decimals(number: str) -> int:
    return len(number.partition(".")[2].rstrip("0"))


def _measure_problems(measure: Measure, catalog: Catalog, fed: Collection[str]) -> Iterator[tuple[str, str]]:
    if measure.observed and measure.id not in fed:
        yield "measure.unfed", f"没有任何台账记入“{measure.id}”。请在 observe 下写一条记入它，或删去它。"
    if measure.coverage is not None:
        for condition in measure.coverage.all_of:
            yield from _condition_problems(condition, catalog)
    if measure.change is not None:
        yield from _condition_problems(measure.change.of, catalog)
    if measure.ratio is not None:
        both = (measure.ratio.numerator, measure.ratio.denominator)
        for condition in both:
            yield from _condition_problems(condition, catalog)
        found = [catalog.measures[each.measure].unit for each in both if each.measure in catalog.measures]
        if len(found) == 2 and found[0] != found[1]:
            text = f"“{measure.id}”的分子以{found[0]}计，分母以{found[1]}计。请用单位相同的两个数据项。"
            yield "measure.ratio", text


def _condition_problems(condition: Condition, catalog: Catalog) -> Iterator[tuple[str, str]]:
    measure = catalog.measures.get(condition.measure)
    if measure is None:
        if condition.measure:
            yield (
                "measure.unknown",
                f"没有数据项“{condition.measure}”。{_nearest(condition.measure, catalog)}",
            )
        return
    if not measure.observed:
        text = f"“{measure.id}”自己是推算的，不能再用来推算。请直接写它所依据的数据项。"
        yield "measure.derived", text
    for name, value in condition.dims:
        index = measure.dimension_index(name)
        if index is None:
            known = "、".join(each.id for each in measure.dimensions) or "无"
            yield "observe.dimension", f"“{measure.id}”没有维度“{name}”。可用：{known}。"
            continue
        choices = [each.id for each in catalog.dimension_choices(measure.dimensions[index], measure)]
        if choices and value not in choices:
            text = f"维度“{name}”没有“{value}”这个值。可用：{'、'.join(choices[:12])}。"
            yield "measure.dimension_value", text


def _nearest(name: str, catalog: Catalog) -> str:
    near = process.extractOne(name, list(catalog.measures), score_cutoff=50)
    return f"最接近的是“{near[0]}”。" if near else "请先在 measures 下设立它。"
