"""工作台."""

from youju.web.access import MEMBER, Menu, Route
from youju.web.pages.home import views

ROUTES = (Route("home", "", views.home, MEMBER, menu=Menu("工作台", 10)),)
