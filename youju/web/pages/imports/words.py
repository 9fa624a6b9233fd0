"""What a cell shows on a page."""

from __future__ import annotations

from datetime import datetime, time

from youju.core.sheet import Cell, text_of


def cell_text(cell: Cell) -> str:
    """A cell as its office program would show it, roughly: a day without its midnight."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return text_of(cell)
