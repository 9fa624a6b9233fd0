"""Sessions in the database, each row with the log-in it belongs to (settings.SESSION_ENGINE).

A full disk does not take them from those who only read, and an outage is called what it is.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, Error

from youju.store.models.session import LoginSession
from youju.store.outage import outage_of

BEGAN = "began"  # when it began, in seconds
TOUCHED = "touched"  # when somebody last did something, in seconds
READ = {BEGAN, TOUCHED}  # all that reading ever changes


class SessionStore(db.SessionStore):
    """Django's own, on our table, save for what it does when the database cannot."""

    @classmethod
    def get_model_class(cls) -> type[LoginSession]:
        """Our table."""
        return LoginSession

    def create_model_instance(self, data: dict[str, Any]) -> LoginSession:
        """The row, with whose it is."""
        row = super().create_model_instance(data)
        assert isinstance(row, LoginSession)
        said = str(data.get(SESSION_KEY, ""))
        row.login = int(said) if said.isdigit() else None
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT002 - Django's own signature
        """Keep the session. When that cannot be, one of which only the last moment changed stays as it was, and ends earlier."""
        try:
            super().save(must_create)
        except (DatabaseError, UpdateError) as error:
            # Django takes every failure for a session that somebody ended meanwhile, which is a bad request.
            cause = error.__context__ if isinstance(error, UpdateError) else error
            outage = outage_of(cause)
            if outage is not None and not must_create and self._is_only_touched():
                return
            if outage is not None and cause is not None:
                raise cause from cause.__cause__
            raise

    def _is_only_touched(self) -> bool:
        try:
            kept = type(self)(self.session_key).load()
        except Error:
            return False  # it cannot be read either
        now = dict(self._get_session())  # type: ignore[attr-defined]
        said, says = ({name: each[name] for name in each if name not in READ} for each in (kept, now))
        return bool(said == says)
