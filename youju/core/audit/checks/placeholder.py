"""Places left to fill in: XX镇, ____, 〔〕, {{ }}, 待补充."""

from __future__ import annotations

import re
from collections.abc import Iterator

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import BLANK, HAN, Draft

# A doubled letter or sign is a gap unless it is a word (XXL) or masks a long number (138××××1234).
_DOUBLED = re.compile(
    r"(?<![A-Za-z])(?:[Xx]{2,}|[×✕✖╳]{2,}|[＊*]{2,}|[○◯〇]{2,}(?![一二三四五六七八九])|[Ｘｘ]{2,}|[□■]{2,})(?![A-Za-z])"
)
# A single X is a gap only before a classifier or among digits: X年X月, X个, X00万元, 21.X%;
# not X光, not 3X5米.
_SINGLE = re.compile(
    r"(?<![A-Za-z0-9])X(?=[0-9]{1,6}(?:[万亿元个人户亩件次吨]|公里))|(?<=[0-9.])X(?=[%％元万亿户亩])"
    rf"|(?<![A-Za-z0-9Xx×])[X×Ｘ](?=[{BLANK}]?(?:年[X×Ｘ0-9]?|月[X×Ｘ0-9]?|[日个名人次户件条亩项处份场起辆米]|万元|公里|余))"
)
# x镇位于x区, 某项目由*公司承建, 201*年度.
_MASK = re.compile(
    rf"(?<![A-Za-z0-9*＊])[xXＸ](?=(?:镇|乡|村|县|市|区|省|州|街道|社区|公司|同志|局|办|高速))"
    rf"|(?<=[{HAN}，、。；：“])[*＊](?=[{HAN}])|(?<![0-9])(?:20[*xX×]{{2}}|20[0-9][*xX×])(?=年)"
)
_OTHER = re.compile(
    r"(?<![{$])\{[一-鿿][^{}\n]{0,20}\}(?!\})|_{2,}|＿{2,}|﹍{2,}|\{\{[^{}\n]{0,60}\}\}|\$\{[^{}\n]{0,60}\}|<<[^<>\n]{1,30}>>"
    rf"|《[{BLANK}]*》|（）|〔[{BLANK}….·]*〕|[（(【\[][{BLANK}]+[）)】\]]|【】"
    r"|[（(【\[](?:此处|请)?(?:待核实?|待定|待补充?|待填写?|补充|填写|插入|数据|单位名称|姓名)[^（）()【】\[\]\n]{0,8}[）)】\]]"
    r"|(?:数据|内容|此处|数字)?待(?:补充|填写|填)(?=[）)】\]。，；\n]|\Z)|[此该]处(?:省略|填写|插入)|TODO|TBD"
    r"|[?？]{2,}(?=[个人户次件条亩项处份场吨万元])|某年某月(?:某日)?|某月某日"
)
# 地处**西郊，是**的门户 has a comma between its stars; **重点任务** does not.
_EMPHASISED_BEFORE = re.compile(r"(?:^|[\s。；，、：])([*＊]{1,3})(?![\s*＊])[^*＊，。；\n]{0,40}\Z")
_EMPHASISED_AFTER = re.compile(r"(?![\s*＊])[^*＊，。；\n]{1,40}([*＊]{1,3})")
_MASKED = re.compile(r"[0-9Xx×*＊]{7,}[0-9XxXx]?")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤农"
)
_PLACE_ENDS = "镇乡村县市区省屯街路局校厂院社站所部组公中小学党支委"


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    text = draft.text
    masked = {
        at for found in _MASKED.finditer(text) if _is_masked(found.group()) for at in range(*found.span())
    }
    taken: set[int] = set()
    for pattern in (_MASK, _DOUBLED, _SINGLE, _OTHER):
        for found in pattern.finditer(text):
            start, end = found.span()
            if (
                start in masked
                or start in taken
                or _is_emphasis(text, start, end)
                or _is_person(text, start, end)
            ):
                continue
            taken.update(range(start, end))
            yield Slip(
                start,
                end,
                f"“{_show(found.group())}”像是没有替换的占位符。",
                "改成真实的名称、数字或日期；不宜写出的，换一种说法。",
            )


def _is_masked(run: str) -> bool:
    """A telephone, card or identity number with its middle hidden: long, digits at both ends."""
    return run[0].isdigit() and sum(each.isdigit() for each in run) >= 4 and run[-1] in "0123456789Xx"


def _is_emphasis(text: str, start: int, end: int) -> bool:
    """Markdown's **bold**: a pair of stars around a few words with no comma or stop in them."""
    marks = text[start:end]
    if marks[0] not in "*＊" or end - start > 3:
        return False
    before, after = text[max(0, start - 44) : start], text[end : end + 44]
    opened = _EMPHASISED_BEFORE.search(before)
    closed = _EMPHASISED_AFTER.match(after)
    return (opened is not None and opened.group(1) == marks) or (
        closed is not None and closed.group(1) == marks
    )


def _is_person(text: str, start: int, end: int) -> bool:
    """A person's name hidden on purpose (张××、李某): signs after one surname in a list or before a verb."""
    if text[start] not in "×✕✖╳○◯〇*＊" or end - start > 2 or start == 0:
        return False
    before, after = text[start - 1], text[end : end + 1]
    return before in _SURNAMES and (not after or after not in _PLACE_ENDS)


def _show(words: str) -> str:
    return words if len(words) <= 12 else words[:11] + "…"


CHECK = Check(
    "placeholder",
    "占位符未替换",
    "没有替换的占位符：XX镇、××、____、空的〔〕、{{ }}、“待补充”。",
    "error",
    _run,
)
