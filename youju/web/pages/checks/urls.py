"""校验台."""

from youju.web.access import Menu, Route, can
from youju.web.pages.checks import views

ROUTES = (Route("checks", "checks", views.show, can("see"), menu=Menu("校验台", 65)),)
