"""Pictures that unfold to too much, stop too soon, carry something behind or inside, or are none."""

# ruff: noqa: PLW0108 - every one is a function of its own, called when its file is sent

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image

from tests.hardness.hostile.file import Hostile, spoiled
from tests.photos import photo

PNG = b"\x89PNG\r\n\x1a\n"


def files(web: str) -> Iterator[Hostile]:
    """All of this family."""
    for name, make in (*_pngs().items(), *_jpegs().items(), *_others(web).items()):
        yield Hostile("pictures", name, make)
    yield from spoiled("pictures", "照片{}.jpg", photo("a", side=64), 7, 8, 11)
    yield from spoiled("pictures", "照片{}.png", photo("b", "PNG", 32), 5, 6, 12)
    yield from spoiled("pictures", "照片{}.webp", photo("c", "WEBP", 64), 4, 4, 13)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(
    width: int,
    height: int,
    rows: bytes,
    *,
    depth: int = 1,
    colour: int = 0,
    extra: bytes = b"",
    interlaced: int = 0,
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return PNG + _chunk(b"IHDR", head) + extra + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _zeros(size: int) -> bytes:
    """So many zeros, deflated, without ever having them all."""
    squeeze, made, piece = zlib.compressobj(9), [], b"\0" * (1 << 20)
    for at in range(0, size, len(piece)):
        made.append(squeeze.compress(piece[: size - at]))
    return b"".join((*made, squeeze.flush()))


def _bilevel(side: int) -> bytes:
    return _png(side, side, _zeros((side // 8 + 1) * side))


def _pngs() -> dict[str, Callable[[], bytes]]:
    small = zlib.compress(b"\0\0" * 8)
    text = b"Comment\0\0" + _zeros(60_000_000)
    frames = b"".join(
        _chunk(b"fcTL", struct.pack(">IIIIIHHBB", n, 8, 8, 0, 0, 1, 1, 0, 0)) for n in range(20_000)
    )
    return {
        "炸弹13000.png": partial(_bilevel, 13_000),
        "炸弹20000.png": partial(_bilevel, 20_000),
        "炸弹彩色.png": lambda: _png(9_000, 9_000, _zeros(9_000 * 27_001), depth=8, colour=2),
        "宣称极大.png": lambda: _png(2**31 - 1, 2**31 - 1, small),
        "宣称极宽.png": lambda: _png(2**31 - 1, 1, small),
        "零宽.png": lambda: _png(0, 8, small),
        "坏位深.png": lambda: _png(8, 8, small, depth=77, colour=9),
        "隔行.png": lambda: _png(7_000, 7_000, small, interlaced=1),
        "文字炸弹.png": lambda: _png(8, 8, small, extra=_chunk(b"zTXt", text)),
        "色彩炸弹.png": lambda: _png(8, 8, small, extra=_chunk(b"iCCP", b"a\0\0" + _zeros(60_000_000))),
        "碎块.png": lambda: _png(8, 8, small, extra=_chunk(b"tEXt", b"a\0b") * 200_000),
        "动画.png": lambda: _png(8, 8, small, extra=_chunk(b"acTL", struct.pack(">II", 20_000, 0)) + frames),
        "数据炸弹.png": lambda: _png(8, 8, _zeros(200_000_000)),
        "没有数据.png": lambda: (
            PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 1, 0, 0, 0, 0)) + _chunk(b"IEND", b"")
        ),
        "只有头.png": lambda: PNG,
        "坏校验.png": lambda: _png(8, 8, small).replace(b"IDAT", b"IDAT", 1)[:-20] + b"\0" * 20,
        "调色板缺失.png": lambda: _png(8, 8, small, depth=8, colour=3),
        "块长为负.png": lambda: PNG + b"\xff\xff\xff\xff" + b"IHDR" + b"\0" * 40,
    }


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def _jpegs() -> dict[str, Callable[[], bytes]]:
    good = photo("polyglot", side=64)
    start, rest = good[:2], good[2:]
    loop = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"
    many = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x0f\x01\x02\0\xff\xff\xff\x7f\0\0\0\0" * 4000

    def resized() -> bytes:
        at = next(at for at in range(len(good)) if good[at : at + 2] in (b"\xff\xc0", b"\xff\xc2"))
        return good[: at + 5] + struct.pack(">HH", 65_500, 65_500) + good[at + 9 :]

    def progressive() -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (4_000, 4_000)).save(out, "JPEG", progressive=True)
        whole = out.getvalue()
        scan = whole[whole.rindex(b"\xff\xda") : -2]
        return whole[:-2] + scan * 300 + whole[-2:]

    def with_zip() -> bytes:
        out = io.BytesIO(good)
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("../../evil.php", "<?php system($_GET[0]);")
        return out.getvalue()

    return {
        "宣称极大.jpg": resized,
        "反复扫描.jpg": progressive,
        "附压缩包.jpg": with_zip,
        "附网页.jpg": lambda: good + b"<html><script>alert(1)</script></html>",
        "附PDF.jpg": lambda: good + b"%PDF-1.4\n1 0 obj<<>>endobj trailer<<>>\nstartxref\n0\n%%EOF",
        "注释里的程序.jpg": lambda: start + _segment(0xFE, b"<?php system($_GET[0]); ?>") + rest,
        "注释里的脚本.jpg": lambda: start + _segment(0xFE, b"*/=1;alert(document.domain);/*") + rest,
        "注释炸弹.jpg": lambda: start + _segment(0xFE, b"A" * 65_000) * 150 + rest,
        "拍摄信息循环.jpg": lambda: start + _segment(0xE1, loop) + rest,
        "拍摄信息过多.jpg": lambda: start + _segment(0xE1, many) + rest,
        "色彩信息过多.jpg": lambda: (
            start + _segment(0xE2, b"ICC_PROFILE\0\x01\xff" + b"A" * 60_000) * 200 + rest
        ),
        "没有结尾.jpg": lambda: good[:-2],
        "只有头.jpg": lambda: b"\xff\xd8\xff",
        "空表.jpg": lambda: b"\xff\xd8" + _segment(0xDB, b"") * 4000 + b"\xff\xd9",
        "四色.jpg": lambda: _saved(Image.new("CMYK", (5_000, 5_000)), "JPEG"),
    }


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def _others(web: str) -> dict[str, Callable[[], bytes]]:
    lossless = (
        b"RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f"
        + struct.pack("<I", (16_382) | (16_382 << 14))
        + b"\x88\x88\x08" * 6
    )
    extended = (
        b"RIFF\xff\xff\xff\x7fWEBPVP8X\x0a\0\0\0\x02\0\0\0"
        + b"\xff\xff\xff" * 2
        + b"ANIM\x06\0\0\0\0\0\0\0\0\0"
    )
    wide_gif = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
    frame = b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0"
    gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"
    bitmap = b"BM" + struct.pack(
        "<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 100_000, -100_000, 1, 24, 0, 0, 0, 0, 0, 0
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="{web}/svg.png"/></svg>'
    entity = f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "{web}/xxe">]><svg>&x;</svg>'
    eps = (
        f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9999 9999\n(%pipe%curl {web}/eps) (w) file\nshowpage\n"
    )
    return {
        "极大.webp": lambda: lossless,
        "动画极大.webp": lambda: extended,
        "宣称极大.gif": lambda: wide_gif,
        "动画.gif": lambda: gif + frame * 30_000 + b";",
        "注释.gif": lambda: gif + (b"!\xfe\xff" + b"A" * 255 + b"\0") * 20_000 + frame + b";",
        "负高.bmp": lambda: bitmap,
        "程序包.gif": lambda: gif + frame + b";PK\x03\x04META-INF/MANIFEST.MF",
        "矢量.svg": lambda: svg.encode(),
        "矢量.png": lambda: svg.encode(),
        "实体.svg": lambda: entity.encode(),
        "实体.jpg": lambda: entity.encode(),
        "印刷.jpg": lambda: eps.encode(),
        "印刷.png": lambda: b"\xc5\xd0\xd3\xc6" + struct.pack("<6I", 30, len(eps), 0, 0, 0, 0) + eps.encode(),
        "网页.jpg": lambda: b"<!doctype html><script>alert(1)</script>",
        "网页标签.png": lambda: b"GIF89a<script>alert(1)</script>",
        "程序.jpg": lambda: b"<?php system($_GET[0]); ?>",
        "扫描.jpg": lambda: b"II*\0\xff\xff\xff\x7f" + b"\0" * 100,
        "图层.jpg": lambda: b"8BPS\0\x01" + b"\0" * 6 + struct.pack(">HIIHH", 4, 300_000, 300_000, 8, 3),
        "图标.png": lambda: b"\0\0\1\0\xff\xff" + b"\0\0\0\0\1\0\x20\0\xff\xff\xff\x7f\x16\0\0\0" * 60,
        "图元.jpg": lambda: b"\xd7\xcd\xc6\x9a" + b"\0" * 60,
        "手机.heic": lambda: b"\0\0\0\x18ftypheic" + b"\xff" * 200,
        "位图.xbm": lambda: b"#define a_width 99999\n#define a_height 99999\nstatic char a_bits[] = {",
        "位图.jpg": lambda: b"P6\n99999 99999\n255\n",
        "传真.tif": lambda: b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\0\0\x04\0\0\0\x01\x7f\xff\xff\xff" * 500,
    }
