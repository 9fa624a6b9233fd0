"""The whole catalog: the shipped folder and the town's own beside it, every problem of every file at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from rapidfuzz import process

from youju.core.measure import Condition, Measure
from youju.core.observation import Value, fact_text, facts_of
from youju.core.problem import DomainError, Problem, Refused
from youju.core.quantity import Quantity, UnitTable
from youju.core.register import Catalog, Example, Field, Observe, Register
from youju.core.report import ReportSpec
from youju.core.zh.reading import NotReadable, read_day, read_quantity
from youju.specs.choices import ChoiceList, read_choices
from youju.specs.lexicon import load_units
from youju.specs.parameters import Parameter, read_parameters
from youju.specs.registers import RegisterFile, read_register
from youju.specs.reports import read_reports
from youju.specs.source import Problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything of the catalog, and everything that is wrong in it, by file and line."""

    catalog: Catalog
    choices: Mapping[str, ChoiceList]
    parameters: Mapping[str, Parameter]
    reports: Mapping[str, ReportSpec]
    units: UnitTable
    problems: tuple[Problem, ...]


def load_catalog(shipped: Path, local: Path | None, units: UnitTable | None = None) -> Loaded:
    """Read the shipped catalog and the local one beside it; what is missing of either is skipped.

    units  the unit table, when the caller has it; else units.yaml of both folders
    """
    folders = [folder for folder in (shipped, local) if folder is not None and folder.is_dir()]
    problems: list[Problem] = []
    if units is None:
        units = _units(folders, problems)
    choices, found = read_choices([folder / "lexicon" / "choices" for folder in folders])
    parameters, more = read_parameters([folder / "parameters" for folder in folders])
    files, others = _register_files(folders, units, choices)
    catalog = _catalog(files)
    for file in files:
        _check(file, catalog, units)
    reports, last = read_reports([folder / "reports" for folder in folders], catalog)
    for each in (*found, *more, *others, *(file.problems for file in files), *last):
        problems.extend(each.found)
    ordered = sorted(problems, key=lambda each: (each.where.file, each.where.line or 0))
    return Loaded(catalog, choices, parameters, reports, units, tuple(ordered))


def _units(folders: Sequence[Path], problems: list[Problem]) -> UnitTable:
    try:
        return load_units([folder / "units.yaml" for folder in folders if (folder / "units.yaml").is_file()])
    except Refused as refusal:
        problems.extend(refusal.problems)
        return UnitTable(())


def _register_files(
    folders: Sequence[Path], units: UnitTable, choices: Mapping[str, ChoiceList]
) -> tuple[list[RegisterFile], list[Problems]]:
    files: dict[str, RegisterFile] = {}
    broken = []
    for folder in folders:
        for path in sorted((folder / "registers").glob("*.yaml")):
            found = read_register(path, units, choices)
            if isinstance(found, Problems):
                broken.append(found)
                continue
            name = found.register.id
            if name in files:
                text = f"已有台账“{name}”（{files[name].path.parent.parent.name}）。请换一个 id。"
                found.problems.add(1, "register.there", text)
                broken.append(found.problems)
            else:
                files[name] = found
    return list(files.values()), broken


def _catalog(files: Sequence[RegisterFile]) -> Catalog:
    measures: dict[str, Measure] = {}
    for file in files:
        for measure in file.register.measures:
            if measure.id in measures:
                owner = measures[measure.id].register
                line = file.lines[f"measure {measure.id}"]
                text = f"数据项“{measure.id}”已由台账“{owner}”设立。请换名，或只写 observe 记入它。"
                file.problems.add(line, "measure.twice", text)
            else:
                measures[measure.id] = measure
    return Catalog({file.register.id: file.register for file in files}, measures)


def _check(file: RegisterFile, catalog: Catalog, units: UnitTable) -> None:
    for rule in file.register.observe:
        if rule.measure in catalog.measures:
            found = list(_rule_problems(rule, file.register, catalog.measures[rule.measure], units))
        else:
            text = f"没有数据项“{rule.measure}”。{_nearest(rule.measure, catalog)}"
            found = [("observe.measure", text)]
        for code, text in found:
            file.problems.add(rule.line, code, text)
    fed = {rule.measure for register in catalog.registers.values() for rule in register.observe}
    for measure in file.register.measures:
        line = file.lines[f"measure {measure.id}"]
        for code, text in _measure_problems(measure, catalog, fed):
            file.problems.add(line, code, text)
    if not file.problems.found:
        for example in file.register.examples:
            for code, text in _example_problems(example, file.register, catalog, units):
                file.problems.add(example.line, code, text)


