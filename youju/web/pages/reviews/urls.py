"""审核."""

from youju.web.access import Menu, Route, can
from youju.web.pages.reviews import views

ROUTES = (
    Route("reviews", "reviews", views.queue, can("review"), menu=Menu("审核", 25)),
    Route("reviews_decide", "reviews/decide", views.decide, can("review"), ("POST",)),
)
