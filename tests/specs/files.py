"""Catalog folders for tests: a right one to start from, and one mistake at a time put into it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from youju.core.problem import Problem
from youju.core.quantity import UnitTable
from youju.specs.catalog import Loaded, load_catalog
from youju.specs.lexicon import load_units

SHIPPED = Path(__file__).resolve().parents[2] / "catalog"

LEAFLETS = """\
id: leaflets
kind: log
title: 宣传资料发放台账
aliases: [宣传单发放登记]
kept_by: village
purpose: 记发了多少宣传资料
source: 示例镇发〔2024〕1号（虚构）
day: day
fields:
  - {id: day, title: 发放日期, kind: date, required: true, aliases: [日期]}
  - {id: count, title: 发放数量, kind: quantity, unit: 份, required: true, aliases: [数量], minimum: 1}
  - {id: campaign, title: 专项, kind: choice, choices: campaigns, aliases: [活动名称], filter: true}
  - {id: hamlet, title: 自然屯, kind: unit, unit_kinds: [hamlet]}
  - {id: taker, title: 领取人, kind: text, personal: {category: 姓名, purpose: 签收, basis: 示例, retention_months: 12}}
measures:
  - {id: leaflets.handed_out, title: 发放宣传资料, unit: 份, behaviour: flow, definition: 按发放日期计。, dimensions: [专项], expected: {frequency: monthly, of: village}}
  - {id: leaflets.villages, title: 发过资料的村, unit: 个, behaviour: coverage, definition: 期间内发过的村。, coverage: {of: village, all_of: [leaflets.handed_out]}}
observe:
  - {measure: leaflets.handed_out, on: day, value: count, dims: {专项: campaign}}
examples:
  - given: {day: 2024-03-05, count: 200, campaign: 清洁乡村}
    observes: [2024-03-05 leaflets.handed_out 200 份 专项=村庄清洁行动]
"""

PERMITS = """\
id: permits
kind: case
title: 建房申请办理台账
kept_by: town
purpose: 记建房申请办到哪一步
source: 示例（虚构）
day: applied_on
fields:
  - {id: applied_on, title: 申请日期, kind: date, required: true}
  - {id: publicised_on, title: 公示日期, kind: date}
  - {id: settled_on, title: 办结日期, kind: date}
stages:
  - {id: applied, title: 申请, on: applied_on}
  - {id: publicised, title: 公示, on: publicised_on, public_days: 7, due_after: {stage: applied, days: 30, kind: working}}
  - {id: settled, title: 办结, on: settled_on, other_person: true}
measures:
  - {id: permits.settled, title: 办结建房申请, unit: 件, behaviour: flow, definition: 按办结日期计。}
  - {id: permits.open, title: 在办建房申请, unit: 件, behaviour: stock, definition: 当日未办结的件数。}
  - {id: permits.growth, title: 办结同比, unit: '%', behaviour: change, definition: 与上年同期比。, change: {of: permits.settled, against: year_before}}
observe:
  - {measure: permits.settled, on: settled_on, value: 1 件, when: {settled_on: true}}
  - {measure: permits.open, since: applied_on, until: settled_on, value: 1 件}
examples:
  - given: {applied_on: 2024.3.5, settled_on: 2024年4月1日}
    observes: [2024-04-01 permits.settled 1 件, 2024-03-05..2024-04-01 permits.open 1 件]
"""

CAMPAIGNS = """\
id: campaigns
title: 专项行动
source: 示例（虚构）
choices: [{id: 村庄清洁行动, aliases: [清洁乡村], since: 2018-12-29}, 移风易俗]
"""

CAP = """\
id: cap
title: 上限
note: 示例
values:
  - {from: 2023-01-01, value: 5, source: 示例（虚构）, verified: false}
  - {from: 2024-01-01, value: 6, source: 示例（虚构）, verified: true}
"""

BRIEF = """\
---
id: brief
title: '{unit}工作简报'
period: month
signature: unit
figures:
  all: leaflets.handed_out
  clean: {recipe: '发放宣传资料 [专项=清洁乡村]', wording: many}
  other: leaflets.handed_out [专项=移风易俗]
  villages: {recipe: leaflets.villages, noun: 村}
details:
  missing: {figure: villages}
  handed: {register: leaflets, show: '{unit}{day}发放{count}', period: true}
parts:
  - {whole: all, parts: [clean, other]}
---
一、宣传工作
{{ period }}发放{{ all | many }}，其中{{ clean }}，覆盖{{ villages | of_whole }}，{{ missing }}。
{{ handed }}
"""

FILES = {
    "registers/leaflets.yaml": LEAFLETS,
    "registers/permits.yaml": PERMITS,
    "lexicon/choices/campaigns.yaml": CAMPAIGNS,
    "parameters/cap.yaml": CAP,
    "reports/brief.md": BRIEF,
}


@dataclass(frozen=True)
class Folder:
    """A catalog folder that can be written to and loaded."""

    path: Path

    def write(self, name: str, text: str) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> int:
        """Put `new` where `old` stands (once); the line on which that is."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def load(self, local: Path | None = None) -> Loaded:
        return load_catalog(self.path, local, units())


@cache
def units() -> UnitTable:
    return load_units([SHIPPED / "units.yaml"])


def said(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str]]:
    """(file name, line, code) of each."""
    return [(Path(each.where.file).name, each.where.line, each.code) for each in problems]
