"""`youju figure` and `youju trace`: a number, and the entries it is made of."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date

from youju.cli.context import Acting, acting, print_json, print_table
from youju.cli.parsing import Subparsers, common
from youju.core.figure import Figure
from youju.core.quantity import plain
from youju.core.recipe import NOW, Recipe, parse_as_of, parse_recipe
from youju.store.queries import entries as listing
from youju.store.queries import figures
from youju.store.queries.figures import Page, Source

PAGE = 50


def register(commands: Subparsers) -> None:
    """The arguments of `figure` and `trace`."""
    for name, help_text in (("figure", "按取数式取一个数"), ("trace", "一个数由哪些记录构成")):
        parser = common(commands.add_parser(name, help=help_text))
        parser.add_argument(
            "recipe",
            metavar="取数式",
            help="例：发放宣传资料 @禾澄镇 2024-01-01..2024-04-26 [专项=村庄清洁行动]；"
            "末尾加“按现区划”或“按2026-06-30区划”，各组织按那一天所在的区划计",
        )
        parser.add_argument(
            "--as-of", default="", metavar="时刻", help="2024-04-30、2024-04-30T12:00 或台账序号 #123"
        )
        if name == "trace":
            parser.add_argument("--offset", type=int, default=0, metavar="从第几条起")
            parser.add_argument("--limit", type=int, default=PAGE, metavar="条数")
        parser.set_defaults(run=run_figure if name == "figure" else run_trace)


def run_figure(args: argparse.Namespace) -> int:
    """Print one figure."""
    who = acting(args)
    recipe = _recipe(args, who.today)
    (figure,) = figures.evaluate([recipe], who.viewer, who.today)
    if args.json:
        page = figures.trace(replace(recipe, as_of=figure.recipe.as_of), who.viewer, who.today, limit=PAGE)
        print_json(figure_json(figure, who, page))
        return 0
    world = figures.world_at(figure.recipe.as_of, who.today)
    measure = world.catalog.measures[figure.recipe.measure]
    beside = "对比期" if figure.recipe.against else "共"
    out_of = f"（{beside}{figure.whole}）" if figure.whole is not None else ""
    print(f"{measure.title}：{figure.text}{out_of}")
    print(f"  怎么算的：{measure.definition}")
    print(f"  取数式：{figure.recipe}")
    print(f"  依据：{figure.n}条；未报：{figure.missing}个组织；待审核（未计入）：{figure.pending}条")
    if figure.missing_units:
        print("  未报的：" + "、".join(who.name(unit) for unit in figure.missing_units))
    for short in figure.shortfalls:
        print(f"  {who.name(short.unit)}：缺{'、'.join(short.lacks)}")
    return 0


def run_trace(args: argparse.Namespace) -> int:
    """Print the lines behind a figure, a page at a time."""
    who = acting(args)
    page = figures.trace(
        _recipe(args, who.today), who.viewer, who.today, offset=args.offset, limit=args.limit
    )
    if args.json:
        print_json({"sources": _sources(page), "next_offset": page.next_offset})
        return 0
    found = _sources(page)
    rows = [
        (
            each["entry"],
            each["day"],
            each["unit"],
            each["amount"],
            each["dims"],
            each["says"],
            each["evidence"],
        )
        for each in found
    ]
    print_table(("记录", "日期", "组织", "数量", "维度", "内容", "佐证"), rows)
    if not rows:
        print("没有记录。")
    elif page.next_offset is not None:
        print(f"还有更多，接着看：--offset {page.next_offset}")
    return 0


def figure_json(figure: Figure, who: Acting, page: Page) -> dict[str, object]:
    """A figure as programs get it."""
    return {
        "value": None if figure.value is None else plain(figure.value.number),
        "unit": page.world.catalog.measures[figure.recipe.measure].unit.symbol,
        "n": figure.n,
        "missing": figure.missing,
        "missing_units": [who.name(unit) for unit in figure.missing_units],
        "pending": figure.pending,
        "whole": None if figure.whole is None else plain(figure.whole.number),
        "shortfalls": [
            {"unit": who.name(each.unit), "lacks": list(each.lacks)} for each in figure.shortfalls
        ],
        "measure": figure.recipe.measure,
        "recipe": str(figure.recipe),
        "seq": figure.seq,
        "sources": _sources(page),
        "next_offset": page.next_offset,
    }


def _sources(page: Page) -> list[dict[str, object]]:
    keys = {source.entry for source in page.sources}
    lines, files = listing.lines_of(keys, page.world.tree), listing.evidence_names(keys)
    return [_source(source, lines, files, page) for source in page.sources]


def _source(
    source: Source, lines: dict[int, listing.EntryLine], files: dict[int, list[str]], page: Page
) -> dict[str, object]:
    line = lines[source.entry]
    said = "零报告" if line.nil else "，".join(f"{title}={text}" for title, text in line.values.items())
    if source.transfer:
        said = f"随组织调整转移；{said}"
    return {
        "entry": source.entry,
        "register": line.register,
        "unit": page.world.tree.full_name(source.unit, source.day),
        "day": str(source.day),
        "amount": str(source.amount),
        "level": None if source.level is None else str(source.level),
        "dims": "，".join(f"{name}={value}" for name, value in source.dims),
        "says": said,
        "from": line.origin,
        "author": line.author,
        "evidence": files.get(source.entry, []),
    }


def _recipe(args: argparse.Namespace, today: date) -> Recipe:
    recipe = parse_recipe(args.recipe)
    as_of = parse_as_of(args.as_of)
    return (recipe if as_of == NOW else replace(recipe, as_of=as_of)).asked(today)
