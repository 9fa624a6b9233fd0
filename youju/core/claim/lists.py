"""A、B、C分别为…: which figure of a list is about what."""

from __future__ import annotations

import re

from youju.core.claim.attributes import Attributes

Levels = list[tuple[str, str]]  # subject and unit of the figures of a sentence that are levels

_RESPECTIVELY = re.compile(
    r"分别(?:按可比口径)?(?:同比|[比较]?(?:上年|去年|上年同期|去年同期|预算|年初|[一-鿿\d]{2,8}年))?"
    r"(?:增长|下降|提高|降低|增加|减少|完成|实现|上升|提升|增收|减收|增|减|占)?"
    r"(?:了|为|达到?|是|有|占|在)?[：:]?[约近超]?\s?\Z"
)
_SHARES_OF = re.compile(r"分别占[^，；。]{1,16}的?\s?\Z")
_COMPARING = re.compile(r"同比|环比|比上年|较上年|也|(?<![人户亩村年月日地])均|各")
_THAN = re.compile(r"[比较][^，；。]{1,10}\Z")
_LIST_RUN = re.compile(r"[^。；：\n]{0,80}")
_LIST_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_AND = re.compile(r"[、和及与]")
_SHARED_TAIL = re.compile(r"(?:[一-鿿]{2}率|面积|总?产量|收入|存栏|出栏|案件|增加值|总产值|数)\Z")
_BARE_CHANGE = re.compile(
    r"[，、\s]*(?:同比|环比|比上年|比去年|较上年|较去年)?(?:各)?(?:增长|下降|提高|减少|上升)了?\Z"
)
_ENDS_CHANGE = frozenset("长降高少升了")
_PERCENTS = re.compile(r"-?\d[\d.]{0,8}%(?:[、和]-?\d[\d.]{0,8}%){1,6}(?=[，。；：）\s]|\Z)")
_YEARS = re.compile(r"(?:(?:19|20)\d{2}年[、和与及]){1,9}(?:19|20)\d{2}年")
_UP_TO_NUMBER = re.compile(r"[^\d]*")


class Lists:
    """The lists of one text whose nouns, or whose levels, are handed out in order."""

    def __init__(self, plain: str, attributes: Attributes) -> None:
        self.plain = plain
        self.attributes = attributes

    def nouns(self, words: str, start: int, levels: Levels) -> list[str]:
        """A、B、C分别为: the nouns to hand out in order; without nouns, those of the figures just before."""
        if "分别" not in words:
            return self._changes_of_each(words, start, levels)
        found = _RESPECTIVELY.search(words)
        if found is None:
            return self._shares_of_each(words, start, levels)
        attributes = self.attributes
        named = _THAN.sub("", _COMPARING.sub("", words[: found.start()])).strip(" 、，")
        named = _YEARS.sub("", named)
        run = _LIST_RUN.match(self.plain, start)
        wanted = len(_LIST_NUMBER.findall(run[0])) if run else 0
        if not named:
            if 1 < wanted <= len(levels):
                return [subject for subject, _ in levels[-wanted:]]
            if 1 < len(levels) < wanted:
                return [subject for subject, _ in levels]
            end = attributes.clause_start(start) - 1
            before = self.plain[max(attributes.clause_start(end), start - 60, 0) : max(end, 0)]
            upto = _UP_TO_NUMBER.match(before)
            named = upto[0] if upto else ""
        parts = [part for part in _AND.split(named) if part.strip()]
        if len(parts) < 2:
            noun = attributes.noun_before(named)
            return [noun] if noun else []
        first, last = attributes.noun_before(parts[0]), attributes.noun_before(parts[-1])
        nouns = [first or parts[0], *parts[1:-1], last or parts[-1]]
        if len(parts[0]) == 1 and len(parts[-1]) > 3:  # 城、乡居民收入: one character for a word
            return [part + parts[-1][1:] if len(part) == 1 else part for part in parts]
        shared = _SHARED_TAIL.search(nouns[-1])
        if "的" in nouns[-1] and not any("的" in noun for noun in nouns[1:-1]):
            # 岷江、沱江的总磷浓度
            tail = "的" + nouns[-1].rpartition("的")[2]
            nouns[:-1] = [noun + tail for noun in nouns[:-1]]
        elif shared and not any(noun.endswith(nouns[-1][-1]) for noun in nouns[:-1]):
            # 乡镇、建制村通客车率分别为: the last word belongs to each
            nouns[:-1] = [noun.rpartition("的")[2] + shared[0] for noun in nouns[:-1]]
        return nouns

    def _shares_of_each(self, words: str, start: int, levels: Levels) -> list[str]:
        """分别占总户数和总人口的93%和96%: shares of the figures before."""
        run = _LIST_RUN.match(self.plain, start) if _SHARES_OF.search(words) else None
        wanted = len(_LIST_NUMBER.findall(run[0])) if run else 0
        if not 1 < wanted <= len(levels):
            return []
        return [share_of(subject, "占比") for subject, _ in levels[-wanted:]]

    def _changes_of_each(self, words: str, start: int, levels: Levels) -> list[str]:
        """客运量8万人，货运量3万吨，同比增长12%、9%: as many changes as levels before, in their order."""
        if len(levels) < 2 or words[-1:] not in _ENDS_CHANGE or not _BARE_CHANGE.match(words):
            return []
        run = _PERCENTS.match(self.plain, start)
        wanted = run[0].count("%") if run else 0
        return [subject for subject, _ in levels[-wanted:]] if 1 < wanted <= len(levels) else []


def share_of(what: str, share: str) -> str:
    """生猪 as 生猪占比, once."""
    return what if what.endswith(share) else what + share
