"""操作记录."""

from youju.web.access import Menu, Route, can
from youju.web.pages.log import views

ROUTES = (
    Route("log", "log", views.listed, can("log"), menu=Menu("操作记录", 70)),
    Route("log_verify", "log/verify", views.verify, can("log"), ("POST",), costly=True),
    Route("log_verified", "log/verified", views.verified, can("log"), menu=Menu("台账校验", 71)),
)
