"""One way to write a value as bytes, so that its digest means the same on every machine and engine.

Rules: text in NFC; keys sorted; no spaces; decimals and days as strings; NUL, other control characters
except newline and tab, and lone surrogates are refused. docs/decisions/01-ledger-sequence-and-digests.md
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from youju.core.problem import DomainError
from youju.core.quantity import plain

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class UnwritableText(DomainError):
    """Text with characters that no ledger row may hold."""

    code = "text.unwritable"
    text = "文字中有不能保存的字符（{character}，第{position}个字）。请删除后重填。"


def clean(text: str) -> str:
    """The text in NFC. Raises UnwritableText for NUL, control characters and lone surrogates."""
    if text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text  # nothing that is forbidden is printable
    if bad := _FORBIDDEN.search(text):
        raise UnwritableText(character=f"U+{ord(bad[0]):04X}", position=bad.start() + 1)
    return unicodedata.normalize("NFC", text)


def canonical(value: object) -> str:
    """The one text of a value made of str, int, bool, None, Decimal, dates, lists and mappings.

    Raises TypeError for anything else (floats above all) and UnwritableText.
    """
    return _write(_plain(value))


def digest(value: object) -> str:
    """SHA-256 of the canonical text, in hex."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _plain(value: object) -> object:
    kind = type(value)
    if kind is str:
        return clean(value)  # type: ignore[arg-type]
    if kind is int or value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [each if type(each) is int else _plain(each) for each in value]
    if isinstance(value, dict | Mapping):
        return {clean(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        raise TypeError("write instants as text with their zone")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{kind.__name__} has no canonical form")
