"""What a file really is, by its content and not its suffix; what we do not read is refused with what to do instead.

Call it in the child (`run_limited("sniff", path, name=…)`); readers that run there call `sniff` themselves first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal, get_args

import olefile

from youju.core.problem import DomainError
from youju.office.archive import (
    FileDamaged,
    FileEncrypted,
    FileHasMacros,
    Package,
    check_ole,
    check_zip,
)
from youju.office.child import Json

Kind = Literal["xlsx", "xls", "ods", "csv", "docx", "doc", "pdf", "txt", "md"]

KINDS: tuple[Kind, ...] = get_args(Kind)
WORKBOOKS: tuple[Kind, ...] = ("xlsx", "xls", "ods", "csv")
DOCUMENTS: tuple[Kind, ...] = ("docx", "doc", "pdf", "txt", "md")

MAX_FILE_BYTES = 50_000_000

_SUFFIXES: dict[str, Kind] = {kind: kind for kind in KINDS} | {
    "xlsm": "xlsx",
    "xltx": "xlsx",
    "tsv": "csv",
    "markdown": "md",
    "text": "txt",
}
# A workbook, a template, either with programs; Excel writes macroEnabled, the standard has no opinion about its case.
_WORKBOOK_TYPES = (
    b"spreadsheetml.sheet.main+xml",
    b"spreadsheetml.template.main+xml",
    b"ms-excel.sheet.macroEnabled.main+xml",
    b"ms-excel.template.macroEnabled.main+xml",
)
_TEXT_KINDS: tuple[Kind, ...] = ("csv", "txt", "md")

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|meta|table|style|body|div)\b", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PDF_ENCRYPT = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


class FileEmpty(DomainError):
    """Nothing in it."""

    code = "file.empty"
    text = "“{file}”是空文件。请检查是否选错了文件，或重新拷贝一份再试。"


class FileTooLarge(DomainError):
    """More bytes than we take."""

    code = "file.too_large"
    text = "“{file}”超过 {limit} MB。请删去其中的图片和用不到的工作表，或拆成几个文件再试。"


class WrongSuffix(DomainError):
    """Suffix and content disagree."""

    code = "file.wrong_suffix"
    text = "“{file}”的后缀与内容不符，内容其实是{real}。请用 WPS 或 Excel、Word 打开，另存为 .{advice} 再试。"


class WrongKind(DomainError):
    """A file of a kind that is not read here."""

    code = "file.wrong_kind"
    text = "“{file}”是{real}，这里读不了。{advice}"


class ClassifiedFile(DomainError):
    """It carries a classification mark; it is not kept."""

    code = "file.classified"
    text = (
        "“{file}”{place}带有密级或内部资料标志，已拒收，系统没有留存。"
        "本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密；请立即从联网电脑上移走该文件，并报告单位保密员。"
    )


def sniff(path: Path, name: str, accept: Collection[Kind] = KINDS, *, macros: bool = False) -> Kind:
    """The kind of the file at `path`, which its owner calls `name`.

    accept   kinds the caller reads; any other is refused
    macros   take .xlsm and .xls with programs in them: our readers look at cells only and run nothing
    raises   FileEmpty, FileTooLarge, FileDamaged, FileEncrypted, FileHasMacros, FileHasPackage, FileIsBomb,
             FileForged, WrongSuffix, WrongKind
    """
    size = path.stat().st_size
    if size == 0:
        raise FileEmpty(file=name)
    if size > MAX_FILE_BYTES:
        raise FileTooLarge(file=name, limit=MAX_FILE_BYTES // 1_000_000)
    suffix = Path(name).suffix.lower().lstrip(".")
    if suffix in ("wps", "et", "dps"):
        raise WrongKind(file=name, real="WPS 专用格式", advice=f"请用 WPS 打开，{_save_as(accept)}再试。")
    with path.open("rb") as file:
        head = file.read(4096)
    kind = _by_content(path, name, head, suffix, accept, macros=macros)
    wanted = _SUFFIXES.get(suffix)
    if wanted is not None and wanted != kind:
        raise WrongSuffix(file=name, real=f" .{kind} 文件", advice=kind)
    if kind not in accept:
        raise WrongKind(file=name, real=f" .{kind} 文件", advice=_wanted(accept))
    return kind


def sniff_task(path: Path, *, name: str, accept: list[Json] | None = None) -> Json:
    """`sniff` for the child."""
    return sniff(path, name, KINDS if accept is None else [kind for kind in KINDS if kind in accept])


def find_marking(texts: Iterable[str]) -> str | None:
    """The first classification mark in `texts` (cells, lines, paragraphs), as it is written, or None.

    A mark is 秘密, 机密 or 绝密, with or without 级, followed by ★ (anywhere: 机密★10年); the same words after 密级：;
    a whole line that says 秘密级, 机密级, 绝密级; or a whole line that says 内部资料, 内部文件 or 工作秘密, alone, in brackets,
    or with 注意保存 and the like. Blanks between the characters do not hide a mark. 内部资料 inside a sentence is prose.
    """
    for text in texts:
        if "密" not in text and "内" not in text:
            continue  # one of them stands in every mark
        for line in text.splitlines():
            found = _MARK_ANYWHERE.search(line) or _MARK_ALONE.match(line)
            if found:
                return found.group().strip()
    return None


def _spaced(*words: str) -> str:
    return "(?:" + "|".join(r"[ \t\u3000]*".join(word) for word in words) + ")"


_GAP = r"[ \t\u3000]*"
_LEVEL = _spaced("秘密", "机密", "绝密")
_MARK_ANYWHERE = re.compile(rf"{_LEVEL}{_GAP}级?{_GAP}[★☆]|{_spaced('密级')}{_GAP}[:：]{_GAP}{_LEVEL}")
_MARK_ALONE = re.compile(
    rf"{_GAP}[【\[（(〔《“]?{_GAP}"
    rf"(?:{_spaced('秘密级', '机密级', '绝密级', '工作秘密')}"
    rf"|{_spaced('内部资料', '内部文件')}{_GAP}[,，、:：;；!！—-]*{_GAP}"
    rf"(?:{_spaced('注意保存', '妥善保管', '注意保密', '严禁外传', '请勿外传', '不得外传', '严禁翻印', '不得翻印', '用后收回')}"
    rf"{_GAP}[,，、;；]?{_GAP})*)"
    rf"{_GAP}[】\]）)〕》”!！。]*{_GAP}$"
)


def _by_content(
    path: Path, name: str, head: bytes, suffix: str, accept: Collection[Kind], *, macros: bool
) -> Kind:
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(check_zip(path, name, macros=macros), name, accept)
    if head.startswith(b"PK"):
        raise FileDamaged(file=name)
    if head.startswith(olefile.MAGIC):
        return _ole_kind(path, check_ole(path, name, macros=macros), name, accept)
    if head.startswith(b"%PDF-") or (suffix == "pdf" and b"%PDF-" in head[:1024]):
        _check_pdf(path, name)
        return "pdf"
    for magics, real, advice in (
        (_PICTURES, "图片", "请上传表格或文字材料；扫描件请先转成文字。"),
        (_ARCHIVES, "压缩包", "请先解压，再逐个上传里面的文件。"),
        (_PROGRAMS, "程序文件", "为安全起见不接收程序，请检查是否选错了文件。"),
    ):
        if head.startswith(magics) and (
            b"\0" in head or head[0] > 127
        ):  # a text may well begin with BM or MZ
            raise WrongKind(file=name, real=real, advice=advice)
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise WrongKind(file=name, real="图片或音视频", advice="请上传表格或文字材料；扫描件请先转成文字。")
    return _text_kind(path, name, head, suffix, accept)


def _zip_kind(package: Package, name: str, accept: Collection[Kind]) -> Kind:
    types = package.parts.get("[Content_Types].xml", b"")
    mimetype = package.parts.get("mimetype", b"")
    is_workbook = any(word in types for word in _WORKBOOK_TYPES)
    if is_workbook and "xl/workbook.xml" in package.names:
        return "xlsx"
    if b"wordprocessingml.document.main+xml" in types and "word/document.xml" in package.names:
        return "docx"
    if (
        mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet")
        and "content.xml" in package.names
    ):
        return "ods"
    if b"sheet.binary" in types:
        real = " .xlsb 表格"
    elif b"presentationml" in types:
        real = "演示文稿"
    elif "OFD.xml" in package.names:
        real = " OFD 版式文件"
    elif mimetype.startswith(b"application/vnd.oasis.opendocument"):
        real = " OpenDocument 文档"
    elif types:
        raise FileDamaged(file=name)  # an office package without its main part
    else:
        raise WrongKind(file=name, real="压缩包", advice="请先解压，再逐个上传里面的文件。")
    raise WrongKind(file=name, real=real, advice=f"请打开后{_save_as(accept)}再试。")


def _ole_kind(path: Path, streams: frozenset[str], name: str, accept: Collection[Kind]) -> Kind:
    if "Workbook" in streams or "Book" in streams:
        with olefile.OleFileIO(str(path)) as ole:
            start = ole.openstream("Workbook" if "Workbook" in streams else "Book").read(4096)
        _check_biff(start, name)
        return "xls"
    if "WordDocument" in streams:
        with olefile.OleFileIO(str(path)) as ole:
            start = ole.openstream("WordDocument").read(32)
        if len(start) < 32:
            raise FileDamaged(file=name)
        if start[0x0B] & 0x01:  # fEncrypted of the file information block
            raise FileEncrypted(file=name)
        return "doc"
    real = "演示文稿" if "PowerPoint Document" in streams else "不认识的旧格式文件"
    raise WrongKind(file=name, real=real, advice=f"请打开后{_save_as(accept)}再试。")


def _check_biff(start: bytes, name: str) -> None:
    """The first records of a workbook: FILEPASS says encrypted, and a macro sheet is a program."""
    at = 0
    while at + 4 <= len(start):
        kind = int.from_bytes(start[at : at + 2], "little")
        size = int.from_bytes(start[at + 2 : at + 4], "little")
        body = start[at + 4 : at + 4 + size]
        if kind == 0x002F:
            raise FileEncrypted(file=name)
        if kind == 0x0085 and len(body) > 5 and body[5] == 1:  # BOUNDSHEET of an Excel 4 macro sheet
            raise FileHasMacros(file=name)
        if kind == 0x000A:
            break
        at += 4 + size


def _check_pdf(path: Path, name: str) -> None:
    data = path.read_bytes()
    if b"%%EOF" not in data[-2048:] and b"startxref" not in data[-2048:]:
        raise FileDamaged(file=name)
    if _PDF_ENCRYPT.search(data):
        import pypdfium2  # only where a password is in question: many files are encrypted with an empty one

        try:
            pypdfium2.PdfDocument(str(path)).close()
        except pypdfium2.PdfiumError as error:
            if "assword" in str(error):
                raise FileEncrypted(file=name) from None
            raise FileDamaged(file=name) from None


def _text_kind(path: Path, name: str, head: bytes, suffix: str, accept: Collection[Kind]) -> Kind:
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise WrongKind(file=name, real="网页", advice=f"请用 WPS 或 Excel 打开，{_save_as(accept)}再试。")
    wanted = _SUFFIXES.get(suffix)
    text = decode_text(path.read_bytes())
    if text is None or (_CONTROL.search(text) and wanted not in _TEXT_KINDS):
        if wanted is None:
            raise WrongKind(file=name, real="不认识的文件", advice=_wanted(accept))
        raise FileDamaged(file=name)
    if text.lstrip("\ufeff \t\r\n").startswith(("<?xml", "{\\rtf")):
        raise WrongKind(file=name, real="旧式 XML 或 RTF 文件", advice=f"请打开后{_save_as(accept)}再试。")
    if not text.strip():
        raise FileEmpty(file=name)
    if wanted in _TEXT_KINDS:
        return wanted
    if wanted is None:
        if set(accept) & set(_TEXT_KINDS) and not suffix:
            return next(kind for kind in ("txt", "csv", "md") if kind in accept)
        raise WrongKind(file=name, real="不认识的文件", advice=_wanted(accept))
    raise WrongSuffix(file=name, real="纯文本", advice=wanted)


def decode_text(data: bytes) -> str | None:
    """Text in UTF-8 (with or without a mark), UTF-16 with a mark, or GB18030, without its mark; None when it is neither.

    Control characters are left in it: what to do about them is for who reads the text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _save_as(accept: Collection[Kind]) -> str:
    names = [f".{kind}" for kind in ("xlsx", "docx") if kind in accept] or [f".{kind}" for kind in accept]
    return f"另存为 {' 或 '.join(names)} "


def _wanted(accept: Collection[Kind]) -> str:
    return "请换成" + "、".join(f" .{kind}" for kind in accept) + " 文件再试。"
