"""Sound files with names that mean harm, and files that carry a 密级 mark."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl

from tests.hardness.hostile.file import WORDS, Hostile, given
from tests.office.word_packages import docx_bytes, p
from tests.web.workbooks import content

HOSTILE = [
    "../../../../etc/cron.d/x.{}", "..\\..\\windows\\x.{}", "/etc/passwd.{}", "C:\\桌面\\x.{}", "\\\\127.0.0.1\\share\\x.{}", "a\0b.{}",
    "照片\u202egpj.{}", "长" * 300 + ".{}", "a" * 300 + ".{}", "CON.{}", "AUX", "NUL.{}", "com1.{}", "=cmd|' /C calc'!A0.{}", "@SUM(1).{}", "-2+3.{}",
    "<script>alert(1)</script>.{}", '"><img src=x onerror=alert(1)>.{}', "a%00b.{}", "%2e%2e%2fx.{}", "a\r\nSet-Cookie: x=1.{}", "a;b=c.{}",
    "$(id).{}", "`id`.{}", "{{{{7*7}}}}.{}", "%s%n.{}", "~.{}", ".{}", "..", ".", " ", "...{}", "x.{}.exe", "x.exe.{}", "x.{}.", "x.{} ", "x. {}",
    "\u200b\u200b.{}", "e\u0301" * 40 + ".{}", "😀" * 60 + ".{}", "\ufeff.{}", "a\nb.{}", "a'b.{}", 'a"b.{}', "a\\b.{}", "*?.{}", "x.{}::$DATA",
]  # fmt: skip


def files(web: str) -> Iterator[Hostile]:
    """All of this family."""
    del web
    kinds = (
        ("docx", docx_bytes(p(WORDS))),
        ("xlsx", content([("宣传资料发放台账",), ("发放日期", "发放数量"), ("2024-04-21", "30")])),
    )
    for at, name in enumerate(HOSTILE):
        # Each its own bytes: the same file twice is refused for another reason.
        kind, _ = kinds[at % 2]
        data = (
            docx_bytes(p(f"{WORDS}{at}"))
            if kind == "docx"
            else content([("表",), ("发放日期", "发放数量"), ("2024-04-21", str(at))])
        )
        yield given("names", name.format(kind), data)
    for at, (name, data) in enumerate(marked()):
        yield Hostile("marked", name, lambda data=data: data, marked=True)  # type: ignore[misc]
        del at


def marked() -> Iterator[tuple[str, bytes]]:
    """What says that it is classified, each in another place or way."""
    for at, mark in enumerate(
        (
            "机密★1年",
            "绝密★",
            "秘密★10年",
            "密级：机密",
            "密 级： 绝 密",
            "机 密 ★ 长期",
            "内部资料　注意保存",
            "工作秘密",
        )
    ):
        yield f"通知{at}.docx", docx_bytes(p(mark) + p(WORDS))
        yield f"通知{at}.txt", f"{mark}\n{WORDS}".encode()
    yield "页眉.docx", docx_bytes(p(WORDS), header1=p("机密★1年"))
    yield "文本框.docx", docx_bytes(p("<w:r><w:t>机</w:t></w:r>", "<w:r><w:t>密★</w:t></w:r>"))
    yield "国标编码.txt", f"机密★\n{WORDS}".encode("gb18030")
    yield "双字节.txt", f"机密★\n{WORDS}".encode("utf-16")
    yield "绝密★1年.docx", docx_bytes(p(f"{WORDS}附件另发。"))  # no other file has these bytes
    yield "（机密）名单.xlsx", content([("名单",), ("a", "b"), ("1", "2")])
    yield (
        "单元格.xlsx",
        content([("宣传资料发放台账",), ("发放日期", "发放数量", "地点"), ("2024-04-21", "30", "机密★1年")]),
    )
    yield "分开的格.xlsx", content([("密级：", "机密"), ("发放日期", "发放数量"), ("2024-04-21", "30")])
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.title = "秘密★"
    book.active.append(["a"])
    book.save(out)
    yield "表名.xlsx", out.getvalue()
    yield "分隔.csv", "机密★,a\n1,2\n".encode()
