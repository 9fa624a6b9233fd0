"""Elements of WordprocessingML, made in the order that its schema wants."""

from __future__ import annotations

import re

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Element = etree._Element  # noqa: SLF001 - the only name lxml gives to the type of its elements

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"


def w(tag: str, *children: Element | None, **attributes: str | int) -> Element:
    """`<w:tag w:name="value">` with children; None children are left out."""
    element = etree.Element(f"{{{W}}}{tag}", nsmap={"w": W})
    for name, value in attributes.items():
        element.set(f"{{{W}}}{name}", str(value))
    element.extend(child for child in children if child is not None)
    return element


def root(tag: str, *children: Element | None) -> Element:
    """The outermost element of a member."""
    element = etree.Element(f"{{{W}}}{tag}", nsmap={"w": W, "r": R})
    element.extend(child for child in children if child is not None)
    return element


def to_bytes(element: Element) -> bytes:
    """The member's bytes, names declared once, at the top."""
    etree.cleanup_namespaces(element, top_nsmap={"w": W, "r": R}, keep_ns_prefixes=["w", "r"])
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


def run(text: str, *, font: str = "", bold: bool = False, size: int = 0) -> Element:
    """Words in one run: never a field, never markup. `font` for Chinese letters, when not the paragraph's.

    The hint makes Word take Chinese quotation marks and dashes from the Chinese font too.
    """
    fonts = w("rFonts", hint="eastAsia", **({"eastAsia": font} if font else {}))
    look = w(
        "rPr",
        fonts,
        w("b") if bold else None,
        w("sz", val=size) if size else None,
        w("szCs", val=size) if size else None,
    )
    made = w("r", look)
    for index, line in enumerate(re.split(r"\r\n|\r|\n", text)):
        if index:
            made.append(w("br"))
        for at, part in enumerate(line.split("\t")):
            if at:
                made.append(w("tab"))
            if part:
                word = w("t")
                word.text = _NOT_XML.sub("", part)
                word.set(_PRESERVE, "preserve")
                made.append(word)
    return made


def paragraph(
    style: str,
    *content: Element,
    indent: Element | None = None,
    page_break: bool = False,
    keep_next: bool = False,
) -> Element:
    """A paragraph of a style, with its own w:ind if it needs one."""
    look = w(
        "pPr",
        w("pStyle", val=style),
        w("keepNext") if keep_next else None,
        w("pageBreakBefore") if page_break else None,
        w("widowControl", val=1) if keep_next else None,  # two lines go along, not one
        indent,
    )
    return w("p", look, *content)


def link(anchor: str, tip: str, *content: Element) -> Element:
    """A link inside the document, without colour or underline: an official text stays black."""
    return w("hyperlink", *content, anchor=anchor, tooltip=tip, history=1)


def bookmarked(name: str, number: int, *content: Element) -> list[Element]:
    """`content` between the two ends of a bookmark."""
    return [w("bookmarkStart", id=number, name=name), *content, w("bookmarkEnd", id=number)]
