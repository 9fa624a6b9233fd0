"""What `--help` says is Chinese, for every command there is."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterator

import pytest

from youju.cli.main import COMMANDS, Parser


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from parsers(child)


def of(module: str) -> argparse.ArgumentParser:
    parser = Parser(prog="youju")
    importlib.import_module(f"youju.cli.{module}").register(
        parser.add_subparsers(dest="command", parser_class=Parser, metavar="命令")
    )
    return parser


@pytest.mark.parametrize("module", sorted({command.module for command in COMMANDS.values()}))
def test_help_is_chinese(module: str) -> None:
    for parser in parsers(of(module)):
        text = parser.format_help()
        assert "用法：" in text
        assert re.findall(r"usage|positional|show this|options:", text) == []
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction) or action.nargs == 0 or action.choices:
                continue
            assert re.search(r"[\u4e00-\u9fff]", f"{action.metavar} {action.help}"), (
                parser.prog,
                action.dest,
            )
