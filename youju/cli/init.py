"""`youju init`: start a ledger."""

from __future__ import annotations

import argparse

from youju.actions.setup import ADMINISTRATOR_ROLES, Account, init
from youju.actions.units import NewUnit
from youju.cli.context import print_json
from youju.cli.parsing import Subparsers
from youju.core.entry import check_text
from youju.core.grant import TITLES
from youju.core.problem import DomainError


class BadPerson(DomainError):
    """Not 账号:姓名."""

    code = "init.person"
    text = "“{text}”应写成“账号:姓名”，例如 sys:李明。"


def register(commands: Subparsers) -> None:
    """The arguments of `init`."""
    parser = commands.add_parser("init", help="建立台账")
    parser.add_argument("--county", required=True, metavar="县名", help="主办县（市、区）的名称")
    parser.add_argument("--county-code", default="", metavar="代码", help="县的行政区划代码（12位，可省）")
    parser.add_argument("--town", required=True, metavar="镇名", help="镇（乡、街道）的名称")
    parser.add_argument("--town-code", default="", metavar="代码", help="镇的行政区划代码（12位，可省）")
    for role in ADMINISTRATOR_ROLES:
        parser.add_argument(f"--{role}", required=True, metavar="账号:姓名", help=TITLES[role])
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make the ledger with county, town and the three administrators."""
    units = [
        NewUnit(args.county, "county", None, args.county_code, ref="county"),
        NewUnit(args.town, "town", "county", args.town_code),
    ]
    people = {role: _person(getattr(args, role)) for role in ADMINISTRATOR_ROLES}
    county, town = init(units, people)
    if args.json:
        print_json({"county": county, "town": town})
    else:
        print(
            f"已建立台账：{args.county}、{args.town}。三名管理员：{'、'.join(p.name for p in people.values())}。"
        )
        print(
            "下一步：youju unit add 添加村和部门；youju member add 添加人员；youju registers sync 启用台账。"
        )
    return 0


def _person(text: str) -> Account:
    account, colon, name = text.replace("：", ":").partition(":")
    if not colon or not account.strip() or not name.strip() or check_text(text)[0]:
        raise BadPerson(text=text)
    return Account(account.strip(), name.strip())
