"""Which argument a refusal asks for: the rules speak of reasons and registers, the command line of options."""

from __future__ import annotations

from collections.abc import Mapping

from youju.core.problem import DomainError

ARGUMENTS: Mapping[str, str] = {
    "entry.reason_required": "--reason 理由",
    "entry.closed_period": "--adjust 调整理由 --approver 批准人账号",
    "evidence.reused": "--reuse-reason 理由",
    "import.which_register": "--register 台账",
    "close.backwards": "--reason 理由",
    "register.unknown": "youju registers show 列出全部台账，youju registers sync 启用",
    "member.unknown": "youju member list 列出全部账号",
    "recipe.unreadable": "youju registers show 列出全部数据项",
}


def said(error: DomainError) -> str:
    """The refusal's sentence, with the argument that answers it on a line of its own."""
    hint = ARGUMENTS.get(error.code)
    return f"{error.message}\n  命令行：{hint}" if hint else error.message