def _rule_problems(
    rule: Observe, register: Register, measure: Measure, units: UnitTable
) -> Iterator[tuple[str, str]]:
    if not measure.observed:
        yield "observe.derived", f"“{measure.id}”是推算的数据项，不能直接记入。"
    if measure.behaviour == "flow" and (rule.since or rule.level):
        yield "observe.behaviour", f"“{measure.id}”是流量，应写 on，不写 since 或 level。"
    if measure.behaviour == "stock" and not (rule.since or rule.level):
        yield "observe.behaviour", f"“{measure.id}”是存量，应写 since（到 until 止），或 on 加 level: true。"
    known = {dimension.id for dimension in measure.dimensions}
    for dimension, _ in rule.dims:
        if dimension not in known:
            yield (
                "observe.dimension",
                f"“{measure.id}”没有维度“{dimension}”。可用：{'、'.join(known) or '无'}。",
            )
    symbol = rule.value.partition(" ")[2]
    field = register.by_id.get(rule.value)
    unit = units.find(symbol) if symbol else field.unit if field is not None else None
    if unit is not None and unit.family != measure.unit.family:
        yield "observe.unit", f"“{rule.value}”以{unit}计，“{measure.id}”以{measure.unit}计，不能换算。"


def _measure_problems(measure: Measure, catalog: Catalog, fed: Collection[str]) -> Iterator[tuple[str, str]]:
    if measure.observed and measure.id not in fed:
        yield "measure.unfed", f"没有任何台账记入“{measure.id}”。请写 observe，或删去它。"
    conditions: list[Condition] = list(measure.coverage.all_of) if measure.coverage else []
    if measure.ratio:
        conditions += [measure.ratio.numerator, measure.ratio.denominator]
    if measure.change:
        conditions.append(measure.change.of)
    for condition in conditions:
        found = catalog.measures.get(condition.measure)
        if found is None:
            yield (
                "measure.unknown",
                f"没有数据项“{condition.measure}”。{_nearest(condition.measure, catalog)}",
            )
            continue
        if not found.observed:
            yield "measure.derived", f"“{condition.measure}”自己是推算的，不能再用来推算。"
        for name, _ in condition.dims:
            if found.dimension_index(name) is None:
                yield "observe.dimension", f"“{condition.measure}”没有维度“{name}”。"
    if measure.ratio and measure.unit.kind != "percent":
        yield "measure.percent", f"“{measure.id}”是比率，单位应是 %。"


def _example_problems(
    example: Example, register: Register, catalog: Catalog, units: UnitTable
) -> Iterator[tuple[str, str]]:
    values: dict[str, Value] = {}
    for name, text in example.given.items():
        try:
            values[name] = _typed(register.by_id[name], text, units)
        except (DomainError, InvalidOperation) as error:
            yield "example.value", f"示例的“{name}: {text}”读不懂：{error}"
            return
    facts = facts_of(register, values, catalog.measures, "")
    found = [fact_text(fact, catalog.measures[fact.measure]) for fact in facts]
    wanted = [" ".join(text.split()) for text in example.observes]
    if sorted(found) != sorted(wanted):
        yield (
            "example.differs",
            f"示例应得 [{'；'.join(wanted)}]，实得 [{'；'.join(found)}]。请改示例或 observe。",
        )


def _typed(field: Field, text: str, units: UnitTable) -> Value:
    if field.kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return read_day(text)
    if field.kind == "quantity":
        assert field.unit is not None
        try:
            return Quantity(Decimal(text), field.unit)
        except InvalidOperation:
            return read_quantity(text, units, field.unit).to(field.unit)
    if field.kind == "choice":
        for choice in field.choices:
            if text in (choice.id, *choice.aliases):
                return choice.id
        raise NotAChoice(text=text, known="、".join(choice.id for choice in field.choices[:12]))
    if field.kind == "yes_no":
        return text in ("true", "是")
    return text


class NotAChoice(NotReadable):
    """A value of an example that is no option."""

    code = "example.choice"
    text = "“{text}”不是选项。可选：{known}。"


def _nearest(name: str, catalog: Catalog) -> str:
    near = process.extractOne(name, list(catalog.measures), score_cutoff=50)
    return f"最接近的是“{near[0]}”。" if near else ""
