"""One kind of file under the name of another, archives, and programs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator

from tests.hardness.hostile.file import WORDS, Hostile, given
from tests.hardness.hostile.papers import sound
from tests.hardness.hostile.pictures import _zeros
from tests.hardness.hostile.words import DOC
from tests.hardness.hostile.workbooks import GOOD
from tests.office.word_packages import docx_bytes, p
from tests.photos import photo


def files(web: str) -> Iterator[Hostile]:
    """All of this family."""
    del web
    good = {
        "docx": docx_bytes(p(WORDS)),
        "xlsx": GOOD,
        "pdf": sound(),
        "doc": DOC.read_bytes(),
        "jpg": photo("x"),
        "txt": WORDS.encode(),
    }
    endings = (
        "docx",
        "xlsx",
        "pdf",
        "doc",
        "jpg",
        "png",
        "txt",
        "md",
        "csv",
        "xls",
        "ods",
        "ofd",
        "mp4",
        "exe",
        "php",
        "",
    )
    for kind, data in good.items():
        for ending in endings:
            if ending != kind and (kind, ending) not in FRIENDLY:
                yield given("disguises", f"其实是{kind}{'.' if ending else ''}{ending}", data)
    for name, make in _archives().items():
        yield Hostile("disguises", name, make)
    for magic, kind in (
        (b"MZ\x90\0", "exe"),
        (b"\x7fELF\x02\x01", "elf"),
        (b"\xca\xfe\xba\xbe", "class"),
        (b"\xcf\xfa\xed\xfe", "macho"),
    ):
        for ending in ("jpg", "docx", "xlsx", "txt", kind):
            yield given("disguises", f"{kind}程序.{ending}", magic + b"\0" * 400)


FRIENDLY = {("txt", "md"), ("txt", "csv"), ("jpg", "png")}  # what is the same to a reader


def _archives() -> dict[str, Callable[[], bytes]]:
    def tar() -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for name in ("../../etc/cron.d/x", "/etc/x"):
                archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
        return out.getvalue()

    def nested() -> bytes:
        data = b"\0" * 1_000_000
        for level in range(6):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for number in range(4):
                    archive.writestr(f"{level}-{number}.zip", data)
            data = out.getvalue()
        return data

    def empty() -> bytes:
        out = io.BytesIO()
        zipfile.ZipFile(out, "w").close()
        return out.getvalue()

    def members() -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for number in range(60_000):
                archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
        return out.getvalue()

    rar, seven = b"Rar!\x1a\x07\x01\0" + b"\0" * 90, b"7z\xbc\xaf\x27\x1c\0\4" + b"\xff" * 90
    return {
        "压缩.zip": nested,
        "套娃.docx": nested,
        "空包.zip": empty,
        "空包.docx": empty,
        "空包.xlsx": empty,
        "六万件.zip": members,
        "六万件.xlsx": members,
        "压缩.rar": lambda: rar,
        "压缩.docx": lambda: rar,
        "压缩.7z": lambda: seven,
        "压缩.xlsx": lambda: seven,
        "压缩.gz": lambda: gzip.compress(b"\0" * 9_000_000),
        "压缩.txt": lambda: gzip.compress(WORDS.encode()),
        "压缩.bz2": lambda: bz2.compress(b"\0" * 9_000_000),
        "压缩.xz": lambda: lzma.compress(b"\0" * 9_000_000),
        "归档.tar": tar,
        "归档.jpg": tar,
        "柜.cab": lambda: b"MSCF\0\0\0\0" + b"\0" * 90,
        "盘.iso": lambda: b"\0" * 32_769 + b"CD001" + b"\0" * 900,
        "流.xlsx": lambda: b"PK\x07\x08" + b"\0" * 90,
        "尾部.docx": lambda: b"PK\x05\x06" + b"\xff" * 18,
        "六四.xlsx": lambda: b"PK\x06\x06" + b"\xff" * 90,
        "炸弹流.pdf": lambda: b"%PDF-1.7\n" + _zeros(50_000_000) + b"\n%%EOF",
    }
