""".xls (BIFF5 and BIFF8): failed formulas, hidden rows, page headers and the extent of each sheet, from its records."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from youju.core.sheet import BadCell
from youju.office.archive import FileDamaged
from youju.office.sheets.calamine import Extras, read_sheets
from youju.office.sheets.limits import check_count
from youju.office.sheets.values import Read

_EOF, _BOUNDSHEET, _ROW, _FORMULA, _BOOLERR, _MULRK = 0x000A, 0x0085, 0x0208, 0x0006, 0x0205, 0x00BD
_MARGINS = (0x0014, 0x0015)
_VALUES = (0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, _FORMULA, _BOOLERR)
_ROW_HIDDEN = 0x20
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def read_xls(path: Path, name: str) -> Read:
    """The worksheets of the OLE file at `path`, which `archive.check_ole` has looked through."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            stream = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
        extras = [_look_through(stream, at, title) for title, at in _listed(stream, name)]
    except (OSError, ValueError, IndexError, struct.error):
        raise FileDamaged(file=name) from None
    return read_sheets(path, name, extras)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from `at` to the end of that substream; charts inside it are passed over."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == 0x0809:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _listed(stream: bytes, name: str) -> list[tuple[str, int]]:
    """(sheet name, offset) of every sheet, in the workbook's order."""
    listed = []
    wide = len(stream) >= 6 and struct.unpack_from("<H", stream, 4)[0] >= 0x0600
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET:
            title = _text(body[6:], 1) if wide else body[7 : 7 + body[6]].decode("gb18030", "replace")
            listed.append((title, struct.unpack_from("<I", body)[0]))
    check_count(name, len(listed))
    return listed


def _look_through(stream: bytes, at: int, title: str) -> Extras:
    extras = Extras(title)
    for kind, body in _records(stream, at):
        if kind in _VALUES:
            row, column = struct.unpack_from("<HH", body)
            extras.used(row, column)
            if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
                extras.bad[row, column] = BadCell("error", _ERRORS.get(body[8], "#N/A"))
            elif kind == _BOOLERR and body[7] == 1:
                extras.bad[row, column] = BadCell("error", _ERRORS.get(body[6], "#N/A"))
        elif kind == _MULRK:
            extras.used(struct.unpack_from("<H", body)[0], struct.unpack_from("<H", body, len(body) - 2)[0])
        elif kind == _ROW and len(body) >= 16 and body[12] & _ROW_HIDDEN:
            extras.hidden_rows.add(struct.unpack_from("<H", body)[0])
        elif kind in _MARGINS and len(body) > 3:
            extras.margins.append(_text(body, 2))
    return extras


def _text(body: bytes, length_bytes: int) -> str:
    """A BIFF8 string: its length, a byte that says how wide its characters are, and they."""
    length = int.from_bytes(body[:length_bytes], "little")
    if len(body) <= length_bytes:
        return ""
    raw = body[length_bytes + 1 :]
    if body[length_bytes] & 1:
        return raw[: 2 * length].decode("utf-16-le", "replace")
    return raw[:length].decode("latin-1")
