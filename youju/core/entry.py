"""Entries 记录: reading what a person wrote into typed values, and when an entry may change.

`read_values` takes raw cells or form fields and gives typed values with every problem at its place. `to_json`
and `from_json` are the stored form; personal fields are kept apart from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from rapidfuzz import process

from youju.core import privacy
from youju.core.canonical import UnwritableText, clean
from youju.core.observation import Value
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError, Level, Problem, Where
from youju.core.quantity import Quantity, TooManyDecimals, UnitMismatch, UnitTable, plain
from youju.core.register import Field, Register
from youju.core.zh.dates import said_day
from youju.core.zh.reading import NotReadable, read_day, read_quantity

State = Literal["pending", "reviewed", "returned", "void"]
STATES: dict[State, str] = {"pending": "待审核", "reviewed": "已审核", "returned": "退回补正", "void": "作废"}
Raw = str | Decimal | int | bool | date | datetime | None
MAX_TEXT = 300
KNOWN_CELLS = 10_000  # so many cells that were read are remembered, for those that say the same
_EMPTY = frozenset({"", "-", "—", "/", "——"})
_ALIKE = frozenset({"date", "quantity", "choice", "yes_no"})  # kinds of which the cell says everything
MAX_LONG_TEXT = 20_000
YES = frozenset({"是", "有", "√", "✓", "对", "1", "TRUE", "True", "true", "Y", "y", "已"})
NO = frozenset({"否", "无", "×", "✗", "0", "FALSE", "False", "false", "N", "n", "未", "没有"})
# What a spreadsheet would run: an equals or at sign, or a sign before a letter or bracket. -5℃ and +86 stay text.
_FORMULA = re.compile(r"\s*(?:[=＝@]|[+\-](?=[A-Za-z(]))")
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}")


class WrongState(DomainError):
    """The action does not fit the entry's state."""

    code = "entry.wrong_state"
    text = "记录{entry}现为“{state}”，不能{action}。{hint}"


class ReasonRequired(DomainError):
    """Return, void, adjustment and erasure need a reason."""

    code = "entry.reason_required"
    text = "{action}必须写明理由。请填写理由后再办理。"


class ClosedPeriod(DomainError):
    """A day inside a locked period is touched."""

    code = "entry.closed_period"
    text = (
        "{day}在“{unit}”已锁定的期间内（锁定至{through}），不能{action}。"
        "确需调整的，请写明调整理由，由有权批准调整的人员批准。"
    )


class UnknownEntry(DomainError):
    """No entry of that number within what the asker may see."""

    code = "entry.unknown"
    text = "没有编号为“{entry}”的记录，或无权查看。"


