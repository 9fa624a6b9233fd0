"""The same thing said twice: whole paragraphs, sentences, an excerpt left above the text, doubled words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import HAN, Draft
from youju.core.audit.finding import Span

SHORTEST_PARAGRAPH = 30  # letters, punctuation left out
SHORTEST_SENTENCE = 18
WINDOW = 26  # so many characters word for word in two places are a copy, not a set phrase
STRIDE = 4  # of every stretch only each fourth place is remembered
ANCHOR = 16  # and still every copy of ANCHOR + STRIDE - 1 characters holds a remembered one
_LETTERS = re.compile(rf"[^{HAN}0-9A-Za-z]+")
_CUT = re.compile(r"(?:\.{3,}|…+|。{3,})[\s”』]*\Z")
_HAN_ONLY = re.compile(rf"[{HAN}]+")
LONGEST_DOUBLED = 14
_AND = re.compile("[与和及]")
_VERBS = frozenset("占管修种抓帮拆")
_LEAD_TIME = re.compile(r"(?:(?:19|20)\d{2}年|今年|全年|上半年|一季度|截至目前|目前|以来|来|，)+")
_SANDWICH = re.compile(
    r"(工作|活动|行动|创建|整治)(?!者|员|队|站|所|中心|区|点|型)([一-鿿]{2})\1(?!者|员|队|站|所|中心|点)"
)
_PARTICLES = re.compile(
    r"(?<![目有标靶])(的)的(?!确|士|卡)|(?<!麻)(将)将(?!近|领|士|军)|(把)把(?!脉|关|握)|(进行)进行|(?<!于)(是)是(?!非|否|不是)"
)
_NUMERAL = frozenset("一二三四五六七八九十百千万亿零〇两几多半个")
# Words that language itself doubles (ABAB), and words that stand twice without being one phrase.
_FREE = frozenset(
    (
        *(
            "研究",
            "商量",
            "讨论",
            "考虑",
            "了解",
            "学习",
            "交流",
            "打听",
            "商议",
            "合计",
            "活动",
            "锻炼",
            "休息",
        ),
        *(
            "比较",
            "照顾",
            "检查",
            "收拾",
            "整理",
            "体验",
            "放松",
            "高兴",
            "热闹",
            "干净",
            "逐步",
            "逐个",
            "非常",
        ),
        *("特别", "永远", "许多", "很多"),
        # 东风社区社区干部, 东风学校学校食堂: the name of a place, then what is in it
        *("社区", "街道", "学校", "小学", "中学", "医院", "公司", "农场", "林场", "水库", "合作社", "派出所"),
        *("幼儿园", "村委会", "居委会"),
    )
)


def _run(draft: Draft, context: Context) -> Iterator[Slip]:
    told: set[int] = set()  # every eighth place of what was told
    window = max(context.parameter("audit-copied-characters", WINDOW), ANCHOR + STRIDE - 1)
    for slips in (_paragraphs(draft), _sentences(draft, told), _copies(draft, told, window)):
        for slip in slips:
            yield slip
            for span in (Span(slip.start, slip.end), *slip.related):
                told.update(range(span.start - span.start % 8, span.end, 8))


def _paragraphs(draft: Draft) -> Iterator[Slip]:
    """A paragraph that stands in the text twice, or whose cut-off beginning stands above it."""
    seen: dict[str, Span] = {}
    heads: dict[str, list[tuple[str, Span]]] = {}
    for paragraph in draft.prose:
        content = draft.slice(paragraph)
        letters = _LETTERS.sub("", content)
        if len(letters) < SHORTEST_PARAGRAPH:
            continue
        if letters in seen:
            yield _twice(paragraph, seen[letters], "这一段与前文的一段完全相同。", "删去重复的一段。")
            continue
        seen[letters] = paragraph
        head = letters[:SHORTEST_PARAGRAPH]
        for other, place in heads.get(head, ())[:4]:
            shorter, longer = sorted(((letters, paragraph), (other, place)), key=lambda each: len(each[0]))
            if longer[0].startswith(shorter[0]):
                cut = _CUT.search(draft.slice(shorter[1])) is not None
                reason = (
                    "这一段是正文某段的开头，没有写完就断了，像是网页摘要。"
                    if cut
                    else "这一段与另一段的开头完全相同。"
                )
                yield _twice(shorter[1], longer[1], reason, "删去这一段。" if cut else "两段合为一段。")
                break
        heads.setdefault(head, []).append((letters, paragraph))


def _sentences(draft: Draft, told: set[int]) -> Iterator[Slip]:
    """A sentence that stands in two paragraphs, or twice in one."""
    seen: dict[str, Span] = {}
    for sentence in draft.sentences:
        content = draft.slice(sentence)
        lead = _LEAD_TIME.match(content)
        letters = _LETTERS.sub("", content[lead.end() if lead else 0 :])
        if len(letters) < SHORTEST_SENTENCE:
            continue
        first = seen.setdefault(letters, sentence)
        if first is not sentence and not _is_told(told, sentence.start, sentence.end):
            advice = "删去一句，或换成这一节自己的内容。"
            yield _twice(sentence, first, "这句话与前文的一句完全相同。", advice)


def _is_told(told: set[int], start: int, end: int) -> bool:
    return any(at in told for at in range(start - start % 8, end, 8))


def _copies(draft: Draft, told: set[int], window: int) -> Iterator[Slip]:
    """A stretch of WINDOW characters or more that is word for word the same in two sentences not told yet."""
    text = draft.text
    anchors: dict[str, int] = {}
    reached = 0
    for sentence in draft.sentences:
        for at in range(sentence.start, sentence.end - ANCHOR + 1):
            anchor = text[at : at + ANCHOR]
            first = anchors.get(anchor)
            if first is None:
                if at % STRIDE == 0:
                    anchors[anchor] = at
                continue
            if at < reached or first + ANCHOR > at:
                continue
            start, end = _widened(text, first, at, sentence, reached)
            reached = end
            while end > start and text[end - 1] in "，、；：。,; ":
                end -= 1
            if end - start >= window and not _is_told(told, start, end) and _is_telling(text[start:end]):
                other = Span(first - (at - start), first + (end - at))
                reason = f"连续{end - start}个字与前文一字不差。"
                advice = "确认不是复制后忘了改；确属同一内容的，保留一处。"
                yield _twice(Span(start, end), other, reason, advice, group="copy")


def _widened(text: str, first: int, at: int, sentence: Span, reached: int) -> tuple[int, int]:
    """The whole stretch around `at`, inside its sentence, that also stands around `first`."""
    start, end = at, at + ANCHOR
    back, ahead = first, first + ANCHOR
    while start > max(sentence.start, reached) and back > 0 and text[start - 1] == text[back - 1]:
        start, back = start - 1, back - 1
    while end < sentence.end and ahead < start and text[end] == text[ahead]:
        end, ahead = end + 1, ahead + 1
    return start, end


def _is_telling(window: str) -> bool:
    """Mostly words: rows of figures and titles of documents may come twice."""
    letters = sum("\u4e00" <= each <= "\u9fff" for each in window)
    return letters >= len(window) * 3 // 4 and not any(mark in window for mark in "《》")


def _twice(place: Span, other: Span, reason: str, suggestion: str, group: str = "") -> Slip:
    return Slip(place.start, place.end, reason, suggestion, related=(other,), group=group)


def _run_doubled(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    text = draft.text
    told: list[Span] = []
    for place in _doubled(text):
        word = text[place.start : (place.start + place.end) // 2]
        if _is_verb_twice(text, place, word):
            continue
        if word in _FREE or set(word) <= _NUMERAL or word[0] == "一" or len(set(word)) == 1:
            continue
        if not draft.is_table(draft.paragraph_at(place.start)):
            told.append(place)
            yield Slip(place.start, place.end, f"“{word}”连写了两遍。", f"只留一个“{word}”。")
    for place in _joined(text):
        word = text[place.start : (place.start + place.end - 1) // 2]
        if not draft.is_table(draft.paragraph_at(place.start)) and not set(word) <= _NUMERAL:
            yield Slip(
                place.start,
                place.end,
                f"“{text[place.start : place.end]}”前后是同一个词。",
                "核对其中一处应是什么。",
            )
    inside = {at for place in told for at in range(place.start, place.end)}
    for found in _SANDWICH.finditer(text):
        word, middle = found.groups()
        if found.start() in inside:
            continue
        yield Slip(
            *found.span(),
            f"“{found.group()}”里“{word}”前后重复。",
            f"删去一个“{word}”，例如“{word}{middle}”或“{middle}{word}”。",
        )
    for found in _PARTICLES.finditer(text):
        once = next(each for each in found.groups() if each)
        yield Slip(*found.span(), f"“{found.group()}”多写了一遍“{once}”。", f"改为“{once}”。")


def _doubled(text: str) -> Iterator[Span]:
    """Every stretch of Chinese characters that is followed by itself, left to right, none in another.

    The last place of every pair of characters is remembered, so each character is looked at once; a regular
    expression with a back-reference would try every length at every place.
    """
    last: dict[str, int] = {}
    free_from = 0
    for at in range(len(text) - 1):
        pair = text[at : at + 2]
        before = last.get(pair, -1)
        last[pair] = at
        length = at - before
        if before < free_from or not 2 <= length <= LONGEST_DOUBLED:
            continue
        word = text[before:at]
        if text.startswith(word, at) and _HAN_ONLY.fullmatch(word):
            yield Span(before, at + length)
            free_from = at + length


def _is_verb_twice(text: str, place: Span, word: str) -> bool:
    """占道占地 after 社: one verb before each of two nouns, and 道占 no word at all."""
    after = text[place.end : place.end + 1]
    return (
        len(word) == 2 and word[1] in _VERBS and after not in {"", word[0]} and bool(_HAN_ONLY.match(after))
    )


def _joined(text: str) -> Iterator[Span]:
    """A word of three characters or more, 和 or 与, and the same word again."""
    for found in _AND.finditer(text):
        at = found.start()
        for length in range(min(8, at), 2, -1):
            word = text[at - length : at]
            if text.startswith(word, at + 1):
                if _HAN_ONLY.fullmatch(word):
                    yield Span(at - length, at + 1 + length)
                break


def _run_year(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    """One year named twice in a sentence, and sentence after sentence opened by it."""
    for sentence in draft.sentences:
        places = [
            found
            for found in _YEAR.finditer(draft.text, sentence.start, sentence.end)
            if not draft.is_quoted(found.start())
        ]
        first: dict[str, Span] = {}
        for found in places:
            year = found.group(1)
            if year in first and found.group(2):
                yield Slip(
                    *found.span(),
                    f"同一句里两次写“{year}年”。",
                    "后一处删去年份。",
                    related=(first[year],),
                    group=f"twice {year}",
                )
            first.setdefault(year, Span(*found.span()))
    openings: dict[str, list[Span]] = {}
    for found in _SINCE.finditer(draft.text):
        openings.setdefault(found.group(), []).append(Span(*found.span()))
    for words, spans in openings.items():
        close = [two for one, two in pairwise(spans) if two.start - one.end < SINCE_NEAR]
        if close and len(spans) < SINCE_FEWEST:
            yield Slip(
                close[0].start,
                close[0].end,
                f"“{words}”刚刚写过，这里又写了一遍。",
                "开头交代一次时间即可。",
                related=(spans[0],),
                group="since",
            )
        if len(spans) >= max(SINCE_FEWEST, len(draft.text) // SINCE_EACH):
            yield Slip(
                spans[0].start,
                spans[0].end,
                f"“{words}”全文写了{len(spans)}次，像是批量替换年份留下的。",
                "开头交代一次时间即可；逐处核对数字是不是这一段时间的。",
                related=tuple(spans[1:]),
                group="since",
            )


_YEAR = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})年(?![0-9]{1,2}月|[初末底中春夏秋冬第前上下])(?=(以来|累计|共|全年|，)|[一-鿿])"
)
_SINCE = re.compile(r"(?:19|20)[0-9]{2}年以来")
SINCE_FEWEST = 4
SINCE_NEAR = 80  # characters: the next sentence
SINCE_EACH = 800  # one 某年以来 in so many characters is no habit

CHECK = Check(
    "repeat", "段落语句重复", "重复的段落和语句，留在正文前的摘要，成段照抄的文字。", "warning", _run
)
DOUBLED = Check(
    "doubled", "词语叠用", "连写两遍的词，“工作……工作”一类的叠用，多出的虚字。", "warning", _run_doubled
)
YEAR_REPEATED = Check(
    "year_repeated", "年份反复", "同一句两次写同一年份，“某年以来”反复出现。", "note", _run_year
)
