"""`youju unit`: the organisation, as it is and was."""

from __future__ import annotations

import argparse

from youju.actions import units
from youju.actions.guards import KINDS_ZH
from youju.cli.context import Acting, acting, approver_of, day_of, print_json, print_table
from youju.cli.parsing import Subparsers, adjustable, common
from youju.core.measure import UnitKind
from youju.core.orgtree import FAR

KINDS: dict[str, UnitKind] = {
    **{chinese: kind for kind, chinese in KINDS_ZH.items()},  # type: ignore[misc]
    **{kind: kind for kind in KINDS_ZH},  # type: ignore[misc]
    "行政村": "village", "屯": "hamlet", "部门": "office",
}  # fmt: skip


def register(commands: Subparsers) -> None:
    """The arguments of `unit`."""
    parser = commands.add_parser("unit", help="组织")
    verbs = parser.add_subparsers(
        required=True, metavar="tree|add|rename|alias|tag|untag|move|merge|dissolve"
    )
    tree = common(verbs.add_parser("tree", help="列出组织"))
    tree.add_argument("unit", nargs="?", default="", metavar="组织", help="从哪个组织起")
    tree.add_argument("--on", default="", metavar="日期", help="某一天的组织")
    tree.set_defaults(run=run_tree)

    add = common(verbs.add_parser("add", help="添加"))
    add.add_argument("name", metavar="名称")
    add.add_argument(
        "--kind", required=True, choices=sorted(KINDS), metavar="类别", help="、".join(KINDS_ZH.values())
    )
    add.add_argument("--under", required=True, metavar="上级")
    add.add_argument("--code", default="", help="行政区划代码")
    add.add_argument("--alias", action="append", default=[], help="别名，可多次")
    add.add_argument("--tag", action="append", default=[], help="标记，可多次，如 公路沿线")
    add.add_argument("--since", default="", metavar="日期", help="设立日期，默认视为一直存在")
    add.set_defaults(run=run_add)

    rename = _dated(verbs, "rename", "改名", "名称")
    rename.set_defaults(run=run_rename)
    alias = common(verbs.add_parser("alias", help="添加别名"))
    alias.add_argument("unit", metavar="组织")
    alias.add_argument("value", metavar="别名")
    alias.set_defaults(run=run_alias)
    tag = _dated(verbs, "tag", "加标记", "标记")
    tag.add_argument("--until", default="", metavar="日期", help="到哪一天止（不含）")
    tag.set_defaults(run=run_tag)
    _dated(verbs, "untag", "去标记", "标记").set_defaults(run=run_untag)
    for name, help_text, what in (
        ("move", "划到另一上级之下", "上级"),
        ("merge", "并入另一组织", "并入的组织"),
    ):
        moving = adjustable(_dated(verbs, name, help_text, what))
        moving.set_defaults(run=run_move if name == "move" else run_merge)
    dissolve = adjustable(_dated(verbs, "dissolve", "撤销", ""))
    dissolve.set_defaults(run=run_dissolve)


def _dated(verbs: Subparsers, name: str, help_text: str, value: str) -> argparse.ArgumentParser:
    parser = common(verbs.add_parser(name, help=help_text))
    parser.add_argument("unit", metavar="组织")
    if value:
        parser.add_argument("value", metavar=value)
    parser.add_argument("--since", required=True, metavar="日期", help="从哪一天起")
    return parser


def run_tree(args: argparse.Namespace) -> int:
    """Print the units below one, as of a day, by code and place."""
    who = acting(args)
    day = day_of(args.on) if args.on else who.today
    reach = [grant.unit for grant in who.viewer.grants_for("see", who.today)]
    reach += [grant.unit for grant in who.viewer.grants if not reach]
    roots = [who.unit(args.unit, day)] if args.unit else sorted(set(reach))
    seen: dict[int, None] = {}
    for root in roots:
        seen.update(dict.fromkeys(who.tree.members(root, day)))
    allowed = {unit for top in reach for unit in who.tree.members(top, day)}
    rows = [_row(who, unit, day) for unit in seen if unit in allowed]
    if args.json:
        names = ("name", "kind", "code", "tags", "aliases", "parent")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_table(("名称", "类别", "代码", "标记", "别名", "上级"), rows)
    return 0


