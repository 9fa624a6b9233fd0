"""The child's side of the .pdf writer: lays data out with the fixed layout file. No network, no other files."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from youju.core.problem import DomainError
from youju.office import seal
from youju.office.child import Json
from youju.office.pdf.data import cut
from youju.office.pdf.fonts import SHIPPED

LAYOUT = Path(__file__).resolve().parent / "gongwen.typ"
TOP = 37 / 25.4 * 72  # points
LINE = 28.95
LINES = 22
Form = Literal["pdf", "png", "svg"]
FAMILIES = ("FandolFang R", "FandolKai", "FandolSong", "Noto Sans SC")


class NotTypeset(DomainError):
    """The layout program gave up on a document."""

    code = "pdf.not_typeset"
    text = "“{file}”未能排成版面，没有生成 PDF。请先用 .docx，并把这份报告的编号告诉维护人员。"


def typeset_task(path: Path, *, name: str, form: Form = "pdf", ppi: int = 96, fonts: str = "") -> Json:
    """The document described by the JSON file at `path`, as base64: one .pdf, or a list of page pictures.

    form   pdf, png or svg
    fonts  folder of fonts the office has added, "" for none; they go before ours where they carry our names
    """
    seal.no_network()
    asked = json.loads(path.read_text(encoding="utf-8"))
    data, facts = asked["data"], asked["facts"]
    import typst

    try:
        pages = _typeset(data, facts, form, ppi, fonts)
    except typst.TypstError:
        raise NotTypeset(file=name) from None
    return [base64.b64encode(each).decode() for each in pages]


def _typeset(data: dict[str, Any], facts: str, form: Form, ppi: int, fonts: str) -> list[bytes]:
    import typst

    folders = [str(SHIPPED), *([fonts] if fonts else [])]
    compiler = typst.Compiler(
        str(LAYOUT), root=str(LAYOUT.parent), font_paths=folders, ignore_system_fonts=True
    )
    data = {**data, "fonts": _added(folders) if fonts else dict.fromkeys((*FAMILIES, "last"), ())}

    def inputs() -> dict[str, str]:
        return {"data": json.dumps(data, ensure_ascii=False), "facts": facts}

    def compiled(form: Form) -> list[bytes]:
        options: dict[str, Any] = {"pdf_standards": "a-3b"} if form == "pdf" else {"ppi": ppi}
        made = compiler.compile(format=form, sys_inputs=inputs(), timestamp=0, **options)
        return made if isinstance(made, list) else [made or b""]

    pages = compiled(form)
    if data["last"] is not None and data["signature"]:
        places = json.loads(compiler.query("<places>", field="value", one=True))
        if _lonely(places):
            letters = _letters_before_last_two_lines(
                pages[0] if form == "pdf" else compiled("pdf")[0], data["last"], places
            )
            data["last"]["inlines"], data["rest"] = cut(data["last"]["inlines"], letters)
            pages = compiled(form)
    return pages


def _lonely(places: Sequence[tuple[int, float]]) -> bool:
    """Whether the last paragraph came over from another page and has one line beside the signature."""
    (first, _), (last, y) = places
    return first < last and y < TOP + LINE


def _letters_before_last_two_lines(
    pdf: bytes, last: Mapping[str, Any], places: Sequence[tuple[int, float]]
) -> int:
    """How many letters of the last paragraph stand before its last two lines, read back from the page."""
    import pypdfium2

    page = places[1][0]
    whole = sum(not letter.isspace() for one in last["inlines"] for letter in one["t"])
    document = pypdfium2.PdfDocument(pdf)
    try:
        own = _letters_by_line(document[page - 1])[0]
        last_but_one = _letters_by_line(document[page - 2])
        before = last_but_one[max(last_but_one)]
    finally:
        document.close()
    return max(0, whole - own - before)


def _letters_by_line(page: Any) -> dict[int, int]:  # noqa: ANN401 - a page of pypdfium2
    """How many letters stand on each line of the type area, the first line being 0."""
    from pypdfium2 import raw

    words = page.get_textpage()
    height = page.get_height()
    found: dict[int, int] = {}
    for index in range(words.count_chars()):
        code = raw.FPDFText_GetUnicode(words.raw, index)
        if chr(code).isspace() or 0xDC00 <= code < 0xE000:  # the second half of a rare letter
            continue
        _, low, _, high = words.get_charbox(index, loose=True)
        line = int((height - (low + high) / 2 - TOP) // LINE)
        if 0 <= line < LINES:
            found[line] = found.get(line, 0) + 1
    return found


def _added(folders: list[str]) -> dict[str, list[str]]:
    """Families that an office's own folder brings, by which of ours they stand before: 方正小标宋 for titles."""
    import typst

    def families(paths: list[str]) -> list[str]:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=paths
        ).families()

    ours, every = families(folders[:1]), families(folders)
    found: dict[str, list[str]] = {each: [] for each in (*FAMILIES, "last")}
    signs = (
        ("FandolSong", ("小标宋", "XiaoBiaoSong", "FZXBS")),
        ("FandolFang R", ("仿宋", "FangSong", "FZFS")),
        ("FandolKai", ("楷", "Kai", "FZKT")),
        ("Noto Sans SC", ("黑体", "SimHei", "FZHT")),
    )
    for family in every:
        if family not in ours:
            place = next((own for own, names in signs if any(sign in family for sign in names)), "last")
            found[place].append(family)
    return found
