"""A register in words, for people who ask what it wants of them and what it counts."""

from __future__ import annotations

from collections.abc import Iterator

from youju.core.measure import Measure
from youju.core.register import Field, Register

KINDS = {"log": "日常台账", "inventory": "底册", "case": "办理事项"}
FIELDS = {
    "text": "文字", "long_text": "长文字", "date": "日期", "quantity": "数量", "choice": "选择", "unit": "组织", "yes_no": "是否",
}  # fmt: skip
BEHAVIOURS = {"flow": "流量", "stock": "存量", "coverage": "覆盖", "ratio": "比率", "change": "增减"}
FREQUENCIES = {"monthly": "每月", "quarterly": "每季", "yearly": "每年"}
REVIEWS = {"another-member": "登记人以外的人员审核", "town-reviewer": "镇级审核员审核"}


def describe(register: Register) -> str:
    """The register's purpose, fields and measures, as lines of text."""
    return "\n".join(_lines(register))


def _lines(register: Register) -> Iterator[str]:
    yield f"{register.title}（{register.id}，{KINDS[register.kind]}）"
    yield f"  用途：{register.purpose}"
    yield f"  依据：{register.source}"
    if register.asked_for_by:
        yield f"  由谁要求：{register.asked_for_by}"
    if register.authoritative:
        yield f"  权威来源：{register.authoritative}（以导入为主）"
    yield f"  审核：{REVIEWS[register.review]}"
    if register.evidence:
        needed = f"（{register.evidence_required_by}要求）" if register.evidence_required_by else "（可附）"
        yield f"  佐证材料{needed}：{'、'.join(register.evidence)}"
    yield "  填写项："
    for field in register.asked:
        yield f"    {_field(field)}"
    if register.measures:
        yield "  数据项："
    for measure in register.measures:
        yield f"    {_measure(measure)}"
        yield f"      怎么算的：{measure.definition}"


def _field(field: Field) -> str:
    parts = [FIELDS[field.kind]]
    if field.required:
        parts.append("必填")
    if field.unit is not None:
        parts.append(f"单位{field.unit}")
    if field.choices:
        names = [choice.id for choice in field.choices]
        parts.append(f"可选{'、'.join(names[:6])}{'……' if len(names) > 6 else ''}")
    if field.personal is not None:
        parts.append(f"个人信息，加密保存{field.personal.retention_months}个月")
    aliases = f"，表头也可写{'、'.join(field.aliases)}" if field.aliases else ""
    return f"{field.title}（{'，'.join(parts)}{aliases}）{'：' + field.help if field.help else ''}"


def _measure(measure: Measure) -> str:
    parts = [BEHAVIOURS[measure.behaviour], f"单位{measure.unit}"]
    if measure.dimensions:
        parts.append(f"可按{'、'.join(each.id for each in measure.dimensions)}分")
    if measure.expected is not None:
        parts.append(f"{FREQUENCIES[measure.expected.frequency]}应报")
    aliases = f"，又写作{'、'.join(measure.aliases)}" if measure.aliases else ""
    return f"{measure.title}（{measure.id}，{'，'.join(parts)}{aliases}）"
