"""Hostile files and names that the other tests of files do not try."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.office.workbooks import save_xlsx
from youju.core.problem import DomainError
from youju.office.archive import FileForged, check_zip
from youju.office.evidence import check_evidence


def test_a_link_inside_of_a_package_is_refused(tmp_path: Path) -> None:
    book = save_xlsx(tmp_path / "台账.xlsx", {"1月": [["a"]]})
    check_zip(book, book.name)
    link = zipfile.ZipInfo("xl/media/link")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(FileForged):
        check_zip(book, book.name)


def test_a_picture_of_too_many_points_is_refused(tmp_path: Path) -> None:
    """Nine thousand by nine thousand in a few kilobytes."""
    side = 9000
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    picture = tmp_path / "照片.png"
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    picture.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
    assert picture.stat().st_size < 20_000
    with pytest.raises(DomainError) as refusal:
        check_evidence(picture)
    assert refusal.value.code.startswith("picture.")


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=1.csv", 'a";x=".csv', "../../a.csv", "表\u202egpj.csv", "a\0.csv"]
)
def test_a_name_cannot_add_to_a_header(name: str) -> None:
    from youju.office.handing_out import attachment

    said = attachment(name)
    assert said.startswith("attachment; filename*=UTF-8''")
    assert not any(letter in said.partition("''")[2] for letter in "\r\n\"';/\\ \0\u202e")
    said.encode("ascii")


def test_scripts_and_drawings_are_no_evidence(tmp_path: Path) -> None:
    for name, content in (
        ("a.svg", "<svg onload='x'/>"),
        ("a.html", "<script>1</script>"),
        ("a.js", "1"),
        ("a.zip", "PK\x03\x04"),
    ):
        path = tmp_path / name
        path.write_text(content)
        with pytest.raises(DomainError) as refusal:
            check_evidence(path)
        assert refusal.value.code == "evidence.kind"
