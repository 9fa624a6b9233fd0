"""Logging in with account, password and (administrators always) a one-time code; one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account_views
from allauth.core import ratelimit
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import logins
from youju.core.grant import TITLES
from youju.core.orgtree import FAR
from youju.core.problem import DomainError
from youju.store.queries import logins as queries
from youju.web import errors, security_log
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal
from youju.web.components.marks import badge
from youju.web.components.tables import Column, Table
from youju.web.components.tags import moment
from youju.web.pages.sessions.forms import EndForm, PasswordForm


class LoginView(account_views.LoginView):
    """Account and password."""

    template_name = "pages/sessions/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With how long a session lasts."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {
            "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
            "longest_hours": settings.SESSION_LONGEST_SECONDS // 3600,
        }


class SecondFactorView(mfa_views.AuthenticateView):
    """The one-time code after the password."""

    template_name = "pages/sessions/code.html"


class AgainView(account_views.ReauthenticateView):
    """The password once more, before something that matters."""

    template_name = "pages/sessions/again.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on in a session of a new key."""
        _proven(self.request)
        answer: HttpResponse = super().form_valid(form)
        return answer


class AgainByCodeView(mfa_views.ReauthenticateView):
    """The one-time code once more."""

    template_name = "pages/sessions/again.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on in a session of a new key."""
        _proven(self.request)
        answer: HttpResponse = super().form_valid(form)
        return answer


def _proven(request: HttpRequest) -> None:
    security_log.note("again.right", request)
    request.session.cycle_key()
    security_log.mark(request)


class ActivateView(totp_views.ActivateTOTPView):
    """Setting up a one-time code generator; only once, another one only after the security administrator dropped it."""

    template_name = "pages/sessions/activate.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Back to the account when there is one."""
        if is_mfa_enabled(request.user):
            return redirect("account")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_success_url(self) -> str:
        """Show the recovery codes made with it."""
        return reverse("mfa_view_recovery_codes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the secret in groups of four, to type where no camera is."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        secret = found["form"].secret
        return found | {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


class RecoveryView(recovery_views.ViewRecoveryCodesView):
    """The codes for the day the phone is lost."""

    template_name = "pages/sessions/recovery.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Back to the account when there are none."""
        if not is_mfa_enabled(request.user, [Authenticator.Type.RECOVERY_CODES]):
            return redirect("account")
        answer: HttpResponseBase = super().get(request, *args, **kwargs)
        return answer


log_in = LoginView.as_view()
second_factor = SecondFactorView.as_view()
again = AgainView.as_view()
again_by_code = AgainByCodeView.as_view()
activate = ActivateView.as_view()
recovery_codes = RecoveryView.as_view()


class LogoutView(account_views.LogoutView):
    """Asks first: a link may not log anybody out."""

    template_name = "pages/sessions/logout.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Have the browser forget the pages and what was typed into them, too."""
        answer: HttpResponse = super().post(*args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


log_out = LogoutView.as_view()


def account(request: Asked) -> HttpResponse:
    """Who one is here, what one was granted, and how one logs in."""
    rows = [
        (
            TITLES[grant.role],
            request.tree.full_name(grant.unit, request.today),
            "、".join(sorted(grant.registers)) or "全部台账",
            str(grant.since),
            "长期" if grant.until == FAR else str(grant.until),
        )
        for grant in request.viewer.grants
        if grant.until > request.today
    ]
    columns = (
        Column("角色"),
        Column("范围"),
        Column("台账"),
        Column("自", "day"),
        Column("至（不含）", "day"),
    )
    context = {
        "grants": Table("我的授权", columns, rows),
        "may_token": bool(request.viewer.grants_for("see", request.today)),
        "factor": is_mfa_enabled(request.user),
        "set_at": request.user.password_at,
    }
    return render(request, "pages/sessions/account.html", context)


def sessions(request: Asked) -> HttpResponse:
    """Where one is logged in, and the end of all but this."""
    form = EndForm(request.POST or None)
    if request.method == "POST" and not ratelimit.consume(request, action="change_password"):
        return errors.page(request, 429)
    if request.method == "POST" and form.is_valid():
        try:
            ended = logins.end_others(form.cleaned_data["present"], _key(request), by=request.member)
        except DomainError as error:
            add_refusal(form, error, {"login.wrong_password": "present"})
        else:
            ratelimit.clear(request, action="change_password", user=request.user)
            security_log.note("sessions.ended", request)
            messages.success(request, f"已退出其他{ended}处登录。" if ended else "没有其他登录。")
            return redirect("sessions")
    rows = [
        (each.device, moment(each.began), moment(each.used), badge("本机", "ok") if each.here else "")
        for each in queries.sessions(request.user.pk, _key(request))
    ]
    columns = (Column("设备"), Column("登录于", "day"), Column("最近使用", "day"), Column(""))
    context = {"table": Table("我的登录", columns, rows), "form": form}
    return render(request, "pages/sessions/sessions.html", context, status=422 if form.errors else 200)


def _key(request: Asked) -> str:
    return request.session.session_key or ""


def password(request: Asked) -> HttpResponse:
    """Choose a password of one's own."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and not ratelimit.consume(request, action="change_password"):
        return errors.page(request, 429)
    if request.method == "POST" and form.is_valid():
        try:
            login = logins.change_password(
                form.cleaned_data["present"], form.cleaned_data["new"], by=request.member
            )
        except DomainError as error:
            add_refusal(
                form,
                error,
                {"新密码": "new", "login.wrong_password": "present", "login.same_password": "new"},
            )
        else:
            update_session_auth_hash(request, login)
            ratelimit.clear(request, action="change_password", user=request.user)
            messages.success(request, "密码已修改，其他设备上的登录已全部退出。")
            return redirect("home")
    rules = password_validators_help_texts()
    context = {"form": form, "rules": rules, "first": request.user.must_change}
    return render(request, "pages/sessions/password.html", context, status=422 if form.errors else 200)
