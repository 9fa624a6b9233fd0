"""数据总览 and the one-page brief."""

from youju.store.queries import places
from youju.web.access import Menu, Route, can
from youju.web.pages.overview import views

UNIT = {"unit": places.unit}
ROUTES = (
    Route("overview", "overview", views.own, can("see"), menu=Menu("数据总览", 30)),
    Route("overview_unit", "overview/<uuid:unit>", views.show, can("see"), of=UNIT),
    Route("brief", "overview/<uuid:unit>/brief", views.brief, can("see"), of=UNIT),
    Route(
        "brief_docx", "overview/<uuid:unit>/brief.docx", views.brief_docx, can("see"), of=UNIT, costly=True
    ),
)
