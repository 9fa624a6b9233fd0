"""What is the same in every document: styles, fonts, settings, page numbers, relations."""

from __future__ import annotations

from datetime import date

from lxml import etree

from youju.office.gongwen import layout
from youju.office.gongwen.xml import Element, root, to_bytes, w

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

# style id, name as Word knows it, Chinese font, size, first line indent in letters, alignment, outline level
_STYLES = (
    ("GwTitle", "Title", layout.TITLE_FONT, layout.SIZE_2, 0, "center", None),
    ("GwAddressee", "主送机关", "", 0, 0, "left", None),
    ("GwBody", "公文正文", "", 0, 2, "both", None),
    ("Heading1", "heading 1", layout.HEITI, 0, 2, "both", 0),
    ("Heading2", "heading 2", layout.KAITI, 0, 2, "both", 1),
    ("Heading3", "heading 3", "", 0, 2, "both", 2),
    ("Heading4", "heading 4", "", 0, 2, "both", 3),
    ("GwLine", "署名和附件说明", "", 0, 0, "left", None),
    ("GwAppendixMark", "附件字样", layout.HEITI, 0, 0, "left", None),
    ("GwTableTitle", "表题", layout.HEITI, 0, 0, "center", None),
)


def styles() -> bytes:
    """styles.xml: the layout itself, so that who edits the text keeps it."""
    defaults = w(
        "docDefaults",
        w(
            "rPrDefault",
            w(
                "rPr",
                w(
                    "rFonts",
                    ascii=layout.LATIN,
                    eastAsia=layout.FANGSONG,
                    hAnsi=layout.LATIN,
                    cs=layout.LATIN,
                ),
                w("spacing", val=layout.CLOSER),
                w("kern", val=0),
                w("sz", val=layout.SIZE_3),
                w("szCs", val=layout.SIZE_3),
                w("lang", val="en-US", eastAsia="zh-CN"),
            ),
        ),
        w(
            "pPrDefault",
            w(
                "pPr",
                w("widowControl", val=0),  # 22 lines on every page
                w("kinsoku", val=1),
                w("overflowPunct", val=0),
                w("autoSpaceDE", val=0),
                w("autoSpaceDN", val=0),
                w("adjustRightInd", val=0),
                w("spacing", before=0, after=0, line=layout.LINE, lineRule="exact"),
                w("jc", val="both"),
            ),
        ),
    )
    normal = w("style", w("name", val="Normal"), w("qFormat"), type="paragraph", default=1, styleId="Normal")
    letter = w(
        "style",
        w("name", val="Default Paragraph Font"),
        w("uiPriority", val=1),
        w("semiHidden"),
        type="character",
        default=1,
        styleId="DefaultParagraphFont",
    )
    table = w(
        "style",
        w("name", val="Normal Table"),
        w("uiPriority", val=99),
        w("semiHidden"),
        w("tblPr", w("tblInd", w=0, type="dxa")),
        type="table",
        default=1,
        styleId="TableNormal",
    )
    return to_bytes(
        root(
            "styles",
            defaults,
            normal,
            letter,
            table,
            *map(_style, _STYLES),
            *_table_styles(),
            _footer_style(),
        )
    )


def _style(row: tuple[str, str, str, int, int, str, int | None]) -> Element:
    identity, name, font, size, indent, align, outline = row
    return w(
        "style",
        w("name", val=name),
        w("basedOn", val="Normal"),
        w("next", val="GwBody" if outline is not None else identity),
        w("qFormat"),
        w(
            "pPr",
            w("keepNext") if outline is not None else None,
            w("snapToGrid", val=0) if size else None,  # larger letters would be given two lines of the grid
            w("ind", firstLine=indent * layout.LETTER),
            w("jc", val=align),
            w("outlineLvl", val=outline) if outline is not None else None,
        ),
        w(
            "rPr",
            w("rFonts", eastAsia=font) if font else None,
            w("sz", val=size) if size else None,
            w("szCs", val=size) if size else None,
        ),
        type="paragraph",
        styleId=identity,
    )


def _table_styles() -> list[Element]:
    """Letters in tables: 5号 on a line of its own; wordWrap off lets a long recipe break anywhere."""
    made = []
    for identity, name, size, align in (
        ("GwCell", "表格文字", layout.SIZE_5, "left"),
        ("GwCellMiddle", "表格文字居中", layout.SIZE_5, "center"),
        ("GwCellSmall", "表格小字", layout.SIZE_SMALL_5, "left"),
    ):
        made.append(
            w(
                "style",
                w("name", val=name),
                w("basedOn", val="Normal"),
                w("qFormat"),
                w(
                    "pPr",
                    w("wordWrap", val=0),
                    w("snapToGrid", val=0),
                    w("spacing", before=0, after=0, line=layout.TABLE_LINE, lineRule="exact"),
                    w("jc", val=align),
                ),
                w("rPr", w("spacing", val=0), w("sz", val=size), w("szCs", val=size)),
                type="paragraph",
                styleId=identity,
            )
        )
    return made


def _footer_style() -> Element:
    return w(
        "style",
        w("name", val="footer"),
        w("basedOn", val="Normal"),
        w(
            "pPr",
            w("snapToGrid", val=0),
            w("spacing", before=0, after=0, line=layout.FOOTER_LINE, lineRule="exact"),
        ),
        w(
            "rPr",
            w("rFonts", ascii=layout.SONGTI, eastAsia=layout.SONGTI, hAnsi=layout.SONGTI),
            w("spacing", val=0),
            w("sz", val=layout.SIZE_4),
            w("szCs", val=layout.SIZE_4),
        ),
        type="paragraph",
        styleId="Footer",
    )


