"""What a figure is about when its clause does not say it outright: handed out in order, carried on, or shared."""

from __future__ import annotations

import re

from youju.core.claim.after import After
from youju.core.claim.attributes import Attributes
from youju.core.claim.lists import Levels, Lists, share_of
from youju.core.claim.model import Change, Claim
from youju.core.claim.quantities import Quantity

_OF_A_WORK = frozenset({"项目总投资", "工程总投资", "总投资", "计划总投资", "项目投资", "工程投资"})
_WORK = re.compile(
    r"(?P<work>[一-鿿]{3,16}?(?:工程|项目|公路|大桥|中心|园区?|广场))(?:属|是|为|位于|起于|始于|全长|已|正|于)"
)
_JOINTS = frozenset({"、", "和", "及", "与", "，", "以及", ",", "；", "/"})
_SPENT = frozenset(
    ["资金", "投入", "投资", "经费", "财政资金", "各类资金", "专项资金", "项目资金", "投入资金"]
)
_HIGHER = re.compile(r"(?<!最)([高低快慢多少])(?:出|了|约)?\Z")
_UP_TO_NUMBER = re.compile(r"[^\d]*")
_SHARE = re.compile(r"(?:占|完成|实现|为)[^，。；]{0,14}(?<=[占划算标务数积口额资入程的])\Z")
# 占全村总人口的86%, 完成全年任务的128%: a share of what the clause names, by what stood before
_OF_OTHER = re.compile(
    r"[仅只约已还均也就又再]*占(?!比)|为(?:年度|全年|调整|预算|年初|年)|(?:完成|实现)(?:全年|年度|年|预算|任务|目标|计划)[^，]{0,6}(?:任务|目标|计划|预算)"
)
_RECOVERED = re.compile(
    r"已?(?:恢复|达|相当于|回升)[至到]?[^，。；]{0,14}(?:同期|水平)"
)  # 恢复至2019年同期水平的81%
_HAPPENED = re.compile(r"(?:不同程度|严重|一般)?(?:倒塌|损坏|损毁|受损|受灾|受淹|办结|竣工|开工|投产)\Z")
_KEPT = re.compile(r"(?:无|未|没有|保持|获|荣获|蝉联|实现|只|不)[^，。；\n]{1,14}")
_EACH = re.compile(r"[^，。；]{2,}各[^，。；、\d]{0,3}\Z")
_COMPARISON = re.compile(
    r"[\s，、]*(?:(?:同)?(?:比|较)|与[^，]{2,24}相比|高[于出]|低于|快于|慢于|优于|多于|少于|超过?(?=全[国省市县区]))[^，。；]*\Z"
)
_SHARES = ("占比", "完成率")
_COMPARED = re.compile(r"[^，。；\d]{0,2}[低高多少快慢]")
_WITH = re.compile(r"[\s，、]*[与和同比较]")
_AND_ANOTHER = re.compile(r"(?<!以)[及和与](?=[^及和与、]*\Z)")
_HOUSEHOLDS = re.compile(r"[一-鿿]{1,8}户")
_REGION = re.compile(r"(?:地区|流域|[县市镇乡村省区]|上游|下游)\Z")
_PERSONS = re.compile(r"(?:民|员|者|人|群众|学生|儿童|老人|职工|家庭)\Z")
# 妇女代表占代表总数的21%: whose share
_PART = re.compile(r"占(?![比地用有领道])[^占，率]{1,16}(?<=[数量口积额入资产的])(?<!比重)(?<!比例)\Z")
_PLACE = re.compile(r"[一-鿿][村镇乡县市区社屯]\Z|流域\Z|地区\Z|[境区]内\Z|[一-鿿]至[一-鿿]")
_HEAD = re.compile(r"(?:投资|面积|产值|收入|资金)\Z")
_FUNDS = re.compile(r"(?:经费|资金|补助|补贴|奖金|款|费|低保金|救助金|现金|慰问金|善款|物资|物品)\Z")
_WHOSE = frozenset({"总数", "总量", "数量", "存量", "余数"})
_MEASURED = frozenset({"money", "mass", "measure"})
_COUNTED_KINDS = frozenset({"count", "money", "mass", "measure"})
_CHANGES_BY = frozenset({"percent_point", "ratio", "percent"})
# 占年初预算10065万元的43.2%: what a share is taken of
_BASE = re.compile(r"的\s?[近约超]?\d[\d.]*\s?%")
_BASE_BEFORE = re.compile(r"占|完成|为|是|相当于|达到?")
_OF_BASE = re.compile(r"的\s?[近约超]?\s?\Z")
_NOTHING_SAID = re.compile(r"[xX*×]{2,}")
_EVENT_UNITS = frozenset({"次", "场", "期", "轮", "场次", "班次"})
_WHOLE_PHRASE = re.compile(r"[一-鿿A-Za-z“”、]{2,14}")
_FROM = re.compile(r"[由从自]")


