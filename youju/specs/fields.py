"""One entry of a register's `fields:` → a field; and whether the fields of a register can be told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import get_args

from rapidfuzz import process

from youju.core.quantity import UnitTable
from youju.core.register import Choice, Field, FieldKind, Personal
from youju.specs.choices import ChoiceList, check_names, read_choice
from youju.specs.measures import UNIT_KINDS, read_unit
from youju.specs.source import Block

_FIELD_ID = re.compile(r"[a-z][a-z0-9_]*")


def read_field(block: Block, units: UnitTable, choices: Mapping[str, ChoiceList]) -> Field:
    """One field."""
    name = block.text("id", required=True)
    if name and not _FIELD_ID.fullmatch(name):
        text = f"字段“{name}”应由小写字母、数字和下划线组成，如 handed_out_on。"
        block.problem("register.field_id", text, "id")
    kind: FieldKind = block.choice("kind", get_args(FieldKind))  # type: ignore[assignment]
    field = Field(
        name,
        block.text("title", required=True),
        kind,
        required=block.flag("required"),
        unit=read_unit(block, units) if kind == "quantity" else None,
        choices=_choices(block, choices) if kind == "choice" else (),
        unit_kinds=_unit_kinds(block),  # type: ignore[arg-type]
        aliases=block.texts("aliases"),
        help=block.text("help"),
        example=block.text("example"),
        filter=block.flag("filter"),
        personal=_personal(block),
        minimum=_minimum(block),
        retired=block.flag("retired"),
    )
    block.only("unit", fits=kind == "quantity", where="数量字段（quantity）")
    block.only("minimum", fits=kind == "quantity", where="数量字段（quantity）")
    block.only("choices", fits=kind == "choice", where="选择字段（choice）")
    block.only("unit_kinds", fits=kind == "unit", where="组织字段（unit）")
    if field.filter and kind not in ("choice", "unit", "yes_no", "text"):
        block.problem(
            "register.filter", "只有文字、选择、组织和是否字段能用来筛选。请去掉 filter。", "filter"
        )
    block.finish()
    return field


def check_fields(fields: Iterable[Field], blocks: Iterable[Block]) -> None:
    """A problem for every field written twice, and every column name that means two fields when a workbook is read."""
    ids: set[str] = set()
    titles: dict[str, str] = {}
    names: dict[str, str] = {}
    for field, block in zip(fields, blocks, strict=True):
        if field.id in ids:
            block.problem("register.field_twice", f"字段“{field.id}”写了两次。请改名或删去一个。", "id")
            continue
        ids.add(field.id)
        other = titles.setdefault(field.title, field.id)
        if other != field.id:
            text = f"“{other}”和“{field.id}”的标题都是“{field.title}”。请改一个；停用的可写成“{field.title}（旧）”。"
            block.problem("register.title_twice", text, "title")
        if field.retired or other != field.id:
            continue
        for name in (field.title, *field.aliases):
            other = names.setdefault(_as_header(name), field.id)
            if other != field.id:
                text = f"列名“{name}”同时指“{other}”和“{field.id}”，导入时分不清。请删去一处。"
                block.problem("register.alias_twice", text, "aliases")


def _as_header(name: str) -> str:
    """Names that differ only in width, case or blanks are one name in a header."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _choices(block: Block, lists: Mapping[str, ChoiceList]) -> tuple[Choice, ...]:
    if block.is_scalar("choices") and (name := block.text("choices")):
        if name in lists:
            return lists[name].choices
        near = process.extractOne(name, list(lists), score_cutoff=50)
        hint = f"最接近的是“{near[0]}”。" if near else f"现有：{'、'.join(lists) or '无'}。"
        block.problem("register.choices", f"没有“{name}”这个选项表。{hint}", "choices")
        return ()
    found = tuple(read_choice(each) for each in block.items("choices", texts=True))
    if not found:
        block.problem("register.choices", "选择字段要写 choices: [甲, 乙]，或一个选项表的名称。", "choices")
    check_names(found, block, "choices")
    return found


def _unit_kinds(block: Block) -> tuple[str, ...]:
    kinds = block.texts("unit_kinds")
    for each in kinds:
        if each not in UNIT_KINDS:
            text = f"没有“{each}”这类组织。可用：{'、'.join(UNIT_KINDS)}。"
            block.problem("register.unit_kind", text, "unit_kinds")
    return tuple(each for each in kinds if each in UNIT_KINDS)


def _personal(block: Block) -> Personal | None:
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
        own.problem(
            "register.retention", "个人信息要写保存几个月，如 retention_months: 36。", "retention_months"
        )
    own.finish()
    return personal


def _minimum(block: Block) -> str:
    text = block.text("minimum", "0")
    try:
        if Decimal(text).is_finite():
            return text
    except InvalidOperation:
        pass
    block.problem("catalog.not_number", f"“minimum”应是数，如 1，现为“{text}”。", "minimum")
    return "0"
