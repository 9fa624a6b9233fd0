"""Any ledger, any recipes, any wordings: what a report says is true of its moment, stays provable, and changes are told.

The histories and the slow reckoning that judges the figures are those of tests/store/test_histories.py; the wordings
are judged by reading them, not by how they were made.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from django.db import connection
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conftest import LedgerFactory
from tests.reports.small import small
from tests.store import test_histories as histories
from tests.store.test_histories import Step, Told, act, forgotten, reckon, steps
from tests.town import START, build_town
from youju.actions import clock, drafts, finals
from youju.core.period import parse_period
from youju.core.phrase import PhraseUntrue
from youju.core.recipe import NOW, parse_recipe, root_of
from youju.core.wording import STYLES
from youju.core.zh.reading import read
from youju.store.queries import figures, scope
from youju.store.queries import reports as stored
from youju.store.queries.reports import FinalRow

REPORTS = {"sqlite": 60, "postgresql": 12}
PERIOD = parse_period("2024-01-01..2024-04-30")
REORGANISATIONS = ("move", "merge", "dissolve")
PARTS = re.compile(
    r"(?P<whole>\d+)个村?(?:(?P<all>全部)|中(?P<some>\d+)个|(?P<almost>几乎都)|(?P<most>大部分))"
)

recipes = st.tuples(
    st.sampled_from(histories.MEASURES),
    st.sampled_from(["", " @东村", " @甲镇"]),
    st.sampled_from(["", " 2024-02-01..2024-04-30", " 2024-04-30"]),
    st.sampled_from(["", "", " 按现区划", " 按2024-02-20区划"]),
).map(lambda parts: _recipe(*parts))
uses = st.lists(st.tuples(recipes, st.sampled_from(STYLES)), min_size=1, max_size=6)


def _recipe(measure: str, unit: str, period: str, division: str) -> str:
    name, bracket, dims = measure.partition(" [")
    return f"{name}{unit}{period}{bracket}{dims}{division}"


def test_everything_that_any_report_says_is_true(new_ledger: LedgerFactory) -> None:
    with new_ledger() as ledger, clock.at(START):
        town = build_town()

        @seed(5)
        @settings(
            max_examples=REPORTS[ledger.engine],
            derandomize=False,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(uses, st.lists(steps, min_size=2, max_size=9), st.lists(steps, max_size=5))
        def tell(wanted: list[tuple[str, str]], before: list[Step], after: list[Step]) -> None:
            with forgotten():
                told = Told(town)
                live(told, before)
                with clock.at(told.now):
                    row = sign(told, wanted)
                    then = reckoned(told, row)
                    judge(row, then)
                moved = live(told, after)
                with clock.at(told.now):
                    assert finals.verify(row) == []
                    assert finals.recomposed(row).text == row.body
                    compare(told, row, then, reorganised=moved)

        tell()
        assert connection.vendor == ledger.engine


def live(told: Told, history: list[Step]) -> bool:
    """Do the steps; whether the organisation changed."""
    moved = False
    for step in history:
        told.now += timedelta(hours=7)
        with clock.at(told.now):
            moved |= act(told, step) and step[0] in REORGANISATIONS
    return moved


def sign(told: Told, asked: list[tuple[str, str]]) -> FinalRow:
    tree = figures.world_at(NOW, clock.today()).tree
    there = [(text, parse_recipe(text, unit="甲镇", period=PERIOD)) for text, _ in asked]
    wanted = [
        (text, style)
        for (text, recipe), (_, style) in zip(there, asked, strict=True)
        if tree.exists(told.town.unit[recipe.unit], recipe.asked(clock.today()).day)
    ] or [("books.stock", "many")]
    heads = "".join(
        f'  f{number}: {{recipe: "{recipe}", wording: {style}, noun: 村}}\n'
        for number, (recipe, style) in enumerate(wanted)
    )
    prose = "；".join(f"{{{{ f{number} }}}}" for number in range(len(wanted)))
    split = (
        "  whole: leaflets.handed_out\n  clean: leaflets.handed_out [专项=村庄清洁行动]\n"
        "  customs: leaflets.handed_out [专项=移风易俗]\n  yoy: leaflets.handed_out 环比\n"
    )
    phrases = (
        "phrases:\n  split: {kind: of_which, whole: whole, figures: [clean, customs]}\n"
        "  both: {kind: each, figures: [clean, customs]}\n"
    )
    rich = f"---\nid: any\ntitle: 任意\nfigures:\n{heads}{split}{phrases}---\n{prose}。共{{{{ split }}}}；{{{{ both }}}}；{{{{ yoy }}}}。\n"
    poor = f"---\nid: any\ntitle: 任意\nfigures:\n{heads}---\n{prose}。\n"
    for text in (rich, poor):  # phrases of something unreported are refused
        report = drafts.begin(small(text), told.town.unit["甲镇"], PERIOD, by=told.town.who["clerk"])
        try:
            return stored.final(report, finals.sign(report, version=1, by=told.town.who["leader"]).number)
        except PhraseUntrue:
            continue
    raise AssertionError("not signed")


def reckoned(told: Told, row: FinalRow) -> dict[str, int | None]:
    """What each figure of the report should be, by the slow reckoning of now."""
    world = figures.world_at(NOW, clock.today())
    counted = histories._counted()
    found = {}
    for each in stored.frozen(row):
        recipe = parse_recipe(each.recipe)
        if not recipe.against:
            root, period = root_of(recipe, world.tree), recipe.period
            dims, by = dict(recipe.dims), recipe.division
            assert by != "last_day"
            found[each.key] = reckon(
                counted, recipe.measure, dims, root, period.first, period.last, world.tree, by or None
            )
    return found


def judge(row: FinalRow, then: dict[str, int | None]) -> None:
    for each in stored.frozen(row):
        if each.key not in then:
            assert re.fullmatch(r"环比(增长|下降)[\d.]+%|环比持平|（环比无法比较）", each.wording)
            continue
        value = then[each.key]
        assert each.value == ("" if value is None else str(value))
        if value is None:
            assert each.wording == "（未报）"
        elif part := PARTS.fullmatch(each.wording):
            whole = int(part["whole"])
            assert f"{whole}个" == each.whole
            assert not part["all"] or value == whole
            assert not part["some"] or value == int(part["some"])
            assert not part["almost"] or whole * 9 <= value * 10 < whole * 10
            assert not part["most"] or whole < value * 2 < whole * 2
        else:
            assert Decimal(value) in read(each.wording), (value, each.wording)
        assert each.wording in row.body


def compare(told: Told, row: FinalRow, then: dict[str, int | None], *, reorganised: bool) -> None:
    """What changed is listed, what did not change in value is not said to have, and records are named."""
    viewer = scope.viewer_of(told.town.who["clerk"])
    if reorganised:  # a unit of the report may be gone: then it can no longer be asked for
        return
    now = reckoned(told, row)
    changes = {each.key: each for each in finals.changed_since(row, viewer)}
    for key, value in now.items():
        if value != then[key]:
            assert key in changes
        if key in changes:
            before, after = changes[key].then.value, changes[key].now.value
            assert (before != after) == (value != then[key])
            assert changes[key].records
            assert all(record.seq > row.seq or record.what == "退出" for record in changes[key].records)
