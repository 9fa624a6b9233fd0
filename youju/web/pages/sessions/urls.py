"""Logging in and out, one's own account. The names are allauth's where it looks them up."""

from youju.web.access import BOTH, MEMBER, PUBLIC, Route
from youju.web.pages.sessions import views

ROUTES = (
    Route("account_login", "login", views.log_in, PUBLIC, BOTH),
    Route("mfa_authenticate", "login/code", views.second_factor, PUBLIC, BOTH),
    Route("account_logout", "logout", views.log_out, PUBLIC, BOTH),
    Route("account", "account", views.account, MEMBER, unfinished=True),
    Route("password", "account/password", views.password, MEMBER, BOTH, unfinished=True),
    Route("sessions", "account/sessions", views.sessions, MEMBER, BOTH, unfinished=True),
    Route("mfa_activate_totp", "account/code", views.activate, MEMBER, BOTH, unfinished=True),
    Route("mfa_view_recovery_codes", "account/recovery", views.recovery_codes, MEMBER, unfinished=True),
    Route("account_reauthenticate", "account/again", views.again, MEMBER, BOTH, unfinished=True),
    Route("mfa_reauthenticate", "account/again/code", views.again_by_code, MEMBER, BOTH, unfinished=True),
)
