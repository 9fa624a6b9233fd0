"""Where LibreOffice is installed, our pages are looked at in it: paper, letters a line, lines a page, page numbers.

It is no part of the product and not asked for in the continuous check; without it these tests do not exist, and
what they show is proven by the values in test_gongwen.py.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2

from youju.core.document import Document, Paragraph, Words
from youju.office.gongwen import GongwenMeta, write_gongwen

if shutil.which("soffice") is not None:

    def test_an_office_program_shows_28_letters_on_22_lines(tmp_path: Path) -> None:
        probe = Document((Paragraph((Words("镇" * 28 * 22 * 3),)),))
        write_gongwen(probe, tmp_path / "probe.docx", GongwenMeta("题"))
        command = [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "pdf",
        ]
        subprocess.run(
            [*command, "--outdir", str(tmp_path), str(tmp_path / "probe.docx")],
            check=True,
            capture_output=True,
        )
        document = pypdfium2.PdfDocument(str(tmp_path / "probe.pdf"))
        pages = [page.get_textpage().get_text_range().split("\r\n") for page in document]
        sizes = {
            (round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4)) for page in document
        }
        document.close()
        assert sizes == {(210, 297)}
        lines = [line for line in pages[1] if line.startswith("镇")]
        assert {len(line) for line in lines} == {28}
        assert len(lines) == 22
        assert [line.strip() for page in pages for line in page if "—" in line][:3] == [
            "— 1 —",
            "— 2 —",
            "— 3 —",
        ]
