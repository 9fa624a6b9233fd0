"""Finding the command, setting up what it needs, and turning refusals into Chinese on the error stream."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from youju.cli import hints
from youju.core.problem import DomainError, Refused


@dataclass(frozen=True, slots=True)
class Command:
    """One command of `youju`: its module, what it says of itself, and whether it opens the ledger."""

    module: str
    help: str
    ledger: bool = True


COMMANDS: dict[str, Command] = {
    "init": Command("init", "建立台账：主办县、镇和三名管理员"),
    "serve": Command("serve", "启动网页服务", ledger=False),
    "account": Command("accounts", "账号：开通登录、重置密码；设定本机默认用哪个账号办理"),
    "unit": Command("units", "组织：添加、改名、标记、划转、合并、撤销"),
    "member": Command("members", "人员与授权"),
    "registers": Command("registers", "台账定义：检查、查看、启用，导入模板"),
    "entry": Command("entries", "记录：登记、零报告、更正、作废、佐证材料"),
    "review": Command("reviews", "审核：待办、通过、退回补正"),
    "import": Command("batches", "导入工作簿（.xlsx .xls .ods .csv）"),
    "batch": Command("batches", "导入批次：查看、撤回"),
    "close": Command("periods", "期间锁定"),
    "erase": Command("erasing", "个人信息到期删除"),
    "figure": Command("figures", "按取数式取一个数"),
    "trace": Command("figures", "一个数由哪些记录构成"),
    "report": Command("reports", "写报告：.docx 与取数依据"),
    "worker": Command("worker", "后台任务：执行网页上提交的导入等办理"),
    "token": Command("tokens", "接口令牌：签发、查看、收回"),
    "backup": Command("backups", "备份台账与佐证材料"),
    "restore": Command("restoring", "从备份恢复并核验", ledger=False),
    "rollup": Command("rollup", "汇总表：重建、核对"),
    "verify": Command("verify", "核验台账：链、摘要、触发器、佐证材料、重放"),
    "extract": Command("extract", "读出文稿中的数字表述", ledger=False),
    "audit": Command("audit", "材料体检：交稿前核一遍数", ledger=False),
}


class Parser(argparse.ArgumentParser):
    """argparse with its words in Chinese and the exit status of this program."""

    def format_usage(self) -> str:
        """How to call it."""
        return _chinese(super().format_usage())

    def format_help(self) -> str:
        """What `--help` prints."""
        return _chinese(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and where help is."""
        for english, chinese in _ARGPARSE:
            message = message.replace(english, chinese)
        print(f"参数有误：{message}\n用法见：{self.prog} --help", file=sys.stderr)
        sys.exit(2)


def _chinese(text: str) -> str:
    for english, chinese in _HELP:
        text = text.replace(english, chinese)
    return text


_HELP = (
    ("usage: ", "用法："),
    ("positional arguments:", "要写的："),
    ("options:", "选项："),
    ("show this help message and exit", "显示这段说明"),
)
_ARGPARSE = (
    ("the following arguments are required", "缺少"),
    ("unrecognized arguments", "不认识的参数"),
    ("invalid choice", "没有这个选项"),
    ("choose from", "可选"),
    ("expected one argument", "后面要跟一个值"),
    ("expected at least one argument", "后面至少要跟一个值"),
    ("ambiguous option", "参数不明确"),
    ("could match", "可能是"),
    ("not allowed with argument", "不能同时使用"),
    ("invalid", "无效的"),
    ("argument ", "参数 "),
    ("value", "值"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(listing())
        return 0
    command = COMMANDS.get(arguments[0])
    if command is None:
        print(f"没有“{arguments[0]}”这个命令。\n\n{listing()}", file=sys.stderr)
        return 2
    try:
        return _run(arguments, command)
    except (Exception, KeyboardInterrupt) as error:
        status = _said(error)
        if status is None:
            raise
        return status


def _said(error: BaseException) -> int | None:
    """Say what stopped a command; its exit status, or None for a fault of ours."""
    if isinstance(error, Refused):
        for problem in error.problems:
            print(problem, file=sys.stderr)
        print(error.message, file=sys.stderr)
        return 1
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, KeyboardInterrupt):
        print("已中断，未完成的写入没有生效。", file=sys.stderr)
        return 2
    refusal = error if isinstance(error, DomainError) else _outage(error)
    if refusal is not None:
        print(hints.said(refusal), file=sys.stderr)
        return 2
    return None


def _outage(error: BaseException) -> DomainError | None:
    """The database away or the disk full; asked only where Django was started."""
    if "django.db" not in sys.modules:
        return None
    from youju.store.outage import outage_of

    return outage_of(error)


def listing() -> str:
    """Every command with what it does."""
    lines = ["有据：每一个数字都有据可查。", "", "用法：youju 命令 …（各命令用 --help 查看参数）", ""]
    lines += [f"  {name:<10}{command.help}" for name, command in COMMANDS.items()]
    return "\n".join([*lines, "", "本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密。"])


def _run(arguments: list[str], command: Command) -> int:
    if command.ledger:
        from youju.cli.setting_up import check_kept, open_ledger

        open_ledger()
        if command.module != "verify":  # which names what is wrong, and may repair it
            check_kept()
    module = importlib.import_module(f"youju.cli.{command.module}")
    parser = Parser(prog="youju", add_help=True)
    module.register(parser.add_subparsers(dest="command", parser_class=Parser))
    args = parser.parse_args(arguments)
    status: int = args.run(args) if hasattr(args, "run") else module.run(args)
    return status
