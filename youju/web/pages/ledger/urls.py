"""台账."""

from youju.store.queries import places
from youju.web.access import BOTH, Menu, Route, can
from youju.web.pages.ledger import enabling, views

ROUTES = (
    Route("ledger", "ledger", views.index, can("see"), menu=Menu("台账", 15)),
    Route("ledger_list", "ledger/<slug:register>", views.listed, can("see")),
    Route("ledger_export", "ledger/<slug:register>/export/<slug:form>", views.export, can("see"), costly=True),
    Route("view_save", "ledger/<slug:register>/views", views.save_view, can("see"), ("POST",)),
    Route(
        "view_delete", "views/<uuid:view>/delete", views.delete_view, can("see"), ("POST",),
        of={"view": places.saved_view},
    ),
    Route("registers", "registers", enabling.show, can("registers"), BOTH, menu=Menu("台账启用", 60)),
)  # fmt: skip
