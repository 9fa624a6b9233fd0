"""The arguments that commands share. Imports no Django, so that `extract` and `audit` may use it."""

from __future__ import annotations

import argparse
from typing import Any, TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[Any]"
Parser: TypeAlias = argparse.ArgumentParser


def common(parser: Parser) -> Parser:
    """The arguments of every command on the ledger."""
    parser.add_argument("--as", dest="account", metavar="账号", default="", help="由哪个账号办理")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


def retry_key(parser: Parser) -> None:
    """The argument that makes a retry safe."""
    parser.add_argument("--key", default="", metavar="请求号", help="同一请求号重复提交只办理一次")


def adjustable(parser: Parser) -> Parser:
    """The arguments of a change that a locked period may stand against."""
    parser.add_argument("--adjust", default="", metavar="理由", help="在锁定期内调整的理由")
    parser.add_argument("--approver", default="", metavar="账号", help="批准调整的人")
    return parser
