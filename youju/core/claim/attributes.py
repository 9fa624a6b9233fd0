"""What a number is about, by its clause: subject, change, rate."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from youju.core.claim.grammar import Grammar
from youju.core.claim.model import Change

_BOUNDARY = re.compile(r"[，。；：！？\n\r,;:!?（）()《》【】|\t]|-{2}")
# 分别为：3件、2件: a colon that only points at the figure
_POINTING = re.compile(r"[：:](?<=[为是达].)\s?\d")
_STOP = re.compile(r"[。！？\n\r!?]")
_LINE_END = re.compile(r"[\n\r]")
_SENTENCE = re.compile(r"[。！？；\n\r;!?]")
_EDGES = " 、的了“”‘’\"'…·>"
_JOINING = re.compile(r"^(?:和|及|与|或|并|以及)+|(?:和|以及|与|或|(?<![惠涉普波遍累])及)$")
_PER = re.compile(r"每(?:人|户|亩|年|月|天|日|周|次|村|个|季度|公斤|斤|吨|平方米|株|头|度|立方米)")
_TIME = re.compile(
    r"(?:由|从|在|到|至|自|比|较|与|是|为)?(?:往年同期|上一?个?(?:五年|年度|季度|月)|上届|预算(?=[压增减降])|(?:19|20)\d{2}年(?:度|底|末|初)?(?:\d{1,2}月份?(?:\d{1,2}日)?)?(?:以来|同期)?|近(?:\d+|[一二三四五六七八九十])年(?:来|同期)?(?:平均值?|均值)?|常年同期|(?:较|比|至)?(?:去年|上年)(?:年?底|末)|(?:较|比)年初|去年同期|上年同期|\d{1,2}月份?(?:\d{1,2}日)?)的?"
)
# 地区生产总值（GDP）: brackets that explain and do not end a clause
_ABBREVIATION = re.compile(
    r"[（(](?:[A-Za-z0-9.]{1,10}|[^（()）\d\n，。；：]{1,8})[)）]"
    r"|[（(][^（()）\d\n；。]{9,30}[)）](?=[为达约近超共]?\s?(?:\d|\Z))"
)
_ONE_CHARACTER = frozenset(
    "牛羊猪马鸡鸭鹅鱼虾蟹蚕蜂驴兔鸽稻麦茶菜果桑藕药烟糖棉油豆薯粮男女田土林竹桃梨枣姜蒜煤电气路桥渠"
)
_NO_NOUN = re.compile(
    r"(?:实现)?连续|(?:全|我|本|各)(?:镇|乡|县|市|区|省|村|街道|社区|国|州|年)|去年|今年|上年|期间|同期|首批|第一批|首期|一个月|一年|[^，]{0,6}(?:期间|时节|之际)|(?:提高|增长|下降|上涨|上浮)?幅度|增幅|降幅|增速|目标数|任务数|目标任务|其中|合计|总计|共计|目前|累计|上述|剩余|其余|余下|最高|最低|同口径|到位|[多少][收蓄产用种办接投花]|该[院县市区乡镇村所局校社站]"
)
_NOUN_TAILS = re.compile(
    r"读者|对象|面积|产量|总|率|额|量|数|费|价|值|人员|人口|资金|单位|企业|户|项目|工程|比重|能力|标准|收入|指数|次|时间|工作|活动|案件|规模|余额|任务|机构|设施|设备|服务|中心|站|室|队|员|者|物|力|强度|水平|成本|支出|贷款|款"
)
_LEAD = re.compile(
    r"(?:给予|予以|一是|二是|三是|四是|五是|其中|同时|目前|现在|截至目前|截至|全年|今年以来|今年|去年|当年|本年|年内|上半年|下半年|累计|共计|总共|合计|共(?!青|产|享|建|同|富)|已经|已|先后|再(?!生|就|贷)|又|还(?!款|贷|田|林)|仅|只|"
    r"全(?:镇|县|市|区|省|乡|村|街道|社区|国|州|旗|盟|系统)(?:上下|共|范围内)?|我(?:镇|县|市|区|省|乡|村|局|院|校|街道|委|办)(?:的|共)?|本(?:镇|县|市|区|乡|村|单位|年度)|全体|各级|各地|各类|"
    r"为|将|把|对(?!口|外|接|象|标|比)|向|在(?!校|册|建|岗|编|园|职|库|逃)|由|从(?!业)|使(?!用)|让(?!利)|给(?!水|排)|与|和(?!谐|美)|及(?!时)|并(?!购|轨|网)|有(?!效|机|色|线)|是|按(?!期|时|比|质|需|规|揭)|以(?!上|下|内|工)|于|较|比(?!例|赛|重|武)|上年同期|上年|去年同期|同期|同比|环比|每|各|也|均|都|全部|分别|主动|积极|大力|努力|顺利|圆满|成功|共同|全面|深入|扎实|认真|持续|不断|切实|依法|及时|统一|集中|广泛|定期|不定期|常态化|进一步|有力|有序|有效|年均|以来|期间|了|着|到(?!位|户|期|村)|至|的)"
)
_TRAIL = re.compile(
    r"(?:下辖|现辖|管辖|辖|调整为|调整到|变为|增至|降至|升至|减至|扩至|增到|降到|增加到|减少到|提高到|首次|首|达到|达成|达|完成|实现|为|共计|累计|合计|总计|共有|共|各|已经|已|约|有|至|到|是|也|又|还|均|都|全部|只|仅|近|超过|同比|环比|按可比价格计算|可比|比上年同期|比上年|较上年同期|较上年|比去年同期|较去年同期|"
    r"比去年|较去年|上年|同期|分别|就|能够|能|可以|可|其中|由|从|占|占比|高于|低于|最少|配备|名义|实际|平均|年均|户均|人均|亩均|村均|每年|每月|每人|每户|每亩|每季度|每周|每天|每次|每人每月|每人每年|每|计|总|并|新|净|在|于|比|较|超|增幅|增速|涨幅|降幅|以|不|了|的|去年|今年|全年|当年|当月|年|高达|多达|稳定|保持|控制|左右|:|-|将|按|拟|需|应|目标任务|年度任务|全年任务|目标|合格|前后|完毕|折合人民币|折合|人民币|按?同口径|：|基本|大致|逆势|稳步|持续|快速|平稳|小幅|大幅|有所)\Z"
)
_LONGEST_TRAIL = 8  # characters
_CHANGE_TRAIL = re.compile(r"(?:率|幅度|速度|额)?(?:了|约|为|达到?|近|超过?|逾|不少于|不低于)?\Z")
# 新增低保9户, 减少贫困人口1250人: the verb of change stands before the noun
_CHANGED = re.compile(
    r"(?<!城镇)(?<!城乡)(?:(?P<up>净?新增加?|净增加?|增加了?)|净减少?|减少了?|压减了?|削减了?)"
    r"(?!到|至|为|的|加?值|量(?!化)|额|长|收(?!入)|产(?![业能])|幅|城镇|就业)[一-鿿A-Za-z“”、（）]{2,14}\Z"
)
_LEVEL_TRAIL = re.compile(r"(?:由|从|到|至|增为|降为|减为|为|达|达到|成为|变为)[约近]?(?:的)?\Z")
_COMPARED = re.compile(
    r"(?:比|较|高于|低于)[^，。；\n]{1,24}(?P<word>[多少](?=[收蓄产用种办接投花])|多|少|高|低|快|慢|增|减)(?:[收蓄产用种办接投花]|了|出|约)?\Z"
)
_ALONE = re.compile(
    r"^(?:其中|已经|已|共|只|仅|累计|又|再|现|当场|限期|均|全部|目前|先后|另|另外|还|全年|今年|其余)+|(?:了|共|达|达到|为|约|近|各|有)+$"
)
_REST = re.compile(r"[，、]?(?:尚|还|另)?(其余|剩余|余下|最高|最低)(?:的|为|达)?")
_OUTCOME = re.compile(r"(?:到位|完毕|完成|结束)\Z")
_RATE = re.compile(
    r"(?:每(?:半年|季度|学期|网格|千人|万人|百户|公斤|平方米|立方米|公里|个[^\W\d每]|[^\W\d每])){1,2}(?=[^每，。；\n]{0,5}\Z)"
)
_EACH = re.compile(r"各[^，。；、\d]{0,3}\Z")


class Attributes:
    """The clauses of one text and what they say about the numbers in them."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        inside = {at for found in _ABBREVIATION.finditer(text) for at in (found.start(), found.end() - 1)}
        inside.update(found.start() for found in _POINTING.finditer(text))
        self.boundaries = [found.start() for found in _BOUNDARY.finditer(text) if found.start() not in inside]
        self.stops = [found.start() for found in _STOP.finditer(text)]
        self.lines = [found.start() for found in _LINE_END.finditer(text)]
        self.sentences = [found.start() for found in _SENTENCE.finditer(text)]

    def clause_start(self, at: int) -> int:
        """Just after the last punctuation before `at`."""
        index = bisect_left(self.boundaries, at)
        return self.boundaries[index - 1] + 1 if index else 0

    def clause_end(self, at: int) -> int:
        """The next punctuation from `at` on."""
        index = bisect_left(self.boundaries, at)
        return self.boundaries[index] if index < len(self.boundaries) else len(self.text)

    def sentence_start(self, at: int) -> int:
        """Just after the last full stop or line end before `at`."""
        index = bisect_right(self.sentences, at - 1)
        return self.sentences[index - 1] + 1 if index else 0

    def stop_start(self, at: int) -> int:
        """Just after the last full stop or line end; a semicolon does not end what a sentence is about."""
        index = bisect_left(self.stops, at)
        return self.stops[index - 1] + 1 if index else 0

    def paragraph_start(self, at: int) -> int:
        """Just after the last line end before `at`."""
        index = bisect_left(self.lines, at)
        return self.lines[index - 1] + 1 if index else 0

    def before(self, start: int, previous_end: int) -> str:
        """The words between the number and what stands before it in its clause."""
        left = max(self.clause_start(start), previous_end)
        return self.text[max(left, start - 48) : start]

    def noun_before(self, words: str) -> str:
        """The noun phrase at the end of `words`: without leading verbs, adverbs and times, without trailing 达, 共, 为."""
        if "”" in words and "“" not in words:
            words = words.rpartition("”")[2] or words
        words = self._without_trail(_bare(words).strip(_EDGES))
        if not words:
            return ""
        noun = self._without_lead(self._after_last_verb(words))
        noun = _JOINING.sub("", noun.strip(_EDGES)).strip(_EDGES)
        grammar = self.grammar
        if len(noun) == 1:
            return noun if noun in _ONE_CHARACTER else ""
        if (
            not noun
            or noun in grammar.up_words
            or noun in grammar.down_words
            or noun.removeprefix("未") in grammar.strong_verbs
            or _NO_NOUN.fullmatch(noun)
        ):
            return ""
        return noun

    def verb_before(self, words: str) -> str:
        """The verb that stands alone before a number (已整改305处, 每周巡逻3次), or ""."""
        found = _ALONE.sub("", _bare(words).strip(_EDGES))
        # 未整改到位: what was not done is said of the same things
        undone = found.removeprefix("尚")
        done = _OUTCOME.sub("", undone[1:]) if undone.startswith("未") else found
        return found if done in self.grammar.verbs else ""

    @staticmethod
    def rest_before(words: str) -> str:
        """剩余 when no more than that is said before a figure: some of what was named, not all of it."""
        found = _REST.fullmatch(words.strip(_EDGES)) if "余" in words or "最" in words else None
        return found[1] if found else ""

    @staticmethod
    def names_what_changed(words: str) -> bool:
        """新增水果面积5790亩: the size of a change, and a level that what follows speaks of."""
        return ("增" in words or "减" in words) and _CHANGED.search(words) is not None

    def phrase_before(self, words: str) -> str:
        """What was done, when no noun stands before the number: 上级扶持解决20万元, 组织处理2人; "" for bare adverbs."""
        phrase = _ALONE.sub("", self._without_trail(_bare(words).strip(_EDGES))).strip(_EDGES)
        return phrase if 3 <= len(phrase) <= 14 and not _NO_NOUN.match(phrase) else ""

    def change(self, words: str) -> Change:
        """Up or down when the number after `words` is the size of a change, "" for a level."""
        words = words.rstrip(" ：:")
        if not words:
            return ""
        # asked before it is searched: most words have neither
        if (
            ("增" in words or "减" in words)
            and (first := _CHANGED.search(words))
            and not _LEVEL_TRAIL.search(words[-10:])
        ):
            return "up" if first["up"] else "down"
        if words[-1] in "+-" and len(words) > 1 and words[-2] in "比长降":
            return "up" if words[-1] == "+" else "down"
        tail = words[-10:]
        if _LEVEL_TRAIL.search(tail) and not re.search(
            r"(?:增幅|增速|涨幅|降幅|(?:增长|提高|上涨|下降|降低|减少|增加|上升|上浮|下浮)幅度)(?:为|达|达到)[约近]?\Z",
            tail,
        ):
            return ""
        if compared := _COMPARED.search(words[-24:]):
            return "up" if compared["word"] in "多高快增" else "down"
        trail = _CHANGE_TRAIL.search(tail)
        stem = tail[: trail.start()] if trail else tail
        for length in (5, 4, 3, 2, 1):
            word = stem[-length:]
            if len(word) < length:
                continue
            if word in self.grammar.down_words and not (length == 1 and stem[-2:-1] in "霜投空再"):
                return "down"
            if word in self.grammar.up_words and not (
                (length == 1 and stem[-2:-1] in "晋推新直毫公")
                or stem[-4:-2] in {"改造", "优化", "巩固", "整治"}
            ):
                return "up"
        return ""

    def _without_trail(self, words: str) -> str:
        for _ in range(8):
            found = _TRAIL.search(words, len(words) - _LONGEST_TRAIL)
            start = found.start() if found else len(words)
            for length in (4, 3, 2):
                word = words[-length:]
                if (
                    len(words) >= length
                    and word[-1] != "率"
                    and (word in self.grammar.up_words or word in self.grammar.down_words)
                ):
                    start = min(start, len(words) - length)
                    break
            if start == len(words):
                return words
            words = words[:start].rstrip(_EDGES)
            if not words:
                return ""
        return words

    def _without_lead(self, words: str) -> str:
        verbs = self.grammar.strong_verbs
        for _ in range(8):
            if len(words) <= 2:
                return words
            if words.startswith("其中") and words[2:] in _ONE_CHARACTER:
                return words[2:]
            found = _LEAD.match(words)
            length = found.end() if found else 0
            if not length:
                length = next((n for n in (4, 3, 2) if words[:n] in verbs and len(words) - n >= 2), 0)
                if length and _NOUN_TAILS.match(words, length):
                    return words
            if not length or len(words) - length < 2:
                return words
            words = words[length:].lstrip(_EDGES)
        return words

    def _after_last_verb(self, words: str) -> str:
        strong = self.grammar.strong_verbs
        for index in range(len(words) - 4, -1, -1):
            for length in (4, 3, 2):
                if words[index : index + length] in strong and len(words) - index - length >= 2:
                    rest = words[index + length :].lstrip(_EDGES)
                    if rest in self.grammar.heads and index >= 2:
                        # 第一产业实现增加值: whose added value
                        owner = self._without_trail(self._without_lead(words[:index]).strip(_EDGES))
                        if "、" in owner:
                            return rest
                        return rest if _NO_NOUN.fullmatch(owner) else owner + rest
                    if len(rest) >= 2 and not _NOUN_TAILS.match(rest):
                        return rest
        return words


def _bare(words: str) -> str:
    """Without times, 每人每月 and explaining brackets. Most words have none, so each search is asked for first."""
    if words.startswith("/"):
        words = words[2:]  # 2500元/年的贫困户
    if "(" in words or "（" in words:
        words = _ABBREVIATION.sub("", words)
    if "每" in words:
        words = _PER.sub("", words)
    if "年" in words or "月" in words or "期" in words:
        words = _TIME.sub("", words)
    return words


def rate_of(words: str) -> str:
    """每人每月 when a figure is said per something."""
    found = _RATE.search(words[-16:]) if "每" in words else None
    return found[0] if found else ""


def is_each(words: str) -> bool:
    """各派2名: the figure holds for each."""
    return "各" in words and _EACH.search(words[-5:]) is not None
