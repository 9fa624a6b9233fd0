"""Parts of pages that say what the ledger says, kept while it stands: a board of two hundred figures is read far oftener than written.

A part is kept under all it was made of: the hash of the ledger's last event, which no other history has and every
change of an entry, a unit, a register, a member or a grant replaces; the day; who asks with which grants; the address; and the
state of the catalog files it read. The head is read before the part is made, so a part is never older than its key. What is no event
(drafts, saved views, sessions) is not shown from here, and what may be seen is decided before, for every request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from youju.specs.source import folder_state
from youju.web.asking import Asked

ROOM = 6_000_000  # characters of all parts together


@dataclass(frozen=True, slots=True)
class Part:
    """Markup, with what the view needs beside it.

    actions  the links beside the title
    units    whose entries are shown: whoever looks from above leaves a trace with every of them
    query    what the address asks, read and written again
    """

    html: str
    actions: str = ""
    units: tuple[int, ...] = ()
    query: str = ""

    @property
    def size(self) -> int:
        """The room it takes."""
        return len(self.html) + len(self.actions) + 8 * len(self.units) + 200


_parts: OrderedDict[Hashable, Part] = OrderedDict()
_lock = Lock()


def part(request: Asked, make: Callable[[], Part], files: Sequence[Path] = ()) -> Part:
    """This page's part, as kept or made now.

    files  the folders whose files it is made of
    """
    if "as" in request.GET:  # its lists are handed out, not shown
        return make()
    asked = (request.ledger.hash, request.today, request.viewer, request.from_above, request.get_full_path())
    key = (*asked, tuple(folder_state(each) for each in files))
    with _lock:
        found = _parts.get(key)
        if found is not None:
            _parts.move_to_end(key)
            return found
    found = make()
    with _lock:
        _parts[key] = found
        room = sum(each.size for each in _parts.values())
        while room > ROOM and _parts:
            room -= _parts.popitem(last=False)[1].size
    return found


def forget() -> None:
    """Keep nothing: as after a change."""
    with _lock:
        _parts.clear()
