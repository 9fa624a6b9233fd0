"""A small report on the tests' registers."""

from __future__ import annotations

from tests.town import Town, catalog
from youju.actions import drafts, finals
from youju.core.period import Period, parse_period
from youju.core.report import ReportSpec
from youju.specs.reports import report_from_text
from youju.store.queries import reports as stored
from youju.store.queries.reports import FinalRow, ReportRow

Q1 = parse_period("2024Q1")
TEXT = """---
id: small
title: "{unit}{period}小结"
signature: unit
figures:
  handed: {recipe: leaflets.handed_out, wording: many}
  clean: {recipe: "leaflets.handed_out [专项=村庄清洁行动]"}
  customs: {recipe: "leaflets.handed_out [专项=移风易俗]"}
  yoy: leaflets.handed_out 同比
phrases:
  split: {kind: of_which, whole: handed, figures: [clean, customs], full: true}
---
{{ period }}，{{ unit }}发放宣传资料{{ handed }}，{{ yoy }}。

一、发放情况

共发放{{ split }}，均有签收。
"""


def small(text: str = TEXT) -> ReportSpec:
    spec, problems = report_from_text(text, catalog().catalog)
    assert problems == ()
    assert spec is not None
    return spec


def with_leaflets(town: Town) -> dict[str, int]:
    """Three reviewed entries of the first quarter and one of the year before; their keys by what they are."""
    return {
        "clean": town.reviewed(
            "leaflets", "东村", day="2024-03-05", count="1200", campaign="村庄清洁行动"
        ).entry,
        "customs": town.reviewed(
            "leaflets", "南村", day="2024-03-06", count="350", campaign="移风易俗"
        ).entry,
        "before": town.reviewed(
            "leaflets", "东村", day="2023-03-05", count="1000", campaign="移风易俗"
        ).entry,
    }


def begun(town: Town, spec: ReportSpec | None = None, period: Period = Q1) -> ReportRow:
    return drafts.begin(spec or small(), town.unit["甲镇"], period, by=town.who["clerk"])


def signed(town: Town, report: ReportRow) -> FinalRow:
    done = finals.sign(report, version=stored.newest(report).number, by=town.who["leader"])
    return stored.final(report, done.number)
