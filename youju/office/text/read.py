"""`read_text`: plain text here, everything that needs a parser in the limited child process."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from youju.core.problem import Problem, Where
from youju.office.child import Json, run_limited
from youju.office.sniff import DOCUMENTS, ClassifiedFile, FileEmpty, Kind, decode_text, find_marking, sniff
from youju.office.text.values import PARTS, Part, Place, Span, Text

_BLANKS = re.compile(r"[ \t\u3000\u00a0]+")
_SMALL = 1_000_000
_PARSED = (b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")


def read_text(path: Path, *, name: str = "", headers: bool = False, refuse_marked: bool = True) -> Text:
    """The words of the draft at `path`: .txt .md .docx .pdf .doc.

    name           the file's name as its owner knows it; the path's own when empty
    headers        read page headers and footers too
    refuse_marked  refuse a draft that carries a classification mark (秘密★ …), as every upload must
    raises         what sniff and run_limited raise (damaged, encrypted, macros, bomb …), ClassifiedFile,
                   NoWords, UnreadableLetters, DocReaderMissing
    """
    shown = name or path.name
    with path.open("rb") as file:
        head = file.read(8)
    is_plain = _is_plain_name(shown) and not head.startswith(_PARSED)
    # A large text unfolds to four times its bytes: that memory is the child's, not ours.
    if not is_plain or path.stat().st_size > _SMALL:
        read = _from_json(
            run_limited("text", path, name=shown, arguments={"headers": headers}, output_mb=16), shown
        )
    else:
        read = read_plain(path, sniff(path, shown, DOCUMENTS), shown)
    if refuse_marked and is_marked(read.text, read.margins):
        raise ClassifiedFile(file=shown, place="")
    return read


def is_marked(*texts: str) -> bool:
    """Whether one of the texts carries a 密级 mark. A mark may be spaced; a megabyte of blanks must not cost time."""
    return find_marking(_BLANKS.sub("", text) for text in texts) is not None


def text_task(path: Path, *, name: str, headers: bool = False) -> Json:
    """`read_text` for the child, as JSON: a span is start, end and place, a problem code and text."""
    kind = sniff(path, name, DOCUMENTS)
    is_plain = kind in ("txt", "md")
    read = read_plain(path, kind, name) if is_plain else _reader(kind)(path, name, headers)
    spans: list[Json] = [
        [
            span.start,
            span.end,
            PARTS.index(at.part),
            at.page,
            at.line,
            at.paragraph,
            at.table,
            at.row,
            at.cell,
        ]
        for span in read.spans
        for at in (span.place,)
    ]
    return {
        "kind": kind,
        "text": read.text,
        "margins": read.margins,
        "spans": spans,
        "problems": [[problem.code, problem.text] for problem in read.problems],
    }


def read_plain(path: Path, kind: Kind, name: str) -> Text:
    """A text file as it is: UTF-8, GB18030, or UTF-16 with its mark."""
    text = decode_text(path.read_bytes())
    if text is None:
        raise FileEmpty(file=name)
    return Text(text, kind, name)


def _reader(kind: Kind) -> Callable[[Path, str, bool], Text]:
    if kind == "docx":
        from youju.office.text.docx import read_docx

        return read_docx
    if kind == "pdf":
        from youju.office.text.pdf import read_pdf

        return read_pdf
    from youju.office.text.doc import read_doc

    return read_doc


def _is_plain_name(name: str) -> bool:
    return Path(name).suffix.lower() in ("", ".txt", ".text", ".md", ".markdown")


def _from_json(answer: Json, name: str) -> Text:
    assert isinstance(answer, dict)
    kind = next(each for each in DOCUMENTS if each == answer["kind"])
    spans, problems = answer["spans"], answer["problems"]
    assert isinstance(spans, list)
    assert isinstance(problems, list)
    return Text(
        str(answer["text"]),
        kind,
        name,
        tuple(_span(row) for row in spans),
        tuple(_problem(row, name) for row in problems),
        str(answer["margins"]),
    )


def _span(row: Json) -> Span:
    assert isinstance(row, list)
    start, end, part, page, line, paragraph, table, at_row, cell = (
        each for each in row if isinstance(each, int)
    )
    where: Part = PARTS[part]
    return Span(start, end, Place(where, page, line, paragraph, table, at_row, cell))


def _problem(row: Json, name: str) -> Problem:
    assert isinstance(row, list)
    return Problem(Where(file=name), str(row[0]), str(row[1]), "warning")
