"""Files offered as evidence: what is taken, judged by name, size and first bytes."""

from __future__ import annotations

from pathlib import Path

from youju.core.problem import DomainError
from youju.core.secrecy import Classified, mark_in
from youju.office.sniff import FileEmpty, FileTooLarge

MAX_BYTES = 200_000_000
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
