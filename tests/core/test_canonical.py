"""The one text of a value: what is let through quickly is what the rules let through."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import date
from decimal import Decimal

import pytest

from youju.core.canonical import UnwritableText, canonical, clean, digest

FORBIDDEN = {*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF}


def test_every_character_is_normalised_or_refused() -> None:
    for point in [*range(0x3400), *range(0xA000, 0x10000), *range(0x10000, 0x110000, 97)]:
        text = f"甲{chr(point)}"
        if point in FORBIDDEN:
            with pytest.raises(UnwritableText):
                clean(text)
        else:
            assert clean(text) == unicodedata.normalize("NFC", text)


def test_the_text_of_a_value_is_fixed_for_ever() -> None:
    value = {
        "乙": [1, True, None, "e\u0301", Decimal("1.500")],
        "a": (date(2024, 3, 5), {"x": "换\n行"}),
        "数": -7,
    }
    text = '{"a":["2024-03-05",{"x":"换\\n行"}],"乙":[1,true,null,"é","1.5"],"数":-7}'
    assert canonical(value) == text
    assert json.loads(text)["乙"][3] == "é"
    assert digest(value) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, b"x", {1, 2}])
def test_what_has_no_one_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)