class Subjects:
    """The thread of one text: what its sentence has been about so far, and what that makes of the next figure.

    subject  of the last figure
    change   up or down when the last figure was the size of a change
    levels   subject and unit of the figures of this sentence that are levels
    listed   subjects still to be handed out (A、B、C分别为)
    """

    def __init__(self, plain: str, attributes: Attributes, out: list[Claim]) -> None:
        self.plain = plain
        self.attributes = attributes
        self.after = After(plain, attributes.grammar)
        self.lists = Lists(plain, attributes)
        self.out = out
        self.sentence = -1
        self.subject = ""
        self.change: Change = ""
        self.levels: Levels = []
        self.listed: list[str] = []
        self.bare = False  # 新建3所: a verb is no level
        self.changed = ""  # what the last figure that is the size of a change was about
        self.base = ""  # of 收回53张: what was taken back, without the verb
        self.households = ""  # what the last households of the sentence were that grew or shrank
        self.grew = False  # 新增茶园2000亩: what follows in the list is new as well
        self.whole = ""  # 占比 or 完成率 when the last figure was what a share is taken of

    def begin(self, sentence: int) -> None:
        """A new sentence begins with nothing carried."""
        if sentence != self.sentence:
            self.sentence = sentence
            self.subject = ""
            self.change = ""
            self.levels = []
            self.listed = []
            self.whole = ""
            self.changed = ""
            self.households = ""
            self.grew = False

    def next(self, item: Quantity, words: str) -> None:
        """Set `subject` and `change` for the next quantity, `words` standing before it in its clause."""
        joined = self._is_joined(words, item)
        if not joined:
            self.listed = self.lists.nouns(words, item.start, self.levels)
            if words or item.value.norm_unit != "人" or not self._follows_households():
                before, self.change = self.change, self._change(item, words)  # 新增12户40人: both are new
                if before and self.grew and not self.change and self._goes_on(words):
                    self.change = before
                else:
                    self.grew = self.change != "" and self.attributes.names_what_changed(words)
        whole_before, self.whole = self.whole, ""
        if _BASE.match(self.plain, item.end) and (taken := _BASE_BEFORE.search(words)):
            self.whole = "占比" if "占" in words else "完成率"
            carried = self.subject
            self.subject = self.attributes.noun_before(words[taken.end() :]) or self._level()
            self.base = ""
            self.levels.append((self._level() or carried, item.value.norm_unit))
            return
        if self.listed:
            self.subject = self.listed.pop(0) if len(self.listed) > 1 else self.listed[0]
        elif whole_before and item.kind == "percent" and _OF_BASE.match(words):
            self.subject = share_of(self._level(), whole_before)
        else:
            self.subject = self._subject(item, words, joined=joined) or self._said_of_it(item, words)
        bare, self.bare = self.bare or self._is_compared_with(item, words), False
        if not bare and (not self.change or self.grew or self.attributes.names_what_changed(words)):
            self.levels.append((self.base or self.subject, item.value.norm_unit))
        self.changed = self.subject if self.change else ""
        if self.change and item.value.norm_unit == "户":
            self.households = self.subject
        self.base = ""

    def _is_compared_with(self, item: Quantity, words: str) -> bool:
        """比年目标任务4%低0.6个百分点: the 4% is no level of what the sentence is about."""
        if self.plain.startswith("相比", item.end):
            return _WITH.match(words) is not None
        return _COMPARISON.match(words) is not None and _COMPARED.match(self.plain, item.end) is not None

    def previous_clause(self, start: int) -> str:
        """增长9%, alone in its clause, is about what the clause before it names."""
        end = self.attributes.clause_start(start) - 1
        for _ in range(2):
            if end <= 0:
                return ""
            begin = max(self.attributes.clause_start(end), end - 48)
            upto = _UP_TO_NUMBER.match(self.plain, begin, end)
            if upto and (noun := self.attributes.noun_before(upto[0])):
                return noun
            end = begin - 1
        return ""

    def _goes_on(self, words: str) -> bool:
        """、果园30亩: the next thing of a list, with no verb of its own."""
        named = words.lstrip("、和及 ")
        return (
            words[:1] in "、和及" and len(named) > 1 and named[:2] not in self.attributes.grammar.strong_verbs
        )

    def _is_joined(self, words: str, item: Quantity) -> bool:
        """1件、2件 and 增长12%，13%: the figure goes on in the manner of the one before."""
        if not self.out or not self.out[-1].is_claim:
            return False
        joint = words.strip()
        if joint in _JOINTS:
            return True
        last = self.out[-1]
        return (
            not joint
            and bool(self.change or self.listed)
            and last.value is not None
            and last.value.norm_unit == item.value.norm_unit
            and self.plain[last.end : item.start].strip() in _JOINTS
        )

    def _change(self, item: Quantity, words: str) -> Change:
        if item.kind in _CHANGES_BY and (found := _HIGHER.search(words[-4:])):
            return "up" if found[1] in "高快多" else "down"
        return "" if item.value.unit == "‰" else self.attributes.change(words)

    def _said_of_it(self, item: Quantity, words: str) -> str:
        """99.2%已经办复, 户均年增收3200元: what is said of a figure that no noun stands beside."""
        end = self.attributes.clause_end(item.end)
        return self.plain[item.end : min(end, item.end + 12)].strip(" 的、") or words[-12:].strip(" 的、")

    def _subject(self, item: Quantity, words: str, *, joined: bool) -> str:
        """The noun after the unit or before the number, else what the sentence has been about."""
        # 购买车辆和15万购买垃圾桶: what stands before 和 belongs to the figure before it
        behind = words.rstrip().endswith(("和", "及", "与", "并")) and bool(self.out)
        behind = behind or (self.change != "" and bool(self.levels) and _COMPARISON.match(words) is not None)
        behind = behind or self._is_taken(words)
        if words.startswith("的") and (joint := _AND_ANOTHER.search(words)):
            words = words[joint.end() :]  # 1.5亿元的污水厂及投资8000万元的中转站
        noun = "" if behind else self.attributes.noun_before(words)
        named = self._named_after(item, words, noun)
        if named:
            return named
        if noun in _OF_A_WORK and (work := self._work_before(item.start)):
            return work + noun.removeprefix("项目").removeprefix("工程")
        if noun in _WHOSE and not self.change:
            return (self._level() or self.changed) + noun
        if noun:
            return self._share(noun, words, item) if item.kind == "percent" else noun
        return self._carried(item, words, joined=joined)

    def _work_before(self, start: int) -> str:
        """东山供水工程是省重点工程，项目总投资: the work that the clause before names first."""
        end = self.attributes.clause_start(start) - 1
        if end <= 0:
            return ""
        found = _WORK.match(self.plain, self.attributes.clause_start(end), end)
        return found["work"] if found else ""

    def _is_taken(self, words: str) -> bool:
        """27个村民小组504户: the noun between names the figure before it."""
        if not self.out or len(words) < 2 or words.strip(" 、和及共有") != self.out[-1].subject:
            return False
        last = self.out[-1].end
        return self.plain[last : last + len(words)] == words

    def _named_after(self, item: Quantity, words: str, noun: str) -> str:
        """What follows the unit: 3名党员, 93人死亡, 15万购买垃圾桶; 5镇 names itself, and so do 218户545人."""
        persons = item.value.norm_unit in {"人", "人次"}
        if item.value.norm_unit in _EVENT_UNITS and (occasion := self.after.occasion(item.end)):
            return occasion
        after = self.after.noun(item.end, item.kind, persons=persons, across=not noun)
        if after:
            return self._of_both(item, words, noun, after)
        if item.kind == "money" and (not noun or noun in _SPENT):
            return self.after.spent_on(item.end)
        return self._counted_after(item, words, noun) if item.kind == "count" else ""

    def _of_both(self, item: Quantity, words: str, noun: str, after: str) -> str:
        """What of a noun before and one after the figure names it; "" for the one before."""
        if noun and _EACH.search(words):
            return noun + after  # 派出所、学校各派2名骨干: whose
        if item.kind in _MEASURED and noun and self.plain.startswith("的", item.end):
            # 每人1000元的补助, 总投资21亿元的项目
            heads = self.attributes.grammar.heads
            return after + noun if noun in heads or _HEAD.search(noun) else after
        if item.kind == "money" and _FUNDS.search(after):
            return after
        return after if item.kind == "count" or not noun or _PLACE.search(noun) else ""

    def _counted_after(self, item: Quantity, words: str, noun: str) -> str:
        """What was done, or is itself the unit, when no noun follows the unit of a count."""
        unit = item.value.norm_unit
        if unit in _EVENT_UNITS and not noun and (event := self.after.event(item.end)):
            return event
        if (not noun or (unit == "人" and _REGION.search(noun))) and (state := self.after.state(item.end)):
            same = self._of_the_same(item)
            return same + state.removeprefix("不同程度") if same else state
        if self._is_noun(item) and (not noun or words.endswith("等") or _PLACE.search(noun)):
            return item.value.unit  # 北片区2组, 甲县、乙县等2县
        if unit == "人" and not words.strip() and self._follows_households():
            return self.after.given(item.end) or self._people_of(self.subject)
        return ""

    def _of_the_same(self, item: Quantity) -> str:
        """3间房屋倒塌，5间受损: the houses, when the figure before counted them in the same unit."""
        if (
            item.value.norm_unit in {"人", "户"}
            or not self.levels
            or self.levels[-1][1] != item.value.norm_unit
        ):
            return ""
        return _HAPPENED.sub("", self._level()) if _HAPPENED.search(self._level()) else ""

    @staticmethod
    def _people_of(households: str) -> str:
        """218户545人: the people of those households; 转移灾民33户103人 are the same people twice."""
        if len(households) < 2:
            return "人口"
        return households if _PERSONS.search(households) else households + "人口"

    def _share(self, noun: str, words: str, item: Quantity) -> str:
        """占全村总人口的86% is a share of what stood before, 满意率98% is what it says."""
        if _RECOVERED.match(words.strip()) and (level := self._level()):
            return level
        of_other = _OF_OTHER.match(words.strip())
        if of_other is None:
            part = _PART.search(words.rstrip())
            owner = self.attributes.noun_before(words[: part.start()]) if part else ""
            return share_of(owner, "占比") if owner else noun + self._done_by_share(item)
        return share_of(self._level() or self.subject or noun, "占比" if "占" in of_other[0] else "完成率")

    def _carried(self, item: Quantity, words: str, *, joined: bool) -> str:
        """The subject of a figure without a noun of its own: the verb's, the level's before it, the last clause's."""
        level = self._level()
        if rest := self.attributes.rest_before(words):
            return rest + (self._level_of(item) or self.subject)
        if found := self._carried_by_unit(item, words, level, joined=joined):
            return found
        if self.change:
            # 达XX元，增长9%: the figure left open in the clause before is the level
            if self._left_open(item.start) and (noun := self.previous_clause(item.start)):
                return noun
            return self.changed or self._level_of(item) or self.previous_clause(item.start) or self.subject
        if item.kind in _COUNTED_KINDS and (done := self._done(item, words, joined=joined)):
            return done
        if joined and self.subject:
            return self.subject
        if item.kind == "count" and self.levels and self.levels[-1][1] == "%":
            level = self._level_of(item)  # 合格率97%，不合格18件: not the rate is counted
        return level or self.subject or self.previous_clause(item.start)

    def _carried_by_unit(self, item: Quantity, words: str, level: str, *, joined: bool) -> str:
        """What the unit itself says: households and people, how long, what share."""
        unit = item.value.norm_unit
        if unit in {"户", "人"} and (given := self.after.given(item.end)):
            return given
        if unit == "户" and self.households and self.attributes.verb_before(words):
            return self.households  # 新增12户40人，退出5户16人
        if unit in {"户", "人"} and self._stands_alone(words, unit, joined=joined):
            return unit
        if unit == "户" and (named := _HOUSEHOLDS.match(level or self.subject)):
            return named[0]
        if item.kind == "duration" and words.endswith("连续"):
            return self._kept_up(item) or level
        if item.kind != "percent":
            return ""
        if share := _SHARE.search(words):
            return share_of(level or self.subject, "占比" if share[0][0] == "占" else "完成率")
        done = self._done_by_share(item) if level else ""
        return level + done if done else ""

    def _done(self, item: Quantity, words: str, *, joined: bool) -> str:
        """已整改305处, 上级扶持解决20万元: what was done, with what it was done to when the units agree."""
        if verb := self.attributes.verb_before(words):
            unit = item.value.norm_unit
            self.base = next((subject for subject, other in reversed(self.levels) if other == unit), "")
            self.bare = not self.base
            return verb + self.base
        return "" if joined and self.subject else self.attributes.phrase_before(words)

    def _left_open(self, start: int) -> bool:
        end = self.attributes.clause_start(start) - 1
        return end > 0 and _NOTHING_SAID.search(self.plain, max(0, end - 12), end) is not None

    def level_said(self) -> str:
        """What the sentence was about when a clause says no more than 全部通过验收."""
        of_things = (subject for subject, unit in reversed(self.levels) if unit != "%")
        return next(of_things, "") or self.subject

    def _level(self) -> str:
        """What the last figure of the sentence that is no change was about."""
        return self.levels[-1][0] if self.levels else ""

    def _level_of(self, item: Quantity) -> str:
        """比去年增加563户 speaks of the households before it, not of the money between."""
        if item.kind in _COUNTED_KINDS:
            unit = item.value.norm_unit
            same = next((subject for subject, other in reversed(self.levels) if other == unit), "")
            return same or self._level()
        if item.kind == "percent":  # 占预算的41%，同比下降5%: not the share fell
            levels = reversed(self.levels)
            return next((each for each, _ in levels if not each.endswith(_SHARES)), "") or self._level()
        return self._level()

    def _kept_up(self, item: Quantity) -> str:
        """连续10年无事故: what was kept up that long."""
        found = _KEPT.match(self.plain, item.end)
        return found[0] if found else ""

    def _is_noun(self, item: Quantity) -> bool:
        """5镇、1乡 name what they count."""
        found = self.attributes.grammar.units.get(item.value.unit)
        return found is not None and found.noun and found.norm != "人"

    def _follows_households(self) -> bool:
        """218户545人: the people of those households."""
        return bool(self.out) and self.out[-1].value is not None and self.out[-1].value.norm_unit == "户"

    def _stands_alone(self, words: str, unit: str, *, joined: bool) -> bool:
        """20余户 after 19个屯, and 全村共272户, name what they count."""
        if not self.subject or (
            unit == "户" and "户" not in self.subject and self.subject not in self.attributes.grammar.nounish
        ):
            return True
        last = self.out[-1].value if self.out else None
        return joined and words.strip() == "、" and last is not None and last.norm_unit != unit

    def _done_by_share(self, item: Quantity) -> str:
        """三分之二以上完成改厕: what the share did belongs to what it is a share of."""
        end = self.attributes.clause_end(item.end)
        after = self.plain[item.end : min(end, item.end + 16)].lstrip(" ")
        done = item.rule.startswith(("fraction", "approx")) and self._did_something(after[:2])
        return after if done else ""

    def _did_something(self, verb: str) -> bool:
        grammar = self.attributes.grammar
        return verb in grammar.verbs and verb not in grammar.up_words and verb not in grammar.down_words
