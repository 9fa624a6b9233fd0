"""What allauth asks us: its Chinese messages, that nobody signs up or gets mail, and how secrets are sealed."""

from __future__ import annotations

import base64
import contextlib
import os
import time
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

WRONG = "账号或密码不正确。请核对后重试；连续输错会暂时锁定。"
LOCKED = "输错次数过多，已暂时锁定。请稍后再试；如忘记密码，请联系安全管理员重置。"
WRONG_CODE = "动态码不正确或已用过。请等验证器显示下一个再输入。"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; there is no sign-up and no mail."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "incorrect_password": "密码不正确。",
        "too_many_login_attempts": LOCKED,
        "rate_limited": LOCKED,
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        del request
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within a few minutes of any proof of identity, the log-in included."""
        del app, kwargs
        request = context.request
        records = get_authentication_records(request, request.user)
        newest = max((record["at"] for record in records), default=0.0)
        return bool(time.time() - newest > app_settings.REAUTHENTICATION_TIMEOUT)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages say what happened in their own words."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is mailed."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is mailed."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """One-time code generators, their secrets sealed in the database."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "rate_limited": LOCKED,
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret with a key made from SECRET_KEY (AES-GCM)."""
        nonce = os.urandom(12)
        return base64.urlsafe_b64encode(
            nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), b"mfa")
        ).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. Raises InvalidTag when neither SECRET_KEY nor one before it fits."""
        raw = base64.urlsafe_b64decode(encrypted_text)
        *earlier, last = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        for key in earlier:
            with contextlib.suppress(InvalidTag):
                return _cipher(key).decrypt(raw[:12], raw[12:], b"mfa").decode()
        return _cipher(last).decrypt(raw[:12], raw[12:], b"mfa").decode()


def _cipher(key: object) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"youju second factor")
    return AESGCM(derived.derive(str(key).encode()))