class StaleEntry(DomainError):
    """Somebody changed the entry since it was shown."""

    code = "entry.stale"
    text = "记录{entry}已被他人修改（现为第{number}稿），请重新打开核对后再办理。"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read values.

    unit     the entry's unit, whose subtree unit fields are looked up in (its town's, when it is a village)
    columns  field id → the unit a column's header named ("份"), used when a cell bears none
    year     the year of days written without one
    where    the place of a field, for problems
    """

    units: UnitTable
    tree: OrgTree
    unit: int
    today: date
    where: Callable[[str], Where]
    columns: Mapping[str, str]
    year: int | None = None
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Typed values by field id, and what was wrong. Values of fields with an error are missing."""

    values: dict[str, Value]
    problems: tuple[Problem, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing keeps the entry out."""
        return not self.problems or not any(problem.level == "error" for problem in self.problems)


def read_values(register: Register, raw: Mapping[str, Raw], reading: Reading) -> Read:
    """Read the raw values of one entry.

    raw      field id → what was typed or found in the cell; None, '' and a lone dash are empty
    returns  typed values (a unit field holds the unit's id) and all problems of all fields together
    """
    return Reader(register, reading).read(raw, reading.unit, reading.where)


def to_json(register: Register, values: Mapping[str, Value]) -> tuple[dict[str, object], dict[str, str]]:
    """The stored form: ordinary fields, and personal ones as text. Numbers as decimal text in the field's unit."""
    kept: dict[str, object] = {}
    personal: dict[str, str] = {}
    for name, value in values.items():
        stored: object = value
        if isinstance(value, Quantity):
            stored = plain(value.number)
        elif isinstance(value, date):
            stored = value.isoformat()
        if register.by_id[name].personal is not None:
            personal[name] = str(stored)
        else:
            kept[name] = stored
    return kept, personal


def from_json(register: Register, stored: Mapping[str, object]) -> dict[str, Value]:
    """Typed values from the stored form of ordinary fields."""
    values: dict[str, Value] = {}
    for name, value in stored.items():
        field = register.by_id[name]
        if field.kind == "quantity":
            assert field.unit is not None
            values[name] = Quantity(Decimal(str(value)), field.unit)
        elif field.kind == "date":
            values[name] = date.fromisoformat(str(value))
        elif isinstance(value, bool | int | str):
            values[name] = value
    return values


def show(value: object, field: Field, unit_name: Callable[[int], str]) -> str:
    """A stored value as a person reads it."""
    if value is None or value == "":
        return ""
    if field.kind == "quantity" and field.unit is not None:
        return f"{value}{field.unit}"
    if field.kind == "yes_no":
        return "是" if value else "否"
    if field.kind == "unit" and isinstance(value, int):
        return unit_name(value)
    return str(value)


def check_text(text: str, limit: int = MAX_TEXT) -> tuple[str, str]:
    """('', '') for a text that may be kept, else the code and the Chinese sentence of what is wrong with it."""
    try:
        clean(text)
    except UnwritableText as error:
        return error.code, error.message
    if _FORMULA.match(text):
        return "text.formula", f"“{text[:20]}”像是表格公式，本系统只存文字。请改成文字或结果数值。"
    if _TEMPLATE.search(text):
        return "text.template", "文字中有“{{”“}}”“{%”等模板符号，不能保存。请删除。"
    if len(text) > limit:
        return "text.too_long", f"文字有{len(text)}字，最多{limit}字。请精简，或把全文作为佐证材料上传。"
    return "", ""


class Reader:
    """Reads entry after entry by one register: what the register says is looked up once, equal cells are read once."""

    def __init__(self, register: Register, reading: Reading) -> None:
        self.register = register
        self.reading = reading
        self.asked = register.asked
        self.chosen = [
            (field, {choice.id: choice for choice in field.choices}) for field in self.asked if field.choices
        ]
        self.planned = {stage.on for stage in register.stages}
        self.counted = {rule.on or rule.since for rule in register.observe} | {register.day}
        self.values: dict[str, Value] = {}
        self.problems: list[Problem] = []
        self._at, self._where = reading.unit, reading.where
        self._known: dict[tuple[str, type, Raw], Value] = {}

    def read(self, raw: Mapping[str, Raw], unit: int, where: Callable[[str], Where]) -> Read:
        """`read_values` for one more entry: of this unit, its fields at these places."""
        self.values, self.problems, self._at, self._where = {}, [], unit, where
        for name in raw:
            if name not in self.register.by_id:
                known = "、".join(each.title for each in self.asked)
                text = f"台账“{self.register.title}”没有“{name}”这一项。可填：{known}。"
                self._problem(name, "entry.unknown_field", text)
        for field in self.asked:
            self._read(field, raw.get(field.id))
        self._check_days()
        return Read(self.values, tuple(self.problems))

    def _problem(self, field: str, code: str, text: str, level: Level = "error") -> None:
        self.problems.append(Problem(self._where(field), code, text, level))

    def _read(self, field: Field, raw: Raw) -> None:
        asked = (field.id, raw.__class__, raw)  # by class too: True equals 1
        known = self._known.get(asked)
        if known is not None:
            self.values[field.id] = known
            return
        if isinstance(raw, str):
            code, text = check_text(raw, MAX_LONG_TEXT if field.kind == "long_text" else MAX_TEXT)
            if code:
                self._problem(field.id, code, text)
                return
            raw = clean(raw).strip()
            raw = None if raw in _EMPTY else raw
        if raw is None:
            if field.required:
                self._problem(field.id, "entry.required", f"“{field.title}”必须填写。")
            return
        before = len(self.problems)
        value = self._typed(field, raw)
        if value is None or len(self.problems) > before:
            return
        self.values[field.id] = value
        if field.kind in _ALIKE and len(self._known) < KNOWN_CELLS:
            self._known[asked] = value

    def _typed(self, field: Field, raw: str | Decimal | int | bool | date) -> Value | None:
        if field.kind == "date":
            return self._day(field, raw)
        if field.kind == "quantity":
            return self._quantity(field, raw)
        if field.kind == "unit" and isinstance(raw, int) and raw in self.reading.tree.placements:
            return raw
        text = _as_text(raw)
        if field.kind == "choice":
            return self._choice(field, text)
        if field.kind == "unit":
            return self._unit(field, text)
        if field.kind == "yes_no":
            if text in YES or text in NO:
                return text in YES
            self._problem(field.id, "entry.yes_no", f"“{text}”应填“是”或“否”。")
            return None
        if field.personal is None:
            for found in privacy.scan(text):
                self._problem(
                    field.id,
                    "entry.personal_data",
                    f"“{field.title}”中有疑似{found.kind}（{found.masked}）。请删除，或填入为此设置的加密字段。",
                    "error" if found.sensitive else "warning",
                )
        return text

    def _day(self, field: Field, raw: str | Decimal | int | bool | date) -> date | None:
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        text = _as_text(raw)
        if said := said_day(text, self.reading.today):
            return said
        try:
            return read_day(text, self.reading.year)
        except NotReadable as error:
            self._problem(field.id, error.code, error.message)
            return None

    def _quantity(self, field: Field, raw: str | Decimal | int | bool | date) -> Quantity | None:
        assert field.unit is not None
        if isinstance(raw, bool | date):
            self._problem(
                field.id, "entry.bad_number", f"“{_as_text(raw)}”不是数。请填数字，单位为{field.unit}。"
            )
            return None
        named = self.reading.columns.get(field.id, "")
        default = self.reading.units.find(named) or field.unit
        try:
            found = read_quantity(_as_text(raw), self.reading.units, default)
            value = found.to(field.unit)
            value.scaled()
        except NotReadable as error:
            self._problem(field.id, error.code, error.message)
            return None
        except UnitMismatch:
            self._problem(
                field.id,
                "entry.wrong_unit",
                f"“{_as_text(raw)}”的单位不对，“{field.title}”应以“{field.unit}”计。请换算后填写。",
            )
            return None
        except TooManyDecimals as error:
            self._problem(field.id, error.code, error.message)
            return None
        if field.minimum and value.number < Decimal(field.minimum):
            what = "不能为负数" if field.minimum == "0" else f"不能小于{field.minimum}"
            self._problem(
                field.id, "entry.too_small", f"“{field.title}”{what}，现为{value}。请核对原始凭证。"
            )
            return None
        return value

    def _choice(self, field: Field, text: str) -> str | None:
        for choice in field.choices:
            if text == choice.id or text in choice.aliases:
                return choice.id
        known = [choice.id for choice in field.choices]
        near = process.extractOne(text, known, score_cutoff=50)
        hint = f"最接近的是“{near[0]}”。" if near else ""
        self._problem(
            field.id,
            "entry.unknown_choice",
            f"“{field.title}”没有“{text}”这一选项。{hint}可选：{'、'.join(known[:12])}{'……' if len(known) > 12 else ''}。",
        )
        return None

    def _unit(self, field: Field, text: str) -> int | None:
        tree, reading = self.reading.tree, self.reading
        try:
            inside = tree.find(text, reading.today, self._at, field.unit_kinds)
        except DomainError:
            try:
                inside = tree.find(text, reading.today, reading.within, field.unit_kinds)
            except DomainError as error:
                self._problem(field.id, error.code, f"“{field.title}”：{error.message}")
                return None
        return inside

    def _check_days(self) -> None:
        """No day lies in the future; the days that facts count on lie within the life of the unit."""
        reading, planned, counted = self.reading, self.planned, self.counted
        for name, value in list(self.values.items()):
            if not isinstance(value, date):
                continue
            if value > reading.today and (name in counted or name in planned):
                self._problem(
                    name,
                    "entry.future_day",
                    f"{value}晚于今天（{reading.today}）。台账只记已发生的事，请核对年份和月份。",
                )
            elif name == self.register.day and not reading.tree.exists(self._at, value):
                self._problem(
                    name,
                    "entry.unit_not_there",
                    f"“{reading.tree.name(self._at, value)}”在{value}不存在（尚未设立或已撤并）。请核对日期或所属组织。",
                )
        for rule in self.register.observe:
            if rule.since and rule.until:
                first, last = self.values.get(rule.since), self.values.get(rule.until)
                if isinstance(first, date) and isinstance(last, date) and last < first:
                    self._problem(rule.until, "entry.ends_early", f"止（{last}）早于起（{first}）。请核对。")
                    break
        self._check_choices()
        self._check_stages()

    def _check_choices(self) -> None:
        """A campaign that has ended, or had not begun, is no choice for that day."""
        day = self.values.get(self.register.day)
        if not isinstance(day, date):
            return
        for field, choices in self.chosen:
            chosen = self.values.get(field.id)
            choice = choices.get(chosen) if isinstance(chosen, str) else None
            if choice is None or choice.in_use(day):
                continue
            span = f"{choice.since or '最初'}至{choice.until or '今'}"
            able = "、".join(each.id for each in field.choices if each.in_use(day)) or "无"
            self._problem(
                field.id,
                "entry.choice_not_in_use",
                f"“{choice.id}”只用于{span}的事，本条为{day}。请核对日期，或改选：{able}。",
            )

    def _check_stages(self) -> None:
        before: tuple[str, date] | None = None
        for stage in self.register.stages:
            day = self.values.get(stage.on)
            if not isinstance(day, date):
                continue
            if before is not None and day < before[1]:
                self._problem(
                    stage.on,
                    "entry.stage_order",
                    f"“{stage.title}”（{day}）早于“{before[0]}”（{before[1]}）。请核对两个日期。",
                )
            before = (stage.title, day)


def _as_text(raw: str | Decimal | int | bool | date) -> str:
    if isinstance(raw, Decimal):
        return plain(raw)
    if isinstance(raw, bool):
        return "是" if raw else "否"
    return str(raw).strip()
