"""What SQLite asks of the disk, in order and with contents: a layer between the real library and its own file functions.

SQLite calls the operating system through a table of functions (its VFS). Here that table is copied, and the functions
that write, cut, flush and remove are led through ours, which note what is asked and then call the library's own. The
library, its connections and the files are the real ones; a program that opens a database inside `recording()` does not
know. Only ctypes is needed, no compiler; sqlite.org/vfs.html
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.require import require

Kind: TypeAlias = Literal["write", "cut", "flush", "flushed", "remove", "mark"]
NOT_EXPORTED = "请用链接系统 libsqlite3 的 Python（如 Debian 的 python3）"

_pointer, _int, _long = ctypes.c_void_p, ctypes.c_int, ctypes.c_longlong
_CLOSE = ctypes.CFUNCTYPE(_int, _pointer)
_WRITE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int, _long)
_CUT = ctypes.CFUNCTYPE(_int, _pointer, _long)
_FLUSH = ctypes.CFUNCTYPE(_int, _pointer, _int)
_OPEN = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _pointer, _int, _pointer)
_REMOVE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3."""

    _fields_ = [
        ("iVersion", _int), ("szOsFile", _int), ("mxPathname", _int),
        ("pNext", _pointer), ("zName", ctypes.c_char_p), ("pAppData", _pointer),
        ("xOpen", _pointer), ("xDelete", _pointer),
        ("rest", _pointer * 14),
    ]  # fmt: skip


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = [
        ("iVersion", _int),
        ("xClose", _pointer), ("xRead", _pointer), ("xWrite", _pointer), ("xTruncate", _pointer), ("xSync", _pointer),
        ("rest", _pointer * 13),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing asked of the disk, or a mark of the caller's.

    file   the file's name; empty for marks
    at     write: from which byte; cut: the new length; mark: its number
    data   write: the bytes
    A flush is two steps: what was written before `flush` is on the disk from `flushed` on.
    """

    kind: Kind
    file: str
    at: int = 0
    data: bytes = b""


@dataclass
class Recorder:
    """Takes down the steps for the files of one folder while it is `on`."""

    folder: Path
    on: bool = True
    steps: list[Step] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)  # what the library holds pointers to
    tables: dict[int, _Methods] = field(default_factory=dict)

    def mark(self, number: int) -> None:
        """Note that the caller has got its answer."""
        self.steps.append(Step("mark", "", number))

    def note(self, kind: Kind, file: int, at: int = 0, data: bytes = b"") -> None:
        """Note a step of an open file, when it is one of the folder's."""
        if self.on and file in self.files:
            self.steps.append(Step(kind, self.files[file], at, data))

    def table(self, original: int) -> int:
        """The address of a file's function table with ours in the places that matter."""
        if original not in self.tables:
            ours = _Methods.from_buffer_copy(ctypes.string_at(original, ctypes.sizeof(_Methods)))
            self._lead(ours)
            self.tables[original] = ours
        return ctypes.addressof(self.tables[original])

    def _lead(self, ours: _Methods) -> None:
        close, write, cut, flush = (
            _CLOSE(ours.xClose), _WRITE(ours.xWrite), _CUT(ours.xTruncate), _FLUSH(ours.xSync),
        )  # fmt: skip

        def on_close(file: int) -> int:
            self.files.pop(file, None)
            return int(close(file))

        def on_write(file: int, data: int, size: int, at: int) -> int:
            done = int(write(file, data, size, at))
            self.note("write", file, at, ctypes.string_at(data, size))
            return done

        def on_cut(file: int, size: int) -> int:
            done = int(cut(file, size))
            self.note("cut", file, size)
            return done

        def on_flush(file: int, flags: int) -> int:
            self.note("flush", file)
            done = int(flush(file, flags))
            self.note("flushed", file)
            return done

        led = (_CLOSE(on_close), _WRITE(on_write), _CUT(on_cut), _FLUSH(on_flush))
        ours.xClose, ours.xWrite, ours.xTruncate, ours.xSync = (_address(each) for each in led)
        self.kept += [close, write, cut, flush, *led]


@contextlib.contextmanager
def recording(folder: Path) -> Iterator[Recorder]:
    """Note what every connection opened inside asks of the files of this folder. Close them before the end."""
    library = _library()
    library.sqlite3_vfs_find.restype = _pointer
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    library.sqlite3_vfs_register.argtypes = library.sqlite3_vfs_unregister.argtypes = [_pointer, _int]
    default = library.sqlite3_vfs_find(None)
    original = _Vfs.from_address(default)
    assert original.iVersion >= 3
    recorder = Recorder(folder.resolve())
    ours = _Vfs.from_buffer_copy(ctypes.string_at(default, ctypes.sizeof(_Vfs)))
    open_, remove = _OPEN(original.xOpen), _REMOVE(original.xDelete)

    def on_open(_: int, name: int, file: int, flags: int, out: int) -> int:
        done = int(open_(default, name, file, flags, out))
        methods = _pointer.from_address(file)
        if done == 0 and name and methods.value:
            path = Path(ctypes.string_at(name).decode())
            if path.parent == recorder.folder:
                recorder.files[file] = path.name
                methods.value = recorder.table(methods.value)
        return done

    def on_remove(_: int, name: int, flush: int) -> int:
        path = Path(ctypes.string_at(name).decode())
        done = int(remove(default, name, flush))
        if recorder.on and path.parent == recorder.folder:
            recorder.steps.append(Step("remove", path.name))
        return done

    led = (_OPEN(on_open), _REMOVE(on_remove))
    ours.zName = b"youju-recording"
    ours.xOpen, ours.xDelete = (_address(each) for each in led)
    _forever.append((recorder, ours, open_, remove, led))
    assert library.sqlite3_vfs_register(ctypes.addressof(ours), 1) == 0
    try:
        yield recorder
    finally:
        recorder.on = False
        library.sqlite3_vfs_unregister(ctypes.addressof(ours), 0)
        assert library.sqlite3_vfs_find(None) == default


_forever: list[Any] = []  # a connection that was left open would still call these


def _address(function: Any) -> int:
    return int(ctypes.cast(function, _pointer).value or 0)


def _library() -> Any:
    """The very library that Python's sqlite3 module uses."""
    module = importlib.import_module("_sqlite3")
    handle = ctypes.CDLL(getattr(module, "__file__", None))
    require("能记录写盘的 SQLite", hasattr(handle, "sqlite3_vfs_register"), NOT_EXPORTED)
    return handle
