"""Words that say how much of something without a number: 全部, 均, 几乎都, 大部分, 多次, 翻一番, 零."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from youju.core.claim.grammar import Grammar
from youju.core.claim.model import Kind, NonClaimKind
from youju.core.zh.interval import Interval, exactly

_HUNDRED, _FIFTY = Decimal(100), Decimal(50)
_ALL = exactly(_HUNDRED)
_WORD = re.compile(
    r"(?P<almost>几乎(?:都|全部|全)?|基本(?:全部|都|实现全覆盖))|(?P<all>全部都|全部均|全部|均已?全部|都全部|全覆盖)|(?P<every>所有)|(?P<most>绝大多数|绝大部分|大部分|大多数|大半)"
    r"|(?P<half>超过半数|超半数|过半数?|半数(?:以上)?)|(?P<many>多次)|(?P<some>若干)"
    r"|(?P<times>翻了?(?P<doubled>[一两二三四])?番(?P<more>多)?)|(?P<none>无一|(?:没有|未发生|未出现|无)一(?=[个户人起件例宗名处家次村]))|(?P<both>[都均](?![都均]))"
)
_SOME_UNIT = re.compile(r"[个项条次名家处件起批]")
_NOT_ALL = re.compile(r"权|制|者|人(?!员|口|均)|得|在")
_NOT_BOTH_AFTER = frozenset("衡等价值匀摊线额可市会城江安昌督统灵峰宽长高深重厚")
_ADJECTIVE = re.compile("精力|力量|内容|意义|过程|身心|家当|依据")
_BLANKET = re.compile(
    "巡查|检查|排查|走访|核查|督查|整治|监管|培训|轮训|宣传|式|摸排|清查|督导"
)  # 全覆盖巡查, a manner
_EVERY_ONE = re.compile(
    r"(?:每[一-鿿]{0,6}|任何[一-鿿]{0,4}|无论[^。；]{0,12}|什么|连[一-鿿]{0,6}|哪|谁|不论[^。；]{0,12}|一切)\Z"
)
_NORM = {"名": "人"}
_OFFICES = frozenset({"派出", "研究", "事务", "交易", "招待", "看守", "拘留", "收费", "供电", "司法"})
_COUNTED = re.compile(r"[\d一二两三四五六七八九十百千余多]个?[村镇县校户店场]\Z")
_CLASSIFIERS = frozenset("个户人起件例宗名处家次村所")
_DOUBLED = {"": 2, "一": 2, "两": 4, "二": 4, "三": 8, "四": 16}
_ZERO_NOUN = re.compile(
    r"零(?:事故|伤亡|死亡|上访|投诉|发生|发案|感染|增长|新增|差错|违规|违纪|违法|案件|火灾|火情|火警|非访|进京|积压|复发|返贫|溺水|失误|"
    r"遗漏|举报|辍学|缺陷|信访|确诊|病例|舆情|疫情|污染|欠薪|延误|库存|亡人|责任事故|安全事故)"
)
_ZERO_ALONE = re.compile(r"零(?=[，。；、）)]|$)")
_ZERO_BEFORE = re.compile(r"[为至到]\Z")


@dataclass(frozen=True, slots=True)
class Coverage:
    """A word of coverage; `refused` says why it is no claim."""

    start: int
    end: int
    interval: Interval
    unit: str
    kind: Kind
    rule: str
    refused: NonClaimKind | None = None
    words: tuple[str, ...] = ()


def coverage_at(text: str, at: int, grammar: Grammar) -> Coverage | None:
    """The word of coverage that begins at `at`, or None."""
    found = _WORD.match(text, at)
    if found is None:
        return None
    end = found.end()
    if found["both"]:
        return (
            Coverage(at, end, _ALL, "%", "coverage", "coverage.all") if _covers(text, at, grammar) else None
        )
    if found["every"] and text[max(0, at - 2) : at] in _OFFICES:
        return None  # 派出所有正式干警6人
    if found["every"] or found["all"]:
        spoiled = _NOT_ALL if found["every"] else _BLANKET if found[0] == "全覆盖" else _ADJECTIVE
        refused: NonClaimKind | None = "idiom" if spoiled.match(text, end) else None
        return Coverage(at, end, _ALL, "%", "coverage", "coverage.all", refused)
    if found["almost"]:
        return Coverage(at, end, Interval(Decimal(90), _HUNDRED), "%", "coverage", "coverage.almost")
    if found["most"]:
        return Coverage(at, end, Interval(_FIFTY, _HUNDRED, low_open=True), "%", "coverage", "coverage.most")
    if found["half"]:
        return _half(found, at, end)
    return _doubled(found, at, end) if found["times"] else _counted(text, found, at, end)


def _covers(text: str, at: int, grammar: Grammar) -> bool:
    """均 and 都 speak of each of several; 人均, 均衡, 成都, and 都 after 每 or 连 do not."""
    if grammar.name_at(text, at) or text[at + 1 : at + 2] in _NOT_BOTH_AFTER:
        return False
    if at and text[at - 1] in grammar.average and not _COUNTED.search(text, max(0, at - 4), at):
        return False  # 村均, but 5个村均
    return text[at] != "都" or _EVERY_ONE.search(text, max(0, at - 14), at) is None


def _counted(text: str, found: re.Match[str], at: int, end: int) -> Coverage | None:
    """多次, 若干个, 没有一户, 无一."""
    several = Interval(Decimal(2), None)
    if found["many"]:
        return Coverage(at, end, several, "次", "count", "coverage.many")
    if found["some"]:
        unit = _SOME_UNIT.match(text, end)
        return Coverage(at, unit.end(), several, unit[0], "count", "coverage.some") if unit else None
    if found["none"] == "无一" and text[end : end + 1] not in _CLASSIFIERS:
        return Coverage(at, end, exactly(0), "", "count", "coverage.none")
    return Coverage(at, end + 1, exactly(0), _NORM.get(text[end], text[end]), "count", "coverage.none")


def _doubled(found: re.Match[str], at: int, end: int) -> Coverage:
    """翻一番 is twice, 翻两番 four times."""
    low = Decimal(_DOUBLED[found["doubled"] or ""])
    interval = Interval(low, low + 1, low_open=True, high_open=True) if found["more"] else exactly(low)
    return Coverage(at, end, interval, "倍", "ratio", "ratio.doubled")


def zero_at(text: str, at: int) -> Coverage | None:
    """零事故: none of something."""
    found = _ZERO_NOUN.match(text, at)
    if found is None and _ZERO_BEFORE.search(text, max(0, at - 1), at):
        found = _ZERO_ALONE.match(text, at)
    if found is None:
        return None
    return Coverage(at, found.end(), exactly(0), "", "count", "coverage.zero")


def half_at(text: str, at: int) -> Coverage | None:
    """一半, 一半以上, 一大半, 一多半."""
    found = re.compile(r"一(?P<big>大|多|小)?半(?P<after>以上|左右|多|以下)?(?!径|成品)").match(text, at)
    if found is None or found["big"] == "小":
        return None
    interval = exactly(_FIFTY)
    if found["big"] or found["after"] == "多":
        interval = Interval(_FIFTY, _HUNDRED, low_open=True)
    elif found["after"] == "以上":
        interval = Interval(_FIFTY, None)
    elif found["after"] == "以下":
        interval = Interval(None, _FIFTY)
    elif found["after"]:
        interval = Interval(Decimal(45), Decimal(55))
    return Coverage(at, found.end(), interval, "%", "coverage", "coverage.half")


def _half(found: re.Match[str], at: int, end: int) -> Coverage:
    word = found["half"]
    if word.startswith(("超", "过")):
        return Coverage(at, end, Interval(_FIFTY, _HUNDRED, low_open=True), "%", "coverage", "coverage.half")
    if word.endswith("以上"):
        return Coverage(at, end, Interval(_FIFTY, None), "%", "coverage", "coverage.half", None, ("以上",))
    return Coverage(at, end, exactly(_FIFTY), "%", "coverage", "coverage.half")
