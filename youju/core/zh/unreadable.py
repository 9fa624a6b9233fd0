"""The refusal that all reading of Chinese numbers and dates shares."""

from __future__ import annotations

from youju.core.problem import DomainError


class NotReadable(DomainError):
    """A text that is not what was asked for; the subclasses say what."""

    code = "text.unreadable"
    text = "“{text}”读不懂，请改写后再试。"
