"""一 and other small Chinese numerals: 一册资料 and 三名党员 count, 一个新局面 and 三个方面 do not."""

from __future__ import annotations

import re
from dataclasses import replace

from youju.core.claim.grammar import Grammar
from youju.core.claim.quantities import Quantity

# A thing of these units can be listed: one of them is a line of a ledger.
_LISTED = frozenset(
    "名 人 户 家 支 座 栋 幢 所 辆 台 场 次 册 起 间 套 处 篇 首 部 本 件 艘 架 只 头 匹 棵 株 盏 宗 例 期 笔 亩 公里 吨 元 米 平方米 队 对 张 幅 块 口 袋 箱 盒 瓶 床 面 枚 场次 "
    "人次 死 伤 公斤 斤 票 所 家 万元 县 镇 乡 村 车道 层 组".split()
)
# These need a verb that makes or counts things before them.
_DOUBTFUL = frozenset(
    "个 项 条 份 位 面 道 片 类 届 班 组 根 把 门 节 课 轮 枚 颗 顶 批 单 点 段 线 排 列 版 股 副".split()
)
_NEVER = frozenset(
    "种 批 番 回 遍 趟 声 群 步 度 代 圈 环 级 行 通 营 师 连 团 字 句 眼 年 里 板 分 卷 幕 格 集 屏 帧 院 室 园".split()
)
# Below ten these make names and manners of speaking (五包, 三线) unless something is plainly counted.
_RARE = frozenset(
    "包 板 营 连 师 行 通 站 点 线 面 级 环 圈 道 门 口 方 分 节 步 集 版 眼 孔 段 回 度 声 桶 车 船 手 头 根 路 群 字 句 片 排 列 区 所 角 团 队 对 院 厂 店 校 园 库 岗 国 州 市 省 县".split()
)
_COUNTED_BEFORE = re.compile(r"(?:[了有共建设修新各派为达计和、，。；：至及]|新增|完成|\n)\Z")
_WORD_BEFORE = frozenset("第统唯单同另又再任逐进万之其这那某哪上下头另每最第")
_JUDGING = re.compile(r"(?:是|为|作为|成为|成了|像|如|又|有着|当成|当作|看成|视为)\s?\Z")
_REPEATED = re.compile(r"[性又再把]|一?次")
_CLAUSE_END = re.compile(r"[，。；、）)]|\Z")
_MAKE_REACH = 8


def judged_single(text: str, at: int, found: Quantity, grammar: Grammar) -> Quantity:
    """The quantity of a Chinese numeral, refused when it is a manner of speaking."""
    number = found.value.number
    if found.refused is not None or number is None or found.rule != "exact":
        return found
    if found.kind in {"money", "percent", "percent_point", "ratio", "mass"} and (
        number != 1 or found.kind == "money"
    ):
        return found
    unit = found.value.unit
    previous = text[found.start - 1 : found.start]
    if number == 1 and (
        previous in _WORD_BEFORE and not (previous == "每" and unit in {"户", "村", "个", "名"})
    ):
        return replace(found, refused="idiom", rule="idiom.word")
    if number == 1:
        return _one(text, at, found, unit, grammar)
    if number < 10 and unit in _NEVER and unit not in {"种", "轮", "年", "分", "批"}:
        return replace(found, refused="idiom", rule="idiom.classifier")
    if (
        number < 10
        and unit in _RARE
        and not _COUNTED_BEFORE.search(before := text[max(0, found.start - 3) : found.start])
        and before
    ):
        return replace(found, refused="name-part", rule="name.classifier")
    if unit in {"期"} and re.match(
        r"工程|项目|建设|改造|扩建|规划|投资|开发", text[found.end : found.end + 2]
    ):
        return replace(found, refused="ordinal", rule="ordinal.phase")
    if unit in {"次", "届"} and re.search(
        r"(?:届|人大|政协|全会|代表大会|党代会)\Z", text[max(0, at - 4) : at]
    ):
        return replace(found, refused="ordinal", rule="ordinal.session")
    if unit == "届":
        return replace(found, refused="ordinal", rule="ordinal.session")
    return found


def _one(text: str, at: int, found: Quantity, unit: str, grammar: Grammar) -> Quantity:
    idiom = replace(found, refused="idiom", rule="idiom.one")
    before = text[max(0, found.start - _MAKE_REACH) : found.start]
    if _JUDGING.search(before) or unit in _NEVER:
        return idiom
    if unit == "期" and re.match(r"工程|项目|建设|改造|规划|投资|开发", text[found.end : found.end + 2]):
        return replace(found, refused="ordinal", rule="ordinal.phase")
    if unit in {"次", "届"} and re.search(r"(?:届|人大|政协|全会|代表大会|党代会)\Z", before):
        return replace(found, refused="ordinal", rule="ordinal.session")
    ahead = text[found.end : found.end + 10]
    if any(
        ahead.startswith(word) or ahead[1:].startswith(word) for word in grammar.abstract if len(word) > 1
    ):
        return idiom
    clause = re.split(r"[，。；：、\n]", before)[-1]
    made = any(word in clause for word in grammar.make)
    if before.endswith("的"):
        return idiom
    if (
        _CLAUSE_END.match(ahead)
        and (unit in _LISTED or unit in _DOUBTFUL)
        and not _REPEATED.match(before[-1:])
    ):
        return found
    if unit == "次":
        return idiom if _REPEATED.match(ahead) or not (made or "每" in clause) else found
    if unit in _LISTED:
        return (
            found
            if made or unit in {"名", "户", "支", "座", "册", "辆", "台", "起", "人", "例", "宗", "场"}
            else idiom
        )
    if unit in _DOUBTFUL and made and not re.match(r"[新好大]", ahead):
        return found
    return idiom
