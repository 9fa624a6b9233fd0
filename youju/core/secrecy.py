"""密级 marks: what carries one may not enter this system, which is 非涉密. Nothing of it is kept or shown.

The forms are those of 国家秘密 marking (密级★保密期限) and the notes by which offices mark inner papers.
"""

from __future__ import annotations

import re

from youju.core.problem import DomainError

_MARK = re.compile(
    r"(绝\s*密|机\s*密|秘\s*密)\s*[★☆]|[（(【\[]\s*(绝密|机密|秘密)\s*[）)】\]]|(内部资料)[，,、\s]*(?:注意|严禁|不得|请勿)?"
)


class Classified(DomainError):
    """The file or text carries a 密级 mark."""

    code = "secrecy.marked"
    text = "“{name}”带有“{mark}”标志。本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密；该文件未保存，请按保密规定办理。"


def mark_in(text: str) -> str:
    """The first mark in the text, without its blanks; '' when there is none."""
    found = _MARK.search(text)
    return "" if found is None else re.sub(r"\s", "", next(group for group in found.groups() if group))
