"""What the rule that read a figure says, in words for whoever wrote the figure."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "exact": "按原数",
    "fraction": "分数，按原数",
    "range": "两数之间，含两端",
    "range.pair": "相邻两数连用：两数之间，含两端",
    "ratio.list": "比值，逐项相比",
    "ratio.doubled": "翻番，按倍数折算",
    "duration.result": "时长，按原数",
    "coverage.all": "全部：一个不缺",
    "coverage.almost": "几乎全部：九成以上",
    "coverage.most": "大部分：超过半数",
    "coverage.half": "半数，或过半",
    "coverage.many": "多次：两次以上",
    "coverage.some": "多个：两个以上",
    "coverage.none": "一个也没有：为0",
    "coverage.zero": "零：为0",
    **dict.fromkeys(["approx.jin", "approx.nearly"], "近：不超过该数，不少于其九成"),
    **dict.fromkeys(
        ("approx.yue", "approx.zuoyou", "approx.shangxia", "approx.lai", "approx.about"),
        "约、左右：上下不出一成",
    ),
    **dict.fromkeys(("approx.duo", "approx.yu", "approx.ji"), "多、余、几：大于该数，不到下一个整数位"),
    "approx.several": "几十、数百：从一倍到不足十倍",
    **dict.fromkeys(("approx.chao", "approx.yu-over", "approx.tupo", "approx.over"), "超过、突破：大于该数"),
    **dict.fromkeys(("approx.yishang", "approx.shang", "approx.at_least"), "以上：不少于该数"),
    **dict.fromkeys(("approx.yixia", "approx.yinei", "approx.at_most"), "以内：不多于该数"),
    "approx.under": "不到、不足：小于该数",
}


def title_of(rule: str) -> str:
    """The rule in words; its code where it has none. docs/algorithms/claims.md"""
    return TITLES.get(rule, rule)
