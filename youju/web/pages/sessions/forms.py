"""allauth's forms with our labels; no placeholders, which vanish when one types."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from allauth.account import forms as account
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.cache import cache

CODE_HELP = "打开手机上的验证器，输入显示的6位数字。手机不在身边时，可输入一个备用码。"


def _label(form: forms.BaseForm, labels: dict[str, str]) -> None:
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].help_text = ""
        form.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):
    """Account and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, {"login": "账号", "password": "密码"})
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class ReauthenticateForm(account.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label(self, {"password": "密码"})


def _code(form: forms.BaseForm, help_text: str) -> None:
    _label(form, {"code": "动态码"})
    form.fields["code"].help_text = help_text
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": "12"}


def _once(form: mfa.BaseAuthenticateForm | totp.ActivateTOTPForm, code: str) -> str:
    """Let a code pass once in all the time in which it is right: allauth remembers it for one period only."""
    key = f"youju.code.{form.user.pk}.{sha256(code.strip().encode()).hexdigest()}"
    seconds = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)
    if not cache.add(key, 1, timeout=seconds):
        raise get_adapter().validation_error("incorrect_code")
    return code


class SecondFactorForm(mfa.AuthenticateForm):
    """The one-time code at log-in."""

    def clean_code(self) -> str:
        """A code that is right and was not used."""
        return _once(self, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, CODE_HELP)


class SecondFactorAgainForm(mfa.ReauthenticateForm):
    """The one-time code once more."""

    def clean_code(self) -> str:
        """A code that is right and was not used."""
        return _once(self, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, CODE_HELP)


class ActivateForm(totp.ActivateTOTPForm):
    """The first code of a generator just set up."""

    def clean_code(self) -> str:
        """A code that is right; it is used by that."""
        return _once(self, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "输入验证器中“有据”一项显示的6位数字。")


class EndForm(forms.Form):
    """The present password, to end one's other sessions."""

    present = forms.CharField(
        label="现用密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class PasswordForm(EndForm):
    """The present password and a new one, twice."""

    new = forms.CharField(
        label="新密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeat = forms.CharField(
        label="再输一次新密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both new ones are the same."""
        said = super().clean() or {}
        if said.get("new") and said.get("repeat") and said["new"] != said["repeat"]:
            self.add_error("repeat", "两次输入的新密码不一样，请重新输入。")
        return said
