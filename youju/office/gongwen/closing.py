"""What follows the body: 附件说明, 署名, 成文日期. Placed by indents, never by blanks."""

from __future__ import annotations

from datetime import date

from youju.office.gongwen import layout
from youju.office.gongwen.xml import Element, paragraph, run, w


def attachments(names: tuple[str, ...]) -> list[Element]:
    """Two letters in, one line below the body, no full stop; several are numbered and stand under each other."""
    if not names:
        return []
    made = [paragraph("GwLine", keep_next=True)]
    for number, name in enumerate(names, 1):
        mark = f"{number}." if len(names) > 1 else ""
        before = "附件：" + mark if number == 1 else mark
        left = 2 * layout.LETTER + width_of("附件：" + mark)  # a long name goes on under its own first letter
        indent = w("ind", left=left, hanging=width_of(before))
        made.append(paragraph("GwLine", run(before + name), indent=indent, keep_next=True))
    return made


def signature(name: str, day: date | None, *, sealed: bool = False) -> list[Element]:
    """署名 and 成文日期, one line below.

    Without a seal the name ends two letters from the right and the date begins two letters right of the name's
    first; when the date is the longer one, it ends two letters from the right and the name moves left with it.
    For a seal to be pressed on it, the date ends four letters from the right, the name is centred over it.
    """
    if not name and day is None:
        return []
    two, edge = 2 * layout.LETTER, layout.LETTERS * layout.LETTER
    date_text = f"{day.year}年{day.month}月{day.day}日" if day else ""
    name_width, date_width = width_of(name), width_of(date_text)
    if sealed:
        date_at = edge - 2 * two - date_width
        name_at = min(date_at + (date_width - name_width) // 2, edge - name_width)
    else:
        date_at = edge - name_width if date_width <= name_width else edge - two - date_width
        name_at = date_at - two
    made = [paragraph("GwLine", keep_next=True)]
    if name:
        made.append(paragraph("GwLine", run(name), indent=_at(name_at), keep_next=bool(day)))
    if day:
        made.append(paragraph("GwLine", run(date_text), indent=_at(date_at)))
    return made


def width_of(text: str) -> int:
    """Twips of a line of 3号: digits and Latin letters take half a letter."""
    return sum(layout.LETTER // 2 if letter.isascii() else layout.LETTER for letter in text)


def _at(left: int) -> Element:
    """A line that begins at `left` and runs into the margin rather than wrap: a fallback font may have wider digits."""
    return w("ind", left=max(0, left), right=-2 * layout.LETTER)