def footer(*, odd: bool) -> bytes:
    """— 1 — at the outer side: right on odd pages, left on even ones, one letter in."""
    side = w("ind", right=layout.FOOTER_LETTER) if odd else w("ind", left=layout.FOOTER_LETTER)
    look = w("pPr", w("pStyle", val="Footer"), side, w("jc", val="right" if odd else "left"))
    number = [
        w("r", w("fldChar", fldCharType="begin")),
        w("r", _text("instrText", " PAGE ")),
        w("r", w("fldChar", fldCharType="separate")),
        w("r", _text("t", "1" if odd else "2")),
        w("r", w("fldChar", fldCharType="end")),
    ]
    dash = w("rPr", w("rFonts", hint="eastAsia"))
    before, after = (
        w("r", dash, _text("t", "— ")),
        w("r", w("rPr", w("rFonts", hint="eastAsia")), _text("t", " —")),
    )
    return to_bytes(root("ftr", w("p", look, before, *number, after)))


def section() -> Element:
    """The page: A4, margins, 22 lines, both page numbers."""
    relation = f"{{{_OFFICE}/relationships}}id"
    odd, even = w("footerReference", type="default"), w("footerReference", type="even")
    odd.set(relation, "rId4")
    even.set(relation, "rId5")
    return w(
        "sectPr",
        odd,
        even,
        w("pgSz", w=layout.PAGE_WIDTH, h=layout.PAGE_HEIGHT),
        w(
            "pgMar",
            top=layout.TOP,
            right=layout.RIGHT,
            bottom=layout.BOTTOM,
            left=layout.LEFT,
            header=851,
            footer=layout.FOOTER,
            gutter=0,
        ),
        w("docGrid", type="lines", linePitch=layout.LINE),
    )


def settings() -> bytes:
    """settings.xml: odd and even pages differ, punctuation is not squeezed."""
    compat = w(
        "compat",
        w("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15),
    )
    return to_bytes(
        root(
            "settings",
            w("zoom", percent=100),
            w("evenAndOddHeaders"),
            w("characterSpacingControl", val="doNotCompress"),
            compat,
            w("themeFontLang", val="en-US", eastAsia="zh-CN"),
        )
    )


def fonts() -> bytes:
    """fontTable.xml: what may stand in for a font that is not installed."""
    rows = [w("font", w("family", val="roman"), w("pitch", val="variable"), name=layout.LATIN)]
    for name, instead in layout.FALLBACKS.items():
        rows.append(
            w(
                "font",
                w("altName", val=instead),
                w("charset", val="86"),
                w("family", val="auto"),
                w("pitch", val="variable"),
                name=name,
            )
        )
    return to_bytes(root("fonts", *rows))


def content_types() -> bytes:
    """[Content_Types].xml."""
    space = f"{_PACKAGE}/content-types"
    types = etree.Element(f"{{{space}}}Types", nsmap={None: space})
    for extension, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
    ):
        etree.SubElement(types, f"{{{space}}}Default", Extension=extension, ContentType=kind)
    for member, kind in (
        ("/word/document.xml", f"{_TYPE}.document.main+xml"),
        ("/word/styles.xml", f"{_TYPE}.styles+xml"),
        ("/word/settings.xml", f"{_TYPE}.settings+xml"),
        ("/word/fontTable.xml", f"{_TYPE}.fontTable+xml"),
        ("/word/footer1.xml", f"{_TYPE}.footer+xml"),
        ("/word/footer2.xml", f"{_TYPE}.footer+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ):
        etree.SubElement(types, f"{{{space}}}Override", PartName=member, ContentType=kind)
    return etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True)


def package_relations() -> bytes:
    """_rels/.rels."""
    return _relations(
        (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        (f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
    )


def document_relations() -> bytes:
    """word/_rels/document.xml.rels; the footers are rId4 and rId5."""
    return _relations(
        *((f"{_OFFICE}/relationships/{kind}", f"{kind}.xml") for kind in ("styles", "settings", "fontTable")),
        (f"{_OFFICE}/relationships/footer", "footer1.xml"),
        (f"{_OFFICE}/relationships/footer", "footer2.xml"),
    )


def core_properties(title: str, author: str, day: date | None) -> bytes:
    """docProps/core.xml: title, who signs, and the document's own day; never the moment of writing."""
    dc, terms = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
    core, xsi = f"{_PACKAGE}/metadata/core-properties", "http://www.w3.org/2001/XMLSchema-instance"
    made = etree.Element(
        f"{{{core}}}coreProperties", nsmap={"cp": core, "dc": dc, "dcterms": terms, "xsi": xsi}
    )
    etree.SubElement(made, f"{{{dc}}}title").text = title
    etree.SubElement(made, f"{{{dc}}}creator").text = author
    if day:
        created = etree.SubElement(made, f"{{{terms}}}created")
        created.set(f"{{{xsi}}}type", "dcterms:W3CDTF")
        created.text = f"{day.isoformat()}T00:00:00Z"
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True)


def app_properties() -> bytes:
    """docProps/app.xml."""
    space = f"{_OFFICE}/extended-properties"
    made = etree.Element(f"{{{space}}}Properties", nsmap={None: space})
    etree.SubElement(made, f"{{{space}}}Application").text = "有据"
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True)


def _relations(*rows: tuple[str, str]) -> bytes:
    space = f"{_PACKAGE}/relationships"
    made = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})
    for number, (kind, target) in enumerate(rows, 1):
        etree.SubElement(made, f"{{{space}}}Relationship", Id=f"rId{number}", Type=kind, Target=target)
    return etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True)


def _text(tag: str, text: str) -> Element:
    element = w(tag)
    element.text = text
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element
