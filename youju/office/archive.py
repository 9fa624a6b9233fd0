"""Looks through a zip or OLE package before any reader opens it: names, sizes as really inflated, macros, passwords.

The directory of a zip may say anything, so every member is inflated here once, in pieces, and counted.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import olefile

from youju.core.problem import DomainError

MAX_MEMBERS = 2_000
MAX_MEMBER_BYTES = 50_000_000
MAX_TOTAL_BYTES = 100_000_000
MAX_RATIO = 200
RATIO_COUNTS_FROM = 1_000_000  # a small part of blanks may well shrink 300 times

_PIECE = 1 << 16
_TYPES = "[Content_Types].xml"
_KEPT = {_TYPES, "mimetype", "META-INF/manifest.xml"}  # small parts that tell what the package is
_KEPT_BYTES = 1_000_000
_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
OLE_PROGRAMS = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros"})  # names of storages
_OLE_PACKAGE = "\x01Ole10Native".encode("utf-16-le")


class FileDamaged(DomainError):
    """Cut off, or its parts do not fit together."""

    code = "file.damaged"
    text = "“{file}”不完整或已损坏（可能没有传完或没有拷完）。请重新拷贝原文件，或用 WPS、Excel 打开后另存一份再试。"


class FileEncrypted(DomainError):
    """It asks for a password."""

    code = "file.encrypted"
    text = "“{file}”设有打开密码，读不了。请打开后取消密码（文件—文档加密—清除密码），另存一份再试。"


class FileHasMacros(DomainError):
    """It carries programs: VBA, macro sheets, Basic, ActiveX."""

    code = "file.macros"
    text = "“{file}”带有宏或控件程序，为安全起见不接收。请另存为不含宏的 .xlsx 或 .docx 再试。"


class FileHasPackage(DomainError):
    """A file of any kind is embedded in it as an OLE package."""

    code = "file.package"
    text = "“{file}”里插有附件（嵌入的其他文件），为安全起见不接收。请删去其中嵌入的附件，另存一份再试。"


class FileIsBomb(DomainError):
    """It unfolds to far more than a document does."""

    code = "file.bomb"
    text = "“{file}”压缩异常：展开后的大小或部件数远超正常文件，不接收。请用 WPS 或 Excel 打开原文件，另存一份再试。"


class FileForged(DomainError):
    """Built as no office program builds it: paths that lead outside, overlapping parts, declared document types."""

    code = "file.forged"
    text = "“{file}”的内部结构不是办公软件正常保存的样子，为安全起见不接收。请用 WPS 或 Excel 打开原文件，另存一份再试。"


@dataclass(frozen=True, slots=True)
class Package:
    """What a sound zip holds.

    names  member names; parts: the text of the few that tell what the package is
    """

    names: frozenset[str]
    parts: dict[str, bytes] = field(default_factory=dict)


def check_zip(path: Path, name: str, *, macros: bool = False) -> Package:
    """Inflate and count every member of the zip at `path`; `macros` lets programs pass, which nobody here runs.

    raises  one of the refusals above
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_directory(members, archive.start_dir, name)
            parts = _inflate_all(file, members, archive.start_dir, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        OSError,
        ValueError,
        UnicodeError,
    ):
        # NotImplementedError: a compression no office program uses; ValueError: an impossible date or offset
        raise FileDamaged(file=name) from None
    names = frozenset(member.filename for member in members)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise FileEncrypted(file=name)
    if not macros and _has_programs(names, parts):
        raise FileHasMacros(file=name)
    return Package(names, parts)


def check_ole(path: Path, name: str, *, macros: bool = False) -> frozenset[str]:
    """The stream names (joined with /) of the OLE file at `path`. Raises FileDamaged and the like."""
    try:
        with olefile.OleFileIO(str(path), raise_defects=olefile.DEFECT_INCORRECT) as ole:
            streams = frozenset("/".join(entry) for entry in ole.listdir(streams=True, storages=True))
            # olefile fills a last sector that is cut off with zeros, which would be read as content.
            cut_off = path.stat().st_size % ole.sector_size != 0
    except (OSError, ValueError, IndexError, struct.error, RecursionError, TypeError):
        raise FileDamaged(file=name) from None
    if cut_off:
        raise FileDamaged(file=name)
    leaves = {stream.rsplit("/", 1)[-1] for stream in streams}
    if leaves & {"EncryptedPackage", "EncryptionInfo"}:
        raise FileEncrypted(file=name)
    if leaves & OLE_PROGRAMS and not macros:
        raise FileHasMacros(file=name)
    if "\x01Ole10Native" in leaves:
        raise FileHasPackage(file=name)
    return streams


