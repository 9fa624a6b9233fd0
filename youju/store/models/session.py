"""Sessions of log-ins, each known to be whose, so that a member sees theirs and ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase


class LoginSession(AbstractBaseSession):
    """One browser's session. Not a part of the ledger; ended ones are swept.

    login   whose, None before anybody has logged in; no constraint, for a session never outlives its check against the log-in
    """

    login = models.BigIntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The store that keeps these rows."""
        from youju.store.sessions import SessionStore

        return SessionStore
