"""Sessions in the database, which a full disk does not take away from those who only read."""

from __future__ import annotations

from django.contrib.sessions.backends import db

from youju.store.outage import DiskFull, outage_of

TOUCHED = "touched"  # when somebody last did something, in seconds; all that reading ever changes


class SessionStore(db.SessionStore):
    """Django's own, save for what it does when there is no room."""

    def save(self, must_create: bool = False) -> None:  # noqa: FBT002 - Django's own signature
        """Keep the session. Without room, a session of which only the last moment changed stays as it was, and ends earlier."""
        try:
            super().save(must_create)
        except Exception as error:
            if not isinstance(outage_of(error), DiskFull) or must_create or not self._is_only_touched():
                raise

    def _is_only_touched(self) -> bool:
        kept = type(self)(self.session_key).load()
        now = dict(self._get_session())  # type: ignore[attr-defined]
        return {**kept, TOUCHED: 0} == {**now, TOUCHED: 0}
