"""Small photos for tests, each like no other."""

from __future__ import annotations

import io
import random

from PIL import Image


def photo(word: str = "", kind: str = "JPEG", side: int = 16) -> bytes:
    """A photo made of a word: the same word gives the same picture."""
    shades = random.Random(word)
    image = Image.new("RGB", (side, side))
    image.putdata([(shades.randrange(256), shades.randrange(256), 90) for _ in range(side * side)])
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()
