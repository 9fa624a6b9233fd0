"""The one table of all addresses with their access. A page's routes stand in pages/<noun>/urls.py and are listed here."""

from __future__ import annotations

from youju.web.access import Route
from youju.web.pages.audits.urls import ROUTES as AUDITS
from youju.web.pages.batches.urls import ROUTES as BATCHES
from youju.web.pages.checks.urls import ROUTES as CHECKS
from youju.web.pages.complaints.urls import ROUTES as COMPLAINTS
from youju.web.pages.entries.urls import ROUTES as ENTRIES
from youju.web.pages.figures.urls import ROUTES as FIGURES
from youju.web.pages.health.urls import ROUTES as HEALTH
from youju.web.pages.home.urls import ROUTES as HOME
from youju.web.pages.imports.urls import ROUTES as IMPORTS
from youju.web.pages.ledger.urls import ROUTES as LEDGER
from youju.web.pages.log.urls import ROUTES as LOG
from youju.web.pages.organisation.urls import ROUTES as ORGANISATION
from youju.web.pages.overview.urls import ROUTES as OVERVIEW
from youju.web.pages.reports.urls import ROUTES as REPORTS
from youju.web.pages.reviews.urls import ROUTES as REVIEWS
from youju.web.pages.sessions.urls import ROUTES as SESSIONS
from youju.web.pages.tokens.urls import ROUTES as TOKENS

ROUTES: tuple[Route, ...] = (
    *HEALTH,
    *SESSIONS,
    *TOKENS,
    *HOME,
    *ENTRIES,
    *LEDGER,
    *REVIEWS,
    *FIGURES,
    *REPORTS,
    *IMPORTS,
    *BATCHES,
    *OVERVIEW,
    *CHECKS,
    *AUDITS,
    *ORGANISATION,
    *LOG,
    *COMPLAINTS,
)
