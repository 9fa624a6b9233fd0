"""Addresses that a supervisor asks whether the server lives."""

from youju.web.access import PUBLIC, Route
from youju.web.pages.health import views

ROUTES = (
    Route("live", "health/live", views.live, PUBLIC),
    Route("ready", "health/ready", views.ready, PUBLIC),
)
