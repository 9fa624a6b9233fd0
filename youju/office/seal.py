"""Taking system calls away from a child process for good: no network, or nothing but computing.

A filter of the kernel (seccomp) on 64-bit Linux. A call that was taken away fails with "operation not permitted";
it cannot be had back, not by a child either. Elsewhere nothing happens, and the functions say so: the limits of
child.py hold everywhere.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys

# name → number on x86_64, on aarch64; None where the machine has no such call
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "io_uring_setup": (425, 425),
    "open": (2, None),
    "creat": (85, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "truncate": (76, 45),
    "fork": (57, None),
    "vfork": (58, None),
    "clone": (56, 220),
    "clone3": (435, 435),
    "kill": (62, 129),
    "tgkill": (234, 131),
}
_NETWORK = ("socket", "connect", "bind", "execve", "execveat", "ptrace", "process_vm_readv", "io_uring_setup")
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # refuse: EPERM
_X32 = 0x40000000  # a second numbering of the calls on x86_64
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


def no_network() -> bool:
    """From now on this process opens no connection and starts no program; False where that cannot be done."""
    return _take_away(_NETWORK)


def compute_only() -> bool:
    """From now on this process opens no file, starts nothing and reaches nobody; what is open stays open."""
    return _take_away(tuple(_CALLS))


def _take_away(names: tuple[str, ...]) -> bool:
    known = _ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    column, architecture = known
    numbers = [number for name in names if (number := _CALLS[name][column]) is not None]
    steps = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_IF_AT_LEAST, len(numbers) + 1, 0, _X32),
    ]
    steps += [(_IF_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    code = ctypes.create_string_buffer(program, len(program))
    wanted = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    whole = ctypes.create_string_buffer(wanted, len(wanted))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, whole, 0, 0) == 0)
