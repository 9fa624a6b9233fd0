"""PDFs that call themselves, swell, run programs, fetch, or stop."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.hardness.hostile.file import Hostile, given, spoiled
from tests.hardness.hostile.pictures import _zeros

HEAD = b"%PDF-1.4\n"
TREE = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
END = b"trailer<</Root 1 0 R/Size 99>>\nstartxref\n9\n%%EOF\n"
PAGE = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 10 0 R>>>>>>endobj "


def files(web: str) -> Iterator[Hostile]:
    """All of this family."""
    for name, make in {**_growing(), **_acting(web), **_crooked()}.items():
        yield Hostile("papers", f"{name}.pdf", make)
    good = sound()
    yield from spoiled("papers", "材料{}.pdf", good, 6, 8, 21)
    yield given("papers", "网页在前.pdf", b"<html><script>alert(1)</script>\n" + good)
    yield given("papers", "网页在后.pdf", good + b"\n<html><script>alert(1)</script></html>")
    yield given("papers", "其实是PDF.jpg", good)
    yield given("papers", "其实是PDF.docx", good)


def sound(words: str = "leaflets handed out: 200", lock: StandardEncryption | None = None) -> bytes:
    """A small honest PDF."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=lock)
    canvas.drawString(72, 700, words)
    canvas.save()
    return out.getvalue()


def _stream(number: int, data: bytes, more: bytes = b"") -> bytes:
    return b"%d 0 obj<</Length %d%s>>stream\n%s\nendstream endobj " % (number, len(data), more, data)


def _form(number: int, data: bytes, next_one: int) -> bytes:
    look = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>" % next_one
    return _stream(number, data, look)


def _growing() -> dict[str, Callable[[], bytes]]:
    content = _stream(4, b"/F Do")
    pages = b" ".join(b"%d 0 R" % (number + 10) for number in range(5_000))
    page_tree = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 5000/Kids["
        + pages
        + b"]>>endobj "
    )
    each = b"".join(
        b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj " % (n + 10) for n in range(5_000)
    )
    letters = zlib.compress(b"BT /F1 9 Tf (" + b"A" * 400 + b") Tj ET\n" * 1)
    return {
        "嵌套": lambda: HEAD + TREE + PAGE + content + b"".join(_form(n, b"/F Do " * 10, n + 1) for n in range(10, 20)) + END,
        "自身": lambda: HEAD + TREE + PAGE + content + _form(10, b"/F Do /F Do", 10) + END,
        "巨流": lambda: HEAD + TREE + PAGE + _stream(4, _zeros(300_000_000), b"/Filter/FlateDecode") + END,
        "层层压缩": lambda: HEAD + TREE + PAGE + _stream(4, _layers(), b"/Filter[" + b"/FlateDecode" * 6 + b"]") + END,
        "巨页": lambda: HEAD + TREE + PAGE.replace(b"595 842", b"14400000 14400000") + content + END,
        "负页": lambda: HEAD + TREE + PAGE.replace(b"595 842", b"-1e99 -1e99") + content + END,
        "五千页": lambda: HEAD + page_tree + each + END,
        "页数无穷": lambda: HEAD + TREE.replace(b"[3 0 R]/Count 1", b"[2 0 R]/Count 99999999") + END,
        "很多字": lambda: HEAD + TREE + PAGE + _stream(4, zlib.compress(b"BT (" + b"A" * 4_000_000 + b") Tj ET"), b"/Filter/FlateDecode") + END,
        "很多笔": lambda: HEAD + TREE + PAGE + _stream(4, zlib.compress(b"0 0 m 9 9 l S\n" * 2_000_000), b"/Filter/FlateDecode") + END,
        "数组很深": lambda: HEAD + TREE + b"3 0 obj" + b"[" * 200_000 + b"endobj " + END,
        "字典很深": lambda: HEAD + TREE + b"3 0 obj" + b"<</A" * 100_000 + b"endobj " + END,
        "图像炸弹": lambda: HEAD + TREE + PAGE + content + _stream(10, _zeros(200_000_000), b"/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode") + END,
        "对象流炸弹": lambda: HEAD + TREE + _stream(5, _zeros(100_000_000), b"/Type/ObjStm/N 9999999/First 9/Filter/FlateDecode") + END,
        "字体怪": lambda: HEAD + TREE + PAGE.replace(b"/XObject<</F 10 0 R>>", b"/Font<</F1 10 0 R>>") + _stream(4, letters, b"/Filter/FlateDecode") + b"10 0 obj<</Type/Font/Subtype/Type0/DescendantFonts[10 0 R]/Encoding 10 0 R/ToUnicode 10 0 R>>endobj " + END,
    }  # fmt: skip


