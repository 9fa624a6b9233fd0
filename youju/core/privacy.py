"""Personal numbers in free text: identity cards, mobile phones, bank cards. Found before saving and publishing.

The identity card's check digit is GB 11643-1999 (ISO 7064, MOD 11-2); the bank card's is Luhn (ISO/IEC 7812-1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])"
)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_CARD = re.compile(r"(?<!\d)[3-6]\d{14,18}(?!\d)")
_LONG = re.compile(r"\d{11}")  # in each of them stand at least so many digits
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """One number found: its kind in Chinese, where, and how it may be shown."""

    kind: str
    start: int
    end: int
    masked: str
    sensitive: bool


def scan(text: str) -> Iterator[PersonalNumber]:
    """Every identity card, bank card (both sensitive) and mobile number in the text."""
    if not _LONG.search(text):
        return
    taken: list[tuple[int, int]] = []
    for kind, pattern, test, sensitive in (
        ("身份证号", _IDENTITY, _identity, True),
        ("银行卡号", _CARD, _luhn, True),
        ("手机号", _MOBILE, lambda _: True, False),
    ):
        for found in pattern.finditer(text):
            start, end = found.span()
            if test(found[0]) and not any(start < stop and first < end for first, stop in taken):
                taken.append((start, end))
                yield PersonalNumber(kind, start, end, f"{found[0][:3]}…{found[0][-2:]}", sensitive)


def _identity(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _luhn(number: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
