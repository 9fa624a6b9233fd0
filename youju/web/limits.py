"""How often a member may ask for what takes seconds of the machine.

Counted in memory: a count in the database would cost every export three writes. Each process counts for itself, so several
processes let through as many times more; that still bounds what one member can take.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from allauth.account import app_settings
from allauth.core.internal.ratelimit import parse_rate

MOST_MEMBERS = 10_000  # whoever is not among the last so many starts anew


class Window:
    """A number of times in any stretch of so many seconds, for each member. The rate is read from the settings at every use."""

    def __init__(self, action: str) -> None:
        self.action = action
        self._lock = threading.Lock()
        self._taken: dict[int, deque[float]] = {}

    def take(self, member: int) -> bool:
        """Whether the member may, now; what they may is counted."""
        rate = parse_rate(app_settings.RATE_LIMITS[self.action])
        now = time.monotonic()
        with self._lock:
            taken = self._taken.pop(member, None) or deque()
            while taken and taken[0] <= now - rate.duration:
                taken.popleft()
            self._taken[member] = taken  # again the youngest
            if len(self._taken) > MOST_MEMBERS:
                del self._taken[next(iter(self._taken))]
            if len(taken) >= rate.amount:
                return False
            taken.append(now)
            return True

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._taken.clear()


costly = Window("costly")
