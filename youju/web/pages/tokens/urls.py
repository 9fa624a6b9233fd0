"""接口令牌, 接口说明."""

from youju.web.access import BOTH, Route, can
from youju.web.pages.tokens import views

ROUTES = (
    Route("tokens", "account/tokens", views.own, can("see"), BOTH),
    Route("tokens_revoke", "account/tokens/revoke", views.revoke, can("see"), ("POST",)),
    Route("interface", "interface", views.interface, can("see")),
)