def has_programs(path: Path) -> bool:
    """Whether the package at `path`, which one of the above has passed, carries programs."""
    if olefile.isOleFile(str(path)):
        with olefile.OleFileIO(str(path)) as ole:
            return any(OLE_PROGRAMS & set(entry) for entry in ole.listdir(streams=True, storages=True))
    with zipfile.ZipFile(path) as archive:
        names = frozenset(archive.namelist())
        return _has_programs(names, {_TYPES: archive.read(_TYPES)} if _TYPES in names else {})


def _check_directory(members: list[zipfile.ZipInfo], directory_at: int, name: str) -> None:
    if len(members) > MAX_MEMBERS:
        raise FileIsBomb(file=name)
    if any(member.flag_bits & 0x1 for member in members):
        raise FileEncrypted(file=name)
    if any(_leads_outside(member.filename) or _is_link(member) for member in members):
        raise FileForged(file=name)
    if len({member.filename for member in members}) < len(members):
        raise FileForged(file=name)
    if any(member.file_size > MAX_MEMBER_BYTES for member in members):
        raise FileIsBomb(file=name)
    if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
        raise FileIsBomb(file=name)
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end or member.header_offset + member.compress_size > directory_at:
            raise FileForged(file=name)
        end = member.header_offset + 30 + member.compress_size


def _leads_outside(filename: str) -> bool:
    steps = filename.replace("\\", "/").split("/")
    return filename.startswith(("/", "\\")) or ".." in steps or ":" in steps[0] or "\0" in filename


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _inflate_all(
    file: BinaryIO, members: list[zipfile.ZipInfo], directory_at: int, name: str
) -> dict[str, bytes]:
    total = 0
    parts: dict[str, bytes] = {}
    for member in members:
        size = 0
        tail = b""
        kept = bytearray()
        is_xml = bool(_XML.search(member.filename))
        is_object = "/embeddings/" in f"/{member.filename}"
        for piece in _inflate(file, member, directory_at, name):
            size += len(piece)
            total += len(piece)
            if size > MAX_MEMBER_BYTES or total > MAX_TOTAL_BYTES:
                raise FileIsBomb(file=name)
            if size > RATIO_COUNTS_FROM and size > MAX_RATIO * max(1, member.compress_size):
                raise FileIsBomb(file=name)
            window = tail + piece
            if is_xml and any(word in window for word in _DECLARATIONS):
                raise FileForged(file=name)
            if is_object and _OLE_PACKAGE in window:
                raise FileHasPackage(file=name)
            tail = window[-32:]
            if member.filename in _KEPT and len(kept) < _KEPT_BYTES:
                kept += piece
        if size != member.file_size:
            raise FileForged(file=name)
        if kept:
            parts[member.filename] = bytes(kept)
    return parts


def _inflate(file: BinaryIO, member: zipfile.ZipInfo, directory_at: int, name: str) -> Iterator[bytes]:
    """The member's true content in pieces, whatever length its directory entry declares."""
    file.seek(member.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise FileDamaged(file=name)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = member.header_offset + 30 + name_length + extra_length
    if start + member.compress_size > directory_at:
        raise FileForged(file=name)
    file.seek(start)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while left and (raw := file.read(min(_PIECE, left))):
            left -= len(raw)
            yield raw
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise FileForged(file=name)
    inflater = zlib.decompressobj(-15)
    while left and (raw := file.read(min(_PIECE, left))):
        left -= len(raw)
        while raw:
            yield inflater.decompress(raw, _PIECE)
            raw = inflater.unconsumed_tail
    yield inflater.flush()
    if not inflater.eof:
        raise FileDamaged(file=name)


def _has_programs(names: frozenset[str], parts: dict[str, bytes]) -> bool:
    lower = {one.lower() for one in names}
    types = parts.get(_TYPES, b"").lower()
    return (
        b"macroenabled" in types
        or any(
            one.endswith("vbaproject.bin") or "/macrosheets/" in one or "/activex/" in one for one in lower
        )
        or any(
            one.startswith("basic/") and not one.endswith(("script-lc.xml", "script-lb.xml", "/"))
            for one in lower
        )
    )
