"""The addresses: the table of youju.web.routes, each behind its declared access; and the interface, behind its tokens."""

from youju.api.urls import patterns as interface
from youju.config import failing
from youju.web.access import patterns
from youju.web.routes import ROUTES

urlpatterns = [*patterns(ROUTES), interface()]
handler400 = failing.bad_request
handler403 = failing.forbidden
handler404 = failing.not_found
handler500 = failing.server_error
