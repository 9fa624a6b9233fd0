"""The addresses: the table of youju.web.routes, each behind its declared access; and the interface, behind its tokens."""

from youju.api.urls import patterns as interface
from youju.config.failing import server_error
from youju.web import errors
from youju.web.access import patterns
from youju.web.routes import ROUTES

urlpatterns = [*patterns(ROUTES), interface()]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = server_error
