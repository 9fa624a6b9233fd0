"""Files offered as evidence: what is taken, judged by name, size and first bytes."""

from __future__ import annotations

from pathlib import Path

from youju.core.problem import DomainError
from youju.core.secrecy import Classified, mark_in
from youju.office.sniff import ClassifiedFile, FileEmpty, FileTooLarge
from youju.office.text.read import read_text
from youju.office.workbook import read_workbook

MAX_BYTES = 200_000_000
_DOCUMENTS = frozenset({".docx", ".doc", ".pdf", ".txt", ".md"})
_WORKBOOKS = frozenset({".xlsx", ".xls", ".ods", ".csv"})
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")


class FileIsProgram(DomainError):
    """A program offered as evidence."""

    code = "file.program"
    text = "“{file}”是程序文件，不能作为佐证材料。请上传照片、扫描件或文档。"


def check_evidence(path: Path) -> None:
    """Raises Classified, FileEmpty, FileTooLarge or FileIsProgram for a file that may not be kept."""
    if mark := mark_in(path.name):
        raise Classified(name=path.name, mark=mark)
    size = path.stat().st_size
    if size == 0:
        raise FileEmpty(file=path.name)
    if size > MAX_BYTES:
        raise FileTooLarge(file=path.name, limit=MAX_BYTES // 1_000_000)
    with path.open("rb") as file:
        if file.read(4).startswith(_PROGRAMS):
            raise FileIsProgram(file=path.name)
    _refuse_marked(path)


def _refuse_marked(path: Path) -> None:
    """Look for 密级 marks in what can be read. Evidence that cannot be read, a scan say, is taken as it is."""
    suffix = path.suffix.lower()
    try:
        if suffix in _DOCUMENTS:
            read_text(path)
        elif suffix in _WORKBOOKS:
            read_workbook(path)
    except (ClassifiedFile, Classified):
        raise
    except DomainError:
        return
