"""Files offered as evidence: which kinds are taken, and that each is what its name says and carries no 密级 mark.

Nobody here has to open a file of evidence to use it: it is handed out as an attachment, and a photo is shown written
anew (picture.py). It is looked through all the same, in one limited child a file, so that what is kept does no harm on
the computer of whoever opens it, and holds nothing that may not be here.
"""

from __future__ import annotations

from pathlib import Path

from youju.core.problem import DomainError
from youju.core.secrecy import Classified, mark_in
from youju.office.archive import FileDamaged, FileHasMacros, check_ole, check_zip
from youju.office.child import Json, run_limited
from youju.office.picture import SUFFIXES, BadPicture, check_picture
from youju.office.sheets.limits import QuotesUnbalanced, SheetTooBig, TooManySheets
from youju.office.sniff import ClassifiedFile, FileEmpty, FileTooLarge
from youju.office.text.values import DocNotRead, DocReaderMissing, NoWords, UnreadableLetters

__all__ = [
    "BadPicture",
    "QuotesUnbalanced",
    "SheetTooBig",
    "TooManySheets",
    "check_evidence",
    "evidence_task",
]

MAX_BYTES = 200_000_000
_DOCUMENTS = frozenset({".docx", ".doc", ".pdf", ".txt", ".md"})
_WORKBOOKS = frozenset({".xlsx", ".xls", ".ods", ".csv"})
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PACKAGES: dict[str, tuple[bytes, ...]] = {
    ".wps": (_OLE, _ZIP), ".et": (_OLE, _ZIP), ".dps": (_OLE, _ZIP), ".ppt": (_OLE,), ".pptx": (_ZIP,), ".ofd": (_ZIP,),
}  # fmt: skip
# suffix → (offset, bytes) one of which it begins with
_FTYP = ((4, b"ftyp"),)
_MEDIA: dict[str, tuple[tuple[int, bytes], ...]] = {
    ".heic": _FTYP, ".heif": _FTYP, ".mp4": _FTYP, ".mov": (*_FTYP, (4, b"moov"), (4, b"wide"), (4, b"mdat")), ".3gp": _FTYP,
    ".m4a": _FTYP, ".tif": ((0, b"II*\0"), (0, b"MM\0*")), ".tiff": ((0, b"II*\0"), (0, b"MM\0*")), ".wav": ((0, b"RIFF"),),
    ".amr": ((0, b"#!AMR"),), ".mp3": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (0, b"\xff\xfa")),
}  # fmt: skip
_KNOWN = SUFFIXES | _DOCUMENTS | _WORKBOOKS | _PACKAGES.keys() | _MEDIA.keys()
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")


class FileIsProgram(DomainError):
    """A program offered as evidence."""

    code = "file.program"
    text = "“{file}”是程序文件，不能作为佐证材料。请上传照片、扫描件或文档。"


class NotEvidence(DomainError):
    """A kind of file that is not kept as evidence: archives, pages of the web, whatever has no known ending."""

    code = "evidence.kind"
    text = (
        "“{file}”不是能作佐证材料的文件。可用：照片（.jpg .png .webp .heic）、.pdf、.ofd、Word、Excel、PPT、WPS 文件、"
        ".txt、.csv 和录音录像（.mp4 .mp3）；压缩包请解压后逐个上传。"
    )


class NotAsNamed(DomainError):
    """Ending and content disagree."""

    code = "evidence.not_as_named"
    text = "“{file}”的内容不是{suffix}文件，可能改过后缀或没有传完。请用原来的程序打开，另存后再上传。"


def check_evidence(path: Path) -> None:
    """Look through a file that is offered as evidence; returns when it may be kept.

    raises  Classified, ClassifiedFile, FileEmpty, FileTooLarge, FileIsProgram, NotEvidence, NotAsNamed, BadPicture, what
            reading its kind raises (damaged, encrypted, macros, bomb …), and what run_limited raises
    """
    if mark := mark_in(path.name):
        raise Classified(name=path.name, mark=mark)
    size = path.stat().st_size
    if size == 0:
        raise FileEmpty(file=path.name)
    if size > MAX_BYTES:
        raise FileTooLarge(file=path.name, limit=MAX_BYTES // 1_000_000)
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_PROGRAMS) and not head.startswith(b"#!AMR"):
        raise FileIsProgram(file=path.name)
    if suffix not in _KNOWN:
        raise NotEvidence(file=path.name)
    if suffix in _MEDIA and not any(head[at : at + len(magic)] == magic for at, magic in _MEDIA[suffix]):
        raise NotAsNamed(file=path.name, suffix=suffix)
    if suffix not in _MEDIA:
        run_limited("evidence", path, name=path.name, memory_mb=1024, wall_seconds=20.0)


def evidence_task(path: Path, *, name: str) -> Json:
    """The part of `check_evidence` that needs parsers, for the child."""
    suffix = Path(name).suffix.lower()
    for kinds, check in (
        (SUFFIXES, check_picture),
        (_DOCUMENTS, _check_document),
        (_WORKBOOKS, _check_workbook),
        (_PACKAGES, _check_package),
    ):
        if suffix in kinds:
            check(path, name)
    return None


def _check_document(path: Path, name: str) -> None:
    from youju.office.text.read import is_marked, text_task

    try:
        read = text_task(path, name=name, headers=True)
    except (NoWords, UnreadableLetters, DocReaderMissing, DocNotRead):
        return  # a scan, or a sound file whose words cannot be had: taken as it is
    assert isinstance(read, dict)
    if is_marked(str(read["text"])):
        raise ClassifiedFile(file=name, place="")


def _check_workbook(path: Path, name: str) -> None:
    from youju.office.workbook import workbook_task

    read = workbook_task(path, name=name)
    assert isinstance(read, dict)
    if read["macros"]:
        raise FileHasMacros(file=name)


def _check_package(path: Path, name: str) -> None:
    suffix = Path(name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(4)
    if head not in _PACKAGES[suffix]:
        raise NotAsNamed(file=name, suffix=suffix)
    if head == _ZIP:
        if not check_zip(path, name).names:
            raise FileDamaged(file=name)
    else:
        check_ole(path, name)
