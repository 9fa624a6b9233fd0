"""Sentences of our own writer about a ledger of chance, and what they become when something in them is changed.

A `Form` is a sentence with holes; its figure is asked, worded by the writer's own wordings, and put in. What the
changed sentence says is known by construction, so the test can ask the ledger whether it is still true.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from demo import town
from demo.events import catalog
from tests.reconcile_world import REPORTED, TODAY, Ledger
from youju.core.figure import Figure
from youju.core.period import Period
from youju.core.quantity import Quantity
from youju.core.recipe import Recipe
from youju.core.wording import true_wordings
from youju.core.zh.wordings import ON_REQUEST, Wording, wordings

VILLAGES = tuple(town.VILLAGES)


@dataclass(frozen=True)
class Form:
    """One way to say one figure.

    text    {when} {where} {kind} {n} are the holes
    kinds   words for values of a dimension, the dimension's name first; "" says nothing of it
    verb    (word in the text, word of another action, the measure that then is meant)
    """

    text: str
    measure: str
    dims: tuple[tuple[str, str], ...] = ()
    dimension: str = ""
    kinds: tuple[tuple[str, str], ...] = ()
    verbs: tuple[tuple[str, str, str], ...] = ()
    village: bool = True


THEMES = (
    ("村庄清洁行动", "村庄清洁行动"),
    ("移风易俗", "移风易俗"),
    ("普法宣传", "普法宣传"),
    ("平安建设", "平安建设"),
)
LEAFLETS = "publicity.leaflets."
FORMS: tuple[Form, ...] = (
    Form("{when}{where}发放{kind}宣传资料{n}。", LEAFLETS + "handed_out", (), "专项", THEMES, (("发放", "印制", LEAFLETS + "printed"), ("发放", "报损", LEAFLETS + "spoiled"))),
    Form("{when}{where}围绕{kind}，累计派发宣传资料{n}。", LEAFLETS + "handed_out", (), "专项", THEMES[:1], (("派发", "印制", LEAFLETS + "printed"),)),
    Form("{when}{where}印制宣传资料{n}。", LEAFLETS + "printed", verbs=(("印制", "发放", LEAFLETS + "handed_out"), ("印制", "报损", LEAFLETS + "spoiled"))),
    Form("{when}{where}结存宣传资料{n}。", LEAFLETS + "left", verbs=(("结存", "印制", LEAFLETS + "printed"),)),
    Form("{when}{where}报损宣传资料{n}。", LEAFLETS + "spoiled", verbs=(("报损", "发放", LEAFLETS + "handed_out"),)),
    Form("{when}{where}新增永久性标语{n}。", "publicity.slogans.added", (("类型", "永久性标语"),), verbs=(("新增", "现有", "publicity.slogans.standing"),)),
    Form("{when}{where}新增固定宣传标语{n}。", "publicity.slogans.added", (("类型", "固定宣传标语"),), verbs=(("新增", "在用", "publicity.slogans.standing"),)),
    Form("{when}{where}在用宣传标语{n}。", "publicity.slogans.standing", verbs=(("在用", "新增", "publicity.slogans.added"),)),
    Form("{when}{where}悬挂{kind}横幅{n}。", "publicity.banners.hung", (), "专项", THEMES),
    Form("{when}{where}板报宣传栏出刊{n}。", "publicity.board_issues"),
    Form("{when}{where}新立形象广告牌{n}。", "publicity.boards.added", (("类型", "形象广告牌"),), verbs=(("新立", "在用", "publicity.boards.standing"),)),
    Form("{when}{where}新立宣传牌{n}。", "publicity.boards.added", verbs=(("新立", "在用", "publicity.boards.standing"),)),
    Form("{when}{where}补充新书{n}。", "books.added"),
    Form("{when}{where}召开专题学习会{n}。", "meetings.held", (("类型", "专题学习会"),)),
    Form("{when}{where}召开干部学习大会{n}。", "meetings.held", (("类型", "干部学习大会"),)),
    Form("{when}{where}受理矛盾纠纷{n}。", "disputes.accepted", verbs=(("受理", "调结", "disputes.settled"),)),
    Form("{when}{where}调结矛盾纠纷{n}。", "disputes.settled", verbs=(("调结", "受理", "disputes.accepted"),)),
    Form("{when}{where}化解邻里纠纷{n}。", "disputes.settled", (("类型", "邻里"),), verbs=(("化解", "受理", "disputes.accepted"),)),
    Form("{when}{where}举办大型法治宣传活动{n}。", "legal.events", (("规模", "大型"),)),
    Form("{when}{where}清运生活垃圾{n}。", "waste.removed", verbs=(("清运", "过磅清运", "waste.removed [计量依据=过磅]"),)),
    Form("{when}{where}过磅清运生活垃圾{n}。", "waste.removed", (("计量依据", "过磅"),), verbs=(("过磅清运", "清运", "waste.removed []"),)),
    Form("{when}{where}购置环卫车辆{n}。", "sanitation.vehicles", village=False),
    Form("{when}{where}购置垃圾桶{n}。", "sanitation.bins", village=False),
    Form("{when}{where}投入{n}购买环卫车辆。", "sanitation.spent", (("品类", "环卫车辆"),), village=False),
    Form("{when}{where}投入{n}购买垃圾桶。", "sanitation.spent", (("品类", "垃圾桶"),), village=False),
    Form("{when}{where}推荐文明户{n}。", "nominations.households"),
    Form("{when}{where}获得集体荣誉{n}。", "honours.received"),
    Form("{when}{where}开展共建活动{n}。", "partners.activities", village=False),
    Form("{when}{where}现有农家书屋{n}。", "reading_rooms.standing"),
    Form("{when}{where}农家书屋藏书{n}。", "books.stock"),
)  # fmt: skip
COVERS: tuple[tuple[str, str], ...] = (
    ("{where}{n}签订目标责任书。", "villages.with_letter"),
    ("{where}{n}建有健身广场。", "villages.with_square"),
    ("{where}{n}建立治安巡逻队。", "villages.with_patrol"),
    ("{where}{n}设立社会主义核心价值观教育室。", "schools.with_value_room"),
    ("{where}{n}议定屯规民约并上墙公布。", "hamlets.with_rules"),
    ("{where}{n}落实保洁员和保洁费。", "hamlets.kept_clean"),
    ("公路沿线{n}建立长效保洁机制。", "roadside.with_mechanism"),
)
NOUNS = {"village": "村", "school": "学校", "hamlet": "自然屯"}
WHENS: tuple[tuple[str, Period], ...] = (
    ("", REPORTED),
    ("今年以来，", REPORTED),
    ("2024年以来，", REPORTED),
    ("截至4月26日，", REPORTED),
    ("2024年1月1日至4月26日，", REPORTED),
    ("一季度，", Period(date(2024, 1, 1), date(2024, 3, 31))),
    ("1至3月，", Period(date(2024, 1, 1), date(2024, 3, 31))),
    ("3月，", Period(date(2024, 3, 1), date(2024, 3, 31))),
    ("去年，", Period(date(2023, 1, 1), date(2023, 12, 31))),
    ("2023年，", Period(date(2023, 1, 1), date(2023, 12, 31))),
    ("2023年上半年，", Period(date(2023, 1, 1), date(2023, 6, 30))),
    ("2024年2月，", Period(date(2024, 2, 1), date(2024, 2, 29))),
)
UNITS = ("份", "条", "个", "次", "件", "册", "户", "辆", "吨", "项", "公里", "亩", "台", "场", "座")


@dataclass(frozen=True)
class Said:
    """A sentence, what it says by construction, and whether the ledger bears it out."""

    text: str
    recipe: Recipe
    true: bool
    change: str = ""


def all_wordings(figure: Figure, noun: str = "") -> list[Wording]:
    """Every true wording the writer can choose, those on request included."""
    assert figure.value is not None
    found = list(true_wordings(figure, noun))
    for style in sorted(ON_REQUEST):
        found += [each for each in true_wordings(figure, noun, style) if each.style == style]
    return list({each.text: each for each in found}.values())


def holds(ledger: Ledger, recipe: Recipe, wording: Wording) -> bool:
    """Whether some figure makes the same words true."""
    value = ledger.figure(recipe).value
    return (
        value is not None
        and any(each.interval == wording.interval for each in wordings(value, asked=ON_REQUEST))
    ) or (value is not None and _base(value) in wording.interval)


def _base(value: Quantity) -> Decimal:
    return value.number * value.unit.factor if value.unit.kind == "money" else value.number


def sentences(ledger: Ledger, rng: random.Random) -> Iterator[Said]:
    """True sentences about the ledger, each followed by what it becomes when one thing is changed."""
    for form in FORMS:
        yield from _of_form(form, ledger, rng)


def _of_form(form: Form, ledger: Ledger, rng: random.Random) -> Iterator[Said]:
    when, period = rng.choice(WHENS)
    where, unit = rng.choice((("全镇", town.TOWN), ("", town.TOWN), ("我镇", town.TOWN)))
    if form.village and rng.random() < 0.4:
        where = unit = rng.choice(VILLAGES)
    kind, value = rng.choice((("", ""), *form.kinds)) if "围绕" not in form.text else form.kinds[0]
    dims = form.dims + (((form.dimension, value),) if value else ())
    recipe = Recipe(form.measure, unit, period, dims)
    figure = ledger.figure(recipe)
    if figure.value is None or not figure.value.number:
        return
    wording = rng.choice(all_wordings(figure))

    def text(
        form_text: str, *, when: str = when, where: str = where, kind: str = kind, n: str = wording.text
    ) -> str:
        return form_text.format(when=when, where=where, kind=kind, n=n)

    yield Said(text(form.text), recipe, True)
    yield from _changed_number(form, figure, recipe, rng, text)
    unit_of = figure.value.unit.symbol
    stem = wording.text.removesuffix(unit_of) if wording.text.endswith(unit_of) else ""
    if stem:
        other = rng.choice([each for each in UNITS if each != unit_of])
        yield Said(text(form.text, n=stem + other), recipe, False, "unit")
    others = [town.TOWN, *VILLAGES] if form.village else []
    for name in rng.sample(others, min(2, len(others))):
        if name != unit:
            moved = replace(recipe, unit=name)
            yield Said(
                text(form.text, where="全镇" if name == town.TOWN else name),
                moved,
                holds(ledger, moved, wording),
                "scope",
            )
    yield Said(text(form.text, where="石塘村"), recipe, False, "scope")
    for other_when, other_period in rng.sample(WHENS, 2):
        if other_when != when:
            shifted = replace(recipe, period=other_period)
            yield Said(text(form.text, when=other_when), shifted, holds(ledger, shifted, wording), "period")
    yield Said(text(form.text, when="每月，"), recipe, False, "period")
    if form.kinds and "围绕" not in form.text:
        for other_kind, other_value in rng.sample((("", ""), *form.kinds), 2):
            if other_value != value:
                turned = replace(
                    recipe, dims=form.dims + (((form.dimension, other_value),) if other_value else ())
                )
                yield Said(
                    text(form.text, kind=other_kind), turned, holds(ledger, turned, wording), "dimension"
                )
        yield Said(text(form.text, kind="反诈"), recipe, False, "dimension")
    for word, other_word, measure in form.verbs:
        name, bracket, inside = measure.partition(" [")
        own = (
            tuple(tuple(part.split("=")) for part in inside.strip("]").split(";") if part)
            if bracket
            else None
        )
        known = catalog().measures[name]
        kept = (
            tuple(each for each in dims if known.dimension_index(each[0]) is not None) if own is None else own
        )
        lost = own is None and len(kept) < len(dims)
        acted = Recipe(name, unit, period, kept)  # type: ignore[arg-type]
        truth = not lost and holds(ledger, acted, wording)
        yield Said(text(form.text.replace(word, other_word)), acted, truth, "action")


def _changed_number(
    form: Form, figure: Figure, recipe: Recipe, rng: random.Random, text: Callable[..., str]
) -> Iterator[Said]:
    assert figure.value is not None
    for factor in (rng.choice((2, 3, 10)), rng.choice((11, 13, 17))):
        other = replace(figure.value, number=figure.value.number * factor + 1)
        for each in wordings(other, asked=ON_REQUEST):
            if _base(figure.value) not in each.interval:
                yield Said(text(form.text, n=each.text), recipe, False, "number")
                break


def cover_sentences(ledger: Ledger, rng: random.Random) -> Iterator[Said]:
    """Sentences about how many units do something, true and with another share or number."""
    for text, measure in COVERS:
        recipe = Recipe(measure, town.TOWN, REPORTED)
        figure = ledger.figure(recipe)
        if figure.value is None or figure.whole is None:
            continue
        rule = catalog().measures[measure].coverage
        assert rule is not None
        noun = NOUNS[rule.of]
        for each in all_wordings(figure, noun):
            if each.style in ("all", "of_whole", "almost", "most"):
                yield Said(text.format(where=rng.choice(("全镇", "", "我镇")), n=each.text), recipe, True)
        whole, value, unit = figure.whole.number, figure.value.number, figure.value.unit
        changed = [
            (f"{whole}{unit}{noun}中{value - 1}{unit}", "number"),
            (f"{whole + 1}{unit}{noun}中{value}{unit}", "scope"),
        ]
        if value < whole:
            changed.append((f"{whole}{unit}{noun}全部", "number"))
        if value * 10 < whole * 9 or value == whole:
            changed.append((f"{whole}{unit}{noun}几乎都", "number"))
        if value * 2 <= whole:
            changed.append((f"{whole}{unit}{noun}大部分", "number"))
        for words, what in changed:
            yield Said(text.format(where="全镇", n=words), recipe, False, what)


__all__ = ["TODAY", "Said", "cover_sentences", "sentences"]
