"""All the words of an answer, wherever they stand: in its body, its headers, packed, escaped, or on a page of a PDF."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from urllib.parse import unquote

import pypdfium2

from tests.web.declared import body_of


def words_of(answer: Any) -> str:
    r"""The answer as one text; \\u escapes of JSON and %-escapes of addresses are read."""
    body = body_of(answer)
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    cookies = answer.cookies.output() if answer.cookies else ""
    text = "\n".join((heads, cookies, *_texts(body)))
    if "\\u" in text:
        text += text.encode("utf-8", "replace").decode("unicode_escape", "replace")
    return text + (unquote(text) if "%" in text else "")


def _texts(body: bytes) -> list[str]:
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            return [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    if body.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(body)
        found = [page.get_textpage().get_text_bounded() for page in document]
        document.close()
        return found
    return [body.decode("utf-8", "replace")]
