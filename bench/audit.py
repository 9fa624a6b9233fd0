"""How long the audit of a draft takes: 3,000 characters without a ledger, extraction included; goal ≤ 30 ms.

    .venv/bin/python bench/audit.py [FILE]

FILE: a text to audit instead of the built-in one. Prints the median and the slowest of many runs, what extraction
takes of it, the slowest checks, and the same for ten times the text (the time should be ten times as long).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from youju.core.audit import Context, active_checks, audit  # noqa: E402
from youju.core.audit.draft import Draft  # noqa: E402
from youju.core.audit.reporting import read_period  # noqa: E402
from youju.core.claim.extract import extract  # noqa: E402
from youju.core.claim.model import Claim  # noqa: E402
from youju.specs.lexicon import load_lexicon  # noqa: E402
from youju.specs.terms import read_audit_words  # noqa: E402

LENGTH = 3_000
RUNS = 60
TITLE = "禾澄镇2024年一季度工作总结\n"
SECTION = """{label}、推进村庄清洁，改善人居环境
　　一是压实责任。全镇{towns}个行政村、98个自然屯划分{a}个责任区，召开推进会{b}次，签订任务清单{c}份，做到定人、定岗、定时。
　　二是集中整治。清理积存垃圾{d}吨，疏通沟渠{e}.5公里，拆除乱搭乱建{f}处，其中沿路{g}处、村内{h}处；投入资金{i}.6万元，较上年同期增长12.5%，群众满意率由86%提高到93%，提高7个百分点。
　　三是建好机制。镇村两级按月检查、按季评比，发放明白纸{j}余份，评出先进屯{k}个，存在的问题已列入下一步整改清单，落实责任单位和时限。
"""
SIGNED = "禾澄镇人民政府\n2024年4月2日\n"
LABELS = "一二三四五六七八九十"


def main() -> int:
    """Print the figures."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8-sig") if len(sys.argv) > 1 else built_in(LENGTH)
    words, _ = read_audit_words([ROOT / "catalog"], date(2024, 4, 26))
    lexicon = load_lexicon([ROOT / "catalog"])
    context = Context(words=words, today=date(2024, 4, 26))
    for times in (1, 10):
        draft = text * times
        runs = RUNS // times
        reading = measure(partial(extract, draft, lexicon), runs)
        claims = extract(draft, lexicon)
        checking = measure(partial(audit, draft, claims, context), runs)
        print(f"{len(draft):>7} 字  数字表述 {len(claims)} 处  发现 {len(audit(draft, claims, context))} 处")
        print(
            f"        提取 {show(reading)}  检查 {show(checking)}  合计中位数 {total(reading, checking):.1f} ms"
        )
    by_check(text, context, extract(text, lexicon))
    return 0


def built_in(length: int) -> str:
    """A report of about `length` characters in sections that differ in their figures."""
    text = TITLE
    section = 0
    while len(text) + len(SECTION) < length:
        figures = {name: 11 * (at + 2) + section * 7 for at, name in enumerate("abcdefghijk")}
        figures["f"] = figures["g"] + figures["h"]
        figures["j"] = (section + 2) * 1000
        text += SECTION.format(label=LABELS[section % 10], towns=17, **figures)
        section += 1
    return text + SIGNED


def measure(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of processor time of each run, after one that warms up: what else the machine does is no matter."""
    work()
    found = []
    for _ in range(max(3, runs)):
        begun = time.process_time()
        work()
        found.append((time.process_time() - begun) * 1000)
    return found


def by_check(text: str, context: Context, claims: Sequence[Claim]) -> None:
    """The five slowest checks of one audit."""
    draft = Draft(text, claims)
    known = replace(context, reported=read_period(draft))
    times = {}
    for check in active_checks(()):
        begun = time.process_time()
        list(check.run(draft, known))
        times[check.id] = (time.process_time() - begun) * 1000
    slowest = sorted(times.items(), key=lambda each: -each[1])[:5]
    print("最慢的检查：" + "，".join(f"{name} {spent:.2f} ms" for name, spent in slowest))


def show(runs: list[float]) -> str:
    """Median and slowest."""
    return f"中位数 {statistics.median(runs):.1f} ms（最慢 {max(runs):.1f}）"


def total(*parts: list[float]) -> float:
    """The medians added up."""
    return sum(statistics.median(part) for part in parts)


if __name__ == "__main__":
    sys.exit(main())