def run_add(args: argparse.Namespace) -> int:
    """Add one unit."""
    who = acting(args)
    since = day_of(args.since) if args.since else units.BEGINNING
    new = units.NewUnit(
        args.name,
        KINDS[args.kind],
        who.unit(args.under),
        args.code,
        tuple(args.alias),
        tuple(args.tag),
        since,
    )
    (unit,) = units.add([new], by=who.member)
    return _done(args, {"unit": unit}, f"已添加{args.name}。")


def run_rename(args: argparse.Namespace) -> int:
    """Rename from a day on."""
    who, since = acting(args), day_of(args.since)
    seq = units.rename(who.unit(args.unit, since), args.value, since=since, by=who.member)
    return _done(args, {"seq": seq}, f"自{since}起，{args.unit}改名为{args.value}。")


def run_alias(args: argparse.Namespace) -> int:
    """Add an alias."""
    who = acting(args)
    seq = units.add_alias(who.unit(args.unit), args.value, by=who.member)
    return _done(args, {"seq": seq}, f"{args.unit}又称{args.value}。")


def run_tag(args: argparse.Namespace) -> int:
    """Tag from a day on."""
    who, since = acting(args), day_of(args.since)
    until = day_of(args.until) if args.until else FAR
    seq = units.tag(who.unit(args.unit, since), args.value, since=since, until=until, by=who.member)
    return _done(args, {"seq": seq}, f"自{since}起，{args.unit}标记为{args.value}。")


def run_untag(args: argparse.Namespace) -> int:
    """End a tag on a day."""
    who, since = acting(args), day_of(args.since)
    seq = units.untag(who.unit(args.unit, since), args.value, since=since, by=who.member)
    return _done(args, {"seq": seq}, f"自{since}起，{args.unit}不再标记为{args.value}。")


def run_move(args: argparse.Namespace) -> int:
    """Move under another parent from a day on."""
    who, since = acting(args), day_of(args.since)
    seq = units.move(
        who.unit(args.unit, since),
        who.unit(args.value, since),
        since=since,
        by=who.member,
        adjust=args.adjust,
        approver=approver_of(args),
    )
    return _done(args, {"seq": seq}, f"自{since}起，{args.unit}划入{args.value}。")


def run_merge(args: argparse.Namespace) -> int:
    """Merge into another unit from a day on."""
    who, since = acting(args), day_of(args.since)
    seq = units.merge(
        who.unit(args.unit, since),
        who.unit(args.value, since),
        since=since,
        by=who.member,
        adjust=args.adjust,
        approver=approver_of(args),
    )
    return _done(args, {"seq": seq}, f"自{since}起，{args.unit}并入{args.value}。")


def run_dissolve(args: argparse.Namespace) -> int:
    """End a unit on a day."""
    who, since = acting(args), day_of(args.since)
    seq = units.dissolve(
        who.unit(args.unit, since), since=since, by=who.member, adjust=args.adjust, approver=approver_of(args)
    )
    return _done(args, {"seq": seq}, f"自{since}起，{args.unit}撤销。")


def _row(who: Acting, unit: int, day: object) -> tuple[str, ...]:
    naming = who.tree.naming(unit, day)  # type: ignore[arg-type]
    parent = next(who.tree.ancestors(unit, day), None)  # type: ignore[arg-type]
    return (
        naming.name,
        KINDS_ZH[naming.kind],
        naming.code,
        "、".join(sorted(who.tree.tags(unit, day))),  # type: ignore[arg-type]
        "、".join(naming.aliases),
        who.tree.name(parent, day) if parent is not None else "",  # type: ignore[arg-type]
    )


def _done(args: argparse.Namespace, answer: dict[str, object], text: str) -> int:
    if args.json:
        print_json(answer)
    else:
        print(text)
    return 0
