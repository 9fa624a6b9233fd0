"""What is wrong in the demo's draft, on purpose: every slip, and which check has to find it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DRAFT = Path(__file__).resolve().parent / "draft" / "work-report.txt"
AGAINST_LEDGER = frozenset({"differs", "unclear"})


@dataclass(frozen=True, slots=True)
class Slip:
    """One planted slip.

    snippet  words of the draft, found once; the place of the slip
    kind     what was done to the truth
    found    a verdict (differs, unclear) or the code of a check that needs no ledger
    """

    snippet: str
    kind: str
    found: str


SLIPS: tuple[Slip, ...] = (
    Slip("3145册", "a digit lost", "differs"),
    Slip("永久性标语73条", "what stands told as what was added", "differs"),
    Slip("形象广告牌3个", "number", "differs"),
    Slip("新立宣传牌8个", "parts do not add up", "audit.sums"),
    Slip("印制宣传资料20350份", "handed out told as printed", "differs"),
    Slip("发放宣传资料21350份", "number", "differs"),
    Slip("20000多份", "the whole period told as one quarter", "differs"),
    Slip("6735份", "the town's month told as a village's", "differs"),
    Slip(";石塘村", "half-width mark", "audit.half_width"),
    Slip("300份", "a village the town does not have", "unclear"),
    Slip("反诈宣传资料2000份", "a campaign the register does not know", "unclear"),
    Slip("近50人", "an approximation that does not hold", "differs"),
    Slip("同比增长10.8%", "a growth that does not follow", "differs"),
    Slip("调结矛盾纠纷41件", "accepted told as settled", "differs"),
    Slip("水田排水纠纷2件", "number of one kind", "differs"),
    Slip("约300余人", "two approximations on one number", "audit.two_approximations"),
    Slip("公路沿线98个自然屯", "all hamlets for those on the road", "differs"),
    Slip("XX村", "placeholder", "audit.placeholder"),
    Slip("悬挂横幅264条", "all campaigns for one", "differs"),
    Slip("107版", "another unit than the register's", "unclear"),
    Slip("4.474万元", "digits changed round", "differs"),
    Slip("垃圾桶120个", "a nought lost", "differs"),
    Slip("投入15万购买", "unit missing", "audit.missing_unit"),
    Slip("15万购买其他工具", "money of something else", "differs"),
    Slip("1264.98吨", "weighed and estimated told as weighed", "differs"),
    Slip("2024多棵", "the year as a quantity", "audit.year_number"),
    Slip("根本好转", "an effect without a figure", "audit.unsupported"),
    Slip("推进推进", "said twice", "audit.doubled"),
    Slip("全部建有健身广场", "16 of 17 told as all", "differs"),
    Slip("卫生计生", "an old name", "audit.term"),
    Slip("几乎都", "12 of 17 told as almost all", "differs"),
    Slip("30余户", "number of a list of names", "differs"),
    Slip("全年多次", "full-year wording in April", "audit.year_wording"),
    Slip("镇直站所10个、学校8个", "parts exceed the whole", "audit.sums"),
)