def _layers() -> bytes:
    data = _zeros(100_000_000)
    for _ in range(5):
        data = zlib.compress(data)
    return data


def _acting(web: str) -> dict[str, Callable[[], bytes]]:
    def with_action(action: str) -> bytes:
        opened = TREE.replace(b"/Catalog", b"/Catalog/OpenAction 9 0 R")
        return HEAD + opened + PAGE + _stream(4, b"") + f"9 0 obj<<{action}>>endobj ".encode() + END

    embedded = "/Names<</EmbeddedFiles<</Names[(a.exe) 9 0 R]>>>>"
    return {
        "脚本": lambda: with_action(f"/S/JavaScript/JS(app.launchURL('{web}/js'))"),
        "运行程序": lambda: with_action("/S/Launch/F(cmd.exe)/Win<</F(cmd.exe)/P(/c calc)>>"),
        "打开网址": lambda: with_action(f"/S/URI/URI({web}/uri)"),
        "提交": lambda: with_action(f"/S/SubmitForm/F({web}/submit)"),
        "远程": lambda: with_action(f"/S/GoToR/F({web}/remote.pdf)"),
        "引入数据": lambda: with_action(f"/S/ImportData/F({web}/data.fdf)"),
        "外部流": lambda: HEAD + TREE + PAGE + f"4 0 obj<</Length 0/F({web}/stream)>>stream\n\nendstream endobj ".encode() + END,
        "附件": lambda: HEAD + TREE.replace(b"/Catalog", b"/Catalog" + embedded.encode()) + PAGE + b"9 0 obj<</F(a.exe)/EF<</F 8 0 R>>>>endobj " + _stream(8, b"MZ" + b"\0" * 99) + END,
        "动态表单": lambda: HEAD + TREE.replace(b"/Catalog", b"/Catalog/AcroForm<</XFA 9 0 R>>") + _stream(9, f'<!DOCTYPE x [<!ENTITY a SYSTEM "{web}/xfa">]><x>&a;</x>'.encode()) + END,
        "要密码": lambda: sound(lock=StandardEncryption("secret", "owner")),
        "空密码": lambda: sound(lock=StandardEncryption("", "owner", canCopy=0)),
        "假加密": lambda: HEAD + TREE + PAGE + b"trailer<</Root 1 0 R/Encrypt<</Filter/None/V 99>>>>\nstartxref\n9\n%%EOF",
    }  # fmt: skip


def _crooked() -> dict[str, Callable[[], bytes]]:
    return {
        "只有头": lambda: HEAD,
        "空对象": lambda: HEAD + b"1 0 obj" * 2_000 + END,
        "没有目录": lambda: HEAD + b"trailer<<>>\nstartxref\n0\n%%EOF",
        "索引循环": lambda: (
            HEAD
            + TREE
            + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
        ),
        "索引乱": lambda: HEAD + TREE + PAGE + b"xref\n0 99999999\n" + b"9999999999 00000 n \n" * 999 + END,
        "负长": lambda: HEAD + TREE + PAGE + b"4 0 obj<</Length -9>>stream\nabc\nendstream endobj " + END,
        "长自指": lambda: (
            HEAD + TREE + PAGE + b"4 0 obj<</Length 4 0 R>>stream\nabc\nendstream endobj " + END
        ),
        "父自指": lambda: (
            HEAD + TREE.replace(b"/Count 1", b"/Count 1/Parent 2 0 R") + PAGE + _stream(4, b"") + END
        ),
        "空字节": lambda: HEAD + b"\0" * 100_000 + END,
        "乱码": lambda: HEAD + bytes(range(256)) * 400 + END,
    }
