"""Templates that people bring or write: hostile ones are refused, nothing in them is evaluated; honest ones pass (reference: G4).

A customer's Word template is checked and filled in the limited child, as the page does it; a report's Markdown is read
as the editor reads it.
"""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as KIND

from tests.hardness.hostile.templates import (
    BODIES,
    EXPRESSIONS,
    FIELDS,
    FRONTS,
    HONEST,
    LETTERS,
    MEMBERS,
    PIECES,
)
from tests.hardness.proof import Found, Place, Proof
from tests.town import measure_units
from youju.core.document import lines_of, parse_prose, words_of
from youju.core.problem import DomainError
from youju.office.child import Json
from youju.office.customer import fill_template
from youju.office.text import read_text
from youju.specs.catalog import load_catalog
from youju.specs.reports import report_from_text

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:body>'
LINKS = [
    (KIND.IMAGE, "http://x/y.png"), (KIND.IMAGE, "file:///etc/passwd"), (KIND.HYPERLINK, "file:///c:/x.exe"), (KIND.HYPERLINK, "javascript:alert(1)"),
    (f"{OFFICE}/attachedTemplate", "http://x/t.dotm"), (f"{OFFICE}/frame", "http://x"), (KIND.OLE_OBJECT, "http://x"), (f"{OFFICE}/subDocument", "http://x"),
    (f"{OFFICE}/aFChunk", "http://x"), (KIND.HYPERLINK, "http://x/{{ 标题 }}"),
]  # fmt: skip
VALUES: dict[str, Json] = {
    "标题": "禾澄镇工作总结", "单位": "禾澄镇", "期间": "2024年1月1日至4月26日", "数字": {"发放宣传资料": "20000多份", "标语": "56条"},
    "段落": [{"级别": 1, "文字": "一、情况"}, {"级别": 0, "文字": "已办结。"}], "零": 0, "空": "", "暗语": "不该出现的暗语",
    "出处": [{"编号": "F001", "表述": "20000多份", "精确值": "20350份"}, {"编号": "F002", "表述": "56条", "精确值": "56条"}],
}  # fmt: skip
MOST_SECONDS = 10.0
FULL = 200
Make = Callable[[Path], Path]


def prove(count: int, place: Place) -> Found:
    """So many hostile Word templates, all reports that are hostile, and honest ones of both."""
    wrong: list[str] = []
    attacks = list(word_attacks())
    random.Random(9).shuffle(attacks)
    slowest = 0.0
    for name, make in attacks[:count]:
        began = time.monotonic()
        try:
            fill_template(make(place.folder / "t.docx"), VALUES, name="模板.docx")
            wrong.append(f"filled: {name}")
        except DomainError as refused:
            if not refused.message:
                wrong.append(f"no reason: {name}")
        slowest = max(slowest, time.monotonic() - began)
    if count >= FULL and slowest > MOST_SECONDS:
        wrong.append(f"one took {slowest:.1f} s")
    # One by one when all are asked for; else many in one.
    honest = [[each] for each in HONEST] if count >= FULL else [HONEST]
    for lines in honest:
        made = place.folder / "made.docx"
        made.write_bytes(fill_template(template(place.folder / "h.docx", *lines), VALUES, name="模板.docx"))
        text = read_text(made).text if any(HONEST_WORDS(line) for line in lines) else ""
        wrong += [f"not as it should be: {lines[0]}"] if "{" in text or "暗语" in text else []
    reports, told = reports_tried()
    wrong += told
    return Found(
        f"{min(count, len(attacks))} hostile Word templates and {reports} hostile reports: {len(wrong)} evaluated or told anything, slowest {slowest:.1f} s; "
        f"{len(HONEST)} honest Word templates filled",
        tuple(wrong),
    )


def HONEST_WORDS(line: str) -> bool:  # noqa: N802
    """Whether something is to be read where this line was."""
    return "空" not in line


