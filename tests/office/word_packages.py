"""Word packages made by hand, part by part, so that a test says exactly what stands in the file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" mc:Ignorable="wps"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def p(*content: str) -> str:
    """A paragraph; a content that is no markup becomes a run."""
    return "<w:p>" + "".join(each if each.startswith("<") else r(each) for each in content) + "</w:p>"


def r(text: str, look: str = "") -> str:
    """A run."""
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def tbl(*rows: tuple[str, ...]) -> str:
    """A table of cells that are runs of one paragraph, or markup."""
    made = ""
    for row in rows:
        cells = (
            f"<w:tc><w:tcPr/>{each if each.startswith(('<w:p', '<w:tbl')) else p(each)}</w:tc>"
            for each in row
        )
        made += f"<w:tr>{''.join(cells)}</w:tr>"
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{made}</w:tbl>"


def textbox(content: str) -> str:
    """A text box as Word writes it: the drawing, and a copy in the old form."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"<w:txbxContent>{content}</w:txbxContent>"
        "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def docx_bytes(body: str, **parts: str) -> bytes:
    """A .docx with this body; parts: footnotes, endnotes, header1, footer1 … by their inner markup."""
    types = {"document": f"{TYPE}.document.main+xml"}
    files = {"document": f"{HEAD}<w:document {NAMES}><w:body>{body}</w:body></w:document>"}
    relations = ""
    for number, (name, inner) in enumerate(parts.items(), 1):
        kind = name.rstrip("0123456789")
        tag = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
        files[name] = f"{HEAD}<w:{tag} {NAMES}>{inner}</w:{tag}>"
        types[name] = f"{TYPE}.{kind}+xml"
        relations += f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{name}.xml"/>'
    space = "http://schemas.openxmlformats.org/package/2006"
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/>' for name, kind in types.items()
    )
    members = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{space}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{space}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="{space}/relationships">{relations}</Relationships>',
        **{f"word/{name}.xml": text for name, text in files.items()},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return packed.getvalue()


def strict(data: bytes) -> bytes:
    """The same package in the names of ISO 29500 strict."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            text = text.replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            target.writestr(
                name, text.replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")
            )
    return packed.getvalue()


def write_docx(path: Path, body: str, **parts: str) -> Path:
    """`docx_bytes` at `path`, which is returned."""
    path.write_bytes(docx_bytes(body, **parts))
    return path
