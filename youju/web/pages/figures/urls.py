"""数字: the page that every number leads to."""

from youju.web.access import Route, can
from youju.web.pages.figures import views

ROUTES = (Route("figure", "figures", views.show, can("see")),)