def word_attacks() -> Iterator[tuple[str, Make]]:
    """Name and maker of each hostile Word template."""
    for each in EXPRESSIONS:
        yield each[:60], partial(template, lines=(each,))
    for code in FIELDS:
        yield (
            code,
            partial(_changed, change=partial(_put, before=b"</w:body>", what=FIELD.format(code).encode())),
        )
    for piece in PIECES:
        wrapped = piece if piece.startswith(b"<") else b"<w:p><w:r><w:t>" + piece + b"</w:t></w:r></w:p>"
        yield piece.decode(), partial(_changed, change=partial(_put, before=b"<w:sectPr", what=wrapped))
    for member, content in MEMBERS:
        yield member, partial(_changed, member=member, change=partial(_instead, what=content))
    for kind, target in LINKS:
        yield f"{kind} {target}", partial(_linked, kind=kind, target=target)
    for part in ("header", "footer", "title", "table", "split"):
        yield part, partial(_elsewhere, part=part)


def _put(data: bytes, before: bytes, what: bytes) -> bytes:
    """The part with something put in."""
    return data.replace(before, what + (b"" if what.endswith(before) else before))


def _instead(data: bytes, what: bytes) -> bytes:
    """Another part."""
    del data
    return what


def template(path: Path, *more: str, lines: tuple[str, ...] = ()) -> Path:
    """A template of paragraphs."""
    document = docx.Document()
    for line in (*more, *lines):
        document.add_paragraph(line)
    document.save(str(path))
    return path


def _changed(path: Path, change: Callable[[bytes], bytes], member: str = "word/document.xml") -> Path:
    """A good template with one member changed or added."""
    template(path, "{{ 标题 }}")
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)
        if member not in old.namelist():
            new.writestr(member, change(b""))
    path.write_bytes(out.getvalue())
    return path


def _linked(path: Path, kind: str, target: str) -> Path:
    document = docx.Document()
    document.part.relate_to(target, kind, is_external=True)
    document.save(str(path))
    return path


def _elsewhere(path: Path, part: str) -> Path:
    """An attack that stands in another place than a paragraph's one run."""
    document, attack = docx.Document(), "{{ ''.__class__ }}"
    if part == "header":
        document.sections[0].header.paragraphs[0].text = attack
    elif part == "footer":
        document.sections[0].footer.paragraphs[0].text = attack
    elif part == "title":
        document.core_properties.title = attack
    elif part == "table":
        document.add_table(1, 1).cell(0, 0).text = attack
    else:
        paragraph = document.add_paragraph()
        for piece in ("{", "{ ''.__cl", "ass__ }", "}"):
            paragraph.add_run(piece)
    document.save(str(path))
    return path


def reports_tried() -> tuple[int, list[str]]:
    """How many hostile reports were read, and what was wrong with that."""
    catalog = load_catalog(Path("catalog"), None, measure_units()).catalog
    front = "id: small\ntitle: '{unit}小结'\nfigures:\n  份数: publicity.leaflets.handed_out\n"
    wrong = []
    good, problems = report_from_text(f"---\n{front}---\n一、情况\n\n发放{{{{ 份数 }}}}。\n", catalog)
    assert good is not None
    assert not problems
    for body in BODIES:
        _, problems = report_from_text(f"---\n{front}---\n一、情况\n\n发放{body}。\n", catalog)
        wrong += [] if problems else [f"a report took {body[:60]}"]
    for body in LETTERS:
        spec, _ = report_from_text(f"---\n{front}---\n一、情况\n\n发放{body}。\n", catalog)
        text = (
            "".join(before + words_of(inlines) for before, inlines in lines_of(parse_prose(spec.prose)[0]))
            if spec
            else body
        )
        wrong += [] if body in text else [f"a report changed {body[:60]} to {text[:80]}"]
    for line in FRONTS:
        began = time.monotonic()
        _, problems = report_from_text(
            f"---\n{front}{line}\n---\n一、情况\n\n发放{{{{ 份数 }}}}。\n", catalog
        )
        wrong += [] if problems else [f"a report took {line[:60]}"]
        wrong += [f"{line[:60]} took long"] if time.monotonic() - began > MOST_SECONDS else []
    return len(BODIES) + len(LETTERS) + len(FRONTS), wrong


PROOF = Proof(
    title="有害的模板和报告文件",
    counted="Word templates",
    prove=prove,
    full={"sqlite": FULL},
    short={"sqlite": 8},
)
