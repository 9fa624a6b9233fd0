"""一 and other small Chinese numerals: 一册资料 and 三名党员 count, 一个新局面 and 三个方面 do not."""

from __future__ import annotations

import re
from dataclasses import replace

from youju.core.claim.grammar import Grammar
from youju.core.claim.quantities import Quantity

_COUNTED_BEFORE = re.compile(r"(?:[了有共建设修新各派为达计和、，。；：至及]|新增|完成|\n)\Z")
_WORD_BEFORE = frozenset("第统唯单同另又再任逐进万之其这那某哪上下头另每最第")
_JUDGING = re.compile(r"(?:是|为|作为|成为|成了|像|如|又|有着|当成|当作|看成|视为)\s?\Z")
_REPEATED = re.compile(r"[性又再把]|一?次")
_CLAUSE_END = re.compile(r"[，。；、）)\n]|\Z")
_ENUMERATED = re.compile(r"[一二三四五六]、\Z")  # 一、二类低保
_CASE = re.compile(r"[^，。；]{0,16}?(?:案|纠纷|事故|事件|火|警|诉|违|盗|骗|疫|信访|舆情)")
_CASE_BEFORE = re.compile(r"(?:案件?|纠纷|事故|事件|火灾|火情|火警|警情|诉讼|舆情|疫情|刑案)\Z")
_CLAUSE = re.compile(r"[，。；：、\n]")
_ISSUED = frozenset("办班训出刊发共了展各开播期报讯课为印编达")
_PHASE = re.compile(r"[一-鿿]{0,4}?(?:工程|项目|建设|改造|扩建|规划|投资|开发)")
_ASSEMBLY = re.compile(r"(?:届|人大|政协|全会|代表大会|党代会)\Z")
_SHARES = frozenset({"percent", "percent_point", "ratio", "mass"})
_COUNTABLE_ABOVE_ONE = frozenset({"种", "年", "分", "批"})
_SURELY_COUNTED = frozenset(
    {"名", "户", "支", "座", "册", "辆", "台", "起", "人", "例", "宗", "场", "间", "栋", "幢"}
)
# 损失达百万元 says how much; 百企联百村 and 万亩茶园 are names.
_REACHED = re.compile(r"[达为到至近约]\Z")
# 一册资料、一张光盘: the other of a pair that counts
_AFTER_COUNTED = re.compile(
    r"(?:[\d一二两三四五六七八九十][^\W\d][^，。；：、]{1,8}[、和及与]|[\d二两三四五六七八九十][^\W\d][^，。；：、]{1,8}，)\Z"
)
_MAKE_REACH = 8


def judged_single(text: str, found: Quantity, grammar: Grammar) -> Quantity:
    """The quantity of a Chinese numeral, refused when it is a manner of speaking."""
    number = found.value.number
    if found.refused is not None or number is None or found.rule != "exact":
        return found
    if text[found.start] in "百千万亿" and not _REACHED.search(text, max(0, found.start - 2), found.start):
        return replace(found, refused="name-part", rule="name.round")
    if found.kind == "money" or (found.kind in _SHARES and number != 1):
        return found
    unit = found.value.unit
    previous = text[found.start - 1 : found.start]
    if number == 1 and previous in _WORD_BEFORE:
        return replace(found, refused="idiom", rule="idiom.word")
    if rule := _session(text, found, unit):
        return replace(found, refused="ordinal", rule=rule)
    if number == 1:
        return (
            found
            if _is_one_thing(text, found, unit, grammar)
            else replace(found, refused="idiom", rule="idiom.one")
        )
    if number < 10 and unit in grammar.never and unit not in _COUNTABLE_ABOVE_ONE:
        return replace(found, refused="idiom", rule="idiom.classifier")
    before = text[max(0, found.start - 3) : found.start]
    if number < 10 and unit in grammar.rare and before and not _COUNTED_BEFORE.search(before):
        return replace(found, refused="name-part", rule="name.classifier")
    return found


def _session(text: str, found: Quantity, unit: str) -> str:
    """一期工程, 人大三次会议, 二十届, 一、二类: which one, not how many."""
    if (found.value.number or 0) < 10 and _ENUMERATED.search(text, max(0, found.start - 2), found.start):
        return "ordinal.enumerated"
    if unit == "期" and (found.value.number or 0) < 10 and _is_phase(text, found):
        return "ordinal.phase"
    if unit in {"次", "届"} and _ASSEMBLY.search(text, max(0, found.start - 4), found.start):
        return "ordinal.session"
    return "ordinal.session" if unit == "届" and found.value.number != 1 else ""


def _is_phase(text: str, found: Quantity) -> bool:
    """二期 of a building; 举办三期 and 培训班三期 count."""
    if _PHASE.match(text, found.end):
        return True
    before = text[found.start - 1 : found.start]
    return bool(before) and "一" <= before <= "鿿" and before not in _ISSUED


def _is_one_thing(text: str, found: Quantity, unit: str, grammar: Grammar) -> bool:
    """一 counts before something that can be listed, most surely at the end of a clause or after a verb of making."""
    before = text[max(0, found.start - _MAKE_REACH) : found.start]
    ahead = text[found.end : found.end + 10]
    if _JUDGING.search(before) or before.endswith("的") or unit in grammar.never:
        return False
    if any(ahead.startswith(word, at) for word in grammar.abstract if len(word) > 1 for at in (0, 1)):
        return False
    if unit == "起" and not _CASE.match(text, found.end) and not _CASE_BEFORE.search(before):
        return False  # 一起加以改造
    known = unit in grammar.listed or unit in grammar.doubtful
    if known and _AFTER_COUNTED.search(text, max(0, found.start - 14), found.start):
        return True
    if known and _CLAUSE_END.match(ahead) and not _REPEATED.match(before[-1:]):
        return True
    clause = _CLAUSE.split(before)[-1]
    made = any(word in clause for word in grammar.make)
    if unit == "次":
        return not _REPEATED.match(ahead) and (made or "每" in clause)
    if unit in grammar.listed:
        return made or unit in _SURELY_COUNTED
    return unit in grammar.doubtful and made and ahead[:1] not in {"新", "好", "大"}
